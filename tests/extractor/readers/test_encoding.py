"""Bytes to text: which encoding it is, what was spoilt on the way and is mended."""

import unicodedata
from collections.abc import Callable

import pytest

from extractor import read_plan
from models.errors import EmptySource, UnknownFormat
from tests.conftest import PLANS
from tests.extractor.pages import codes, sample, words

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


def read(data: bytes) -> tuple[str, list[str]]:
    """The text that these bytes are read as, and what is told of them."""
    plan = read_plan(data)
    return "\n".join(words(plan)), codes(plan)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"],
)
def test_unicode_with_and_without_mark(encoding: str) -> None:
    assert read(TEXT.encode(encoding)) == (TEXT, [])


def test_utf_16_of_ascii_only() -> None:
    assert read("Plan 12 (table)\n".encode("utf-16-le")) == ("Plan 12 (table)", [])


def test_windows_1258_is_composed() -> None:
    assert read(windows_1258(TEXT)) == (TEXT, [])


def test_a_whole_plan_survives_windows_1258() -> None:
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.txt"
    kept = "".join(c for c in path.read_text("utf-8") if c.isascii() or c.isalpha())
    assert read(windows_1258(kept)) == read(kept.encode())


def test_the_charset_a_page_declares_counts_where_the_bytes_are_not_utf_8() -> None:
    russian = "Приказ о мерах по выполнению плана"
    page = f"<meta charset=koi8-r><p>{russian}</p>"
    assert read(page.encode("koi8-r")) == (russian, [])
    declared = f"<?xml version='1.0' encoding='koi8-r'?><html><p>{russian}</p></html>"
    assert read(declared.encode("koi8-r")) == (russian, [])


@pytest.mark.parametrize("charset", ["windows-1252", "windows-1258", "nonsense", "base64"])
def test_a_wrong_declaration_does_not_win_over_valid_utf_8(charset: str) -> None:
    page = f"<meta charset={charset}>" + "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
    assert read(page.encode()) == (TEXT, [])


@pytest.mark.parametrize("times", [1, 2])
def test_mangled_utf_8_is_mended_and_said(times: int) -> None:
    text = TEXT
    for _ in range(times):
        text = mangled(text)
    assert read(text.encode()) == (TEXT, ["text.mojibake-repaired"] * times)


def test_latin_text_is_left_alone() -> None:
    french = "Le résumé du café était très naïf, même à l'école."
    assert read(french.encode()) == (french, [])
    assert read(french.encode("latin-1")) == (french, ["text.encoding-uncertain"])


def test_tcvn3_bytes() -> None:
    code = "Céng hßa x· héi chñ nghÜa ViÖt Nam; N\xadíc".encode("latin-1")
    text = "Cộng hòa xã hội chủ nghĩa Việt Nam; Nước"
    assert read(code) == (text, ["text.tcvn3-converted"])


def test_vni_copied_into_utf_8() -> None:
    text = "Cộng hòa xã hội chủ nghĩa Việt Nam"
    code = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam".encode()
    assert read(code) == (text, ["text.vni-converted"])


def test_tags_stay_where_text_in_them_is_converted() -> None:
    page = "<P CLASS='§'>Céng hßa x· héi</P><TABLE BORDER=1><TD>chñ nghÜa<TD>ViÖt Nam</TABLE>"
    assert read(page.encode("latin-1"))[0] == "Cộng hòa xã hội\nchủ nghĩa\tViệt Nam"


def test_look_alikes_and_line_ends() -> None:
    assert read("Ðồng Nai\r\nKế\u00a0hoạch".encode())[0] == "Đồng Nai\nKế hoạch"


def test_damaged_bytes_are_counted_and_the_rest_is_read() -> None:
    data = TEXT.encode()
    text, told = read(data[:30] + b"\xff" + data[30:])
    assert text.replace("\ufffd", "") == TEXT
    assert text.count("\ufffd") == 1
    assert told == ["text.damaged-bytes"]
    assert read("Sở Nội vụ chủ trì".encode()[:-1])[0] == "Sở Nội vụ chủ tr\ufffd"


