"""The document as printed lines, for the parts that are set line by line: head and signature.

A table that only lays out the page (letterhead, "Nơi nhận" beside the signature) is read column
by column, as a person reads it.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from corpora.wordings import pattern
from extractor.columns import role_of
from extractor.labels import NATIONAL_TITLE
from extractor.layout import Block, Cell, Paragraph, Table
from models.provenance import Place


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line of the block number `block`; `owner` is the paragraph or cell it is in."""

    text: str
    place: Place
    owner: Paragraph | Cell
    block: int
    column: int = 0
    centered: bool = False
    bold: bool = False


_ADDRESSED = re.compile(pattern("form_words", "recipients", "addressed"), re.IGNORECASE)


def lays_out(table: Table) -> bool:
    """Whether `table` only lays out the page rather than listing something.

    So does a table without rulings, and a small one that holds the national title or the list of
    recipients, unless its first row reads like the heading of a list.
    """
    first = [cell for cell in table.cells if cell.row == 0]
    roles = {role.name for cell in first if (role := role_of(cell.text))}
    if len(roles) >= 3 or (len(roles) >= 2 and table.rows > 3):
        return False
    if table.rows <= 8 and any(
        NATIONAL_TITLE.search(cell.text) or _ADDRESSED.search(cell.text) for cell in table.cells
    ):
        return True
    return not table.ruled and (table.rows <= 3 or table.columns <= 2)


def lines_of(blocks: list[Block], forms: Container[int]) -> Iterator[PrintedLine]:
    """The lines of paragraphs and of tables that only lay out the page; blank ones left out.

    `forms` are the ids of those tables.
    """
    number = 0
    while number < len(blocks):
        block = blocks[number]
        if isinstance(block, Paragraph):
            yield from _paragraph(block, number)
        elif id(block) in forms:
            tables, between, number = _over_pages(blocks, number, forms)
            columns = [(at, _columns(table)) for at, table in tables]
            for column in range(max(table.columns for _, table in tables)):
                for at, cells in columns:
                    yield from _column(cells.get(column, ()), at, column)
            for at, paragraph in between:
                yield from _paragraph(paragraph, at)
        number += 1


def _over_pages(
    blocks: list[Block], start: int, forms: Container[int]
) -> tuple[list[tuple[int, Table]], list[tuple[int, Paragraph]], int]:
    """A layout table with what a page break cut off it, and the running heads in between."""
    first = blocks[start]
    assert isinstance(first, Table)
    tables = [(start, first)]
    between: list[tuple[int, Paragraph]] = []
    end = start
    waiting: list[tuple[int, Paragraph]] = []
    for at in range(start + 1, min(start + 8, len(blocks))):
        block = blocks[at]
        if isinstance(block, Paragraph):
            if block.kind == "body" and block.text.strip():
                break
            waiting.append((at, block))
        elif block.columns == first.columns and not block.ruled and id(block) in forms:
            tables.append((at, block))
            between += waiting
            waiting, end = [], at
        else:
            break
    return tables, between, end


def _paragraph(paragraph: Paragraph, number: int) -> Iterator[PrintedLine]:
    for text in paragraph.text.split("\n"):
        if text.strip():
            yield PrintedLine(
                text.strip(), paragraph.place, paragraph, number, 0, paragraph.centered,
                paragraph.bold,
            )  # fmt: skip


def _columns(table: Table) -> dict[int, list[Cell]]:
    """The cells of each column, from the top."""
    found: dict[int, list[Cell]] = defaultdict(list)
    for cell in sorted(table.cells, key=lambda cell: cell.row):
        found[cell.column].append(cell)
    return found


def _column(cells: Iterable[Cell], number: int, column: int) -> Iterator[PrintedLine]:
    for cell in cells:
        for text in cell.text.split("\n"):
            if text.strip():
                yield PrintedLine(text.strip(), cell.place, cell, number, column, False, cell.bold)
        for nested in cell.tables:
            for inner, inside in sorted(_columns(nested).items()):
                yield from _column(inside, number, inner)
