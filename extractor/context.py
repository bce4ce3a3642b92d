"""What the words of a paper depend on: whose paper it is, its day, and the years it plans for.

With it go the ids of what is found in the paper.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from extractor.text import folded


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


class Ids:
    """Gives ids that depend on content only: the same words in the same place, the same id.

    `identity` names the paper whatever form its file has.
    """

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._seen: dict[str, int] = {}

    def of(self, prefix: str, *parts: str | None) -> str:
        """The id of what `parts` tell; what comes again is numbered."""
        content = "\x1f".join((self._identity, prefix, *(folded(part) for part in parts)))
        count = self._seen[content] = self._seen.get(content, 0) + 1
        if count > 1:
            content += f"\x1f{count}"
        return f"{prefix}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"
