"""The work of a job: a child process reads the document, then its plan goes into the store.

    read    segment, tabulate, understand, check; the plan JSON goes into the vault. What came of it
            (a RunRow, with the name of the plan or an error) is a step of the queue: once it is
            finished, the document is not read again, whoever goes on
    save    the rows of the plan, its search words, the run and the end of the job, all of it in one
            transaction: what is listed can be found, and nothing is ever half there

A document that cannot be read is an answer, not trouble. Neither is a step that fails for good: it
is a run with an error, and the job has failed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from dbos import DBOS
from sqlalchemy import Update, update
from sqlmodel import Session, col, select

from extractor.progress import Progress
from models.tables import JobRow, RunRow
from models.tables.columns import now
from models.tables.documents import Failing
from models.tables.jobs import ACTIVE
from service.isolation import STDIN, ClosedPool, Input, ReaderPool, Result
from service.isolation.errors import SlowMachine
from service.jobs.errors import Fault, Interrupted, told_of
from service.jobs.intake import DOCUMENTS, kept, remove_bytes, this_version
from service.jobs.queue import Queue
from service.jobs.troubles import Stopped, patiently
from service.store.database import Store

#: Documents in hand besides those that are being read: some are saved, and the next at the door.
SPARE = 2
#: Seconds after which a document that the machine was too slow for is read once more.
LATER = 60.0
#: How often a job may be begun; those who began it all ended before it did.
MOST_ATTEMPTS = 25
#: Seconds between two notes of how far a job is; what takes less is not worth one.
NOTE_EVERY = 0.5

#: What a run has that gave no plan.
_OF_ALL = {"id", "job_id", "document_id", "version", "started_at", "seconds"}

_log = logging.getLogger(__name__)


class Ingestion:
    """The jobs of this process: where they read and write, and in whose name."""

    def __init__(
        self, store: Store, pool: ReaderPool, executor: str, leave: threading.Event
    ) -> None:
        """`leave` tells when what is in hand is to be left to others."""
        self.store, self.pool, self.executor, self.leave = store, pool, executor, leave

    def queue(self, workers: int) -> Queue:
        """The queue of documents, for so many readers."""
        return Queue(DOCUMENTS, self.work, workers + SPARE, unfinished, self.put_back)

    def work(self, job_id: str) -> None:
        """Leaves the job done or failed, unless somebody else has ended it or has it now."""
        job = patiently(lambda: self._begun(job_id), self.leave)
        if job is None:
            return
        if job.attempts > MOST_ATTEMPTS:
            self._save(_run(job, now(), 0.0, told_of(Interrupted(attempts=MOST_ATTEMPTS))))
            return
        kept = DBOS.run_step({"name": "read"}, lambda: self._read(job).model_dump(mode="json"))
        self._save(RunRow.model_validate(kept))

    def put_back(self, executor: str) -> None:
        """Shows what an executor had in hand as waiting again."""
        back = _running(executor).values(state="queued", executor=None)
        with self.store.writing() as session:
            session.exec(back)

    def _begun(self, job_id: str) -> JobRow | None:
        """The job, with our name put on it; None where it has ended."""
        begin = (
            update(JobRow)
            .where(col(JobRow.id) == job_id, col(JobRow.state).in_(ACTIVE))
            .values(
                state="running", stage="store", page=None, pages=None, executor=self.executor,
                attempts=col(JobRow.attempts) + 1, started_at=now(),
            )
        )  # fmt: skip
        with self.store.writing() as session:
            if not _changed(session, begin):
                return None
            job = session.get_one(JobRow, job_id)
            session.expunge(job)
            return job

    def _read(self, job: JobRow) -> RunRow:
        """What came of reading the document."""
        tries, seconds, started = self.store.settings.attempts, 0.0, now()
        try:
            data = patiently(
                lambda: self.store.vault.get(job.document_id.removeprefix("sha256:")),
                self.leave, tries,
            )  # fmt: skip
            given, started = Input(data, job.filename or STDIN), now()
            result = patiently(
                lambda: self.pool.read(given, self._notes(job.id)), self.leave, tries
            )
            if isinstance(result.error, SlowMachine) and not self.leave.wait(LATER):
                result = patiently(
                    lambda: self.pool.read(given, self._notes(job.id)), self.leave, tries
                )
            seconds = result.seconds
            if result.error:
                return _run(job, started, seconds, told_of(result.error))
            figures = patiently(lambda: self._kept(result), self.leave, tries)
            return _run(job, started, seconds, figures)
        except ClosedPool:
            raise Stopped from None
        except Exception as error:
            return _run(job, started, seconds, _trouble(job.id, error))

    def _kept(self, result: Result) -> dict[str, Any]:
        """The plan, put into the vault: its name there and its figures, as columns of a RunRow."""
        assert result.summary is not None
        ledger = result.summary.ledger
        return {
            "reading": kept(self.store, result.plan)[0],
            "pages": result.summary.pages,
            "units": ledger.units,
            "balanced": ledger.balanced,
            "fates": msgspec.json.encode(ledger.fates).decode(),
            "warnings": result.summary.warnings,
        }

    def _save(self, run: RunRow) -> None:
        """Ends the job."""
        try:
            patiently(lambda: self._write(run), self.leave, self.store.settings.attempts)
        except Exception as error:
            failed = RunRow(**run.model_dump(include=_OF_ALL) | _trouble(run.id, error))
            patiently(lambda: self._write(failed), self.leave)
            if run.reading:
                remove_bytes(self.store, [run.reading])

    def _write(self, run: RunRow) -> None:
        """Writes all or, where the job is not ours any more or has ended, nothing."""
        from service.store.saving import save_reading

        plan = self.store.vault.get(run.reading) if run.reading else None
        state = "failed" if plan is None else "done"
        end = _running(self.executor, run.id).values(
            state=state, stage=state, finished_at=now(),
            **run.model_dump(include=set(Failing.model_fields)),
            **({"page": run.pages, "pages": run.pages} if run.pages is not None else {}),
        )  # fmt: skip
        with self.store.writing() as session:
            if not _changed(session, end):  # else its row is locked until all is written
                return
            if plan is None:
                session.merge(run)
            else:
                save_reading(session, run.document_id, run, plan)

    def _notes(self, job_id: str) -> Callable[[Progress], None]:
        """Notes in the row how far the job is, not too often, and never at the cost of the job."""
        last = time.monotonic()

        def note(progress: Progress) -> None:
            nonlocal last
            if time.monotonic() - last < NOTE_EVERY:
                return
            here = {"stage": progress.stage, "page": progress.page, "pages": progress.pages}
            try:
                with self.store.writing() as session:
                    _changed(session, _running(self.executor, job_id).values(**here))
            except Exception as error:  # the reading goes on: it can do without
                _log.debug("job %s: no note of its progress: %s", job_id, error)
            last = time.monotonic()

        return note


def unfinished(session: Session) -> Sequence[str]:
    """The jobs that have not ended."""
    return session.exec(select(JobRow.id).where(col(JobRow.state).in_(ACTIVE))).all()


def _running(executor: str, job_id: str | None = None) -> Update:
    """A change of a job while it is ours, or of all that are."""
    change = update(JobRow).where(col(JobRow.state) == "running", col(JobRow.executor) == executor)
    return change if job_id is None else change.where(col(JobRow.id) == job_id)


def _changed(session: Session, change: Update) -> bool:
    return session.exec(change).rowcount > 0


def _run(job: JobRow, started: datetime, seconds: float, what: dict[str, Any]) -> RunRow:
    """A run with what came of it; its id is that of the job, so a job has one."""
    return RunRow(
        id=job.id, job_id=job.id, document_id=job.document_id, version=this_version(),
        started_at=started, seconds=round(seconds, 3), **what,
    )  # fmt: skip


def _trouble(job_id: str, error: Exception) -> dict[str, Any]:
    trouble = Fault.of(error)
    _log.error("job %s fails: %s", job_id, trouble, exc_info=error)
    return told_of(trouble)
