"""Word 97-2003 (.doc), RTF and OpenDocument text (.odt): bytes -> Layout.

anydoc, a parser in Rust with limits of its own, reads all three to one model. That is written out
as a web page, whose reader knows what there is to know of tables, and of letters that are older
than Unicode. Heads and feet of pages are not in the model.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Literal

from extractor.layout import Layout, Paragraph
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.archive import encrypted, legacy
from extractor.readers.docx.numbering import shown
from extractor.readers.html import read_html
from models.errors import DamagedSource, EmptySource, LegacyFormat, LimitExceeded

if TYPE_CHECKING:
    from anydoc import Block, Document, Inline, ListItem

#: What gives a machine anydoc, where kehoach was installed without it.
INSTALL = "pip install firecrawl-anydoc"

Office = Literal["doc", "rtf", "odt"]

_MEDIA_TYPES: dict[Office, str] = {
    "doc": "application/msword",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
}
#: The kinds of automatic numbers, by the names they have in Word.
_FORMS = {
    "lower_alpha": "lowerLetter",
    "upper_alpha": "upperLetter",
    "lower_roman": "lowerRoman",
    "upper_roman": "upperRoman",
}
# What Word 6 and 95 say of the look of a number.
_PN = rb"\{\\\*\\pn\b(?:[^{}]|\{[^{}]{0,60}\}){0,900}\}"
#: In RTF a number that Word has reckoned, and what has no text between it and the end of its cell.
_LONE_NUMBER = re.compile(
    rb"\{\\(?:listtext|pntext)\b(?P<shown>[^{}]*)\}"
    rb"(?P<rest>(?:" + _PN + rb"|[{}\s]"
    rb"|\\(?!(?:nestcell|cell|par|line|tab|listtext|pntext|u-?\d+)(?![a-z]))[a-z]+(?:-?\d+)?)*)"
    rb"(?=\\(?:nest)?cell(?![a-z]))"
)
_CONTROL = re.compile(rb"\\(?:'[0-9a-f]{2}|[a-z]+(?:-?\d+)? ?|[^a-z])")
_LISTED = re.compile(rb"\\(?:ls|ilvl)\d+ ?|" + _PN)
_PARAGRAPH = re.compile(rb"\\(?:pard|plain|tab|intbl)(?![a-z]) ?")
#: The notes, which stand behind the text: where the page has them.
_NOTES = "/html/body/div[1]/"


def read_office(data: bytes, form: Office, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a text document in one of these forms.

    Automatic numbers stand before the text they are printed before. Places are XPaths of the
    document as a web page. Raises DamagedSource, EmptySource, EncryptedSource, LimitExceeded.
    """
    if form == "rtf":  # blanks may stand before it
        data = _LONE_NUMBER.sub(_written, data[data.index(b"{\\rtf") :])
    page = "".join(_page(open_office(data, form))).encode("utf-8", "replace")
    try:
        layout = read_html(page, limits, declared="utf-8")
    except EmptySource as error:
        raise EmptySource(
            f"Tệp .{form} không có chữ nào.", f"There is no text in the .{form} file."
        ) from error
    layout.reader, layout.media_type = form, _MEDIA_TYPES[form]
    for block in layout.blocks:
        if isinstance(block, Paragraph) and (block.place.path or "").startswith(_NOTES):
            block.kind = "footnote"
    return layout


def _written(found: re.Match[bytes]) -> bytes:
    """The number of a cell of RTF that holds nothing else, as text: anydoc drops such a cell."""
    if not re.search(rb"[0-9A-Za-z]", _CONTROL.sub(b"", found["shown"])):  # a bullet
        return found[0]
    return b"{%b}%b\\ls0 " % (_PARAGRAPH.sub(b"", found["shown"]), _LISTED.sub(b"", found["rest"]))


def open_office(data: bytes, form: Office | Literal["ods"]) -> "Document":
    """What anydoc makes of a file.

    Raises DamagedSource, EncryptedSource, LimitExceeded, and LegacyFormat for what it does not know
    (Word 6 and 95), or where it is missing.
    """
    try:
        import anydoc
    except ImportError as error:
        raise LegacyFormat(
            f"Máy chưa có thư viện để đọc tệp .{form}; hãy cài: {INSTALL}",
            f"This machine has no library to read .{form} files; install it: {INSTALL}",
        ) from error
    try:
        return anydoc.to_document(data, form)
    except anydoc.EncryptedError as error:
        raise encrypted() from error
    except anydoc.ResourceLimitError as error:
        raise LimitExceeded(
            f"Tệp .{form} vượt giới hạn an toàn ({error}); hãy chia nhỏ tệp.",
            f"The .{form} file passes a safety limit ({error}); split it.",
        ) from error
    except anydoc.UnsupportedError as error:
        raise legacy(f"(.{form})") from error
    except anydoc.ConvertError as error:
        raise DamagedSource(
            f"Tệp .{form} bị hỏng hoặc bị cắt cụt ({error}). Hãy tải lại hoặc lưu lại tệp.",
            f"The .{form} file is damaged or cut short ({error}). Fetch or save the file again.",
        ) from error


def _page(document: "Document") -> Iterator[str]:
    """The document as a web page; each note has its number before it, as in a DOCX."""
    yield "<html><body>"
    yield from _blocks(document.blocks)
    yield "<div>"
    for number, note in enumerate(document.notes, 1):
        yield from _blocks(note.blocks, str(number))
    yield "</div></body></html>"


def _blocks(blocks: "Iterable[Block]", label: str = "") -> Iterator[str]:
    """Blocks as elements; `label` is what is printed before the first."""
    for block in blocks:
        if block.table:
            yield "<table>"
            for row in block.table.grid:
                yield "<tr>"
                for cell in (slot.cell for slot in row if slot.cell):
                    yield f'<td rowspan="{cell.row_span}" colspan="{cell.col_span}">'
                    yield from _blocks(cell.blocks)
                    yield "</td>"
                yield "</tr>"
            yield "</table>"
        elif block.list:
            bulleted = block.list.marker == "bullet"
            for number, item in enumerate(block.list.items, block.list.start):
                before = "-" if bulleted else _number(item, block.list.marker, number)
                yield from _blocks(item.blocks, f"{label} {before}".lstrip())
                label = ""
        elif block.blocks is not None:
            yield from _blocks(block.blocks, label)
        else:
            words = _words(block.content or ()) or escape(block.text or "")
            yield f"<p>{escape(label)} {words}</p>" if label else f"<p>{words}</p>"
        label = ""
    if label:
        yield f"<p>{escape(label)}</p>"


def _number(item: "ListItem", marker: str, number: int) -> str:
    """The automatic number of an item: as it is printed where that is not "1.", "a." or "I."."""
    if item.marker_label is not None:
        return item.marker_label
    return f"{shown(number, _FORMS.get(marker, marker))}."


def _words(content: "Iterable[Inline]") -> str:
    """Running text as inline elements; pictures, anchors and marks of notes have no words."""
    out = []
    for piece in content:
        if piece.kind == "link":
            out.append(f'<a href="">{_words(piece.content or ())}</a>')
        elif piece.kind == "line_break":
            out.append("<br>")
        elif piece.kind == "checkbox":
            out.append("☑" if piece.checked else "☐")
        elif piece.text:
            words = escape(piece.text)
            out.append(f"<b>{words}</b>" if piece.style and piece.style.bold else words)
    return "".join(out)
