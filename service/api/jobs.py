"""Jobs: how far the reading of each upload is, live and afterwards."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from models.tables import JobRow
from service.api.answers import JobRecord, Page, each, json_answer, list_answer
from service.api.dependencies import CallerDep, JobPath, StoreDep, Told, needs, routes
from service.jobs import job_of, read_anew
from service.jobs import watch_job as watched
from service.jobs.errors import JobNotFailed
from service.store.errors import UnknownDocument, UnknownJob
from service.store.filters import JobQuery
from service.store.listings import jobs

router = routes("jobs")


def _job(job: JobPath, store: StoreDep) -> JobRow:
    row = job_of(store, job)
    if row is None:
        raise UnknownJob
    return row


JobDep = Annotated[JobRow, Depends(_job)]


@router.get("/jobs/{job}", summary="One job")
def get_job(job: JobDep) -> Told[JobRecord]:
    """How far the reading of an upload is, and how it ended."""
    return json_answer(JobRecord.model_validate(job))


@router.get("/jobs/{job}/events", summary="One job, live", response_class=EventSourceResponse)
async def watch_job(job: JobDep, store: StoreDep) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `progress` with the job now and at each change, then `done` or `failed`.

    The stream ends after that. Comments in between keep the line open.
    """
    async for row in watched(store, job.id):
        event = row.state if row.state in ("done", "failed") else "progress"
        yield ServerSentEvent(event=event, raw_data=JobRecord.model_validate(row).model_dump_json())


@router.get("/jobs", summary="Jobs")
def list_jobs(request: Request, asked: Annotated[JobQuery, Query()]) -> Told[Page[JobRecord]]:
    """Readings that wait, are under way, or have ended."""
    return list_answer(request, jobs, asked, each(JobRecord))


@router.post(
    "/jobs/{job}/retry",
    summary="Try a failed job again",
    status_code=202,
    responses={409: {}},
    dependencies=[needs("write")],
)
def retry_job(job: JobDep, store: StoreDep, caller: CallerDep) -> Told[JobRecord]:
    """A new job that reads the same document, or the one that does so already."""
    if job.state != "failed":
        raise JobNotFailed
    submission = read_anew(store, job.document_id, by=caller.name or None)
    new = job_of(store, submission.job_id) if submission and submission.job_id else None
    if new is None:
        raise UnknownDocument
    response = json_answer(JobRecord.model_validate(new), status=202)
    response.headers["Location"] = f"/api/v1/jobs/{new.id}"
    return response
