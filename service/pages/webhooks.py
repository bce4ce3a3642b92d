"""Webhooks for administrators: who is told, what was sent with what answer, and sent again."""

from typing import Annotated, Any, Literal

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from models.errors import KehoachError
from models.tables import WebhookRow
from service.api.answers import following_page
from service.api.audit import told
from service.api.dependencies import CallerDep, StoreDep
from service.api.webhooks import DeliveryPath, DeliveryQuery, NewWebhook, WebhookPath
from service.feed import webhooks
from service.jobs.queue import client_of
from service.pages.looks import page, page_router
from service.pages.tables import FromForm
from service.store import Store
from service.store.filters import Asked, Paging

router = page_router("admin", prefix="/webhooks")

#: The most webhooks that are listed, and deliveries of a page.
MOST, LOG = 200, 50


class WebhookForm(FromForm, NewWebhook):
    """Where changes are to be sent, and which."""


class Decision(Asked):
    """What is done with a webhook."""

    act: Literal["pause", "resume", "remove"]


class LogAsked(FromForm, DeliveryQuery):
    """Which part of the log."""

    limit: int = Field(default=LOG, ge=1, le=LOG)


@router.get("")
def listed(request: Request, store: StoreDep, asked: Annotated[Asked, Query()]) -> Any:
    """All webhooks."""
    return _page(request, store)


def _page(
    request: Request, store: Store, problem: KehoachError | None = None, secret: str | None = None
) -> Response:
    with store.reading() as session:
        some = webhooks.webhooks(session, Paging(limit=MOST)).items
    answer = page(request, "webhooks", "admin", problem=problem, webhooks=some, secret=secret)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("")
def add(
    request: Request, store: StoreDep, caller: CallerDep, given: Annotated[WebhookForm, Form()]
) -> Any:
    """Makes one; its secret is shown this once."""
    values = given.model_dump(exclude={"secret"})
    try:
        with store.writing() as session:
            row = webhooks.add(session, store.settings, values, by=caller.actor)
            told(session, request, "webhook.add", row.id, detail={"name": row.name})
            secret = row.secret
    except KehoachError as error:
        return _page(request, store, error)
    return _page(request, store, secret=secret)


@router.post("/{webhook}")
def decide(
    webhook: WebhookPath, request: Request, store: StoreDep, given: Annotated[Decision, Form()]
) -> Any:
    """Pauses it, lets it go on with what failed, or takes it away."""
    client = client_of(store)
    with store.writing() as session:
        row = webhooks.one(session, webhook)
        match given.act:
            case "pause":
                webhooks.change(session, store.settings, row, {"state": "paused"})
            case "resume":
                webhooks.change(session, store.settings, row, {"state": "active"})
                webhooks.resume(session, client, row)
            case "remove":
                webhooks.remove(session, row)
        told(session, request, f"webhook.{given.act}", webhook)
    return RedirectResponse("/webhooks", 303)


@router.get("/{webhook}")
def log(
    webhook: WebhookPath, request: Request, store: StoreDep, asked: Annotated[LogAsked, Query()]
) -> Any:
    """What was sent to a webhook, each with its last request and the beginning of the answer."""
    with store.reading() as session:
        row: WebhookRow = webhooks.one(session, webhook)
        found = webhooks.deliveries(session, webhook, asked)
        following = following_page(request, found.next) if found.next else None
        return page(
            request, "deliveries", "admin", webhook=row, deliveries=found.items, asked=asked,
            next=following,
        )  # fmt: skip


@router.post("/deliveries/{delivery}")
def again(
    delivery: DeliveryPath,
    request: Request,
    store: StoreDep,
) -> Any:
    """Sends one again, under the same id."""
    client = client_of(store)
    with store.writing() as session:
        row = webhooks.replay(session, client, webhooks.delivery(session, delivery))
        told(session, request, "delivery.replay", row.id)
        webhook = row.webhook
    return RedirectResponse(f"/webhooks/{webhook}", 303)
