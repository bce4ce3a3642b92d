"""`kehoach deadline` and `kehoach agency`: one cell a line in, one JSON object a line out."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import msgspec


def lines(texts: Sequence[str], source: IO[bytes]) -> Iterator[str]:
    r"""`texts`, or else the lines of `source`; `\n` written in a text stands for a line break.

    >>> import io
    >>> list(lines([], io.BytesIO("Quý I\\nQuý II\n\n".encode())))
    ['Quý I\nQuý II', '']
    """
    given: Iterable[str] = texts or (
        line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r") for line in source
    )
    for text in given:
        yield text.removeprefix("\ufeff").replace("\\n", "\n")


def put(record: object) -> None:
    """One JSON object, on a line of its own, at once: the asker may be waiting for it."""
    sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
    sys.stdout.buffer.flush()
