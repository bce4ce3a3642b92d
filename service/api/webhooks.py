"""Webhooks and what was delivered to them: for administrators."""

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field, SecretStr, field_validator

from models.tables import WebhookRow
from models.tables.feed import DeliveryFacts, WebhookFacts
from service.api.answers import Closed, Page, each, json_answer, list_answer
from service.api.audit import told
from service.api.conditions import Revision
from service.api.dependencies import CallerDep, StoreDep, Told, routes
from service.feed import webhooks
from service.feed.log import TYPES
from service.feed.sending import LONGEST
from service.jobs.queue import client_of
from service.store.filters import AGENCY, UNIT, Paging

router = routes("webhooks", "admin")

_ID = r"^[0-9a-f]{12}$"
WebhookPath = Annotated[str, Path(pattern=_ID, description="Id of the webhook")]
DeliveryPath = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="Id of the delivery")]

Name = Annotated[str, Field(min_length=1, max_length=100)]
Url = Annotated[str, Field(min_length=1, max_length=2000)]
Unit = Annotated[str, Field(pattern=UNIT)]
Agency = Annotated[str, Field(pattern=AGENCY)]
Events = Annotated[
    list[str],
    Field(
        max_length=len(TYPES), json_schema_extra={"items": {"type": "string", "enum": list(TYPES)}}
    ),
]
#: Characters of a secret: its bytes in base64, behind its prefix.
Secret = Annotated[SecretStr, Field(max_length=2 * LONGEST)]


