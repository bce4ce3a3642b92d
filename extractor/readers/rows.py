"""The rows of a table that has none: cells stand one below the other, in a line each or between
bars, and the decoder finds the likeliest rows.

A dynamic program runs over the units (lines or delimited cells). A state says where the last
unit went: which column of a row, a heading over a group, or outside the table. A move to the next
unit is scored by how well its text fits the column (`evidence`), how well its ordinal follows
those before it, and by what the move leaves empty. All moves are weighed at once: the best path
gives the rows, and the share of all paths that agree with it how sure each row is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import exp, inf, log

from extractor.readers.evidence import NO_HABITS, Habits, Look, look, score
from extractor.readers.ordinals import Stack, follow, rank_of
from models.provenance import Place

#: What it costs that a column has no text of its own, by its role.
SKIP = {
    "ordinal": 2.4,  # numbers are lost where Word numbers by itself
    "subject": 1.6,
    "target": 1.6,
    "task": 3.2,
    "lead": 3.0,
    "coordinating": 1.4,
    "product": 1.6,
    "deadline": 2.4,
    "indicator_base": 1.5,
    "note": 0.05,  # nearly always empty
    "budget": 0.6,
    "legal_basis": 0.8,
    "": 0.8,
}
#: Columns of a lower cost may be empty at the end of a row without any sign.
_NEEDED = 1.0
# A row that ends early (a cell is merged with the one above), and each column it lacks.
_EARLY, _EARLY_EACH = 2.2, 0.7
# The same where the dump prints the bars of empty cells, so that nothing else can be meant.
_MERGED, _MERGED_EACH = 0.8, 0.4
_BAR = 4.0  # a bar that no empty cell explains
_NO_BREAK = 7.0  # a new row where the dump marks rows and has no mark
_PRINTED_EMPTY = 0.2  # an empty cell whose bar is printed
# A further line of the same cell: the first item after a colon or without one, the rest of a
# sentence, anything else.
_ANNOUNCED, _FIRST_ITEM, _REST, _LINE = 1.0, -2.2, 0.8, -4.0
# A further item of a list: authors end the items of one list alike, but for the last.
_ITEM_ALIKE, _ITEM_LAST, _ITEM_UNLIKE = 0.3, 0.0, -0.7
_CONTINUED = 0.5  # the weight of what speaks for a further line; what speaks against has all
_ITEM_OPENS = -0.6  # an item that opens the next cell although items of this one go before
_DENIED = -2.5  # … or although this one ends with the colon that announces it
_PARENT, _PARENT_HIGH = -1.2, 0.8  # a numbered heading row; one numbered I, II or A, B
_HIGH_ROW = -2.5  # a row numbered I, II where others are numbered 1, 2
_UNNUMBERED = 2.0  # after I, II: the only row of its group often has no number
_CHILD, _CHILDLESS, _CHILDLESS_HIGH = 1.6, -3.5, -1.8  # what follows a heading row
_LONELY = -4.0  # a row of nothing but its number
_EMPTY_GROUP = -3.0  # a heading row with nothing below it
_HALF = 0.5  # of the score of an ordinal where it stands before the words of its cell
_OUT = -0.8  # the table ends
_OUT_BARS = -2.5  # … although its bars go on
#: Ordinals of a lower rank than 1, 2, 3 stand above them.
_NUMBERS = 6.0
#: Paths this much worse than the best are given up; edges, for the certainty.
_BEAM = 12.0
_WIDTH = 48


@dataclass(frozen=True, slots=True)
class Unit:
    """A line, or the text between two bars; `bars` counts those between the last unit and it.

    `rest` says that by its wrap it goes on with the unit before.
    """

    text: str
    place: Place
    bars: int = 0
    bold: bool = False
    rest: bool = False
    lines: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of the table: the roles of its columns, whether bars stand between its
    cells, whether two bars in a row end a row, and whether it numbers both I, II and 1, 2."""

    roles: tuple[str | None, ...]
    barred: bool = False
    marked: bool = False
    nested: bool = False

    @property
    def ordinal(self) -> int | None:
        return self.roles.index("ordinal") if "ordinal" in self.roles else None

    @property
    def title(self) -> int:
        """The column in which a numbered heading stands."""
        number = self.ordinal
        return 0 if number is None else (number + 1 if number + 1 < len(self.roles) else 0)

    def skip(self, column: int) -> float:
        return SKIP.get(self.roles[column] or "", SKIP[""])


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


