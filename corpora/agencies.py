"""Agencies: the bodies plans name, each a role joined with a unit and a date.

The row `so-noi-vu` is the Sở Nội vụ of any province; `vn-86/so-noi-vu` is that of one.
"""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

from corpora import tables
from corpora.units import Level


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A kind of body that each unit of `unit` level has, or may have.

    `sector` is the column "level" of the table: the level again, or vertical, party, mass.
    `listed` is False for bodies the reader knows but whose id is not in the published list;
    `place_needed` for names that are plain words without a place (Báo, Thuế); `check` says
    what is not sure about the row: "from..to" for a day that may be any of them, "name",
    "successor"; '' when all is sure.
    """

    slug: str
    name: str
    aliases: tuple[str, ...]
    sector: str
    unit: Level
    kind: str
    place_needed: bool
    valid_from: date | None
    valid_to: date | None
    check: str
    successors: tuple[str, ...]
    listed: bool

    def stands(self, on: date | None) -> bool:
        """Whether the body stood on the day; True where no day is given."""
        if on is None:
            return True
        after = self.valid_from is None or self.valid_from <= on
        return after and (self.valid_to is None or on <= self.valid_to)

    def unsure(self, on: date | None) -> bool:
        """Whether what is not sure of the row touches a paper of the day: its name, or its
        first or last day somewhere between two days with the paper among them."""
        for part in self.check.split(";"):
            first, _, last = part.partition("..")
            if part == "name" or (last and on and first <= on.isoformat() <= last):
                return True
        return False


def _first_day(cell: str) -> date | None:
    """A day cut to the month or the year means its first day."""
    return date.fromisoformat((cell + "-01-01")[:10]) if cell else None


def _last_day(cell: str) -> date | None:
    """A day cut to the month or the year means its last day."""
    if not cell:
        return None
    year, month, *day = (
        int(part) for part in (cell + ("-12" if len(cell) == 4 else "")).split("-")
    )
    return date(year, month, day[0] if day else calendar.monthrange(year, month)[1])


@cache
def roles() -> dict[str, Role]:
    """Every row by its slug, in the order of the table."""
    return {
        row["id"]: Role(
            row["id"],
            row["name"],
            tables.several(row["abbreviations"]),
            row["level"],
            cast(Level, row["unit"]),
            row["kind"],
            row["place_needed"] == "yes",
            _first_day(row["valid_from"]),
            _last_day(row["valid_to"]),
            row["check"],
            tables.several(row["successors"]),
            row["listed"] == "yes",
        )
        for row in tables.rows("agencies")
    }


@cache
def heirs() -> dict[str, tuple[str, ...]]:
    """The slugs each slug took over from."""
    found: dict[str, list[str]] = defaultdict(list)
    for role in roles().values():
        for slug in role.successors:
            found[slug].append(role.slug)
    return {slug: tuple(olds) for slug, olds in found.items()}
