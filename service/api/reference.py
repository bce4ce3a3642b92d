"""Agencies and units as of their days, with what they come from and what they became."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, get_args

from fastapi import Query, Request
from sqlmodel import Session, col, select

from corpora import agencies as roles
from corpora import units as territories
from corpora.lineage import FRAMES, as_of, predecessors, successors
from corpora.units import Level, Unit
from extractor.language.agencies import full_name
from models.tables import AgencyRow, UnitRow
from models.tables.reference import AgencyRecord, UnitRecord
from service.api.answers import Closed, Page, each, json_answer, list_answer
from service.api.dependencies import SlugPath, StoreDep, Told, UnitPath, routes
from service.store.errors import UnknownAgency, UnknownUnit
from service.store.filters import AgencyQuery, Asked, OnDay, UnitQuery
from service.store.listings import agencies, units
from service.store.reference import body_row

router = routes("reference")

LEVELS: tuple[Level, ...] = get_args(Level)


class AsOf(Asked):
    """The day that something is looked at."""

    on: OnDay = None


class Successor(Closed):
    """A body that does the work of another in a frame."""

    id: str
    name: str | None


class AgencyAccount(AgencyRecord):
    """A body with its lineage: where its work went, by frame (2024, 2026), larger part first.

    `stands` is null unless a day was asked for.
    """

    stands: bool | None
    successors: dict[str, list[Successor]]
    predecessors: list[Successor]


class UnitAccount(Closed):
    """A territory under all its names, with what is above and below it and what it became."""

    id: str
    names: list[UnitRecord]
    stands: bool | None
    parents: list[UnitRecord]
    children: list[UnitRecord]
    successors: dict[str, list[Successor]]
    predecessors: list[Successor]


@router.get("/agencies", summary="Agencies")
def list_agencies(
    request: Request, asked: Annotated[AgencyQuery, Query()]
) -> Told[Page[AgencyRecord]]:
    """Every body of the centre and of the provinces of all times, and those that plans named."""
    return list_answer(request, agencies, asked, each(AgencyRecord))


@router.get("/agencies/{unit}/{slug}", summary="One agency")
def get_agency(
    unit: UnitPath, slug: SlugPath, store: StoreDep, asked: Annotated[AsOf, Query()]
) -> Told[AgencyAccount]:
    """The body `<unit>/<slug>`, and whom its work went to in each frame.

    With a day, whether it stood on it.
    """
    with store.reading() as session:
        found = agency_account(session, f"{unit}/{slug}", asked.on)
    if found is None:
        raise UnknownAgency
    return json_answer(found)


@router.get("/units", summary="Units")
def list_units(request: Request, asked: Annotated[UnitQuery, Query()]) -> Told[Page[UnitRecord]]:
    """Provinces, districts and communes of all times; a code that passed on comes once a name."""
    return list_answer(request, units, asked, each(UnitRecord))


@router.get("/units/{unit}", summary="One unit")
def get_unit(unit: UnitPath, store: StoreDep, asked: Annotated[AsOf, Query()]) -> Told[UnitAccount]:
    """A unit under all its names, what holds it, what it holds, and what it became.

    Parents and children are those of the day, or of the last day the unit stood.
    """
    with store.reading() as session:
        found = unit_account(session, unit, asked.on)
    if found is None:
        raise UnknownUnit
    return json_answer(found)


def agency_account(session: Session, agency_id: str, on: date | None) -> AgencyAccount | None:
    """A body with its lineage, None where no unit can have such a body.

    A body of a district or a commune that no plan has named yet is told from its role.
    """
    row = session.get(AgencyRow, agency_id) or _unnamed(agency_id, on)
    if row is None:
        return None
    lineage = {
        "stands": None if on is None else as_of(agency_id, on),
        "successors": {frame: _named(session, successors(agency_id, frame)) for frame in FRAMES},
        "predecessors": _named(session, predecessors(agency_id)),
    }
    return AgencyAccount.model_validate(row, update=lineage)


def _unnamed(agency_id: str, on: date | None) -> AgencyRow | None:
    unit, _, slug = agency_id.partition("/")
    role, home = roles.roles().get(slug), territories.find(unit, on)
    if role is None or home is None or home.level != role.unit:
        return None
    row = body_row(agency_id, full_name(role, unit, on))
    return AgencyRow(**row) if row else None


def _named(session: Session, ids: Iterable[str]) -> list[Successor]:
    wanted = list(ids)
    known = session.exec(select(AgencyRow.id, AgencyRow.name).where(col(AgencyRow.id).in_(wanted)))
    names = dict(known.all())
    for key in wanted:
        if key not in names and (found := _unnamed(key, None)):
            names[key] = found.name
    return [Successor(id=key, name=names.get(key)) for key in wanted]


def unit_account(session: Session, unit_id: str, on: date | None) -> UnitAccount | None:
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
    level = territories.find(unit_id, day)
    assert level is not None
    return UnitAccount(
        id=unit_id,
        names=[UnitRecord.model_validate(row) for row in rows],
        stands=None if on is None else as_of(unit_id, on),
        parents=[_territory(unit, day) for unit in _above(unit_id, day)],
        children=[_territory(unit, day) for unit in _below(unit_id, level.level, day)],
        successors={
            frame: [_titled(key, FRAMES[frame]) for key in successors(unit_id, frame)]
            for frame in FRAMES
        },
        predecessors=[
            _titled(key, territories.LAST_DISTRICT_DAY)
            for key in territories.predecessors(unit_id, FRAMES["2026"])
        ],
    )


def _territory(unit: Unit, on: date | None) -> UnitRecord:
    return UnitRecord.model_validate(unit, update={"parent": territories.parent(unit.id, on)})


def _above(unit_id: str, on: date) -> list[Unit]:
    """The units that hold this one, the nearest first."""
    found = []
    key = territories.parent(unit_id, on)
    while key is not None:
        unit = territories.find(key, on)
        if unit is not None:
            found.append(unit)
        key = territories.parent(key, on)
    return found


def _below(unit_id: str, level: Level, on: date) -> tuple[Unit, ...]:
    """The units of the next level that there are in this one on the day."""
    for lower in LEVELS[LEVELS.index(level) + 1 :]:
        if found := territories.children(unit_id, on=on, level=lower):
            return found
    return ()


def _titled(unit_id: str, on: date) -> Successor:
    unit = territories.find(unit_id, on)
    return Successor(id=unit_id, name=unit.title if unit else None)
