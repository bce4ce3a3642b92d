"""The moves of the row decoder: where the next cell of a table may go, and what each costs.

All weights are logarithms of odds, as those of `evidence`; they are set by hand, on the sample
plans, and stand here in one place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from extractor.structure.dumps.evidence import Habits, Look, score
from extractor.structure.dumps.ordinals import Stack, follow, rank_of
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
_MERGED_INSIDE, _MERGED_INSIDE_EACH = 1.2, 0.7  # … between two cells of a row: rarer
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
NUMBERS = 6.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, or those between two bars; `bars` counts those between the last unit and it.

    `span` are the numbers of the first paragraph and of the one after the last.
    """

    text: str
    place: Place
    bars: int = 0
    bold: bool = False
    span: tuple[int, int] = (0, 0)


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


#: Where the last unit went: the kind of the row, its column, the ordinals that are open.
State = tuple[str, int, Stack]


@dataclass(slots=True)
class Step:
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
            leaves = _OUT + outside + end_cost(self.frame, kind, column)
            if self.unit.bars > (1 if kind != "cell" or column == last else 0):
                leaves += _OUT_BARS
            yield ("out", 0, ()), closing + leaves, False

    def _further(self, kind: str, column: int) -> float:
        """A further line of the cell the last unit is in."""
        assert self.before is not None
        before, was = self.before
        own = score(self.seen, "title") if kind == "parent" else self.fits[column]
        worth = _CONTINUED * own if own > 0 else own
        if self.seen.has("small"):
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
        return total + beside_cost(self.frame, self.unit.bars, column, target)

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

    def _rows(self, state: State, closing: float) -> Iterator[tuple[State, float, bool]]:
        """The unit begins a new row."""
        kind, column, stack = state
        frame, seen = self.frame, self.seen
        bars = self.unit.bars
        number = frame.ordinal
        high = kind == "parent" and bool(stack) and stack[-1][0] < NUMBERS
        barren = (_CHILDLESS_HIGH if high else _CHILDLESS) if kind == "parent" else 0.0
        if number is not None and seen.ordinal is not None and seen.has("ordinal"):
            grown, fit = follow(stack, seen.ordinal)
            child = bool(stack) and rank_of(seen.ordinal) > stack[-1][0]
            base = closing + fit + self.fits[number] + gap_cost(frame, bars, kind, column, number)
            if kind == "parent":
                base += _CHILD if child else barren
            upper = rank_of(seen.ordinal) < NUMBERS
            row = _HIGH_ROW if upper and frame.nested else 0.0
            yield ("cell", number, grown), base + row, True
            heading = _PARENT_HIGH if upper else _PARENT
            yield ("parent", number, grown), base + heading, True
        for target in range(len(frame.roles)):
            if target == number:
                continue
            start = closing + self.fits[target] + gap_cost(frame, bars, kind, column, target)
            start += _UNNUMBERED if high else 0.5 * barren
            yield ("cell", target, stack), start, True
        grown, fit = (stack, 0.0) if seen.label is None else follow(stack, seen.label)
        group = score(seen, "group") + (_HALF * fit if seen.has("labelled") else 0.0)
        empty = _EMPTY_GROUP / 2 if kind == "group" else barren
        if not seen.has("labelled"):
            grown = ()
        group += empty + gap_cost(frame, bars, kind, column, 0)
        yield ("group", 0, grown), closing + group, True


@lru_cache(maxsize=16384)
def beside_cost(frame: Frame, bars: int, column: int, target: int) -> float:
    """Minus the cost of the columns without text between two cells of a row."""
    printed = max(bars - 1, 0)
    costs = sorted((frame.skip(c) for c in range(column + 1, target)), reverse=True)
    if printed > len(costs):
        return -_BAR * (printed - len(costs))
    left = costs[printed:]
    merged = frame.marked and bool(left)
    cost = _MERGED_INSIDE + _MERGED_INSIDE_EACH * len(left) if merged else sum(left)
    return -cost - _PRINTED_EMPTY * printed


@lru_cache(maxsize=16384)
def gap_cost(frame: Frame, bars: int, kind: str, column: int, target: int) -> float:
    """Minus the cost of the columns without text, where a row ends after `column` and the next
    begins with `target`."""
    whole = kind in ("start", "group", "parent")
    tail = range(0) if whole else range(column + 1, len(frame.roles))
    head = range(target)
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
    after, before = tail[printed:], head[max(printed - len(tail), 0) :]
    total -= sum(frame.skip(c) for c in after if frame.skip(c) < _NEEDED)
    return total + _early(frame, after) - sum(frame.skip(c) for c in before)


def _early(frame: Frame, columns: Sequence[int]) -> float:
    """Minus the cost of a row that ends before `columns`."""
    needed = sum(frame.skip(c) >= _NEEDED for c in columns)
    return -(_EARLY + _EARLY_EACH * needed) if needed else 0.0


def end_cost(frame: Frame, kind: str, column: int) -> float:
    """Minus the cost of what is left undone where the table ends after a unit in `column`."""
    if kind in ("group", "parent"):
        return _EMPTY_GROUP
    return _early(frame, range(column + 1, len(frame.roles))) if kind == "cell" else 0.0
