"""Units and bodies: what they were called, what they became, and what is held of them."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from sqlalchemy import func, or_, select
from sqlmodel import Session

from models.tables import MentionRow, TaskRow
from service.api.dependencies import SlugPath, StoreDep, UnitPath
from service.api.reference import AsOf, agency_account, unit_account
from service.comparison.frames import Map, placed
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.tallies import Scope, Tally, tallies
from service.pages.looks import page, page_router
from service.store.errors import UnknownAgency, UnknownUnit

router = page_router()

#: The maps that a unit is shown in, by the frames that its successors are told in.
MAPS: dict[str, Map] = {"2024": "63", "2026": "34"}


@router.get("/units/{unit}")
def unit(request: Request, store: StoreDep, unit: UnitPath, asked: Annotated[AsOf, Query()]) -> Any:
    """A unit under all its names, with its lineage and the plans that are held of it."""
    with store.reading() as session:
        account = unit_account(session, unit, asked.on)
        if account is None:
            raise UnknownUnit
        once = counted(holdings(session))
        mine = [one for one in once if one.unit_id == unit]
        related = [one for one in once if one.unit_id != unit and _same_land(one, unit)]
        inside = [one for one in once if (one.unit_id or "").startswith(f"{unit}-")]
        counts = _counts(session, mine + related + inside)
    keys = [("plan", one.key) for one in (mine + related)[:6]]
    return page(
        request, "unit", "compare", account=account, mine=mine, related=related,
        inside=inside if unit != "vn" else [], counts=counts,
        compared=urlencode(keys) if len(keys) > 1 else "",
    )  # fmt: skip


def _same_land(one: Holding, unit: str) -> bool:
    """Whether the unit of a plan is this one in the map of the 63 or of the 34 provinces."""
    mine = {key for frame in MAPS.values() for key in placed(unit, None, frame).ids}
    return any(mine & set(one.place(frame).ids) for frame in MAPS.values())


def _counts(session: Session, some: list[Holding]) -> dict[str, Tally]:
    scope = Scope(documents=tuple(one.key for one in some))
    return {tally.keys[0]: tally for tally in tallies(session, ("plan",), scope)} if some else {}


@router.get("/agencies/{unit}/{slug}")
def agency(
    request: Request,
    store: StoreDep,
    unit: UnitPath,
    slug: SlugPath,
    asked: Annotated[AsOf, Query()],
) -> Any:
    """A body with what it came from and became, and in how many tasks of which plans it stands."""
    key = f"{unit}/{slug}"
    with store.reading() as session:
        account = agency_account(session, key, asked.on)
        if account is None:
            raise UnknownAgency
        m, t = MentionRow.__table__.c, TaskRow.__table__.c
        named = session.execute(
            select(m.document_id, m.role, func.count())
            .outerjoin(TaskRow.__table__, t.serial == m.task)
            .where(m.agency_id == key, or_(m.task.is_(None), t.status != "dropped"))
            .group_by(m.document_id, m.role)
        ).all()
        plans = {one.document_id: one for one in counted(holdings(session))}
    rows: dict[str, dict[str, int]] = {}
    for document, role, count in named:
        if document in plans:
            rows.setdefault(document, {})[role] = count
    lines = [(plans[document], found) for document, found in rows.items()]
    lines.sort(key=lambda line: (line[0].years, line[0].key))
    return page(request, "agency", "compare", account=account, lines=lines, key=key)
