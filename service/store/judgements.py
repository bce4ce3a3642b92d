"""What people say of two tasks: the same, similar, different. It wins over the judge everywhere.

A judgement is kept by the names that both tasks have in the feed, so it stays over later readings
and is of every file of their plans. Where a name is gone, because the task is read with another
place or number now, the one task of the plan with the very words of then has it; else the judgement
waits, and counts again when a task fits. The last word on a pair counts; it can be taken back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.contract import decode_task
from models.tables import JudgementRow, PlanFormRow, TaskRow
from models.tables.columns import now
from models.tables.documents import Verdict, task_key
from service.access.audit import By
from service.store.database import lots
from service.store.errors import OneTask, UnknownJudgement, UnknownTask
from service.store.filters import JudgementQuery
from service.store.replay import selectors_of
from service.store.statements import Order, Slice, equal, listed

_f, _j, _t = (one.__table__.c for one in (PlanFormRow, JudgementRow, TaskRow))
#: Letters of the name of a plan in the feed: the key of a document.
_PLAN = 16
#: What a judgement says, but for when.
_SAID = ("verdict", "reason", "author", "words_one", "words_other")
_ORDERS = {"-at": Order((col(JudgementRow.at), col(JudgementRow.id)), descending=True)}


class Said(NamedTuple):
    """What a person said of a pair, and when by the clock here."""

    id: str
    verdict: Verdict
    author: str
    at: datetime
    reason: str | None

    @property
    def told(self) -> str:
        """Who said it, when, and why, in Vietnamese as all reasons are."""
        why = f": {self.reason}" if self.reason else ""
        return f"{self.author} nhận xét ngày {self.at:%d/%m/%Y}{why}"


#: What was said, by the keys of both tasks in the store.
Sayings = Mapping[frozenset[str], Said]


def judge(
    session: Session,
    keys: tuple[str, str],
    verdict: Verdict,
    *,
    by: By,
    reason: str | None = None,
) -> JudgementRow:
    """Keeps what a person says of two tasks, by their keys; raises UnknownTask, OneTask.

    The same said once more stands in the audit trail only.
    """
    names = dict(sorted(_named(session, key) for key in keys))
    if len(names) < 2:
        raise OneTask
    (one, words_one), (other, words_other) = names.items()
    row = JudgementRow(
        id=blake2b(f"{one} {other}".encode(), digest_size=16).hexdigest(),
        one=one, other=other, verdict=verdict, reason=reason or None, author=by.author, at=now(),
        words_one=words_one, words_other=words_other,
    )  # fmt: skip
    by.record(session, "pair.judge", row.id, {"verdict": verdict})
    kept = session.get(JudgementRow, row.id)
    if kept is not None and all(getattr(kept, name) == getattr(row, name) for name in _SAID):
        return kept
    write = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = row.model_dump()
    session.execute(  # somebody else may have said something of the pair just now
        write(JudgementRow.__table__)
        .values(values)
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )
    return session.get_one(JudgementRow, row.id, populate_existing=True)


def take_back(
    session: Session,
    judgement: str,
    *,
    by: By,
) -> None:
    """The judge counts again; the trail keeps who said what. Raises UnknownJudgement."""
    row = session.get(JudgementRow, judgement)
    if row is None:
        raise UnknownJudgement
    by.record(session, "pair.take-back", row.id, {"verdict": row.verdict})
    session.delete(row)


def judgements(session: Session, asked: JudgementQuery) -> Slice[JudgementRow]:
    """What people said, the last first."""
    conditions = equal(_j, asked, "author", "verdict")
    if asked.task is not None:
        name, _ = _named(session, asked.task)
        conditions.append(or_(_j.one == name, _j.other == name))
    return listed(session, "judgements", _ORDERS, asked, select(JudgementRow).where(*conditions))


def sayings(
    session: Session, documents: Collection[str] | None = None, *, either: bool = False
) -> dict[frozenset[str], Said]:
    """What counts of each pair, by the keys of its tasks in every file of their plans.

    With `documents` only what was said of two tasks of their plans, or of one of them (`either`).
    """
    found = spoken(session, documents, either=either)
    return {frozenset(pair): said for pair, said, _ in found if pair}


def spoken(
    session: Session, documents: Collection[str] | None = None, *, either: bool = False
) -> Iterator[tuple[tuple[str, str] | None, Said, JudgementRow]]:
    """The same, the last word on a pair of keys last, each with its row: the keys in the order of
    the names there; None of what waits, because a task is read no more."""
    asked = select(JudgementRow).order_by(_j.at, _j.id)
    if documents is not None:
        plans = set[str]()
        for some in lots(sorted(documents)):
            plans.update(session.scalars(select(_f.plan).where(_f.document_id.in_(some))))
        these: BindParameter[str] = bindparam(  # more than a statement has places for values
            "plans", sorted(plans), expanding=True, literal_execute=True
        )
        sides = [func.substr(name, 1, _PLAN).in_(these) for name in (_j.one, _j.other)]
        asked = asked.where(or_(*sides) if either else and_(*sides))
    rows = session.scalars(asked).all()
    keys = _keys(
        session,
        [pair for row in rows for pair in ((row.one, row.words_one), (row.other, row.words_other))],
    )
    for row in rows:
        said = Said(row.id, row.verdict, row.author, row.at.astimezone(), row.reason)
        pairs = [(one, other) for one in keys[row.one] for other in keys[row.other] if one != other]
        yield from ((pair, said, row) for pair in pairs)
        if not pairs:
            yield None, said, row


def _named(session: Session, key: str) -> tuple[str, str]:
    """The name of a task in the feed, and its words as read; raises UnknownTask."""
    row = session.execute(
        select(_t.id, _t.record, _t.reading, _f.plan)
        .join_from(TaskRow.__table__, PlanFormRow.__table__, _f.document_id == _t.document_id)
        .where(_t.key == key)
    ).first()
    if row is None:
        raise UnknownTask
    (pinned,) = selectors_of([decode_task(row.reading or row.record)])
    return f"{row.plan}.{row.id}", pinned.words


def _keys(session: Session, named: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    """The keys that tasks of these names and words have in the files of their plans."""
    words = dict(named)
    found: dict[str, list[str]] = defaultdict(list)
    documents: dict[str, list[str]] = defaultdict(list)
    forms = select(_f.plan, _f.document_id).order_by(_f.document_id)
    for some in lots(sorted({name.partition(".")[0] for name in words})):
        for plan, document in session.execute(forms.where(_f.plan.in_(some))):
            documents[plan].append(document)
    wanted = {
        task_key(document, name.partition(".")[2]): (name, document)
        for name in words
        for document in documents[name.partition(".")[0]]
    }
    there: set[str] = set()
    for some in lots(sorted(wanted)):
        there.update(session.scalars(select(_t.key).where(_t.key.in_(some))))
    alike: dict[str, dict[str, list[str]]] = {}
    for key, (name, document) in wanted.items():
        if key in there:
            found[name].append(key)
            continue
        if document not in alike:
            alike[document] = _by_words(session, document)
        if len(some := alike[document].get(words[name], [])) == 1:
            found[name] += some
    return found


def _by_words(session: Session, document: str) -> dict[str, list[str]]:
    """The keys of the tasks of a document by their words."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = select(_t.key, _t.reading, _t.record).where(_t.document_id == document)
    for key, reading, record in session.execute(rows):
        (pinned,) = selectors_of([decode_task(reading or record)])
        found[pinned.words].append(key)
    return found
