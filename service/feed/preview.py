"""What a plan would change for those who follow: taken in as if for good, told, and taken back.

So it is what the feed would tell, of the plan and of those it amends, with corrections that people
made in place. A receiver is at a cursor; what of these plans it has not been told of yet counts,
too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlmodel import Session

from models import contract
from models.plan import CONTRACT, Plan
from models.tables import ChangeRow, DocumentRow, PlanFormRow, RunRow
from models.tables.columns import now
from models.tables.documents import document_key
from service.errors import InvalidRequest
from service.feed.log import last_serial, place_of
from service.jobs.intake import clean_name
from service.store import Store
from service.store.changes import publish, read_again, type_of
from service.store.saving import save_reading

_c = ChangeRow.__table__.c


class NoPlanJson(InvalidRequest, code="plan.json"):
    title = "Không phải JSON của kế hoạch", "Not the JSON of a plan"
    sentence = (
        "nội dung gửi lên phải là một kế hoạch kehoach/plan@1, như kehoach extract in ra ({fault})",
        "what is sent must be a plan, kehoach/plan@1, as kehoach extract prints it ({fault})",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of a plan or a task: its state at the cursor, and then, as JSON."""

    type: str
    subject: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The changes in the order of the feed. `behind` counts those of all plans that a receiver at
    the cursor has not been told of yet."""

    plan: str
    behind: int
    changes: Sequence[Change]

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(one.type for one in self.changes).most_common())


def preview(store: Store, data: bytes, cursor: str) -> Preview:
    """What a plan JSON would change for a receiver at a cursor; the store stays as it is.

    Raises NoPlanJson, WrongCursor, CursorLost.
    """
    plan = _decoded(data)
    try:
        return _taken_in(store, plan, data, cursor)
    except (ValueError, OverflowError, DataError, IntegrityError, StatementError) as error:
        # A plan that no reader made: two tasks with one id, a number too large.
        raise NoPlanJson(fault=str(error).partition("\n")[0][:200]) from error


def _taken_in(store: Store, plan: Plan, data: bytes, cursor: str) -> Preview:
    document, source = plan.document.id, plan.document.source
    with Session(store.engine.execution_options(kehoach_writes=True)) as session:  # never committed
        place, last = place_of(session, cursor), last_serial(session)
        behind = session.scalar(select(func.count()).where(_c.serial > place)) or 0
        if session.get(DocumentRow, document) is None:
            row = DocumentRow(
                id=document, key=document_key(document), sha256=source.sha256,
                filename=clean_name(source.filename), media_type=source.media_type,
                bytes=source.bytes,
            )  # fmt: skip
            session.add(row)
            session.flush()
        run = RunRow(
            id=token_hex(16), document_id=document, version="0", started_at=now(), seconds=0.0
        )
        save_reading(session, document, run, data)
        publish(session)
        f = PlanFormRow.__table__.c
        name = session.scalars(select(f.plan).where(f.document_id == document)).one()
        told = select(_c.plan).where(_c.serial > last)
        plans = {name, *session.scalars(told)}
        found = list(_changes(session, sorted(plans), place))
        session.rollback()
    return Preview(name, behind, found)


def _decoded(data: bytes) -> Plan:
    try:
        plan = contract.decode(data)
    except msgspec.MsgspecError as error:
        raise NoPlanJson(fault=str(error)[:200]) from None
    sha256 = plan.document.source.sha256
    if plan.contract != CONTRACT or plan.document.id != f"sha256:{sha256}":
        raise NoPlanJson(fault="contract, document.id")
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NoPlanJson(fault="document.source.sha256")
    return plan


def _changes(session: Session, plans: Sequence[str], place: int) -> Sequence[Change]:
    """What has become of plans and their tasks since a place in the feed."""
    newer = select(_c.serial, _c.plan, _c.subject, _c.after).where(
        _c.plan.in_(plans), _c.serial > place, _c.latest.is_(True)
    )
    rows = session.execute(newer.order_by(_c.serial)).all()
    at_place = (
        select(func.max(_c.serial))
        .where(_c.plan.in_(plans), _c.serial <= place)
        .group_by(_c.subject)
    )
    known = select(_c.subject, _c.after).where(_c.serial.in_(at_place))
    before: dict[str, str | None] = dict(session.execute(known).all())
    heads = {row.subject: row.after for row in rows if row.subject == row.plan}
    reread = {one for one, after in heads.items() if read_again(before.get(one), after)}
    return [
        Change(
            type_of(row.subject == row.plan, was, row.after, row.plan in reread),
            row.subject,
            was,
            row.after,
        )
        for row in rows
        if (was := before.get(row.subject)) != row.after
    ]
