"""What others follow: every change in the order of commits, and what they tell back.

A change is of one subject, a plan or a task, by the name it keeps: over later readings, over the
second form of the plan, and where the form that leads is deleted.
"""

from datetime import date, datetime
from typing import Literal

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import AutoString, Field

from models.tables.columns import Facts, Instant, Row, now

#: What can become of a plan or a task.
ChangeType = Literal[
    "plan.added",
    "plan.reread",
    "plan.corrected",
    "plan.confirmed",
    "plan.reopened",
    "plan.amended",
    "plan.withdrawn",
    "task.created",
    "task.corrected",
    "task.reread",
    "task.confirmed",
    "task.reopened",
    "task.withdrawn",
    "task.superseded",
    "task.reported",
    "task.mapped",
]


class ChangeRow(Row, table=True):
    """One change. `serial` is its place in the order of commits.

    `plan` and `subject` are names of the feed; `revision` counts the changes of the subject from 1.
    `latest` tells the last one of each subject, `previous` is the serial of the one before: what
    it came to is what was there before this one. `state` says in short what `after` says in full;
    both are None once the subject is gone. `agencies` are ids with a blank before and behind each.
    """

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint("subject", "revision"),
        Index("ix_changes_latest", "plan", "latest"),
        {"sqlite_autoincrement": True},
    )

    serial: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    at: datetime = Field(default_factory=now, sa_type=Instant)
    type: str
    plan: str
    subject: str
    revision: int
    latest: bool = True
    previous: int | None = None
    state: str | None = None
    unit_id: str | None = None
    agencies: str = ""
    after: str | None = Field(default=None, sa_type=Text)


class PlanFormRow(Row, table=True):
    """Which plan of the feed a document is a form of; `plan` is the key of its first form."""

    __tablename__ = "plan_forms"

    document_id: str = Field(primary_key=True)
    plan: str = Field(index=True)


class ReportFacts(Facts):
    """What a tracker reports of a task: whether it is done and when, with a note and a link.

    It says nothing of the document. `revision` counts the reports of the task from 1.
    """

    done: bool
    done_on: date | None = None
    note: str | None = Field(default=None, sa_type=Text)
    link: str | None = Field(default=None, sa_type=Text)
    author: str
    at: datetime = Field(default_factory=now, sa_type=Instant)
    revision: int = 1


class ReportRow(ReportFacts, Row, table=True):
    """The last report of a task, by the name it has in the feed."""

    __tablename__ = "reports"

    subject: str = Field(primary_key=True)


class ForeignIdRow(Row, table=True):
    """What another program calls a task."""

    __tablename__ = "foreign_ids"

    tracker: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    subject: str = Field(index=True)


class WebhookFacts(Facts):
    """Where changes are sent, and which: those of a unit, of a body, of some types; None for any.

    `events` are types with a blank between. `position` is the serial up to which changes have been
    taken up. A webhook that is paused is sent nothing; `reason` says why it is.
    """

    id: str = Field(primary_key=True)
    name: str
    url: str = Field(sa_type=Text)
    payload: Literal["thin", "full"] = Field("thin", sa_type=AutoString)
    unit: str | None = None
    agency: str | None = None
    events: str | None = None
    state: Literal["active", "paused"] = Field("active", sa_type=AutoString)
    reason: str | None = Field(default=None, sa_type=Text)
    position: int = 0
    created_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    rotated_at: datetime | None = Field(default=None, sa_type=Instant)
    revision: int = 1


class WebhookRow(WebhookFacts, Row, table=True):
    """A webhook with its secret (`whsec_…`) and the one before, which counts while it is rotated.

    What signs must be at hand: unlike keys of the API, these are kept as they are.
    """

    __tablename__ = "webhooks"

    secret: str
    old_secret: str | None = None


class DeliveryFacts(Facts):
    """The sending of one change to one webhook: what it came to at the last try.

    `status` is that of HTTP; `answer` the beginning of what was answered, `error` what went wrong
    before there was an answer. `replay` counts how often somebody had it sent again.
    """

    id: str = Field(primary_key=True)
    webhook: str = Field(foreign_key="webhooks.id", ondelete="CASCADE")
    change: str
    state: Literal["waiting", "delivered", "failed"] = Field("waiting", sa_type=AutoString)
    attempts: int = 0
    replay: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    seconds: float | None = None
    status: int | None = None
    error: str | None = Field(default=None, sa_type=Text)
    request: str | None = Field(default=None, sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)


class DeliveryRow(DeliveryFacts, Row, table=True):
    """A delivery; a change is delivered to a webhook once, however often it is tried."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("webhook", "change"),
        Index("ix_deliveries_webhook", "webhook", "created_at"),
        Index("ix_deliveries_state", "state", "created_at"),
    )


class CalendarFacts(Facts):
    """A calendar to subscribe to: the tasks of a plan or of a body, under a secret address."""

    id: str = Field(primary_key=True)
    name: str
    document: str | None = None
    agency: str | None = None
    kind: Literal["todo", "event"] = Field("todo", sa_type=AutoString)
    created_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class CalendarRow(CalendarFacts, Row, table=True):
    """A calendar; the random part of its address is shown once and kept as its SHA-256."""

    __tablename__ = "calendars"

    secret: str = Field(unique=True)
