"""How the ordinals of a table follow one another: 1, 2, 3; 1.1, 1.2; I, 1, 2, II, 1; a), b)."""

import re
from typing import Literal

from extractor.labels import RANK, Label

#: The last ordinal of each rank that is still open, from the outermost: (rank, numbers).
Stack = tuple[tuple[float, tuple[int, ...]], ...]

#: How an ordinal may follow those before it.
Follows = Literal[
    "next",  # the next of its series
    "first",  # the first of a series below the last
    "above",  # the first of a series above the last
    "opening",  # a series that begins with another number
    "same",  # the same again: misprints happen
    "ahead",  # numbers left out
    "back",  # back to a number that was there, or to the beginning
]

_DIGITS = re.compile(r"\d+")


def rank_of(label: Label) -> float:
    """The level of a label: a lower one stands above a higher one."""
    return RANK[label.kind] + label.depth / 10


def numbers_of(label: Label) -> tuple[int, ...]:
    """The numbers of a label: 2.1 has (2, 1), II has (2,), b) has (2,)."""
    if label.kind == "decimal":
        return tuple(int(number) for number in _DIGITS.findall(label.text))
    return (label.value or 0,)


def follow(stack: Stack, label: Label) -> tuple[Stack, Follows]:
    """The open ordinals after `label`, and how it follows those before.

    >>> from extractor.labels import ordinal_of
    >>> one, two, nine = (ordinal_of(text) for text in ("1", "2", "9"))
    >>> stack, _ = follow((), one)
    >>> follow(stack, two)[1], follow(stack, nine)[1]
    ('next', 'ahead')
    """
    rank, numbers = rank_of(label), numbers_of(label)
    above = tuple(entry for entry in stack if entry[0] < rank)
    grown = (*above, (rank, numbers))
    same = next((entry[1] for entry in stack if entry[0] == rank), None)
    if same is None:
        if numbers[-1] == 1:
            return grown, "first" if above or not stack else "above"
        return grown, "opening"
    if numbers[:-1] != same[:-1]:
        fresh = numbers[-1] == 1 and numbers[:-1] > same[:-1]
        return grown, "first" if fresh else "back"
    step = numbers[-1] - same[-1]
    if step == 1:
        return grown, "next"
    if step == 0:
        return grown, "same"
    return grown, "ahead" if step > 0 else "back"
