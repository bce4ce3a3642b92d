"""What is to be done."""

from dataclasses import dataclass
from dataclasses import field as fields
from typing import Literal

from models.agency import Assignment
from models.deadline import Deadline
from models.provenance import Provenance

Origin = Literal["table", "narrative", "assignment"]


@dataclass(frozen=True, slots=True)
class FieldMatch:
    """The reform field of a task (`corpora/fields.tsv`), by what it was found, how surely."""

    code: str
    by: str
    score: float


@dataclass(slots=True)
class Task:
    """One duty of a plan; texts are the document's own words, None where the plan has none.

    `group` holds the heading rows above, outermost first. `extra` holds the cells of columns
    whose role is not known, by their printed heading. `issues` gives reasons for doubt.
    `same_as` is the id of the table row that a duty in running text repeats: count it once.
    Never changed once made, as a Place.
    """

    id: str
    origin: Origin
    appendix: str | None
    group: tuple[str, ...]
    ordinal: str | None
    subject: str | None
    description: str | None
    lead: Assignment | None
    coordinating: Assignment | None
    product: str | None
    target: str | None
    note: str | None
    deadline: Deadline | None
    field: FieldMatch | None
    provenance: Provenance
    confidence: float = 1.0
    issues: tuple[str, ...] = ()
    extra: dict[str, str] = fields(default_factory=dict)
    same_as: str | None = None
