"""Which paragraphs head a section, told by their words and by what follows, not by their looks.

A text dump has no bold type, so the same plan must have the same sections without it: a number
in front of a title without a full stop heads a section if something stands below it, and a
number in front of a whole sentence if items of a lower level follow.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

from corpora import agencies, units
from extractor.columns import BY_WORD, role_of
from extractor.labels import OPEN_END, RANK, Label, label_of
from extractor.layout import Paragraph, Table

_SECTIONS = frozenset({"part", "chapter", "division", "article", "capital", "roman"})
#: The longest heading of a section, in characters; of a numbered one with items below.
LONGEST = 260
_LONGEST_WITH_ITEMS = 420
#: The longest line that only ends a heading cut in two ("1. Các sở, ngành tỉnh;" / "UBND …").
_CUT_LINE = 120

#: The rank of a heading without a label: below I. and above 1.
UNLABELLED = (RANK["roman"] + RANK["number"]) / 2

#: The most words of a name that a break may part from the rest.
_LONGEST_HALF = 6
#: As much of the end of a text tells whether it goes on: more than the words of such a half.
_END = 400
_AWAITS_A_DATE = re.compile(r"(?:^|\s)(?:ngày|tháng|năm|quý)$", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}(?:[/.-]\d{1,4}|\s+(?:tháng|năm)\b|[.;,]?$)")
_MARKS = " *_#"
_STOPS = ".;,…/"
_SENTENCES = re.compile(r"[.!?]\s+[^\W\d_]")
_FIELD = re.compile(r"[\s*_+–-]*(?P<label>[^\W\d_][^:.;\n]{2,48}?)[\s*_]*:(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as printed, without its label; `rest` is running text in the same paragraph."""

    label: Label | None
    title: str
    rank: float
    rest: str = ""


def heading_of(block: Paragraph, following: Paragraph | Table | None) -> Heading | None:
    """The heading that `block` is, or None; `following` is what stands next in the body."""
    text = block.text.strip(_MARKS)
    label = label_of(text)
    if label is None:
        plain = text.rstrip(":. ")
        if plain.isupper() and 6 <= len(plain) <= 120 and " " in plain:
            return Heading(None, plain, UNLABELLED)
        return None
    if label.kind in _SECTIONS:
        if len(label.rest) > LONGEST:
            return Heading(label, "", label.rank, label.rest)
        return Heading(label, label.rest, label.rank)
    if label.kind not in ("number", "decimal") or not 0 < len(label.rest) <= _LONGEST_WITH_ITEMS:
        return None
    if label.text.endswith("/") or not _heads(label, block.bold, following):
        return None
    return Heading(label, label.rest.rstrip(":"), label.rank + label.depth / 10)


def _heads(label: Label, bold: bool, following: Paragraph | Table | None) -> bool:
    """Whether a numbered line heads what follows rather than being an item of its own."""
    text = label.rest.strip(_MARKS)
    if label.kind == "decimal" and bare_label(text):
        return False
    head, colon, said = text.partition(":")
    below = _below(label, following)
    if len(text) > LONGEST and below != "item":
        return False
    if colon and said.strip() and not text.endswith(":") and len(head) <= 90:
        return bold or (below == "item" and text[-1] not in _STOPS)
    if text[-1] not in _STOPS:
        return below is not None or bold or text.isupper()
    if text[-1] == "." and below == "item" and not _SENTENCES.search(text[:-1]):
        return True
    if text[-1] in ";," and isinstance(following, Paragraph):
        return ends_in_next(text, following.text.strip(_MARKS))
    return bold and below is not None


def _below(label: Label, following: Paragraph | Table | None) -> str | None:
    """What stands under a label: "item" of a lower level, "text", or nothing."""
    if following is None:
        return None
    if isinstance(following, Table):
        return "text"
    text = following.text.strip(_MARKS)
    if field_line(text):
        return "field" if len(label.rest) <= 90 else None
    lower = label_of(text)
    if lower is None:
        return None if text.isupper() else "text"
    deeper = lower.rank > label.rank or (lower.rank == label.rank and lower.depth > label.depth)
    return "item" if deeper else None


def ends_in_next(title: str, line: str) -> bool:
    """Whether a heading that breaks off ends in the line below it.

    >>> ends_in_next("Các sở, ban, ngành tỉnh;", "UBND các huyện, thị xã, thành phố")
    True
    >>> ends_in_next("Sở Nội vụ", "Chủ trì, phối hợp với các sở, ngành.")
    False
    """
    if goes_on(title, line):
        return True
    return (
        title.endswith((";", ","))
        and len(line) <= _CUT_LINE
        and line[-1] not in ".;,:…/"
        and label_of(line) is None
    )


