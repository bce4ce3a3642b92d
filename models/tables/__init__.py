"""The tables of the store, one class a table.

What a record of a plan says stands once: in the JSON of the contract (`record`, `head`, `tail`),
which the API hands out byte for byte and SQL asks by `record ->> '$.description'`. Columns are what
the store adds, and what is filtered, sorted and counted; `service.store` makes them of the record,
and `kehoach doctor` compares.

Importing this package fills `SQLModel.metadata` with every table.
"""

from models.tables.access import (
    AuditFacts,
    AuditRow,
    KeyFacts,
    KeyRow,
    Scope,
    SessionRow,
    UserFacts,
    UserRow,
)
from models.tables.documents import CorrectionRow, DocumentRow, JudgementRow, RunRow
from models.tables.feed import (
    CalendarRow,
    ChangeRow,
    DeliveryRow,
    ForeignIdRow,
    PlanFormRow,
    ReportRow,
    WebhookRow,
)
from models.tables.jobs import JobRow, WorkerRow
from models.tables.plans import (
    CitationRow,
    MentionRow,
    PlanRow,
    PlanYearRow,
    SectionRow,
    TargetRow,
    TaskRow,
)
from models.tables.reference import AgencyRow, ReferenceRow, SuccessionRow, UnitRow

__all__ = [
    "AgencyRow",
    "AuditFacts",
    "AuditRow",
    "CalendarRow",
    "ChangeRow",
    "CitationRow",
    "CorrectionRow",
    "DeliveryRow",
    "DocumentRow",
    "ForeignIdRow",
    "JobRow",
    "JudgementRow",
    "KeyFacts",
    "KeyRow",
    "MentionRow",
    "PlanFormRow",
    "PlanRow",
    "PlanYearRow",
    "ReferenceRow",
    "ReportRow",
    "RunRow",
    "Scope",
    "SectionRow",
    "SessionRow",
    "SuccessionRow",
    "TargetRow",
    "TaskRow",
    "UnitRow",
    "UserFacts",
    "UserRow",
    "WebhookRow",
    "WorkerRow",
]
