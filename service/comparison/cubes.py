"""Cubes: what is counted of every task of a store, as a frame of polars in memory.

A row of a task takes some forty bytes. What changed since the last look is fetched anew, plan by
plan (the revision of a plan counts every change in it); all else stays. So the first look at half a
million tasks takes seconds, and every one after it milliseconds.
"""

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import polars
from sqlalchemy import Engine, case, func, select
from sqlmodel import Session

from models.tables import MentionRow, PlanRow, TaskRow
from models.tables.plans import NEVER

#: A row of `tasks`: task and document by number, what it is told apart by, what is counted of it.
TASKS = {
    "serial": polars.Int64,
    "document": polars.Int32,
    "field": polars.String,
    "kind": polars.String,
    "origin": polars.String,
    "month": polars.String,
    "confirmed": polars.Boolean,
    "marks": polars.Int32,
    "deed": polars.Int64,
}
#: A row of `leads`: a body in the lead of a task.
LEADS = {"serial": polars.Int64, "document": polars.Int32, "agency": polars.String}

#: So many plans are named to the database in one statement.
BATCH = 500


class Cube(NamedTuple):
    """The tasks that count (neither dropped nor repeating another), and who is in their lead.

    `numbers` are those of the documents.
    """

    tasks: polars.DataFrame
    leads: polars.DataFrame
    numbers: dict[str, int]


class _Kept:
    """The cube of one store, and of which revision of each plan it is."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.cube = Cube(polars.DataFrame(schema=TASKS), polars.DataFrame(schema=LEADS), {})
        self.revisions: dict[str, tuple[str, int]] = {}


_CUBES: "WeakKeyDictionary[Engine, _Kept]" = WeakKeyDictionary()


def cube_of(session: Session) -> Cube:
    """The cube of the store as the session sees it; safe to be asked for from many threads."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    pool = engine.pool  # that of the engine a store is opened with, whatever options it is given
    kept = _CUBES.setdefault(pool, _Kept())  # type: ignore[arg-type]
    p = PlanRow.__table__.c
    now = {
        row[0]: (row[1], row[2])
        for row in session.execute(select(p.document_id, p.run_id, p.revision))
    }
    with kept.lock:
        stale = [key for key, state in kept.revisions.items() if now.get(key) != state]
        fresh = [key for key, state in now.items() if kept.revisions.get(key) != state]
        if stale or fresh:
            kept.cube = _renewed(session, kept.cube, stale, fresh, whole=not kept.revisions)
            kept.revisions = now
        return kept.cube


def _renewed(
    session: Session, cube: Cube, stale: Iterable[str], fresh: Sequence[str], *, whole: bool
) -> Cube:
    """The cube without what is stale and with what is fresh."""
    numbers = dict(cube.numbers)
    for key in fresh:
        numbers.setdefault(key, len(numbers))
    gone = [numbers[key] for key in stale]
    tasks, leads = (one.filter(~polars.col("document").is_in(gone)) for one in cube[:2])
    lots: list[Sequence[str] | None] = (
        [None] if whole else [fresh[at : at + BATCH] for at in range(0, len(fresh), BATCH)]
    )
    for lot in lots:
        tasks = tasks.vstack(_tasks(session, numbers, lot))
        leads = leads.vstack(_leads(session, numbers, lot))
    return Cube(tasks.rechunk(), leads.rechunk(), numbers)


def _tasks(
    session: Session, numbers: dict[str, int], these: Sequence[str] | None
) -> polars.DataFrame:
    c = TaskRow.__table__.c
    sqlite = session.get_bind().dialect.name == "sqlite"
    month: Any = func.substr(c.due_order, 1, 7) if sqlite else func.to_char(c.due_order, "YYYY-MM")
    statement = select(
        c.serial, c.document_id, func.coalesce(c.field, ""),
        func.coalesce(c.deadline_kind, "missing"), c.origin,
        case((c.due_order < NEVER, month), else_=""), c.status == "confirmed", c.marks, c.deed,
    ).where(c.status != "dropped", c.same_as.is_(None))  # fmt: skip
    if these is not None:
        statement = statement.where(c.document_id.in_(these))
    elif sqlite:
        statement = statement.with_hint(TaskRow.__table__, "INDEXED BY ix_tasks_document", "sqlite")
    rows = [
        (row[0], numbers[row[1]], *row[2:6], bool(row[6]), *row[7:])
        for row in session.execute(statement)
        if row[1] in numbers
    ]
    return polars.DataFrame(rows, schema=TASKS, orient="row")


def _leads(
    session: Session, numbers: dict[str, int], these: Sequence[str] | None
) -> polars.DataFrame:
    m = MentionRow.__table__.c
    statement = select(m.task, m.document_id, m.agency_id)
    statement = statement.where(m.role == "lead", m.task.is_not(None))
    if these is not None:
        statement = statement.where(m.document_id.in_(these))
    rows = [
        (row[0], numbers[row[1]], row[2]) for row in session.execute(statement) if row[1] in numbers
    ]
    return polars.DataFrame(rows, schema=LEADS, orient="row")
