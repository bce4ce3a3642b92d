"""The feed at a million changes: how many a second are read, and how much memory a replay takes.

Yardstick: 10 000 changes a second of CPU, memory that does not grow. The changes are those of the
sample plans, told again and again as if each task were corrected. They are asked of the store, each
made to the JSON of its event, and then of the API, from the request to the last byte of the
answer; the CPU of that is of the client too.
Run: python -m tests.benchmarks.feed [CHANGES]
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import text

from service.api.app import create_app
from service.api.logs import configure
from service.feed.events import event_json
from service.feed.log import ChangeQuery, changes
from service.settings import load
from service.store import Store, opened_store
from tests.service.processes import status
from tests.service.store.readings import SMALL, put, sample

SIZE, PAGE = 1_000_000, 5000
LEAST = 10_000

_AGAIN = """
INSERT INTO changes (serial, id, at, type, plan, subject, revision, latest, previous, state,
                     unit_id, agencies, after)
SELECT serial + :count, lower(hex(randomblob(16))), at, 'task.corrected', plan, subject,
       revision + 1, :latest, serial, state, unit_id, agencies, after
FROM changes WHERE serial > :last - :count
"""


def fill(store: Store, size: int) -> int:
    """So many changes at least; how many."""
    for slug in SMALL:
        put(store, sample(slug))
    with store.writing() as session:
        connection = session.connection()
        count = connection.scalar(text("SELECT max(serial) FROM changes"))
        last = count
        while last < size:
            connection.execute(text("UPDATE changes SET latest = 0 WHERE serial > :last - :count"),
                               {"last": last, "count": count})  # fmt: skip
            connection.execute(text(_AGAIN), {"last": last, "count": count, "latest": True})
            last += count
    return int(last)


def of_the_store(store: Store) -> Iterator[int]:
    """Reads all from 0, page by page; how many came, and how many bytes."""
    cursor, more = "0", True
    while more:
        with store.reading() as session:
            found = changes(session, ChangeQuery(after=cursor, limit=PAGE))
            for row in found.rows:
                event_json(row).encode()
        cursor, more = found.cursor, found.more
        yield len(found.rows)


def of_the_api(client: TestClient) -> Iterator[int]:
    address = f"/api/v1/changes?limit={PAGE}"
    while address:
        answer = client.get(address, headers={"Accept-Encoding": "identity"}).content
        yield answer.count(b'"specversion"')
        end = answer.rpartition(b'"next":')[2].rstrip(b"}")
        address = "" if end == b"null" else end.decode().strip('"')


def measured(name: str, size: int, read: Callable[[], Iterator[int]]) -> bool:
    """Prints the figures of a replay; whether they are as they should be."""
    begun, cpu, count, early = time.perf_counter(), time.process_time(), 0, 0
    for some in read():
        count += some
        if not early and count >= size // 10:
            early = status(os.getpid(), "VmRSS")
    spent, passed = time.process_time() - cpu, time.perf_counter() - begun
    late = status(os.getpid(), "VmRSS")
    rate = count / spent
    grown = (late - early) / 2**20
    print(
        f"{name}: {count} changes in {passed:.1f} s, {spent:.1f} s of CPU: {rate:,.0f} a second "
        f"(at least {LEAST:,}); memory {early / 2**20:.0f} MB after a tenth, {grown:+.1f} MB at "
        "the end"
    )
    return count == size and rate >= LEAST and grown < 20


def main() -> None:
    wanted = int(sys.argv[1]) if sys.argv[1:] and sys.argv[1].isdigit() else SIZE
    with tempfile.TemporaryDirectory() as folder:
        settings = load(data=Path(folder), workers=0, rate=1_000_000, page_size=PAGE,
                        log_level="error")  # fmt: skip
        configure(settings)
        with opened_store(settings) as store:
            size = fill(store, wanted)
            good = measured("store", size, lambda: of_the_store(store))
            app = create_app(store, None)
            with TestClient(app, base_url="http" + "://localhost") as client:
                good &= measured("API", size, lambda: of_the_api(client))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
