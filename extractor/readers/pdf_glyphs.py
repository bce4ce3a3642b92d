"""A PDF page as runs of text and ruling lines, in points from the top left as displayed.

A run is a stretch of characters that one operator draws in one font. PDFium is asked once per
character for the text and the drawing operator, and only once per run for all that costs more
(position, size, font): that keeps the reader fast. Calls go through prototypes that take plain
addresses, for the ones of the bindings build an object per call.
"""

import ctypes
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, pairwise, repeat

import pypdfium2.raw as pdfium

from extractor.readers.symbols import is_pictorial, plain
from models.provenance import Bbox

_Address = ctypes.c_void_p
_INT, _UINT, _FLOAT, _DOUBLE = ctypes.c_int, ctypes.c_uint, ctypes.c_float, ctypes.c_double


def _bind(name: str, result: object, *arguments: object) -> "ctypes._FuncPointer":
    """The function of the library, with the interpreter lock held: calls are far shorter."""
    address = ctypes.cast(getattr(pdfium, name), _Address).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


_count_chars = _bind("FPDFText_CountChars", _INT, _Address)
_get_text = _bind("FPDFText_GetText", _INT, _Address, _INT, _INT, _Address)
_get_unicode = _bind("FPDFText_GetUnicode", _UINT, _Address, _INT)
_get_text_object = _bind("FPDFText_GetTextObject", _Address, _Address, _INT)
_get_loose_box = _bind("FPDFText_GetLooseCharBox", _INT, _Address, _INT, _Address)
_get_origin = _bind("FPDFText_GetCharOrigin", _INT, _Address, _INT, _Address, _Address)
_get_font_size = _bind("FPDFText_GetFontSize", _DOUBLE, _Address, _INT)
_get_char_matrix = _bind("FPDFText_GetMatrix", _INT, _Address, _INT, _Address)
_get_render_mode = _bind("FPDFTextObj_GetTextRenderMode", _INT, _Address)
_get_font = _bind("FPDFTextObj_GetFont", _Address, _Address)
_get_font_weight = _bind("FPDFFont_GetWeight", _INT, _Address)
_get_font_flags = _bind("FPDFFont_GetFlags", _INT, _Address)
_get_font_name = _bind(
    "FPDFFont_GetBaseFontName", ctypes.c_size_t, _Address, _Address, ctypes.c_size_t
)
_count_objects = _bind("FPDFPage_CountObjects", _INT, _Address)
_get_object = _bind("FPDFPage_GetObject", _Address, _Address, _INT)
_count_form_objects = _bind("FPDFFormObj_CountObjects", _INT, _Address)
_get_form_object = _bind("FPDFFormObj_GetObject", _Address, _Address, ctypes.c_ulong)
_get_type = _bind("FPDFPageObj_GetType", _INT, _Address)
_get_matrix = _bind("FPDFPageObj_GetMatrix", _INT, _Address, _Address)
_get_bounds = _bind("FPDFPageObj_GetBounds", _INT, _Address, *[_Address] * 4)
_get_draw_mode = _bind("FPDFPath_GetDrawMode", _INT, _Address, _Address, _Address)
_count_segments = _bind("FPDFPath_CountSegments", _INT, _Address)
_get_segment = _bind("FPDFPath_GetPathSegment", _Address, _Address, _INT)
_get_point = _bind("FPDFPathSegment_GetPoint", _INT, _Address, _Address, _Address)
_get_segment_type = _bind("FPDFPathSegment_GetType", _INT, _Address)

#: Share of the em above and below the base line that counts as the line's height. The boxes of
#: the font itself differ from font to font and would tear lines of mixed fonts apart.
ASCENT, DESCENT = 0.78, 0.22

#: PDFium's marks of a hyphen at a line end, and spaces.
_PLAIN = {0x2: "-", 0xFFFE: "-", 0xA0: " ", 0x9: " "}

_FILL_AND_STROKE, _INVISIBLE = 2, 3  # text render modes
_FORCE_BOLD = 1 << 18  # a flag of fonts
_MAX_DEPTH = 8  # forms within forms
_MAX_SEGMENTS = 400  # of one path: more is a drawing
_THIN = 3.0  # points: a box no thicker than this is a line


