"""The list of tasks: every filter, pairs of them, every order, on SQLite or PostgreSQL.

Yardstick: the first page of tasks in the order of their row numbers, in the same run. The store is
that of `planting`. The lists are asked of the store (the first page, the second, and one behind
5000 tasks), and then of the API, from the request to the last byte of the answer, packed with gzip;
the CPU of that is of the client too.
Run: python -m tests.benchmarks.tasks [TASKS] [--postgres]
"""

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from models.tables import TaskRow
from service.api.app import create_app
from service.api.logs import configure
from service.store import Store
from service.store.filters import TaskFilter, TaskQuery
from service.store.tasks import ORDERS, tasks
from tests.benchmarks.planting import planted

SIZE = 100_000
PAGE, FAR = 50, 5000
#: Seconds of the 95th percentile at so many tasks.
BARS = {100_000: 0.030, 1_000_000: 0.050}
HOST = "localhost"

WORDS = ("kế hoạch", "báo cáo", "chuyển đổi số", '"cải cách hành chính"', "hài lòng",
         "tuyen truyen", "công chức", "76/NQ-CP", "long hồ", "Ea Wer", "tân an",
         "khongcotu")  # fmt: skip


def filters(store: Store) -> dict[str, list[TaskFilter]]:
    """Filters by what they ask, with values that are in the store and some that are not."""
    with store.reading() as session:
        found = session.scalars(select(col(TaskRow.unit_id)).distinct()).all()
    places = sorted(place for place in found if place)
    single: dict[str, list[dict[str, Any]]] = {
        "unit": [{"unit": place} for place in (*places[:: len(places) // 4], "vn", "vn-99")],
        "year": [{"year": year} for year in (2019, 2022, 2026)],
        "field": [{"field": code} for code in ("PAR.1", "PAR.7", "PAPI", "SIPAS")],
        "agency": [
            {"agency": f"{place}/{slug}", "successors": "2026"}
            for place in ("vn-01", "vn-86")
            for slug in ("so-noi-vu", "so-tai-chinh")
        ],
        "step": [{"step": step} for step in ("plan", "do", "check", "report")],
        "act": [{"act": act} for act in ("train", "digitise", "buy")],
        "object": [{"object": words} for words in ("cải cách hành chính", "không có")],
        "level": [{"level": level} for level in ("own", "nation")],
        "sector": [{"sector": sector} for sector in ("officials", "health", "minerals")],
        "due": [
            {"due_from": date(year, 1, 1), "due_to": date(year, 6, 30)} for year in (2020, 2026)
        ],
        "kind": [{"kind": "missing"}, {"kind": "event"}],
        "status": [{"status": "confirmed"}],
        "text": [{"text": words} for words in WORDS],
    }
    asked = {"nothing": [TaskFilter()]}
    asked |= {name: [TaskFilter(**one) for one in some] for name, some in single.items()}
    for (name, some), (other, more) in itertools.combinations(single.items(), 2):
        asked[f"{name} + {other}"] = [
            TaskFilter(**one, **two) for one, two in itertools.product(some[:3], more[:3])
        ]
    return asked


def asked_of(client: TestClient, where: TaskFilter, sort: str) -> float:
    """Seconds the first page takes through the API."""
    given = where.model_dump(mode="json", exclude_defaults=True)
    start = time.perf_counter()
    answer = client.get("/api/v1/tasks", params={**given, "sort": sort, "limit": PAGE})
    taken = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    return taken


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def listed(store: Store, where: TaskFilter, sort: str) -> float:
    """Seconds a page takes: the mean of the first, the second and one far behind, where there
    are any."""
    taken: list[float] = []
    with store.reading() as session:
        asked = where.into(TaskQuery, sort=sort, limit=PAGE)

        def page(after: str | None) -> str | None:
            start = time.perf_counter()
            found = tasks(session, asked.model_copy(update={"after": after}))
            taken.append(time.perf_counter() - start)
            return found.next

        far = tasks(session, asked.model_copy(update={"limit": FAR})).next
        for after in (page(None), far):
            if after:
                page(after)
    return statistics.mean(taken)


def yardstick(store: Store) -> None:
    with store.reading() as session:
        session.scalars(select(TaskRow).order_by(col(TaskRow.serial)).limit(PAGE)).all()


def main(given: str = str(SIZE), *options: str) -> None:
    size, start = int(given), time.perf_counter()
    with planted(size, postgres="--postgres" in options) as store:
        taken = time.perf_counter() - start
        with store.reading() as session:
            total = len(session.scalars(select(col(TaskRow.serial))).all())
        print(
            f"tasks: {total:,} on {store.dialect}, filled in {taken:.0f} s "
            f"({total / taken:,.0f} a second)"
        )
        base = statistics.median(timed(lambda: yardstick(store)) for _ in range(50))
        print(f"  yardstick: {PAGE} rows by number {base * 1000:.1f} ms")
        told("the store", base, store, lambda where, sort: listed(store, where, sort))
        configure(store.settings)
        with TestClient(create_app(store, None), base_url=f"http://{HOST}") as client:
            for _ in range(20):
                asked_of(client, TaskFilter(), "document")
            most = told("the API", base, store, lambda where, sort: asked_of(client, where, sort))
    bar = next((bar for most_of, bar in BARS.items() if size <= most_of), max(BARS.values()))
    print(f"  p95 through the API {most * 1000:.1f} ms (at most {bar * 1000:.0f} ms)")


def told(who: str, base: float, store: Store, work: Callable[[TaskFilter, str], float]) -> float:
    """Prints what pages take and returns their 95th percentile."""
    print(f"  a page of {PAGE}, asked of {who}")
    every: list[float] = []
    spent = time.process_time()
    for name, some in filters(store).items():
        times = [work(where, sort) for where in some for sort in ORDERS]
        every += times
        print(
            f"    {name:18} median {statistics.median(times) * 1000:5.1f} ms, "
            f"p95 {p95(times) * 1000:5.1f} ms, most {max(times) * 1000:5.1f} ms"
        )
    found = p95(every)
    spent = (time.process_time() - spent) / len(every)
    print(
        f"    {len(every)} lists: median {statistics.median(every) * 1000:.1f} ms, "
        f"p95 {found * 1000:.1f} ms ({found / base:.1f} x the yardstick), "
        f"{spent * 1000:.1f} ms of CPU each"
    )
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
