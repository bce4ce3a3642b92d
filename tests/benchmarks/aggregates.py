"""What the pages of comparisons and the search count: the first look at a store, and later ones.

Yardstick: one count of all tasks by document and field that the database makes, in the same run. A
first look is that of a process that has counted nothing yet; the plan that is added has some 60
tasks. Seconds are those of the processor, without that of PostgreSQL, and those of the clock.

Run: python -m tests.benchmarks.aggregates [TASKS] [--postgres]
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable

from sqlalchemy import func, select

from models.tables import TaskRow
from service.comparison.coverage import coverage
from service.comparison.measures import measured
from service.comparison.tallies import Dimension, Scope
from service.comparison.targets import all_indicators
from service.pages.comparison import LINES
from service.store import Store, opened_store
from service.store.filters import TaskFilter
from service.store.tasks import facets
from tests.benchmarks.planting import planted
from tests.service.store.readings import put, renamed, sample

SIZE, ROUNDS, BAR = 20_000, 5, 1.0
BY: tuple[tuple[Dimension, ...], ...] = (
    ("unit", "year"), ("province", "year"), ("field", "year"), ("field", "unit"), ("kind", "unit"),
    ("level", "year"), ("role",), ("lead",), ("month",), ("plan", "field"), ("plan", "month"),
)  # fmt: skip


def timed(store: Store, ask: Callable[[Store], object], rounds: int = 1) -> tuple[float, float]:
    """Seconds of the processor and of the clock."""
    worked, taken = [], []
    for _ in range(rounds):
        start, begun = time.perf_counter(), time.process_time()
        ask(store)
        worked.append(time.process_time() - begun)
        taken.append(time.perf_counter() - start)
    return statistics.median(worked), statistics.median(taken)


def counted(by: tuple[Dimension, ...]) -> Callable[[Store], object]:
    def ask(store: Store) -> object:
        with store.reading() as session:
            return measured(session, by, Scope(frame="34"), "vi")

    return ask


def held(store: Store) -> object:
    with store.reading() as session:
        return coverage(session, "34", "vi")


def goals(store: Store) -> object:
    with store.reading() as session:
        found = all_indicators(session, Scope())
        return found.read(session, found.targets[:LINES])


def searched(store: Store) -> object:
    with store.reading() as session:
        return facets(session, TaskFilter(copies=False))


def found(store: Store) -> object:
    with store.reading() as session:
        return facets(session, TaskFilter(text="báo cáo", year=2024))


def yardstick(store: Store) -> object:
    c = TaskRow.__table__.c
    with store.reading() as session:
        asked = select(c.document_id, c.field, func.count()).group_by(c.document_id, c.field)
        return session.execute(asked).all()


def main(size: str = str(SIZE), *options: str) -> None:
    with planted(int(size), postgres="--postgres" in options) as first:
        _, stick = timed(first, yardstick, ROUNDS)
        print(f"aggregates of {int(size):,} tasks on {first.dialect}; yardstick "
              f"{stick * 1000:.0f} ms; BAR {BAR} s")  # fmt: skip
        asks = {
            "coverage": held, "indicators": goals, "facets": searched, "facets of words": found,
            **{",".join(by): counted(by) for by in BY},
        }  # fmt: skip
        for name, ask in asks.items():
            with opened_store(first.settings) as store:
                cold, waited = timed(store, ask)
                warm, later = timed(store, ask, ROUNDS)
            print(
                f"  {name:15} first {cold:5.2f} s of CPU, {waited:5.2f} s ({waited / stick:4.1f} x)"
                f", later {warm * 1000:4.0f} ms of CPU, {later * 1000:4.0f} ms "
                f"({later / stick:4.2f} x){'' if waited < BAR else '  OVER'}",
                flush=True,
            )
        with opened_store(first.settings) as store:
            counted(BY[0])(store)
            put(store, renamed(sample("ninh-son-2024"), "one more"))
            worked, waited = timed(store, counted(BY[0]))
            print(f"  behind one more plan: {worked * 1000:.0f} ms of CPU, {waited * 1000:.0f} ms")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  most memory of this process, which has made the store too: {most} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
