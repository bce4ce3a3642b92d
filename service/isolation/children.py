"""A child process as its parent sees it: one that is given documents and says what they hold."""

import multiprocessing
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait

import msgspec

from extractor.limits import Limits
from extractor.progress import Progress
from models.errors import KehoachError
from service.isolation.bounds import SWOLLEN
from service.isolation.errors import (
    AnswerTooLong,
    CrashedReader,
    OutOfMemory,
    SilentReader,
    TooSlow,
)
from service.isolation.messages import (
    Beat,
    Found,
    Input,
    Order,
    Ready,
    Result,
    Told,
    encode,
    told,
)
from service.isolation.reading import Reader, live

#: Seconds that a child may take to load its reader, which no document is to blame for.
START = 120.0

#: The longest message that is not a plan.
HEAD = 1024**2

# A new process, not a copy of this one: the same on every system, and safe beside other threads.
_SPAWN = multiprocessing.get_context("spawn")

# multiprocessing keeps a list of the children of this process, for one thread at a time.
_PROCESSES = threading.Lock()


class Child:
    """A process that reads the documents it is given, one at a time; used by one thread at a time.

    Once it is `spent` it reads no more and must be ended.
    """

    def __init__(self, limits: Limits, reader: Reader, documents: int) -> None:
        """Starts the process; raises OSError where the system allows no other."""
        self._limits = limits
        self._line, theirs = _SPAWN.Pipe()
        args = (theirs, reader, limits, documents)
        self._process = _SPAWN.Process(target=live, args=args, daemon=True, name="kehoach-reader")
        try:
            with _PROCESSES:
                self._process.start()
        except BaseException:
            self._line.close()
            raise
        finally:
            theirs.close()
        self._is_ready = self._is_late = self.spent = False

    def is_alive(self) -> bool:
        """Whether it can be given another document: nobody has ended it meanwhile."""
        return not self.spent and not self._line.poll(0)

    def read(self, document: Input) -> Generator[Progress | Result, None, None]:
        """How far the child has come with a document, again and again, and last its Result.

        Past a limit the child is killed, and the Result names the limit.
        """
        plan, summary = b"", None
        error: KehoachError | None = None
        began = time.monotonic()
        try:
            if not self._is_ready:
                self._is_ready = isinstance(self._hear(START), Ready)
                began = time.monotonic()
            with self._timed():
                self._ask(document)
                while isinstance(said := self._hear(self._limits.silence), Beat):
                    yield said.progress
                if isinstance(said, Ready):
                    raise msgspec.ValidationError("an answer to nothing")
                if isinstance(said, Found):
                    plan = self._line.recv_bytes(self._limits.answer_bytes)
                    summary = said.summary
                else:
                    error = said.error()
                self.spent = said.leaves
        except TimeoutError:
            error = self._killed(SilentReader(seconds=self._limits.silence))
        except (EOFError, OSError):
            error = self._killed(self._crash())
        except msgspec.MsgspecError:
            error = self._killed(CrashedReader(exitcode=None))
        yield Result(document.name, time.monotonic() - began, plan, summary, error)

    def kill(self) -> None:
        """Ends the process at once; another thread may call this, and whoever hears is told."""
        with _PROCESSES, suppress(ValueError):  # closed already
            self._process.kill()

    def end(self) -> None:
        """Ends the process and lets go of what it takes."""
        self.spent = True
        self._line.close()
        self.kill()
        self._exitcode()

    def _ask(self, document: Input) -> None:
        self._line.send_bytes(encode(Order.of(document)))
        if isinstance(document.source, bytes):
            self._line.send_bytes(document.source)

    def _hear(self, patience: float) -> Told:
        if not self._line.poll(patience):
            raise TimeoutError
        return told(self._line.recv_bytes(HEAD))

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Kills the child when its time is over, wherever it is then, half-way in a message too."""

        def expire() -> None:
            self._is_late = True
            self.kill()

        clock = threading.Timer(self._limits.seconds, expire)
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            clock.join()
            self.spent |= self._is_late

    def _crash(self) -> KehoachError:
        """Why the child says no more."""
        if self._is_late:
            return TooSlow(seconds=self._limits.seconds)
        if not self._line.readable:  # it announced a message that nobody has to take
            return AnswerTooLong.over(self._limits)
        exitcode = self._exitcode()  # it went away by itself, and is given the time to say how
        if exitcode == SWOLLEN:
            return OutOfMemory.over(self._limits)
        return CrashedReader.by(exitcode)

    def _exitcode(self) -> int | None:
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

    def _killed(self, error: KehoachError) -> KehoachError:
        self.end()
        return error
