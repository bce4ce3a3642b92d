"""Pages of a list by keyset: the next page begins after the last row of this one.

However many rows come or go in between, none is shown twice and none of the others is missed. A
cursor says where a page ends, for one order of one list; clients pass it on and know nothing of
what is in it.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, tuple_
from sqlmodel import Session

from models.tables.columns import Instant
from service.store.errors import WrongCursor, WrongOrder

T = TypeVar("T")

#: The form of cursors; raised when it changes, so that an old one is refused and not misread.
_FORM = 1
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
class Stretch:
    """A part of an order: the rows `where` holds, by their keys, the last of which is unique."""

    keys: tuple[Any, ...]
    descending: bool = False
    where: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: its stretches one after the other, and the index that is in it."""

    name: str
    stretches: tuple[Stretch, ...]
    index: str | None = None


def order_of(orders: Mapping[str, Order], name: str) -> Order:
    """The order of that name; raises WrongOrder, which names those there are."""
    if name in orders:
        return orders[name]
    names = ", ".join(orders)
    raise WrongOrder(name=name, names=names)


def orders(*known: Order) -> dict[str, Order]:
    """Orders by their names; the first is the usual one."""
    return {order.name: order for order in known}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with these keys in a stretch of the order."""

    stretch: int
    values: tuple[Any, ...]


def encoded(scope: str, place: Place) -> str:
    """The cursor of a place in the list and order that `scope` names."""
    data = msgspec.json.encode((_FORM, scope, place.stretch, place.values))
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(cursor: str, scope: str, order: Order) -> Place:
    """The place that a cursor tells; raises WrongCursor."""
    try:
        data = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), b"-_", validate=True)
        form, name, at, values = msgspec.json.decode(data, type=tuple[int, str, int, list[Any]])
        if (form, name) != (_FORM, scope) or len(cursor) > _LONGEST or at < 0:
            raise ValueError(name)
        pairs = zip(order.stretches[at].keys, values, strict=True)
        return Place(at, tuple(_value(key, value) for key, value in pairs))
    except (ValueError, IndexError, msgspec.MsgspecError):  # binascii's and Unicode's among them
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
    name: str,
    order: Order,
    limit: int,
    cursor: str | None,
    statement: Callable[[Stretch], Select[Any]],
    run: Callable[[Select[Any]], Sequence[T]],
    holder: Callable[[T], Any] = lambda row: row,
) -> Page[T]:
    """The page of the list `name` that follows the cursor.

    `statement` selects what a stretch of the order is made of, `run` gives its rows, `holder` of
    a row the record that has the keys as attributes. Raises WrongCursor.
    """
    scope = f"{name}/{order.name}"
    place = decoded(cursor, scope, order) if cursor is not None else None
    found: list[tuple[int, T]] = []
    for at in range(place.stretch if place else 0, len(order.stretches)):
        stretch = order.stretches[at]
        some = statement(stretch)
        if stretch.where is not None:
            some = some.where(stretch.where)
        if place is not None and place.stretch == at:
            some = some.where(_behind(stretch, place.values))
        some = some.order_by(*(key.desc() if stretch.descending else key for key in stretch.keys))
        found += [(at, row) for row in run(some.limit(limit + 1 - len(found)))]
        if len(found) > limit:
            at, last = found[limit - 1]
            values = (getattr(holder(last), key.name) for key in order.stretches[at].keys)
            items = [row for _, row in found[:limit]]
            return Page(items, encoded(scope, Place(at, tuple(values))))
    return Page([row for _, row in found], None)


def listed(
    session: Session,
    name: str,
    order: Order,
    limit: int,
    cursor: str | None,
    statement: Select[Any],
) -> Page[Any]:
    """The same of a statement that selects records of one table."""

    def run(some: Select[Any]) -> Sequence[Any]:
        return session.scalars(some).all()

    return paged(name, order, limit, cursor, lambda stretch: statement, run)


def _behind(stretch: Stretch, values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition that a row stands behind the one with these keys."""
    keys = stretch.keys
    last = tuple_(*(bindparam(None, v, key.type) for key, v in zip(keys, values, strict=True)))
    return tuple_(*keys) < last if stretch.descending else tuple_(*keys) > last
