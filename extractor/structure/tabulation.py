"""The tables as logical sheets, told apart by what they are for, their rows read.

What a table lists, tasks, targets or something that nobody is told to do, is decided once, from all
that speaks for one: the headings of the columns, what their cells are, the titles above. The signs
stand in `signs.tsv`; those that spoke for the kind that was found are its reason.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import cast

from corpora.columns import TableKind
from corpora.kinds import Form
from corpora.signs import Sign, judged, signs
from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.layout import Block
from extractor.structure.evidence import look
from extractor.structure.headers import WHEN, Header, inspects
from extractor.structure.outline import Outline
from extractor.structure.rows import ReadRow, RowKind, TaskRow, read_tasks
from extractor.structure.segments import Fate, Fated
from extractor.structure.sheets import Sheet, ordinal_text, sheets_of
from extractor.structure.targets import TargetRow, read_targets
from extractor.text import normal

#: The share of cells with text below which a table is a form to fill in.
FILLED = threshold("table.filled")
#: The share of its cells with text from which a column shows what it holds.
COLUMN = threshold("table.column")
#: The share of rows with a number in a column of goals from which it holds numbers.
GOALS = threshold("table.goals")

_NAMING = ("task", "target", "subject")
_NUMBER = re.compile(r"\s*[≥≤<>~]?\s*[\d.,]+\s*(?:%|/\s*[\d.,]+)?(?:\s*\([^)]*\))?\s*")
_GOAL = re.compile(rf"{pattern('goal_words', 'column.goal', 'column.term')}|20\d\d", re.IGNORECASE)
_BLANK = re.compile(r"[\s.…_:-]*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of a table and why: the reason in Vietnamese and in English."""

    kind: TableKind
    vi: str
    en: str


@dataclass(slots=True)
class Listing:
    """A sheet with what it lists and why, where it stands in the outline, its cells' fates.

    `aside` are its rows of totals and of notes, and headings that say more than their name.
    """

    sheet: Sheet
    verdict: Verdict
    appendix: int | None
    part: int | None
    tasks: list[TaskRow] = field(default_factory=list)
    targets: list[TargetRow] = field(default_factory=list)
    aside: list[ReadRow] = field(default_factory=list)
    fates: list[Fated] = field(default_factory=list)

    @property
    def kind(self) -> TableKind:
        return self.verdict.kind


#: What becomes of the cells of a row of each kind; those of items are tasks or targets.
_FATES: dict[RowKind, Fate] = {
    "heading": "group", "total": "group", "remark": "group", "header": "header",
}  # fmt: skip


def tabulate(blocks: Sequence[Block], outline: Outline, form: Form | None = None) -> list[Listing]:
    """The sheets among `blocks`; every cell of theirs has a fate.

    A paper whose `form` orders nothing has no tables of tasks.
    """
    listings = []
    for sheet in sheets_of(blocks, outline.tables):
        at, title = sheet.block, outline.heading(sheet.block)
        verdict = kind_of(sheet, title)
        if verdict.kind == "tasks" and form and form.duties == "none":
            verdict = Verdict(
                "other", f"văn bản là {form.vi}", f"the paper is no order: {form.name}"
            )
        listing = Listing(sheet, verdict, outline.appendix_of.get(at), outline.part_of.get(at))
        rows: list[ReadRow] = []
        if verdict.kind == "tasks":
            listing.tasks, rows = read_tasks(sheet)
        elif verdict.kind == "targets":
            listing.targets, rows = read_targets(sheet, title)
        listing.aside = [row for row in rows if row.kind in ("total", "remark") or row.says_more]
        listing.fates = list(_fates(listing, rows))
        sheet.rows.clear()  # read, and many in a long document
        listings.append(listing)
    _put_under_captions(listings, outline)
    return listings


def _put_under_captions(listings: Sequence[Listing], outline: Outline) -> None:
    """Gives the tasks of several tables that stand under headings of one series these as groups."""
    series: dict[tuple[int | None, int | None, int], list[Listing]] = {}
    for listing in listings:
        if listing.tasks and listing.part is not None:
            part = outline.parts[listing.part]
            if part.label:
                key = (listing.appendix, part.parent, part.level)
                series.setdefault(key, []).append(listing)
    for group in series.values():
        if len({listing.part for listing in group}) < 2:
            continue
        for listing in group:
            part = outline.parts[listing.part or 0]
            name = f"{part.label.text} {part.title}" if part.label else part.title
            for task in listing.tasks:
                task.group = (name, *task.group)


def _fates(listing: Listing, rows: Sequence[ReadRow]) -> Iterator[Fated]:
    """What became of the cells of a table: those of items count before those they share."""
    cells = [cell for table in listing.sheet.tables for cell in table.cells]
    nested = [inner for cell in cells for part in cell.tables for inner in part.every_cell()]
    if listing.kind not in ("tasks", "targets"):
        yield Fated("other-table", [*cells, *nested])
        return
    item: Fate = "task" if listing.kind == "tasks" else "target"
    yield Fated("header", listing.sheet.header_cells)
    for read in sorted(rows, key=lambda read: read.kind != "item"):
        yield Fated(_FATES.get(read.kind, item), [c for cells in read.row.cells for c in cells])
    yield Fated("task" if listing.kind == "tasks" else "other-table", nested)


