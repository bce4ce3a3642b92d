"""Jobs: how far the reading of each upload is, live and afterwards."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from models.tables import JobRow
from service.api.answers import JobRecord
from service.api.dependencies import StoreDep, needs
from service.api.missing import missing
from service.api.outcomes import problems
from service.api.parameters import JobPath
from service.api.splicing import encoded, json_answer
from service.api.views import job_view
from service.jobs.watching import job_of, watch_job

router = APIRouter(tags=["jobs"])

State = Literal["queued", "running", "done", "failed"]


def _job(job: JobPath, store: StoreDep) -> JobRow:
    row = job_of(store, job)
    if row is None:
        raise missing("job")
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
