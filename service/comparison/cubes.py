"""Cubes: what is counted of every task of a store, as a frame of polars in memory.

A row of a task takes some ninety bytes. What has changed since the last look is fetched anew, plan
by plan; all else stays. The database gives the rows of a plan as one text, which polars takes
apart: fetched one by one, half a million would take seconds.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars
from sqlalchemy import Select, String, cast, func, select
from sqlmodel import Session

from models.tables import MentionRow, TaskRow
from models.tables.plans import NEVER
from service.comparison.kept import Changed, Kept
from service.store.database import lots

#: What is given of a task: what it is told apart by, and what is counted of it.
_GIVEN = {
    "serial": polars.Int64,
    "field": polars.String,
    "kind": polars.String,
    "origin": polars.String,
    "due": polars.String,
    "status": polars.String,
    "same_as": polars.String,
    "marks": polars.Int32,
    "deed": polars.Int64,
}
#: A row of `tasks`: the same with the month, and the number of the document.
TASKS = {
    "document": polars.Int32,
    "serial": polars.Int64,
    "field": polars.String,
    "kind": polars.String,
    "origin": polars.String,
    "month": polars.String,
    "status": polars.String,
    "repeats": polars.Boolean,
    "marks": polars.Int32,
    "deed": polars.Int64,
}
#: A row of `leads`: a body in the lead of a task.
LEADS = {"agency": polars.String, "serial": polars.Int64}


class Cube(NamedTuple):
    """All tasks, and who is in their lead. `numbers` are those of the documents."""

    tasks: polars.DataFrame
    leads: polars.DataFrame
    numbers: dict[str, int]


def _renewed(session: Session, cube: Cube | None, changed: Changed) -> Cube:
    """The cube without what is stale and with what is fresh."""
    numbers = dict(cube.numbers) if cube else {}
    for key in changed.fresh:
        numbers.setdefault(key, len(numbers))
    c, m = TaskRow.__table__.c, MentionRow.__table__.c
    sqlite = session.get_bind().dialect.name == "sqlite"
    shown = (
        c.serial, c.field, c.deadline_kind, c.origin, c.due_order, c.status, c.same_as, c.marks,
        c.deed,
    )  # fmt: skip
    told = (func.printf if sqlite else func.format)(",".join(["%s"] * len(shown)), *shown)
    tasks = select(c.document_id, func.count(), func.aggregate_strings(told, "\n"))
    tasks = tasks.group_by(c.document_id)
    leads = select(m.agency_id, func.count(), func.aggregate_strings(cast(m.task, String), "\n"))
    leads = leads.where(m.role == "lead", m.task.is_not(None)).group_by(m.agency_id)
    if cube is None:
        if sqlite:
            tasks = tasks.with_hint(TaskRow.__table__, "INDEXED BY ix_tasks_document", "sqlite")
            leads = leads.with_hint(MentionRow.__table__, "INDEXED BY ix_mentions_agency", "sqlite")
        all_tasks, all_leads = [_tasks(session, tasks, numbers)], [_leads(session, leads)]
    else:
        gone = cube.tasks["document"].is_in([numbers[key] for key in changed.stale])
        serials = cube.tasks.filter(gone).select("serial")
        all_tasks = [cube.tasks.filter(~gone)]
        all_leads = [cube.leads.join(serials, on="serial", how="anti")]
        for lot in lots(changed.fresh):
            all_tasks.append(_tasks(session, tasks.where(c.document_id.in_(lot)), numbers))
            all_leads.append(_leads(session, leads.where(m.document_id.in_(lot))))
    return Cube(
        polars.concat(all_tasks, rechunk=True), polars.concat(all_leads, rechunk=True), numbers
    )


def _tasks(session: Session, asked: Select[Any], numbers: dict[str, int]) -> polars.DataFrame:
    rows = session.connection().execute(asked).all()
    rows = [row for row in rows if row[0] in numbers]
    found = _taken_apart(rows, _GIVEN)
    due = polars.col("due")
    return found.select(
        _each(((numbers[row[0]], row[1]) for row in rows), "document", polars.Int32),
        "serial",
        polars.col("field").fill_null(""),
        polars.col("kind").fill_null("missing"),
        "origin",
        polars.when(due < NEVER.isoformat())
        .then(due.str.head(7))
        .otherwise(polars.lit(""))
        .alias("month"),
        "status",
        polars.col("same_as").is_not_null().alias("repeats"),
        "marks",
        "deed",
    )


def _leads(session: Session, asked: Select[Any]) -> polars.DataFrame:
    rows = session.connection().execute(asked).all()
    found = _taken_apart(rows, {"serial": polars.Int64})
    return found.select(
        _each(((row[0], row[1]) for row in rows), "agency", polars.String), "serial"
    )


def _taken_apart(rows: Sequence[Any], schema: dict[str, Any]) -> polars.DataFrame:
    """The lines of the texts that stand last in rows."""
    if not rows:
        return polars.DataFrame(schema=schema)
    text = "\n".join(row[-1] for row in rows).encode()
    return polars.read_csv(text, has_header=False, quote_char=None, schema=schema)


def _each(values: Iterable[tuple[Any, int]], name: str, kind: Any) -> polars.Series:
    """A column with each value so many times."""
    some = polars.DataFrame(list(values), schema={name: kind, "times": polars.UInt32}, orient="row")
    return some.select(polars.col(name).repeat_by("times").explode())[name]


def serials_of(session: Session, asked: Select[Any]) -> polars.DataFrame:
    """The serials that a statement selects, as a frame of that one column."""
    some = asked.subquery()
    told = func.aggregate_strings(cast(some.c.serial, String), "\n")
    text = session.connection().execute(select(told)).scalar()
    return _taken_apart([(text,)] if text else [], {"serial": polars.Int64})


cube_of = Kept(_renewed).of
