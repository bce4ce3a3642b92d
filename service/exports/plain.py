"""The plain forms: plans, or the records of one sort in them, as JSON, JSON lines and CSV.

A spreadsheet must never take the words of a document for a formula, and a CSV file cannot say
that a cell is text. So a cell that begins with one of `= + - @`, a tab, a carriage return, a line
feed, their full-width twins or an apostrophe gets one apostrophe in front. To have the printed
text back, take away one leading apostrophe where there is one (`unguarded`).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import IO, Any

import msgspec

from models.contract import decode, encode
from models.plan import Plan
from service.exports.columns import Value, What, records, sheet
from service.wording import Lang

_GUARDED = tuple("=+-@\t\r\n'＝＋－＠")


def write_json(
    plans: Iterable[bytes], out: IO[bytes], *, many: bool, what: What | None = None
) -> None:
    """One JSON object; an array of them where there may be several (`many`). Indented.

    With `what`, the objects are its records (see `with_document`), not the plans.
    """
    between = b"[\n" if many else b""
    for item in _objects(plans, what):
        out.write(between)
        out.write(msgspec.json.format(item, indent=1))
        out.flush()
        between = b",\n"
    if many:
        out.write(b"[]\n" if between == b"[\n" else b"\n]\n")
    else:
        out.write(b"\n")


def write_jsonl(plans: Iterable[bytes], out: IO[bytes], what: What | None = None) -> None:
    """One plan a line; with `what`, one of its records a line."""
    for item in _objects(plans, what):
        out.write(item)
        out.write(b"\n")
        out.flush()


def _objects(plans: Iterable[bytes], what: What | None) -> Iterable[bytes]:
    if what is None:
        return plans
    return (encode(record) for plan in map(decode, plans) for record in with_document(plan, what))


def with_document(plan: Plan, what: What) -> Iterator[dict[str, Any]]:
    """The tasks, targets or citations of a plan as in `kehoach/plan@1`, each with its document.

    `document` is the first key: the id, the number, the kind, the day, the title, the unit, the
    period and the file name of the document the record stands in.
    """
    names = ("id", "number", "kind", "issued_on", "title", "unit", "period")
    head = {name: getattr(plan.document, name) for name in names}
    head["filename"] = plan.document.source.filename
    for record in records(plan, what):
        yield {"document": head} | {key.name: getattr(record, key.name) for key in fields(record)}


def write_csv(plans: Iterable[bytes], out: IO[bytes], lang: Lang, what: What = "tasks") -> None:
    """The tasks (or targets, or citations), one a row under a row of titles.

    UTF-8 with a byte order mark (for Excel), RFC 4180, ISO dates.
    """
    table = sheet(what)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(table.titles(lang))
    out.write(b"\xef\xbb\xbf" + lines.getvalue().encode())
    for plan in map(decode, plans):
        for row in table.rows(plan, lang):
            lines.seek(0)
            lines.truncate()
            writer.writerow(map(_plain, row))
            out.write(lines.getvalue().encode())
        out.flush()


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)


def guarded(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula.

    >>> guarded("- Kế hoạch của tỉnh"), guarded("Kế hoạch")
    ("'- Kế hoạch của tỉnh", 'Kế hoạch')
    """
    return "'" + cell if cell.startswith(_GUARDED) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") else cell
