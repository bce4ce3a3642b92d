"""Whether two tasks are the same: the same act on the same thing, at one step, on one level.

Likeness of words does not tell it. Each task is read as deeds (`extractor.language.deeds`); the two
that fit best are laid side by side, a row of several items by the item that leads it or makes up
much of it. What agrees and what does not are signs with weights (`corpora/models/pairs.tsv`),
learned by `service.training.pairs` from pairs that a reader has judged.

>>> plan = Words("Xây dựng Kế hoạch kiểm tra công tác CCHC của tỉnh năm 2023", unit="vn-86")
>>> other = Words("Tham mưu UBND tỉnh ban hành Kế hoạch kiểm tra cải cách hành chính", unit="vn-75")
>>> judged(plan, other).label
'same'
>>> verdict = judged(plan, Words("Kiểm tra công tác cải cách hành chính", unit="vn-75"))
>>> verdict.label, verdict.reason
('similar', 'cùng việc với kiểm tra cải cách hành chính; khác bước: lập kế hoạch, kiểm tra')
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Literal

from corpora.tables import rows, threshold
from extractor.language.deed_words import sectors_of
from extractor.language.deeds import Deed, deeds, items, told
from service.comparison.likeness import (
    begins,
    cosine,
    head,
    missing,
    opening,
    restricting,
    run,
    shared,
    spoken,
    vector,
)

Label = Literal["same", "similar", "different"]
TABLE = "models/pairs"
ALWAYS = "always"
#: The signs with which two tasks are not the same, whatever else agrees.
BARS = ("levels differ", "nation against own", "plans of other acts", "of one sector")
_SIDES = ("a", "b")


@dataclass(frozen=True, slots=True)
class Words:
    """What a task says, as far as it is compared; `unit` is an id (`vn-86`) or a name."""

    text: str
    group: str = ""
    product: str = ""
    lead: str = ""
    deadline: str = ""
    unit: str = ""
    year: str = ""

    @property
    def record(self) -> tuple[object, ...]:
        """What decides of a task, however it is worded: deeds, product, whose it is."""
        return self.deeds, self.product, _rank(self.lead) if self.lead else "", national(self.unit)

    @property
    def deeds(self) -> tuple[Deed, ...]:
        return deeds(self._broken, self.product or None)

    @property
    def itemised(self) -> str:
        """The items of the text, without the words that only lead up to them."""
        return "\n".join(items(self._broken))

    @property
    def _broken(self) -> str:
        """The text with its line breaks."""
        return self.text.replace("\\n", "\n") if "\\" in self.text else self.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two tasks are to each other; `score` is the chance, 0 to 1, that they are the same."""

    label: Label
    score: float
    reason: str


@cache
def _weights() -> tuple[dict[str, float], dict[str, float]]:
    """What each sign weighs for the same task, and for the same matter at least."""
    table = rows(TABLE)
    return tuple({r["sign"]: float(r[column]) for r in table} for column in ("same", "matter"))  # type: ignore[return-value]


def judged(one: Words, other: Words) -> Verdict:
    """What two tasks are to each other, how surely, and why."""
    if not (one.deeds and other.deeds):
        return Verdict("different", 0.0, "không có chữ để so")
    fit = fitting(one.deeds, other.deeds)
    shown = signs(one, other, fit)
    same, matter = (_chance(weights, shown) for weights in _weights())
    bound = threshold("pairs.same")
    if any(shown[bar] for bar in BARS):
        same = min(same, bound / 2)  # below all that may be the same
    label: Label = "different"
    if same >= bound:
        label = "same"
    elif matter >= threshold("pairs.matter"):
        label = "similar"
    return Verdict(label, round(same, 3), _reason(label, fit, shown))


