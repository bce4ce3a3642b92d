"""The moves of the row decoder: where the next cell of a table may go, and what each costs.

The weights are logarithms of odds, as those of `evidence`, and stand beside them in
`corpora/models/dumps.tsv`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from extractor.structure.dumps.evidence import Habits, Look, Sign, Weights, part_of
from extractor.structure.dumps.ordinals import Stack, follow, rank_of
from models.provenance import Place

#: Ordinals of a lower rank than 1, 2, 3 stand above them.
NUMBERS = 6.0
#: Columns that a row has, unless a cell above reaches down into it.
NEEDED = frozenset(
    {"ordinal", "subject", "target", "task", "lead", "coordinating", "product", "deadline"}
    | {"indicator_base"}
)
_OFTEN_EMPTY = frozenset({"note", "budget", "legal_basis"})


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

    def empty(self, column: int) -> Sign:
        """The sign that a column has no text of its own."""
        role = self.roles[column]
        return ("empty", role if role in _OFTEN_EMPTY or role in NEEDED else "other")


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
    weights: Weights
    fits: list[float] = field(init=False)
    outside: float = field(init=False)
    group: float = field(init=False)
    title: float = field(init=False)

    def __post_init__(self) -> None:
        score = self.weights.score
        self.fits = [
            score(self.seen, part_of(role)) + self.habits.score(self.unit.text, column)
            for column, role in enumerate(self.frame.roles)
        ]
        self.outside, self.group, self.title = (
            score(self.seen, part) for part in ("outside", "group", "title")
        )

    def moves(self, state: State) -> Iterator[tuple[State, float, bool]]:
        """The states the unit may be in after `state`, with score and whether a row begins."""
        kind, column, stack = state
        if kind == "out":
            yield state, self.outside, False
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
        lonely = kind in ("cell", "parent") and column == self.frame.ordinal
        closing = self.weights["row", "number alone"] if lonely else 0.0
        yield from self._rows(state, closing)
        if kind != "start":
            leaves = self.weights["outside", "table ends"] + self.outside
            leaves += end_cost(self.weights, self.frame, kind, column)
            if self.unit.bars > (1 if kind != "cell" or column == last else 0):
                leaves += self.weights["outside", "bars go on"]
            yield ("out", 0, ()), closing + leaves, False

    def _further(self, kind: str, column: int) -> float:
        """A further line of the cell the last unit is in; what speaks for it by its look counts
        half, since it would as well be a cell of the next row."""
        assert self.before is not None
        before, was = self.before
        own = self.title if kind == "parent" else self.fits[column]
        worth = 0.5 * own if own > 0 else own
        announced = before.text.endswith(":")
        if self.seen.has("small"):
            how = "rest of a sentence"
            worth = max(worth, -1.0)
        elif self.seen.has("bullet"):
            item = self._item(before.text) if was.has("bullet") else "first item"
            how = "announced" if announced else item
        elif announced or before.text.endswith(",") or self._another_doer(column):
            how = "first item"
        else:
            how = "line"
            worth = min(worth, 1.0)
        return self.weights["more", how] + worth

    def _another_doer(self, column: int) -> bool:
        """Whether both lines name agencies or persons, in a column of such."""
        assert self.before is not None
        named = all(s.has("agency") or s.has("person") for s in (self.seen, self.before[1]))
        return named and self.frame.roles[column] in ("lead", "coordinating")

    def _item(self, before: str) -> str:
        """How the item goes with the item `before` it: authors end those of one list alike."""
        ends = [text[-1] if text[-1] in ".;:" else "" for text in (before, self.unit.text)]
        if ends[0] == ends[1]:
            return "item alike"
        return "item after ;" if ends[0] == ";" else "item unlike"

    def _beside(self, column: int, target: int) -> float:
        """The unit is the next cell of the row, or one further to the right."""
        total = self.fits[target]
        if self.before and self.seen.has("bullet") and not self.unit.bars:
            if self.before[0].text.endswith(":"):
                total = total + self.weights["beside", "item announced"]
            if self.before[1].has("bullet"):
                total = total + self.weights["beside", "item after an item"]
        return total + beside_cost(self.weights, self.frame, self.unit.bars, column, target)

    def _heading_goes_on(self, column: int, stack: Stack) -> Iterator[tuple[State, float, bool]]:
        frame = self.frame
        if column == frame.ordinal:
            yield ("parent", frame.title, stack), self.title, False
        elif "deadline" in frame.roles and column < (last := frame.roles.index("deadline")):
            # A heading row may carry the deadline of all its rows.
            yield (
                ("parent", last, stack),
                self.fits[last] + self.weights["heading", "with deadline"],
                False,
            )

    def _rows(self, state: State, closing: float) -> Iterator[tuple[State, float, bool]]:
        """The unit begins a new row."""
        kind, column, stack = state
        frame, seen, known = self.frame, self.seen, self.weights
        bars = self.unit.bars
        number = frame.ordinal
        high = kind == "parent" and bool(stack) and stack[-1][0] < NUMBERS
        barren = unnumbered = 0.0
        if kind == "parent":
            barren = known["heading", "I of nothing" if high else "of nothing"]
            # The only row of a group I often has no number.
            unnumbered = known["row", "after heading I" if high else "after heading 1"]
        if number is not None and seen.ordinal is not None and seen.has("ordinal"):
            grown, how = follow(stack, seen.ordinal)
            base = closing + known["follow", how] + self.fits[number]
            base = base + gap_cost(known, frame, bars, kind, column, number)
            if kind == "parent":
                child = bool(stack) and rank_of(seen.ordinal) > stack[-1][0]
                base = base + (known["heading", "with a child"] if child else barren)
            upper = rank_of(seen.ordinal) < NUMBERS
            row = known["row", "numbered I"] if upper and frame.nested else 0.0
            yield ("cell", number, grown), base + row, True
            heading = known["heading", "numbered I" if upper else "numbered 1"]
            yield ("parent", number, grown), base + heading, True
        for target in range(len(frame.roles)):
            if target != number:
                start = closing + self.fits[target] + unnumbered
                start = start + gap_cost(known, frame, bars, kind, column, target)
                yield ("cell", target, stack), start, True
        group = closing + self.group + gap_cost(known, frame, bars, kind, column, 0)
        group = group + (known["heading", "of a group of nothing"] if kind == "group" else barren)
        grown = ()
        if seen.label is not None and seen.has("labelled"):
            grown, how = follow(stack, seen.label)
            # Half as much is known by an ordinal that stands before the words of its cell.
            group = group + 0.5 * known["follow", how]
        yield ("group", 0, grown), group, True


@lru_cache(maxsize=16384)
def beside_cost(weights: Weights, frame: Frame, bars: int, column: int, target: int) -> float:
    """What the columns without text between two cells of a row weigh."""
    printed = max(bars - 1, 0)
    costs = sorted(weights[frame.empty(c)] for c in range(column + 1, target))
    if printed > len(costs):
        return weights["row", "bar too many"] * (printed - len(costs))
    total = weights["row", "printed empty"] * printed
    left = costs[printed:]
    if frame.marked and left:
        total = total + weights["row", "merged inside"]
        return total + weights["row", "merged inside each"] * len(left)
    return total + sum(left)


@lru_cache(maxsize=16384)
def gap_cost(
    weights: Weights, frame: Frame, bars: int, kind: str, column: int, target: int
) -> float:
    """What the columns without text weigh, where a row ends after `column` and the next begins
    with `target`."""
    whole = kind in ("start", "group", "parent")
    tail = range(0) if whole else range(column + 1, len(frame.roles))
    head = range(target)
    printed = 0
    if kind != "start" and frame.barred:
        printed = bars - 2 if frame.marked else bars - 1
        if printed < 0:
            return weights["row", "no bars"]
    missing = len(tail) + len(head)
    if kind in ("group", "parent") and printed > missing:
        return 0.0  # the empty cells beside a heading
    if printed > missing:
        return weights["row", "bar too many"] * min(printed - missing, 3)
    total = weights["row", "printed empty"] * printed
    if frame.marked:
        merged = missing - printed
        if merged:
            total = total + weights["row", "merged"] + weights["row", "merged each"] * merged
        return total
    after, before = tail[printed:], head[max(printed - len(tail), 0) :]
    total = total + sum(weights[frame.empty(c)] for c in after if frame.roles[c] not in NEEDED)
    total = total + sum(weights[frame.empty(c)] for c in before)
    return total + _early(weights, frame, after)


def _early(weights: Weights, frame: Frame, columns: Sequence[int]) -> float:
    """What a row that ends before `columns` weighs."""
    needed = sum(frame.roles[c] in NEEDED for c in columns)
    if not needed:
        return 0.0
    return weights["row", "ends early"] + weights["row", "each column it lacks"] * needed


def end_cost(weights: Weights, frame: Frame, kind: str, column: int) -> float:
    """What is left undone where the table ends after a unit in `column`."""
    if kind in ("group", "parent"):
        return weights["heading", "at the end"]
    if kind != "cell":
        return 0.0
    return _early(weights, frame, range(column + 1, len(frame.roles)))
