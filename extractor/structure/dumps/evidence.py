"""What a text looks like, and how well that fits a column: the scores of the row decoder.

A score is a logarithm of odds against a text from outside the table (which scores 0): above 0
the text fits the column better than running text would, below 0 worse.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

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


#: Score of each feature in a cell of each role; "" is the score of any text there.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    # A number of its own is an ordinal; nothing else is.
    "ordinal": {"": -6.0, "ordinal": 9.0},
    # What is to be done: opens with a verb, runs long, ends with a stop.
    "task": {
        "": 0.6, "action": 1.4, "goal": -0.6, "deadline": -2.5, "ordinal": -5.0, "number": -4.0,
        "agency": -1.2, "short": -0.8, "long": 0.4, "stop": 0.3, "product": -0.2, "total": 0.5,
        "small": -1.0, "appendix": -4.0, "labelled": -0.5,
    },
    # A goal: a share, or an opening of goals; seldom a verb of action.
    "target": {
        "": 0.4, "goal": 1.5, "passive": 0.7, "action": -0.9, "deadline": -2.0, "ordinal": -2.0,
        "number": 3.0, "agency": -0.6, "stop": -0.3, "small": -1.0, "appendix": -4.0,
        "labelled": -0.5,
    },
    # A name: short, no verb, no stop.
    "subject": {
        "": 0.6, "short": 0.7, "medium": 0.3, "long": -1.0, "action": -0.4, "goal": -0.6,
        "deadline": -2.0, "ordinal": -5.0, "number": -4.0, "bullet": -2.0, "stop": -0.8,
        "agency": -0.8, "total": 2.5, "small": -1.0, "appendix": -4.0, "labelled": -0.5,
    },
    # Agencies, and hardly anything else.
    "lead": {
        "": -0.8, "agency": 3.2, "person": 2.4, "long": -1.0, "deadline": -3.0, "ordinal": -5.0,
        "number": -4.0, "action": -1.5, "goal": -1.0, "stop": -0.3, "appendix": -4.0,
    },
    "coordinating": {
        "": -0.8, "agency": 3.2, "person": 2.4, "long": -0.4, "deadline": -3.0, "ordinal": -5.0,
        "number": -4.0, "action": -1.5, "goal": -1.0, "appendix": -4.0,
    },
    # A paper or a thing, named shortly.
    "product": {
        "": 0.3, "product": 1.6, "short": 0.4, "long": -0.4, "agency": -1.5, "deadline": -1.5,
        "ordinal": -5.0, "number": -2.0, "appendix": -4.0,
    },
    # A closed vocabulary: the surest column after the ordinals.
    "deadline": {
        "": -3.0, "deadline": 6.5, "dated": 2.5, "short": 0.4, "long": -2.0, "agency": -1.0,
        "bullet": -0.8, "ordinal": -3.0, "number": -0.5, "appendix": -4.0, "action": -0.5,
    },
    # Measured values.
    "indicator_base": {
        "": -1.5, "number": 4.0, "short": 0.5, "long": -2.0, "ordinal": 0.0, "deadline": -1.0,
        "agency": -1.0, "action": -1.0, "appendix": -4.0,
    },
    "unit": {"": 0.0, "short": 0.8, "long": -3.0, "ordinal": -4.0, "number": -1.0, "deadline": -2.0,
             "agency": -1.0, "action": -2.0, "appendix": -4.0},
    # Who signs it.
    "approver": {"": -0.5, "agency": 2.5, "long": -2.0, "ordinal": -5.0, "deadline": -3.0,
                 "action": -1.5, "appendix": -4.0},
    # Mostly empty.
    "note": {"": -0.8, "short": 0.3, "ordinal": -4.0, "deadline": -1.0, "action": -1.0,
             "agency": -1.0, "person": -1.5, "number": -1.0, "appendix": -4.0},
    # Any other column.
    "": {"": 0.2, "number": 3.0, "ordinal": -3.0, "agency": -0.3, "deadline": -1.0, "action": -0.3,
         "appendix": -4.0},
    # A heading over the rows of a group.
    "group": {"": -3.5, "labelled": 2.5, "capitals": 2.5, "bold": 1.5, "long": -0.5, "bullet": -4.0,
              "ordinal": -6.0, "deadline": -2.0, "number": -4.0, "stop": -1.0, "appendix": -5.0,
              "small": -2.0, "agency": -0.5},
    # The title beside the number of a group or of a row that only has parts below it.
    "title": {"": 0.4, "capitals": 1.2, "bold": 0.8, "short": 0.4, "bullet": -3.0, "ordinal": -5.0,
              "number": -4.0, "deadline": -2.0, "stop": -0.3, "appendix": -5.0, "small": -1.5,
              "total": -2.0},
    # Running text after the table.
    "outside": {"": 0.0, "endless": 2.0, "appendix": 6.0, "ordinal": -3.0, "number": -2.0,
                "deadline": -1.0,
                "labelled": 0.8, "short": -0.2, "capitals": 0.3, "small": -0.3},
}  # fmt: skip


#: Roles whose cells look like those of another.
_LIKE = {"start": "deadline", "appraiser": "approver"}


def score(seen: Look, role: str | None) -> float:
    """How well a text fits a column of this role (None: a column without a known one).

    >>> score(look("Thường xuyên"), "deadline") > 3 > 0 > score(look("Thường xuyên"), "task")
    True
    """
    return _sum(seen.features, role)


@lru_cache(maxsize=8192)
def _sum(features: tuple[str, ...], role: str | None) -> float:
    weights = WEIGHTS.get(_LIKE.get(role or "", role or ""), WEIGHTS[""])
    return weights[""] + sum(weights.get(feature, 0.0) for feature in features)


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
