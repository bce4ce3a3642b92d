"""The rows of a table of tasks: which are tasks, which only head a group."""

import re
from dataclasses import dataclass, field

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import RANK, TOTAL, Label, label_of, ordinal_of
from extractor.layout import Cell
from extractor.ledger import Fated
from extractor.structure.headers import Header
from extractor.structure.sheets import Row, Sheet, ordinal_text
from models.provenance import Place, cover

#: The columns that make a row a task in its own right (the gold's rule for parent rows).
OWN = ("lead", "coordinating", "product", "deadline")
#: The columns that name what a row is about.
NAMING = ("task", "subject")
#: Labels that head a group where they stand beside a name and nothing else.
HEADING = frozenset({"roman", "capital", "part", "chapter", "division"})
#: How sure a column's role, and a row that a decoder found, must be not to be marked as doubtful.
COLUMN_SURE, ROW_SURE = threshold("column.sure"), threshold("row.sure")
FIELDS = ("subject", "task", "lead", "coordinating", "product", "target", "deadline", "note")

_DITTO = re.compile(
    rf"\s*(?:[-–(]*\s*(?:{pattern('form_words', 'ditto')})\.?\s*[-–)]*"
    r"|[\"”″]|-\s*[\"”]\s*-|//)\s*\.?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class TaskRow:
    """A row that is a task: the printed text of each field and where it stands.

    `repeats` has what a field stands for where it only repeats the one above ("nt").
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


def read_rows(sheet: Sheet) -> tuple[list[TaskRow], list[Row], list[Fated]]:
    """The tasks of `sheet` with the heading rows above each, its totals, the fates of its cells."""
    header = _with_task(sheet)
    tasks: list[TaskRow] = []
    totals: list[Row] = []
    task_cells: list[Cell] = []
    group_cells: list[Cell] = []
    stack: list[tuple[float, str]] = []
    above: dict[str, str] = {}
    rows = [row for row in sheet.rows if not row.blank]
    ordinals = [ordinal_text(row, header) for row in rows]
    labels = [ordinal_of(ordinal) if ordinal else None for ordinal in ordinals]
    for row, ordinal, label, below in zip(
        rows, ordinals, labels, [*labels[1:], None], strict=False
    ):
        cells = [cell for cells in row.cells for cell in cells]
        if _is_total(row, header):
            stack.clear()
            totals.append(row)
            group_cells += cells
            continue
        if heading := _heading(row, header, ordinal, label, below):
            text, rank = heading
            while stack and stack[-1][0] >= rank:
                stack.pop()
            stack.append((rank, text))
            group_cells += cells
            continue
        if label:  # a task ends the groups that stand below its own rank
            while stack and stack[-1][0] > _rank(label):
                stack.pop()
            while stack and stack[-1][0] == _rank(label):
                stack.pop()
        task = _task(row, header, tuple(t for _, t in stack), ordinal)
        task.repeats = _repeated(task.fields, above)
        tasks.append(task)
        task_cells += cells
    return tasks, totals, [Fated("task", task_cells), Fated("group", group_cells)]


def _with_task(sheet: Sheet) -> Header:
    """The header of `sheet`, where no column is known as the task with the wordiest one as it."""
    header = sheet.header
    if header.has("task") or header.has("subject"):
        if header.has("subject") and not header.has("task") and not header.has("target"):
            roles = tuple("task" if role == "subject" else role for role in header.roles)
            return Header(header.depth, header.headings, roles, header.certainty)
        return header
    column = sheet.wordiest()
    if column is None:
        return header
    roles = tuple("task" if i == column else role for i, role in enumerate(header.roles))
    certainty = tuple(0.5 if i == column else c for i, c in enumerate(header.certainty))
    return Header(header.depth, header.headings, roles, certainty)


def _text(row: Row, header: Header, role: str) -> str:
    column = header.column(role)
    return row.texts[column] if column is not None and column < len(row.texts) else ""


def _rank(label: Label) -> float:
    return label.rank + label.depth / 10


def _heading(
    row: Row, header: Header, ordinal: str | None, label: Label | None, below: Label | None
) -> tuple[str, float] | None:
    """The text and rank of a row that only heads a group, or None for a task.

    `below` is the label of the next row; one of lower rank stands below this (1 over 1.1, a), -).
    """
    filled = [column for column, text in enumerate(row.texts) if text]
    if row.spanning:
        return _group_of_one(row.texts[filled[0]])
    if ordinal and label and len(filled) == 2 and label.kind in HEADING:
        # "A. BỘ NÔNG NGHIỆP" heads a group, whatever column its name stands in
        return _labelled(ordinal, row.texts[filled[1]], label)
    if any(_text(row, header, role) for role in OWN):
        return None
    if len(filled) == 1:
        column = filled[0]
        if column == header.column("ordinal") and ordinal_of(row.texts[column]):
            return None
        inner = label_of(row.texts[column])
        if header.roles[column] == "ordinal" or (inner and inner.kind != "bullet"):
            return _group_of_one(row.texts[column])
        return _group_of_one(row.texts[column]) if _all_bold(row) else None
    if not ordinal or label is None:
        return None
    named = [_text(row, header, role) for role in NAMING]
    names = [text for text in named if text]
    others = set(filled) - {header.column(role) for role in (*NAMING, "ordinal")}
    if len(names) != 1 or others:
        return None
    children = below is not None and _rank(below) > _rank(label)
    if children or names[0].isupper() or _all_bold(row):
        return _labelled(ordinal, names[0], label)
    return None


def _labelled(ordinal: str, name: str, label: Label) -> tuple[str, float]:
    stop = "" if ordinal[-1] in ".):/" else "."
    return f"{ordinal}{stop} {name}", _rank(label)


def _group_of_one(text: str) -> tuple[str, float]:
    inner = label_of(text)
    return text, _rank(inner) if inner and inner.kind != "bullet" else RANK["roman"] + 0.05


def _all_bold(row: Row) -> bool:
    cells = [cell for cells in row.cells for cell in cells if cell.text]
    return bool(cells) and all(cell.bold for cell in cells)


def _task(row: Row, header: Header, group: tuple[str, ...], ordinal: str | None) -> TaskRow:
    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    cells: dict[str, Place] = {}
    issues: list[str] = []
    for column, text in enumerate(row.texts):
        role = header.roles[column] if column < len(header.roles) else None
        if not text or role == "ordinal":
            continue
        if role in FIELDS and role not in fields:
            fields[role] = text
            own = row.cells[column]
            place = own[0].place if len(own) == 1 else cover([cell.place for cell in own])
            cells["description" if role == "task" else role] = place
            if header.certainty[column] < COLUMN_SURE:
                issues.append(f"{role}.column-guessed")
        else:
            heading = header.headings[column] if column < len(header.headings) else ""
            extra[heading or f"column {column + 1}"] = text
    places = row.places()
    place = cover(places)
    pages = (
        sorted({p.page for p in places if p.page is not None} - {place.page}) if place.page else ()
    )
    continued = tuple(cover([p for p in places if p.page == page]) for page in pages)
    if row.certainty is not None and row.certainty < ROW_SURE:
        issues.append("row.uncertain")
    if row.pieces > 1:
        issues.append("row.over-page")
    return TaskRow(
        group, ordinal, fields, extra, cells, place, continued, row.table, row.number,
        1.0 if row.certainty is None else row.certainty, issues,
    )  # fmt: skip


def _is_total(row: Row, header: Header) -> bool:
    """Whether a row sums up those above it, and gives nobody anything to do."""
    named = next(filter(None, row.texts), "")
    if not TOTAL.fullmatch(named):
        return False
    # its own cell may be merged over columns that would name somebody
    return all(_text(row, header, role) in ("", named) for role in OWN)


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
