"""Atoms of deadlines: a day, a month, a quarter, a part of a year, a year, a term of years.

An atom keeps what is printed; its dates come with the year, which may stand further on in the
cell ("Quý I và quý II năm 2024") or only in the plan. What is no date in the calendar (31/02,
month 13, quarter V) is no atom.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractor.language.deadline_words import Tokens

Unit = Literal["daynum", "day", "week", "part", "month", "months", "quarter", "year", "years"]

#: Years before this one are no years of a deadline, nor those this far after the plan.
FIRST_YEAR = 1990
FAR = 50


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
    the last). `stop` is the first symbol after it; `precise` says that an hour is printed.
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
    return monthrange(year, month)[1]


def _week(year: int, month: int, week: int) -> tuple[date, date] | None:
    """Week `week` (Monday to Sunday, the first holds day 1) of a month, cut to the month."""
    first, last = date(year, month, 1), date(year, month, month_end(year, month))
    if week > 0:
        monday = first - timedelta(days=first.weekday()) + timedelta(weeks=week - 1)
    else:
        monday = last - timedelta(days=last.weekday())
    if monday > last:
        return None
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
    if sym[at] in ("/", "-", ".") and sym[at + 1] == "NUM":
        if is_year(t, at + 1, frame):
            return _year(atom, int(t.val[at + 1]), at + 2)
        figures = t.figures(at + 1)
        if figures == 2 and sym[at] == "/" and t.val[at + 1] > 12:
            if frame.plausible(2000 + t.val[at + 1]):
                return _year(atom, 2000 + int(t.val[at + 1]), at + 2)
            return None
        if sym[at] == "/":  # a third part that is no year: no date at all
            return None
        return atom if sym[at] == "-" else None
    if sym[at] == "UNIT" and t.val[at] == "year":
        if sym[at + 1] == "NUM":
            if is_year(t, at + 1, frame):
                return _year(atom, int(t.val[at + 1]), at + 2)
            return None
        turn = {"BEFORE": -1, "AFTER": 1}.get(sym[at + 1], 0)
        if turn and sym[at + 2] not in ("UNIT", "NUM", "MONTHSIGN", "HAPPENING", "HEAD", "WORD"):
            atom.shift, atom.stop = turn, at + 2
        return atom
    if sym[at] == "THISYEAR":
        atom.shift, atom.stop = int(t.val[at]), at + 1
        return atom
    if is_year(t, at, frame) and sym[at + 1] not in ("/", "UNIT") and at == atom.stop:
        return _year(atom, int(t.val[at]), at + 1)
    return atom


def _year(atom: Atom, year: int, stop: int) -> Atom:
    atom.year, atom.stop = year, stop
    return atom


def _day_of_month(t: Tokens, at: int, frame: Frame, named: bool) -> Atom | None:
    """'30/11/2024', '01/3', '15 tháng 6 năm 2024', '8/2024'; `named` after the word ngày."""
    sym, val = t.sym, t.val
    mark = sym[at + 1]
    day = small(t, at, 31)
    if mark in ("/", "-", ".") and sym[at + 2] == "NUM":
        if is_year(t, at + 2, frame) and not named and mark != ".":
            number = small(t, at, 12)
            return _year(month(number, 0), int(val[at + 2]), at + 3) if number else None
        number = small(t, at + 2, 12)
        if not (day and number):
            return None
        atom = Atom("day", at + 3, number, day, number, day)
        if sym[at + 3] == mark and sym[at + 4] == "NUM":
            return _exact(t, with_year(t, atom, frame), frame)
        if mark != "/" and not (named and mark == "."):
            return None
        return _exact(t, with_year(t, atom, frame), frame)
    if mark == "UNIT" and val[at + 1] == "month" and day:
        number = worded(t, at + 2, 12)
        if number and not (sym[at + 2] == "NUM" and t.figures(at + 2) > 2):
            return _exact(
                t, with_year(t, Atom("day", at + 3, number, day, number, day), frame), frame
            )
    return None


def _exact(t: Tokens, atom: Atom | None, frame: Frame) -> Atom | None:
    """`atom` if its day can exist (29 February where no year is known)."""
    if atom is None:
        return None
    year = atom.year if atom.year is not None else 2024
    return atom if atom.d1 <= month_end(year, atom.m1) else None


def _months_of_year(t: Tokens, at: int, frame: Frame) -> Atom | None:
    """'6 tháng đầu năm 2024', '3 tháng cuối năm', '9 tháng năm 2024'."""
    count = small(t, at, 12)
    part = t.val[at + 2] if t.sym[at + 2] == "PART" else None
    if part in ("early", "late"):
        atom = (
            Atom("months", at + 3, 1, 1, count)
            if part == "early"
            else Atom("months", at + 3, 13 - count, 1, 12)
        )
        return _in_year(t, atom, frame, required=count != 6)
    atom = Atom("months", at + 2, 1, 1, count)
    dated = with_year(t, atom, frame)
    return dated if count and dated and dated.year is not None else None


def _in_year(t: Tokens, atom: Atom, frame: Frame, required: bool = True) -> Atom | None:
    """`atom` with 'năm', 'năm 2024', 'năm trước' or '/2024' after it."""
    at = atom.stop
    bare = t.sym[at] == "UNIT" and t.val[at] == "year"
    dated = with_year(t, atom, frame)
    if dated is None or dated.dated():
        return dated
    if bare:
        dated.stop = at + 1
        return dated
    return None if required else dated


def _part(t: Tokens, at: int, frame: Frame) -> Atom | None:
    """'Đầu năm 2024', 'Giữa quý II', 'Cuối tháng 5/2024'; 'nửa đầu năm'."""
    part = t.val[at]
    whole = atom_at(t, at + 1, frame, bare_year=True)
    if whole is None or whole.until is not None or whole.week:
        return None
    third = {"early": 0, "middle": 1, "late": 2}[part]
    stop, year, shift = whole.stop, whole.year, whole.shift
    if whole.unit == "year":
        first, last = ((1, 3), (5, 8), (10, 12))[third]
        return Atom("part", stop, first, 1, last, 0, year, shift=shift)
    if whole.unit == "quarter":
        only = whole.m1 + third
        return Atom("part", stop, only, 1, only, 0, year, shift=shift)
    if whole.unit == "month":
        first, last = ((1, 10), (11, 20), (21, 0))[third]
        return Atom("part", stop, whole.m1, first, whole.m1, last, year, shift=shift)
    return None


def _week_of_month(t: Tokens, at: int, frame: Frame) -> Atom | None:
    """'Tuần thứ 2 tháng 5/2024', 'Tuần 1 của tháng 3', 'Tuần cuối tháng 6'."""
    at += 1 + (t.sym[at + 1] == "ORDINAL")
    if t.sym[at] == "WEEKDAY":  # "thứ 2" reads like Monday
        week = (
            ("MO", "TU", "WE", "TH", "FR").index(t.val[at]) + 2 if t.val[at] in "MOTUWETHFR" else 0
        )
    elif t.sym[at] == "PART" and t.val[at] in ("early", "late"):
        week = 1 if t.val[at] == "early" else -1
    else:
        week = worded(t, at, 6)
    at += 1
    whole = atom_at(t, at + (t.sym[at] == "OF"), frame)
    if not week or whole is None or whole.unit != "month":
        return None
    whole.unit, whole.week = "week", week
    return whole


def _term(t: Tokens, at: int, frame: Frame) -> Atom | None:
    """'Giai đoạn 2021-2025', 'Nhiệm kỳ 2021-2026', 'Năm học 2024-2025'."""
    school = t.sym[at] == "SCHOOLYEAR"
    at += 1 + (t.sym[at + 1] == "UNIT" and t.val[at + 1] == "year")
    if not is_year(t, at, frame) or t.sym[at + 1] not in ("-", "UNTIL", "/"):
        return None
    if not is_year(t, at + 2, frame) or t.val[at + 2] < t.val[at]:
        return None
    first, last = int(t.val[at]), int(t.val[at + 2])
    if school:
        return Atom("years", at + 3, 9, 1, 5, 0, first, last) if last == first + 1 else None
    return Atom("years", at + 3, year=first, until=last)


def atom_at(t: Tokens, at: int, frame: Frame, bare_year: bool = False) -> Atom | None:
    """The atom that starts at symbol `at`. `bare_year`: the word năm alone is the plan's year."""
    sym, val = t.sym[at], t.val[at]
    if sym == "NUM":
        if is_year(t, at, frame):
            return Atom("year", at + 1, year=int(val))
        if t.sym[at + 1] == "UNIT" and t.val[at + 1] == "month" and t.sym[at + 2] != "NUM":
            return _months_of_year(t, at, frame)
        return _day_of_month(t, at, frame, named=False)
    if sym == "UNIT":
        return _named(t, at, frame, bare_year)
    if sym in ("MONTHSIGN", "QUARTERSIGN"):
        number = small(t, at + 1, 12 if sym == "MONTHSIGN" else 4)
        if sym == "QUARTERSIGN" and t.sym[at + 1] == "ROMAN" and t.val[at + 1] <= 4:
            number = int(t.val[at + 1])
        if not number:
            return None
        return with_year(t, (month if sym == "MONTHSIGN" else quarter)(number, at + 2), frame)
    if sym == "QUARTERN":
        return with_year(t, quarter(int(val), at + 1), frame)
    if sym == "PART":
        return _part(t, at, frame)
    if sym == "TENDAYS":
        whole = atom_at(t, at + 1 + (t.sym[at + 1] == "OF"), frame)
        if whole is None or whole.unit != "month":
            return None
        first, last = ((1, 10), (11, 20), (21, 0))[val - 1]
        return Atom(
            "part", whole.stop, whole.m1, first, whole.m1, last, whole.year, None, whole.shift
        )
    if sym == "HALF":
        half = Atom("months", at + 1, 1, 1, 6) if val == 1 else Atom("months", at + 1, 7, 1, 12)
        return _in_year(t, half, frame)
    if sym in ("TERM", "SCHOOLYEAR"):
        return _term(t, at, frame)
    if sym == "THISYEAR":
        return Atom("year", at + 1, shift=int(val))
    if sym == "WHOLE" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "year":
        return _named(t, at + 1, frame, bare_year=True)
    return None


