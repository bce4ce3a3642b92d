"""A PDF page as tables and lines in reading order."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.layout import Cell, Paragraph, Table
from extractor.readers.pdf.columns import columns_of
from extractor.readers.pdf.glyphs import DESCENT, Glyphs, Run, Speller
from extractor.readers.pdf.implied import Implied, implied_lines
from extractor.readers.pdf.lines import TAB, Edge, Line, cell_text, line_of, pieces_of, rows_of
from extractor.readers.pdf.pages import STRAIGHT, Level, turned
from extractor.readers.pdf.rulings import Ruling
from extractor.readers.pdf.tables import TOUCH, Grid, area, grids_of
from extractor.readers.pdf.weaving import woven
from extractor.text import normal
from models.provenance import Bbox, Place

TURNED = threshold("pdf.table-turned")  # share of its cells whose text stands on its side

# The block that a digital signature draws wherever there is room: "Người ký: … Ngày ký: …".
_SIGNED = re.compile(rf"(?:{pattern('form_words', 'mark')})\b", re.IGNORECASE)
_SIGNATURE = re.compile(rf"(?:{pattern('form_words', 'mark.field')})\s*:", re.IGNORECASE)
#: The characters of a stamp at most: a form with more text holds part of the page itself.
LONGEST = int(threshold("stamp.longest"))
#: Of a stamp that is no form: how many ems below the line before the next one may be.
BELOW = threshold("stamp.below")
_MOST_RUNS = 40  # that are looked at


@dataclass(slots=True)
class PageContent:
    """What stands on one page: `rows` outside of the tables, each as its pieces; rulings not
    part of a table; `turn`, by which the page's text was turned to stand upright; `goes_on`,
    the borders of an unruled table that ends with the page; `guessed` if it has such tables;
    `level`, how the sheet was made level; `recognised` if its letters were."""

    number: int
    width: float
    height: float
    rows: list[list[Line]]
    tables: list[Table]
    stamps: list[Paragraph] = field(default_factory=list)
    rules: list[Ruling] = field(default_factory=list)
    turn: int = 0
    goes_on: tuple[float, ...] = ()
    guessed: bool = False
    level: Level = STRAIGHT
    recognised: bool = False

    def place(self, box: Bbox) -> Place:
        """The place of a box, on the page as it is displayed."""
        box = self.level.back(box) if self.level.matrix else box
        x0, top, x1, bottom = turned(box, self.width, self.height, -self.turn)
        return Place(self.number, (_tenth(x0), _tenth(top), _tenth(x1), _tenth(bottom)))

    def box(self, place: Place) -> Bbox:
        """The box of a place of this page, on the sheet as it is read."""
        width, height = self.width, self.height
        if self.turn % 2:
            width, height = height, width
        box = turned(place.bbox or (0.0, 0.0, 0.0, 0.0), width, height, self.turn)
        return self.level.onto(box) if self.level.matrix else box


@lru_cache(maxsize=20_000)
def _tenth(value: float) -> float:
    """Rounded to tenths of a point; equal positions share one number, there are so many."""
    return round(value, 1)


def content_of(
    reader: Speller,
    glyphs: Glyphs,
    number: int,
    turn: int = 0,
    before: PageContent | None = None,
    level: Level | None = None,
) -> PageContent:
    """The tables and lines of the page that `glyphs` was read from; `before` is the page before.

    `level` is given for a page that was recognised. A frame of one cell is no table, unless it goes
    on with the last table of the page before.
    """
    stamps, runs = _stamps_of(glyphs.runs)
    runs = woven(runs, reader)
    across, down = glyphs.drawing.horizontal, glyphs.drawing.vertical
    grids = grids_of(across, down)
    implied = _implied(runs, grids, across, reader, before)
    if implied.down:
        grids = grids_of(across + implied.across, down + implied.down)
    grids = [g for g in grids if len(g.fields) > 1 or _goes_on(g, before)]
    inner, outside = _assigned(runs, grids, reader)
    sheet = PageContent(number, glyphs.width, glyphs.height, [], [], turn=turn)
    sheet.level, sheet.recognised = level or STRAIGHT, level is not None
    sheet.goes_on, sheet.guessed = implied.goes_on, bool(implied.down)
    sheet.stamps = [_stamp(sheet, runs) for runs in stamps]
    tables = [_table(sheet, grid, texts) for grid, texts in zip(grids, inner, strict=True)]
    sheet.tables = _nested(grids, tables)
    for table, texts in zip(tables, inner, strict=True):
        _turn(table, _turn_of(texts))
    pieces = [pieces_of(row) for row in rows_of(_upright(outside))]
    sheet.rows = [[line_of(piece) for piece in row] for row in pieces]
    if sheet.recognised:
        for line, piece in zip(chain(*sheet.rows), chain(*pieces), strict=True):
            line.certainty, line.repairs = _reading(piece)
    turned_words = [word for run in outside if run.turn for word in reader.words(run)]
    sheet.rows += [[line] for line in _sideways(turned_words, sheet, pieces_of)]
    sheet.rules = [r for r in glyphs.drawing.horizontal if not any(_on(r, grid) for grid in grids)]
    return sheet


def _implied(
    runs: list[Run],
    grids: list[Grid],
    across: list[Ruling],
    reader: Speller,
    before: PageContent | None,
) -> Implied:
    """The lines that tables outside of the grids leave out."""
    free = [r for r in _upright(runs) if _field_at(r, grids, range(len(grids))) is None]
    rules = [rule for rule in across if not any(_on(rule, grid) for grid in grids)]
    goes_on = before.goes_on if before else ()
    if not rules and not goes_on and all(len(pieces_of(row)) < 3 for row in rows_of(free)):
        return Implied([], [])  # no heading of a table
    words = [word for run in free for word in reader.words(run)]
    return implied_lines(rows_of(words), rules, goes_on)


def _goes_on(grid: Grid, before: PageContent | None) -> bool:
    if before is None or not before.tables:
        return False
    x0, _, x1, _ = before.box(before.tables[-1].place)
    return max(abs(grid.xs[0] - x0), abs(grid.xs[-1] - x1)) < TOUCH


def _on(rule: Ruling, grid: Grid) -> bool:
    x0, top, x1, bottom = grid.bbox
    return top - TOUCH <= rule.at <= bottom + TOUCH and rule.end > x0 and rule.start < x1


def _assigned(
    runs: list[Run], grids: list[Grid], reader: Speller
) -> tuple[list[list[list[Run]]], list[Run]]:
    """The runs of each field of each grid, and those outside of all grids."""
    inner: list[list[list[Run]]] = [[[] for _ in grid.fields] for grid in grids]
    if not grids:
        return inner, runs
    outside: list[Run] = []
    # The smallest grid first: a table within a cell takes its text before the outer one does.
    order = sorted(range(len(grids)), key=lambda g: area(grids[g].bbox))
    for run in runs:
        at = _field_at(run, grids, order)
        if at is not None:
            box = grids[at[0]].fields[at[1]].bbox
            over = run.x0 < box[0] or run.x1 > box[2]
            if over and run.turn == 0 and " " in run.text:
                for word in reader.words(run):
                    number, spot = _field_at(word, grids, order) or at
                    inner[number][spot].append(word)
                continue
            inner[at[0]][at[1]].append(run)
        else:
            outside.append(run)
    return inner, outside


def _field_at(run: Run, grids: list[Grid], order: Iterable[int]) -> tuple[int, int] | None:
    x, y = (run.x0 + run.x1) / 2, (run.top + run.bottom) / 2
    for index in order:
        found = grids[index].at(x, y)
        if found is not None:
            return index, found
    return None


def _table(sheet: PageContent, grid: Grid, texts: list[list[Run]]) -> Table:
    cells, inner = [], []
    for runs in texts:
        lines = [line_of(row) for row in rows_of(_upright(runs))]
        inner.append(lines + _sideways(runs, sheet, lambda row: [row]))
    filled = [(spot.bbox, lines) for spot, lines in zip(grid.fields, inner, strict=True) if lines]
    margin = min((line.x0 - box[0] for box, lines in filled for line in lines), default=0.0)
    spaced = any(line.spaced for _, lines in filled for line in lines[:-1])
    for spot, lines in zip(grid.fields, inner, strict=True):
        right = max([spot.bbox[2] - max(margin, 0.0), *(line.x1 for line in lines)])
        text = cell_text(lines, Edge(right, spaced))
        cells.append(
            Cell(
                spot.row,
                spot.column,
                sys.intern(text),  # names and deadlines come again and again
                sheet.place(spot.bbox),
                spot.row_span,
                spot.column_span,
                bold=bool(lines) and all(line.bold for line in lines),
            )
        )
    table = Table(cells, len(grid.ys) - 1, len(grid.xs) - 1, sheet.place(grid.bbox))
    if sheet.recognised:
        for cell, runs in zip(cells, texts, strict=True):
            cell.certainty, cell.repairs = _reading(runs)
    return table


def _reading(runs: list[Run]) -> tuple[float, tuple[tuple[str, str], ...]]:
    """The certainty of the least certain word, and the words that were read otherwise."""
    repairs = tuple((run.read, run.text) for run in runs if run.read)
    return min((run.certainty for run in runs), default=1.0), repairs


def _nested(grids: list[Grid], tables: list[Table]) -> list[Table]:
    """The tables that stand in no other; the others are put into the cells that hold them."""
    outer = []
    for index, (grid, table) in enumerate(zip(grids, tables, strict=True)):
        x0, top, x1, bottom = grid.bbox
        holders = [
            (area(other.bbox), number, spot)
            for number, other in enumerate(grids)
            if number != index
            and area(other.bbox) > area(grid.bbox)
            and (spot := other.at((x0 + x1) / 2, (top + bottom) / 2)) is not None
        ]
        if holders:
            _, number, spot = min(holders)
            cell = tables[number].cells[spot]
            cell.tables = (*cell.tables, table)
        else:
            outer.append(table)
    return outer


def _turn_of(texts: list[list[Run]]) -> int:
    """The direction of the text in most of the cells that have some, in quarter turns clockwise."""
    turns: Counter[int | None] = Counter()
    for runs in filter(None, texts):
        letters: Counter[int | None] = Counter()
        for run in runs:
            letters[run.turn] += len(run.text)
        turns[letters.most_common(1)[0][0]] += 1
    turn, cells = turns.most_common(1)[0] if turns else (0, 0)
    return turn if turn and cells > TURNED * turns.total() else 0


def _turn(table: Table, turn: int) -> None:
    """Makes rows and columns of a table whose text runs in this direction those that one reads."""
    if not turn:
        return
    rows, columns = table.rows, table.columns
    for cell in table.cells:
        box = cell.column, cell.row, cell.column + cell.column_span, cell.row + cell.row_span
        x0, top, x1, bottom = map(int, turned(box, columns, rows, -turn))
        cell.column, cell.row, cell.column_span, cell.row_span = x0, top, x1 - x0, bottom - top
    if turn % 2:
        table.rows, table.columns = columns, rows
    table.cells.sort(key=lambda cell: (cell.row, cell.column))


def _upright(runs: list[Run]) -> list[Run]:
    return [run for run in runs if run.turn == 0]


def _sideways(
    runs: list[Run], sheet: PageContent, cut: Callable[[list[Run]], list[list[Run]]]
) -> list[Line]:
    """The lines of text that stands on its side or on its head, each printed row `cut` into them;
    boxes are those of the sheet."""
    lines = []
    for turn in (1, 2, 3):
        group = []
        for run in runs:
            if run.turn == turn:
                x0, top, x1, bottom = turned(
                    (run.x0, run.top, run.x1, run.bottom), sheet.width, sheet.height, -turn
                )
                base = bottom - DESCENT * run.size
                group.append(replace(run, x0=x0, top=top, x1=x1, bottom=bottom, base=base))
        # The sheet turned back by an odd number of quarters has its sides exchanged.
        width, height = sheet.width, sheet.height
        if turn % 2:
            width, height = height, width
        for line in (line_of(piece) for row in rows_of(group) for piece in cut(row)):
            line.x0, line.top, line.x1, line.bottom = turned(line.bbox, width, height, turn)
            lines.append(line)
    return lines


def _stamps_of(runs: list[Run]) -> tuple[list[list[Run]], list[Run]]:
    """The runs of each stamp, and the runs that are left, in order.

    A stamp is a form object of its own that speaks of a signature, or runs drawn one after the
    other that open with the signer and go on with the date, the mail address or the office.
    Oblique text, which no line of the page can hold, is a stamp, too.
    """
    stamps: list[list[Run]] = []
    forms: dict[int, list[Run]] = {}
    for run in runs:
        if run.form:
            forms.setdefault(run.form, []).append(run)
    signed = set()
    for number, members in forms.items():
        text = " ".join(run.text for run in members)
        if len(text) <= LONGEST and _SIGNED.search(text):
            signed.add(number)
            stamps.append(members)
    oblique = [run for run in runs if run.turn is None and run.form not in signed]
    if oblique:
        stamps.append(oblique)
    rest = [run for run in runs if run.turn is not None and run.form not in signed]
    index = 0
    while index < len(rest):
        end = _stamp_end(rest, index) if _SIGNED.match(rest[index].text) else index
        if end > index:
            stamps.append(rest[index:end])
            del rest[index:end]
        else:
            index += 1
    return stamps, rest


def _stamp_end(runs: list[Run], start: int) -> int:
    """Where the stamp that opens at `start` ends; `start` where it is none."""
    first = runs[start]
    bottom, end, marked = first.bottom, start, False
    for index in range(start, min(start + _MOST_RUNS, len(runs))):
        run = runs[index]
        if run.top - bottom > BELOW * first.size or run.bottom < first.top or run.x1 < first.x0:
            break
        if _SIGNATURE.match(run.text):
            marked, end = True, index + 1
        elif marked and run.top < (last := runs[end - 1]).base:
            if abs(run.x0 - last.x1) > TAB * run.size:
                break  # what the paper has beside the stamp
            end = index + 1  # the rest of the line that a field opens
        bottom = max(bottom, run.bottom)
    return end if marked else start


def _stamp(sheet: PageContent, runs: list[Run]) -> Paragraph:
    if runs[0].turn is None:
        text = "".join(run.text + " " * run.spaced_after for run in runs).strip()
    else:
        text = "\n".join(line_of(row).text for row in rows_of(runs))
    box = (
        min(run.x0 for run in runs),
        min(run.top for run in runs),
        max(run.x1 for run in runs),
        max(run.bottom for run in runs),
    )
    return Paragraph(normal(text), sheet.place(box), kind="stamp")


def ordered(sheet: PageContent, rows: list[list[Line]]) -> list[Line | Table]:
    """`rows` of the sheet and its tables from the top down, with columns told apart."""
    result: list[Line | Table] = []
    rows = sorted(rows, key=lambda row: row[0].base)
    start = 0
    for table, top in sorted(
        ((t, sheet.box(t.place)[1]) for t in sheet.tables), key=lambda pair: pair[1]
    ):
        end = start
        while end < len(rows) and rows[end][0].base <= top + 2:
            end += 1
        result += columns_of(rows[start:end], sheet.place)
        result.append(table)
        start = end
    return result + columns_of(rows[start:], sheet.place)