State = tuple[str, int, Stack]
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

    >>> frame = Frame(("ordinal", "task", "lead", "deadline"))
    >>> cells = "1|Rà soát văn bản|Sở Tư pháp|Quý I|2|Báo cáo|Sở Nội vụ|Năm 2024".split("|")
    >>> [sorted(row.cells) for row in decode_rows([Unit(c, Place()) for c in cells], frame).rows]
    [[0, 1, 2, 3], [0, 1, 2, 3]]
    """
    frame = replace(frame, nested=_nests(units))
    layers: list[dict[State, _Node]] = [{_START: _Node(0.0, None, False, 0.0, [])}]
    previous: tuple[Unit, Look] | None = None
    for unit in units:
        seen = look(unit.text, unit.bold)
        step = _Step(frame, unit, seen, previous, habits)
        layer: dict[State, _Node] = {}
        for state, node in layers[-1].items():
            for target, gain, opens in step.moves(state):
                if gain == -inf:
                    continue
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
        if len(kept) > _WIDTH:
            kept = sorted(kept, key=lambda item: -item[1].best)[:_WIDTH]
        layers.append(dict(kept))
        if all(state[0] == "out" for state, _ in kept):
            break
        previous = (unit, seen)
    return _trace(layers, frame)


def _nests(units: Sequence[Unit]) -> bool:
    """Whether there are ordinals of both kinds, I and 1."""
    ranks = {
        rank_of(o) < _NUMBERS for u in units if len(u.text) < 8 and (o := look(u.text).ordinal)
    }
    return len(ranks) == 2


def _log_add(a: float, b: float) -> float:
    high, low = (a, b) if a > b else (b, a)
    return high + log(1.0 + exp(low - high)) if high - low < 30 else high


@dataclass(slots=True)
class _Step:
    """The moves to one unit."""

    frame: Frame
    unit: Unit
    seen: Look
    before: tuple[Unit, Look] | None
    habits: Habits
    fits: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.fits = [
            score(self.seen, role) + self.habits.score(self.unit.text, column)
            for column, role in enumerate(self.frame.roles)
        ]

    def moves(self, state: State) -> Iterator[tuple[State, float, bool]]:
        """The states the unit may be in after `state`, with score and whether a row begins."""
        kind, column, stack = state
        outside = score(self.seen, "outside")
        if kind == "out":
            yield state, outside, False
            return
        last = len(self.frame.roles) - 1
        if kind in ("cell", "parent"):
            if not self.unit.bars and column != self.frame.ordinal:
                yield state, self._further(kind, column), False
            if kind == "cell":
                for target in range(column + 1, last + 1):
                    yield ("cell", target, stack), self._beside(column, target), False
            else:
                yield from self._heading_goes_on(column, stack)
        closing = self._closing(kind, column)
        yield from self._rows(state, closing)
        if kind != "start":
            leaves = _OUT + outside + self._unfinished(kind)
            if self.unit.bars > (1 if kind != "cell" or column == last else 0):
                leaves += _OUT_BARS
            yield ("out", 0, ()), closing + leaves + self._cut(kind, column), False

    def _further(self, kind: str, column: int) -> float:
        """A further line of the cell the last unit is in."""
        assert self.before is not None
        before, was = self.before
        own = score(self.seen, "title") if kind == "parent" else self.fits[column]
        worth = _CONTINUED * own if own > 0 else own
        if self.unit.rest or self.seen.has("small"):
            return _REST + max(worth, -1.0)
        announced = before.text.endswith(":")
        if self.seen.has("bullet"):
            if announced:
                return _ANNOUNCED + worth
            return (self._item(before.text) if was.has("bullet") else _FIRST_ITEM) + worth
        if announced or before.text.endswith(",") or self._another_doer(column):
            return _FIRST_ITEM + worth
        return _LINE + min(worth, 1.0)

    def _another_doer(self, column: int) -> bool:
        """Whether both lines name agencies or persons, in a column of such."""
        assert self.before is not None
        named = all(s.has("agency") or s.has("person") for s in (self.seen, self.before[1]))
        return named and self.frame.roles[column] in ("lead", "coordinating")

    def _item(self, before: str) -> float:
        """How well the item goes with the item `before` it in one list."""
        ends = [text[-1] if text[-1] in ".;:" else "" for text in (before, self.unit.text)]
        if ends[0] == ends[1]:
            return _ITEM_ALIKE
        return _ITEM_LAST if ends[0] == ";" else _ITEM_UNLIKE

    def _beside(self, column: int, target: int) -> float:
        """The unit is the next cell of the row, or one further to the right."""
        total = self.fits[target]
        if self.before and self.seen.has("bullet") and not self.unit.bars:
            total += _DENIED if self.before[0].text.endswith(":") else 0.0
            total += _ITEM_OPENS if self.before[1].has("bullet") else 0.0
        missing = range(column + 1, target)
        printed = max(self.unit.bars - 1, 0)
        if printed > len(missing):
            return total - _BAR * (printed - len(missing))
        costs = sorted((self.frame.skip(c) for c in missing), reverse=True)
        extra = 1.0 if self.frame.marked else 0.0
        for cost in costs[printed:]:
            total -= cost + extra
        return total - _PRINTED_EMPTY * printed

    def _heading_goes_on(self, column: int, stack: Stack) -> Iterator[tuple[State, float, bool]]:
        frame = self.frame
        if column == frame.ordinal:
            yield ("parent", frame.title, stack), score(self.seen, "title"), False
        elif "deadline" in frame.roles and column < (last := frame.roles.index("deadline")):
            # A heading row may carry the deadline of all its rows.
            yield ("parent", last, stack), self.fits[last] - SKIP["subject"], False

    def _closing(self, kind: str, column: int) -> float:
        """What it costs to end the row here, apart from the cells it lacks."""
        lonely = kind in ("cell", "parent") and column == self.frame.ordinal
        return _LONELY if lonely else 0.0

    def _cut(self, kind: str, column: int) -> float:
        """Minus the cost of the cells that the last row lacks."""
        if kind != "cell":
            return 0.0
        lacks = [
            c for c in range(column + 1, len(self.frame.roles)) if self.frame.skip(c) >= _NEEDED
        ]
        return -(_EARLY + _EARLY_EACH * len(lacks)) if lacks else 0.0

    def _unfinished(self, kind: str) -> float:
        return _EMPTY_GROUP if kind in ("group", "parent") else 0.0

    def _rows(self, state: State, closing: float) -> Iterator[tuple[State, float, bool]]:
        """The unit begins a new row."""
        kind, column, stack = state
        frame, seen = self.frame, self.seen
        whole = kind in ("start", "group", "parent")
        tail = [] if whole else list(range(column + 1, len(frame.roles)))
        number = frame.ordinal
        high = kind == "parent" and bool(stack) and stack[-1][0] < _NUMBERS
        barren = (_CHILDLESS_HIGH if high else _CHILDLESS) if kind == "parent" else 0.0
        if number is not None and seen.ordinal is not None and seen.has("ordinal"):
            grown, fit = follow(stack, seen.ordinal)
            child = bool(stack) and rank_of(seen.ordinal) > stack[-1][0]
            base = closing + fit + self.fits[number] + self._gap(tail, range(number), kind)
            if kind == "parent":
                base += _CHILD if child else barren
            upper = rank_of(seen.ordinal) < _NUMBERS
            row = _HIGH_ROW if upper and frame.nested else 0.0
            yield ("cell", number, grown), base + row, True
            heading = _PARENT_HIGH if upper else _PARENT
            yield ("parent", number, grown), base + heading, True
        for target in range(len(frame.roles)):
            if target == number:
                continue
            start = closing + self.fits[target] + self._gap(tail, range(target), kind)
            start += _UNNUMBERED if high else 0.5 * barren
            yield ("cell", target, stack), start, True
        grown, fit = (stack, 0.0) if seen.label is None else follow(stack, seen.label)
        group = score(seen, "group") + (_HALF * fit if seen.has("labelled") else 0.0)
        empty = _EMPTY_GROUP / 2 if kind == "group" else barren
        if not seen.has("labelled"):
            grown = ()
        yield ("group", 0, grown), closing + group + empty + self._gap(tail, range(0), kind), True

    def _gap(self, tail: Sequence[int], head: Sequence[int], kind: str) -> float:
        """Minus the cost of the columns that the row above and the new one leave without text."""
        frame, bars = self.frame, self.unit.bars
        printed = 0
        if kind != "start" and frame.barred:
            printed = bars - 2 if frame.marked else bars - 1
            if printed < 0:
                return -_NO_BREAK
        missing = len(tail) + len(head)
        if kind in ("group", "parent") and printed > missing:
            return 0.0  # the empty cells beside a heading
        if printed > missing:
            return -_BAR * min(printed - missing, 3)
        total = -_PRINTED_EMPTY * printed
        if frame.marked:
            merged = missing - printed
            return total - (_MERGED + _MERGED_EACH * merged if merged else 0.0)
        left_tail = list(tail)[min(printed, len(tail)) :]
        left_head = list(head)[max(printed - len(tail), 0) :]
        needed = sum(frame.skip(c) >= _NEEDED for c in left_tail)
        if needed:
            total -= _EARLY + _EARLY_EACH * needed
        total -= sum(frame.skip(c) for c in left_tail if frame.skip(c) < _NEEDED)
        return total - sum(frame.skip(c) for c in left_head)


def _trace(layers: list[dict[State, _Node]], frame: Frame) -> Decoding:
    final = layers[-1]

    def ended(state: State) -> float:
        kind, column, _ = state
        if kind in ("group", "parent"):
            return _EMPTY_GROUP
        if kind == "cell":
            needed = sum(frame.skip(c) >= _NEEDED for c in range(column + 1, len(frame.roles)))
            return -(_EARLY + _EARLY_EACH * needed) if needed else 0.0
        return 0.0

    state: State | None = max(final, key=lambda s: final[s].best + ended(s))
    assert state is not None
    total = final[state].best + ended(state)
    path: list[tuple[State, bool]] = []
    for layer in reversed(layers[1:]):
        assert state is not None
        node = layer[state]
        path.append((state, node.opens))
        state = node.back
    path.reverse()
    shares = _shares(layers, [s for s, _ in path], {s: ended(s) for s in final})
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
