"""Runs of text to printed lines, and lines to the text of a cell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpora.tables import threshold
from extractor.layout import flow
from extractor.readers.pdf.glyphs import SPACE, Run
from extractor.text import is_syllable, normal
from models.provenance import Bbox

#: A gap wider than this many ems sets two pieces of a line apart: columns, or a tab.
TAB = threshold("line.tab")
#: Fewer letters set apart are not looked upon as a word.
FEWEST_SPACED = 5

# A hyphen or slash inside a word or number at the end of a line: "KT-" / "XH".
_CUT = re.compile(r"[^\W_][-/]$")
# The sign of a paper, which is never parted: "175/NQ-" / "CP".
_SIGN = re.compile(r"\d/[A-ZĐ]+-$")


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
        middle = run.base - 0.28 * run.size
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
    if len(row) > FEWEST_SPACED and _is_spaced_out(text):
        gaps = [(b.x0 - a.x1) / max(a.size, b.size) for a, b in pairwise(row)]
        text = _spelled(row, 1.5 * median(gaps))
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
        last, near = result[-1], 0.2 * run.size
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
    return sum(len(word) == 1 and word.isalpha() for word in words) > 0.7 * len(words)


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


def _cuts_word(before: Line, line: Line) -> bool:
    """Whether a line ends in the middle of a word, as where a column is too narrow: "Chươ" / "ng",
    "175/NQ-" / "CP".
    """
    if _SIGN.search(before.text):
        return line.text[:1].isupper()
    first, last = _FIRST.match(line.text), _LAST.search(before.text)
    if before.spaced or not first or not last:
        return False
    pieces = (last[0], first[0])
    if not (first[0].islower() or "".join(pieces).isupper()):
        return False
    return is_syllable("".join(pieces)) and not all(map(is_syllable, pieces))


_FIRST, _LAST = re.compile(r"[^\W\d_]+"), re.compile(r"[^\W\d_]+$")


def cell_text(lines: list[Line]) -> str:
    """The text of a cell: its lines flow, with a break before each item of a list."""
    texts: list[str] = []
    for line, before in zip(lines, [None, *lines], strict=False):
        # `flow` closes a hyphen or slash at a line end; a space that is printed there stays.
        if before and _cuts_word(before, line):
            texts[-1] += line.text
        elif before and before.spaced and _CUT.search(before.text) and line.text[:1].isalnum():
            texts[-1] += " " + line.text
        else:
            texts.append(line.text)
    return flow(texts)
