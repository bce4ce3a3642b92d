"""Ruled tables: from horizontal and vertical lines to grids of cells with their spans.

pdfplumber's table finder makes cells of the lines that cross. Before, lines that lie on one
another are joined, those that hang together are taken for one table, and sides that are not drawn
are closed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpora.tables import threshold
from extractor.readers.pdf.rulings import Ruling
from models.provenance import Bbox

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
LAID = threshold("ruling.laid")
SNAP = threshold("ruling.snap")
JOIN = threshold("ruling.join")
TOUCH = threshold("ruling.touch")
SHORTEST = threshold("ruling.shortest")
OVERHANG = threshold("ruling.overhang")
MOST_LINES = 3_000  # of one direction on a page, and
MOST_CROSSINGS = 5_000  # on a page: more is a drawing, not a table


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a grid: its position from 0, its spans and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    bbox: Bbox


@dataclass(slots=True)
class Grid:
    """A table of lines; `xs` and `ys` are the positions of its columns' and rows' borders.

    `owner[row][column]` is the index in `fields` of the cell that covers the position.
    """

    xs: list[float]
    ys: list[float]
    fields: list[Field]
    owner: list[list[int]]

    @property
    def bbox(self) -> Bbox:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def at(self, x: float, y: float) -> int | None:
        """The index of the cell at a point, None outside of the grid."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x) - 1, len(self.xs) - 2)
        row = min(bisect_right(self.ys, y) - 1, len(self.ys) - 2)
        return self.owner[row][column]


