"""Bodies and units with what they come from and what they became, for their routes."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import get_args

from sqlmodel import Session, col, select

from corpora import agencies, units
from corpora.lineage import FRAMES, as_of, predecessors, successors
from corpora.units import Level, Unit
from extractor.language.agencies import full_name
from models.tables import AgencyRow, UnitRow
from service.api.views import View
from service.store.reference import body_row

LEVELS: tuple[Level, ...] = get_args(Level)


def agency_view(row: AgencyRow) -> View:
    return {
        "id": row.id,
        "unit_id": row.unit_id,
        "slug": row.slug,
        "name": row.name,
        "level": row.level,
        "kind": row.kind,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def unit_view(row: UnitRow) -> View:
    return {
        "id": row.id,
        "level": row.level,
        "kind": row.kind,
        "name": row.name,
        "parent": row.parent,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _territory(unit: Unit, on: date | None) -> View:
    return {
        "id": unit.id,
        "level": unit.level,
        "kind": unit.kind,
        "name": unit.name,
        "parent": units.parent(unit.id, on),
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


def agency_account(session: Session, agency_id: str, on: date | None) -> View | None:
    """A body with its lineage, None where no unit can have such a body.

    A body of a district or a commune that no plan has named yet is told from its role.
    """
    row = session.get(AgencyRow, agency_id)
    found = agency_view(row) if row else _unnamed(agency_id, on)
    if found is None:
        return None
    return found | {
        "stands": None if on is None else as_of(agency_id, on),
        "successors": {frame: _named(session, successors(agency_id, frame)) for frame in FRAMES},
        "predecessors": _named(session, predecessors(agency_id)),
    }


def _unnamed(agency_id: str, on: date | None) -> View | None:
    unit, _, slug = agency_id.partition("/")
    role, home = agencies.roles().get(slug), units.find(unit, on)
    if role is None or home is None or home.level != role.unit:
        return None
    row = body_row(agency_id, full_name(role, unit, on))
    return agency_view(AgencyRow(**row)) if row else None


def _named(session: Session, ids: Iterable[str]) -> list[View]:
    wanted = list(ids)
    names = dict(
        session.exec(
            select(AgencyRow.id, AgencyRow.name).where(col(AgencyRow.id).in_(wanted))
        ).all()
    )
    for key in wanted:
        if key not in names and (found := _unnamed(key, None)):
            names[key] = found["name"]
    return [{"id": key, "name": names.get(key)} for key in wanted]


def unit_account(session: Session, unit_id: str, on: date | None) -> View | None:
    """A unit under all its names, with what is above and below it; None for a code of none.

    Without a day, above and below are those of the last day it stood, or of now.
    """
    rows = session.exec(
        select(UnitRow)
        .where(UnitRow.id == unit_id)
        .order_by(col(UnitRow.valid_from).nulls_first(), col(UnitRow.serial))
    ).all()
    if not rows:
        return None
    ends = [row.valid_to for row in rows]
    day = on or (date.max if None in ends else max(end for end in ends if end))
    level = units.find(unit_id, day)
    assert level is not None
    return {
        "id": unit_id,
        "names": [unit_view(row) for row in rows],
        "stands": None if on is None else as_of(unit_id, on),
        "parents": [_territory(unit, day) for unit in _above(unit_id, day)],
        "children": [_territory(unit, day) for unit in _below(unit_id, level.level, day)],
        "successors": {
            frame: [_titled(key, FRAMES[frame]) for key in successors(unit_id, frame)]
            for frame in FRAMES
        },
        "predecessors": [
            _titled(key, units.LAST_DISTRICT_DAY)
            for key in units.predecessors(unit_id, FRAMES["2026"])
        ],
    }


def _above(unit_id: str, on: date) -> list[Unit]:
    """The units that hold this one, the nearest first."""
    found = []
    key = units.parent(unit_id, on)
    while key is not None:
        unit = units.find(key, on)
        if unit is not None:
            found.append(unit)
        key = units.parent(key, on)
    return found


def _below(unit_id: str, level: Level, on: date) -> tuple[Unit, ...]:
    """The units of the next level that there are in this one on the day."""
    below = partial(units.children, unit_id, on=on)
    for lower in LEVELS[LEVELS.index(level) + 1 :]:
        if found := below(level=lower):
            return found
    return ()


def _titled(unit_id: str, on: date) -> View:
    unit = units.find(unit_id, on)
    return {"id": unit_id, "name": unit.title if unit else None}