def _chance(weights: Mapping[str, float], shown: Mapping[str, float]) -> float:
    total = weights[ALWAYS] + sum(weights[sign] * value for sign, value in shown.items())
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class Fit:
    """The two deeds that fit best of those that may stand for their tasks.

    `aside` is how much better a deed fits that is one of many; `leading` is whether both lead
    their rows.
    """

    one: Deed
    other: Deed
    aside: float
    alone: bool
    leading: bool


#: The share of a row from which an item that does not lead it stands for it.
_HALF = 0.4
#: The acts that are almost the same, or follow one another in one task.
_NEAR = frozenset(
    frozenset(pair.split())
    for pair in (
        "issue build", "build improve", "issue improve", "issue revise", "improve revise",
        "review improve", "review revise", "train tell", "assess survey", "check urge",
        "operate improve", "support build", "build try",
    )
)  # fmt: skip
_UNLIKE = 0.4
_CARRY = frozenset({"carry"})


def standing(row: Sequence[Deed]) -> list[Deed]:
    """The deeds that stand for a row: the one that leads it, and each that is much of it."""
    return [deed for deed in row if deed is row[0] or deed.share >= _HALF or len(row) == 2]


def fitting(one: Sequence[Deed], other: Sequence[Deed]) -> Fit:
    """The deeds of two tasks that are laid side by side."""
    best, chosen, outside = -1.0, (one[0], other[0]), 0.0
    mine, theirs = standing(one), standing(other)
    for first in one:
        for second in other:
            stands = first in mine and second in theirs
            score = cosine(vector(first), vector(second)) * (0.6 + 0.4 * acts(first, second))
            score *= 1.0 if _steps(first) & _steps(second) else 0.7
            if not stands:
                outside = max(outside, score)
            elif score > best:
                best, chosen = score, (first, second)
    leading = chosen == (one[0], other[0])
    return Fit(*chosen, max(0.0, outside - best), len(one) == len(other) == 1, leading)


def acts(one: Deed, other: Deed) -> float:
    """How far the acts of two deeds agree, from 0 to 1."""
    if _other_plans(one, other):
        return _UNLIKE
    mine, theirs = ({*deed.acts, *deed.inner} - _CARRY for deed in (one, other))
    if not (mine or theirs):
        return 0.8
    if not (mine and theirs):
        return 0.45
    if not (shared := mine & theirs):
        return 0.4 if any(frozenset((a, b)) in _NEAR for a in mine for b in theirs) else 0.0
    return 0.7 * len(shared) / min(len(mine), len(theirs)) + 0.3 * len(shared) / len(mine | theirs)


def _other_plans(one: Deed, other: Deed) -> bool:
    """Whether both are plans, but of other acts: "kế hoạch" and "kế hoạch kiểm tra" of the same."""
    mine, theirs = (set(deed.inner) - _CARRY for deed in (one, other))
    return one.step == other.step == "plan" and bool(mine or theirs) and not mine & theirs


def _steps(deed: Deed) -> set[str]:
    """The steps of a deed: "xây dựng và thực hiện kế hoạch" is two."""
    both = deed.step in ("plan", "norm") and "carry" in deed.acts
    return {deed.step, "do"} if both else {deed.step}


