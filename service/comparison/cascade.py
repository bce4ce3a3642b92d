"""Which plans below take up the tasks of a plan: of departments, districts, communes; or do not.

Below a plan stand those of units in its unit, and of bodies of its unit where it is that of the
People's Committee or the Government; of the same years, and issued no earlier. A task is taken up
where one of theirs is judged to be the same (`differences`), whether or not they cite the plan. It
is not taken up by a plan of a body in its lead, or of one of a group in its lead, that has none. Of
a body of which no such plan is held, that alone is said.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, select
from sqlmodel import Session

from corpora import agencies
from corpora.collectives import body_sets
from corpora.lineage import FRAMES, successors
from models.agency import AgencyMention
from models.contract import decode
from models.plan import Plan
from models.tables import PlanRow
from models.tables.documents import document_key
from models.task import Task
from service.comparison.differences import Item, differences, items_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.sheets import Sheet, columns_of
from service.store.amendments import cites
from service.store.errors import NoPlan
from service.store.judgements import Said, sayings
from service.store.plans import plan_json
from service.wording import Lang, called

State = Literal["taken", "not taken", "no plan"]
#: The most plans below that are looked at, the last issued first.
MOST = 100
#: Who assigns to the bodies of a unit.
_ABOVE = ("ubnd", "hdnd", "chinh-phu", "thu-tuong", "quoc-hoi")


@dataclass(frozen=True, slots=True)
class Below:
    """A plan below; whether it cites the upper one, how many of its tasks it takes up, and of how
    many tasks in whose lead its body is."""

    plan: Holding
    cites: bool
    taken: int
    of: int
    taken_of: int


@dataclass(frozen=True, slots=True)
class Taking:
    """What becomes of a task of the upper plan in one below, or of whom no plan is held."""

    state: State
    plan: Holding | None
    body: str
    item: Item | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cascade:
    """A plan, those below, and each of its tasks with what becomes of it there. `left` counts the
    plans below that were not looked at."""

    upper: Holding
    below: list[Below]
    tasks: list[tuple[Item, list[Taking]]]
    left: int


def cascade(session: Session, key: str) -> Cascade:
    """What becomes of the tasks of a plan below; raises NoPlan."""
    held = holdings(session)
    upper = next((one for one in held if one.key == document_key(key)), None)
    if upper is None:
        raise NoPlan
    lower = [one for one in counted(held) if _stands_below(one, upper)]
    lower.sort(key=lambda one: (one.on is not None, str(one.on), one.key), reverse=True)
    some = lower[:MOST]
    plan = _plan(session, upper)
    tasks, items = {task.id: task for task in plan.tasks}, items_of(plan)
    found: list[list[Taking]] = [[] for _ in items]
    below = []
    for one, taken in zip(some, _taken(session, upper, items, some), strict=True):
        body = one.issuer or one.name
        asked = [at for at, item in enumerate(items) if _leads(tasks[item.id], one)]
        for at, item, reason in taken:
            found[at].append(Taking("taken", one, body, item, reason))
        there = {at for at, _, _ in taken}
        for at in asked:
            if at not in there:
                found[at].append(Taking("not taken", one, body))
        cited = cites(session.connection(), one.document_id, upper.document_id)
        below.append(Below(one, cited, len(there), len(asked), len(there.intersection(asked))))
    for takings, item in zip(found, items, strict=True):
        takings += _unheld(tasks[item.id], upper, some)
    return Cascade(upper, below, list(zip(items, found, strict=True)), len(lower) - len(some))


#: What a plan below takes up: places in the upper plan, its own tasks, and why.
_Taken = tuple[tuple[int, Item, str], ...]
#: What was found of two plans of a store, by their revisions and what people said of both.
_kept: "WeakKeyDictionary[Pool, dict[tuple[Any, ...], _Taken]]" = WeakKeyDictionary()
#: Pairs of plans whose result is kept of a store.
MOST_KEPT = 2000


def _taken(
    session: Session, upper: Holding, items: Sequence[Item], some: Sequence[Holding]
) -> Iterator[_Taken]:
    """What each of some plans takes up; only what is new or has changed is compared again."""
    known = _kept.setdefault(session.get_bind().engine.pool, {})
    ids = [upper.document_id, *(one.document_id for one in some)]
    p = PlanRow.__table__.c
    asked = select(p.document_id, p.run_id, p.revision).where(p.document_id.in_(ids))
    state = {row[0]: tuple(row) for row in session.execute(asked)}
    said: dict[str, dict[frozenset[str], Said]] = defaultdict(dict)
    for pair, one in sayings(session, ids).items():
        for document in {key.partition(".")[0] for key in pair}:
            said[document][pair] = one
    for lower in some:
        mine = said[lower.key]
        key = (state[ids[0]], state[lower.document_id], frozenset(mine.items()))
        if (found := known.get(key)) is None:
            if len(known) >= MOST_KEPT:
                known.clear()
            found = known[key] = _compared(items, items_of(_plan(session, lower)), mine)
        yield found  # known may be cleared meanwhile, for others ask at the same time


def _compared(
    items: Sequence[Item], theirs: Sequence[Item], said: dict[frozenset[str], Said]
) -> _Taken:
    rows = {  # of several, the partner
        row.before: (theirs[row.after], row.reason)
        for row in sorted(differences(items, theirs, said), key=lambda row: row.kind == "kept")
        if row.before is not None and row.after is not None
    }
    return tuple((at, *found) for at, found in rows.items())


def _plan(session: Session, one: Holding) -> Plan:
    return decode(plan_json(session, one.document_id))


def _stands_below(one: Holding, upper: Holding) -> bool:
    if one.key == upper.key or one.unit_id is None or upper.unit_id is None:
        return False
    if one.years and upper.years and not set(one.years) & set(upper.years):
        return False
    if one.issued_on and upper.issued_on and one.issued_on < upper.issued_on:
        return False
    if one.unit_id != upper.unit_id:
        return upper.unit_id == "vn" or one.unit_id.startswith(f"{upper.unit_id}-")
    mine, theirs = (_slug(plan.issuer_id or "") for plan in (one, upper))
    return bool(mine) and theirs.startswith(_ABOVE) and not mine.startswith(_ABOVE)


def _slug(agency_id: str) -> str:
    return agency_id.partition("/")[2]


def _leads(task: Task, one: Holding) -> bool:
    """Whether the body of a plan is in the lead of a task, itself or in a group."""
    return bool(task.lead) and any(_is(body, one) for body in task.lead.agencies)  # type: ignore[union-attr]


def _is(body: AgencyMention, one: Holding) -> bool:
    issuer = one.issuer_id or ""
    if body.id:
        heirs = (home for frame in FRAMES for home in successors(body.id, frame))
        return issuer in (body.id, *heirs)
    role = agencies.roles().get(_slug(issuer))
    if role is None:
        return False
    sets = (body_sets()[code] for code in body.members if code in body_sets())
    return any(
        role.slug not in one.minus
        and (role.slug in one.plus or (role.kind in one.kinds and role.sector == one.sector))
        for one in sets
        if role.unit == one.level
    )


def _unheld(task: Task, upper: Holding, lower: Sequence[Holding]) -> Iterator[Taking]:
    """The bodies in the lead of a task, but who issued it, of which no plan below is held."""
    for body in task.lead.agencies if task.lead else ():
        own = body.id == upper.issuer_id
        known = body.kind != "unknown" and not own
        if known and not any(_is(body, one) for one in lower):
            yield Taking("no plan", None, body.name or body.text)


def cascade_sheet(found: Cascade, lang: Lang) -> Sheet:
    """A row for each task and plan below that takes it up or should, or body without a plan."""
    rows = (
        (
            item.ordinal, item.words.text, item.words.lead,
            *((one.state, called("taking", one.state, lang), one.body) if one else ("", "", "")),
            one.plan.name if one and one.plan else "",
            *_there(one.item if one else None), one.reason if one else "",
        )
        for item, takings in found.tasks
        for one in takings or (None,)
    )  # fmt: skip
    return Sheet(columns_of("cascade"), tuple(rows))


def _there(item: Item | None) -> tuple[str, str, str]:
    return (item.ordinal, item.words.text, item.words.deadline) if item else ("", "", "")


def told(found: Cascade) -> list[dict[str, Any]]:
    """The same as plain data: each task with what becomes of it."""
    return [
        {
            "key": item.key, "ordinal": item.ordinal, "text": item.words.text,
            "lead": item.words.lead,
            "below": [
                {
                    "state": one.state, "body": one.body,
                    "plan": one.plan.key if one.plan else None,
                    "task": one.item.key if one.item else None,
                    "text": one.item.words.text if one.item else None,
                    "reason": one.reason,
                }
                for one in takings
            ],
        }
        for item, takings in found.tasks
    ]  # fmt: skip
