"""Tables of a web page: rows and spans to a grid, and which tables only lay out the page.

The grid is the one of the HTML standard (4.9.12, "forming a table"), but for columns and rows in
which no cell begins: they cannot be seen and are left out, so that a colspan that is too large
does no harm.
"""

import re
from dataclasses import dataclass, field

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import AUTHORITY, NATIONAL_TITLE
from extractor.layout import Cell, Table, flow
from extractor.limits import Limits
from extractor.readers.html.furniture import Item, Piece
from models.errors import LimitExceeded
from models.provenance import Place

MAX_COLSPAN = 1000  # both from the HTML standard
MAX_ROWSPAN = 65534
_WIDEST = 20_000
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
GRID, LIST, LINKED = (threshold(f"html.{name}") for name in ("grid", "list", "linked"))
FRAMED, LARGE, BLANK, LONE = (
    threshold(f"html.{name}") for name in ("framed", "large", "blank", "lone")
)

#: The words of a letterhead or a signature block, which stand in tables without lines.
_FORM_WORDS = re.compile(
    rf"(?:{pattern('form_words', 'recipients')})\s*:|(?:^|\n)\s*{AUTHORITY}\s|\(\s*đã ký\s*\)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class RawCell:
    path: str
    row_span: int
    column_span: int
    heading: bool
    border: bool | None
    items: list[Item]

    @property
    def letters(self) -> int:
        return sum(_letters(item) for item in self.items)


@dataclass(slots=True)
class RawRow:
    group: int
    kind: str  # thead, tbody, tfoot
    cells: list[RawCell] = field(default_factory=list)


@dataclass(slots=True)
class RawTable:
    path: str
    lines: bool | None
    rows: list[RawRow] = field(default_factory=list)
    group: int = 0
    kind: str = "tbody"

    def begin_group(self, kind: str) -> None:
        self.group += 1
        self.kind = kind

    def begin_row(self) -> None:
        self.rows.append(RawRow(self.group, self.kind))

    def add(self, cell: RawCell) -> None:
        if not self.rows:
            self.begin_row()
        self.rows[-1].cells.append(cell)


def _letters(item: Item) -> int:
    if isinstance(item, Piece):
        return item.letters
    return sum(len(cell.text) + sum(map(_letters, cell.tables)) for cell in item.cells)


@dataclass(slots=True)
class _Slot:
    cell: RawCell
    row: int
    column: int
    row_end: int
    column_end: int


def settle(raw: RawTable, limits: Limits) -> list[Item]:
    """What a table comes to: one Table, or the blocks it lays out, in reading order.

    Raises LimitExceeded for a grid with more cells than allowed.
    """
    rows = [row for row in raw.rows if row.kind != "tfoot"]
    rows += [row for row in raw.rows if row.kind == "tfoot"]
    slots = _place(rows, limits)
    full = [slot for slot in slots if slot.cell.letters]
    if not full:
        return []
    row_of = _Ranks({slot.row for slot in slots})
    column_of = _Ranks({slot.column for slot in slots})
    height = row_of(max(slot.row_end for slot in slots))
    width = column_of(max(slot.column_end for slot in slots))
    text = "\n".join(_text(slot.cell) for slot in full)[:4000] if len(full) <= 18 else ""
    form = (
        width <= 3 and height <= 8 and bool(NATIONAL_TITLE.search(text) or _FORM_WORDS.search(text))
    )
    head = _header_rows(rows)
    ruled = _ruled(raw, slots, full, width, height, form, bool(head))
    if _lays_out(full, width, ruled, form):
        return [item for slot in slots for item in slot.cell.items]
    if height * width > limits.cells:
        raise _too_large()
    cells = [
        _cell(
            slot.cell,
            row_of(slot.row),
            column_of(slot.column),
            max(1, row_of(slot.row_end) - row_of(slot.row)),
            max(1, column_of(slot.column_end) - column_of(slot.column)),
            ruled,
        )
        for slot in slots
    ]
    headers = row_of(head)
    return [
        Table(
            cells=cells,
            rows=height,
            columns=width,
            place=Place(path=raw.path),
            ruled=ruled,
            header_rows=headers if headers < height else 0,
        )
    ]


def _too_large() -> LimitExceeded:
    return LimitExceeded(
        "Bảng trong trang web quá lớn; hãy tách tệp thành nhiều phần.",
        "A table of the web page is too large; split the file.",
    )


def _place(rows: list[RawRow], limits: Limits) -> list[_Slot]:
    """Each cell's place in the grid; spans end with their row group at the latest."""
    group_end: dict[int, int] = {}
    for index, row in enumerate(rows):
        group_end[row.group] = index + 1
    slots: list[_Slot] = []
    hanging: list[_Slot] = []  # cells from above that reach into this row, by column
    work = 0
    for index, row in enumerate(rows):
        hanging = [slot for slot in hanging if slot.row_end > index]
        column, ahead, begun = 0, 0, []
        for cell in row.cells:
            while ahead < len(hanging) and hanging[ahead].column < column + 1:
                column = max(column, hanging[ahead].column_end)
                ahead += 1
            end = column + cell.column_span
            if ahead < len(hanging) and cell.column_span > 1:  # a wide cell yields to one above
                end = min(end, max(column + 1, hanging[ahead].column))
            last = group_end[row.group]
            row_end = last if cell.row_span == 0 else min(index + cell.row_span, last)
            slot = _Slot(cell, index, column, row_end, end)
            begun.append(slot)
            column = end
            if column > _WIDEST:
                raise _too_large()
        slots += begun
        hanging += (slot for slot in begun if slot.row_end > index + 1)
        hanging.sort(key=lambda slot: slot.column)
        work += len(hanging)
        if work > 10 * limits.cells:
            raise _too_large()
    return slots


class _Ranks:
    """Positions without those at which nothing begins."""

    def __init__(self, starts: set[int]) -> None:
        self.rank: dict[int, int] = {}
        last = max(starts, default=0)
        count = 0
        for position in range(last + 1):
            self.rank[position] = count
            count += position in starts
        self.total = count

    def __call__(self, position: int) -> int:
        return self.rank.get(position, self.total)


def _header_rows(rows: list[RawRow]) -> int:
    """How many rows at the top the page marks as headings (thead, or th in every cell)."""
    count = 0
    for row in rows:
        headings = [cell.heading for cell in row.cells]
        if row.kind != "thead" and not (headings and all(headings)):
            break
        count += 1
    return count


def _ruled(
    raw: RawTable,
    slots: list[_Slot],
    full: list[_Slot],
    width: int,
    height: int,
    form: bool,
    headed: bool,
) -> bool:
    """Whether the table has lines, by what it says, else by what it looks like."""
    drawn = sum(slot.cell.border is True for slot in slots)
    off = sum(slot.cell.border is False for slot in slots)
    says = raw.lines
    if drawn * 2 >= len(slots):
        says = True
    elif off * 2 >= len(slots):
        says = False
    if form and (not says or (height <= 6 and width <= 3 and not headed)):
        return False
    if says:
        return True
    grid_like = width >= 3 and height >= 3 and len(full) >= GRID * len(slots)
    if says is None:
        lists = width == 2 and height >= 4 and len(full) >= LIST * len(slots)
        return headed or grid_like or lists
    # Switched off, yet a table by its headings or its shape: the style sheet draws its lines.
    return width >= 3 and (headed or (grid_like and height >= 4))


def _lays_out(full: list[_Slot], width: int, ruled: bool, form: bool) -> bool:
    """Whether the table is a frame around blocks rather than a table of its own."""
    tables = [item for slot in full for item in slot.cell.items if isinstance(item, Table)]
    total = sum(slot.cell.letters for slot in full)
    largest = max(full, key=lambda slot: slot.cell.letters)
    share = largest.cell.letters / total
    if width == 1:
        if not ruled:
            return True
        return bool(tables) or (len(full) == 1 and total >= LONE)
    if share >= FRAMED and total >= LARGE and len(largest.cell.items) >= 5:
        inner = any(isinstance(item, Table) for item in largest.cell.items)
        return inner or (not ruled and total >= BLANK and not form)
    if ruled:
        return False
    pieces = [item for slot in full for item in slot.cell.items if isinstance(item, Piece)]
    linked = sum(piece.linked for piece in pieces)
    if len(pieces) >= 3 and linked >= LINKED * total:
        return True
    if form and len(tables) <= 1 and total < LARGE:
        return False
    return any(table.ruled and table.rows >= 2 for table in tables) or len(tables) >= 2


def _text(cell: RawCell) -> str:
    return "\n".join(item.paragraph.text for item in cell.items if isinstance(item, Piece))


def _cell(
    raw: RawCell, row: int, column: int, row_span: int, column_span: int, ruled: bool
) -> Cell:
    lines: list[str] = []
    tables: list[Table] = []
    bold = True
    for item in raw.items:
        if isinstance(item, Piece):
            lines += item.paragraph.text.split("\n")
            bold = bold and item.paragraph.bold
        elif item.ruled:
            tables.append(item)
        else:
            lines += (line for cell in item.cells for line in cell.text.split("\n") if line)
            tables += (table for cell in item.cells for table in cell.tables)
    text = flow(lines, hard=True) if ruled else "\n".join(lines)
    return Cell(
        row=row,
        column=column,
        text=text,
        place=Place(path=raw.path),
        row_span=row_span,
        column_span=column_span,
        bold=bold and bool(text),
        tables=tables,
    )
