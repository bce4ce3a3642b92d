"""Stores of up to a million tasks: the rows that saving a reading makes, put in by the thousand.

The samples stand in them many times over, each time as another plan: of another province, year and
number, and each task for another commune, so that there are rare words. Indices are made at the
end, and what the feed would tell is left out. Some 10 000 tasks a second on SQLite.
"""

import hashlib
import itertools
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, text
from sqlalchemy.schema import CreateIndex, DropIndex

from corpora import units
from extractor.text import searched
from models.contract import decode, encode
from models.plan import Plan
from models.tables import (
    DocumentRow,
    MentionRow,
    PlanFormRow,
    PlanRow,
    PlanYearRow,
    RunRow,
    TargetRow,
    TaskRow,
)
from models.tables.documents import task_key
from service.settings import Settings, load
from service.store import Store, opened_store
from service.store.database import lots
from service.store.reference import add_bodies
from service.store.rows import (
    Kept,
    Values,
    bodies,
    mentions,
    parts_of,
    plan_row,
    record_rows,
    year_rows,
)
from service.store.search import words_row, words_table
from tests.service.postgres import own_server
from tests.service.store.readings import READ_AT, SMALL, renamed, sample

#: The samples, and how often each stands there.
SAMPLES = {"dong-nai-2024": 4} | dict(zip(SMALL, (4, 2, 1, 1), strict=True))
YEARS = range(2019, 2027)
#: Where every plan is of at first.
HOME = "vn-86"
#: Tasks that are put in at a time.
LOT = 20_000


def provinces() -> list[str]:
    """The provinces that stood from the start."""
    return list(dict.fromkeys(
        one.id for one in units.provinces() if one.level == "province" and one.valid_from is None
    ))  # fmt: skip


def plans(size: int, seed: int = 5) -> Iterator[Plan]:
    """Plans of `size` tasks in all: each sample for one province and year after the other."""
    chance = random.Random(seed)
    homes, texts, made = provinces(), {one: encode(sample(one)).decode() for one in SAMPLES}, 0
    for number in itertools.count():
        slug = chance.choices(list(SAMPLES), list(SAMPLES.values()))[0]
        home = homes[number % len(homes)] if number < 2 * len(homes) else chance.choice(homes)
        yield renamed(varied(texts[slug], home, chance.choice(YEARS)), f"{number}.docx")
        made += len(sample(slug).tasks)
        if made >= size:
            return


def varied(text: str, home: str, year: int) -> Plan:
    """The plan as if of another province and year: ids of bodies, days and years follow."""
    plan = decode(text)
    mine = "-".join((plan.document.unit.id if plan.document.unit else "vn-86").split("-")[:2])
    first = plan.document.period.years[0] if plan.document.period else 2024
    text = text.replace(f'"{mine}', f'"{home}')
    text = re.sub(
        r"\b(20[12]\d)(-\d\d-\d\d)?\b",
        lambda found: (
            f"{int(found[1]) + year - first}{(found[2] or '').replace('-02-29', '-02-28')}"
        ),
        text,
    )
    return decode(text)


def settings(folder: str) -> Settings:
    return load(data=Path(folder), workers=0, rate=10**6, log_level="error")


@dataclass(frozen=True, slots=True)
class _Form:
    """A sample of a year, taken apart: its rows, as if it were of HOME."""

    plan: Values
    years: list[Values]
    records: dict[Any, list[Values]]
    issuer: list[Values]
    tasks: list[tuple[Values, list[Values], str]]
    bodies: dict[str, str]


@cache
def _form(slug: str, year: int) -> _Form:
    parts = parts_of(encode(varied(encode(sample(slug)).decode(), HOME, year)))
    plan = parts.plan
    unit = plan.document.unit.id if plan.document.unit else None
    kept = [Kept(task, record) for task, record in zip(plan.tasks, parts.tasks, strict=True)]
    return _Form(
        plan_row(parts) | {"status": "draft", "revision": 1},
        year_rows(plan),
        record_rows(plan.document.id, parts),
        mentions(None, "issuer", plan.document.issuer),
        [
            (one.row(plan.document.id, unit, at), one.mentions(0), one.words())
            for at, one in enumerate(kept)
        ],
        bodies(plan, plan.tasks),
    )


