"""Taking a document in, and out again.

Its bytes go into the vault and its job into the queue, in that order.

The document, its job and the work in the queue are one transaction. So when `submit` returns there
is nothing left that a crash could undo: the bytes are on the disk, the job is committed, and
whoever works next will find it. A crash before that leaves at most bytes without a row, which the
next upload of the file uses and `kehoach doctor` names.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.metadata import version

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from models.errors import EmptySource
from models.tables import DocumentRow, JobRow, PlanRow, RunRow
from models.tables.columns import now
from models.tables.documents import KEY_LENGTH
from models.tables.jobs import ACTIVE
from service.jobs.errors import FileTooLarge, QueueFull
from service.settings import MB
from service.store.changes import touch
from service.store.database import Store
from service.store.vault import Source, digest, size_of
from service.wording import printable

#: The queue of the jobs.
DOCUMENTS = "documents"
#: The advisory lock of PostgreSQL of whoever adds to the queue: "room" in ASCII.
ROOM = 0x726F6F6D
#: The longest name of a file that is kept, in characters.
NAME = 255
#: Seconds a client is asked to wait when the queue is full: at least, at most.
WAIT = (2, 60)
#: How often a transaction is tried anew when somebody else took in the same bytes meanwhile.
RACES = 5
#: Seconds between two looks at a job that is followed.
EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of an upload: its document, the job that reads it, and whether that is `new`.

    `job_id` is None where nothing is to be done: this version has read these bytes already. A job
    that is not `new` was there before.
    """

    document_id: str
    job_id: str | None
    new: bool


@cache
def this_version() -> str:
    """The version of kehoach, as readings are marked with it."""
    return version("kehoach")


