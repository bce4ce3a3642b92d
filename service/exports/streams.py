"""What a writer writes, as an iterator of chunks: an answer of any size in a little memory."""

import io
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import IO, cast

#: How many chunks a writer may be ahead of its reader.
AHEAD = 4

#: Seconds that the reader waits for a chunk before it gets an empty one.
PAUSE = 1.0


class Abandoned(Exception):
    """Nobody reads what is being written."""


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


class _Pipe(io.RawIOBase):
    """The file that a writer sees: it cannot seek, and waits while the reader is behind."""

    def __init__(self, parts: "Queue[bytes | _End]", chunk: int) -> None:
        self.parts, self.chunk = parts, chunk
        self.held = bytearray()
        self.abandoned = False

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        for start in range(0, len(view), self.chunk):
            self.held += view[start : start + self.chunk]
            while len(self.held) >= self.chunk:
                self._put(self.chunk)
        return len(view)

    def flush(self) -> None:
        """Sends nothing early; a writer that has nothing to write yet learns here to stop."""
        if self.abandoned:
            raise Abandoned

    def rest(self) -> None:
        if self.held:
            self._put(len(self.held))

    def _put(self, size: int) -> None:
        if self.abandoned:
            raise Abandoned
        self.parts.put(bytes(self.held[:size]))
        del self.held[:size]

    def close(self) -> None:
        """Stays open: only its reader knows when it is done (and IOBase would flush it)."""


def stream(write: Callable[[IO[bytes]], None], chunk: int = 65536) -> Iterator[bytes]:
    """Yields what `write` writes, in chunks of `chunk` bytes; the last may be shorter.

    `write` runs in a thread of its own (with the context variables of the caller), which starts
    with the first chunk asked for and is never more than `AHEAD` chunks ahead. What it raises is
    raised here, after the chunks written before. When the iterator is closed early, the writer
    is stopped at its next write or flush, and closing waits for that: no thread is left. While a
    writer is silent (a workbook is, until its last row) an empty chunk comes every `PAUSE`, so
    that a reader who has gone can close the iterator then, too.
    """
    parts: Queue[bytes | _End] = Queue(AHEAD)
    pipe = _Pipe(parts, chunk)

    def run() -> None:
        error = None
        try:
            write(cast(IO[bytes], pipe))
            pipe.rest()
        except BaseException as raised:
            error = raised
        parts.put(_End(error))

    thread = Thread(target=copy_context().run, args=(run,), name="export", daemon=True)
    thread.start()
    part: bytes | _End = b""
    try:
        while isinstance(part, bytes):
            try:
                part = parts.get(timeout=PAUSE)
            except Empty:
                part = b""
            if isinstance(part, bytes):
                yield part
    finally:
        pipe.abandoned = True
        while isinstance(part, bytes):
            part = parts.get()
        thread.join()
    if part.error:
        raise part.error
