"""The printed lines of a cell as strips, and the strips of a cell as one long line.

Letters are recognised better in one long line than line by line: a word alone on its line shows
neither its size nor what it follows ("Vị" for "vị", "l" for "1.").
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from corpora.tables import threshold
from extractor.readers.scan.engine import Frame, Grey, Word
from extractor.readers.scan.ink import PAPER, Shapes, stretches
from extractor.readers.scan.upright import LETTER

X_HEIGHT = 0.47  # of the em: letters without ascender
LOWEST = 25  # percentile of the heights of letters at which those without ascender stand
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
PITCH = threshold("scan.pitch")
REACH = threshold("scan.compared")
DIRT = threshold("scan.dirt")
SPACE = threshold("ocr.space")
FULL = threshold("scan.full")
READ_EM = threshold("ocr.read-em")
EDGE = 10  # pixels of paper around a long line


@dataclass(frozen=True, slots=True)
class Strip:
    """A printed line: its frame on the page, and its base line there."""

    frame: Frame
    base: int


def em_of(shapes: Shapes, scale: float) -> float:
    """The em of most letters of a page, in pixels."""
    heights = shapes.stats[1:, cv2.CC_STAT_HEIGHT]
    lowest, highest = LETTER
    letters = heights[(heights >= lowest * scale) & (heights <= highest * scale)]
    return float(np.percentile(letters, LOWEST)) / X_HEIGHT if len(letters) else 13.0 * scale


def strips_of(ink: Grey, frame: Frame, em: float) -> list[Strip]:
    """The lines within a frame of the page's ink, where letters are of this em."""
    x0, top, x1, bottom = frame
    part = ink[top:bottom, x0:x1]
    strips = []
    for start, end in _lines(part, em):
        columns = np.flatnonzero(part[start:end].any(axis=0))
        if len(columns):
            left, right = int(columns[0]), int(columns[-1]) + 1
            base = start + _base(part[start:end, left:right])
            spot = x0 + left, top + max(0, start - 1), x0 + right, min(bottom, top + end + 1)
            strips.append(Strip(spot, top + base))
    return strips


def _lines(ink: Grey, em: float) -> list[tuple[int, int]]:
    """The first and the last row of each line: between two, rows have the least ink."""
    filled = ink.sum(axis=1).astype(np.float32)
    if not filled.any():
        return []
    smooth = np.convolve(filled, np.ones(3) / 3, "same").astype(np.float32)
    reach = max(3, round(2 * REACH * em)) | 1
    highest = cv2.dilate(smooth.reshape(-1, 1), np.ones((reach, 1), np.uint8)).ravel()
    cores: list[tuple[int, int]] = []
    for start, end in stretches((smooth >= FULL * highest) & (smooth > 0)):
        if cores and start - cores[-1][0] < PITCH * em:
            cores[-1] = cores[-1][0], end
        else:
            cores.append((start, end))
    edges = [0]
    for (_, end), (start, _) in pairwise(cores):
        # Marks stand above letters, so the lower of several empty rows is too low.
        edges.append(end + int(np.argmin(smooth[end : start + 1])))
    lines = []
    for top, bottom in pairwise([*edges, len(filled)]):
        rows = np.flatnonzero(filled[top:bottom])
        if len(rows) and rows[-1] - rows[0] >= DIRT * em:
            lines.append((top + int(rows[0]), top + int(rows[-1]) + 1))
    return lines


def _base(ink: Grey) -> int:
    """The row where letters stand: below it is the least ink for what is above."""
    filled = ink.sum(axis=1).astype(np.int32)
    smooth = np.convolve(filled, [1, 1, 1], "same")
    upper = len(smooth) // 3
    return upper + int(np.argmax(smooth[upper:-1] - smooth[upper + 1 :])) if len(smooth) > 4 else 0


@dataclass(frozen=True, slots=True)
class LongLine:
    """Strips side by side in one picture, all on one base line; `apart` if not of one cell."""

    picture: Grey
    strips: tuple[Strip, ...]
    starts: tuple[int, ...]
    base: int
    scale: float  # pixels of the picture to one of the page
    apart: bool = False

    def words(self, found: Sequence[Word]) -> list[Word]:
        """The words of the picture where they stand on the page; `line` is that of its strip."""
        words = []
        for word in found:
            x0, top, x1, bottom = (round(edge / self.scale) for edge in word.frame)
            number = sum(start <= (x0 + x1) / 2 for start in self.starts[1:])
            strip = self.strips[number]
            right, down = strip.frame[0] - self.starts[number], strip.base - self.base
            # The space behind a short word is at times taken for a part of it.
            x0, x1 = max(x0 + right, strip.frame[0]), min(x1 + right, strip.frame[2])
            frame = x0, top + down, max(x0, x1), bottom + down
            words.append(replace(word, frame=frame, base=float(strip.base), line=number))
        return words


def long_line(grey: Grey, strips: Sequence[Strip], em: float, apart: float = 0.0) -> LongLine:
    """The strips of a page in one line, from left to right; those of many cells `apart` ems."""
    above = max(strip.base - strip.frame[1] for strip in strips)
    below = max(strip.frame[3] - strip.base for strip in strips)
    space = round((apart or SPACE) * em)
    widths = [strip.frame[2] - strip.frame[0] for strip in strips]
    width = sum(widths) + space * (len(strips) - 1) + 2 * EDGE
    picture = np.full((above + below + 2 * EDGE, width), PAPER, np.uint8)
    starts, x = [], EDGE
    for strip, wide in zip(strips, widths, strict=True):
        x0, top, x1, bottom = strip.frame
        y = EDGE + above - (strip.base - top)
        picture[y : y + bottom - top, x : x + wide] = grey[top:bottom, x0:x1]
        starts.append(x)
        x += wide + space
    soft = cv2.GaussianBlur(picture, (3, 3), 0.7)
    scale = max(1.0, READ_EM / em)
    if scale > 1:
        soft = cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    large = np.asarray(soft, np.uint8)
    return LongLine(large, tuple(strips), tuple(starts), EDGE + above, scale, apart > 0)
