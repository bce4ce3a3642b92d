"""Targets beside each other: an indicator, by unit and year, each with what it starts from.

Two targets are of one indicator where their unit of measure is the same and so are the words that
tell it: abbreviations written out, in whatever order, without years, the name of the unit, and what
tells nothing (`corpora/indicator_words.tsv`). Words decide, not likeness: "cấp huyện" and "cấp xã"
are two.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from corpora import units
from corpora.tables import rows as rows_of
from extractor.text import searched
from models.contract import decode_target
from models.tables import TargetRow
from models.tables.documents import task_key
from models.target import Target
from service.comparison.frames import Map, name_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.sheets import Sheet, columns_of
from service.comparison.tallies import Scope
from service.store.database import lots
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


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@cache
def _words(kind: str) -> tuple[tuple[str, str], ...]:
    """The folded words of a class with their meanings, the longest first."""
    found = ((searched(row["words"]), row["meaning"]) for row in rows_of("indicator_words")
             if row["class"] == kind)  # fmt: skip
    return tuple(sorted(found, key=lambda one: -len(one[0])))


@cache
def _shorts() -> dict[str, str]:
    return {searched(row["short"]): searched(row["long"]) for row in rows_of("abbreviations")}


@lru_cache(maxsize=2**16)
def told_by(name: str, unit_id: str | None = None) -> tuple[str, ...]:
    """The words that tell an indicator of a plan of the unit, sorted.

    >>> one = told_by("Tỷ lệ hồ sơ TTHC của tỉnh Vĩnh Long được giải quyết đúng hạn", "vn-86")
    >>> one == told_by("Hồ sơ thủ tục hành chính giải quyết đúng hạn năm 2024")
    True
    """
    said = " ".join(_shorts().get(word, word) for word in searched(name).split())
    unit = units.find(unit_id) if unit_id else None
    drop = [searched(unit.title)] if unit else []
    said = f" {_YEAR.sub('', said)} "
    for words in [*drop, *(words for words, _ in _words("drop"))]:
        said = said.replace(f" {words} ", " ").replace(f" {words} ", " ")
    return tuple(sorted(said.split())) or tuple(searched(name).split())


def measure_of(unit: str | None) -> str:
    """A unit of measure in its usual words."""
    said = searched(unit or "") or (unit or "").strip()
    return dict(_words("unit")).get(said, said)


def indicators(session: Session, plans: Sequence[Holding]) -> list[Indicator]:
    """The indicators of plans: those of several first, then as they are printed."""
    of = {one.document_id: one for one in plans}
    place = {one.document_id: number for number, one in enumerate(plans)}
    t = TargetRow.__table__.c
    asked = select(t.document_id, t.record).order_by(t.document_id, t.position, t.serial)
    rows: list[Any] = []
    for some in lots(of):
        rows += session.execute(asked.where(t.document_id.in_(some))).all()
    found: dict[tuple[str, tuple[str, ...]], Indicator] = {}
    for document, record in sorted(rows, key=lambda row: place[row.document_id]):
        target, plan = decode_target(record), of[document]
        name = target.indicator or target.text
        key = (measure_of(target.unit), told_by(name, plan.unit_id))
        one = found.setdefault(key, Indicator(name, target.unit, {}))
        one.goals.setdefault(plan.key, []).append(_goal(target, plan))
    return sorted(found.values(), key=lambda one: len(one.goals) < min(2, len(plans)))


def all_indicators(session: Session, scope: Scope, text: str = "") -> list[Indicator]:
    """The indicators of all plans in scope whose words have those of `text`, the oldest plan first;
    those of most units and years come first."""
    once = [one for one in counted(holdings(session)) if scope.has(one)]
    once.sort(key=lambda one: (one.years, str(one.on), one.key))
    wanted = set(searched(text).split())
    found = [one for one in indicators(session, once) if wanted <= set(searched(one.name).split())]
    return sorted(found, key=lambda one: -len(one.goals))


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
            goal.target.high, goal.base, goal.base_year, goal.plan.name,
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
    return f"{sign} {_plain(target.value) or target.rank or ''}".strip()


def _plain(value: str | float | None) -> str | None:
    return f"{value:.15g}" if isinstance(value, int | float) else value
