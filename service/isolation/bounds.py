"""What holds a child within its bounds: whatever this system has for it.

A child must not outlive its parent. A thread of its own ends it with the parent on every system,
but not while a C library holds the interpreter; so, where there is `fcntl`, the system itself does:
`multiprocessing` gives the child the reading end of a pipe whose other end dies with the parent;
then the kernel sends SIGIO, which ends a process that does not ask for anything else.

Memory is bounded by `resource`: as address space (Linux), or, where the system does not hold a
process to that (macOS), by a look at it from time to time. Windows has neither.
"""

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import wait

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


def confine(memory: int) -> None:
    """Ties this process to its parent, shuts its mouth and bounds its memory."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # for the parent to decide, which gets it too
    _silence()
    watched = None if _limited(memory) else memory
    watcher = threading.Thread(target=_watch, args=(parent.sentinel, watched), daemon=True)
    watcher.start()
    if POSIX:
        _tie(parent.sentinel)
    if wait([parent.sentinel], 0):  # it was gone before
        os._exit(1)


def protection() -> tuple[str, str]:
    """What guards the reading of a file on this machine, in Vietnamese and English."""
    vi = "mỗi tệp đọc trong tiến trình riêng, có hạn giờ"
    en = "each file is read in a process of its own, within a bounded time"
    if not POSIX:
        return f"{vi}; KHÔNG giới hạn được bộ nhớ", f"{en}; its memory is NOT bounded"
    return f"{vi} và giới hạn bộ nhớ", f"{en} and memory"


def _silence() -> None:
    """Whatever a library prints goes nowhere: standard output is for results."""
    nowhere = open(os.devnull, "r+", encoding="utf-8")  # noqa: SIM115 - while the process lives
    for stream in (0, 1, 2):
        os.dup2(nowhere.fileno(), stream)
    sys.stdout = sys.stderr = nowhere


def _limited(memory: int) -> bool:
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
