"""Tables that stand right below one another and share a line: one grid, parted again.

Where nothing stands between two tables, a printer draws them as one; each has its own heading and
its own borders between columns.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extractor.columns import role_of
from extractor.labels import ordinal_of
from extractor.layout import Block, Cell, Table
from extractor.structure.headers import reads_as_header
from extractor.text import key
from models.provenance import cover


def with_stacks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; a table that has the heading of another one in its middle is parted there."""
    return [
        part
        for block in blocks
        for part in (_parted(block) if isinstance(block, Table) and block.ruled else [block])
    ]


def _parted(table: Table) -> list[Table]:
    cuts = list(_cuts(table))
    if not cuts:
        return [table]
    cells = [
        [cell for cell in table.cells if first <= cell.row < last]
        for first, last in pairwise([0, *cuts, table.rows])
    ]
    return [_part(table, own, first) for own, first in zip(cells, [0, *cuts], strict=True)]


def _cuts(table: Table) -> Iterator[int]:
    """The rows that open another table: headings of columns that are not those above again."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        if cell.text:
            rows.setdefault(cell.row, []).append(cell)
    above: list[Cell] = []
    for row, cells in sorted(rows.items()):
        first = role_of(cells[0].text) if len(cells) > 2 else None
        if first is None or first.name != "ordinal" or not reads_as_header(cells):
            continue
        crossed = any(cell.row < row < cell.row + cell.row_span for cell in table.cells)
        below = next((rows[r][0].text for r in sorted(rows) if r > row), "")
        heads = above or rows[min(rows)]
        if row and not crossed and _opens_another(cells, heads, below):
            yield row
            above = cells
        above = above or cells


def _opens_another(cells: Sequence[Cell], above: Sequence[Cell], below: str) -> bool:
    """Whether headings are not those `above` again: most say something else, the borders do, or
    the words are others and the numbers `below` begin anew.
    """
    ours, theirs = _roles(cells), _roles(above)
    if 2 * (ours & theirs).total() < max(ours.total(), theirs.total()):
        return True
    label = ordinal_of(below)
    words = {key(cell.text) for cell in cells[1:]} & {key(cell.text) for cell in above[1:]}
    if len(cells) >= len(above) > 2 * len(words) and label and label.value == 1:
        return True
    here, there = ({cell.column for cell in each} for each in (cells, above))
    return not (here <= there or there <= here)


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
