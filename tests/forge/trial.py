"""Plans of the forge read: what is wrong, and the smallest plan of which it still is."""

from collections.abc import Callable
from dataclasses import dataclass

from extractor import read_plan
from service.scoring import field_of
from tests.forge.drawing import Plan
from tests.forge.tables import Gold
from tests.forge.writing import as_html

_FIELDS = (
    "ordinal",
    "group",
    "task",
    "lead",
    "coordinating",
    "product",
    "deadline",
    "note",
    "target",
)

Write = Callable[[Plan], tuple[bytes, str]]


def page(plan: Plan) -> tuple[bytes, str]:
    """A plan as a web page, with a name."""
    return as_html(plan.blocks()), "plan.html"


def faults(plan: Plan, write: Write = page) -> list[str]:
    """What of a plan is read otherwise than it was written, in words."""
    read = read_plan(*write(plan))
    gold = plan.gold()
    rows = [_fields_of(task) for task in read.tasks if task.origin == "table"]
    found = _differing("row", rows, [_fields(task) for task in gold["tasks"]])
    aims = [field_of("task", {"task": target.indicator}) for target in read.targets]
    wanted = [field_of("task", {"task": target["indicator"]}) for target in gold["targets"]]
    found += _differing("target", aims, wanted)
    duties = [field_of("task", {"task": t.description}) for t in read.tasks if t.origin != "table"]
    ordered = [field_of("task", one) for one in gold["narrative_tasks"]]
    found += _differing("duty", duties, ordered)
    return found if read.ledger.balanced else [*found, "the ledger is not balanced"]


def _fields(task: Gold) -> str:
    return " | ".join(field_of(name, task) for name in _FIELDS)


def _fields_of(task: object) -> str:
    row = {name: getattr(task, "description" if name == "task" else name) for name in _FIELDS}
    for name in ("lead", "coordinating", "deadline"):
        row[name] = row[name].text if row[name] else None
    return _fields(row)


def _differing(what: str, found: list[str], wanted: list[str]) -> list[str]:
    lost, invented = list(wanted), []
    for text in found:
        if text in lost:
            lost.remove(text)
        else:
            invented.append(text)
    return [f"{what} lost: {t}" for t in lost] + [f"{what} invented: {t}" for t in invented]


def smallest(plan: Plan, wrong: Callable[[Plan], object]) -> Plan:
    """The plan with all left out without which it is still read wrong."""
    for less in plan.smaller():
        if wrong(less):
            return smallest(less, wrong)
    return plan


@dataclass(slots=True)
class Tally:
    """How many rows and targets there were, and how many of them were lost or invented."""

    rows: int = 0
    rows_lost: int = 0
    rows_invented: int = 0
    targets: int = 0
    targets_lost: int = 0

    def add(self, other: "Tally") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def tally(plan: Plan, found: list[str]) -> Tally:
    """What the faults of a plan come to."""

    def count(opening: str) -> int:
        return sum(fault.startswith(opening) for fault in found)

    gold = plan.gold()
    return Tally(
        len(gold["tasks"]), count("row lost"), count("row invented"),
        len(gold["targets"]), count("target lost"),
    )  # fmt: skip
