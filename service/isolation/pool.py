"""Children at work: a document a call from any thread, or a row of documents in its order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from functools import partial
from heapq import heappop, heappush
from queue import LifoQueue
from types import TracebackType

from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Progress
from service.isolation.children import Child
from service.isolation.messages import Input, Result
from service.isolation.reading import Reader, read_file

#: How many documents a child reads before another takes its place: whatever a library keeps of each
#: goes with it, and a start (a second) is nothing to as many.
DOCUMENTS = 500

#: How many documents may be read ahead of the one whose turn it is, for each further child. The
#: largest of them is read first, or the last one would keep a single child busy at the end.
AHEAD = 8


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
        with self._seat() as child, closing(child.read(document)) as telling:
            for told in telling:
                if isinstance(told, Result):
                    result = told
                elif on_progress:
                    on_progress(told)
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

    def __enter__(self) -> "ReaderPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
                for future in wait(reading, return_when=FIRST_COMPLETED).done:
                    done[reading.pop(future)] = future.result()
