"""Webhooks: who is told of changes, of which, and with what each message is signed.

A change is taken up for a webhook once: the delivery and its work are one commit with the place up
to which changes are taken up. A secret that was replaced goes on signing beside the new one for a
day, so that a receiver can change over when it likes.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

from dbos import DBOSClient
from sqlmodel import Session, col, select, update

from models.tables import ChangeRow, DeliveryRow, WebhookRow
from models.tables.columns import now
from service.feed.addresses import endpoint_of
from service.feed.errors import UnknownDelivery, UnknownWebhook, WebhookExists
from service.feed.log import ChangeFilter, conditions_of, last_serial
from service.feed.sending import key_of, new_secret
from service.jobs.queue import accept
from service.settings import Settings
from service.store.errors import ChangedMeanwhile
from service.store.filters import Paging
from service.store.statements import Order, Slice, listed

#: The name of the queue.
DELIVERIES = "deliveries"
#: How long the secret before the present one goes on signing.
OVERLAP = timedelta(hours=24)
#: Changes that are taken up in one transaction, of those of a filter.
AT_ONCE = 200

_c = ChangeRow.__table__.c
_d = DeliveryRow.__table__.c

ORDERS = {"created": Order((col(WebhookRow.created_at), col(WebhookRow.id)))}
DELIVERY_ORDERS = {
    "-created": Order((col(DeliveryRow.created_at), col(DeliveryRow.id)), descending=True)
}


def add(
    session: Session,
    settings: Settings,
    values: dict[str, Any],
    *,
    secret: str | None = None,
    by: str | None = None,
) -> WebhookRow:
    """Makes a webhook for the changes to come; raises WebhookExists, WrongAddress, WrongSecret."""
    endpoint_of(values["url"], settings)
    if session.exec(select(WebhookRow).where(WebhookRow.name == values["name"])).first():
        raise WebhookExists
    if secret is not None:
        key_of(secret)
    row = WebhookRow(
        id=secrets.token_hex(6),
        secret=secret or new_secret(),
        position=last_serial(session),
        created_by=by,
        **values,
    )
    session.add(row)
    session.flush()
    return row


def one(session: Session, webhook: str) -> WebhookRow:
    """The webhook of that id; raises UnknownWebhook."""
    row = session.get(WebhookRow, webhook, populate_existing=True, with_for_update=True)
    if row is None:
        raise UnknownWebhook
    return row


def change(
    session: Session,
    settings: Settings,
    row: WebhookRow,
    values: dict[str, Any],
    *,
    if_match: int | None = None,
) -> WebhookRow:
    """Sets some of its columns; raises ChangedMeanwhile, WebhookExists, WrongAddress."""
    if if_match is not None and if_match != row.revision:
        raise ChangedMeanwhile(current=row.revision)
    if "url" in values:
        endpoint_of(values["url"], settings)
    if "name" in values:
        same = select(WebhookRow).where(WebhookRow.name == values["name"])
        if session.exec(same.where(WebhookRow.id != row.id)).first():
            raise WebhookExists
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    if values.get("state") == "active":
        row.reason = None
    row.revision += 1
    return row


def set_secret(session: Session, row: WebhookRow, secret: str) -> WebhookRow:
    """Signs with this from now on, and beside it with the one before; raises WrongSecret."""
    key_of(secret)
    if secret != row.secret:
        row.old_secret, row.secret, row.rotated_at = row.secret, secret, now()
        row.revision += 1
    return row


def secrets_of(row: WebhookRow) -> list[str]:
    """What signs a message now: the secret, and while it is rotated the one before."""
    old = row.old_secret if row.rotated_at and now() - row.rotated_at < OVERLAP else None
    return [row.secret, old] if old else [row.secret]


def remove(session: Session, row: WebhookRow) -> None:
    """Takes a webhook away, with the log of its deliveries."""
    session.delete(row)
    session.flush()


def webhooks(session: Session, asked: Paging) -> Slice[WebhookRow]:
    """All webhooks, the oldest first."""
    return listed(session, "webhooks", ORDERS, asked, select(WebhookRow))


def deliveries(session: Session, webhook: str | None, asked: Paging) -> Slice[DeliveryRow]:
    """The deliveries to a webhook, the newest first; raises WrongCursor."""
    found = select(DeliveryRow)
    if webhook is not None:
        found = found.where(_d.webhook == webhook)
    if state := getattr(asked, "state", None):
        found = found.where(_d.state == state)
    return listed(session, f"deliveries/{webhook}", DELIVERY_ORDERS, asked, found)


def delivery(session: Session, id_: str) -> DeliveryRow:
    """One delivery; raises UnknownDelivery."""
    row = session.get(DeliveryRow, id_, populate_existing=True)
    if row is None:
        raise UnknownDelivery
    return row


def piece_of(row: DeliveryRow) -> str:
    """The piece of work that is the next try of a delivery."""
    return f"{row.id}.{row.replay}.{row.attempts}"


def replay(session: Session, client: DBOSClient, row: DeliveryRow) -> DeliveryRow:
    """Sends it anew, with the same id; one that waits for its turn anyway is left as it is."""
    if row.state != "waiting":
        row.state, row.replay, row.attempts, row.next_at = "waiting", row.replay + 1, 0, now()
        accept(client, session, DELIVERIES, piece_of(row))
    return row


def resume(session: Session, client: DBOSClient, row: WebhookRow) -> int:
    """What failed for a webhook that is active again is sent anew, and how much that is."""
    failed = select(DeliveryRow).where(_d.webhook == row.id, _d.state != "delivered")
    count = 0
    for one_ in session.exec(failed.order_by(_d.created_at, _d.id)).all():
        one_.state = "failed"
        replay(session, client, one_)
        count += 1
    return count


def filter_of(row: WebhookRow) -> ChangeFilter:
    """Which changes a webhook is told of."""
    types = row.events.replace(" ", ",") if row.events else None
    return ChangeFilter(unit=row.unit, agency=row.agency, type=types)


def behind(session: Session) -> Sequence[str]:
    """The webhooks that changes are to be taken up for."""
    w = WebhookRow.__table__.c
    found = select(w.id).where(w.state == "active", w.position < last_serial(session))
    return session.scalars(found).all()


def take_up(session: Session, client: DBOSClient, webhook: str) -> int:
    """Makes deliveries of the next changes for a webhook; how many. Only one who tries does it."""
    row = session.get(WebhookRow, webhook)
    if row is None or row.state != "active":
        return 0
    last = last_serial(session)
    wanted = [_c.serial > row.position, _c.serial <= last, *conditions_of(filter_of(row))]
    some = session.execute(
        select(_c.serial, _c.id).where(*wanted).order_by(_c.serial).limit(AT_ONCE)
    ).all()
    end = some[-1].serial if len(some) == AT_ONCE else last
    w = WebhookRow.__table__.c
    mine = update(WebhookRow).where(w.id == row.id, w.position == row.position)
    if not session.execute(mine.values(position=end)).rowcount:  # type: ignore[attr-defined]
        return 0
    for found in some:
        made = DeliveryRow(
            id=token_hex(12), webhook=row.id, change=found.id, state="waiting", next_at=now()
        )
        session.add(made)
        session.flush()
        accept(client, session, DELIVERIES, piece_of(made))
    return len(some)
