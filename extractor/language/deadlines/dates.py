"""Dates as printed: a day, a month, a quarter, a part of a year, a year, a term of years.

An atom keeps what is printed; its dates come with the year, which may stand further on in the
cell ("Quý I và quý II năm 2024") or only in the plan. What is no date in the calendar (31/02,
month 13, quarter V) is no atom.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractor.context import Context
from extractor.language.deadlines.symbols import Symbols

Unit = Literal["daynum", "day", "week", "part", "month", "months", "quarter", "year", "years"]

#: Years before this one are no years of a deadline, nor those this far after the plan.
FIRST_YEAR = 1990
FAR = 50
#: Where one of these follows "năm trước", it is "trước" that goes with them.
BEGUN = frozenset(("UNIT", "NUM", "MONTHSIGN", "HAPPENING"))
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def plausible(year: int, context: Context) -> bool:
    """Whether a deadline of the plan may fall in `year`."""
    return FIRST_YEAR <= year <= (context.last_year or 2030) + FAR


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

    def bounds(self, context: Context, year: int | None = None) -> tuple[date, date] | None:
        """First and last day; None where there is no year or no such day in it."""
        first = self.year if self.year is not None else year
        if first is None and context.first_year is not None:
            first = context.first_year + (self.shift or 0)
        if first is None or not plausible(first, context):
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


def is_year(t: Symbols, at: int, context: Context) -> bool:
    """Whether symbol `at` is a year in four figures that a deadline may fall in."""
    return t.sym[at] == "NUM" and t.figures(at) == 4 and plausible(t.val[at], context)


def small(t: Symbols, at: int, most: int) -> int:
    """The number at `at`, in one or two figures, from 1 to `most`; else 0."""
    if t.sym[at] == "NUM" and t.figures(at) <= 2 and 1 <= t.val[at] <= most:
        return int(t.val[at])
    return 0


def worded(t: Symbols, at: int, most: int) -> int:
    """The number at `at` in figures, or in words where it is a numeral; 0 where there is none."""
    if t.sym[at] == "NUMBER" and t.val[at] <= most:
        return int(t.val[at])
    return small(t, at, most)


def with_year(t: Symbols, atom: Atom, context: Context) -> Atom | None:
    """`atom` with the year printed after it, if one is; None where what follows spoils it."""
    at = atom.stop
    sym = t.sym
    if sym[at] == "OF" or (sym[at] == "," and sym[at + 1] == "UNIT" and t.val[at + 1] == "year"):
        at += 1
    if sym[at] == "(":
        nth = at + 1 + (sym[at + 1] == "UNIT" and t.val[at + 1] == "year")
        if is_year(t, nth, context) and sym[nth + 1] == ")":
            return fixed(atom, int(t.val[nth]), nth + 2)
    if sym[at] in ("/", "-", ".") and sym[at + 1] == "NUM":
        if is_year(t, at + 1, context):
            spoilt = sym[at + 2] == "/" and atom.unit == "day"
            return None if spoilt else fixed(atom, int(t.val[at + 1]), at + 2)
        figures = t.figures(at + 1)
        if figures == 2 and sym[at] == "/" and t.val[at + 1] > 12:
            if plausible(2000 + t.val[at + 1], context):
                return fixed(atom, 2000 + int(t.val[at + 1]), at + 2)
            return None
        if sym[at] == "/":  # a third part that is no year: no date at all
            return None
        return atom if sym[at] == "-" else None
    if sym[at] == "UNIT" and t.val[at] == "year":
        if sym[at + 1] == "NUM":
            if is_year(t, at + 1, context):
                return fixed(atom, int(t.val[at + 1]), at + 2)
            return None
        turn = {"BEFORE": -1, "AFTER": 1}.get(sym[at + 1], 0)
        if turn and sym[at + 2] not in BEGUN:
            atom.shift, atom.stop = turn, at + 2
        return atom
    if sym[at] == "THISYEAR":
        atom.shift, atom.stop = int(t.val[at]), at + 1
        return atom
    if is_year(t, at, context) and sym[at + 1] not in ("/", "UNIT") and at == atom.stop:
        return fixed(atom, int(t.val[at]), at + 1)
    return atom


def fixed(atom: Atom, year: int, stop: int) -> Atom:
    """`atom` with its year, up to symbol `stop`."""
    atom.year, atom.stop = year, stop
    return atom


def _day_of_month(t: Symbols, at: int, context: Context, named: bool) -> Atom | None:
    """'30/11/2024', '01/3', '15 tháng 6 năm 2024', '8/2024'; `named` after the word ngày."""
    sym, val = t.sym, t.val
    mark = sym[at + 1]
    day = small(t, at, 31)
    if mark in ("/", "-", ".") and sym[at + 2] == "NUM":
        if is_year(t, at + 2, context) and not named and mark != ".":
            if sym[at + 3] == "/":  # 10/2025/NĐ-CP
                return None
            number = small(t, at, 12)
            return fixed(month(number, 0), int(val[at + 2]), at + 3) if number else None
        number = small(t, at + 2, 12)
        if not (day and number):
            return None
        atom = Atom("day", at + 3, number, day, number, day)
        if sym[at + 3] == mark and sym[at + 4] == "NUM":
            return _exact(t, with_year(t, atom, context), context)
        if mark != "/" and not (named and mark == "."):
            return None
        return _exact(t, with_year(t, atom, context), context)
    if mark == "UNIT" and val[at + 1] == "month" and day:
        number = worded(t, at + 2, 12)
        if number and not (sym[at + 2] == "NUM" and t.figures(at + 2) > 2):
            return _exact(
                t, with_year(t, Atom("day", at + 3, number, day, number, day), context), context
            )
    return None


def _exact(t: Symbols, atom: Atom | None, context: Context) -> Atom | None:
    """`atom` if its day can exist (29 February where no year is known)."""
    if atom is None:
        return None
    year = atom.year if atom.year is not None else 2024
    return atom if atom.d1 <= month_end(year, atom.m1) else None


def _months_of_year(t: Symbols, at: int, context: Context) -> Atom | None:
    """'6 tháng đầu năm 2024', '3 tháng cuối năm', '9 tháng năm 2024'."""
    count = small(t, at, 12)
    part = t.val[at + 2] if t.sym[at + 2] == "PART" else None
    if part in ("early", "late"):
        atom = (
            Atom("months", at + 3, 1, 1, count)
            if part == "early"
            else Atom("months", at + 3, 13 - count, 1, 12)
        )
        return _in_year(t, atom, context, required=count != 6)
    atom = Atom("months", at + 2, 1, 1, count)
    found = with_year(t, atom, context)
    return found if count and found and found.year is not None else None


def _first_days(t: Symbols, at: int, context: Context) -> Atom | None:
    """'15 ngày đầu tháng 6', '10 ngày cuối tháng 5/2024'."""
    count, part = small(t, at, 27), t.val[at + 2]
    if count and part == "early":
        return _days_of_month(t, at + 3, (1, count), context)
    whole = atom_at(t, at + 3, context) if count and part == "late" else None
    if whole is None or whole.unit != "month":
        return None
    bounds = whole.bounds(context)
    last = bounds[1].day if bounds else month_end(2024, whole.m1)
    return _days_of_month(t, at + 3, (last - count + 1, 0), context)


def _in_year(t: Symbols, atom: Atom, context: Context, required: bool = True) -> Atom | None:
    """`atom` with 'năm', 'năm 2024', 'năm trước' or '/2024' after it."""
    at = atom.stop
    bare = t.sym[at] == "UNIT" and t.val[at] == "year"
    found = with_year(t, atom, context)
    if found is None or found.dated():
        return found
    if bare:
        found.stop = at + 1
        return found
    return None if required else found


def _part(t: Symbols, at: int, context: Context) -> Atom | None:
    """'Đầu năm 2024', 'Giữa quý II', 'Cuối tháng 5/2024'; 'nửa đầu năm'."""
    part = t.val[at]
    if t.sym[at + 1] not in ("UNIT", "QUARTERSIGN", "QUARTERN", "MONTHSIGN"):
        return None
    whole = atom_at(t, at + 1, context, bare_year=True)
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


def _week_of_month(t: Symbols, at: int, context: Context) -> Atom | None:
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
    at += t.sym[at] == "OF"
    month_next = t.sym[at] == "UNIT" and t.val[at] == "month"
    whole = _named(t, at, context, bare_year=False) if month_next else None
    if not week or whole is None or whole.unit != "month":
        return None
    whole.unit, whole.week = "week", week
    return whole


def _term(t: Symbols, at: int, context: Context) -> Atom | None:
    """'Giai đoạn 2021-2025', 'Nhiệm kỳ 2021-2026', 'Năm học 2024-2025'."""
    school = t.sym[at] == "SCHOOLYEAR"
    at += 1 + (t.sym[at + 1] == "UNIT" and t.val[at + 1] == "year")
    if not is_year(t, at, context) or t.sym[at + 1] not in ("-", "UNTIL", "/"):
        return None
    if not is_year(t, at + 2, context) or t.val[at + 2] < t.val[at]:
        return None
    first, last = int(t.val[at]), int(t.val[at + 2])
    if school:
        return Atom("years", at + 3, 9, 1, 5, 0, first, last) if last == first + 1 else None
    return Atom("years", at + 3, year=first, until=last)


def _semester(t: Symbols, at: int, context: Context) -> Atom | None:
    """'Học kỳ I năm học 2025-2026': it ends before 18 January, the second goes on from there.

    So say the frames of Bộ Giáo dục và Đào tạo for the school years from 2024 on.
    """
    roman = t.sym[at + 1] == "ROMAN"
    number = int(t.val[at + 1]) if roman else worded(t, at + 1, 2)
    at += 2 + (t.sym[at + 2] in ("OF", ",", "-"))
    year = _term(t, at, context) if number in (1, 2) and t.sym[at] == "SCHOOLYEAR" else None
    if year is None:
        return None
    if number == 1:
        year.m2, year.d2 = 1, 17
    else:
        year.m1, year.d1, year.year = 1, 18, year.until
    return year


def _days_of_month(t: Symbols, at: int, days: tuple[int, int], context: Context) -> Atom | None:
    """The days `days` (first, last) of the month that stands at `at`, with or without của."""
    at += t.sym[at] == "OF"
    whole = _named(t, at, context, bare_year=False) if t.sym[at] == "UNIT" else None
    if whole is None or whole.unit != "month":
        return None
    whole.unit, (whole.d1, whole.d2) = "part", days
    return whole


def atom_at(t: Symbols, at: int, context: Context, bare_year: bool = False) -> Atom | None:
    """The atom that starts at symbol `at`. `bare_year`: the word năm alone is the plan's year."""
    sym, val = t.sym[at], t.val[at]
    if sym == "NUM":
        if is_year(t, at, context):
            return Atom("year", at + 1, year=int(val))
        if t.sym[at + 1] == "UNIT" and t.val[at + 1] == "month" and t.sym[at + 2] != "NUM":
            return _months_of_year(t, at, context)
        if t.sym[at + 1 : at + 3] == ["UNIT", "PART"] and t.val[at + 1] == "day":
            return _first_days(t, at, context)
        opens_range = t.sym[at + 1 : at + 4] == ["-", "NUM", "/"] and small(t, at + 4, 12)
        if opens_range and small(t, at, 31):  # 10-15/3
            return Atom("daynum", at + 1, 0, int(val), 0, int(val))
        return _day_of_month(t, at, context, named=False)
    if sym == "UNIT":
        return _named(t, at, context, bare_year)
    if sym in ("MONTHSIGN", "QUARTERSIGN"):
        at += t.sym[at + 1] == "."
        number = small(t, at + 1, 12 if sym == "MONTHSIGN" else 4)
        if sym == "QUARTERSIGN" and t.sym[at + 1] == "ROMAN" and t.val[at + 1] <= 4:
            number = int(t.val[at + 1])
        if not number:
            return None
        return with_year(t, (month if sym == "MONTHSIGN" else quarter)(number, at + 2), context)
    if sym == "QUARTERN":
        return with_year(t, quarter(int(val), at + 1), context)
    if sym == "PART":
        return _part(t, at, context)
    if sym == "TENDAYS":
        return _days_of_month(t, at + 1, ((1, 10), (11, 20), (21, 0))[val - 1], context)
    if sym == "HALF" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "month":
        return _days_of_month(t, at + 1, ((1, 15), (16, 0))[val - 1], context)
    if sym == "HALF":
        half = Atom("months", at + 1, 1, 1, 6) if val == 1 else Atom("months", at + 1, 7, 1, 12)
        return _in_year(t, half, context)
    if sym in ("TERM", "SCHOOLYEAR"):
        return _term(t, at, context)
    if sym == "SEMESTER":
        return _semester(t, at, context)
    if sym == "THISYEAR":
        return Atom("year", at + 1, shift=int(val))
    if sym == "WHOLE" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "year":
        return _named(t, at + 1, context, bare_year=True)
    return None


