"""A child from within: bounded by whatever this system has for it, it reads until it is let go.

It must not outlive its parent. A thread of its own ends it with the parent on every system, but
not while a C library holds the interpreter; so, where there is `fcntl`, the system itself does:
`multiprocessing` gives the child the reading end of a pipe whose other end dies with the parent;
then the kernel sends SIGIO, which ends a process that does not ask for anything else.

Memory is bounded by `resource`: as address space (Linux), or, where the system does not hold a
process to that (macOS), by a look at it from time to time. Windows has neither.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from extractor.limits import Limits
from extractor.progress import Listener, Progress
from models.contract import encode as encode_plan
from models.errors import KehoachError
from models.plan import Plan
from service.isolation.errors import AnswerTooLong, OutOfMemory, ReaderFault, UnopenedFile
from service.isolation.messages import Beat, Failed, Found, Ready, Summary, encode, order

try:
    import fcntl
    import resource
except ImportError:
    POSIX = False
else:
    POSIX = True

#: The code with which a child ends that has seen itself take too much memory.
SWOLLEN = 77

#: Seconds between two looks at the memory taken, where it must be looked at.
LOOK = 0.2

#: Resident bytes of a child between two documents that make it leave. One that has read all sample
#: plans again and again holds 80 MB and grows no more: three times as much is what one document has
#: left behind, and a service of two children stays within half a gigabyte.
KEPT = 256 * 1024**2

#: Seconds between two beats of one stage.
PAUSE = 0.1

#: Source, name of the file, limits, and whom to tell how far it has come.
Reader = Callable[[bytes | Path, str | None, Limits, Listener], Plan]


def read_file(
    source: bytes | Path, filename: str | None, limits: Limits, progress: Listener
) -> Plan:
    """The reader of the house; imported in the child, so the parent stays light."""
    from extractor import read_plan

    return read_plan(source, filename, limits, progress)


def protection() -> tuple[str, str]:
    """What guards the reading of a file on this machine, in Vietnamese and English."""
    vi = "mỗi tệp đọc trong tiến trình riêng, có hạn giờ"
    en = "each file is read in a process of its own, within a bounded time"
    if not POSIX:
        return f"{vi}; KHÔNG giới hạn được bộ nhớ", f"{en}; its memory is NOT bounded"
    return f"{vi} và giới hạn bộ nhớ", f"{en} and memory"


def live(line: "Connection[Any, Any]", reader: Reader, limits: Limits, documents: int) -> None:
    """Reads `documents` documents at the most, each within `limits`."""
    _confine(limits.memory)
    with suppress(EOFError, OSError):
        line.send_bytes(encode(Ready()))
        for left in reversed(range(documents)):
            asked = order(line.recv_bytes())
            source = Path(os.fsdecode(asked.path)) if asked.path else line.recv_bytes()
            answer, plan = _answer(reader, source, asked.name, limits, _beating(line))
            del source
            answer.leaves |= left == 0 or _is_swollen(len(plan))
            line.send_bytes(encode(answer))
            if plan:
                line.send_bytes(plan)
            if answer.leaves:
                return


def _beating(line: "Connection[Any, Any]") -> Listener:
    """Tells the parent of each new stage, and of the same stage not more than needed."""
    begun: set[str] = set()
    due = 0.0

    def beat(progress: Progress) -> None:
        nonlocal due
        now = time.monotonic()
        if progress.stage not in begun or now >= due:
            line.send_bytes(encode(Beat(progress)))
            begun.add(progress.stage)
            due = now + PAUSE

    return beat


def _answer(
    reader: Reader, source: bytes | Path, filename: str | None, limits: Limits, listener: Listener
) -> tuple[Found | Failed, bytes]:
    """What to say of the document; the child leaves where it is not fit to read another."""
    error: KehoachError
    try:
        plan = reader(source, filename, limits, listener)
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


def _confine(memory: int) -> None:
    """Ties this process to its parent, shuts its mouth and bounds its memory."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the parent to decide, which gets it too
    _silence()
    watched = None if _is_bounded(memory) else memory
    threading.Thread(target=_watch, args=(parent.sentinel, watched), daemon=True).start()
    if POSIX:
        _tie(parent.sentinel)
    if wait([parent.sentinel], 0):  # it was gone before
        os._exit(1)


def _silence() -> None:
    """Whatever a library prints goes nowhere: standard output is for results."""
    nowhere = open(os.devnull, "r+", encoding="utf-8")  # noqa: SIM115 - while the process lives
    for stream in (0, 1, 2):
        os.dup2(nowhere.fileno(), stream)
    sys.stdout = sys.stderr = nowhere


def _is_bounded(memory: int) -> bool:
    """Whether the system holds this process to so much address space; it is asked to."""
    if not POSIX:
        return False
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no core file behind
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (ValueError, OSError):
        return False
    return sys.platform != "darwin"  # which takes the bound and does not keep to it


def _watch(parent: int, memory: int | None) -> None:
    """Ends this process with its parent, or when it has taken more than `memory`."""
    look = LOOK if POSIX and memory is not None else None
    while not wait([parent], look):
        if memory is not None and _taken() > memory:
            os._exit(SWOLLEN)
    os._exit(1)


def _taken() -> int:
    """The most bytes that this process has had in memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _tie(parent: int) -> None:
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO, signal.SIGTERM})
    fcntl.fcntl(parent, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent, fcntl.F_SETFL, fcntl.fcntl(parent, fcntl.F_GETFL) | os.O_ASYNC)
