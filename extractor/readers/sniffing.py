"""Which format a file has, by its content: names lie ("a.doc" from a law site is a web page)."""

import re
from typing import Literal

from corpora.tables import threshold
from extractor.limits import DEFAULT_LIMITS, Limits
from models.errors import (
    EmptySource,
    KehoachError,
    LimitExceeded,
    NoTextLayer,
    UnknownFormat,
)

Format = Literal[
    "docx",
    "doc",
    "rtf",
    "odt",
    "xlsx",
    "xls",
    "ods",
    "pdf",
    "picture",
    "html",
    "mhtml",
    "text",
    "bundle",
]

_HEAD = 32 * 1024
#: Tags for each line of a text from which it is a web page.
TAGS = threshold("page.tags")
_BLANK = b"\0 \t\r\n\x0b\x0c\xef\xbb\xbf\xff\xfe"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_RTF = b"{\\rtf"
_OPEN = b"application/vnd.oasis.opendocument."
# An OLE compound file: .doc, .xls, .ppt, and an Office file with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# PNG, JPEG and TIFF; and those that no reader opens.
_READ_PICTURES = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*")
_PICTURES = (
    (re.compile(rb"II\+\0|MM\0\+"), "BigTIFF"),
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL), "BMP"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP"),
    (re.compile(rb".{4}ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "AVIF"),
    (re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"), "JPEG 2000"),
    (re.compile(rb"AT&TFORM"), "DjVu"),
)
_OTHERS = (
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"BZh", "BZIP2"),
    (b"\xfd7zXZ\0", "XZ"),
    (b"%!PS", "PostScript"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)
_HEADERS = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MIME = re.compile(r"^MIME-Version\s*:", re.IGNORECASE | re.MULTILINE)
_WORD_XML = re.compile(r"<\?mso-application|<w:wordDocument|<pkg:package", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|table|tbody|tr|td|th|ul|ol|li|h[1-6]|span|font|center|b|i|strong|em|br|meta|title"
    r"|style|article|section|main)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_FRAME_TAG = re.compile(
    r"</?(?:p|div|table|tr|td|h[1-6]|article|section)(?:\s[^<>]*)?>", re.IGNORECASE
)


def sniff(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Format:
    """The format of `data`, one that a reader reads; for any other, the error that names it.

    Raises EmptySource, LegacyFormat, EncryptedSource, NoTextLayer (a picture of another kind),
    LimitExceeded, DamagedSource (a broken zip) or UnknownFormat.

    >>> sniff(b"%PDF-1.7 ..."), sniff("KẾ HOẠCH".encode()), sniff(b"<p>a</p><p>b</p>")
    ('pdf', 'text', 'html')
    """
    if len(data) > limits.source_bytes:
        size, most = len(data) / 2**20, limits.source_bytes / 2**20
        raise LimitExceeded(
            f"Tệp nặng {size:.1f} MB, quá giới hạn {most:.1f} MB; hãy chia nhỏ tệp.",
            f"The file has {size:.1f} MB, more than the limit of {most:.1f} MB; split it.",
        )
    head = data[:_HEAD]
    if not head.strip(_BLANK) and not data.strip(_BLANK):
        raise EmptySource(
            "Tệp rỗng hoặc chỉ có khoảng trắng; hãy kiểm tra lại tệp đã tải.",
            "The file is empty or holds white space only; check the download.",
        )
    if head.startswith(_ZIP):
        return _zipped(data, limits)
    if head.startswith(_OLE):
        return _compound(data)
    if _READ_PICTURES.match(head):
        return "picture"
    if head.lstrip(_BLANK).startswith(_RTF):
        return "rtf"
    _refuse(head)
    if b"%PDF-" in head[:1024] and not head.lstrip(_BLANK).startswith(b"<"):
        return "pdf"
    return _textual(head)


def _zipped(data: bytes, limits: Limits) -> Format:
    from extractor.readers.archive import describe_zip, open_archive

    archive = open_archive(data, limits)
    types = "[Content_Types].xml"
    if "word/document.xml" in archive or (
        types in archive and b"wordprocessingml.document.main" in archive.read(types)
    ):
        return "docx"
    if "xl/workbook.xml" in archive:
        return "xlsx"
    if "mimetype" in archive:
        declared = archive.read("mimetype").strip()
        if declared.startswith(_OPEN + b"text"):
            return "odt"
        if declared.startswith(_OPEN + b"spreadsheet"):
            return "ods"
    elif types not in archive:
        return "bundle"
    raise describe_zip(archive)


def _compound(data: bytes) -> Format:
    from extractor.readers.archive import kind_of_ole, legacy

    kind = kind_of_ole(data)
    if kind == "doc":
        return "doc"
    if kind == "xls":
        return "xls"
    raise legacy(kind)


def _refuse(head: bytes) -> None:
    """Raises the error for a file that is known by its first bytes and has no reader."""
    for pattern, name in _PICTURES:
        if pattern.match(head):
            raise NoTextLayer(
                f"Tệp là ảnh {name}, chưa đọc được; hãy lưu lại dạng PNG, JPEG, TIFF hoặc PDF.",
                f"The file is a picture ({name}), which is not read; save it as PNG, JPEG, TIFF or"
                " PDF.",
            )
    for magic, name in _OTHERS:
        # Two letters may open a text as well; a program has zeros near its start.
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head[:64]):
            raise _unknown(f"là {name}", f"is {name}")


def _textual(head: bytes) -> Format:
    from extractor.readers.encoding import decode

    try:
        text = decode(head).text.lstrip()
    except KehoachError as error:
        raise _unknown("không phải văn bản", "is not text") from error
    headers = _HEADERS.match(text)
    if headers and _MIME.search(headers.group()):
        return "mhtml"
    if text.startswith("<") and _WORD_XML.search(text[:2000]):
        from extractor.readers.archive import legacy

        raise legacy("Word XML")
    if _is_page(text):
        return "html"
    return "text"


def _is_page(text: str) -> bool:
    """Whether a text is a web page or a piece of one, not a text with a few tags left in it."""
    if text.startswith("<"):
        return _PAGE.search(text[:8192]) is not None or len(_TAG.findall(text)) >= 2
    if _PAGE.search(text[:1024]):
        return True
    tags = len(_FRAME_TAG.findall(text))
    return tags >= 6 and tags >= TAGS * (text.count("\n") + 1)


def _unknown(vi: str, en: str) -> UnknownFormat:
    return UnknownFormat(
        f"Không nhận ra định dạng: tệp {vi}; hãy dùng DOCX, PDF, trang web hoặc văn bản thuần.",
        f"The format is not known: the file {en}; use DOCX, PDF, a web page or plain text.",
    )
