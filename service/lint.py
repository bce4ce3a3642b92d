"""What the drafting office should look at in a plan, as a note for it; nothing is corrected here.

The reader tells most of it; what only shows in the whole plan is found here.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractor.text import plain
from models.plan import Plan
from models.provenance import Provenance
from models.target import Target
from models.task import Task
from service.wording import values_of

Rule = Literal["ordinal", "before-issue", "not-in-force", "below-base", "no-lead", "twice"]

#: The rules, in the order of the note, and what they are called.
RULES = values_of("lint")

#: The rules that the reader knows, by the issue of a task.
_ISSUES: dict[str, Rule] = {
    "deadline.before-issue": "before-issue",
    "agency.not-in-force": "not-in-force",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: the rule, the words it is about, where they stand, what else is told.

    `message` is what the reader said, in both languages.
    """

    rule: Rule
    words: str
    at: Provenance
    ordinal: str | None = None
    message: str = ""
    task: str | None = None


def findings(plan: Plan) -> list[Finding]:
    """All there is to look at, by rule and then as printed."""
    found = [*_of_reader(plan), *_of_tasks(plan.tasks), *_of_targets(plan.targets)]
    order = list(RULES)
    return sorted(found, key=lambda one: order.index(one.rule))


def _of_reader(plan: Plan) -> Iterator[Finding]:
    for one in plan.diagnostics:
        if one.code == "table.ordinal-skip":
            yield Finding("ordinal", "", one.provenance, message=one.message)


def _of_tasks(tasks: tuple[Task, ...]) -> Iterator[Finding]:
    rows = [task for task in tasks if task.origin == "table"]
    led = any(task.lead for task in rows)  # the table has a column for it
    same: dict[tuple[str, str], list[Task]] = defaultdict(list)
    for task in tasks:
        for issue, rule in _ISSUES.items():
            if issue in task.issues:
                yield _about(rule, task)
    for task in rows:
        if led and task.lead is None:
            yield _about("no-lead", task)
        words = plain(task.description or "")
        if words:
            same[words, plain(task.lead.text if task.lead else "")].append(task)
    for some in same.values():
        for task in some[1:]:
            yield _about("twice", task)


def _about(rule: Rule, task: Task) -> Finding:
    words = task.description or task.subject or task.product or ""
    if rule == "before-issue" and task.deadline:
        words = f"{words} — {task.deadline.text or ''}"
    if rule == "not-in-force":
        cells = [cell for cell in (task.lead, task.coordinating) if cell]
        named = (body.name or body.text for cell in cells for body in cell.agencies
                 if "agency.not-in-force" in body.issues)  # fmt: skip
        words = f"{words} — {'; '.join(named)}"
    return Finding(rule, words, task.provenance, task.ordinal, task=task.id)


def _of_targets(targets: tuple[Target, ...]) -> Iterator[Finding]:
    for one in targets:
        base = _number(one.baseline)
        if base is None or one.number is None or one.comparator in ("<", "<="):
            continue
        if one.number < base and not one.rank:
            words = f"{one.text} ({one.value} < {one.baseline})"
            yield Finding("below-base", words, one.provenance, one.ordinal)


def _number(value: str | float | None) -> float | None:
    """The number that a base is: that of a cell like "83%", too.

    >>> _number("83%"), _number("6,90/10"), _number(None)
    (83.0, None, None)
    """
    if isinstance(value, str):
        try:
            return float(value.strip().rstrip("%").replace(",", "."))
        except ValueError:
            return None
    return value
