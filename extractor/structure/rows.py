"""What the rows of a table are: items, headings of groups, and what is neither; those of tasks.

The rows are read together: one that says nothing but its name, or who and when only for those
below it, heads them; one that prints the headings of the columns again is none at all. What each
shows is weighed (`signs.tsv`). Of a task the printed text of each field is kept.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, cast

from corpora.signs import judged
from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import TOTAL, Label, label_of, ordinal_of
from extractor.layout import Cell
from extractor.structure.headers import (
    WHEN,
    Header,
    numbers_columns,
    period_of,
    reads_as_again,
    unit_of,
)
from extractor.structure.items import Item
from extractor.structure.levels import LabelledRow, headings_above, level_of
from extractor.structure.sheets import Row, Sheet, ordinal_text
from models.provenance import Place, cover

#: The columns that make a row an item in its own right (the gold's rule for parent rows).
OWN = ("lead", "coordinating", "product", "deadline")
#: The columns that name what a row is about.
NAMING = ("task", "subject")
#: Labels that head a group where they stand beside a name and nothing else.
HEADING = frozenset({"roman", "capital", "part", "chapter", "division"})
#: How many rows with labels of a kind must say no who or when for one more to head a group.
ALIKE = 2

RowKind = Literal["item", "heading", "header", "total", "remark"]

#: What a cell says that leaves it to the rows below.
_POINTS = re.compile(rf"(?:{pattern('form_words', 'below')})\s*:?\s*$", re.IGNORECASE)
_REMARK = re.compile(rf"\W*(?:{pattern('form_words', 'remark')})\s*:", re.IGNORECASE)


@dataclass(slots=True)
class ReadRow:
    """A row, what it is, its number as printed and its label; `group` are the headings above it.

    `text` is that of a heading. A remark is a row of notes, or what a heading has beside its name.
    """

    row: Row
    kind: RowKind
    ordinal: str | None
    label: Label | None
    text: str = ""
    group: tuple[str, ...] = ()

    @property
    def says_more(self) -> bool:
        """Whether a row that heads a group has words besides its label and its name."""
        cells = zip(self.row.texts, self.row.own, strict=True)
        return self.kind == "heading" and any(
            own and text not in self.text for text, own in cells if not ordinal_of(text)
        )


@dataclass(slots=True)
class View:
    """A row as its neighbours show it: `name` is what heads those below it, if it heads any."""

    row: Row
    ordinal: str | None
    label: Label | None
    own: dict[str, str]
    name: str | None = None
    signs: list[str] = field(default_factory=list)


def views_of(rows: Sequence[Row], header: Header) -> list[View]:
    """Each of `rows` that says something, with the signs that it shows."""
    rows = [row for row in rows if not row.blank]
    views = []
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        number, own = ordinal_text(row, header), _own(row, header)
        if below is not None:
            own = {role: t for role, t in own.items() if not _is_shared(row, below, header, role)}
        views.append(View(row, number, _finest(row, header, number), own))
    bare = Counter(v.label.kind for v in views if v.label and not v.own)
    told = Counter(v.label.kind for v in views if v.label and v.own)
    alike = {kind for kind in bare if bare[kind] >= ALIKE > told[kind]}
    under: View | None = None
    for view in reversed(views):
        again = _again(view.row, header)
        view.signs = [again] if again else list(_signs(view, header, under, alike))
        under = under if again else view
    return views


def _again(row: Row, header: Header) -> str | None:
    """What tells that a row only has the headings of the columns again, or their numbers."""
    texts = [text for text, own in zip(row.texts, row.own, strict=True) if text and own]
    if numbers_columns(texts):
        return "numbers of the columns"
    return "headings again" if reads_as_again(texts, header) else None


def _signs(view: View, header: Header, under: View | None, alike: Container[str]) -> Iterator[str]:
    """What `view` shows; `under` is the next row that is no heading of columns, `alike` has the
    labels of bare rows."""
    row, label = view.row, view.label
    if _is_total(row, header):
        yield "opens as a sum"
        return
    filled = [column for column, text in enumerate(row.texts) if text]
    if len(filled) == 1 and _REMARK.match(row.texts[filled[0]]):
        yield "opens as a note"
        return
    yield from _name_signs(view, header, filled)
    if view.name is None:
        return
    if under is not None and label is not None and _is_child(under, header, label):
        yield "the row below opens a series"
    if label and _is_heading_label(label):
        yield "a number of headings"
        if view.own and len(_own(row, header)) <= 1 and label.kind in alike:
            yield "others of its number say no who or when"
    if view.name.isupper():
        yield "capitals"
    if _all_bold(row):
        yield "bold"
    plain = view.ordinal is None and not row.spanning and not view.own
    if plain and under and _says(under.row, header) and _looks(row) - _looks(under.row):
        yield "stands out over a row that says who or when"


def _name_signs(view: View, header: Header, filled: Sequence[int]) -> Iterator[str]:
    """What a row says by how many cells it has; its name is the only one beside a number."""
    row, label = view.row, view.label
    numbers = header.ordinals or (0,)
    rest = [column for column in filled if column not in numbers]
    if label and _is_heading_label(label):
        rest = [column for column in rest if row.own[column]]  # who is merged over several groups
    named = [text for role in NAMING if (text := _text(row, header, role))]
    if row.spanning:
        view.name = row.texts[filled[0]]
        yield "over the whole width"
    elif view.ordinal and label and len(rest) == 1:
        view.name = row.texts[rest[0]]  # "A. BỘ NÔNG NGHIỆP", whatever column its name stands in
    elif len(filled) == 1 and not view.own:
        column = filled[0]
        view.name = None if column in numbers and label else row.texts[column]
        if not view.ordinal:
            yield "no number before its name"
        inner = label_of(row.texts[column])
        if header.roles[column] == "ordinal":
            yield "words in the column of numbers"
        elif inner and inner.kind != "bullet":
            yield "a number inside its only cell"
    elif view.own:
        view.name = next(iter(named), None)
        yield "who, result or time beside its name"
        return
    elif view.ordinal and label and len(named) == 1 and _told(header).issuperset(rest):
        view.name = named[0]
    if view.name is None:
        yield "more cells than a name"
    else:
        yield "no cell but its name"


@lru_cache(maxsize=64)
def _told(header: Header) -> frozenset[int | None]:
    """The columns that say what, who and when."""
    return frozenset(header.column(role) for role in (*NAMING, *OWN))


def read_together(rows: Sequence[Row], header: Header) -> list[ReadRow]:
    """What each of `rows` is; those that say nothing are left out."""
    reads = [_read(view, judged("row", view.signs)) for view in views_of(rows, header)]
    for part in _parts(reads):
        groups = headings_above(_line(read) for read in part)
        for read, group in zip(part, groups, strict=True):
            read.group = group
    return reads


def _read(view: View, kind: str) -> ReadRow:
    """The row of `view` as one of this kind."""
    label, name = view.label, view.name
    if kind != "heading" or name is None:
        kind = "item" if kind == "heading" else kind
        return ReadRow(view.row, cast("RowKind", kind), view.ordinal, label)
    if view.ordinal and label and name != view.ordinal:
        name = _labelled(label, name)
    else:
        inner = label_of(name)
        label = inner if inner and inner.kind != "bullet" else None
    return ReadRow(view.row, "heading", view.ordinal, label, name)


def _labelled(label: Label, name: str) -> str:
    stop = "" if label.text[-1] in ".):/" else "."
    return f"{label.text}{stop} {name}"


def _parts(reads: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    """The rows up to each line of totals, which ends all groups."""
    part: list[ReadRow] = []
    for read in reads:
        part.append(read)
        if read.kind == "total":
            yield part
            part = []
    yield part


def _line(read: ReadRow) -> LabelledRow:
    if read.kind != "heading":
        return LabelledRow("item", "", read.label if read.kind == "item" else None)
    look = "capitals" if read.text.isupper() else "spanning" if read.row.spanning else ""
    return LabelledRow("heading", read.text, read.label, look)


def _finest(row: Row, header: Header, number: str | None) -> Label | None:
    """The label of a row; of several columns of ordinals that of the last, which counts inside."""
    if len(header.ordinals) > 1:
        texts = (row.texts[at] for at in reversed(header.ordinals) if at < len(row.texts))
        number = next(filter(None, texts), None) or number
    return ordinal_of(number) if number else None


def _text(row: Row, header: Header, role: str) -> str:
    column = header.column(role)
    return row.texts[column] if column is not None and column < len(row.texts) else ""


def _is_child(view: View, header: Header, above: Label) -> bool:
    """Whether a row stands below the one above it, by their labels.

    Its label is of a lower level or opens a series; or it has none, and says who or when.
    """
    if view.label is None:
        return bool(_text(view.row, header, "task")) and bool(_own(view.row, header))
    return level_of(view.label) > level_of(above) or view.label.value == 1


def _own(row: Row, header: Header) -> dict[str, str]:
    """What a row says of who, with what result and when; not what only points to the next rows."""
    return {role: text for role in OWN if (text := _text(row, header, role)) and not _points(text)}


def _says(row: Row, header: Header) -> bool:
    """Whether a row says who or when, be it by a cross below a time."""
    crossed = (text for text, role in zip(row.texts, header.roles, strict=True) if role == WHEN)
    return bool(_own(row, header)) or any(crossed)


@lru_cache(maxsize=4096)  # the same cells come again and again
def _points(text: str) -> bool:
    return _POINTS.search(text) is not None


def _is_heading_label(label: Label) -> bool:
    """Whether a label heads a group where it stands beside a name and nothing else."""
    return label.kind in HEADING or (label.kind == "decimal" and label.text[0].isalpha())


def _is_shared(row: Row, below: Row, header: Header, role: str) -> bool:
    """Whether a cell of `row` goes on in the row `below` it: it speaks for both."""
    column = header.column(role)
    return (
        column is not None and bool(row.cells[column]) and row.cells[column] == below.cells[column]
    )


def _all_bold(row: Row) -> bool:
    bold = (cell.bold for cells in row.cells for cell in cells if cell.text)
    return next(bold, False) and all(bold)


def _looks(row: Row) -> set[str]:
    """How the words of a row are printed: bold, in capitals."""
    text = " ".join(text for text, own in zip(row.texts, row.own, strict=True) if own)
    shown = {"bold": _all_bold(row), "capitals": text.isupper()}
    return {name for name, is_so in shown.items() if is_so}


def _is_total(row: Row, header: Header) -> bool:
    """Whether a row sums up those above it, and gives nobody anything to do."""
    named = next(filter(None, row.texts), "")
    if not TOTAL.fullmatch(named):
        return False
    # its own cell may be merged over columns that would name somebody
    return all(_text(row, header, role) in ("", named) for role in OWN)


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
