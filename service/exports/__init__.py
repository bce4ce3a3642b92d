"""Plans in the forms that people and programs ask for.

Every writer takes plans one at a time, as the JSON that `models.contract.encode` gives, and lets
go of each before the next, so that its memory does not grow with their number. A plan may be a
part of a document: a service that filters yields, for each run of tasks of one document, a plan
with these tasks only. No plan at all gives a valid file of the form without rows. A writer never
closes or seeks `out`, and it calls `out.flush()` between plans, where `stream` notices that
nobody listens any more.
"""

import codecs
from collections.abc import Iterable
from typing import IO, Literal, cast

from service.exports.calendar import write_ics
from service.exports.columns import What, called, columns, records, sheet
from service.exports.parquet import write_parquet
from service.exports.plain import guarded, unguarded, write_csv, write_json, write_jsonl
from service.exports.streams import stream
from service.exports.terminal import show, write_table
from service.exports.workbook import CELL_CHARACTERS, write_xlsx
from service.wording import Lang

__all__ = [
    "CELL_CHARACTERS",
    "MEDIA_TYPES",
    "Form",
    "What",
    "called",
    "columns",
    "guarded",
    "records",
    "sheet",
    "show",
    "stream",
    "unguarded",
    "write",
    "write_csv",
    "write_ics",
    "write_json",
    "write_jsonl",
    "write_parquet",
    "write_table",
    "write_xlsx",
]

Form = Literal["json", "jsonl", "csv", "xlsx", "ics", "parquet", "table"]

#: What an answer in each form is called (the `Content-Type` of HTTP).
MEDIA_TYPES: dict[Form, str] = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "table": "text/plain; charset=utf-8",
}


def write(
    form: Form,
    plans: Iterable[bytes],
    out: IO[bytes],
    lang: Lang,
    what: What | None = None,
    *,
    many: bool = True,
) -> None:
    """Writes `plans` to `out` in `form`.

    Without `what`, JSON and JSON lines hold whole plans (`many`: an array, also of one), a
    workbook all sheets, and CSV, Parquet, calendar and table the tasks. With it, each holds the
    tasks, targets or citations only. Raises ValueError where a form has no room for `what`: a
    calendar and a table are of tasks.
    """
    if form in ("ics", "table") and what not in (None, "tasks"):
        raise ValueError(f"{form} holds tasks, not {what}")
    if form == "json":
        write_json(plans, out, many=many, what=what)
    elif form == "jsonl":
        write_jsonl(plans, out, what)
    elif form == "csv":
        write_csv(plans, out, lang, what or "tasks")
    elif form == "xlsx":
        write_xlsx(plans, out, lang, what)
    elif form == "ics":
        write_ics(plans, out, lang)
    elif form == "parquet":
        write_parquet(plans, out, what or "tasks")
    else:
        # A TextIOWrapper would close `out` when it is collected.
        write_table(plans, cast(IO[str], codecs.getwriter("utf-8")(out)), lang)
