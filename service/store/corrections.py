"""What people say of tasks: corrections, their withdrawal, confirmation.

Each change counts up the revision of the task and of its plan, leaves a row in the audit trail and
brings the words, the bodies and the deadline of the task up to date, in the caller's transaction.
A correction keeps what was read, so that it can be taken back, and what pins it to its task, so
that it outlives the next reading.
"""

import dataclasses
import time
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import version
from secrets import token_hex
from typing import Any, Literal

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from corpora import agencies, fields, units
from extractor.context import Context
from extractor.language.agencies import full_name, read_agencies
from extractor.language.deadlines import read_deadline
from extractor.text import normal
from models.agency import AgencyMention, Assignment
from models.contract import decode_document, decode_task, encode
from models.plan import Document, ReviewStatus
from models.tables import CorrectionRow, PlanRow, TaskRow
from models.tables.columns import now
from models.task import FieldMatch, Task
from service.access.audit import By
from service.store.errors import (
    ChangedMeanwhile,
    NoAssignment,
    NoLetters,
    NoPlan,
    NoSuchAgency,
    NoSuchReformField,
    NotText,
    UnknownCorrection,
    UnknownField,
    UnknownTask,
)
from service.store.replay import (
    ADDED,
    FIELDS,
    context_of,
    corrected,
    essence,
    selectors_of,
)
from service.store.rows import Kept
from service.store.saving import lock, write_task
from service.store.statements import document_is

#: The longest text of one field, in characters, and the most bodies of one cell.
LONGEST = 20_000
MOST_BODIES = 500

#: By whom a value was given that no rule of the reader found.
PERSON = "person"


def correct(
    session: Session,
    key: str,
    changes: Mapping[str, Any],
    *,
    by: By,
    reason: str | None = None,
    if_match: int | None = None,
) -> TaskRow:
    """Sets fields of the task `key`; a field that has the value already is left as it is.

    Values are those of `understood`. Raises UnknownRecord, StaleRevision, UnknownField,
    WrongValue; then nothing was changed.
    """
    task = _task(session, key)
    _match(task.revision, if_match)
    context = context_of(_document(session, task.document_id))
    read, shown = decode_task(task.reading or task.record), decode_task(task.record)
    values = {name: understood(name, value, shown, context) for name, value in changes.items()}
    values = {
        name: value
        for name, value in values.items()
        if essence(value) != essence(getattr(shown, name))
    }
    if not values:
        return task
    there = selectors_of(_as_read(session, task.document_id))
    selectors = next(encode(one).decode() for one in there if one.id == task.id)
    for name, value in values.items():
        session.add(
            CorrectionRow(
                id=_next_id(),
                document_id=task.document_id,
                task_id=task.id,
                field=name,
                before=encode(getattr(read, name)).decode(),
                after=encode(value).decode(),
                selectors=selectors,
                reason=reason,
                author=by.author,
                version=version("kehoach"),
            )
        )
    session.flush()
    _rebuild(session, task)
    by.record(session, "task.correct", key, {"fields": " ".join(values)})
    return _task(session, key)


