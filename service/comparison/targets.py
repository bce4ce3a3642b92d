"""Targets beside each other: an indicator, by unit and year, each with what it starts from.

Which targets are of one indicator stands in a column (`service.store.indicators`); they are put
together in a frame of polars, and only what is shown is read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars
from sqlalchemy import select
from sqlmodel import Session

from extractor.text import searched
from models.contract import decode_target
from models.tables import TargetRow
from models.tables.documents import task_key
from models.target import Target
from service.comparison.cache import Cache, Changed
from service.comparison.cubes import numbered, parsed, texts
from service.comparison.frames import Map, name_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.sheets import Sheet, columns_of
from service.comparison.tallies import Scope
from service.store.database import lots
from service.store.indicators import measure_of
from service.wording import Lang


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of a plan, as printed: what is to be reached when, and from where. `year` is that
    of the target, or else the one year of its plan."""

    id: str
    value: str
    year: int | None
    base: str | None
    base_year: int | None
    plan: Holding
    target: Target


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, in the words of the plan that prints it first, and the goals of each plan
    by its key."""

    name: str
    unit: str | None
    goals: dict[str, list[Goal]]


#: What the database gives of a target: `told` tells its indicator.
_GIVEN = {
    "serial": polars.Int64, "position": polars.Int32, "year": polars.Int32, "told": polars.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The targets of plans, by indicator and in the order of their plans.

    `targets` has the serial of each, the number of its indicator, the serial of the first of that,
    the place of the plan in `plans`, and the year.
    """

    targets: polars.DataFrame
    plans: Sequence[Holding]

    def __len__(self) -> int:
        """How many indicators there are."""
        return self.targets["indicator"].n_unique()

    def place(self, session: Session, key: str) -> int | None:
        """Which of the targets has that key; None where none of them has."""
        t = TargetRow.__table__.c
        serial = session.scalar(select(t.serial).where(t.key == key))
        return None if serial is None else self.targets["serial"].index_of(serial)

    def read(self, session: Session, some: polars.DataFrame | None = None) -> list[Indicator]:
        """All indicators, or those of some of the targets, with no others."""
        rows = self.targets if some is None else some
        t, read = TargetRow.__table__.c, {}
        asked = select(t.serial, t.record)
        for lot in lots(rows["first"].append(rows["serial"]).unique()):
            for serial, record in session.connection().execute(asked.where(t.serial.in_(lot))):
                read[serial] = decode_target(record)
        found: dict[int, Indicator] = {}
        shown = rows.select("indicator", "first", "serial", "place")
        for number, first, serial, place in shown.iter_rows():
            if number not in found:
                named = read[first]
                found[number] = Indicator(named.indicator or named.text, named.unit, {})
            plan = self.plans[place]
            found[number].goals.setdefault(plan.key, []).append(_goal(read[serial], plan))
        return list(found.values())


def _renewed(
    session: Session, last: tuple[polars.DataFrame, dict[str, int]] | None, changed: Changed
) -> tuple[polars.DataFrame, dict[str, int]]:
    """What is given of all targets of a store, with the numbers of the documents."""
    t = TargetRow.__table__.c
    asked = texts(session, t.document_id, t.serial, t.position, t.year, t.told)
    numbers = numbered(last[1] if last else {}, changed)
    if last is None:
        return parsed(session, asked, "document", _GIVEN, numbers), numbers
    gone = polars.col("document").is_in([numbers[key] for key in changed.stale])
    every = [last[0].filter(~gone)]
    for lot in lots(changed.fresh):
        some = asked.where(t.document_id.in_(lot))
        every.append(parsed(session, some, "document", _GIVEN, numbers))
    return polars.concat(every, rechunk=True), numbers


_TARGETS = Cache(_renewed)


