"""The same task across all plans of a store, put together in groups.

Tasks come in order of their plans' days; each joins the group whose leader, its first task, it is
judged to be the same as (`service.comparison.judge`), else it leads a group of its own. So groups
do not chain, and a plan that is added leaves all others as they are. Judged are the leaders that
share two rare words of a deed that stands for the task, and are near enough (`likeness`); a task
that is read as the same deeds as one before goes where that one went.

What a person says of two tasks wins: `said` are pairs of keys, True the same, False not. What is
said to be the same goes together, in the order in which it was said, but never what is said not to
be.

>>> from service.comparison.judge import Words
>>> groups = Groups()
>>> for key, text in [("a.1", "Xây dựng Kế hoạch tuyên truyền CCHC năm 2023"),
...                   ("b.1", "Ban hành kế hoạch tuyên truyền cải cách hành chính năm 2024"),
...                   ("b.2", "Kiểm tra công tác cải cách hành chính")]:
...     leader = groups.add(key, Words(text))
>>> groups.members
{'a.1': ['a.1', 'b.1'], 'b.2': ['b.2']}
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from models.tables import PlanRow, PlanYearRow, TaskRow
from service.comparison.frames import placed, province_of
from service.comparison.judge import Words, judged, standing
from service.comparison.likeness import Vector, cosine, rarity, vector
from service.store.judgements import sayings
from service.store.statements import copies

#: How many of the rarest words of a deed lead to others, two by two; to how many tasks two may
#: lead; how many tasks are looked at, those that share most; how near one must be to be judged,
#: and how many of the nearest are.
_WORDS, _CROWD, _LOOKED, _NEAR, _JUDGED = 6, 400, 16, 0.35, 4

#: Two words that stand together in tasks, each by itself; one alone where there are no two.
Two = tuple[str, str]


@dataclass
class Groups:
    """Groups of tasks by key; `members` are the keys of each group by its leader, in order."""

    said: Mapping[frozenset[str], bool] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    _leaders: dict[str, Words] = field(default_factory=dict)
    _by_two: dict[Two, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_record: dict[tuple[object, ...], str] = field(default_factory=dict)
    _leader_of: dict[str, str] = field(default_factory=dict)
    #: The keys that people put together with one, itself among them; and that they kept apart.
    _together: dict[str, set[str]] = field(default_factory=dict)
    _apart: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for pair, same in sorted(self.said.items(), key=lambda said: said[1]):
            one, other = sorted(pair)
            mine, theirs = (self._together.setdefault(key, {key}) for key in (one, other))
            if not same:
                self._apart[one].add(other)
                self._apart[other].add(one)
            elif mine is not theirs and not any(self._apart[key] & theirs for key in mine):
                mine |= theirs
                self._together |= dict.fromkeys(mine, mine)

    def add(self, key: str, words: Words) -> str:
        """Puts a task into its group, and returns the key of the group's leader."""
        leader = self._told(key) or self._found(key, words)
        if leader is None:
            leader = key
            self._leaders[key] = words
            self.members[key] = []
            for two in _twos(_vectors(words)):
                self._by_two[two].append(key)
        self.members[leader].append(key)
        self._leader_of[key] = leader
        self._by_record.setdefault(words.record, leader)
        return leader

    def leader_of(self, key: str) -> str | None:
        """The leader of the group that a task is in."""
        return self._leader_of.get(key)

    def _told(self, key: str) -> str | None:
        """The group that a person has put a task into."""
        placed = (self._leader_of.get(other) for other in sorted(self._together.get(key, ())))
        return next(filter(None, placed), None)

    def _barred(self, key: str) -> set[str]:
        """The groups that people have kept a task, or one that is the same, out of."""
        apart = {other for one in self._together.get(key, ()) for other in self._apart[one]}
        others = {one for other in apart for one in self._together[other]}
        return {self._leader_of[other] for other in others if other in self._leader_of}

    def _found(self, key: str, words: Words) -> str | None:
        barred = self._barred(key)
        known = self._by_record.get(words.record)
        if known is not None and known not in barred:
            return known
        mine = _vectors(words)
        shared: Counter[str] = Counter()
        for two in _twos(mine):
            leaders = self._by_two.get(two, ())
            if len(leaders) <= _CROWD:
                shared.update(leaders)
        looked = sorted((-number, k) for k, number in shared.items() if k not in barred)[:_LOOKED]
        near = [(-_nearness(mine, _vectors(self._leaders[k])), k) for _, k in looked]
        best = sorted((distance, k) for distance, k in near if distance <= -_NEAR)
        verdicts = ((judged(self._leaders[k], words), k) for _, k in best[:_JUDGED])
        same = [(-verdict.score, k) for verdict, k in verdicts if verdict.label == "same"]
        return min(same)[1] if same else None


def _vectors(words: Words) -> list[Vector]:
    """The words of each deed that stands for a task."""
    return [vector(deed) for deed in standing(words.deeds)]