_FORM = Verdict("form", "hầu hết các ô để trống", "hardly a cell is filled")
_OTHER = Verdict(
    "other", "không có cột nhiệm vụ, chủ trì, thời hạn", "no columns of task, lead or deadline"
)


def kind_of(sheet: Sheet, title: str) -> Verdict:
    """The kind of `sheet`; `title` are the titles and the caption that it stands under."""
    if is_blank(sheet):
        return _FORM
    shown = signs_of(sheet, title)
    kind = judged("table", shown)
    if kind == "other" or (kind == "tasks" and not _assigns(sheet)):
        return _OTHER
    told = [sign for name in shown if (sign := signs("table")[name]).kind == kind]
    return Verdict(
        cast("TableKind", kind),
        ", ".join(sign.vi for sign in told),
        ", ".join(sign.name for sign in told),
    )


def signs_of(sheet: Sheet, title: str) -> list[str]:
    """The signs of a kind that `sheet` shows, by name."""
    views = _Views(sheet, title)
    return [name for name, sign in signs("table").items() if sign.pattern and views.show(sign)]


def _assigns(sheet: Sheet) -> bool:
    """Whether columns say what, and who or when, without which no table lists tasks.

    When bodies are looked at is no time by which they are to do something.
    """
    header = sheet.header
    if not any(map(header.has, (*_NAMING, "product"))) and sheet.wordiest() is None:
        return False
    if header.has("lead") or header.has("coordinating"):
        return True
    timed = header.has("deadline") or header.has(WHEN)
    return timed and not any(map(inspects, header.headings))


class _Views:
    """What of a table the signs look at, each read when the first of them asks."""

    def __init__(self, sheet: Sheet, title: str) -> None:
        self._sheet = sheet
        self._rows = [row for row in sheet.rows if not row.spanning]
        self._titles = [normal(title).lower()]
        self._seen: dict[str, list[list[str]]] = {}

    def show(self, sign: Sign) -> bool:
        """Whether the table shows `sign`."""
        found = _pattern(sign.pattern).search
        if sign.where == "title":
            return any(map(found, self._titles))
        if sign.where not in self._seen:
            self._seen[sign.where] = list(self._views(sign.where))
        views = self._seen[sign.where]
        if sign.where in ("heading", "role"):
            return any(found(text) for texts in views for text in texts)
        return any(sum(map(bool, map(found, texts))) > len(texts) / 2 for texts in views)

    def _views(self, where: str) -> Iterator[list[str]]:
        """The texts that a sign looks at: of the headings, or of each column it is about."""
        header = self._sheet.header
        if where == "heading":
            yield [heading.lower() for heading in header.headings]
        elif where == "role":
            yield [" ".join(sorted(self._roles()))]
        elif where == "ordinal":
            yield from _filled([ordinal_text(row, header) or "" for row in self._rows])
        elif where == "cells":
            for column, role in enumerate(header.roles):
                if role != "ordinal":
                    yield from _filled(self._cells(column))
        elif where == "look":
            named = [header.column(role) for role in _NAMING]
            naming = next((c for c in named if c is not None), self._sheet.wordiest())
            texts = [] if naming is None else self._cells(naming)
            yield from _filled([" ".join(look(text).traits) for text in texts if text])
        else:
            at = header.column(where)
            yield from _filled([] if at is None else self._cells(at))

    def _cells(self, column: int) -> list[str]:
        return [row.texts[column] for row in self._rows]

    def _roles(self) -> Iterator[str]:
        header = self._sheet.header
        yield from filter(None, header.roles)
        if header.has(WHEN):
            yield "deadline"
        named = any(map(header.has, ("task", "subject", "product")))
        if not named and self._sheet.wordiest() is not None:
            yield "words"
        columns = goal_columns(header)
        rows = self._rows
        filled = sum(any(_NUMBER.match(row.texts[c]) for c in columns) for row in rows)
        if columns and filled >= GOALS * len(rows):
            yield "numbers"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _filled(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts of a column in small letters, where enough of its cells have any."""
    found = [text.lower() for text in texts if text]
    if found and len(found) >= COLUMN * len(texts):
        yield found


def is_blank(sheet: Sheet) -> bool:
    """Whether a table is a form to fill in: hardly a cell beside the ordinals has text."""
    ordinal = sheet.header.column("ordinal") or 0
    needed = FILLED * len(sheet.rows) * (sheet.columns - 1)
    filled = 0
    for row in sheet.rows:
        texts = row.texts[:ordinal] + row.texts[ordinal + 1 :]
        filled += sum(not _BLANK.fullmatch(text) for text in texts)
        if filled >= needed > 0:
            return False
    return True


def goal_columns(header: Header) -> list[int]:
    """The columns whose heading names a goal or a year."""
    return [
        column
        for column, heading in enumerate(header.headings)
        if _GOAL.search(heading) and header.roles[column] not in ("ordinal", "subject", "task")
    ]
