"""What a parent and its children say to each other: encoded bytes, of which nothing is unpickled.

A child says that it is Ready. It is asked for a document by an Order and the bytes of the document;
it opens no file itself. It tells by Beats how far it has come, and answers Found, which the
plan or the view follows, or Failed.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from extractor.progress import Progress
from models.errors import KINDS, KehoachError, UnreadableSource
from models.plan import Ledger, Plan
from models.provenance import Place

#: The name of bytes that have none.
STDIN = "-"


#: What is wanted of a document to look at it: what is printed, or what stands at its head (see
#: `extractor.look` and `head`; JSON), or the picture of the page of a place (PNG).
Wanted = Literal["look", "head"] | Place


@dataclass(frozen=True, slots=True)
class Input:
    """A document to read: a file, or bytes; `name` is what messages call it.

    Its plan is wanted, or a view of it.
    """

    source: bytes | Path
    name: str
    wanted: Wanted | None = None

    def content(self, most: int) -> bytes:
        """The bytes, of a file one more than `most` at the most. Raises OSError."""
        if isinstance(self.source, bytes):
            return self.source
        with self.source.open("rb") as file:
            return file.read(most + 1)

    def size(self) -> int:
        """Bytes to read; 0 where the file cannot be asked."""
        if isinstance(self.source, bytes):
            return len(self.source)
        try:
            return self.source.stat().st_size
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a plan holds, in figures, so that nobody need decode it to say so.

    `tasks` are the rows of tables, `duties` those of running text that repeat no row.
    """

    tasks: int
    duties: int
    targets: int
    pages: int | None
    ledger: Ledger
    warnings: int

    @classmethod
    def of(cls, plan: Plan) -> "Summary":
        return cls(
            sum(task.origin == "table" for task in plan.tasks),
            sum(task.origin != "table" and task.same_as is None for task in plan.tasks),
            len(plan.targets),
            plan.document.source.pages,
            plan.ledger,
            sum(d.severity != "info" for d in plan.diagnostics),
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an input: `plan` (JSON bytes) with its `summary`, or an `error`.

    Where a view was wanted, `plan` is that, without a summary.
    """

    name: str
    seconds: float
    plan: bytes = b""
    summary: Summary | None = None
    error: KehoachError | None = None


class Order(msgspec.Struct):
    """A document is asked for: the bytes that follow, which are called `name`."""

    name: str | None
    wanted: Wanted | None = None

    @classmethod
    def of(cls, document: Input) -> "Order":
        source, name = document.source, document.name
        if isinstance(source, Path):  # a name of no Unicode is told all the same
            name = os.fsencode(source.name).decode("utf-8", "replace")
        return cls(None if name == STDIN else name, document.wanted)


class Ready(msgspec.Struct, tag=True):
    """The child has loaded its reader and waits for an order."""


class Beat(msgspec.Struct, tag=True):
    """A sign of life."""

    progress: Progress


class Found(msgspec.Struct, tag=True):
    """A plan or a view is the next message; with `leaves` the child reads no other document."""

    summary: Summary | None
    leaves: bool = False


class Failed(msgspec.Struct, tag=True):
    """Why there is no plan."""

    code: str
    vi: str
    en: str
    leaves: bool = False

    @classmethod
    def of(cls, error: KehoachError, *, leaves: bool = False) -> "Failed":
        """An error may quote what cannot be encoded."""
        vi, en = (text.encode("utf-8", "replace").decode() for text in (error.vi, error.en))
        return cls(error.code, vi, en, leaves)

    def error(self) -> KehoachError:
        return KINDS.get(self.code, UnreadableSource)(self.vi, self.en)


#: All that a child says, but for the plan itself.
Told = Ready | Beat | Found | Failed


# Made at import, not at the first message: two threads that come at once would crash in msgspec.
_ENCODER = msgspec.msgpack.Encoder()
_ORDER = msgspec.msgpack.Decoder(Order)
_TOLD: msgspec.msgpack.Decoder[Told] = msgspec.msgpack.Decoder(Told)
encode, order, told = _ENCODER.encode, _ORDER.decode, _TOLD.decode
