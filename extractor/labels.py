"""The labels that order a text: Phần, Chương, Mục, Điều, A., I., 1., 1.1., a), (1), -, +.

The order of levels is that of Nghị định 30/2020/NĐ-CP, appendix I, and of usage in plans. With them
stand the set phrases by which readers and structure tell the parts of a paper.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpora.tables import rows
from corpora.wordings import pattern

LabelKind = Literal[
    "part", "chapter", "division", "article", "capital", "roman", "number", "decimal",
    "letter", "bracket", "bullet",
]  # fmt: skip

#: The rank of each kind: a lower rank stands above a higher one.
RANK: dict[LabelKind, int] = {
    "part": 0,
    "chapter": 1,
    "division": 2,
    "article": 3,
    "capital": 4,
    "roman": 5,
    "number": 6,
    "decimal": 7,
    "letter": 9,
    "bracket": 10,
    "bullet": 11,
}

# Items of điểm run through the Vietnamese alphabet, without f, j, w, z.
LETTERS = "abcdđeghiklmnopqrstuvxy"

#: Bullets, as printed or as the signs of pictorial fonts are read.
BULLETS = "".join(row["mark"] for row in rows("bullets"))
#: Those that part items within a line, too.
INLINE_BULLETS = "".join(row["mark"] for row in rows("bullets") if row["inline"])
#: A Roman numeral up to 39, and the signs of any that a part or an appendix has.
ROMAN, ROMANS = r"(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})", "IVXLC"
#: The number of a quarter.
QUARTER = r"(?:IV|I{1,3}|0?[1-4])"
_NAMED_PARTS = "Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Điều|ĐIỀU"
#: What opens an item of a list: a bullet, "1." or "1.2." or "1)", "a)", "(1)".
LIST_ITEM = re.compile(
    rf"(?:[{re.escape(BULLETS)}]|(?:\d{{1,2}}\.){{1,3}}|\d{{1,2}}\)|[a-zđ]\)|\(\d{{1,2}}\))(?=\s|\w)"
)
#: What opens a line of its own, whatever stands before it: an item, "II.", "A.", "Điều 3", "[2]".
OPENS_LINE = re.compile(
    rf"[{re.escape(BULLETS)}](?=\s|[^\W\d_])|[a-zđ]{{1,2}}\)|\(\d{{1,2}}\)\s|\[\d{{1,3}}\]|Bước\s+\d"
    rf"|(?:{ROMAN}|[A-ZĐ]|\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})[.)]\s?(?=\D|$)|\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\s"
    rf"|(?:{ROMAN}|\d{{1,2}})[-–]\s+(?=[^\W\d_])"
    rf"|(?:{_NAMED_PARTS}|Phụ lục|Khoản)\s+(?:[{ROMANS}]+|\d+|thứ)\b"
)
#: The title and the motto of the state, or the title of the Party: they stand over every paper.
NATIONAL_TITLE = re.compile(
    r"CỘNG\s*H(?:ÒA|OÀ)\s+XÃ\s+HỘI|CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM"
    r"|^\W*Cộng\s+h(?:òa|oà)\s+xã\s+hội|Độc\s+lập\s*[-–—]",
    re.MULTILINE,
)
#: The marks of authority before a signature: TM. on behalf of, KT. for the head, TL. by order, TUQ.
#: by delegation, Q. acting.
AUTHORITY = r"(?:(?:T\.?/?M|K\.?/?T|T\.?/?L|T\.?U\.?Q|Q)\s*[./]|[TK]/[MTL]\b)"
#: "(Kèm theo Quyết định số …)": the line under the title of what another paper carries.
ATTACHED = re.compile(r"\s*[*_]*\(?\s*(?:ban hành\s+)?(?:kèm|đính kèm)\s+theo\b", re.IGNORECASE)
#: What a row says that sums up those above it.
TOTAL = re.compile(
    r"\s*(?:tổng(?:\s+(?:số|cộng|điểm|kinh phí))?|cộng)"
    r"\s*(?::?\s*\d[\d.,]*(?:\s+[^\W\d_]+){0,3})?\s*:?\s*",
    re.IGNORECASE,
)
#: What no text ends with: a word that leads on, an opening mark, a comma, a hyphen.
OPEN_END = re.compile(rf"[,\-–(/“]$|(?<!\w)(?:{pattern('form_words', 'open')})$")

#: "1 - Sở Y tế" is a label, "5 - 7 lớp" and "2 - 3 tỷ" are none.
_CAPITALS = "".join(map(chr, filter(lambda code: chr(code).isupper(), range(0x41, 0x1F00))))
_LABEL = re.compile(
    rf"""\s*(?:
      (?P<named>{_NAMED_PARTS})\s+
        (?:thứ\s+)?(?P<name>[{ROMANS}]+|\d{{1,4}}[a-z]?|nhất|hai|ba|tư)\b[.:]?
    | (?P<roman>{ROMAN})(?:[.)/:]|\s*[-–](?=\s)|(?=\s|$))
    | (?P<capital>[A-ZĐ])(?:[.)])
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,4}})(?:[.):](?!\d)|(?=\s|$))
    | (?P<number>\d{{1,3}})(?:[.):/](?!\d)|[-–](?=\s+[^\W\d_])|\s[-–](?=\s+[{_CAPITALS}])|(?=$))
    | (?P<letter>[a-zđ]{{1,2}})(?:[)]|[.](?=\s|$))
    | (?P<bracket>\([0-9a-zđ]{{1,2}}\))
    | (?P<bullet>[{re.escape(BULLETS)}](?=\s|[^\W\d_]))
    )\s*""",
    re.VERBOSE,
)
_NAMED: dict[str, LabelKind] = {
    "phần": "part",
    "chương": "chapter",
    "mục": "division",
    "điều": "article",
}
_COMPOUND = re.compile(rf"(?:{ROMAN}|[A-Z])(?:[.\-/]\d{{1,2}}){{1,3}}[.)]?")
_STEP = re.compile(r"bước\s*(\d{1,2})[.:]?", re.IGNORECASE)
_ROMAN_SIGNS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DIGITS = {signs.upper(): value for value, signs in _ROMAN_SIGNS}


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a text: `text` as printed, `value` its place in a series.

    `depth` counts the numbers of a decimal label (1.1 has 2), `rest` is what follows it.
    """

    kind: LabelKind
    text: str
    value: int | None
    depth: int
    rest: str

    @property
    def rank(self) -> int:
        return RANK[self.kind] + (1 if self.kind == "decimal" and self.depth > 2 else 0)


