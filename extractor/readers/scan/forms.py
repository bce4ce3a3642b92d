"""What has a fixed form, put right by it and told: abbreviations, days, quarters, codes.

No number is guessed: a letter that stands where only a figure may is the figure it looks like.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from corpora.tables import rows, threshold
from extractor.readers.scan.spelling import Repair, parted, plan_texts
from extractor.text import is_syllable

#: Figures, and what is read for them.
FIGURES = str.maketrans("ØOoIl|!ZSŠB§", "000111125588")
#: What each figure is taken for.
_ALIKE = {
    "0": "OoØQ", "1": "Il|!iíìï¡]", "2": "Zz", "3": "Ẵ", "5": "SsŠš", "6": "bG", "8": "BSs§®",
    "9": "gq",
}  # fmt: skip
_LABELS = str.maketrans("øï©€", "gice")
_ROMAN = str.maketrans({"1": "I", "l": "I", "|": "I", "[": "I", "!": "I", "H": "II"})
#: Words between which a number of a day or a month stands, and the greatest one.
_BETWEEN = {("ngày", "tháng"): 31, ("tháng", "năm"): 12}
_QUARTER = re.compile(r"([IVl1|\[!H]{1,3})((?:[/,.;–-].*)?)", re.DOTALL)
_QUARTERED = re.compile(r"([Qq]uý)?['.]?([IVl|!]{1,3})(năm)?(\W*)")  # without its spaces
# "12024" behind "Quý": its slash is lost, a year has four figures.
_QUARTER_YEAR = re.compile(r"([1-4]|IV|I{1,3}|[l|!])(20\d{2}\W*)")
# "27l10/2012": a letter for one slash of a day.
_DAY = re.compile(r"(\W*)(\d{1,2})([/iIl|!])(\d{1,2})([/iIl|!])((?:19|20)\d{2}\W*)")
_ASSEMBLY = re.compile(r"(\d+/\d{4}/(?:UBTV)?QH)[Il|](\d)")
_LETTERED = re.compile(r"[øï©€]\)")  # no letter of the language: the label of an item
_AMOUNT = re.compile(r"([<>≤≥]?)([\dIl|OSŠ§]{1,2})")  # before a span of time
_DATED = ("", "ngày", "trước", "sau", "từ", "đến", "hết")  # before a day, and no paper's number
_STROKE = str.maketrans("l|!", "111")
_SPANS = ("ngày", "tháng", "giờ")
_INSIDE = re.compile(r"([^\W\d_]+)1([^\W\d_]+\W*)")  # "g1ường"
_SPAN = re.compile(r"([<>≤≥]?)(\d?[Il|O]?\d)(ngày|tháng|năm|quý)(\W*)")
_SHORT = re.compile(r"[A-ZĐ&]{3,}")
# No abbreviation has an "Ọ", and no word is without vowels: "CỌNN".
_TAILED = re.compile(r"\W*[B-DĐGHK-NP-TVX]*[ỌỢ][B-DĐGHK-NP-TVX]{2,}\W*")
# A word and the abbreviation behind it: "SốTT", "ngànhTW".
_JOINED = re.compile(r"(\W*)([^\W\d_]+?)([A-ZĐ]{2,}\W*)")
# Signs of dust: before a word, behind one, or between two that go together.
_DUSTED = re.compile(r"([^\W\d_]+[,;]?)[.:'’]+([^\W\d_]+\W*)|[.:'’,;]+([^\W\d_]+\W*)|(\w+)['`]")
_ITEM = re.compile(r"([-–+])([^\W\d_]{2,}\W*)")  # the hyphen of an item
_LISTED = re.compile(r"([^\W\d_]{2,}[,;])([^\W\d_]{2,}\W*)")  # "ngành,doanh"
_LEAST = 3  # letters of an abbreviation
_SEEN = threshold("ocr.seen")
# Two capitals at the beginning of a word that goes on small; no paper here has "§".
_CAPITALS = re.compile(r"(\W*)([A-ZÀ-Ỹ])([A-ZÀ-Ỹ])([a-zà-ỹ]{2,}\W*)")
# What a capital is read for.
_LOOKS = {"T": "IÏĨÌÍ1l!|J\"'?Y", "I": "1l!|", "Đ": "D", "C": "G", "N": "H", "B": "8", "O": "0Q"}


@cache
def _looks(number: str) -> re.Pattern[str]:
    each = (rf"[{figure}{re.escape(_ALIKE.get(figure, ''))}]{{1,2}}" for figure in number)
    return re.compile("".join(each).replace("[.]{1,2}", r"\.?"))


def looks_like(read: str, number: str) -> bool:
    """Whether figures may have been read so, each for itself or for what it looks like.

    >>> looks_like("lS", "15"), looks_like("II", "11"), looks_like("54", "15")
    (True, True, False)
    """
    return read == "H" == number.replace("11", "H") or bool(_looks(number).fullmatch(read))


def forms_of(texts: Sequence[str]) -> list[Repair]:
    """The words of a cell or line that must be others, by their form and their neighbours."""
    found = []
    for number, text in enumerate(texts):
        before = texts[number - 1].lower() if number else ""
        after = texts[number + 1].lower() if number + 1 < len(texts) else ""
        meant = _meant(text, before, after) or _lowered(
            text, "".join(texts[number + 1 : number + 2])
        )
        if meant and meant != text:
            found.append(Repair(number, meant))
    return found


def _meant(text: str, before: str, after: str) -> str | None:
    most = next((n for (a, b), n in _BETWEEN.items() if before == a and after.startswith(b)), 0)
    if most and len(text) <= 2:
        figures = text.translate(FIGURES)
        return figures if figures.isdigit() and 1 <= int(figures) <= most else None
    glued = _QUARTERED.fullmatch(text)
    if glued and (glued[1] or (before == "quý" and glued[3])):
        number = glued[2].translate(_ROMAN)
        if number in ("I", "II", "III", "IV"):
            return " ".join(filter(None, (glued[1], number, glued[3]))) + glued[4]
    quarter = _QUARTER.fullmatch(text) if before == "quý" else None
    if quarter:
        number = quarter[1].translate(_ROMAN)
        return number + quarter[2] if number in ("II", "III", "IV") else None
    if before == "quý" and (glued := _QUARTER_YEAR.fullmatch(text)):
        return f"{glued[1].translate(_STROKE)}/{glued[2]}"
    if (day := _DAY.fullmatch(text)) and before in _DATED:
        return _slashed(day)
    if before.rstrip(",") in ("i", "ii") and before[-1] == "," and text == "HI":
        return "III"
    if (amount := _AMOUNT.fullmatch(text)) and after.strip(".,;)") in _SPANS:
        figures = amount[2].translate(FIGURES)
        return amount[1] + figures if figures.isdigit() and text != figures else None
    if (word := _INSIDE.fullmatch(text)) and is_syllable(f"{word[1]}i{word[2]}".strip(".,;:()")):
        return f"{word[1]}i{word[2]}"
    if code := _ASSEMBLY.match(text):
        return f"{code[1]}1{code[2]}{text[code.end() :]}"
    if (span := _SPAN.fullmatch(text)) and not span[2].isdigit():
        return f"{span[1]} {span[2].translate(FIGURES)} {span[3]}{span[4]}".strip()
    if _LETTERED.fullmatch(text):
        return text.translate(_LABELS)
    if _TAILED.fullmatch(text) and not is_syllable(text.strip(".,;:()")):
        return text.replace("Ọ", "Q").replace("Ợ", "Q")
    if "§" in text:
        return text.replace("§", "8")
    if (word := _CAPITALS.fullmatch(text)) and is_syllable(text.strip(".,;:()")):
        return f"{word[1]}{word[2]}{word[3].lower()}{word[4]}"
    if not before and (item := _ITEM.fullmatch(text)) and is_syllable(item[2].strip(".,;:")):
        return f"{item[1]} {item[2]}"
    joined = _JOINED.fullmatch(text)
    if joined and joined[2][-1:].islower() and is_syllable(joined[2]):
        return f"{joined[1]}{joined[2]} {joined[3]}"
    return _undusted(text) or _abbreviation(text) or parted(text)


def _slashed(day: re.Match[str]) -> str | None:
    """A day with both its slashes; None where it has them, has none, or is no day."""
    before, number, first, month, second, year = day.groups()
    if not (1 <= int(number) <= 31 and 1 <= int(month) <= 12) or (first == "/") == (second == "/"):
        return None
    return f"{before}{number}/{month}/{year}"


def _undusted(text: str) -> str | None:
    """A word, or two, without the specks beside them that were taken for signs."""
    if (pair := _LISTED.fullmatch(text)) and all(
        is_syllable(word.strip(".,;:")) for word in pair.groups()
    ):
        return f"{pair[1]} {pair[2]}"
    found = _DUSTED.fullmatch(text)
    if found is None or (found[2] and text.isascii()):
        return None
    first, second, alone, behind = found.groups()
    if behind:
        return behind
    if alone:
        return alone if is_syllable(alone.strip(".,;:")) and alone[0].islower() else None
    if second[0].islower() and all(is_syllable(word.strip(".,;:")) for word in (first, second)):
        return f"{first} {second}"
    return None


def _lowered(text: str, after: str) -> str | None:
    """A word whose last letter alone is large, as its mark makes it: "đỘ", "HỆ thống"."""
    core = text.strip(".,;:()")
    first, last = core[:-1], core[-1:]
    if last.isascii() or not last.isupper() or not is_syllable(core):
        return None
    small = after[1:].islower() or after.islower()
    if not first.islower() and not (len(first) == 1 and first.isalpha() and small):
        return None
    return text.replace(core, first + last.lower())


def _abbreviation(text: str) -> str | None:
    """The abbreviation that a word is with one letter misread; None where it is one or a word."""
    core = text.strip(".,;:()")
    known = _abbreviations()
    if core in known or len(core) < _LEAST or is_syllable(core):
        return None
    meant = {
        core[:at] + letter + core[at + 1 :]
        for at, read in enumerate(core)
        for letter, looks in _LOOKS.items()
        if read in looks
    }
    alike = sorted(meant & known)
    return text.replace(core, alike[0]) if len(alike) == 1 else None


@cache
def _abbreviations() -> frozenset[str]:
    """Those of agencies, of the words of plans, and of the sample plans."""
    seen = Counter(word for text in plan_texts() for word in _SHORT.findall(text))
    found = {word for word, times in seen.items() if times >= _SEEN and not is_syllable(word)}
    for text in _names():
        found.update(word for word in _SHORT.findall(text) if not is_syllable(word))
    return frozenset(found)


def _names() -> Iterator[str]:
    yield from (row["abbreviations"] for row in rows("agencies"))
    yield from (row["short"] for row in rows("abbreviations"))
