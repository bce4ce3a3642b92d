"""A picture of a page to what stands on it: its words with their places, and its ruling lines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from corpora.tables import threshold
from extractor.readers.pdf.glyphs import ASCENT, DESCENT, Glyphs, Run
from extractor.readers.pdf.pages import Level
from extractor.readers.pdf.rulings import Drawing
from extractor.readers.pdf.tables import Grid, grids_of
from extractor.readers.scan.engine import Engine, Frame, Grey, Word, engine
from extractor.readers.scan.forms import forms_of, looks_like
from extractor.readers.scan.ink import (
    PAPER,
    Colours,
    Shapes,
    cleared,
    dark,
    dusted,
    evened,
    grey_of,
    shone,
)
from extractor.readers.scan.names import names_of
from extractor.readers.scan.rulings import rulings_of, without
from extractor.readers.scan.signs import em_by, legible, told, trimmed
from extractor.readers.scan.spelling import Repair, repairs_of
from extractor.readers.scan.strips import LongLine, Strip, em_of, long_line, strips_of
from extractor.readers.scan.upright import Matrix, is_on_side, straightened

INSET = 1  # pixels of a cell along its rulings that are left out
ORDINAL = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|[IVX]+[.)]?|[a-zđ]\)")
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
FIGURES = int(threshold("ocr.figures"))
DOUBTFUL = threshold("ocr.doubtful")
SHORT = threshold("ocr.short")
TOGETHER = int(threshold("ocr.together"))
APART = threshold("ocr.apart")
USUAL_EM = 13.0  # points: of a font that shows nowhere
SAME = threshold("ocr.same-size")
REPAIRED = threshold("ocr.repaired")
UNSURE = threshold("ocr.uncertain")
COLUMNS = threshold("ocr.columns")
UPRIGHT = threshold("ocr.upright")
TALLEST = threshold("ocr.tallest")
LETTERS = threshold("ocr.letters")
BLACK = threshold("ocr.inked")
NARROWEST = threshold("ocr.narrowest")


@dataclass(slots=True)
class Recognised:
    """A page as it was recognised. Its glyphs stand upright; `turn` says by how many quarters the
    picture was turned for that, `level` how it was then levelled; `unread` counts the cells with
    lines of ink that are recognised as no words, `certainty` how sure its letters are."""

    glyphs: Glyphs
    turn: int
    level: Level
    unread: int
    certainty: float

    @staticmethod
    def words(run: Run) -> list[Run]:
        """A run is a word already."""
        return [run]

    @staticmethod
    def letters(run: Run) -> list[Run]:
        """The letters of a word have no places of their own."""
        return []


def recognised(picture: Colours, scale: float) -> Recognised:
    """What is printed in a picture of a page of `scale` pixels a point, whichever way it lies."""
    grey = cleared(evened(grey_of(picture)))
    ink = dark(grey)
    clear = shone(grey, ink)
    if clear is not grey:
        grey, ink = clear, dark(clear)
    first, second = (1, 3) if is_on_side(ink, scale) else (0, 2)
    found = _recognised(grey, ink, scale, first)
    if found.certainty < UPRIGHT:
        found = max(found, _recognised(grey, ink, scale, second), key=lambda one: one.certainty)
    return found


def _recognised(upright: Grey, black: Grey, scale: float, turn: int) -> Recognised:
    """What is printed on a page once it is turned by so many quarters clockwise."""
    reader = engine()
    grey = np.ascontiguousarray(np.rot90(upright, -turn))
    grey, matrix = straightened(grey, np.ascontiguousarray(np.rot90(black, -turn)))
    ink = dark(grey)
    rulings = rulings_of(ink, scale)
    wiped, left = without(grey, ink, rulings)
    grids = [grid for grid in grids_of(rulings.across, rulings.down) if len(grid.fields) > 1]
    shapes = Shapes.of(left)
    em = em_of(shapes, scale)
    dusted(wiped, left, shapes, em)
    blocks, unread = _inside(reader, wiped, left, grids, scale, em)
    blocks += _outside(reader, wiped, left, grids, scale, em)
    words = [word for block in blocks for word in block]
    em = em_by(words, USUAL_EM * scale)
    blocks = [_repaired(list(told(block, left, em))) for block in blocks]
    height, width = grey.shape
    drawing = Drawing(rulings.across, rulings.down, pictured=1.0)
    runs = _runs(blocks, scale, em)
    glyphs = Glyphs(width / scale, height / scale, runs, drawing, sum(len(r.text) for r in runs))
    return Recognised(glyphs, turn, _level(matrix, scale), unread, _certainty(words))


def _repaired(words: list[Word]) -> list[Word]:
    """The words of a cell or a block, those misread put right by their form or their neighbours."""
    for repair in forms_of([word.text for word in words]):
        words[repair.number] = _meant(words[repair.number], repair)
    for repair in names_of([word.text for word in words]):
        words[repair.number] = _meant(words[repair.number], repair)
    certainties = [word.certainty for word in words]
    for repair in repairs_of([word.text for word in words], certainties):
        words[repair.number] = _meant(words[repair.number], repair)
    return words


def _meant(word: Word, repair: Repair) -> Word:
    return replace(word, text=repair.meant, read=word.read or word.text)


def _level(matrix: Matrix, scale: float) -> Level:
    """The matrix of pixels as one of points."""
    points = np.diag([1 / scale, 1 / scale, 1])
    whole = points @ matrix @ np.linalg.inv(points)
    return Level(tuple(whole.ravel().tolist()), tuple(np.linalg.inv(whole).ravel().tolist()))


def _inside(
    reader: Engine, grey: Grey, ink: Grey, grids: list[Grid], scale: float, em: float
) -> tuple[list[list[Word]], int]:
    """The words of the cells, cell by cell, and how many have lines of ink that are no words."""
    frames: list[Frame] = []
    for grid in grids:
        for field in grid.fields:
            x0, top, x1, bottom = (round(edge * scale) for edge in field.bbox)
            frame = x0 + INSET, top + INSET, x1 - INSET, bottom - INSET
            if min(frame[2] - frame[0], frame[3] - frame[1]) > NARROWEST * scale:
                frames.append(frame)
    lines: list[LongLine] = []
    short: list[Strip] = []
    written: set[Frame] = set()
    for frame in frames:
        strips = strips_of(ink, frame, em)
        if any(_has_letters(ink, strip, em) for strip in strips):
            written.add(frame)
        if len(strips) == 1 and strips[0].frame[2] - strips[0].frame[0] < SHORT * em:
            short.append(strips[0])
        elif strips:
            lines.append(long_line(grey, strips, em))
    doubtful: list[Strip] = []
    by_itself: dict[Strip, list[Word]] = {}
    alone = [long_line(grey, [strip], em) for strip in short]
    blocks: list[list[Word]] = []
    for one, words in zip(alone, _numbers(reader, alone), strict=True):
        if _is_ordinal(words):
            blocks.append(one.words(words))
        else:
            doubtful.append(one.strips[0])
            by_itself[one.strips[0]] = one.words(words)
    # A number alone shows neither its size nor where it stands: those below one another do.
    doubtful.sort(key=lambda strip: (strip.frame[0] // round(SHORT * em), strip.frame[1]))
    for at in range(0, len(doubtful), TOGETHER):
        lines.append(long_line(grey, doubtful[at : at + TOGETHER], em, APART))
    found = reader.read([line.picture for line in lines], "line")
    for line, words in zip(lines, found, strict=True):
        if not words:  # once more, each by itself
            alone = [long_line(grey, [strip], em) for strip in line.strips]
            again = reader.read([one.picture for one in alone], "line")
            for number, (one, read) in enumerate(zip(alone, again, strict=True)):
                blocks.append([replace(word, line=number) for word in one.words(read)])
            continue
        placed = line.words(words)
        if line.apart:
            for number, strip in enumerate(line.strips):
                together = [word for word in placed if word.line == number]
                blocks.append(together or by_itself[strip])
        else:
            blocks.append(placed)
    clear = [legible(block) for block in blocks]
    kept = [word.frame for block in clear for word in block]
    noise = [
        word.frame
        for block, words in zip(blocks, clear, strict=True)
        for word in block
        if word not in words
    ]
    unread = sum(
        any(_holds(frame, word) for word in noise)
        or (frame in written and not any(_holds(frame, word) for word in kept))
        for frame in frames
    )
    return clear, unread


def _numbers(reader: Engine, lines: list[LongLine]) -> list[list[Word]]:
    """The words of strips that may be numbers: what looks like one is read again as figures."""
    found = reader.read([line.picture for line in lines], "line")
    again = [
        number
        for number, words in enumerate(found)
        if len(words) == 1 and len(words[0].text) <= FIGURES and not _is_ordinal(words)
    ]
    figures = reader.read([lines[number].picture for number in again], "number")
    for number, words in zip(again, figures, strict=True):
        read = found[number][0].text
        if _is_ordinal(words, UNSURE) and looks_like(read, words[0].text):
            found[number] = [replace(words[0], read=read if read != words[0].text else "")]
    return found


def _is_ordinal(words: list[Word], unsure: float = DOUBTFUL) -> bool:
    return (
        len(words) == 1
        and ORDINAL.fullmatch(words[0].text) is not None
        and words[0].certainty > unsure
    )


def _has_letters(ink: Grey, strip: Strip, em: float) -> bool:
    """Whether a line is as high and as black as letters are, and no specks."""
    x0, top, x1, bottom = strip.frame
    return bottom - top > LETTERS * em and float(ink[top:bottom, x0:x1].mean()) > BLACK


def _holds(frame: Frame, word: Frame) -> bool:
    """Whether the middle of a word is within a cell."""
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]


def _outside(
    reader: Engine, grey: Grey, ink: Grey, grids: list[Grid], scale: float, em: float
) -> list[list[Word]]:
    """The words outside of all tables, without marks at the ends of lines."""
    rest, left = grey.copy(), ink.copy()
    for grid in grids:
        x0, top, x1, bottom = (round(edge * scale) for edge in grid.bbox)
        spot = np.s_[max(0, top - 2) : bottom + 2, max(0, x0 - 2) : x1 + 2]
        rest[spot], left[spot] = PAPER, 0
    rows = np.flatnonzero(left.any(axis=1))
    if not len(rows):
        return []
    above, margin = max(0, int(rows[0]) - round(em)), round(em)
    # Grain on paper without ink takes Tesseract as long as letters do, and hides a page's number.
    near = cv2.dilate(left, np.ones((2 * margin, 2 * margin), np.uint8))
    rest[near == 0] = PAPER
    words = [
        replace(
            word,
            frame=(word.frame[0], word.frame[1] + above, word.frame[2], word.frame[3] + above),
            base=word.base + above,
        )
        for word in reader.read([rest[above : int(rows[-1]) + margin]], "page")[0]
    ]
    parts: list[list[Word]] = []
    for word in words:
        last = parts[-1][-1] if parts else None
        if last and last.line == word.line and word.frame[0] - last.frame[2] < COLUMNS * em:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [[word for part in parts for word in trimmed(_again(reader, rest, part, em), UNSURE)]]


def _again(reader: Engine, grey: Grey, part: list[Word], em: float) -> list[Word]:
    """The words of a line in one column, read by themselves where that is surer."""
    x0, top, x1, bottom = (
        pick(edges)
        for pick, edges in zip(
            (min, min, max, max), zip(*(word.frame for word in part), strict=True), strict=True
        )
    )
    # A page's number shows its size to a line of its own alone: "2" is read as "t9".
    short = len(part) == 1 and len(part[0].text) <= FIGURES and not _is_ordinal(part)
    sure = min(word.certainty for word in part) >= UNSURE and not short
    if sure or bottom - top > TALLEST * em:
        return part
    line = long_line(grey, [Strip((x0, top, x1, bottom), round(part[-1].base))], em)
    found = line.words(reader.read([line.picture], "line")[0])
    if _certainty(found) <= _certainty(part):
        return part
    return [replace(word, line=part[0].line) for word in found]


def _certainty(words: list[Word]) -> float:
    """How sure words are on the whole, by their letters."""
    letters = sum(len(word.text) for word in words)
    return sum(len(word.text) * word.certainty for word in words) / max(1, letters)


def _runs(blocks: Iterable[list[Word]], scale: float, em: float) -> list[Run]:
    """The words as runs in points; those of one line share its base and its size."""
    runs: list[Run] = []
    lines: list[list[Word]] = []
    for block in blocks:
        by_line: dict[int, list[Word]] = {}
        for word in block:
            by_line.setdefault(word.line, []).append(word)
        lines += by_line.values()
    usual = em / scale
    for line in lines:
        size = em_by(line, em) / scale
        if abs(size - usual) < SAME * usual:
            size = usual
        for word in line:
            # The end of a line shows no space: "19-" / "NQ/TU".
            spaced = word is not line[-1]
            x0, _, x1, _ = (edge / scale for edge in word.frame)
            base = word.base / scale
            runs.append(
                Run(
                    word.text,
                    x0,
                    base - ASCENT * size,
                    x1,
                    base + DESCENT * size,
                    base,
                    size,
                    False,
                    0,
                    True,
                    spaced,
                    0,
                    len(runs),
                    len(runs),
                    round(min(word.certainty, REPAIRED if word.read else 1.0), 3),
                    word.read,
                )
            )
    return runs
