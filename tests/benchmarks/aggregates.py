"""What the pages of comparisons count: the first look at a store, and every one after it.

Yardstick: one count of all tasks by document and field that the database makes, in the same run. A
first look is that of a process that has counted nothing yet; the plan that is added has some 60
tasks. Seconds are those of the processor.

Run: python -m tests.benchmarks.aggregates [TASKS]      (default 20000; 500000 takes long to make)
"""

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
from service.store import Store, opened_store
from tests.benchmarks.tasks import filled
from tests.service.store.readings import put, renamed, sample

SIZE, ROUNDS, BAR = 20_000, 5, 1.0
BY: tuple[tuple[Dimension, ...], ...] = (
    ("unit", "year"), ("province", "year"), ("field", "year"), ("field", "unit"), ("kind", "unit"),
    ("level", "year"), ("role",), ("lead",), ("month",), ("plan", "field"), ("plan", "month"),
)  # fmt: skip


def timed(store: Store, ask: Callable[[Store], object], rounds: int = 1) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        ask(store)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


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
        return all_indicators(session, Scope())


def yardstick(store: Store) -> object:
    c = TaskRow.__table__.c
    with store.reading() as session:
        asked = select(c.document_id, c.field, func.count()).group_by(c.document_id, c.field)
        return session.execute(asked).all()


def main(size: str = str(SIZE)) -> None:
    with filled(int(size)) as first:
        stick = timed(first, yardstick, ROUNDS)
        print(f"aggregates of {int(size):,} tasks; yardstick {stick * 1000:.0f} ms; BAR {BAR} s")
        asks = {"coverage": held, "indicators": goals, **{",".join(by): counted(by) for by in BY}}
        for name, ask in asks.items():
            with opened_store(first.settings) as store:
                cold = timed(store, ask)
                warm = timed(store, ask, ROUNDS)
            print(
                f"  {name:15} first {cold:6.2f} s ({cold / stick:5.1f} x), later "
                f"{warm * 1000:6.0f} ms ({warm / stick:5.2f} x){'' if cold < BAR else '  OVER'}",
                flush=True,
            )
        with opened_store(first.settings) as store:
            counted(BY[0])(store)
            put(store, renamed(sample("ninh-son-2024"), "one more"))
            print(f"  behind one more plan: {timed(store, counted(BY[0])) * 1000:.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
