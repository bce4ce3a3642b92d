"""A release: what a store holds as tables that can be cited, checked and read by any program.

Each table is a Parquet file and a CSV file with the same rows in the same order; `datapackage.json`
describes them (Frictionless), `codebook.csv` says what each column means, `SHA256SUMS` has the
checksum of each file. The same store gives the same bytes: no moment and no machine is in them. The
version is that of the program and of the content. Who reviewed a task or reported how far it is, is
not told, when is; who said of two tasks what they are to each other, is.
"""

import csv
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session

from models.contract import decode
from models.errors import KehoachError
from models.plan import CONTRACT
from models.tables import AgencyRow, MentionRow, PlanRow, SuccessionRow, UnitRow
from service.comparison.groups import grouped
from service.comparison.holdings import holdings
from service.comparison.measures import measures
from service.exports.columns import Column, Flat, Held, Type, columns, records
from service.exports.parquet import Lines, opened, quoted
from service.exports.plain import GUARDED
from service.store import Store
from service.store.judgements import spoken
from service.store.plans import plan_json
from service.wording import values_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class NotARelease(KehoachError, code="release.folder"):
    title = "Thư mục đang có thứ khác", "The folder holds something else"
    sentence = (
        "{folder} không trống và không phải một bản phát hành; hãy chọn thư mục khác",
        "{folder} is not empty and is no release; choose another folder",
    )


MANIFEST, CODEBOOK, SUMS, README = "datapackage.json", "codebook.csv", "SHA256SUMS", "README.md"

#: What stands in a store and not in a release: the names of people who work on it.
WITHHELD = frozenset({"corrected_by", "report_by"})


class Table(NamedTuple):
    """A table of a release: its titles, its key, and to which key of which table columns refer."""

    vi: str
    en: str
    key: tuple[str, ...]
    refers: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()


_PLAN = (("document_id",), "plans", ("document_id",))

TABLES: dict[Flat, Table] = {
    "plans": Table("Kế hoạch", "Plans", ("document_id",)),
    "tasks": Table("Nhiệm vụ", "Tasks", ("document_id", "task_id"), (_PLAN,)),
    "deadlines": Table("Thời hạn", "Deadlines", (), (_PLAN,)),
    "mentions": Table("Cơ quan được nêu tên", "Bodies named", (), (_PLAN,)),
    "targets": Table("Chỉ tiêu", "Targets", ("document_id", "target_id"), (_PLAN,)),
    "citations": Table(
        "Văn bản viện dẫn", "Papers cited", ("document_id", "citation_id"), (_PLAN,)
    ),
    "groups": Table(
        "Cùng một việc",
        "The same task",
        ("document_id", "task_id"),
        ((("document_id", "task_id"), "tasks", ("document_id", "task_id")),),
    ),
    "judgements": Table(
        "Nhận xét của người",
        "What people said of two tasks",
        ("judgement_id",),
        tuple(
            ((f"{side}_document_id", f"{side}_task_id"), "tasks", ("document_id", "task_id"))
            for side in ("one", "other")
        ),
    ),
    "units": Table("Địa bàn", "Units", ()),
    "agencies": Table("Cơ quan", "Agencies", ("agency_id",)),
    "successions": Table("Kế thừa", "Successions", ("id", "frame", "successor_id")),
}

#: The tables that are not of one plan.
_REFERENCE: frozenset[Flat] = frozenset(
    {"groups", "judgements", "units", "agencies", "successions"}
)

#: The types of Frictionless.
_TYPES: dict[Type, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "flag": "boolean",
    "date": "date",
    "texts": "array",
    "integers": "array",
    "numbers": "array",
}


@dataclass(frozen=True, slots=True)
class Released:
    """What was made: where, its version, and how many rows each table has."""

    folder: Path
    version: str
    rows: dict[str, int]


def has(what: Flat) -> list[Column]:
    """The columns of a table of a release."""
    return [column for column in columns(what) if column.key not in WITHHELD]


def release(store: Store, out: Path) -> Released:
    """Makes a release of a store, all of one moment; the folder appears only when it is whole.

    A release that is there already is replaced. Raises NotARelease for any other folder that is
    not empty.
    """
    out = out.absolute()
    if out.exists() and not out.is_dir():
        raise NotARelease(folder=str(out))
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise NotARelease(folder=str(out))
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with TemporaryDirectory(prefix="kehoach-") as waiting, opened(waiting) as engine:
            tables = {what: Lines(Path(waiting), what, has(what)) for what in TABLES}
            _gather(store, tables)
            for lines in tables.values():
                lines.write(engine, new / f"{lines.what}.parquet")
                _write_csv(engine, lines, new / f"{lines.what}.csv")
        made = _described(new, tables)
        new.chmod(0o777 & ~_umask())
        if out.exists():
            shutil.rmtree(out)
        new.rename(out)
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(new)
        raise
    return replace(made, folder=out)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def table_of(store: Store, what: Flat, out: Path) -> None:
    """Writes one table of a store as a Parquet file, with all that its owner may know."""
    with TemporaryDirectory(prefix="kehoach-") as waiting, opened(waiting) as engine:
        lines = Lines(Path(waiting), what, columns(what))
        _gather(store, {what: lines})
        lines.write(engine, out)


