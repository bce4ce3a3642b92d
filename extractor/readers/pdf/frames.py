"""Where things are on a page: from the content's coordinates to the page as displayed."""

from dataclasses import dataclass

from models.provenance import Bbox


@dataclass(frozen=True, slots=True)
class Frame:
    """The way from the coordinates of the page's content to those of the page as displayed."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turn % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turn % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 0:
            return x - self.left, self.top - y
        if self.turn == 1:
            return y - self.bottom, x - self.left
        if self.turn == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


def turned(box: Bbox, width: float, height: float, turn: int) -> Bbox:
    """`box` of a page of `width` by `height`, after the page has turned `turn` quarters clockwise.

    >>> turned((10, 20, 30, 25), 100, 200, 1)
    (175, 10, 180, 30)
    """
    x0, top, x1, bottom = box
    if turn % 4 == 1:
        return height - bottom, x0, height - top, x1
    if turn % 4 == 2:
        return width - x1, height - bottom, width - x0, height - top
    if turn % 4 == 3:
        return top, width - x1, bottom, width - x0
    return box