def _named(t: Symbols, at: int, context: Context, bare_year: bool) -> Atom | None:
    """An atom that opens with its unit: ngày, tuần, tháng, quý, năm."""
    unit, sym = t.val[at], t.sym
    if unit == "quarter":
        at += 1 + (sym[at + 1] == "ORDINAL")
        number = worded(t, at, 4)
        if sym[at] == "ROMAN" and t.val[at] <= 4:
            number = int(t.val[at])
        elif sym[at] == "|":
            number = 1
        elif sym[at] == "WEEKDAY":  # quý thứ tư
            number = {"MO": 2, "TU": 3, "WE": 4}.get(t.val[at], 0)
        return with_year(t, quarter(number, at + 1), context) if number else None
    if unit == "month":
        number = worded(t, at + 1, 12)
        if not number and sym[at + 1] == "UNIT" == sym[at + 2] and t.val[at + 1] == "year":
            number = 5 * (t.val[at + 2] == "year")  # tháng năm năm 2024
        return with_year(t, month(number, at + 2), context) if number else None
    if unit in ("day", "bday") and sym[at + 1] == "PART" and t.val[at + 1] == "late":
        return Atom("daynum", at + 2, 0, -1, 0, -1) if unit == "day" else None
    if unit == "day":
        atom = _day_of_month(t, at + 1, context, named=True)
        if atom is None and small(t, at + 1, 31):
            only = int(t.val[at + 1])
            follows = sym[at + 2]
            goes_on = follows in ("/", ".", "UNIT") and worded(t, at + 3, 99)
            if not goes_on:
                return Atom("daynum", at + 2, 0, only, 0, only)
        return atom
    if unit == "week":
        return _week_of_month(t, at, context)
    if unit == "year":
        if is_year(t, at + 1, context):
            return Atom("year", at + 2, year=int(t.val[at + 1]))
        if sym[at + 1] == "NUM":
            return None
        turn = {"BEFORE": -1, "AFTER": 1}.get(sym[at + 1], 0)
        if turn and sym[at + 2] not in BEGUN:
            return Atom("year", at + 2, shift=turn)
        return Atom("year", at + 1) if bare_year else None
    return None


def clock(t: Symbols, at: int) -> int:
    """The symbol after an hour ('17 giờ 00', '13h30', '9g', '16:30'); `at` where none is."""
    if t.sym[at] == "NUM" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "hour":
        if not 0 <= t.val[at] <= 24:
            return at
        at += 2
        if t.sym[at] == "NUM" and t.figures(at) == 2 and 0 <= t.val[at] < 60:
            at += 1 + (t.sym[at + 1] == "UNIT" and t.val[at + 1] == "minute")
        at += t.sym[at] in (",", "FILL", "OF")
    elif t.sym[at : at + 3] == ["NUM", ":", "NUM"] and t.figures(at + 2) == 2:
        at += 3 * (0 <= t.val[at] <= 24 and 0 <= t.val[at + 2] < 60)
        at += t.sym[at] == ","
    return at


def hours(t: Symbols, at: int) -> tuple[int, bool]:
    """The symbol after an hour or a span of hours ('7h30 - 11h30'), and whether it is a span."""
    first = clock(t, at)
    if t.sym[first] not in ("-", "UNTIL") or first == at:
        return first, False
    last = clock(t, first + 1)
    return (last, True) if last > first + 1 else (first, False)
