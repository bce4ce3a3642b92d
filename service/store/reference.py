"""The reference tables: units, agencies and who succeeds whom, loaded from `corpora/`.

They are as good as code: a new state of `corpora/` takes the place of the old one whole, in one
transaction, when the store is opened. Nothing else writes to them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlmodel import SQLModel, col

from corpora import agencies, tables, units
from corpora.agencies import Role
from corpora.units import Unit
from extractor.language.agency_links import full_name
from extractor.language.place_names import context
from models.tables import AgencyRow, MentionRow, ReferenceRow, SuccessionRow, UnitRow
from service.store.bodies import add_bodies, succession_rows
from service.store.words import folded

if TYPE_CHECKING:
    from service.store.database import Store

#: The tables of `corpora/` that the rows are made of.
SOURCES = ("units", "districts", "communes", "communes_old", "agencies")
#: To be raised when the same sources give other rows.
FORM = "1"

#: Rows handed to the database at a time.
BATCH = 10_000

_T = TypeVar("_T")
Row = dict[str, Any]
_NAME = "corpora"


def digest() -> str:
    """The state of the sources and of this module, as 64 hex digits."""
    found = hashlib.sha256(FORM.encode())
    for name in SOURCES:
        found.update(tables.path(f"{name}.tsv").read_bytes())
    return found.hexdigest()


def load_reference(store: "Store") -> bool:
    """Brings the reference tables to the state of `corpora/`; False where they are in it already.

    Safe when several processes do it at once.
    """
    state = digest()
    with store.reading() as session:
        if _loaded(session.connection()) == state:
            return False
    with store.writing() as session:
        connection = session.connection()
        if store.dialect == "postgresql":
            connection.execute(text("LOCK TABLE reference IN EXCLUSIVE MODE"))
        if _loaded(connection) == state:
            return False
        for model in (SuccessionRow, AgencyRow, UnitRow, ReferenceRow):
            connection.execute(delete(model))
        places, bodies = list(_units()), list(_agencies())
        _fill(connection, UnitRow, places)
        _fill(connection, AgencyRow, bodies)
        _fill(connection, SuccessionRow, succession_rows(row["id"] for row in places + bodies))
        for some in batched(_named(connection).items()):
            add_bodies(connection, dict(some))
        _fill(connection, ReferenceRow, [{"name": _NAME, "digest": state}])
    return True


def _named(connection: Connection) -> dict[str, str]:
    """The agencies that the plans of the store name, id to name."""
    key, name = col(MentionRow.agency_id), func.coalesce(MentionRow.name, MentionRow.text)
    found = select(key, func.max(name)).where(key.is_not(None)).group_by(key)
    return {key: name for key, name in connection.execute(found) if key}


def _loaded(connection: Connection) -> str | None:
    return connection.scalar(
        select(col(ReferenceRow.digest)).where(col(ReferenceRow.name) == _NAME)
    )


def _fill(connection: Connection, model: type[SQLModel], rows: Iterable[Row]) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    for some in batched(rows):
        connection.execute(insert(table), some)


def batched(items: Iterable[_T]) -> Iterator[list[_T]]:
    """The items, as many at a time as one statement takes."""
    left = iter(items)
    while some := list(islice(left, BATCH)):
        yield some


def _units() -> Iterator[Row]:
    for unit in _territories():
        yield {
            "id": unit.id,
            "level": unit.level,
            "kind": unit.kind,
            "name": unit.name,
            "parent": units.parent(unit.id, unit.valid_to),
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "words": folded(" ".join((unit.title, *unit.aliases))),
        }


def _territories() -> Iterator[Unit]:
    yield from units.provinces()
    yield from units.districts()
    yield from units.communes_old().values()
    yield from units.communes().values()


def _agencies() -> Iterator[Row]:
    """Each body of the centre and of a province that mentions can name.

    A body goes by its last name; it is found by those it had before too, when its province had
    another name or rank.
    """
    spans: dict[str, list[Unit]] = defaultdict(list)
    for unit in units.provinces():
        spans[unit.id].append(unit)
    for role in agencies.roles().values():
        if not (role.listed and role.unit in ("central", "province")):
            continue
        for key, homes in spans.items():
            stood = [span for unit in homes if (span := _span(role, unit)) is not None]
            if not stood:
                continue
            names = [full_name(role, key, context(None, last)) for _, last in stood]
            yield {
                "id": f"{key}/{role.slug}",
                "unit_id": key,
                "slug": role.slug,
                "name": names[-1],
                "level": role.unit,
                "kind": role.kind,
                "valid_from": stood[0][0],
                "valid_to": stood[-1][1],
                "words": folded(" ".join(dict.fromkeys((*reversed(names), *role.aliases)))),
            }


def _span(role: Role, unit: Unit) -> tuple[date | None, date | None] | None:
    """From when to when the role was in the unit, None for never; a day None is without end."""
    if unit.level != role.unit:
        return None
    first = max((day for day in (role.valid_from, unit.valid_from) if day), default=None)
    last = min((day for day in (role.valid_to, unit.valid_to) if day), default=None)
    return (first, last) if first is None or last is None or first <= last else None