def goes_on(before: str, after: str) -> bool:
    """Whether a paragraph only goes on with one that a page or a line break cut off.

    It begins with a small letter, or the one before ends with a word that leads on, or the break
    cuts the name of a body or province in two.

    >>> goes_on("các cấp trên cơ", "sở ứng dụng mạnh mẽ"), goes_on("theo quy định.", "sở Y tế")
    (True, False)
    >>> goes_on("phối hợp với", "Sở Y tế rà soát."), goes_on("của Thủ tướng", "Chính phủ giao")
    (True, True)
    >>> goes_on("Đoàn Thanh niên tỉnh Đồng", "Nai chỉ đạo"), goes_on("hội đồng", "Sở Y tế")
    (True, False)
    >>> goes_on("gửi trước ngày", "30/9/2026."), goes_on("gửi báo cáo", "2. Sở Y tế")
    (True, False)
    """
    if before[-1:] in ".;:!?…”" or before.isupper():
        return False
    if after[:1].isdigit():
        return _AWAITS_A_DATE.search(before) is not None and _DATE.match(after) is not None
    if label_of(after) is not None:
        return False
    if after[:1].islower():
        return True
    return after[:1].isupper() and (_leads_on(before) or _cuts_a_name(before, after))


class Joined:
    """A text that lines are joined to, one after the other, for as long as it goes on.

    Its end alone is looked at, and the whole is made once: a page may go on for a million lines.
    """

    __slots__ = ("_end", "_lines")

    def __init__(self, line: str) -> None:
        self._lines, self._end = [line], line[-_END:]

    def __str__(self) -> str:
        return " ".join(self._lines)

    def took(self, line: str) -> bool:
        """Whether the text only goes on with the line, which is part of it then."""
        if not goes_on(self._end, line):
            return False
        self.add(line)
        return True

    def add(self, line: str) -> None:
        self._lines.append(line)
        self._end = f"{self._end} {line}"[-_END:]


def _leads_on(text: str) -> bool:
    if text[-1:] in "-–(/“" or text.endswith(" số"):  # "… chính quyền số" is whole
        return False
    return OPEN_END.search(text) is not None


@cache
def _halves() -> dict[str, tuple[str, ...]]:
    """The beginnings of names of bodies and provinces by all that may follow with a capital."""
    found: dict[str, set[str]] = {}
    bodies = (name for role in agencies.roles().values() for name in (role.name, *role.aliases))
    for name in chain(bodies, (unit.name for unit in units.provinces())):
        words = name.split()
        for at in range(1, len(words)):
            if words[at][0].isupper() and words[at].lower() == words[at][0].lower() + words[at][1:]:
                found.setdefault(" ".join(words[:at]).lower(), set()).add(
                    " ".join(words[at:]).lower()
                )
    return {first: tuple(sorted(rest)) for first, rest in found.items()}


def _cuts_a_name(before: str, after: str) -> bool:
    """Whether the name of a body or province begins in one text and ends in the other."""
    words, rest = before.lower().split()[-_LONGEST_HALF:], after.lower()
    for at in range(len(words)):
        for half in _halves().get(" ".join(words[at:]), ()):
            if rest.startswith(half) and not rest[len(half) : len(half) + 1].isalnum():
                return True
    return False


def bare_label(text: str) -> str | None:
    """The role that a label names which stands alone, above what it is: "Nội dung".

    >>> bare_label("Cơ quan chủ trì"), bare_label("Nội dung thực hiện:"), bare_label("Cải cách")
    ('lead', 'task', None)
    """
    label = text.strip(_MARKS + ":")
    role = role_of(label) if 3 < len(label) <= 48 else None
    if role is None or role.score <= BY_WORD:
        return None
    return role.name if role.name in ("task", "lead", "coordinating", "deadline") else None


def field_line(text: str) -> tuple[str, str] | None:
    """Role and value of a line such as "- Cơ quan chủ trì: Sở Y tế", by the words of columns.

    >>> field_line("- Cơ quan chủ trì: Sở Y tế."), field_line("Thời hạn hoàn thành: Tháng 10/2023")
    (('lead', 'Sở Y tế.'), ('deadline', 'Tháng 10/2023'))
    >>> field_line("Sở Y tế: chủ trì"), field_line("Nhiệm vụ")
    (None, None)
    """
    found = _FIELD.match(text)
    if not found:
        return None
    role = role_of(found["label"])
    if role is None or role.score <= BY_WORD:
        return None
    return role.name, found["value"].strip(_MARKS)
