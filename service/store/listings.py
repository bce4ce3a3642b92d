"""The lists of the store but for tasks: what is in it, page by page, filtered and in order."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from models.tables import (
    AgencyRow,
    CitationRow,
    CorrectionRow,
    DocumentRow,
    JobRow,
    PlanRow,
    RunRow,
    SectionRow,
    TargetRow,
    UnitRow,
)
from models.tables.jobs import ACTIVE
from models.tables.plans import NEVER, TargetFacts
from service.store.filters import (
    AgencyQuery,
    CitationQuery,
    CorrectionQuery,
    DocumentQuery,
    JobQuery,
    Paging,
    PlanFilter,
    PlanQuery,
    RunQuery,
    TargetQuery,
    UnitQuery,
)
from service.store.search import naming
from service.store.statements import (
    Conditions,
    Order,
    Slice,
    document_is,
    equal,
    listed,
    of_unit,
    of_year,
    paged,
    plans_of,
    recorded,
    standing,
)

#: What stands in lists of plans without being shown there.
HEAVY = (defer(col(PlanRow.head)), defer(col(PlanRow.tail)), defer(col(PlanRow.words)))  # type: ignore[arg-type]


def _by_time(moment: Any, key: Any, name: str) -> dict[str, Order]:
    """The newest first, or the oldest."""
    return {f"-{name}": Order((moment, key), descending=True), name: Order((moment, key))}


_PLAN = PlanRow.__table__.c
_TARGET, _CITATION = TargetRow.__table__.c, CitationRow.__table__.c

#: What has no date, or no year, comes last either way.
PLAN_ORDERS = {
    "-issued": Order((func.coalesce(_PLAN.issued_on, date.min), _PLAN.document_id), True),
    "issued": Order((func.coalesce(_PLAN.issued_on, NEVER), _PLAN.document_id)),
    "document": Order((_PLAN.document_id,)),
}
DOCUMENT_ORDERS = _by_time(col(DocumentRow.created_at), col(DocumentRow.id), "created")
TARGET_ORDERS = {
    "document": Order((_TARGET.document_id, _TARGET.position, _TARGET.serial)),
    "year": Order((func.coalesce(_TARGET.year, NEVER.year), _TARGET.serial)),
}
CITATION_ORDERS = {"document": Order((_CITATION.document_id, _CITATION.position, _CITATION.serial))}
SECTION_ORDERS = {"document": Order((col(SectionRow.position), col(SectionRow.serial)))}
RUN_ORDERS = _by_time(col(RunRow.started_at), col(RunRow.id), "started")
JOB_ORDERS = _by_time(col(JobRow.created_at), col(JobRow.id), "created")
CORRECTION_ORDERS = {
    "-created": Order((col(CorrectionRow.created_at), col(CorrectionRow.id)), descending=True)
}
AGENCY_ORDERS = {"id": Order((col(AgencyRow.id),))}
UNIT_ORDERS = {"id": Order((col(UnitRow.id), col(UnitRow.serial)))}


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in a list, with the plan that was read in it and the last job on it."""

    document: DocumentRow
    plan: PlanRow | None
    job: JobRow | None


def documents(session: Session, asked: DocumentQuery) -> Slice[Entry]:
    """Documents, the newest first."""
    conditions = equal(DocumentRow.__table__.c, asked, "submitted_by") + _of_plan(asked)
    if asked.document is not None:
        conditions.append(document_is(col(DocumentRow.id), asked.document))
    if asked.state is not None:
        conditions.append(col(JobRow.state) == asked.state)
    page = paged(session, "documents", DOCUMENT_ORDERS, asked, _entries().where(*conditions))
    return Slice([Entry(*row[:3]) for row in page.items], page.next)


def entry_of(session: Session, document_id: str) -> Entry:
    """One document as it stands in the list."""
    return Entry(*session.execute(_entries().where(col(DocumentRow.id) == document_id)).one())


def _entries() -> Select[Any]:
    other = JobRow.__table__.alias()
    last = (
        select(other.c.id)
        .where(other.c.document_id == DocumentRow.__table__.c.id)
        .order_by(other.c.created_at.desc(), other.c.id.desc())
        .limit(1)
        .correlate(DocumentRow.__table__)
        .scalar_subquery()
    )
    entries: tuple[Any, ...] = (DocumentRow, PlanRow, JobRow)
    return (
        select(*entries)
        .outerjoin(PlanRow, col(PlanRow.document_id) == col(DocumentRow.id))
        .outerjoin(JobRow, col(JobRow.id) == last)
        .options(*HEAVY)
    )


def plans(session: Session, asked: PlanQuery) -> Slice[PlanRow]:
    """Plans, the newest first; those without a date come last."""
    statement = select(PlanRow).where(*_of_plan(asked)).options(*HEAVY)
    if asked.document is not None:
        statement = statement.where(document_is(col(PlanRow.document_id), asked.document))
    return listed(session, "plans", PLAN_ORDERS, asked, statement)


