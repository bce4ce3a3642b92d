"""PDFium's functions for pages, text and paths, bound so that a call costs little.

The prototypes take plain addresses and keep the interpreter's lock: the ones of the bindings
build an object per call, and a page has thousands of characters to ask for.
"""

import ctypes

import pypdfium2.raw as pdfium

_Address = ctypes.c_void_p
_INT, _UINT, _FLOAT, _DOUBLE = ctypes.c_int, ctypes.c_uint, ctypes.c_float, ctypes.c_double


def _bind(name: str, result: object, *arguments: object) -> "ctypes._FuncPointer":
    """The function of the library, with the interpreter lock held: calls are far shorter."""
    address = ctypes.cast(getattr(pdfium, name), _Address).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


count_chars = _bind("FPDFText_CountChars", _INT, _Address)
get_text = _bind("FPDFText_GetText", _INT, _Address, _INT, _INT, _Address)
get_unicode = _bind("FPDFText_GetUnicode", _UINT, _Address, _INT)
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
