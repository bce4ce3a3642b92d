"""Plans that change or replace one another, and which task of the later one takes whose place.

A later plan names the earlier one as amended or replaced; both are in the store. A task of the
earlier plan is superseded by the one task of the later that says the same; where the whole plan is
replaced, the others are superseded by the later plan itself. Where two plans fit what is named,
neither is guessed; a plan in several files is one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Connection, select, true

from extractor.text import searched
from models.contract import decode_task
from models.plan import Citation
from models.tables import CitationRow, PlanRow, TaskRow

#: What a later paper does to one before it, among the roles of papers that a plan names.
AMENDING = ("amended", "replaced")

_citation = msgspec.json.Decoder(Citation)
_p, _x, _t = PlanRow.__table__.c, CitationRow.__table__.c, TaskRow.__table__.c
_PLAN = (_p.document_id, _p.number, _p.issued_on, _p.issuer_id, _p.issuer, _p.unit_id)

#: A document, and a task in it or None for the plan itself.
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Amendments:
    """The documents of plans that a plan takes the place of (`older`) or that take its place.

    `taken` are the tasks of those, by the tasks of this plan.
    """

    older: Sequence[str] = ()
    newer: Sequence[str] = ()
    replaced_by: str | None = None
    taken: dict[str, list[Place]] = field(default_factory=dict)
    given: dict[str, Place] = field(default_factory=dict)

    def before(self, task: str) -> list[Place]:
        """The tasks that a task takes the place of."""
        return self.taken.get(task, [])

    def after(self, task: str) -> Place | None:
        """The task, or the plan, that takes its place."""
        found = self.given.get(task)
        return (self.replaced_by, None) if found is None and self.replaced_by else found


def kin(connection: Connection, document_id: str) -> list[str]:
    """The documents of plans that this one amends or replaces, or by which it is."""
    older, newer = _older(connection, document_id), _newer(connection, document_id)
    return list(dict.fromkeys([*(one for one, _ in older), *(one for one, _ in newer)]))


def role_of(connection: Connection, later: str, earlier: str) -> str | None:
    """What a document does to another by its words: amended, replaced, or nothing."""
    return dict(_older(connection, later)).get(earlier)


def amendments_of(connection: Connection, document_id: str) -> Amendments:
    """What a plan amends or replaces, and by what it is."""
    older, newer = _older(connection, document_id), _newer(connection, document_id)
    if not older and not newer:
        return Amendments()
    mine = _words(connection, document_id)
    found = Amendments(
        [one for one, _ in older],
        [one for one, _ in newer],
        next((one for one, role in newer if role == "replaced"), None),
    )
    for one in found.older:
        for new, old in _same(mine, _words(connection, one)):
            found.taken.setdefault(new, []).append((one, old))
    for one in found.newer:
        for new, old in _same(_words(connection, one), mine):
            found.given.setdefault(old, (one, new))
    return found


def cites(connection: Connection, later: str, earlier: str) -> bool:
    """Whether a document names another, for whatever it does by it."""
    return earlier in dict(_older(connection, later, ()))


def _older(
    connection: Connection, document_id: str, roles: Sequence[str] = AMENDING
) -> list[tuple[str, str]]:
    """The plans that a document names in one of the roles (none: in any), with which role."""
    plan = connection.execute(select(*_PLAN).where(_p.document_id == document_id)).first()
    named = connection.execute(
        select(_x.number, _x.role, _x.record)
        .where(_x.document_id == document_id, _x.number.is_not(None))
        .where(_x.role.in_(roles) if roles else true())
        .order_by(_x.position)
    ).all()
    if plan is None or not named:
        return []
    numbers = {row.number for row in named}
    others = connection.execute(
        select(*_PLAN).where(_p.number.in_(numbers), _p.document_id != document_id)
    ).all()
    found: dict[str, str] = {}
    others = sorted(others, key=lambda row: str(row.document_id))
    for row in named:
        cited = _citation.decode(row.record)
        fit = [o for o in others if o.number == row.number and _meant(plan, cited, o)]
        if len({(one.issuer_id or one.issuer, one.issued_on) for one in fit}) == 1:
            for one in fit:
                found.setdefault(one.document_id, row.role)
    return list(found.items())


def _newer(connection: Connection, document_id: str) -> list[tuple[str, str]]:
    """The plans that name a document as amended or replaced."""
    number = connection.scalar(select(_p.number).where(_p.document_id == document_id))
    if number is None:
        return []
    naming = select(_x.document_id).where(
        _x.number == number, _x.role.in_(AMENDING), _x.document_id != document_id
    )
    return [
        (later, role)
        for later in sorted(set(connection.scalars(naming)))
        for earlier, role in _older(connection, later)
        if earlier == document_id
    ]


def _meant(later: Any, cited: Citation, earlier: Any) -> bool:
    """Whether what a plan cites is that other plan: its number, its day, its issuer or unit."""
    if later.issued_on and earlier.issued_on and earlier.issued_on > later.issued_on:
        return False
    if cited.date and not str(earlier.issued_on or "").startswith(cited.date):
        return False
    if cited.issuer_id and earlier.issuer_id:
        return bool(cited.issuer_id == earlier.issuer_id)
    return earlier.unit_id is not None and bool(earlier.unit_id == later.unit_id)


def _words(connection: Connection, document_id: str) -> dict[str, str]:
    """The words of each task that counts, folded, by its id."""
    rows = connection.execute(
        select(_t.id, _t.record).where(_t.document_id == document_id, _t.status != "dropped")
    )
    found = {}
    for id_, record in rows:
        task = decode_task(record)
        said = " ".join(filter(None, (task.subject, task.description or task.product)))
        found[id_] = searched(said)
    return found


def _same(new: dict[str, str], old: dict[str, str]) -> list[tuple[str, str]]:
    """Tasks that say the same, the later and the earlier, where each is the only one to say it."""
    counts = Counter(new.values()), Counter(old.values())
    by_words = {words: id_ for id_, words in old.items() if counts[1][words] == 1}
    return [
        (id_, by_words[words])
        for id_, words in new.items()
        if words and counts[0][words] == 1 and words in by_words
    ]
