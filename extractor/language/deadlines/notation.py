"""How deadlines are written: stretches in EDTF level 2 (ISO 8601-2), rhythms in RFC 5545.

EDTF: years, quarters (33-36), half-years (40, 41), months, days, closed and open intervals, sets.
RFC 5545: every so many months, days that come back every year.
"""

from collections.abc import Sequence
from datetime import date

from extractor.language.deadlines.dates import Atom, month_end

_PARTS = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}


def _coarse(first: date, last: date) -> str | None:
    """The name of a year, half-year, quarter, month or day, where the stretch is just that."""
    if first == last:
        return first.isoformat()
    if first.year != last.year or first.day != 1 or last.day != month_end(last.year, last.month):
        return None
    if first.month == last.month:
        return f"{first.year}-{first.month:02d}"
    if (first.month, last.month) == (1, 12):
        return str(first.year)
    for number, months in _PARTS.items():
        if months == (first.month, last.month):
            return f"{first.year}-{number}"
    return None


def _pair(first: date, last: date) -> str:
    """An interval, its ends as coarse as they may be."""
    if last.day == month_end(last.year, last.month) and first.day == 1:
        if (first.month, last.month) == (1, 12):
            return f"{first.year}/{last.year}"
        if first.month % 3 == 1 and last.month % 3 == 0:
            return f"{first.year}-{first.month // 3 + 33}/{last.year}-{last.month // 3 + 32}"
        return f"{first.year}-{first.month:02d}/{last.year}-{last.month:02d}"
    return f"{first.isoformat()}/{last.isoformat()}"


def interval(first: date | None, last: date | None) -> str | None:
    """The notation for a stretch; None as an end is open.

    >>> interval(date(2022, 10, 1), date(2022, 12, 31)), interval(None, date(2024, 11, 29))
    ('2022-36', '../2024-11-29')
    >>> interval(date(2021, 1, 1), date(2025, 12, 31)), interval(date(2024, 3, 15), None)
    ('2021/2025', '2024-03-15/..')
    """
    if first is None and last is None:
        return None
    if first is None:
        return f"../{last}"
    if last is None:
        month = first.isoformat() if first.day > 1 else first.isoformat()[:7]
        return f"{first.year if first.month == first.day == 1 else month}/.."
    return _coarse(first, last) or _pair(first, last)


def members(stretches: Sequence[tuple[date, date]]) -> str:
    """A set: all of several stretches.

    >>> members([(date(2024, 6, 1), date(2024, 6, 30)), (date(2024, 12, 1), date(2024, 12, 31))])
    '{2024-06,2024-12}'
    """
    names = [_coarse(a, b) or f"{a.isoformat()}..{b.isoformat()}" for a, b in stretches]
    return "{" + ",".join(dict.fromkeys(names)) + "}"


def every(months: int) -> str:
    """The rule for "every so many months".

    >>> every(3), every(12), every(24), every(1)
    ('FREQ=MONTHLY;INTERVAL=3', 'FREQ=YEARLY', 'FREQ=YEARLY;INTERVAL=2', 'FREQ=MONTHLY')
    """
    if months % 12 == 0:
        return "FREQ=YEARLY" if months == 12 else f"FREQ=YEARLY;INTERVAL={months // 12}"
    return "FREQ=MONTHLY" if months == 1 else f"FREQ=MONTHLY;INTERVAL={months}"


def months_of(rule: str) -> float:
    """How many months lie between two turns of a rule without days; a month of 30 days.

    >>> months_of("FREQ=MONTHLY;INTERVAL=3"), months_of("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1")
    (3.0, 6.0)
    """
    parts = dict(piece.split("=", 1) for piece in rule.split(";"))
    base = {"DAILY": 1 / 30, "WEEKLY": 7 / 30, "MONTHLY": 1.0, "YEARLY": 12.0}[parts["FREQ"]]
    turns = len(parts.get("BYMONTH", "1").split(","))
    return base * int(parts.get("INTERVAL", "1")) / turns


def yearly(days: Sequence[tuple[int, int]]) -> str:
    """The rule for days (month, day) that come back every year; day -1 is the month's last.

    >>> yearly([(6, 29), (11, 29)]), yearly([(6, 30), (12, 31)])
    ('FREQ=YEARLY;BYMONTH=6,11;BYMONTHDAY=29', 'FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1')
    >>> yearly([(6, 25), (12, 15)])
    'FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15,25;BYSETPOS=2,3'
    """
    days = sorted(set(days))
    if len(days) > 1 and all(d == -1 or d == month_end(2023, m) for m, d in days):
        days = [(m, -1) for m, _ in days]
    months = sorted({m for m, _ in days})
    numbers = sorted({d if d > 0 else 99 for _, d in days})
    rule = f"FREQ=YEARLY;BYMONTH={_list(months)};BYMONTHDAY={_list(numbers).replace('99', '-1')}"
    product = [(m, d) for m in months for d in numbers]
    if len(product) == len(days):
        return rule
    wanted = {(m, d if d > 0 else 99) for m, d in days}
    possible = [(m, d) for m, d in product if d == 99 or d <= month_end(2024, m)]
    return rule + f";BYSETPOS={_list([n for n, x in enumerate(possible, 1) if x in wanted])}"


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def day_before(month: int, day: int) -> tuple[int, int]:
    """The day before (month, day) in every year: -1 for the last day of a month."""
    if day > 1:
        return month, day - 1
    before = (month - 2) % 12 + 1
    return before, -1 if before == 2 else month_end(2023, before)


def turns(atoms: Sequence[Atom], relation: str) -> str:
    """The yearly rule for days or, by their last days, months and quarters."""
    days = []
    for atom in atoms:
        if relation == "BEFORE":
            days.append(day_before(atom.m1, atom.d1))
        else:
            days.append((atom.m2, atom.d2 or -1))
    return yearly(days)
