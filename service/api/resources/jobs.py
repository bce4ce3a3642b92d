"""Jobs: how far the reading of each upload is, live and afterwards."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from models.tables import JobRow
from service.api.answers import JobRecord, Page
from service.api.dependencies import CallerDep, PagingDep, StoreDep, needs
from service.api.outcomes import problems
from service.api.parameters import JobPath
from service.api.queries import JobQuery
from service.api.splicing import encoded, json_answer, page_answer
from service.api.views import job_view
from service.jobs import job_of, read_anew, watch_job
from service.jobs.errors import JobNotFailed
from service.store.errors import UnknownDocument, UnknownJob
from service.store.listings import jobs

router = APIRouter(tags=["jobs"])


def _job(job: JobPath, store: StoreDep) -> JobRow:
    row = job_of(store, job)
    if row is None:
        raise UnknownJob
    return row


JobDep = Annotated[JobRow, Depends(_job)]


@router.get(
    "/jobs/{job}",
    operation_id="get_job",
    summary="One job",
    response_model=JobRecord,
    responses=problems(404),
    dependencies=[needs("read")],
)
def get_job(job: JobDep) -> Response:
    """How far the reading of an upload is, and how it ended."""
    return json_answer(encoded(job_view(job)))


@router.get(
    "/jobs/{job}/events",
    operation_id="watch_job",
    summary="One job, live",
    response_class=EventSourceResponse,
    responses=problems(404),
    dependencies=[needs("read")],
)
async def watch(job: JobDep, store: StoreDep) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` with the job now and at each change, then `done` or `failed`.

    The stream ends after that. Comments in between keep the line open.
    """
    async for row in watch_job(store, job.id):
        event = row.state if row.state in ("done", "failed") else "progress"
        yield ServerSentEvent(event=event, raw_data=encoded(job_view(row)).decode())


@router.get(
    "/jobs",
    operation_id="list_jobs",
    summary="Jobs",
    response_model=Page[JobRecord],
    responses=problems(),
    dependencies=[needs("read")],
)
def list_jobs(
    request: Request,
    store: StoreDep,
    where: JobQuery,
    page: PagingDep,
    sort: Annotated[
        Literal["-created", "created"], Query(description="The newest or the oldest first")
    ] = "-created",
) -> Response:
    """Readings that wait, are under way, or have ended."""
    with store.reading() as session:
        found = jobs(session, where, sort=sort, limit=page.limit, after=page.after)
        views = [job_view(row) for row in found.items]
    return page_answer(request, views, found.next)


@router.post(
    "/jobs/{job}/retry",
    operation_id="retry_job",
    summary="Try a failed job again",
    status_code=202,
    response_model=JobRecord,
    responses=problems(404, 409),
    dependencies=[needs("write")],
)
def retry(job: JobDep, store: StoreDep, caller: CallerDep) -> Response:
    """A new job that reads the same document, or the one that does so already."""
    if job.state != "failed":
        raise JobNotFailed
    submission = read_anew(store, job.document_id, by=caller.name or None)
    new = job_of(store, submission.job_id) if submission and submission.job_id else None
    if new is None:
        raise UnknownDocument
    response = json_answer(encoded(job_view(new)), status=202)
    response.headers["Location"] = f"/api/v1/jobs/{new.id}"
    return response
