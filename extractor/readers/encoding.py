"""Bytes to text: which encoding, and what had to be mended on the way.

Valid UTF-8 is UTF-8 whatever the source declares. What is not is read by every encoding that
Vietnamese text comes in, and the one whose words are most often Vietnamese wins.
"""

import codecs
import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from corpora.tables import threshold
from extractor.readers.legacy import (
    SURE,
    SUSPECTED,
    convert_legacy,
    converter,
    marked_words,
    recognised,
    share,
)
from extractor.text import normal
from models.errors import EmptySource, UnknownFormat
from models.plan import Diagnostic

__all__ = ["Decoded", "convert_legacy", "declared_charset", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.+-]{2,40})"""
    rb"""|<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.+-]{2,40})""",
    re.IGNORECASE,
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\x0b\x0c\r\x1b"))
#: The share of control characters above which bytes are no text.
_GARBAGE = threshold("encoding.controls")
#: Shares of the bytes of UTF-32 and UTF-16 that are zero, or usual above a letter.
ZEROS, USUAL, ABOVE = (threshold(f"encoding.{name}") for name in ("zeros", "usual", "above"))
# Bytes of UTF-8 taken for letters of Windows-1252, and what those letters are as bytes.
_SLOPPY = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_SLOPPY |= {chr(b): b for b in range(0x80, 0xA0)}
_MANGLED = re.compile("[\u00c2-\u00f4][" + "".join(map(re.escape, _SLOPPY)) + "]+")
_ENTITY = re.compile(r"&(?:#\d{3}|#x[a-f\d]{2}|[a-z]{2,6}\d{0,2});", re.IGNORECASE)
_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|\A)[^<]+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text in the normal form of `extractor.text`, lines ended by a newline."""

    text: str
    encoding: str
    diagnostics: tuple[Diagnostic, ...] = ()


def declared_charset(data: bytes) -> str | None:
    """The charset that a web page or XML file declares in its first 4 kB, as Python names it.

    >>> declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">')
    'utf-8'
    """
    found = _DECLARED.search(data[:4096])
    return _codec((found.group(1) or found.group(2)).decode("ascii")) if found else None


def _codec(name: str) -> str | None:
    """Python's name for a charset of text, None for one it does not know."""
    try:
        info = codecs.lookup(name.strip())
        b"a".decode(info.name)
    except (LookupError, ValueError, TypeError):
        return None
    return info.name if isinstance("".encode(info.name), bytes) else None


def decode(data: bytes, declared: str | None = None, *, markup: bool = False) -> Decoded:
    """The text of `data`; spans of places in a text count characters of this text.

    `declared` is the charset named outside the bytes, if any; one named inside is looked for.
    `markup` says that there are tags in the text: then only what stands between them is converted.
    Raises EmptySource for no bytes and UnknownFormat for bytes that are no text.

    >>> decode("Kế hoạch".encode("utf-16")).text
    'Kế hoạch'
    >>> decode("Céng hßa x· héi chñ nghÜa".encode("latin-1")).encoding
    'tcvn3'
    """
    if not data:
        raise EmptySource
    notes: list[Diagnostic] = []
    text, encoding = _text(data, _codec(declared or "") or declared_charset(data), notes)
    if markup:
        text = _spelled_out(text)
    if _is_garbage(text):
        raise _no_text()
    text = _mended(_LINE_ENDS.sub("\n", text), notes)
    found, note = recognised(text)
    if note:
        notes.append(note)
    if found:
        encoding = found
        text = _BETWEEN_TAGS.sub(_run(found), text) if markup else converter(found)(text)
    return Decoded(normal(text), encoding, tuple(notes))


def _run(code: str) -> Callable[[re.Match[str]], str]:
    convert = converter(code)
    return lambda match: convert(match.group())


def _spelled_out(text: str) -> str:
    """`text` with the Latin letters that a page writes as entities ("&eacute;") as letters."""

    def letter(match: re.Match[str]) -> str:
        found = html.unescape(match.group())
        return found if len(found) == 1 and "\xa1" <= found <= "\xff" else match.group()

    return _ENTITY.sub(letter, text)


