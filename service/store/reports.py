"""What trackers say of tasks: whether they are done, and by which ids they know them.

It is kept by the name that a task has in the feed, so it stays over later readings and is that of
every file of the plan, and it says nothing of the document. How far a task is follows from the
report and the due day as of a day that is asked for, and is kept nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from models.plan import TaskState, TrackerReport
from models.tables import ForeignIdRow, PlanFormRow, PlanRow, ReportRow, TaskRow
from models.tables.columns import now
from service.store.changes import of_plan
from service.store.database import lots
from service.store.errors import NoPlan, UnknownTask
from service.store.saving import lock
from service.store.statements import document_is

#: Before its due day a task is told to be due soon for a week, the step in which offices report.
SOON = timedelta(days=7)

_f, _r = PlanFormRow.__table__.c, ReportRow.__table__.c


class _Deadline(msgspec.Struct):
    due: str | None = None


class _Dated(msgspec.Struct):
    deadline: _Deadline | None = None


_dated = msgspec.json.Decoder(_Dated)


def report(session: Session, key: str, said: Mapping[str, Any], *, author: str) -> ReportRow:
    """Keeps what a tracker says of the task `key`; the same again changes nothing.

    `said` has `done`, `done_on`, `note` and `link`. Raises UnknownTask.
    """
    task = session.scalar(select(TaskRow).where(col(TaskRow.key) == key))
    if task is None:
        raise UnknownTask
    lock(session, task.document_id)
    plan = session.scalars(select(_f.plan).where(_f.document_id == task.document_id)).one()
    subject = f"{plan}.{task.id}"
    row = session.get(ReportRow, subject, populate_existing=True)
    if row is None:
        row = ReportRow(subject=subject, author=author, **said)
    elif any(getattr(row, name) != value for name, value in said.items()):
        for name, value in {**said, "author": author, "at": now()}.items():
            setattr(row, name, value)
        row.revision += 1
    session.add(row)
    session.flush()
    return row


def reports_of(
    session: Session, rows: Iterable[Any], on: date | None = None
) -> dict[tuple[str, str], TrackerReport]:
    """What is reported of tasks, by document and id, and how far each is as of a day.

    Each row has `document_id`, `id` and `record`; without a day, tasks that nobody reported are
    left out.
    """
    tasks = {(row.document_id, row.id): row.record for row in rows}
    names = plans_of(session, {document for document, _ in tasks})
    subjects = {f"{names.get(one[0])}.{one[1]}": one for one in tasks}
    said: dict[tuple[str, str], Any] = {}
    some_told = session.execute(select(_r.subject).limit(1)).first()
    wanted = sorted(subjects) if some_told else []
    for few in lots(wanted):
        some = select(ReportRow.__table__).where(_r.subject.in_(few))
        said |= {subjects[row.subject]: row for row in session.execute(some)}
    if on is None:
        return {one: reported(row) for one, row in said.items()}
    return {one: reported(said.get(one), record, on) for one, record in tasks.items()}


def plans_of(session: Session, documents: Iterable[str]) -> dict[str, str]:
    """What the plans of documents are called in the feed."""
    known = select(_f.document_id, _f.plan).where(_f.document_id.in_(documents))
    return dict(session.execute(known).all())


def reported(row: Any | None, record: str | None = None, on: date | None = None) -> TrackerReport:
    """A row of a report as it is told, and how far the task of that JSON is as of a day."""
    told = TrackerReport()
    if row is not None:
        done_on = row.done_on.isoformat() if row.done_on else None
        told = TrackerReport(row.done, done_on, row.note, row.link, row.author, row.at.isoformat())
    if on is None or record is None:
        return told
    deadline = _dated.decode(record).deadline
    due = date.fromisoformat(deadline.due) if deadline and deadline.due else None
    done_then = row.done_on if row else None
    state = _state(due, bool(told.done), done_then, on)
    return replace(told, on=on.isoformat(), state=state)


def _state(due: date | None, done: bool, done_on: date | None, on: date) -> TaskState:
    """How far a task is as of a day; what was done later was not done yet."""
    if done and (done_on is None or done_on <= on):
        if due is None or done_on is None:
            return "done"
        return "done_in_time" if done_on <= due else "done_late"
    if due is None:
        return "no_due"
    if due < on:
        return "overdue"
    return "due_soon" if due - on <= SOON else "not_due"


# Ids of trackers


def document_of(session: Session, name: str) -> str:
    """The id of the document with a plan, by its id or key; raises NoPlan."""
    column = PlanRow.__table__.c.document_id
    found = session.scalar(select(column).where(document_is(column, name)))
    if found is None:
        raise NoPlan
    return str(found)


def set_ids(
    session: Session, document_id: str, tracker: str, ids: Sequence[tuple[str, str]]
) -> None:
    """Makes these the ids of a tracker, each with the task it is of, in place of those before.

    An id that it had for a task of another plan is this one's now.
    """
    lock(session, document_id)
    plan = plans_of(session, [document_id])[document_id]
    x = ForeignIdRow.__table__.c
    mine = x.tracker == tracker
    moved = select(x.subject).where(mine, x.id.in_([id_ for id_, _ in ids]))
    for other in {one.partition(".")[0] for one in session.scalars(moved)} - {plan}:
        for document in session.scalars(select(_f.document_id).where(_f.plan == other)):
            lock(session, document)
    session.execute(delete(ForeignIdRow).where(mine, of_plan(x.subject, plan)))
    session.execute(delete(ForeignIdRow).where(mine, x.id.in_([id_ for id_, _ in ids])))
    if ids:
        rows = [{"tracker": tracker, "id": id_, "subject": f"{plan}.{task}"} for id_, task in ids]
        session.execute(insert(ForeignIdRow), rows)
