"""Who may do what, and who did what."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field

from models.tables.columns import Instant, Row, now


class UserRow(Row, table=True):
    """A person with a password (argon2id). `scopes` are read, write, admin, by spaces."""

    __tablename__ = "users"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    password: str
    scopes: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class SessionRow(Row, table=True):
    """A signed-in browser. `token` is the SHA-256 of the cookie, `csrf` the token of its forms."""

    __tablename__ = "sessions"

    token: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    csrf: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class KeyRow(Row, table=True):
    """A key of the API: shown once, kept as the SHA-256 of its 256 random bits."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True)
    name: str
    secret: str = Field(unique=True)
    scopes: str
    rate: int | None = None
    created_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class AuditRow(Row, table=True):
    """Who did what to what, when; `detail` is JSON and holds no text of a document."""

    __tablename__ = "audit"

    serial: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
    actor: str
    action: str
    subject: str | None = Field(default=None, index=True)
    detail: str | None = Field(default=None, sa_type=Text)
    request_id: str | None = None
    address: str | None = None


class ReplyRow(Row, table=True):
    """The answer to a write that came with an Idempotency-Key, to be given again."""

    __tablename__ = "replies"

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int | None = None
    media_type: str | None = None
    headers: str | None = Field(default=None, sa_type=Text)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
