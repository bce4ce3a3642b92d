"""Calendars to subscribe to: the tasks of a plan or of a body, under a secret address.

A program that shows calendars cannot sign in: the address is the secret, 256 random bits that are
shown once and kept as their SHA-256, and it ends when it is revoked. A task that was in a plan and
is not any more is told as cancelled, under its UID: a calendar that merely lost it would go on
showing it in some programs.
"""

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.plan import Review
from models.tables import CalendarRow, ChangeRow, PlanFormRow, PlanRow
from models.tables.columns import now
from service.access.keys import digest
from service.feed.errors import UnknownCalendar
from service.store import Store
from service.store.filters import Frame, Paging, TaskFilter
from service.store.plans import assembled, partial_plans
from service.store.statements import Order, Slice, bodies_of, document_is, listed

#: The work of a body goes on with those that took it over in the frame of this year.
FRAME: Frame = "2026"

ORDERS = {"-created": Order((col(CalendarRow.created_at), col(CalendarRow.id)), descending=True)}

_c, _p = ChangeRow.__table__.c, PlanRow.__table__.c


class _Gone(msgspec.Struct):
    """A task as it was told last."""

    key: str
    revision: int
    task: msgspec.Raw


class _Named(msgspec.Struct):
    id: str


_gone, _named = msgspec.json.Decoder(_Gone), msgspec.json.Decoder(_Named)


def add(
    session: Session,
    name: str,
    *,
    document: str | None = None,
    agency: str | None = None,
    kind: Any = "todo",
    by: str | None = None,
) -> tuple[CalendarRow, str]:
    """Makes a calendar of a plan, of a body, or of what a body has in a plan; and its secret."""
    secret = secrets.token_urlsafe(32)
    row = CalendarRow(
        id=secrets.token_hex(6), name=name, document=document, agency=agency, kind=kind,
        secret=digest(secret), created_by=by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row, secret


def calendars(session: Session, asked: Paging) -> Slice[CalendarRow]:
    """All calendars, the newest first, also those revoked."""
    return listed(session, "calendars", ORDERS, asked, select(CalendarRow))


def revoke(session: Session, calendar: str) -> CalendarRow:
    """Ends an address for good; ending it again changes nothing. Raises UnknownCalendar."""
    row = session.get(CalendarRow, calendar)
    if row is None:
        raise UnknownCalendar
    row.revoked_at = row.revoked_at or now()
    return row


def of_secret(session: Session, secret: str) -> CalendarRow:
    """The calendar of a secret address; raises UnknownCalendar where none has it any more."""
    found = select(CalendarRow).where(CalendarRow.secret == digest(secret))
    row = session.exec(found.where(col(CalendarRow.revoked_at).is_(None))).first()
    if row is None:
        raise UnknownCalendar
    return row


def plans_of(store: Store, calendar: CalendarRow) -> Iterator[bytes]:
    """The tasks of a calendar as plans, then those that are not there any more, as dropped."""
    where = TaskFilter(
        document=calendar.document, agency=calendar.agency, repeats=False,
        successors=FRAME, copies=calendar.document is not None,
    )  # fmt: skip
    yield from partial_plans(store, where, "document")
    yield from _cancelled(store, calendar)


def _cancelled(store: Store, calendar: CalendarRow) -> Iterator[bytes]:
    before = ChangeRow.__table__.alias("before")
    statement = (
        select(_c.plan, _c.at, before.c.after)
        .join(before, before.c.serial == _c.previous)
        .where(_c.latest.is_(True), _c.type == "task.withdrawn")
        .order_by(_c.serial)
    )
    with store.reading() as session:
        if calendar.agency is not None:
            named = bodies_of(session, calendar.agency, FRAME)
            agencies = (_c.agencies.contains(f" {one} ", autoescape=True) for one in named)
            statement = statement.where(or_(*agencies))
        if calendar.document is not None:
            f = PlanFormRow.__table__.c
            mine = select(f.plan).where(document_is(f.document_id, calendar.document))
            statement = statement.where(_c.plan.in_(mine))
        rows = session.execute(statement).all()
        for plan, at, after in rows:
            told = _gone.decode(after)
            document = told.key.partition(".")[0] or plan
            head = session.execute(
                select(_p.document_id, _p.contract, _p.head, _p.tail).where(
                    document_is(_p.document_id, document)
                )
            ).first()
            if head is None:
                continue
            record = bytes(told.task).decode()
            review = Review("dropped", told.revision + 1, at=at.isoformat())
            yield assembled(head, tasks=[record], reviews={_named.decode(record).id: review})
