"""What a store holds: each plan once, though it may have come in several files.

Two files are the same plan where issuer, number and day of issue are the same; where one of the
three is not known nothing is sure, and each counts. Of such files the last one sent is counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.tables import DocumentRow, PlanRow, PlanYearRow
from service.comparison.cache import Cache
from service.comparison.frames import Map, Place, placed, province_of
from service.store.statements import copies, identity

_SHOWN = (
    "document_id", "number", "title", "kind", "issuer", "issuer_id", "issued_on", "unit_id",
    "unit_name", "unit_level", "period_start", "pages", "targets", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holding:
    """A plan of the store. `form_of` is the document that is counted for it, None for itself."""

    document_id: str
    key: str
    number: str | None
    title: str | None
    kind: str | None
    issuer: str | None
    issuer_id: str | None
    unit_id: str | None
    unit_name: str | None
    unit_level: str | None
    issued_on: date | None
    begins: date | None
    years: tuple[int, ...]
    pages: int | None
    targets: int
    status: str
    form_of: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.number or self.title or self.key

    @property
    def on(self) -> date | None:
        """The day that its words are of: that of issue, or, where none is printed, its first."""
        return self.issued_on or self.begins

    def place(self, frame: Map) -> Place:
        """Its unit in a map."""
        return placed(self.unit_id, self.on, frame)

    def within(self, place: str, frame: Map, *, below: bool = True) -> bool:
        """Whether it is of that place of a map, by its id there, or of one that lies in it."""
        mine = self.place(frame)
        if mine.id == place:
            return True
        return below and bool(mine.ids) and place in ("vn", province_of(mine).id)


def holdings(session: Session) -> list[Holding]:
    """Every plan of the store, by its document; those counted in another file are told."""
    return _HELD.of(session)


def _holdings(session: Session) -> list[Holding]:
    p, d = PlanRow.__table__.c, DocumentRow.__table__.c
    rows = session.execute(
        select(*(p[name] for name in _SHOWN), d.key)
        .join(DocumentRow.__table__, d.id == p.document_id)
        .order_by(p.document_id)
    ).all()
    years: dict[str, list[int]] = defaultdict(list)
    y = PlanYearRow.__table__.c
    for document, year in session.execute(select(y.document_id, y.year).order_by(y.year)):
        years[document].append(year)
    chosen = _chosen(session)
    return [
        Holding(
            row.document_id, row.key, row.number, row.title, row.kind, row.issuer, row.issuer_id,
            row.unit_id, row.unit_name, row.unit_level, row.issued_on, row.period_start,
            tuple(years[row.document_id]), row.pages, row.targets, row.status,
            chosen.get(row.document_id),
        )
        for row in rows
    ]  # fmt: skip


_HELD = Cache(lambda session, _last, _changed: _holdings(session))


def _chosen(session: Session) -> dict[str, str]:
    """For each plan that is not counted itself, the document that is counted for it."""
    gone = set(session.scalars(copies()))
    if not gone:
        return {}
    whole = [one.is_not(None) for one in identity()]
    same: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    p = PlanRow.__table__.c
    for document, *told in session.execute(select(p.document_id, *identity()).where(*whole)):
        same[tuple(told)].append(document)
    return {
        document: next(one for one in some if one not in gone)
        for some in same.values()
        for document in some
        if document in gone
    }


def counted(some: Iterable[Holding]) -> list[Holding]:
    """Those that are counted: each plan once."""
    return [one for one in some if one.form_of is None]
