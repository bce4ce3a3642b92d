"""The doctor: looks the whole store through and names all that is not as it should be.

The rows of a document are what its reading and its corrections come to; so they are compared with
those that saving would write, and are put right by saving again. The rest is about bytes, places,
references and jobs. It reads only, unless told to put things right, document by document while a
service may go on, and holds little in memory however large the store is. A finding names keys and
counts, never the words of a document.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, ForeignKey, Select, Table, case, func, inspect, select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel, col

from corpora.tables import rows_in
from extractor.text import searched
from models.errors import UnreadableSource
from models.plan import Plan
from models.provenance import Provenance
from models.tables import (
    ChangeRow,
    CorrectionRow,
    DocumentRow,
    ForeignIdRow,
    JobRow,
    PlanRow,
    ReportRow,
    RunRow,
    WebhookRow,
    WorkerRow,
)
from models.tables.columns import now
from models.tables.documents import KEY_LENGTH
from service.store.changes import told_otherwise
from service.store.database import Store, file_of
from service.store.errors import MissingBytes, ReadOnly, trouble_of
from service.store.rows import parts_of
from service.store.saving import There, differing, save_reading
from service.store.vault import Vault

#: How old bytes that nobody names are before they are told: an upload may still be on its way.
GRACE = timedelta(hours=1)
#: How many documents are looked at, and how many names of bytes are asked for, at a time.
AT_ONCE, BATCH = 20, 500
#: Of the spans of a document that quote less than half of their words, the share that is borne: a
#: cell that reaches over several rows is quoted at its first.
BORNE = 0.1


#: The tables by which work is taken up, of those that dbos keeps.
QUEUE = ("workflow_status", "operation_outputs")

#: Errors mean that something is lost, damaged or disagrees; warnings that something waits for
#: somebody; notes are good to know.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do; `code` is stable, `subject` a key.

    What is `mendable` can be put right by the doctor, and `mended` was.
    """

    severity: Severity
    code: str
    subject: str
    vi: str
    en: str
    mendable: bool = False
    mended: bool = False

    def done(self) -> "Finding":
        """The same after it was put right."""
        vi, en = (words.split(";")[0] for words in (self.vi, self.en))
        vi, en = f"{vi}; đã sửa lại", f"{en}; put right"
        return replace(self, severity="note", vi=vi, en=en, mended=True)


@cache
def _kinds() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows_in(files("service.store") / "findings.tsv")}


def finding(code: str, subject: str, **facts: object) -> Finding:
    """The finding of that code; `rows.TABLE` for any table whose rows are not as read."""
    kind, _, table = code.partition(".")
    what = _kinds().get(code) or _kinds()[kind]
    then = _kinds()[what["then"]]
    vi, en = (
        f"{what[lang].format(**{'table': table} | facts)}; {then[lang]}" for lang in ("vi", "en")
    )
    return Finding(what["sort"], code, subject, vi, en, mendable=what["then"] == "repair")  # type: ignore[arg-type]


