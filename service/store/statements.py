"""What the lists have in common: conditions, orders, and pages by keyset.

The next page begins after the last row of this one: however many rows come or go in between, none
is shown twice and none of the others is missed. A cursor says where a page ends, for one order of
one list; clients pass it on and know nothing of what is in it.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects import sqlite
from sqlmodel import Session

from corpora.lineage import FRAMES, predecessors, successors
from models.tables import DocumentRow, PlanRow, PlanYearRow, SuccessionRow
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
class Slice(Generic[T]):
    """Some records and the cursor of what follows; None at the end."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a list: keys that are never null, the last of them unique; the index it has."""

    keys: tuple[Any, ...]
    descending: bool = False
    index: str | None = None

    def by(self, keys: Iterable[Any]) -> list[Any]:
        """The same keys as what to sort by."""
        return [key.desc() if self.descending else key for key in keys]


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


def ordered(
    name: str, orders: Mapping[str, Order], asked: Paging, statement: Select[Any]
) -> Select[Any]:
    """What the statement selects, in the order of the list `name`, from where the page begins.

    Raises WrongCursor.
    """
    sort, order = order_of(orders, asked)
    if asked.after is not None:
        behind = _behind(order, decoded(asked.after, f"{name}/{sort}", order))
        statement = statement.where(behind)
    return statement.order_by(*order.by(order.keys))


def paged(
    session: Session, name: str, orders: Mapping[str, Order], asked: Paging, statement: Select[Any]
) -> Slice[Any]:
    """The page of the list `name` that is asked for: rows of what the statement selects.

    Raises WrongCursor.
    """
    _, order = order_of(orders, asked)
    statement = ordered(name, orders, asked, statement.add_columns(*order.keys))
    rows = list(session.execute(statement.limit(asked.limit + 1)))
    return page_of(rows, name, orders, asked)


def page_of(rows: list[Any], name: str, orders: Mapping[str, Order], asked: Paging) -> Slice[Any]:
    """The page of rows whose last columns are the keys of the order, of which there may be one
    more."""
    sort, order = order_of(orders, asked)
    if len(rows) <= asked.limit:
        return Slice(rows, None)
    del rows[asked.limit :]
    return Slice(rows, encoded(f"{name}/{sort}", rows[-1][-len(order.keys) :]))


class Packed:
    """Rows that SQLite gives as one, where `rows` are asked for without an order.

    It lets go of the interpreter for each row: while others work in this process, a thread that
    takes fifty rows waits fifty times for its turn. They come as JSON, of texts, days and numbers
    (but no float: its last digits are lost), and are put in order here.
    """

    def __init__(self, rows: Select[Any], order: Order) -> None:
        columns = rows.selected_columns
        named = [(name, column.type.python_type | None) for name, column in columns.items()]
        told_as: Any = list[NamedTuple("Told", named)]  # type: ignore[misc]
        self._rows = msgspec.json.Decoder(told_as)
        cells = (
            func.json(case((column, "true"), else_="false"))
            if column.type.python_type is bool
            else column
            for column in columns
        )
        whole = cast(func.json_group_array(func.json_array(*cells)), LargeBinary)
        text = whole.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        told: ColumnElement[bytes] = literal_column(str(text))  # known by its words alone: quicker
        self._statement = rows.with_only_columns(told, maintain_column_froms=True)
        self._keys, self._descending = len(order.keys), order.descending

    def of(self, asks: Connection, *these: ColumnElement[bool]) -> list[Any]:
        """The rows with these conditions, in order."""
        told = asks.execute(self._statement.where(*these)).scalar_one()
        rows: list[Any] = self._rows.decode(told)
        rows.sort(key=lambda row: row[-self._keys :], reverse=self._descending)
        return rows


def listed(
    session: Session, name: str, orders: Mapping[str, Order], asked: Paging, statement: Select[Any]
) -> Slice[Any]:
    """The same of a statement that selects records of one table."""
    page = paged(session, name, orders, asked, statement)
    return Slice([row[0] for row in page.items], page.next)


def _behind(order: Order, values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition that a row stands behind the one with these keys."""
    keys = order.keys
    last = tuple_(*(bindparam(None, v, key.type) for key, v in zip(keys, values, strict=True)))
    return tuple_(*keys) < last if order.descending else tuple_(*keys) > last


def recorded(table: Any, *names: str) -> Select[Any]:
    """Records in plans with these columns of their own, and what is said of the document beside."""
    c, p, d = table.c, PlanRow.__table__.c, DocumentRow.__table__.c
    return (
        select(c.document_id, c.record, *(c[name] for name in names))
        .add_columns(p.number, p.title, p.issued_on, d.filename)
        .join_from(table, PlanRow.__table__, p.document_id == c.document_id)
        .join(DocumentRow.__table__, d.id == c.document_id)
    )


#: Plans as a condition on something else; made once, for an alias takes as long as a statement.
_PLANS = PlanRow.__table__.alias("asked")


def plans_of(where: OfPlans, year: int | None = None) -> Select[Any] | None:
    """The documents of the plans that are asked for; None where all are."""
    if where.document is None and where.unit is None and year is None:
        return None
    p = _PLANS.c
    found = select(p.document_id)
    if where.document is not None:
        found = found.where(document_is(p.document_id, where.document))
    if where.unit is not None:
        found = found.where(of_unit(p.unit_id, where.unit, where.below))
    if year is not None:
        found = found.where(p.document_id.in_(of_year(year)))
    return found


def identity() -> tuple[Any, Any, Any]:
    """What files of one plan have in common: issuer, number, day; sure only where all are told."""
    p = PlanRow.__table__.c
    return func.coalesce(p.issuer_id, p.issuer), p.number, p.issued_on


def copies() -> Select[Any]:
    """The documents whose plan came again in a file sent later."""
    p, d = PlanRow.__table__.c, DocumentRow.__table__.c
    place = func.row_number().over(
        partition_by=identity(), order_by=(d.created_at.desc(), d.id.desc())
    )
    told = (
        select(p.document_id, place.label("place"))
        .join_from(PlanRow.__table__, DocumentRow.__table__, d.id == p.document_id)
        .where(*(one.is_not(None) for one in identity()))
        .subquery()
    )
    return select(told.c.document_id).where(told.c.place > 1)


def of_year(year: int) -> Select[Any]:
    """The documents of the plans for a year."""
    c = PlanYearRow.__table__.c
    return select(c.document_id).where(c.year == year)


def of_unit(column: Any, unit: str, below: bool) -> ColumnElement[bool]:
    """The condition that a unit is this one or, with `below`, lies in it."""
    if not below:
        return and_(column == unit)
    known = PlanRow.__table__.c.unit_id
    inside = select(known).where(or_(known == unit, known.like(f"{unit}-%")))
    return and_(column.in_(inside.distinct()))


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
