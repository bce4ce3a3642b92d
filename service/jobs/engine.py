"""Working on jobs in this process: hands that take jobs, readers in child processes, a keeper."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from models.tables import JobRow
from models.tables.jobs import ACTIVE
from service.isolation import Reader, ReaderPool, read_file
from service.jobs import claims, outcomes
from service.jobs.bell import rings, wait_for_ring
from service.jobs.keeping import Keeper
from service.jobs.names import Place, Role, held_name
from service.jobs.patience import FACTOR, FIRST, LAST, Stopped, patiently
from service.jobs.troubles import interrupted
from service.store.database import Store

if TYPE_CHECKING:
    from service.jobs.durable import Durable

#: Jobs in hand besides those that are being read: one is saved, and the next is at the door.
SPARE = 1
#: Seconds between two looks for jobs that other processes took in.
LOOK = 0.2
#: How often a job may be taken up; those who took it all ended before it did.
MOST_ATTEMPTS = 25
#: Seconds that `stop` lets jobs in hand come to their end before it gives them back.
GRACE = 10.0
#: Seconds it then waits for its threads to have heard of it.
LEAVING = 5.0
#: Seconds that ended workflows are kept.
KEPT = 600.0

#: Seconds between two looks whether a job in hand goes on.
CHECK = 1.0

_log = logging.getLogger(__name__)


class Jobs:
    """The jobs this process works on, from `start` to `stop`; one at a time in a process."""

    def __init__(
        self,
        store: Store,
        role: Role = "server",
        workers: int | None = None,
        reader: Reader = read_file,
    ) -> None:
        """`workers`: documents read at a time, as the settings say where it is None."""
        self.store, self.role, self.reader = store, role, reader
        self.workers = store.settings.workers if workers is None else workers
        self._place: Place | None = None
        self._stop = threading.Event()  # no more jobs are taken
        self._leave = threading.Event()  # jobs in hand are given back
        self._hands: list[threading.Thread] = []
        self._ended: dict[str, threading.Event] = {}
        self._open = ExitStack()

    @property
    def executor(self) -> str | None:
        """The name of this worker while it works."""
        return self._place.executor if self._place else None

    def start(self) -> None:
        """Begins to work; with no workers at all it does nothing. Returns when it is ready.

        Not to be called from an event loop: dbos would block it, and refuses.
        """
        if self.workers < 1:
            return
        from service.jobs.durable import Durable
        from service.jobs.ingestion import Ingestion

        with ExitStack() as stack:
            place = stack.enter_context(held_name(self.store, self.role))
            pool = ReaderPool(self.store.settings.limits, self.workers, self.reader)
            steps = Ingestion(self.store, pool, place.executor, self._leave)
            url = self.store.settings.jobs_url
            durable = Durable(url, place.executor, self._noted(steps.run))
            stack.callback(durable.stop)
            stack.callback(pool.close)
            stack.callback(self._give_back, place.executor)
            self._give_back(place.executor)
            self._place = place
            self._open = stack.pop_all()

        def clear() -> None:
            durable.clear(KEPT, self._of_ended_jobs)

        self._hands = [Keeper(self.store, place, self._stop, clear)]
        for number in range(self.workers + SPARE):
            hand = threading.Thread(target=self._work, args=(durable, place.executor), daemon=True)
            hand.name = f"kehoach-hand-{number}"
            self._hands.append(hand)
        for hand in self._hands:
            hand.start()

    def stop(self, grace: float = GRACE) -> None:
        """Takes no more jobs, lets those in hand end for `grace` seconds, gives back the others."""
        self._stop.set()
        end = time.monotonic() + grace
        for hand in self._hands:
            hand.join(max(0.0, end - time.monotonic()))
        self._leave.set()
        self._open.close()
        for hand in self._hands:
            hand.join(LEAVING)
        self._hands, self._place = [], None

    def __enter__(self) -> "Jobs":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _give_back(self, executor: str) -> None:
        """Puts into the queue what was in hand under this name, now or before a crash."""
        try:
            count = claims.given_back(self.store, executor)
        except DBAPIError as error:  # then silence says the same, later
            _log.warning("%s cannot give back its jobs: %s", executor, error)
        else:
            if count:
                _log.warning("%s puts back %d jobs it had in hand", executor, count)

    def _noted(self, run: Callable[[str], None]) -> Callable[[str], None]:
        """`run`, and word to the hand that waits for it, whichever way it ends."""

        def ingest(job_id: str) -> None:
            try:
                run(job_id)
            finally:
                ended = self._ended.get(job_id)
                if ended:
                    ended.set()

        return ingest

    def _work(self, durable: "Durable", executor: str) -> None:
        """The life of a hand: one job after another, until `stop`."""
        while not self._stop.is_set():
            heard = rings()
            try:
                waiting = claims.any_waiting(self.store)
                taken = claims.claim(self.store, executor) if waiting else None
            except Exception as error:
                _log.warning("no job can be taken: %s", error)
                self._stop.wait(LAST)
                continue
            if taken is None:
                wait_for_ring(heard, LOOK)
                continue
            try:
                self._attend(durable, executor, taken)
            except Stopped:
                return
            except Exception as error:
                _log.error("job %s is put off: %s", taken.job_id, error, exc_info=error)

    def _attend(self, durable: "Durable", executor: str, taken: claims.Claim) -> None:
        """Sees a job to its end, or to the point where another has it."""
        job_id = taken.job_id
        if taken.attempts > MOST_ATTEMPTS:
            patiently(lambda: self._give_up(job_id, executor, taken.attempts), self._leave)
            return
        ended = self._ended[job_id] = threading.Event()
        try:
            durable.begin(job_id, new=taken.attempts == 1)
            while not ended.wait(CHECK):
                if self._leave.is_set() or not self._has(job_id, executor):
                    return
                if durable.is_over(job_id):
                    break
        finally:
            self._ended.pop(job_id, None)
            if not self._leave.is_set() and self._has(job_id, executor):  # it broke off
                self._leave.wait(min(LAST, FIRST * FACTOR**taken.attempts))
                patiently(lambda: claims.given_back(self.store, executor, [job_id]), self._leave)

    def _has(self, job_id: str, executor: str) -> bool:
        """Whether the job is still in the hand of this executor."""

        def look() -> bool:
            with self.store.reading() as session:
                job = session.get(JobRow, job_id)
                return job is not None and job.state == "running" and job.executor == executor

        return patiently(look, self._leave)

    def _give_up(self, job_id: str, executor: str, attempts: int) -> None:
        outcome = outcomes.failed(interrupted(attempts - 1), time.time())
        with self.store.writing() as session:
            if claims.ended(session, job_id, executor, "failed", **outcome.error):
                session.add(outcome.run(session.get_one(JobRow, job_id)))

    def _of_ended_jobs(self, job_ids: list[str]) -> list[str]:
        """Those of `job_ids` whose job has come to its end, or is no more."""
        with self.store.reading() as session:
            active = session.exec(
                select(JobRow.id)
                .where(col(JobRow.id).in_(job_ids))
                .where(col(JobRow.state).in_(ACTIVE))
            ).all()
        return [job_id for job_id in job_ids if job_id not in set(active)]
