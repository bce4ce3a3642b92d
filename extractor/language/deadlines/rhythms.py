"""Rhythms in words: "hằng quý", "6 tháng một lần", "quý, 6 tháng, năm", "thứ Sáu hằng tuần"."""

from extractor.context import Context
from extractor.language.deadlines.clauses import Clause
from extractor.language.deadlines.dates import atom_at, clock, small, worded
from extractor.language.deadlines.notation import every
from extractor.language.deadlines.symbols import Symbols

#: Months in a unit; a week and a day are less than any month.
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHORT = {"week": "FREQ=WEEKLY", "day": "FREQ=DAILY"}
_RHYTHM_MEMBERS = 12
#: After these a unit is no bare unit ("tháng 3", "tháng cuối quý").
_NUMBERED = ("NUM", "ROMAN", "NUMBER", "PART", "ORDINAL", "TIMES", "BEFORE", "AFTER", "|")


def _lasting(t: Symbols, at: int) -> tuple[int, int]:
    """(months, next symbol) of '6 tháng', '03 tháng', '2 năm', 'quý'; (0, at) where none."""
    number = worded(t, at, 99)
    nth = at + 1 if number else at
    day = t.sym[nth + 1 : nth + 4] == ["BEFORE", "UNIT", "NUM"]  # "6 tháng trước ngày 15/6"
    numbered = t.sym[nth + 1] in _NUMBERED and t.sym[nth + 2] != "TIMES" and not day
    if t.sym[nth] == "UNIT" and t.val[nth] in _MONTHS and not numbered:
        return (number or 1) * _MONTHS[t.val[nth]], nth + 1
    return 0, at


def _clause(lo: int, hi: int, rule: str, name: str) -> Clause:
    return Clause("recurring", lo, hi, rrule=rule, rule=name, unit="rhythm")


def rhythm(t: Symbols, at: int, context: Context, alone: bool = False) -> Clause | None:
    """'Hằng quý', 'Quý, 6 tháng, năm', '6 tháng/lần', '02 lần/năm', 'Thứ Sáu hằng tuần'.

    `alone`: a single bare unit counts as well ("định kỳ 6 tháng", "định kỳ quý").
    """
    sym = t.sym[at]
    if sym == "YEARLY":
        return _clause(at, at + 1, "FREQ=YEARLY", "every")
    if sym in ("NUM", "NUMBER"):
        found = _so_often(t, at)
        if found:
            return found
        if sym == "NUM" and t.sym[clock(t, at)] == "WEEKDAY":
            return _weekdays(t, clock(t, at))
    if sym == "WEEKDAY":
        return _weekdays(t, at)
    if sym == "PART":
        return _part_of_each(t, at)
    return _members(t, at, context, alone)


def _so_often(t: Symbols, at: int) -> Clause | None:
    """'6 tháng/lần', '03 tháng một lần', '2 năm/lần'; '02 lần/năm', '1 lần mỗi quý'."""
    sym = t.sym
    number = worded(t, at, 99)
    if not number:
        return None
    if sym[at + 1] == "TIMES":
        nth = at + 2
        if sym[nth] in ("/", "IN", "OF"):
            nth += 1
        while sym[nth] == "EVERY" or worded(t, nth, 1):
            nth += 1
        unit = t.val[nth] if sym[nth] == "UNIT" else ""
        if number == 1 and unit in _SHORT:
            return _clause(at, nth + 1, _SHORT[unit], "times")
        if unit not in _MONTHS:
            return None
        months, rest = divmod(_MONTHS[unit], number)
        return _clause(at, nth + 1, "unspecified" if rest else every(months), "times")
    unit = t.val[at + 1] if sym[at + 1] == "UNIT" else ""
    nth = at + 2 + (sym[at + 2] == "/")
    nth += bool(worded(t, nth, 1))
    if sym[nth] != "TIMES" or nth == at + 1:
        return None
    if unit in _MONTHS:
        return _clause(at, nth + 1, every(number * _MONTHS[unit]), "times")
    if unit in _SHORT:
        rule = _SHORT[unit] + (f";INTERVAL={number}" if number > 1 else "")
        return _clause(at, nth + 1, rule, "times")
    return None


