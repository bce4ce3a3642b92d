"""A child process as its parent sees it: one that is given documents and says what they hold."""

import multiprocessing
import socket
import sys
import threading
import time
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from extractor.errors import KehoachError
from extractor.limits import Limits
from extractor.progress import Progress
from service.isolation import failures
from service.isolation.answers import Result, understood
from service.isolation.messages import Inbox, OverlongMessage, send
from service.isolation.orders import Input, Reader, order
from service.isolation.reading import PAUSE, live

#: How many documents a child reads before another takes its place: whatever a library keeps of each
#: goes with it, and a start (0.3 s at the most) is nothing to as many.
DOCUMENTS = 200

# multiprocessing keeps a list of the children of this process, for one thread at a time.
_PROCESSES = threading.Lock()


class Child:
    """A process that reads the documents it is given, one at a time; used by one thread at a time.

    Once it is `spent` it reads no more and must be ended.
    """

    def __init__(
        self, limits: Limits, reader: Reader, documents: int, context: BaseContext
    ) -> None:
        """Starts the process; raises OSError where the system allows no other."""
        self._limits = limits
        self._line, theirs = socket.socketpair()
        held, self._lifeline = context.Pipe(duplex=False)
        # A forked child gets what we hold; it must let go of it.
        forked = context.get_start_method() == "fork"
        inherited = (self._line, self._lifeline) if forked else ()
        self._process: BaseProcess = context.Process(  # type: ignore[attr-defined]
            target=live,
            args=(theirs, held, inherited, limits, reader, documents),
            daemon=True,
            name="kehoach-reader",
        )
        try:
            with _PROCESSES:
                self._process.start()
        except BaseException:
            self._line.close()
            self._lifeline.close()
            raise
        finally:
            theirs.close()
            held.close()
        self._inbox = Inbox(self._line, limits.answer_bytes + 1024)
        # more beats than this nobody sends who means well
        self._most_beats = 2 * limits.seconds / PAUSE + 100
        self._name = ""
        self._beats = 0
        self._started = self._heard = 0.0
        self.spent = False

    def fileno(self) -> int:
        """What to wait for, to be told when there is something to `hear`."""
        return self._line.fileno()

    def is_alive(self) -> bool:
        """Whether an idle child can be given a document: nobody has ended it meanwhile."""
        return not self.spent and not wait([self._line], 0)

    def give(self, document: Input) -> Result | None:
        """Asks for a document; a Result only where the child cannot be asked any more."""
        self._name, self._beats = document.name, 0
        self._started = self._heard = time.monotonic()
        try:
            for message in order(document):
                send(self._line, message, self._limits.silence)
        except TimeoutError:
            return self._killed(failures.silent(self._limits))
        except OSError:
            return self._crashed()
        return None

    def due(self) -> float:
        """The moment (of the monotonic clock) at which waiting for this child ends."""
        return min(
            self._started + self._limits.seconds,
            self._heard + self._limits.silence,
        )

    def hear(self, pause: float) -> Progress | Result | None:
        """What the child says of its document, or None where it says nothing for `pause` seconds.

        Past a limit the child is killed, and the Result names the limit.
        """
        try:
            message = self._inbox.take(max(0.0, pause))
            said = None if message is None else understood(message)
        except OverlongMessage:
            return self._killed(failures.too_long(self._limits))
        except (EOFError, OSError):
            return self._crashed()
        except ValueError:
            return self._killed(failures.crash(None))
        now = time.monotonic()
        if said is None:
            if now < self.due():
                return None
            slow = now >= self._started + self._limits.seconds
            return self._killed((failures.too_slow if slow else failures.silent)(self._limits))
        if isinstance(said, Progress):
            self._heard = now
            self._beats += 1
            if self._beats > self._most_beats:
                return self._killed(failures.crash(None))
            return said
        self.spent = said.leaves
        return Result(self._name, now - self._started, said.plan, said.summary, said.error)

    def kill(self) -> None:
        """Ends the process at once; another thread may call this, and whoever hears is told."""
        with _PROCESSES, suppress(ValueError):  # closed already
            self._process.kill()

    def end(self) -> int | None:
        """Ends the process and lets go of what it takes; the code it ended with, if it has."""
        self.spent = True
        self._line.close()
        self._lifeline.close()
        self.kill()
        return self._gone()

    def _gone(self) -> int | None:
        """Waits for the end of the process."""
        with suppress(ValueError):  # closed already
            wait([self._process.sentinel], 10)
            with _PROCESSES:
                self._process.join(1)
                exitcode = self._process.exitcode
                if exitcode is not None:
                    self._process.close()
                return exitcode
        return None

    def _killed(self, error: KehoachError) -> Result:
        self.end()
        return Result(self._name, time.monotonic() - self._started, error=error)

    def _crashed(self) -> Result:
        """The child went away by itself; it is given the time to say how."""
        exitcode = self._gone()
        self.end()
        error = failures.crash(exitcode)
        return Result(self._name, time.monotonic() - self._started, error=error)


def context(*, threads: bool) -> BaseContext:
    """How children are started: by a fork where that is safe, which it is in a single thread only.

    With `threads` they are forked off a process of its own, which has everything loaded.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if not threads:
        return multiprocessing.get_context("fork")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["service.isolation.preloaded"])
    return server
