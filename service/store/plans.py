"""Plans put together again: the JSON of the contract, out of the records it was taken apart into.

Of a plan that no one corrected it is byte for byte what was read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Table, select
from sqlmodel import Session

from models.contract import encode
from models.plan import Review, TrackerReport
from models.tables import CitationRow, CorrectionRow, PlanRow, SectionRow, TargetRow, TaskRow
from service.store.errors import NoPlan
from service.store.filters import (
    CitationFilter,
    CitationQuery,
    Paging,
    PlanFilter,
    PlanQuery,
    TargetFilter,
    TargetQuery,
    TaskFilter,
    TaskQuery,
    TaskSort,
)
from service.store.listings import citations, plans, targets
from service.store.replay import decoded, words_in
from service.store.reports import reports_of
from service.store.statements import Slice
from service.store.tasks import tasks

if TYPE_CHECKING:
    from service.store.database import Store

Q = TypeVar("Q", bound=Paging)

#: Records of one step of a long walk.
STEP = 1000


def plan_json(session: Session, document_id: str, on: date | None = None) -> bytes:
    """The plan of a document as people left it: corrected, without what they say is no task.

    With a day it tells how far each task is as of then. Raises NoPlan.
    """
    p = PlanRow.__table__.c
    plan = session.execute(
        select(p.contract, p.head, p.tail).where(p.document_id == document_id)
    ).first()
    if plan is None:
        raise NoPlan
    some = {
        table.name: [record for (record,) in session.execute(_of(table, document_id, "record"))]
        for table in (SectionRow.__table__, TargetRow.__table__, CitationRow.__table__)
    }
    t = TaskRow.__table__
    shown = _of(t, document_id, "document_id", "id", "record", "status", "revision")
    rows = session.execute(shown.where(t.c.status != "dropped")).all()
    records = [row.record for row in rows]
    reports = {id_: one for (_, id_), one in reports_of(session, rows, on).items()}
    return assembled(plan, tasks=records, reviews=_reviews(session, rows), reports=reports, **some)


def _of(table: Table, document_id: str, *names: str) -> Any:
    c = table.c
    shown = select(*(c[name] for name in names)).where(c.document_id == document_id)
    return shown.order_by(c.position, c.serial)


def _reviews(session: Session, rows: Sequence[Any]) -> dict[str, Review]:
    """What people did with tasks of one document, by their ids; those left as they are have none.

    Each row has `document_id`, `id`, `status` and `revision`.
    """
    touched = {row.id: row for row in rows if row.revision > 1 or row.status != "open"}
    if not touched:
        return {}
    c = CorrectionRow.__table__.c
    said = session.execute(
        select(c.task_id, c.field, c.before, c.author, c.created_at)
        .where(c.document_id == rows[0].document_id, c.withdrawn_at.is_(None))
        .where(c.orphaned_at.is_(None))
        .order_by(c.created_at, c.id)
    )
    printed: dict[str, dict[str, str | None]] = defaultdict(dict)
    last: dict[str, tuple[str, str]] = {}
    for task, name, before, author, moment in said:
        printed[task].setdefault(name, words_in(decoded(name, before)))
        last[task] = author, moment.isoformat()
    return {
        id_: Review(row.status, row.revision, printed.get(id_, {}), *last.get(id_, (None, None)))
        for id_, row in touched.items()
    }


def assembled(
    plan: Any,
    sections: Sequence[str] = (),
    tasks: Sequence[str] = (),
    targets: Sequence[str] = (),
    citations: Sequence[str] = (),
    reviews: Mapping[str, Review] | None = None,
    reports: Mapping[str, TrackerReport] | None = None,
) -> bytes:
    """The JSON of a plan row (`contract`, `head`, `tail`) with these records in it."""
    return (
        f'{{"contract":"{plan.contract}","document":{plan.head}'
        f',"sections":[{",".join(sections)}],"tasks":[{",".join(tasks)}]'
        f',"targets":[{",".join(targets)}],"citations":[{",".join(citations)}],{plan.tail[1:-1]}'
        f',"reviews":{encode(reviews or {}).decode()},"reports":{encode(reports or {}).decode()}}}'
    ).encode()


def partial_plans(
    store: "Store", where: TaskFilter, sort: TaskSort, on: date | None = None
) -> Iterator[bytes]:
    """The tasks of a filter in order, as plans: one for each run of tasks of one document.

    Each is a whole plan JSON with only those tasks in it, without sections, targets, citations;
    with a day it tells how far each is as of then.
    Memory stays flat: the tasks are read by the thousand, each lot in a transaction of its own.
    """
    return _runs(store, tasks, where.into(TaskQuery, sort=sort, limit=STEP), "tasks", on)


def target_plans(store: "Store", where: TargetFilter) -> Iterator[bytes]:
    """The same of targets: a plan JSON for each run of them in one document."""
    return _runs(store, targets, where.into(TargetQuery, limit=STEP), "targets")


def citation_plans(store: "Store", where: CitationFilter) -> Iterator[bytes]:
    """The same of papers: a plan JSON for each plan that names some."""
    return _runs(store, citations, where.into(CitationQuery, limit=STEP), "citations")


def whole_plans(store: "Store", where: PlanFilter) -> Iterator[bytes]:
    """The plans of a filter, the newest first, each whole and in a transaction of its own."""
    asked = where.into(PlanQuery, limit=STEP)
    while True:
        with store.reading() as session:
            page = plans(session, asked)
            some = [plan.document_id for plan in page.items]
        for document in some:
            with suppress(NoPlan):  # removed meanwhile
                with store.reading() as session:
                    whole = plan_json(session, document)
                yield whole
        if page.next is None:
            return
        asked = asked.model_copy(update={"after": page.next})


def _runs(
    store: "Store",
    listing: Callable[[Session, Q], Slice[Any]],
    asked: Q,
    kind: str,
    on: date | None = None,
) -> Iterator[bytes]:
    """Walks a list to its end, each page in a transaction of its own."""
    while True:
        with store.reading() as session:
            page = listing(session, asked)
            p = PlanRow.__table__.c
            some = {row.document_id for row in page.items}
            heads = session.execute(
                select(p.document_id, p.contract, p.head, p.tail).where(p.document_id.in_(some))
            )
            of = {row.document_id: row for row in heads}
            said = reports_of(session, page.items, on) if kind == "tasks" else {}
            runs = []
            for document, run in groupby(page.items, attrgetter("document_id")):
                rows = list(run)
                reviews = _reviews(session, rows) if kind == "tasks" else {}
                records = [row.record for row in rows]
                if document in of:
                    mine = [(row.id, said.get((document, row.id))) for row in rows if said]
                    reports = {id_: one for id_, one in mine if one}
                    runs.append(
                        assembled(of[document], reviews=reviews, reports=reports, **{kind: records})
                    )
        yield from runs
        if page.next is None:
            return
        asked = asked.model_copy(update={"after": page.next})
