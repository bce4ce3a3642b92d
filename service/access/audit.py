"""The trail of who did what, when; it holds no text of a document and no secret."""

import json
from collections.abc import Mapping

from sqlmodel import Session

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
) -> AuditRow:
    """Adds one row in the transaction of `session`."""
    row = AuditRow(
        actor=actor,
        action=action,
        subject=subject,
        detail=json.dumps(detail, ensure_ascii=False) if detail else None,
        request_id=request_id,
        address=address,
    )
    session.add(row)
    return row
