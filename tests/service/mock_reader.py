"""A reader that reads nothing and does what the bytes say: all that can go wrong in a child."""

import ctypes
import faulthandler
import os
import re
import socket
import stat
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from extractor.limits import Limits
from extractor.progress import Listener, Progress
from models.errors import EncryptedSource
from models.plan import Plan
from tests.service.plans import made_plan

_kept: list[bytearray] = []


class UnspeakableError(Exception):
    """One that cannot even be printed."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def mock_reader(source: bytes | Path, name: str | None, limits: Limits, progress: Listener) -> Plan:
    progress(Progress("read"))
    order = source.decode() if isinstance(source, bytes) else "good"
    if order.startswith("hang until "):
        order = "hang-beating" if time.time() < float(order.split()[-1]) else "good"
    if order in DEEDS:
        DEEDS[order](progress)
    plan = made_plan(name or (source.name if isinstance(source, Path) else "?"))
    if order == "environment":
        known = " ".join(f"{name}={value}" for name, value in os.environ.items())
        handed_over = Path("/proc/self/environ").read_bytes().decode("latin-1")
        return _titled(plan, f"{known} {handed_over}".replace("\0", " "))
    if order == "whoami":
        return _titled(plan, str(os.getpid()))
    if order == "flood-answer":
        return _titled(plan, "a" * 8_000_000)
    if order == "half-letter":
        return _titled(plan, "\ud800")
    if order == "nothing":
        return None  # type: ignore[return-value]
    return plan


def _titled(plan: Plan, title: str) -> Plan:
    return replace(plan, document=replace(plan.document, title=title))


def _hang(progress: Listener) -> None:
    time.sleep(600)


def _hang_beating(progress: Listener) -> None:
    while True:
        progress(Progress("understand"))
        time.sleep(0.05)


def _work_beating(progress: Listener) -> None:
    while True:
        progress(Progress("understand"))
        sum(range(10_000))


def _hang_holding_the_interpreter(progress: Listener) -> None:
    re.match(r"(a|a)*$", "a" * 60 + "b")


def _line() -> int:
    """The line to the parent, which no reader of good will touches."""
    sockets = (fd for fd in range(3, 1024) if _is_socket(fd))
    return next(sockets)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _half_a_message(progress: Listener) -> None:
    os.write(_line(), struct.pack("!i", 1000) + b"half")
    time.sleep(600)


def _overlong_message(progress: Listener) -> None:
    os.write(_line(), struct.pack("!i", 2**31 - 1))
    time.sleep(600)


def _nonsense(progress: Listener) -> None:
    os.write(_line(), struct.pack("!i", 8) + b"nonsense")
    time.sleep(600)


def _segfault(progress: Listener) -> None:
    faulthandler.disable()
    ctypes.string_at(0)


def _abort(progress: Listener) -> None:
    faulthandler.disable()
    os.abort()


def _abort_for_memory(progress: Listener) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.malloc(2**45)
    libc.abort()


def _stumble_for_memory(progress: Listener) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.argtypes = libc.memset.argtypes = [ctypes.c_size_t]
    libc.malloc.restype = ctypes.c_size_t
    ctypes.memset(libc.malloc(2**45), 0, 100)


def _bad_alloc(progress: Listener) -> None:
    new = ctypes.CDLL("libstdc++.so.6")._Znwm
    new.argtypes = [ctypes.c_size_t]
    new(2**45)


def _socket(progress: Listener) -> None:
    socket.socket()


def _other_process(progress: Listener) -> None:
    Path(f"/proc/{os.getppid()}/environ").read_bytes()


def _memory(progress: Listener) -> None:
    len(bytearray(2 * 1024**3))


def _picture_without_room(progress: Listener) -> None:
    import cv2
    import numpy as np

    cv2.resize(np.zeros((1, 1), np.uint8), (30_000, 30_000))


def _memory_by_and_by(progress: Listener) -> None:
    pieces = []
    while True:
        pieces.append(bytearray(1_000_000))


def _swell(progress: Listener) -> None:
    _kept.append(bytearray(os.urandom(1024)) * (300 * 1024))


def _flood_output(progress: Listener) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.write("output " * 1_000_000)
        stream.flush()
    os.write(1, b"output " * 1_000_000)


def _flood_beats(progress: Listener) -> None:
    for page in range(20_000):
        progress(Progress("read", page + 1, 20_000))


def _raise(error: Callable[[], BaseException]) -> Callable[[Listener], None]:
    def deed(progress: Listener) -> None:
        raise error()

    return deed


DEEDS: dict[str, Callable[[Listener], None]] = {
    "hang": _hang,
    "hang-beating": _hang_beating,
    "work-beating": _work_beating,
    "hang-holding": _hang_holding_the_interpreter,
    "half-a-message": _half_a_message,
    "overlong-message": _overlong_message,
    "nonsense": _nonsense,
    "slow": lambda progress: time.sleep(0.2),
    "exit": lambda progress: os._exit(3),
    "segfault": _segfault,
    "abort": _abort,
    "killed": lambda progress: os.kill(os.getpid(), 9),
    "abort-for-memory": _abort_for_memory,
    "stumble-for-memory": _stumble_for_memory,
    "bad-alloc": _bad_alloc,
    "socket": _socket,
    "other-file": lambda progress: len(Path("/etc/passwd").read_bytes()) or None,
    "other-place": lambda progress: Path("/tmp/kehoach-cell").touch(),
    "other-process": _other_process,
    "memory": _memory,
    "memory-by-and-by": _memory_by_and_by,
    "picture": _picture_without_room,
    "swell": _swell,
    "flood-output": _flood_output,
    "flood-beats": _flood_beats,
    "encrypted": _raise(lambda: EncryptedSource("có mật khẩu", "needs a password")),
    "half-error": _raise(lambda: EncryptedSource("mật khẩu \ud800", "password \ud800")),
    "fault": _raise(lambda: ZeroDivisionError("a bug")),
    "unspeakable": _raise(UnspeakableError),
    "group": _raise(lambda: ExceptionGroup("several", [ValueError("a"), MemoryError()])),
    "no-room": _raise(lambda: ImportError("libx.so: failed to map segment from shared object")),
    "recursion": _raise(RecursionError),
    "stop": _raise(StopIteration),
    "system-exit": _raise(lambda: SystemExit(0)),
    "interrupt": _raise(KeyboardInterrupt),
    "missing": _raise(lambda: FileNotFoundError(2, "No such file", "x")),
}
