"""Vietnamese written in the Latin letters of the time before Unicode: TCVN3 (ABC) and VNI.

TCVN 5712:1993 part 3 and VNI for Windows put Vietnamese letters on the code points of Latin-1
letters and leave the rest to a font (`.VnTime`, `VNI-Times`). Such text is recognised by what
its words are: few of them are Vietnamese syllables as they stand, nearly all are after the
conversion. TCVN3 has no toned capitals: `.VnTimeH` draws small letters as capitals, so the case
of a word is taken from its plain letters and its neighbours.
"""

import re
from collections.abc import Callable

from corpora.tables import threshold
from extractor.text import is_syllable
from models.plan import Diagnostic

#: The words looked at to decide; enough for a page or two, so that long texts cost no more.
SAMPLE = 4000
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
PLAIN, READABLE, GAIN = (threshold(f"letters.{name}") for name in ("plain", "readable", "gain"))
SUSPECTED, SURE = threshold("letters.suspected"), threshold("letters.sure")

# Letter for letter, TCVN 5712 VN3; "Đ" stands for "Ð", which other parts make into it.
_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐĐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
    "àáảãạăằắẳẵặâầấẩẫậđèééẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
)
_LONE = re.compile(r"(?<!\S)[·»«©®§](?!\S)")  # a bullet or a sign rather than a letter

# VNI: the vowel, then a letter for its tone and hat.
_VNI_MARKS = {
    "a": {
        "ø": "à", "ù": "á", "û": "ả", "õ": "ã", "ï": "ạ",
        "â": "â", "à": "ầ", "á": "ấ", "å": "ẩ", "ã": "ẫ", "ä": "ậ",
        "ê": "ă", "è": "ằ", "é": "ắ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ",
    },
    "e": {
        "ø": "è", "ù": "é", "û": "ẻ", "õ": "ẽ", "ï": "ẹ",
        "â": "ê", "à": "ề", "á": "ế", "å": "ể", "ã": "ễ", "ä": "ệ",
    },
    "o": {
        "ø": "ò", "ù": "ó", "û": "ỏ", "õ": "õ", "ï": "ọ",
        "â": "ô", "à": "ồ", "á": "ố", "å": "ổ", "ã": "ỗ", "ä": "ộ",
    },
    "ô": {"": "ơ", "ø": "ờ", "ù": "ớ", "û": "ở", "õ": "ỡ", "ï": "ợ"},
    "u": {"ø": "ù", "ù": "ú", "û": "ủ", "õ": "ũ", "ï": "ụ"},
    "ö": {"": "ư", "ø": "ừ", "ù": "ứ", "û": "ử", "õ": "ữ", "ï": "ự"},
    "y": {"ø": "ỳ", "ù": "ý", "û": "ỷ", "õ": "ỹ"},
    "ì": {"": "ì"}, "í": {"": "í"}, "æ": {"": "ỉ"}, "ó": {"": "ĩ"}, "ò": {"": "ị"},
    "ñ": {"": "đ"}, "î": {"": "ỵ"},
}  # fmt: skip
_VNI = {vowel + mark: letter for vowel, row in _VNI_MARKS.items() for mark, letter in row.items()}
_VNI_PAIR = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)), re.IGNORECASE)

_WORD = re.compile(r"[^\s\d.,;:()\[\]{}\"'“”‘’/\\–—!?%+*=<>&#|_-]+")
_PLAIN_LETTER = re.compile("[A-Za-z]")
_STRANGE = re.compile("[¡-©«-¯²-¿ÆÇËÎÏÑÖ×ØÜÞßäåæçëîïñö÷øûüþ]")


def from_tcvn3(text: str) -> str:
    """The Unicode text of a text in TCVN3 (ABC).

    >>> from_tcvn3("Céng hßa x· héi chñ nghÜa ViÖt Nam")
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    >>> from_tcvn3("Uû BAN NH¢N D¢N")
    'UỶ BAN NHÂN DÂN'
    """
    kept = _LONE.sub(lambda match: chr(0xE000 + ord(match.group())), text)
    out = kept.translate(_TCVN3).translate(_KEPT)
    return "\n".join(
        _capitals(before, after)
        for before, after in zip(text.split("\n"), out.split("\n"), strict=True)
    )


