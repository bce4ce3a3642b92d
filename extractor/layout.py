"""What every reader yields: the source as pages, paragraphs and tables, each with its place.

A Layout says what is printed and where; it says nothing about what it means. Nothing that is
printed is missing from it: running heads and page numbers are there too, marked as such.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from extractor.labels import LIST_ITEM, ROMAN, ROMANS
from models.plan import Diagnostic
from models.provenance import Place

ParagraphKind = Literal[
    "body",  # running text
    "running",  # repeats on every page: page number, head, foot
    "footnote",
    "stamp",  # the block of a digital signature
    "furniture",  # of the web site around the document: menus, related links
]


@dataclass(slots=True)
class Paragraph:
    """A paragraph: NFC text with white space folded; forced line breaks are kept as newlines.

    `bars` counts the delimiters of cells before it, where a dump has them in lines of their own.
    `certainty` and `repairs` are those of a cell.
    """

    text: str
    place: Place
    kind: ParagraphKind = "body"
    centered: bool = False
    bold: bool = False
    bars: int = 0
    certainty: float = 1.0
    repairs: Sequence[tuple[str, str]] = ()


@dataclass(slots=True, eq=False)
class Cell:
    """A cell at its top left corner; `row` and `column` count from 0. It is equal to itself only.

    `text` is made by `flow`: folded to one line, but for a newline before each list item.
    `tables` are the tables nested in the cell, whose text is not part of `text`. Where a picture
    was read, `certainty` is that of the least certain word, and `repairs` are the words that were
    read otherwise: as read, and as they must be printed.
    """

    row: int
    column: int
    text: str
    place: Place
    row_span: int = 1
    column_span: int = 1
    bold: bool = False
    tables: "Sequence[Table]" = ()
    certainty: float = 1.0
    repairs: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Table:
    """A grid of cells. `ruled` is False for a table without lines, which lays out a page.

    `header_rows` counts the rows the source itself marks as a header. `decoded` is set where the
    source has no row structure and a decoder found the likeliest one: its certainty, 0 to 1;
    `row_certainty` is then that of each row.
    """

    cells: list[Cell]
    rows: int
    columns: int
    place: Place
    ruled: bool = True
    header_rows: int = 0
    decoded: float | None = None
    row_certainty: list[float] | None = None

    def grid(self) -> list[list[Cell | None]]:
        """Rows of cells; a spanned cell stands in every position it covers."""
        grid: list[list[Cell | None]] = [[None] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            if cell.row_span == cell.column_span == 1:
                grid[cell.row][cell.column] = cell
                continue
            for row in range(cell.row, min(cell.row + cell.row_span, self.rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, self.columns)):
                    grid[row][column] = cell
        return grid

    def every_cell(self) -> Iterator[Cell]:
        """Its cells, each followed by those of the tables nested in it."""
        for cell in self.cells:
            yield cell
            for nested in cell.tables:
                yield from nested.every_cell()


Block = Paragraph | Table
#: What is accounted for, one by one.
Unit = Paragraph | Cell


@dataclass(slots=True)
class Page:
    """A page of a paged source, in points, with the verdict on its text layer.

    `syllables` is the share of its words that are valid Vietnamese syllables, None where the
    page has no words. `readable` is False where the layer is missing or garbage: the page's text
    is then left out and must come from OCR; `recognised` where it does. `path` is that of a place
    on it, where it is in one of several files.
    """

    number: int
    width: float
    height: float
    readable: bool = True
    syllables: float | None = None
    recognised: bool = False
    path: str | None = None


@dataclass(slots=True)
class Layout:
    """A source, in reading order. `title` is the one in the file's own metadata, if any."""

    reader: str
    media_type: str
    blocks: list[Block]
    pages: list[Page] = field(default_factory=list)
    title: str | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def paragraphs(self) -> Iterator[Paragraph]:
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))

    def units(self) -> Iterator[Unit]:
        """Every paragraph and cell, those of nested tables too."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block
            else:
                yield from block.every_cell()


# A hyphen that ends a line inside a word or a number: "KT-" / "XH", "18-" / "NQ/TW".
_CUT = re.compile(r"[^\W_]-$")


#: The day and month, or the month or quarter, before a year: "30/9/", "IV/".
BEFORE_YEAR = rf"(?:\d{{1,2}}/)?(?:\d{{1,2}}|{ROMAN})/"
# The two pieces of a day, month or year that the end of a line or page has cut: "30/9/20" / "26".
_DAY_OPENS = re.compile(rf"[\d{ROMANS}/]*/\d*$|(?<![\d.,])20\d$")
_DAY_ENDS = re.compile(r"[\d/]*\d(?!\w)")
_DAY = re.compile(rf"(?:{BEFORE_YEAR})?20\d\d")


def _cuts_date(text: str, line: str) -> bool:
    opens, ends = _DAY_OPENS.search(text, max(0, len(text) - 12)), _DAY_ENDS.match(line)
    return bool(opens and ends and _DAY.fullmatch(opens[0] + ends[0]))


def with_line(text: str, line: str) -> str:
    """`text` with the next line of the same cell or paragraph: a newline before a list item.

    >>> with_line("phát triển KT-", "XH"), with_line("Trước ngày 30/9/20", "26")
    ('phát triển KT-XH', 'Trước ngày 30/9/2026')
    """
    if not text:
        return line
    if LIST_ITEM.match(line):
        return f"{text}\n{line}"
    if line[0] in ",.;:)”" or (line[0] == "…" and text[-1] in ",;"):
        return text + line
    if line[0].isalnum() and (_CUT.search(text[-2:]) or _cuts_date(text, line)):
        return text + line
    return f"{text} {line}"


def flow(lines: Iterable[str], *, hard: bool = False) -> str:
    """The lines of a cell as one text: white space folded, a newline before each list item.

    `hard` says that the lines are paragraphs of the source rather than wraps of one: then a line
    that ends a sentence or an item keeps its break, too.

    >>> flow(["- Kế hoạch của", "UBND huyện;", "- Báo cáo"])
    '- Kế hoạch của UBND huyện;\\n- Báo cáo'
    >>> flow(["Ủy ban", "Kinh tế"], hard=True)
    'Ủy ban Kinh tế'
    """
    out = last = ""
    for line in lines:
        piece = " ".join(line.split())
        if not piece:
            continue
        if hard and out and (out[-1] in ".;:!?" or (_titled(piece) and _titled(last))):
            out += "\n" + piece
        else:
            out = with_line(out, piece)
        last = piece
    return out


def _titled(line: str) -> bool:
    """Whether a line is a few words that all start with a capital: a name of its own."""
    words = line.split()
    return 2 <= len(words) <= 5 and all(word[0].isupper() and not word.isupper() for word in words)