def add_task(
    session: Session,
    document: str,
    after: str,
    values: Mapping[str, Any],
    *,
    by: By,
    reason: str | None = None,
) -> TaskRow:
    """Adds a task behind the task of the id `after`, with `values` as `correct` takes them.

    For what the reading passed over or took together: it stands in the source where that task
    does, and each later reading has it behind the same task. Raises NoPlan, UnknownTask,
    UnknownField, WrongValue.
    """
    plan = _plan(session, document)
    t = TaskRow.__table__.c
    mine = (t.document_id == plan.document_id, t.id == after)
    row = session.scalars(select(TaskRow).where(*mine)).first()
    if row is None:
        raise UnknownTask
    blank: dict[str, Any] = dict.fromkeys(FIELDS) | {"extra": {}, "same_as": None}
    beside = dataclasses.replace(
        decode_task(row.record), id=f"p-{token_hex(8)}", confidence=1.0, issues=(), **blank
    )
    context = context_of(decode_document(plan.head))
    said = {name: understood(name, value, beside, context) for name, value in values.items()}
    task = dataclasses.replace(beside, **said)
    there = selectors_of(_as_read(session, plan.document_id))
    kept = Kept(task, encode(task).decode())
    session.add(
        CorrectionRow(
            id=_next_id(),
            document_id=plan.document_id,
            task_id=task.id,
            field=ADDED,
            before="null",
            after=kept.record,
            selectors=next(encode(one).decode() for one in there if one.id == after),
            reason=reason,
            author=by.author,
            version=version("kehoach"),
        )
    )
    position, unit = row.position + 1, row.unit_id
    behind = (t.document_id == plan.document_id, t.position >= position)
    session.execute(update(TaskRow.__table__).where(*behind).values(position=t.position + 1))
    columns = kept.row(plan.document_id, unit, position)
    session.execute(
        insert(TaskRow.__table__).values(
            document_id=plan.document_id, status="open", revision=0, **columns
        )
    )
    new = session.scalars(select(TaskRow).where(t.key == columns["key"])).one()
    write_task(session, new, kept)
    _count_up(session, plan.document_id, status="draft")
    by.record(session, "task.add", columns["key"])
    return _task(session, columns["key"])


def withdraw(
    session: Session,
    correction_id: str,
    *,
    by: By,
    if_match: int | None = None,
) -> CorrectionRow:
    """Takes a correction back: the one before it counts again, or else what was read.

    `if_match` is the revision of the task. Raises UnknownRecord, StaleRevision.
    """
    found = session.get(CorrectionRow, correction_id)
    if found is None:
        raise UnknownCorrection
    lock(session, found.document_id)
    session.refresh(found)
    if found.withdrawn_at is not None:
        return found
    task = None
    if found.orphaned_at is None:
        task = session.scalars(
            select(TaskRow).where(
                col(TaskRow.document_id) == found.document_id, col(TaskRow.id) == found.task_id
            )
        ).one()
        _match(task.revision, if_match)
    found.withdrawn_at, found.withdrawn_by = now(), by.author
    session.flush()
    subject = task.key if task else found.document_id
    if task is not None and found.field == ADDED:
        _remove(session, task)
    elif task is not None:
        _rebuild(session, task)
    detail = {"correction": correction_id, "field": found.field}
    by.record(session, "correction.withdraw", subject, detail)
    return found


def confirm_task(
    session: Session,
    key: str,
    *,
    by: By,
    status: ReviewStatus = "confirmed",
    if_match: int | None = None,
) -> TaskRow:
    """Says that a task was checked, is none, or is open again; then its plan is a draft, too.

    Raises UnknownRecord, StaleRevision.
    """
    task = _task(session, key)
    _match(task.revision, if_match)
    if task.status == status:
        return task
    _say(session, task.document_id, [task.id], status)
    by.record(session, f"task.{_DONE[status]}", key)
    return _task(session, key)


_DONE = {"confirmed": "confirm", "open": "reopen", "dropped": "drop"}


def confirm_tasks(
    session: Session,
    document: str,
    wanted: Collection[str],
    *,
    by: By,
    status: ReviewStatus = "confirmed",
) -> tuple[list[str], int]:
    """Says the same of several tasks of a plan, given by their ids, at once.

    Those that are open become confirmed or dropped; with "open", those that are not. Returns the
    ids of those that changed and the serial of the row in the audit trail. Raises NoPlan.
    """
    plan = _plan(session, document)
    t = TaskRow.__table__.c
    there = select(t.id).where(
        t.document_id == plan.document_id, (t.status == "open") == (status != "open")
    )
    changed = [one for one in session.scalars(there) if one in wanted]
    if changed:
        _say(session, plan.document_id, changed, status)
    detail = {"tasks": " ".join(changed)}
    row = by.record(session, f"tasks.{_DONE[status]}", plan.document_id, detail)
    session.flush()
    assert row.serial is not None
    return changed, row.serial