def grids_of(horizontal: list[Ruling], vertical: list[Ruling]) -> list[Grid]:
    """The grids that the lines of a page draw, from the top down; a lone frame is a 1 by 1 grid.

    >>> across = [Ruling(y, 0, 100) for y in (0, 20, 40)]
    >>> grid = grids_of(across, [Ruling(0, 0, 40), Ruling(50, 20, 40), Ruling(100, 0, 40)])[0]
    >>> [(f.row, f.column, f.column_span) for f in grid.fields]
    [(0, 0, 2), (1, 0, 1), (1, 1, 1)]
    """
    across, down = _joined(horizontal, LAID), _joined(vertical, LAID)
    if max(len(across), len(down)) > MOST_LINES:
        return []
    tables = [cells for part in _connected(across, down) if (cells := _cells(*part))]
    grids = [grid for cells in tables for grid in _parted(cells)]
    return sorted(grids, key=lambda grid: (grid.ys[0], grid.xs[0]))


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the table finder asks of a page, whose lines hang together."""

    bbox: Bbox
    edges: list[dict[str, Any]]


def _cells(across: list[Ruling], down: list[Ruling]) -> list[Bbox]:
    """The boxes of the cells between lines that hang together."""
    from pdfplumber.table import TableFinder  # 0.2 s: only where a page has lines

    across, down = _joined(across, SNAP), _joined(down, SNAP)
    if not across or not down:
        return []
    across, down = _closed(across, down)
    edges = [
        {"orientation": "h", "x0": line.start, "x1": line.end, "top": line.at, "bottom": line.at,
         "width": line.end - line.start}
        for line in across
    ] + [
        {"orientation": "v", "x0": line.at, "x1": line.at, "top": line.start, "bottom": line.end,
         "height": line.end - line.start}
        for line in down
    ]  # fmt: skip
    page: Any = _Lines((0.0, 0.0, 0.0, 0.0), edges)
    settings = {"snap_tolerance": SNAP, "join_tolerance": JOIN, "intersection_tolerance": TOUCH}
    return list(TableFinder(page, settings).cells)


def _grid(boxes: list[Bbox]) -> Grid:
    """The grid of cells with these boxes; each position that no cell covers is one of its own.

    Of boxes that lie over one another, as where borders are odd, the smaller one is the cell.
    """
    xs = sorted({x for x0, _, x1, _ in boxes for x in (x0, x1)})
    ys = sorted({y for _, top, _, bottom in boxes for y in (top, bottom)})
    column, row = ({at: i for i, at in enumerate(borders)} for borders in (xs, ys))
    covered: set[tuple[int, int]] = set()
    fields: list[Field] = []
    for box in sorted(boxes, key=area):
        x0, top, x1, bottom = box
        rows, columns = range(row[top], row[bottom]), range(column[x0], column[x1])
        positions = {(r, c) for r in rows for c in columns}
        if covered.isdisjoint(positions):
            covered |= positions
            fields.append(Field(rows.start, columns.start, len(rows), len(columns), box))
    for r, (top, bottom) in enumerate(pairwise(ys)):
        for c, (x0, x1) in enumerate(pairwise(xs)):
            if (r, c) not in covered:
                fields.append(Field(r, c, 1, 1, (x0, top, x1, bottom)))
    fields.sort(key=lambda field: (field.row, field.column))
    owner = [[0] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for index, field in enumerate(fields):
        for r in range(field.row, field.row + field.row_span):
            owner[r][field.column : field.column + field.column_span] = [index] * field.column_span
    return Grid(xs, ys, fields, owner)


def _parted(boxes: list[Bbox]) -> list[Grid]:
    """The grid of cells with these boxes, and those of tables in its cells that hang on its lines.

    A table in a cell is told by two or more rows whose columns no other cell has, where room is
    left in the cell above, below or beside them.
    """
    grid = _grid(boxes)
    covered = {r for field in grid.fields for r in range(field.row + 1, field.row + field.row_span)}
    bands = list(pairwise(r for r in range(len(grid.ys)) if r not in covered))
    if len(bands) in (1, len(grid.ys) - 1):
        return [grid]
    known, spans = set(boxes), set(bands)
    tops = [top for top, _ in bands]
    parts: list[list[Field]] = [[] for _ in bands]
    for field in grid.fields:
        parts[bisect_right(tops, field.row) - 1].append(field)
    whole = [f for f in grid.fields if (f.row, f.row + f.row_span) in spans and f.bbox in known]
    borders = sorted({at for f in whole for at in (f.column, f.column + f.column_span)})
    kept, inner = boxes, []
    for (top, bottom), part in zip(bands, parts, strict=True):
        for left, right in pairwise(borders if bottom - top > 1 else ()):
            own = [f for f in part if left <= f.column < right]
            strips = [f for f in own if _is_strip(f, top, bottom, left, right)]
            cells = [f for f in own if f.bbox in known and f not in strips]
            first = min((f.column for f in cells), default=left)
            rows = {f.row for f in cells if f.column > first}
            within = all(f.column + f.column_span <= right for f in own)
            over = top == 0 and all(f in cells or f.row == 0 for f in own)  # a heading of levels
            if within and len(rows) > 1 and len(cells) < len(own) and not over:
                gone = {f.bbox for f in own}
                kept = [box for box in kept if box not in gone]
                kept.append((grid.xs[left], grid.ys[top], grid.xs[right], grid.ys[bottom]))
                inner += _parted([f.bbox for f in cells])
    return [_grid(kept), *inner] if inner else [grid]


def _is_strip(field: Field, top: int, bottom: int, left: int, right: int) -> bool:
    """Whether a field is the upper or lower end of these rows and columns, over their width."""
    wide = (field.column, field.column + field.column_span) == (left, right)
    return wide and (field.row == top or field.row + field.row_span == bottom)


def area(box: Bbox) -> float:
    """The area of a box in square points."""
    return (box[2] - box[0]) * (box[3] - box[1])


def _joined(lines: list[Ruling], near: float) -> list[Ruling]:
    """Lines at one position, within `near`, as one, where they overlap or follow one another."""
    result: list[Ruling] = []
    for group in _clusters(lines, near):
        at = max(group, key=lambda line: line.end - line.start).at
        group.sort(key=lambda line: line.start)
        current = Ruling(at, group[0].start, group[0].end)
        for line in group[1:]:
            if line.start <= current.end + JOIN:
                current.end = max(current.end, line.end)
            else:
                result.append(current)
                current = Ruling(at, line.start, line.end)
        result.append(current)
    return [line for line in result if line.end - line.start >= SHORTEST]


def _clusters(lines: list[Ruling], near: float) -> list[list[Ruling]]:
    groups: list[list[Ruling]] = []
    for line in sorted(lines, key=lambda line: line.at):
        if groups and line.at - groups[-1][0].at <= near:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _connected(across: list[Ruling], down: list[Ruling]) -> list[tuple[list[Ruling], list[Ruling]]]:
    """The lines in groups that hang together by crossings; none where they are too many."""
    parent = list(range(len(across) + len(down)))
    crossings = 0

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, v in enumerate(down):
        for i, h in enumerate(across):  # sorted by position
            if h.at > v.end + TOUCH:
                break
            if h.at >= v.start - TOUCH and h.start - TOUCH <= v.at <= h.end + TOUCH:
                parent[root(len(across) + j)] = root(i)
                crossings += 1
        if crossings > MOST_CROSSINGS:
            return []
    parts: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i, h in enumerate(across):
        parts.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(down):
        parts.setdefault(root(len(across) + j), ([], []))[1].append(v)
    return [part for part in parts.values() if part[0] and part[1]]


def _closed(across: list[Ruling], down: list[Ruling]) -> tuple[list[Ruling], list[Ruling]]:
    """The lines, with the outer sides that are not drawn but that the others reach out to.

    A row that goes on over the page often has no line at the cut; some tables have no sides.
    """
    drawn = across
    left, right = min(v.at for v in down), max(v.at for v in down)
    top, bottom = min(h.at for h in across), max(h.at for h in across)
    first, last = min(v.start for v in down), max(v.end for v in down)
    start, end = min(h.start for h in across), max(h.end for h in across)
    if sum(v.start < top - OVERHANG for v in down) > 1:
        across = [Ruling(first, min(left, start), max(right, end)), *across]
    if sum(v.end > bottom + OVERHANG for v in down) > 1:
        across = [*across, Ruling(last, min(left, start), max(right, end))]
    if sum(h.start < left - OVERHANG for h in drawn) > 1:
        down = [Ruling(start, min(top, first), max(bottom, last)), *down]
    if sum(h.end > right + OVERHANG for h in drawn) > 1:
        down = [*down, Ruling(end, min(top, first), max(bottom, last))]
    return across, down
