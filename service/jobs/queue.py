"""The queue: work that dbos keeps, in the store's own database (a schema of its own in PostgreSQL).

A piece of work is named by the id of the row it is about, and is accepted in the transaction that
writes this row: both are there, or neither. Of each queue, a process that works has at most so many
pieces in hand. Each step of a piece that is finished is kept, so whoever goes on with it does not
do that again; what a process has in hand goes on elsewhere when that process is given up.

What is particular about the way dbos is set up:

- The version of the application is fixed: else any change of code would leave work behind.
- Values are JSON, not pickles. Its services for pay are not set, so it makes no connection at all.
- Its queues live in this process: the limit in its table would be one number for all machines.
- On SQLite its commits do not wait for the disk (those that accept work are ours, and do). What a
  failure of power could take back is the end of a step, which is then done again.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakSet

import dbos
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowStatus
from sqlalchemy import Engine, NullPool, create_engine, event, inspect, text
from sqlmodel import Session

from service.jobs.troubles import Stopped, database_is_away
from service.store.database import BUSY_MS, Store

#: The name of the application in the tables of dbos, and the version of its steps: to be raised
#: when they change, which strands what is under way.
NAME, STEPS = "kehoach", "1"
#: Seconds between two looks for work.
POLL = 0.2
#: Seconds that work which is over is remembered.
KEPT = 600.0
#: How much of it is forgotten in one go.
BATCH = 500

#: States of work that will not go on.
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BARE: dict[str, Any] = {"load_input": False, "load_output": False}

#: Databases in which the tables of dbos are known to be.
_prepared: WeakSet[Engine] = WeakSet()

# Its own handler would write to a stream of its choice; and while a database is away it would say
# so ten times a second, which those who wait for it do well enough.
logging.getLogger("dbos").addHandler(logging.NullHandler())
_QUIET = "ERROR"


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work; `work` does a piece of it, given its id, in steps (`DBOS.run_step`).

    A piece may be begun more than once, so `work` must find out whether it is done already. To
    leave it to whoever goes on with it, `work` raises Stopped. `unfinished` tells the ids of the
    pieces that are not done, as the rows of the store have it; `put_back` hears of an executor
    whose pieces wait again.
    """

    name: str
    work: Callable[[str], None]
    at_once: int
    unfinished: Callable[[Session], Sequence[str]]
    put_back: Callable[[str], None]


def client_of(store: Store) -> DBOSClient:
    """To accept work and to look after it. Not to be called within a transaction that writes."""
    if store.engine not in _prepared:
        logging.getLogger("dbos").setLevel(_QUIET)
        DBOS.migrate(store.settings.database_url)
        _prepared.add(store.engine)
    return DBOSClient(
        system_database_engine=store.engine.execution_options(kehoach_writes=True),
        serializer=dbos.DBOSPortableJSONSerializer(),
        application_name=NAME,
        lazy=True,
        retry_connection_errors=False,
    )


def accept(
    client: DBOSClient, session: Session, queue: str, piece: str, delay: float | None = None
) -> None:
    """Puts a piece of work into a queue, in the transaction of `session`; it begins after `delay`
    seconds."""
    options: EnqueueOptions = {
        "queue_name": queue,
        "workflow_name": queue,
        "workflow_id": piece,
        "app_version": STEPS,
    }
    if delay is not None:
        options["delay_seconds"] = delay
    client.enqueue_in_transaction(session, options, piece)


def forget_all(store: Store) -> None:
    """Forgets all work and its steps: what is not done is accepted anew by who works next."""
    client = client_of(store)
    while found := client.list_workflows(limit=BATCH, **_BARE):
        client.delete_workflows([one.workflow_id for one in found])


def renew(store: Store) -> None:
    """Makes the tables of the queue anew, whatever is left of them; the service must be stopped.

    What is not done is accepted anew by who works next.
    """
    with store.writing() as session, TemporaryDirectory() as folder:
        connection = session.connection()
        if store.dialect == "postgresql":
            connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
        else:
            DBOS.migrate(whole := f"sqlite:///{folder}/queue.db")
            for name in inspect(create_engine(whole, poolclass=NullPool)).get_table_names():
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
        session.commit()
    _prepared.discard(store.engine)
    client_of(store)