def _say(session: Session, document_id: str, tasks: Sequence[str], status: ReviewStatus) -> None:
    session.execute(
        update(TaskRow.__table__)
        .where(col(TaskRow.document_id) == document_id, col(TaskRow.id).in_(tasks))
        .values(status=status, revision=col(TaskRow.revision) + 1)
    )
    _count_up(session, document_id, **({"status": "draft"} if status == "open" else {}))


def confirm_plan(
    session: Session,
    document: str,
    *,
    by: By,
    status: Literal["draft", "confirmed"] = "confirmed",
    if_match: int | None = None,
) -> PlanRow:
    """Says that a plan was checked, with every task in it, or is a draft again.

    A plan that is a draft again keeps what was said of its tasks. Raises NoPlan, StaleRevision.
    """
    plan = _plan(session, document)
    _match(plan.revision, if_match)
    if plan.status == status:
        return plan
    if status == "confirmed":
        session.execute(
            update(TaskRow.__table__)
            .where(col(TaskRow.document_id) == plan.document_id, col(TaskRow.status) == "open")
            .values(status="confirmed", revision=col(TaskRow.revision) + 1)
        )
    _count_up(session, plan.document_id, status=status)
    action = "confirm" if status == "confirmed" else "reopen"
    by.record(session, f"plan.{action}", plan.document_id)
    return _plan(session, document)


def orphans(session: Session, document: str | None = None) -> list[CorrectionRow]:
    """The corrections that fit no task now, the oldest first."""
    c = CorrectionRow.__table__.c
    found = select(CorrectionRow).where(c.orphaned_at.is_not(None), c.withdrawn_at.is_(None))
    if document is not None:
        found = found.where(document_is(c.document_id, document))
    return list(session.scalars(found.order_by(c.created_at, c.id)))


def _remove(session: Session, task: TaskRow) -> None:
    """Takes a task away that a person added; what was said of it is taken back with it."""
    document, position = task.document_id, task.position
    t, c = TaskRow.__table__.c, CorrectionRow.__table__.c
    theirs = (c.document_id == document, c.task_id == task.id, c.withdrawn_at.is_(None))
    session.execute(update(CorrectionRow.__table__).where(*theirs).values(withdrawn_at=now()))
    session.execute(delete(TaskRow.__table__).where(t.serial == task.serial))
    behind = (t.document_id == document, t.position > position)
    session.execute(update(TaskRow.__table__).where(*behind).values(position=t.position - 1))
    _count_up(session, document)


def _rebuild(session: Session, task: TaskRow) -> None:
    """Writes the task anew: as it was read, with the corrections that count now."""
    c = CorrectionRow.__table__.c
    changes = session.scalars(
        select(CorrectionRow)
        .where(
            c.document_id == task.document_id,
            c.task_id == task.id,
            c.field != ADDED,
            c.withdrawn_at.is_(None),
            c.orphaned_at.is_(None),
        )
        .order_by(c.created_at, c.id)
    ).all()
    reading = task.reading or task.record
    new = read = decode_task(reading)
    if changes:
        new = corrected(read, changes, context_of(_document(session, task.document_id)))
    kept = Kept(new, encode(new).decode(), reading) if changes else Kept(read, reading)
    write_task(session, task, kept)
    _count_up(session, task.document_id)


def _count_up(session: Session, document_id: str, **values: str) -> None:
    session.execute(
        update(PlanRow.__table__)
        .where(col(PlanRow.document_id) == document_id)
        .values(revision=col(PlanRow.revision) + 1, **values)
    )
    session.expire_all()


def _as_read(session: Session, document_id: str) -> list[Task]:
    """The tasks of a document as they were read, in its order."""
    t = TaskRow.__table__.c
    records = session.scalars(
        select(func.coalesce(t.reading, t.record))
        .where(t.document_id == document_id)
        .order_by(t.position, t.serial)
    )
    return [decode_task(record) for record in records]


