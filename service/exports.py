"""Plans as JSON, JSON lines, CSV, a workbook, or a table to look at.

A spreadsheet must never take the words of a document for a formula. In a workbook every text is
stored as text. A CSV file cannot say so: there a cell that begins with one of `= + - @`, a tab, a
carriage return, their full-width twins or an apostrophe gets one apostrophe in front. To have the
printed text back, take away one leading apostrophe where there is one (`unguarded`).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any, Literal

import msgspec

from models.contract import decode
from models.plan import Plan
from service.sheets import DOCUMENTS, LEDGER, TARGETS, TASKS, Sheet, Value, text
from service.wording import Lang, pick

if TYPE_CHECKING:
    from rich.console import Console
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Form = Literal["json", "jsonl", "csv", "xlsx", "table"]

#: The longest text a cell of a workbook can hold.
CELL_CHARACTERS = 32_767

_GUARDED = tuple("=+-@\t\r'＝＋－＠")


def write_json(plans: Iterable[bytes], out: IO[bytes], *, many: bool) -> None:
    """One JSON object; an array of them where there may be several (`many`). Indented."""
    between = b"[\n" if many else b""
    for plan in plans:
        out.write(between)
        out.write(msgspec.json.format(plan, indent=1))
        between = b",\n"
    if many:
        out.write(b"[]\n" if between == b"[\n" else b"\n]\n")
    else:
        out.write(b"\n")


def write_jsonl(plans: Iterable[bytes], out: IO[bytes]) -> None:
    """One plan a line."""
    for plan in plans:
        out.write(plan)
        out.write(b"\n")
        out.flush()


def guarded(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula.

    >>> guarded("- Kế hoạch của tỉnh"), guarded("Kế hoạch")
    ("'- Kế hoạch của tỉnh", 'Kế hoạch')
    """
    return "'" + cell if cell.startswith(_GUARDED) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") else cell


def write_csv(plans: Iterable[bytes], out: IO[bytes], lang: Lang) -> None:
    """The tasks, one a row: UTF-8 with a byte order mark (for Excel), RFC 4180, ISO dates."""
    out.write(b"\xef\xbb\xbf")
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(TASKS.headings(lang))
    for plan in map(decode, plans):
        writer.writerows(map(_plain, row) for row in TASKS.rows(plan, lang))
        out.write(lines.getvalue().encode())
        lines.seek(0)
        lines.truncate()
    out.write(lines.getvalue().encode())


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)


def write_xlsx(plans: Iterable[bytes], out: IO[bytes], lang: Lang) -> None:
    """A workbook of four sheets: tasks, targets, documents, ledger. Rows leave memory at once."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1), "comments": "kehoach"})
        styles = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DCE6F1"}
            ),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
            "number": book.add_format({"valign": "top"}),
        }
        sheets: list[_Writer] = [
            _Writer(book.add_worksheet(sheet.name(lang)), sheet, styles, lang)
            for sheet in (TASKS, TARGETS, DOCUMENTS, LEDGER)
        ]
        for plan in map(decode, plans):
            for sheet in sheets:
                sheet.add(plan)
        for sheet in sheets:
            sheet.close()


#: Points of a line in a worksheet, and of the highest row a workbook can have.
LINE, HIGHEST = 15.0, 409.0


class _Writer:
    """Fills one worksheet from the top down."""

    def __init__(
        self, page: "Worksheet", sheet: Sheet[Any], styles: "dict[str, Format]", lang: Lang
    ) -> None:
        self.page, self.sheet, self.styles, self.lang = page, sheet, styles, lang
        self.row = 1
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.repeat_rows(0)
        for number, heading in enumerate(sheet.headings(lang)):
            page.write_string(0, number, heading, styles["head"])

    def add(self, plan: Plan) -> None:
        for row in self.sheet.rows(plan, self.lang):
            self.page.set_row(self.row, self._height(row))
            for column, value in enumerate(row):
                self._write(column, value)
            self.row += 1

    def _height(self, row: Sequence[Value]) -> float:
        """The points that the longest wrapped cell of a row takes; not every program fits it."""
        most = 1
        for column, value in zip(self.sheet.columns, row, strict=True):
            if isinstance(value, str):
                wraps = (-(-len(line) // max(1, int(column.width))) for line in value.split("\n"))
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

    def close(self) -> None:
        self.page.autofilter(0, 0, self.row - 1, len(self.sheet.columns) - 1)


def _fitting(value: str, lang: Lang) -> str:
    if len(value) <= CELL_CHARACTERS:
        return value
    rest = pick(lang, " […phần còn lại ở bản JSON]", " […the rest is in the JSON]")
    return value[: CELL_CHARACTERS - len(rest)] + rest


def write_table(plans: Iterable[bytes], out: IO[str], lang: Lang) -> None:
    """The tasks of each plan as a table to look at; as wide as the terminal, or 160 columns."""
    from rich.console import Console

    console = Console(file=out, width=None if out.isatty() else 160, highlight=False)
    for plan in map(decode, plans):
        show(plan, console, lang)


def show(plan: Plan, console: "Console", lang: Lang) -> None:
    """Prints one plan: its head, then its tasks under their groups."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    document = plan.document
    head = (document.number, document.issued_on, text(document.issuer), document.title)
    console.print(Text(" · ".join(filter(None, head)), style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column(pick(lang, "STT", "No."), max_width=6)
    table.add_column(pick(lang, "Nhiệm vụ", "Task"), ratio=5)
    table.add_column(pick(lang, "Chủ trì", "Lead"), ratio=2)
    table.add_column(pick(lang, "Phối hợp", "With"), ratio=2)
    table.add_column(pick(lang, "Sản phẩm", "Product"), ratio=2)
    table.add_column(pick(lang, "Thời hạn", "Deadline"), ratio=1, min_width=15)
    table.add_column(pick(lang, "Hạn", "Due"), min_width=10)
    group: tuple[str, ...] = ()
    running = False
    for task in plan.tasks:
        if task.origin != "table" and not running:
            running = True
            table.add_row("", Text(pick(lang, "TRONG LỜI VĂN", "IN RUNNING TEXT"), style="bold"))
        if task.group != group:
            group = task.group
            table.add_row("", Text(" › ".join(group), style="bold"))
        cells = (
            task.ordinal,
            task.description or task.target or task.subject,
            text(task.lead),
            text(task.coordinating),
            task.product,
            task.deadline.text if task.deadline else None,
            task.deadline.due or task.deadline.rrule if task.deadline else None,
        )
        table.add_row(*(Text(cell or "") for cell in cells))
    console.print(table)
