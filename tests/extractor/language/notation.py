"""What every deadline must be whatever its words: its notations valid, its days in order."""

import re
from calendar import monthrange
from datetime import date, datetime
from itertools import islice

from dateutil.rrule import rrulestr

from models.deadline import Deadline

#: Quarters and half-years of EDTF, by their first and last month.
PARTS = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}


def _days_of_one(text: str) -> tuple[date, date]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    assert found, f"no EDTF date of a plan: {text!r}"
    year, part, day = (int(x) if x else 0 for x in found.groups())
    first, last = PARTS.get(part, (part, part)) if part else (1, 12)
    return date(year, first, day or 1), date(year, last, day or monthrange(year, last)[1])


def days_of(text: str) -> tuple[date | None, date | None]:
    """First and last day of a notation, ISO 8601-2 as plans need it.

    >>> days_of("2024-33")
    (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    >>> days_of("../2024-11-29")
    (None, datetime.date(2024, 11, 29))
    """
    if text.startswith("{") and text.endswith("}"):
        days = [_days_of_one(end) for one in text[1:-1].split(",") for end in one.split("..")]
        return min(first for first, _ in days), max(last for _, last in days)
    first, _, last = text.partition("/")
    return (
        None if first == ".." else _days_of_one(first)[0],
        None if last == ".." else _days_of_one(last or first)[1],
    )


def check(found: Deadline) -> None:
    first, last = (date.fromisoformat(d) if d else None for d in (found.start, found.end))
    assert first is None or last is None or first <= last
    if found.edtf is not None:
        earliest, latest = days_of(found.edtf)
        assert earliest is None or earliest >= (first or date.min)
        assert latest == last
    if found.due is not None:
        date.fromisoformat(found.due)
    if found.rrule not in (None, "unspecified"):
        start = datetime.combine(first or date(2024, 1, 1), datetime.min.time())
        assert list(islice(rrulestr(str(found.rrule), dtstart=start), 2))
    if found.kind == "none":
        assert (found.start, found.end, found.rrule, found.parts) == (None, None, None, ())
    for part in found.parts:
        check(part)