def _gather(store: Store, tables: Mapping[Flat, Lines]) -> None:
    """Gathers the rows of tables: plan by plan in the order of their ids, then reference data."""
    with store.reading() as session:
        for one in holdings(session) if tables.keys() - _REFERENCE else ():
            plan = decode(plan_json(session, one.document_id))
            for what, lines in tables.items():
                some = (Held(plan, one.form_of),) if what == "plans" else records(plan, what)
                lines.extend(plan, some)
        for name, rows in _reference(session).items() if tables.keys() & _REFERENCE else ():
            if name in tables:
                tables[name].extend(None, rows)
        if "groups" in tables:
            tables["groups"].extend(None, grouped(session))
        if "judgements" in tables:
            tables["judgements"].extend(None, _judgements(session))


class Judged(NamedTuple):
    """What a person said of two tasks, by their names in the feed, and by the document and the id
    that each has now; those are None where a task is not in the present reading."""

    judgement_id: str
    verdict: str
    reason: str | None
    author: str
    said_at: str
    one: str
    one_words: str
    other: str
    other_words: str
    one_document_id: str | None = None
    one_task_id: str | None = None
    other_document_id: str | None = None
    other_task_id: str | None = None


def _judgements(session: Session) -> Iterator[Judged]:
    """What people said, in the order of ids; of a plan in several files the one that counts."""
    held = {one.key: one for one in holdings(session)}
    found: dict[str, Judged] = {}
    for pair, _, row in spoken(session):
        known = found.get(row.id)
        told = Judged(
            row.id, row.verdict, row.reason, row.author,
            row.at.astimezone(UTC).isoformat(timespec="seconds"),
            row.one, row.words_one, row.other, row.words_other,
        )  # fmt: skip
        if pair:
            (one, one_id), (other, other_id) = (key.split(".", 1) for key in pair)
            if known and (held[one].form_of or held[other].form_of):
                continue
            ids = held[one].document_id, one_id, held[other].document_id, other_id
            told = Judged(*told[:9], *ids)
        found[row.id] = told
    return iter([found[name] for name in sorted(found)])


def _reference(session: Session) -> dict[Flat, Iterable[Any]]:
    """The centre and all provinces of all times, the other units and the bodies that the plans
    are of or name, and what all of these became."""
    u, a, s = UnitRow.__table__.c, AgencyRow.__table__.c, SuccessionRow.__table__.c
    m, p = MentionRow.__table__.c, PlanRow.__table__.c
    named, issuing = select(m.agency_id), select(p.issuer_id).where(p.issuer_id.is_not(None))
    bodies = select(a.id).where(or_(a.id.in_(named), a.id.in_(issuing)))
    homes = or_(
        u.id.in_(select(a.unit_id).where(a.id.in_(bodies))),
        u.id.in_(select(p.unit_id).where(p.unit_id.is_not(None))),
        u.level.in_(("central", "province")),
    )
    units = select(UnitRow.__table__).where(homes).order_by(u.id, u.serial)
    known = or_(s.id.in_(bodies), s.id.in_(select(u.id).where(homes)))
    heirs = select(SuccessionRow.__table__).where(known).order_by(s.id, s.frame, s.position)
    agencies = select(AgencyRow.__table__).where(a.id.in_(bodies)).order_by(a.id)
    return {
        "units": session.execute(units),
        "agencies": session.execute(agencies),
        "successions": session.execute(heirs),
    }


def _write_csv(engine: "DuckDBPyConnection", lines: Lines, out: Path) -> None:
    """Writes a table as CSV: UTF-8, RFC 4180, ISO dates, lists as JSON, texts guarded."""
    cells = ", ".join(f'{_cell(column)} AS "{column.key}"' for column in lines.has)
    engine.execute(
        f"COPY (SELECT {cells} FROM ({lines.selected})) TO {quoted(str(out))} "
        "(FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"')"
    )


