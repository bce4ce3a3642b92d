"""The service under siege: readers that do not read, silent connections, callers, uploads.

All at once, from one process, against `kehoach serve` as people run it: 300 clients ask for an
export and take none of it, 400 say nothing or half a head, 50 ask for lists one after the other,
200 upload at a time. Each begins anew as soon as the service has let go of it.
Run: python -m tests.benchmarks.siege [SECONDS [TASKS [OPTIONS OF SERVE…]]]
"""

import asyncio
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection as Line
from pathlib import Path

from service.store import opened_store
from tests.benchmarks.planting import plans, settings
from tests.conftest import ROOT
from tests.service.commands import KEHOACH, environment
from tests.service.processes import offspring, status
from tests.service.store.readings import put

READERS, SILENT, CALLERS, UPLOADERS = 300, 400, 50, 200
MB = 1024**2


@dataclass(slots=True)
class Siege:
    """What was seen: seconds that answers took, statuses, the most memory, the end; `worked`: the
    seconds of CPU in each second, by whose they are; `waited`: the share of its time in which the
    loop of one that answers waited for a processor."""

    healthz: list[float] = field(default_factory=list)
    lists: list[float] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    memory: int = 0
    with_readers: int = 0
    stopped_in: float = 0.0
    waited: float = 0.0
    worked: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    left: list[str] = field(default_factory=list)