def _found(session: Session, plans: Sequence[Holding], first: polars.Expr, text: str) -> Found:
    """The targets of plans by indicator, in the order of the expression, then as they are printed;
    it can ask in how many `plans` there is one."""
    every, numbers = _TARGETS.of(session)
    known = {
        "document": [numbers[one.document_id] for one in plans],
        "place": range(len(plans)),
        "alone": [one.years[0] if len(one.years) == 1 else None for one in plans],
    }
    of = polars.DataFrame(known, schema=dict.fromkeys(known, polars.Int32))
    rows = every.join(of, on="document").sort("place", "position", "serial")
    rows = rows.with_row_index("at").with_columns(
        polars.col("at").min().over("told").alias("begin"),
        polars.col("serial").first().over("told").alias("first"),
        polars.col("place").n_unique().over("told").alias("plans"),
        polars.coalesce("year", "alone").alias("year"),
    )
    if text:
        rows = rows.join(_named(session, text), left_on="first", right_on="serial", how="semi")
    rows = rows.sort(first, "begin", "at", descending=[True, False, False])
    return Found(rows.select("serial", "first", "place", "year", indicator="begin"), plans)


def _named(session: Session, text: str) -> polars.DataFrame:
    """The targets whose indicator has the words of a text."""
    wanted, t = set(searched(text).split()), TargetRow.__table__.c
    likely = select(t.serial, t.record).where(*(t.words.contains(word) for word in wanted))
    read = ((row[0], decode_target(row[1])) for row in session.connection().execute(likely))
    some = [
        serial
        for serial, target in read
        if wanted <= set(searched(target.indicator or target.text).split())
    ]
    return polars.DataFrame({"serial": some}, schema={"serial": polars.Int64})


def indicators(
    session: Session, plans: Sequence[Holding], *, reviewed: bool = False
) -> list[Indicator]:
    """The indicators of plans: those of several first, then as they are printed; `reviewed`: of
    those that people confirmed alone."""
    plans = [one for one in plans if not reviewed or one.status == "confirmed"]
    several = polars.col("plans") >= min(2, len(plans))
    return _found(session, plans, several, "").read(session)


def all_indicators(
    session: Session, scope: Scope, text: str = "", *, reviewed: bool = False
) -> Found:
    """The indicators of all plans in scope whose words have those of `text`, the oldest plan first;
    those of most units and years come first."""
    once = [one for one in counted(holdings(session)) if scope.has(one)]
    once = [one for one in once if not reviewed or one.status == "confirmed"]
    once.sort(key=lambda one: (one.years, str(one.on), one.key))
    return _found(session, once, polars.col("plans"), text)


def _goal(target: Target, plan: Holding) -> Goal:
    return Goal(
        target.id,
        _value(target),
        target.year or (plan.years[0] if len(plan.years) == 1 else None),
        _plain(target.baseline) or target.baseline_rank,
        target.baseline_year,
        plan,
        target,
    )


def indicators_sheet(found: Iterable[Indicator], frame: Map, lang: Lang) -> Sheet:
    """A row a target: indicator × unit × year, with its value, its base and its words."""
    return Sheet(columns_of("indicators"), tuple(
        (
            one.name, measure_of(one.unit) or None, goal.plan.place(frame).id or None,
            name_of(goal.plan.place(frame), lang), goal.year, goal.value,
            goal.target.comparator, goal.target.number, goal.target.scale, goal.target.low,
            goal.target.high, goal.base, goal.base_year, goal.plan.name, goal.plan.status,
            task_key(goal.plan.document_id, goal.id), goal.target.text,
        )
        for one in found
        for goals in one.goals.values()
        for goal in goals
    ))  # fmt: skip


def _value(target: Target) -> str:
    """The goal with its sign: "≥ 30", "11 – 12", "Top 10"."""
    signs = {">=": "≥", "<=": "≤", "~": "≈", "=": ""}
    if target.low is not None or target.high is not None:
        return " – ".join(filter(None, (_plain(target.low), _plain(target.high))))
    sign = signs.get(target.comparator or "", target.comparator or "")
    value = _plain(target.value) or target.rank or ""
    return value if sign and value.startswith(sign) else f"{sign} {value}".strip()


def _plain(value: str | float | None) -> str | None:
    return f"{value:.15g}" if isinstance(value, int | float) else value
