"""Jobs, and those who work on them."""

from datetime import datetime
from typing import Literal

from pydantic import computed_field
from sqlalchemy import Index, text
from sqlmodel import AutoString, Field

from models.tables.columns import Facts, Instant, Row, now
from models.tables.documents import Failing, document_key

JobState = Literal["queued", "running", "done", "failed"]
#: The states of a job that is not ended.
ACTIVE = ("queued", "running")


class JobFacts(Facts):
    """The reading of one uploaded document, from the upload to its end.

    `state` goes queued, running, then done or failed. `stage`, `page` and `pages` tell how far it
    is. `id` sorts by time.
    """

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id", ondelete="CASCADE", index=True)
    filename: str | None = None
    state: JobState = Field(default="queued", sa_type=AutoString)
    stage: str | None = None
    page: int | None = None
    pages: int | None = None
    attempts: int = 0
    submitted_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def document_key(self) -> str:
        return document_key(self.document_id)


class JobRow(JobFacts, Failing, Row, table=True):
    """A job, and why it failed. A document has at most one that is not ended.

    Its work in the queue has the same id; there it is known who has it. `executor` began it last.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ux_jobs_active",
            "document_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_jobs_state", "state", "created_at"),
    )

    executor: str | None = None


class WorkerRow(Row, table=True):
    """A process that works on jobs; `beat_at` is its last sign of life."""

    __tablename__ = "workers"

    executor: str = Field(primary_key=True)
    host: str
    pid: int
    version: str
    started_at: datetime = Field(default_factory=now, sa_type=Instant)
    beat_at: datetime = Field(default_factory=now, sa_type=Instant)
