"""Text in two columns without lines: the letterhead, and the recipients beside the signature.

Two pieces that stand side by side with a gap between them open a block; the block goes on as long
as every line keeps to its side of the gap. It becomes a table of one row and two cells, whose text
has one line per printed line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import BULLETS
from extractor.layout import Cell, Table
from extractor.readers.pdf.lines import TAB, Line
from models.provenance import Bbox, Place

GUTTER = threshold("beside.gutter")
NEAR = threshold("beside.near")
SIGNATURE = threshold("beside.signature")
LONE_GAP = threshold("beside.lone-gap")
MIDDLE = threshold("beside.middle")
LEADING = threshold("unruled.leading")

# What stands before a tab rather than in a column: "1.", "a)", "-", "Điều 3."
_LABEL = re.compile(
    rf"(?:\(?[\w.]{{1,6}}[.)]?|[{re.escape(BULLETS)}]|(?:Điều|Chương|Mục|Phần)\s+\w+[.:]?)"
)
#: Nothing above it belongs to the list of recipients.
_RECIPIENTS = re.compile(rf"\W*(?:{pattern('form_words', 'recipients')})\b", re.IGNORECASE)
#: Nor does what stands below it belong to a signature.
_APPENDIX = re.compile(rf"(?:{pattern('form_words', 'appendix')})(?:\s+(?:số\s+)?\w{{1,5}})?\W*")


@dataclass(slots=True)
class _Block:
    left: list[Line]
    right: list[Line]
    start: float  # of the gutter
    end: float

    def takes(self, line: Line) -> str | None:
        """The side on which `line` keeps clear of the other: 'left', 'right', or None."""
        if line.x1 <= self.end - GUTTER and all(line.x1 + GUTTER <= r.x0 for r in self.right):
            return "left"
        if line.x0 >= self.start + GUTTER and all(line.x0 - GUTTER >= r.x1 for r in self.left):
            return "right"
        return None

    def add(self, side: str, line: Line, *, above: bool = False) -> None:
        lines = self.left if side == "left" else self.right
        lines.insert(0 if above else len(lines), line)
        if side == "left":
            self.start = max(self.start, line.x1)
        else:
            self.end = min(self.end, line.x0)


def columns_of(rows: list[list[Line]], place: Callable[[Bbox], Place]) -> list[Line | Table]:
    """The rows of a page in order: single lines, and a table for each block of two columns."""
    rows = _interleaved(rows)
    result: list[Line | Table] = []
    index = done = 0
    while index < len(rows):
        pair = _pair(rows[index])
        if pair is None:
            index += 1
            continue
        block = _Block([pair[0]], [pair[1]], pair[0].x1, pair[1].x0)
        first, last = index, index + 1
        while (
            not _RECIPIENTS.match(block.left[0].text)
            and first > done
            and not _tail(block, rows, first - 1, done)
        ):
            if not _extend(block, rows[first - 1], above=True):
                break
            first -= 1
        while last < len(rows) and _extend(block, rows[last], above=False):
            last += 1
        lone = last - first == 1
        if lone and pair[1].x0 - pair[0].x1 < LONE_GAP * pair[0].size:
            index += 1
            continue
        result += [_merged(row) for row in rows[done:first]]
        result.append(_table(block, place))
        index = done = last
    return result + [_merged(row) for row in rows[done:]]


def _interleaved(rows: list[list[Line]]) -> list[list[Line]]:
    """The rows, with lines side by side in one row although their base lines differ."""
    result: list[list[Line]] = []
    for row in rows:
        if result and len(row) == len(result[-1]) == 1:
            above, line = result[-1][0], row[0]
            apart = max(above.x0 - line.x1, line.x0 - above.x1)
            if line.top < above.base and apart > TAB * line.size:
                result[-1] = sorted([above, line], key=lambda piece: piece.x0)
                continue
        result.append(row)
    return result


def _pair(row: list[Line]) -> tuple[Line, Line] | None:
    """The two sides of a row with one wide gap, or with one far wider than the others."""
    if len(row) < 2:
        return None
    gaps = [b.x0 - a.x1 for a, b in pairwise(row)]
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    if any(2 * gap > gaps[widest] for i, gap in enumerate(gaps) if i != widest):
        return None
    left, right = _merged(row[: widest + 1]), _merged(row[widest + 1 :])
    if _LABEL.fullmatch(left.text):
        return None
    return left, right


def _extend(block: _Block, row: list[Line], *, above: bool) -> bool:
    """Adds the row to the block where each piece keeps to its side; says whether it did."""
    pair = _pair(row)
    if pair is not None:
        if block.takes(pair[0]) != "left" or block.takes(pair[1]) != "right":
            return False
        if _distance(block, pair[0], "both", above) > SIGNATURE:
            return False
        block.add("left", pair[0], above=above)
        block.add("right", pair[1], above=above)
        return True
    line = _merged(row)
    side = block.takes(line)
    if side is None or not _aligned(block, line, side) or _APPENDIX.fullmatch(line.text):
        return False
    # Only the name under a signature stands far below the rest of its column.
    far = SIGNATURE if side == "right" and not above else NEAR
    if _distance(block, line, side, above) > far:
        return False
    block.add(side, line, above=above)
    return True


def _tail(block: _Block, rows: list[list[Line]], index: int, done: int) -> bool:
    """Whether the row is the last of a paragraph that runs over both columns."""
    if index <= done:
        return False
    line, before = _merged(rows[index]), _merged(rows[index - 1])
    return block.takes(before) is None and line.base - before.base < LEADING * line.size


def _aligned(block: _Block, line: Line, side: str) -> bool:
    """Whether the line shares the left edge or the middle of its column."""
    lines = block.left if side == "left" else block.right
    edge = min(other.x0 for other in lines)
    middle = (edge + max(other.x1 for other in lines)) / 2
    return abs(line.x0 - edge) < line.size or abs(line.middle - middle) < MIDDLE * line.size


def _distance(block: _Block, line: Line, side: str, above: bool) -> float:
    """From the line to the nearest line above (or below) it in the block, in ems."""
    lines = [*block.left, *block.right]
    if side == "right" and not above:
        lines = block.right
    if above:
        return (min(other.base for other in lines) - line.base) / line.size
    return (line.base - max(other.base for other in lines)) / line.size


def _merged(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    return Line(
        " ".join(line.text for line in row),
        *_box(row),
        base=row[0].base,
        size=max(line.size for line in row),
        bold=all(line.bold for line in row),
        spaced=row[-1].spaced,
    )


def _box(lines: list[Line]) -> Bbox:
    return (
        min(line.x0 for line in lines),
        min(line.top for line in lines),
        max(line.x1 for line in lines),
        max(line.bottom for line in lines),
    )


def _table(block: _Block, place: Callable[[Bbox], Place]) -> Table:
    cells = []
    for column, lines in enumerate((block.left, block.right)):
        text = "\n".join(line.text for line in lines)
        bold = all(line.bold for line in lines)
        cells.append(Cell(0, column, text, place(_box(lines)), bold=bold))
    whole = place(_box([*block.left, *block.right]))
    return Table(cells, rows=1, columns=2, place=whole, ruled=False)
