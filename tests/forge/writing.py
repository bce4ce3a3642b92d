"""Plans as files: paragraphs and tables, written as a web page or as a Word file."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import product

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.section import Section
from docx.shared import Emu, Pt
from docx.table import Table as WordTable


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that reaches over so many rows and columns."""

    text: str
    bold: bool = False
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the cells that begin in each row; `inner` stand in its cells instead of words."""

    rows: tuple[tuple[Cell, ...], ...]
    ruled: bool = True
    inner: tuple["Grid", ...] = ()

    def places(self) -> list[tuple[int, int, Cell]]:
        """The cells with the row and the column that each begins in."""
        taken: set[tuple[int, int]] = set()
        found = []
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                found.append((row, column, cell))
                taken |= {
                    (row + down, column + right)
                    for down, right in product(range(cell.rows), range(cell.columns))
                }
        return found

    @property
    def width(self) -> int:
        """Its columns, or those of all that stand beside each other."""
        if self.inner:
            return sum(inner.width for inner in self.inner)
        return max(column + cell.columns for _, column, cell in self.places())


Block = Text | Grid


def as_html(blocks: Sequence[Block]) -> bytes:
    """A web page."""
    body = "\n".join(_text(b) if isinstance(b, Text) else _grid(b) for b in blocks)
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


def _text(block: Text) -> str:
    words = _words(block.text, block.bold)
    return f"<p{' align=center' * block.centred}>{words}</p>"


def _words(text: str, bold: bool) -> str:
    words = "<br>".join(map(html.escape, text.split("\n")))
    return f"<b>{words}</b>" if bold and words else words


def _grid(grid: Grid) -> str:
    if grid.inner:
        cells = "".join(f"<td>{_grid(inner)}</td>" for inner in grid.inner)
        return f"<table border=0><tr>{cells}</tr></table>"
    lines = []
    for row in grid.rows:
        cells = "".join(
            f"<td rowspan={cell.rows} colspan={cell.columns}>{_words(cell.text, cell.bold)}</td>"
            for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    return f"<table border={int(grid.ruled)}>{''.join(lines)}</table>"


def as_docx(blocks: Sequence[Block]) -> bytes:
    """A Word file."""
    document = Document()
    font = document.styles["Normal"].font
    font.name, font.size = "Times New Roman", Pt(12)
    lying = False
    for block in blocks:
        if isinstance(block, Grid) and (block.width >= _WIDE) is not lying:
            lying = not lying
            _turn(document.add_section())
        if isinstance(block, Text):
            paragraph = document.add_paragraph()
            paragraph.add_run(block.text).bold = block.bold
            if block.centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif block.inner:
            outer = document.add_table(1, len(block.inner))
            outer.autofit = False
            whole = sum(column.width for column in outer.columns)
            for column, cell, inner in zip(
                outer.columns, outer.rows[0].cells, block.inner, strict=True
            ):
                column.width = cell.width = Emu(whole * inner.width // block.width)
                _fill(cell.add_table(len(inner.rows), inner.width), inner)
        else:
            _fill(document.add_table(len(block.rows), block.width), block)
    document.add_paragraph()  # no file of Word ends with a table
    file = BytesIO()
    document.save(file)
    return file.getvalue()


#: From so many columns on a table stands on a sheet that lies on its side.
_WIDE = 9


def _turn(section: Section) -> None:
    section.orientation = WD_ORIENT(1 - section.orientation)
    section.page_width, section.page_height = section.page_height, section.page_width


def _fill(table: WordTable, grid: Grid) -> None:
    if grid.ruled:
        table.style = "Table Grid"
    table.autofit = False
    cells = [row.cells for row in table.rows]
    for row, column, cell in grid.places():
        place = cells[row][column]
        if cell.rows > 1 or cell.columns > 1:
            place = place.merge(cells[row + cell.rows - 1][column + cell.columns - 1])
        lines = cell.text.split("\n")
        for paragraph in [place.paragraphs[0], *(place.add_paragraph() for _ in lines[1:])]:
            paragraph.add_run(lines.pop(0)).bold = cell.bold