def _of_plan(where: PlanFilter) -> Conditions:
    """The conditions on plans but for the document."""
    c = _PLAN
    found = equal(c, where, "kind", "number", "status")
    if where.issuer is not None:
        found.append(c.issuer_id == where.issuer)
    if where.unit is not None:
        found.append(of_unit(c.unit_id, where.unit, where.below))
    if where.year is not None:
        found.append(c.document_id.in_(of_year(where.year)))
    if where.issued_from is not None:
        found.append(c.issued_on >= where.issued_from)
    if where.issued_to is not None:
        found.append(c.issued_on <= where.issued_to)
    return found + _worded(c.words, where.text)


def _worded(words: Any, text: str | None) -> list[ColumnElement[bool]]:
    return naming(words, text) if text else []


def targets(session: Session, asked: TargetQuery) -> Slice[Any]:
    """Targets, in the order of their plans or by year, each with its record, facts and document."""
    conditions = equal(_TARGET, asked, "year") + _worded(_TARGET.words, asked.text)
    of = plans_of(asked, asked.plan_year)
    if of is not None:
        conditions.append(_TARGET.document_id.in_(of))
    statement = recorded(TargetRow.__table__, *TargetFacts.model_fields).where(*conditions)
    return paged(session, "targets", TARGET_ORDERS, asked, statement)


def citations(session: Session, asked: CitationQuery) -> Slice[Any]:
    """The papers that plans name, each with its record and its document."""
    conditions = equal(_CITATION, asked, "id", "number", "kind", "role")
    conditions += _worded(_CITATION.words, asked.text)
    of = plans_of(asked, asked.year)
    if of is not None:
        conditions.append(_CITATION.document_id.in_(of))
    statement = recorded(CitationRow.__table__).where(*conditions)
    return paged(session, "citations", CITATION_ORDERS, asked, statement)


def sections(session: Session, document_id: str, asked: Paging) -> Slice[SectionRow]:
    """The outline of one plan, in its order."""
    statement = select(SectionRow).where(col(SectionRow.document_id) == document_id)
    return listed(session, f"sections/{document_id}", SECTION_ORDERS, asked, statement)


def runs(session: Session, asked: RunQuery) -> Slice[RunRow]:
    """Readings, the last first."""
    c = RunRow.__table__.c
    conditions = equal(c, asked, "version")
    if asked.document is not None:
        conditions.append(document_is(c.document_id, asked.document))
    if asked.failed is not None:
        conditions.append(c.reading.is_(None) if asked.failed else c.reading.is_not(None))
    return listed(session, "runs", RUN_ORDERS, asked, select(RunRow).where(*conditions))


def jobs(session: Session, asked: JobQuery) -> Slice[JobRow]:
    """Jobs, the last first."""
    c = JobRow.__table__.c
    conditions = equal(c, asked, "submitted_by")
    if asked.document is not None:
        conditions.append(document_is(c.document_id, asked.document))
    if asked.state is not None:
        conditions.append(c.state.in_(ACTIVE if asked.state == "active" else (asked.state,)))
    return listed(session, "jobs", JOB_ORDERS, asked, select(JobRow).where(*conditions))


def corrections(session: Session, asked: CorrectionQuery) -> Slice[CorrectionRow]:
    """Corrections, the last first."""
    c = CorrectionRow.__table__.c
    conditions = equal(c, asked, "field", "author")
    if asked.document is not None:
        conditions.append(document_is(c.document_id, asked.document))
    if asked.task is not None:
        document, _, task = asked.task.partition(".")
        conditions += [document_is(c.document_id, document), c.task_id == task]
    match "orphaned" if asked.orphaned else asked.state:
        case "active":
            conditions += [c.withdrawn_at.is_(None), c.orphaned_at.is_(None)]
        case "orphaned":
            conditions += [c.withdrawn_at.is_(None), c.orphaned_at.is_not(None)]
        case "withdrawn":
            conditions.append(c.withdrawn_at.is_not(None))
    statement = select(CorrectionRow).where(*conditions)
    return listed(session, "corrections", CORRECTION_ORDERS, asked, statement)


def agencies(session: Session, asked: AgencyQuery) -> Slice[AgencyRow]:
    """Bodies, by their ids."""
    c = AgencyRow.__table__.c
    conditions = equal(c, asked, "level", "slug") + _worded(c.words, asked.text)
    if asked.unit is not None:
        inside = c.unit_id.startswith(f"{asked.unit}-", autoescape=True)
        home = c.unit_id == asked.unit
        conditions.append(or_(home, inside) if asked.below else home)
    if asked.on is not None:
        conditions += standing(c, asked.on)
    return listed(session, "agencies", AGENCY_ORDERS, asked, select(AgencyRow).where(*conditions))


def units(session: Session, asked: UnitQuery) -> Slice[UnitRow]:
    """Territories, by their ids; an id that passed to another name comes once for each."""
    c = UnitRow.__table__.c
    conditions = equal(c, asked, "id", "level", "parent") + _worded(c.words, asked.text)
    if asked.on is not None:
        conditions += standing(c, asked.on)
    return listed(session, "units", UNIT_ORDERS, asked, select(UnitRow).where(*conditions))