class WebhookRecord(WebhookFacts):
    """A webhook, without what signs its messages. `revision` is its ETag."""

    events: list[str] | None  # type: ignore[assignment]

    @field_validator("events", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value


class MadeWebhook(WebhookRecord):
    """A webhook just made: the only time its secret is shown."""

    secret: Annotated[str, Field(examples=["whsec_…"])]


class NewWebhook(Closed):
    """Where changes are to be sent, and which: of a unit and all in it, of a body, of some types.

    A `thin` message tells of what there is news, a `full` one also what was and what is.
    """

    name: Name
    url: Url
    payload: Literal["thin", "full"] = "thin"
    unit: Unit | None = None
    agency: Agency | None = None
    events: Events | None = None
    secret: Secret | None = None


class WebhookChange(Closed):
    """What is to change; a key that is left out stays as it is.

    With `state` "active" a webhook that was paused goes on where it was, and gets what failed.
    """

    name: Name | None = None
    url: Url | None = None
    payload: Literal["thin", "full"] | None = None
    unit: Unit | None = None
    agency: Agency | None = None
    events: Events | None = None
    state: Literal["active", "paused"] | None = None


class NewSecret(Closed):
    """What is to sign from now on: `whsec_` and 24 to 64 bytes in base64."""

    secret: Secret


def _record(row: WebhookRow) -> WebhookRecord:
    return WebhookRecord.model_validate(row, from_attributes=True)


@router.get("/webhooks", summary="All webhooks")
def list_webhooks(
    request: Request, paging: Annotated[Paging, Query()]
) -> Told[Page[WebhookRecord]]:
    """All webhooks, the oldest first; those paused say why."""
    return list_answer(request, webhooks.webhooks, paging, each(WebhookRecord))


@router.post("/webhooks", summary="Add a webhook", status_code=201, responses={409: {}})
def add_webhook(
    given: NewWebhook, request: Request, store: StoreDep, caller: CallerDep
) -> Told[MadeWebhook]:
    """Changes from now on are sent there, each signed as Standard Webhooks has it.

    The secret is in this answer and nowhere else.
    """
    values = given.model_dump(exclude={"secret", "events"})
    values["events"] = " ".join(given.events) if given.events else None
    secret = given.secret.get_secret_value() if given.secret else None
    with store.writing() as session:
        row = webhooks.add(session, store.settings, values, secret=secret, by=caller.actor)
        told(session, request, "webhook.add", row.id, detail={"name": row.name})
        made = MadeWebhook(**_record(row).model_dump(), secret=row.secret)
        answer = json_answer(made, status=201)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Location"] = f"{request.url.path}/{made.id}"
    return answer


@router.get("/webhooks/{webhook}", summary="One webhook")
def get_webhook(webhook: WebhookPath, store: StoreDep) -> Told[WebhookRecord]:
    """A webhook; its ETag is its revision, for If-Match."""
    with store.reading() as session:
        row = webhooks.one(session, webhook)
        return json_answer(_record(row), revision=row.revision)


@router.patch("/webhooks/{webhook}", summary="Change a webhook", responses={409: {}, 428: {}})
def change_webhook(
    webhook: WebhookPath,
    given: WebhookChange,
    request: Request,
    store: StoreDep,
    revision: Revision,
) -> Told[WebhookRecord]:
    """Where to, which changes, paused or not."""
    values = given.model_dump(exclude_unset=True)
    if "events" in values:
        values["events"] = " ".join(given.events or ()) or None
    for name in ("name", "url", "payload", "state"):
        if name in values and values[name] is None:
            del values[name]
    client = client_of(store)
    with store.writing() as session:
        row = webhooks.one(session, webhook)
        was = row.state
        webhooks.change(session, store.settings, row, values, if_match=revision)
        if (was, row.state) == ("paused", "active"):
            webhooks.resume(session, client, row)
        told(session, request, "webhook.change", row.id, detail={"fields": " ".join(values)})
        return json_answer(_record(row), revision=row.revision)


@router.put(
    "/webhooks/{webhook}/secret",
    operation_id="set_webhook_secret",
    summary="Change the secret of a webhook",
    responses={404: {}},
)
def set_secret(
    webhook: WebhookPath, given: NewSecret, request: Request, store: StoreDep
) -> Told[WebhookRecord]:
    """For a day messages are signed by the secret before, too: a receiver changes over meanwhile.

    The same secret again changes nothing.
    """
    with store.writing() as session:
        row = webhooks.one(session, webhook)
        webhooks.set_secret(session, row, given.secret.get_secret_value())
        told(session, request, "webhook.secret", row.id)
        return json_answer(_record(row), revision=row.revision)


@router.delete("/webhooks/{webhook}", summary="Remove a webhook", status_code=204)
def remove_webhook(webhook: WebhookPath, request: Request, store: StoreDep) -> Response:
    """Nothing more is sent there; the log of its deliveries goes with it."""
    with store.writing() as session:
        webhooks.remove(session, webhooks.one(session, webhook))
        told(session, request, "webhook.remove", webhook)
    return Response(status_code=204)


class DeliveryQuery(Paging):
    """Which deliveries."""

    state: Literal["waiting", "delivered", "failed"] | None = Field(
        default=None, description="How far they are"
    )


@router.get("/webhooks/{webhook}/deliveries", summary="What was sent to a webhook")
def list_deliveries(
    request: Request,
    webhook: WebhookPath,
    store: StoreDep,
    asked: Annotated[DeliveryQuery, Query()],
) -> Told[Page[DeliveryFacts]]:
    """Each with its last request and the beginning of the answer, the newest first."""
    with store.reading() as session:
        webhooks.one(session, webhook)
    return list_answer(
        request,
        lambda session, paging: webhooks.deliveries(session, webhook, paging),
        asked,
        each(DeliveryFacts),
    )


@router.get("/deliveries/{delivery}", summary="One delivery")
def get_delivery(delivery: DeliveryPath, store: StoreDep) -> Told[DeliveryFacts]:
    """A delivery, with its last request and answer."""
    with store.reading() as session:
        row = webhooks.delivery(session, delivery)
        return json_answer(DeliveryFacts.model_validate(row, from_attributes=True))


@router.post("/deliveries/{delivery}/replay", summary="Send a delivery again", status_code=202)
def replay_delivery(
    delivery: DeliveryPath, request: Request, store: StoreDep
) -> Told[DeliveryFacts]:
    """The same change under the same `webhook-id`; one that waits to be sent anyway stays so."""
    client = client_of(store)
    with store.writing() as session:
        row = webhooks.replay(session, client, webhooks.delivery(session, delivery))
        told(session, request, "delivery.replay", row.id)
        record = DeliveryFacts.model_validate(row, from_attributes=True)
        return json_answer(record, status=202)
