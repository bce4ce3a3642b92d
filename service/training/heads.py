"""Learns how to tell which heads stand over which sub-heads, where a table was flattened with its
heading.

1. The lessons are the headings of the sample plans, and others of one level and of two, drawn from
   the known wordings (`corpora/columns.tsv`), over tables drawn from a plan's cells (`flattening`).
2. The weights are those of a log-linear model of the guesses at a heading, given how well the rows
   below are told by each; they are written into `corpora/models/headings.tsv`.
3. The scores (`corpora/scores/headings.json`): each plan is left out in turn, with all that was
   drawn from it.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import numpy
from numpy.typing import NDArray

from corpora.columns import headings
from extractor.columns import role_of
from extractor.structure.dumps.frame import Frame, Unit
from extractor.structure.dumps.heads import YEAR, guesses
from extractor.structure.dumps.rows import decode_rows
from extractor.structure.evidence import Signs, Weights
from extractor.structure.headers import ROOFS
from models.provenance import Place
from service.training import PLANS, ROOT, table_text, write_scores
from service.training.flattening import FORMS, Sample, drawn, flattened, pools, samples

#: Headings drawn from the cells of each plan.
DRILLS = 150
_SEED = 0
#: They are drawn from what was known by this day: a wording more draws no other headings.
_WORDINGS = "2026-11-29"
_WAYS = ("lines", "bars")
#: How firmly the weights are held at zero: the inverse of the variance of the prior.
_DOUBT = 0.5
_STEPS, _PACE, _DIGITS = 300, 0.05, 2
#: How often what can stand under a roof does; how often a wording is not known; how often figures
#: are drawn; how often the same stands under the next year, or in one head with it.
_TWO, _STRANGE, _FIGURED, _SAME = 0.6, 0.1, 0.3, 0.5
#: Guesses beyond these, those with the fewest roofs first, are not weighed.
_MOST = 24
#: What stands together under one roof, and the role of the roof; figures stand under a year.
_ROOFED = {
    ("lead", "coordinating"): "agency_group", ("lead", "coordinating", "approver"): "agency_group",
    ("start", "deadline"): "time_group",
}  # fmt: skip
_FIGURES = (
    ("subject", "indicator_base", "indicator_base", "target", "target"),
    ("subject", "unit", "indicator_base", "indicator_base", "lead"),
    ("task", "target", "target", "deadline"),
    ("subject", "indicator_base", "indicator_base", "indicator_base", "note"),
)
_YEARS = (
    "Năm {year}", "Kết quả năm {year}", "Kế hoạch năm {year}", "Chỉ tiêu đến năm {year}",
    "Giai đoạn {year}-{last}",
)  # fmt: skip
_STRANGERS = ("Căn cứ", "Màu", "Hình thức", "Mã số", "Đối tượng", "Phạm vi", "Mức độ", "Cấp")

Floats = NDArray[numpy.float64]
Columns = tuple[tuple[int, int | None], ...]


@dataclass(frozen=True, slots=True)
class HeadingLesson:
    """A heading: the signs of each guess at its columns, how well the rows are told by it, and
    whether it is right."""

    signs: tuple[Signs, ...]
    told: tuple[float, ...]
    right: tuple[bool, ...]

    def hit(self, weights: Weights) -> bool:
        """Whether the likeliest guess is right."""
        sums = [weights[signs] + told for signs, told in zip(self.signs, self.told, strict=True)]
        return self.right[max(range(len(sums)), key=sums.__getitem__)]


def lessons(slug: str, drills: int) -> Iterator[HeadingLesson]:
    """The headings of a plan, and as many drawn ones as `drills` says."""
    draw = random.Random(_SEED)
    plan = samples(slug)
    for sample in plan:
        for way in _WAYS:
            yield from _lesson(sample, way, *printed(sample.headings))
    known = pools(plan)
    for number in range(drills):
        way = _WAYS[number % len(_WAYS)]
        sample = drawn(draw, known, slug, way, _FIGURES if draw.random() < _FIGURED else FORMS)
        yield from _lesson(sample, way, *_heading(draw, sample.roles))


def printed(headings: Sequence[str]) -> tuple[list[str], Columns]:
    """The heads and sub-heads of a table's headings ("A / B" where B stands below A).

    >>> printed(["STT", "Cơ quan / Chủ trì", "Cơ quan / Phối hợp", "Thời hạn"])
    (['STT', 'Cơ quan', 'Thời hạn', 'Chủ trì', 'Phối hợp'], ((0, None), (1, 3), (1, 4), (2, None)))
    """
    parted = [heading.partition(" / ")[::2] for heading in headings]
    heads = [head for head, _ in groupby(parted, key=lambda parts: parts[0])]
    subs = [sub for _, sub in parted if sub]
    at = -1
    columns: list[tuple[int, int | None]] = []
    for _, some in groupby(parted, key=lambda parts: parts[0]):
        at += 1
        for _, sub in some:
            below = len(heads) + sum(s is not None for _, s in columns)
            columns.append((at, below if sub else None))
    return heads + subs, tuple(columns)


def _lesson(
    sample: Sample, way: str, texts: Sequence[str], right: Columns
) -> Iterator[HeadingLesson]:
    """The guesses at a heading over the rows of a table; one that allows a single guess teaches
    nothing."""
    bars = int(way == "bars")
    heads = [Unit(text, Place(), bars if at else 0) for at, text in enumerate(texts)]
    plans = guesses(heads, None)[:_MOST]
    hits = tuple(plan.columns == right for plan in plans)
    if len(plans) == 1 or not any(hits):
        return
    units = flattened(sample, way).units
    told = [
        max(decode_rows(units, Frame(roles, bool(bars))).score for roles in plan.readings)
        for plan in plans
    ]
    yield HeadingLesson(tuple(plan.signs for plan in plans), tuple(told), hits)


def _heading(draw: random.Random, roles: Sequence[str | None]) -> tuple[list[str], Columns]:
    """The heads and, behind them, the sub-heads over columns of these roles; and which of them
    stand over each column."""
    heads: list[str] = []
    subs: list[str] = []
    columns: list[tuple[int, int | None]] = []
    before: dict[tuple[str | None, ...], list[str]] = {}
    year = draw.randint(2021, 2026)
    at = 0
    while at < len(roles):
        under, roof = _roof_at(draw, roles[at:], year)
        if under and (under not in before or draw.random() > _SAME):
            before[under] = _distinct(draw, under)
        if under and draw.random() < _TWO:
            heads.append(roof)
            columns += [(len(heads) - 1, len(subs) + n) for n in range(len(under))]
            subs += before[under]
            at += len(under)
            year += 1
            continue
        if under and draw.random() < _SAME:  # both in one head: "Năm 2023 - Điểm số"
            columns += [(len(heads) + n, None) for n in range(len(under))]
            heads += [f"{roof} - {word}" for word in before[under]]
            at += len(under)
            year += 1
            continue
        strange = draw.random() < _STRANGE and roles[at] not in ("ordinal", "task", "subject")
        heads.append(draw.choice(_STRANGERS if strange else _wordings(roles[at])))
        columns.append((len(heads) - 1, None))
        at += 1
    right = ((head, None if sub is None else len(heads) + sub) for head, sub in columns)
    return heads + subs, tuple(right)


def _roof_at(
    draw: random.Random, roles: Sequence[str | None], year: int
) -> tuple[tuple[str | None, ...], str]:
    """The first columns that may stand under one roof, and the words of the roof."""
    for under, roof in _ROOFED.items():
        if tuple(roles[: len(under)]) == under:
            known = draw.random() > _STRANGE
            return under, draw.choice(_wordings(roof) if known else _STRANGERS)
    same = 1
    while same < len(roles) and roles[same] == roles[0] in ("indicator_base", "target"):
        same += 1
    words = draw.choice(_YEARS).format(year=year, last=year + 5)
    return (tuple(roles[:same]), words) if same > 1 else ((), "")


def _distinct(draw: random.Random, roles: Sequence[str | None]) -> list[str]:
    """Wordings of sub-heads, none twice; those of goals are those of figures."""
    words: list[str] = []
    for role in roles:
        known = _wordings("indicator_base" if role == "target" else role)
        words.append(draw.choice([w for w in known if w not in words and not YEAR.search(w)]))
    return words


@cache
def _wordings(role: str | None) -> list[str]:
    """The known wordings of this role, a roof or none."""
    if role in ROOFS:
        known = [one.text for one in headings(_WORDINGS) if role in (one.role, *one.others)]
    else:
        roofs = {one.text for one in headings(_WORDINGS) if ROOFS & {one.role, *one.others}}
        known = [
            one.text for one in headings(_WORDINGS) if one.role == role and one.text not in roofs
        ]
    return [
        text
        for text in known
        if len(text) < 40 and (found := role_of(text)) and role in (found.name, *found.others)
    ]


def learn(given: Sequence[HeadingLesson]) -> dict[str, float]:
    """The likeliest weights of the signs."""
    names = sorted({sign for one in given for signs in one.signs for sign in signs})
    number = {sign: at for at, sign in enumerate(names)}
    shown = [
        numpy.array([[signs.count(name) for name in names] for signs in one.signs], float)
        for one in given
    ]
    weights = numpy.zeros(len(number))
    pace = numpy.ones(len(names))
    for _ in range(_STEPS):
        slope = -_DOUBT * weights
        for one, signs in zip(given, shown, strict=True):
            sums = signs @ weights + numpy.array(one.told)
            slope += (_chances(sums, numpy.array(one.right)) - _chances(sums)) @ signs
        pace = 0.9 * pace + 0.1 * slope * slope
        weights += _PACE * slope / (numpy.sqrt(pace) + 1e-3)
    return {name: w for name, w in zip(names, weights.round(_DIGITS).tolist(), strict=True) if w}


def _chances(sums: Floats, among: NDArray[numpy.bool_] | None = None) -> Floats:
    """The chance of each guess, or of those that are right."""
    grown: Floats = numpy.exp(sums - sums.max()) * (1.0 if among is None else among)
    total: float = grown.sum()
    return grown / max(total, 1e-300)


def chance_right(given: Iterable[HeadingLesson], weights: Mapping[str, float]) -> float:
    """The mean chance that the right guesses have."""
    known = Weights(weights)
    shares = []
    for one in given:
        sums = numpy.array([known[signs] for signs in one.signs]) + numpy.array(one.told)
        shares.append(float(_chances(sums)[numpy.array(one.right)].sum()))
    return sum(shares) / len(shares)


def told_right(given: Sequence[HeadingLesson], weights: Mapping[str, float]) -> float:
    """The share of headings whose likeliest guess is right."""
    known = Weights(weights)
    return round(sum(one.hit(known) for one in given) / len(given), 4)


def main() -> None:
    """Writes weights and scores into `corpora/`."""
    given = {slug: list(lessons(slug, DRILLS)) for slug in PLANS}
    known = learn([one for slug in PLANS for one in given[slug]])
    remarks = (
        "Weights of the signs of heads that stand over sub-heads in a dump; logarithms of odds.",
        "Made by service/training/heads.py, not by hand; 2026-11.",
    )
    (ROOT / "models" / "headings.tsv").write_text(table_text(remarks, known), "utf-8")
    scores = {}
    for slug in PLANS:
        others = learn([one for other in PLANS if other != slug for one in given[other]])
        ways = {"learned from": known, "left out": others, "without weights": {}}
        scores[slug] = {"headings": len(given[slug])} | {
            way: told_right(given[slug], weights) for way, weights in ways.items()
        }
    write_scores("headings", scores)


if __name__ == "__main__":
    main()
