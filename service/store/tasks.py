"""The list of tasks: one condition or many, in any order, fast at any size.

SQLite knows little of how many rows a condition leaves, so it is told which way to go. Where the
plans asked for hold few tasks, or few tasks have the words or the agency, those are taken and
sorted. Else the index of the order is walked, which has in it all that tasks are filtered by, until
the page is full. Words are looked for first in the tasks that come next anyway: most words of a
search stand in one task of ten; and in each task where all else leaves but few. PostgreSQL keeps
statistics, finds its own way to words, and is told the rest.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import polars
from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Pool,
    Select,
    and_,
    any_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op
from sqlmodel import Session

from models.tables import AgencyRow, MentionRow, PlanRow, TaskRow
from models.tables.documents import document_key
from models.tables.plans import NEVER, TaskFacts
from service.comparison.cubes import cube_of, serials_of
from service.comparison.frames import Map
from service.comparison.holdings import counted, holdings
from service.comparison.spread import spread_of
from service.store.errors import UnknownTask
from service.store.filters import OfPlans, Role, TaskFilter, TaskQuery
from service.store.marks import MARKS, SORTS, bits_of
from service.store.search import has_words, matches
from service.store.statements import (
    Order,
    Packed,
    Slice,
    bodies_of,
    order_of,
    ordered,
    page_of,
    plans_of,
    recorded,
)

#: So many tasks are taken and sorted rather than looked for along the order.
FEW_IN_PLANS = 20_000
FEW_IN_SETS = 5000
#: Seconds that the number of tasks of plans holds, and how many such numbers are kept of a store.
COUNTED, MOST_COUNTED = 10.0, 1000
#: In so many tasks words are looked for before the index of words is asked.
LOOKED = 1000

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
    serials, each with whether there are few, `words` is that of those that have them. `hint` is how
    to reach the tasks, None for along the order.
    """

    plain: list[ColumnElement[bool]] = field(default_factory=list)
    plans: Select[Any] | None = None
    sets: Sequence[tuple[Select[Any], bool]] = ()
    words: Select[Any] | None = None
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
        statement = statement.where(*self.plain)  # the cheapest first: SQLite keeps the order
        if self.plans is not None:
            statement = statement.where(self._among(document, self.plans, self.hint == _BY_PLANS))
        if self.words is not None:
            statement = statement.where(serial.in_(self.words))
        return statement.where(*(self._among(serial, *some) for some in self.sets))

    def _among(self, column: Any, some: Select[Any], few: bool) -> ColumnElement[bool]:
        """The condition that a column is among some values. PostgreSQL, which misjudges how many
        there are, is to look them up first, or else to ask for them once and look each task up."""
        among: ColumnElement[bool] = column.in_(some)
        if self.sqlite:
            return among
        if few:
            return and_(column == any_(func.array(some.scalar_subquery())))
        return among.is_(True)


#: When the tasks of plans were counted, and how many there were, by what plans were asked for.
_counted: WeakKeyDictionary[Pool, dict[tuple[Any, ...], tuple[float, int]]] = WeakKeyDictionary()

_BY_PLANS = "INDEXED BY ix_tasks_document"
_BY_SERIALS = "NOT INDEXED"


def _aside(column: ColumnElement[Any]) -> Any:
    """The column as a value that SQLite does not look for by an index."""
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


#: What a list tells of a task, and the same in each order with its keys last: made once, which
#: takes longer than to ask it.
_SHOWN = TaskRow.__table__.alias("shown")
_TOLD = recorded(_SHOWN, "serial", "id", *TaskFacts.model_fields)
_KEYS = {name: [_SHOWN.c[key.name] for key in order.keys] for name, order in ORDERS.items()}
_TOLD_IN = {
    name: _TOLD.add_columns(*_KEYS[name]).order_by(*order.by(_KEYS[name]))
    for name, order in ORDERS.items()
}
_PACKED_IN = {
    name: Packed(_TOLD.add_columns(*_KEYS[name]), order)
    for name, order in ORDERS.items()
    if "confidence" not in name  # a float
}


def tasks(session: Session, asked: TaskQuery) -> Slice[Any]:
    """A page of tasks, each with its id, record, facts and document. Raises WrongCursor."""
    if asked.text and asked.limit < LOOKED and session.get_bind().dialect.name == "sqlite":
        page = _looked(session, asked)
        if page is not None:
            return page
    found = _serials(session, asked).limit(asked.limit + 1)
    rows = _rows(session, asked.sort, _SHOWN.c.serial.in_(found))
    return page_of(rows, "tasks", ORDERS, asked)


def _rows(session: Session, sort: str, these: ColumnElement[bool]) -> list[Any]:
    """What the list tells of these tasks, in order."""
    connection = session.connection()  # quicker than the session where no records are asked for
    if sort in _PACKED_IN and connection.dialect.name == "sqlite":
        return _PACKED_IN[sort].of(connection, these)
    return list(connection.execute(_TOLD_IN[sort].where(these)))


def task_of(session: Session, key: str) -> Any:
    """One task by its key, as a list tells it. Raises UnknownTask."""
    session.flush()
    found = session.execute(_TOLD.where(_SHOWN.c.key == key)).first()
    if found is None:
        raise UnknownTask
    return found


