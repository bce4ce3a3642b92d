"""Sheets: cells in their places to paragraphs and tables.

What has lines around it is a table, and so are numbered rows right below it, added without. Titles
above it, remarks and signatures below it have none; what stands over its headings is a title, too.
In a sheet without lines a table goes from the first row that fills three columns to the last one
before a blank row.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from extractor.columns import role_of
from extractor.labels import ordinal_of
from extractor.layout import Block, Cell, Paragraph, Table, flow
from extractor.text import normal
from models.provenance import Place

#: So many columns that a row fills, or has lines around, make it a row of a table.
_FILLED, _RULED = 3, 2


@dataclass(slots=True)
class Square:
    """A cell of a sheet as it is shown; `row` and `column` count from 0.

    `ruled` says that lines are drawn around it.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    centered: bool = False
    ruled: bool = False


def blocks_of(name: str, squares: Iterable[Square]) -> list[Block]:
    """The paragraphs and tables of the sheet `name`; places are its addresses: `'Phụ lục 1'!B7`."""
    rows: dict[int, list[Square]] = {}
    for square in squares:
        square.text = normal(square.text).strip()
        if square.text or square.ruled:
            rows.setdefault(square.row, []).append(square)
    for row in rows.values():
        row.sort(key=lambda square: square.column)
    blocks: list[Block] = []
    tabular = _tabular(rows)
    for is_table, numbers in groupby(sorted(rows), tabular.__contains__):
        if is_table:
            whole = [rows[number] for number in numbers]
            titles = _titles(whole)
            blocks += (_paragraph(name, one) for line in whole[:titles] for one in line if one.text)
            blocks += _table(name, whole[titles:], ruled=True)
            continue
        filled = ([square for square in rows[number] if square.text] for number in numbers)
        for alone, lines in groupby(filter(None, filled), lambda line: len(line) == 1):
            if alone:
                blocks += (_paragraph(name, square) for line in lines for square in line)
            else:
                blocks += _table(name, list(lines), ruled=False)
    return blocks


def _tabular(rows: dict[int, list[Square]]) -> set[int]:
    """Which rows are those of tables; a cell counts in each row that it reaches."""
    lined: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for square in (square for row in rows.values() for square in row):
        for number in range(square.row, square.row + square.row_span):
            lined[number] += square.ruled and square.column_span
            filled[number] += bool(square.text)
    ruled = {number for number, columns in lined.items() if columns >= _RULED}
    if any(square.text for number in ruled for square in rows.get(number, ())):
        between = {number for number in rows if {number - 1, number + 1} <= ruled}
        return _with_numbered((ruled | between) & rows.keys(), rows)
    found: set[int] = set()
    for run in _runs(number for number, row in rows.items() if any(one.text for one in row)):
        full = [number for number in run if filled[number] >= _FILLED]
        found |= {number for number in run if full and full[0] <= number <= full[-1]}
    return found


def _with_numbered(ruled: set[int], rows: dict[int, list[Square]]) -> set[int]:
    """The rows of tables with lines, and those below them without that go on to a numbered one."""
    found = set(ruled)
    below: list[int] = []
    for number in sorted(rows):
        texts = [square.text for square in rows[number] if square.text]
        if number in ruled or number - 1 not in {*found, *below[-1:]} or not texts:
            below = []
            continue
        below.append(number)
        if len(texts) >= _FILLED and ordinal_of(texts[0]):
            found.update(below)
    return found


def _titles(rows: Sequence[list[Square]]) -> int:
    """How many rows of one text, as titles have, stand above a row of headings at the top."""
    for number, row in enumerate(rows):
        texts = [square.text for square in row if square.text]
        if len(texts) > 1:
            return number if sum(role_of(text) is not None for text in texts) > 1 else 0
    return 0


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """The numbers in order, parted where one is left out."""
    for _, run in groupby(enumerate(sorted(numbers)), lambda place: place[1] - place[0]):
        yield [number for _, number in run]


def _table(name: str, rows: Sequence[list[Square]], ruled: bool) -> list[Block]:
    """A table without rows and columns in which no cell begins; none where it has no word."""
    squares = [square for row in rows for square in row]
    if not any(square.text for square in squares):
        return []
    lines = sorted({square.row for square in squares})
    columns = sorted({square.column for square in squares})
    cells = [
        Cell(
            row=bisect_left(lines, square.row),
            column=bisect_left(columns, square.column),
            text=flow(square.text.split("\n"), hard=True) if ruled else square.text,
            place=Place(path=_address(name, square)),
            row_span=_begun(lines, square.row, square.row_span),
            column_span=_begun(columns, square.column, square.column_span),
            bold=square.bold and bool(square.text),
        )
        for square in squares
    ]
    corners = f"{_address(name, squares[0])}:{_address('', squares[-1])}"
    return [Table(cells, len(lines), len(columns), Place(path=corners), ruled)]


def _begun(starts: list[int], first: int, span: int) -> int:
    """How many of the ordered `starts` a span covers, which begins at one of them."""
    return bisect_left(starts, first + span) - bisect_left(starts, first)


def _paragraph(name: str, square: Square) -> Paragraph:
    return Paragraph(
        text="\n".join(filter(None, (" ".join(line.split()) for line in square.text.split("\n")))),
        place=Place(path=_address(name, square)),
        centered=square.centered,
        bold=square.bold,
    )


def _address(name: str, square: Square) -> str:
    """The address of a cell as spreadsheets write it.

    >>> _address("PL 1", Square(6, 27, ""))
    "'PL 1'!AB7"
    """
    letters, column = "", square.column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    sheet = "'{}'!".format(name.replace("'", "''")) if name else ""
    return f"{sheet}{letters}{square.row + 1}"
