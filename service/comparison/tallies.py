"""Tallies: how many tasks there are of each sort, by whatever they have in common.

Tasks are counted by plan and by what they have of their own (`cubes`); what plans are of (unit,
year …) stands beside. A plan for two years counts in both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import polars
from sqlmodel import Session

from corpora.fields import outermost
from corpora.units import TWO_TIERS
from models.tables.documents import document_key
from service.comparison.cubes import cube_of
from service.comparison.frames import Map, body_placed, province_of, roles_placed
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.spread import COMMON, SPREAD
from service.store.marks import MARKS, SORTS, Sort, bits_of

#: What tasks are told apart by.
Dimension = Literal[
    "unit", "province", "level", "year", "plan", "field", "kind", "origin", "month", "lead", "role",
    "step", "act", "whose", "sector", "provinces", "first",
]  # fmt: skip

#: Those that a task has of its plan.
OF_PLANS: tuple[Dimension, ...] = ("unit", "province", "level", "year", "plan")

#: Those of what a task is: by the bits of which sort.
SORT_OF: dict[Dimension, Sort] = {
    "step": "step",
    "act": "act",
    "whose": "level",
    "sector": "sector",
}

#: Those of the groups that tasks are in (`spread`).
OF_GROUPS: tuple[Dimension, ...] = ("provinces", "first")

#: What is counted, in order: once of all tasks, once of those that a person confirmed.
COUNTS = ("tasks", "confirmed", *MARKS, "continuous", "undated", "common", "local", "later", "new")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which plans are counted: of units of a map, of years, these documents; None asks nothing."""

    units: tuple[str, ...] | None = None
    years: tuple[int, ...] | None = None
    documents: tuple[str, ...] | None = None
    frame: Map = "printed"

    def has(self, one: Holding) -> bool:
        return (
            (self.years is None or bool(set(self.years) & set(one.years)))
            and (self.units is None or any(one.within(u, self.frame) for u in self.units))
            and (self.documents is None or one.key in map(document_key, self.documents))
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of what has these keys, one for each dimension: of all tasks, of confirmed ones;
    and in how many plans they were counted."""

    keys: tuple[str, ...]
    every: tuple[int, ...]
    confirmed: tuple[int, ...]
    plans: int

    def count(self, name: str, *, reviewed: bool = False) -> int:
        """One of COUNTS; `reviewed`: of the confirmed tasks alone."""
        return (self.confirmed if reviewed else self.every)[COUNTS.index(name)]


def tallies(
    session: Session,
    by: Sequence[Dimension] = (),
    scope: Scope | None = None,
    held: Sequence[Holding] | None = None,
    spread: polars.DataFrame | None = None,
) -> list[Tally]:
    """The counts of tasks by dimensions, in the order of their keys; "" is what is not told.

    `held` are the plans of the store where they are at hand. `spread` is asked for by dimensions of
    groups, and for counts of them, which are 0 without it. What `lead` and `role` tell apart is
    counted once for each body in the lead, so their sums can be more than all; so is what `act`,
    `whose` and `sector` do, once for each that a task has.
    """
    scope = scope or Scope()
    cube = cube_of(session)
    known = counted(holdings(session) if held is None else held)
    some = [one for one in known if scope.has(one) and one.document_id in cube.numbers]
    plans = _plans(some, cube.numbers, by, scope)
    tasks = cube.tasks.filter(_COUNTED)
    if spread is None:
        tasks = tasks.with_columns(polars.lit(None, type_).alias(name) for name, type_ in _UNSPREAD)
    else:
        tasks = tasks.join(spread, on="serial", how="left")
    own = [name for name in by if name not in OF_PLANS]
    bodies = {"lead", "role"} & set(own)
    if bodies:
        tasks = tasks.join(cube.leads, on="serial", how="left")
        tasks = tasks.with_columns(polars.col("agency").fill_null(""))
    columns = [
        "document",
        *(_key(name) for name in own if name not in bodies),
        *["agency"][: len(bodies)],
    ]
    counts = tasks.group_by(columns).agg(_sums()).join(plans, on="document")
    counts = _named(counts, own, scope)
    total = [polars.col(name).sum() for name in _NAMES]
    found = (
        counts.group_by(by).agg(*total, polars.col("document").n_unique()).sort(by)
        if by
        else counts.select(*total, polars.col("document").n_unique())
    )
    size = len(by)
    middle = size + len(COUNTS)
    return [
        Tally(row[:size], row[size:middle], row[middle:-1], row[-1]) for row in found.iter_rows()
    ]


def _plans(
    some: Sequence[Holding], numbers: dict[str, int], by: Sequence[Dimension], scope: Scope
) -> polars.DataFrame:
    """The plans with what they are of, by number; one for two years stands there twice."""
    of = [name for name in by if name in OF_PLANS]
    rows = [
        {
            "document": numbers[one.document_id],
            "after": one.on is not None and one.on >= TWO_TIERS,
            **{name: _of_plan(one, name, scope) for name in of},
        }
        for one in some
    ]
    schema: dict[str, Any] = {"document": polars.Int32, "after": polars.Boolean}
    schema |= {name: polars.List(polars.String) if name == "year" else polars.String for name in of}
    found = polars.DataFrame(rows, schema=schema)
    return found.explode("year") if "year" in of else found


def _of_plan(plan: Holding, name: Dimension, scope: Scope) -> str | list[str]:
    match name:
        case "unit":
            return plan.place(scope.frame).id
        case "province":
            return province_of(plan.place(scope.frame)).id
        case "level":
            return plan.unit_level or ""
        case "plan":
            return plan.key
        case _:
            wanted = scope.years
            return [str(y) for y in plan.years if wanted is None or y in wanted] or [""]


def _key(name: Dimension) -> str | polars.Expr:
    """The column of tasks that tells them apart; of a sort, its bits."""
    sort = SORT_OF.get(name)
    if name in OF_GROUPS:
        return polars.col(name).cast(polars.String).str.zfill(2).fill_null("").alias(name)
    if sort is None:
        return name
    return (polars.col(SORTS[sort]) & sum(bits_of(sort).values())).alias(name)


#: The tasks that count: neither dropped nor repeating another.
_COUNTED = ~polars.col("repeats") & (polars.col("status") != "dropped")
#: What is told of groups where they are not asked for.
_UNSPREAD = [(name, type_) for name, type_ in SPREAD.items() if name != "serial"]
#: The columns of the counts, of all tasks and of the confirmed.
_NAMES = (*COUNTS, *(f"sure {name}" for name in COUNTS))


def _sums() -> Iterable[polars.Expr]:
    """A column for each of _NAMES."""
    sure, kind = polars.col("status") == "confirmed", polars.col("kind")
    those = {"tasks": kind.is_not_null(), "confirmed": sure, "continuous": kind == "continuous"}
    those["undated"] = kind == "missing"
    those["common"] = (polars.col("provinces") >= COMMON).fill_null(False)
    those |= {name: polars.col(name).fill_null(False) for name in ("local", "later", "new")}
    those |= {name: (polars.col("marks") & bit) != 0 for name, bit in MARKS.items()}
    for name in COUNTS:
        yield those[name].sum().cast(polars.Int64).alias(name)
    for name in COUNTS:
        yield (those[name] & sure).sum().cast(polars.Int64).alias(f"sure {name}")


def _named(counts: polars.DataFrame, own: Sequence[Dimension], scope: Scope) -> polars.DataFrame:
    """The counts with the keys of a map in the place of codes."""
    if "field" in own:
        counts = _told(counts, "field", ["field"], outermost)
    for name in own:
        if name in SORT_OF:
            counts = _told(counts, name, [name], partial(_names, SORT_OF[name])).explode(name)
    if "role" in own:
        counts = _told(counts, "role", ["agency"], lambda agency: _role(agency, scope.frame))
    if "lead" in own:
        counts = _told(
            counts, "lead", ["agency", "after"], lambda agency, after: _lead(agency, after, scope)
        )
    return counts


def _told(
    counts: polars.DataFrame, name: str, given: list[str], told: Callable[..., str | list[str]]
) -> polars.DataFrame:
    """The counts with a column that follows from others, each set of values looked up once."""
    some = counts.select(given).unique()
    several = name in SORT_OF
    type_ = polars.List(polars.String) if several else polars.String
    keys = polars.Series("told", [told(*row) for row in some.iter_rows()], type_)
    joined = counts.join(some.with_columns(keys), on=given)
    return joined.drop(name, strict=False).rename({"told": name})


def _names(sort: Sort, bits: int) -> list[str]:
    """Each name whose bit is there; "" where there is none."""
    return [name for name, bit in bits_of(sort).items() if bits & bit] or [""]


def _role(agency: str, frame: Map) -> str:
    slug = agency.partition("/")[2]
    return "+".join(roles_placed([slug], frame)[slug]) if slug else ""


def _lead(agency: str, after: bool, scope: Scope) -> str:
    day = TWO_TIERS if after else None
    return body_placed(agency, day, scope.frame).id if agency else ""


DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
