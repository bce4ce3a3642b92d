"""The tasks of a plan under review, in their order, each with what is doubted of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session

from extractor.checks import REMARKS
from models.contract import decode_task
from models.plan import ReviewStatus
from models.tables import TaskRow
from models.task import Origin, Task
from service.pages.wordings import EDITABLE
from service.store.errors import UnknownTask
from service.store.replay import words_in

#: A task that is surer than that and of which nothing is doubted needs no second look.
SURE = 0.8

Sorting = Literal["printed", "doubtful"]

#: The fields of which equal cells can be corrected together.
ALIKE = ("lead", "coordinating", "deadline")


@dataclass(frozen=True, slots=True)
class Line:
    """A task of the plan under review: as it is now, as it was read, what is doubted of it."""

    key: str
    task: Task
    read: Task
    status: ReviewStatus
    revision: int
    doubts: tuple[str, ...]

    @property
    def words(self) -> str:
        task = self.task
        return task.description or task.subject or task.target or task.product or ""

    @property
    def open(self) -> bool:
        return self.status == "open"

    @property
    def sure(self) -> bool:
        return not self.doubts

    @property
    def added(self) -> bool:
        """Whether a person added it."""
        return self.task.id.startswith("p-")


def lines_of(
    session: Session, document_id: str, order: Sorting = "printed", part: Origin | None = None
) -> list[Line]:
    """The tasks of a document or of a part of it, those that people dropped among them.

    As printed, or those that are doubted first. A duty in running text that repeats a row of a
    table is looked at with that row.
    """
    t = TaskRow.__table__.c
    wanted = (t.document_id == document_id, t.same_as.is_(None))
    rows = session.execute(
        select(t.key, t.record, t.reading, t.status, t.revision)
        .where(*wanted, *([t.origin == part] if part else []))
        .order_by(t.position, t.serial)
    )
    found = [_line(*row) for row in rows]
    if order == "printed":
        return found
    return sorted(found, key=lambda one: (one.sure, one.task.confidence))


def _line(key: str, record: str, reading: str | None, status: ReviewStatus, revision: int) -> Line:
    task = decode_task(record)
    doubts = tuple(issue for issue in task.issues if issue not in REMARKS)
    if task.confidence < SURE and not doubts:
        doubts = ("task.unsure",)
    return Line(key, task, decode_task(reading or record), status, revision, doubts)


def place_of(lines: Sequence[Line], task: str | None) -> int:
    """Where the task is that was asked for, else the first that is open. Raises UnknownTask."""
    if task is not None:
        for number, line in enumerate(lines):
            if line.task.id == task:
                return number
        raise UnknownTask
    return next((number for number, line in enumerate(lines) if line.open), 0)


def next_one(lines: Sequence[Line], at: int, fits: Callable[[Line], bool]) -> Line | None:
    """The next line behind that one that fits, from the beginning again at the end."""
    return next((one for one in (*lines[at + 1 :], *lines[:at]) if fits(one)), None)


def texts_of(task: Task) -> dict[str, str]:
    """The words of every field that can be corrected."""
    return {name: words_in(getattr(task, name)) or "" for name in EDITABLE}


def alike(lines: Iterable[Line], line: Line, name: str) -> list[Line]:
    """The other tasks that have the same words in a field."""
    words = words_in(getattr(line.task, name))
    if not words:
        return []
    some = (one for one in lines if one.key != line.key)
    return [one for one in some if words_in(getattr(one.task, name)) == words]


def doubts_by_field(line: Line) -> Mapping[str, list[str]]:
    """What is doubted, by the field it is about; "" for the whole task."""
    found: dict[str, list[str]] = defaultdict(list)
    for issue in line.doubts:
        field, _, kind = issue.partition(".")
        field = "description" if field == "task" and kind == "column-guessed" else field
        bodies = field == "agency" and next((one for one in ALIKE if _has(line, one, issue)), "")
        found[bodies or (field if field in EDITABLE else "")].append(issue)
    return found


def _has(line: Line, field: str, issue: str) -> bool:
    """Whether a body named in a field has the issue."""
    cell = getattr(line.task, field)
    return any(issue in body.issues for body in getattr(cell, "agencies", ()))
