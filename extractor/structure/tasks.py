"""The rows of a table of tasks: the printed text of each field, and the groups it stands in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.layout import Cell
from extractor.structure.headers import WHEN, Header, period_of, unit_of
from extractor.structure.items import Item
from extractor.structure.rows import ReadRow, read_together
from extractor.structure.sheets import Row, Sheet
from models.provenance import Place, cover

#: How sure a column's role, and a row that a decoder found, must be not to be marked as doubtful.
COLUMN_SURE, ROW_SURE = threshold("column.sure"), threshold("row.sure")
#: How sure a column is to be that of the tasks that only has the most words.
WORDIEST = threshold("column.wordiest")
FIELDS = ("subject", "task", "lead", "coordinating", "product", "target", "deadline", "note")

_DITTO = re.compile(
    rf"\s*(?:[-–(]*\s*(?:{pattern('form_words', 'ditto')})\.?\s*[-–)]*"
    r"|[\"”″]|-\s*[\"”]\s*-|//)\s*\.?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class TaskRow:
    """A row that is a task: the printed text of each field and where it stands.

    `repeats` has what a field stands for where it only repeats the one above ("nt"), `counts` the
    part of the year that a bare number in the deadline counts.
    """

    group: tuple[str, ...]
    ordinal: str | None
    fields: dict[str, str]
    extra: dict[str, str]
    cells: dict[str, Place]
    place: Place
    continued: tuple[Place, ...]
    table: int
    number: int
    certainty: float
    issues: list[str] = field(default_factory=list)
    repeats: dict[str, str] = field(default_factory=dict)
    counts: str | None = None


def read_tasks(sheet: Sheet) -> tuple[list[TaskRow], list[ReadRow]]:
    """The tasks of `sheet`, and all rows as read."""
    header = with_task(sheet)
    reads = read_together(sheet.rows, header)
    tasks: list[TaskRow] = []
    above: dict[str, str] = {}
    for read in reads:
        if read.kind != "item":
            continue
        task = _task(read.row, header, read.group, read.ordinal)
        task.repeats = _repeated(task.fields, above)
        tasks.append(task)
    return tasks, reads


def with_task(sheet: Sheet) -> Header:
    """The header of `sheet`, where no column is known as the task with the wordiest one as it."""
    header = sheet.header
    if header.has("task") or (header.has("subject") and header.has("target")):
        return header
    column, subject = sheet.wordiest(), header.column("subject")
    if subject is not None and (column is None or not _has_more_words(sheet, column, subject)):
        return _with_task(header, subject, header.certainty[subject])
    return header if column is None else _with_task(header, column, WORDIEST)


def _has_more_words(sheet: Sheet, column: int, other: int) -> bool:
    """Whether the cells of `column` say more than those of `other`, of numbers of criteria."""
    return sum(map(len, sheet.column(column))) > sum(map(len, sheet.column(other)))


def _with_task(header: Header, column: int, certainty: float) -> Header:
    roles, sure = list(header.roles), list(header.certainty)
    roles[column], sure[column] = "task", certainty
    return replace(header, roles=tuple(roles), certainty=tuple(sure))


def _task(row: Row, header: Header, group: tuple[str, ...], ordinal: str | None) -> TaskRow:
    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    cells: dict[str, Place] = {}
    issues: list[str] = []
    counts: str | None = None
    for column, text in enumerate(row.texts):
        role = header.roles[column] if column < len(header.roles) else None
        if not text or role in ("ordinal", WHEN):
            continue
        if role in FIELDS and role not in fields:
            fields[role] = text
            if role == "deadline":
                counts = unit_of(header.headings[column])
            own = row.cells[column]
            place = own[0].place if len(own) == 1 else cover([cell.place for cell in own])
            cells["description" if role == "task" else role] = place
            if header.certainty[column] < COLUMN_SURE:
                issues.append(f"{role}.column-guessed")
        else:
            heading = header.headings[column] if column < len(header.headings) else ""
            extra[heading or f"column {column + 1}"] = text
    if header.has(WHEN) and "deadline" not in fields:
        marked = [c for c, role in enumerate(header.roles) if role == WHEN and row.texts[c]]
        if marked:
            times = [period_of(header.headings[column]) for column in marked]
            fields["deadline"] = ", ".join(filter(None, times))
            cells["deadline"] = cover([cell.place for c in marked for cell in row.cells[c]])
    places = row.places()
    place = cover(places)
    pages = (
        sorted({p.page for p in places if p.page is not None} - {place.page}) if place.page else ()
    )
    continued = tuple(cover([p for p in places if p.page == page]) for page in pages)
    own_cells = [cell for cells in row.cells for cell in cells]
    sure = reading(own_cells, issues)
    if row.certainty is not None and row.certainty < ROW_SURE:
        issues.append("row.uncertain")
    if row.pieces > 1:
        issues.append("row.over-page")
    return TaskRow(
        group, ordinal, fields, extra, cells, place, continued, row.table, row.number,
        min(sure, 1.0 if row.certainty is None else row.certainty), issues, counts=counts,
    )  # fmt: skip


def reading(printed: Sequence[Cell | Item], issues: list[str]) -> float:
    """How sure what was recognised is; its repairs and doubts go into `issues`."""
    doubtful = [one for one in printed if one.certainty < 1 or one.repairs]
    sure = min([one.certainty for one in doubtful], default=1.0)
    if any(one.repairs for one in doubtful):
        issues.append("ocr.repaired")
    if sure < ROW_SURE:
        issues.append("ocr.uncertain")
    return sure


#: The longest mark of repetition, with its brackets and blanks.
_LONGEST_DITTO = 16


def is_ditto(text: str) -> bool:
    """Whether a cell only repeats the one above.

    >>> is_ditto("-nt-"), is_ditto("Như trên"), is_ditto("nt."), is_ditto("Sở Nội vụ")
    (True, True, True, False)
    """
    return len(text) <= _LONGEST_DITTO and _DITTO.fullmatch(text) is not None


def _repeated(fields: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    """What the marks of repetition in a row stand for; its other words go into `above`."""
    found = {}
    for name in ("lead", "coordinating", "deadline"):
        text = fields.get(name, "")
        if is_ditto(text) and above.get(name, text) != text:
            found[name] = above[name]
        elif text:
            above[name] = text
    return found