def _looked(session: Session, asked: TaskQuery) -> Slice[Any] | None:
    """The page by a look at the words of the first tasks that all else leaves; None where it would
    need more of them."""
    rest = asked.model_copy(update={"text": None})
    looked = _serials(session, rest).limit(LOOKED).cte("looked")
    all_of_them = select(func.count()).select_from(looked).scalar_subquery()
    found = (
        select(looked.c.serial)
        .where(has_words(looked.c.serial, asked.text or ""))
        .limit(asked.limit + 1)  # SQLite goes through what was looked up in its order
    )
    told = _TOLD.add_columns(all_of_them.label("looked"), *_KEYS[asked.sort])
    told = told.order_by(*ORDERS[asked.sort].by(_KEYS[asked.sort]))
    rows = list(session.execute(told.where(_SHOWN.c.serial.in_(found))))
    page = page_of(rows, "tasks", ORDERS, asked)
    done = page.next is not None or (page.items and page.items[0].looked < LOOKED)
    return page if done else None


def _serials(session: Session, asked: TaskQuery) -> Select[Any]:
    """The serials of the tasks from where the page begins, in order."""
    sort, order = order_of(ORDERS, asked)
    scope = scope_of(session, asked)
    if scope.sqlite or scope.hint is None:
        statement = scope.narrowed(select(c.serial), order.index)
        return ordered("tasks", ORDERS, asked, statement)
    keys = {key.name: key for key in (c.serial, *order.keys)}
    few = scope.narrowed(select(*keys.values()), None).offset(0).subquery()  # a fence to planners
    by = replace(order, keys=tuple(few.c[key.name] for key in order.keys))
    return ordered("tasks", {sort: by}, asked, select(few.c.serial))


def facets(session: Session, where: TaskFilter) -> dict[str, dict[str, int]]:
    """How many tasks each unit, year, field, kind, status, origin and lead agency has.

    A task of a plan for two years counts in both; "" stands for what is not told.
    """
    cube, held = cube_of(session), holdings(session)
    if where == TaskFilter(copies=where.copies):
        gone = [cube.numbers[one.document_id] for one in held if one.form_of and not where.copies]
        some = cube.tasks.filter(
            polars.col("status") != "dropped", ~polars.col("document").is_in(gone)
        )
    else:
        these = scope_of(session, where).narrowed(select(c.serial), "ix_tasks_document")
        some = cube.tasks.join(serials_of(session, these), on="serial", how="semi")
    leads = cube.leads.join(some.select("serial"), on="serial", how="semi")
    found: dict[str, Counter[str]] = {name: Counter() for name in ("unit", "year")}
    documents = dict(some["document"].value_counts().iter_rows())
    for one in held:
        number = documents.get(cube.numbers[one.document_id], 0)
        if number:
            found["unit"][one.unit_id or ""] += number
            found["year"].update({str(year): number for year in one.years})
    columns = {name: some[name] for name in ("field", "kind", "status", "origin")}
    for name, column in (columns | {"lead": leads["agency"]}).items():
        found[name] = Counter(dict(column.value_counts().iter_rows()))
    return {
        name: dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
        for name, counts in found.items()
    }


def scope_of(session: Session, where: TaskFilter) -> Scope:
    """The conditions of a filter, and the way to the tasks."""
    dialect = session.get_bind().dialect.name
    plans = plans_of(where, where.year)
    if where.frame is not None:
        plans = compared(session, where, where.frame, where.year)
    sets = []
    if where.agency is not None:
        sets.append(_naming(session, where.agency, where.successors, where.role))
    if where.slug is not None:
        sets.append(_of_role(where.slug, where.role))
    if where.object is not None and dialect == "sqlite":
        sets.append(select(_things.serial).where(_on(_things, where.object)))
    if (serials := _spread(session, where)) is not None:
        sets.append(_these(dialect, serials))
    plain = _plain(where)
    if where.object is not None and dialect != "sqlite":
        plain.append(_on(c, where.object))
    words = matches(dialect, where.text) if where.text else None
    hint, counted_sets = None, [(some, False) for some in sets]
    in_plans = inf if plans is None else _tasks_in(session, where, plans)
    if in_plans <= FEW_IN_PLANS:
        hint = _BY_PLANS
    else:
        counted_sets = [(some, _few(session, some)) for some in sets]
        hint = _BY_SERIALS if any(few for _, few in counted_sets) else None
    if dialect == "sqlite" and words is not None:
        if hint == _BY_SERIALS or in_plans <= FEW_IN_SETS:
            plain.append(has_words(c.serial, where.text or ""))
            words = None
        elif hint is None and _few(session, words):
            hint = _BY_SERIALS
    asked_for_one = where.copies or where.document is not None
    if not asked_for_one and (
        others := [one.document_id for one in holdings(session) if one.form_of]
    ):
        plain.append(c.document_id.not_in(others))
    return Scope(plain, plans, counted_sets, words, hint, dialect == "sqlite")


