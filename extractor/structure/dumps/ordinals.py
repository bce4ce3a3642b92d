"""How the ordinals of a table follow one another: 1, 2, 3; 1.1, 1.2; I, 1, 2, II, 1; a), b)."""

import re

from extractor.labels import RANK, Label

#: The last ordinal of each rank that is still open, from the outermost: (rank, numbers).
Stack = tuple[tuple[float, tuple[int, ...]], ...]

# Scores of an ordinal by what went before it.
_NEXT = 2.0  # the next of its series
_FIRST = 1.8  # the first of a series below the last
_OPENING = -0.8  # a series that begins with another number
_SAME = -1.5  # the same again: misprints happen
_AHEAD, _AHEAD_EACH = -1.5, -0.3  # numbers left out
_BACK = -3.0  # back to a number that was there, or to the beginning
_ABOVE = -0.5  # the first of a series above the last

_DIGITS = re.compile(r"\d+")


def rank_of(label: Label) -> float:
    """The level of a label: a lower one stands above a higher one."""
    return RANK[label.kind] + label.depth / 10


def numbers_of(label: Label) -> tuple[int, ...]:
    """The numbers of a label: 2.1 has (2, 1), II has (2,), b) has (2,)."""
    if label.kind == "decimal":
        return tuple(int(number) for number in _DIGITS.findall(label.text))
    return (label.value or 0,)


def follow(stack: Stack, label: Label) -> tuple[Stack, float]:
    """The open ordinals after `label`, and how well it follows those before.

    >>> from extractor.labels import ordinal_of
    >>> one, two, nine = (ordinal_of(text) for text in ("1", "2", "9"))
    >>> stack, _ = follow((), one)
    >>> follow(stack, two)[1] > 0 > follow(stack, nine)[1]
    True
    """
    rank, numbers = rank_of(label), numbers_of(label)
    above = tuple(entry for entry in stack if entry[0] < rank)
    grown = (*above, (rank, numbers))
    same = next((entry[1] for entry in stack if entry[0] == rank), None)
    if same is None:
        if numbers[-1] == 1:
            return grown, _FIRST if above or not stack else _ABOVE
        return grown, _OPENING
    if numbers[:-1] != same[:-1]:
        fresh = numbers[-1] == 1 and numbers[:-1] > same[:-1]
        return grown, _FIRST if fresh else _BACK
    step = numbers[-1] - same[-1]
    if step == 1:
        return grown, _NEXT
    if step == 0:
        return grown, _SAME
    return grown, (_AHEAD + _AHEAD_EACH * min(step, 10)) if step > 0 else _BACK
