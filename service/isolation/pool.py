"""Children from without: a document a call from any thread, or a row of documents in its order."""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from multiprocessing.connection import wait
from pathlib import Path
from queue import LifoQueue

import msgspec

from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Progress
from models.errors import KehoachError
from service.isolation.child import SWOLLEN, Reader, live, read_file
from service.isolation.errors import (
    AnswerTooLong,
    CrashedReader,
    OutOfMemory,
    SilentReader,
    SlowMachine,
    TooSlow,
    UnopenedFile,
)
from service.isolation.messages import Beat, Found, Input, Order, Ready, Result, Told, encode, told

#: How many documents a child reads before another takes its place: whatever a library keeps of each
#: goes with it, and a start (a second) is nothing to as many.
DOCUMENTS = 500

#: How many documents may be read ahead of the one whose turn it is, for each further child. The
#: largest of them is read first, or the last one would keep a single child busy at the end.
AHEAD = 8

#: Seconds that a child may take to load its reader, which no document is to blame for.
START = 120.0

#: The longest message that is not a plan.
HEAD = 1024**2

# A new process, not a copy of this one: the same on every system, and safe beside other threads.
_SPAWN = multiprocessing.get_context("spawn")

# multiprocessing keeps a list of the children of this process, for one thread at a time.
_PROCESSES = threading.Lock()


@dataclass(frozen=True, slots=True)
class Work:
    """How long a process has worked, and whether it waits for a processor or a disk right now.

    Where the system does not say, it has done nothing, and its time goes by the clock.
    """

    seconds: float = 0.0
    waits_for_machine: bool = False

    @classmethod
    def of(cls, process: int | None) -> "Work":
        try:
            told = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):
            return cls()
        ticks = sum(map(int, told[11:15]))  # its own, and of processes it has waited for
        return cls(ticks / os.sysconf("SC_CLK_TCK"), told[0] in "RD")


class Child:
    """A process that reads the documents it is given, one at a time; used by one thread at a time.

    Once it is `spent` it reads no more and must be ended. It is `lost` when it was gone before it
    took the last document, which is not to blame: something killed it while it had nothing to read.
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
        self._is_ready = self._is_late = self.spent = self.lost = False
        self._worked = 0.0
        self._scanned = 0  # pages of the document at hand that were recognised

    def is_alive(self) -> bool:
        """Whether it can be given another document: nobody has ended it meanwhile."""
        return not self.spent and not self._line.poll(0)

    def read(self, document: Input) -> Generator[Progress | Result, None, None]:
        """How far the child has come with a document, again and again, and last its Result.

        Past a limit the child is killed, and the Result names the limit.
        """
        plan, summary = b"", None
        error: KehoachError | None = None
        try:
            content = document.content(self._limits.source_bytes)
        except OSError as unopened:
            yield Result(document.name, 0.0, error=UnopenedFile.of(unopened))
            return
        began = time.monotonic()
        was_idle, has_begun = self._is_ready, False
        try:
            if not self._is_ready:
                self._is_ready = isinstance(self._hear(START), Ready)
                began = time.monotonic()
            with self._timed():
                self._line.send_bytes(encode(Order.of(document)))
                self._line.send_bytes(content)
                del content
                while isinstance(said := self._hear(self._limits.silence), Beat):
                    has_begun, self._scanned = True, max(self._scanned, said.progress.scanned)
                    yield said.progress
                if isinstance(said, Ready):
                    raise msgspec.ValidationError("an answer to nothing")
                if isinstance(said, Found):
                    plan = self._line.recv_bytes(self._limits.answer_bytes)
                    summary = said.summary
                else:
                    error = said.error()
                self.spent = said.leaves
        except TimeoutError as late:
            error = self._killed(late.args[0])
        except (EOFError, OSError):
            self.lost = was_idle and not has_begun and not self._is_late and self._line.readable
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

    def _hear(self, patience: float) -> Told:
        """What the child says next; raises TimeoutError with what is to be told of its silence.

        It may work for so many seconds without a word. One that waits for the machine to let it
        work is given more time, one that waits for something else is not.
        """
        began = now = time.monotonic()
        heard = before = self._work()
        while not self._line.poll(min(patience / 8, 1.0)):
            work = self._work()
            if work.seconds - heard.seconds >= patience:
                raise TimeoutError(SilentReader(seconds=patience))
            if work.waits_for_machine or work.seconds > before.seconds:
                now, before = time.monotonic(), work
            silent = time.monotonic() - now
            if silent >= patience or time.monotonic() - began >= patience * self._limits.slowness:
                slow = SlowMachine(seconds=patience, worked=work.seconds - heard.seconds)
                raise TimeoutError(SilentReader(seconds=patience) if silent >= patience else slow)
        return told(self._line.recv_bytes(HEAD))

    def _work(self) -> Work:
        return Work.of(self._process.pid)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Kills the child when its time is over, wherever it is then, half-way in a message too."""

        before, began = self._work(), time.monotonic()
        self._scanned = 0
        is_over = threading.Event()

        def watch() -> None:
            limits = self._limits
            while True:  # pages that are recognised meanwhile give it more time
                work = limits.seconds + self._scanned * limits.page_seconds
                left = began + work * limits.slowness - time.monotonic()
                if left <= 0:
                    break
                if is_over.wait(left):
                    return
            self._is_late, self._worked = True, self._work().seconds - before.seconds
            self.kill()

        clock = threading.Thread(target=watch, daemon=True)
        clock.start()
        try:
            yield
        finally:
            is_over.set()
            clock.join()
            self.spent |= self._is_late

    def _crash(self) -> KehoachError:
        """Why the child says no more."""
        if self._is_late:
            return SlowMachine(seconds=self._limits.seconds, worked=self._worked)
        if not self._line.readable:  # it announced a message that nobody has to take
            return AnswerTooLong.over(self._limits)
        exitcode = self._exitcode()  # it went away by itself, and is given the time to say how
        if exitcode == SWOLLEN:
            return OutOfMemory.over(self._limits)
        if exitcode == -getattr(signal, "SIGXCPU", 0):
            return TooSlow(seconds=self._limits.seconds)
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


