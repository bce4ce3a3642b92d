"""The same task elsewhere: what a task of a store is, and the tasks of other plans that ask for it.

Looked at are tasks that share rare words with it (the index of words finds them); each is judged,
and what a person said wins. So it is told in how many provinces the task stands, where and when it
was seen first, and what is like it and yet another task. Of this store: what is not held is not
seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select
from sqlmodel import Session

from corpora.tables import rows
from extractor.language.deeds import Deed
from extractor.text import searched
from models.tables import TaskRow
from service.comparison.groups import provinces_of, words_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.judge import Verdict, Words, judged
from service.comparison.likeness import rarity, whole
from service.store.errors import UnknownTask
from service.store.judgements import Said, sayings
from service.store.search import matches

#: How many of the rarest words are looked for, two together; the most tasks of each two.
_RARE, _MOST = 5, 200


@dataclass(frozen=True, slots=True)
class Kin:
    """A task of a plan and what it is to the one asked for; `said` is a person's word."""

    key: str
    plan: Holding
    words: Words
    verdict: Verdict
    said: Said | None

    @property
    def label(self) -> str:
        return self.said.verdict if self.said else self.verdict.label


@dataclass(frozen=True, slots=True)
class Kindred:
    """A task with its deeds; the same in other plans, the earliest first, and similar ones.

    `provinces` has it, its own among them, in the map of the 34; `first` is the earliest plan held
    that has it.
    """

    key: str
    plan: Holding
    words: Words
    deeds: tuple[Deed, ...]
    same: list[Kin]
    similar: list[Kin]
    provinces: int
    first: Holding


def kindred(session: Session, key: str) -> Kindred:
    """What a task is and where it stands elsewhere; raises UnknownTask."""
    t = TaskRow.__table__.c
    asked = select(t.key, t.document_id, t.record)
    row = session.execute(asked.where(t.key == key)).first()
    plans = {one.document_id: one for one in holdings(session)}
    if row is None:
        raise UnknownTask
    mine = plans[row.document_id]
    words = _words(row.record, mine)
    once = {one.document_id: one for one in counted(plans.values())}
    own = {row.document_id, mine.form_of, *(d for d, one in plans.items() if one.form_of in (
        row.document_id, mine.form_of) and one.form_of)}  # fmt: skip
    spoken = sayings(session, [row.document_id], either=True)
    said = {next(iter(pair - {key})): one for pair, one in spoken.items() if key in pair}
    near: dict[str, Kin] = {}
    dialect = session.connection().dialect.name
    live = asked.where(t.status != "dropped", t.same_as.is_(None))
    found = [live.where(t.key.in_(said))] + [
        live.where(t.serial.in_(serials.order_by(*serials.selected_columns).limit(_MOST)))
        for query in _queries(words)
        if (serials := matches(dialect, query)) is not None
    ]
    for statement in found:
        for one in session.execute(statement):
            plan = once.get(one.document_id)
            if plan and one.key not in near and one.document_id not in own:
                theirs = _words(one.record, plan)
                verdict = judged(words, theirs)
                near[one.key] = Kin(one.key, plan, theirs, verdict, said.get(one.key))
    some = sorted(near.values(), key=lambda one: (str(one.plan.on or "9"), one.key))
    same = [one for one in some if one.label == "same"]
    similar = [one for one in some if one.label == "similar" or (one.said and one.label != "same")]
    everywhere = [mine, *(one.plan for one in same)]
    return Kindred(
        key, mine, words, words.deeds, same, similar,
        len(provinces_of((one.unit_id or "", one.on) for one in everywhere)),
        min(everywhere, key=lambda one: (str(one.on or "9"), one.key)),
    )  # fmt: skip


def _words(record: str, plan: Holding) -> Words:
    return words_of(record, plan.unit_id, plan.years[0] if plan.years else None)


def _queries(words: Words) -> Iterator[str]:
    """Searches for each two of the rarest words as printed; those that abbreviations stand for are
    left out while there are others."""
    vector = whole(words.deeds)
    single = sorted(
        (gram for gram in vector if " " not in gram), key=lambda g: (-vector[g] * rarity(g), g)
    )
    written_out = {word for row in rows("abbreviations") for word in row["long"].split()}
    plain = [word for word in single if word not in written_out]
    chosen = (plain if len(plain) > 1 else single)[:_RARE]
    if len(chosen) == 1:
        yield f'"{searched(chosen[0])}"'
    for one, other in combinations(chosen, 2):
        yield f'"{searched(one)}" "{searched(other)}"'