def check(store: Store, *, repair: bool = False) -> Iterator[Finding]:
    """Everything wrong with the store, found while it is iterated over.

    `repair` puts rows right that are not those of their reading, a transaction a document.
    """
    yield from _open_to_others(store, repair)
    yield from _database(store)
    yield from _queue(store, repair)
    last, table = "", DocumentRow.__table__
    while True:
        some = select(table).where(table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
        with store.reading() as session:
            documents = session.execute(some).all()
            there = There(session, [one.id for one in documents])
            found = {one.id: list(_looked_through(one, there, store.vault)) for one in documents}
        if not found:
            break
        for last, findings in found.items():
            mendable = repair and any(one.mendable for one in findings)
            mended = mendable and _repaired(store, last)
            yield from (one.done() if mended and one.mendable else one for one in findings)
    yield from _feed(store)
    yield from _jobs(store)
    yield from _vault(store)


def _open_to_others(store: Store, repair: bool) -> Iterator[Finding]:
    """The folders of the store, and its database elsewhere, that anybody on the machine may read.

    Windows guards them by other means.
    """
    data = store.settings.data
    places = {data, store.vault.folder, file_of(store.settings.database_url)}
    for place in sorted(one for one in places if one and one.exists()):
        mode = place.stat().st_mode
        if os.name == "posix" and mode & 0o007 and data not in place.parents:
            one = finding("place.open", str(place))
            if repair:
                place.chmod(mode & 0o700)
            yield one.done() if repair else one


def _looked_through(document: Any, there: There, vault: Vault) -> Iterator[Finding]:
    """What is wrong with one document, all seen at one moment."""
    key, sha256 = document.key, document.sha256
    if document.id != f"sha256:{sha256}" or key != sha256[:KEY_LENGTH]:
        yield finding("document.name", document.id)
    source = _bytes_of(vault, sha256)
    if source is None:
        yield finding("document.missing", key)
    elif hashlib.sha256(source).hexdigest() != sha256 or len(source) != document.bytes:
        yield finding("document.damaged", key)
        source = None
    plan = next(iter(there.of(document.id, PlanRow.__table__)), None)
    runs = there.of(document.id, RunRow.__table__)
    readings = {run.id: run.reading for run in runs if run.reading}
    current = None
    for run, reading in readings.items():
        data = _bytes_of(vault, reading)
        if data is None:
            yield finding("reading.missing", f"{key}/{run}")
        elif hashlib.sha256(data).hexdigest() != reading:
            yield finding("reading.damaged", f"{key}/{run}")
        elif plan is not None and run == plan.run_id:
            try:
                current = parts_of(data)
            except msgspec.MsgspecError:
                yield finding("reading.damaged", f"{key}/{run}")
    if plan is None and readings:
        yield finding("plan.missing", key)
    elif plan is None and not runs and not there.of(document.id, JobRow.__table__):
        yield finding("document.unread", key)
    elif plan is not None and plan.run_id not in readings:
        yield finding("plan.run", key)
    if current is None:
        return
    try:
        wrong_rows = differing(there, document.id, current)
        for name, count in wrong_rows.items():
            if count:
                yield finding(f"rows.{name}", key, count=count)
        if not wrong_rows.total() and (count := told_otherwise(there.session, document.id)):
            yield finding("feed.behind", key, count=count)
    except msgspec.MsgspecError:
        yield finding("correction.damaged", key)
    for said in there.of(document.id, CorrectionRow.__table__):
        if said.withdrawn_at is None and said.orphaned_at is not None:
            yield finding("correction.orphan", f"{key}/{said.id}")
    plan_ = current.plan
    wrong = _apart(plan_)
    if source is not None and plan_.document.source.reader == "text":
        wrong += _misquoted(plan_, source)
    if wrong:
        yield finding("spans.differ", key, count=wrong)


def _bytes_of(vault: Vault, sha256: str) -> bytes | None:
    try:
        return vault.get(sha256)
    except MissingBytes:
        return None


def _repaired(store: Store, document_id: str) -> bool:
    """Makes the rows of a document anew from its reading; False where that cannot be done."""
    with store.writing() as session:
        found = session.scalars(
            select(RunRow)
            .where(col(RunRow.document_id) == document_id, col(RunRow.reading).is_not(None))
            .order_by(col(RunRow.started_at).desc(), col(RunRow.id).desc())
        ).all()
        plan = session.get(PlanRow, document_id)
        run = next((one for one in found if plan is None or one.id == plan.run_id), None)
        data = _bytes_of(store.vault, run.reading) if run and run.reading else None
        if run is None or data is None:
            return False
        try:
            save_reading(session, document_id, run, data)
        except msgspec.MsgspecError:
            session.rollback()
            return False
    return True


def _apart(plan: Plan) -> int:
    """How many bodies do not stand where their span says, in the words of their cell."""
    cells = [cell for task in plan.tasks for cell in (task.lead, task.coordinating) if cell]
    return sum(
        body.span is not None and cell.text[slice(*body.span)] != body.text
        for cell in cells
        for body in cell.agencies
    )


def _misquoted(plan: Plan, source: bytes) -> int:
    """How many spans of a text file, characters of its decoded text, quote not what they should."""
    from extractor.readers.encoding import decode

    try:
        written = decode(source).text
    except UnreadableSource:  # told by its readings
        return 0
    spans = [(one.provenance, one.title) for one in plan.sections]
    spans += [(one.provenance, one.description or one.subject or "") for one in plan.tasks]
    spans += [(one.provenance, one.text) for one in plan.targets]
    known = [(place, words) for place, words in spans if place.span is not None]
    wrong = sum(not _quotes(written, place, words) for place, words in known)
    return wrong if wrong > BORNE * len(known) else 0


def _quotes(written: str, place: Provenance, words: str) -> bool:
    """Whether half of the words stand at the place and its parts, or what stands there is of them.

    The second is so where a heading goes on for lines: its place is where it begins.
    """
    parts = [place.span, *(part.span for part in (*place.cells.values(), *place.continued))]
    spans = [span for span in parts if span is not None]
    if not all(0 <= start <= end <= len(written) for start, end in spans):
        return False
    wanted = Counter(searched(words).split())
    there = Counter(searched("\n".join(written[start:end] for start, end in spans)).split())
    if 2 * (wanted - there).total() <= wanted.total():
        return True
    return there.total() > 0 and 2 * (there - wanted).total() <= there.total()


def _database(store: Store) -> Iterator[Finding]:
    sqlite = store.dialect == "sqlite"
    with store.reading() as session:
        connection = session.connection()
        if sqlite:
            try:
                told = list(connection.scalars(text("PRAGMA integrity_check(20)")))
            except DatabaseError as error:
                told = [str(error.orig)]
            yield from (finding("database.damaged", line) for line in told if line != "ok")
        yield from _references(connection)
        words = "SELECT id FROM task_words_docsize" if sqlite else "SELECT task FROM task_words"
        lost = text(f"SELECT count(*) FROM ({words} EXCEPT SELECT serial FROM tasks) AS lost")
        if count := connection.scalar(lost):
            yield finding("search.orphans", "task_words", count=count)
    if sqlite:
        try:  # FTS5 compares its index with its words only for somebody who may write
            with store.writing() as session:
                session.connection().execute(
                    text("INSERT INTO task_words (task_words) VALUES ('integrity-check')")
                )
        except DatabaseError as error:
            if not isinstance(trouble_of(error, "", ""), ReadOnly):
                yield finding("search.damaged", str(error.orig))


def _queue(store: Store, repair: bool) -> Iterator[Finding]:
    """What the queue lacks; it can be made anew: the rows of the jobs tell what is to do."""
    with store.reading() as session:
        schema = "dbos" if store.dialect == "postgresql" else None
        there = inspect(session.connection()).get_table_names(schema)
    lost = [name for name in QUEUE if "dbos_migrations" in there and name not in there]
    if lost and repair:
        from service.jobs.queue import renew

        renew(store)
    found = (finding("queue.damaged", name) for name in lost)
    yield from (one.done() if repair else one for one in found)


def _references(connection: Connection) -> Iterator[Finding]:
    """Rows that name a row that is not there, table by table."""
    for kept in SQLModel.metadata.sorted_tables:
        for key in kept.foreign_keys:
            if count := connection.scalar(_lost(kept, key)):
                subject = f"{kept.name}.{key.parent.name}"
                yield finding("rows.orphans", subject, count=count, table=key.column.table.name)


def _lost(kept: Table, key: ForeignKey) -> Select[int]:
    here, other = kept.c[key.parent.name], key.column.table.alias()
    there = select(other.c[key.column.name]).where(other.c[key.column.name] == here)
    lost = here.is_not(None), ~there.correlate(kept).exists()
    return select(func.count()).select_from(kept).where(*lost)


def _feed(store: Store) -> Iterator[Finding]:
    """Subjects that the feed does not tell once, what is said of none, and who is not told."""
    c = ChangeRow.__table__.c
    with store.reading() as session:
        lasts, last = func.sum(case((c.latest, 1), else_=0)), func.max(c.revision)
        odd = select(c.subject).group_by(c.subject).having((lasts != 1) | (last != func.count()))
        for subject in session.scalars(odd.limit(AT_ONCE)):
            yield finding("feed.broken", subject)
        there = select(c.subject)
        for table in (ReportRow.__table__, ForeignIdRow.__table__):
            lost = select(func.count()).where(table.c.subject.not_in(there))
            if count := session.scalar(lost):
                yield finding("feed.orphans", table.name, count=count)
        for hook in session.scalars(select(WebhookRow).where(col(WebhookRow.state) == "paused")):
            yield finding("webhook.paused", hook.name, reason=hook.reason or "–")


def _jobs(store: Store) -> Iterator[Finding]:
    """Jobs nobody works on."""
    silent = now() - timedelta(seconds=2 * store.settings.takeover_seconds)
    with store.reading() as session:
        alive = set(
            session.scalars(select(col(WorkerRow.executor)).where(col(WorkerRow.beat_at) > silent))
        )
        running: Any = session.execute(
            select(col(JobRow.id), col(JobRow.executor)).where(col(JobRow.state) == "running")
        ).all()
        queued = session.scalar(
            select(func.count()).select_from(JobRow).where(col(JobRow.state) == "queued")
        )
    for job, executor in running:
        if executor not in alive:
            yield finding("job.silent", job, executor=executor or "?")
    if queued and not alive:
        yield finding("jobs.waiting", str(queued), count=queued)


def _vault(store: Store) -> Iterator[Finding]:
    old = now() - GRACE
    some: list[str] = []
    for sha256, written in store.vault.kept():
        if written < old:
            some.append(sha256)
        if len(some) == BATCH:
            yield from _unnamed(store, some)
            some = []
    yield from _unnamed(store, some)
    for name, written in store.vault.unfinished():
        if written < old:
            yield finding("vault.unfinished", name, since=f"{written:%Y-%m-%d %H:%M}")


def _unnamed(store: Store, some: list[str]) -> Iterator[Finding]:
    with store.reading() as session:
        named: set[str | None] = set()
        for name in (col(DocumentRow.sha256), col(RunRow.reading)):
            named |= set(session.scalars(select(name).where(name.in_(some))))
    yield from (finding("vault.unnamed", sha256) for sha256 in some if sha256 not in named)
