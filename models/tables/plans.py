"""The current reading of each document, taken apart: plan, sections, tasks, targets, papers.

What a record says stands in its JSON, `record`. A column beside it is what the store knows more,
or what lists are filtered, ordered and searched by.
"""

from datetime import date
from typing import Literal

from pydantic import computed_field
from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import AutoString, Field

from models.plan import ReviewStatus
from models.tables.columns import Facts, Row
from models.tables.documents import document_key

#: Where a task without a due day stands when tasks are sorted by it: last, either way.
NEVER, BEFORE = date(9999, 12, 31), date.min
#: Where a task of a plan without a unit stands: behind every `vn…`.
NOWHERE = "zz"

#: What tasks are sorted and filtered by without a look at the row itself.
_SORTED = ("due_order", "due_reverse", "unit_order", "confidence")
_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected", "marks", "deed")


class PlanFacts(Facts):
    """The plan a document holds, by its latest reading, in figures.

    `tasks` counts every task, `distinct_tasks` those that repeat no other one. `revision` counts
    every change of the plan or of anything in it, from 1, and is its ETag.
    """

    document_id: str = Field(primary_key=True, foreign_key="documents.id", ondelete="CASCADE")
    run_id: str = Field(foreign_key="runs.id", index=True)
    contract: str
    kind: str | None = None
    number: str | None = Field(default=None, index=True)
    issued_on: date | None = Field(default=None, index=True)
    place: str | None = None
    title: str | None = Field(default=None, sa_type=Text)
    issuer: str | None = None
    issuer_id: str | None = Field(default=None, index=True)
    unit_id: str | None = Field(default=None, index=True)
    unit_name: str | None = None
    unit_level: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    pages: int | None = None
    tasks: int
    distinct_tasks: int
    targets: int
    citations: int
    units: int
    balanced: bool
    warnings: int
    status: Literal["draft", "confirmed"] = Field("draft", index=True, sa_type=AutoString)
    revision: int = 1

    @computed_field  # type: ignore[prop-decorator]
    @property
    def document_key(self) -> str:
        return document_key(self.document_id)


class PlanRow(PlanFacts, Row, table=True):
    """A plan with its letterhead and its remarks.

    `head` is the JSON of the contract's `document`, `tail` that of `{"diagnostics", "ledger"}`.
    `words` are number, title, issuer and unit, folded for search.
    """

    __tablename__ = "plans"

    head: str = Field(sa_type=Text)
    tail: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)


class PlanYearRow(Row, table=True):
    """A year that a plan is for."""

    __tablename__ = "plan_years"

    document_id: str = Field(primary_key=True, foreign_key="plans.document_id", ondelete="CASCADE")
    year: int = Field(primary_key=True, index=True)


class SectionRow(Row, table=True):
    """A heading of the outline and the text under it; `record` is the JSON of the contract."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("document_id", "id"),)

    serial: int | None = Field(default=None, primary_key=True)
    document_id: str = Field(foreign_key="plans.document_id", ondelete="CASCADE")
    id: str
    position: int
    record: str = Field(sa_type=Text)


class TaskFacts(Facts):
    """What the store knows of a task beside its record.

    `key` is the document's key, a full stop and the id of the contract, and names the task in the
    store. `unit_id` is the unit of the plan. `corrected` tells that a person changed a field.
    `revision` is its ETag, from 1.
    """

    key: str = Field(unique=True)
    unit_id: str | None = None
    status: ReviewStatus = Field("open", sa_type=AutoString)
    corrected: bool = False
    revision: int = 1


class TaskRow(TaskFacts, Row, table=True):
    """A task: what it says, and how far people have checked it.

    `id` is that of the contract, which the same plan in another form has too. `record` is the JSON
    of the contract with every correction in it; of a corrected task `reading` is that JSON as the
    plan was read. `due_order` is the due day, or NEVER without one; `due_reverse` the same with
    BEFORE, `unit_order` is `unit_id`, or NOWHERE: keys of orders are never null. `marks` are
    bits of what is counted of tasks, `deed` those of acts and sectors, `object` is what it is on
    (`service.store.marks`).

    For each order of a list there is one index with all that lists are filtered by, and that of
    documents has what they are sorted by too: whatever is asked is answered from an index alone.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("document_id", "id"),
        Index("ix_tasks_document", "document_id", "position", *_SORTED, *_ASKED),
        Index("ix_tasks_due", "due_order", "serial", "document_id", *_ASKED),
        Index("ix_tasks_due_reverse", "due_reverse", "serial", "document_id", "due_order", *_ASKED),
        Index("ix_tasks_unit", "unit_order", "document_id", "position", "due_order", *_ASKED),
        Index("ix_tasks_confidence", "confidence", "serial", "document_id", "due_order", *_ASKED),
    )

    serial: int | None = Field(default=None, primary_key=True)
    id: str = Field(index=True)
    document_id: str = Field(foreign_key="plans.document_id", ondelete="CASCADE")
    position: int
    origin: str
    deadline_kind: str | None = None
    due_order: date = NEVER
    due_reverse: date = BEFORE
    unit_order: str = NOWHERE
    field: str | None = None
    confidence: float
    same_as: str | None = None
    marks: int = 0
    deed: int = Field(default=0, sa_type=BigInteger)
    object: str | None = Field(default=None, sa_type=Text, index=True)
    record: str = Field(sa_type=Text)
    reading: str | None = Field(default=None, sa_type=Text)


class MentionRow(Row, table=True):
    """An agency that a cell names: of a task as lead or coordinating, of a plan as issuer.

    `task` is the serial of the task, None for the issuer; `role` is lead, coordinating or issuer.
    """

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_agency", "agency_id", "role", "task"),)

    serial: int | None = Field(default=None, primary_key=True)
    document_id: str = Field(foreign_key="plans.document_id", ondelete="CASCADE", index=True)
    task: int | None = Field(
        default=None, foreign_key="tasks.serial", ondelete="CASCADE", index=True
    )
    role: str
    agency_id: str
    name: str


class TargetFacts(Facts):
    """What the store knows of a target beside its record."""

    key: str = Field(unique=True)
    unit_id: str | None = Field(default=None, index=True)


class TargetRow(TargetFacts, Row, table=True):
    """What is to be reached; `words` are those of the target, folded for search, `told` is what
    tells its indicator (`service.store.indicators`)."""

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("document_id", "id"),
        Index("ix_targets_document", "document_id", "position"),
    )

    serial: int | None = Field(default=None, primary_key=True)
    id: str
    document_id: str = Field(foreign_key="plans.document_id", ondelete="CASCADE")
    position: int
    year: int | None = Field(default=None, index=True)
    record: str = Field(sa_type=Text)
    told: str = Field(default="", sa_type=Text)
    words: str = Field(sa_type=Text)


class CitationRow(Row, table=True):
    """A paper that a plan names; `words` are for search."""

    __tablename__ = "citations"
    __table_args__ = (
        UniqueConstraint("document_id", "id"),
        Index("ix_citations_document", "document_id", "position"),
    )

    serial: int | None = Field(default=None, primary_key=True)
    id: str = Field(index=True)
    document_id: str = Field(foreign_key="plans.document_id", ondelete="CASCADE")
    position: int
    kind: str | None = None
    number: str | None = Field(default=None, index=True)
    role: str = Field(index=True)
    record: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
