"""A page of PDFium: the functions that read it, and the way from its coordinates to those of the
page as displayed.

The functions are bound so that a call costs little: the prototypes take plain addresses and keep
the interpreter's lock. Those of the bindings build an object per call, and a page has thousands of
characters to ask for.
"""

import ctypes
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from models.provenance import Bbox

_Address = ctypes.c_void_p
_INT, _UINT, _FLOAT, _DOUBLE = ctypes.c_int, ctypes.c_uint, ctypes.c_float, ctypes.c_double


def _bind(name: str, result: object, *arguments: object) -> "ctypes._FuncPointer":
    """The function of the library, with the interpreter lock held: calls are far shorter."""
    address = ctypes.cast(getattr(pdfium, name), _Address).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


count_chars = _bind("FPDFText_CountChars", _INT, _Address)
get_text = _bind("FPDFText_GetText", _INT, _Address, _INT, _INT, _Address)
get_unicode = _bind("FPDFText_GetUnicode", _UINT, _Address, _INT)
is_generated = _bind("FPDFText_IsGenerated", _INT, _Address, _INT)
get_text_object = _bind("FPDFText_GetTextObject", _Address, _Address, _INT)
get_loose_box = _bind("FPDFText_GetLooseCharBox", _INT, _Address, _INT, _Address)
get_origin = _bind("FPDFText_GetCharOrigin", _INT, _Address, _INT, _Address, _Address)
get_font_size = _bind("FPDFText_GetFontSize", _DOUBLE, _Address, _INT)
get_char_matrix = _bind("FPDFText_GetMatrix", _INT, _Address, _INT, _Address)
get_render_mode = _bind("FPDFTextObj_GetTextRenderMode", _INT, _Address)
get_font = _bind("FPDFTextObj_GetFont", _Address, _Address)
get_font_weight = _bind("FPDFFont_GetWeight", _INT, _Address)
get_font_flags = _bind("FPDFFont_GetFlags", _INT, _Address)
get_font_name = _bind(
    "FPDFFont_GetBaseFontName", ctypes.c_size_t, _Address, _Address, ctypes.c_size_t
)
count_objects = _bind("FPDFPage_CountObjects", _INT, _Address)
get_object = _bind("FPDFPage_GetObject", _Address, _Address, _INT)
count_form_objects = _bind("FPDFFormObj_CountObjects", _INT, _Address)
get_form_object = _bind("FPDFFormObj_GetObject", _Address, _Address, ctypes.c_ulong)
get_type = _bind("FPDFPageObj_GetType", _INT, _Address)
get_matrix = _bind("FPDFPageObj_GetMatrix", _INT, _Address, _Address)
get_bounds = _bind("FPDFPageObj_GetBounds", _INT, _Address, *[_Address] * 4)
get_draw_mode = _bind("FPDFPath_GetDrawMode", _INT, _Address, _Address, _Address)
count_segments = _bind("FPDFPath_CountSegments", _INT, _Address)
get_segment = _bind("FPDFPath_GetPathSegment", _Address, _Address, _INT)
get_point = _bind("FPDFPathSegment_GetPoint", _INT, _Address, _Address, _Address)
get_segment_type = _bind("FPDFPathSegment_GetType", _INT, _Address)
get_close = _bind("FPDFPathSegment_GetClose", _INT, _Address)


@dataclass(frozen=True, slots=True)
class Axes:
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


@dataclass(frozen=True, slots=True)
class Level:
    """How a scanned page was made level and plumb: `matrix`, row by row, leads from the points of
    the sheet as it is read to those of the page; it is empty where nothing was done."""

    matrix: tuple[float, ...] = ()
    inverse: tuple[float, ...] = ()

    def back(self, box: Bbox) -> Bbox:
        """The box where it stands on the page; upright as before, around the same middle."""
        return _moved(box, self.matrix)

    def onto(self, box: Bbox) -> Bbox:
        """The box of the page where it stands on the sheet."""
        return _moved(box, self.inverse)


STRAIGHT = Level()


def _moved(box: Bbox, matrix: tuple[float, ...]) -> Bbox:
    x0, top, x1, bottom = box
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    left, right = _point(x0, y, matrix), _point(x1, y, matrix)
    upper, lower = _point(x, top, matrix), _point(x, bottom, matrix)
    middle_x, middle_y = _point(x, y, matrix)
    half_x, half_y = (right[0] - left[0]) / 2, (lower[1] - upper[1]) / 2
    return middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y


def _point(x: float, y: float, m: tuple[float, ...]) -> tuple[float, float]:
    depth = m[6] * x + m[7] * y + m[8]
    return (m[0] * x + m[1] * y + m[2]) / depth, (m[3] * x + m[4] * y + m[5]) / depth
