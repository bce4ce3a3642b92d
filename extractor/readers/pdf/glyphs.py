"""The text of a PDF page as runs, in points from the top left as displayed.

A run is a stretch of characters that one operator draws in one font. PDFium is asked once per
character for the text and the drawing operator, and only once per run for all that costs more
(position, size, font): that keeps the reader fast.
"""

import ctypes
import math
from dataclasses import dataclass, replace
from itertools import groupby, repeat
from typing import Protocol

import pypdfium2.raw as pdfium

from corpora.tables import threshold
from extractor.readers.pdf.pages import (
    Axes,
    count_chars,
    get_char_matrix,
    get_font,
    get_font_flags,
    get_font_name,
    get_font_size,
    get_font_weight,
    get_loose_box,
    get_origin,
    get_render_mode,
    get_text,
    get_text_object,
    get_unicode,
    is_generated,
)
from extractor.readers.pdf.rulings import Drawing, drawing_of
from extractor.readers.symbols import is_pictorial, plain
from models.provenance import Bbox

#: Share of the em above and below the base line that counts as the line's height. The boxes of
#: the font itself differ from font to font and would tear lines of mixed fonts apart.
ASCENT, DESCENT = 0.78, 0.22

#: A gap between characters wider than this share of the em is a space.
SPACE = threshold("line.space")
#: Text that is off a right angle by more than this share of one is oblique.
OBLIQUE = threshold("line.oblique")

#: PDFium's marks of a hyphen at a line end or a soft hyphen; and spaces.
_PLAIN = {0x2: "\xad", 0xFFFE: "\xad", 0xA0: " ", 0x9: " "}

_FILL_AND_STROKE, _INVISIBLE = 2, 3  # text render modes
_FORCE_BOLD = 1 << 18  # a flag of fonts


