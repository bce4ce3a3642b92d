"""Any text gives a valid deadline, in time in proportion to its length; printed forms read back."""

import sys
from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.tables import rows, several
from tests.extractor.commands import deadline, deadlines
from tests.extractor.language.notation import check
from tests.extractor.pages import plan

_WORDS = [w for row in rows("deadline_words") for w in several(row["words"])]
_NUMBERS = ["1", "2", "06", "15", "30", "31", "2024", "2025", "20222025", "I", "IV", "99999"]
_MARKS = ["/", "-", ",", ";", ".", "(", ")", ":", "\n", "\n- ", " ", "%", '"']
_CELLS = st.lists(st.sampled_from(_WORDS + _NUMBERS * 20 + _MARKS * 12), max_size=14).map(" ".join)
#: A line of the command's input: "\\n" in it stands for a line break, a "\r" at its end for none.
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\\\r\ufeff"), max_size=60)
_DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
_ROMAN = ("I", "II", "III", "IV")


@settings(max_examples=15)
@given(st.lists(_TEXTS, min_size=5), st.lists(st.integers(1900, 2100), min_size=1, max_size=2))
def test_any_text(texts: list[str], years: list[int]) -> None:
    for text, found in zip(texts, deadlines(texts, years), strict=True):
        assert found.text == text
        check(found)


def _answered(texts: list[str]) -> None:
    for text, found in zip(texts, deadlines(texts, [2024]), strict=True):
        check(found)
        silent = found.kind == "none" and not found.unread and found.rule != "status"
        assert not silent or not any(map(str.isalnum, text)), text


@settings(max_examples=15)
@given(st.lists(_CELLS, min_size=10))
def test_any_words_of_the_vocabulary(texts: list[str]) -> None:
    _answered(texts)


@pytest.mark.soak
@settings(max_examples=500)
@given(st.lists(_CELLS, min_size=10))
def test_very_many_words_of_the_vocabulary(texts: list[str]) -> None:
    _answered(texts)


@settings(max_examples=20)
@given(st.lists(_CELLS.map(lambda text: " ".join(text.split())), min_size=10))
def test_any_words_in_running_text(texts: list[str]) -> None:
    for task in plan("<p>III. TỔ CHỨC</p>", *(f"<p>- Rà soát {text}</p>" for text in texts)).tasks:
        if task.deadline:
            assert task.deadline.text
            check(task.deadline)


@settings(max_examples=20)
@given(st.lists(_DAYS, min_size=2, max_size=8))
def test_days_read_back(days: list[date]) -> None:
    forms = (
        "{0.day}/{0.month}/{0.year}", "Ngày {0:%d/%m/%Y}", "đến hết ngày {0:%d-%m-%Y}",
        "ngày {0:%d} tháng {0:%m} năm {0:%Y}", "Chậm nhất {0:%d.%m.%Y}", "Trước ngày {0:%d/%m/%Y}",
    )  # fmt: skip
    first, last = sorted(days[:2])
    said = [form.format(day) for day in days for form in forms]
    *found, stretch = deadlines(
        [*said, f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"], [2020]
    )
    ends = [day - timedelta(days=form.startswith("Trước")) for day in days for form in forms]
    assert {(one.kind, one.unread) for one in found} == {("point", "")}
    assert [one.end for one in found] == [end.isoformat() for end in ends]
    assert (stretch.start, stretch.end) == (first.isoformat(), last.isoformat())
    check(stretch)


@settings(max_examples=20)
@given(st.integers(2000, 2060), st.integers(1, 12), st.integers(1, 4))
def test_months_quarters_and_years_read_back(year: int, month: int, quarter: int) -> None:
    months = ("Tháng {m}/{y}", "tháng {m:02d} năm {y}", "T{m}/{y}", "{m:02d}/{y}")
    quarters = ("Quý {r}/{y}", "Quí {q} năm {y}", "Qúy {r} - {y}", "Q{q}/{y}", "QUÝ {r} NĂM {y}")
    said = [
        form.format(y=year, m=month, q=quarter, r=_ROMAN[quarter - 1])
        for form in (*months, *quarters, "Trong năm {y}")
    ]
    *read, whole = deadlines(said, [2020])
    for found in read[: len(months)]:
        last = date(year, month, monthrange(year, month)[1])
        assert (found.start, found.end) == (f"{year}-{month:02d}-01", last.isoformat())
        assert found.edtf == f"{year}-{month:02d}"
    for found in read[len(months) :]:
        assert found.edtf == f"{year}-{32 + quarter}", found.text
        assert found.start == f"{year}-{3 * quarter - 2:02d}-01"
    assert (whole.start, whole.end, whole.edtf) == (f"{year}-01-01", f"{year}-12-31", str(year))


def _calls(text: str) -> int:
    """Function calls, our own and built-in, that reading `text` as a cell and as an item takes."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        deadline(text, 2024)
        plan("<p>III. TỔ CHỨC</p>", f"<p>- Rà soát {text}</p>")
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
def test_work_grows_with_length_only(piece: str) -> None:
    short, long = (_calls(piece * (size // len(piece))) for size in (500, 2_000))
    assert long <= 4.6 * short + 200


@pytest.mark.parametrize("size", [20_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_very_long_cells_are_read(size: int) -> None:
    pieces = ["1", "((", "quý I/2024, ", "khi 1 ", "trước ngày 30/6 và ", "đầu "]
    texts = [piece * (size // len(piece)) for piece in pieces]
    for text, found in zip(texts, deadlines(texts, [2024]), strict=True):
        check(found)
        assert sum(len(part.text or "") for part in found.parts) <= len(text)
