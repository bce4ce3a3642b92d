"""Lists of 50 tasks by many callers at once: requests a second, and CPU of the service for each.

With one and with two processes that answer, on SQLite and on PostgreSQL where it is installed. The
callers are a process of their own; each keeps its connection and asks as soon as it is answered.
The CPU is that of all processes of the service, but not of PostgreSQL's.
Run: python -m tests.benchmarks.lists [SECONDS [TASKS]]
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection as Line
from pathlib import Path

from service.settings import load
from service.store import opened_store
from tests.benchmarks.planting import plans
from tests.benchmarks.siege import served, worked
from tests.service.postgres import own_server, programs
from tests.service.processes import offspring
from tests.service.store.readings import put

CALLERS, PROCESSES = (1, 50), (1, 2)
#: Milliseconds of CPU for a list, at most.
BAR = 5.0


def called(port: int, callers: int, seconds: float, line: Line) -> None:
    """So many callers at once; sends how long each answer took."""
    taken: list[float] = []

    async def caller(number: int, end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < end:
            number += 1
            begun = time.perf_counter()
            writer.write(
                f"GET /api/v1/tasks?limit=50&year={2019 + number % 8} HTTP/1.1\r\n"
                "Host: localhost\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
            taken.append(time.perf_counter() - begun)
        writer.close()

    async def all_of_them() -> None:
        end = time.monotonic() + seconds
        await asyncio.gather(*(caller(number, end) for number in range(callers)))

    asyncio.run(all_of_them())
    line.send(taken)


def by_many(port: int, callers: int, seconds: float) -> list[float]:
    """Seconds that each answer took."""
    spawn = get_context("spawn")
    line, theirs = spawn.Pipe()
    process = spawn.Process(target=called, args=(port, callers, seconds, theirs))
    process.start()
    taken: list[float] = line.recv()
    process.join()
    return taken


def all_worked(root: int) -> float:
    """Seconds of CPU of a process and of those that it has started."""
    return sum(worked(one) for one in (root, *offspring(root)))


@contextmanager
def databases() -> Iterator[dict[str, str | None]]:
    """Names of databases with their addresses, None for the file in the folder of the data."""
    found: dict[str, str | None] = {"SQLite": None}
    with ExitStack() as stack:
        if programs():
            found["PostgreSQL"] = stack.enter_context(own_server()).create("lists")
        yield found


def main(seconds: str = "10", tasks: str = "55000") -> None:
    print(f"lists: 50 of {int(tasks):,} tasks, at most {BAR} ms of CPU; {os.cpu_count()} CPUs")
    with databases() as known:
        for name, url in known.items():
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "tmp").mkdir()
                with opened_store(load(data=Path(folder), database=url, workers=0)) as store:
                    for plan in plans(int(tasks)):
                        put(store, plan)
                given = {"KEHOACH_WORKERS": "0", "KEHOACH_DATABASE": url or ""}
                for processes in PROCESSES:
                    with served(Path(folder), "--processes", str(processes), **given) as (it, port):
                        by_many(port, 10, 3.0)
                        for callers in CALLERS:
                            before = all_worked(it.pid)
                            taken = by_many(port, callers, float(seconds))
                            each = (all_worked(it.pid) - before) / len(taken) * 1000
                            p95 = statistics.quantiles(taken, n=20)[-1] * 1000
                            print(
                                f"  {name}, {processes} to answer, {callers:2} callers: "
                                f"{len(taken) / float(seconds):4.0f} a second, {each:.1f} ms of "
                                f"CPU each, p95 {p95:.0f} ms; load {os.getloadavg()[0]:.1f}",
                                flush=True,
                            )


if __name__ == "__main__":
    main(*sys.argv[1:])
