"""The list of tasks at 100 000 tasks: every filter, pairs of them, every order, on SQLite.

Yardstick: the first page of tasks in the order of their row numbers, in the same run. The store
holds the sample plans many times over, each time with another file, province, district, year and
days, as other provinces would have written them. The lists are asked of the store, and then of
the API, from the request to the last byte of the answer, packed with gzip; the CPU of that is of
the client too.
Run: python -m tests.benchmarks.tasks [TASKS]
"""

import itertools
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlmodel import col

from corpora import units
from models.contract import decode, encode
from models.plan import Plan
from models.tables import TaskRow
from service.api.app import create_app
from service.api.logs import configure
from service.settings import Settings, load
from service.store import Store, opened_store
from service.store.filters import TaskFilter, TaskQuery
from service.store.tasks import ORDERS, tasks
from tests.service.store.readings import SMALL, put, renamed, sample

SIZE = 100_000
PAGE = 50
BAR = 0.030
HOST = "localhost"

WORDS = ("kế hoạch", "báo cáo", "chuyển đổi số", '"cải cách hành chính"', "hài lòng",
         "tuyen truyen", "công chức", "76/NQ-CP", "long hồ", "khongcotu")  # fmt: skip


def plans(size: int, seed: int = 5) -> Iterator[Plan]:
    """Plans of `size` tasks in all: each sample for one province and year after the other."""
    chance = random.Random(seed)
    homes = [
        unit.id
        for unit in units.provinces()
        if unit.level == "province" and unit.valid_from is None
    ]
    homes = list(dict.fromkeys(homes))
    samples = [(encode(sample(slug)).decode(), len(sample(slug).tasks)) for slug in
               ("dong-nai-2024", *SMALL)]  # fmt: skip
    made = 0
    for number in itertools.count():
        text, count = samples[chance.choices(range(5), (4, 4, 2, 1, 1))[0]]
        home = homes[number % len(homes)] if number < 2 * len(homes) else chance.choice(homes)
        yield renamed(varied(text, home, chance.randint(2019, 2026)), f"{number}.docx")
        made += count
        if made >= size:
            return


def varied(text: str, home: str, year: int) -> Plan:
    """The plan as if of another province and year: ids of bodies, days and years follow."""
    plan = decode(text)
    mine = "-".join((plan.document.unit.id if plan.document.unit else "vn-86").split("-")[:2])
    first = plan.document.period.years[0] if plan.document.period else 2024
    text = text.replace(f'"{mine}', f'"{home}')
    text = re.sub(
        r"\b(20[12]\d)(-\d\d-\d\d)?\b",
        lambda found: (
            f"{int(found[1]) + year - first}{(found[2] or '').replace('-02-29', '-02-28')}"
        ),
        text,
    )
    return decode(text)


def settings(folder: str) -> Settings:
    return load(data=Path(folder), workers=0, rate=10**6, log_level="error")


@contextmanager
def filled(size: int) -> Iterator[Store]:
    """A store with that many tasks."""
    with tempfile.TemporaryDirectory() as folder, opened_store(settings(folder)) as store:
        for plan in plans(size):
            put(store, plan)
        yield store


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
    """Seconds a page takes: the mean of the first and the second, if there is one."""
    start = time.perf_counter()
    with store.reading() as session:
        asked = where.into(TaskQuery, sort=sort, limit=PAGE)
        page = tasks(session, asked)
        if page.next:
            tasks(session, asked.model_copy(update={"after": page.next}))
    return (time.perf_counter() - start) / (2 if page.next else 1)


def yardstick(store: Store) -> None:
    with store.reading() as session:
        session.scalars(select(TaskRow).order_by(col(TaskRow.serial)).limit(PAGE)).all()


def main(size: int = SIZE) -> None:
    start = time.perf_counter()
    with filled(size) as store:
        taken = time.perf_counter() - start
        with store.reading() as session:
            total = len(session.scalars(select(col(TaskRow.serial))).all())
        print(f"tasks: {total:,} of them, filled in {taken:.0f} s ({total / taken:,.0f} a second)")
        base = statistics.median(timed(lambda: yardstick(store)) for _ in range(50))
        print(f"  yardstick: {PAGE} rows by number {base * 1000:.1f} ms")
        told("the store", base, store, lambda where, sort: listed(store, where, sort))
        configure(store.settings)
        with TestClient(create_app(store, None), base_url=f"http://{HOST}") as client:
            for _ in range(20):
                asked_of(client, TaskFilter(), "document")
            most = told("the API", base, store, lambda where, sort: asked_of(client, where, sort))
    print(f"  p95 through the API {most * 1000:.1f} ms (at most {BAR * 1000:.0f} ms)")


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
    main(*map(int, sys.argv[1:]))
