"""Learns what the signs weigh: those of what a table lists, of what a row is, of a row that a page
has cut, of a duty.

The lessons are what was judged of issued plans and of generated ones (`judgements`), and rows cut
where a page might end (`breaks`). The weights (`corpora/models/signs.tsv`) are the likeliest of a
log-linear model: the chance of a kind grows with the weights of the signs that speak for it. Each
sign weighs one before anything is seen. The scores (`corpora/scores/signs.json`) are those of each
paper with weights that have not seen it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import cast, get_args

import numpy
from numpy.typing import NDArray

from corpora.signs import ALWAYS, Decision, signs
from service.training import ROOT, breaks, write_scores
from service.training.judgements import Lesson, lessons

#: How firmly each weight is held at one: the inverse of the variance of the prior.
_DOUBT = 0.3
_PRIOR, _DIGITS = 1.0, 2
#: Steps of Newton's method, and the change at which it rests.
_STEPS, _REST = 50, 1e-6
#: Papers that were generated: never left out, never scored.
GENERATED = "forge"

Weights = dict[Decision, dict[str, float]]
Given = Mapping[Lesson, int]


def known() -> Counter[Lesson]:
    """All lessons of all decisions."""
    return lessons() + Counter(breaks.lessons())


def learn(given: Given) -> Weights:
    """The weights of the signs of each decision."""
    return {decision: _learn(decision, given) for decision in get_args(Decision)}


def _learn(decision: Decision, given: Given) -> dict[str, float]:
    """The likeliest weights, by Newton's method; a sign that no lesson shows keeps its one."""
    every = signs(decision)
    kinds = sorted({sign.kind for sign in every.values()})
    speaks = numpy.array([[sign.kind == kind for kind in kinds] for sign in every.values()], float)
    own = [(one, times) for one, times in given.items() if one.decision == decision]
    shown = numpy.zeros((len(own), len(every)))
    number = {name: at for at, name in enumerate(every)}
    for row, (lesson, _) in zip(shown, own, strict=True):
        for name in (ALWAYS, *lesson.signs):
            row[number[name]] += 1
    right = numpy.array([[one.kind == kind for kind in kinds] for one, _ in own], float)
    times = numpy.array([times for _, times in own], float)
    weights = numpy.full(len(every), _PRIOR)
    for _ in range(_STEPS):
        chance = _chances(shown @ (weights[:, None] * speaks))
        slope = ((right - chance) @ speaks.T * shown * times[:, None]).sum(0)
        slope -= _DOUBT * (weights - _PRIOR)
        share = chance @ speaks.T * shown
        curve = numpy.diag(_DOUBT + numpy.zeros(len(every)))
        curve += speaks @ speaks.T * (share.T @ (shown * times[:, None]))
        curve -= share.T @ (share * times[:, None])
        step = numpy.linalg.solve(curve, slope)
        weights += step * min(1.0, 1.0 / max(abs(step).max(), _REST))
        if abs(step).max() < _REST:
            break
    return {
        name: round(float(weight), _DIGITS) for name, weight in zip(every, weights, strict=True)
    }


def _chances(sums: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    grown = numpy.exp(sums - sums.max(1, keepdims=True))
    return cast("NDArray[numpy.float64]", grown / grown.sum(1, keepdims=True))


def told(weights: Mapping[str, float], lesson: Lesson) -> str:
    """The kind that the weights tell of what a lesson shows."""
    every, sums = signs(lesson.decision), defaultdict[str, float](float)
    for name in (ALWAYS, *lesson.signs):
        sums[every[name].kind] += weights[name]
    return max(sums, key=sums.__getitem__)


def without(given: Given, document: str) -> Counter[Lesson]:
    """The lessons that other papers give."""
    return Counter({one: times for one, times in given.items() if one.document != document})


def right(weights: Weights, shown: Given) -> tuple[int, int]:
    """How many lessons the weights tell right, and of how many."""
    hits = sum(
        times for one, times in shown.items() if told(weights[one.decision], one) == one.kind
    )
    return hits, sum(shown.values())


def left_out(given: Given) -> dict[str, Counter[Lesson]]:
    """The lessons of each issued paper."""
    found: dict[str, Counter[Lesson]] = defaultdict(Counter)
    for one, times in given.items():
        if not one.document.startswith(GENERATED):
            found[one.document][one] = times
    return found


def table_of(weights: Weights) -> str:
    """The weights as a table."""
    lines = [
        f"{decision}\t{sign.kind}\t{name}\t{weights[decision][name]:g}"
        for decision in weights
        for name, sign in signs(decision).items()
    ]
    head = (
        "# What each sign weighs for its kind. Made by service/training/signs.py, not by hand.",
        "decision\tkind\tsign\tweight",
    )
    return "\n".join((*head, *lines)) + "\n"


def scores_of(given: Given) -> dict[str, dict[str, object]]:
    """For each decision how many lessons of issued papers are told right: by all weights, and by
    those that have not seen the paper."""
    whole = learn(given)
    papers = left_out(given)
    blind = {document: learn(without(given, document)) for document in papers}
    found: dict[str, dict[str, object]] = {}
    for decision in get_args(Decision):
        mine = {
            document: Counter({o: n for o, n in own.items() if o.decision == decision})
            for document, own in papers.items()
        }
        mine = {document: own for document, own in mine.items() if own}
        seen = [right(whole, own) for own in mine.values()]
        unseen = {document: right(blind[document], own) for document, own in mine.items()}
        total = sum(of for _, of in seen)
        found[decision] = {
            "papers": len(mine),
            "lessons": total,
            "right": round(sum(hits for hits, _ in seen) / total, 4),
            "right_left_out": round(sum(hits for hits, _ in unseen.values()) / total, 4),
            "missed": {d: of - hits for d, (hits, of) in unseen.items() if hits < of},
        }
    return found


def main() -> None:
    """Writes weights and scores into `corpora/`."""
    given = known()
    (ROOT / "models" / "signs.tsv").write_text(table_of(learn(given)), "utf-8")
    write_scores("signs", scores_of(given))


if __name__ == "__main__":
    main()
