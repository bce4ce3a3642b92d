"""A page set upright: turned by quarters, its lines level and its rulings plumb.

Lines of a scan lean all by the same; those of a photograph that was not taken from right above run
together, and are drawn apart again by the points in which they meet.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from corpora.tables import threshold
from extractor.readers.scan.engine import Grey
from extractor.readers.scan.ink import PAPER

Matrix = NDArray[np.float64]
#: Rows of x, y, x, y from the middle of the picture, in halves of its longer side.
Lines = NDArray[np.float64]

# Pixels of the longer side of the pictures that the lean is told from, and how lines run.
TINY, SMALL, LINED = 500, 1000, 600
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
MOST_LEAN = threshold("scan.most-lean")
COARSE, FINE, ABOUT = 0.5, 0.05, 0.25
LETTER = 3.0, 14.0  # points: sizes of letters, by which the way that lines run is told
LEVEL = threshold("scan.level-line")
PLUMB = threshold("scan.plumb-line")
ENOUGH = threshold("scan.enough")
CLOSE = threshold("scan.close")
SMEAR = 9  # pixels of a small picture that letters are apart at most
SKEWED = threshold("scan.skewed")


@dataclass(frozen=True, slots=True)
class Lean:
    """By how many degrees lines fall to the right, and how sharply they then stand out."""

    degrees: float
    sharpness: float


def lean_of(ink: Grey, about: float | None = None) -> Lean:
    """The lean, `about` these degrees, at which the rows of a picture of ink differ most."""
    small = _reduced(ink, SMALL)
    if about is None:
        best, reach = _nearly(ink).degrees, COARSE
    else:
        best, reach = FINE * round(about / FINE), ABOUT
    near = np.arange(best - reach, best + reach + FINE / 2, FINE)
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


@dataclass(frozen=True, slots=True)
class _Bundle:
    """Lines that may run together: how they lean in the middle of the picture, as a slope, and by
    how much less for each half side further on; the degrees between the outermost."""

    slope: float = 0.0
    less: float = 0.0
    degrees: float = 0.0


def _bundle(lines: Lines, least: float) -> _Bundle | None:
    """The bundle that most of the nearly level lines (x, y, x, y) are of; None for too few."""
    across, down = lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]
    most = np.tan(np.radians(2 * MOST_LEAN))
    kept = (np.abs(across) > least) & (np.abs(down) < most * np.abs(across))
    lines, across, down = lines[kept], across[kept], down[kept]
    if np.abs(across).sum() < ENOUGH:
        return None
    slopes = down / across
    where = lines[:, 1] - slopes * lines[:, 0]
    weights = np.abs(across)
    fitted = np.zeros(2)
    for _ in range(15):  # those that lean otherwise count less and less
        sides = np.stack([np.ones_like(where), -where], 1) * weights[:, None]
        fitted = np.linalg.lstsq(sides, slopes * weights, rcond=None)[0]
        apart = slopes - fitted[0] + fitted[1] * where
        weights = np.abs(across) / (1 + (apart / CLOSE) ** 2)
    slope, less = fitted.tolist()
    return _Bundle(slope, less, abs(float(np.degrees(less * np.ptp(where)))))


def _lines(picture: Grey) -> Lines:
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(picture)[0]
    if found is None:
        return np.zeros((0, 4))
    height, width = picture.shape
    middle = np.array([width, height, width, height]) / 2
    return np.asarray((found.reshape(-1, 4) - middle) / (LINED / 2), np.float64)


def straightened(grey: Grey, ink: Grey) -> tuple[Grey, Matrix]:
    """The picture with its lines level and plumb, and the matrix from the new one to the old."""
    small = np.asarray(255 * _reduced(ink, LINED), np.uint8)
    smeared = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((1, SMEAR), np.uint8))
    level = _bundle(_lines(np.asarray(smeared, np.uint8)), LEVEL)
    plumb = _bundle(_lines(small)[:, [1, 0, 3, 2]], PLUMB)
    if level is None:
        return levelled(grey, lean_of(ink).degrees)
    if max(level.degrees, plumb.degrees if plumb else 0.0) < SKEWED:
        return levelled(grey, lean_of(ink, float(np.degrees(level.slope))).degrees)
    return _drawn_apart(grey, level, plumb or _Bundle(-level.slope))


def _drawn_apart(grey: Grey, level: _Bundle, plumb: _Bundle) -> tuple[Grey, Matrix]:
    """The picture as from right above: where either bundle meets is moved out of all sight."""
    height, width = grey.shape
    half = max(height, width) / 2
    onto = np.array(
        [[1 / half, 0, -width / 2 / half], [0, 1 / half, -height / 2 / half], [0, 0, 1]]
    )
    meet = np.array([[1, level.slope, level.less], [plumb.slope, 1, plumb.less]])
    horizon = np.cross(meet[0], meet[1])
    flat = np.array([[1, 0, 0], [0, 1, 0], horizon / horizon[2]])
    ways = (meet @ flat.T)[:, :2]
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    square = np.eye(3)
    square[:2, :2] = np.linalg.inv(ways.T)
    whole = np.linalg.inv(onto) @ square @ flat @ onto
    # All of it stays in sight.
    corners = np.array([[[0, 0], [width, 0], [0, height], [width, height]]], np.float64)
    seen = cv2.perspectiveTransform(corners, whole)[0]
    start, size = seen.min(axis=0), np.ptp(seen, axis=0)
    share = min(1.0, width / size[0], height / size[1])
    whole = (
        np.array([[share, 0, -share * start[0]], [0, share, -share * start[1]], [0, 0, 1]]) @ whole
    )
    new = cv2.warpPerspective(
        grey, whole, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER
    )
    return np.asarray(new, np.uint8), np.linalg.inv(whole)


def levelled(grey: Grey, lean: float) -> tuple[Grey, Matrix]:
    """The picture turned by its lean, and the matrix from the new one to the old one."""
    height, width = grey.shape
    if abs(lean) < FINE:
        return grey, np.eye(3)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    level = cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER)
    return np.asarray(level, np.uint8), np.linalg.inv(np.vstack([turn, [0, 0, 1]]))
