"""Which headings of a table stand above each of its rows.

What stands below what is told by the labels (I above 1 above a), III above III.1) and by the
table itself: a label that opens a series right under a heading stands below that heading, whatever
its kind, and so do all of its kind in the table.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from extractor.labels import LETTERS, RANK, ROMAN, Label, LabelKind

#: How far below a heading stands what opens right under it.
_BELOW = 0.05
#: The level of a heading without a label: above I., below A.
_PLAIN = RANK["roman"] + _BELOW
#: Roman numbers that are letters, too.
_SINGLE = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row as its label and looks show it: a heading, or an item that stands under some.

    `look` tells headings without a label apart: in capitals, over the whole width.
    """

    kind: Literal["heading", "item"]
    text: str
    label: Label | None
    look: str = ""


_Style = tuple[str, int, str, str]


def level_of(label: Label) -> float:
    """How deep a label stands by itself: what follows Roman numbers and capitals is theirs.

    >>> from extractor.labels import ordinal_of
    >>> [level_of(ordinal_of(text)) for text in ("III", "III.1", "III.1.1", "1", "1.1")]
    [5.1, 5.2, 5.3, 6.1, 7.2]
    """
    if label.kind == "decimal" and label.text[0].isalpha():
        return RANK[_head(label)] + label.depth / 10
    return label.rank + label.depth / 10


def _head(label: Label) -> LabelKind:
    """The kind of what a label opens with: "II.4" with a Roman number, "B.4" with a capital."""
    return "roman" if re.match(ROMAN, label.text) else "capital"


def headings_above(lines: Iterable[LabelledRow]) -> list[tuple[str, ...]]:
    """The texts of the headings above each item of `lines`, outermost first; () for a heading."""
    lines = _lettered(list(lines))
    levels: dict[_Style, float] = {}
    found = _nested(lines, levels)
    # what the first pass found out holds from the first row on
    return _nested(lines, levels) if levels else found


def _lettered(lines: list[LabelledRow]) -> list[LabelledRow]:
    """`lines` with I, V and X as letters where the letter before stands above, and no II below."""
    labels = [
        (at, line.label)
        for at, line in enumerate(lines)
        if line.kind == "heading" and line.label and line.label.kind in ("capital", "roman")
    ]
    for number in range(1, len(labels)):
        (_, above), (at, label), *rest = labels[number - 1 : number + 2]
        value = label.value or 0
        due = LETTERS.find(above.text[0].lower()) + 1 == LETTERS.find(label.text[0].lower())
        opens = bool(rest) and rest[0][1].value == value + 1
        single = (above.kind, label.kind) == ("capital", "roman") and value in _SINGLE
        if single and due and not opens:
            now = replace(label, kind="capital", value=ord(label.text[0]) - 64)
            labels[number], lines[at] = (at, now), replace(lines[at], label=now)
    return lines


def _nested(lines: list[LabelledRow], levels: dict[_Style, float]) -> list[tuple[str, ...]]:
    """One pass over the table; `levels` are those of the styles seen, and take new ones."""
    above: list[tuple[str, ...]] = []
    stack: list[tuple[float, str]] = []
    last: tuple[_Style, float] | None = None  # the heading right above
    for line in lines:
        level: float | None = None
        if line.label is not None or line.kind == "heading":
            style = _style(line)
            level = levels.get(style, _PLAIN if line.label is None else level_of(line.label))
            opens = line.label is None or line.label.value in (None, 1)
            if last is not None and opens and style != last[0] and level <= last[1]:
                level = levels[style] = last[1] + _BELOW
            while stack and stack[-1][0] >= level:
                stack.pop()
        if line.kind == "heading" and level is not None:
            stack.append((level, line.text))
            last = style, level
            above.append(())
        else:
            last = None
            above.append(tuple(text for _, text in stack))
    return above


def _style(line: LabelledRow) -> _Style:
    if line.label is None:
        return "", 0, line.kind, line.look
    kind = line.label.kind
    if kind == "decimal" and line.label.text[0].isalpha():
        kind = _head(line.label)
    return kind, line.label.depth, line.kind, ""