def _no_text() -> UnknownFormat:
    return UnknownFormat(
        "Tệp không phải là văn bản: các byte không đọc được theo bảng mã nào; "
        "hãy gửi tệp DOCX, PDF, trang web hoặc văn bản thuần.",
        "The file is not text: its bytes fit no encoding; give a DOCX, PDF, web page or text file.",
    )


def _is_garbage(text: str) -> bool:
    head = text[:200_000]
    controls = sum(map(head.count, map(chr, _CONTROLS)))
    return controls > _GARBAGE * len(head)


def _text(data: bytes, declared: str | None, notes: list[Diagnostic]) -> tuple[str, str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], name, notes), name
    wide = _wide(data)
    if wide:
        return _lenient(data, wide, notes), wide
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        good = len(re.findall(rb"[\xc3-\xe1][\x80-\xbf]{1,2}", data))
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 10 <= good or error.start >= len(data) - 3:
            return _lenient(data, "utf-8", notes), "utf-8"
    return _single_byte(data, declared, notes)


def _lenient(data: bytes, encoding: str, notes: list[Diagnostic]) -> str:
    """`data` read in a Unicode encoding; what is broken becomes U+FFFD and is noted."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        count = text.count("\ufffd")
        message = f"Có {count} chỗ byte hỏng, không đọc được theo {encoding}."
        notes.append(Diagnostic("warning", "text.damaged-bytes", message))
        return text


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: known by the zeros between the letters."""
    head = data[:4096]
    if len(head) < 4 or b"\0" not in head:
        return None
    size = len(head) // 4
    for name, zeros in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if all(head[offset::4].count(0) >= size * ZEROS for offset in zeros):
            return name
    for name, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        upper, lower = head[high::2], head[low::2]
        usual = sum(map(upper.count, b"\x00\x01\x03\x1e\x20"))
        zeros_above = upper.count(0)
        if usual >= len(upper) * USUAL and zeros_above > max(
            len(upper) * ABOVE, 4 * lower.count(0)
        ):
            return name
    return None


def _single_byte(data: bytes, declared: str | None, notes: list[Diagnostic]) -> tuple[str, str]:
    """`data` in the encoding of one byte a letter that makes the most words Vietnamese.

    Text in TCVN3 or VNI comes back as the Latin letters it is written in.
    """
    latin = data.decode("cp1252", "replace")
    if _is_garbage(latin):
        raise _no_text()
    readings: list[tuple[str, str]] = []
    if declared and declared not in ("utf-8", "ascii", "iso8859-1", "cp1252"):
        try:
            readings.append((data.decode(declared), declared))
        except ValueError:
            message = f"Bảng mã khai báo ({declared}) không đúng với nội dung."
            notes.append(Diagnostic("warning", "text.charset-wrong", message))
    readings.append((unicodedata.normalize("NFC", data.decode("cp1258", "replace")), "cp1258"))
    readings.append((latin, "cp1252"))
    shares = [share(marked_words(text)) for text, _ in readings]
    legacy, _ = recognised(latin)
    best = max(range(len(readings)), key=lambda index: (shares[index], -index))
    text, name = readings[best]
    if legacy and shares[best] < SURE:
        return latin, "cp1252"
    if shares[best] < SUSPECTED:
        message = f"Không chắc chắn về bảng mã của văn bản; đã đọc theo {declared or 'cp1252'}."
        notes.append(Diagnostic("warning", "text.encoding-uncertain", message))
        text, name = readings[0] if declared == readings[0][1] else readings[-1]
    return text, name


def _mended(text: str, notes: list[Diagnostic]) -> str:
    """`text` with UTF-8 that was once taken for Latin letters read as what it is ("Káº¿")."""
    for _ in range(3):  # some texts went through it more than once
        count = 0

        def read(match: re.Match[str]) -> str:
            nonlocal count
            run = match.group()
            try:
                found = bytes(_SLOPPY[letter] for letter in run).decode("utf-8")
            except UnicodeDecodeError:
                return run
            count += 1
            return found

        mended = _MANGLED.sub(read, text)
        if count < 2 or share(marked_words(text)) >= share(marked_words(mended)):
            return text
        message = f"Chữ bị đọc sai bảng mã (UTF-8 thành Latin) ở {count} chỗ, đã phục hồi."
        notes.append(Diagnostic("info", "text.mojibake-repaired", message))
        text = mended
    return text
