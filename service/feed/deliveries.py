"""The deliveries of this process: durable work of the queue, a try a piece.

A try is a step: once its answer is kept it is not made again, whoever goes on. A process that dies
in between may have sent a message that is then sent again, under the same id. What is not accepted
is tried again later and later, over three days; then the webhook is paused, and that is told.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dbos import DBOS
from sqlmodel import Session, col, delete, select

from models.errors import KehoachError
from models.tables import DeliveryRow, WebhookRow
from models.tables.columns import now
from service.access.audit import By
from service.feed import webhooks
from service.feed.addresses import Resolve, looked_up
from service.feed.events import event_json
from service.feed.log import change_of
from service.feed.sending import Answer, send, signed
from service.jobs.queue import Queue, accept, client_of
from service.jobs.troubles import patiently
from service.store.database import Store

#: Seconds until the next try after each that failed: the schedule that Standard Webhooks gives,
#: 75 hours in all, each made longer by up to a tenth, so that many do not come back together.
DELAYS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
#: Deliveries under way at a time in a process.
AT_ONCE = 8
#: Seconds between two looks for changes to take up.
EVERY = 1.0
#: Seconds between two looks for what is too old for the log.
TIDY_EVERY = 3600.0
#: How many that are due are looked for in the queue at a time.
DUE = 500

_d = DeliveryRow.__table__.c
_log = logging.getLogger(__name__)


class Deliveries:
    """What this process sends."""

    def __init__(
        self,
        store: Store,
        leave: threading.Event,
        *,
        resolve: Resolve = looked_up,
        delays: Sequence[float] | None = None,
    ) -> None:
        self.store, self.leave = store, leave
        self.resolve, self.delays = resolve, DELAYS if delays is None else delays
        self.client = client_of(store)

    def queue(self) -> Queue:
        return Queue(webhooks.DELIVERIES, self.work, AT_ONCE, due, lambda executor: None)

    def take_up(self) -> int:
        """Makes deliveries of all changes that wait to be; how many."""
        with self.store.reading() as session:
            waiting = webhooks.behind(session)
        count = 0
        for webhook in waiting:
            with self.store.writing() as session:
                count += webhooks.take_up(session, self.client, webhook)
        return count

    def keep(self, stop: threading.Event) -> None:
        """Takes up changes as they come, until it is told to stop."""
        tidied = -TIDY_EVERY
        while not stop.wait(EVERY):
            try:
                while self.take_up():
                    pass
                if time.monotonic() - tidied >= TIDY_EVERY:
                    tidied = time.monotonic()
                    self.tidy()
            except Exception as error:
                _log.warning("deliveries: %s", error)

    def tidy(self) -> int:
        """Takes old deliveries that are over out of the log; how many."""
        old = now() - timedelta(days=self.store.settings.webhook_log_days)
        over = delete(DeliveryRow).where(_d.state != "waiting", _d.created_at < old)
        with self.store.writing() as session:
            return int(session.execute(over).rowcount)  # type: ignore[attr-defined]

    def work(self, piece: str) -> None:
        """One try of a delivery; nothing where it has been made, or its webhook is paused."""
        given = patiently(lambda: self._given(piece), self.leave)
        if given is None:
            return
        answer = DBOS.run_step({"name": "send"}, lambda: self._sent(*given))
        patiently(lambda: self._save(piece, answer), self.leave)

    def _given(self, piece: str) -> tuple[str, list[str], str, str] | None:
        """Where to, signed by what, under which id, and the body."""
        with self.store.reading() as session:
            row = _of(session, piece)
            hook = session.get(WebhookRow, row.webhook) if row else None
            if row is None or hook is None or hook.state != "active":
                return None
            change = change_of(session, row.change)
            if change is None:
                return None
            body = event_json(change, thin=hook.payload == "thin")
            return hook.url, webhooks.secrets_of(hook), row.change, body

    def _sent(self, url: str, keys: list[str], message: str, body: str) -> dict[str, Any]:
        data = body.encode()
        headers = signed(data, message, int(time.time()), keys)
        try:
            answer = send(url, data, headers, self.store.settings, resolve=self.resolve)
        except KehoachError as error:
            answer = Answer(0.0, error=error.vi)
        request = {"url": url, "headers": headers, "bytes": len(data)}
        return {
            "accepted": answer.accepted,
            "seconds": round(answer.seconds, 3),
            "status": answer.status,
            "error": answer.error,
            "answer": answer.text,
            "retry_after": answer.retry_after,
            "request": json.dumps(request, ensure_ascii=False),
        }

    def _save(self, piece: str, answer: dict[str, Any]) -> None:
        """Keeps what came of a try, and makes the next one due; or ends it, or pauses."""
        with self.store.writing() as session:
            row = _of(session, piece)
            if row is None:
                return
            row.tried_at, row.attempts, row.next_at = now(), row.attempts + 1, None
            for name in ("seconds", "status", "error", "answer", "request"):
                setattr(row, name, answer[name])
            if answer["accepted"]:
                row.state = "delivered"
            elif answer["status"] == 410 or row.attempts > len(self.delays):
                row.state = "failed"
                self._pause(session, row)
            else:
                delay = self._delay(row.attempts, answer["retry_after"])
                row.next_at = now() + timedelta(seconds=delay)
                piece = webhooks.piece_of(row)
                accept(self.client, session, webhooks.DELIVERIES, piece, delay)

    def _delay(self, attempts: int, asked: float | None) -> float:
        delay = self.delays[attempts - 1] * (1 + JITTER * random.random())
        return max(delay, min(asked or 0.0, max(self.delays)))

    def _pause(self, session: Session, row: DeliveryRow) -> None:
        hook = session.get_one(WebhookRow, row.webhook)
        if hook.state == "paused":
            return
        last = row.error or f"HTTP {row.status}"
        hook.state, hook.reason, hook.revision = "paused", last, hook.revision + 1
        detail = {"name": hook.name, "delivery": row.id, "reason": last[:200]}
        By("system").record(session, "webhook.pause", hook.id, detail)
        _log.error("webhook %s is paused: %s", hook.name, last)


def _of(session: Session, piece: str) -> DeliveryRow | None:
    """The delivery whose next try the piece is; None where that was made, or is not wanted."""
    id_ = piece.partition(".")[0]
    row = session.get(DeliveryRow, id_, populate_existing=True)
    waits = row is not None and row.state == "waiting" and webhooks.piece_of(row) == piece
    return row if waits else None


def due(session: Session) -> Sequence[str]:
    """The tries that should be under way now, as the rows have it."""
    w = WebhookRow.__table__.c
    found = (
        select(DeliveryRow)
        .join(WebhookRow, w.id == _d.webhook)
        .where(_d.state == "waiting", w.state == "active", _d.next_at <= now())
        .order_by(col(DeliveryRow.next_at))
        .limit(DUE)
    )
    return [webhooks.piece_of(row) for row in session.exec(found)]