class ClosedPool(RuntimeError):
    """The pool was closed before the document was read; the document is not to blame."""


class ReaderPool(AbstractContextManager["ReaderPool"]):
    """Reads documents in up to `size` child processes, which live on from one to the next.

    A child is replaced after `documents_per_child` documents, when it holds too much memory after
    one, and when a document has killed it. All die with this process, however it ends. `reader`
    must be importable by name. Children import the main module of the program anew, as
    `multiprocessing` does: what a script does, it must do under `if __name__ == "__main__":`.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        size: int = 1,
        reader: Reader = read_file,
        documents_per_child: int = DOCUMENTS,
    ) -> None:
        """Starts nothing yet: a child is started when there is something for it to read."""
        if size < 1 or documents_per_child < 1:
            raise ValueError("a pool needs a child at least, and a child a document")
        self._child = partial(Child, limits, reader, documents_per_child)
        self._children: set[Child] = set()
        self._closed = False
        # Whoever reads takes a seat, with the child that waits in it; the last left is taken first.
        self._seats: LifoQueue[Child | None] = LifoQueue()
        self._size = size
        self._vacate()

    def read(
        self, document: Input, on_progress: Callable[[Progress], None] | None = None
    ) -> Result:
        """Reads a document; returns when it is read, or is known to be unreadable.

        Waits for a child to be free, for as long as it takes; the time that `limits` allow, and
        `seconds` of the Result, begin after that. `on_progress` is called in this thread: at each
        stage, and about ten times a second while one goes on. What it raises ends the reading.
        Raises ClosedPool when the pool is closed, and OSError when no process can be started.
        """
        while True:
            with self._seat() as child, closing(child.read(document)) as telling:
                for told in telling:
                    if isinstance(told, Result):
                        result = told
                    elif on_progress:
                        on_progress(told)
            if not child.lost or self._closed:
                break
        if self._closed and result.error:
            raise ClosedPool("the pool was closed while a document was read")
        return result

    @contextmanager
    def _seat(self) -> Iterator[Child]:
        """A child that nobody else has; one that cannot read on is not kept."""
        child = self._seats.get()
        try:
            if child is None or not child.is_alive():
                self._end(child)
                child = None
                child = self._started()
            yield child
        except BaseException:
            if child is not None:
                child.spent = True
            raise
        finally:
            if child is not None and (child.spent or self._closed):
                self._end(child)
                child = None
            self._seats.put(child)

    def _started(self) -> Child:
        if self._closed:
            raise ClosedPool("the pool is closed")
        child = self._child()
        self._children.add(child)
        if self._closed:  # meanwhile
            child.kill()
        return child

    def _end(self, child: Child | None) -> None:
        if child is not None:
            self._children.discard(child)
            child.end()

    def _vacate(self) -> None:
        for _ in range(self._size):
            self._seats.put(None)

    def close(self) -> None:
        """Ends all children; a document that is being read is given up, with ClosedPool.

        May be called again, but not from within `on_progress`.
        """
        self._closed = True
        for child in tuple(self._children):
            child.kill()
        for _ in range(self._size):  # until nobody has a seat
            self._end(self._seats.get())
        self._vacate()

    def __exit__(self, *_: object) -> None:
        self.close()


def read_isolated(
    inputs: Iterable[Input],
    limits: Limits = DEFAULT_LIMITS,
    jobs: int = 1,
    reader: Reader = read_file,
) -> Iterator[Result]:
    """The results of `inputs`, in their order, each as soon as it and those before it are there.

    `jobs` documents are read at a time, by as many children.
    """
    jobs = max(1, jobs)
    waiting = deque(enumerate(inputs))
    near: list[tuple[int, int, Input]] = []  # whose turn comes soon, the largest first
    reading: dict[Future[Result], int] = {}
    done: dict[int, Result] = {}
    turn = 0
    with ThreadPoolExecutor(jobs) as threads, ReaderPool(limits, jobs, reader) as pool:
        while waiting or near or reading or done:
            while waiting and waiting[0][0] <= turn + (jobs - 1) * AHEAD:
                number, document = waiting.popleft()
                heappush(near, (-document.size(), number, document))
            while near and len(reading) < jobs:
                _, number, document = heappop(near)
                reading[threads.submit(pool.read, document)] = number
            if turn in done:
                yield done.pop(turn)
                turn += 1
            else:
                for future in wait_for(reading, return_when=FIRST_COMPLETED).done:
                    done[reading.pop(future)] = future.result()
