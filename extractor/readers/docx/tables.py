"""Tables of a DOCX: from rows of cells to a grid (ECMA-376 part 1, 17.4).

Rows and cells are walked once, as they stand in the XML.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from extractor.layout import Cell, Table, flow
from extractor.readers.docx.package import WORD, integer
from extractor.readers.docx.passages import ALTERNATIVES
from extractor.readers.docx.styles import Styles, edges, is_on
from models.provenance import Place

W = WORD
TR, TC = W + "tr", W + "tc"
_VAL = W + "val"
_CELL, _SPAN, _BORDERS, _DELETED = W + "tcPr", W + "gridSpan", W + "tcBorders", W + "cellDel"
_MERGES = {W + "vMerge": "above", W + "hMerge": "before"}
_PROPERTIES = (W + "trPr", W + "tblPrEx")
_REMOVED = (W + "del", W + "moveFrom")
_RULING = 2  # edges that a cell of a ruled table draws; one alone underlines a heading

_WRAPPERS = frozenset(
    [W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")]
    + [ALTERNATIVES, ALTERNATIVES.replace("AlternateContent", "Choice")]
)


@dataclass(slots=True)
class RowTraits:
    """What the properties of a row say; `before` is the number of columns it leaves out."""

    before: int = 0
    header: bool = False
    removed: bool = False
    ruled: bool = False


def row_traits(tr: etree._Element) -> RowTraits:
    """The properties of a `w:tr`."""
    row = RowTraits()
    for properties in tr:
        if properties.tag not in _PROPERTIES:
            break  # they stand before the cells
        for prop in properties:
            tag = prop.tag
            if tag == W + "gridBefore":
                row.before = max(0, integer(prop.get(_VAL)))
            elif tag == W + "tblHeader":
                row.header = is_on(prop)
            elif tag in _REMOVED or (tag == W + "hidden" and is_on(prop)):
                row.removed = True
            elif tag == W + "tblBorders":
                row.ruled = any(edges(prop).values())
    return row


@dataclass(frozen=True, slots=True)
class CellTraits:
    """What the properties of a cell say.

    `merge` says that it only goes on with the cell "above" or "before" it, `merged` that it may
    be merged with those below; `drawn` counts the edges it draws itself, None where it says
    nothing of edges.
    """

    span: int = 1
    merge: str = ""
    merged: bool = False
    drawn: int | None = None
    removed: bool = False


def cell_traits(tc: etree._Element) -> CellTraits:
    """The properties of a `w:tc`."""
    span, merge, merged, removed = 1, "", False, False
    drawn: int | None = None
    first = tc[0] if len(tc) else tc
    for prop in first if first.tag == _CELL else ():  # they stand before the text
        tag = prop.tag
        if tag == _SPAN:
            span = max(1, integer(prop.get(_VAL)))
        elif tag in _MERGES:
            merged = merged or _MERGES[tag] == "above"
            if prop.get(_VAL) != "restart":
                merge = _MERGES[tag]
        elif tag == _BORDERS:
            drawn = sum(edges(prop).values())
        elif tag == _DELETED:
            removed = True
    return _traits(span, merge, merged, drawn, removed)


_traits = lru_cache(maxsize=256)(CellTraits)  # a document has few kinds of cells


@dataclass(slots=True)
class Draft:
    """A table while it is read: the cells that stand, and those that may go on downwards.

    `grid` is the number of columns it declares; `ruling` and `clearing` count the cells that draw
    edges of their own and those that clear them.
    """

    grid: int
    cells: list[Cell] = field(default_factory=list)
    open: dict[int, Cell] = field(default_factory=dict)
    rows: int = 0
    header_rows: int = 0
    ruling: int = 0
    clearing: int = 0
    exceptions: bool = False
    covered: int = 0
    column: int = 0
    latest: Cell | None = None

    def begin(self, row: RowTraits) -> None:
        """Begin a row."""
        self.column = row.before
        self.latest = None

    def place(self, traits: CellTraits, path: str) -> Cell | None:
        """Put a cell behind those of its row; None where another cell covers it."""
        row, column = self.rows, self.column
        above = self.open.pop(column, None)
        self.column += traits.span
        if traits.merge == "before" and self.latest:
            self.latest.column_span += traits.span
            return None
        cell = Cell(row, column, "", Place(None, None, None, path), 1, traits.span)
        self.latest = cell
        if traits.merge == "above" and above and above.row + above.row_span == row:
            above.row_span += 1
            self.open[column] = above
            return None
        if traits.drawn is not None:
            self.ruling += traits.drawn >= _RULING
            self.clearing += not traits.drawn
        if traits.merged:  # another cell closes what is merged above it (17.4.84)
            self.open[column] = cell
        self.cells.append(cell)
        return cell

    def end(self, row: RowTraits) -> None:
        """End a row; one without cells is none."""
        last = self.latest
        if not last:
            return
        if last.column < self.grid:  # it may claim more columns than there are
            last.column_span = min(last.column_span, self.grid - last.column)
        if row.header and self.header_rows == self.rows:
            self.header_rows += 1
        self.exceptions = self.exceptions or row.ruled
        self.rows += 1

    def table(self, element: etree._Element, path: str, styles: Styles) -> Table:
        """The finished table of the `w:tbl`; cells of a ruled one hold running text."""
        columns = max((cell.column + cell.column_span for cell in self.cells), default=0)
        ruled = self._is_ruled(element, columns, styles)
        if ruled:
            for cell in self.cells:
                if "\n" in cell.text:
                    cell.text = flow(cell.text.split("\n"), hard=True)
        return Table(
            self.cells, self.rows, columns, Place(path=path), ruled, header_rows=self.header_rows
        )

    def _is_ruled(self, element: etree._Element, columns: int, styles: Styles) -> bool:
        """Whether lines are drawn between the cells; around it, for a table of one cell.

        Cells that draw or clear their own edges outvote the table and its style. In doubt, True.
        """
        own: dict[str, bool] = {}
        style_id: str | None = None
        for properties in element.iterchildren(W + "tblPr"):
            for prop in properties:
                if prop.tag == W + "tblStyle":
                    style_id = prop.get(_VAL)
                elif prop.tag == W + "tblBorders":
                    own = edges(prop)
        if style_id is not None and style_id not in styles and not own:
            return True
        style = styles.get(style_id, "table")
        drawn = dict(style.borders) | own
        if self.rows == columns == 1:
            ruled = any(drawn.values())
        else:
            across = columns > 1 and drawn.get("insideV", False)
            ruled = across or (self.rows > 1 and drawn.get("insideH", False))
        if ruled or style.conditional or self.exceptions:
            return 2 * self.clearing <= len(self.cells)
        return 2 * self.ruling >= len(self.cells) > 0


def wrapped(
    container: etree._Element, wanted: str, path: str
) -> Iterator[tuple[etree._Element, str]]:
    """The rows of a table or cells of a row, also those in content controls, with addresses."""
    name = wanted.rpartition("}")[2]
    number = 0
    wrappers: dict[str, int] = {}
    for child in container:
        tag = child.tag
        if tag == wanted:
            number += 1
            yield child, f"{path}/{name}[{number}]"
        elif tag in _WRAPPERS:
            wrappers[tag] = wrappers.get(tag, 0) + 1
            inner = f"{path}/{tag.rpartition('}')[2]}[{wrappers[tag]}]"
            yield from wrapped(child, wanted, inner)
