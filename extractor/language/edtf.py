"""EDTF level 2 (ISO 8601-2) for the stretches of time that plans use.

Years, quarters (33-36), half-years (40, 41), months, days, closed and open intervals, sets.
"""

import re
from collections.abc import Sequence
from datetime import date

from extractor.language.deadline_atoms import month_end

_ONE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
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


def _bounds_of_one(text: str) -> tuple[date, date]:
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError(f"no EDTF date of a plan: {text!r}")
    year, part, day = (int(x) if x else None for x in found.groups())
    assert year is not None
    if part is None:
        return date(year, 1, 1), date(year, 12, 31)
    if part in _PARTS:
        first, last = _PARTS[part]
        return date(year, first, 1), date(year, last, month_end(year, last))
    if not 1 <= part <= 12:
        raise ValueError(f"no month, quarter or half-year: {text!r}")
    if day is None:
        return date(year, part, 1), date(year, part, month_end(year, part))
    return date(year, part, day), date(year, part, day)


def bounds(text: str) -> tuple[date | None, date | None]:
    """First and last day of a notation that `interval` or `members` wrote; ValueError else.

    >>> bounds("2024-33")
    (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    >>> bounds("../2024-11-29")
    (None, datetime.date(2024, 11, 29))
    """
    if text.startswith("{") and text.endswith("}"):
        pairs = [
            (_bounds_of_one(one.split("..")[0])[0], _bounds_of_one(one.split("..")[-1])[1])
            for one in text[1:-1].split(",")
        ]
        return min(a for a, _ in pairs), max(b for _, b in pairs)
    if "/" not in text:
        return _bounds_of_one(text)
    first, last = text.split("/", 1)
    return (
        None if first == ".." else _bounds_of_one(first)[0],
        None if last == ".." else _bounds_of_one(last)[1],
    )
