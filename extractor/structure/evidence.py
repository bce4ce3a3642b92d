"""What a text looks like, and which columns such a text belongs to: the evidence of the decoder.

A *trait* is what can be seen of a text alone: that it opens with a verb of action, names a body,
holds a number. Most traits have a home, the kinds of columns where such texts stand; everywhere
else they are astray. So one weight, or two, say all that a trait says, whatever the table.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from corpora.tables import rows, threshold
from corpora.wordings import openers
from extractor.labels import QUARTER, ROMAN, ROMANS, TOTAL, Label, label_of, ordinal_of

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
MOST, ALIKE, FEWEST = (threshold(f"habit.{name}") for name in ("most", "alike", "fewest"))

_NUMBER = re.compile(
    r"[<>≥≤~+]?\s*\d[\d.,]*\s*(?:%|/\s*\d[\d.,]*)?(?:\s*[-–]\s*\d[\d.,]*\s*%?)?(?:\s*\([^()]{0,40}\))?"
)
_DATE = re.compile(
    r"(?:(?:ngày\s+)?\d{1,2}(?:[/-]\d{1,2}|[/.-]\d{1,2}[/.-]\d{4})|\d{1,2}/\d{4}|(?:năm\s+)?20\d\d"
    r"(?:\s*[-–]\s*20\d\d)?|[\d,.]+\s+ngày(?: làm việc)?"
    rf"|(?:tháng\s*\d{{1,2}}|(?:quý|quí|qúy)\s*{QUARTER}).*)",
    re.IGNORECASE,
)
_DATED = re.compile(
    rf"(?:giai đoạn|năm|từ|đến|sau|quý|tháng)\s+(?:\d|{ROMAN}\b)|thường xuyên"
    r"|h[àằ]ng (?:năm|quý|tháng)|định kỳ",
    re.IGNORECASE,
)
_GOAL = re.compile(r"\d\s?%|(?:ít nhất|tối thiểu|trên|dưới|đạt|không quá|từ)\s+\d", re.IGNORECASE)
# What is to be so in the end: "Các vướng mắc được tháo gỡ".
_PASSIVE = re.compile(r"(?:\S+\s+){2,9}(?:được|bị)\s")
# Two to five words that all begin with a capital: a person.
_PERSON = re.compile(r"(?:(?:Đ/c|Ông|Bà|đồng chí)\s+)?(?:[^\W\d_]+\s+){1,4}[^\W\d_]+[,;]?")
_APPENDIX = re.compile(
    rf"(?:PHỤ LỤC|Phụ lục|BIỂU|Biểu|MẪU|Mẫu)(?:\s+(?:số\s*)?[\d{ROMANS}]{{1,4}}\b|\s*$|\s+[A-ZĐ])"
    r"|\(?(?:Kèm|Ban hành|Đính) kèm?\s?theo|Nơi nhận\b|Nguồn tra cứu"
)

#: Kinds of columns by role; a column of another role, or of none, is "other".
_KINDS = {
    "ordinal": "ordinal", "task": "task", "target": "target", "subject": "subject",
    "lead": "doer", "coordinating": "doer", "approver": "doer", "appraiser": "doer",
    "product": "product", "deadline": "deadline", "start": "deadline",
    "indicator_base": "value", "note": "note", "budget": "note", "legal_basis": "note",
}  # fmt: skip
#: Parts of a table beside its columns: a heading over all columns, a heading beside its number.
_HEADINGS = frozenset({"group", "title"})
_NAMES = frozenset({"subject", "doer", "product", "deadline"})
_WORKS = frozenset({"task", "target"})
_FIGURES = frozenset({"value", "other"})
_NOWHERE: frozenset[str] = frozenset()
#: Where a trait is at home, and where it is astray; elsewhere it says nothing.
HOMES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "ordinal": (_NOWHERE, _HEADINGS | _NAMES | _WORKS | {"note"}),
    "number": (frozenset({"value", "target"}), _HEADINGS | _NAMES | {"task"}),
    "deadline": (frozenset({"deadline"}), _HEADINGS | _WORKS | {"subject", "doer", "product"}),
    "doer": (frozenset({"doer"}), _HEADINGS | _WORKS | {"subject", "deadline", "product", "note"}),
    "action": (frozenset({"task"}), frozenset({"target", "subject", "doer", "deadline"})),
    "aim": (frozenset({"target"}), frozenset({"task", "subject", "doer", "deadline"})),
    "product": (frozenset({"product"}), _NOWHERE),
    "short": (_NOWHERE, _WORKS),
    "long": (_WORKS, _HEADINGS | _FIGURES | {"subject", "doer", "deadline"}),
    "stop": (frozenset({"task"}), _NOWHERE),
    "bullet": (_WORKS, _NOWHERE),
    "heading": (_HEADINGS, _WORKS | _NAMES),
    "labelled": (frozenset({"group"}), _WORKS | _NAMES),
    "appendix": (frozenset({"outside"}), _NOWHERE),
}
#: What tells the texts of columns that hold hardly anything else.
_CLOSED = {
    "doer": frozenset({"doer"}),
    "deadline": frozenset({"deadline", "dated"}),
    "value": frozenset({"number"}),
}


#: What speaks for or against something; a sign may stand there several times.
Signs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The traits of a text, and the label it holds (as a cell) or opens with."""

    traits: tuple[str, ...]
    ordinal: Label | None
    label: Label | None

    def has(self, trait: str) -> bool:
        return trait in self.traits


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


