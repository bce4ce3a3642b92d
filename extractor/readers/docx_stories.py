"""Stories: the body, a header, a note of a DOCX as lines and tables, in reading order.

Rows and cells are walked once, as they stand in the XML (ECMA-376 part 1, 17.4).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extractor.errors import LimitExceeded
from extractor.layout import Cell, Table, flow
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.docx_lines import ALTERNATIVES, SKIPPED, Line, Lines
from extractor.readers.ooxml import WORD, integer
from extractor.readers.styles import edges, is_on
from models.provenance import Place

W = WORD
_VAL = W + "val"
_P, _TBL, _TR, _TC = W + "p", W + "tbl", W + "tr", W + "tc"
_TBLPR, _TBLGRID, _TRPR, _TBLPREX, _TCPR = (
    W + "tblPr",
    W + "tblGrid",
    W + "trPr",
    W + "tblPrEx",
    W + "tcPr",
)
_SPAN, _VMERGE, _HMERGE, _BORDERS = (
    W + "gridSpan",
    W + "vMerge",
    W + "hMerge",
    W + "tcBorders",
)
_CHUNK = W + "altChunk"
_REMOVED_ROW = (W + "del", W + "moveFrom")
_ALL_EDGES = 2  # edges drawn from which a cell counts as ruled: one alone underlines a heading

Item = Line | Table


@dataclass(slots=True)
class _Row:
    """What the properties of a row say."""

    before: int = 0
    header: bool = False
    removed: bool = False
    ruled: bool = False


@dataclass(slots=True)
class _Draft:
    """A cell before its table is known to be ruled; `drawn` counts the edges it draws itself.

    `joins` says that it only goes on with the cell above ("above") or before ("before") it.
    """

    cell: Cell
    lines: list[str] = field(default_factory=list)
    joins: str = ""
    drawn: int | None = None


@dataclass(slots=True)
class Stories:
    """Reads one story after the other, within the limits of the document."""

    lines: Lines
    limits: Limits = DEFAULT_LIMITS
    covered: int = 0
    chunks: int = 0
    cells: int = 0
    characters: int = 0

    def read(self, container: etree._Element, path: str) -> list[Item]:
        """The lines with text and the tables of `container`, whose address is `path`."""
        items: list[Item] = []
        self._blocks(container, path, items)
        return items

    def _blocks(self, container: etree._Element, path: str, items: list[Item]) -> None:
        counts: dict[str, int] = {}
        carried: Line | None = None
        for child in container:
            tag = child.tag
            if tag in SKIPPED:
                continue
            counts[tag] = number = counts.get(tag, 0) + 1
            if tag == _P:
                line = self.lines.read(child, Line(path, number), carried)
                carried = line if line.open else None
                if not carried:
                    self._put(line, items)
                continue
            if carried:
                carried.finish()
                self._put(carried, items)
                carried = None
            address = f"{path}/{_name(tag)}[{number}]"
            if tag == _TBL:
                table = self._table(child, address)
                if table:
                    items.append(table)
            elif tag == ALTERNATIVES:
                self._alternatives(child, address, items)
            elif tag == _CHUNK:
                self.chunks += 1
            else:  # a content control or another wrapper
                self._blocks(child, address, items)
        if carried:
            carried.finish()
            self._put(carried, items)

    def _alternatives(self, element: etree._Element, path: str, items: list[Item]) -> None:
        """Read the first branch that has anything in it: the others say the same anew."""
        before = len(items)
        for number, branch in enumerate(element, 1):
            self._blocks(branch, f"{path}/*[{number}]", items)
            if len(items) > before:
                return

    def _put(self, line: Line, items: list[Item]) -> None:
        """Put a line, and behind it what stands in the boxes that hang on it."""
        self.characters += len(line.text)
        if self.characters > self.limits.characters:
            raise _too_much(self.limits.characters, "characters", "ký tự")
        if line.text:
            items.append(line)
        for number, box in enumerate(line.boxes, 1):
            if isinstance(box, str):
                shape = Line(f"{line.path}//shape[{number}]", 1, pieces=[box], bold=False)
                shape.finish()
                self._put(shape, items)
            else:
                self._blocks(box, f"{line.path}//txbxContent[{number}]", items)

    # Tables

    def _table(self, element: etree._Element, path: str) -> Table | None:
        rows: list[list[_Draft]] = []
        header_rows = 0
        exceptions = False
        grid = sum(len(e) for e in element.iterchildren(_TBLGRID))
        open_cells: dict[int, Cell] = {}
        for tr, address in _wrapped(element, _TR, path):
            row = _row(tr)
            if row.removed:
                continue
            drafts = self._row(tr, address, row, len(rows), grid, open_cells)
            if not drafts:
                continue
            if row.header and header_rows == len(rows):
                header_rows += 1
            exceptions = exceptions or row.ruled
            rows.append(drafts)
        drafts = [draft for row_drafts in rows for draft in row_drafts if not draft.joins]
        if not drafts:
            return None
        columns = max(draft.cell.column + draft.cell.column_span for draft in drafts)
        if len(rows) * columns > self.limits.cells:
            raise _too_much(self.limits.cells, "cells", "ô")
        ruled = self._is_ruled(element, len(rows), columns, drafts, exceptions)
        for draft in drafts:
            draft.cell.text = flow(draft.lines, hard=True) if ruled else "\n".join(draft.lines)
        return Table(
            cells=[draft.cell for draft in drafts],
            rows=len(rows),
            columns=columns,
            place=Place(path=path),
            ruled=ruled,
            header_rows=header_rows,
        )

    def _row(
        self,
        tr: etree._Element,
        path: str,
        row: _Row,
        index: int,
        grid: int,
        open_cells: dict[int, Cell],
    ) -> list[_Draft]:
        drafts: list[_Draft] = []
        column = row.before
        for tc, address in _wrapped(tr, _TC, path):
            draft = self._cell(tc, address, index, column)
            cell = draft.cell
            above = open_cells.get(column)
            if draft.joins == "before" and drafts:
                drafts[-1].cell.column_span += cell.column_span
            elif draft.joins == "above" and above and above.row + above.row_span == index:
                above.row_span += 1
            else:
                draft.joins = ""
                open_cells[column] = cell
            if draft.joins:
                self.covered += bool("".join(t.text or "" for t in tc.iter(W + "t")).strip())
            else:
                self._fill(draft, tc, address)
            drafts.append(draft)
            column += cell.column_span
        if drafts:  # the last cell may claim more columns than there are
            last = drafts[-1].cell
            if last.column < grid:
                last.column_span = min(last.column_span, grid - last.column)
        return drafts

    def _cell(self, tc: etree._Element, path: str, row: int, column: int) -> _Draft:
        self.cells += 1
        if self.cells > self.limits.cells:
            raise _too_much(self.limits.cells, "cells", "ô")
        draft = _Draft(Cell(row, column, "", Place(path=path)))
        for properties in tc.iterchildren(_TCPR):
            for prop in properties:
                tag = prop.tag
                if tag == _SPAN:
                    draft.cell.column_span = max(1, integer(prop.get(_VAL)))
                elif tag == _VMERGE and prop.get(_VAL) != "restart":
                    draft.joins = "above"
                elif tag == _HMERGE and prop.get(_VAL) != "restart":
                    draft.joins = "before"
                elif tag == _BORDERS:
                    draft.drawn = sum(edges(prop).values())
            break
        if column + draft.cell.column_span > self.limits.cells:
            raise _too_much(self.limits.cells, "cells", "ô")
        return draft

    def _fill(self, draft: _Draft, tc: etree._Element, path: str) -> None:
        items: list[Item] = []
        self._blocks(tc, path, items)
        bold = bool(items)
        for item in items:
            if isinstance(item, Table):
                draft.cell.tables.append(item)
            else:
                draft.lines += item.text.split("\n")
                bold = bold and item.bold
        draft.cell.bold = bold and bool(draft.lines)

    def _is_ruled(
        self,
        element: etree._Element,
        rows: int,
        columns: int,
        drafts: list[_Draft],
        exceptions: bool,
    ) -> bool:
        """Whether lines are drawn between the cells; a table of one cell, whether around it.

        Cells that draw or clear their own edges outvote the table and its style. In doubt, True.
        """
        own: dict[str, bool] = {}
        style_id: str | None = None
        for properties in element.iterchildren(_TBLPR):
            for prop in properties:
                if prop.tag == W + "tblStyle":
                    style_id = prop.get(_VAL)
                elif prop.tag == W + "tblBorders":
                    own = edges(prop)
        if style_id is not None and style_id not in self.lines.styles and not own:
            return True
        style = self.lines.styles.get(style_id, "table")
        drawn = dict(style.borders) | own
        if rows == columns == 1:
            ruled = any(drawn.values())
        else:
            across = columns > 1 and drawn.get("insideV", False)
            ruled = across or (rows > 1 and drawn.get("insideH", False))
        if ruled or style.conditional or exceptions:
            return 2 * sum(draft.drawn == 0 for draft in drafts) <= len(drafts)
        return 2 * sum((draft.drawn or 0) >= _ALL_EDGES for draft in drafts) >= len(drafts)


def _row(tr: etree._Element) -> _Row:
    row = _Row()
    for properties in tr.iterchildren(_TRPR, _TBLPREX):
        for prop in properties:
            tag = prop.tag
            if tag == W + "gridBefore":
                row.before = max(0, integer(prop.get(_VAL)))
            elif tag == W + "tblHeader":
                row.header = is_on(prop)
            elif tag in _REMOVED_ROW or (tag == W + "hidden" and is_on(prop)):
                row.removed = True
            elif tag == W + "tblBorders":
                row.ruled = any(edges(prop).values())
    return row


_WRAPPERS = frozenset(
    [W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")]
    + [ALTERNATIVES, ALTERNATIVES.replace("AlternateContent", "Choice")]
)


def _wrapped(
    container: etree._Element, wanted: str, path: str
) -> Iterator[tuple[etree._Element, str]]:
    """The rows of a table or cells of a row, also those in content controls, with addresses."""
    name = _name(wanted)
    counts: dict[str, int] = {}
    for child in container:
        tag = child.tag
        if tag == wanted or tag in _WRAPPERS:
            counts[tag] = number = counts.get(tag, 0) + 1
            if tag == wanted:
                yield child, f"{path}/{name}[{number}]"
            else:
                yield from _wrapped(child, wanted, f"{path}/{_name(tag)}[{number}]")


def _too_much(limit: int, en: str, vi: str) -> LimitExceeded:
    return LimitExceeded(
        f"Văn bản có hơn {limit} {vi}, vượt giới hạn an toàn.",
        f"The document has more than {limit} {en}, the safety limit.",
    )


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
