"""Spread: in how many provinces each task of a store stands, and since which year.

They follow from the groups of the same task (`groups`), so from all plans together. They are made
when they are asked for, and kept: where plans of later days came since, those are added; what else
changed makes them anew. Of this store: what is not held is not seen.
"""

from threading import Lock
from weakref import WeakKeyDictionary

import polars
from sqlalchemy import Engine, Pool
from sqlmodel import Session

from models.errors import KehoachError
from service.comparison.cubes import Cube, cube_of
from service.comparison.groups import Groups, Stored, provinces_of, stored
from service.store.judgements import sayings

#: A row: in how many provinces, and the first year; whether it is of one province and of no plan of
#: the centre; whether plans of earlier years are held, and none of them has it.
SPREAD = {
    "serial": polars.Int64,
    "provinces": polars.Int16,
    "first": polars.Int16,
    "local": polars.Boolean,
    "later": polars.Boolean,
    "new": polars.Boolean,
}

#: So many tasks are put into groups while somebody waits; so many provinces make a task common.
MOST, COMMON = 30_000, 3
CENTRE = "vn"


class TooManyTasks(KehoachError, code="spread.too-many"):
    title = "Kho quá lớn để đếm việc chung ngay", "Too many tasks to be put into groups at once"
    sentence = (
        "Kho có {tasks} nhiệm vụ; xếp nhóm cùng một việc trên trang chỉ làm đến {most}. Dùng lệnh "
        "kehoach compare --spread hoặc bảng groups của kehoach release",
        "The store has {tasks} tasks, and up to {most} are put into groups while one waits; use "
        "kehoach compare --spread, or the table groups of kehoach release",
    )


class _Grouped:
    """The groups of one store, what they were made of, and what follows from them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.cube: Cube | None = None
        self.said: dict[frozenset[str], bool] = {}
        self.tasks: list[Stored] = []
        self.groups = Groups()
        self.frame = polars.DataFrame(schema=SPREAD)


_STORES: "WeakKeyDictionary[Pool, _Grouped]" = WeakKeyDictionary()


def spread_of(session: Session, *, however_many: bool = False) -> polars.DataFrame:
    """The spread of each task that says something; raises TooManyTasks unless of `however_many`."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    kept, cube = _STORES.setdefault(engine.pool, _Grouped()), cube_of(session)
    if not however_many and cube.tasks.height > MOST:
        raise TooManyTasks(tasks=cube.tasks.height, most=MOST)
    said = {pair: one.verdict == "same" for pair, one in sayings(session).items()}
    with kept.lock:
        if kept.cube is not cube or kept.said != said:
            _renew(kept, list(stored(session)), said)
            kept.cube = cube
        return kept.frame


def _renew(kept: _Grouped, tasks: list[Stored], said: dict[frozenset[str], bool]) -> None:
    known = len(kept.tasks)
    if kept.said != said or tasks[:known] != kept.tasks:
        kept.groups, known = Groups(said), 0
    for one in tasks[known:]:
        kept.groups.add(one.key, one.words)
    kept.tasks, kept.said = tasks, said
    kept.frame = _framed(kept.groups, tasks)


def _framed(groups: Groups, tasks: list[Stored]) -> polars.DataFrame:
    told = {one.key: one for one in tasks}
    years = {one.key: int(one.words.year) for one in tasks if one.words.year}
    earliest = min(years.values(), default=0)
    rows: list[tuple[object, ...]] = []
    for keys in groups.members.values():
        some = [told[key] for key in keys]
        provinces = len(provinces_of((one.words.unit, one.on) for one in some))
        local = provinces == 1 and all(one.words.unit != CENTRE for one in some)
        first = min((years[key] for key in keys if key in years), default=None)
        for one in some:
            year = years.get(one.key)
            later = year is not None and year > earliest
            rows.append((one.serial, provinces, first, local, later, later and year == first))
    return polars.DataFrame(rows, schema=SPREAD, orient="row")
