"""The rows of a table that has none: cells stand one below the other, in a line each or between
bars, and the decoder finds the likeliest rows.

A dynamic program runs over the units (lines or delimited cells). A state says where the last
unit went: which column of a row, a heading over a group, or outside the table. All moves
(`moves`) are weighed at once: the best path gives the rows, and the share of all paths that agree
with it how sure each row is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import exp, inf, log

from corpora.tables import threshold
from extractor.structure.dumps.frame import Frame, Unit, ending
from extractor.structure.dumps.moves import (
    NUMBERS,
    OUT,
    START,
    Move,
    State,
    Step,
    rank_of,
)
from extractor.structure.evidence import NO_HABITS, Habits, Look, Weights, learned, look

#: Paths this much worse than the best are given up.
_BEAM = threshold("dumps.beam")
#: The table has ended where it is that much likelier.
_ENDED = 16.0
#: States kept at a unit, times the columns: it bounds the time that a unit may take.
_WIDTH = 200


@dataclass(slots=True)
class DecodedRow:
    """A decoded row: `kind` is cell, parent (number and title) or group (one cell over all);
    `cells` maps a column to the numbers of its units."""

    kind: str
    cells: dict[int, list[int]] = field(default_factory=dict)
    certainty: float = 1.0


@dataclass(slots=True)
class Decoding:
    """The rows, the number of units that belong to the table, and the score of the path."""

    rows: list[DecodedRow]
    used: int
    score: float


@dataclass(slots=True)
class Node:
    """A state that a unit may be in, and the moves that lead there: from which state, with what
    gain. `best` is the gain of the best path, `every` that of all together."""

    best: float
    back: State | None
    opens: bool
    every: float
    edges: list[tuple[State, Move]] = field(default_factory=list)
    right: bool = False


Layer = dict[State, Node]
#: Whether a move to the unit of this number is right, where that is known.
Judge = Callable[[int, Move], bool]


def decode_rows(
    units: Sequence[Unit],
    frame: Frame,
    habits: Habits = NO_HABITS,
    weights: Weights | None = None,
) -> Decoding:
    """The likeliest rows of `units`, which begin below the heading of the table.

    >>> from models.provenance import Place
    >>> frame = Frame(("ordinal", "task", "lead", "deadline"))
    >>> cells = "1|Rà soát văn bản|Sở Tư pháp|Quý I|2|Báo cáo|Sở Nội vụ|Năm 2024".split("|")
    >>> [sorted(row.cells) for row in decode_rows([Unit(c, Place()) for c in cells], frame).rows]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    weights = learned() if weights is None else weights
    layers = lattice(units, frame, weights, habits)
    ends = {state: weights[ending(frame, 0, state[0], state[1])] for state in layers[-1]}
    state: State | None = max(ends, key=lambda s: layers[-1][s].best + ends[s])
    assert state is not None
    total = layers[-1][state].best + ends[state]
    path: list[tuple[State, bool]] = []
    for layer in reversed(layers[1:]):
        assert state is not None
        path.append((state, layer[state].opens))
        state = layer[state].back
    path.reverse()
    shares = _shares(layers, [s for s, _ in path], ends)
    rows: list[DecodedRow] = []
    used = 0
    for index, ((kind, column, _), opens) in enumerate(path):
        if kind == "out":
            break
        if opens:
            rows.append(DecodedRow(kind))
        rows[-1].cells.setdefault(column, []).append(index)
        rows[-1].certainty = min(rows[-1].certainty, shares[index])
        used = index + 1
    return Decoding(rows, used, total)


def lattice(
    units: Sequence[Unit],
    frame: Frame,
    weights: Weights,
    habits: Habits = NO_HABITS,
    judge: Judge | None = None,
    beam: float = _BEAM,
) -> list[Layer]:
    """The states that each unit may be in, after the start. Where it is known what is right, right
    moves are always kept."""
    numbered, nested = _numbering(units)
    frame = replace(frame, numbered=numbered, nested=nested)
    width = max(_WIDTH // len(frame.roles), 10)
    layers: list[Layer] = [{START: Node(0.0, None, False, 0.0, right=True)}]
    previous: tuple[Unit, Look] | None = None
    for number, unit in enumerate(units):
        seen = look(unit.text, unit.bold)
        step = Step(frame, unit, seen, previous, habits, weights)
        layer: Layer = {}
        top = -inf
        for state, node in layers[-1].items():
            for move in step.moves(state):
                total = node.best + move.gain
                right = judge is not None and node.right and judge(number, move)
                if total <= top - beam and not right:
                    continue
                # Whether the table has ended shows later: what is inside is not measured by what
                # is not.
                if total > top and move.state != OUT:
                    top = total
                found = layer.get(move.state)
                if found is None:
                    found = Node(total, state, move.opens, node.every + move.gain)
                    layer[move.state] = found
                else:
                    found.every = _log_add(found.every, node.every + move.gain)
                    if total > found.best:
                        found.best, found.back, found.opens = total, state, move.opens
                found.edges.append((state, move))
                found.right = found.right or right
        kept = sorted(
            ((s, n) for s, n in layer.items() if n.best > top - beam or n.right),
            key=lambda item: (not item[1].right, -item[1].best),
        )[:width]
        layers.append(dict(kept))
        if OUT in layer and layer[OUT].best > top + _ENDED:
            break
        previous = (unit, seen)
    return layers


def _numbering(units: Sequence[Unit]) -> tuple[bool, bool]:
    """Whether there are ordinals, and whether of both kinds, I and 1."""
    labels = [look(unit.text).ordinal for unit in units if len(unit.text) < 8]
    ranks = [rank_of(label) < NUMBERS for label in labels if label]
    return len(ranks) > 1, len(set(ranks)) > 1


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high


def _shares(
    layers: Sequence[Layer], path: Sequence[State], ends: dict[State, float]
) -> list[float]:
    """For each unit, the share of all paths that put it into the same column as `path` does."""
    after = dict(ends)
    shares: list[float] = []
    for layer, chosen in zip(reversed(layers), reversed(path), strict=False):
        whole = max(node.every + after[state] for state, node in layer.items() if state in after)
        mine = every = 0.0
        below: dict[State, float] = {}
        for state, node in layer.items():
            if state not in after:
                continue
            share = exp(node.every + after[state] - whole)
            every += share
            mine += share if state[:2] == chosen[:2] else 0.0
            for source, move in node.edges:
                value = move.gain + after[state]
                below[source] = _log_add(below[source], value) if source in below else value
        shares.append(mine / every)
        after = below
    shares.reverse()
    return shares
