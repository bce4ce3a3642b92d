"""What lists of targets and of papers hold, as plans: for exports of any size in flat memory.

The same for tasks is `service.store.plans.partial_plans`.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.tables import PlanRow
from service.store.cursors import Page
from service.store.database import Store
from service.store.filters import CitationFilter, TargetFilter
from service.store.listings import citations, targets
from service.store.plans import STEP, assembled


def target_plans(store: Store, where: TargetFilter, sort: str = "document") -> Iterator[bytes]:
    """The targets of a filter in order: a plan JSON for each run of them in one document."""

    def page(session: Session, after: str | None) -> Page[Any]:
        return targets(session, where, sort=sort, limit=STEP, after=after)

    return _plans(store, page, lambda plan, records: assembled(plan, [], [], records, []))


def citation_plans(store: Store, where: CitationFilter) -> Iterator[bytes]:
    """The papers of a filter: a plan JSON for each plan that names some."""

    def page(session: Session, after: str | None) -> Page[Any]:
        return citations(session, where, limit=STEP, after=after)

    return _plans(store, page, lambda plan, records: assembled(plan, [], [], [], records))


def _plans(
    store: Store,
    page: Callable[[Session, str | None], Page[Any]],
    plan_of: Callable[[Any, list[str]], bytes],
) -> Iterator[bytes]:
    """Walks a list to its end, each page in a transaction of its own."""
    cursor = None
    while True:
        with store.reading() as session:
            found = page(session, cursor)
            p = PlanRow.__table__.c
            some = {row.document_id for row in found.items}
            heads = session.execute(
                select(p.document_id, p.contract, p.head, p.tail).where(p.document_id.in_(some))
            )
            plans = {row.document_id: row for row in heads}
            runs = [
                plan_of(plans[document], [row.record for row in run])
                for document, run in groupby(found.items, lambda row: row.document_id)
                if document in plans
            ]
        yield from runs
        cursor = found.next
        if cursor is None:
            return
