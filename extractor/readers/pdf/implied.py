"""The lines that a table leaves out: borders told by the words between them.

A table without rulings is known by its heading, whose columns say their roles. Its borders stand
in the gaps that no word crosses, and its rows begin where their ordinals do, or after a gap. Of a
table that is only ruled across, the rows are as drawn and the columns are those of its gaps.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from corpora.tables import threshold
from extractor.columns import role_of
from extractor.labels import ordinal_of
from extractor.readers.pdf.glyphs import Run
from extractor.readers.pdf.lines import pieces_of
from extractor.readers.pdf.rulings import Ruling

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
HEADING_LINES = int(threshold("unruled.heading-lines"))
LEADING = threshold("unruled.leading")
FEWEST_ROLES = int(threshold("unruled.fewest-roles"))
SURE = threshold("unruled.sure")
ROW_LINES = int(threshold("unruled.row-lines"))
APART = threshold("unruled.apart")
WIDER = threshold("unruled.wider")
FIRST_LINES = (12, 6, 3)  # of a table, by which its borders are sought
SET_APART = threshold("unruled.set-apart")
CROSSED = threshold("unruled.crossed")
WORD_SPACE = threshold("unruled.word-space")
NARROWEST = threshold("unruled.narrowest")
MARGIN = threshold("unruled.margin")
RULES = int(threshold("unruled.rules"))
SAME_END = threshold("unruled.same-end")


@dataclass(slots=True)
class _Line:
    words: list[Run]
    top: float
    bottom: float
    base: float
    size: float

    def covers(self, x: float) -> bool:
        return any(word.x0 < x < word.x1 for word in self.words)

    def between(self, x0: float, x1: float) -> str:
        return " ".join(w.text for w in self.words if x0 <= (w.x0 + w.x1) / 2 <= x1)


@dataclass(slots=True)
class _Column:
    x0: float
    x1: float
    text: str

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(slots=True)
class Implied:
    """Lines across and down that are not drawn; `goes_on` are the borders of the last table, those
    of its sides too, where it reaches to the foot of the page."""

    across: list[Ruling]
    down: list[Ruling]
    goes_on: tuple[float, ...] = ()


def implied_lines(
    rows: Sequence[list[Run]], rules: Sequence[Ruling], before: Sequence[float] = ()
) -> Implied:
    """The lines that the tables among `rows` leave out.

    `rows` hold the words of each printed line, from the top down; `rules` the lines across that
    are drawn; `before` are the borders of a table that the page before ends with.
    """
    lines = [_line(words) for words in rows]
    implied = Implied([], [])
    at = 0
    ruled = _ruled_across(rules)
    for ys in ruled:
        _between_rules(implied, lines, ys, goes_on=bool(before))
    inside = [any(ys[0].at < line.base < ys[-1].at for ys in ruled) for line in lines]
    if before and not ruled:
        inner = list(before[1:-1])
        first = _first_of(lines, inner)
        if first is not None:
            at = _end(lines, first, inner)
            _unruled(implied, lines, first, first, at, inner, (before[0], before[-1]))
    while at < len(lines):
        height, columns = (0, []) if inside[at] else _heading(lines, at)
        if not columns:
            at += 1
            continue
        end, borders = _table(lines, at, height, columns)
        if borders:
            _unruled(implied, lines, at, at + height, end, borders)
        at = end
    return implied


def _line(words: list[Run]) -> _Line:
    largest = max(words, key=lambda word: word.size)
    return _Line(
        words, min(w.top for w in words), max(w.bottom for w in words), largest.base, largest.size
    )


def _heading(lines: list[_Line], at: int) -> tuple[int, list[_Column]]:
    """How many lines the heading of a table takes that begins with line `at`, and its columns."""
    best: tuple[float, int, list[_Column]] = (0.0, 0, [])
    if len(pieces_of(lines[at].words)) < 2:
        return 0, []
    columns: list[_Column] = []
    for height in range(1, HEADING_LINES + 1):
        if at + height > len(lines):
            break
        line = lines[at + height - 1]
        if height > 1 and line.base - lines[at + height - 2].base > LEADING * line.size:
            break
        columns = _taken(columns, line)
        known: dict[str, float] = {}
        for column in columns:
            if role := role_of(column.text):
                known[role.name] = max(role.score, known.get(role.name, 0.0))
        sure = sum(known.values())
        if len(known) >= FEWEST_ROLES and "task" in known and sure >= SURE and sure > best[0]:
            best = sure, height, columns
    return best[1], best[2]


def _taken(columns: list[_Column], line: _Line) -> list[_Column]:
    """The columns of a heading with one line more, each piece under its column."""
    result = [_Column(c.x0, c.x1, c.text) for c in columns]
    for piece in pieces_of(line.words):
        x0, x1 = piece[0].x0, max(word.x1 for word in piece)
        text = " ".join(word.text for word in piece)
        over = [c for c in result if c.x0 < x1 and x0 < c.x1]
        if len(over) == 1:
            column = over[0]
            column.x0, column.x1 = min(column.x0, x0), max(column.x1, x1)
            column.text += " " + text
        else:
            result.append(_Column(x0, x1, text))
    return sorted(result, key=lambda column: column.x0)


def _table(
    lines: list[_Line], at: int, height: int, columns: list[_Column]
) -> tuple[int, list[float]]:
    """The line after the last of the table with this heading, and the borders of its columns."""
    start = at + height
    for first in FIRST_LINES:
        end, borders = min(start + first, len(lines)), []
        for _ in range(2):  # borders from the first lines, then from all of them
            borders = _borders(lines[at:end], columns)
            if not borders:
                break
            end = _end(lines, start, borders)
        if borders and end > start:
            return end, borders
    return start, []


def _end(lines: list[_Line], start: int, borders: Sequence[float]) -> int:
    """The line after the last of a table whose body begins with `start`."""
    end, numbered = start, False
    for at in range(start, len(lines)):
        line = lines[at]
        if at > start and line.base - lines[at - 1].base > APART * line.size:
            break
        first = line.between(0, borders[0])
        goes_on = any(_begins(lines[n], borders) for n in range(at + 1, min(at + 4, len(lines))))
        if _is_ordinal(line.words[0].text) and line.words[0].x1 < borders[0]:
            numbered = True
            if _crosses(line, borders) < 2 or goes_on:
                end = at + 1
            continue
        if (first and numbered) or _crosses(line, borders) > 1:
            if not goes_on:
                break
        else:
            end = at + 1
    return end


def _begins(line: _Line, borders: Sequence[float]) -> bool:
    """Whether a row of the table begins with `line`."""
    return _crosses(line, borders) == 0 and _is_ordinal(line.between(0, borders[0]))


def _crosses(line: _Line, borders: Sequence[float]) -> int:
    return sum(line.covers(x) for x in borders)


def _runs_over(line: _Line, x: float, borders: Sequence[float]) -> bool:
    """Whether `line` is the heading of a group and runs over the border at `x`."""
    if line.covers(x):
        return True
    label = line.words[0].x1 < borders[0] and _is_ordinal(line.words[0].text)
    words = line.words[label:]
    one = all(b.x0 - a.x1 < WORD_SPACE * b.size for a, b in pairwise(words))
    return one and bool(words) and words[0].x0 < x < words[-1].x1


def _is_ordinal(text: str) -> bool:
    return bool(text) and ordinal_of(text) is not None


def _borders(lines: Sequence[_Line], columns: Sequence[_Column]) -> list[float]:
    """The borders between columns: in the gaps that next to no line crosses; none if one lacks."""
    borders = []
    for left, right in pairwise(columns):
        gap = _gap(lines, left.middle, right.middle)
        if gap is None:
            return []
        borders.append(gap)
    return borders


def _gap(lines: Sequence[_Line], start: float, end: float) -> float | None:
    """The middle of the widest gap between two positions that the fewest lines cross."""
    words = [w for line in lines for w in line.words if w.x0 < end and w.x1 > start]
    steps: Counter[float] = Counter({start: 0, end: 0})
    for word in words:  # those of one line do not lie over one another: words crossed are lines
        steps[max(start, word.x0)] += 1
        steps[min(end, word.x1)] -= 1
    edges = sorted(steps)
    crossed = accumulate(steps[x] for x in edges)
    spans = [(a, b, n) for (a, b), n in zip(pairwise(edges), crossed, strict=False)]
    wide = [span for span in spans if span[1] - span[0] >= NARROWEST]
    if not wide:
        return None
    fewest = min(span[2] for span in wide)
    if fewest > max(1, CROSSED * len(lines)):
        return None
    a, b, _ = max((s for s in wide if s[2] == fewest), key=lambda span: span[1] - span[0])
    return (a + b) / 2


def _first_of(lines: list[_Line], borders: Sequence[float]) -> int | None:
    """The line with which a table of the page before goes on: below the page number, or none."""
    for at, line in enumerate(lines[:3]):
        if line.between(0, float("inf")).isdigit():
            continue
        held = sum(bool(line.between(a, b)) for a, b in pairwise((0, *borders, float("inf"))))
        goes_on = held > 1 or any(_begins(other, borders) for other in lines[at : at + ROW_LINES])
        return at if goes_on and not _crosses(line, borders) else None
    return None


def _unruled(
    implied: Implied,
    lines: list[_Line],
    head: int,
    start: int,
    end: int,
    borders: list[float],
    sides: tuple[float, float] = (float("inf"), 0.0),
) -> None:
    """Adds the lines of a table of the lines `head` to `end` whose body begins with `start`."""
    body = lines[start:end]
    cuts = [start + n for n in _row_starts(body, borders)]
    table = lines[head:end]
    left = min(sides[0], *(line.words[0].x0 - MARGIN for line in table))
    right = max(sides[1], *(word.x1 + MARGIN for line in table for word in line.words))
    ys = [table[0].top - MARGIN]
    ys += [(lines[n - 1].bottom + lines[n].top) / 2 for n in cuts if n > head]
    ys.append(table[-1].bottom + MARGIN)
    implied.across += [Ruling(y, left, right) for y in ys]
    for top, bottom in pairwise(ys):
        band = [line for line in table if top < line.base < bottom]
        _down(implied, band, (left, *borders, right), top, bottom)
    implied.goes_on = (left, *borders, right) if end >= len(lines) - 1 else ()


def _row_starts(body: list[_Line], borders: Sequence[float]) -> list[int]:
    """The lines of a table's body with which its rows begin, the first one among them.

    Where the rows are set apart, they begin after those gaps. Else a row begins with its ordinal,
    or where a column that had ended has words again: what begins at the top of its cell is not
    interrupted.
    """
    crossing = [n for n, line in enumerate(body) if _crosses(line, borders)]
    starts = {0, *crossing, *(n + 1 for n in crossing if n + 1 < len(body))}
    numbered = [n for n, line in enumerate(body) if _is_ordinal(line.between(0, borders[0]))]
    gaps = [b.top - a.bottom for a, b in pairwise(body)]
    usual = median(gaps) if gaps else 0.0
    apart = {n for n, gap in enumerate(gaps, 1) if gap > usual + WIDER * body[n].size}
    between = [any(n in apart for n in range(a + 1, b + 1)) for a, b in pairwise(numbered)]
    if sum(between) > SET_APART * len(between) or (not numbered and apart):
        return sorted(starts | apart)
    columns = list(pairwise((borders[0], *borders[1:], float("inf"))))
    filled = [[bool(line.between(x0, x1)) for x0, x1 in columns] for line in body]
    again = [
        n for n, (before, now) in enumerate(pairwise(filled), 1)
        if any(is_now and not was for was, is_now in zip(before, now, strict=True))
    ]  # fmt: skip
    return sorted(starts | {*numbered, *again})


def _ruled_across(rules: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines across, drawn from the same left to the same right, that rule one table."""
    tables: list[list[Ruling]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        for table in tables:
            start, end = abs(table[0].start - rule.start), abs(table[0].end - rule.end)
            if max(start, end) <= SAME_END:
                table.append(rule)
                break
        else:
            tables.append([rule])
    return [table for table in tables if len(table) >= RULES]


def _between_rules(
    implied: Implied, lines: list[_Line], rules: list[Ruling], *, goes_on: bool
) -> None:
    """Adds the lines down of a table that is ruled across: in the gaps between its columns.

    Lines to be filled in are ruled alike: a table says what a column of it holds, or goes on
    with that of the page before.
    """
    inside = [line for line in lines if rules[0].at < line.base < rules[-1].at]
    columns: list[_Column] = []
    for line in inside:
        if line.base < rules[1].at:
            columns = _taken(columns, line)
    known = goes_on or any(role_of(column.text) for column in columns)
    borders = _borders(inside, columns) if known and len(columns) > 1 else []
    if not borders:
        return
    left, right = rules[0].start, rules[0].end
    for top, bottom in pairwise(rule.at for rule in rules):
        band = [line for line in inside if top < line.base < bottom]
        _down(implied, band, (left, *borders, right), top, bottom)
    if sum(line.base > rules[-1].at for line in lines) < 2:
        implied.goes_on = (left, *borders, right)


def _down(
    implied: Implied, band: list[_Line], borders: Sequence[float], top: float, bottom: float
) -> None:
    """Adds the borders of one row, but for those that a heading of a group runs over."""
    inner = borders[1:-1]
    kept = [x for x in inner if not any(_runs_over(line, x, inner) for line in band)]
    implied.down += [Ruling(x, top, bottom) for x in (borders[0], *kept, borders[-1])]
