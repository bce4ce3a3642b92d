"""The black print of a page alone: stamps, signatures and marks of coloured ink are set apart."""

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.readers.scan.engine import Grey

#: A picture in colours, in the order blue, green, red.
Colours = NDArray[np.uint8]

PAPER = 255
# How far the brightest and the darkest channel of a pixel are apart: of ink, and of its rim.
COLOURED, PALE = 60, 20
SMALLER = 4  # times is the picture that they are told by
BLACK = 110  # what is darker under a mark is print
# How the light falls on a page is told by a picture of so many pixels, with no letters in it.
LIT, LETTERS, AROUND = 400, 7, 21
EVEN = 0.85  # of the light of most of the page: what is darker lies in a shadow
# How much most pixels differ from those around them: a scan at 200 dpi by 0 to 2 of 255.
COARSE, SAMPLED = 3.0, 3
LARGE = 0.04  # of the page's height: what is coloured and smaller may be print


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
