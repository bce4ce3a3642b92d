"""The moves of the row decoder: where the next cell of a table may go, and the signs of each.

A move is worth the sum of the weights of its signs: those of the text in its new place
(`evidence`), and those of what the move leaves empty (`frame`), ends or begins. The weights
(`corpora/models/dumps.tsv`) are learned from tables flattened into dumps.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from extractor.labels import RANK, Label
from extractor.structure.dumps.frame import (
    Frame,
    Unit,
    across,
    alone,
    barren,
    between,
    ending,
    over_all,
    unnumbered,
)
from extractor.structure.evidence import Habits, Look, Signs, Weights, signs_of

#: Ordinals of a lower rank than 1, 2, 3 stand above them.
NUMBERS = 6.0
_DIGITS = re.compile(r"\d+")

#: The last ordinal of each rank that is still open, from the outermost: (rank, numbers).
Stack = tuple[tuple[float, tuple[int, ...]], ...]
#: Where the last unit went: the kind of the row, its column, the ordinals that are open.
State = tuple[str, int, Stack]
START: State = ("start", -1, ())
OUT: State = ("out", 0, ())


class Fit(NamedTuple):
    """How well a text suits a part of the table: what that is worth, and by which signs; `habit`
    is how well it suits what the table's other rows have there."""

    worth: float
    signs: Signs
    habit: float = 0.0


class Move(NamedTuple):
    """To a state: what it gains by the fit of the text there and the signs of the move itself;
    `opens` says whether a row begins."""

    state: State
    gain: float
    fit: Fit
    signs: Signs
    opens: bool = False


@dataclass(slots=True)
class Step:
    """The moves to one unit."""

    frame: Frame
    unit: Unit
    seen: Look
    before: tuple[Unit, Look] | None
    habits: Habits
    weights: Weights
    fits: list[Fit] = field(init=False)
    group: Fit = field(init=False)
    title: Fit = field(init=False)
    outside: Fit = field(init=False)
    openings: dict[tuple[str, int, bool], list[tuple[int, float, Signs]]] = field(init=False)

    def __post_init__(self) -> None:
        kinds = self.frame.kinds
        habits = self.habits.scores(self.unit.text, len(kinds))
        self.fits = [self._fit(kind, habit) for kind, habit in zip(kinds, habits, strict=True)]
        self.group, self.title = self._fit("group"), self._fit("title")
        self.outside = self._fit("outside")
        self.openings = {}

    def _fit(self, part: str, habit: float = 0.0) -> Fit:
        signs = signs_of(self.seen.traits, part)
        return Fit(self.weights[signs] + self.weights.habit * habit, signs, habit)

    def _to(self, state: State, fit: Fit, signs: Signs = (), opens: bool = False) -> Move:
        return Move(state, fit.worth + self.weights[signs], fit, signs, opens)

    def moves(self, state: State) -> Iterator[Move]:
        """The moves that the unit may make after `state`."""
        kind, column, stack = state
        if kind == "out":
            yield self._to(state, self.outside)
            return
        frame, bars = self.frame, self.unit.bars
        if kind in ("cell", "parent") and not bars and column != frame.ordinal:
            fit = self.title if kind == "parent" else self.fits[column]
            yield self._to(state, fit, self._further(column))
        if kind == "cell":
            for target in range(column + 1, len(self.fits)):
                gap = between(frame, bars, column, target)
                yield self._to(("cell", target, stack), self.fits[target], gap)
        elif kind == "parent":
            yield from self._heading_goes_on(state)
        yield from self._rows(state)
        if kind != "start":
            yield self._to(OUT, self.outside, ending(frame, bars, kind, column))

    def _further(self, column: int) -> Signs:
        """The unit is a further line of the cell the last one is in."""
        assert self.before is not None
        before, was = self.before
        if self.seen.has("small"):
            return ()
        bullet, announced = self.seen.has("bullet"), before.text.endswith(":")
        if bullet and announced:
            return ("item announced",)
        if bullet and was.has("bullet"):
            # Authors mark and end the items of one list alike, but for the end of the last.
            ends = [text[-1] if text[-1] in ".;:" else "" for text in (before.text, self.unit.text)]
            ended = "item alike" if ends[0] == ends[1] or ends[0] == ";" else "item unlike"
            return (ended,) if before.text[0] == self.unit.text[0] else (ended, "bullet unlike")
        doers = self.frame.kinds[column] == "doer" and self.seen.has("doer") and was.has("doer")
        if bullet or announced or doers or before.text.endswith(","):
            return ("item first",)
        return ("line",)

    def _heading_goes_on(self, state: State) -> Iterator[Move]:
        _, column, stack = state
        roles = self.frame.roles
        if column == self.frame.ordinal:
            yield self._to(("parent", self.frame.title, stack), self.title)
        elif "deadline" in roles and column < (last := roles.index("deadline")):
            # A heading row may carry the deadline of all its rows.
            yield self._to(("parent", last, stack), self.fits[last])

    def _rows(self, state: State) -> Iterator[Move]:
        """The unit begins a new row."""
        kind, column, stack = state
        frame, bars, seen = self.frame, self.unit.bars, self.seen
        high = kind == "parent" and bool(stack) and stack[-1][0] < NUMBERS
        if frame.ordinal is not None and seen.ordinal is not None and seen.has("ordinal"):
            yield from self._numbered(state, high, frame.ordinal, seen.ordinal)
        begun = self.openings.get((kind, column, high))
        if begun is None:
            begun = self.openings[kind, column, high] = [
                (target, self.fits[target].worth + self.weights[signs], signs)
                for target, signs in unnumbered(frame, bars, kind, column, high)
            ]
        for target, gain, signs in begun:
            yield Move(("cell", target, stack), gain, self.fits[target], signs, True)
        # Below a heading without a number the numbers go on, or begin anew.
        grown: list[tuple[Stack, Signs]] = [(stack, ()), ((), ())] if stack else [((), ())]
        if seen.has("labelled") and seen.label:
            grown = [follow(stack, seen.label)]
        for target, signs in over_all(frame, bars, kind, column, high):
            for to, follows in grown:
                yield self._to(("group", target, to), self.group, (*follows, *signs), True)

    def _numbered(self, state: State, high: bool, column: int, label: Label) -> Iterator[Move]:
        """The unit is the number of a new row, or of a heading."""
        kind, last, stack = state
        grown, follows = follow(stack, label)
        under = barren(kind, high)
        if kind == "parent" and stack and rank_of(label) > stack[-1][0]:
            under = ("heading with rows",)
        gap = across(self.frame, self.unit.bars, kind, last, column)
        signs = (*follows, *under, *gap, *alone(self.frame, kind, last))
        upper = rank_of(label) < NUMBERS
        row = ("high row",) if upper and self.frame.nested else ()
        heading = ("high heading",) if upper else ("heading",)
        fit = self.fits[column]
        yield self._to(("cell", column, grown), fit, (*signs, *row), True)
        yield self._to(("parent", column, grown), fit, (*signs, *heading), True)


