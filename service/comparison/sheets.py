"""Comparisons as tables: rows under columns that say what they mean, in the forms of files."""

import html
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from corpora.tables import rows_in
from service.comparison.coverage import Coverage
from service.comparison.measures import DIMENSIONS, Measured
from service.exports.plain import MARK, csv_lines
from service.wording import Lang, pick

#: The forms of a comparison as a file.
SheetForm = Literal["xlsx", "csv", "parquet", "json", "html"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its title for people, the type of its cells."""

    key: str
    vi: str
    en: str
    type: Literal["text", "integer", "number", "share"]

    def title(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table, as `columns.tsv` has them."""
    rows = rows_in(files("service.comparison") / "columns.tsv")
    return tuple(
        Column(row["key"], row["vi"], row["en"], row["type"])  # type: ignore[arg-type]
        for row in rows
        if row["table"] == table
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what is not known, or is of nothing, is None and never 0."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


def measured_sheet(found: Measured) -> Sheet:
    """The measures by their dimensions: of all tasks, and of the confirmed ones alone."""
    columns: list[Column] = []
    for name in found.by:
        vi, en = DIMENSIONS[name]
        columns += [Column(name, f"{vi} (mã)", f"{en} (code)", "text")]
        columns += [Column(f"{name}_name", vi, en, "text")]
    columns.append(Column("plans", "Kế hoạch", "Plans", "integer"))
    for one in found.measures:
        kind: Literal["integer", "share"] = "integer" if one.kind == "count" else "share"
        columns.append(Column(one.key, one.vi, one.en, kind))
        if one.key != "reviewed":
            vi, en = f"{one.vi} (đã rà soát)", f"{one.en} (reviewed only)"
            columns.append(Column(f"{one.key}_reviewed", vi, en, kind))
    return Sheet(tuple(columns), tuple(_measured_rows(found)))


def _measured_rows(found: Measured) -> Iterable[tuple[Any, ...]]:
    for line in found.lines:
        row: list[Any] = []
        for key, name in zip(line.tally.keys, line.names, strict=True):
            row += [key or None, name]
        row.append(line.tally.plans)
        for one in found.measures:
            row.append(one.value(line.tally))
            if one.key != "reviewed":
                row.append(one.value(line.tally, reviewed=True))
        yield tuple(row)


def coverage_sheet(found: Coverage) -> Sheet:
    """What is held of each unit and year; a row for each, also where there is nothing."""
    rows = (
        (row.place.id or None, row.name, year or None, len(cell.plans), cell.files, cell.pages,
         cell.tasks, cell.targets, cell.share)
        for row in found.rows
        for year, cell in zip(found.years, row.cells, strict=True)
    )  # fmt: skip
    return Sheet(columns_of("coverage"), tuple(rows))


def written(sheet: Sheet, form: SheetForm, lang: Lang) -> bytes:
    """The table as a file."""
    forms: dict[SheetForm, Callable[[Sheet, Lang], bytes]] = {
        "xlsx": _xlsx,
        "csv": _csv,
        "parquet": _parquet,
        "json": _json,
        "html": _html,
    }
    return forms[form](sheet, lang)


def shown(value: str | int | float | None, column: Column, lang: Lang) -> str:
    """A cell as people read it; nothing for None.

    >>> share = Column("x", "x", "x", "share")
    >>> shown(0.256, share, "vi"), shown(None, share, "vi"), shown(1.0, share, "en")
    ('25,6%', '–', '100%')
    """
    if value is None:
        return "–"
    if column.type == "share" and isinstance(value, int | float):
        told = f"{100 * value:.1f}".removesuffix(".0")
        return (told.replace(".", ",") if lang == "vi" else told) + "%"
    return str(value)


def _xlsx(sheet: Sheet, lang: Lang) -> bytes:
    """A workbook: texts as texts, shares as percentages."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1), "comments": "kehoach"})
        head, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
        page = book.add_worksheet()
        for at, column in enumerate(sheet.columns):
            page.set_column(at, at, 24 if column.type == "text" else 12,
                            percent if column.type == "share" else None)  # fmt: skip
            page.write_string(0, at, column.title(lang), head)
        for number, row in enumerate(sheet.rows, 1):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, at, cell)
                elif cell is not None:
                    page.write_number(number, at, cell)
        page.freeze_panes(1, 0)
    return out.getvalue()


def _csv(sheet: Sheet, lang: Lang) -> bytes:
    """UTF-8 with a byte order mark (for Excel), shares as numbers from 0 to 1."""
    return MARK + csv_lines([[column.title(lang) for column in sheet.columns], *sheet.rows])


def _parquet(sheet: Sheet, lang: Lang) -> bytes:
    import polars

    types = {"text": polars.String, "integer": polars.Int64, "number": polars.Float64,
             "share": polars.Float64}  # fmt: skip
    schema = {column.key: types[column.type] for column in sheet.columns}
    out = io.BytesIO()
    polars.DataFrame(list(sheet.rows), schema=schema, orient="row").write_parquet(out)
    return out.getvalue()


def _json(sheet: Sheet, lang: Lang) -> bytes:
    keys = [column.key for column in sheet.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in sheet.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"


def _html(sheet: Sheet, lang: Lang) -> bytes:
    """A page with the table and nothing else, to be pasted into a report."""
    head = "".join(f"<th>{html.escape(column.title(lang))}</th>" for column in sheet.columns)
    rows = "\n".join(f"<tr>{_html_cells(row, sheet.columns, lang)}</tr>" for row in sheet.rows)
    return (
        f'<!doctype html>\n<html lang="{lang}"><meta charset="utf-8"><title>kehoach</title>\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</html>\n"
    ).encode()


def _html_cells(row: Sequence[Any], columns: Sequence[Column], lang: Lang) -> str:
    cells = zip(row, columns, strict=True)
    return "".join(f"<td>{html.escape(shown(cell, column, lang))}</td>" for cell, column in cells)
