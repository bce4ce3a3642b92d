"""Plans, or the records of one kind in them, as JSON and JSON lines."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import IO, Any

import msgspec

from models.contract import decode, encode
from models.plan import Plan
from service.sheets import SHEETS, What


def write_json(
    plans: Iterable[bytes], out: IO[bytes], *, many: bool, what: What | None = None
) -> None:
    """One JSON object; an array of them where there may be several (`many`). Indented.

    With `what`, the objects are its records (see `records`), not the plans.
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
    return (encode(record) for plan in map(decode, plans) for record in records(plan, what))


def records(plan: Plan, what: What) -> Iterator[dict[str, Any]]:
    """The tasks, targets or citations of a plan as in `kehoach/plan@1`, each with its document.

    `document` is the first key: the id, the number, the kind, the day, the title, the unit, the
    period and the file name of the document the record stands in.
    """
    document = plan.document
    head = {
        "id": document.id,
        "number": document.number,
        "kind": document.kind,
        "issued_on": document.issued_on,
        "title": document.title,
        "unit": document.unit,
        "period": document.period,
        "filename": document.source.filename,
    }
    for record in SHEETS[what].records(plan):
        yield {"document": head} | {key.name: getattr(record, key.name) for key in fields(record)}
