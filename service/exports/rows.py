"""The rows of a sheet as CSV.

A spreadsheet must never take the words of a document for a formula, and a CSV file cannot say
that a cell is text. So a cell that begins with one of `= + - @`, a tab, a carriage return, a line
feed, their full-width twins or an apostrophe gets one apostrophe in front. To have the printed
text back, take away one leading apostrophe where there is one (`unguarded`).
"""

import csv
import io
from collections.abc import Iterable
from typing import IO

from models.contract import decode
from service.sheets import SHEETS, Value, What
from service.wording import Lang

_GUARDED = tuple("=+-@\t\r\n'＝＋－＠")


def guarded(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula.

    >>> guarded("- Kế hoạch của tỉnh"), guarded("Kế hoạch")
    ("'- Kế hoạch của tỉnh", 'Kế hoạch')
    """
    return "'" + cell if cell.startswith(_GUARDED) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") else cell


def write_csv(plans: Iterable[bytes], out: IO[bytes], lang: Lang, what: What | None = None) -> None:
    """The tasks (or targets, or citations), one a row under a row of headings.

    UTF-8 with a byte order mark (for Excel), RFC 4180, ISO dates.
    """
    sheet = SHEETS[what or "tasks"]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(sheet.headings(lang))
    out.write(b"\xef\xbb\xbf" + lines.getvalue().encode())
    for plan in map(decode, plans):
        for row in sheet.rows(plan, lang):
            lines.seek(0)
            lines.truncate()
            writer.writerow(map(_plain, row))
            out.write(lines.getvalue().encode())
        out.flush()


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)
