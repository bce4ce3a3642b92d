"""Conditions that several lists share: which plans, which document, which bodies, on which day."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlmodel import Session, col

from corpora.lineage import FRAMES, predecessors, successors
from models.tables import PlanRow, PlanYearRow, SuccessionRow
from models.tables.documents import document_key
from service.store.filters import Asked, OfPlans

Conditions = list[ColumnElement[bool]]


def plans_of(session: Session, where: OfPlans, year: int | None = None) -> Select[Any] | None:
    """The documents of the plans that are asked for; None where all are."""
    if where.document is None and where.unit is None and year is None:
        return None
    p = PlanRow.__table__.alias().c
    found = select(p.document_id)
    if where.document is not None:
        found = found.where(document_is(p.document_id, where.document))
    if where.unit is not None:
        found = found.where(p.unit_id.in_(units_of(session, where.unit, where.below)))
    if year is not None:
        found = found.where(p.document_id.in_(of_year(year)))
    return found


def of_year(year: int) -> Select[Any]:
    """The documents of the plans for a year."""
    return select(col(PlanYearRow.document_id)).where(col(PlanYearRow.year) == year)


def units_of(session: Session, unit: str, below: bool) -> list[str]:
    """The units that plans are of, which are the unit or lie in it."""
    if not below:
        return [unit]
    known = session.scalars(select(col(PlanRow.unit_id)).distinct())
    return [one for one in known if one and (one == unit or one.startswith(f"{unit}-"))]


def document_is(column: Any, name: str) -> ColumnElement[bool]:
    """The condition that a column of document ids is the document of that id or key."""
    if name.startswith("sha256:"):
        return and_(column == name)
    first = f"sha256:{document_key(name)}"
    return and_(column >= first, column < f"{first}g")


def bodies_of(session: Session, agency: str, frame: str | None) -> list[str]:
    """The agency; with a frame also those of it that its work went to, or that did it before.

    Of a body of the frame these are all whose work it does there.
    """
    if frame not in FRAMES:
        return [agency]
    s = SuccessionRow.__table__.c
    before = session.scalars(select(s.id).where(s.frame == frame, s.successor_id == agency))
    others = (*successors(agency, frame), *before, *predecessors(agency))
    return list(dict.fromkeys((agency, *others)))


def equal(c: Any, where: Asked, *names: str) -> Conditions:
    """The conditions that columns have the values asked for by their names; None asks nothing."""
    asked = ((name, getattr(where, name)) for name in names)
    return [c[name] == value for name, value in asked if value is not None]


def standing(c: Any, on: date) -> Conditions:
    """The conditions that what has `valid_from` and `valid_to` stood on the day."""
    return [
        or_(c.valid_from.is_(None), c.valid_from <= on),
        or_(c.valid_to.is_(None), c.valid_to >= on),
    ]
