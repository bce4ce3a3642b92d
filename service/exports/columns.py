"""The columns of the tables for research: what a column is, and how its cell comes of a record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from models.agency import Assignment
from models.plan import Citation, Document, Plan
from models.target import Target
from models.task import Task
from service.exports.recurrences import day

Type = Literal["text", "integer", "number", "flag", "date", "texts", "numbers"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column: its name, the type of its cells (any may be empty), its meaning, its cell."""

    name: str
    type: Type
    en: str
    vi: str
    value: Callable[[Plan, T], Any]


def number(value: str | float | None) -> str | None:
    """A value that is text in some rows and a number in others, as text.

    >>> number(30.0), number(0.5), number("6.90/10.00")
    ('30', '0.5', '6.90/10.00')
    """
    return f"{value:.15g}" if isinstance(value, int | float) else value


def words(role: str, task: Task) -> str | None:
    found: Assignment | None = getattr(task, role)
    return found.text if found else None


def ids(role: str, task: Task) -> list[str]:
    found: Assignment | None = getattr(task, role)
    return [agency.id for agency in found.agencies if agency.id] if found else []


def groups(role: str, task: Task) -> list[str]:
    found: Assignment | None = getattr(task, role)
    groups = [agency for agency in found.agencies if agency.kind == "group"] if found else []
    return ["+".join(group.members) + ("" if group.closed else "+…") for group in groups]


def deadline(name: str, task: Task) -> Any:
    return getattr(task.deadline, name) if task.deadline else None


def deadline_day(name: str, task: Task) -> date | None:
    return day(deadline(name, task))


def field(name: str, task: Task) -> Any:
    return getattr(task.field, name) if task.field else None


def at(name: str, record: Task | Target | Citation) -> Any:
    found = getattr(record.provenance, name)
    return list(found) if isinstance(found, tuple) else found


def extra(record: Task | Target) -> list[str]:
    return [f"{heading}: {words}" for heading, words in record.extra.items()]


def of(type_: Type, name: str, en: str, vi: str, get: Callable[[Any], Any]) -> Column[Any]:
    return Column(name, type_, en, vi, lambda plan, record: get(record))


def own(type_: Type, name: str, en: str, vi: str) -> Column[Any]:
    return of(type_, name, en, vi, lambda record: getattr(record, name))


def own_list(name: str, en: str, vi: str) -> Column[Any]:
    return of("texts", name, en, vi, lambda record: list(getattr(record, name)))


def doc(type_: Type, name: str, en: str, vi: str, get: Callable[[Document], Any]) -> Column[Any]:
    return Column(name, type_, en, vi, lambda plan, record: get(plan.document))
