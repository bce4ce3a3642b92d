"""What a child is asked to do: a document to read, and the reader that reads it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from extractor.limits import Limits
from extractor.progress import Listener
from models.plan import Plan

#: The name of bytes that have none.
STDIN = "-"

#: Source, name of the file, limits, and whom to tell how far it has come.
Reader = Callable[[bytes | Path, str | None, Limits, Listener], Plan]


@dataclass(frozen=True, slots=True)
class Input:
    """A document to read: a file, or bytes; `name` is what messages call it."""

    source: bytes | Path
    name: str

    def size(self) -> int:
        """Bytes to read; 0 where the file cannot be asked."""
        if isinstance(self.source, bytes):
            return len(self.source)
        try:
            return self.source.stat().st_size
        except OSError:
            return 0


def read_file(
    source: bytes | Path, filename: str | None, limits: Limits, progress: Listener
) -> Plan:
    """The reader of the house; imported in the child, so the parent stays light."""
    from extractor import read_plan

    return read_plan(source, filename, limits, progress)


def order(document: Input) -> tuple[bytes, bytes]:
    """The two messages that ask a child for a document."""
    inline = isinstance(document.source, bytes)
    source = document.source
    return (
        msgspec.msgpack.encode([document.name, inline]),
        source if isinstance(source, bytes) else os.fsencode(source),
    )


def ordered(head: bytes, data: bytes) -> tuple[bytes | Path, str | None]:
    """What the two messages ask for: the source, and the name of the file where it has none."""
    name, inline = msgspec.msgpack.decode(head, type=tuple[str, bool])
    if not inline:
        return Path(os.fsdecode(data)), None
    return data, None if name == STDIN else name
