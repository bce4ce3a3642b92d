"""The frame of a table that was flattened: its columns, and the signs of those that a move from one
cell to the next leaves without a text.

A dump may print the bars of empty cells, of rows too (then it is *marked*), or nothing. So what
is missing is printed empty, merged with another cell, or no more than missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extractor.structure.evidence import Signs, kind_of
from models.provenance import Place

#: Kinds of columns from those most often empty to those that never are.
_EMPTIES = (
    "note", "other", "value", "doer", "product", "subject", "target", "deadline", "ordinal", "task",
)  # fmt: skip
#: Columns that may be empty at the end of a row without any sign.
_SPARE = frozenset({"empty note", "empty other"})


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


@dataclass(frozen=True)
class Frame:
    """What is known of the table: the roles of its columns, whether bars stand between its
    cells, whether two bars in a row end a row, whether its rows are numbered at all, and whether
    both by I, II and by 1, 2."""

    roles: tuple[str | None, ...]
    barred: bool = False
    marked: bool = False
    numbered: bool = True
    nested: bool = False

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind_of(role) for role in self.roles)

    @cached_property
    def ordinal(self) -> int | None:
        return self.roles.index("ordinal") if "ordinal" in self.roles else None

    @cached_property
    def title(self) -> int:
        """The column in which a numbered heading stands."""
        number = self.ordinal
        return 0 if number is None else (number + 1 if number + 1 < len(self.roles) else 0)

    def empty(self, columns: Iterable[int]) -> list[str]:
        """The signs that these columns have no text of their own, the surest to have one first."""
        by_use = sorted(columns, key=self.seldom_empty, reverse=True)
        return [f"empty {self.kinds[c]}" for c in by_use if self.numbered or c != self.ordinal]

    def seldom_empty(self, column: int) -> int:
        """How sure a column is to have a text in each row, compared with others."""
        return _EMPTIES.index(self.kinds[column])


@lru_cache(maxsize=16384)
def between(frame: Frame, bars: int, column: int, target: int) -> Signs:
    """The signs of the columns without text between two cells of a row."""
    printed = max(bars - 1, 0)
    empty = frame.empty(range(column + 1, target))
    if printed > len(empty):
        return ("bar too many",) * (printed - len(empty))
    left = empty[: len(empty) - printed]
    merged = ["merged inside"] * len(left) if frame.marked else left
    return (*merged, *("printed empty",) * printed)


@lru_cache(maxsize=16384)
def across(frame: Frame, bars: int, kind: str, column: int, target: int) -> Signs:
    """The signs of the columns without text, where a row ends after `column` and the next begins
    with `target`."""
    width = len(frame.roles)
    tail = range(column + 1, width) if kind == "cell" else range(0)
    head = range(target)
    printed = 0
    if kind != "start" and frame.barred:
        printed = bars - 2 if frame.marked else bars - 1
        if printed < 0:
            return ("bar missing",)
        beside = width - 1 - column
        if kind != "cell" and printed >= beside:
            printed -= beside  # a heading reaches over the cells beside it, or they are printed
    missing = len(tail) + len(head)
    if printed > missing:
        return ("bar too many",) * min(printed - missing, 3)
    signs = ("printed empty",) * printed
    if frame.marked:
        merged = missing - printed
        return (*signs, *("merged",) * (merged > 0), *("merged each",) * merged)
    left = _row_end(frame, tail[printed:])
    head = head[max(printed - len(tail), 0) :]
    if kind == "parent" and target > frame.title:
        # The only row below a heading has its number and its title there.
        return (*signs, "title above", *frame.empty(c for c in head if c > frame.title))
    begun = frame.empty(head)
    broken = ("row broken",) if "row early" in left and begun else ()
    return (*signs, *left, *broken, *begun)


def ending(frame: Frame, bars: int, kind: str, column: int) -> Signs:
    """The signs of a table that ends after a unit in `column`, with `bars` behind it."""
    if kind in ("start", "out"):
        return ()
    rest = range(column + 1, len(frame.roles))
    on = ("bars go on",) if bars > 1 + len(rest) else ()
    missing = _row_end(frame, rest) if kind == "cell" else ("heading of nothing",)
    return (*on, *alone(frame, kind, column), *missing)


def alone(frame: Frame, kind: str, column: int) -> Signs:
    """The sign of a row that ends and is nothing but its number."""
    lonely = kind in ("cell", "parent") and column == frame.ordinal
    return ("ordinal alone",) if lonely else ()


def _row_end(frame: Frame, missing: range) -> Signs:
    """The signs of the columns that are missing where a row ends."""
    empty = frame.empty(missing)
    needed = [sign for sign in empty if sign not in _SPARE]
    early = ["row early", *["row early each"] * len(needed)] if needed else []
    return (*early, *(sign for sign in empty if sign in _SPARE))


@lru_cache(maxsize=16384)
def unnumbered(
    frame: Frame, bars: int, kind: str, column: int, high: bool
) -> tuple[tuple[int, Signs], ...]:
    """The columns in which a row without a number may begin after `column`, and the signs of each;
    `high` says that the last row was a heading numbered I, II or A, B."""
    under = ("high heading with row",) if high else barren(kind, high)
    closing = alone(frame, kind, column)
    return tuple(
        (target, (*across(frame, bars, kind, column, target), *under, *closing))
        for target in range(len(frame.roles))
        if target != frame.ordinal
    )


@lru_cache(maxsize=16384)
def over_all(
    frame: Frame, bars: int, kind: str, column: int, high: bool
) -> tuple[tuple[int, Signs], ...]:
    """The columns in which a heading over all may begin after `column`, and the signs of each: a
    dump that marks rows may print an empty cell before it."""
    empty = ("heading of nothing",) if kind == "group" else barren(kind, high)
    closing = alone(frame, kind, column)
    return tuple(
        (target, (*across(frame, bars, kind, column, target), *empty, *closing))
        for target in range(frame.title + 1 if frame.marked else 1)
    )


def barren(kind: str, high: bool) -> Signs:
    """The sign of a numbered heading that no row of its own follows."""
    if kind != "parent":
        return ()
    return ("high heading of nothing",) if high else ("heading of nothing",)
