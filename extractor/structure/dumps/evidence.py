"""What a text looks like, and how well that fits a column: the scores of the row decoder.

A score is a logarithm of odds against a text from outside the table (which scores 0): above 0
the text fits the column better than running text would, below 0 worse.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product
from math import log

from corpora.tables import rows
from corpora.wordings import openers
from extractor.labels import Label, label_of, ordinal_of

_NUMBER = re.compile(
    r"[<>≥≤~+]?\s*\d[\d.,]*\s*(?:%|/\s*\d[\d.,]*)?(?:\s*[-–]\s*\d[\d.,]*\s*%?)?(?:\s*\([^()]{0,40}\))?"
)
_DATE = re.compile(
    r"(?:(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?|\d{1,2}/\d{4}|(?:năm\s+)?20\d\d"
    r"(?:\s*[-–]\s*20\d\d)?|[\d,.]+\s+ngày(?: làm việc)?"
    r"|(?:tháng|quý|quí|qúy)\s*(?:[IV]+|\d{1,2}).*)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?:giai đoạn|năm|từ|đến|sau|quý|tháng)\s+(?:\d|[IV]+\b)|thường xuyên"
    r"|h[àằ]ng (?:năm|quý|tháng)|định kỳ",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[-–—+•▪●○◦·*](?=\s|[^\W\d_])\s*")
_GOAL = re.compile(r"\d\s?%|(?:ít nhất|tối thiểu|trên|dưới|đạt|không quá|từ)\s+\d", re.IGNORECASE)
# What is to be so in the end: "Các vướng mắc được tháo gỡ".
_PASSIVE = re.compile(r"(?:\S+\s+){2,9}(?:được|bị)\s")
_TOTAL = re.compile(r"(?:tổng(?:\s+(?:số|cộng|điểm|kinh phí))?|cộng)\s*:?", re.IGNORECASE)
# Two to five words that all begin with a capital: a person.
_PERSON = re.compile(r"(?:(?:Đ/c|Ông|Bà|đồng chí)\s+)?(?:[^\W\d_]+\s+){1,4}[^\W\d_]+[,;]?")
_APPENDIX = re.compile(
    r"(?:PHỤ LỤC|Phụ lục|BIỂU|Biểu|MẪU|Mẫu)(?:\s+(?:số\s*)?[\dIVXL]{1,4}\b|\s*$|\s+[A-ZĐ])"
    r"|\(?(?:Kèm|Ban hành|Đính) kèm?\s?theo|Nơi nhận\b|Nguồn tra cứu"
)
_SENTENCE = re.compile(r"[.;:]$")


@dataclass(frozen=True, slots=True)
class Look:
    """What a text looks like: its features, and the label it holds (as a cell) or opens with."""

    features: tuple[str, ...]
    ordinal: Label | None
    label: Label | None

    def has(self, feature: str) -> bool:
        return feature in self.features


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words.split()[0] for words in openers())


def _opening(text: str) -> frozenset[str]:
    """The roles of the longest known opening of `text`."""
    words = text.lower().replace(",", " ,").split()[:4]
    if not words or words[0] not in _first_words():
        return frozenset()
    for count in range(len(words), 0, -1):
        roles = openers().get(" ".join(words[:count]).replace(" ,", ","))
        if roles:
            return roles
    return frozenset()


def _is_person(text: str) -> bool:
    return _PERSON.fullmatch(text) is not None and all(
        word[0].isupper() and not word.isupper() for word in text.strip(",;").split()[-4:]
    )


@lru_cache(maxsize=65536)
def look(text: str, bold: bool = False) -> Look:
    """The features of `text`.

    >>> look("Thường xuyên").features
    ('deadline', 'short')
    >>> look("- Rà soát, báo cáo.").features
    ('bullet', 'action', 'short', 'stop')
    """
    line = " ".join(text[:400].split())
    ordinal = ordinal_of(line) if len(line) <= 16 else None
    label = label_of(line)
    found: list[str] = []
    bullet = _BULLET.match(line)
    body = line[bullet.end() :] if bullet else line
    if bullet:
        found.append("bullet")
    if ordinal and ordinal.kind != "bullet":
        found.append("ordinal")
    roles = _opening(body)
    short = len(text) <= 45
    if _NUMBER.fullmatch(line):
        found.append("number")
    if _DATE.fullmatch(body) or ("deadline" in roles and len(text) <= 160):
        found.append("deadline")
    elif len(text) <= 200 and _DATED.search(line):
        found.append("dated")
    if "agency" in roles and len(text) <= 300:
        found.append("agency")
    elif short and not bullet and _is_person(body):
        found.append("person")
    if "task" in roles:
        found.append("action")
    if "target" in roles or _GOAL.search(body[:200]):
        found.append("goal")
    elif "task" not in roles and _PASSIVE.match(body):
        found.append("passive")
    if "product" in roles:
        found.append("product")
    found.append("short" if short else "medium" if len(text) <= 110 else "long")
    if len(text) > 2500:
        found.append("endless")
    if _SENTENCE.search(line):
        found.append("stop")
    if line.isupper() and len(line) > 5:
        found.append("capitals")
    if bold:
        found.append("bold")
    if line[:1].islower():
        found.append("small")
    if _TOTAL.fullmatch(line):
        found.append("total")
    if _APPENDIX.match(line):
        found.append("appendix")
    if label and label.kind != "bullet" and label.rest and not ordinal:
        found.append("labelled")
    return Look(tuple(found), ordinal, label)


#: A sign: the part of the table it speaks of, and what is seen there.
Sign = tuple[str, str]

#: Roles whose cells look like those of another.
_LIKE = {"start": "deadline", "appraiser": "approver"}
#: Roles with weights of their own.
_ROLES = frozenset(
    {"ordinal", "subject", "target", "task", "lead", "coordinating", "product", "deadline"}
    | {"indicator_base", "unit", "approver", "note"}
)


@dataclass(eq=False, slots=True)
class Weights:
    """What each sign weighs; one that is missing weighs nothing."""

    known: Mapping[Sign, float]
    _scores: dict[tuple[str, tuple[str, ...]], float] = field(default_factory=dict)

    def __getitem__(self, sign: Sign) -> float:
        return self.known.get(sign, 0.0)

    def score(self, seen: Look, part: str) -> float:
        """How well a text fits the columns of a role, or another part of the table.

        >>> score = weights().score
        >>> score(look("Thường xuyên"), "deadline") > 0 > score(look("Thường xuyên"), "task")
        True
        """
        found = self._scores.get((part, seen.features))
        if found is None:
            parts = (part,) if part in ("ordinal", "outside") else ("inside", part)
            found = 0.0
            for sign in product(parts, ("any", *seen.features)):
                found = found + self[sign]
            self._scores[part, seen.features] = found
        return found


@cache
def weights() -> Weights:
    """The weights of `corpora/models/dumps.tsv`."""
    return Weights(
        {(row["part"], row["sign"]): float(row["weight"]) for row in rows("models/dumps")}
    )


def part_of(role: str | None) -> str:
    """The part of the table whose signs speak of a column of this role."""
    name = _LIKE.get(role or "", role or "")
    return name if name in _ROLES else "other"


#: How much of the evidence that a table gives about its own columns is believed, and its bound.
_TRUST, _BOUND = 0.6, 2.0


def traits(text: str) -> list[str]:
    """The features by which the columns of one author differ: length, ending, first words."""
    line = " ".join(text.split())
    bullet = _BULLET.match(line)
    words = (line[bullet.end() :] if bullet else line).lower().split()
    return [
        f"length {min(len(line) // 30, 5)}",
        f"end {line[-1:] if line[-1:] in '.;:' else ''}",
        f"bullet {bool(bullet)}",
        f"first {words[0] if words else ''}",
        f"second {' '.join(words[:2])}",
        f"share {'%' in line}",
    ]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a table's sure rows say about its columns: log odds of each trait in each column."""

    odds: Mapping[tuple[int, str], float]

    def score(self, text: str, column: int) -> float:
        if not self.odds:
            return 0.0
        total = sum(self.odds.get((column, trait), 0.0) for trait in traits(text))
        return max(-_BOUND, min(_BOUND, _TRUST * total))


NO_HABITS = Habits({})


def habits_of(cells: Iterable[tuple[int, str]]) -> Habits:
    """Learnt from (column, text) of rows whose cells are beyond doubt."""
    counts: dict[int, Counter[str]] = {}
    sizes: Counter[int] = Counter()
    for column, text in cells:
        counts.setdefault(column, Counter()).update(traits(text))
        sizes[column] += 1
    total = sum(sizes.values())
    if total < 12:
        return NO_HABITS
    pooled: Counter[str] = Counter()
    for counter in counts.values():
        pooled.update(counter)
    odds: dict[tuple[int, str], float] = {}
    for trait, seen in pooled.items():
        if seen < 2:
            continue
        share = seen / total
        for column, counter in counts.items():
            # Four imagined cells that are like all others keep rare traits from deciding.
            own = (counter[trait] + 4 * share) / (sizes[column] + 4)
            odds[column, trait] = max(-1.5, min(1.5, log(own / share)))
    return Habits(odds)