def test_nothing_and_garbage() -> None:
    with pytest.raises(EmptySource):
        read(b"")
    with pytest.raises(UnknownFormat):
        read(bytes(range(256)) * 20)


# --- the fonts of before Unicode ---

LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
# The code positions of TCVN 5712:1993 VN3 for LETTERS, in that order.
TCVN3 = bytes.fromhex(
    "b5b8b6b7b9 a8bbbebcbdc6 a9c7cac8c9cb ae ccd0cecfd1 aad2d5d3d4d6 d7ddd8dcde"
    "dfe3e1e2e4 abe5e8e6e7e9 aceaedebecee eff3f1f2f4 adf5f8f6f7f9 fafdfbfcfe"
).decode("latin-1")
VNI = """
aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä ñ eø eù eû eõ eï eâ eà eá eå
eã eä ì í æ ó ò oø où oû oõ oï oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï uø uù uû uõ uï
ö öø öù öû öõ öï yø yù yû yõ î
"""
SENTENCE = "KÕ ho¹ch c¶i c¸ch hµnh chÝnh nhµ n\xadíc cña tØnh, Uû ban nh©n d©n tØnh giao. "
VNI_SENTENCE = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Uyû ban nhaân daân tænh giao. "


def test_every_letter_of_tcvn3() -> None:
    text, told = read(f"<p>{SENTENCE * 20}</p><p>X: {TCVN3}</p><p>X: ¡¢£¤¥¦§</p>".encode())
    assert text.split("\n")[1:] == [f"X: {LETTERS}", "X: ĂÂÊÔƠƯĐ"]
    assert told == ["text.tcvn3-converted"]


@pytest.mark.parametrize("case", [str, str.upper])
def test_every_letter_of_vni_in_both_cases(case: Callable[[str], str]) -> None:
    letters = " ".join(map(case, VNI.split()))
    text, told = read(f"<p>{VNI_SENTENCE * 20}</p><p>X: {letters}</p>".encode())
    assert text.split("\n")[1] == "X: " + " ".join(map(case, LETTERS))
    assert told == ["text.vni-converted"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("Uû ban nh©n d©n tØnh", "Uỷ ban nhân dân tỉnh"),
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("Së Néi vô", "Sở Nội vụ"),
        ("· KÕ ho¹ch c¶i c¸ch", "· Kế hoạch cải cách"),
    ],
)
def test_tcvn3_sentences(code: str, text: str) -> None:
    assert read(code.encode()) == (text, ["text.tcvn3-converted"])


@pytest.mark.parametrize(
    "text", ["Kế hoạch cải cách", "Müller, Köln, schön", "25 m² × 3 © ®", "élève à l'école"]
)
def test_other_text_is_not_touched(text: str) -> None:
    assert read(text.encode()) == (text, [])


def test_no_plan_is_taken_for_legacy() -> None:
    for path in PLANS.glob("*/*.txt"):
        assert not codes(sample(path)), path.name


def test_a_plan_written_in_tcvn3_comes_back() -> None:
    lower = (PLANS / "ninh-son-2024" / "ninh-son-2024.txt").read_text("utf-8").lower()
    back = str.maketrans(LETTERS + "ĂÂÊÔƠƯĐ", TCVN3 + "¡¢£¤¥¦§")
    (found, told), (wanted, _) = read(lower.translate(back).encode()), read(lower.encode())
    assert told == ["text.tcvn3-converted"]
    same = sum(a == b for a, b in zip(found.split(), wanted.split(), strict=True))
    assert same >= 0.99 * len(wanted.split())


def test_what_does_not_come_out_surely_is_named_and_kept() -> None:
    text = "ViÖt Nam chñ nghÜa héi x· KÕ ho¹ch żółw łódź ščř ěšč"
    assert read(text.encode()) == (text, ["text.tcvn3-suspected"])
