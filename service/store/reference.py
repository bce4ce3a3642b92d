"""The reference tables: units, agencies and who succeeds whom, loaded from `corpora/`.

They are as good as code: a new state of `corpora/` takes the place of the old one whole, in one
transaction, when the store is opened. Bodies of districts and communes, which `corpora/` does not
list one by one, are added once a plan names them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from corpora import agencies, tables, units
from corpora.agencies import Role
from corpora.lineage import FRAMES, successors
from corpora.units import Unit
from extractor.language.agencies import full_name
from extractor.text import searched
from models.tables import AgencyRow, MentionRow, ReferenceRow, SuccessionRow, UnitRow
from service.store.database import Store, lots

#: The tables of `corpora/` that the rows are made of, behind a number that is to be raised when the
#: same tables give other rows.
SOURCES = ("1", "units", "districts", "communes", "communes_old", "agencies")

#: Rows handed to the database, or looked at, at a time.
BATCH = 10_000

Row = dict[str, Any]


def digest(form: str, *sources: str) -> str:
    """The state of tables of `corpora/` and of what makes rows of them, as 64 hex digits."""
    found = hashlib.sha256(form.encode())
    for name in sources:
        found.update(tables.path(f"{name}.tsv").read_bytes())
    return found.hexdigest()


def brought_up(
    store: Store, name: str, sources: Sequence[str], make: Callable[[Connection], None]
) -> bool:
    """Makes anew what follows from `sources` (see `digest`); False where that was done already.

    Safe when several processes do it at once.
    """
    state, r = digest(*sources), ReferenceRow.__table__
    made = select(r.c.digest).where(r.c.name == name)
    with store.reading() as session:
        if session.scalar(made) == state:
            return False
    with store.writing() as session:
        connection = session.connection()
        if store.dialect == "postgresql":
            connection.execute(text("LOCK TABLE reference IN EXCLUSIVE MODE"))
        if connection.scalar(made) == state:
            return False
        make(connection)
        connection.execute(delete(r).where(r.c.name == name))
        connection.execute(insert(r).values(name=name, digest=state))
    return True


def remade(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    made: Callable[[Any], Row],
    *given: str,
) -> None:
    """Makes these columns of all rows of a table anew of their record and what else is given."""
    c, last = table.c, 0
    these = update(table).where(c.serial == bindparam("this"))
    these = these.values({name: bindparam(f"new_{name}") for name in names})
    some = select(c.serial, c.record, *(c[name] for name in (*names, *given)))
    some = some.order_by(c.serial).limit(BATCH)
    while lot := connection.execute(some.where(c.serial > last)).all():
        last = lot[-1].serial
        found = ((row, made(row)) for row in lot)
        changed = [
            {"this": row.serial, **{f"new_{name}": now[name] for name in names}}
            for row, now in found
            if any(getattr(row, name) != now[name] for name in names)
        ]
        if changed:
            connection.execute(these, changed)


def load_reference(store: Store) -> bool:
    """Brings the reference tables to the state of `corpora/`; False where they are in it."""
    return brought_up(store, "corpora", SOURCES, _load)


def _load(connection: Connection) -> None:
    for model in (SuccessionRow, AgencyRow, UnitRow):
        connection.execute(delete(model))
    places, bodies = list(_units()), list(agency_rows())
    _fill(connection, UnitRow, places)
    _fill(connection, AgencyRow, bodies)
    _fill(connection, SuccessionRow, succession_rows(row["id"] for row in places + bodies))
    for some in lots(_named(connection).items(), BATCH):
        add_bodies(connection, dict(some))


def _named(connection: Connection) -> dict[str, str]:
    """The agencies that the plans of the store name, id to name."""
    key = col(MentionRow.agency_id)
    found = select(key, func.max(MentionRow.name)).group_by(key)
    return {row[0]: row[1] for row in connection.execute(found)}


def _fill(connection: Connection, model: type[SQLModel], rows: Iterable[Row]) -> None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    for some in lots(rows, BATCH):
        connection.execute(insert(table), some)


def _units() -> Iterator[Row]:
    for unit in territories():
        yield {
            "id": unit.id,
            "level": unit.level,
            "kind": unit.kind,
            "name": unit.name,
            "parent": units.parent(unit.id, unit.valid_to),
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "words": searched(" ".join((unit.title, *unit.aliases))),
        }


def territories() -> Iterator[Unit]:
    yield from units.provinces()
    yield from units.districts()
    yield from units.communes_old().values()
    yield from units.communes().values()


def agency_rows() -> Iterator[Row]:
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
            names = [full_name(role, key, last) for _, last in stood]
            yield {
                "id": f"{key}/{role.slug}",
                "unit_id": key,
                "slug": role.slug,
                "name": names[-1],
                "level": role.unit,
                "kind": role.kind,
                "valid_from": stood[0][0],
                "valid_to": stood[-1][1],
                "words": searched(" ".join(dict.fromkeys((*reversed(names), *role.aliases)))),
            }


def _span(role: Role, unit: Unit) -> tuple[date | None, date | None] | None:
    """From when to when the role was in the unit, None for never; a day None is without end."""
    if unit.level != role.unit:
        return None
    first = max((day for day in (role.valid_from, unit.valid_from) if day), default=None)
    last = min((day for day in (role.valid_to, unit.valid_to) if day), default=None)
    return (first, last) if first is None or last is None or first <= last else None


def body_row(agency_id: str, name: str) -> Row | None:
    """The row of an agency; None where its unit or its role is not known."""
    unit, _, slug = agency_id.partition("/")
    role = agencies.roles().get(slug)
    if role is None or units.find(unit) is None:
        return None
    return {
        "id": agency_id,
        "unit_id": unit,
        "slug": slug,
        "name": name,
        "level": role.unit,
        "kind": role.kind,
        "valid_from": role.valid_from,
        "valid_to": role.valid_to,
        "words": searched(" ".join((name, *role.aliases))),
    }


def add_bodies(connection: Connection, named: Mapping[str, str]) -> None:
    """Adds those of `named` (id to name) that the table has not; safe when others do it too."""
    if not named:
        return
    known = set(connection.scalars(select(col(AgencyRow.id)).where(col(AgencyRow.id).in_(named))))
    new = (body_row(key, name) for key, name in sorted(named.items()) if key not in known)
    if rows := [row for row in new if row is not None]:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(AgencyRow.__table__).on_conflict_do_nothing(), rows)
        if heirs := list(succession_rows(row["id"] for row in rows)):
            connection.execute(insert(SuccessionRow.__table__).on_conflict_do_nothing(), heirs)


def succession_rows(ids: Iterable[str]) -> Iterator[Row]:
    """The rows of `successions` of bodies or units, each id once."""
    for key in dict.fromkeys(ids):
        for frame in FRAMES:
            for position, successor in enumerate(successors(key, frame)):
                yield {"id": key, "frame": frame, "successor_id": successor, "position": position}
