"""What the lists have in common: conditions, orders, and pages by keyset.

The next page begins after the last row of this one: however many rows come or go in between, none
is shown twice and none of the others is missed. A cursor says where a page ends, for one order of
one list; clients pass it on and know nothing of what is in it.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_
from sqlmodel import Session, col

from corpora.lineage import FRAMES, predecessors, successors
from models.tables import PlanRow, PlanYearRow, SuccessionRow
from models.tables.columns import Instant
from models.tables.documents import document_key
from service.store.errors import WrongCursor
from service.store.filters import Asked, OfPlans, Paging

T = TypeVar("T")
Conditions = list[ColumnElement[bool]]

#: The form of cursors; raised when it changes, so that an old one is refused and not misread.
_FORM = 2
#: The longest cursor that is looked at.
_LONGEST = 2000
#: What an integer of a database can be.
_INTEGERS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some records and the cursor of what follows; None at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: keys that are never null, the last of them unique; the index it has."""

    keys: tuple[Any, ...]
    descending: bool = False
    index: str | None = None


def order_of(orders: Mapping[str, Order], asked: Paging) -> tuple[str, Order]:
    """The order that is asked for, with its name; the first where a list has but one."""
    name = getattr(asked, "sort", next(iter(orders)))
    return name, orders[name]


def encoded(scope: str, values: Sequence[Any]) -> str:
    """The cursor behind the row with these keys, in the list and order that `scope` names."""
    data = msgspec.json.encode((_FORM, scope, tuple(values)))
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(cursor: str, scope: str, order: Order) -> list[Any]:
    """The keys that a cursor tells; raises WrongCursor."""
    try:
        data = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        form, name, values = msgspec.json.decode(data, type=tuple[int, str, list[Any]])
        if (form, name) != (_FORM, scope) or len(cursor) > _LONGEST:
            raise ValueError(name)
        return [_value(key, value) for key, value in zip(order.keys, values, strict=True)]
    except (ValueError, msgspec.MsgspecError):  # binascii's and Unicode's among them
        raise WrongCursor from None


def _value(key: Any, value: Any) -> Any:
    wanted = datetime if isinstance(key.type, Instant) else key.type.python_type
    found = msgspec.convert(value, wanted, strict=wanted not in (date, datetime))
    odd = (
        (isinstance(found, int) and abs(found) > _INTEGERS)
        or (isinstance(found, str) and "\x00" in found)
        or (isinstance(found, datetime) and found.tzinfo is None)
    )
    if odd:
        raise ValueError(found)
    return found


def paged(
    session: Session, name: str, orders: Mapping[str, Order], asked: Paging, statement: Select[Any]
) -> Page[Any]:
    """The page of the list `name` that is asked for: rows of what the statement selects.

    Raises WrongCursor.
    """
    sort, order = order_of(orders, asked)
    scope = f"{name}/{sort}"
    if asked.after is not None:
        statement = statement.where(_behind(order, decoded(asked.after, scope, order)))
    keys = (key.desc() if order.descending else key for key in order.keys)
    found = session.execute(
        statement.add_columns(*order.keys).order_by(*keys).limit(asked.limit + 1)
    ).all()
    size = len(order.keys)
    more = len(found) > asked.limit
    rows = found[: asked.limit]
    return Page(
        [tuple(row[:-size]) for row in rows], encoded(scope, rows[-1][-size:]) if more else None
    )


def listed(
    session: Session, name: str, orders: Mapping[str, Order], asked: Paging, statement: Select[Any]
) -> Page[Any]:
    """The same of a statement that selects records of one table."""
    page = paged(session, name, orders, asked, statement)
    return Page([row[0] for row in page.items], page.next)


def _behind(order: Order, values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition that a row stands behind the one with these keys."""
    keys = order.keys
    last = tuple_(*(bindparam(None, v, key.type) for key, v in zip(keys, values, strict=True)))
    return tuple_(*keys) < last if order.descending else tuple_(*keys) > last


def plans_of(session: Session, where: OfPlans, year: int | None = None) -> Select[Any] | None:
    """The documents of the plans that are asked for; None where all are."""
    if where.document is None and where.unit is None and year is None:
        return None
    p = PlanRow.__table__.alias().c
    found = select(p.document_id)
    if where.document is not None:
        found = found.where(document_is(p.document_id, where.document))
    if where.unit is not None:
        found = found.where(p.unit_id.in_(units_of(session, where.unit, where.below)))
    if year is not None:
        found = found.where(p.document_id.in_(of_year(year)))
    return found


def of_year(year: int) -> Select[Any]:
    """The documents of the plans for a year."""
    return select(col(PlanYearRow.document_id)).where(col(PlanYearRow.year) == year)


def units_of(session: Session, unit: str, below: bool) -> list[str]:
    """The units that plans are of, which are the unit or lie in it."""
    if not below:
        return [unit]
    known = session.scalars(select(col(PlanRow.unit_id)).distinct())
    return [one for one in known if one and (one == unit or one.startswith(f"{unit}-"))]


def document_is(column: Any, name: str) -> ColumnElement[bool]:
    """The condition that a column of document ids is the document of that id or key."""
    if name.startswith("sha256:"):
        return and_(column == name)
    first = f"sha256:{document_key(name)}"
    return and_(column >= first, column < f"{first}g")


def bodies_of(session: Session, agency: str, frame: str | None) -> list[str]:
    """The agency; with a frame also those of it that its work went to, or that did it before.

    Of a body of the frame these are all whose work it does there.
    """
    if frame not in FRAMES:
        return [agency]
    s = SuccessionRow.__table__.c
    before = session.scalars(select(s.id).where(s.frame == frame, s.successor_id == agency))
    others = (*successors(agency, frame), *before, *predecessors(agency))
    return list(dict.fromkeys((agency, *others)))


def equal(c: Any, where: Asked, *names: str) -> Conditions:
    """The conditions that columns have the values asked for by their names; None asks nothing."""
    asked = ((name, getattr(where, name)) for name in names)
    return [c[name] == value for name, value in asked if value is not None]


def standing(c: Any, on: date) -> Conditions:
    """The conditions that what has `valid_from` and `valid_to` stood on the day."""
    return [
        or_(c.valid_from.is_(None), c.valid_from <= on),
        or_(c.valid_to.is_(None), c.valid_to >= on),
    ]
