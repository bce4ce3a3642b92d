"""A child from within: bounded by whatever this system has for it, it reads until it is let go.

It must not outlive its parent. A thread of its own ends it with the parent on every system, but
not while a C library holds the interpreter; so, where there is `fcntl`, the system itself does:
`multiprocessing` gives the child the reading end of a pipe whose other end dies with the parent;
then the kernel sends SIGIO, which ends a process that does not ask for anything else.

Memory is bounded by `resource`: as address space (Linux), or, where the system does not hold a
process to that (macOS), by a look at it from time to time. Windows has neither.

A process that ends for want of memory says so, also where a library ends it. Python raises
MemoryError; a library in C++ throws what nobody catches, others abort or stumble over what they
were not given, and the parent would see a crash and blame the document. So the handler that C++
calls when there is no memory ends the process with a code of its own; and when a process is about
to die of a signal, it looks at what the last call of its thread that failed said.
"""

import ctypes
import errno
import gc
import math
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

import msgspec

from extractor.limits import Limits
from extractor.progress import Listener, Progress
from models.contract import encode as encode_plan
from models.errors import KehoachError
from models.plan import Plan
from models.provenance import Place
from service.isolation.cell import closed, enclose
from service.isolation.errors import AnswerTooLong, OutOfMemory, ReaderFault
from service.isolation.messages import (
    Beat,
    Failed,
    Found,
    Order,
    Ready,
    Summary,
    Wanted,
    encode,
    order,
)

try:
    import fcntl
    import resource
except ImportError:
    POSIX = False
else:
    POSIX = True

#: The code with which a child ends that has seen itself take too much memory.
SWOLLEN = 77

#: What the loader of a library, and OpenCV, say that find no room, without a MemoryError.
_NO_ROOM = ("failed to map segment", "cannot allocate memory", "Insufficient memory")

#: Signals of which a process dies.
_FATAL = ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP")

#: What C calls must stay where it is.
_kept: list[Any] = []

#: Seconds between two looks at the memory taken, where it must be looked at.
LOOK = 0.2

#: Resident bytes that a child may hold more between two documents than before the first; then it
#: leaves. One that has read a hundred sample and damaged files holds 230 MB more, half of it spaCy
#: and the word classes, and grows no further.
KEPT = 256 * 1024**2

#: The parameter of `mallopt` that bounds the arenas (M_ARENA_MAX in malloc.h of glibc).
_ARENA_MAX = -8

#: How far readers, and those who save what they read, stand back behind those who answer.
NICE = 5

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


def view_of(data: bytes, filename: str | None, wanted: Wanted, limits: Limits) -> bytes:
    """What is printed in a document, to be looked at; see `Wanted`."""
    from extractor import head, look, picture

    if isinstance(wanted, Place):
        return picture(data, wanted, view="page")
    if wanted == "head":
        return msgspec.json.encode(head(data, filename or ""))
    return msgspec.json.encode(look(data, filename, limits))


def protection() -> tuple[str, str]:
    """What guards the reading of a file on this machine, in Vietnamese and English."""
    vi = "mỗi tệp đọc trong tiến trình riêng, có hạn giờ"
    en = "each file is read in a process of its own, within a bounded time"
    if not POSIX:
        return f"{vi}; KHÔNG giới hạn được bộ nhớ", f"{en}; its memory is NOT bounded"
    vi, en = f"{vi} và giới hạn bộ nhớ", f"{en} and memory"
    for is_closed, what, kept in zip(closed(), ("tệp khác", "mạng"), ("other files", "the network"),
                                     strict=True):  # fmt: skip
        vi += f"; {'không đụng được' if is_closed else 'nhân hệ điều hành KHÔNG chặn được'} {what}"
        en += f"; {'kept' if is_closed else 'the kernel does NOT keep it'} from {kept}"
    return vi, en


def live(line: "Connection[Any, Any]", reader: Reader, limits: Limits, documents: int) -> None:
    """Reads `documents` documents at the most, each within `limits`."""
    _confine(limits.memory, reader)
    empty = _resident()
    with suppress(EOFError, OSError):
        line.send_bytes(encode(Ready()))
        for left in reversed(range(documents)):
            asked = order(line.recv_bytes())
            source = line.recv_bytes()
            answer, plan = _answer(reader, source, asked, limits, _beating(line, limits))
            del source
            answer.leaves |= left == 0 or _is_swollen(len(plan) + empty)
            line.send_bytes(encode(answer))
            if plan:
                line.send_bytes(plan)
            if answer.leaves:
                return


