"""Trouble with a job that is not the document's fault: what may pass, and how long to wait.

A database that is away, locked or full is waited for without end: no outcome could be noted in it
anyway, and the job is safe where it is. Trouble of the vault and of the system (a full disk, a
fault of the disk, bytes that are missing) is tried `settings.attempts` times, then the job fails.
"""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.errors import MissingBytes

#: Seconds to wait after the first failure; each further wait is longer, up to the last.
FIRST, FACTOR, LAST = 0.2, 2.0, 5.0

#: SQLITE_BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN; other errors of SQLite are faults of ours.
_SQLITE_PASSING = frozenset({5, 6, 10, 13, 14})

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Stopped(BaseException):
    """This process leaves a job to others; no outcome of it, so no Exception: dbos notes none."""


def database_is_away(error: BaseException) -> bool:
    """Whether the database could not do what it was asked, and may be able to later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_PASSING
    return isinstance(error, OperationalError | InterfaceError)


def patiently(work: Callable[[], Answer], stop: threading.Event, tries: int = 1) -> Answer:
    """`work`, done again until the database lets it be done; raises Stopped when `stop` is set.

    Where the system or the vault fails, it is tried so many times.
    """
    pause, failures = FIRST, 0
    while not stop.is_set():
        try:
            return work()
        except Exception as error:
            if database_is_away(error):
                _log.warning("the database is away, waiting: %s", _first_line(error))
            else:
                failures += 1
                if failures >= tries or not isinstance(error, OSError | MissingBytes):
                    raise
        stop.wait(pause)
        pause = min(pause * FACTOR, LAST)
    raise Stopped


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
