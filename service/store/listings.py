"""The lists of the store: what is in it, page by page, filtered and in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from models.tables import CitationRow, DocumentRow, JobRow, PlanRow, SectionRow, TargetRow
from service.store.conditions import Conditions, document_is, equal, plans_of, units_of
from service.store.cursors import Order, Page, Stretch, listed, order_of, orders, paged
from service.store.errors import WrongCursor, WrongOrder
from service.store.filters import CitationFilter, DocumentFilter, PlanFilter, TargetFilter
from service.store.plans import partial_plans, plan_json
from service.store.registers import agencies, corrections, jobs, runs, units
from service.store.search import naming
from service.store.tasks import count, facets, tasks

__all__ = [
    "Brief",
    "Entry",
    "Page",
    "WrongCursor",
    "WrongOrder",
    "agencies",
    "briefs",
    "citations",
    "corrections",
    "count",
    "documents",
    "facets",
    "jobs",
    "partial_plans",
    "plan_json",
    "plans",
    "runs",
    "sections",
    "targets",
    "tasks",
    "units",
]

#: What stands in lists of plans without being shown there.
_HEAVY = (defer(col(PlanRow.head)), defer(col(PlanRow.tail)), defer(col(PlanRow.words)))  # type: ignore[arg-type]

DOCUMENT_ORDERS = orders(
    Order(
        "-created", (Stretch((col(DocumentRow.created_at), col(DocumentRow.id)), descending=True),)
    ),
    Order("created", (Stretch((col(DocumentRow.created_at), col(DocumentRow.id))),)),
)

_ISSUED = (col(PlanRow.issued_on), col(PlanRow.document_id))
_UNDATED = Stretch((col(PlanRow.document_id),), where=col(PlanRow.issued_on).is_(None))
PLAN_ORDERS = orders(
    Order("-issued", (Stretch(_ISSUED, True, col(PlanRow.issued_on).is_not(None)), _UNDATED)),
    Order("issued", (Stretch(_ISSUED, False, col(PlanRow.issued_on).is_not(None)), _UNDATED)),
    Order("document", (Stretch((col(PlanRow.document_id),)),)),
)

TARGET_ORDERS = orders(
    Order(
        "document",
        (Stretch((col(TargetRow.document_id), col(TargetRow.position), col(TargetRow.serial))),),
    ),
    Order(
        "year",
        (
            Stretch(
                (col(TargetRow.year), col(TargetRow.serial)), where=col(TargetRow.year).is_not(None)
            ),
            Stretch((col(TargetRow.serial),), where=col(TargetRow.year).is_(None)),
        ),
    ),
)

_NAMED = (col(CitationRow.document_id), col(CitationRow.position), col(CitationRow.serial))
CITATION_ORDERS = orders(Order("document", (Stretch(_NAMED),)))
SECTION_ORDERS = orders(
    Order("document", (Stretch((col(SectionRow.position), col(SectionRow.serial))),))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in a list, with the plan that was read in it and the last job on it."""

    document: DocumentRow
    plan: PlanRow | None
    job: JobRow | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What is said of a document beside each of its records."""

    id: str
    key: str
    filename: str | None
    number: str | None
    title: str | None
    issued_on: date | None
    unit_id: str | None


def documents(
    session: Session,
    where: DocumentFilter | None = None,
    *,
    sort: str = "-created",
    limit: int = 50,
    after: str | None = None,
) -> Page[Entry]:
    """Documents, the newest first."""
    where = where or DocumentFilter()
    conditions: Conditions = []
    if where.submitted_by is not None:
        conditions.append(col(DocumentRow.submitted_by) == where.submitted_by)
    if where.plan.document is not None:
        conditions.append(document_is(col(DocumentRow.id), where.plan.document))
    conditions += _of_plan(session, where.plan)
    other = JobRow.__table__.alias()
    last = (
        select(other.c.id)
        .where(other.c.document_id == col(DocumentRow.id))
        .order_by(other.c.created_at.desc(), other.c.id.desc())
        .limit(1)
        .correlate(DocumentRow.__table__)
        .scalar_subquery()
    )
    if where.state is not None:
        conditions.append(col(JobRow.state) == where.state)
    entries: tuple[Any, ...] = (DocumentRow, PlanRow, JobRow)
    statement = (
        select(*entries)
        .outerjoin(PlanRow, col(PlanRow.document_id) == col(DocumentRow.id))
        .outerjoin(JobRow, col(JobRow.id) == last)
        .where(*conditions)
        .options(*_HEAVY)
    )
    return paged(
        "documents",
        order_of(DOCUMENT_ORDERS, sort),
        limit,
        after,
        lambda stretch: statement,
        lambda some: [Entry(*row) for row in session.execute(some)],
        lambda entry: entry.document,
    )


def plans(
    session: Session,
    where: PlanFilter | None = None,
    *,
    sort: str = "-issued",
    limit: int = 50,
    after: str | None = None,
) -> Page[PlanRow]:
    """Plans, the newest first; those without a date come last."""
    where = where or PlanFilter()
    statement = select(PlanRow).where(*_of_plan(session, where)).options(*_HEAVY)
    if where.document is not None:
        statement = statement.where(document_is(col(PlanRow.document_id), where.document))
    return listed(session, "plans", order_of(PLAN_ORDERS, sort), limit, after, statement)


def _of_plan(session: Session, where: PlanFilter) -> Conditions:
    """The conditions on plans but for the document."""
    c = PlanRow.__table__.c
    found = equal(
        (c.kind, where.kind), (c.number, where.number), (c.issuer_id, where.issuer),
        (c.status, where.status),
    )  # fmt: skip
    if where.unit is not None:
        found.append(c.unit_id.in_(units_of(session, where.unit, where.below)))
    if where.year is not None:
        of_year = plans_of(session, year=where.year)
        assert of_year is not None
        found.append(c.document_id.in_(of_year))
    if where.issued_from is not None:
        found.append(c.issued_on >= where.issued_from)
    if where.issued_to is not None:
        found.append(c.issued_on <= where.issued_to)
    if where.text:
        found += naming(c.words, where.text)
    return found


def targets(
    session: Session,
    where: TargetFilter | None = None,
    *,
    sort: str = "document",
    limit: int = 50,
    after: str | None = None,
) -> Page[TargetRow]:
    """Targets, in the order of their plans."""
    where = where or TargetFilter()
    c = TargetRow.__table__.c
    statement = select(TargetRow).where(*equal((c.year, where.year)))
    of = plans_of(session, where.document, where.unit, where.below, where.plan_year)
    if of is not None:
        statement = statement.where(c.document_id.in_(of))
    if where.text:
        statement = statement.where(*naming(c.words, where.text))
    return listed(session, "targets", order_of(TARGET_ORDERS, sort), limit, after, statement)


def citations(
    session: Session,
    where: CitationFilter | None = None,
    *,
    sort: str = "document",
    limit: int = 50,
    after: str | None = None,
) -> Page[CitationRow]:
    """The papers that plans name."""
    where = where or CitationFilter()
    c = CitationRow.__table__.c
    statement = select(CitationRow).where(
        *equal((c.id, where.id), (c.number, where.number), (c.kind, where.kind),
                (c.role, where.role))
    )  # fmt: skip
    of = plans_of(session, where.document, where.unit, where.below, where.year)
    if of is not None:
        statement = statement.where(c.document_id.in_(of))
    if where.text:
        statement = statement.where(*naming(c.words, where.text))
    return listed(session, "citations", order_of(CITATION_ORDERS, sort), limit, after, statement)


def sections(
    session: Session, document_id: str, *, limit: int = 50, after: str | None = None
) -> Page[SectionRow]:
    """The outline of one plan, in its order."""
    statement = select(SectionRow).where(col(SectionRow.document_id) == document_id)
    order = order_of(SECTION_ORDERS, "document")
    return listed(session, f"sections/{document_id}", order, limit, after, statement)


def briefs(session: Session, document_ids: Iterable[str]) -> dict[str, Brief]:
    """What is said of documents beside their records, by id."""
    wanted = set(document_ids)
    d, p = DocumentRow.__table__.c, PlanRow.__table__.c
    found = session.execute(
        select(d.id, d.key, d.filename, p.number, p.title, p.issued_on, p.unit_id)
        .outerjoin(PlanRow.__table__, p.document_id == d.id)
        .where(d.id.in_(wanted))
    )
    return {row.id: Brief(*row) for row in found}
