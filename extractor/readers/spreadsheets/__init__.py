"""Spreadsheets (XLSX, XLS, ODS): bytes -> Layout, sheet by sheet.

openpyxl reads the first, xlrd the second, anydoc the third. Of a cell its value as it is shown is
read; hidden sheets and columns are not, rows that a filter hides are.
"""

import re
import warnings
from collections.abc import Container
from io import BytesIO, StringIO
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from extractor.layout import Layout
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.readers.archive import encrypted, open_archive
from extractor.readers.office import open_office
from extractor.readers.spreadsheets.sheets import Square, blocks_of
from extractor.readers.spreadsheets.values import shown
from models.errors import DamagedSource, EmptySource, KehoachError, LimitExceeded
from models.plan import Diagnostic

if TYPE_CHECKING:
    from anydoc import Cell as OfficeCell

Spreadsheet = Literal["xlsx", "xls", "ods"]

_MEDIA_TYPES: dict[Spreadsheet, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
#: A cell that has lines on so many sides has lines around it; one line underlines a title.
_SIDES = 2
_PROLOG = 16384  # bytes in which a part opens its root
#: A formula that the program which wrote the file has not reckoned; its value may be no text.
_UNRECKONED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


class Sheets:
    """The sheets of one file while they are read: by name, with their cells."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: list[tuple[str, list[Square]]] = []
        self.hidden = 0
        self.cells = 0
        self.unreckoned = 0

    def begin(self, name: str) -> None:
        self.found.append((name, []))

    def add(self, square: Square) -> None:
        """Takes a cell of the last sheet. Raises LimitExceeded."""
        self.count(1)
        self.found[-1][1].append(square)

    def count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > self.limits.cells:
            raise LimitExceeded(
                f"Bảng tính có hơn {self.limits.cells} ô; hãy tách tệp thành nhiều phần.",
                f"The spreadsheet has more than {self.limits.cells} cells; split the file.",
            )


def read_spreadsheet(data: bytes, form: Spreadsheet, limits: Limits = DEFAULT_LIMITS) -> Layout:
    """The Layout of a spreadsheet; places are addresses of cells: `'Phụ lục 1'!B7`.

    Raises DamagedSource, EmptySource, EncryptedSource, LimitExceeded.
    """
    sheets = Sheets(limits)
    try:
        {"xlsx": _xlsx, "xls": _xls, "ods": _ods}[form](data, sheets)
    except (KehoachError, MemoryError):
        raise
    except Exception as error:  # openpyxl and xlrd raise what comes of it
        raise DamagedSource(
            f"Bảng tính .{form} bị hỏng hoặc bị cắt cụt ({error}). Hãy mở và lưu lại tệp.",
            f"The .{form} spreadsheet is damaged or cut short ({error}). Open and save it again.",
        ) from error
    blocks = [block for name, squares in sheets.found for block in blocks_of(name, squares)]
    if not blocks:
        raise EmptySource("Bảng tính không có chữ nào.", "There is no text in the spreadsheet.")
    layout = Layout(form, _MEDIA_TYPES[form], blocks)
    if sheets.hidden:
        message = f"Có {sheets.hidden} trang tính hoặc cột bị ẩn, đã bỏ qua."
        layout.diagnostics.append(Diagnostic("info", "sheet.hidden", message))
    if sheets.unreckoned:
        message = (
            f"Có {sheets.unreckoned} ô công thức chưa được tính, không đọc được giá trị; hãy mở tệp"
            " bằng Excel rồi lưu lại."
        )
        layout.diagnostics.append(Diagnostic("warning", "sheet.unreckoned", message))
    return layout


def _xlsx(data: bytes, sheets: Sheets) -> None:
    from openpyxl import load_workbook
    from openpyxl.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    _check_parts(data, sheets)
    with warnings.catch_warnings(action="ignore"):  # of what it does not know: nothing that is read
        book = load_workbook(BytesIO(data), data_only=True)
    for sheet in book.worksheets:
        if not isinstance(sheet, Worksheet) or sheet.sheet_state != "visible":
            sheets.hidden += 1
            continue
        hidden = {
            column
            for one in sheet.column_dimensions.values()
            if one.hidden
            for column in range(one.min or 0, (one.max or 0) + 1)
        }
        spans = {(one.min_row, one.min_col): one.size for one in sheet.merged_cells.ranges}
        unseen: set[int] = set()
        sheets.begin(sheet.title)
        # only the cells that are there: a sheet may reach to its last row for one of them
        for (row, column), cell in sheet._cells.items():
            if isinstance(cell, MergedCell):
                continue
            size = spans.get((row, column), {"rows": 1, "columns": 1})
            at = _visible(column, size["columns"], hidden)
            if at is None:
                unseen |= {column} if cell.value is not None else set()
                continue
            sides = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
            sheets.add(
                Square(
                    row - 1,
                    at - 1,
                    shown(cell.value, cell.number_format),
                    size["rows"],
                    size["columns"] - (at - column),
                    bold=bool(cell.font.bold),
                    centered=cell.alignment.horizontal in ("center", "centerContinuous"),
                    ruled=sum(bool(side and side.style) for side in sides) >= _SIDES,
                )
            )
        sheets.hidden += len(unseen)


def _visible(column: int, span: int, hidden: Container[int]) -> int | None:
    """The first column of a cell that is not hidden: one merged over several is shown in these."""
    return next((at for at in range(column, column + span) if at not in hidden), None)


def _check_parts(data: bytes, sheets: Sheets) -> None:
    """Raises DamagedSource for a part with a DOCTYPE, LimitExceeded for cells merged beyond it."""
    archive = open_archive(data, sheets.limits)
    for name in archive:
        if name.endswith((".xml", ".rels")):
            part = archive.read(name)
            if b"<!DOCTYPE" in part[:_PROLOG]:
                raise ValueError(f"{name}: DOCTYPE")
            sheets.unreckoned += len(_UNRECKONED.findall(part))
            for left, top, right, bottom in _MERGED.findall(part):
                rows = abs(int(bottom) - int(top)) + 1
                sheets.count(rows * (abs(_column(right) - _column(left)) + 1))


def _column(letters: bytes) -> int:
    """The number of a column, from its letters in base 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xls(data: bytes, sheets: Sheets) -> None:
    import olefile
    import xlrd

    # xlrd follows the sectors of a container in a circle without end, olefile does not
    with olefile.OleFileIO(data) as container:
        name = next(filter(container.exists, ("Workbook", "Book")))
        stream = container.openstream(name).read()
    try:
        book = xlrd.open_workbook(file_contents=stream, formatting_info=True, logfile=StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise encrypted() from error
        raise

    for sheet in book.sheets():
        if sheet.visibility:
            sheets.hidden += 1
            continue
        hidden = {column for column, one in sheet.colinfo_map.items() if one.hidden}
        spans = _xls_spans(sheet, sheets)
        unseen: set[int] = set()
        sheets.begin(sheet.name)
        for row, column in product(range(sheet.nrows), range(sheet.ncols)):
            size = spans.get((row, column), (1, 1))
            if size is None:
                continue
            cell = sheet.cell(row, column)
            height, width = size
            value = _xls_value(cell, book.datemode)
            at = _visible(column, width, hidden)
            if at is None:
                unseen |= {column} if value not in (None, "") else set()
                continue
            look = book.xf_list[cell.xf_index]
            edges = look.border
            sides = (edges.left_line_style, edges.right_line_style, edges.top_line_style,
                     edges.bottom_line_style)  # fmt: skip
            sheets.add(
                Square(
                    row,
                    at,
                    shown(value, book.format_map[look.format_key].format_str),
                    height,
                    width - (at - column),
                    bold=bool(book.font_list[look.font_index].bold),
                    centered=look.alignment.hor_align in (2, 6),
                    ruled=sum(map(bool, sides)) >= _SIDES,
                )
            )
        sheets.hidden += len(unseen)


def _xls_spans(sheet: Any, sheets: Sheets) -> dict[tuple[int, int], tuple[int, int] | None]:
    """The rows and columns of each merged cell; None where one covers the place."""
    spans: dict[tuple[int, int], tuple[int, int] | None] = {}
    for top, bottom, left, right in sheet.merged_cells:
        sheets.count((bottom - top) * (right - left))
        spans |= dict.fromkeys(product(range(top, bottom), range(left, right)))
    # Last, for cells that a damaged file has lie over one another: none of their texts is lost.
    for top, bottom, left, right in sheet.merged_cells:
        spans[top, left] = bottom - top, right - left
    return spans


def _xls_value(cell: Any, datemode: int) -> object:
    import xlrd
    from xlrd.xldate import xldate_as_datetime

    if cell.ctype == xlrd.XL_CELL_DATE:
        return xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#?")
    return cell.value or (0 if cell.ctype == xlrd.XL_CELL_NUMBER else None)


def _ods(data: bytes, sheets: Sheets) -> None:
    sheets.begin("")  # one sheet alone has no heading with its name
    for block in open_office(data, "ods").blocks:
        if block.table is None:
            sheets.begin("".join(piece.text or "" for piece in block.content or ()))
            continue
        for row, slots in enumerate(block.table.grid):
            for column, slot in enumerate(slots):
                if slot.cell:
                    sheets.add(_ods_square(row, column, slot.cell))


def _ods_square(row: int, column: int, cell: "OfficeCell") -> Square:
    pieces = [piece for block in cell.blocks for piece in block.content or ()]
    lines = (
        "".join("\n" if piece.kind == "line_break" else piece.text or "" for piece in block)
        for block in (part.content or () for part in cell.blocks)
    )
    return Square(
        row,
        column,
        "\n".join(lines),
        cell.row_span,
        cell.col_span,
        bold=bool(pieces) and all(piece.style and piece.style.bold for piece in pieces),
    )
