"""What every table has, and column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel


class Row(SQLModel):
    """A row of a table. Statements in bulk take the table itself, `TaskRow.__table__`."""

    __table__: ClassVar[Table]


class Facts(SQLModel):
    """What a row keeps and an answer tells; an answer has every key and no other."""

    model_config = {"extra": "forbid", "json_schema_serialization_defaults_required": True}


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC. SQLite has no time zones: what comes back is told to be UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