def _beating(line: "Connection[Any, Any]", limits: Limits) -> Listener:
    """Tells the parent of each new stage, and of the same stage not more than needed.

    Each page that was recognised gives the work to come some more time.
    """
    begun: set[str] = set()
    due, scanned = 0.0, 0
    worked = time.process_time()

    def beat(progress: Progress) -> None:
        nonlocal due, scanned
        if progress.scanned > scanned:
            scanned = progress.scanned
            _bound_work(worked + limits.seconds + scanned * limits.page_seconds)
        now = time.monotonic()
        if progress.stage not in begun or now >= due:
            line.send_bytes(encode(Beat(progress)))
            begun.add(progress.stage)
            due = now + PAUSE

    return beat


def _answer(
    reader: Reader, source: bytes, asked: Order, limits: Limits, listener: Listener
) -> tuple[Found | Failed, bytes]:
    """What to say of the document; the child leaves where it is not fit to read another."""
    error: KehoachError
    try:
        _bound_work(time.process_time() + limits.seconds)
        if asked.wanted is None:
            plan = reader(source, asked.name, limits, listener)
            encoded, summary = encode_plan(plan), Summary.of(plan)
        else:
            encoded, summary = view_of(source, asked.name, asked.wanted, limits), None
        if len(encoded) <= limits.answer_bytes:
            return Found(summary), encoded
        error = AnswerTooLong.over(limits)
    except KehoachError as told:
        error = told
    except MemoryError:
        return Failed.of(OutOfMemory.over(limits), leaves=True), b""
    except Exception as fault:  # a fault of ours: the file is named, the work goes on
        of_library = isinstance(fault, ImportError) or type(fault).__module__ == "cv2"
        if of_library and any(words in str(fault) for words in _NO_ROOM):
            return Failed.of(OutOfMemory.over(limits), leaves=True), b""
        error = ReaderFault.of(fault)
    return Failed.of(error), b""


def _is_swollen(apart: int) -> bool:
    """Whether more is kept than a child should hold between documents, so many bytes apart."""
    if _resident() - apart <= KEPT:
        return False
    gc.collect()
    return _resident() - apart > KEPT


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _confine(memory: int, reader: Reader) -> None:
    """Ties this process to its parent, shuts its mouth and its cell, and bounds its memory."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    enclose("corpora", "models", "extractor", "service", reader.__module__.partition(".")[0])
    if POSIX:
        os.nice(max(0, NICE - os.nice(0)))
        _tell_of_memory(SWOLLEN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the parent to decide, which gets it too
    _silence()
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # each takes address space
        os.environ.setdefault(threads, "1")
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


def _tell_of_memory(code: int) -> None:
    """Has this process end with `code` where it would die for want of memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
    libc.signal.restype = ctypes.c_void_p

    @ctypes.CFUNCTYPE(None, ctypes.c_int, use_errno=True)  # type: ignore[untyped-decorator]
    def dying(number: int) -> None:
        if ctypes.get_errno() == errno.ENOMEM:
            os._exit(code)
        libc.signal(number, None)  # SIG_DFL: what comes again now ends the process

    @ctypes.CFUNCTYPE(None)  # type: ignore[untyped-decorator]
    def exhausted() -> None:
        os._exit(code)

    _kept.extend((dying, exhausted))
    for name in _FATAL:
        if number := getattr(signal, name, None):
            libc.signal(number, ctypes.cast(dying, ctypes.c_void_p))
    with suppress(OSError, AttributeError):  # no C++ library here, or another one
        ctypes.CDLL("libstdc++.so.6")._ZSt15set_new_handlerPFvvE(exhausted)


def _is_bounded(memory: int) -> bool:
    """Whether the system holds this process to so much address space; it is asked to."""
    if not POSIX:
        return False
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    bound = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    _one_arena()
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no core file behind
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (ValueError, OSError):
        return False
    return sys.platform != "darwin"  # which takes the bound and does not keep to it


def _bound_work(seconds: float) -> None:
    """Has the system end this process once it has worked so long in all; a second is its measure.

    What a busy machine lets it wait for is not counted.
    """
    if POSIX:
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = math.ceil(seconds)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _one_arena() -> None:
    """Has glibc take no address space (64 MB) for the memory of each further thread."""
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


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