def _task(session: Session, key: str) -> TaskRow:
    """The task, with its document locked for others who write."""
    wanted = select(TaskRow).where(col(TaskRow.key) == key)
    found = session.scalars(wanted).first()
    if found is None:
        raise UnknownTask
    lock(session, found.document_id)
    session.refresh(found)
    return found


def _plan(session: Session, document: str) -> PlanRow:
    wanted = select(PlanRow).where(document_is(col(PlanRow.document_id), document))
    found = session.scalars(wanted).first()
    if found is None:
        raise NoPlan
    lock(session, found.document_id)
    session.refresh(found)
    return found


def _document(session: Session, document_id: str) -> Document:
    head = session.scalar(select(col(PlanRow.head)).where(col(PlanRow.document_id) == document_id))
    return decode_document(head or "")


def _match(current: int, wanted: int | None) -> None:
    if wanted is not None and wanted != current:
        raise ChangedMeanwhile(current=current)


def _next_id() -> str:
    """32 hex digits that sort by time."""
    return f"{time.time_ns() // 1000:014x}{token_hex(9)}"


def understood(name: str, value: Any, task: Task, plan: Context) -> Any:
    """The value of a field in the contract.

    A text (None for none) is read as the plan would be: who is meant in lead and coordinating,
    which day in deadline; `field` is a code of `corpora/fields.tsv`. Of lead and coordinating the
    bodies can be told instead, {"agencies": [ids…]}, with or without another "text". Raises
    UnknownField, WrongValue.
    """
    if name not in FIELDS:
        raise UnknownField(name=name, names=", ".join(FIELDS))
    if name in ("lead", "coordinating"):
        current = getattr(task, name)
        if isinstance(value, dict):
            return _told(name, value, current, plan)
        words = _text(name, value)
        return Assignment(words, read_agencies(words, plan.unit, plan.on)) if words else None
    words = _text(name, value)
    if words is None:
        return None
    if name == "deadline":
        return read_deadline(words, plan.years, plan.on)
    if name == "field":
        if not any(words == one.code for one in fields.fields()):
            raise NoSuchReformField(field=words)
        return FieldMatch(words, PERSON, 1.0)
    return words


def _text(name: str, value: Any) -> str | None:
    """A text as plans have them: NFC, blanks folded, lines kept; None where nothing is in it."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        raise NotText(name=name, longest=LONGEST)
    if any(unicodedata.category(letter) == "Cs" for letter in value):
        raise NoLetters(name=name)
    lines = (" ".join(line.split()) for line in normal(value).splitlines())
    return "\n".join(line for line in lines if line) or None


def _told(
    name: str, value: dict[str, Any], current: Assignment | None, plan: Context
) -> Assignment:
    """The cell with the bodies a person named; its words stay unless others are given."""
    ids = value.get("agencies")
    if (
        not set(value) <= {"text", "agencies"}
        or not isinstance(ids, list)
        or not 0 < len(ids) <= MOST_BODIES
        or not all(isinstance(one, str) for one in ids)
    ):
        raise NoAssignment(name=name)
    found = tuple(_body(one, plan) for one in dict.fromkeys(ids))
    words = _text(name, value.get("text")) or (current.text if current else None)
    return Assignment(words or "; ".join(body.text for body in found), found)


def _body(agency_id: str, plan: Context) -> AgencyMention:
    unit, _, slug = agency_id.partition("/")
    role, home = agencies.roles().get(slug), units.find(unit, plan.on)
    if role is None or home is None or home.level != role.unit:
        raise NoSuchAgency(agency=agency_id)
    name = full_name(role, unit, plan.on)
    return AgencyMention(
        name, agency_id, name, "agency", role.unit, 1.0, via=PERSON,
        issues=() if role.stands(plan.on) else ("agency.not-in-force",),
    )  # fmt: skip
