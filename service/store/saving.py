"""Saving a reading: the rows of a document become those of a plan JSON, in one transaction.

What the rows are to be is a function of the reading and of the corrections of people alone
(`rows`, `replay`); it is compared with what is there, and what differs is written. So a task that
is read as before keeps its row, its revision and its review; one that says something else gets the
next revision and is open for review again. Saving the same reading twice changes nothing, and of
two that save at the same time the later one counts, whole. The doctor compares in the same way.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    FromClause,
    Row,
    RowMapping,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.expression import TableClause
from sqlmodel import Session, col

from models.contract import decode_document, decode_task, encode
from models.plan import Document
from models.provenance import Provenance
from models.tables import (
    CorrectionRow,
    DocumentRow,
    MentionRow,
    PlanRow,
    PlanYearRow,
    RunRow,
    TaskRow,
)
from models.tables.columns import Row as Model
from models.tables.columns import now
from models.task import Task
from service.store.changes import touch
from service.store.reference import add_bodies
from service.store.replay import ADDED, replayed, woven
from service.store.rows import (
    Kept,
    Parts,
    Values,
    bodies,
    mentions,
    parts_of,
    plan_row,
    record_rows,
    year_rows,
)
from service.store.search import words_row, words_table

_NOWHERE = Provenance()


def save_reading(session: Session, document_id: str, run: RunRow, plan: bytes) -> bool:
    """Makes the plan JSON the reading of the document; False when it was that already.

    In the caller's transaction. The document must be there; `run` is added where it is not.
    Raises msgspec.ValidationError for bytes that are no plan.
    """
    parts = parts_of(plan)
    lock(session, document_id)
    session.merge(run)
    session.flush()
    there = There(session, [document_id])
    changed = _Rows(there, document_id, parts, run.id).compared()
    session.expire_all()
    return changed.total() > 0


def differing(there: "There", document_id: str, parts: Parts) -> Counter[str]:
    """How many rows of each table are not those of the reading and the corrections."""
    return _Rows(there, document_id, parts, None).compared()


def lock(session: Session, document_id: str) -> None:
    """Waits until no one else changes the document, and lets no one until the transaction ends.

    Rows that only refer to the document can be written meanwhile. What is changed is told to those
    who follow the store.
    """
    touch(session, document_id)
    one = select(col(DocumentRow.id)).where(col(DocumentRow.id) == document_id)
    session.execute(one.with_for_update(key_share=True))


class There:
    """What the tables have of some documents, each asked once for all of them."""

    def __init__(self, session: Session, documents: Sequence[str]) -> None:
        self.session, self._documents = session, documents
        self._found: dict[str, dict[str, list[Any]]] = {}

    def of(self, document_id: str, table: FromClause) -> Sequence[Any]:
        """The rows of one of the documents, as they were when the table was first asked for."""
        name = str(table)
        if name not in self._found:
            found = self._found[name] = defaultdict(list)
            owner, rows = table.c.get("document_id"), select(table)
            if owner is None:  # words have the serial of their task
                tasks = TaskRow.__table__
                owner = tasks.c.document_id
                rows = select(table, owner).join(tasks, tasks.c.serial == next(iter(table.c)))
            for row in self.session.connection().execute(rows.where(owner.in_(self._documents))):
                found[row.document_id].append(row)
        return self._found[name].get(document_id, ())


class Difference:
    """What is to be done that the rows which are `there` in a table become those wanted.

    `key` names the columns by which a row is the same one. `changed` are rows with what they are
    to be.
    """

    def __init__(
        self,
        session: Session,
        table: Table | TableClause,
        there: Iterable[Row[Any]],
        wanted: Iterable[Values],
        *key: str,
    ) -> None:
        self._session, self._table = session, table
        rows, named = list(wanted), itemgetter(*key)
        left = {named(row): row for row in rows}
        if len(left) < len(rows):
            raise ValueError(f"two rows of {table.name} are the same by {key}")
        places: dict[str, Any] = {name: place for place, name in enumerate(table.c.keys())}
        of = itemgetter(*map(places.__getitem__, key))
        all_ = itemgetter(*map(places.__getitem__, rows[0] if rows else key))
        self.gone: list[RowMapping] = []
        self.changed: list[tuple[RowMapping, Values]] = []
        for row in there:
            new = left.pop(of(row), None)
            if new is None:
                self.gone.append(row._mapping)
            elif all_(row) != tuple(new.values()):
                self.changed.append((row._mapping, new))
        self.new = list(left.values())

    def __len__(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)

    def write(self) -> None:
        """Does it, many rows a statement."""
        connection, table = self._session.connection(), self._table
        keys = [one.name for one in table.primary_key] or [next(iter(table.c)).name]
        these = [table.c[name] == bindparam(f"key_{name}") for name in keys]
        if self.gone:
            gone = [{f"key_{name}": row[name] for name in keys} for row in self.gone]
            connection.execute(delete(table).where(*these), gone)
        if self.changed:
            changed = [
                {name: value for name, value in new.items() if name not in keys}
                | {f"key_{name}": row[name] for name in keys}
                for row, new in self.changed
            ]
            connection.execute(update(table).where(*these), changed)
        if self.new:
            connection.execute(insert(table), self.new)


class _Rows:
    """The rows of one document against those of a reading; written where a run is told."""

    def __init__(self, there: There, document_id: str, parts: Parts, run_id: str | None) -> None:
        self._there, self._session = there, there.session
        self._document, self._parts, self._run = document_id, parts, run_id
        self._found: Counter[str] = Counter()

    def compared(self) -> Counter[str]:
        plan = self._difference(PlanRow, [plan_row(self._parts)])
        if plan.new and self._run:
            plan.new[0] |= {"run_id": self._run, "status": "draft", "revision": 1}
            plan.write()
        self._settle(self._difference(PlanYearRow, year_rows(self._parts.plan), "year"))
        for model, rows in record_rows(self._document, self._parts).items():
            self._settle(self._difference(model, rows, "id"))
        kept = self._corrected()
        reopened = self._tasks(kept)
        self._meanings(kept)
        if self._run:
            add_bodies(
                self._session.connection(), bodies(self._parts.plan, [one.task for one in kept])
            )
            spoken = _spoken(self._parts.head)
            reopened |= any(_spoken(old["head"]) != spoken for old, _ in plan.changed)
            if not plan.new:
                self._count_up(plan, reopened)
        return self._found

    def _difference(self, model: type[Model], wanted: Iterable[Values], *key: str) -> Difference:
        table = model.__table__
        whole = list(wanted)
        for row in whole:
            row["document_id"] = self._document
        there = self._there.of(self._document, table)
        found = Difference(self._session, table, there, whole, "document_id", *key)
        self._found[table.name] += len(found)
        return found

    def _settle(self, found: Difference) -> None:
        if self._run:
            found.write()

    def _count_up(self, plan: Difference, reopened: bool) -> None:
        values: Values = {"run_id": self._run}
        for _, new in plan.changed:
            values |= new
        if self._found.total():
            values["revision"] = col(PlanRow.revision) + 1
        if reopened:
            values["status"] = "draft"
        mine = col(PlanRow.document_id) == self._document
        self._session.connection().execute(update(PlanRow.__table__).where(mine).values(values))

    def _corrected(self) -> list[Kept]:
        """The tasks as read, with the corrections that fit; the others become orphans."""
        read, records = self._parts.plan.tasks, self._parts.tasks
        table = CorrectionRow.__table__
        there = (one for one in self._there.of(self._document, table) if one.withdrawn_at is None)
        rows = sorted(there, key=attrgetter("created_at", "id"))
        woven_in, added = woven(read, rows)
        changes = [row for row in rows if row.field != ADDED]
        corrected, places = replayed(self._parts.plan.document, woven_in, changes)
        places |= added
        for row in rows:
            place = places[row.id]
            if (place is None) == (row.orphaned_at is not None) and place in (None, row.task_id):
                continue
            self._found[table.name] += 1
            if self._run:
                where = {"task_id": place or row.task_id, "orphaned_at": None if place else now()}
                self._session.execute(update(table).where(table.c.id == row.id).values(where))
        printed = dict(zip((task.id for task in read), records, strict=True))
        kept = []
        for task in woven_in:
            record, new = printed.get(task.id) or encode(task).decode(), corrected.get(task.id)
            kept.append(Kept(new, encode(new).decode(), record) if new else Kept(task, record))
        return kept

    def _tasks(self, kept: Sequence[Kept]) -> bool:
        """The rows of the tasks; whether something that was confirmed is not so any more."""
        unit = self._parts.plan.document.unit
        rows = [
            one.row(self._document, unit.id if unit else None, position)
            for position, one in enumerate(kept)
        ]
        found = self._difference(TaskRow, rows, "id")
        if not self._run:
            return False
        reopened = bool(found.new or found.gone)
        for old, new in found.changed:
            same = old["record"] == new["record"]
            new |= {"revision": old["revision"] + (not same), "status": old["status"]}
            if (
                not same
                and old["status"] != "open"
                and _meaning(old["record"]) != _meaning(new["record"])
            ):
                new["status"] = "open"
                reopened = True
        for new in found.new:
            new |= {"revision": 1, "status": "open"}
        found.write()
        return reopened

    def _meanings(self, kept: Sequence[Kept]) -> None:
        """The bodies that the letterhead and the tasks name, and the words of the tasks."""
        table = TaskRow.__table__
        rows: Iterable[Any] = self._there.of(self._document, table)
        if self._run:  # others have been written meanwhile
            mine = select(table.c.id, table.c.serial).where(table.c.document_id == self._document)
            rows = self._session.connection().execute(mine)
        serials = {row.id: row.serial for row in rows}
        there = [(serials[one.task.id], one) for one in kept if one.task.id in serials]
        named = mentions(None, "issuer", self._parts.plan.document.issuer)
        named += [row for serial, one in there for row in one.mentions(serial)]
        self._settle(self._difference(MentionRow, named, *_MENTION))
        table_ = words_table(self._session.connection().dialect.name)
        words = _words(self._session, self._there.of(self._document, table_), there)
        self._found["task_words"] += len(words)
        self._settle(words)


#: By what a mention is the same one.
_MENTION = ("task", "role", "agency_id")


def _words(
    session: Session, there: Iterable[Row[Any]], tasks: Iterable[tuple[int, Kept]]
) -> Difference:
    """What is to be done about the words of tasks, each given with its serial."""
    dialect = session.connection().dialect.name
    table = words_table(dialect)
    wanted = [words_row(dialect, serial, one.words()) for serial, one in tasks]
    return Difference(session, table, there, wanted, next(iter(table.c)).name)


def write_task(session: Session, row: TaskRow, kept: Kept) -> None:
    """Makes one task what `kept` says, with the next revision."""
    serial, document = row.serial, row.document_id
    assert serial is not None
    connection, tasks, named = session.connection(), TaskRow.__table__, MentionRow.__table__
    words = words_table(connection.dialect.name)
    values = kept.row(document, row.unit_id, row.position) | {"revision": row.revision + 1}
    connection.execute(update(tasks).where(tasks.c.serial == serial).values(values))
    mentioned = [{"document_id": document, **one} for one in kept.mentions(serial)]
    there = connection.execute(select(named).where(named.c.task == serial)).all()
    Difference(session, named, there, mentioned, *_MENTION).write()
    there = connection.execute(select(words).where(next(iter(words.c)) == serial)).all()
    _words(session, there, [(serial, kept)]).write()
    add_bodies(connection, bodies(None, [kept.task]))


def _meaning(record: str) -> Task | None:
    """What a person who confirms a task has looked at: all but its place and the doubts; None
    where its JSON is damaged."""
    try:
        task = decode_task(record)
    except msgspec.MsgspecError:
        return None
    return dataclasses.replace(task, provenance=_NOWHERE, confidence=1.0, issues=())


def _spoken(head: str) -> Document | None:
    """What the head of a plan says, whatever file and place it was read from."""
    try:
        document = decode_document(head)
    except msgspec.MsgspecError:
        return None
    return dataclasses.replace(document, provenance={}, source=None)  # type: ignore[arg-type]
