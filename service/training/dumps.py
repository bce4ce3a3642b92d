"""Learns how to tell the rows of a table that was flattened into a dump.

1. The lessons are tables flattened into dumps (`flattening`).
2. The weights (`corpora/models/dumps.tsv`) are those of a conditional random field over the
   decoder's own moves, with a normal prior around zero.
3. The scores (`corpora/scores/dumps.json`): each plan is left out in turn, with all that was drawn
   from it, and its tables are read from their dumps.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from extractor.structure.dumps.frame import ending
from extractor.structure.dumps.rows import decode_rows, lattice
from extractor.structure.evidence import Signs, Weights
from service.training import PLANS, ROOT, table_text, write_scores
from service.training.flattening import OUTSIDE, WAYS, DumpLesson, lessons

#: Tables drawn from the cells of each plan.
DRILLS = 60
_SEED, _ROUNDS, _PACE, _DIGITS = 0, 10, 0.1, 2
#: How firmly the weights are held at zero: the inverse of the variance of the prior.
_DOUBT = 0.05
#: Paths this much worse than the best are not learned from.
_BEAM = 9.0

Floats = NDArray[numpy.float64]
Whole = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Layer:
    """The moves to one unit, those to one state together: the state each comes from, where those
    to each state begin, the state each leads to, whether it is right; `first` is the number of
    the first."""

    source: Whole
    begins: Whole
    state: Whole
    right: NDArray[numpy.bool_]
    first: int

    def own(self, gains: Floats, only_right: bool) -> Floats:
        """What the moves gain; only the right ones gain anything, if so asked."""
        mine = gains[self.first : self.first + len(self.source)]
        return numpy.where(self.right, mine, -numpy.inf) if only_right else mine


@dataclass(frozen=True, slots=True)
class Field:
    """All moves through a lesson, and the signs of each: number of the move, sign, how often."""

    source: str
    layers: list[Layer]
    moves: int
    move: Whole
    sign: Whole
    times: Floats

    @classmethod
    def of(cls, lesson: DumpLesson, weights: Weights, number: dict[str, int]) -> "Field":
        """`number` has the signs seen so far, and gets those that are new."""
        found = lattice(lesson.units, lesson.frame, weights, lesson.habits, lesson.is_right, _BEAM)
        seen: list[tuple[int, int, float]] = []
        layers: list[Layer] = []
        moves = 0

        def add(signs: Iterable[Signs], habit: float = 0.0) -> None:
            nonlocal moves
            if habit:
                seen.append((moves, number.setdefault("habit", len(number)), habit))
            for one in signs:
                seen.extend((moves, number.setdefault(sign, len(number)), 1.0) for sign in one)
            moves += 1

        index = {state: at for at, state in enumerate(found[0])}
        for unit, layer in enumerate(found[1:]):
            first = moves
            edges = [
                (index[before], at, lesson.is_right(unit, move))
                for at, node in enumerate(layer.values())
                for before, move in node.edges
            ]
            for node in layer.values():
                for _, made in node.edges:
                    add((made.fit.signs, made.signs), made.fit.habit)
            source, state, right = (numpy.array(column) for column in zip(*edges, strict=True))
            begins = numpy.flatnonzero(numpy.diff(state, prepend=-1))
            layers.append(Layer(source, begins, state, right, first))
            index = {key: at for at, key in enumerate(layer)}
        first, last = moves, len(index)
        for kind, column, _ in index:
            add([ending(lesson.frame, 0, kind, column)])
        none = numpy.zeros(last, int)
        layers.append(Layer(numpy.arange(last), none[:1], none, numpy.ones(last, bool), first))
        move, sign, times = (numpy.array(column) for column in zip(*seen, strict=True))
        return cls(lesson.source, layers, moves, move, sign, times)

    def slope(self, weights: Floats) -> Floats:
        """How the log likelihood grows with each weight."""
        gains = self._gains(weights)
        share = self._shares(gains, True) - self._shares(gains, False)
        return _summed(self.sign, share[self.move] * self.times, len(weights))

    def _gains(self, weights: Floats) -> Floats:
        return _summed(self.move, weights[self.sign] * self.times, self.moves)

    def _sums(self, gains: Floats, only_right: bool) -> list[Floats]:
        """For each layer, the sums over all ways to its states, or over the right ones."""
        sums = [numpy.zeros(1)]
        with numpy.errstate(divide="ignore"):
            for layer in self.layers:
                ways = sums[-1][layer.source] + layer.own(gains, only_right)
                top = ways.max()
                here = numpy.add.reduceat(numpy.exp(ways - top), layer.begins)
                sums.append(top + numpy.log(here))
        return sums

    def _shares(self, gains: Floats, only_right: bool) -> Floats:
        """The share of all ways, or of the right ones, that each move has."""
        sums = self._sums(gains, only_right)
        total, rest = sums[-1][0], numpy.zeros(1)
        shares = numpy.zeros(len(gains))
        with numpy.errstate(divide="ignore"):
            for layer, before in zip(reversed(self.layers), reversed(sums[:-1]), strict=True):
                after = layer.own(gains, only_right) + rest[layer.state]
                own = slice(layer.first, layer.first + len(after))
                shares[own] = numpy.exp(before[layer.source] + after - total)
                top = after.max()
                here = numpy.exp(after - top)
                rest = top + numpy.log(_summed(layer.source, here, len(before)))
        return shares


def _summed(place: Whole, values: Floats, length: int) -> Floats:
    """The sum of the values of each place."""
    return numpy.bincount(place, values, length).astype(numpy.float64, copy=False)


def first_guess(sign: str) -> float:
    """Where learning begins: a text belongs at home, a number after the one before it, and
    whatever else is to be remarked is unusual."""
    if sign.endswith(" at home") or sign in ("ordinal next", "ordinal first"):
        return 2.0
    return 0.0 if sign.startswith("in ") else -1.5


class _Guess(dict[str, float]):
    """The first guess at every sign."""

    def get(self, sign: str, _default: object = None) -> float:
        return first_guess(sign)


def train(fields: Sequence[Field], signs: Sequence[str]) -> Floats:
    """The likeliest weights of `signs`, by steps after each lesson, each at its own pace."""
    draw = random.Random(_SEED)
    found = numpy.array([first_guess(sign) for sign in signs])
    pace = numpy.ones(len(signs))
    order = list(fields)
    steps = _ROUNDS * len(order)
    for step in range(steps):
        if step % len(order) == 0:
            draw.shuffle(order)
        slope = order[step % len(order)].slope(found) - _DOUBT / len(order) * found
        pace = 0.97 * pace + 0.03 * slope * slope
        found += _PACE * (1 - step / steps) * slope / (numpy.sqrt(pace) + 1e-3)
    return found


def fields_of(given: Sequence[DumpLesson]) -> tuple[list[Field], list[str]]:
    """All that the lessons show, with the names of the signs; what paths are worth a look is first
    guessed, then learned from some lessons."""
    number: dict[str, int] = {}
    some = [Field.of(lesson, Weights(_Guess()), number) for lesson in given[::8]]
    learned = train(some, list(number))
    weights = Weights(dict(zip(number, learned.tolist(), strict=True)))
    return [Field.of(lesson, weights, number) for lesson in given], list(number)


def table_of(signs: Sequence[str], weights: Floats) -> dict[str, float]:
    """The weight of each sign that has one."""
    rounded = (round(weight, _DIGITS) for weight in weights.tolist())
    return {sign: weight for sign, weight in zip(signs, rounded, strict=True) if weight}


def rows_right(given: Iterable[DumpLesson], weights: Mapping[str, float]) -> dict[str, float]:
    """The share of rows that come back from the dumps of each way."""
    right, rows = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0)
    for lesson in given:
        want: list[set[tuple[int, int]]] = []
        for index, place in enumerate(lesson.places):
            if place != OUTSIDE:
                want += [set()] if place[2] else []
                want[-1].add((index, place[1]))
        decoded = decode_rows(lesson.units, lesson.frame, lesson.habits, Weights(weights)).rows
        got = [{(i, c) for c, units in row.cells.items() for i in units} for row in decoded]
        right[lesson.way] += sum(row in got for row in want)
        rows[lesson.way] += len(want)
    return {way: round(right[way] / rows[way], 4) for way in WAYS if rows[way]}


def learn(given: Sequence[DumpLesson]) -> dict[str, float]:
    """The weights of the signs."""
    fields, signs = fields_of(given)
    return table_of(signs, train(fields, signs))


def main() -> None:
    """Writes weights and scores into `corpora/`."""
    given = [lesson for slug in PLANS for lesson in lessons(slug, DRILLS)]
    fields, signs = fields_of(given)
    known = table_of(signs, train(fields, signs))
    remarks = (
        "Weights of the signs by which the rows of a dump are told; logarithms of odds.",
        "Made by service/training/dumps.py from the sample plans, not by hand; 2026-11.",
    )
    (ROOT / "models" / "dumps.tsv").write_text(table_text(remarks, known), "utf-8")
    scores = {}
    for slug in PLANS:
        others = [one for one in fields if one.source != slug]
        own = lessons(slug, 0)
        scores[slug] = {
            "learned from": rows_right(own, known),
            "left out": rows_right(own, table_of(signs, train(others, signs))),
        }
    write_scores("dumps", scores)


if __name__ == "__main__":
    main()
