"""Words whose letters are drawn by several operators, put together by the places of the letters.

Where a font lacks letters they come from another one, and many printers draw all of a line in the
one font, then all of it in the other. An office system puts the number and the day into the gaps
that a paper leaves for them. In the order drawn, all of that comes out of place.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from corpora.tables import threshold
from extractor.readers.pdf.glyphs import SPACE, Run, Speller
from extractor.readers.pdf.lines import SHADOW, rows_of

LAID_OVER = threshold("weave.laid-over")
HIDDEN = threshold("weave.hidden")


def woven(runs: list[Run], reader: Speller) -> list[Run]:
    """`runs` in their order, those that lie over one another as words from left to right."""
    words: dict[int, list[Run]] = {}  # by the id of the run in whose place they stand
    gone: set[int] = set()
    for row in rows_of(run for run in runs if run.turn == 0):
        for mixed in _laid_over(row):
            drawn = [reader.letters(run) for run in mixed]
            letters = _side_by_side([one for each in drawn for one in each])
            if letters and all(drawn):
                gone |= {id(run) for run in mixed}
                words[id(min(mixed, key=lambda run: run.first))] = _words(letters)
    if not gone:
        return runs
    return [word for run in runs for word in (words.get(id(run), []) if id(run) in gone else [run])]


def _laid_over(row: list[Run]) -> Iterator[list[Run]]:
    """Those runs of a row, two or more, that lie over one another."""
    mixed = row[:1]
    x1 = row[0].x1
    for run in row[1:]:
        if run.x0 > x1 - LAID_OVER * run.size:
            if len(mixed) > 1:
                yield mixed
            mixed, x1 = [], run.x1
        x1 = max(x1, run.x1)
        mixed.append(run)
    if len(mixed) > 1:
        yield mixed


def _side_by_side(letters: list[Run]) -> list[Run]:
    """`letters` from left to right; none where they hide one another.

    A mark of tone that is drawn apart from its letter comes before what begins where it stands.
    """
    found: list[Run] = []
    for one in sorted(letters, key=lambda one: (one.x0, not _is_mark(one), one.first)):
        last = found[-1] if found else None
        if not last or one.text != last.text or one.x0 - last.x0 >= SHADOW * one.size:
            found.append(one)
    solid = [one for one in found if one.text != " " and not _is_mark(one)]
    hidden = sum(b.x0 < (a.x0 + a.x1) / 2 for a, b in pairwise(solid))
    return found if hidden <= HIDDEN * len(solid) else []


def _is_mark(letter: Run) -> bool:
    return unicodedata.combining(letter.text) > 0


def _words(letters: list[Run]) -> list[Run]:
    """Letters from left to right as the runs of words."""
    words: list[Run] = []
    spaced = True
    for one in letters:
        if one.text == " ":
            spaced = True
        elif spaced or one.x0 - words[-1].x1 > SPACE * one.size:
            words.append(replace(one, spaced_before=True, spaced_after=True))
            spaced = False
        else:
            word = words[-1]
            word.text += one.text
            word.x1 = max(word.x1, one.x1)
            word.bold = word.bold and one.bold
            word.first, word.last = min(word.first, one.first), max(word.last, one.last)
    words[-1].spaced_after = letters[-1].spaced_after
    return words