@contextmanager
def served(
    data: Path, *options: str, **given: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The service on a free port."""
    process = subprocess.Popen(
        [*KEHOACH, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=environment(
            KEHOACH_DATA=str(data), KEHOACH_RATE="100000000", TMPDIR=str(data / "tmp"), **given
        ),
    )
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)/", process.stdout.readline().decode())
        assert found
        yield process, int(found[1])
    finally:
        process.kill()
        process.communicate()


async def asked(port: int, head: str, body: bytes = b"") -> tuple[int, bytes]:
    """The status and the body of an answer, by a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"{head} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)  # fmt: skip
        told = await reader.read()
        return int(told[9:12] or 0), told
    finally:
        writer.close()


def attacked(port: int, seconds: float, line: Line) -> None:
    """The siege but for those who only want an answer; a process of its own, as it is busy too."""
    seen = Siege()
    asyncio.run(besieged(port, seconds, seen, attacks=True))
    line.send(seen.statuses)


async def besieged(port: int, seconds: float, seen: Siege, *, attacks: bool) -> None:
    """One side of the siege: the attack, or the callers."""
    end = time.monotonic() + seconds
    number = iter(range(10**9))

    async def again(attack: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < end:
            with suppress(OSError, asyncio.IncompleteReadError, ValueError):
                await attack()
            await asyncio.sleep(0.05)

    async def held(sent: bytes) -> None:
        """A connection that is kept for as long as the service lets it be."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_connect(line, ("127.0.0.1", port))
            await loop.sock_sendall(line, sent)
            while time.monotonic() < end:
                await asyncio.sleep(1.0)
                await loop.sock_sendall(line, b"")
                if line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or _is_closed(line):
                    return
        finally:
            line.close()

    async def lists() -> None:
        begun = time.perf_counter()
        told, _ = await asked(port, f"GET /api/v1/tasks?limit=50&year={2019 + next(number) % 8}")
        seen.lists.append(time.perf_counter() - begun)
        seen.statuses["list", told] += 1

    async def upload() -> None:
        body = f"KẾ HOẠCH số {next(number)}\n1. Sở Nội vụ báo cáo.\n".encode()
        form = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'
        head = "POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        whole = form + body + b"\r\n--x--\r\n"
        head += "Content-Type: multipart/form-data; boundary=x\r\n"
        head += f"Content-Length: {len(whole)}\r\n\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + whole)
            answer = await reader.read()
        finally:
            writer.close()
        told = int(answer[9:12] or 0)
        seen.statuses["upload", told] += 1
        if told in (429, 503):
            if b"\r\nretry-after: " not in answer.lower():
                seen.statuses["no Retry-After", told] += 1
            await asyncio.sleep(2.0)

    async def health() -> None:
        begun = time.perf_counter()
        told, _ = await asked(port, "GET /healthz")
        seen.healthz.append(time.perf_counter() - begun)
        seen.statuses["healthz", told] += 1
        await asyncio.sleep(0.5)

    export = b"GET /api/v1/tasks.csv HTTP/1.1\r\nHost: localhost\r\n\r\n"
    half = b"GET /api/v1/tasks HTTP/1.1\r\nHost: local"
    if not attacks:
        await asyncio.gather(*(again(lists) for _ in range(CALLERS)), again(health))
    else:
        await asyncio.gather(
            *(again(lambda: held(export)) for _ in range(READERS)),
            *(again(lambda: held(half)) for _ in range(SILENT // 2)),
            *(again(lambda: held(b"")) for _ in range(SILENT // 2)),
            *(again(upload) for _ in range(UPLOADERS)),
        )


def _is_closed(line: socket.socket) -> bool:
    """Whether the other side has ended the connection; nothing that it sent is taken."""
    with suppress(BlockingIOError):
        return line.recv(1, socket.MSG_PEEK) == b""
    return False


def besiege(data: Path, seconds: float, *options: str, **given: str) -> Siege:
    """A siege of a service on the store in this folder, to its end."""
    (data / "tmp").mkdir(exist_ok=True)
    seen, spawn = Siege(), get_context("spawn")
    with served(data, *options, **given) as (process, port):
        line, theirs = spawn.Pipe()
        attack = spawn.Process(target=attacked, args=(port, seconds, theirs), daemon=True)
        attack.start()

        async def watched() -> None:
            siege = asyncio.create_task(besieged(port, seconds, seen, attacks=False))
            spent: dict[int, tuple[str, float]] = {}
            before = {one: worked(one) for one in (process.pid, os.getpid())}
            while not siege.done():
                await asyncio.sleep(1.0)
                every = [process.pid, *offspring(process.pid)]
                sizes = {one: status(one, "VmRSS") for one in every}
                reading = {one for one in every if _reads(one)}
                seen.with_readers = max(seen.with_readers, sum(sizes.values()))
                answering = sum(size for one, size in sizes.items() if one not in reading)
                seen.memory = max(seen.memory, answering)
                others = {process.pid: "jobs", os.getpid(): "callers", attack.pid or 0: "attack"}
                others |= dict.fromkeys(reading, "reading")
                for one in (*every, os.getpid(), attack.pid or 0):
                    spent[one] = others.get(one, "answering"), worked(one)
            await siege
            for one, (role, cpu) in spent.items():
                seen.worked[role] += (cpu - before.get(one, 0.0)) / seconds
                if role == "answering":
                    seen.waited = max(seen.waited, waited(one))

        asyncio.run(watched())
        seen.statuses += line.recv()
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(120)
        seen.stopped_in = time.monotonic() - begun
    left = [*(data / "tmp").iterdir(), *(data / "files" / "passing").glob("*")]
    seen.left = [str(one) for one in left]
    return seen


def worked(process: int) -> float:
    """Seconds of CPU of a process; 0 where it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def waited(process: int) -> float:
    """The share of its time in which the first thread of a process waited for a processor."""
    try:
        ran, idle, _ = map(int, Path(f"/proc/{process}/schedstat").read_text().split())
    except OSError:
        return 0.0
    return idle / (ran + idle)


def _reads(process: int) -> bool:
    """Whether it is a child that reads documents: its calls of the system pass one filter more."""
    return _filters(process) > _filters(os.getpid())


def _filters(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Seccomp_filters:")), 0)


def told(seen: Siege) -> str:
    def quantile(times: list[float], share: int) -> float:
        return statistics.quantiles(times, n=100)[share - 1] * 1000 if len(times) > 1 else 0.0

    load = os.getloadavg()[0]
    return (
        f"healthz p50 {quantile(seen.healthz, 50):.0f}, p99 {quantile(seen.healthz, 99):.0f} ms; "
        f"lists p50 {quantile(seen.lists, 50):.0f}, p95 {quantile(seen.lists, 95):.0f} ms; "
        f"{seen.memory / MB:.0f} MB ({seen.with_readers / MB:.0f} with its readers); "
        f"stopped in {seen.stopped_in:.1f} s; left: {seen.left}; "
        f"its loop waited for a processor {seen.waited:.0%} of its time; CPU: "
        f"{', '.join(f'{role} {share:.2f}' for role, share in seen.worked.items())}; "
        f"answers {dict(sorted(seen.statuses.items()))}; load {load:.1f}"
    )


def main(seconds: str = "300", tasks: str = "55000", *options: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with opened_store(settings(folder)) as store:
            for plan in plans(int(tasks)):
                put(store, plan)
        print(f"siege: {told(besiege(Path(folder), float(seconds), *options))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
