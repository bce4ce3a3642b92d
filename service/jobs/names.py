"""The name of a worker: the same after a restart, never that of another one alive.

A worker that comes back under its name goes on at once with what it had in hand. Two processes on
one machine are told apart by locks of the system on files in the folder of the data, which fall
when a process ends, however it ends. Machines with one host name (or one configured name) are told
apart by the table of workers: a name with a sign of life that is not from before our own crash
belongs to somebody else.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import IO, Literal

from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from models.tables import WorkerRow
from models.tables.columns import now
from service.jobs.intake import this_version
from service.store.database import Store

Role = Literal["server", "worker", "ingest"]

#: The folder of the locks, in that of the data.
FOLDER = "workers"


@dataclass(frozen=True, slots=True)
class Place:
    """A name this process holds, on which machine, as which process."""

    executor: str
    host: str
    pid: int

    def row(self) -> WorkerRow:
        """Its row in the table of workers, with a sign of life of this moment."""
        return WorkerRow(
            executor=self.executor, host=self.host, pid=self.pid, version=this_version()
        )


@contextmanager
def held_name(store: Store, role: Role) -> Iterator[Place]:
    """Takes a name: that of the settings, else `<host>-<role>`; with -2, -3… where it is taken.

    A name of the settings is also told apart by role, so that `serve` and `worker` may share it.
    """
    host = socket.gethostname()
    base = f"{store.settings.name or host}-{role}"
    folder = store.settings.data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = base if number == 1 else f"{base}-{number}"
        place = Place(name, host, os.getpid())
        lock = _locked(folder / f"{name}.lock")
        if lock is None:
            continue
        with lock:
            if not _taken(store, place, lock):
                continue
            try:
                yield place
            finally:
                with suppress(DBAPIError):  # the row goes silent, which says the same later
                    _leave(store, place)
            return


def _locked(path: Path) -> IO[str] | None:
    """The file, locked as long as it is open; None where another process holds it."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _taken(store: Store, place: Place, lock: IO[str]) -> bool:
    """Enters the name into the table of workers, unless it belongs to somebody alive elsewhere.

    The file tells host and process of whoever had the lock before, who must be dead; it names the
    new one before the table does, and forgets the old one after that.
    """
    lock.seek(0)
    dead = lock.read().splitlines()
    ours = f"{place.host} {place.pid}"
    lock.write(f"{ours}\n")
    lock.flush()
    silent = now() - timedelta(seconds=store.settings.takeover_seconds)
    with store.writing() as session:
        known = session.get(WorkerRow, place.executor, with_for_update=True)
        if known and known.beat_at > silent and f"{known.host} {known.pid}" not in dead:
            return False
        session.merge(place.row())
    lock.truncate(0)
    lock.write(f"{ours}\n")
    lock.flush()
    return True


def _leave(store: Store, place: Place) -> None:
    """Strikes the name out, as this process ends in good order."""
    with store.writing() as session:
        session.connection().execute(
            delete(WorkerRow).where(
                col(WorkerRow.executor) == place.executor, col(WorkerRow.pid) == place.pid
            )
        )
