"""The changes from a cursor on, in the order of commits.

A cursor is the place of a change and the beginning of its id, so that the cursor of a store which
was set back to an earlier backup is known for what it is, and not taken for a place in the new one.
Cursors sort as their changes do.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import Field, field_validator
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from models.tables import ChangeRow
from models.tables.documents import document_key
from models.tables.feed import ChangeType
from service.store.errors import CursorLost, WrongCursor
from service.store.filters import AGENCY, DOCUMENT, UNIT, Asked

#: All types of changes.
TYPES: tuple[str, ...] = get_args(ChangeType)
#: Where the feed begins.
START = "0"

_CURSOR = re.compile(r"([0-9]{1,15})-([0-9a-f]{8})")
_c = ChangeRow.__table__.c
_before = ChangeRow.__table__.alias("before")
_TOLD = select(
    *(_c[name] for name in ("serial", "id", "at", "type", "plan", "subject", "revision", "after")),
    _before.c.after.label("before"),
).outerjoin(_before, _before.c.serial == _c.previous)


class ChangeFilter(Asked):
    """Which changes are told; a task that leaves a unit or a body is told to who follows these."""

    unit: str | None = Field(
        default=None, pattern=UNIT, description="Of plans of this unit: `vn-86`"
    )
    below: bool = Field(default=True, description="And of all units in it")
    agency: str | None = Field(
        default=None, pattern=AGENCY, description="Of this body, now or before the change"
    )
    type: str | None = Field(
        default=None,
        max_length=400,
        pattern=r"^[a-z]{4}\.[a-z]+(,[a-z]{4}\.[a-z]+)*$",
        description="Of these types, by commas: `task.created,task.withdrawn`",
        json_schema_extra={"pattern": rf"^({'|'.join(TYPES)})(,({'|'.join(TYPES)}))*$"},
    )
    plan: str | None = Field(
        default=None, pattern=DOCUMENT, description="Of this plan, by the name it has in the feed"
    )

    @field_validator("type")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value and (wrong := set(value.split(",")).difference(TYPES)):
            raise ValueError(f"no type of changes: {min(wrong)}")
        return value


class ChangeQuery(ChangeFilter):
    """Which part of the feed is wanted."""

    after: str = Field(
        default=START, max_length=100, description="Cursor of the last change that is known; or 0"
    )
    limit: int = Field(default=100, ge=1, le=5000, description="Most changes of the answer")
    latest: bool = Field(
        default=False,
        description="Only the last change of each plan and task: the present state, in less time",
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes, the cursor to go on from, whether more are there already, and the serial of
    the last change there was."""

    rows: Sequence[Any]
    cursor: str
    more: bool
    last: int


def cursor_of(serial: int, id_: str) -> str:
    """The cursor behind a change.

    >>> cursor_of(7, "0123456789abcdef")
    '000000000007-01234567'
    """
    return f"{serial:012d}-{id_[:8]}"


def place_of(session: Session, cursor: str) -> int:
    """The serial that a cursor is behind; raises WrongCursor, or CursorLost."""
    if cursor == START:
        return 0
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise WrongCursor
    serial = int(found[1])
    known = session.scalar(select(_c.id).where(_c.serial == serial))
    if known is None or not known.startswith(found[2]):
        raise CursorLost
    return serial


def last_serial(session: Session) -> int:
    """The place of the last change; 0 before the first."""
    return session.scalar(select(func.max(_c.serial))) or 0


def changes(session: Session, asked: ChangeQuery) -> Changes:
    """A part of the feed; raises WrongCursor, or CursorLost."""
    start, last = place_of(session, asked.after), last_serial(session)
    conditions = [_c.serial > start, _c.serial <= last, *conditions_of(asked)]
    if asked.latest:
        conditions.append(_c.latest.is_(True))
    statement = _TOLD.where(*conditions).order_by(_c.serial).limit(asked.limit + 1)
    rows = session.execute(statement).all()
    if len(rows) > asked.limit:
        rows = rows[: asked.limit]
        return Changes(rows, cursor_of(rows[-1].serial, rows[-1].id), True, last)
    if last <= start:
        return Changes(rows, asked.after, False, last)
    end = session.scalar(select(_c.id).where(_c.serial == last))
    return Changes(rows, cursor_of(last, end or ""), False, last)


def newest(session: Session, where: ChangeFilter, limit: int) -> Sequence[Any]:
    """The last changes, the newest first."""
    found = _TOLD.where(*conditions_of(where)).order_by(_c.serial.desc()).limit(limit)
    return session.execute(found).all()


def change_of(session: Session, id_: str) -> Any | None:
    """One change by its id."""
    return session.execute(_TOLD.where(_c.id == id_)).first()


def conditions_of(where: ChangeFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of the columns of a change."""
    found: list[ColumnElement[bool]] = []
    if where.unit is not None:
        inside = _c.unit_id.startswith(f"{where.unit}-", autoescape=True)
        mine = _c.unit_id == where.unit
        found.append(or_(mine, inside) if where.below else mine)
    if where.agency is not None:
        found.append(_c.agencies.contains(f" {where.agency} ", autoescape=True))
    if where.type is not None:
        found.append(_c.type.in_(where.type.split(",")))
    if where.plan is not None:
        found.append(_c.plan == document_key(where.plan))
    return found
