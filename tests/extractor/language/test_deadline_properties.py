"""Any text gives a valid deadline, in time in proportion to its length; printed forms read back."""

import sys
from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.tables import rows, several
from extractor.language.deadlines import find_deadlines, read_deadline
from models.deadline import Deadline
from tests.extractor.language.test_notation import days_of

_WORDS = [w for row in rows("deadline_words") for w in several(row["words"])]
_NUMBERS = ["1", "2", "06", "15", "30", "31", "2024", "2025", "20222025", "I", "IV", "99999"]
_MARKS = ["/", "-", ",", ";", ".", "(", ")", ":", "\n", "\n- ", " ", "%", '"']
_CELLS = st.lists(st.sampled_from(_WORDS + _NUMBERS * 20 + _MARKS * 12), max_size=14).map(" ".join)
_DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
_ROMAN = ("I", "II", "III", "IV")


def _check(found: Deadline) -> None:
    first, last = (date.fromisoformat(d) if d else None for d in (found.start, found.end))
    assert first is None or last is None or first <= last
    if found.edtf is not None:
        days_of(found.edtf)
    if found.due is not None:
        date.fromisoformat(found.due)
    if found.rrule not in (None, "unspecified"):
        assert found.rrule is not None
        start = datetime.combine(first or date(2024, 1, 1), datetime.min.time())
        list(islice(rrulestr(found.rrule, dtstart=start), 2))
    if found.kind == "none":
        assert (found.start, found.end, found.rrule, found.parts) == (None, None, None, ())
    for part in found.parts:
        _check(part)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.lists(st.integers(1900, 2100), max_size=2))
def test_any_text(text, years):
    found = read_deadline(text, years)
    assert found.text == text
    _check(found)
    for start, stop, deadline in find_deadlines(text, years):
        assert 0 <= start < stop <= len(text)
        _check(deadline)


def _answers(text):
    found = read_deadline(text, [2024])
    _check(found)
    assert (
        found.kind != "none"
        or found.unread
        or found.rule == "status"
        or not any(map(str.isalnum, text))
    )
    for start, stop, deadline in find_deadlines(text, [2024]):
        assert text[start:stop].strip()
        _check(deadline)


def test_any_words_of_the_vocabulary():
    settings(max_examples=300)(given(_CELLS)(_answers))()


@pytest.mark.soak
def test_very_many_words_of_the_vocabulary():
    settings(max_examples=5000)(given(_CELLS)(_answers))()


@settings(max_examples=100, deadline=None)
@given(_DAYS)
def test_days_read_back(day):
    for form in ("{0.day}/{0.month}/{0.year}", "Ngày {0:%d/%m/%Y}", "đến hết ngày {0:%d-%m-%Y}",
                 "ngày {0:%d} tháng {0:%m} năm {0:%Y}", "Chậm nhất {0:%d.%m.%Y}"):  # fmt: skip
        found = read_deadline(form.format(day), [day.year])
        assert (found.kind, found.end, found.unread) == ("point", day.isoformat(), ""), form
    before = read_deadline(f"Trước ngày {day.day}/{day.month}", [day.year])
    assert before.end == (day - timedelta(days=1)).isoformat()


@settings(max_examples=100, deadline=None)
@given(st.integers(2000, 2060), st.integers(1, 12), st.integers(1, 4))
def test_months_quarters_and_years_read_back(year, month, quarter):
    for form in ("Tháng {m}/{y}", "tháng {m:02d} năm {y}", "T{m}/{y}", "{m:02d}/{y}"):
        found = read_deadline(form.format(m=month, y=year), [2020])
        last = date(year, month, monthrange(year, month)[1])
        assert (found.start, found.end) == (f"{year}-{month:02d}-01", last.isoformat())
        assert found.edtf == f"{year}-{month:02d}"
    for form in ("Quý {r}/{y}", "Quí {q} năm {y}", "Qúy {r} - {y}", "Q{q}/{y}", "QUÝ {r} NĂM {y}"):
        found = read_deadline(form.format(q=quarter, r=_ROMAN[quarter - 1], y=year), [2020])
        assert found.edtf == f"{year}-{32 + quarter}", form
        assert found.start == f"{year}-{3 * quarter - 2:02d}-01"
    whole = read_deadline(f"Trong năm {year}", [2020])
    assert (whole.start, whole.end, whole.edtf) == (f"{year}-01-01", f"{year}-12-31", str(year))


def _calls(text: str) -> int:
    """Function calls, our own and built-in, that reading and searching `text` takes."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        read_deadline(text, [2024])
        find_deadlines(text, [2024])
    finally:
        sys.setprofile(None)
    return count


_HOSTILE = [
    "1", "1/", "1/1/", "(", "((khi ", "khi 1 ", "sau ", "trước ngày ", "quý I, ", "quý, ",
    "thứ 2, ", "Quý I/2024 - ", "đầu ", "tuần 1 ", "tháng 3, 4, ", "5 ngày sau ,", "nt ",
    "theo kế hoạch, ", "định kỳ ", "hằng năm, ", "năm 2024 ", "trước 30/6; ", "- ", "\n- quý I",
    "a", "\u0301", "Thời gian: ", "hoặc ", "năm trước ", "6 tháng ", "theo yêu cầu (",
    "từ 1/1 đến ", "và các năm tiếp theo ", "báo cáo năm (", "1)", "năm 2024 và những năm sau ",
]  # fmt: skip


@pytest.mark.parametrize("piece", _HOSTILE)
def test_work_grows_with_length_only(piece):
    short, long = (_calls(piece * (size // len(piece))) for size in (2_000, 8_000))
    assert long <= 4.6 * short + 200


@pytest.mark.parametrize(
    "piece", ["1", "((", "quý I/2024, ", "khi 1 ", "trước ngày 30/6 và ", "đầu "]
)
def test_lines_of_a_hundred_thousand_characters(piece):
    text = piece * (100_000 // len(piece))
    found = read_deadline(text, [2024])
    _check(found)
    assert sum(len(part.text or "") for part in found.parts) <= len(text)
    places = [(start, stop) for start, stop, _ in find_deadlines(text, [2024])]
    assert places == sorted(places)
