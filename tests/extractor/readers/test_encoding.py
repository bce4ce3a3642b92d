import unicodedata

import pytest

from extractor.readers.encoding import declared_charset, decode
from models.errors import EmptySource, UnknownFormat
from tests.conftest import PLANS

TEXT = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam\nĐộc lập - Tự do - Hạnh phúc\n"
    "Kế hoạch cải cách hành chính năm 2024 của Ủy ban nhân dân tỉnh: Sở Nội vụ chủ trì."
)


def windows_1258(text: str) -> bytes:
    """`text` as Windows-1258 writes it: letters with their hats, tones behind them."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, ""))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


def mangled(text: str) -> str:
    """UTF-8 read as Windows-1252, the bytes that it lacks read as Latin-1."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
def test_unicode_with_and_without_mark(encoding: str, name: str) -> None:
    decoded = decode(TEXT.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.diagnostics) == (TEXT, name, ())


def test_utf_16_of_ascii_only() -> None:
    assert decode("Plan 12 (table)\n".encode("utf-16-le")).text == "Plan 12 (table)\n"


def test_windows_1258_is_composed() -> None:
    decoded = decode(windows_1258(TEXT))
    assert (decoded.text, decoded.encoding) == (TEXT, "cp1258")


def test_a_whole_plan_survives_windows_1258() -> None:
    text = decode((PLANS / "ninh-son-2024" / "ninh-son-2024.txt").read_bytes()).text
    text = "".join(c for c in text if c.isascii() or c.isalpha())
    assert decode(windows_1258(text)).text == text


def test_declared_charset_is_read_from_the_page() -> None:
    assert declared_charset(b"<meta charset='windows-1258'>") == "cp1258"
    assert declared_charset(b'<?xml version="1.0" encoding="UTF-8"?>') == "utf-8"
    assert declared_charset(b"<meta charset=nonsense>") is None
    assert declared_charset(b"<meta charset=base64>") is None


def test_wrong_declaration_does_not_win_over_valid_utf_8() -> None:
    page = "<meta charset=windows-1252>" + TEXT
    assert TEXT in decode(page.encode(), markup=True).text
    assert decode(TEXT.encode(), declared="utf-16").text == TEXT


def test_declared_charset_is_used_where_the_bytes_are_not_utf_8() -> None:
    russian = "Приказ о мерах по выполнению плана"
    decoded = decode(russian.encode("koi8-r"), declared="koi8-r")
    assert (decoded.text, decoded.encoding) == (russian, "koi8-r")


@pytest.mark.parametrize("times", [1, 2])
def test_mangled_utf_8_is_mended_and_said(times: int) -> None:
    text = TEXT
    for _ in range(times):
        text = mangled(text)
    decoded = decode(text.encode())
    assert decoded.text == TEXT
    assert {note.code for note in decoded.diagnostics} == {"text.mojibake-repaired"}


def test_latin_text_is_left_alone() -> None:
    french = "Le résumé du café était très naïf, même à l'école."
    assert decode(french.encode()).text == french
    assert decode(french.encode("latin-1")).text == french


def test_tcvn3_bytes() -> None:
    decoded = decode("Céng hßa x· héi chñ nghÜa ViÖt Nam; N\xadíc".encode("latin-1"))
    assert decoded.text == "Cộng hòa xã hội chủ nghĩa Việt Nam; Nước"
    assert decoded.encoding == "tcvn3"
    assert [note.code for note in decoded.diagnostics] == ["text.tcvn3-converted"]


def test_vni_copied_into_utf_8() -> None:
    decoded = decode("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam".encode())
    assert decoded.text == "Cộng hòa xã hội chủ nghĩa Việt Nam"
    assert [note.code for note in decoded.diagnostics] == ["text.vni-converted"]


def test_tags_stay_where_text_in_them_is_converted() -> None:
    page = "<P CLASS='§'>Céng hßa x· héi</P><TD>chñ nghÜa ViÖt Nam</TD>"
    assert decode(page.encode("latin-1"), markup=True).text == (
        "<P CLASS='§'>Cộng hòa xã hội</P><TD>chủ nghĩa Việt Nam</TD>"
    )


def test_look_alikes_and_line_ends() -> None:
    assert decode("Ðồng Nai\r\nKế\u00a0hoạch\fPhụ lục".encode()).text == (
        "Đồng Nai\nKế hoạch\nPhụ lục"
    )


def test_damaged_bytes_are_counted_and_the_rest_is_read() -> None:
    data = TEXT.encode()
    damaged = data[:30] + b"\xff" + data[30:]
    decoded = decode(damaged)
    assert decoded.encoding == "utf-8"
    assert decoded.text.count("\ufffd") == 1
    assert [note.code for note in decoded.diagnostics] == ["text.damaged-bytes"]
    assert decode(data[:-2]).text == TEXT[:-2] + "\ufffd"


def test_nothing_and_garbage() -> None:
    with pytest.raises(EmptySource):
        decode(b"")
    with pytest.raises(UnknownFormat):
        decode(bytes(range(256)) * 20)
