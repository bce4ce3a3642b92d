"""Reading documents in child processes, so that a hostile file harms nothing but its own result.

A child reads one document after another. One that hangs, crashes or wants too much memory is
killed and replaced; the document at fault gives one clear error, the others are read all the same.
Children hand back encoded bytes only: nothing a child sends is ever unpickled.
"""

import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import msgspec

from extractor.errors import DamagedSource, KehoachError, LimitExceeded, UnreadableSource
from extractor.limits import DEFAULT_LIMITS, Limits
from models.contract import encode
from models.plan import Ledger, Plan

#: How many documents may be read ahead of the one whose turn it is, for each further child. The
#: largest of them is read first, or the last one would keep a single child busy at the end.
AHEAD = 8

#: The name of bytes that have none.
STDIN = "-"

# The first letter of a child's answer; one that ran out of memory is not fit to read another.
READ, FAILED, SPENT = b"P", b"E", b"M"

Reader = Callable[[bytes | Path, str | None, Limits], Plan]


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


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an input: `plan` (JSON bytes) with its `summary`, or an `error`."""

    name: str
    seconds: float
    plan: bytes = b""
    summary: Summary | None = None
    error: KehoachError | None = None


def read_file(source: bytes | Path, filename: str | None, limits: Limits) -> Plan:
    """The reader of the house; imported in the child, so the parent stays light."""
    from extractor import read_plan

    return read_plan(source, filename, limits)


def read_isolated(
    inputs: Iterable[Input],
    limits: Limits = DEFAULT_LIMITS,
    jobs: int = 1,
    reader: Reader = read_file,
) -> Iterator[Result]:
    """The results of `inputs`, in their order, each as soon as it and those before it are there.

    `jobs` documents are read at a time. `limits.seconds` is wall-clock time and `limits.memory`
    address space, both of the child (memory only where the system can limit it). `reader` must be
    importable by name where children are not forked.
    """
    pool = _Pool(limits, max(1, jobs), reader)
    try:
        yield from pool.run(inputs)
    finally:
        pool.close()


@dataclass(slots=True)
class _Child:
    process: BaseProcess
    pipe: "Connection[Any, Any]"
    job: int = -1
    name: str = ""
    started: float = 0.0
    deadline: float = float("inf")


@dataclass(slots=True)
class _Pool:
    limits: Limits
    jobs: int
    reader: Reader
    children: list[_Child] = field(default_factory=list)

    def run(self, inputs: Iterable[Input]) -> Iterator[Result]:
        waiting = deque(enumerate(inputs))
        near: list[tuple[int, int, Input]] = []  # whose turn comes soon, the largest first
        done: dict[int, Result] = {}
        turn = 0
        while waiting or near or done or any(child.job >= 0 for child in self.children):
            while waiting and waiting[0][0] <= turn + (self.jobs - 1) * AHEAD:
                job, document = waiting.popleft()
                heappush(near, (-document.size(), job, document))
            while near and (child := self._idle()):
                _, job, document = heappop(near)
                done.update(self._give(child, job, document))
            if turn in done:
                yield done.pop(turn)
                turn += 1
            else:
                done.update(self._collect())

    def _idle(self) -> _Child | None:
        for child in self.children:
            if child.job < 0:
                return child
        if len(self.children) == self.jobs:
            return None
        child = _start(self.limits, self.reader)
        self.children.append(child)
        return child

    def _give(self, child: _Child, job: int, document: Input) -> list[tuple[int, Result]]:
        child.job, child.name = job, document.name
        child.started = time.monotonic()
        child.deadline = child.started + self.limits.seconds
        inline = isinstance(document.source, bytes)
        try:
            child.pipe.send_bytes(msgspec.msgpack.encode([document.name, inline]))
            source = document.source
            child.pipe.send_bytes(source if isinstance(source, bytes) else os.fsencode(source))
        except OSError:  # it died while nobody was looking
            return [self._bury(child, None)]
        return []

    def _collect(self) -> Iterator[tuple[int, Result]]:
        busy = [child for child in self.children if child.job >= 0]
        pause = min(child.deadline for child in busy) - time.monotonic()
        ready = wait([child.pipe for child in busy], max(0.0, min(pause, 3600.0)))
        for child in busy:
            if child.pipe in ready:
                try:
                    answer = child.pipe.recv_bytes()
                except (EOFError, OSError):
                    yield self._bury(child, None)
                else:
                    yield child.job, _result(child, answer)
                    child.job, child.deadline = -1, float("inf")
                    if answer[:1] == SPENT:
                        self.children.remove(child)
                        _end(child)
            elif time.monotonic() >= child.deadline:
                yield self._bury(child, _too_slow(self.limits))

    def _bury(self, child: _Child, reason: KehoachError | None) -> tuple[int, Result]:
        """Ends `child`; the document it had in hand fails with `reason`, or as a crash."""
        self.children.remove(child)
        if reason:
            child.process.kill()
        child.process.join(10)
        error = reason or _crash(child.process.exitcode)
        _end(child)
        return child.job, Result(child.name, time.monotonic() - child.started, error=error)

    def close(self) -> None:
        for child in self.children:
            _end(child)
        self.children.clear()


def _context() -> BaseContext:
    # A fork is quickest, but only safe while this process has a single thread.
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    method = "fork" if threading.active_count() == 1 else "forkserver"
    return multiprocessing.get_context(method)


def _start(limits: Limits, reader: Reader) -> _Child:
    context = _context()
    ours, theirs = context.Pipe()
    # A forked child must let go of our end, or it would not notice that we are gone.
    spare = ours if context.get_start_method() == "fork" else None
    process = context.Process(  # type: ignore[attr-defined]
        target=_work, args=(theirs, spare, limits, reader), daemon=True, name="kehoach-reader"
    )
    process.start()
    theirs.close()
    return _Child(process, ours)


def _end(child: _Child) -> None:
    child.pipe.close()
    if child.process.is_alive():
        child.process.kill()
    child.process.join(10)
    with suppress(ValueError):  # still running: nothing more can be done
        child.process.close()


def _work(
    pipe: "Connection[Any, Any]",
    spare: "Connection[Any, Any] | None",
    limits: Limits,
    reader: Reader,
) -> None:
    """The life of a child: read what is sent, answer, until the pipe closes."""
    if spare is not None:
        spare.close()
    _limit_memory(limits.memory)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            name, inline = msgspec.msgpack.decode(pipe.recv_bytes(), type=tuple[str, bool])
            data = pipe.recv_bytes()
            source = data if inline else Path(os.fsdecode(data))
            filename = name if inline and name != STDIN else None  # a path has its own
            pipe.send_bytes(_answer(reader, source, filename, limits))


def _answer(reader: Reader, source: bytes | Path, filename: str | None, limits: Limits) -> bytes:
    """One letter for what became of the document, and what there is to say about it."""
    try:
        plan = reader(source, filename, limits)
        summary = Summary(
            sum(task.origin == "table" for task in plan.tasks),
            sum(task.origin != "table" and task.same_as is None for task in plan.tasks),
            len(plan.targets),
            plan.ledger,
            sum(d.severity != "info" for d in plan.diagnostics),
        )
        head = msgspec.json.encode(summary)
        return READ + len(head).to_bytes(8, "big") + head + encode(plan)
    except KehoachError as error:
        return _failure(FAILED, error)
    except OSError as error:
        return _failure(FAILED, _unopened(error))
    except MemoryError:
        return _failure(SPENT, _too_large(limits))
    except Exception as error:  # a fault of ours: the file is named, the work goes on
        return _failure(FAILED, _fault(error))


def _failure(letter: bytes, error: KehoachError) -> bytes:
    return letter + msgspec.json.encode([error.code, error.vi, error.en])


def _result(child: _Child, answer: bytes) -> Result:
    seconds = time.monotonic() - child.started
    if answer[:1] == READ:
        start = 9 + int.from_bytes(answer[1:9], "big")
        summary = msgspec.json.decode(answer[9:start], type=Summary)
        return Result(child.name, seconds, answer[start:], summary)
    code, vi, en = msgspec.json.decode(answer[1:], type=tuple[str, str, str])
    kinds: Sequence[type[KehoachError]] = (KehoachError, *_kinds(KehoachError))
    kind = next((kind for kind in kinds if kind.code == code), UnreadableSource)
    return Result(child.name, seconds, error=kind(vi, en))


def _kinds(root: type[KehoachError]) -> Iterator[type[KehoachError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


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


def _too_slow(limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"đọc tệp này lâu quá {limits.seconds:g} giây; có thể cho thêm giờ bằng --limit-seconds",
        f"reading this file takes more than {limits.seconds:g} seconds; "
        "--limit-seconds allows more",
    )


def _too_large(limits: Limits) -> LimitExceeded:
    size = limits.memory // 1024**2
    return LimitExceeded(
        f"đọc tệp này cần hơn {size} MB bộ nhớ; có thể cho thêm bằng --limit-memory",
        f"reading this file takes more than {size} MB of memory; --limit-memory allows more",
    )


def _crash(exitcode: int | None) -> DamagedSource:
    return DamagedSource(
        f"tệp này làm trình đọc dừng đột ngột (mã {exitcode}); tệp có thể bị hỏng",
        f"the file made its reader stop dead (code {exitcode}); it may be damaged",
    )


def _unopened(error: OSError) -> UnreadableSource:
    for kind, vi, en in (
        (FileNotFoundError, "không thấy tệp này", "there is no such file"),
        (PermissionError, "không có quyền đọc tệp này", "the file may not be read: no permission"),
        (IsADirectoryError, "đây là một thư mục", "this is a folder"),
    ):
        if isinstance(error, kind):
            return UnreadableSource(vi, en)
    reason = error.strerror or type(error).__name__
    return UnreadableSource(f"không mở được tệp: {reason}", f"the file cannot be opened: {reason}")


def _fault(error: Exception) -> UnreadableSource:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    what = f"{type(error).__name__}, {where}"
    return UnreadableSource(
        f"chương trình có lỗi khi đọc tệp này ({what}); xin gửi tệp cho người phát triển",
        f"a fault of the program while reading this file ({what}); please report it with the file",
    )
