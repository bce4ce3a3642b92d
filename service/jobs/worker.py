"""A process that works on jobs: its name, its signs of life, and what it takes over from the dead.

Which workers live is all that the queue does not know. Each has a row with its last sign of life;
what a silent one has in hand goes on elsewhere. One that is slow, not dead, can do no harm: the
queue keeps no step of it, and the row of a job has the name of who began it last.
"""

import logging
import os
import secrets
import socket
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from models.tables import WorkerRow
from service.isolation import Reader, ReaderPool, read_file
from service.jobs.intake import this_version
from service.jobs.troubles import database_is_away
from service.store import Store, check_writable, trouble_in
from service.store.vault import lives

Role = Literal["server", "worker", "ingest"]

#: Signs of life in the time after which a silent worker is taken for dead; seconds at most.
BEATS, BEAT_SECONDS = 4, 5.0
#: Seconds between two rounds of tidying the queue.
TIDY_EVERY = 60.0
#: Seconds that `stop` lets jobs in hand come to their end before it gives them back.
GRACE = 10.0
#: Seconds it then waits for them to have heard of it.
LEAVING = 2.0

_log = logging.getLogger(__name__)


class Jobs:
    """The jobs this process works on, from `start` to `stop`; one at a time in a process."""

    def __init__(
        self,
        store: Store,
        role: Role = "server",
        workers: int | None = None,
        reader: Reader = read_file,
        grace: float = GRACE,
    ) -> None:
        """`workers`: documents read at a time, as the settings say where it is None; `grace`:
        seconds that those in hand have to end when it stops."""
        self.store, self.role, self.reader, self.grace = store, role, reader, grace
        self.workers = store.settings.workers if workers is None else workers
        #: The name of this worker while it works.
        self.executor: str | None = None
        self._stop = threading.Event()  # nothing more is taken up
        self._leave = threading.Event()  # what is in hand is given back
        self._open = ExitStack()
        self._watch = Watch(store.settings.takeover_seconds)

    def start(self) -> None:
        """Begins to work; with no workers at all it does nothing. Returns when it is ready.

        Not to be called from an event loop: dbos would block it, and refuses. Raises StoreTrouble.
        """
        check_writable(self.store.settings)
        self.store.vault.sweep()
        if self.workers < 1:
            return
        try:
            self._start()
        except DBAPIError as error:
            raise trouble_in(self.store.settings, error) or error from error

    def _start(self) -> None:
        from service.feed.deliveries import Deliveries
        from service.jobs.ingestion import Ingestion
        from service.jobs.queue import Works

        name = f"{self.store.settings.name or socket.gethostname()}-{self.role}"
        self.executor = f"{name}-{secrets.token_hex(3)}"
        pool = ReaderPool(self.store.settings.limits, self.workers, self.reader)
        ingestion = Ingestion(self.store, pool, self.executor, self._leave)
        deliveries = Deliveries(self.store, self._leave)
        queues = [ingestion.queue(self.workers), deliveries.queue()]
        works = self._works = Works(self.store, self.executor, queues)
        with ExitStack() as stack:
            for dead, beat in _died_here(self.store).items():
                self._take_over(dead, beat)
            works.tidy()
            self._beat()
            works.start()
            stack.callback(self._depart)
            stack.callback(works.stop)
            stack.callback(works.wait, LEAVING)
            stack.callback(pool.close)
            stack.callback(self._leave.set)
            self._open = stack.pop_all()
        threading.Thread(target=self._keep, name="kehoach-keeper", daemon=True).start()
        told = threading.Thread(
            target=deliveries.keep, args=(self._stop,), name="kehoach-teller", daemon=True
        )
        told.start()

    def stop(self, grace: float | None = None) -> None:
        """Takes no more jobs, lets those in hand end for `grace` seconds, gives back the others."""
        if self.executor is None:
            return
        self._stop.set()
        self._works.close()
        self._works.wait(self.grace if grace is None else grace)
        self._open.close()
        self.executor = None

    def __enter__(self) -> "Jobs":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _keep(self) -> None:
        """What is done now and then besides the jobs; trouble with the database is sat out."""
        pause = min(BEAT_SECONDS, self.store.settings.takeover_seconds / BEATS)
        tidied = time.monotonic()
        while not self._stop.wait(pause):
            try:
                self._beat()
                self._look_after_others()
                self._works.recover()
                if time.monotonic() - tidied >= TIDY_EVERY:
                    tidied = time.monotonic()
                    self._works.tidy()
            except Exception as error:
                _log.warning("%s: %s", self.executor, error)

    def _beat(self) -> None:
        """A sign of life; also where somebody took us for dead and struck us out."""
        assert self.executor
        host, pid, version = socket.gethostname(), os.getpid(), this_version()
        row = WorkerRow(executor=self.executor, host=host, pid=pid, version=version)
        with self.store.writing() as session:
            known = session.get(WorkerRow, row.executor)
            if known is not None:
                row.started_at = known.started_at
            session.merge(row)

    def _look_after_others(self) -> None:
        with self.store.reading() as session:
            beats = dict(session.exec(select(WorkerRow.executor, WorkerRow.beat_at)).all())
        seen: dict[str, object] = dict.fromkeys(self._works.holders(), None) | beats
        seen.pop(self.executor or "", None)
        for executor in self._watch.silent(seen, time.monotonic()):
            self._take_over(executor, beats.get(executor))

    def _take_over(self, executor: str, beat: datetime | None) -> None:
        """Puts back what a dead worker had in hand; only one of those who see that does it."""
        if beat is not None:
            dead = delete(WorkerRow).where(
                col(WorkerRow.executor) == executor, col(WorkerRow.beat_at) == beat
            )
            with self.store.writing() as session:
                if not session.exec(dead).rowcount:
                    return
        count = self._works.give_back(executor)
        if count:
            _log.warning("%s is silent; its %d jobs go on elsewhere", executor, count)

    def _depart(self) -> None:
        """Gives back what is in hand and strikes our name out."""
        name = self._works.executor
        try:
            self._works.give_back(name)
            with self.store.writing() as session:
                session.exec(delete(WorkerRow).where(col(WorkerRow.executor) == name))
        except Exception as error:
            if not database_is_away(error):  # else silence says the same, later
                raise
            _log.warning("%s cannot give back its jobs: %s", name, error)


@dataclass(slots=True)
class Watch:
    """Who has been silent for how long, by our own clock: those of machines may differ.

    A worker is silent while its last sign of life, or the lack of one, stays the same.
    """

    patience: float
    seen: dict[str, tuple[object, float]] = field(default_factory=dict)

    def silent(self, beats: dict[str, object], moment: float) -> list[str]:
        """Those of `beats` (name to last sign of life) that are to be taken for dead."""
        self.seen = {
            name: (beat, self.seen[name][1])
            if name in self.seen and self.seen[name][0] == beat
            else (beat, moment)
            for name, beat in beats.items()
        }
        return [name for name, (_, since) in self.seen.items() if moment - since >= self.patience]


def _died_here(store: Store) -> dict[str, datetime]:
    """Workers of this machine whose process is no more, with their last sign of life.

    Where the system cannot be asked for a process, their silence will tell. Containers may have one
    host name between them: so this is asked at the start only, where it can cost a repetition.
    """
    if os.name != "posix":
        return {}
    with store.reading() as session:
        rows = session.exec(select(WorkerRow).where(WorkerRow.host == socket.gethostname())).all()
        return {row.executor: row.beat_at for row in rows if not lives(row.pid)}
