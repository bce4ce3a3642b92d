"""Web archives (.mht, .mhtml): the page inside a message of several parts."""

from email import message_from_bytes
from email.message import Message

from extractor.errors import DamagedSource, LegacyFormat
from extractor.layout import Layout
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.html.page import read_html


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