def _part_of_each(t: Symbols, at: int) -> Clause | None:
    """'Cuối mỗi quý', 'đầu hằng tháng': the unit's first or last month, or its last days."""
    part, nth = t.val[at], at + 1 + (t.sym[at + 1] == "OF")
    if t.sym[nth] not in ("EVERY", "MANY") or t.sym[nth + 1] != "UNIT" or part == "middle":
        return None
    unit = t.val[nth + 1]
    if t.sym[nth + 2] in ("NUM", "ROMAN", "NUMBER"):
        return None
    if unit == "quarter":
        months = "3,6,9,12" if part == "late" else "1,4,7,10"
        rule = f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY=-1"
    elif unit == "month" and part == "late":
        rule = "FREQ=MONTHLY;BYMONTHDAY=-1"
    elif unit == "month":
        rule = "FREQ=MONTHLY;BYMONTHDAY=10"
    elif unit == "year":
        rule = f"FREQ=YEARLY;BYMONTH={12 if part == 'late' else 3};BYMONTHDAY=-1"
    else:
        return None
    return _clause(at, nth + 2, rule, "day of each")


def _weekdays(t: Symbols, at: int) -> Clause | None:
    """'Thứ Sáu hằng tuần', 'thứ Hai, thứ Năm hằng tuần', 'thứ 2, 4, 6 hằng tuần'."""
    names = {2: "MO", 3: "TU", 4: "WE", 5: "TH", 6: "FR", 7: "SA"}
    days = [t.val[at]]
    nth = at + 1
    while t.sym[nth] in (",", "AND", "OR") and len(days) < 7:
        number = small(t, nth + 1, 7)
        if t.sym[nth + 1] == "WEEKDAY":
            days.append(t.val[nth + 1])
        elif number in names:
            days.append(names[number])
        else:
            break
        nth += 2
    nth += t.sym[nth] == "OF"
    if t.sym[nth] == "EVERY" and t.sym[nth + 1] == "UNIT" and t.val[nth + 1] == "week":
        order = [d for d in ("MO", "TU", "WE", "TH", "FR", "SA", "SU") if d in days]
        return _clause(at, nth + 2, f"FREQ=WEEKLY;BYDAY={','.join(order)}", "weekday")
    return None


def _member(t: Symbols, at: int, context: Context) -> tuple[float, int, bool]:
    """(months, next symbol, bare) of one member of a row of units; months 0 where none."""
    sym, val = t.sym, t.val
    if sym[at] == "EVERY":
        if sym[at + 1] == "UNIT" and val[at + 1] in ("day", "week"):
            return (1 / 30 if val[at + 1] == "day" else 7 / 30), at + 2, True
        at += 1
    elif sym[at] == "WHOLE":
        year = sym[at + 1] == "UNIT" and val[at + 1] == "year"
        return (12, at + 2, True) if year else (0, at, False)
    months, stop = _lasting(t, at)
    if months:
        return months, stop, True
    atom = atom_at(t, at, context)
    if atom is None or atom.unit not in ("quarter", "months") or atom.dated():
        return 0, at, False
    if sym[atom.stop] == "EVERY":
        return 0, at, False
    return (3 if atom.unit == "quarter" else atom.m2 - atom.m1 + 1), atom.stop, False


def _members(t: Symbols, at: int, context: Context, alone: bool) -> Clause | None:
    """A row of units: the shortest one is the rhythm (four papers a year: quý, 6 tháng, năm)."""
    shortest, bare, count, named = 99.0, 0, 0, False
    nth = at
    while count < _RHYTHM_MEMBERS:
        months, stop, plain = _member(t, nth, context)
        if not months or (named and not plain):
            break
        repeated = t.sym[nth] == "EVERY"
        shortest = min(shortest, 3 if months == 9 else months)
        named, bare, count = named or repeated, bare + plain, count + 1
        number = worded(t, stop, 99) if repeated and t.sym[stop + 1] == "TIMES" else 0
        if number > 1:
            share, rest = divmod(int(shortest), number)
            rule = every(share) if shortest >= 1 and not rest else "unspecified"
            return _clause(at, stop + 2, rule, "times")
        per = repeated and t.sym[stop : stop + 2] == ["/", "TIMES"]
        last = nth = stop + 2 * (number == 1 or per)
        if t.sym[nth] in (",", "/", "-", "AND", "OR", "+"):
            nth += 1 + (t.sym[nth + 1] in ("AND", "OR"))
            skipped = 0
            while t.sym[nth] in ("FILL", "HEAD") and skipped < 3:
                nth, skipped = nth + 1, skipped + 1
        if nth == last or not _member(t, nth, context)[0]:
            nth = last
            break
    alone = alone or (t.sym[nth] == "(" and t.sym[nth + 1] in ("BEFORE", "BY", "UNTIL"))
    if not count or not (named or (bare and (count > 1 or alone))):
        return None
    name = "every" if named and count == 1 else "rhythm"
    if shortest < 1:
        rule = "FREQ=DAILY" if shortest < 3 / 30 else "FREQ=WEEKLY"
        return _clause(at, nth, rule, name)
    return _clause(at, nth, every(int(shortest)), name)
