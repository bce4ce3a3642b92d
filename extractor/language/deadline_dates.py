"""The atoms that a cell prints: dates, months, quarters, parts of a year, terms of years."""

from extractor.language.deadline_atoms import (
    BEGUN,
    Atom,
    Frame,
    fixed,
    is_year,
    month,
    month_end,
    quarter,
    small,
    with_year,
    worded,
)
from extractor.language.deadline_words import Tokens


def _day_of_month(t: Tokens, at: int, frame: Frame, named: bool) -> Atom | None:
    """'30/11/2024', '01/3', '15 tháng 6 năm 2024', '8/2024'; `named` after the word ngày."""
    sym, val = t.sym, t.val
    mark = sym[at + 1]
    day = small(t, at, 31)
    if mark in ("/", "-", ".") and sym[at + 2] == "NUM":
        if is_year(t, at + 2, frame) and not named and mark != ".":
            if sym[at + 3] == "/":  # 10/2025/NĐ-CP
                return None
            number = small(t, at, 12)
            return fixed(month(number, 0), int(val[at + 2]), at + 3) if number else None
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
    found = with_year(t, atom, frame)
    return found if count and found and found.year is not None else None


def _in_year(t: Tokens, atom: Atom, frame: Frame, required: bool = True) -> Atom | None:
    """`atom` with 'năm', 'năm 2024', 'năm trước' or '/2024' after it."""
    at = atom.stop
    bare = t.sym[at] == "UNIT" and t.val[at] == "year"
    found = with_year(t, atom, frame)
    if found is None or found.dated():
        return found
    if bare:
        found.stop = at + 1
        return found
    return None if required else found


def _part(t: Tokens, at: int, frame: Frame) -> Atom | None:
    """'Đầu năm 2024', 'Giữa quý II', 'Cuối tháng 5/2024'; 'nửa đầu năm'."""
    part = t.val[at]
    if t.sym[at + 1] not in ("UNIT", "QUARTERSIGN", "QUARTERN", "MONTHSIGN"):
        return None
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
    at += t.sym[at] == "OF"
    month_next = t.sym[at] == "UNIT" and t.val[at] == "month"
    whole = _named(t, at, frame, bare_year=False) if month_next else None
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


def _days_of_month(t: Tokens, at: int, days: tuple[int, int], frame: Frame) -> Atom | None:
    """The days `days` (first, last) of the month that stands at `at`, with or without của."""
    at += t.sym[at] == "OF"
    whole = _named(t, at, frame, bare_year=False) if t.sym[at] == "UNIT" else None
    if whole is None or whole.unit != "month":
        return None
    whole.unit, (whole.d1, whole.d2) = "part", days
    return whole


def atom_at(t: Tokens, at: int, frame: Frame, bare_year: bool = False) -> Atom | None:
    """The atom that starts at symbol `at`. `bare_year`: the word năm alone is the plan's year."""
    sym, val = t.sym[at], t.val[at]
    if sym == "NUM":
        if is_year(t, at, frame):
            return Atom("year", at + 1, year=int(val))
        if t.sym[at + 1] == "UNIT" and t.val[at + 1] == "month" and t.sym[at + 2] != "NUM":
            return _months_of_year(t, at, frame)
        opens_range = t.sym[at + 1 : at + 4] == ["-", "NUM", "/"] and small(t, at + 4, 12)
        if opens_range and small(t, at, 31):  # 10-15/3
            return Atom("daynum", at + 1, 0, int(val), 0, int(val))
        return _day_of_month(t, at, frame, named=False)
    if sym == "UNIT":
        return _named(t, at, frame, bare_year)
    if sym in ("MONTHSIGN", "QUARTERSIGN"):
        at += t.sym[at + 1] == "."
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
        return _days_of_month(t, at + 1, ((1, 10), (11, 20), (21, 0))[val - 1], frame)
    if sym == "HALF" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "month":
        return _days_of_month(t, at + 1, ((1, 15), (16, 0))[val - 1], frame)
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
        elif sym[at] == "WEEKDAY":  # quý thứ tư
            number = {"MO": 2, "TU": 3, "WE": 4}.get(t.val[at], 0)
        return with_year(t, quarter(number, at + 1), frame) if number else None
    if unit == "month":
        number = worded(t, at + 1, 12)
        if not number and sym[at + 1] == "UNIT" == sym[at + 2] and t.val[at + 1] == "year":
            number = 5 * (t.val[at + 2] == "year")  # tháng năm năm 2024
        return with_year(t, month(number, at + 2), frame) if number else None
    if unit in ("day", "bday") and sym[at + 1] == "PART" and t.val[at + 1] == "late":
        return Atom("daynum", at + 2, 0, -1, 0, -1) if unit == "day" else None
    if unit == "day":
        atom = _day_of_month(t, at + 1, frame, named=True)
        if atom is None and small(t, at + 1, 31):
            only = int(t.val[at + 1])
            follows = sym[at + 2]
            goes_on = follows in ("/", ".", "UNIT") and worded(t, at + 3, 99)
            if not goes_on:
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
        if turn and sym[at + 2] not in BEGUN:
            return Atom("year", at + 2, shift=turn)
        return Atom("year", at + 1) if bare_year else None
    return None


def clock(t: Tokens, at: int) -> int:
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
    return at
