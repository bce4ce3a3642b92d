"""The changes that others follow: written with what they tell of, in the order of commits.

Whoever changes a document locks it, and what is locked is looked at once more right before the
commit: what the feed last told of each subject is compared with what is there now, and what differs
is told. So nothing that changes a task can forget to tell it, saving the same thing twice tells
nothing, and a store from before there was a feed is told whole.

The order is that of commits on PostgreSQL, too: a lock that all who tell something take last is
held until their commit is seen by everybody, so no number below one that was read is still to come.
SQLite has one writer at a time anyway.

A subject keeps its name. A plan is called by the key of its first document, a task by that and the
id of the contract, which follows from what the task says; two documents with the same issuer,
number and day are forms of one plan, and one of them leads: the confirmed one, else the one that
people have worked in, else the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, exists, insert, select, text, update
from sqlmodel import Session

from models.agency import Assignment
from models.contract import decode_task, encode
from models.tables import (
    ChangeRow,
    DocumentRow,
    ForeignIdRow,
    PlanFormRow,
    PlanRow,
    ReportRow,
    TaskRow,
)
from models.tables.columns import now
from models.tables.documents import KEY_LENGTH, document_key, task_key
from models.tables.feed import ChangeType
from service.store.amendments import Place, amendments_of, kin

#: The advisory lock of PostgreSQL that those who tell of changes hold: "kehof" in ASCII, short.
_LOCK = 0x6B65686F66

_TOUCHED = "touched documents"

_c, _f = ChangeRow.__table__.c, PlanFormRow.__table__.c
_p, _t = PlanRow.__table__.c, TaskRow.__table__.c


def touch(session: Session, document_id: str) -> None:
    """Notes that a transaction may change a document: it is looked at before the commit."""
    session.info.setdefault(_TOUCHED, set()).add(document_id)


def publish(session: Session) -> None:
    """Tells what has changed in the documents touched; the last thing before a commit."""
    touched: set[str] = session.info.pop(_TOUCHED, set())
    if not touched:
        return
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    plans: set[str] = set()
    for document_id in sorted(touched):
        plans |= _placed(connection, document_id)
    for plan in sorted(plans):
        plans |= _kin(connection, plan)
    for plan in sorted(plans):
        _tell(connection, plan, _lead(connection, plan))


def untold(session: Session) -> Sequence[str]:
    """The documents of plans that the feed has never told of, as in a store of before it."""
    d = DocumentRow.__table__.c
    found = select(_p.document_id).join(DocumentRow.__table__, d.id == _p.document_id)
    new = found.where(_p.document_id.not_in(select(_f.document_id)))
    return session.scalars(new.order_by(d.created_at, d.id)).all()


def told_otherwise(session: Session, document_id: str) -> int:
    """How many subjects of the plan of a document the feed tells otherwise than they are."""
    connection = session.connection()
    plan = connection.scalar(select(_f.plan).where(_f.document_id == document_id))
    if plan is None:
        return 1
    differing = _differing(connection, plan, _lead(connection, plan))
    return len(differing.gone) + len(differing.new)


# Names


def named_otherwise(session: Session) -> dict[str, str]:
    """The plans of documents that are not called by their own key: second forms, mostly."""
    rows = session.execute(select(_f.document_id, _f.plan)).all()
    return {row.document_id: row.plan for row in rows if document_key(row.document_id) != row.plan}


def identity(plan: Any) -> tuple[Any, ...] | None:
    """By what two documents are one plan: issuer, number and day; None where one is missing."""
    found = (plan.issuer_id or plan.issuer, plan.number, plan.issued_on)
    return found if all(found) else None


def _placed(connection: Connection, document_id: str) -> set[str]:
    """Gives a document its plan of the feed; all plans that this concerns."""
    before = connection.scalar(select(_f.plan).where(_f.document_id == document_id))
    twins = _twins(connection, document_id)
    if not twins:
        connection.execute(delete(PlanFormRow).where(_f.document_id == document_id))
        return {before} if before else set()
    named = dict(
        connection.execute(select(_f.document_id, _f.plan).where(_f.document_id.in_(twins))).all()
    )
    wanted = [named[one] for one in twins if one in named] + _keys(twins[0])
    others = select(_f.plan).where(_f.document_id.not_in(twins), _f.plan.in_(wanted))
    taken = set(connection.scalars(others))
    plan = next(one for one in wanted if one not in taken)
    moved = [one for one in twins if named.get(one) != plan]
    if moved:
        connection.execute(delete(PlanFormRow).where(_f.document_id.in_(moved)))
        forms = [{"document_id": one, "plan": plan} for one in moved]
        connection.execute(insert(PlanFormRow), forms)
    return {one for one in (plan, before, *named.values()) if one}


def _keys(document_id: str) -> list[str]:
    """What a plan can be called by its first document: its key, or else later digits of its id."""
    digits = document_id.removeprefix("sha256:")
    later = (digits[at : at + KEY_LENGTH] for at in range(KEY_LENGTH, len(digits), KEY_LENGTH))
    return [document_key(document_id), *(one for one in later if len(one) == KEY_LENGTH)]


def _twins(connection: Connection, document_id: str) -> list[str]:
    """The documents that hold the same plan, this one among them, the first one first."""
    asked = select(_p.document_id, _p.issuer_id, _p.issuer, _p.number, _p.issued_on)
    plan = connection.execute(asked.where(_p.document_id == document_id)).first()
    if plan is None:
        return []
    mine = identity(plan)
    if mine is None:
        return [document_id]
    d = DocumentRow.__table__.c
    same = asked.join(DocumentRow.__table__, d.id == _p.document_id)
    same = same.where(_p.number == plan.number, _p.issued_on == plan.issued_on)
    rows = connection.execute(same.order_by(d.created_at, d.id))
    return [row.document_id for row in rows if identity(row) == mine]


def _lead(connection: Connection, plan: str) -> str | None:
    """The document whose reading is told as the plan; None where none is left."""
    d = DocumentRow.__table__.c
    worked = exists().where(
        _t.document_id == _p.document_id, (_t.status != "open") | _t.corrected.is_(True)
    )
    rows = connection.execute(
        select(_p.document_id, _p.status, worked.label("worked"))
        .join(PlanFormRow.__table__, _f.document_id == _p.document_id)
        .join(DocumentRow.__table__, d.id == _p.document_id)
        .where(_f.plan == plan)
        .order_by(d.created_at, d.id)
    ).all()
    ordered = sorted(rows, key=lambda row: (row.status != "confirmed", not row.worked))
    return ordered[0].document_id if ordered else None


def _kin(connection: Connection, plan: str) -> set[str]:
    """The plans that this one amends or is amended by, now or when it was last told."""
    lead = _lead(connection, plan)
    others = kin(connection, lead) if lead else []
    named = set(connection.scalars(select(_f.plan).where(_f.document_id.in_(others))))
    last = select(_c.after).where(_c.subject == plan, _c.latest.is_(True))
    if told := connection.scalar(last):
        before = _told.decode(told)
        named |= {*before.amends, *before.amended_by}
    return named


# What is told


@dataclass(frozen=True, slots=True)
class _Now:
    """A subject as it is: what the feed says of it, and the `record` under its `name`."""

    parts: Mapping[str, Any]
    name: Literal["document", "task"]
    record: str
    unit: str | None
    issuer: str | None = None

    @property
    def state(self) -> str:
        """Short, and another where anything is; a record of a task has its revision."""
        said = encode(self.parts) + (self.record.encode() if self.name == "document" else b"")
        return blake2b(said, digest_size=12).hexdigest()

    @property
    def after(self) -> str:
        return f'{encode(self.parts).decode()[:-1]},"{self.name}":{self.record}}}'

    @property
    def agencies(self) -> set[str]:
        """The bodies that it names by id."""
        if self.name == "document":
            return {self.issuer} if self.issuer else set()
        task = decode_task(self.record)
        cells: tuple[Assignment | None, ...] = (task.lead, task.coordinating)
        return {body.id for cell in cells if cell for body in cell.agencies if body.id}


class _Told(msgspec.Struct):
    """What is compared of two states of a subject."""

    status: str
    task: msgspec.Raw = msgspec.Raw(b"")
    document: msgspec.Raw = msgspec.Raw(b"")
    run: str = ""
    forms: tuple[str, ...] = ()
    superseded_by: str | None = None
    report: msgspec.Raw = msgspec.Raw(b"")
    external: msgspec.Raw = msgspec.Raw(b"")
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()


_told = msgspec.json.Decoder(_Told)


@dataclass(frozen=True, slots=True)
class _Differing:
    """What was last told of the subjects of a plan, what is there, and which of them differ."""

    last: dict[str, Any]
    there: dict[str, _Now]
    gone: list[str]
    new: list[str]


def _differing(connection: Connection, plan: str, lead: str | None) -> _Differing:
    shown = (_c.serial, _c.subject, _c.revision, _c.state, _c.unit_id, _c.agencies)
    rows = connection.execute(select(*shown).where(_c.plan == plan, _c.latest.is_(True)))
    last = {row.subject: row for row in rows}
    there = _present(connection, plan, lead) if lead else {}
    gone = [one for one, row in last.items() if row.state is not None and one not in there]
    new = [one for one in there if one not in last or last[one].state != there[one].state]
    return _Differing(last, there, gone, new)


def _tell(connection: Connection, plan: str, lead: str | None) -> None:
    """Writes what differs between what was last told of a plan and what is there now."""
    differing = _differing(connection, plan, lead)
    last, there, gone, new = differing.last, differing.there, differing.gone, differing.new
    if not gone and not new:
        return
    asked = [last[one].serial for one in new if one in last]
    before = _before(connection, asked)
    old_plan = before.get(last[plan].serial) if plan in last else None
    reread = plan in new and read_again(old_plan, there[plan].after)
    moment, told = now(), []
    for subject in [*new, *sorted(gone, key=lambda one: one == plan)]:
        found, old = there.get(subject), last.get(subject)
        was = before.get(old.serial) if old else None
        after = found.after if found else None
        agencies = found.agencies if found else set()
        if old and old.state:
            agencies |= set(old.agencies.split())
        told.append(
            {
                "id": token_hex(16),
                "at": moment,
                "type": type_of(subject == plan, was, after, reread),
                "plan": plan,
                "subject": subject,
                "revision": old.revision + 1 if old else 1,
                "latest": True,
                "previous": old.serial if old else None,
                "state": found.state if found else None,
                "unit_id": found.unit if found else old and old.unit_id,
                "agencies": f" {' '.join(sorted(agencies))} " if agencies else "",
                "after": after,
            }
        )
    serials = [row["previous"] for row in told if row["previous"] is not None]
    for at in range(0, len(serials), _MANY):
        some = _c.serial.in_(serials[at : at + _MANY])
        connection.execute(update(ChangeRow).where(some).values(latest=False))
    connection.execute(insert(ChangeRow), told)


#: Values of one statement.
_MANY = 1000


def _before(connection: Connection, serials: Sequence[int]) -> dict[int, str | None]:
    found: dict[int, str | None] = {}
    for at in range(0, len(serials), _MANY):
        some = select(_c.serial, _c.after).where(_c.serial.in_(serials[at : at + _MANY]))
        found |= dict(connection.execute(some).all())
    return found


def read_again(was: str | None, after: str | None) -> bool:
    """Whether a plan is told from another reading than before."""
    return bool(was and after) and _told.decode(was or "").run != _told.decode(after or "").run


def type_of(is_plan: bool, was: str | None, after: str | None, reread: bool) -> ChangeType:
    """What became of a subject, by the most that did."""
    if after is None:
        return "plan.withdrawn" if is_plan else "task.withdrawn"
    if was is None:
        return "plan.added" if is_plan else "task.created"
    old, new = _told.decode(was), _told.decode(after)
    if is_plan:
        if reread or old.forms != new.forms:
            return "plan.reread"
        if old.amended_by != new.amended_by:
            return "plan.amended"
        if old.status != new.status:
            return "plan.confirmed" if new.status == "confirmed" else "plan.reopened"
        return "plan.corrected"
    if new.superseded_by and old.superseded_by != new.superseded_by:
        return "task.superseded"
    if old.task != new.task:
        return "task.reread" if reread else "task.corrected"
    if old.status != new.status:
        return "task.confirmed" if new.status == "confirmed" else "task.reopened"
    if old.report != new.report:
        return "task.reported"
    if old.external != new.external:
        return "task.mapped"
    return "task.reread"


def _present(connection: Connection, plan: str, lead: str) -> dict[str, _Now]:
    """The plan and its tasks as they are now, by their names; those dropped are not there."""
    columns = (_p.run_id, _p.status, _p.unit_id, _p.head, _p.issuer_id)
    row = connection.execute(select(*columns).where(_p.document_id == lead)).one()
    forms = connection.scalars(select(_f.document_id).where(_f.plan == plan))
    amended = amendments_of(connection, lead)
    names = _names(connection, [*amended.older, *amended.newer])

    def subject(place: Place) -> str:
        document_id, task = place
        return f"{names[document_id]}.{task}" if task else names[document_id]

    head = {
        "key": document_key(lead),
        "forms": sorted(map(document_key, forms)),
        "run": row.run_id,
        "status": row.status,
        "unit": row.unit_id,
        "amends": sorted({names[one] for one in amended.older}),
        "amended_by": sorted({names[one] for one in amended.newer}),
    }
    found = {plan: _Now(head, "document", row.head, row.unit_id, row.issuer_id)}
    reports, foreign = _reported(connection, plan), _mapped(connection, plan)
    shown = (_t.id, _t.revision, _t.status, _t.corrected, _t.record)
    tasks = select(*shown).where(_t.document_id == lead, _t.status != "dropped")
    for task in connection.execute(tasks.order_by(_t.position, _t.serial)):
        name, successor = f"{plan}.{task.id}", amended.after(task.id)
        parts = {
            "key": task_key(lead, task.id),
            "plan": plan,
            "revision": task.revision,
            "status": task.status,
            "corrected": task.corrected,
            "supersedes": [subject(one) for one in amended.before(task.id)],
            "superseded_by": subject(successor) if successor else None,
            "report": reports.get(name),
            "external": foreign.get(name, []),
        }
        found[name] = _Now(parts, "task", task.record, row.unit_id)
    return found


def _names(connection: Connection, documents: Sequence[str]) -> dict[str, str]:
    """What the plans of documents are called in the feed."""
    known = select(_f.document_id, _f.plan).where(_f.document_id.in_(documents))
    named: dict[str, str] = dict(connection.execute(known).all())
    return {one: document_key(one) for one in documents} | named


def of_plan(column: Any, plan: str) -> Any:
    """The condition that a name is that of a task of the plan."""
    return (column > f"{plan}.") & (column < f"{plan}/")


def _reported(connection: Connection, plan: str) -> dict[str, dict[str, Any]]:
    r = ReportRow.__table__.c
    rows = connection.execute(select(ReportRow.__table__).where(of_plan(r.subject, plan)))
    return {
        row.subject: {
            "done": row.done,
            "done_on": row.done_on and row.done_on.isoformat(),
            "note": row.note,
            "link": row.link,
            "author": row.author,
            "at": row.at.isoformat(),
            "revision": row.revision,
        }
        for row in rows
    }


def _mapped(connection: Connection, plan: str) -> dict[str, list[dict[str, str]]]:
    x = ForeignIdRow.__table__.c
    found: dict[str, list[dict[str, str]]] = {}
    mine = select(ForeignIdRow.__table__).where(of_plan(x.subject, plan))
    for row in connection.execute(mine.order_by(x.tracker, x.id)):
        found.setdefault(row.subject, []).append({"tracker": row.tracker, "id": row.id})
    return found
