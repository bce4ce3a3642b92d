"""The audit trail: for administrators."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from models.tables import AuditRow
from service.access import audit
from service.api.answers import Answer, Page
from service.api.dependencies import PagingDep, StoreDep, needs
from service.api.outcomes import problems
from service.api.splicing import encoded, page_answer, raw
from service.store.errors import WrongCursor

router = APIRouter(prefix="/audit", tags=["access"], dependencies=[needs("admin")])


class AuditRecord(Answer):
    """Who did what to what; `detail` holds no text of a document."""

    serial: int
    at: datetime
    actor: Annotated[str, Field(examples=["user:an"])]
    action: Annotated[str, Field(examples=["correct_task"])]
    subject: str | None
    detail: dict[str, str | int | None] | None
    request_id: str | None
    address: str | None


def _record(row: AuditRow) -> dict[str, Any]:
    return {
        "serial": row.serial,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "subject": row.subject,
        "detail": None if row.detail is None else json.loads(row.detail),
        "request_id": row.request_id,
        "address": row.address,
    }


@router.get(
    "",
    operation_id="list_audit",
    summary="Who did what",
    response_model=Page[AuditRecord],
    responses=problems(),
)
def list_audit(
    request: Request,
    store: StoreDep,
    paging: PagingDep,
    actor: Annotated[str | None, Query(max_length=100, description="`user:an`, `key:<id>`")] = None,
    subject: Annotated[str | None, Query(max_length=200, description="What it was done to")] = None,
) -> Response:
    """The newest first."""
    after = paging.after
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise WrongCursor
    with store.reading() as session:
        rows = audit.rows(
            session,
            before=None if after is None else int(after),
            limit=paging.limit + 1,
            actor=actor,
            subject=subject,
        )
        items = [raw(encoded(_record(row))) for row in rows[: paging.limit]]
    more = len(rows) > paging.limit
    return page_answer(request, items, str(rows[paging.limit - 1].serial) if more else None)
