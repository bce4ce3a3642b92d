"""The notation reads back what it writes, and nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.language import edtf

_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(_DAYS, _DAYS)
def test_intervals_read_back(one, other):
    first, last = sorted((one, other))
    for pair in ((first, last), (first, first), (None, last), (first, None)):
        written = edtf.interval(*pair)
        assert written is not None
        assert edtf.bounds(written) == pair


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
    assert edtf.interval(first, last) == written


@pytest.mark.parametrize("text", ["", "2024-13", "2024-37", "24", "2024-02-31", "{}", "nay"])
def test_what_is_no_notation(text):
    with pytest.raises(ValueError, match=r".*"):
        edtf.bounds(text)


def test_a_set_is_bounded_by_its_members():
    ends = [(date(2024, 6, 29), date(2024, 6, 29)), (date(2024, 11, 1), date(2024, 11, 30))]
    written = edtf.members(ends)
    assert written == "{2024-06-29,2024-11}"
    assert edtf.bounds(written) == (date(2024, 6, 29), date(2024, 11, 30))
