"""Whether the text layer of a PDF page can be read, and its letters made Unicode."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from corpora.tables import threshold
from extractor.layout import Layout, Page, Table
from extractor.readers.legacy import converter, from_tcvn3, recognised
from extractor.readers.pdf.content import PageContent
from extractor.readers.pdf.glyphs import Glyphs
from extractor.text import is_syllable, syllable_share, toneless
from models.plan import Diagnostic, Severity
from models.provenance import Provenance

SYLLABLES = threshold("verdict.syllables")
SYLLABLES_OF_ALL = threshold("verdict.syllables-of-all")
FEWEST_WORDS = int(threshold("verdict.fewest-words"))
ODD_LETTERS = threshold("verdict.odd-letters")
TORN = threshold("verdict.torn")
SPOKEN = threshold("verdict.spoken")
MEAN_LENGTH = threshold("verdict.mean-length")
MARKED = threshold("verdict.marked")
ONE_SCRIPT = threshold("verdict.one-script")
FEW_LETTERS = int(threshold("verdict.few-letters"))
PICTURED = threshold("verdict.pictured")
CURVES = int(threshold("verdict.curves"))

#: What is told of a page that cannot be read.
UNREADABLE = ("pdf.garbled-text", "pdf.no-text-layer")

_WORD = re.compile(r"[^\W\d_]{2,}")
_LONE = re.compile(r"(?<![^\W_])[bcdđghklmnpqrstvx](?![^\W_]|[.)/])")
# A word as Latin languages write it: one case but for its first letter, and no five consonants.
_SPOKEN = re.compile(r"(?!.*[bcdfghjklmnpqrstvwxz]{5})(?=.*[aeiouy])[^\W\d_][a-z]*", re.IGNORECASE)
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
    text = "\n".join([line.text for row in sheet.rows for line in row] + _texts(sheet.tables))
    letters = sum(map(str.isalpha, text))
    width, height = glyphs.width, glyphs.height
    size = (height, width) if sheet.turn % 2 else (width, height)
    page = Page(number, *size, syllables=syllable_share(text))
    layout.pages.append(page)
    language = language_of(text)
    if language is None:
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
    elif language == "other" and not any(
        d.code == "pdf.other-language" for d in layout.diagnostics
    ):
        report(
            layout, "pdf.other-language", f"Trang {number} không phải tiếng Việt, vẫn được đọc"
            f" | Page {number} is not Vietnamese; it is read all the same", number, "info",
        )  # fmt: skip
    if sheet.guessed and page.readable:
        report(
            layout, "pdf.table-without-rulings",
            f"Bảng ở trang {number} không kẻ đủ ô, hàng và cột được đoán theo khoảng trống; hãy đối"
            f" chiếu với bản gốc | A table on page {number} lacks ruling lines: rows and columns"
            " are told by the gaps; compare them with the paper", number,
        )  # fmt: skip
    for table in sheet.tables if page.readable else []:
        if language_of("\n".join(_texts([table]))) is None:
            report(
                layout, "pdf.garbled-table",
                f"Chữ của một bảng ở trang {number} bị hỏng, hãy đối chiếu với bản gốc"
                f" | The text of a table on page {number} is garbage: compare it with the paper",
                number,
            )  # fmt: skip
    return page.readable


def _texts(tables: Iterable[Table]) -> list[str]:
    """The texts of all cells, those of tables within cells too; the order does not matter."""
    texts: list[str] = []
    for table in tables:
        for cell in table.cells:
            texts.append(cell.text)
            texts += _texts(cell.tables)
    return texts


def language_of(text: str) -> Literal["vietnamese", "other"] | None:
    """What the words of a page or table are in; None where they are garbage.

    Too few words to tell pass for Vietnamese.

    >>> language_of("Đẩy mạnh cải cách thủ tục hành chính")
    'vietnamese'
    >>> language_of("Plumb a file for detailed information about each character")
    'other'
    >>> language_of("Nâng cao ch t l ng ph c v ng i dân, giao các s , ngành")
    >>> language_of("Kø hþxch cßi cách hþnh chßnh năm nþy")
    """
    if len(_ODD.findall(text)) > ODD_LETTERS * max(20, len(text)):
        return None
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return "vietnamese"
    lone = len(_LONE.findall(text))
    if lone > TORN * (len(words) + lone):
        return None
    accented = [word for word in words if not word.isascii()]
    if len(accented) >= FEWEST_WORDS:
        if sum(map(is_syllable, accented)) >= SYLLABLES * len(accented):
            return "vietnamese"
    else:
        share = syllable_share(text)
        if share is None or share >= SYLLABLES_OF_ALL:
            return "vietnamese"
    return "other" if _is_language(words) else None


def _is_language(words: list[str]) -> bool:
    """Whether words that are not Vietnamese are those of some other language."""
    letters = "".join(words)
    scripts = Counter(unicodedata.name(letter, "?").partition(" ")[0] for letter in letters)
    script, most = scripts.most_common(1)[0]
    if most < ONE_SCRIPT * len(letters):
        return False
    if script != "LATIN":
        return script != "?"
    bare = [toneless(word) for word in words]
    return (
        len(letters) > MEAN_LENGTH * len(words)
        and sum(not letter.isascii() for letter in letters) < MARKED * len(letters)
        and sum(bool(_SPOKEN.fullmatch(word)) for word in bare) > SPOKEN * len(words)
    )


def report(
    layout: Layout, code: str, message: str, page: int | None = None, severity: Severity = "warning"
) -> None:
    layout.diagnostics.append(Diagnostic(severity, code, message, Provenance(page=page)))
