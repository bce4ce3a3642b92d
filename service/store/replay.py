"""Corrections on a reading: which task each one is of, and the task with them in it.

A correction is pinned to content by several selectors: the task's id, its words, the words before
and after it, its table and row. It belongs to the one task that has the very words, and the id or
the same place between the same neighbours; where rows are alike the neighbours must agree in any
case. Else it is an orphan: it is shown, and never moved to a lookalike.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from datetime import date
from typing import Any

import msgspec

from extractor.checks import confidence_of, deadline_issues
from extractor.context import Context
from models.agency import Assignment
from models.deadline import Deadline
from models.plan import Document
from models.tables import CorrectionRow
from models.task import FieldMatch, Task

#: The issue of a corrected task whose field is now read in another way than when it was corrected.
CHANGED = "correction.reading-changed"

_ASSIGNMENTS = ("lead", "coordinating")
_TEXTS = ("ordinal", "subject", "description", "product", "target", "note")

#: What can be corrected, with the type of its value in the contract.
FIELDS: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, str | None),
    **dict.fromkeys(_ASSIGNMENTS, Assignment | None),
    "deadline": Deadline | None,
    "field": FieldMatch | None,
}

#: A correction of this field adds a whole task, behind the one that its selectors pin.
ADDED = "added"

_VALUES = {
    name: msgspec.json.Decoder(kind) for name, kind in {**FIELDS, ADDED: Task | None}.items()
}


class Selectors(msgspec.Struct, frozen=True):
    """Where a corrected task stood: its words and place as it was read then.

    `alike` is how many tasks of the document had the same words, itself among them.
    """

    id: str
    words: str
    previous: str | None
    next: str | None
    appendix: str | None
    table: int | None
    row: int | None
    alike: int = 1

    @property
    def place(self) -> tuple[str | None, int | None, int | None]:
        return self.appendix, self.table, self.row


_SELECTORS = msgspec.json.Decoder(Selectors)


def selectors_of(tasks: Sequence[Task]) -> list[Selectors]:
    """What pins each task of a reading."""
    words = [
        " ".join(" ".join(filter(None, (one.subject, one.description or one.product))).split())
        for one in tasks
    ]
    alike = Counter(words)
    around = [None, *words, None]
    return [
        Selectors(
            task.id, words[at], around[at], around[at + 2], task.appendix, task.provenance.table,
            task.provenance.row, alike[words[at]],
        )
        for at, task in enumerate(tasks)
    ]  # fmt: skip


def fitting(wanted: Selectors, there: Sequence[Selectors]) -> Selectors | None:
    """The one task that agrees with the selectors; None for none, or several."""
    same = [one for one in there if one.words == wanted.words]
    if len(same) == wanted.alike == 1 and same[0].id == wanted.id:
        return same[0]
    fit = [
        one
        for one in same
        if (one.previous, one.next) == (wanted.previous, wanted.next)
        and (one.id == wanted.id or one.place == wanted.place)
    ]
    return fit[0] if len(fit) == 1 else None


def woven(
    tasks: Sequence[Task], corrections: Sequence[CorrectionRow]
) -> tuple[list[Task], dict[str, str | None]]:
    """The tasks of a reading with those that people added, each behind the task it was put behind.

    `corrections` are those that count, the oldest first. Also tells where each addition went: to
    the task it added, or to none where the task before it is not there any more.
    """
    found, places = list(tasks), dict[str, str | None]()
    for one in corrections:
        if one.field != ADDED:
            continue
        before = fitting(_SELECTORS.decode(one.selectors), selectors_of(found))
        places[one.id] = one.task_id if before else None
        if before:
            at = next(number for number, task in enumerate(found) if task.id == before.id)
            found.insert(at + 1, decoded(ADDED, one.after))
    return found, places


def replayed(
    document: Document, tasks: Sequence[Task], corrections: Sequence[CorrectionRow]
) -> tuple[dict[str, Task], dict[str, str | None]]:
    """The corrected tasks of a reading by id, and which task each correction is of by its own.

    `corrections` are those that count, the oldest first; the task of an orphan is None.
    """
    if not corrections:
        return {}, {}
    there = selectors_of(tasks)
    by_id = {task.id: task for task in tasks}
    places: dict[str, str | None] = {}
    changes: dict[str, list[CorrectionRow]] = defaultdict(list)
    for one in corrections:
        found = fitting(_SELECTORS.decode(one.selectors), there)
        places[one.id] = found.id if found else None
        if found:
            changes[found.id].append(one)
    context = context_of(document)
    return {id_: corrected(by_id[id_], some, context) for id_, some in changes.items()}, places


def context_of(document: Document) -> Context:
    """What the words of a plan are understood by: its unit, its day and its years."""
    on = date.fromisoformat(document.issued_on) if document.issued_on else None
    unit, period = document.unit, document.period
    return Context(unit.id if unit else None, on, period.years if period else ())


def corrected(task: Task, changes: Sequence[CorrectionRow], context: Context) -> Task:
    """The task as read with the changes in it, oldest first; the last of a field counts."""
    latest = {change.field: change for change in changes}
    if not latest:
        return task
    values: dict[str, Any] = {name: decoded(name, change.after) for name, change in latest.items()}
    new = dataclasses.replace(task, **values)
    kept = [issue for issue in task.issues if not _of(issue, latest)]
    gone = _doubts_of_bodies(task) - _doubts_of_bodies(new)
    issues = [issue for issue in kept if issue not in gone]
    for issue in _doubts(new, latest, context):
        if issue not in issues:
            issues.append(issue)
    if any(_differs(task, change) for change in latest.values()):
        issues.append(CHANGED)
    if tuple(issues) == task.issues:
        return new
    certainty = task.confidence / (confidence_of(1.0, task.issues) or 1.0)
    confidence = min(1.0, confidence_of(min(1.0, certainty), issues))
    return dataclasses.replace(new, issues=tuple(issues), confidence=round(confidence, 3))


def _of(issue: str, fields: Container[str]) -> bool:
    """Whether an issue is about one of the corrected fields."""
    if issue == "row.without-task":
        return "subject" in fields or "description" in fields
    return issue.partition(".")[0] in fields


def _doubts_of_bodies(task: Task) -> set[str]:
    cells = (task.lead, task.coordinating)
    return {issue for cell in cells if cell for body in cell.agencies for issue in body.issues}


def _doubts(task: Task, fields: Container[str], context: Context) -> list[str]:
    """What is doubtful about the values that people gave."""
    found = []
    for name in _ASSIGNMENTS:
        cell: Assignment | None = getattr(task, name)
        if name in fields and cell:
            if any(body.kind == "unknown" for body in cell.agencies):
                found.append(f"{name}.unresolved")
            found += [issue for body in cell.agencies for issue in body.issues]
    if "deadline" in fields and task.deadline:
        if task.deadline.unread:
            found.append("deadline.unread")
        on = context.on.isoformat() if context.on else None
        found += deadline_issues(task.deadline, on, context.years)
    if not (task.subject or task.description) and _of("row.without-task", fields):
        found.append("row.without-task")
    return found


def _differs(task: Task, change: CorrectionRow) -> bool:
    """Whether the field is now read as something else than when it was corrected."""
    before = decoded(change.field, change.before)
    return bool(essence(before) != essence(getattr(task, change.field)))


def decoded(field: str, value: str) -> Any:
    """The value of a field, from its JSON in a correction."""
    return _VALUES[field].decode(value)


def words_in(value: Any) -> str | None:
    """The words of a value of a field: those of the cell."""
    match value:
        case Assignment() | Deadline():
            return value.text
        case FieldMatch():
            return value.code
    return value if isinstance(value, str) else None


def essence(value: Any) -> Any:
    """What a value says, without how surely and by which rule it was read."""
    match value:
        case Assignment():
            bodies = Counter((body.id, body.members, body.closed) for body in value.agencies)
            return value.text, bodies
        case Deadline():
            return dataclasses.replace(value, rule=None, parts=(), edtf=None), len(value.parts)
        case FieldMatch():
            return value.code
    return value
