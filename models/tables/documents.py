"""Documents, their readings, and what people corrected in them."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from models.tables.columns import Instant, Row, now


class DocumentRow(Row, table=True):
    """A file, known by its bytes: uploading the same bytes again is the same document.

    `id` is that of the contract (`sha256:…`); `key` its first 16 hex digits, the short name in
    addresses and task keys. The bytes are in the vault under `sha256`. `filename` is the name of
    the first upload.
    """

    __tablename__ = "documents"

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    sha256: str = Field(unique=True)
    filename: str | None = None
    media_type: str | None = None
    bytes: int
    submitted_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant, index=True)


class RunRow(Row, table=True):
    """One reading of a document: which version read it, when, how long, with what ledger.

    `reading` is the SHA-256 of the plan JSON in the vault, None where the document could not be
    read; then `error_*` say why. `fates` is the ledger as JSON, from fate to count.
    """

    __tablename__ = "runs"

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id", ondelete="CASCADE", index=True)
    job_id: str | None = Field(default=None, unique=True)
    version: str
    started_at: datetime = Field(sa_type=Instant)
    seconds: float
    pages: int | None = None
    reading: str | None = None
    units: int | None = None
    balanced: bool | None = None
    fates: str | None = Field(default=None, sa_type=Text)
    warnings: int | None = None
    error_code: str | None = None
    error_vi: str | None = None
    error_en: str | None = None


class CorrectionRow(Row, table=True):
    """What a person said of one field of one task; never overwritten, replayed on each reading.

    `field` is a key of the task in the contract, `before` and `after` its value as JSON.
    `selectors` pins it to content, as JSON: the task's id, its words, its place and those of its
    neighbours. `orphaned_at` is set while no task fits; `withdrawn_at` when it was taken back.
    """

    __tablename__ = "corrections"

    id: str = Field(primary_key=True)
    document_id: str = Field(foreign_key="documents.id", ondelete="CASCADE", index=True)
    task_id: str = Field(index=True)
    field: str
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    selectors: str = Field(sa_type=Text)
    reason: str | None = None
    author: str
    version: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Instant)
    withdrawn_by: str | None = None
    orphaned_at: datetime | None = Field(default=None, sa_type=Instant)
