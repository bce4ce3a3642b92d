"""Plans put together again: the JSON of the contract, out of the records it was taken apart into.

Of a plan that no one corrected it is byte for byte what was read.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select
from sqlmodel import Session

from models.tables import CitationRow, PlanRow, SectionRow, TargetRow, TaskRow
from service.store.errors import NoPlan
from service.store.filters import TaskFilter
from service.store.tasks import records

if TYPE_CHECKING:
    from service.store.database import Store

#: Tasks of one step of a long walk.
STEP = 1000


def plan_json(session: Session, document_id: str) -> bytes:
    """The plan of a document with the corrections in it; raises NoPlan."""
    p = PlanRow.__table__.c
    plan = session.execute(
        select(p.contract, p.head, p.tail).where(p.document_id == document_id)
    ).first()
    if plan is None:
        raise NoPlan
    some = {
        table.name: [record for (record,) in session.execute(_records(table, document_id))]
        for table in (
            SectionRow.__table__,
            TaskRow.__table__,
            TargetRow.__table__,
            CitationRow.__table__,
        )
    }
    return assembled(plan, **some)


def _records(table: Table, document_id: str) -> Any:
    c = table.c
    return select(c.record).where(c.document_id == document_id).order_by(c.position, c.serial)


def assembled(
    plan: Any, sections: list[str], tasks: list[str], targets: list[str], citations: list[str]
) -> bytes:
    """The JSON of a plan row (`contract`, `head`, `tail`) with these records in it."""
    return (
        f'{{"contract":"{plan.contract}","document":{plan.head}'
        f',"sections":[{",".join(sections)}],"tasks":[{",".join(tasks)}]'
        f',"targets":[{",".join(targets)}],"citations":[{",".join(citations)}],{plan.tail[1:]}'
    ).encode()


def partial_plans(store: "Store", where: TaskFilter, sort: str = "document") -> Iterator[bytes]:
    """The tasks of a filter in order, as plans: one for each run of tasks of one document.

    Each is a whole plan JSON with only those tasks in it, without sections, targets, citations.
    Memory stays flat: the tasks are read by the thousand, each lot in a transaction of its own.
    """
    cursor = None
    while True:
        with store.reading() as session:
            page = records(session, where, sort=sort, limit=STEP, after=cursor)
            p = PlanRow.__table__.c
            some = {document for document, _ in page.items}
            plans = {
                row.document_id: row
                for row in session.execute(
                    select(p.document_id, p.contract, p.head, p.tail).where(p.document_id.in_(some))
                )
            }
            runs = [
                assembled(plans[document], [], [record for _, record in run], [], [])
                for document, run in groupby(page.items, itemgetter(0))
                if document in plans
            ]
        yield from runs
        cursor = page.next
        if cursor is None:
            return