def signs(one: Words, other: Words, fit: Fit) -> dict[str, float]:
    """What agrees between two tasks, and what does not; each from 0 to about 1."""
    first, second = fit.one, fit.other
    mine, theirs = vector(first), vector(second)
    likeness, agree = cosine(mine, theirs), acts(first, second)
    alike = shared(one.deeds, other.deeds)
    heads = cosine(head(first), head(second))
    step = bool(_steps(first) & _steps(second))
    levels = _levels(one, first), _levels(other, second)
    apart = bool(levels[0] and levels[1] and not levels[0] & levels[1])
    together = agree * (1.0 if step else 0.5)
    papers = [{number for deed in words.deeds for number in deed.papers} for words in (one, other)]
    nation = national(one.unit), national(other.unit)
    made = bool(first.made and second.made)
    return {
        "deed": likeness * together * (0.5 if apart else 1.0),
        "thing with act": heads * together,
        "thing with first act": heads * float(_leading(first) == _leading(second)),
        "things begin alike": float(begins(first, second) and begins(second, first)),
        "first words of things": cosine(head(first, _FIRST), head(second, _FIRST)),
        "one thing opens the other": opening(first, second),
        "words shared": alike,
        "words shared with act": alike * agree * step,
        "run of words": run(spoken(one.itemised), spoken(other.itemised)),
        "each lacks words": min(missing(mine, theirs), missing(theirs, mine)),
        "modifiers of one": heads
        * together
        * max(restricting(first, second), restricting(second, first)),
        "sector of one": heads * float(bool(_fields(first)) != bool(_fields(second))),
        "of one sector": float(
            _confined(first, other.deeds) != _confined(second, one.deeds)
            and heads * agree > _ALIKE / 2
            and max(restricting(first, second), restricting(second, first)) > _MUCH
        ),
        "for whom differs": heads * float(bool((first.sectors ^ second.sectors) & _PARTIES)),
        "part of a row": 1 - min(first.share, second.share),
        "both lead their rows": float(fit.leading),
        "fits better aside": fit.aside,
        "step": float(step),
        "both check": float(first.step == second.step == "check"),
        "acts": agree,
        "one names no act": float(not all(d.acts or d.inner for d in (first, second))),
        "same acts inside": float(set(first.inner) - _CARRY == set(second.inner) - _CARRY),
        "plans of other acts": float(_other_plans(first, second)),
        "kinds differ": float(first.form != second.form),
        "same made": float(made and first.made == second.made),
        "another made": float(made and first.made != second.made),
        "levels differ": float(apart),
        "nation against local": float(None not in nation and nation[0] != nation[1]),
        "one is of the nation": float(("nation" in first.levels) != ("nation" in second.levels)),
        "nation against own": float(_national(first, second) or _national(second, first)),
        "lead of another rank": float(
            bool(one.lead and other.lead) and _rank(one.lead) != _rank(other.lead)
        ),
        "same paper": float(bool(papers[0] & papers[1])),
        "another paper": float(all(papers) and not papers[0] & papers[1]),
    }


#: How many words of a thing are its first.
_FIRST = 4
#: The share of modifiers from which they confine a thing.
_MUCH = 0.2

#: What is called a sector but is only whom something is for.
_WHOM = frozenset({"firms", "citizens", "officials", "population", "budget"})
#: For whom a thing is, so that it is another where it is for others.
_PARTIES = frozenset({"firms", "officials"})


def _fields(deed: Deed) -> frozenset[str]:
    """The sectors that a deed is of; whom it is for is none."""
    return deed.sectors - _WHOM


def _confined(deed: Deed, others: Sequence[Deed]) -> bool:
    """Whether modifiers confine a deed to a sector, where the other task is of none."""
    return bool(sectors_of(deed.detail) - _WHOM) and not any(map(_fields, others))


def _national(one: Deed, other: Deed) -> bool:
    """Whether a deed is the country's, by its words, and the other the unit's own."""
    return set(one.levels) == {"nation"} and "own" in other.levels and "nation" not in other.levels


def _leading(deed: Deed) -> str:
    """The first act of a deed that says what is done."""
    return next((act for act in (*deed.acts, *deed.inner) if act not in _CARRY), "")


_NATION = re.compile(
    r"\s*(?:vn$|trung ương|chính phủ|thủ tướng|quốc hội|bộ\s|cả nước)", re.IGNORECASE
)
_EACH = re.compile(r"\s*(?:các|thủ trưởng|từng|mọi)\b", re.IGNORECASE)
_BELOW = re.compile(r"xã, phường|các xã|các huyện|cấp (?:xã|huyện)", re.IGNORECASE)


def _levels(words: Words, deed: Deed) -> set[str]:
    """Whose matter a deed is; where it does not tell, its product does."""
    made = deeds(words.product) if words.product and not deed.levels else ()
    return {level for one in (deed, *made) for level in one.levels if level != "nation"}


