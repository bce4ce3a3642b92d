"""The life of a child: read what is asked for, answer, until the parent is gone."""

import gc
import os
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from extractor.limits import Limits
from extractor.progress import STAGES, Listener, Progress
from models.contract import encode as encode_plan
from models.errors import KehoachError
from models.plan import Plan
from service.isolation import bounds
from service.isolation.errors import AnswerTooLong, OutOfMemory, ReaderFault, UnopenedFile
from service.isolation.messages import Beat, Failed, Found, Ready, Summary, encode, order

#: Source, name of the file, limits, and whom to tell how far it has come.
Reader = Callable[[bytes | Path, str | None, Limits, Listener], Plan]


def read_file(
    source: bytes | Path, filename: str | None, limits: Limits, progress: Listener
) -> Plan:
    """The reader of the house; imported in the child, so the parent stays light."""
    from extractor import read_plan

    return read_plan(source, filename, limits, progress)


#: Resident bytes of a child between two documents that make it leave. One that has read all sample
#: plans again and again holds 80 MB and grows no more: three times as much is what one document has
#: left behind, and a service of two children stays within half a gigabyte.
KEPT = 256 * 1024**2

#: Seconds between two beats of one stage.
PAUSE = 0.1


def live(line: "Connection[Any, Any]", reader: Reader, limits: Limits, documents: int) -> None:
    """Reads `documents` documents at the most, each within `limits`."""
    bounds.confine(limits.memory)
    with suppress(EOFError, OSError):
        line.send_bytes(encode(Ready()))
        for left in reversed(range(documents)):
            asked = order(line.recv_bytes())
            source = Path(os.fsdecode(asked.path)) if asked.path else line.recv_bytes()
            answer, plan = _answer(reader, source, asked.name, limits, _Teller(line))
            del source
            answer.leaves |= left == 0 or _is_swollen(len(plan))
            line.send_bytes(encode(answer))
            if plan:
                line.send_bytes(plan)
            if answer.leaves:
                return


class _Teller:
    """Sends beats to the parent: each new stage, and of the same stage not more than needed."""

    def __init__(self, line: "Connection[Any, Any]") -> None:
        self._line = line
        self._stage = -1
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        stage = STAGES.index(progress.stage)
        now = time.monotonic()
        if stage > self._stage or now >= self._next:
            self._line.send_bytes(encode(Beat(progress)))
            self._stage = max(stage, self._stage)
            self._next = now + PAUSE


def _answer(
    reader: Reader, source: bytes | Path, filename: str | None, limits: Limits, teller: Listener
) -> tuple[Found | Failed, bytes]:
    """What to say of the document; the child leaves where it is not fit to read another."""
    error: KehoachError
    try:
        plan = reader(source, filename, limits, teller)
        encoded = encode_plan(plan)
        if len(encoded) <= limits.answer_bytes:
            return Found(Summary.of(plan)), encoded
        error = AnswerTooLong.over(limits)
    except KehoachError as told:
        error = told
    except OSError as unopened:
        error = UnopenedFile.of(unopened)
    except MemoryError:
        return Failed.of(OutOfMemory.over(limits), leaves=True), b""
    except Exception as fault:  # a fault of ours: the file is named, the work goes on
        error = ReaderFault.of(fault)
    return Failed.of(error), b""


def _is_swollen(answer: int) -> bool:
    """Whether more is kept than a child should hold between documents, the answer apart."""
    if _resident() - answer <= KEPT:
        return False
    gc.collect()
    return _resident() - answer > KEPT


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
