"""Marks: what is counted of tasks, and what they are, each a bit of the columns `marks`, `deed`.

What a task is, is what its first deed says (`extractor.language.deeds`), as in `groups` of a
release: its step and whose matter it is stand in `marks`, its acts and sectors in `deed`; on what,
in `object`.

They follow from the record alone. What follows from `corpora/` or from the code here can change
with a version: then all are made anew when the store is opened, as reference data are.
"""

from collections.abc import Iterable
from functools import cache
from typing import Literal, get_args

from sqlalchemy import Connection

from corpora.tables import rows
from extractor.language.deeds import Level, Step, deeds, told
from extractor.language.quantities import Quantity, read_quantities
from models.contract import decode_task
from models.tables import TaskRow
from models.task import Task
from service.store.database import Store
from service.store.reference import brought_up, remade

#: A name for each bit, from the lowest on.
Mark = Literal["led", "one-lead", "dated", "product", "measured"]
MARKS: dict[Mark, int] = {mark: 1 << place for place, mark in enumerate(get_args(Mark))}
#: What tasks are told apart by of what they are, and the column that has a bit for each of it.
Sort = Literal["step", "level", "act", "sector"]
SORTS: dict[Sort, Literal["marks", "deed"]] = {
    "step": "marks",
    "level": "marks",
    "act": "deed",
    "sector": "deed",
}

#: Kinds of deadlines that name the day, or the span, by whose end a thing is done.
DATED = ("point", "period", "mixed")
#: What a number must be of to be a target wherever in a task it stands: "30%", "trên 80 điểm".
_TOLD = ("share", "points", "rank")

#: What they follow from, behind a number that is to be raised when the same tables give others.
SOURCES = ("3", "comparators", "measures", "goal_words", "deed_words", "abbreviations")
#: Letters of what a task is on; what is longer names nothing, and PostgreSQL has no index of it.
LONGEST = 300


@cache
def sectors() -> tuple[str, ...]:
    """The sectors that a task may be of.

    >>> sectors()[:3]
    ('budget', 'citizens', 'culture')
    """
    table = rows("deed_words")
    return tuple(sorted({row["name"] for row in table if row["class"] == "sector"}))


@cache
def bits_of(sort: Sort) -> dict[str, int]:
    """The bit of each step or level, behind those of MARKS; of each act, and behind them of each
    sector, of the 63 that a column has.

    >>> max(bits_of("sector").values()) < 2**63
    True
    """
    names: dict[Sort, tuple[int, Iterable[str]]] = {
        "step": (len(MARKS), get_args(Step)),
        "level": (len(MARKS) + len(get_args(Step)), get_args(Level)),
        "act": (0, told("act")),
        "sector": (len(told("act")), sectors()),
    }
    first, some = names[sort]
    return {name: 1 << place for place, name in enumerate(some, first)}


def bits(sort: Sort, names: Iterable[str]) -> int:
    return sum({bits_of(sort)[name] for name in names})


def marked(task: Task) -> dict[str, int | str | None]:
    """The columns of a task: `marks`, `deed`, and `object`, None where no short one is read."""
    found = deeds(task.description or task.subject or "", task.product or None)
    if not found:
        return {"marks": marks_of(task), "deed": 0, "object": None}
    first = found[0]
    return {
        "marks": marks_of(task) | bits("step", [first.step]) | bits("level", first.levels),
        "deed": bits("act", first.acts) | bits("sector", first.sectors),
        "object": first.thing if 0 < len(first.thing) <= LONGEST else None,
    }


def marks_of(task: Task) -> int:
    """The bits of what is counted of a task.

    led: the lead cell names a body or a set of bodies that is known. one-lead: just one body.
    dated: by a day or within a span of days, so neither what goes on nor what recurs. product: one
    is named. measured: the cell of targets has a number, or the words of the task or the product
    one with a sign of measure (%, points, a rank); years, days and numbers of papers are none.
    """
    bodies = task.lead.agencies if task.lead else ()
    deadline = task.deadline
    has: dict[Mark, bool] = {
        "led": any(body.kind != "unknown" for body in bodies),
        "one-lead": len(bodies) == 1 and bodies[0].kind == "agency",
        "dated": bool(deadline and deadline.kind in DATED and deadline.due),
        "product": bool(task.product and task.product.strip(" -–./")),
        "measured": _measured(task),
    }
    return sum(MARKS[mark] for mark, so in has.items() if so)


def _measured(task: Task) -> bool:
    if any(one.kind != "time" for one in _quantities(task.target)):
        return True
    cells = (task.description, task.subject, task.product)
    return any(one.kind in _TOLD for cell in cells for one in _quantities(cell))


def _quantities(words: str | None) -> tuple[Quantity, ...]:
    """The quantities of a text; most have no figure at all."""
    return read_quantities(words) if words and any(map(str.isdigit, words)) else ()


def load_marks(store: Store) -> bool:
    """Makes the marks of all tasks anew where they follow from another state; False elsewhere."""
    return brought_up(store, "marks", SOURCES, _load)


def _load(connection: Connection) -> None:
    names = ("marks", "deed", "object")
    remade(connection, TaskRow.__table__, names, lambda row: marked(decode_task(row.record)))
