"""A page set upright: turned by quarters, its lines level and its rulings plumb."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.readers.scan.engine import Grey
from extractor.readers.scan.ink import PAPER

Matrix = NDArray[np.float64]

TINY, SMALL = 500, 1000  # pixels of the longer side of the pictures that the lean is told from
MOST_LEAN = 6.0  # degrees
COARSE, FINE = 0.5, 0.05
LETTER = 3.0, 14.0  # points: sizes of letters, by which the way that lines run is told


@dataclass(frozen=True, slots=True)
class Lean:
    """By how many degrees lines fall to the right, and how sharply they then stand out."""

    degrees: float
    sharpness: float


def lean_of(ink: Grey) -> Lean:
    """The lean at which the rows of a picture of ink differ most from one another."""
    small = _reduced(ink, SMALL)
    best = _nearly(ink).degrees
    near = np.arange(best - COARSE, best + COARSE + FINE / 2, FINE)
    sharpness, degrees = max((_sharpness(small, at), at) for at in near)
    return Lean(float(degrees), float(sharpness))


def _nearly(ink: Grey) -> Lean:
    """The same by and large, in a quarter of the time."""
    tiny = _reduced(ink, TINY)
    steps = np.arange(-MOST_LEAN, MOST_LEAN + 0.1, COARSE)
    sharpness, degrees = max((_sharpness(tiny, float(at)), float(at)) for at in steps)
    return Lean(degrees, sharpness)


def is_on_side(ink: Grey, scale: float) -> bool:
    """Whether the lines of a picture of ink run up or down; `scale` is its pixels a point."""
    half = np.asarray(cv2.resize(ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_NEAREST))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(half)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    least, most = LETTER
    sides = np.maximum(wide, high)
    letters = (sides >= least * scale / 2) & (sides <= most * scale / 2)
    letters[0] = False
    kept = np.asarray(letters[labels], np.uint8)
    return _nearly(np.ascontiguousarray(kept.T)).sharpness > _nearly(kept).sharpness


def _reduced(ink: Grey, size: int) -> NDArray[np.float32]:
    scale = min(1.0, size / max(ink.shape))
    fine = ink.astype(np.float32)
    small = cv2.resize(fine, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _sharpness(ink: NDArray[np.float32], degrees: float) -> float:
    """How much each row differs from the next once the picture is sheared upright."""
    slope = float(np.tan(np.radians(degrees)))
    height, width = ink.shape
    shear = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32)
    rows = cv2.warpAffine(ink, shear, (width, height)).sum(axis=1)
    return float(((rows[1:] - rows[:-1]) ** 2).sum() / max(1.0, float(ink.sum())))


def levelled(grey: Grey, lean: float) -> tuple[Grey, Matrix]:
    """The picture turned by its lean, and the matrix from the new one to the old one."""
    height, width = grey.shape
    if abs(lean) < FINE:
        return grey, np.eye(3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    level = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return np.asarray(level, np.uint8), np.linalg.inv(np.vstack([turn, [0, 0, 1]]))
