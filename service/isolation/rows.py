"""A row of documents, read in child processes and handed on in its order."""

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from multiprocessing.connection import wait

from extractor.limits import DEFAULT_LIMITS, Limits
from service.isolation.answers import Result
from service.isolation.children import DOCUMENTS, Child, context
from service.isolation.orders import Input, Reader, read_file

#: How many documents may be read ahead of the one whose turn it is, for each further child. The
#: largest of them is read first, or the last one would keep a single child busy at the end.
AHEAD = 8


def read_isolated(
    inputs: Iterable[Input],
    limits: Limits = DEFAULT_LIMITS,
    jobs: int = 1,
    reader: Reader = read_file,
) -> Iterator[Result]:
    """The results of `inputs`, in their order, each as soon as it and those before it are there.

    `jobs` documents are read at a time, by as many children. `limits.seconds` is wall-clock time
    and `limits.memory` address space, both of the child (memory only where the system can limit
    it). `reader` must be importable by name where children are not forked.
    """
    row = _Row(limits, max(1, jobs), reader)
    try:
        yield from row.run(inputs)
    finally:
        row.close()


class _Row:
    def __init__(self, limits: Limits, jobs: int, reader: Reader) -> None:
        self.limits, self.jobs, self.reader = limits, jobs, reader
        self.idle: list[Child] = []
        self.busy: dict[Child, int] = {}  # with the number of the document it reads

    def run(self, inputs: Iterable[Input]) -> Iterator[Result]:
        waiting = deque(enumerate(inputs))
        near: list[tuple[int, int, Input]] = []  # whose turn comes soon, the largest first
        done: dict[int, Result] = {}
        turn = 0
        while waiting or near or done or self.busy:
            while waiting and waiting[0][0] <= turn + (self.jobs - 1) * AHEAD:
                number, document = waiting.popleft()
                heappush(near, (-document.size(), number, document))
            while near and len(self.busy) < self.jobs:
                _, number, document = heappop(near)
                done.update(self._give(number, document))
            if turn in done:
                yield done.pop(turn)
                turn += 1
            else:
                done.update(self._collect())

    def _give(self, number: int, document: Input) -> Iterator[tuple[int, Result]]:
        child = self._taken()
        if result := child.give(document):
            yield number, result
        else:
            self.busy[child] = number

    def _taken(self) -> Child:
        while self.idle:
            child = self.idle.pop()
            if child.is_alive():
                return child
            child.end()
        threads = threading.active_count() > 1
        return Child(self.limits, self.reader, DOCUMENTS, context(threads=threads))

    def _collect(self) -> Iterator[tuple[int, Result]]:
        pause = min(child.due() for child in self.busy) - time.monotonic()
        wait([child.fileno() for child in self.busy], max(0.0, min(pause, 3600.0)))
        for child in list(self.busy):
            while (said := child.hear(0)) is not None:
                if isinstance(said, Result):
                    yield self.busy.pop(child), said
                    if child.spent:
                        child.end()
                    else:
                        self.idle.append(child)
                    break

    def close(self) -> None:
        for child in (*self.idle, *self.busy):
            child.end()
        self.idle.clear()
        self.busy.clear()
