"""The same task across all plans of a store, put together in groups.

Tasks come in order of their plans' days; each joins the group whose leader, its first task, it is
judged to be the same as (`service.comparison.judge`), else it leads a group of its own. So groups
do not chain, and a plan that is added leaves all others as they are. Judged are the leaders that
share a rare word of the task and are near enough (`likeness`).

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from models.tables import PlanRow, PlanYearRow, TaskRow
from service.comparison.judge import Words, judged
from service.comparison.likeness import Vector, cosine, rarity, whole
from service.store.judgements import sayings
from service.store.statements import copies

#: How many of the rarest words of a task lead to others, and how many of them must be shared; how
#: many tasks a word may lead to; how near a leader must be, and how many of the nearest are judged.
_WORDS, _SHARED, _CROWD, _NEAR, _JUDGED = 8, 2, 1000, 0.35, 4


@dataclass
class Groups:
    """Groups of tasks by key; `members` are the keys of each group by its leader, in order."""

    said: Mapping[frozenset[str], bool] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    _leaders: dict[str, Words] = field(default_factory=dict)
    _vectors: dict[str, Vector] = field(default_factory=dict)
    _by_word: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_words: dict[Words, str] = field(default_factory=dict)
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
            self._vectors[key] = whole(words.deeds)
            for word in _rarest(self._vectors[key]):
                self._by_word[word].append(key)
        self.members[leader].append(key)
        self._leader_of[key] = leader
        self._by_words.setdefault(_bare(words), leader)
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
        known = self._by_words.get(_bare(words))
        if known is not None and known not in barred:
            return known
        mine = whole(words.deeds)
        rarest = _rarest(mine)
        shared: Counter[str] = Counter()
        for word in rarest:
            leaders = self._by_word.get(word, ())
            if len(leaders) <= _CROWD:
                shared.update(leaders)
        least = _SHARED if len(rarest) == _WORDS else 1
        near: dict[str, float] = {}
        for leader, words_shared in shared.items():
            if words_shared >= least and leader not in barred:
                near[leader] = cosine(mine, self._vectors[leader])
        best = sorted((k for k in near if near[k] >= _NEAR), key=lambda k: (-near[k], k))
        verdicts = ((judged(self._leaders[k], words), k) for k in best[:_JUDGED])
        same = [(-verdict.score, k) for verdict, k in verdicts if verdict.label == "same"]
        return min(same)[1] if same else None


def _bare(words: Words) -> Words:
    """What decides of a task; year, deadline and heading do not."""
    return Words(words.text, product=words.product, lead=words.lead, unit=words.unit)


def _rarest(vector: Vector) -> list[str]:
    """The words of a task that are said most seldom, rarest first."""
    single = (gram for gram in vector if " " not in gram)
    return sorted(single, key=lambda gram: (-vector[gram] * rarity(gram), gram))[:_WORDS]


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

    key: str
    document_id: str
    task_id: str
    words: Words


def stored(session: Session) -> Iterator[Stored]:
    """The tasks of a store that stand for themselves, each plan once, in order of days."""
    t, p, y = (table.__table__.c for table in (TaskRow, PlanRow, PlanYearRow))
    years: dict[str, int] = {}
    for document, year in session.execute(select(y.document_id, y.year).order_by(y.year)):
        years.setdefault(document, year)
    asked = (
        select(t.key, t.id, t.record, t.document_id, p.unit_id)
        .join_from(TaskRow.__table__, PlanRow.__table__, p.document_id == t.document_id)
        .where(t.same_as.is_(None), t.status != "dropped", t.document_id.not_in(copies()))
        .order_by(p.issued_on.is_(None), p.issued_on, t.document_id, t.position)
    )
    for row in session.execute(asked):
        words = words_of(row.record, row.unit_id, years.get(row.document_id))
        if words.text:
            yield Stored(row.key, row.document_id, row.id, words)


@dataclass(frozen=True, slots=True)
class Grouped:
    """A task with the group that it is in, and what it asks for: its first deed.

    The group is named by the task of the earliest plan in it; `units` are how many units have it.
    """

    document_id: str
    task_id: str
    first_document_id: str
    first_task_id: str
    tasks: int
    units: int
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
        leader: (len(keys), len({told[key].words.unit for key in keys}))
        for leader, keys in groups.members.items()
    }
    for key in sorted(told, key=lambda key: (told[key].document_id, told[key].task_id)):
        one, leader = told[key], groups.leader_of(key) or key
        deeds = one.words.deeds
        first = deeds[0] if deeds else None
        yield Grouped(
            one.document_id, one.task_id, told[leader].document_id, told[leader].task_id,
            *sizes[leader],
            first.step if first else "do",
            first.acts if first else (),
            first.object if first else "",
            tuple(sorted(first.sectors)) if first else (),
            first.levels if first else (),
            tuple(sorted({paper for deed in deeds for paper in deed.papers})),
        )  # fmt: skip
