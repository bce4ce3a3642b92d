"""The trail of who did what, when; it holds no text of a document and no secret."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from models.tables import AuditRow


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, by which request and from which address, where it is one."""

    author: str
    request_id: str | None = None
    address: str | None = None

    def record(
        self,
        session: Session,
        action: str,
        subject: str | None = None,
        detail: Mapping[str, str | int | None] | None = None,
    ) -> AuditRow:
        """Adds one row in the transaction of `session`."""
        row = AuditRow(
            actor=self.author,
            action=action,
            subject=subject,
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
            request_id=self.request_id,
            address=self.address,
        )
        session.add(row)
        return row
