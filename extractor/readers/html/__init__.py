"""Web pages, and archives of them (.mht, .mhtml), to a Layout."""

import re
from email import message_from_bytes
from email.message import Message
from typing import Any

from extractor.layout import Layout
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.encoding import decode
from extractor.readers.html.furniture import Piece, mark
from extractor.readers.html.page import Walk
from extractor.readers.html.style import sheet_draws_lines
from extractor.text import normal
from models.errors import DamagedSource, EmptySource, LegacyFormat, LimitExceeded
from models.plan import Diagnostic

_ENDS = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)

#: A tag to its end, and one attribute of it.
_TAG = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*+""")
_ATTRIBUTE = re.compile(r"""\s+[^\s=>]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*))?""")
#: The most attributes of a tag that are read: the parser compares each with all before it. A tag
#: that has more is so many characters long at least.
_ATTRIBUTES, _LONG = 500, 2000


def read_html(
    data: bytes, limits: Limits = DEFAULT_LIMITS, *, declared: str | None = None
) -> Layout:
    """The layout of a web page; `declared` is the charset its sender names, if any.

    Places are XPaths of the parsed tree. Raises EmptySource for a page without text,
    LimitExceeded for one too large or too deep, UnknownFormat for bytes that are no text.

    >>> page = b"<h1>A</h1><table border=1><tr><td>B<td rowspan=0>C<tr><td>D</table>"
    >>> layout = read_html(page)
    >>> [b.text if hasattr(b, "text") else [c.text for c in b.cells] for b in layout.blocks]
    ['A', ['B', 'C', 'D']]
    """
    decoded = decode(data, declared, markup=True)
    root = _tree(decoded.text)
    sheets = "\n".join(sheet.text or "" for sheet in root.iter("style"))
    lines = True if sheet_draws_lines(sheets) else None
    walk = Walk(limits, lines, show_hidden=False)
    items = walk.run(root)
    diagnostics = list(decoded.diagnostics)
    if walk.hidden > 3 * walk.characters:  # the document is in a closed tab of the page
        walk = Walk(limits, lines, show_hidden=True)
        items = walk.run(root)
        message = "Phần lớn chữ của trang bị ẩn; đã đọc cả phần ẩn."
        diagnostics.append(Diagnostic("info", "html.hidden-read", message))
    if not items:
        raise _empty()
    mark(items)
    title = normal(" ".join((root.findtext(".//title") or "").split()))
    return Layout(
        reader="html",
        media_type="text/html",
        blocks=[item.paragraph if isinstance(item, Piece) else item for item in items],
        title=title or None,
        diagnostics=diagnostics,
    )


def _tree(text: str) -> Any:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True)
    # A page inside a page closes <body> early, and the parser drops what follows.
    text = _TAG.sub(_few_attributes, _ENDS.sub("", text.replace("\0", "")))
    source = text.encode("utf-8", "replace")
    try:
        root = document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if "empty" in str(error).lower():
            raise _empty() from error
        raise DamagedSource(
            "Không đọc được trang web; hãy lưu lại trang rồi gửi lại.",
            "The web page cannot be parsed; save it again.",
        ) from error
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise LimitExceeded(
                f"Trang web lồng quá nhiều lớp (dòng {entry.line}); hãy sao chép phần văn bản.",
                f"The web page is nested too deeply (line {entry.line}); copy its text instead.",
            )
    return root


def _few_attributes(tag: re.Match[str]) -> str:
    """The tag without the attributes after the first ones; none of them holds words."""
    written = tag[0]
    if len(written) < _LONG:
        return written
    for count, attribute in enumerate(_ATTRIBUTE.finditer(written), 1):
        if count > _ATTRIBUTES:
            return written[: attribute.start()]
    return written


def _empty() -> EmptySource:
    return EmptySource(
        "Trang web không có chữ nào; nếu trang dùng khung (frame), hãy lưu trang bên trong.",
        "The web page has no text; if it uses frames, save the page inside.",
    )


def read_mhtml(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The layout of the largest page in a web archive.

    Raises LegacyFormat where the archive holds no page, DamagedSource where it is broken, and
    what `read_html` raises.
    """
    pages = _pages(data)
    if not pages:
        raise LegacyFormat(
            "Tệp MIME không chứa trang web nào; hãy lưu lại dạng .html hoặc .docx.",
            "The MIME file holds no web page; save it as .html or .docx.",
        )
    page, charset = max(pages, key=lambda found: len(found[0]))
    layout = read_html(page, limits, declared=charset)
    layout.media_type = "multipart/related"
    return layout


def _pages(data: bytes) -> list[tuple[bytes, str | None]]:
    try:
        message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n \t"))
        return [
            (page, part.get_content_charset())
            for part in message.walk()
            if part.get_content_type() in ("text/html", "application/xhtml+xml")
            and (page := _content(part))
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedSource(
            "Tệp lưu trữ web (.mht) bị hỏng; hãy lưu lại trang dạng .html.",
            "The web archive (.mht) is damaged; save the page as .html.",
        ) from error


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
