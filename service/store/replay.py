"""Corrections on a reading: which task each one is of, and the task with them in it.

A correction is pinned to content by several selectors: the task's id, its words, the words before
and after it, its table and row. It belongs to the one task that has the very words, and the id or
the same place between the same neighbours; where rows are alike the neighbours must agree in any
case. Else it is an orphan: it is shown, and never moved to a lookalike.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from extractor.checks import confidence_of, deadline_issues
from models.agency import Assignment
from models.deadline import Deadline
from models.plan import Document
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
_VALUES = {name: msgspec.json.Decoder(kind) for name, kind in FIELDS.items()}


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


_SELECTORS = msgspec.json.Decoder(Selectors)


def selectors(kept: str) -> Selectors:
    """Those that a correction keeps as JSON."""
    return _SELECTORS.decode(kept)


@dataclass(frozen=True, slots=True)
class Change:
    """A correction that counts: `before` and `after` are values of the field as JSON."""

    id: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the words of a plan are understood by: its unit, its day and its years."""

    unit: str | None
    on: date | None
    years: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> "Frame":
        on = date.fromisoformat(document.issued_on) if document.issued_on else None
        unit, period = document.unit, document.period
        return cls(unit.id if unit else None, on, period.years if period else ())


def words_of(subject: str | None, description: str | None, product: str | None) -> str:
    """The words a task is known by, without their line breaks."""
    return " ".join(" ".join(filter(None, (subject, description or product))).split())


@dataclass(frozen=True, slots=True)
class Spot:
    """A task as it was read, as far as selectors look at it."""

    id: str
    words: str
    appendix: str | None
    table: int | None
    row: int | None

    @classmethod
    def of(cls, task: Task) -> "Spot":
        at = task.provenance
        words = words_of(task.subject, task.description, task.product)
        return cls(task.id, words, task.appendix, at.table, at.row)


class Spots:
    """The tasks of one reading, in its order."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self._spots = spots
        self._alike: dict[str, list[int]] = defaultdict(list)
        for at, spot in enumerate(spots):
            self._alike[spot.words].append(at)

    def selectors(self, task_id: str) -> Selectors:
        """What pins the task; raises KeyError for an id that is not there."""
        for at, spot in enumerate(self._spots):
            if spot.id == task_id:
                return Selectors(
                    spot.id, spot.words, self._words(at - 1), self._words(at + 1), spot.appendix,
                    spot.table, spot.row, len(self._alike[spot.words]),
                )  # fmt: skip
        raise KeyError(task_id)

    def fitting(self, wanted: Selectors) -> int | None:
        """The place of the one task that agrees with the selectors; None for none, or several."""
        same = self._alike.get(wanted.words, [])
        if len(same) == 1 and wanted.alike == 1 and self._spots[same[0]].id == wanted.id:
            return same[0]
        fitting = [at for at in same if self._between(at, wanted) and self._placed(at, wanted)]
        return fitting[0] if len(fitting) == 1 else None

    def _words(self, at: int) -> str | None:
        return self._spots[at].words if 0 <= at < len(self._spots) else None

    def _between(self, at: int, wanted: Selectors) -> bool:
        return (self._words(at - 1), self._words(at + 1)) == (wanted.previous, wanted.next)

    def _placed(self, at: int, wanted: Selectors) -> bool:
        spot = self._spots[at]
        place = (spot.appendix, spot.table, spot.row)
        return spot.id == wanted.id or place == (wanted.appendix, wanted.table, wanted.row)


def corrected(task: Task, changes: Sequence[Change], frame: Frame) -> Task:
    """The task as read with the changes in it, oldest first; the last of a field counts."""
    latest = {change.field: change for change in changes}
    if not latest:
        return task
    values: dict[str, Any] = {
        name: _VALUES[name].decode(change.after) for name, change in latest.items()
    }
    new = dataclasses.replace(task, **values)
    kept = [issue for issue in task.issues if not _of(issue, latest)]
    gone = _doubts_of_bodies(task) - _doubts_of_bodies(new)
    issues = [issue for issue in kept if issue not in gone]
    for issue in _doubts(new, latest, frame):
        if issue not in issues:
            issues.append(issue)
    if any(_differs(task, change) for change in latest.values()):
        issues.append(CHANGED)
    if tuple(issues) == task.issues:
        return new
    certainty = task.confidence / (confidence_of(1.0, task.issues) or 1.0)
    confidence = min(1.0, confidence_of(min(1.0, certainty), issues))
    return dataclasses.replace(new, issues=tuple(issues), confidence=round(confidence, 3))


def _of(issue: str, fields: dict[str, Change]) -> bool:
    """Whether an issue is about one of the corrected fields."""
    about = issue.partition(".")[0]
    return about in fields or (
        issue == "row.without-task" and not {"subject", "description"}.isdisjoint(fields)
    )


def _doubts_of_bodies(task: Task) -> set[str]:
    cells = (task.lead, task.coordinating)
    return {issue for cell in cells if cell for body in cell.agencies for issue in body.issues}


def _doubts(task: Task, fields: dict[str, Change], frame: Frame) -> list[str]:
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
        on = frame.on.isoformat() if frame.on else None
        found += deadline_issues(task.deadline, on, frame.years)
    if not (task.subject or task.description) and not {"subject", "description"}.isdisjoint(fields):
        found.append("row.without-task")
    return found


def _differs(task: Task, change: Change) -> bool:
    """Whether the field is now read as something else than when it was corrected."""
    before = _VALUES[change.field].decode(change.before)
    return bool(essence(before) != essence(getattr(task, change.field)))


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
