"""The list of tasks: one condition or many, in any order, fast at any size.

SQLite knows little of how many rows a condition leaves, so it is told which way to go. Where the
plans asked for hold few tasks, or few tasks have the words or the agency, those are taken and
sorted. Else the index of the order is walked, which has in it all that tasks are filtered by,
until the page is full. PostgreSQL keeps statistics and finds its own way.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    func,
    or_,
    select,
)
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlmodel import Session, col

from models.tables import MentionRow, PlanRow, PlanYearRow, TaskRow
from models.tables.plans import NEVER, TaskFacts
from service.store.filters import Role, TaskFilter, TaskQuery
from service.store.search import matches
from service.store.statements import Order, Page, bodies_of, listed, order_of, plans_of

#: So many tasks are taken and sorted rather than looked for along the order.
FEW_IN_PLANS = 4000
FEW_IN_SETS = 1000

c = TaskRow.__table__.c

#: The orders of the list. What has no due day, or no unit, comes last either way.
ORDERS = {
    "document": Order((c.document_id, c.position, c.serial), index="ix_tasks_document"),
    "due": Order((c.due_order, c.serial), index="ix_tasks_due"),
    "-due": Order((c.due_reverse, c.serial), True, "ix_tasks_due_reverse"),
    "unit": Order((c.unit_order, c.document_id, c.position, c.serial), index="ix_tasks_unit"),
    "confidence": Order((c.confidence, c.serial), index="ix_tasks_confidence"),
    "-confidence": Order((c.confidence, c.serial), True, "ix_tasks_confidence"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """The conditions of a filter, sorted by what they are on.

    `plain` are on columns of tasks, `plans` is a SELECT of documents, `sets` are SELECTs of
    serials. `hint` is how SQLite is to reach the tasks, None for along the order.
    """

    plain: list[ColumnElement[bool]] = field(default_factory=list)
    plans: Select[Any] | None = None
    sets: list[Select[Any]] = field(default_factory=list)
    hint: str | None = None
    sqlite: bool = True

    def narrowed(self, statement: Select[Any], index: str | None) -> Select[Any]:
        """The statement with the conditions; `index` has the order, if there is one."""
        document, serial = c.document_id, c.serial
        if self.sqlite:
            statement = statement.with_hint(
                TaskRow.__table__, self.hint or f"INDEXED BY {index}", "sqlite"
            )
            if self.hint != _BY_PLANS:
                document = _aside(document)
            if self.hint != _BY_SERIALS:
                serial = _aside(serial)
        if self.plans is not None:
            statement = statement.where(document.in_(self.plans))
        return statement.where(*self.plain, *(serial.in_(some) for some in self.sets))


_BY_PLANS = "INDEXED BY ix_tasks_document"
_BY_SERIALS = "NOT INDEXED"


def _aside(column: ColumnElement[Any]) -> Any:
    """The column as a value that SQLite does not look for by an index."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


#: What a list tells of a task: what the store knows of it, and its record.
_SHOWN = [c[name] for name in ("serial", "id", "document_id", "record", *TaskFacts.model_fields)]


def tasks(session: Session, asked: TaskQuery) -> Page[Any]:
    """A page of tasks, each with its id, document, record and facts. Raises WrongCursor."""
    _, order = order_of(ORDERS, asked)
    statement = scope_of(session, asked).narrowed(select(c.serial), order.index)
    page = listed(session, "tasks", ORDERS, asked, statement)
    found = session.execute(select(*_SHOWN).where(c.serial.in_(page.items)))
    rows = {row.serial: row for row in found}
    return Page([rows[serial] for serial in page.items if serial in rows], page.next)


def facets(session: Session, where: TaskFilter) -> dict[str, dict[str, int]]:
    """How many tasks each unit, year, field, kind, status, origin and lead agency has.

    A task of a plan for two years counts in both; "" stands for what is not told.
    """
    scope = scope_of(session, where)
    inside = scope.narrowed(
        select(c.document_id, c.field, c.deadline_kind, c.status, c.origin, func.count()),
        "ix_tasks_document",
    ).group_by(c.document_id, c.field, c.deadline_kind, c.status, c.origin)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    documents: Counter[str] = Counter()
    for document, code, kind, status, origin, number in session.execute(inside):
        documents[document] += number
        found["field"][code or ""] += number
        found["kind"][kind or "missing"] += number
        found["status"][status] += number
        found["origin"][origin] += number
    for document, unit in session.execute(select(col(PlanRow.document_id), col(PlanRow.unit_id))):
        if document in documents:
            found["unit"][unit or ""] += documents[document]
    for document, year in session.execute(
        select(col(PlanYearRow.document_id), col(PlanYearRow.year))
    ):
        if document in documents:
            found["year"][str(year)] += documents[document]
    m = MentionRow.__table__.c
    leads = (
        select(m.agency_id, func.count(m.task.distinct()))
        .where(m.agency_id.is_not(None), m.role == "lead")
        .group_by(m.agency_id)
    )
    if scope.plain or scope.plans is not None or scope.sets:
        leads = leads.where(m.task.in_(scope.narrowed(select(c.serial), "ix_tasks_document")))
    found["lead"].update({row[0]: row[1] for row in session.execute(leads)})
    names = ("unit", "year", "field", "kind", "status", "origin", "lead")
    return {name: dict(found[name].most_common()) for name in names}


def scope_of(session: Session, where: TaskFilter) -> Scope:
    """The conditions of a filter, and the way to the tasks."""
    dialect = session.get_bind().dialect.name
    plans = plans_of(session, where, where.year)
    sets = []
    if where.agency is not None:
        sets.append(_naming(session, where.agency, where.successors, where.role))
    words = matches(dialect, where.text) if where.text else None
    sets += [words] if words is not None else []
    hint = None
    if dialect == "sqlite":
        if plans is not None and _tasks_in(session, plans) <= FEW_IN_PLANS:
            hint = _BY_PLANS
        elif any(_few(session, some) for some in sets):
            hint = _BY_SERIALS
    return Scope(_plain(where), plans, sets, hint, dialect == "sqlite")


def _plain(where: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if where.field is not None:
        below = func.substr(c.field, 1, len(where.field) + 1) == f"{where.field}."
        found.append(or_(c.field == where.field, below))
    if where.due_from is not None:
        found += [c.due_order >= where.due_from, c.due_order < NEVER]
    if where.due_to is not None:
        found.append(c.due_order <= min(where.due_to, NEVER.replace(day=30)))
    if where.kind is not None:
        missing = where.kind == "missing"
        found.append(c.deadline_kind.is_(None) if missing else c.deadline_kind == where.kind)
    if where.status is not None:
        found.append(c.status == where.status)
    if where.origin is not None:
        found.append(c.origin == where.origin)
    if where.corrected is not None:
        found.append(c.corrected.is_(where.corrected))
    if not where.repeats:
        found.append(c.same_as.is_(None))
    return found


def _naming(session: Session, agency: str, frame: str | None, role: Role) -> Select[Any]:
    m = MentionRow.__table__.c
    found = select(m.task).where(m.agency_id.in_(bodies_of(session, agency, frame)))
    return found.where(m.role.in_(("lead", "coordinating") if role == "any" else (role,)))


def _tasks_in(session: Session, plans: Select[Any]) -> int:
    total = select(func.sum(col(PlanRow.tasks))).where(col(PlanRow.document_id).in_(plans))
    return session.scalar(total) or 0


def _few(session: Session, serials: Select[Any]) -> bool:
    some = serials.limit(FEW_IN_SETS + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= FEW_IN_SETS