def _twos(vectors: list[Vector]) -> dict[Two, None]:
    """The words that are said most seldom of each deed, two by two, in order, each once."""
    found: dict[Two, None] = {}
    for one in vectors:
        single = sorted((-w * rarity(gram), gram) for gram, w in one.items() if " " not in gram)
        rarest = sorted(gram for _, gram in single[:_WORDS])
        found |= dict.fromkeys(combinations(rarest if len(rarest) > 1 else [*rarest, ""], 2))
    return found


def _nearness(one: list[Vector], other: list[Vector]) -> float:
    """How alike the deeds are that are most alike, from 0 to 1."""
    return max((cosine(mine, theirs) for mine in one for theirs in other), default=0.0)


def words_of(record: str | bytes, unit: str | None, year: int | None) -> Words:
    """What a stored record of a task says, as it is compared."""
    task = msgspec.json.decode(record)

    def text(name: str) -> str:
        found = task.get(name)
        return (found.get("text") if isinstance(found, dict) else found) or ""

    return Words(
        text=text("description") or text("subject"),
        group=" / ".join(task.get("group") or ()),
        product=text("product"),
        lead=text("lead"),
        deadline=text("deadline"),
        unit=unit or "",
        year=str(year or ""),
    )


class Stored(NamedTuple):
    """A task of a store, as it is compared."""

    serial: int
    key: str
    document_id: str
    task_id: str
    words: Words
    on: date | None


def stored(session: Session) -> Iterator[Stored]:
    """The tasks of a store that stand for themselves, each plan once, in order of days."""
    t, p, y = (table.__table__.c for table in (TaskRow, PlanRow, PlanYearRow))
    years: dict[str, int] = {}
    for document, year in session.execute(select(y.document_id, y.year).order_by(y.year)):
        years.setdefault(document, year)
    asked = (
        select(t.serial, t.key, t.id, t.record, t.document_id, p.unit_id, p.issued_on)
        .join_from(TaskRow.__table__, PlanRow.__table__, p.document_id == t.document_id)
        .where(t.same_as.is_(None), t.status != "dropped", t.document_id.not_in(copies()))
        .order_by(p.issued_on.is_(None), p.issued_on, t.document_id, t.position)
    )
    for row in session.execute(asked):
        words = words_of(row.record, row.unit_id, years.get(row.document_id))
        if words.text:
            yield Stored(row.serial, row.key, row.document_id, row.id, words, row.issued_on)


def provinces_of(units: Iterable[tuple[str, date | None]]) -> set[str]:
    """The provinces, in the map of the 34, of units on the days of their plans.

    >>> sorted(provinces_of([("vn-83", None), ("vn-86", None), ("vn-58-585", None), ("vn", None)]))
    ['vn-56', 'vn-86']
    """
    places = {province_of(placed(unit or None, on, "34")).id for unit, on in set(units)}
    return places - {"", "vn"}


@dataclass(frozen=True, slots=True)
class Grouped:
    """A task with the group that it is in, and what it asks for: its first deed.

    The group is named by the task of the earliest plan in it, issued `first_on` for the unit
    `first_unit_id`; `units` are how many units have it, `provinces` how many of the map of the 34
    (the centre is none): what one alone has is local, what many have is common to all plans.
    """

    document_id: str
    task_id: str
    first_document_id: str
    first_task_id: str
    first_on: date | None
    first_unit_id: str | None
    tasks: int
    units: int
    provinces: int
    step: str
    acts: tuple[str, ...]
    object: str
    sectors: tuple[str, ...]
    levels: tuple[str, ...]
    papers: tuple[str, ...]


def grouped(session: Session) -> Iterator[Grouped]:
    """Each task of a store with its group, in order of documents and tasks."""
    said = {pair: one.verdict == "same" for pair, one in sayings(session).items()}
    groups, told = Groups(said), dict[str, Stored]()
    for one in stored(session):
        groups.add(one.key, one.words)
        told[one.key] = one
    sizes = {
        leader: (
            len(keys),
            len({told[key].words.unit for key in keys}),
            len(provinces_of((told[key].words.unit, told[key].on) for key in keys)),
        )
        for leader, keys in groups.members.items()
    }
    for key in sorted(told, key=lambda key: (told[key].document_id, told[key].task_id)):
        one, leader = told[key], groups.leader_of(key) or key
        deeds = one.words.deeds
        first = deeds[0] if deeds else None
        yield Grouped(
            one.document_id, one.task_id, told[leader].document_id, told[leader].task_id,
            told[leader].on, told[leader].words.unit or None, *sizes[leader],
            first.step if first else "do",
            first.acts if first else (),
            first.thing if first else "",
            tuple(sorted(first.sectors)) if first else (),
            first.levels if first else (),
            tuple(sorted({paper for deed in deeds for paper in deed.papers})),
        )  # fmt: skip
