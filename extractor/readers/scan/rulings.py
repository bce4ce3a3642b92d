"""The ruling lines of a scanned page, found among the ink, and the picture without them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from corpora.tables import threshold
from extractor.readers.pdf.rulings import Ruling
from extractor.readers.scan.engine import Grey
from extractor.readers.scan.ink import PAPER, stretches

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
LONG = threshold("scan.long")
TALL = threshold("scan.tall")
BROKEN = threshold("scan.broken")
REACH = threshold("scan.reach")
INKED = threshold("scan.inked")
WHOLE = threshold("scan.whole")
BROAD = threshold("scan.broad")
THICK = threshold("scan.thick")
THROUGH = threshold("scan.under-stamp")


@dataclass(slots=True)
class Rulings:
    """Lines in points from the top left of the picture, and where their ink is."""

    across: list[Ruling]
    down: list[Ruling]
    ink: Grey


@dataclass(slots=True)
class _Stroke:
    """A line in pixels, where along it there is ink, and how much of it there is across."""

    at: float
    start: int
    inked: NDArray[np.bool_]
    breadth: NDArray[np.int64]
    cut: bool = False  # from letters at its end

    @property
    def end(self) -> int:
        return self.start + len(self.inked)

    def is_ruled(self, start: int, end: int, scale: float) -> bool:
        """Whether this stretch is a ruling, and not letters in a row or one above the other."""
        stretch = slice(max(0, start - self.start), max(0, end - self.start))
        inked = self.inked[stretch]
        if inked.all():
            return True
        broad = float(np.percentile(self.breadth[stretch], 75)) > BROAD * scale
        return bool(inked.mean() >= (WHOLE if broad else INKED))


def rulings_of(ink: Grey, scale: float) -> Rulings:
    """The level and plumb lines of a picture of ink; `scale` is its pixels a point."""
    across, level = _strokes(ink, scale, LONG)
    down, plumb = _strokes(np.ascontiguousarray(ink.T), scale, TALL)
    level_parts = list(_parts(across, down, level, scale))
    plumb_parts = list(_parts(down, across, plumb, scale))
    own = np.asarray(cv2.bitwise_or(level, np.ascontiguousarray(plumb.T)), np.uint8)
    return Rulings(level_parts, plumb_parts, own)


def _strokes(ink: Grey, scale: float, shortest: float) -> tuple[list[_Stroke], Grey]:
    """The level lines of `ink`, and their ink."""
    # A line that is not quite level climbs by a pixel now and then.
    thick = np.asarray(cv2.dilate(ink, np.ones((3, 1), np.uint8)), np.uint8)
    gap = max(3, round(BROKEN * scale))
    closed = np.asarray(
        cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8)), np.uint8
    )
    length = round(shortest * scale)
    strokes, own, marks = _sought(ink, closed, length, scale)
    if marks is not None:  # in a stamp or a drawing, only what goes through without a gap
        length = round(THROUGH * scale)
        more, through, _ = _sought(ink, np.asarray(thick * marks, np.uint8), length, scale)
        strokes += more
        own |= through
    return strokes, np.asarray(cv2.bitwise_and(own, thick), np.uint8)


def _sought(
    ink: Grey, lines: Grey, length: int, scale: float
) -> tuple[list[_Stroke], Grey, Grey | None]:
    """The strokes of that length among `lines`, where they are, and what is too thick."""
    opened = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opened)
    strokes: list[_Stroke] = []
    kept, thick = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    side = round(THICK * scale / 2)
    for label in range(1, count):
        x, y, width, height, pixels = stats[label]
        if width < length or pixels / width > THICK * scale or height > width / 4:
            thick[label] = 1
            continue
        own = labels[y : y + height, x : x + width] == label
        inked = (own & (ink[y : y + height, x : x + width] > 0)).any(axis=0)
        breadth = ink[max(0, y - side) : y + height + side, x : x + width].sum(axis=0)
        stroke = _Stroke(float(centres[label][1]), int(x), inked, breadth)
        if not stroke.is_ruled(stroke.start, stroke.end, scale):
            # Letters where it ends are no part of it; no letter is as long.
            start, end = max(stretches(inked), key=lambda run: run[1] - run[0], default=(0, 0))
            if end - start < length:
                continue
            own[:, start:end] = False
            labels[y : y + height, x : x + width][own] = 0
            stroke = _Stroke(
                stroke.at, stroke.start + start, inked[start:end], breadth[start:end], True
            )
        kept[label] = 1
        strokes.append(stroke)
    return strokes, kept[labels], thick[labels] if thick.any() else None


def _parts(
    strokes: list[_Stroke], crossing: list[_Stroke], own: Grey, scale: float
) -> Iterator[Ruling]:
    """The strokes in points, without the stretches between two crossings that letters fill.

    The ink of such stretches is taken out of `own`.
    """
    near, side = REACH * scale, round(THICK * scale)
    for stroke in strokes:
        band = slice(max(0, round(stroke.at) - side), round(stroke.at) + side)
        if stroke.cut and not all(
            any(
                abs(other.at - end) <= near and other.start - near <= stroke.at <= other.end + near
                for other in crossing
                if not other.cut
            )
            for end in (stroke.start, stroke.end)
        ):  # a part of a stamp
            own[band, stroke.start : stroke.end] = 0
            continue
        cuts = sorted(
            other.at
            for other in crossing
            if stroke.start + near < other.at < stroke.end - near
            and other.start - near <= stroke.at <= other.end + near
        )
        start: float | None = None
        for a, b in pairwise((stroke.start, *cuts, stroke.end)):
            if stroke.is_ruled(int(a) + 2, int(b) - 2, scale):
                start = a if start is None else start
            else:
                own[band, int(a) + 2 : int(b) - 2] = 0
                if start is not None:
                    yield Ruling(stroke.at / scale, start / scale, a / scale)
                start = None
        if start is not None:
            yield Ruling(stroke.at / scale, start / scale, stroke.end / scale)


def without(grey: Grey, ink: Grey, rulings: Rulings) -> tuple[Grey, Grey]:
    """The picture, and its ink, with the rulings made paper."""
    ruled = cv2.dilate(rulings.ink, np.ones((3, 3), np.uint8)) > 0
    wiped, left = grey.copy(), ink.copy()
    wiped[ruled], left[ruled] = PAPER, 0
    return wiped, left
