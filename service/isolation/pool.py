"""A pool of child processes that read one document a call, from any thread."""

import threading
import time
from collections.abc import Callable
from types import TracebackType

from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Progress
from service.isolation.answers import Result
from service.isolation.children import DOCUMENTS, Child, context
from service.isolation.orders import Input, Reader, read_file


class ClosedPool(RuntimeError):
    """The pool was closed before the document was read; the document is not to blame."""


class ReaderPool:
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
        self._limits, self._size, self._reader = limits, size, reader
        self._documents_per_child = documents_per_child
        self._context = context(threads=True)
        self._turns = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()  # of the next three
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = False

    def read(
        self, document: Input, on_progress: Callable[[Progress], None] | None = None
    ) -> Result:
        """Reads a document; returns when it is read, or is known to be unreadable.

        Waits for a child to be free, for as long as it takes; the time that `limits` allow, and
        `seconds` of the Result, begin after that. `on_progress` is called in this thread: at each
        stage, and about ten times a second while one goes on. What it raises ends the reading.
        Raises ClosedPool when the pool is closed, and OSError when no process can be started.
        """
        with self._turns:
            child = self._taken()
            try:
                result = self._read(child, document, on_progress)
            except BaseException:
                child.spent = True
                raise
            finally:
                self._put_back(child)
        if self._closed and result.error:
            raise ClosedPool("the pool was closed while a document was read")
        return result

    def _read(
        self, child: Child, document: Input, on_progress: Callable[[Progress], None] | None
    ) -> Result:
        said: Progress | Result | None = child.give(document)
        while not isinstance(said, Result):
            if said is not None and on_progress:
                on_progress(said)
            said = child.hear(child.due() - time.monotonic())
        return said

    def _taken(self) -> Child:
        """A child that nobody else has: an idle one, or a new one."""
        while True:
            with self._lock:
                if self._closed:
                    raise ClosedPool("the pool is closed")
                child = self._idle.pop() if self._idle else None
                if child:
                    self._busy.add(child)
            if child is None:
                break
            if child.is_alive():
                return child
            child.spent = True
            self._put_back(child)
        child = Child(self._limits, self._reader, self._documents_per_child, self._context)
        with self._lock:
            self._busy.add(child)
            closed = self._closed
        if closed:
            child.kill()
        return child

    def _put_back(self, child: Child) -> None:
        with self._lock:
            self._busy.remove(child)
            keep = not child.spent and not self._closed
            if keep:
                self._idle.append(child)
        if not keep:
            child.end()

    def close(self) -> None:
        """Ends all children; a document that is being read is given up, with ClosedPool.

        May be called again, but not from within `on_progress`.
        """
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for child in self._busy:
                child.kill()
        for child in idle:
            child.end()
        for _ in range(self._size):  # until nobody has a turn
            self._turns.acquire()
        for _ in range(self._size):
            self._turns.release()

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