def roman_value(text: str) -> int:
    """The value of a Roman numeral.

    >>> roman_value("XIV")
    14
    """
    values = [_DIGITS[c] for c in text]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def label_of(text: str) -> Label | None:
    """The label that opens `text`, or None.

    >>> label_of("II. NHIỆM VỤ").kind, label_of("1.2. Cơ hội").value, label_of("đ) Rà soát").value
    ('roman', 2, 5)
    >>> label_of("100% thủ tục"), label_of("Năm 2023"), label_of("1- Đảng ủy xã").rest
    (None, None, 'Đảng ủy xã')
    """
    found = _LABEL.match(text)
    if not found or not found[0].strip():
        return None
    kind: LabelKind
    printed = found[0].strip()
    rest = text[found.end() :].strip()
    value: int | None = None
    depth = 1
    if found["named"]:
        kind = _NAMED[found["named"].lower()]
        name = found["name"]
        if name[0].isdigit():
            value = int(re.sub(r"\D", "", name))
        elif name[0] in ROMANS:
            value = roman_value(name)
    elif found["roman"]:
        # "I Chỉ số" without a stop is a label only in front of a capital, and never in a sentence.
        if printed == found["roman"] and rest and not rest[0].isupper():
            return None
        kind, value = "roman", roman_value(found["roman"])
    elif found["capital"]:
        kind, value = "capital", ord(found["capital"]) - 64
    elif found["decimal"]:
        numbers = found["decimal"].split(".")
        kind, depth, value = "decimal", len(numbers), int(numbers[-1])
    elif found["number"]:
        kind, value = "number", int(found["number"])
    elif found["letter"]:
        letter = found["letter"]
        kind, value = "letter", LETTERS.find(letter) + 1 or None
    elif found["bracket"]:
        kind = "bracket"
        inner = printed.strip("()")
        value = int(inner) if inner.isdigit() else None
    else:
        kind = "bullet"
    return Label(kind, printed, value, depth, rest)


@lru_cache(maxsize=4096)
def ordinal_of(text: str) -> Label | None:
    """The label that a whole STT cell holds ("1", "II.", "1.2", "a)", "II.4", "Bước 3"), or None.

    >>> ordinal_of("2.").value, ordinal_of("IV").kind, ordinal_of("Sở Nội vụ")
    (2, 'roman', None)
    """
    plain = text.strip()
    if not plain or len(plain) > 16:
        return None
    label = label_of(plain)
    if label and not label.rest:
        return label
    if len(plain) == 1 and plain.isalpha():
        if plain.isupper():
            return Label("capital", plain, ord(plain) - 64, 1, "")
        return Label("letter", plain, LETTERS.find(plain) + 1 or None, 1, "")
    if _COMPOUND.fullmatch(plain):
        numbers = re.findall(r"\d+", plain)
        return Label("decimal", plain, int(numbers[-1]), len(numbers) + 1, "")
    if step := _STEP.fullmatch(plain):
        return Label("number", plain, int(step[1]), 1, "")
    return None


def roman(number: int) -> str:
    """A number in lower-case Roman numerals.

    >>> roman(14)
    'xiv'
    """
    text = ""
    for value, signs in _ROMAN_SIGNS:
        count, number = divmod(number, value)
        text += signs * count
    return text
