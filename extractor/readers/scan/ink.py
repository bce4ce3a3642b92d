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
    near = cv2.dilate(coloured, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(near)
    least = LARGE * picture.shape[0]
    large = np.zeros(count, bool)
    large[1:] = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]) >= least
    if large.any():
        # The rim of a mark is pale: the colours of a compressed picture run.
        mark = large[labels] & (spread > PALE)
        grey[mark] = np.maximum(grey, brightest)[mark]
        grey[mark & (grey > 110)] = PAPER
    return grey


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
