"""Tables that stand right below one another and share a line: one grid, parted again.

Where nothing stands between two tables, a printer draws them as one; each has its own heading and
its own borders between columns.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from extractor.columns import role_of
from extractor.labels import label_of
from extractor.layout import Block, Cell, Table
from extractor.structure.headers import numbers_columns, reads_as_header
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
    rows: defaultdict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        rows[cell.row].append(cell)
    lines = [row for row in sorted(rows) if any(cell.text for cell in rows[row])]
    filled = [_headings(rows, row) for row in lines]
    cuts: list[int] = []
    borders: set[int] = set()  # between the columns of the rows from the last heading on
    reach = listed = 0  # how far down they go, and how many stand below that heading
    for at, (row, cells) in enumerate(zip(lines, filled, strict=True)):
        numbers = _numbers_rows(cells[0])
        if at == 0:
            opens = numbers or reads_as_header(cells)
        else:
            first = role_of(cells[0].text)
            known = numbers or (first is not None and first.score == 1)
            opens = (
                bool(known and heading)
                and reach <= row
                and len(cells) > 2
                and reads_as_header(cells)
                and _is_another(cells, heading, borders, filled[at + 1 : at + 4], listed > 0)
            )
            cuts += [row] if opens else []
        if opens:
            heading, borders, reach, listed = cells, set(), 0, -1
        listed += 1
        borders.update(cell.column for cell in rows[row])
        reach = max(reach, *(cell.row + cell.row_span for cell in rows[row]))
    return cuts, heading


_DEEPEST = 4  # rows of a heading


def _headings(rows: Mapping[int, Sequence[Cell]], row: int) -> list[Cell]:
    """What stands over the columns if `row` opens a heading, of as many rows as its first cell."""
    filled = [cell for cell in rows[row] if cell.text]
    bottom = row + filled[0].row_span
    if not row + 1 < bottom <= row + _DEEPEST:
        return filled
    under = (cell for at in range(row, bottom) for cell in rows.get(at, ()))
    lowest = [cell for cell in under if cell.text and cell.row + cell.row_span == bottom]
    return sorted(lowest, key=lambda cell: cell.column)


def _is_another(
    cells: Sequence[Cell],
    heading: Sequence[Cell],
    borders: set[int],
    below: Sequence[Sequence[Cell]],
    listed: bool,
) -> bool:
    """Whether headings are those of another table than `heading`; `listed` says that rows stand
    between, without which they may be its lower row."""
    ours, theirs = _roles(cells), _roles(heading)
    if listed and [r for r in ours if r in theirs] != [r for r in theirs if r in ours]:
        return True  # what both have stands in another order
    firsts = [row[0].text for row in below if not numbers_columns(cell.text for cell in row)]
    if _numbers_rows(cells[0]):
        return _opens_another(cells, heading, borders, firsts) or (
            listed and not _numbers_rows(heading[0]) and not _words(cells) & _words(heading)
        )
    return _drops_numbers(cells, heading, firsts) or (listed and _redrawn(cells, borders))


def _opens_another(
    cells: Sequence[Cell], heading: Sequence[Cell], borders: set[int], below: Sequence[str]
) -> bool:
    """Whether headings are not `heading` again: most say something else, or their borders are not
    those of the rows above, or the words are others and the numbers `below` begin anew.
    """
    ours, theirs = Counter(_roles(cells)), Counter(_roles(heading))
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


def _roles(headings: Iterable[Cell]) -> list[str]:
    return [role.name for cell in headings if (role := role_of(cell.text))]


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
