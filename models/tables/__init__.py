"""The tables of the store, one class a table: tidy rows a researcher can query with plain SQL.

A plan is kept twice over, on purpose: as the JSON of the contract (`record`, `head`, `tail`: what
the API hands out, byte for byte) and as columns of what is in that JSON (what is filtered, sorted
and counted). Both are written in one transaction by `service.store`; `kehoach doctor` compares.

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
from models.tables.documents import CorrectionRow, DocumentRow, RunRow
from models.tables.jobs import JobRow, WorkerRow
from models.tables.plans import (
    CitationRow,
    DeadlineRow,
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
    "CitationRow",
    "CorrectionRow",
    "DeadlineRow",
    "DocumentRow",
    "JobRow",
    "KeyFacts",
    "KeyRow",
    "MentionRow",
    "PlanRow",
    "PlanYearRow",
    "ReferenceRow",
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
    "WorkerRow",
]