def rank_of(label: Label) -> float:
    """The level of a label: a lower one stands above a higher one."""
    return RANK[label.kind] + label.depth / 10


def numbers_of(label: Label) -> tuple[int, ...]:
    """The numbers of a label: 2.1 has (2, 1), II has (2,), b) has (2,)."""
    if label.kind == "decimal":
        return tuple(int(number) for number in _DIGITS.findall(label.text))
    return (label.value or 0,)


@lru_cache(maxsize=16384)
def follow(stack: Stack, label: Label) -> tuple[Stack, Signs]:
    """The open ordinals after `label`, and the sign of how it follows those before.

    >>> from extractor.labels import ordinal_of
    >>> one, two, nine = (ordinal_of(text) for text in ("1", "2", "9"))
    >>> stack, _ = follow((), one)
    >>> follow(stack, two)[1], follow(stack, nine)[1]
    (('ordinal next',), ('ordinal out of turn',))
    """
    rank, numbers = rank_of(label), numbers_of(label)
    above = tuple(entry for entry in stack if entry[0] < rank)
    same = next((entry[1] for entry in stack if entry[0] == rank), None)
    if same is None:
        fits = numbers[-1] == 1 and (above or not stack)
        sign = "ordinal first" if fits else "ordinal out of turn"
    elif numbers[:-1] != same[:-1]:
        fits = numbers[-1] == 1 and numbers[:-1] > same[:-1]
        sign = "ordinal first" if fits else "ordinal out of turn"
    else:
        sign = "ordinal next" if numbers[-1] == same[-1] + 1 else "ordinal out of turn"
    return (*above, (rank, numbers)), (sign,)
