"""Taking a document in: its bytes into the vault, its job into the queue, in that order.

The document, its job and the work in the queue are one transaction. So when `submit` returns there
is nothing left that a crash could undo: the bytes are on the disk, the job is committed, and
whoever works next will find it. A crash before that leaves at most bytes without a row, which the
next upload of the file uses and `kehoach doctor` names.
"""

import asyncio
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models.errors import EmptySource
from models.tables import DocumentRow, JobRow, RunRow
from models.tables.columns import now
from models.tables.jobs import ACTIVE
from service.jobs.errors import FileTooLarge, QueueFull
from service.store.database import Store

if TYPE_CHECKING:
    from dbos import DBOSClient

#: The queue of the jobs.
DOCUMENTS = "documents"
#: The longest name of a file that is kept, in characters.
NAME = 255
#: Seconds a client is asked to wait when the queue is full: at least, at most.
WAIT = (2, 60)
#: How often a transaction is tried anew when somebody else took in the same bytes meanwhile.
RACES = 5
#: Seconds between two looks at a job that is followed.
EVERY = 0.25

_MB = 1024**2

T = TypeVar("T")


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
    last = (filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    printed = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    kept = unicodedata.normalize("NFC", printed).strip()
    if len(kept) > NAME:  # the end tells the format
        kept = kept[: NAME - 20] + kept[-20:]
    return kept or None


def check_room(store: Store) -> None:
    """Raises QueueFull while as many jobs wait as the settings allow.

    To be asked before the bytes of an upload are taken from the line.
    """
    limit = store.settings.queue
    with store.reading() as session:
        waiting = _count(session, JobRow.state == "queued")
        if waiting < limit:
            return
        minute = now() - timedelta(minutes=1)
        finished = col(JobRow.finished_at)
        done = _count(session, finished.is_not(None), finished >= minute)
    excess = waiting - limit + max(1, limit // 20)
    wait = round(60 * excess / done) if done else WAIT[1]
    wait = min(max(wait, WAIT[0]), WAIT[1])
    raise QueueFull(waiting=waiting, retry_after=wait)


def _count(session: Session, *where: object) -> int:
    return session.exec(select(func.count()).select_from(JobRow).where(*where)).one()  # type: ignore[arg-type]


def submit(
    store: Store,
    source: bytes | Path,
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
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    _check_size(size, store.settings.upload_mb)
    sha256 = store.vault.put(source)

    def take_in(session: Session, client: "DBOSClient") -> Submission:
        document = session.get(DocumentRow, f"sha256:{sha256}")
        if document is None:
            document = DocumentRow(
                id=f"sha256:{sha256}",
                key=sha256[:16],
                sha256=sha256,
                filename=clean_name(filename),
                bytes=size,
                submitted_by=by,
            )
            session.add(document)
            session.flush()
        active = _active(session, document.id)
        if active or (not again and _is_read(session, document.id)):
            return Submission(document.id, active, new=False)
        return _queued(session, client, document, clean_name(filename), by)

    submission = _raced(store, take_in)
    if not store.vault.has(sha256):  # somebody removed the document as its bytes were found there
        store.vault.put(source)
    return submission


def read_anew(store: Store, document_id: str, *, by: str | None) -> Submission | None:
    """A new job for a document that is stored, or its job that is not ended; None without it.

    Raises QueueFull.
    """
    check_room(store)

    def take_in(session: Session, client: "DBOSClient") -> Submission | None:
        document = session.get(DocumentRow, document_id)
        if document is None:
            return None
        active = _active(session, document_id)
        if active:
            return Submission(document_id, active, new=False)
        return _queued(session, client, document, None, by)

    return _raced(store, take_in)


def _active(session: Session, document_id: str) -> str | None:
    """The job of a document that is not ended."""
    return session.exec(
        select(JobRow.id)
        .where(JobRow.document_id == document_id)
        .where(col(JobRow.state).in_(ACTIVE))
    ).first()


def _queued(
    session: Session,
    client: "DBOSClient",
    document: DocumentRow,
    filename: str | None,
    by: str | None,
) -> Submission:
    from service.jobs.queue import accept

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


def _raced(store: Store, work: "Callable[[Session, DBOSClient], T]") -> T:
    """`work` in a transaction; anew where somebody else wrote the same row first (PostgreSQL)."""
    from service.jobs.queue import client_of

    client = client_of(store)
    for _ in range(RACES):
        try:
            with store.writing() as session:
                return work(session, client)
        except IntegrityError as error:
            lost = error
    raise lost


def _check_size(size: int, limit: int) -> None:
    if size == 0:
        raise EmptySource
    if size > limit * _MB:
        raise FileTooLarge(limit=limit)


def _is_read(session: Session, document_id: str) -> bool:
    """Whether the last reading of the document is by this version, and gave a plan."""
    last = session.exec(
        select(RunRow)
        .where(RunRow.document_id == document_id)
        .order_by(col(RunRow.started_at).desc(), col(RunRow.id).desc())
        .limit(1)
    ).first()
    return last is not None and last.reading is not None and last.version == this_version()


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
