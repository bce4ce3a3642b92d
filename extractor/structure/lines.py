"""The document as printed lines, for the parts that are set line by line: head and signature.

A table that only lays out the page (letterhead, "Nơi nhận" beside the signature) is read column
by column, as a person reads it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.layout import Block, Cell, Paragraph, Table
from extractor.structure.columns import role_of
from models.provenance import Place


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of the block number `block`; `owner` is the paragraph or cell it is in."""

    text: str
    place: Place
    owner: Paragraph | Cell
    block: int
    column: int = 0
    centered: bool = False
    bold: bool = False


_FRAME = re.compile(r"CỘNG\s+HO[ÀÒ]A?\s+X|Độc lập\s*-|[Nn]ơi nhận|NƠI NHẬN|Kính gửi", re.UNICODE)


def lays_out(table: Table) -> bool:
    """Whether `table` only lays out the page rather than listing something.

    So does a table without rulings, and a small one that holds the national title or the list of
    recipients, unless its first row reads like the heading of a list.
    """
    first = [cell for cell in table.cells if cell.row == 0]
    roles = {role.name for cell in first if (role := role_of(cell.text))}
    if len(roles) >= 3 or (len(roles) >= 2 and table.rows > 3):
        return False
    if any(_FRAME.search(cell.text) for cell in table.cells) and table.rows <= 8:
        return True
    return not table.ruled and (table.rows <= 3 or table.columns <= 2)


def lines_of(blocks: list[Block]) -> Iterator[Line]:
    """The lines of all paragraphs and layout tables, in reading order; blank ones left out."""
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            for text in block.text.split("\n"):
                if text.strip():
                    yield Line(
                        text.strip(), block.place, block, number, 0, block.centered, block.bold
                    )
        elif lays_out(block):
            yield from _cells(block, number)


def _cells(table: Table, number: int) -> Iterator[Line]:
    for cell in sorted(table.cells, key=lambda cell: (cell.column, cell.row)):
        for text in cell.text.split("\n"):
            if text.strip():
                yield Line(text.strip(), cell.place, cell, number, cell.column, False, cell.bold)
        for nested in cell.tables:
            yield from _cells(nested, number)