class _Rows:
    """Rows of plans by table, with numbers of their own."""

    def __init__(self, dialect: str, chance: random.Random) -> None:
        self._dialect, self._chance = dialect, chance
        self._communes = [(one.name, searched(one.name)) for one in units.communes().values()]
        self._serials: dict[Any, Iterator[int]] = {}
        self.tables: dict[Any, list[Values]] = {}

    def _put(self, table: Any, values: Values, *, numbered: bool = False) -> int:
        serial = next(self._serials.setdefault(table.name, itertools.count(1))) if numbered else 0
        more = {"serial": serial} if numbered else {}
        self.tables.setdefault(table, []).append(values | more)
        return serial

    def add(self, slug: str, year: int, home: str, number: int) -> dict[str, str]:
        """A plan; the bodies that it names."""
        form = _form(slug, year)
        sha256 = hashlib.sha256(f"{number}".encode()).hexdigest()
        document, run = f"sha256:{sha256}", f"{number:032x}"
        mine = {"document_id": document}

        def moved(row: Values) -> Values:
            found = {
                name: value.replace(HOME, home) if isinstance(value, str) else value
                for name, value in row.items()
            }
            if "key" in found:
                found["key"] = task_key(document, row["id"])
            return found | mine

        key = sha256[:16]
        told = {"id": document, "key": key, "sha256": sha256, "bytes": 1, "created_at": READ_AT}
        self._put(DocumentRow.__table__, told)
        read = {"id": run, "version": "0", "started_at": READ_AT, "seconds": 0.1}
        self._put(RunRow.__table__, read | mine)
        self._put(PlanFormRow.__table__, {"plan": key} | mine)
        own = {"run_id": run, "number": f"{number}/KH-UBND"}
        self._put(PlanRow.__table__, moved(form.plan) | own)
        for values in form.years:
            self._put(PlanYearRow.__table__, values | mine)
        for model, rows in form.records.items():
            for values in rows:
                found = moved(values)
                if model is TargetRow and self._chance.random() < 0.5:  # one that few others have
                    named = f'"indicator":"{self._chance.choice(self._communes)[0]}: '
                    found["record"] = found["record"].replace('"indicator":"', named, 1)
                self._put(model.__table__, found, numbered=True)
        for values in form.issuer:
            self._put(MentionRow.__table__, moved(values), numbered=True)
        words_in = words_table(self._dialect)
        for row, named, words in form.tasks:
            name, folded = self._chance.choice(self._communes)
            values = moved(row) | {"status": "open", "revision": 1}
            values["record"] = values["record"].replace(
                '"description":"', f'"description":"Tại {name}: ', 1
            )
            serial = self._put(TaskRow.__table__, values, numbered=True)
            for one in named:
                self._put(MentionRow.__table__, moved(one) | {"task": serial}, numbered=True)
            self._put(words_in, words_row(self._dialect, serial, f"tai {folded} {words}"))
        return {key.replace(HOME, home): name for key, name in form.bodies.items()}


def plant(store: Store, size: int, seed: int = 5) -> None:
    """Puts so many tasks into a new store."""
    chance = random.Random(seed)
    homes = provinces()
    rows, named, made, waiting = _Rows(store.dialect, chance), dict[str, str](), 0, 0
    with store.engine.connect() as connection, _in_bulk(connection):
        for number in itertools.count(1):
            slug = chance.choices(list(SAMPLES), list(SAMPLES.values()))[0]
            named |= rows.add(slug, chance.choice(YEARS), chance.choice(homes), number)
            count = len(_form(slug, YEARS[0]).tasks)
            made, waiting = made + count, waiting + count
            if waiting >= LOT or made >= size:
                for table, some in rows.tables.items():
                    _fill(connection, table, some)
                rows.tables.clear()
                waiting = 0
            if made >= size:
                break
        for some in lots(named.items()):
            add_bodies(connection, dict(some))


@contextmanager
def _in_bulk(connection: Connection) -> Iterator[None]:
    """Without checks and indices of tasks meanwhile, and with what the database knows of them."""
    sqlite = connection.dialect.name == "sqlite"
    indices = sorted(
        (one for model in (TaskRow, MentionRow) for one in model.__table__.indexes),
        key=lambda one: str(one.name),
    )
    numbered = ("tasks", "mentions", "sections", "targets", "citations")
    own = "CREATE INDEX ix_task_words_folded ON task_words USING gin (folded gin_trgm_ops)"
    if sqlite:
        for pragma in ("cache_size = -2000000", "synchronous = OFF", "foreign_keys = OFF"):
            connection.connection.cursor().execute(f"PRAGMA {pragma}")
    with connection.begin():
        for one in indices:
            connection.execute(DropIndex(one))
        if not sqlite:
            connection.execute(text("DROP INDEX ix_task_words_folded"))
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text("SET maintenance_work_mem = '1GB'"))
        yield
        for one in indices:
            connection.execute(CreateIndex(one))
        if not sqlite:
            connection.execute(text(own))
            for name in numbered:
                last = f"SELECT setval(pg_get_serial_sequence('{name}', 'serial'), max(serial))"
                connection.execute(text(f"{last} FROM {name}"))
    if not sqlite:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _fill(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


@contextmanager
def planted(size: int, *, postgres: bool = False) -> Iterator[Store]:
    """A store with that many tasks, on SQLite or on a PostgreSQL of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        given = settings(folder)
        if postgres:
            url = stack.enter_context(own_server()).create("planted")
            given = given.model_copy(update={"database": url})
        store = stack.enter_context(opened_store(given))
        plant(store, size)
        yield store
