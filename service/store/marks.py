"""Marks: what is counted of tasks, each a bit of the column `marks`.

They follow from the record alone. What follows from `corpora/` or from the code here can change
with a version: then all are made anew when the store is opened, as reference data are.
"""

from typing import Literal, get_args

from sqlalchemy import Connection, bindparam, select, update

from extractor.language.quantities import Quantity, read_quantities
from models.contract import decode_task
from models.tables import TaskRow
from models.task import Task
from service.store.database import Store
from service.store.reference import brought_up

#: A name for each bit, from the lowest on.
Mark = Literal["led", "one-lead", "dated", "product", "measured"]
MARKS: dict[Mark, int] = {mark: 1 << place for place, mark in enumerate(get_args(Mark))}

#: Kinds of deadlines that name the day, or the span, by whose end a thing is done.
DATED = ("point", "period", "mixed")
#: What a number must be of to be a target wherever in a task it stands: "30%", "trên 80 điểm".
_TOLD = ("share", "points", "rank")

#: What they follow from, behind a number that is to be raised when the same tables give others.
SOURCES = ("1", "comparators", "measures", "goal_words")
#: Tasks that are looked at in one statement.
BATCH = 5000


def marks_of(task: Task) -> int:
    """The bits of a task.

    led: the lead cell names a body or a set of bodies that is known. one-lead: just one body.
    dated: by a day or within a span of days, so neither what goes on nor what recurs. product: one
    is named. measured: the cell of targets has a number, or the words of the task or the product
    one with a sign of measure (%, points, a rank); years, days and numbers of papers are none.
    """
    bodies = task.lead.agencies if task.lead else ()
    deadline = task.deadline
    told = {
        "led": any(body.kind != "unknown" for body in bodies),
        "one-lead": len(bodies) == 1 and bodies[0].kind == "agency",
        "dated": bool(deadline and deadline.kind in DATED and deadline.due),
        "product": bool(task.product and task.product.strip(" -–./")),
        "measured": _measured(task),
    }
    return sum(bit for mark, bit in MARKS.items() if told[mark])


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
    t, last = TaskRow.__table__, 0
    these = update(t).where(t.c.serial == bindparam("this"))
    some = select(t.c.serial, t.c.record, t.c.marks).order_by(t.c.serial).limit(BATCH)
    while rows := connection.execute(some.where(t.c.serial > last)).all():
        last = rows[-1].serial
        found = ((row, marks_of(decode_task(row.record))) for row in rows)
        changed = [{"this": row.serial, "bits": bits} for row, bits in found if bits != row.marks]
        if changed:
            connection.execute(these.values(marks=bindparam("bits")), changed)
