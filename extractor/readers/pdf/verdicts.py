"""Whether the text layer of a PDF page can be read, and its letters made Unicode."""

import re

from extractor.layout import Layout, Page
from extractor.readers.legacy import converter, from_tcvn3, recognised
from extractor.readers.pdf.content import PageContent
from extractor.readers.pdf.glyphs import Glyphs
from extractor.text import is_syllable, syllable_share
from models.plan import Diagnostic, Severity
from models.provenance import Provenance

#: Share of valid syllables below which the words of a page are garbage: of those with letters
#: beyond ASCII (names of products and abbreviations say nothing), and of all.
SYLLABLES, SYLLABLES_OF_ALL = 0.6, 0.3
FEWEST_WORDS = 5
#: Share of private use and replacement characters above which they are.
ODD_LETTERS = 0.05
#: Fewer letters than this on a page that is (mostly) a picture, or whose letters are drawn as
#: shapes, are no text layer: a page number.
FEW_LETTERS, PICTURED, CURVES = 40, 0.5, 300

_WORD = re.compile(r"[^\W\d_]{2,}")
_ODD = re.compile("[\ufffd\ue000-\uf8ff]")
# A word of TCVN3 letters with a hyphen.
_HYPHENED = re.compile(r"[^\s\d.,;:()\[\]/\"'-]*-[^\s\d.,;:()\[\]/\"'-]*")


def to_unicode(glyphs: Glyphs) -> Diagnostic | None:
    """Puts text of the time before Unicode (TCVN3, VNI) right; says so."""
    code, note = recognised(" ".join(run.text for run in glyphs.runs))
    decode = converter(code) if code else _hyphenated
    if code == "tcvn3":
        decode = _from_tcvn3
    for run in glyphs.runs:
        if code or not run.text.isascii():
            run.text = decode(run.text)
    return note


def _from_tcvn3(text: str) -> str:
    """TCVN3 has "ư" on the soft hyphen, which the encodings of PDF fonts make a plain one."""

    def word(match: re.Match[str]) -> str:
        soft = match.group().replace("-", "\xad")
        return soft if len(soft) > 1 and is_syllable(from_tcvn3(soft)) else match.group()

    return from_tcvn3(_HYPHENED.sub(word, text))


def _hyphenated(text: str) -> str:
    """A soft hyphen shows only at the end of a line; `normal` drops the others."""
    return text[:-1] + "-" if text[-1] == "\xad" else text


def judge(layout: Layout, glyphs: Glyphs, sheet: PageContent) -> bool:
    """Notes the page and says whether its text layer can be read; reports it where not."""
    number = sheet.number
    text = _text(sheet)
    letters = sum(map(str.isalpha, text))
    odd = len(_ODD.findall(text))
    share = syllable_share(text)
    width, height = glyphs.width, glyphs.height
    page = Page(number, *((height, width) if sheet.turn % 2 else (width, height)), syllables=share)
    layout.pages.append(page)
    if odd > ODD_LETTERS * max(20, len(text)) or _garbled(text, share):
        page.readable = False
        report(
            layout, "pdf.garbled-text",
            f"Lớp chữ của trang {number} bị hỏng, cần nhận dạng chữ (OCR)"
            f" | The text layer of page {number} is garbage: it needs OCR", number,
        )  # fmt: skip
    elif letters < FEW_LETTERS and (
        glyphs.drawing.pictured > PICTURED or glyphs.drawing.curves > CURVES
    ):
        page.readable = False
        report(
            layout, "pdf.no-text-layer",
            f"Trang {number} là ảnh, không có lớp chữ, cần nhận dạng chữ (OCR)"
            f" | Page {number} is a picture without a text layer: it needs OCR", number,
        )  # fmt: skip
    elif not letters and not sheet.rows and not sheet.tables:
        report(
            layout, "pdf.empty-page",
            f"Trang {number} không có chữ nào | Page {number} has no text at all", number, "info",
        )  # fmt: skip
    return page.readable


def _text(sheet: PageContent) -> str:
    """All words of the page but for those of stamps; the order does not matter."""
    lines = [line.text for row in sheet.rows for line in row]
    tables = list(sheet.tables)
    for table in tables:
        lines += [cell.text for cell in table.cells]
        tables += [inner for cell in table.cells for inner in cell.tables]
    return "\n".join(lines)


def _garbled(text: str, share: float | None) -> bool:
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if len(words) >= FEWEST_WORDS:
        return sum(map(is_syllable, words)) < SYLLABLES * len(words)
    return share is not None and share < SYLLABLES_OF_ALL


def report(
    layout: Layout, code: str, message: str, page: int | None = None, severity: Severity = "warning"
) -> None:
    layout.diagnostics.append(Diagnostic(severity, code, message, Provenance(page=page)))
