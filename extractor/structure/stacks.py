"""Tables that stand right below one another and share a line: one grid, parted again.

Where nothing stands between two tables, a printer draws them as one; each has its own heading and
its own borders between columns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from extractor.columns import role_of
from extractor.labels import label_of
from extractor.layout import Block, Cell, Table
from extractor.structure.headers import reads_as_header
from extractor.text import key
from models.provenance import cover


def with_stacks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; a table that has the heading of another one in its middle is parted there."""
    found: list[Block] = []
    heading: list[Cell] = []
    for block in blocks:
        if isinstance(block, Table) and block.ruled:
            cuts, heading = _cuts(block, heading)
            found += _parted(block, cuts)
        else:
            found.append(block)
    return found


def _parted(table: Table, cuts: Sequence[int]) -> list[Table]:
    if not cuts:
        return [table]
    cells = [
        [cell for cell in table.cells if first <= cell.row < last]
        for first, last in pairwise([0, *cuts, table.rows])
    ]
    return [_part(table, own, first) for own, first in zip(cells, [0, *cuts], strict=True)]


def _cuts(table: Table, heading: list[Cell]) -> tuple[list[int], list[Cell]]:
    """The rows that open another table, and the heading of the last of them.

    `heading` is that of the table before, with which a table without one goes on.
    """
    filled: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        if cell.text:
            filled[cell.row].append(cell)
    lines = sorted(filled)
    cuts: list[int] = []
    start = 0  # the row that `heading` stands in
    for at, row in enumerate(lines):
        cells = filled[row]
        first = role_of(cells[0].text)
        numbers = _numbers_rows(cells[0])
        if at == 0:
            heading = cells if numbers or reads_as_header(cells) else heading
            continue
        known = numbers or (first is not None and first.score == 1)
        if not (known and heading and len(cells) > 2 and reads_as_header(cells)):
            continue
        above = [cell for cell in table.cells if cell.row in filled and start <= cell.row < row]
        if any(cell.row + cell.row_span > row for cell in above):
            continue
        below = [filled[other][0].text for other in lines[at + 1 : at + 4]]
        borders = {cell.column for cell in above}
        listed = any(cell.row > start for cell in above)  # or it is the lower row of the heading
        if (
            _opens_another(cells, heading, borders, below)
            or (listed and not _numbers_rows(heading[0]) and not _words(cells) & _words(heading))
            if numbers
            else _drops_numbers(cells, heading, below) or (listed and _redrawn(cells, borders))
        ):
            cuts.append(row)
            start, heading = row, cells
    return cuts, heading


def _opens_another(
    cells: Sequence[Cell], heading: Sequence[Cell], borders: set[int], below: Sequence[str]
) -> bool:
    """Whether headings are not `heading` again: most say something else, or their borders are not
    those of the rows above, or the words are others and the numbers `below` begin anew.
    """
    ours, theirs = _roles(cells), _roles(heading)
    if 2 * (ours & theirs).total() < max(ours.total(), theirs.total()):
        return True
    words = _words(cells[1:]) & _words(heading[1:])
    if sum(cell.column_span for cell in cells) >= len(heading) > 2 * len(words):
        label = next(filter(None, map(label_of, below)), None)
        if label and label.value == 1:
            return True
    return _redrawn(cells, borders)


def _redrawn(cells: Sequence[Cell], borders: set[int]) -> bool:
    """Whether the borders between `cells` are others than those of the rows above."""
    own = {cell.column for cell in cells}
    return not (own <= borders or borders <= own)


def _drops_numbers(cells: Sequence[Cell], heading: Sequence[Cell], below: Sequence[str]) -> bool:
    """Whether headings have something else over the column that `heading` has numbers in, and so
    have the rows `below`."""
    return _numbers_rows(heading[0]) and cells[0].column == 0 and not any(map(label_of, below))


def _numbers_rows(first: Cell) -> bool:
    """Whether a table whose heading begins so numbers its rows."""
    role = role_of(first.text)
    return role is not None and role.name == "ordinal"


def _words(headings: Iterable[Cell]) -> set[str]:
    return {key(cell.text) for cell in headings}


def _roles(headings: Iterable[Cell]) -> Counter[str]:
    return Counter(role.name for cell in headings if (role := role_of(cell.text)))


def _part(table: Table, cells: list[Cell], first: int) -> Table:
    """The cells as a table of their own; borders between columns that only others have go."""
    borders = sorted({at for c in cells for at in (c.column, c.column + c.column_span)})
    column = {at: number for number, at in enumerate(borders)}
    for cell in cells:
        cell.row -= first
        end = column[cell.column + cell.column_span]
        cell.column = column[cell.column]
        cell.column_span = end - cell.column
    rows = max(cell.row + cell.row_span for cell in cells)
    place = cover([cell.place for cell in cells])
    return Table(
        cells, rows, len(borders) - 1, place, header_rows=0 if first else table.header_rows
    )