def national(unit: str) -> bool | None:
    """Whether a unit is the country; None where no unit is told."""
    return bool(_NATION.match(unit)) if unit else None


def _rank(lead: str) -> str:
    if _EACH.match(lead):
        return "each"
    return "below" if _BELOW.search(lead) else "one"


#: How many words of a thing are told, and the likeness from which it is called the same.
_TOLD, _ALIKE = 9, 0.5


def _reason(label: Label, fit: Fit, shown: Mapping[str, float]) -> str:
    """Why, in Vietnamese: what is the same first, then what is not."""
    first, second = fit.one, fit.other
    alike = cosine(vector(first), vector(second)) >= _ALIKE
    agree = shown["acts"] > _ALIKE and shown["step"]
    parts = [
        f"cùng việc: {_named(first)}"
        if agree and (alike or label == "same")
        else f"cùng việc với {_thing(first)}"
        if alike
        else f"khác việc: {_named(first)} ≠ {_named(second)}"
    ]
    if not shown["step"]:
        parts.append(f"khác bước: {told('step')[first.step]}, {told('step')[second.step]}")
    elif shown["plans of other acts"]:
        parts.append("kế hoạch của việc khác")
    elif alike and shown["acts"] <= _ALIKE and label != "same":
        parts.append(f"khác cách làm: {_acts(first)}, {_acts(second)}")
    if any(shown[sign] for sign in ("levels differ", "nation against own", "lead of another rank")):
        parts.append("khác cấp")
    if shown["nation against local"]:
        parts.append("một bên là việc của trung ương")
    if shown["of one sector"]:
        parts.append("một bên chỉ của một ngành, lĩnh vực")
    if shown["another paper"]:
        parts.append("khác văn bản được thực hiện")
    if fit.aside:
        parts.append("chỉ là một trong nhiều việc của dòng gộp")
    elif not fit.alone and label == "same":
        parts.append("việc đứng đầu hoặc chiếm nửa dòng gộp")
    return "; ".join(parts)


def _acts(deed: Deed) -> str:
    known = told("act")
    return " và ".join(known[act] for act in (deed.acts or deed.inner)[:2]) or "không nêu"


def _thing(deed: Deed) -> str:
    words = deed.thing.split()
    return " ".join(words[:_TOLD]) + (" …" if len(words) > _TOLD else "")


def _named(deed: Deed) -> str:
    verb = _acts(deed) if deed.acts else ""
    made = deed.made if deed.made and deed.made != deed.object else ""
    return " ".join(part for part in (verb, made, _thing(deed)) if part).replace(" ,", ",")


class MissingColumns(ValueError):
    """The table lacks columns that a pair cannot be read without."""


def verdicts(table: Path) -> Iterator[Verdict]:
    """The verdict on each pair of a table, in its order.

    The table is tab-separated UTF-8 with a header; columns are those of `Words` with `_a` and
    `_b` behind, of which only `text_a` and `text_b` must be there; others are not looked at.
    Quotation marks are those of the text, but for names of columns.
    Lines that begin with # are remarks. A line break in a cell is written `\\n`. Raises
    MissingColumns, and OSError or UnicodeError where the file cannot be read.
    """
    names = [field.name for field in fields(Words)]
    with table.open(encoding="utf-8-sig") as lines:
        content = (
            line.rstrip("\n").split("\t")
            for line in lines
            if line.strip("\n") and not line.startswith("#")
        )
        columns = [name.strip(' "').lower() for name in next(content, [])]
        missing = [f"text_{side}" for side in _SIDES if f"text_{side}" not in columns]
        if missing:
            raise MissingColumns(", ".join(missing))
        for cells in content:
            pair = dict(zip(columns, cells, strict=False))
            one, other = (
                Words(**{name: pair.get(f"{name}_{side}", "").strip() for name in names})
                for side in _SIDES
            )
            yield judged(one, other)
