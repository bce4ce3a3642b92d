"""The audit trail: for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, Json

from service.access import audit
from service.api.answers import Answer, Page, page_answer
from service.api.dependencies import StoreDep, needs
from service.api.outcomes import problems
from service.store.errors import WrongCursor
from service.store.filters import Paging

router = APIRouter(prefix="/audit", tags=["access"], dependencies=[needs("admin")])


class AuditRecord(Answer):
    """Who did what to what; `detail` holds no text of a document."""

    serial: int
    at: datetime
    actor: Annotated[str, Field(examples=["user:an"])]
    action: Annotated[str, Field(examples=["correct_task"])]
    subject: str | None
    detail: Json[dict[str, str | int | None]] | None
    request_id: str | None
    address: str | None


class AuditQuery(Paging):
    """Whose acts, and on what."""

    actor: str | None = Field(default=None, max_length=100, description="`user:an`, `key:<id>`")
    subject: str | None = Field(default=None, max_length=200, description="What it was done to")


@router.get(
    "",
    operation_id="list_audit",
    summary="Who did what",
    response_model=Page[AuditRecord],
    responses=problems(),
)
def list_audit(
    request: Request, store: StoreDep, asked: Annotated[AuditQuery, Query()]
) -> Response:
    """The newest first."""
    after, limit = asked.after, min(asked.limit, store.settings.page_size)
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= 18):
        raise WrongCursor
    with store.reading() as session:
        rows = audit.rows(
            session,
            before=None if after is None else int(after),
            limit=limit + 1,
            actor=asked.actor,
            subject=asked.subject,
        )
        items = [AuditRecord.model_validate(row) for row in rows[:limit]]
    more = len(rows) > limit
    return page_answer(request, items, str(rows[limit - 1].serial) if more else None)
