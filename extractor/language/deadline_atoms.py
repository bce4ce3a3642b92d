"""Atoms of deadlines: a day, a month, a quarter, a part of a year, a year, a term of years.

An atom keeps what is printed; its dates come with the year, which may stand further on in the
cell ("Quý I và quý II năm 2024") or only in the plan. What is no date in the calendar (31/02,
month 13, quarter V) is no atom.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractor.language.deadline_words import Tokens

Unit = Literal["daynum", "day", "week", "part", "month", "months", "quarter", "year", "years"]

#: Years before this one are no years of a deadline, nor those this far after the plan.
FIRST_YEAR = 1990
FAR = 50
#: Where one of these follows "năm trước", it is "trước" that goes with them.
BEGUN = frozenset(("UNIT", "NUM", "MONTHSIGN", "HAPPENING"))
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Frame:
    """The years of the plan: what a deadline without a year is read in."""

    first: int | None = None
    last: int | None = None

    def plausible(self, year: int) -> bool:
        """Whether a deadline may fall in `year`."""
        return FIRST_YEAR <= year <= (self.last or 2030) + FAR


@dataclass(slots=True)
class Atom:
    """A stretch from day `d1` of month `m1` to day `d2` of `m2` (0: the month's last day).

    `year` is as printed, `shift` relative to the plan's year (năm trước: -1), both None where no
    year is printed; `until` is the last year of several. `week` counts weeks in month `m1` (-1:
    the last). `first` is its first symbol (set in lists), `stop` the one after it; `precise` says
    that an hour is printed, `before` that a range ends before it ("đến trước ngày …").
    """

    unit: Unit
    stop: int
    m1: int = 1
    d1: int = 1
    m2: int = 12
    d2: int = 0
    year: int | None = None
    until: int | None = None
    shift: int | None = None
    week: int = 0
    precise: bool = False
    first: int = -1
    before: bool = False

    def dated(self) -> bool:
        """Whether a year is printed, as a number or relative to the plan."""
        return self.year is not None or self.shift is not None

    def bounds(self, frame: Frame, year: int | None = None) -> tuple[date, date] | None:
        """First and last day; None where there is no year or no such day in it."""
        first = self.year if self.year is not None else year
        if first is None and frame.first is not None:
            first = frame.first + (self.shift or 0)
        if first is None or not frame.plausible(first):
            return None
        last = first if self.until is None else self.until
        if self.week:
            return _week(first, self.m1, self.week)
        end = month_end(last, self.m2)
        if self.d1 > month_end(first, self.m1) or self.d2 > end:
            return None
        return date(first, self.m1, self.d1), date(last, self.m2, self.d2 or end)


def month_end(year: int, month: int) -> int:
    """The number of days of a month."""
    return 29 if month == 2 and isleap(year) else _DAYS[month]


def _week(year: int, month: int, week: int) -> tuple[date, date] | None:
    """Week `week` of a month, cut to the month; a week belongs to the month of its Thursday.

    >>> _week(2024, 5, 2)
    (datetime.date(2024, 5, 6), datetime.date(2024, 5, 12))
    """
    first, last = date(year, month, 1), date(year, month, month_end(year, month))
    opening, closing = (d + timedelta(days=3 - d.weekday()) for d in (first, last))
    thursday = opening + timedelta(weeks=week - 1 + (opening < first))
    if week < 0:
        thursday = closing - timedelta(weeks=int(closing > last))
    if thursday > last:
        return None
    monday = thursday - timedelta(days=3)
    return max(first, monday), min(last, monday + timedelta(days=6))


def quarter(number: int, stop: int) -> Atom:
    """Quarter 1-4."""
    return Atom("quarter", stop, 3 * number - 2, 1, 3 * number)


def month(number: int, stop: int) -> Atom:
    """Month 1-12."""
    return Atom("month", stop, number, 1, number)


def is_year(t: Tokens, at: int, frame: Frame) -> bool:
    """Whether symbol `at` is a year in four figures that a deadline may fall in."""
    return t.sym[at] == "NUM" and t.figures(at) == 4 and frame.plausible(t.val[at])


def small(t: Tokens, at: int, most: int) -> int:
    """The number at `at`, in one or two figures, from 1 to `most`; else 0."""
    if t.sym[at] == "NUM" and t.figures(at) <= 2 and 1 <= t.val[at] <= most:
        return int(t.val[at])
    return 0


def worded(t: Tokens, at: int, most: int) -> int:
    """The number at `at` in figures, or in words where it is a numeral; 0 where there is none."""
    if t.sym[at] == "NUMBER" and t.val[at] <= most:
        return int(t.val[at])
    return small(t, at, most)


def with_year(t: Tokens, atom: Atom, frame: Frame) -> Atom | None:
    """`atom` with the year printed after it, if one is; None where what follows spoils it."""
    at = atom.stop
    sym = t.sym
    if sym[at] == "OF" or (sym[at] == "," and sym[at + 1] == "UNIT" and t.val[at + 1] == "year"):
        at += 1
    if sym[at] == "(":
        nth = at + 1 + (sym[at + 1] == "UNIT" and t.val[at + 1] == "year")
        if is_year(t, nth, frame) and sym[nth + 1] == ")":
            return fixed(atom, int(t.val[nth]), nth + 2)
    if sym[at] in ("/", "-", ".") and sym[at + 1] == "NUM":
        if is_year(t, at + 1, frame):
            spoilt = sym[at + 2] == "/" and atom.unit == "day"
            return None if spoilt else fixed(atom, int(t.val[at + 1]), at + 2)
        figures = t.figures(at + 1)
        if figures == 2 and sym[at] == "/" and t.val[at + 1] > 12:
            if frame.plausible(2000 + t.val[at + 1]):
                return fixed(atom, 2000 + int(t.val[at + 1]), at + 2)
            return None
        if sym[at] == "/":  # a third part that is no year: no date at all
            return None
        return atom if sym[at] == "-" else None
    if sym[at] == "UNIT" and t.val[at] == "year":
        if sym[at + 1] == "NUM":
            if is_year(t, at + 1, frame):
                return fixed(atom, int(t.val[at + 1]), at + 2)
            return None
        turn = {"BEFORE": -1, "AFTER": 1}.get(sym[at + 1], 0)
        if turn and sym[at + 2] not in BEGUN:
            atom.shift, atom.stop = turn, at + 2
        return atom
    if sym[at] == "THISYEAR":
        atom.shift, atom.stop = int(t.val[at]), at + 1
        return atom
    if is_year(t, at, frame) and sym[at + 1] not in ("/", "UNIT") and at == atom.stop:
        return fixed(atom, int(t.val[at]), at + 1)
    return atom


def fixed(atom: Atom, year: int, stop: int) -> Atom:
    """`atom` with its year, up to symbol `stop`."""
    atom.year, atom.stop = year, stop
    return atom
