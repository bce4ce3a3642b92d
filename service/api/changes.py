"""Changes: what became of plans and tasks, from a cursor on, or as soon as there is more."""

import time
from typing import Annotated

import msgspec
from anyio import sleep
from anyio.to_thread import run_sync
from fastapi import Query, Request, Response
from pydantic import Field

from service.api.answers import Closed, Raw, following_page, json_answer
from service.api.dependencies import LangDep, StoreDep, Told, in_turn, needs, routes, sending
from service.feed import events
from service.feed.log import (
    START,
    ChangeFilter,
    ChangeQuery,
    Changes,
    changes,
    last_serial,
    newest,
)
from service.feed.preview import preview
from service.store import Store
from service.store.filters import Asked

router = routes("changes")

#: Seconds between two looks whether there is more, for all who wait together.
EVERY = 0.5
#: The media types of JSON Schema, of an Atom feed.
SCHEMA_TYPE, ATOM_TYPE = "application/schema+json", "application/atom+xml"
#: Entries of the Atom feed.
ENTRIES = 100


class ChangePage(Closed):
    """Part of the feed. `cursor` is where to go on, also where there is nothing; `next` is the
    address of what follows, null where nothing does yet."""

    items: list[events.Event]
    cursor: str
    next: str | None


class Followed(ChangeQuery):
    """Which changes, and how long to wait for the first of them."""

    wait: float = Field(
        default=0, ge=0, le=60, description="Seconds to wait where there are none yet"
    )


class Tail:
    """How far the feed goes, asked once for all who wait in this process."""

    def __init__(self, store: Store) -> None:
        self._store, self._serial, self._asked = store, 0, float("-inf")

    async def serial(self) -> int:
        """The place of the last change, not older than `EVERY`."""
        if time.monotonic() - self._asked >= EVERY:
            self._asked = time.monotonic()
            self._serial = await run_sync(self._last)
        return self._serial

    def _last(self) -> int:
        with self._store.reading() as session:
            return last_serial(session)


@router.get("/changes", summary="What has changed", responses={410: {}})
async def list_changes(
    request: Request, store: StoreDep, asked: Annotated[Followed, Query()]
) -> Told[ChangePage]:
    """Changes behind a cursor, in the order of commits, as CloudEvents 1.0.

    From 0 they lead to the present state; `latest=true` gets there by the shortest way. Without
    any, `wait` holds the answer back until there is one. A cursor of a store that was set back is
    told by 410: begin at 0 again.
    """
    found = await run_sync(_found, store, asked)
    if asked.wait and not found.rows:
        with request.app.state.waits.taken(sending(request)):
            found = await _awaited(request, store, asked, found)
    following = following_page(request, found.cursor) if found.more else None
    items = [Raw(events.event_json(row).encode()) for row in found.rows]
    answer = json_answer({"items": items, "cursor": found.cursor, "next": following})
    if following is not None:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _found(store: Store, asked: ChangeQuery) -> Changes:
    limit = min(asked.limit, store.settings.page_size)
    with store.reading() as session:
        return changes(session, asked.model_copy(update={"limit": limit}))


async def _awaited(request: Request, store: Store, asked: Followed, found: Changes) -> Changes:
    """The first changes behind those found, or none when the time is over."""
    end, tail = time.monotonic() + asked.wait, request.app.state.tail
    while not found.rows and time.monotonic() < end and not await request.is_disconnected():
        await sleep(min(EVERY, max(0.0, end - time.monotonic())))
        if await tail.serial() > found.last:
            further = asked.model_copy(update={"after": found.cursor})
            found = await run_sync(_found, store, further)
    return found


class ChangePreviewItem(Closed):
    """What would become of a plan or a task; `type` is that of an event."""

    type: str
    subject: str
    before: events.PlanState | events.TaskState | None
    after: events.PlanState | events.TaskState | None


class ChangePreview(Closed):
    """What a plan would change for a receiver. `behind` counts the changes, of all plans, that it
    has not been told of yet; those of this plan are in `items`."""

    plan: str
    behind: int
    counts: dict[str, int]
    items: list[ChangePreviewItem]


class Place(Asked):
    """Where a receiver is."""

    after: str = Field(
        default=START, max_length=100, description="Cursor of the last change it knows; or 0"
    )


@router.post(
    "/changes/preview",
    summary="What a plan would change",
    responses={410: {}},
    dependencies=[needs("write"), in_turn("uploads")],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}},
        }
    },
)
async def preview_changes(
    request: Request, store: StoreDep, asked: Annotated[Place, Query()]
) -> Told[ChangePreview]:
    """For a receiver at a cursor, if the plan of the body were taken in now; nothing is kept.

    The body is what `kehoach extract` prints. Corrections that people made to the same document
    are in it, and so are the tasks that it supersedes in plans it amends.
    """
    data = await request.body()
    found = await run_sync(preview, store, data, asked.after)
    items = [
        {
            "type": f"{events.PREFIX}{one.type}",
            "subject": one.subject,
            "before": Raw((one.before or "null").encode()),
            "after": Raw((one.after or "null").encode()),
        }
        for one in found.changes
    ]
    told = {"plan": found.plan, "behind": found.behind, "counts": found.counts, "items": items}
    return json_answer(told)


@router.get(
    "/changes.atom",
    operation_id="list_changes_as_atom",
    summary="What has changed, as an Atom feed",
    response_class=Response,
    responses={200: {"content": {ATOM_TYPE: {"schema": {"type": "string"}}}}},
)
def atom(
    request: Request, store: StoreDep, lang: LangDep, asked: Annotated[ChangeFilter, Query()]
) -> Response:
    """The last hundred changes, the newest first, for readers of news."""
    with store.reading() as session:
        rows = newest(session, asked, ENTRIES)
    headers = {"Vary": "Accept-Language"}
    return Response(events.atom(rows, str(request.url), lang), 200, headers, ATOM_TYPE)


@router.get(
    "/changes/schema",
    operation_id="get_change_schema",
    summary="The schema of a change",
    response_class=Response,
    responses={
        200: {
            "description": "JSON Schema",
            "content": {SCHEMA_TYPE: {"schema": {"type": "object"}}},
        }
    },
)
def get_schema() -> Response:
    """JSON Schema 2020-12 of an event."""
    return Response(msgspec.json.encode(events.schema()), media_type=SCHEMA_TYPE)
