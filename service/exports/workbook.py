"""Plans as a workbook. Every text is stored as text, so that no words are taken for a formula."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from models.contract import decode
from models.plan import Plan
from service.exports.columns import Listed, ListLayout, Table, Value, sheet
from service.wording import Lang, pick

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

#: The longest text a cell of a workbook can hold, and the most rows a worksheet can.
CELL_CHARACTERS, SHEET_ROWS = 32_767, 1_048_576

#: The sheets of a whole workbook.
TABLES: tuple[Table, ...] = (
    "worklist",
    "tasks",
    "targets",
    "citations",
    "documents",
    "ledger",
)


def as_xlsx(plans: Iterable[bytes], lang: Lang, what: Listed | None = None) -> Iterator[bytes]:
    """A workbook: a worklist to print and to correct, then a sheet of each table; with `what`, one.

    Rows go to a temporary file at once. What one worksheet cannot hold goes on in the next.
    Characters that XML does not have are escaped as Excel does (`_x0001_`, ECMA-376 ST_Xstring).
    """
    import xlsxwriter

    tables: tuple[Table, ...] = TABLES
    if what:
        tables = ("worklist", "tasks") if what == "tasks" else (what,)
    with TemporaryDirectory(prefix="kehoach-") as folder:
        made = Path(folder, "book.xlsx")
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(str(made), options)
        try:
            book.set_properties({"created": datetime(2000, 1, 1), "comments": "kehoach"})
            writers = [_Writer(book, sheet(table), lang) for table in tables]
            for plan in map(decode, plans):
                for writer in writers:
                    writer.add(plan)
                yield b""
            for writer in writers:
                writer.end()
        except BaseException:
            for page in book.worksheets():  # a half-filled book is not closed, which would write it
                page.row_data_fh.close()
            raise
        book.close()
        yield from pieces_of(made)


def pieces_of(file: Path) -> Iterator[bytes]:
    """The bytes of a file, not too many at a time."""
    with file.open("rb") as made:
        yield from iter(partial(made.read, 2**16), b"")


#: Points of a line in a worksheet, and of the highest row a workbook can have.
LINE, HIGHEST = 15.0, 409.0


class _Writer:
    """Fills the worksheets of one sheet from the top down."""

    def __init__(self, book: "Workbook", sheet: ListLayout, lang: Lang) -> None:
        self.book, self.sheet, self.lang = book, sheet, lang
        self.styles: dict[str, Format] = _styles(book)
        self.pages = 0
        self._begin()

    def _begin(self) -> None:
        self.pages += 1
        name = self.sheet.title(self.lang)
        self.page = self.book.add_worksheet(name if self.pages == 1 else f"{name} ({self.pages})")
        self.row = 1
        for number, column in enumerate(self.sheet.columns):
            self.page.set_column(number, number, column.width)
        self.page.freeze_panes(1, 0)
        self.page.set_landscape()
        self.page.repeat_rows(0)
        if self.sheet.table == "worklist":
            last = len(self.sheet.columns) - 1  # the key of the row, which nobody reads
            self.page.set_column(last, last, None, None, {"hidden": True})
            self.page.set_paper(9)  # A4
            self.page.fit_to_pages(1, 0)
        for number, heading in enumerate(self.sheet.titles(self.lang)):
            self.page.write_string(0, number, heading, self.styles["head"])

    def add(self, plan: Plan) -> None:
        for row in self.sheet.rows(plan, self.lang):
            if self.row == SHEET_ROWS:
                self.end()
                self._begin()
            self.page.set_row(self.row, self._height(row))
            for column, value in enumerate(row):
                self._write(column, value)
            for kept in (self.page.row_info, self.page.row_sizes):  # of a row that has been written
                kept.pop(self.row - 1, None)
            self.row += 1

    def _height(self, row: Sequence[Value]) -> float:
        """The points that the longest wrapped cell of a row takes; not every program fits it."""
        most = 1
        for column, value in zip(self.sheet.columns, row, strict=True):
            if isinstance(value, str):
                wraps = (-(-len(line) // max(1, column.width)) for line in value.split("\n"))
                most = max(most, sum(max(1, count) for count in wraps))
        return min(HIGHEST, LINE * most)

    def _write(self, column: int, value: Value) -> None:
        if isinstance(value, str):
            cell = _fitting(value, self.lang)
            self.page.write_string(self.row, column, cell, self.styles["text"])
        elif isinstance(value, date) and value.year >= 1900:  # as far back as a workbook goes
            self.page.write_datetime(self.row, column, value, self.styles["date"])
        elif isinstance(value, date):
            self.page.write_string(self.row, column, value.isoformat(), self.styles["text"])
        elif value is not None:
            self.page.write_number(self.row, column, value, self.styles["number"])

    def end(self) -> None:
        self.page.autofilter(0, 0, self.row - 1, len(self.sheet.columns) - 1)


def _styles(book: "Workbook") -> "dict[str, Format]":
    head = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"}
    return {
        "head": book.add_format(head),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
    }


def _fitting(value: str, lang: Lang) -> str:
    if len(value) <= CELL_CHARACTERS:
        return value
    rest = pick(lang, " […phần còn lại ở bản JSON]", " […the rest is in the JSON]")
    return value[: CELL_CHARACTERS - len(rest)] + rest
