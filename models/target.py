"""What is to be reached."""

from dataclasses import dataclass, field

from models.agency import Assignment
from models.deadline import Deadline
from models.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Target:
    """A measurable goal.

    `value` and `baseline` are as printed in a table of targets ("6.90/10.00", "83%") and a
    number in running text; `number`, `scale` and `unit` are what they mean. Of a range ("11 - 12%")
    `low` and `high` are, and there is no number. `lead` is who follows it, `deadline` by when.
    `extra` holds all further columns by their heading, as printed.
    """

    id: str
    section: str | None
    appendix: str | None
    ordinal: str | None
    text: str
    indicator: str | None
    comparator: str | None
    value: str | float | None
    number: float | None
    scale: float | None
    unit: str | None
    year: int | None
    rank: str | None
    baseline: str | float | None
    baseline_year: int | None
    baseline_rank: str | None
    provenance: Provenance
    extra: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    lead: Assignment | None = None
    deadline: Deadline | None = None