def new_id() -> str:
    """An id that sorts by time: milliseconds and 80 random bits, as 32 hex digits.

    >>> len(new_id())
    32
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def clean_name(filename: str | None) -> str | None:
    """The name of a file without its folders and without what cannot be printed; None for none.

    >>> clean_name("C:\\\\ke hoach\\\\kh 12.docx")
    'kh 12.docx'
    """
    kept = printable((filename or "").replace("\\", "/").rsplit("/", 1)[-1])
    if len(kept) > NAME:  # the end tells the format
        kept = kept[: NAME - 20] + kept[-20:]
    return kept or None


def check_room(store: Store) -> None:
    """Raises QueueFull while as many jobs wait as the settings allow.

    To be asked before the bytes of an upload are taken from the line; the transaction that adds a
    job asks it again.
    """
    with store.reading() as session:
        _check_room(session, store.settings.queue)


def _check_room(session: Session, limit: int) -> None:
    count = select(func.count()).select_from(JobRow)
    waiting = session.exec(count.where(JobRow.state == "queued")).one()
    if waiting < limit:
        return
    minute = now() - timedelta(minutes=1)
    done = session.exec(count.where(col(JobRow.finished_at) >= minute)).one()
    excess = waiting - limit + max(1, limit // 20)
    wait = round(60 * excess / done) if done else WAIT[1]
    raise QueueFull(waiting=waiting, retry_after=min(max(wait, WAIT[0]), WAIT[1]))


def submit(
    store: Store,
    source: Source,
    filename: str | None,
    *,
    by: str | None,
    again: bool = False,
) -> Submission:
    """Takes a document in and sees to it that it will be read; `by` is who sent it.

    The same bytes are the same document. There is no new job while one is not ended, or where this
    version has read the document already; `again` reads it anew all the same. Raises QueueFull,
    EmptySource, LimitExceeded for too many bytes, and OSError where the vault cannot keep them.
    """
    check_room(store)
    size = size_of(source)
    if size == 0:
        raise EmptySource
    if size > store.settings.upload_mb * MB:
        raise FileTooLarge(limit=store.settings.upload_mb)
    name = clean_name(filename)
    sha256, written = kept(store, source)

    def document(session: Session) -> DocumentRow:
        row = session.get(DocumentRow, f"sha256:{sha256}")
        if row is None:
            row = DocumentRow(
                id=f"sha256:{sha256}", key=sha256[:KEY_LENGTH], sha256=sha256,
                filename=name, bytes=size, submitted_by=by,
            )  # fmt: skip
            session.add(row)
            session.flush()
        return row

    try:
        submission = _accepted(store, document, name, by, again=again)
    except BaseException:
        if written:  # the bytes of an upload that comes to nothing go with it
            with suppress(Exception):
                remove_bytes(store, [sha256])
        raise
    assert submission
    if not store.vault.has(sha256):  # somebody removed the document as its bytes were found there
        store.vault.put(source)
    return submission


def kept(store: Store, source: Source) -> tuple[str, bool]:
    """The SHA-256 of bytes that the vault has now, and whether they are new there.

    Where it cannot keep them, what came of them is not left.
    """
    try:
        return store.vault.kept_anew(source)
    except OSError:
        with suppress(Exception):
            remove_bytes(store, [digest(source)])
        raise


def read_anew(store: Store, document_id: str, *, by: str | None) -> Submission | None:
    """A new job for a document that is stored, or its job that is not ended; None without it.

    Raises QueueFull.
    """
    check_room(store)
    return _accepted(store, lambda s: s.get(DocumentRow, document_id), None, by, again=True)


def _accepted(
    store: Store,
    find: Callable[[Session], DocumentRow | None],
    filename: str | None,
    by: str | None,
    *,
    again: bool,
) -> Submission | None:
    """The job of a document, a new one where there is need, with its work, in one transaction."""
    from service.jobs.queue import accept, client_of

    client = client_of(store)
    for _ in range(RACES):
        try:
            with store.writing() as session:
                document = find(session)
                if document is None:
                    return None
                active = session.exec(
                    select(JobRow.id)
                    .where(JobRow.document_id == document.id)
                    .where(col(JobRow.state).in_(ACTIVE))
                ).first()
                if active or (not again and _is_read(session, document.id)):
                    return Submission(document.id, active, new=False)
                if store.dialect == "postgresql":  # one at a time, as SQLite has them write anyway
                    session.execute(select(func.pg_advisory_xact_lock(ROOM)))
                _check_room(session, store.settings.queue)
                job = JobRow(
                    id=new_id(),
                    document_id=document.id,
                    filename=filename or document.filename,
                    submitted_by=by,
                )
                session.add(job)
                session.flush()
                accept(client, session, DOCUMENTS, job.id)
                return Submission(document.id, job.id, new=True)
        except IntegrityError as error:  # somebody else wrote the same row first (PostgreSQL)
            lost = error
    raise lost


def _is_read(session: Session, document_id: str) -> bool:
    """Whether the last reading of the document is by this version, and gave a plan."""
    last = session.exec(
        select(RunRow)
        .where(RunRow.document_id == document_id)
        .order_by(col(RunRow.started_at).desc(), col(RunRow.id).desc())
        .limit(1)
    ).first()
    return last is not None and last.reading is not None and last.version == this_version()


def is_busy(session: Session, document_id: str) -> bool:
    """Whether a job of the document has not ended."""
    active = select(JobRow.id).where(
        JobRow.document_id == document_id, col(JobRow.state).in_(ACTIVE)
    )
    return session.exec(active).first() is not None


def remove_rows(session: Session, document: DocumentRow) -> list[str]:
    """Deletes a document with all that hangs on it; the SHA-256s its rows named.

    The bytes stay until `remove_bytes`, which is to be called once this is committed.
    """
    readings = session.exec(
        select(RunRow.reading).where(
            RunRow.document_id == document.id, col(RunRow.reading).is_not(None)
        )
    ).all()
    named = [document.sha256, *(reading for reading in readings if reading)]
    touch(session, document.id)
    session.execute(delete(PlanRow).where(col(PlanRow.document_id) == document.id))
    session.execute(delete(DocumentRow).where(col(DocumentRow.id) == document.id))
    return list(dict.fromkeys(named))


def remove_bytes(store: Store, named: list[str]) -> None:
    """Deletes bytes that no row names any more.

    Somebody may upload the same file at this moment, find its bytes and count on them: so they are
    put back where a row names them afterwards; `submit` looks from its side.
    """
    for sha256 in named:
        if _is_named(store, sha256) or not store.vault.has(sha256):
            continue
        data = store.vault.get(sha256)
        store.vault.delete(sha256)
        if _is_named(store, sha256):
            store.vault.put(data)


def _is_named(store: Store, sha256: str) -> bool:
    with store.reading() as session:
        document = select(DocumentRow.id).where(DocumentRow.sha256 == sha256)
        run = select(RunRow.id).where(RunRow.reading == sha256)
        return any(session.exec(query.limit(1)).first() is not None for query in (document, run))


def job_of(store: Store, job_id: str) -> JobRow | None:
    """The job as it is now, None where there is none."""
    with store.reading() as session:
        job = session.get(JobRow, job_id)
        if job is not None:
            session.expunge(job)
        return job


async def watch_job(store: Store, job_id: str, every: float = EVERY) -> AsyncIterator[JobRow]:
    """The job as it is now, and again each time it changed; ends when the job has.

    Nothing where there is no such job, and no more when it was deleted meanwhile.
    """
    seen: tuple[object, ...] | None = None
    while True:
        job = await asyncio.to_thread(job_of, store, job_id)
        if job is None:
            return
        state = (job.state, job.stage, job.page, job.pages, job.attempts, job.executor)
        if state != seen:
            seen = state
            yield job
        if job.state not in ACTIVE:
            return
        await asyncio.sleep(every)