def _named(t: Tokens, at: int, frame: Frame, bare_year: bool) -> Atom | None:
    """An atom that opens with its unit: ngày, tuần, tháng, quý, năm."""
    unit, sym = t.val[at], t.sym
    if unit == "quarter":
        at += 1 + (sym[at + 1] == "ORDINAL")
        number = worded(t, at, 4)
        if sym[at] == "ROMAN" and t.val[at] <= 4:
            number = int(t.val[at])
        elif sym[at] == "|":
            number = 1
        return with_year(t, quarter(number, at + 1), frame) if number else None
    if unit == "month":
        number = worded(t, at + 1, 12)
        if not number and sym[at + 1] == "UNIT" == sym[at + 2] and t.val[at + 1] == "year":
            number = 5 * (t.val[at + 2] == "year")  # tháng năm năm 2024
        return with_year(t, month(number, at + 2), frame) if number else None
    if unit == "day":
        atom = _day_of_month(t, at + 1, frame, named=True)
        if atom is None and small(t, at + 1, 31):
            only = int(t.val[at + 1])
            follows = sym[at + 2]
            if follows not in ("/", ".") and not (follows == "UNIT" and worded(t, at + 3, 99)):
                return Atom("daynum", at + 2, 0, only, 0, only)
        return atom
    if unit == "week":
        return _week_of_month(t, at, frame)
    if unit == "year":
        if is_year(t, at + 1, frame):
            return Atom("year", at + 2, year=int(t.val[at + 1]))
        if sym[at + 1] == "NUM":
            return None
        turn = {"BEFORE": -1, "AFTER": 1}.get(sym[at + 1], 0)
        if turn and sym[at + 2] not in ("UNIT", "NUM", "MONTHSIGN", "HAPPENING", "HEAD", "WORD"):
            return Atom("year", at + 2, shift=turn)
        return Atom("year", at + 1) if bare_year else None
    return None