@dataclass(slots=True)
class Run:
    """Characters in one font on one base line; `text` has no white space at its ends.

    `x0` to `x1` and `top` to `bottom` is its box, `base` the base line, `size` the em, in points.
    `turn` is the direction in quarter turns clockwise (None: oblique). `form` numbers the form
    object that draws it. `first` and `last` are the characters' indices on the page.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool
    turn: int | None
    spaced_before: bool
    spaced_after: bool
    form: int
    first: int
    last: int


@dataclass(slots=True)
class Ruling:
    """A horizontal or vertical line: its position across, and its extent along."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class _Font:
    bold: bool
    pictorial: str | None  # the name of a font of signs


@dataclass(slots=True)
class Glyphs:
    """What one page shows: runs in the order drawn and ruling lines; `pictured` is the share of
    the page that pictures cover, `curves` how many shapes have some: letters drawn as shapes."""

    width: float
    height: float
    runs: list[Run]
    horizontal: list[Ruling] = field(default_factory=list)
    vertical: list[Ruling] = field(default_factory=list)
    characters: int = 0
    pictured: float = 0.0
    curves: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """The way from the coordinates of the page's content to those of the page as displayed."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turn % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turn % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 0:
            return x - self.left, self.top - y
        if self.turn == 1:
            return y - self.bottom, x - self.left
        if self.turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


def turned(box: Bbox, width: float, height: float, turn: int) -> Bbox:
    """`box` of a page of `width` by `height`, after the page has turned `turn` quarters clockwise.

    >>> turned((10, 20, 30, 25), 100, 200, 1)
    (175, 10, 180, 30)
    """
    x0, top, x1, bottom = box
    if turn % 4 == 1:
        return height - bottom, x0, height - top, x1
    if turn % 4 == 2:
        return width - x1, height - bottom, width - x0, height - top
    if turn % 4 == 3:
        return top, width - x1, bottom, width - x0
    return box


class PageReader:
    """One open page: its glyphs, and the words of a run where a run must be cut."""

    def __init__(self, page: int, textpage: int, extra_turn: int = 0) -> None:
        self._page, self._text = page, textpage
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(ctypes.cast(page, pdfium.FPDF_PAGE), box)
        turn = pdfium.FPDFPage_GetRotation(ctypes.cast(page, pdfium.FPDF_PAGE))
        self.frame = Frame(box.left, box.bottom, box.right, box.top, (turn + extra_turn) % 4)
        self._box = (_FLOAT * 4)()
        self._at_box = ctypes.addressof(self._box)

    def glyphs(self) -> Glyphs:
        """The page's runs and rulings; text outside of the displayed box is not shown: left out."""
        forms: dict[int, int] = {}
        result = Glyphs(self.frame.width, self.frame.height, [])
        self._rulings(result, forms)
        self._runs(result, forms)
        return result

    # -- text --------------------------------------------------------------------------------

    def _characters(self, count: int) -> list[str]:
        buffer = (ctypes.c_uint16 * (count + 2))()
        written = _get_text(self._text, 0, count, ctypes.addressof(buffer)) - 1
        text = bytes(buffer)[: 2 * max(written, 0)].decode("utf-16-le", "replace")
        if len(text) == count:  # one unit per character: indices agree
            return list(text)
        codes = map(_get_unicode, repeat(self._text), range(count))
        return [chr(code) if code < 0x110000 else "\ufffd" for code in codes]

    def _runs(self, result: Glyphs, forms: dict[int, int]) -> None:
        count = result.characters = max(0, _count_chars(self._text))
        if not count:
            return
        letters = self._characters(count)
        owners = map(_get_text_object, repeat(self._text), range(count))
        fonts: dict[int, _Font] = {}
        start = 0
        invisible: list[Run] = []
        for owner, members in groupby(owners):
            end = start + sum(1 for _ in members)
            if owner is not None:  # PDFium makes up spaces and line ends that belong to no object
                mode = _get_render_mode(owner)
                into = invisible if mode == _INVISIBLE else result.runs
                font = self._font(owner, fonts)
                if font.pictorial:
                    letters[start:end] = plain("".join(letters[start:end]), font.pictorial)
                bold = mode == _FILL_AND_STROKE or font.bold
                self._add_runs(into, letters, start, end, bold, forms.get(owner, 0))
            start = end
        if not result.runs:  # a scan with a text layer of its own
            result.runs = invisible

    def _add_runs(
        self, runs: list[Run], letters: list[str], start: int, end: int, bold: bool, form: int
    ) -> None:
        text = "".join(letters[start:end])
        if not text.isascii() or not text.isprintable():
            text = text.translate(_PLAIN)
        first = start + len(text) - len(text.lstrip())
        last = start + len(text.rstrip()) - 1
        if first > last:  # white space only
            if runs:
                runs[-1].spaced_after = True
            return
        matrix = self._matrix(first)
        turn = self._turn(matrix)
        size = abs(_get_font_size(self._text, first)) * (math.hypot(matrix[2], matrix[3]) or 1.0)
        # Two columns in one operator, set apart by spaces: cut there.
        cuts = _wide_spaces(text) if "    " in text else [(0, len(text))]
        for a, b in cuts:
            run = self._run(text[a:b], start + a, size, bold, turn, form)
            if run is not None:
                runs.append(run)

    def _run(
        self, text: str, start: int, size: float, bold: bool, turn: int | None, form: int
    ) -> Run | None:
        bare = text.strip()
        if not bare:
            return None
        first = start + len(text) - len(text.lstrip())
        last = first + len(bare) - 1
        x0, top, x1, bottom = self.char_box(first)
        if last > first:
            x2, top2, x3, bottom2 = self.char_box(last)
            x0, top, x1, bottom = min(x0, x2), min(top, top2), max(x1, x3), max(bottom, bottom2)
        middle_x, middle_y = (x0 + x1) / 2, (top + bottom) / 2
        if not (0 <= middle_x <= self.frame.width and 0 <= middle_y <= self.frame.height):
            return None
        base = bottom - DESCENT * size
        if turn == 0:
            base = self._base(first)
            top, bottom = base - ASCENT * size, base + DESCENT * size
        return Run(
            bare, x0, top, x1, bottom, base, size, bold, turn,
            text[0] == " ", text[-1] == " ", form, first, last,
        )  # fmt: skip

    def words(self, run: Run) -> list[Run]:
        """`run` cut at its spaces, each word with its own box; whole if it was re-encoded."""
        if len(run.text) != run.last - run.first + 1:
            return [run]
        words, start = [], run.first
        for part in run.text.split(" "):
            if part:
                word = self._run(part, start, run.size, run.bold, run.turn, run.form)
                if word is not None:
                    word.spaced_before = word.spaced_after = True
                    words.append(word)
            start += len(part) + 1
        if words:
            words[0].spaced_before, words[-1].spaced_after = run.spaced_before, run.spaced_after
        return words

    def char_box(self, index: int) -> Bbox:
        _get_loose_box(self._text, index, self._at_box)
        left, top, right, bottom = self._box  # the order of FS_RECTF
        ax, ay = self.frame.point(left, top)
        bx, by = self.frame.point(right, bottom)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def _base(self, index: int) -> float:
        x, y = _DOUBLE(), _DOUBLE()
        _get_origin(self._text, index, ctypes.addressof(x), ctypes.addressof(y))
        return self.frame.point(x.value, y.value)[1]

    def _matrix(self, index: int) -> tuple[float, ...]:
        matrix = (_FLOAT * 6)()
        if not _get_char_matrix(self._text, index, ctypes.addressof(matrix)):
            return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        return tuple(matrix)

    def _turn(self, matrix: tuple[float, ...]) -> int | None:
        if matrix[1] == 0 and matrix[0] > 0:
            return self.frame.turn
        quarters = -math.atan2(matrix[1], matrix[0]) / (math.pi / 2)
        if abs(quarters - round(quarters)) > 0.1:
            return None
        return (round(quarters) + self.frame.turn) % 4

    @staticmethod
    def _font(owner: int, fonts: "dict[int, _Font]") -> "_Font":
        font = _get_font(owner)
        if font is None:
            return _Font(False, None)
        if font not in fonts:
            buffer = ctypes.create_string_buffer(128)
            _get_font_name(font, ctypes.addressof(buffer), 128)
            name = buffer.value.decode("latin-1").rpartition("+")[2].lower()
            heavy = _get_font_weight(font) >= 600 or bool(_get_font_flags(font) & _FORCE_BOLD)
            pictorial = "symbol" if name.startswith("symbol") else name
            fonts[font] = _Font(
                heavy or "bold" in name or "black" in name,
                pictorial if is_pictorial(pictorial) else None,
            )
        return fonts[font]

    # -- lines -------------------------------------------------------------------------------

    def _rulings(self, result: Glyphs, forms: dict[int, int]) -> None:
        matrix = (_FLOAT * 6)()
        at_matrix = ctypes.addressof(matrix)
        numbers = iter(range(1, 1_000_000))

        def walk(
            objects: Iterable[int | None], above: tuple[float, ...], depth: int, form: int
        ) -> None:
            for item in objects:
                if item is None:
                    continue
                kind = _get_type(item)
                if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                    if form:
                        forms[item] = form
                elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                    _get_matrix(item, at_matrix)
                    self._path(item, _times(tuple(matrix), above), result)
                elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                    result.pictured += self._share(item)
                elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
                    _get_matrix(item, at_matrix)
                    inner = _times(tuple(matrix), above)
                    count = _count_form_objects(item)
                    children = map(_get_form_object, repeat(item), range(count))
                    walk(list(children), inner, depth + 1, form or next(numbers))

        count = _count_objects(self._page)
        walk(map(_get_object, repeat(self._page), range(count)), (1, 0, 0, 1, 0, 0), 0, 0)

    def _share(self, item: int) -> float:
        """The share of the page that the bounds of an object cover."""
        _get_bounds(item, *(self._at_box + 4 * side for side in range(4)))
        left, bottom, right, top = self._box
        page = self.frame.width * self.frame.height
        return max(0.0, (right - left) * (top - bottom) / page) if page else 0.0

    def _path(self, item: int, matrix: tuple[float, ...], result: Glyphs) -> None:
        count = _count_segments(item)
        if not 2 <= count <= _MAX_SEGMENTS:
            return
        fill, stroke = _INT(), _INT()
        _get_draw_mode(item, ctypes.addressof(fill), ctypes.addressof(stroke))
        if not fill.value and not stroke.value:
            return
        a, b, c, d, e, f = matrix
        x, y = _FLOAT(), _FLOAT()
        at_x, at_y = ctypes.addressof(x), ctypes.addressof(y)
        outlines: list[list[tuple[float, float]]] = []
        for index in range(count):
            segment = _get_segment(item, index)
            kind = _get_segment_type(segment)
            if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                result.curves += 1
                return  # a drawing
            _get_point(segment, at_x, at_y)
            point = self.frame.point(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
            if kind == pdfium.FPDF_SEGMENT_MOVETO or not outlines:
                outlines.append([point])
            else:
                outlines[-1].append(point)
        for outline in outlines:
            self._outline(outline, bool(fill.value), bool(stroke.value), result)

    @staticmethod
    def _outline(
        points: list[tuple[float, float]], fill: bool, stroke: bool, result: Glyphs
    ) -> None:
        """A thin box is a line; of a stroked outline each straight side is one."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if y1 - y0 <= _THIN or x1 - x0 <= _THIN:  # both for a dot of a dotted line
            if y1 - y0 <= _THIN:
                result.horizontal.append(Ruling((y0 + y1) / 2, x0, x1))
            if x1 - x0 <= _THIN:
                result.vertical.append(Ruling((x0 + x1) / 2, y0, y1))
        elif stroke:
            ring = [*points, points[0]] if fill or len(points) > 2 else points
            for (ax, ay), (bx, by) in pairwise(ring):
                if abs(ay - by) <= 0.5 and abs(ax - bx) > 1:
                    result.horizontal.append(Ruling((ay + by) / 2, min(ax, bx), max(ax, bx)))
                elif abs(ax - bx) <= 0.5 and abs(ay - by) > 1:
                    result.vertical.append(Ruling((ax + bx) / 2, min(ay, by), max(ay, by)))


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


def _wide_spaces(text: str) -> list[tuple[int, int]]:
    """The parts of `text` between gaps of four spaces or more."""
    parts, start, index = [], 0, 0
    while (gap := text.find("    ", index)) >= 0:
        end = gap
        while end < len(text) and text[end] == " ":
            end += 1
        parts.append((start, gap))
        start = index = end
    parts.append((start, len(text)))
    return [(a, b) for a, b in parts if text[a:b].strip()]