class Works:
    """The work of this process, by dbos; one at a time in a process.

    `executor` must be the name of no other process, dead or alive: at its start dbos would take up
    what was left under its own name.
    """

    def __init__(self, store: Store, executor: str, queues: Iterable[Queue]) -> None:
        self.store, self.executor, self.queues = store, executor, tuple(queues)
        self._client = client_of(store)
        self._closed = threading.Event()
        self._idle: set[str] = set()

    def start(self) -> None:
        """Begins to work. Not to be called from an event loop: dbos would block it, and refuses."""
        self._engine = _engine(self.store)
        self._app = DBOS(
            config={
                "name": NAME,
                "system_database_url": self.store.settings.database_url,
                "system_database_engine": self._engine,
                "application_version": STEPS,
                "executor_id": self.executor,
                "log_level": _QUIET,
                "console_log_level": _QUIET,
                "serializer": dbos.DBOSPortableJSONSerializer(),
            }
        )
        for queue in self.queues:
            DBOS.workflow(name=queue.name, max_recovery_attempts=None)(self._stoppable(queue.work))
            self._app._registry._register_internal_queue(
                queue.name, worker_concurrency=queue.at_once, polling_interval_sec=POLL
            )
        try:
            DBOS.launch()
        except BaseException:  # half begun, it could not be begun again
            self.stop()
            raise

    def close(self) -> None:
        """Begins nothing more; what is in hand goes on."""
        self._closed.set()

    def wait(self, seconds: float) -> None:
        """Waits until nothing is under way here, `seconds` at most."""
        end = time.monotonic() + seconds
        while self._under_way() and time.monotonic() < end:
            time.sleep(0.02)

    def stop(self) -> None:
        """Ends dbos here; what is in hand stays so until it is given back."""
        DBOS.destroy(destroy_registry=True)
        if self._engine is not self.store.engine:
            self._engine.dispose()

    def holders(self) -> set[str]:
        """The executors that have something in hand."""
        return {one.executor_id for one in self._pending() if one.executor_id}

    def give_back(self, executor: str) -> int:
        """Puts back into its queue what an executor has in hand; how much."""
        for queue in self.queues:
            queue.put_back(executor)
        return self._resume(self._pending(executor_id=executor))

    def recover(self) -> None:
        """Puts back what is in the hand of this process and yet not under way, as it seems.

        That is so after trouble with the database. To be called now and then: only what looks like
        that twice is put back.
        """
        pending = self._pending(executor_id=self.executor)
        idle = {one.workflow_id for one in pending}.difference(self._under_way())
        if not self._closed.is_set():
            self._resume([one for one in pending if one.workflow_id in idle & self._idle])
        self._idle = idle

    def tidy(self) -> None:
        """Forgets what has long been over; accepts what is not done and yet unknown or over.

        As rows and work are one commit, the latter comes of a backup, an older version or a fault.
        """
        before = datetime.fromtimestamp(time.time() - KEPT, UTC).isoformat()
        old = self._client.list_workflows(
            status=_OVER, completed_before=before, limit=BATCH, **_BARE
        )
        if old:
            self._client.delete_workflows([one.workflow_id for one in old])
        for queue in self.queues:
            with self.store.reading() as session:
                unfinished = list(queue.unfinished(session))
            if not unfinished:
                continue
            known = self._client.list_workflows(workflow_ids=unfinished, **_BARE)
            over = {one.workflow_id for one in known if one.status in _OVER}
            if over:
                self._client.delete_workflows(sorted(over))
            fresh = over | (set(unfinished) - {one.workflow_id for one in known})
            with self.store.writing() as session:
                for piece in sorted(fresh):
                    accept(self._client, session, queue.name, piece)

    def _pending(self, **which: Any) -> list[WorkflowStatus]:
        return self._client.list_workflows(status="PENDING", **_BARE, **which)

    def _under_way(self) -> list[str]:
        """What dbos does now, to the noting of how it ended; it counts by this itself."""
        return self._app._active_workflows_set.activeList()

    def _resume(self, found: list[WorkflowStatus]) -> int:
        for queue in {one.queue_name for one in found}:
            pieces = [one.workflow_id for one in found if one.queue_name == queue]
            self._client.resume_workflows(pieces, queue_name=queue)
        return len(found)

    def _stoppable(self, work: Callable[[str], None]) -> Callable[[str], None]:
        """`work`, of which no end is noted where it is left to others."""

        def stoppable(piece: str) -> None:
            if self._closed.is_set():
                raise Stopped
            try:
                work(piece)
            except Exception as error:
                if database_is_away(error):  # so dbos could not keep a step: that is no end of it
                    raise Stopped from error
                raise

        return stoppable


def _engine(store: Store) -> Engine:
    """The engine for dbos: that of the store; on SQLite one whose reading takes no lock."""
    if store.dialect == "postgresql":
        return store.engine
    engine = create_engine(store.settings.database_url, pool_size=20, max_overflow=30)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # as dbos has it
        for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine
