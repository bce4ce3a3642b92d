"""Runs of text to printed lines, and lines to the text of a cell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from statistics import median

from corpora.tables import threshold
from extractor.labels import ROMANS
from extractor.layout import BEFORE_YEAR, flow
from extractor.readers.pdf.glyphs import ASCENT, DESCENT, SPACE, Run
from extractor.text import cut_doubt, ends_compound, is_syllable, is_word, normal
from models.provenance import Bbox

#: A gap wider than this many ems sets two pieces of a line apart: columns, or a tab.
TAB = threshold("line.tab")
#: A line is filled where less room than so many ems is left: that of the widest letter.
FULL = threshold("line.full")
#: In more room than so many ems, a space is printed at the end of a line.
BLANK = threshold("line.blank")
#: The same letter again, no farther off than this share of the em, is a shadow, or boldness.
SHADOW = threshold("line.shadow")
#: Letters are set apart where so large a share of the words of a line, of so many at least, are
#: single ones; then a space is so many times the usual gap.
APART, FEWEST_APART = threshold("line.apart"), int(threshold("line.fewest-apart"))
APART_SPACE = threshold("line.apart-space")
#: The middle of a line above its base line, as a share of the em.
_MIDDLE = (ASCENT - DESCENT) / 2

# A hyphen or slash inside a word or number at the end of a line: "KT-" / "XH".
_CUT = re.compile(r"[^\W_][-/]$")
# The sign of a paper, which is never parted: "175/NQ-" / "CP".
_SIGN = re.compile(r"\d/[A-ZĐ]+-$")
# What may be cut at the end of a line, what may go on in the next: letters, or a day or a year.
_LAST = re.compile(rf"[^\W\d_]+$|[\d{ROMANS}/]+$")
_FIRST = re.compile(r"[^\W\d_]+|[\d/]+(?!\w)")
_NUMBER = re.compile(rf"{BEFORE_YEAR}\d{{0,4}}|20\d\d")


@dataclass(slots=True)
class Line:
    """A printed line (or the piece of one in its column); `spaced` if a space is set at its end.

    `certainty` and `repairs` are those of its words, where a picture was read.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    bold: bool
    spaced: bool = False
    certainty: float = 1.0
    repairs: Sequence[tuple[str, str]] = ()

    @property
    def bbox(self) -> Bbox:
        return self.x0, self.top, self.x1, self.bottom

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs by printed line, from the top down and from left to right.

    A run is on the line whose height holds the run's middle, so that raised figures stay.
    """
    rows: list[list[Run]] = []
    top = bottom = largest = 0.0
    for run in sorted(runs, key=lambda run: run.base):
        middle = run.base - _MIDDLE * run.size
        if rows and top < middle < bottom:
            rows[-1].append(run)
        else:
            rows.append([run])
            largest = 0.0
        if run.size > largest:
            largest, top, bottom = run.size, run.top, run.bottom
    for row in rows:
        row.sort(key=lambda run: run.x0)
    return rows


def line_of(row: list[Run]) -> Line:
    """One line of the runs of a row; what is drawn twice on one spot is read once.

    Boldness is of the whole line: what is bold in part is not.
    """
    if len(row) == 1:
        run = row[0]
        box = run.x0, run.top, run.x1, run.bottom
        return Line(normal(run.text), *box, run.base, run.size, run.bold, run.spaced_after)
    row = _once(row)
    text = _spelled(row, SPACE)
    if len(row) > FEWEST_APART and _is_spaced_out(text):
        gaps = [(b.x0 - a.x1) / max(a.size, b.size) for a, b in pairwise(row)]
        text = _spelled(row, APART_SPACE * median(gaps))
    last, largest = row[-1], max(row, key=lambda run: run.size)
    x1 = max(run.x1 for run in row)
    bold = not any(not run.bold and any(map(str.isalnum, run.text)) for run in row)
    bottom = max(run.bottom for run in row)
    top = min(run.top for run in row)
    box = row[0].x0, top, x1, bottom
    return Line(normal(text), *box, largest.base, largest.size, bold, last.spaced_after)


def _once(row: list[Run]) -> list[Run]:
    """The row without the runs that repeat the one before on its spot: a shadow, or boldness."""
    result = row[:1]
    for run in row[1:]:
        last, near = result[-1], SHADOW * run.size
        same = run.text == last.text and abs(run.x0 - last.x0) < near
        if not same or abs(run.base - last.base) >= near:
            result.append(run)
    return result


def _spelled(row: list[Run], space: float) -> str:
    """The text of a row, with a space at each gap of more than `space` ems."""
    text, x1 = row[0].text, row[0].x1
    for last, run in pairwise(row):
        em, gap = max(run.size, last.size), run.x0 - x1
        over = gap < -em  # drawn over the other: words of its own
        if last.spaced_after or run.spaced_before or gap > space * em or over:
            text += " "
        text += run.text
        x1 = max(x1, run.x1)
    return text


def _is_spaced_out(text: str) -> bool:
    """Whether nearly all words are single letters, as where letters are set wide apart."""
    words = text.split(" ")
    return sum(len(word) == 1 and word.isalpha() for word in words) > APART * len(words)


def pieces_of(row: list[Run]) -> list[list[Run]]:
    """The row cut at its wide gaps."""
    pieces = [[row[0]]]
    x1 = row[0].x1
    for run in row[1:]:
        if run.x0 - x1 > TAB * run.size:
            pieces.append([run])
        else:
            pieces[-1].append(run)
        x1 = max(x1, run.x1)
    return pieces


def paragraph_text(lines: list[Line]) -> str:
    """The lines of a paragraph as one text; a word cut after its hyphen is made whole."""
    texts = [lines[0].text]
    for before, line in pairwise(lines):
        cut = not before.spaced and _CUT.search(before.text) and line.text[:1].isalnum()
        texts.append(line.text if cut else " " + line.text)
    return "".join(texts)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the lines of a cell have to end; `spaced` if spaces at their ends are printed where
    there is room for them."""

    x1: float
    spaced: bool


