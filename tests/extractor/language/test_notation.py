"""The notation reads back what it writes, and nothing else."""

import re
from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.language.deadlines.notation import interval, members

_ONE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PARTS = {33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12), 40: (1, 6), 41: (7, 12)}


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
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    if not 1 <= part <= 12:
        raise ValueError(f"no month, quarter or half-year: {text!r}")
    if day is None:
        return date(year, part, 1), date(year, part, monthrange(year, part)[1])
    return date(year, part, day), date(year, part, day)


def days_of(text: str) -> tuple[date | None, date | None]:
    """First and last day of a notation that `interval` or `members` wrote; ValueError else.

    >>> days_of("2024-33")
    (datetime.date(2024, 1, 1), datetime.date(2024, 3, 31))
    >>> days_of("../2024-11-29")
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


_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(_DAYS, _DAYS)
def test_intervals_read_back(one, other):
    first, last = sorted((one, other))
    for pair in ((first, last), (first, first), (None, last), (first, None)):
        written = interval(*pair)
        assert written is not None
        assert days_of(written) == pair


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2024, 1, 1), date(2024, 6, 30), "2024-40"),
        (date(2024, 7, 1), date(2024, 12, 31), "2024-41"),
        (date(2024, 4, 1), date(2024, 6, 30), "2024-34"),
        (date(2024, 4, 1), date(2024, 9, 30), "2024-34/2024-35"),
        (date(2024, 3, 1), date(2024, 6, 30), "2024-03/2024-06"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
        (date(2024, 5, 11), date(2024, 5, 20), "2024-05-11/2024-05-20"),
        (date(2025, 1, 1), None, "2025/.."),
        (None, None, None),
    ],
)
def test_interval(first, last, written):
    assert interval(first, last) == written


@pytest.mark.parametrize("text", ["", "2024-13", "2024-37", "24", "2024-02-31", "{}", "nay"])
def test_what_is_no_notation(text):
    with pytest.raises(ValueError, match=r".*"):
        days_of(text)


def test_a_set_is_bounded_by_its_members():
    ends = [(date(2024, 6, 29), date(2024, 6, 29)), (date(2024, 11, 1), date(2024, 11, 30))]
    written = members(ends)
    assert written == "{2024-06-29,2024-11}"
    assert days_of(written) == (date(2024, 6, 29), date(2024, 11, 30))
