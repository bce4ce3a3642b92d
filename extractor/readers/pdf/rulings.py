"""What is drawn on a page besides text: ruling lines, pictures, shapes."""

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count, pairwise, repeat

import pypdfium2.raw as pdfium

from corpora.tables import threshold
from extractor.readers.pdf.pages import (
    Axes,
    count_form_objects,
    count_objects,
    count_segments,
    get_bounds,
    get_close,
    get_draw_mode,
    get_form_object,
    get_matrix,
    get_object,
    get_point,
    get_segment,
    get_segment_type,
    get_type,
)

_MAX_DEPTH = 8  # forms within forms
_MAX_SEGMENTS = 20_000  # of one path: more is a drawing
THIN = threshold("ruling.thin")  # points: a box no thicker than this is a line

_Matrix = tuple[float, ...]
_Point = tuple[float, float]


@dataclass(slots=True)
class Ruling:
    """A horizontal or vertical line: its position across, and its extent along."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Drawing:
    """The lines of a page, in points from the top left as displayed.

    `pictured` is the share of the page that pictures cover, `curves` counts the shapes that have
    some (letters drawn as shapes). `forms` tells, by address, which text objects a form draws,
    and the number of that form, from 1.
    """

    horizontal: list[Ruling] = field(default_factory=list)
    vertical: list[Ruling] = field(default_factory=list)
    pictured: float = 0.0
    curves: int = 0
    forms: dict[int, int] = field(default_factory=dict)


def drawing_of(page: int, axes: Axes) -> Drawing:
    """What the page at this address draws besides text."""
    pen = _Pen(axes)
    objects = map(get_object, repeat(page), range(count_objects(page)))
    pen.walk(objects, (1, 0, 0, 1, 0, 0), 0, 0)
    return pen.drawing


class _Pen:
    def __init__(self, axes: Axes) -> None:
        self.drawing = Drawing()
        self._axes = axes
        self._numbers = count(1)
        self._floats = (ctypes.c_float * 6)()
        self._ints = (ctypes.c_int * 2)()
        start = ctypes.addressof(self._floats)
        self._at = [start + 4 * index for index in range(4)]
        first = ctypes.addressof(self._ints)
        self._at_ints = first, first + ctypes.sizeof(ctypes.c_int)

    def walk(self, objects: Iterable[int | None], above: _Matrix, depth: int, form: int) -> None:
        for item in objects:
            kind = get_type(item) if item else None
            if item is None or kind is None:
                continue
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                if form:
                    self.drawing.forms[item] = form
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(item, self._matrix(item, above))
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.drawing.pictured += self._share(item)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                inner = self._matrix(item, above)
                children = map(get_form_object, repeat(item), range(count_form_objects(item)))
                self.walk(children, inner, depth + 1, form or next(self._numbers))

    def _matrix(self, item: int, above: _Matrix) -> _Matrix:
        get_matrix(item, self._at[0])
        return _times(tuple(self._floats), above)

    def _share(self, item: int) -> float:
        """The share of the page that the bounds of an object cover."""
        get_bounds(item, *self._at)
        left, bottom, right, top = self._floats[:4]
        page = self._axes.width * self._axes.height
        return max(0.0, (right - left) * (top - bottom) / page) if page else 0.0

    def _path(self, item: int, matrix: _Matrix) -> None:
        total = count_segments(item)
        get_draw_mode(item, *self._at_ints)
        fill, stroke = self._ints
        if not 2 <= total <= _MAX_SEGMENTS or not (fill or stroke):
            return
        a, b, c, d, e, f = matrix
        points: list[_Point] = []
        curved = closed = False
        for index in range(total):
            segment = get_segment(item, index)
            kind = get_segment_type(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                if points and not curved:
                    self._outline(points, bool(stroke), closed or bool(fill))
                points, curved, closed = [], False, False
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                curved = True
                self.drawing.curves += 1
                continue
            get_point(segment, self._at[0], self._at[1])
            x, y = self._floats[:2]
            points.append(self._axes.point(a * x + c * y + e, b * x + d * y + f))
            closed = closed or bool(get_close(segment))
        if points and not curved:
            self._outline(points, bool(stroke), closed or bool(fill))

    def _outline(self, points: list[_Point], stroke: bool, closed: bool) -> None:
        """A thin box is a line; of a stroked outline each straight side is one."""
        horizontal, vertical = self.drawing.horizontal, self.drawing.vertical
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if y1 - y0 <= THIN or x1 - x0 <= THIN:  # both for a dot of a dotted line
            if y1 - y0 <= THIN:
                horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
            if x1 - x0 <= THIN:
                vertical.append(Ruling((x0 + x1) / 2, y0, y1))
        elif stroke:
            for (ax, ay), (bx, by) in pairwise([*points, points[0]] if closed else points):
                if abs(ay - by) < 1 < abs(ax - bx):
                    horizontal.append(Ruling((ay + by) / 2, min(ax, bx), max(ax, bx)))
                elif abs(ax - bx) < 1 < abs(ay - by):
                    vertical.append(Ruling((ax + bx) / 2, min(ay, by), max(ay, by)))


def _times(m: tuple[float, ...], n: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix that applies `m`, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )
