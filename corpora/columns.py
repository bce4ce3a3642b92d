"""What the headings of table columns say: wording -> role, from `columns.tsv`."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.tables import rows, several

#: Roles that say what a task is, who does it, with what result and by when.
TASK_ROLES = frozenset({"task", "lead", "coordinating", "product", "deadline", "target", "subject"})


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A known wording of a column heading; `others` are roles the same words may have."""

    text: str
    role: str
    others: tuple[str, ...]


@cache
def headings(by: str = "9999-12-31") -> tuple[ColumnHeading, ...]:
    """The wordings known by a day, in ISO 8601; all of them where none is given."""
    return tuple(
        ColumnHeading(r["header"], r["role"], several(r["other_roles"]))
        for r in rows("columns")
        if r["date"] <= by
    )


@cache
def words() -> tuple[tuple[str, str], ...]:
    """Telling words of headings that are not known as a whole, each with its role."""
    return tuple((r["words"], r["role"]) for r in rows("column_words"))


#: What a table lists; other is what no sign tells.
TableKind = Literal[
    "tasks", "targets", "results", "agenda", "schedule", "budget", "persons", "papers", "comments",
    "procedure", "form", "other",
]  # fmt: skip
