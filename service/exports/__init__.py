"""Plans in the forms that people and programs ask for.

Every form takes plans one at a time, as the JSON that `models.contract.encode` gives, lets go of
each before the next, and yields its file in pieces, so that its memory does not grow with their
number. A plan may be a part of a document: a service that filters yields, for each run of tasks of
one document, a plan with these tasks only. No plan at all gives a valid file of the form without
rows. A piece may be empty: a workbook has nothing to say until its last row, and whoever has left
can end it there.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import IO

from service.exports.calendar import Kind, as_ics
from service.exports.columns import Listed, What, columns, records, sheet
from service.exports.paper import as_docx
from service.exports.parquet import as_parquet
from service.exports.plain import as_csv, as_json, as_jsonl, guarded, unguarded
from service.exports.terminal import as_table, show
from service.exports.web import Views, as_html
from service.exports.workbook import CELL_CHARACTERS, as_xlsx
from service.forms import Form, is_list
from service.wording import Lang

__all__ = [
    "CELL_CHARACTERS",
    "Kind",
    "Listed",
    "Views",
    "What",
    "columns",
    "export",
    "gathered",
    "guarded",
    "records",
    "sheet",
    "show",
    "unguarded",
    "write",
]


def export(
    form: Form,
    plans: Iterable[bytes],
    lang: Lang,
    what: Listed | None = None,
    *,
    many: bool = True,
    kind: Kind = "todo",
    names: Mapping[str, str] | None = None,
    terminal: bool = False,
    views: Views | None = None,
) -> Iterator[bytes]:
    """`plans` in `form`, piece by piece; `kind` is that of the entries of a calendar,
    `names` what plans are called there that have several files.

    `terminal`: a table is as wide and as bright as the terminal it is for. `views`: a web page has
    the source beside the tasks, which is looked at there.

    Without `what`, JSON and JSON lines hold whole plans (`many`: an array, also of one), a
    workbook all sheets, and the other forms the tasks. With it, each holds the
    tasks, targets or citations only, or a row for each plan ("documents"). Raises ValueError where
    a form has no room for `what`: a Word document, a web page, a calendar and a table are of
    tasks, and plans as Parquet are part of a release.
    """
    if not is_list(form) and what not in (None, "tasks"):
        raise ValueError(f"{form} holds tasks, not {what}")
    match form:
        case "json":
            return as_json(plans, what, many=many)
        case "jsonl":
            return as_jsonl(plans, what)
        case "csv":
            return as_csv(plans, lang, what or "tasks")
        case "xlsx":
            return as_xlsx(plans, lang, what)
        case "docx":
            return as_docx(plans, lang)
        case "html":
            return as_html(plans, lang, views)
        case "ics":
            return as_ics(plans, lang, kind, names)
        case "parquet":
            if what == "documents":
                raise ValueError("plans as Parquet are part of a release")
            return as_parquet(plans, what or "tasks")
        case "table":
            return as_table(plans, lang, terminal=terminal)


def write(
    form: Form,
    plans: Iterable[bytes],
    out: IO[bytes],
    lang: Lang,
    *,
    many: bool = True,
    views: Views | None = None,
) -> None:
    """Writes `plans` to `out` in `form`, each as soon as it is there."""
    terminal = out.isatty()
    for piece in export(form, plans, lang, many=many, terminal=terminal, views=views):
        out.write(piece)
        out.flush()


def gathered(pieces: Iterator[bytes], size: int = 2**16) -> Iterator[bytes]:
    """The same bytes in pieces of `size` or more but for the last; empty ones stay."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= size:
            yield bytes(held)
            held.clear()
        elif not piece:
            yield b""
    if held:
        yield bytes(held)
