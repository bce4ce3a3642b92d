"""Targets beside each other: an indicator, by plan and year, each with what it starts from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from models.contract import decode_target
from models.tables import TargetRow
from models.target import Target
from service.comparison.holdings import Holding
from service.store.search import folded


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of a plan, as printed: what is to be reached when, and from where."""

    id: str
    value: str
    year: int | None
    base: str | None
    base_year: int | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, in the words of the plan that prints it first, and the goals of each plan
    by its key. Two are the same where their words and their unit are, but for case and marks."""

    name: str
    unit: str | None
    goals: dict[str, list[Goal]]


def indicators(session: Session, plans: Sequence[Holding]) -> list[Indicator]:
    """The indicators of plans: those of several first, then as they are printed."""
    keys = {one.document_id: one.key for one in plans}
    t = TargetRow.__table__.c
    rows = session.execute(
        select(t.document_id, t.record)
        .where(t.document_id.in_(keys))
        .order_by(t.document_id, t.position, t.serial)
    ).all()
    place = {one.document_id: number for number, one in enumerate(plans)}
    found: dict[tuple[str, str], Indicator] = {}
    for document, record in sorted(rows, key=lambda row: place[row.document_id]):
        target = decode_target(record)
        name = target.indicator or target.text
        key = (folded(name), folded(target.unit or ""))
        one = found.setdefault(key, Indicator(name, target.unit, {}))
        one.goals.setdefault(keys[document], []).append(_goal(target))
    return sorted(found.values(), key=lambda one: len(one.goals) < min(2, len(plans)))


def _goal(target: Target) -> Goal:
    return Goal(
        target.id,
        _value(target),
        target.year,
        _plain(target.baseline) or target.baseline_rank,
        target.baseline_year,
    )


def _value(target: Target) -> str:
    """The goal with its sign: "≥ 30", "11 – 12", "Top 10"."""
    signs = {">=": "≥", "<=": "≤", "~": "≈", "=": ""}
    if target.low is not None or target.high is not None:
        return " – ".join(filter(None, (_plain(target.low), _plain(target.high))))
    sign = signs.get(target.comparator or "", target.comparator or "")
    return f"{sign} {_plain(target.value) or target.rank or ''}".strip()


def _plain(value: str | float | None) -> str | None:
    return f"{value:.15g}" if isinstance(value, int | float) else value
