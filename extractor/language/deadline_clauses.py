"""A clause: one stretch, rhythm, event or reference that a deadline cell states."""

from dataclasses import dataclass, field
from datetime import date

from extractor.language.deadline_atoms import Atom
from models.deadline import DeadlineKind


@dataclass(slots=True)
class Clause:
    """What the symbols `lo` up to `hi` state; the fields are those of models.deadline.Deadline.

    `unit` is the unit of what is printed ("year", "quarter", …), `limit` the day X of "trước
    ngày X". `atoms`, `ranged` (whether a range joins each atom to the one before), `either`
    (whether one of them will do: hoặc) and `relation` are kept where a rhythm or a year stated
    elsewhere in the cell may still take them over ("Hằng năm, trước ngày 25/12"). Kind "none" is
    built like a clause but says no possible time, or a day of a month that is not named there.
    """

    kind: DeadlineKind
    lo: int
    hi: int
    start: date | None = None
    end: date | None = None
    rrule: str | None = None
    trigger: str | None = None
    edtf: str | None = None
    assumed: bool = False
    rule: str = ""
    unit: str = ""
    limit: date | None = None
    relation: str = ""
    atoms: list[Atom] = field(default_factory=list)
    either: bool = False
    ranged: list[bool] = field(default_factory=list)
    parts: list["Clause"] = field(default_factory=list)

    def open_ended(self) -> bool:
        """Whether it goes on without an end."""
        return self.start is not None and self.end is None