_KEPT = {0xE000 + ord(sign): sign for sign in "·»«©®§"}


def _capitals(before: str, after: str) -> str:
    """`after` with the words in capitals whose plain letters (before conversion) are capitals.

    A word with one plain letter or none ("Xã", "Ủy") goes with the words next to it.
    """
    spans = [match.span() for match in re.finditer(r"\S+", before)]
    if len(before) != len(after) or not spans:
        return after
    verdicts: list[bool | None] = []
    for start, end in spans:
        plain = "".join(_PLAIN_LETTER.findall(before[start:end]))
        verdicts.append(plain.isupper() if len(plain) > 1 or plain.islower() else None)
    out = list(after)
    for index, (start, end) in enumerate(spans):
        verdict = verdicts[index]
        if verdict is None:
            near = (*verdicts[index + 1 :], *verdicts[:index][::-1])
            verdict = next((v for v in near if v is not None), False)
        if verdict:
            out[start:end] = after[start:end].upper()
    return "".join(out)


def from_vni(text: str) -> str:
    """The Unicode text of a text in VNI.

    >>> from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ÑOÄC LAÄP")
    'Cộng hòa xã hội chủ nghĩa Việt Nam, ĐỘC LẬP'
    """

    def letter(match: re.Match[str]) -> str:
        pair = match.group()
        found = _VNI[pair.lower()]
        return found.upper() if pair[0].isupper() else found

    return _VNI_PAIR.sub(letter, text)


_Decode = Callable[[str], str]
_CODES: tuple[tuple[str, str, _Decode], ...] = (
    ("tcvn3", "TCVN3 (ABC, phông .VnTime)", from_tcvn3),
    ("vni", "VNI (phông VNI-Times)", from_vni),
)


def marked_words(text: str, most: int = SAMPLE) -> list[str]:
    """The first words of `text`, `most` of them, with a letter beyond ASCII beside a plain one."""
    words: list[str] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if not word.isascii() and _PLAIN_LETTER.search(word):
            words.append(word)
            if len(words) == most:
                break
    return words


def share(words: list[str]) -> float:
    """The share of `words` that are Vietnamese syllables; 1.0 for none."""
    return sum(map(is_syllable, words)) / len(words) if words else 1.0


def converter(code: str) -> _Decode:
    """The function that reads text in `code` ("tcvn3" or "vni")."""
    return next(decode for name, _, decode in _CODES if name == code)


def recognised(text: str) -> tuple[str | None, Diagnostic | None]:
    """The code `text` is in ("tcvn3", "vni"), None for Unicode or unsure; and what to say of it."""
    if text.isascii() or not _STRANGE.search(text):
        return None, None
    if share(first := marked_words(text, 300)) > PLAIN and len(first) == 300:
        return None, None  # plainly Vietnamese: no need to look at more
    words = marked_words(text)
    before = share(words)
    if before > READABLE or len(words) < 2:
        return None, None
    sample = " ".join(words)
    after, code = max((share(decode(sample).split()), code) for code, _, decode in _CODES)
    label = next(label for name, label, _ in _CODES if name == code)
    if after - before < GAIN or after < SUSPECTED:
        return None, None
    if after < SURE:
        message = (
            f"Văn bản có vẻ dùng bảng mã {label} nhưng không chuyển được chắc chắn; giữ nguyên."
        )
        return None, Diagnostic("warning", f"text.{code}-suspected", message)
    message = f"Văn bản dùng bảng mã {label}, đã chuyển sang Unicode."
    return code, Diagnostic("info", f"text.{code}-converted", message)


def convert_legacy(text: str) -> tuple[str, Diagnostic | None]:
    """`text` in Unicode if it is in TCVN3 or VNI, else as it is; and what was done, if anything.

    Text that is like neither is returned unchanged with None. Where the words do not come out
    surely, the text stays and a warning names the code it may be in. Give the text before
    `extractor.text.normal`, which drops the soft hyphen, TCVN3's "ư".

    >>> convert_legacy("Së Néi vô tØnh")[0]
    'Sở Nội vụ tỉnh'
    """
    code, note = recognised(text)
    return (converter(code)(text) if code else text), note
