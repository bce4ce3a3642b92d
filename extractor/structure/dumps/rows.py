"""The rows of a table that has none: cells stand one below the other, in a line each or between
bars, and the decoder finds the likeliest rows.

A dynamic program runs over the units (lines or delimited cells). A state says where the last
unit went: which column of a row, a heading over a group, or outside the table. A move to the next
unit is scored by how well its text fits the column (`evidence`), how well its ordinal follows
those before it, and by what the move leaves empty. All moves are weighed at once: the best path
gives the rows, and the share of all paths that agree with it how sure each row is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp, inf, log

from extractor.structure.dumps.evidence import NO_HABITS, Habits, Look, look
from extractor.structure.dumps.moves import NUMBERS, Frame, State, Step, Unit, end_cost
from extractor.structure.dumps.ordinals import rank_of

#: Paths this much worse than the best are given up.
_BEAM = 8.0
#: States kept at a unit, times the columns: it bounds the time that a unit may take.
_WIDTH = 200


@dataclass(slots=True)
class Row:
    """A decoded row: `kind` is cell, parent (number and title) or group (one cell over all);
    `cells` maps a column to the numbers of its units."""

    kind: str
    cells: dict[int, list[int]] = field(default_factory=dict)
    certainty: float = 1.0


@dataclass(slots=True)
class Decoding:
    """The rows, the number of units that belong to the table, and the score of the path."""

    rows: list[Row]
    used: int
    score: float


_START: State = ("start", -1, ())


@dataclass(slots=True)
class _Node:
    best: float
    back: State | None
    opens: bool
    alpha: float
    edges: list[tuple[State, float]]


def decode_rows(units: Sequence[Unit], frame: Frame, habits: Habits = NO_HABITS) -> Decoding:
    """The likeliest rows of `units`, which begin below the heading of the table.

    >>> from models.provenance import Place
    >>> frame = Frame(("ordinal", "task", "lead", "deadline"))
    >>> cells = "1|Rà soát văn bản|Sở Tư pháp|Quý I|2|Báo cáo|Sở Nội vụ|Năm 2024".split("|")
    >>> [sorted(row.cells) for row in decode_rows([Unit(c, Place()) for c in cells], frame).rows]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    frame = replace(frame, nested=_nests(units))
    width = max(_WIDTH // len(frame.roles), 10)
    layers: list[dict[State, _Node]] = [{_START: _Node(0.0, None, False, 0.0, [])}]
    previous: tuple[Unit, Look] | None = None
    for unit in units:
        seen = look(unit.text, unit.bold)
        step = Step(frame, unit, seen, previous, habits)
        layer: dict[State, _Node] = {}
        for state, node in layers[-1].items():
            for target, gain, opens in step.moves(state):
                total = node.best + gain
                found = layer.get(target)
                if found is None:
                    layer[target] = _Node(total, state, opens, node.alpha + gain, [(state, gain)])
                    continue
                found.alpha = _log_add(found.alpha, node.alpha + gain)
                found.edges.append((state, gain))
                if total > found.best:
                    found.best, found.back, found.opens = total, state, opens
        top = max(node.best for node in layer.values())
        kept = [(s, n) for s, n in layer.items() if n.best > top - _BEAM]
        if len(kept) > width:
            kept = sorted(kept, key=lambda item: -item[1].best)[:width]
        layers.append(dict(kept))
        if all(state[0] == "out" for state, _ in kept):
            break
        previous = (unit, seen)
    return _trace(layers, frame)


def _nests(units: Sequence[Unit]) -> bool:
    """Whether there are ordinals of both kinds, I and 1."""
    ranks = {rank_of(o) < NUMBERS for u in units if len(u.text) < 8 and (o := look(u.text).ordinal)}
    return len(ranks) == 2


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high


def _trace(layers: list[dict[State, _Node]], frame: Frame) -> Decoding:
    final = layers[-1]

    ends = {state: end_cost(frame, state[0], state[1]) for state in final}
    state: State | None = max(final, key=lambda s: final[s].best + ends[s])
    assert state is not None
    total = final[state].best + ends[state]
    path: list[tuple[State, bool]] = []
    for layer in reversed(layers[1:]):
        assert state is not None
        node = layer[state]
        path.append((state, node.opens))
        state = node.back
    path.reverse()
    shares = _shares(layers, [s for s, _ in path], ends)
    rows: list[Row] = []
    used = 0
    for index, ((kind, column, _), opens) in enumerate(path):
        if kind == "out":
            break
        if opens:
            rows.append(Row(kind))
        rows[-1].cells.setdefault(column, []).append(index)
        rows[-1].certainty = min(rows[-1].certainty, shares[index])
        used = index + 1
    return Decoding(rows, used, total)


def _shares(
    layers: list[dict[State, _Node]], path: Sequence[State], ended: dict[State, float]
) -> list[float]:
    """For each unit, the share of all paths that put it into the same column as `path` does."""
    beta: dict[State, float] = dict(ended)
    shares: list[float] = []
    for index in range(len(layers) - 1, 0, -1):
        layer = layers[index]
        mine = others = -inf
        below: dict[State, float] = {}
        for state, node in layer.items():
            after = beta.get(state, -inf)
            if after == -inf:
                continue
            weight = node.alpha + after
            if state[:2] == path[index - 1][:2]:
                mine = _log_add(mine, weight) if mine > -inf else weight
            else:
                others = _log_add(others, weight) if others > -inf else weight
            for source, gain in node.edges:
                value = gain + after
                below[source] = _log_add(below[source], value) if source in below else value
        shares.append(1.0 if others == -inf else 1.0 / (1.0 + exp(min(others - mine, 50.0))))
        beta = below
    shares.reverse()
    return shares
