"""What a child says of a document: how far it is, its plan, or why there is none; as bytes.

A message is a letter and what belongs to it:

    B  a beat: stage, page, pages (MessagePack)
    P  a plan: length of the summary (8 bytes), summary (JSON), plan (JSON)
    E  an error: code, Vietnamese, English (JSON)

A small letter (p, e) says that the child leaves: it has read enough, or is not fit for more.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from extractor.errors import KehoachError, UnreadableSource
from extractor.progress import Progress, Stage
from models.contract import encode
from models.plan import Ledger, Plan

_BEAT, _PLAN, _ERROR = b"B", b"P", b"E"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a plan holds, in figures, so that nobody need decode it to say so.

    `tasks` are the rows of tables, `duties` those of running text that repeat no row.
    """

    tasks: int
    duties: int
    targets: int
    ledger: Ledger
    warnings: int


# Made at import, not at the first answer: two threads that come at once would crash in msgspec.
_SUMMARY = msgspec.json.Decoder(Summary)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an input: `plan` (JSON bytes) with its `summary`, or an `error`."""

    name: str
    seconds: float
    plan: bytes = b""
    summary: Summary | None = None
    error: KehoachError | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The last message about a document; `leaves` where the child reads no other."""

    leaves: bool
    plan: bytes = b""
    summary: Summary | None = None
    error: KehoachError | None = None


def beat(progress: Progress) -> bytes:
    told = [progress.stage, progress.page, progress.pages]
    return _BEAT + msgspec.msgpack.encode(told)


def success(plan: Plan) -> bytes:
    summary = Summary(
        sum(task.origin == "table" for task in plan.tasks),
        sum(task.origin != "table" and task.same_as is None for task in plan.tasks),
        len(plan.targets),
        plan.ledger,
        sum(d.severity != "info" for d in plan.diagnostics),
    )
    head = msgspec.json.encode(summary)
    return b"".join((_PLAN, len(head).to_bytes(8, "big"), head, encode(plan)))


def failure(error: KehoachError) -> bytes:
    # an error may quote what cannot be encoded
    words = (text.encode("utf-8", "replace").decode() for text in (error.code, error.vi, error.en))
    return _ERROR + msgspec.json.encode(list(words))


def leaving(message: bytes) -> bytes:
    """The same answer of a child that leaves after it."""
    return message[:1].lower() + message[1:]


def understood(message: bytes) -> Progress | Answer:
    """What a message says; raises ValueError where it says nothing."""
    letter, leaves = message[:1].upper(), message[:1].islower()
    try:
        if letter == _BEAT:
            said = msgspec.msgpack.decode(message[1:], type=tuple[Stage, int | None, int | None])
            return Progress(*said)
        if letter == _PLAN:
            start = 9 + int.from_bytes(message[1:9], "big")
            summary = _SUMMARY.decode(message[9:start])
            return Answer(leaves, message[start:], summary)
        if letter == _ERROR:
            code, vi, en = msgspec.json.decode(message[1:], type=tuple[str, str, str])
            kind = next((kind for kind in _kinds(KehoachError) if kind.code == code), None)
            return Answer(leaves, error=(kind or UnreadableSource)(vi, en))
    except msgspec.MsgspecError as error:
        raise ValueError("a garbled message") from error
    raise ValueError("a message of no known kind")


def _kinds(root: type[KehoachError]) -> Iterator[type[KehoachError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)
