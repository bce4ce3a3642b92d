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
from typing import Any

import msgspec

from models.contract import decode, encode
from models.plan import Plan
from service.exports.columns import Listed, Value, records, sheet
from service.wording import Lang

#: What tells Excel that a file is UTF-8: the byte order mark.
MARK = b"\xef\xbb\xbf"
#: What a cell begins with that a spreadsheet could take for a formula.
GUARDED = tuple("=+-@\t\r\n'＝＋－＠")


def as_json(plans: Iterable[bytes], what: Listed | None = None, *, many: bool) -> Iterator[bytes]:
    """One JSON object; an array of them where there may be several (`many`). Indented.

    With `what`, the objects are its records (see `with_document`), not the plans.
    """
    between = b"[\n" if many else b""
    for item in _objects(plans, what):
        yield between + msgspec.json.format(item, indent=1)
        between = b",\n"
    yield b"\n" if not many else b"[]\n" if between == b"[\n" else b"\n]\n"


def as_jsonl(plans: Iterable[bytes], what: Listed | None = None) -> Iterator[bytes]:
    """One plan a line; with `what`, one of its records a line."""
    for item in _objects(plans, what):
        yield item + b"\n"


def _objects(plans: Iterable[bytes], what: Listed | None) -> Iterable[bytes]:
    if what is None:
        return plans
    return (encode(record) for plan in map(decode, plans) for record in with_document(plan, what))


def with_document(plan: Plan, what: Listed) -> Iterator[dict[str, Any]]:
    """The tasks, targets or citations of a plan as in `kehoach/plan@1`, each with its document.

    `document` is the first key: the id, the number, the kind, the day, the title, the unit, the
    period and the file name of the document the record stands in. Of a plan itself ("documents")
    there is the whole `document`, and how many tasks and targets it has.
    """
    if what == "documents":
        tasks = sum(task.same_as is None for task in plan.tasks)
        yield {"document": plan.document, "tasks": tasks, "targets": len(plan.targets)}
        return
    names = ("id", "number", "kind", "issued_on", "title", "unit", "period")
    head = {name: getattr(plan.document, name) for name in names}
    head["filename"] = plan.document.source.filename
    for record in records(plan, what):
        yield {"document": head} | {key.name: getattr(record, key.name) for key in fields(record)}


def as_csv(plans: Iterable[bytes], lang: Lang, what: Listed = "tasks") -> Iterator[bytes]:
    """The tasks (or targets, citations, plans), one a row under a row of titles.

    UTF-8 with a byte order mark (for Excel), RFC 4180, ISO dates.
    """
    table = sheet(what)
    yield MARK + csv_lines([table.titles(lang)])
    for plan in map(decode, plans):
        yield csv_lines(table.rows(plan, lang))


def csv_lines(rows: Iterable[Iterable[Value]]) -> bytes:
    """Rows as lines of CSV (RFC 4180), texts guarded."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(map(_plain, row) for row in rows)
    return lines.getvalue().encode()


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else str(value)


def guarded(cell: str) -> str:
    """`cell` so that no spreadsheet takes it for a formula.

    >>> guarded("- Kế hoạch của tỉnh"), guarded("Kế hoạch")
    ("'- Kế hoạch của tỉnh", 'Kế hoạch')
    """
    return "'" + cell if cell.startswith(GUARDED) else cell


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") else cell
