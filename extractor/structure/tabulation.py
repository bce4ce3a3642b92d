"""The tables as logical sheets, told apart by what they are for, their rows read.

A table lists tasks, or targets, or something else: steps of a procedure, blanks of a form.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpora.columns import signs
from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.layout import Block
from extractor.ledger import Fated
from extractor.structure.headers import Header
from extractor.structure.outline import Outline
from extractor.structure.rows import TaskRow, read_rows
from extractor.structure.sheets import Row, Sheet, ordinal_text, sheets_of
from extractor.structure.targets import TargetRow, read_targets
from extractor.text import normal

SheetKind = Literal["tasks", "targets", "procedure", "form", "other"]

#: Weight of the signs of another kind from which a table is no list of tasks.
AGAINST = threshold("table.against")
#: The share of cells with text below which a table is a form to fill in.
FILLED = threshold("table.filled")
#: The share of rows with a number in a column of goals from which a table lists targets.
GOALS = threshold("table.goals")

_WHO_WHEN = frozenset({"lead", "coordinating", "deadline"})
_WHAT = frozenset({"task", "subject", "product"})
_DOING = frozenset({"task", "product", "deadline"})
_NUMBER = re.compile(r"\s*[≥≤<>~]?\s*[\d.,]+\s*(?:%|/\s*[\d.,]+)?(?:\s*\([^)]*\))?\s*")
_GOAL = re.compile(rf"{pattern('goal_words', 'column.goal', 'column.term')}|20\d\d", re.IGNORECASE)
_BLANK = re.compile(r"[\s.…_:-]*")


@dataclass(slots=True)
class Listing:
    """A sheet with what it lists, where it stands in the outline, and the fates of its cells."""

    sheet: Sheet
    kind: SheetKind
    tasks: list[TaskRow]
    targets: list[TargetRow]
    totals: list[Row]
    appendix: int | None
    part: int | None
    fates: list[Fated]


def tabulate(blocks: Sequence[Block], outline: Outline) -> list[Listing]:
    """The sheets among `blocks`; every cell of theirs has a fate."""
    listings = []
    for sheet in sheets_of(blocks, outline.tables):
        kind = kind_of(sheet, outline.heading(sheet.block))
        listing = Listing(
            sheet, kind, [], [], [], outline.appendix_of.get(sheet.block),
            outline.part_of.get(sheet.block), [],
        )  # fmt: skip
        nested = [
            inner
            for table in sheet.tables
            for cell in table.cells
            for part in cell.tables
            for inner in part.every_cell()
        ]
        if kind == "tasks":
            listing.tasks, listing.totals, fates = read_rows(sheet)
            listing.fates = [Fated("header", sheet.header_cells), *fates, Fated("task", nested)]
        elif kind == "targets":
            listing.targets, fates = read_targets(sheet)
            listing.fates = [
                Fated("header", sheet.header_cells), *fates, Fated("other-table", nested)
            ]  # fmt: skip
        else:
            cells = [cell for table in sheet.tables for cell in table.cells]
            listing.fates = [Fated("other-table", [*cells, *nested])]
        sheet.rows.clear()  # read, and many in a long document
        listings.append(listing)
    return listings


def kind_of(sheet: Sheet, title: str) -> SheetKind:
    """The kind of `sheet`; `title` is the appendix title or section heading it stands under."""
    roles = {role for role in sheet.header.roles if role}
    if _is_blank(sheet):
        return "form"
    if not roles & _DOING and _has_goals(sheet):
        return "targets"
    if (roles & _WHAT and roles & _WHO_WHEN) or ("lead" in roles and sheet.wordiest() is not None):
        return _other(sheet, title) or "tasks"
    return _other(sheet, title) or "other"


def _is_blank(sheet: Sheet) -> bool:
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


def _has_goals(sheet: Sheet) -> bool:
    """Whether the columns of goals hold numbers for at least half of the rows."""
    columns = goal_columns(sheet.header)
    if not columns or not sheet.rows:
        return False
    filled = sum(any(_NUMBER.match(row.texts[c]) for c in columns) for row in sheet.rows)
    return filled >= GOALS * len(sheet.rows)


def goal_columns(header: Header) -> list[int]:
    """The columns whose heading names a goal or a year."""
    return [
        column
        for column, heading in enumerate(header.headings)
        if _GOAL.search(heading) and header.roles[column] not in ("ordinal", "subject", "task")
    ]


def _other(sheet: Sheet, title: str) -> SheetKind | None:
    weights: dict[str, float] = {}
    said = normal(title).lower()
    for sign in signs():
        if _shows(sheet, said, sign.where, sign.pattern):
            weights[sign.kind] = weights.get(sign.kind, 0.0) + sign.weight
    for kind, weight in weights.items():
        if weight >= AGAINST:
            return "procedure" if kind == "procedure" else "form"
    return None


def _shows(sheet: Sheet, title: str, where: str, pattern: str) -> bool:
    if where == "title":
        return re.search(pattern, title) is not None
    if where == "heading":
        return any(re.search(pattern, heading.lower()) for heading in sheet.header.headings)
    if where == "ordinal":
        texts = [ordinal_text(row, sheet.header) or "" for row in sheet.rows]
    else:
        column = sheet.header.column(where)
        texts = [] if column is None else [row.texts[column] for row in sheet.rows]
    texts = [text.lower() for text in texts if text]
    return bool(texts) and sum(bool(re.search(pattern, t)) for t in texts) > 0.5 * len(texts)
