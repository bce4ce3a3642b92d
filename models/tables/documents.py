"""Documents, their readings, and what people corrected in them.

What an answer tells of a row is declared once, as its facts: the row adds what is only kept.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field
from sqlalchemy import Text
from sqlmodel import AutoString, Field, SQLModel

from models.tables.columns import Facts, Instant, Row, now

#: What two tasks can be to each other.
Verdict = Literal["same", "similar", "different"]

#: How many characters of a document's id name it in keys: `sha256:` is not one of them.
KEY_LENGTH = 16


def document_key(document_id: str) -> str:
    """The short name of a document: the first 16 hex digits of its SHA-256."""
    return document_id.removeprefix("sha256:")[:KEY_LENGTH]


def task_key(document_id: str, task_id: str) -> str:
    """The name of a task, or of a target, in the store.

    >>> task_key("sha256:0123456789abcdef0123", "t-1")
    '0123456789abcdef.t-1'
    """
    return f"{document_key(document_id)}.{task_id}"


class Failure(BaseModel):
    """Why something could not be done: a stable code, and a sentence in each language."""

    model_config = ConfigDict(extra="forbid")

    code: str
    vi: str
    en: str


class Failing(SQLModel):
    """What may end in an error."""

    error_code: str | None = None
    error_vi: str | None = None
    error_en: str | None = None

    @property
    def error(self) -> Failure | None:
        if self.error_code is None:
            return None
        return Failure(code=self.error_code, vi=self.error_vi or "", en=self.error_en or "")


class DocumentFacts(Facts):
    """A file, known by its bytes: uploading the same bytes again is the same document.

    `id` is that of the contract (`sha256:…`); `key` its first 16 hex digits, the short name in
    addresses and task keys. The bytes are in the vault under `sha256`. `filename` is the name of
    the first upload.
    """

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    sha256: str = Field(unique=True)
    filename: str | None = None
    media_type: str | None = None
    bytes: int
    submitted_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant, index=True)


class DocumentRow(DocumentFacts, Row, table=True):
    """A stored file."""

    __tablename__ = "documents"


class RunFacts(Facts):
    """One reading of a document: by which version, when, how long, and how much was in it."""

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id", ondelete="CASCADE", index=True)
    job_id: str | None = Field(default=None, unique=True)
    version: str
    started_at: datetime = Field(sa_type=Instant)
    seconds: float
    pages: int | None = None
    units: int | None = None
    balanced: bool | None = None
    warnings: int | None = None


class RunRow(RunFacts, Failing, Row, table=True):
    """A reading with its ledger, or with its error.

    `reading` is the SHA-256 of the plan JSON in the vault, None where the document could not be
    read; then `error_*` say why. `fates` is the ledger as JSON, from fate to count.
    """

    __tablename__ = "runs"

    reading: str | None = None
    fates: str | None = Field(default=None, sa_type=Text)


class CorrectionFacts(Facts):
    """What a person said of one field of one task; never overwritten, replayed on each reading.

    `field` is a key of the task in the contract. `orphaned_at` is set while no task fits;
    `withdrawn_at` when it was taken back.
    """

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id", ondelete="CASCADE", index=True)
    task_id: str = Field(index=True)
    field: str
    reason: str | None = None
    author: str
    version: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by: str | None = None
    orphaned_at: datetime | None = Field(default=None, sa_type=Instant)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def task_key(self) -> str:
        return task_key(self.document_id, self.task_id)


class CorrectionRow(CorrectionFacts, Row, table=True):
    """A correction with the value `before` and `after`, as JSON.

    `selectors` pins it to content, as JSON: the task's id, its words, its place and those of its
    neighbours.
    """

    __tablename__ = "corrections"

    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    selectors: str = Field(sa_type=Text)


class JudgementFacts(Facts):
    """What a person said of two tasks: the `same`, `similar`, or `different`.

    `one` and `other` are their names in the feed, which later readings and other files of the plans
    keep, the lesser one first. `id` follows from both.
    """

    id: str = Field(primary_key=True)
    one: str = Field(index=True)
    other: str = Field(index=True)
    verdict: Verdict = Field(sa_type=AutoString)
    reason: str | None = Field(default=None, sa_type=Text)
    author: str
    at: datetime = Field(default_factory=now, sa_type=Instant)


class JudgementRow(JudgementFacts, Row, table=True):
    """A judgement with the words of both tasks then, by which one is found whose name is gone."""

    __tablename__ = "judgements"

    words_one: str = Field(sa_type=Text)
    words_other: str = Field(sa_type=Text)
