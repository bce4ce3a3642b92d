"""Saving a reading: the rows of a document become those of a plan JSON, in one transaction.

What the new reading has in common with the old keeps its row, its revision and its review; what
differs gets the next revision and is open for review again; what is gone is deleted. Then the
corrections of people are in force again. Saving the same reading twice changes nothing, and of
two that save at the same time the later one counts, whole.
"""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, delete, insert, select, update
from sqlmodel import Session, col

from models.contract import decode_document, decode_task, encode
from models.plan import Document
from models.provenance import Provenance
from models.tables import (
    CitationRow,
    CorrectionRow,
    DeadlineRow,
    DocumentRow,
    MentionRow,
    PlanRow,
    PlanYearRow,
    RunRow,
    SectionRow,
    TargetRow,
    TaskRow,
)
from models.tables.columns import now
from models.tables.documents import task_key
from models.tables.plans import NOWHERE
from models.task import Task
from service.store.reference import add_bodies
from service.store.replay import Change, Frame, Spot, Spots, corrected, selectors
from service.store.rows import (
    Parts,
    Row,
    bodies,
    citation_columns,
    deadline_rows,
    issuer_rows,
    mention_rows,
    parts_of,
    plan_columns,
    section_columns,
    target_columns,
    task_columns,
)

_NOWHERE = Provenance()


@dataclass(frozen=True, slots=True)
class Kept:
    """A task to be kept, its JSON, and of a corrected one the JSON as it was read."""

    task: Task
    record: str
    reading: str | None


def save_reading(session: Session, document_id: str, run: RunRow, plan: bytes) -> bool:
    """Makes the plan JSON the reading of the document; False when it was that already.

    In the caller's transaction. The document must be there; `run` is added where it is not.
    Raises msgspec.ValidationError for bytes that are no plan.
    """
    parts = parts_of(plan)
    lock(session, document_id)
    session.merge(run)
    session.flush()
    connection = session.connection()
    changed = _Saving(connection, document_id, run.id, parts).done()
    session.expire_all()
    return changed


def lock(session: Session, document_id: str) -> None:
    """Waits until no one else changes the document, and lets no one until the transaction ends.

    Rows that only refer to the document can be written meanwhile.
    """
    one = select(col(DocumentRow.id)).where(col(DocumentRow.id) == document_id)
    session.execute(one.with_for_update(key_share=True))


