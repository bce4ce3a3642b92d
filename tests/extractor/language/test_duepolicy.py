"""The day a tracker watches, by the policy of the office that tracks."""

from datetime import date

import pytest

from extractor.language.deadlines import read_deadline
from extractor.language.duepolicy import DuePolicy, is_working_day, working_days_from


@pytest.mark.parametrize(
    ("text", "policy", "due"),
    [
        ("Quý IV năm 2024", DuePolicy(), "2024-12-31"),
        ("Trước ngày 30/11/2024", DuePolicy(), "2024-11-29"),
        ("Trước ngày 30/11/2024", DuePolicy(before="same-day"), "2024-11-30"),
        ("Trước tháng 6/2024", DuePolicy(before="same-day"), "2024-05-31"),
        ("Thường xuyên", DuePolicy(), None),
        ("Thường xuyên", DuePolicy(continuous="end"), "2024-12-31"),
        ("Hằng quý", DuePolicy(), "2024-12-31"),
        ("Hằng quý", DuePolicy(recurring="none"), None),
        ("Trước ngày 15 hằng tháng", DuePolicy(recurring="next"), "2024-06-14"),
        ("Hằng quý", DuePolicy(recurring="next"), "2024-12-31"),
        ("Sau khi có kế hoạch", DuePolicy(continuous="end"), None),
        ("Tháng 8/2024", DuePolicy(holidays="earlier"), "2024-08-30"),
        ("Tháng 8/2024", DuePolicy(holidays="later"), "2024-09-04"),
        ("Từ năm 2024", DuePolicy(), None),
    ],
)
def test_due(text, policy, due):
    assert read_deadline(text, [2024], date(2024, 5, 20), policy).due == due


def test_parts_have_their_own_due_days():
    found = read_deadline("Ban hành: quý I/2024; báo cáo: 15/12/2024", [2024])
    assert [part.due for part in found.parts] == ["2024-03-31", "2024-12-15"]


def test_working_days_leave_out_weekends_and_public_holidays():
    assert not is_working_day(date(2024, 4, 30))
    assert not is_working_day(date(2024, 6, 1))
    assert working_days_from(date(2024, 4, 26), 1) == date(2024, 5, 2)
    assert working_days_from(date(2024, 5, 2), -1) == date(2024, 4, 26)
    assert working_days_from(date(2024, 5, 2), 0) == date(2024, 5, 2)
