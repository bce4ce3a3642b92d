"""dbos, set up for one process: workflows kept in the database of the jobs.

What is particular about it:

- It runs in the name of one process, never of two in turn: at its start dbos would put back what
  was left under its own name, for anybody to take. Here the row of a job decides who has it.
- A workflow that somebody else began is resumed on a queue that only this process listens to.
- The version of the application is fixed: else any change of code would leave workflows behind.
- SQLite gets a write-ahead log and no sync of the disk at each commit: ten times as fast. What a
  failure of power could take back is the end of a step, which is then done again.
- Values are JSON, not pickles. Its services for pay are not set, so it makes no connection at all.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import dbos
from dbos import DBOS, SetWorkflowID
from sqlalchemy import Engine, create_engine, event

from service.store.database import BUSY_MS

#: The name of the application in the tables of dbos; they may share a database with others.
NAME = "kehoach"
#: The version of the workflow: to be raised when its steps change, which strands what is under way.
STEPS = "1"
#: Seconds between two looks at the queue of workflows to resume.
POLL = 0.25
#: States of a workflow that will not go on.
OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
#: How many workflows are cleared away in one go.
BATCH = 500


def quick_sqlite(url: str) -> Engine:
    """An engine for dbos on SQLite, set up as dbos itself does, and quicker."""
    Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=20, max_overflow=30)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


class Durable:
    """dbos of this process; there can be one at a time."""

    def __init__(self, url: str, executor: str, workflow: Callable[[str], None]) -> None:
        """Launches dbos on the database at `url`; `workflow` gets the id of a job."""
        self._queue = f"resumed-{executor}"
        self._engine = quick_sqlite(url) if url.startswith("sqlite") else None
        config: dbos.DBOSConfig = {
            "name": NAME,
            "system_database_url": url,
            "application_version": STEPS,
            "executor_id": f"{executor}:{uuid4().hex}",
            "log_level": "WARNING",
            "console_log_level": "WARNING",
            "serializer": dbos.DBOSPortableJSONSerializer(),
        }
        if self._engine is not None:
            config["system_database_engine"] = self._engine
        # Its own handler would write to a stream of its choice; ours decide.
        logging.getLogger("dbos").addHandler(logging.NullHandler())
        DBOS(config=config)
        self._workflow = DBOS.workflow(name="ingest", max_recovery_attempts=None)(workflow)
        DBOS.listen_queues([self._queue])
        DBOS.launch()
        DBOS.register_queue(self._queue, polling_interval_sec=POLL)

    def begin(self, job_id: str, *, new: bool) -> None:
        """Lets the workflow of a job run here: from its start, or on from where it was left.

        `new` spares the question where nobody can have begun it.
        """
        status = None if new else DBOS.get_workflow_status(job_id)
        if status is not None and status.status not in OVER:
            DBOS.resume_workflow(job_id, queue_name=self._queue)
            return
        if status is not None:  # over, and yet its job is not: from a backup, or given up half-way
            DBOS.delete_workflow(job_id)
        with SetWorkflowID(job_id):
            DBOS.start_workflow(self._workflow, job_id)

    def is_over(self, job_id: str) -> bool:
        """Whether the workflow of a job will not go on by itself."""
        status = DBOS.get_workflow_status(job_id)
        return status is None or status.status in OVER

    def clear(self, age: float, ended: Callable[[list[str]], list[str]]) -> int:
        """Forgets workflows that ended `age` seconds ago or earlier; how many.

        Also those begun so long ago that did not come to their end while their job has: `ended`
        says which of the given.
        """
        before = datetime.fromtimestamp(time.time() - age, UTC).isoformat()
        over = DBOS.list_workflows(
            status=sorted(OVER),
            completed_before=before,
            limit=BATCH,
            load_input=False,
            load_output=False,
        )
        idle = DBOS.list_workflows(
            status=["PENDING", "ENQUEUED"],
            end_time=before,
            limit=BATCH,
            load_input=False,
            load_output=False,
        )
        gone = [w.workflow_id for w in over] + ended([w.workflow_id for w in idle])
        if gone:
            DBOS.delete_workflows(gone)
        return len(gone)

    def stop(self) -> None:
        """Ends dbos here; what is under way is left as it is."""
        DBOS.destroy(destroy_registry=True)
        if self._engine is not None:
            self._engine.dispose()
