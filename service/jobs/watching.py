"""Following one job live."""

import asyncio
from collections.abc import AsyncIterator

from models.tables import JobRow
from models.tables.jobs import ACTIVE
from service.store.database import Store

#: Seconds between two looks at the row of a job.
EVERY = 0.25


def job_of(store: Store, job_id: str) -> JobRow | None:
    """The job as it is now, None where there is none."""
    with store.reading() as session:
        job = session.get(JobRow, job_id)
        if job is not None:
            session.expunge(job)
        return job


async def watch_job(store: Store, job_id: str, every: float = EVERY) -> AsyncIterator[JobRow]:
    """The job as it is now, and again each time it changed; ends when the job has.

    Nothing where there is no such job, and no more when it was deleted meanwhile.
    """
    seen: tuple[object, ...] | None = None
    while True:
        job = await asyncio.to_thread(job_of, store, job_id)
        if job is None:
            return
        state = (job.state, job.stage, job.page, job.pages, job.attempts, job.executor)
        if state != seen:
            seen = state
            yield job
        if job.state not in ACTIVE:
            return
        await asyncio.sleep(every)
