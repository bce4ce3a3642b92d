"""The black print of a page alone: stamps, signatures and marks of coloured ink are set apart."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from corpora.tables import threshold
from extractor.readers.scan.engine import Grey

#: A picture in colours, in the order blue, green, red.
Colours = NDArray[np.uint8]

PAPER = 255
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
COLOURED = threshold("scan.coloured")
PALE = threshold("scan.pale")
SMALLER = 4  # times is the picture that they are told by
BLACK = threshold("scan.black")
# How the light falls on a page is told by a picture of so many pixels, with no letters in it.
LIT, LETTERS, AROUND = 400, 7, 21
EVEN = threshold("scan.even")
COARSE = threshold("scan.coarse")
SAMPLED = 3  # each third pixel shows the grain
DARKEST = 10  # percentile of the ink that shows how black print is
THROUGH = threshold("scan.through")
SHINING = threshold("scan.shining")
DOT = threshold("scan.dot")
ALONE = threshold("scan.alone")
ROW = int(threshold("scan.row"))
LEVEL = threshold("scan.level")
GRAIN = threshold("scan.grain")
MOST_DUST = int(threshold("scan.most-dust"))
LARGE = threshold("scan.large")


def grey_of(picture: Colours) -> Grey:
    """The picture in grey, large coloured marks made paper.

    Black print under a stamp is dark in every channel and stays.
    """
    if picture.ndim == 2:
        return picture
    channels = cv2.split(picture)
    brightest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    darkest = cv2.min(cv2.min(channels[0], channels[1]), channels[2])
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    spread = cv2.subtract(brightest, darkest)
    _, coloured = cv2.threshold(spread, COLOURED, 1, cv2.THRESH_BINARY)
    if not coloured.any():
        return grey
    # Marks are large: a small picture tells them from coloured print.
    height, width = grey.shape
    share = 1 / SMALLER
    small = cv2.resize(255 * coloured, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    near = cv2.dilate(np.asarray(small > 0, np.uint8), np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near)
    large = np.zeros(count, np.uint8)
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    large[1:] = sides >= LARGE * height * share
    if large.any():
        # The rim of a mark is pale: the colours of a compressed picture run.
        mark = cv2.resize(large[labels], (width, height), interpolation=cv2.INTER_NEAREST)
        mark &= cv2.threshold(spread, PALE, 1, cv2.THRESH_BINARY)[1]
        light = cv2.max(grey, brightest)
        light[light > BLACK] = PAPER
        cv2.copyTo(light, mark, grey)
    return grey


def evened(grey: Grey) -> Grey:
    """The picture as in even light: what lies in a shadow is as bright as the rest."""
    height, width = grey.shape
    share = LIT / max(height, width)
    small = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((LETTERS, LETTERS), np.uint8)), AROUND)
    darkest, brightest = np.percentile(paper, (5, 95))
    if darkest >= EVEN * brightest:
        return grey
    light = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, light, scale=PAPER), np.uint8)


def cleared(grey: Grey) -> Grey:
    """The picture without its grain, where that is so coarse that it is taken for ink.

    Each pixel becomes the mean of those near it that look alike all around (non-local means), so
    that letters stay sharp; it takes half a second a page, and others are left as they are.
    """
    grain = float(np.median(cv2.absdiff(grey, cv2.medianBlur(grey, 3))[::SAMPLED, ::SAMPLED]))
    if grain < COARSE:
        return grey
    return np.asarray(cv2.fastNlMeansDenoising(grey, None, 6 * grain, 5, 11), np.uint8)


@dataclass(frozen=True, slots=True)
class Shapes:
    """What hangs together in a picture of ink: the number of its shape for each pixel, 0 for paper,
    and the boxes of the shapes, as OpenCV gives them."""

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]

    @classmethod
    def of(cls, ink: Grey) -> "Shapes":
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
        return cls(np.asarray(labels, np.int32), np.asarray(stats, np.int32))


def dusted(grey: Grey, ink: Grey, shapes: Shapes, em: float) -> None:
    """Makes dust paper: specks of the size of a dot that no letter and no row of dots is near.

    A letter's dots and marks and the signs behind it stand nearer to it. What is too small for a
    printed dot is grain of the paper, however much there is of it.
    """
    labels, stats = shapes.labels, shapes.stats
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    small = np.flatnonzero(sides < DOT * em)
    if not len(small):
        return
    letters = np.asarray(sides >= DOT * em, np.uint8)
    letters[0] = 0
    reach = round(ALONE * em)
    near = cv2.dilate(np.take(letters, labels), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    x, y = stats[small, cv2.CC_STAT_LEFT], stats[small, cv2.CC_STAT_TOP]
    alone = near[y, x] == 0
    small, x, y = small[alone], x[alone], y[alone]
    gone = np.zeros(len(stats), np.bool_)
    gone[small] = sides[small] < GRAIN * em
    rest = ~gone[small]
    small, x, y = small[rest], x[rest], y[rest]
    if len(small) <= MOST_DUST:  # more are a pattern
        beside = (np.abs(x[:, None] - x) < 2 * reach) & (np.abs(y[:, None] - y) < LEVEL * em)
        gone[small] = beside.sum(axis=1) < ROW
    dust = np.take(gone, labels)
    grey[dust], ink[dust] = PAPER, 0


def shone(grey: Grey, ink: Grey) -> Grey:
    """The picture without the print of the other side, where that shines through.

    It is far paler than the print of this one: two heaps of ink, with few between them.
    """
    count, labels = cv2.connectedComponents(ink)
    where = np.flatnonzero(ink)
    if not len(where):
        return grey
    owner = np.asarray(labels, np.int64).ravel()[where]
    shades = grey.ravel()[where]
    darkest: NDArray[np.uint8] = np.full(count, PAPER, np.uint8)
    np.minimum.at(darkest, owner, shades)
    black = float(np.percentile(shades, DARKEST))
    paper = float(np.median(grey[::SAMPLED, ::SAMPLED]))
    limit = paper - THROUGH * (paper - black)
    pale = darkest > limit
    pale[0] = False
    ours = np.bincount(owner, minlength=count)
    if ours[pale].sum() < SHINING * len(where):
        return grey
    rest = np.asarray(~pale[labels] & (ink > 0), np.uint8)
    near = cv2.dilate(rest, np.ones((3, 3), np.uint8))
    # What shines through beside print of this side is as pale as elsewhere.
    shine = float(np.median(darkest[pale & (ours > 0)]))
    clear = np.clip((grey.astype(np.float32) - black) * PAPER / max(1.0, shine - black), 0, PAPER)
    clear[near == 0] = PAPER
    return np.asarray(clear, np.uint8)


def dark(grey: Grey) -> Grey:
    """1 where there is ink, 0 where there is paper, by what is usual around each pixel."""
    height, width = grey.shape
    block = max(15, round(min(height, width) / 40)) | 1
    return np.asarray(
        cv2.adaptiveThreshold(
            grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 15
        ),
        np.uint8,
    )


def stretches(inked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where ink begins and ends along a line."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inked.view(np.int8), [0]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