class _Saving:
    """One call of `save_reading`."""

    def __init__(self, connection: Connection, document_id: str, run_id: str, parts: Parts) -> None:
        self._connection = connection
        self._document = document_id
        self._run = run_id
        self._parts = parts
        self._changed = False
        self._reopened = False

    def done(self) -> bool:
        tasks = self._corrected()
        old = self._connection.execute(
            select(PlanRow.__table__).where(col(PlanRow.document_id) == self._document)
        ).first()
        columns = plan_columns(self._parts)
        if old is None:
            row = {"document_id": self._document, "run_id": self._run, **columns}
            self._connection.execute(
                insert(PlanRow.__table__).values(status="draft", revision=1, **row)
            )
            self._changed = True
            self._head()
        else:
            self._compare(old._mapping, columns)
        self._keep_tasks(tasks)
        self._keep(
            SectionRow.__table__, self._parts.plan.sections, self._parts.sections, section_columns
        )
        self._keep(TargetRow.__table__, self._parts.plan.targets, self._parts.targets, self._target)
        self._keep(
            CitationRow.__table__,
            self._parts.plan.citations,
            self._parts.citations,
            citation_columns,
        )
        add_bodies(self._connection, bodies(self._parts.plan, [new.task for new in tasks]))
        if old is not None:
            values: Row = {"run_id": self._run}
            if self._changed:
                values |= columns | {"revision": old.revision + 1}
            if self._reopened:
                values["status"] = "draft"
            self._connection.execute(
                update(PlanRow.__table__)
                .where(col(PlanRow.document_id) == self._document)
                .values(values)
            )
        return self._changed

    def _compare(self, old: RowMapping, columns: Row) -> None:
        """What is to be done about the plan itself: its years, its issuer, its review."""
        if all(old[name] == value for name, value in columns.items()):
            return
        self._changed = True
        if _spoken(old["head"]) != _spoken(self._parts.head):
            self._reopened = True
        self._delete(PlanYearRow.__table__)
        self._connection.execute(
            delete(MentionRow.__table__).where(
                col(MentionRow.document_id) == self._document, col(MentionRow.task).is_(None)
            )
        )
        self._head()
        if old["unit_id"] != columns["unit_id"]:
            unit = {"unit_id": columns["unit_id"]}
            order = {"unit_order": columns["unit_id"] or NOWHERE}
            for table, values in (
                (TaskRow.__table__, unit | order),
                (TargetRow.__table__, unit),
            ):
                self._connection.execute(
                    update(table).where(table.c.document_id == self._document).values(values)
                )

    def _head(self) -> None:
        period = self._parts.plan.document.period
        years = sorted(set(period.years)) if period else []
        self._insert(
            PlanYearRow.__table__, [{"document_id": self._document, "year": y} for y in years]
        )
        self._insert(MentionRow.__table__, issuer_rows(self._document, self._parts.plan))

    def _corrected(self) -> list[Kept]:
        """The tasks as read, with the corrections that fit; the others become orphans."""
        read = self._parts.plan.tasks
        rows = self._connection.execute(
            select(CorrectionRow.__table__)
            .where(
                col(CorrectionRow.document_id) == self._document,
                col(CorrectionRow.withdrawn_at).is_(None),
            )
            .order_by(col(CorrectionRow.created_at), col(CorrectionRow.id))
        ).all()
        changes: dict[int, list[Change]] = {}
        spots = Spots([Spot.of(task) for task in read]) if rows else None
        for row in rows:
            assert spots is not None
            at = spots.fitting(selectors(row.selectors))
            values: Row = {}
            if at is None:
                values = {} if row.orphaned_at else {"orphaned_at": now()}
            else:
                changes.setdefault(at, []).append(Change(row.id, row.field, row.before, row.after))
                if row.orphaned_at or row.task_id != read[at].id:
                    values = {"orphaned_at": None, "task_id": read[at].id}
            if values:
                self._connection.execute(
                    update(CorrectionRow.__table__)
                    .where(col(CorrectionRow.id) == row.id)
                    .values(values)
                )
        frame = Frame.of(self._parts.plan.document)
        new = [Kept(task, raw, None) for task, raw in zip(read, self._parts.tasks, strict=True)]
        for at, some in changes.items():
            task = corrected(read[at], some, frame)
            new[at] = Kept(task, encode(task).decode(), self._parts.tasks[at])
        return new

    def _keep_tasks(self, tasks: Sequence[Kept]) -> None:
        c = TaskRow.__table__.c
        found = self._connection.execute(
            select(c.id, c.serial, c.position, c.record, c.reading, c.status, c.revision).where(
                c.document_id == self._document
            )
        )
        old = {row.id: row for row in found}
        fresh: list[tuple[int, Kept]] = []
        changed: list[tuple[int, Kept]] = []
        updates, moves, readings = [], [], []
        for position, new in enumerate(tasks):
            was = old.pop(new.task.id, None)
            if was is None:
                fresh.append((position, new))
                continue
            if was.record == new.record:
                if was.position != position:
                    moves.append({"key_": was.serial, "position": position})
                if was.reading != new.reading:
                    corrected_ = new.reading is not None
                    readings.append(
                        {"key_": was.serial, "reading": new.reading, "corrected": corrected_}
                    )
                continue
            changed.append((was.serial, new))
            status = was.status
            if status != "open" and meaning(was.record) != meaning_of(new.task):
                status = "open"
                self._reopened = True
            updates.append(
                {
                    "key_": was.serial,
                    "position": position,
                    "status": status,
                    "revision": was.revision + 1,
                    **kept_columns(new),
                }
            )
        if old or fresh:
            self._reopened = True
        if old or fresh or updates or moves:
            self._changed = True
        self._drop(TaskRow.__table__, [was.serial for was in old.values()])
        for rows in (updates, moves, readings):
            self._update(TaskRow.__table__, rows)
        rewrite_meanings(self._connection, self._document, changed, anew=True)
        self._insert(
            TaskRow.__table__,
            [
                {
                    "key": task_key(self._document, new.task.id),
                    "id": new.task.id,
                    "document_id": self._document,
                    "position": position,
                    "unit_id": self._parts.unit_id,
                    "unit_order": self._parts.unit_id or NOWHERE,
                    "status": "open",
                    "revision": 1,
                    **kept_columns(new),
                }
                for position, new in fresh
            ],
        )
        if fresh:
            serials = self._serials(c)
            rewrite_meanings(
                self._connection,
                self._document,
                [(serials[new.task.id], new) for _, new in fresh],
            )

    def _serials(self, c: Any) -> dict[str, int]:
        found = self._connection.execute(
            select(c.id, c.serial).where(c.document_id == self._document)
        )
        return {row.id: row.serial for row in found}

    def _target(self, target: Any) -> Row:
        key = task_key(self._document, target.id)
        return {"key": key, "unit_id": self._parts.unit_id, **target_columns(target)}

    def _keep(
        self,
        table: Table,
        read: Sequence[Any],
        records: Sequence[str],
        columns: Callable[[Any], Row],
    ) -> None:
        """Brings the rows of a table with `id`, `position` and `record` to those that were read."""
        c = table.c
        found = self._connection.execute(
            select(c.id, c.serial, c.position, c.record).where(c.document_id == self._document)
        )
        old = {row.id: row for row in found}
        new, moves = [], []
        for position, (one, record) in enumerate(zip(read, records, strict=True)):
            was = old.get(one.id)
            if was is not None and was.record == record:
                del old[one.id]
                if was.position != position:
                    moves.append({"key_": was.serial, "position": position})
                continue
            new.append(
                {
                    "document_id": self._document,
                    "id": one.id,
                    "position": position,
                    "record": record,
                    **columns(one),
                }
            )
        if old or new or moves:
            self._changed = True
        self._drop(table, [was.serial for was in old.values()])
        self._update(table, moves)
        self._insert(table, new)

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _update(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            self._connection.execute(update(table).where(table.c.serial == bindparam("key_")), rows)

    def _drop(self, table: Table, serials: Sequence[int]) -> None:
        if serials:
            self._connection.execute(
                delete(table).where(table.c.serial == bindparam("key_")),
                [{"key_": serial} for serial in serials],
            )

    def _delete(self, table: Table) -> None:
        self._connection.execute(delete(table).where(table.c.document_id == self._document))


def kept_columns(new: Kept) -> Row:
    """The columns of `tasks` that tell what the task is."""
    return {
        "record": new.record,
        "reading": new.reading,
        "corrected": new.reading is not None,
        **task_columns(new.task),
    }


def rewrite_meanings(
    connection: Connection,
    document_id: str,
    tasks: Iterable[tuple[int, Kept]],
    anew: bool = False,
) -> None:
    """The mentions and deadlines of tasks, each given with its serial; `anew`: it had some."""
    mentions: list[Row] = []
    deadlines: list[Row] = []
    serials = []
    for serial, new in tasks:
        serials.append({"key_": serial})
        mentions += mention_rows(document_id, new.task, serial)
        deadlines += deadline_rows(document_id, new.task, serial)
    if anew and serials:
        for table in (MentionRow.__table__, DeadlineRow.__table__):
            connection.execute(delete(table).where(table.c.task == bindparam("key_")), serials)
    if mentions:
        connection.execute(insert(MentionRow.__table__), mentions)
    if deadlines:
        connection.execute(insert(DeadlineRow.__table__), deadlines)


def meaning_of(task: Task) -> Task:
    """What a person who confirms a task has looked at: all but its place and the doubts."""
    return dataclasses.replace(task, provenance=_NOWHERE, confidence=1.0, issues=())


def meaning(record: str) -> Task:
    """The same of a task's JSON."""
    return meaning_of(decode_task(record))


def _spoken(head: str) -> Document:
    """What the head of a plan says, whatever file and place it was read from."""
    document = decode_document(head)
    return dataclasses.replace(document, provenance={}, source=None)  # type: ignore[arg-type]