@dataclass(slots=True)
class Run:
    """Characters in one font on one base line; `text` has no white space at its ends.

    `x0` to `x1` and `top` to `bottom` is its box, `base` the base line, `size` the em, in points.
    `turn` is the direction in quarter turns clockwise (None: oblique). `form` numbers the form
    object that draws it. `first` and `last` are the characters' indices on the page. `certainty`
    is below 1 for what was recognised in a picture; `read` is the word as it was, where the text
    was repaired.
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
    certainty: float = 1.0
    read: str = ""


@dataclass(frozen=True, slots=True)
class _Font:
    bold: bool
    pictorial: str | None  # the name of a font of signs


@dataclass(slots=True)
class Glyphs:
    """What one page shows: its runs in the order drawn, and its drawing; `characters` are those
    of the text layer, also the ones that do not show."""

    width: float
    height: float
    runs: list[Run]
    drawing: Drawing
    characters: int = 0


class Speller(Protocol):
    """Cuts runs of a page."""

    def words(self, run: Run) -> list[Run]:
        """The words of a run, each with its own box."""

    def letters(self, run: Run) -> list[Run]:
        """The letters of a run, each with its own box; none where they have none."""


class PageReader:
    """One open page: its glyphs, and the words of a run where a run must be cut."""

    def __init__(self, page: int, textpage: int, extra_turn: int = 0) -> None:
        self._page, self._text = page, textpage
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(ctypes.cast(page, pdfium.FPDF_PAGE), box)
        turn = pdfium.FPDFPage_GetRotation(ctypes.cast(page, pdfium.FPDF_PAGE))
        self.axes = Axes(box.left, box.bottom, box.right, box.top, (turn + extra_turn) % 4)
        self._box = (ctypes.c_float * 4)()
        self._at_box = ctypes.addressof(self._box)

    def count(self) -> int:
        """How many characters the page's text layer has."""
        return max(0, int(count_chars(self._text)))

    def glyphs(self) -> Glyphs:
        """The page's runs and rulings; text outside of the displayed box is not shown: left out."""
        drawing = drawing_of(self._page, self.axes)
        total = self.count()
        runs = self._runs(total, drawing.forms)
        return Glyphs(self.axes.width, self.axes.height, runs, drawing, total)

    def _characters(self, count: int) -> list[str]:
        buffer = (ctypes.c_uint16 * (count + 2))()
        written = get_text(self._text, 0, count, ctypes.addressof(buffer)) - 1
        text = bytes(buffer)[: 2 * max(written, 0)].decode("utf-16-le", "replace")
        if len(text) == count:  # one unit per character: indices agree
            return list(text)
        codes = map(get_unicode, repeat(self._text), range(count))
        return [chr(code) if code < 0x110000 else "\ufffd" for code in codes]

    def _runs(self, total: int, forms: dict[int, int]) -> list[Run]:
        letters = self._characters(total) if total else []
        owners = map(get_text_object, repeat(self._text), range(total))
        fonts: dict[int, _Font] = {}
        visible: list[Run] = []
        invisible: list[Run] = []
        start = 0
        for owner, members in groupby(owners):
            end = start + len(list(members))
            if owner is not None:  # PDFium makes up spaces and line ends that belong to no object
                mode = get_render_mode(owner)
                font = self._font(owner, fonts)
                if font.pictorial:
                    letters[start:end] = plain("".join(letters[start:end]), font.pictorial)
                bold = mode == _FILL_AND_STROKE or font.bold
                into = invisible if mode == _INVISIBLE else visible
                self._add_runs(into, letters, start, end, bold, forms.get(owner, 0))
            start = end
        # A scan may carry its words unseen under the picture, and little else besides a stamp.
        shown, hidden = (sum(len(run.text) for run in runs) for runs in (visible, invisible))
        return invisible + visible if hidden > shown else visible

    def _add_runs(
        self, runs: list[Run], letters: list[str], start: int, end: int, bold: bool, form: int
    ) -> None:
        text = "".join(letters[start:end])
        if not text.isascii() or not text.isprintable():
            text = text.translate(_PLAIN)
        first = start + len(text) - len(text.lstrip())
        last = start + len(text.rstrip()) - 1
        if first > last:  # white space only
            if runs and not all(is_generated(self._text, at) for at in range(start, end)):
                runs[-1].spaced_after = True
            return
        matrix = self._matrix(first)
        turn = self._turn(matrix)
        size = abs(get_font_size(self._text, first)) * (math.hypot(matrix[2], matrix[3]) or 1.0)
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
        if not (0 <= middle_x <= self.axes.width and 0 <= middle_y <= self.axes.height):
            return None
        base = bottom - DESCENT * size
        if turn == 0:
            base = self._base(first)
            top, bottom = base - ASCENT * size, base + DESCENT * size
        return Run(
            bare, x0, top, x1, bottom, base, size, bold, turn,
            self._is_space(text, 0, start), self._is_space(text, -1, start), form, first, last,
        )  # fmt: skip

    def _is_space(self, text: str, at: int, start: int) -> bool:
        """Whether a space is printed there; PDFium makes some up before letters of another font."""
        return text[at] == " " and not is_generated(self._text, start + at % len(text))

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

    def letters(self, run: Run) -> list[Run]:
        """`run` letter by letter, printed spaces among them; empty if it was re-encoded.

        The spaces that PDFium makes up for a gap, as for a letter from another font, are left out.
        """
        if len(run.text) != run.last - run.first + 1:
            return []
        letters = []
        for index, letter in enumerate(run.text, run.first):
            if not is_generated(self._text, index) or self._is_wide(index, run.size):
                x0, _, x1, _ = self.char_box(index)
                letters.append(replace(run, text=letter, x0=x0, x1=x1, first=index, last=index))
        return letters

    def _is_wide(self, index: int, size: float) -> bool:
        """Whether a space that PDFium makes up stands for a printed one right behind the gap: it
        begins where that does, else where the next letter does."""
        return self.char_box(index + 1)[0] - self.char_box(index)[0] > SPACE * size

    def char_box(self, index: int) -> Bbox:
        get_loose_box(self._text, index, self._at_box)
        left, top, right, bottom = self._box  # the order of FS_RECTF
        ax, ay = self.axes.point(left, top)
        bx, by = self.axes.point(right, bottom)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)

    def _base(self, index: int) -> float:
        x, y = ctypes.c_double(), ctypes.c_double()
        get_origin(self._text, index, ctypes.addressof(x), ctypes.addressof(y))
        return self.axes.point(x.value, y.value)[1]

    def _matrix(self, index: int) -> tuple[float, ...]:
        matrix = (ctypes.c_float * 6)()
        if not get_char_matrix(self._text, index, ctypes.addressof(matrix)):
            return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        return tuple(matrix)

    def _turn(self, matrix: tuple[float, ...]) -> int | None:
        if matrix[1] == 0 and matrix[0] > 0:
            return self.axes.turn
        quarters = -math.atan2(matrix[1], matrix[0]) / (math.pi / 2)
        if abs(quarters - round(quarters)) > OBLIQUE:
            return None
        return (round(quarters) + self.axes.turn) % 4

    @staticmethod
    def _font(owner: int, fonts: "dict[int, _Font]") -> "_Font":
        font = get_font(owner)
        if font is None:
            return _Font(False, None)
        if font not in fonts:
            buffer = ctypes.create_string_buffer(128)
            get_font_name(font, ctypes.addressof(buffer), 128)
            name = buffer.value.decode("latin-1").rpartition("+")[2].lower()
            heavy = get_font_weight(font) >= 600 or bool(get_font_flags(font) & _FORCE_BOLD)
            pictorial = "symbol" if name.startswith("symbol") else name
            fonts[font] = _Font(
                heavy or "bold" in name or "black" in name,
                pictorial if is_pictorial(pictorial) else None,
            )
        return fonts[font]


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
