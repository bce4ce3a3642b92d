"""The life of a child: read what is asked for, answer, until the parent is gone.

A child must not outlive its parent, even when it hangs in a C library that holds the interpreter:
so the system itself ends it. The parent holds one end of a pipe, the lifeline; when the last
holder of that end dies, the kernel sends SIGIO to the child, and SIGIO ends a process that does
not ask for anything else. No thread is needed for it, and it is the same however the child was
started. Where there is no such signal (Windows) only an idle child notices.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from extractor.errors import KehoachError
from extractor.limits import Limits
from extractor.progress import STAGES, Progress
from service.isolation import answers, failures
from service.isolation.messages import Inbox, send
from service.isolation.orders import Reader, ordered

#: Resident bytes of a child between two documents that make it leave. One that has read all sample
#: plans again and again holds 80 MB and grows no more: three times as much is what one document has
#: left behind, and a service of two children stays within half a gigabyte.
KEPT = 256 * 1024**2

#: Seconds between two beats of one stage.
PAUSE = 0.1


class Closable(Protocol):
    def close(self) -> None: ...


def live(
    line: socket.socket,
    lifeline: "Connection[Any, Any]",
    inherited: tuple[Closable, ...],
    limits: Limits,
    reader: Reader,
    documents: int,
) -> None:
    """Reads `documents` documents at the most, each within `limits`.

    `line` carries messages; `inherited` are the ends of the parent that a forked child has got and
    must let go, or it would not notice that the parent is gone.
    """
    for end in inherited:
        end.close()
    _tie(lifeline)
    _silence()
    _limit_memory(limits.memory)
    inbox = Inbox(line, sys.maxsize)
    with suppress(EOFError, OSError):
        for left in reversed(range(documents)):
            head, data = inbox.take(None), inbox.take(None)
            assert head is not None
            assert data is not None
            source, filename = ordered(head, data)
            del head, data
            message, fit = _answer(reader, source, filename, limits, _Teller(line))
            del source
            stays = fit and left > 0 and not _is_swollen(len(message))
            send(line, message if stays else answers.leaving(message))
            if not stays:
                return


class _Teller:
    """Sends beats to the parent: each new stage, and of the same stage not more than needed.

    A beat is dropped where the parent does not listen: it must not hold up the reading.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._stage = -1
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        stage = STAGES.index(progress.stage)
        now = time.monotonic()
        if stage <= self._stage and now < self._next:
            return
        if not select.select([], [self._line], [], 0)[1]:
            return
        send(self._line, answers.beat(progress))
        self._stage = max(stage, self._stage)
        self._next = now + PAUSE


def _answer(
    reader: Reader, source: bytes | Path, filename: str | None, limits: Limits, teller: _Teller
) -> tuple[bytes, bool]:
    """What to say of the document, and whether the child is fit to read another."""
    error: KehoachError
    try:
        message = answers.success(reader(source, filename, limits, teller))
        if len(message) <= limits.answer_bytes:
            return message, True
        error = failures.too_long(limits)
    except KehoachError as told:
        error = told
    except OSError as unopened:
        error = failures.unopened(unopened)
    except MemoryError:
        return answers.failure(failures.too_large(limits)), False
    except Exception as fault:  # a fault of ours: the file is named, the work goes on
        error = failures.fault(fault)
    return answers.failure(error), True


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


def _tie(lifeline: "Connection[Any, Any]") -> None:
    """Lets the end of the parent be the end of this process."""
    if sys.platform == "win32":
        return
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO, signal.SIGTERM})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the parent to decide, which gets it too
    end = lifeline.fileno()
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
    if lifeline.poll(0):  # the parent was gone before
        os._exit(1)


def _silence() -> None:
    """Whatever a library prints goes nowhere: standard output is for results."""
    nowhere = open(os.devnull, "r+")  # noqa: SIM115 - for as long as the process lives
    for stream in (0, 1, 2):
        os.dup2(nowhere.fileno(), stream)
    sys.stdout = sys.stderr = nowhere


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    bound = size if hard == resource.RLIM_INFINITY else min(size, hard)
    with suppress(ValueError, OSError):  # macOS refuses
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no core file behind