def _body(line: str, label: Label | None) -> tuple[str, bool]:
    """The text behind its bullet, and whether it has one."""
    return (label.rest, True) if label and label.kind == "bullet" else (line, False)


@lru_cache(maxsize=65536)
def look(text: str, bold: bool = False) -> Look:
    """The traits of `text`.

    >>> look("Thường xuyên").traits
    ('deadline', 'short')
    >>> look("- Rà soát, báo cáo.").traits
    ('bullet', 'action', 'short', 'stop')
    """
    line = " ".join(text[:400].split())
    ordinal = ordinal_of(line) if len(line) <= 16 else None
    label = label_of(line)
    body, bullet = _body(line, label)
    roles = _opening(body)
    short = len(text) <= 45
    deadline = _DATE.fullmatch(body) or ("deadline" in roles and len(text) <= 160)
    agency = "agency" in roles and len(text) <= 300
    goal = "target" in roles or _GOAL.search(body[:200])
    seen = {
        "bullet": bullet,
        "ordinal": ordinal and ordinal.kind != "bullet",
        "number": _NUMBER.fullmatch(line),
        "deadline": deadline,
        "dated": not deadline and len(text) <= 200 and _DATED.search(line),
        "agency": agency,
        "doer": agency or (short and not bullet and _is_person(body)),
        "action": "task" in roles,
        "goal": goal,
        "aim": goal or ("task" not in roles and _PASSIVE.match(body)),
        "product": "product" in roles,
        "short": short,
        "long": len(text) > 110,
        "stop": line.endswith((".", ";", ":")),
        "heading": bold or (line.isupper() and len(line) > 5),
        "small": line[:1].islower(),
        "total": TOTAL.fullmatch(line),
        "appendix": len(text) > 2500 or _APPENDIX.match(line),
        "labelled": label and label.kind != "bullet" and label.rest and not ordinal,
    }
    return Look(tuple(trait for trait, found in seen.items() if found), ordinal, label)


def kind_of(role: str | None) -> str:
    """The kind of a column of this role."""
    return _KINDS.get(role or "", "other")


@lru_cache(maxsize=16384)
def signs_of(traits: tuple[str, ...], part: str) -> Signs:
    """The signs of a text with these traits that stands in a part of the table: a kind of column,
    "group", "title", or "outside" of it.

    >>> signs_of(("doer", "short"), "task")
    ('doer astray', 'short astray', 'in task')
    """
    homes = [(trait, *HOMES[trait]) for trait in traits if trait in HOMES]
    signs = [f"{trait} at home" for trait, home, _ in homes if part in home]
    signs += [f"{trait} astray" for trait, _, away in homes if part in away]
    if part not in _CLOSED:
        signs += [f"in {part}"] if part not in ("outside", "ordinal") else []
    elif _CLOSED[part].isdisjoint(traits):
        signs.append(f"stranger in {part}")
    return tuple(signs)


class Weights(dict[Signs, float]):
    """What signs weigh together, a logarithm of odds; a sign that is not known weighs nothing."""

    def __init__(self, known: Mapping[str, float]) -> None:
        super().__init__()
        self.known = known
        self.habit = known.get("habit", 0.0)

    def __missing__(self, signs: Signs) -> float:
        value = self[signs] = sum(self.known.get(sign, 0.0) for sign in signs)
        return value


@cache
def learned() -> Weights:
    """The weights of `corpora/models/dumps.tsv`, and those of headings, `headings.tsv`."""
    known = (*rows("models/dumps"), *rows("models/headings"))
    return Weights({row["sign"]: float(row["weight"]) for row in known})


def suits(text: str, role: str | None) -> float:
    """How well a text suits a column of this role; "group" and "outside" are such, too."""
    part = role if role in ("group", "outside") else kind_of(role)
    return learned()[signs_of(look(text).traits, part)]


def habit_traits(text: str) -> list[str]:
    """The traits by which the columns of one author differ: length, ending, first words."""
    line = " ".join(text.split())
    body, bullet = _body(line, label_of(line))
    words = body.lower().split()
    return [
        f"length {min(len(line) // 30, 5)}",
        f"end {line[-1:] if line[-1:] in '.;:' else ''}",
        f"bullet {bullet}",
        f"first {words[0] if words else ''}",
        f"second {' '.join(words[:2])}",
        f"share {'%' in line}",
    ]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a table's sure rows say about its columns: log odds of each trait in each column."""

    odds: Mapping[tuple[int, str], float]

    def scores(self, text: str, columns: int) -> list[float]:
        """How well `text` suits each of the columns."""
        if not self.odds:
            return [0.0] * columns
        traits = habit_traits(text)
        odds = self.odds
        totals = [sum(odds.get((column, t), 0.0) for t in traits) for column in range(columns)]
        return [max(-MOST, min(MOST, total)) for total in totals]


NO_HABITS = Habits({})


def habits_of(cells: Iterable[tuple[int, str]]) -> Habits:
    """Learnt from (column, text) of rows whose cells are beyond doubt."""
    counts: dict[int, Counter[str]] = {}
    sizes: Counter[int] = Counter()
    for column, text in cells:
        counts.setdefault(column, Counter()).update(habit_traits(text))
        sizes[column] += 1
    total = sum(sizes.values())
    if total < FEWEST:
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
            # Some imagined cells that are like all others keep rare traits from deciding.
            own = (counter[trait] + ALIKE * share) / (sizes[column] + ALIKE)
            odds[column, trait] = max(-MOST / 2, min(MOST / 2, log(own / share)))
    return Habits(odds)
