"""Plans in the forms that people and programs ask for.

Every writer takes plans one at a time, as the JSON that `models.contract.encode` gives, and lets
go of each before the next, so that its memory does not grow with their number. A plan may be a
part of a document: a service that filters yields, for each run of tasks of one document, a plan
with these tasks only. No plan at all gives a valid file of the form without rows. A writer never
closes or seeks `out`, and it calls `out.flush()` between plans, where `stream` notices that
nobody listens any more.
"""

from service.exports.codebook import columns
from service.exports.forms import MEDIA_TYPES, Form, write
from service.exports.objects import write_json, write_jsonl
from service.exports.parquet import write_parquet
from service.exports.rows import guarded, unguarded, write_csv
from service.exports.streams import stream
from service.exports.terminal import show, write_table
from service.exports.todos import write_ics
from service.exports.workbook import CELL_CHARACTERS, write_xlsx

__all__ = [
    "CELL_CHARACTERS",
    "MEDIA_TYPES",
    "Form",
    "columns",
    "guarded",
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
