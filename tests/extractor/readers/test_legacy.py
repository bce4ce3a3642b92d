import pytest

from extractor.readers.encoding import decode
from extractor.readers.legacy import convert_legacy, from_tcvn3, from_vni
from tests.conftest import PLANS

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


def test_every_letter_of_tcvn3() -> None:
    assert from_tcvn3(TCVN3) == LETTERS
    assert from_tcvn3("¡¢£¤¥¦§") == "ĂÂÊÔƠƯĐ"


def test_every_letter_of_vni_in_both_cases() -> None:
    assert [from_vni(code) for code in VNI.split()] == list(LETTERS)
    assert [from_vni(code.upper()) for code in VNI.split()] == list(LETTERS.upper())


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("Uû ban nh©n d©n tØnh", "Uỷ ban nhân dân tỉnh"),
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("Së Néi vô", "Sở Nội vụ"),
    ],
)
def test_tcvn3_sentences(code: str, text: str) -> None:
    converted, note = convert_legacy(code)
    assert converted == text
    assert note is not None
    assert (note.severity, note.code) == ("info", "text.tcvn3-converted")


def test_a_bullet_is_no_letter() -> None:
    assert from_tcvn3("· KÕ ho¹ch c¶i c¸ch") == "· Kế hoạch cải cách"


@pytest.mark.parametrize(
    "text", ["Kế hoạch cải cách", "Müller, Köln, schön", "25 m² × 3 © ®", "élève à l'école", ""]
)
def test_other_text_is_not_touched(text: str) -> None:
    assert convert_legacy(text) == (text, None)


def test_no_plan_is_taken_for_legacy() -> None:
    for path in PLANS.glob("*/*.txt"):
        assert not decode(path.read_bytes()).diagnostics, path.name


def test_a_plan_written_in_tcvn3_comes_back() -> None:
    text = decode((PLANS / "ninh-son-2024" / "ninh-son-2024.txt").read_bytes()).text
    back = str.maketrans(LETTERS + "ĂÂÊÔƠƯĐ", TCVN3 + "¡¢£¤¥¦§")
    lower = text.lower()
    converted, note = convert_legacy(lower.translate(back))
    assert note is not None
    same = sum(a == b for a, b in zip(converted.split(), lower.split(), strict=True))
    assert same >= 0.99 * len(lower.split())


def test_what_does_not_come_out_surely_is_named_and_kept() -> None:
    text = "ViÖt Nam chñ nghÜa héi x· KÕ ho¹ch żółw łódź ščř ěšč"
    converted, note = convert_legacy(text)
    assert converted == text
    assert note is not None
    assert (note.severity, note.code) == ("warning", "text.tcvn3-suspected")