def _cell(column: Column) -> str:
    name = f'"{column.key}"'
    if column.type in ("texts", "integers", "numbers"):
        return f"to_json({name})"
    if column.type != "text":
        return name
    starts = ", ".join(quoted(sign) for sign in GUARDED)
    return f"CASE WHEN left({name}, 1) IN ({starts}) THEN '''' || {name} ELSE {name} END"


def _described(folder: Path, tables: dict[Flat, Lines]) -> Released:
    """Writes what describes the tables."""
    rows = {what: lines.count for what, lines in tables.items()}
    (folder / CODEBOOK).write_text(_codebook(), "utf-8", newline="")
    digest = hashlib.sha256()
    for name in sorted(path.name for path in folder.iterdir()):
        digest.update(f"{_sha256(folder / name)}  {name}\n".encode())
    release = f"{version('kehoach')}+{digest.hexdigest()[:12]}"
    package = {
        "name": "kehoach",
        "title": "Kế hoạch đã ban hành: nhiệm vụ, thời hạn, cơ quan, chỉ tiêu",
        "description": "Issued Vietnamese administrative plans as data, made by kehoach.",
        "version": release,
        "id": f"sha256:{digest.hexdigest()}",
        "keywords": ["kế hoạch", "plans", "Việt Nam"],
        "kehoach": {"version": version("kehoach"), "contract": CONTRACT, "rows": rows},
        "resources": [*_resources(folder), _codebook_resource(folder)],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8", newline="")
    (folder / README).write_text(_readme(release, rows), "utf-8", newline="")
    sums = [f"{_sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / SUMS).write_text("".join(sums), "utf-8", newline="")
    return Released(folder, release, {str(what): count for what, count in rows.items()})


def _resources(folder: Path) -> Iterator[dict[str, Any]]:
    for what, table in TABLES.items():
        path = folder / f"{what}.csv"
        schema: dict[str, Any] = {"fields": [_field(column) for column in has(what)]}
        if table.key:
            schema["primaryKey"] = list(table.key)
        if table.refers:
            schema["foreignKeys"] = [
                {"fields": list(mine), "reference": {"resource": other, "fields": list(theirs)}}
                for mine, other, theirs in table.refers
            ]
        yield {
            "name": what,
            "title": f"{table.vi} / {table.en}",
            "type": "table",
            **_file(path, "csv", "text/csv"),
            "encoding": "utf-8",
            "schema": schema,
        }
        yield {
            "name": f"{what}-parquet",
            "title": f"{table.vi} / {table.en} (Parquet)",
            "type": "file",
            **_file(folder / f"{what}.parquet", "parquet", "application/vnd.apache.parquet"),
        }


def _codebook_resource(folder: Path) -> dict[str, Any]:
    fields = [{"name": name, "type": "string"} for name in _HEADINGS]
    return {
        "name": "codebook",
        "title": "Bảng mã / Codebook",
        "type": "table",
        **_file(folder / CODEBOOK, "csv", "text/csv"),
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": ["table", "column"]},
    }


def _file(path: Path, form: str, media_type: str) -> dict[str, Any]:
    return {
        "path": path.name,
        "format": form,
        "mediatype": media_type,
        "hash": f"sha256:{_sha256(path)}",
        "bytes": path.stat().st_size,
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.key,
        "type": _TYPES[column.type],
        "title": column.vi or column.meaning_vi,
        "description": f"{column.meaning_vi} / {column.meaning_en}",
    }
    return found | ({"unit": column.unit} if column.unit else {})


_HEADINGS = ("table", "column", "type", "unit", "meaning_vi", "meaning_en", "values")


def _codebook() -> str:
    text = io.StringIO(newline="")
    book = csv.writer(text, lineterminator="\n")
    book.writerow(_HEADINGS)
    for what in TABLES:
        for column in has(what):
            called = (f"{value}: {vi} / {en}" for value, (vi, en) in values_of(column.key).items())
            book.writerow(
                (what, column.key, _TYPES[column.type], column.unit, column.meaning_vi,
                 column.meaning_en, "; ".join(called))
            )  # fmt: skip
    for one in measures():
        made = f"{one.numerator} / {one.denominator}" if one.denominator else one.numerator
        book.writerow(
            ("measures", one.key, "integer" if one.kind == "count" else "number", one.unit_en,
             one.meaning_vi, one.meaning_en, made)
        )  # fmt: skip
    return text.getvalue()


def _sha256(path: Path) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _readme(release: str, rows: dict[Flat, int]) -> str:
    lines: Sequence[str] = [
        f"| `{what}` | {table.vi} | {table.en} | {rows[what]} |" for what, table in TABLES.items()
    ]
    text = (files("service.comparison") / "release.md").read_text("utf-8")
    return text.format(version=release, tables="\n".join(lines), contract=CONTRACT)
