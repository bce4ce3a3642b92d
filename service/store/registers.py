"""The lists beside the plans: readings, jobs, corrections, bodies and units of all times."""

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.tables import AgencyRow, CorrectionRow, JobRow, RunRow, UnitRow
from models.tables.jobs import ACTIVE
from service.store.conditions import document_is, equal, standing
from service.store.cursors import Order, Page, Stretch, listed, order_of, orders
from service.store.filters import AgencyFilter, CorrectionFilter, JobFilter, RunFilter, UnitFilter
from service.store.search import naming

RUN_ORDERS = orders(
    Order("-started", (Stretch((col(RunRow.started_at), col(RunRow.id)), descending=True),)),
    Order("started", (Stretch((col(RunRow.started_at), col(RunRow.id))),)),
)
JOB_ORDERS = orders(
    Order("-created", (Stretch((col(JobRow.created_at), col(JobRow.id)), descending=True),)),
    Order("created", (Stretch((col(JobRow.created_at), col(JobRow.id))),)),
)
AGENCY_ORDERS = orders(Order("id", (Stretch((col(AgencyRow.id),)),)))
UNIT_ORDERS = orders(Order("id", (Stretch((col(UnitRow.id), col(UnitRow.serial))),)))
CORRECTION_ORDERS = orders(
    Order(
        "-created",
        (Stretch((col(CorrectionRow.created_at), col(CorrectionRow.id)), descending=True),),
    ),
    Order("created", (Stretch((col(CorrectionRow.created_at), col(CorrectionRow.id))),)),
)


def runs(
    session: Session,
    where: RunFilter | None = None,
    *,
    sort: str = "-started",
    limit: int = 50,
    after: str | None = None,
) -> Page[RunRow]:
    """Readings, the last first."""
    where = where or RunFilter()
    c = RunRow.__table__.c
    statement = select(RunRow).where(*equal((c.version, where.version)))
    if where.document is not None:
        statement = statement.where(document_is(c.document_id, where.document))
    if where.failed is not None:
        statement = statement.where(c.reading.is_(None) if where.failed else c.reading.is_not(None))
    return listed(session, "runs", order_of(RUN_ORDERS, sort), limit, after, statement)


def jobs(
    session: Session,
    where: JobFilter | None = None,
    *,
    sort: str = "-created",
    limit: int = 50,
    after: str | None = None,
) -> Page[JobRow]:
    """Jobs, the last first."""
    where = where or JobFilter()
    c = JobRow.__table__.c
    statement = select(JobRow).where(*equal((c.submitted_by, where.submitted_by)))
    if where.document is not None:
        statement = statement.where(document_is(c.document_id, where.document))
    if where.state is not None:
        statement = statement.where(
            c.state.in_(ACTIVE if where.state == "active" else (where.state,))
        )
    return listed(session, "jobs", order_of(JOB_ORDERS, sort), limit, after, statement)


def agencies(
    session: Session,
    where: AgencyFilter | None = None,
    *,
    sort: str = "id",
    limit: int = 50,
    after: str | None = None,
) -> Page[AgencyRow]:
    """Bodies, by their ids."""
    where = where or AgencyFilter()
    c = AgencyRow.__table__.c
    conditions = equal((c.level, where.level), (c.slug, where.slug))
    if where.unit is not None:
        conditions.append(
            or_(c.unit_id == where.unit, c.unit_id.startswith(f"{where.unit}-", autoescape=True))
            if where.below
            else c.unit_id == where.unit
        )
    if where.on is not None:
        conditions += standing(c, where.on)
    if where.text:
        conditions += naming(c.words, where.text)
    statement = select(AgencyRow).where(*conditions)
    return listed(session, "agencies", order_of(AGENCY_ORDERS, sort), limit, after, statement)


def units(
    session: Session,
    where: UnitFilter | None = None,
    *,
    sort: str = "id",
    limit: int = 50,
    after: str | None = None,
) -> Page[UnitRow]:
    """Territories, by their ids; an id that passed to another name comes once for each."""
    where = where or UnitFilter()
    c = UnitRow.__table__.c
    conditions = equal((c.id, where.id), (c.level, where.level), (c.parent, where.parent))
    if where.on is not None:
        conditions += standing(c, where.on)
    if where.text:
        conditions += naming(c.words, where.text)
    statement = select(UnitRow).where(*conditions)
    return listed(session, "units", order_of(UNIT_ORDERS, sort), limit, after, statement)


def corrections(
    session: Session,
    where: CorrectionFilter | None = None,
    *,
    sort: str = "-created",
    limit: int = 50,
    after: str | None = None,
) -> Page[CorrectionRow]:
    """Corrections, the last first."""
    where = where or CorrectionFilter()
    c = CorrectionRow.__table__.c
    conditions = equal((c.field, where.field), (c.author, where.author))
    if where.document is not None:
        conditions.append(document_is(c.document_id, where.document))
    if where.task is not None:
        document, _, task = where.task.partition(".")
        conditions += [document_is(c.document_id, document), c.task_id == task]
    match where.state:
        case "active":
            conditions += [c.withdrawn_at.is_(None), c.orphaned_at.is_(None)]
        case "orphaned":
            conditions += [c.withdrawn_at.is_(None), c.orphaned_at.is_not(None)]
        case "withdrawn":
            conditions.append(c.withdrawn_at.is_not(None))
    statement = select(CorrectionRow).where(*conditions)
    return listed(
        session, "corrections", order_of(CORRECTION_ORDERS, sort), limit, after, statement
    )
