"""The trail of who did what, when; it holds no text of a document and no secret."""

import json
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from models.tables import AuditRow


def record(
    session: Session,
    actor: str,
    action: str,
    subject: str | None = None,
    *,
    detail: Mapping[str, str | int | None] | None = None,
    request_id: str | None = None,
    address: str | None = None,
) -> None:
    """Adds one row in the transaction of `session`."""
    session.add(
        AuditRow(
            actor=actor,
            action=action,
            subject=subject,
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
            request_id=request_id,
            address=address,
        )
    )


def rows(
    session: Session, *, before: int | None, limit: int, actor: str | None, subject: str | None
) -> Sequence[AuditRow]:
    """At most `limit` rows, the newest first, those older than the serial `before`."""
    query = select(AuditRow).order_by(col(AuditRow.serial).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditRow.serial) < before)
    if actor is not None:
        query = query.where(AuditRow.actor == actor)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    return session.exec(query).all()