def compared(session: Session, where: OfPlans, frame: Map, year: int | None) -> Select[Any]:
    """The documents of the plans that a comparison counts, with units in a map."""
    some = (
        one.document_id
        for one in counted(holdings(session))
        if (year is None or year in one.years)
        and (where.unit is None or one.within(where.unit, frame, below=where.below))
        and (where.document is None or one.key == document_key(where.document))
    )
    these: BindParameter[str] = bindparam(
        "compared", list(some), expanding=True, literal_execute=True
    )
    p = PlanRow.__table__.c
    return select(p.document_id).where(p.document_id.in_(these))


def _plain(where: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if where.due_from is not None:
        found += [c.due_order >= where.due_from, c.due_order < NEVER]
    if where.due_to is not None:
        found.append(c.due_order <= min(where.due_to, NEVER.replace(day=30)))
    if where.kind is not None:
        missing = where.kind == "missing"
        found.append(c.deadline_kind.is_(None) if missing else c.deadline_kind == where.kind)
    found.append(c.status == where.status if where.status else c.status != "dropped")
    if where.origin is not None:
        found.append(c.origin == where.origin)
    if where.corrected is not None:
        found.append(c.corrected.is_(where.corrected))
    if where.has is not None:
        found.append(_has(c.marks, MARKS[where.has]))
    if where.lacks is not None:
        found.append(not_(_has(c.marks, MARKS[where.lacks])))
    for sort, column in SORTS.items():
        name, known = getattr(where, sort), bits_of(sort)
        if name == "none":
            found.append(not_(_has(c[column], sum(known.values()))))
        elif name is not None:
            found.append(_has(c[column], known[name]))
    if not where.repeats:
        found.append(c.same_as.is_(None))
    if where.field == "none":
        found.append(c.field.is_(None))
    elif where.field is not None:
        below = func.substr(c.field, 1, len(where.field) + 1) == f"{where.field}."
        found.append(or_(c.field == where.field, below))
    return found


def _has(column: ColumnElement[int], bit: int) -> ColumnElement[bool]:
    """The condition that a task has a bit."""
    there: ColumnElement[bool] = column.op("&")(bit) != 0
    return there


#: Tasks by what they are on, which no index of an order has.
_things = TaskRow.__table__.alias("things").c


def _on(tasks: Any, thing: str) -> ColumnElement[bool]:
    """The condition that tasks are on a thing."""
    there: ColumnElement[bool] = tasks.object == " ".join(thing.lower().split())
    return there


def _spread(session: Session, where: TaskFilter) -> list[int] | None:
    """The tasks that stand in so many provinces, since the year; None where that is not asked."""
    asked = [
        polars.col(name) == value
        for name in ("provinces", "first")
        if (value := getattr(where, name)) is not None
    ]
    if where.provinces_from is not None:
        asked.append(polars.col("provinces") >= where.provinces_from)
    if where.local is not None:
        asked.append(polars.col("local") == where.local)
    if where.new is not None:
        asked += [polars.col("later"), polars.col("new") == where.new]
    return spread_of(session).filter(*asked)["serial"].to_list() if asked else None


def _these(dialect: str, serials: Sequence[int]) -> Select[Any]:
    """These serials as a SELECT, however many they are."""
    given: BindParameter[str] = bindparam("these", json.dumps(serials), unique=True)
    if dialect == "sqlite":
        return select(func.json_each(given).table_valued("value").c.value)
    value = func.json_array_elements_text(cast(given, JSON)).table_valued("value").c.value
    return select(cast(value, BigInteger))


def _naming(session: Session, agency: str, frame: str | None, role: Role) -> Select[Any]:
    m = MentionRow.__table__.c
    found = select(m.task).where(m.agency_id.in_(bodies_of(session, agency, frame)))
    return found.where(m.role.in_(("lead", "coordinating") if role == "any" else (role,)))


def _of_role(slug: str, role: Role) -> Select[Any]:
    """The tasks that name a body of a role, whatever its unit."""
    m, a = MentionRow.__table__.c, AgencyRow.__table__.c
    found = select(m.task).where(m.agency_id.in_(select(a.id).where(a.slug == slug)))
    return found.where(m.role.in_(("lead", "coordinating") if role == "any" else (role,)))


def _tasks_in(session: Session, where: TaskFilter, plans: Select[Any]) -> int:
    """How many tasks the plans have, or had a moment ago: only the way to them hangs on it."""
    known = _counted.setdefault(session.get_bind().engine.pool, {})
    asked, moment = (where.document, where.unit, where.below, where.year, where.frame), monotonic()
    since, count = known.get(asked, (-COUNTED, 0))
    if moment - since >= COUNTED:
        p = PlanRow.__table__.c
        total = select(func.sum(p.tasks)).where(p.document_id.in_(plans))
        count = session.execute(total).scalar() or 0
        if len(known) >= MOST_COUNTED:
            known.clear()
        known[asked] = moment, count
    return count


def _few(session: Session, serials: Select[Any]) -> bool:
    some = serials.limit(FEW_IN_SETS + 1).subquery()
    found = session.execute(select(func.count()).select_from(some)).scalar_one()
    return bool(found <= FEW_IN_SETS)
