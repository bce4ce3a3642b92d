"""Ruled tables: from horizontal and vertical lines to grids of cells with their spans.

Lines that lie on one another are joined; lines that cross hang together and make one grid. Its
rows and columns are the distinct positions of its lines. Where the wall between two fields of the
grid is not drawn they are one cell: that gives row and column spans.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from extractor.readers.pdf.rulings import Ruling
from models.provenance import Bbox

LAID = 1.0  # points: lines no farther apart lie on one another
SNAP = 5.0  # borders no farther apart are one border: no letter has room between them
JOIN = 3.0  # a gap no longer does not interrupt a line
TOUCH = 2.0  # lines that miss each other by no more still cross
SHORTEST = 5.0  # lines shorter than this are dashes or dots
OVERHANG = 6.0  # lines that stick out farther than this show that a side is not drawn
MOST_LINES = 3_000  # of one direction on a page, and
MOST_FIELDS = 50_000  # of one grid: more is a drawing, not a table


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
    grids = [_grid(*part) for part in _connected(across, down)]
    return sorted((g for g in grids if g is not None), key=lambda g: (g.ys[0], g.xs[0]))


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
    """The lines in groups that hang together by crossings."""
    parent = list(range(len(across) + len(down)))

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
    parts: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for i, h in enumerate(across):
        parts.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(down):
        parts.setdefault(root(len(across) + j), ([], []))[1].append(v)
    return [part for part in parts.values() if part[0] and part[1]]


def _grid(across: list[Ruling], down: list[Ruling]) -> Grid | None:
    across, down = _closed(_joined(across, SNAP), _joined(down, SNAP))
    if not across or not down:
        return None
    xs, ys = sorted({line.at for line in down}), sorted({line.at for line in across})
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > MOST_FIELDS:
        return None
    # wall_below[r][c]: between rows r-1 and r in column c; wall_left[r][c]: between c-1 and c.
    wall_below = [_covered(across, y, xs) for y in ys]
    wall_left = [_covered(down, x, ys) for x in xs]
    ys, wall_below, keep = _compact(ys, wall_below)
    wall_left = [_merge(walls, keep) for walls in wall_left]
    xs, wall_left, keep = _compact(xs, wall_left)
    wall_below = [_merge(walls, keep) for walls in wall_below]
    if len(xs) < 2 or len(ys) < 2:
        return None
    return _fields(xs, ys, wall_below, wall_left)


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


def _covered(lines: list[Ruling], at: float, steps: list[float]) -> list[bool]:
    """For each step from border to border, whether a line at `at` runs along most of it."""
    near = [line for line in lines if line.at == at]
    result = []
    for a, b in pairwise(steps):
        drawn = sum(max(0.0, min(b, line.end) - max(a, line.start)) for line in near)
        result.append(drawn >= 0.6 * (b - a))
    return result


def _compact(
    positions: list[float], walls: list[list[bool]]
) -> tuple[list[float], list[list[bool]], list[int]]:
    """Without the positions where nothing is drawn; `keep` are the indices that stay."""
    keep = [i for i, wall in enumerate(walls) if any(wall)]
    return [positions[i] for i in keep], [walls[i] for i in keep], keep


def _merge(walls: list[bool], keep: list[int]) -> list[bool]:
    """The walls along steps that were merged: drawn where they are in any of the parts."""
    return [any(walls[a:b]) for a, b in pairwise(keep)]


def _fields(
    xs: list[float], ys: list[float], wall_below: list[list[bool]], wall_left: list[list[bool]]
) -> Grid:
    rows, columns = len(ys) - 1, len(xs) - 1
    owner = [[-1] * columns for _ in range(rows)]
    fields: list[Field] = []
    for row in range(rows):
        for column in range(columns):
            if owner[row][column] >= 0:
                continue
            right = column + 1
            while right < columns and owner[row][right] < 0 and not wall_left[right][row]:
                right += 1
            below = row + 1
            while below < rows and not any(
                wall_below[below][c] or owner[below][c] >= 0 for c in range(column, right)
            ):
                if any(wall_left[c][below] for c in range(column + 1, right)):
                    break
                below += 1
            index = len(fields)
            for r in range(row, below):
                owner[r][column:right] = [index] * (right - column)
            box = (xs[column], ys[row], xs[right], ys[below])
            fields.append(Field(row, column, below - row, right - column, box))
    return Grid(xs, ys, fields, owner)
