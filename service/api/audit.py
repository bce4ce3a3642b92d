"""The audit trail: one row for each request that changed something, before its answer.

The row says who, which operation, about what, under which request id and from which address; never
what was written. A route that writes a row of its own, in its own transaction, calls `told`.
"""

from functools import partial
from typing import Annotated

import structlog
from anyio.to_thread import run_sync
from fastapi import Query, Request
from pydantic import Field, Json
from sqlmodel import Session, col, select
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Message

from models.tables import AuditFacts, AuditRow
from service.api.answers import Page, each, list_answer
from service.api.dependencies import Told, by_of, routes
from service.store import Store
from service.store.filters import Paging
from service.store.statements import Order, Slice, equal, listed

log = structlog.stdlib.get_logger("kehoach.api")

#: The longest subject kept; an address could name anything.
_LONGEST = 200


def told(
    session: Session,
    connection: HTTPConnection,
    action: str,
    subject: str | None = None,
    *,
    actor: str | None = None,
    detail: dict[str, str | int | None] | None = None,
) -> None:
    """Adds a row in the transaction of `session`, instead of the one added for every write."""
    caller = getattr(connection.state, "caller", None)
    by = by_of(connection, actor or (caller.actor if caller else "nobody"))
    by.record(session, action, subject, detail)
    connection.state.told = True


async def keep(store: Store, connection: HTTPConnection, answer: Message) -> None:
    """Keeps that a write was done, when its route begins an answer of success."""
    if answer["status"] < 400 and not getattr(connection.state, "told", False):
        location = Headers(raw=answer["headers"]).get("location")
        await run_sync(partial(_keep, store, connection, location))


def _keep(store: Store, connection: HTTPConnection, location: str | None) -> None:
    route = connection.scope.get("route")
    named = next(iter(connection.scope.get("path_params", {}).values()), location)
    subject = None if named is None else str(named)[:_LONGEST]
    action = str(getattr(route, "name", connection.scope["method"]))
    try:
        with store.writing() as session:
            told(session, connection, action, subject)
    except Exception as error:  # what was done is done: the answer must not deny it
        log.error("audit lost", action=action, error=type(error).__qualname__)


# For administrators

router = routes("access", "admin")

_ORDERS = {"-serial": Order((col(AuditRow.serial),), descending=True)}


class AuditRecord(AuditFacts):
    """Who did what to what; `detail` holds no text of a document."""

    detail: Json[dict[str, str | int | None]] | None


class AuditQuery(Paging):
    """Whose acts, and on what."""

    actor: str | None = Field(default=None, max_length=100, description="`user:an`, `key:<id>`")
    subject: str | None = Field(default=None, max_length=200, description="What it was done to")


def acts(session: Session, asked: AuditQuery) -> Slice[AuditRow]:
    """What was done, the newest first."""
    conditions = equal(AuditRow.__table__.c, asked, "actor", "subject")
    return listed(session, "audit", _ORDERS, asked, select(AuditRow).where(*conditions))


@router.get("/audit", summary="Who did what")
def list_audit(request: Request, asked: Annotated[AuditQuery, Query()]) -> Told[Page[AuditRecord]]:
    """The newest first."""
    return list_answer(request, acts, asked, each(AuditRecord))
