"""What the words of a paper depend on: whose paper it is, its day, and the years it plans for."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Context:
    """The unit of a paper (`vn`, `vn-86`, `vn-58-585`), its day of issue, the years of its plan.

    "Sở Nội vụ" is that of the unit, a body stood or did not stand on the day, "quý II" falls into
    the first of the years. What is not known is None, or no years.
    """

    unit: str | None = None
    on: date | None = None
    years: tuple[int, ...] = ()

    @property
    def first_year(self) -> int | None:
        """The year of words that name none: the plan's first, else that of the day of issue."""
        return min(self.years) if self.years else self.on.year if self.on else None

    @property
    def last_year(self) -> int | None:
        """The year up to which a plan runs: its last, else that of the day of issue."""
        return max(self.years) if self.years else self.on.year if self.on else None
