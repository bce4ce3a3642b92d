"""Who may do what, and who did what."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Text
from sqlmodel import AutoString, Field, SQLModel

from models.tables.columns import Instant, Row, now

#: What a user or a key may do: read; report how far tasks are, and read; write, and that; admin,
#: and all else.
Scope = Literal["read", "report", "write", "admin"]


class UserFacts(SQLModel):
    """Somebody who can sign in, or could until `disabled_at`."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    scope: Scope = Field(sa_type=AutoString)
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    disabled_at: datetime | None = Field(default=None, sa_type=Instant)


class UserRow(UserFacts, Row, table=True):
    """A user, and the password (argon2id)."""

    __tablename__ = "users"

    password: str


class SessionRow(Row, table=True):
    """A signed-in browser. `token` is the SHA-256 of the cookie, `csrf` the token of its forms."""

    __tablename__ = "sessions"

    token: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE", index=True)
    csrf: str
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)


class KeyFacts(SQLModel):
    """A key of the API, without its secret. `rate` is its own bound, in requests a minute."""

    id: str = Field(primary_key=True)
    name: str
    scope: Scope = Field(sa_type=AutoString)
    rate: int | None = None
    created_by: str | None = None
    created_at: datetime = Field(default_factory=now, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class KeyRow(KeyFacts, Row, table=True):
    """A key; its 256 random bits are shown once and kept as their SHA-256."""

    __tablename__ = "api_keys"

    secret: str = Field(unique=True)


class AuditFacts(SQLModel):
    """Who did what to what, when."""

    serial: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=Instant, index=True)
    actor: str
    action: str
    subject: str | None = Field(default=None, index=True)
    request_id: str | None = None
    address: str | None = None


class AuditRow(AuditFacts, Row, table=True):
    """What was done; `detail` is JSON and holds no text of a document."""

    __tablename__ = "audit"

    detail: str | None = Field(default=None, sa_type=Text)
