"""The durable workflow of a job: store, read, save; each step safe to be done twice.

    store   the bytes are in the vault
    read    a child process reads them: segment, tabulate, understand, check; its plan JSON goes
            into the vault, and the step hands on its name there
    save    the rows of the plan, its search words, the run and the end of the job, all of it in one
            transaction: what is listed can be found, and nothing is ever half there

A finished step is not done again after a crash. Rows and search words are one step, not two, for
that transaction's sake. A document that cannot be read is an answer, not trouble: it is an outcome
of `read` that `save` notes. Steps hand on JSON only; nothing out of a database is ever unpickled.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from dbos import DBOS
from dbos import error as durable

from models.tables import DocumentRow, JobRow
from models.tables.jobs import ACTIVE
from service.isolation import STDIN, ClosedPool, Input, ReaderPool
from service.jobs import claims, outcomes
from service.jobs.notes import Notes
from service.jobs.outcomes import Outcome
from service.jobs.patience import Stopped, may_pass, patiently
from service.jobs.troubles import told_of
from service.store.database import Store
from service.store.vault import MissingBytes

#: Seconds before the second try of a step, and how much longer each further wait is.
INTERVAL, BACKOFF = 0.5, 2.0

_log = logging.getLogger(__name__)


class Ingestion:
    """The steps of this process: where they read and write, and in whose name."""

    def __init__(
        self, store: Store, pool: ReaderPool, executor: str, stop: threading.Event
    ) -> None:
        self.store, self.pool, self.executor, self.stop = store, pool, executor, stop

    def run(self, job_id: str) -> None:
        """The workflow. Leaves the job done or failed, or leaves it to whoever has it now."""
        try:
            self._step("store", self._store, job_id)
            found = self._step("read", self._read, job_id)
            self._step("save", self._save, job_id, found)
        except durable.DBOSMaxStepRetriesExceeded as exceeded:
            self._give_up(job_id, exceeded.errors[-1])
        except durable.DBOSException:  # another has the job now
            raise
        except Exception as error:
            self._give_up(job_id, error)

    def _step(self, name: str, work: Callable[..., Any], *given: Any) -> Any:
        attempts = self.store.settings.attempts
        return DBOS.run_step(
            {
                "name": name,
                "retries_allowed": attempts > 1,
                "max_attempts": attempts,
                "interval_seconds": INTERVAL,
                "backoff_rate": BACKOFF,
                "should_retry": self._again,
            },
            work,
            *given,
        )

    def _again(self, error: BaseException) -> bool:
        if self.stop.is_set():
            raise Stopped
        return may_pass(error)

    def _give_up(self, job_id: str, error: Exception) -> None:
        trouble = told_of(error)
        _log.error("job %s fails: %s", job_id, trouble, exc_info=error)
        self._step("fail", self._save, job_id, outcomes.failed(trouble, time.time()).packed())

    def _job(self, job_id: str) -> tuple[JobRow, DocumentRow]:
        """The job and its document. Raises Stopped where the job belongs to another by now."""

        def look() -> tuple[JobRow, DocumentRow]:
            with self.store.reading() as session:
                job = session.get(JobRow, job_id)
                if job is None or (job.state in ACTIVE and job.executor != self.executor):
                    raise Stopped
                document = session.get_one(DocumentRow, job.document_id)
                session.expunge_all()
                return job, document

        return patiently(look, self.stop)

    def _store(self, job_id: str) -> str:
        _, document = self._job(job_id)
        if not self.store.vault.has(document.sha256):
            raise MissingBytes(
                f"kho tệp không có dữ liệu của {document.id}; hãy gửi lại tệp này",
                f"the vault has no bytes of {document.id}; send the file again",
            )
        return document.sha256

    def _read(self, job_id: str) -> dict[str, Any]:
        job, document = self._job(job_id)
        data = self.store.vault.get(document.sha256)
        name = job.filename or document.filename or STDIN
        started = time.time()
        try:
            result = self.pool.read(
                Input(data, name), Notes(self.store, job_id, self.executor).hear
            )
        except ClosedPool:
            raise Stopped from None
        if result.error:
            return outcomes.failed(result.error, started, result.seconds).packed()
        return outcomes.read(result, self.store.vault.put(result.plan), started).packed()

    def _save(self, job_id: str, packed: dict[str, Any]) -> str:
        outcome = outcomes.unpacked(packed)
        job, _ = self._job(job_id)
        plan = self.store.vault.get(outcome.reading) if outcome.reading else None
        return patiently(lambda: self._write(job, outcome, plan), self.stop)

    def _write(self, job: JobRow, outcome: Outcome, plan: bytes | None) -> str:
        from service.store.saving import save_reading
        from service.store.search import index

        state = "failed" if plan is None else "done"
        with self.store.writing() as session:
            what: dict[str, object] = dict(outcome.error)
            if outcome.pages is not None:
                what |= {"page": outcome.pages, "pages": outcome.pages}
            if not claims.ended(session, job.id, self.executor, state, **what):
                job = session.get_one(JobRow, job.id)
                if job.state in ACTIVE:
                    raise Stopped
                return job.state  # the answer to an earlier commit was lost
            run = outcome.run(job)
            session.add(run)
            session.flush()
            if plan is not None:
                save_reading(session, job.document_id, run, plan)
                index(session, job.document_id)
        return state
