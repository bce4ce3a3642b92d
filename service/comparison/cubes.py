"""Cubes: what is counted of every task of a store, as a frame of polars in memory.

A row of a task takes some ninety bytes. What has changed since the last look is fetched anew, plan
by plan; all else stays. The database gives the rows of a plan as one text, which polars takes
apart: fetched one by one, half a million would take seconds.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlmodel import Session

from models.tables import MentionRow, TaskRow
from models.tables.plans import NEVER
from service.comparison.cache import Cache, Changed
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


#: Numbers of documents by their ids; None where they are not called by numbers.
Numbers = dict[str, int] | None


class Cube(NamedTuple):
    """All tasks, and who is in their lead. `numbers` are those of the documents."""

    tasks: polars.DataFrame
    leads: polars.DataFrame
    numbers: dict[str, int]


def _renewed(session: Session, cube: Cube | None, changed: Changed) -> Cube:
    """The cube without what is stale and with what is fresh."""
    numbers = numbered(cube.numbers if cube else {}, changed)
    c, m = TaskRow.__table__.c, MentionRow.__table__.c
    tasks = texts(
        session, c.document_id,
        c.serial, c.field, c.deadline_kind, c.origin, c.due_order, c.status, c.same_as, c.marks,
        c.deed,
    )  # fmt: skip
    leads = texts(session, m.agency_id, m.task).where(m.role == "lead", m.task.is_not(None))
    if cube is None:
        tasks = tasks.with_hint(TaskRow.__table__, "INDEXED BY ix_tasks_document", "sqlite")
        leads = leads.with_hint(MentionRow.__table__, "INDEXED BY ix_mentions_agency", "sqlite")
        all_tasks, all_leads = [_tasks(session, tasks, numbers)], [_leads(session, leads)]
    else:
        gone = polars.col("document").is_in([numbers[key] for key in changed.stale])
        serials = cube.tasks.filter(gone).select("serial")
        all_tasks = [cube.tasks.filter(~gone)]
        all_leads = [cube.leads.join(serials, on="serial", how="anti")]
        for lot in lots(changed.fresh):
            all_tasks.append(_tasks(session, tasks.where(c.document_id.in_(lot)), numbers))
            all_leads.append(_leads(session, leads.where(m.document_id.in_(lot))))
    return Cube(
        polars.concat(all_tasks, rechunk=True), polars.concat(all_leads, rechunk=True), numbers
    )


def numbered(last: Mapping[str, int], changed: Changed) -> dict[str, int]:
    """Numbers of documents, with new ones for what is fresh."""
    numbers = dict(last)
    for key in changed.fresh:
        numbers.setdefault(key, len(numbers))
    return numbers


def _tasks(session: Session, asked: Select[Any], numbers: dict[str, int]) -> polars.DataFrame:
    found, due = parsed(session, asked, "document", _GIVEN, numbers), polars.col("due")
    month = polars.when(due < NEVER.isoformat()).then(due.str.head(7)).otherwise(polars.lit(""))
    return found.select(
        "document",
        "serial",
        polars.col("field").fill_null(""),
        polars.col("kind").fill_null("missing"),
        "origin",
        month.alias("month"),
        "status",
        polars.col("same_as").is_not_null().alias("repeats"),
        "marks",
        "deed",
    )


def _leads(session: Session, asked: Select[Any]) -> polars.DataFrame:
    return parsed(session, asked, "agency", {"serial": polars.Int64})


def texts(session: Session, by: ColumnElement[str], *shown: ColumnElement[Any]) -> Select[Any]:
    """For each value of a column the number of its rows, and one text of what these show: a line a
    row, a tab between two."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    told = (func.printf if sqlite else func.format)("\t".join(["%s"] * len(shown)), *shown)
    columns: tuple[Any, ...] = (by, func.count(), func.aggregate_strings(told, "\n"))
    return select(*columns).group_by(by)


def parsed(
    session: Session, asked: Select[Any], name: str, schema: dict[str, Any], numbers: Numbers = None
) -> polars.DataFrame:
    """What `texts` gives as a frame: the value by its name, or its number, and the columns of the
    schema."""
    rows = session.connection().execute(asked).all()
    values = [row[0] if numbers is None else numbers[row[0]] for row in rows]
    column = polars.Series(name, values, polars.String if numbers is None else polars.Int32)
    if not rows:
        return polars.DataFrame(schema={name: column.dtype} | schema)
    times = polars.Series([row[1] for row in rows], dtype=polars.UInt32)
    lines = "\n".join(row[2] for row in rows).encode()
    found = polars.read_csv(lines, has_header=False, separator="\t", quote_char=None, schema=schema)
    return found.insert_column(0, column.repeat_by(times).explode())


def serials_of(session: Session, asked: Select[Any]) -> polars.DataFrame:
    """The serials that a statement selects, as a frame of that one column."""
    some = asked.subquery()
    told = func.aggregate_strings(cast(some.c.serial, String), "\n")
    text = session.connection().execute(select(told)).scalar() or ""
    serials = polars.Series("serial", text.split()).cast(polars.Int64)
    return serials.to_frame()


cube_of = Cache(_renewed).of