def cell_text(lines: list[Line], edge: Edge | None = None) -> str:
    """The text of a cell: its lines flow, with a break before each item of a list.

    What stands on two lines because it is longer than one is made whole: "Chươ" / "ng",
    "12/1" / "/2026".
    """
    texts: list[str] = []
    for line, before in zip(lines, [None, *lines], strict=False):
        # `flow` closes a hyphen or slash at a line end; a space that is printed there stays.
        if before and _goes_on(" ".join(texts[-2:]), line.text, _full(before, edge)):
            texts[-1] += line.text
        elif before and before.spaced and _CUT.search(before.text) and line.text[:1].isalnum():
            texts[-1] += " " + line.text
        else:
            texts.append(line.text)
    return flow(texts)


class _Full(IntEnum):
    """How much a line is filled: up to the space after a word, with room, with no room for a letter
    more, or so that there is room for the space after a word and none is printed."""

    ENDS = -1
    NOT = 0
    FULL = 1
    CUT = 2


def _full(line: Line, edge: Edge | None) -> _Full:
    """How much a line is filled; one of several words is parted between them."""
    if line.spaced or edge is None or " " in line.text:
        return _Full.ENDS if line.spaced else _Full.NOT
    room = (edge.x1 - line.x1) / line.size
    if room > FULL:
        return _Full.NOT
    return _Full.CUT if edge.spaced and room > BLANK else _Full.FULL


def _goes_on(text: str, line: str, full: _Full) -> bool:
    """Whether the last word or number of a text goes on in the next line."""
    if _SIGN.search(text):
        return line[:1].isupper()
    if full is _Full.ENDS:
        return False
    doubt = cut_doubt(text, line)
    if doubt is not None:
        return full >= doubt or (full is _Full.FULL and ends_compound(text, line))
    if text[-1:].isdigit() and line[:1] == "%":
        return full >= _Full.FULL
    last, first = _LAST.search(text), _FIRST.match(line)
    if full < _Full.FULL or not last or not first:
        return False
    whole = last[0] + first[0]
    if first[0].islower() and not is_syllable(first[0]) and not is_word(first[0]):
        return True  # "cam" / "era"
    return _NUMBER.fullmatch(whole) is not None
