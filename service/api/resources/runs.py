"""Readings: what each version made of a document, and when."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from models.plan import Plan
from service.api.answers import Page, RunRecord
from service.api.dependencies import PagingDep, StoreDep, needs
from service.api.lookups import current_runs, run_of
from service.api.outcomes import problems
from service.api.parameters import RunPath
from service.api.queries import RunQuery
from service.api.splicing import encoded, json_answer, page_answer
from service.api.views import run_view
from service.store.errors import NoPlan, SourceGone
from service.store.listings import runs

router = APIRouter(tags=["documents"], dependencies=[needs("read")])


@router.get(
    "/runs",
    operation_id="list_runs",
    summary="Readings of all documents",
    response_model=Page[RunRecord],
    responses=problems(),
)
def list_runs(
    request: Request,
    store: StoreDep,
    where: RunQuery,
    page: PagingDep,
    sort: Annotated[
        Literal["-started", "started"], Query(description="The last or the first one first")
    ] = "-started",
) -> Response:
    """Which version read which document, how long it took and what became of its words."""
    with store.reading() as session:
        found = runs(session, where, sort=sort, limit=page.limit, after=page.after)
        current = current_runs(session, [run.document_id for run in found.items])
        views = [run_view(run, current.get(run.document_id)) for run in found.items]
    return page_answer(request, views, found.next)


@router.get(
    "/runs/{run}",
    operation_id="get_run",
    summary="One reading",
    response_model=RunRecord,
    responses=problems(404),
)
def get_run(run: RunPath, store: StoreDep) -> Response:
    """A reading with its ledger; `current` where the plan of the document is from it."""
    with store.reading() as session:
        row = run_of(session, run)
        current = current_runs(session, [row.document_id])
        return json_answer(encoded(run_view(row, current.get(row.document_id))))


@router.get(
    "/runs/{run}/plan",
    operation_id="get_run_plan",
    summary="The plan of a reading",
    response_model=Plan,
    responses=problems(404),
)
def get_run_plan(run: RunPath, store: StoreDep) -> Response:
    """The plan as that reading gave it, `kehoach/plan@1`, without corrections."""
    with store.reading() as session:
        reading = run_of(session, run).reading
    if reading is None:
        raise NoPlan
    if not store.vault.has(reading):
        raise SourceGone
    return json_answer(store.vault.get(reading))
