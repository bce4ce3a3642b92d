"""First days and rules of recurring deadlines."""

from datetime import date

import pytest

from models.deadline import Deadline
from service.exports.calendar import Recurrence, recurrence


def found(rule: str | None, start: str | None, end: str | None) -> Recurrence | None:
    return recurrence(Deadline("x", "recurring", start, end, end, rrule=rule))


@pytest.mark.parametrize(
    ("rule", "first", "whole"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2024-01-15", None),
        ("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", "2024-06-30", None),
        ("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15,25;BYSETPOS=2,3", "2024-06-25", None),
        ("FREQ=WEEKLY;BYDAY=FR", "2024-01-05", None),
        ("FREQ=DAILY", "2024-01-01", None),
        # A rule without a day: the last day of its period, as of a quarter or a month.
        ("FREQ=WEEKLY", "2024-01-07", "FREQ=WEEKLY;BYDAY=SU"),
        ("FREQ=MONTHLY", "2024-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;INTERVAL=3", "2024-03-31", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;INTERVAL=6", "2024-06-30", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
        ("FREQ=YEARLY", "2024-12-31", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1"),
    ],
)
def test_the_first_turn(rule: str, first: str, whole: str | None) -> None:
    assert found(rule, "2024-01-01", "2024-12-31") == Recurrence(
        date.fromisoformat(first), whole or rule, date(2024, 12, 31)
    )


@pytest.mark.parametrize(
    ("rule", "start", "end"),
    [
        (None, "2024-01-01", "2024-12-31"),
        ("unspecified", "2024-01-01", "2024-12-31"),
        ("FREQ=YEARLY;INTERVAL=2", "2024-01-01", "2026-12-31"),  # from which year?
        ("FREQ=MONTHLY;INTERVAL=5", "2024-01-01", "2024-12-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", None, "2024-12-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2024-01-01", None),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "2024-01-16", "2024-02-14"),  # no turn in time
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2024-01-01", "2024-12-31"),  # no turn ever
        ("FREQ=OFTEN", "2024-01-01", "2024-12-31"),
        ("FREQ=OFTEN;BYDAY=XX", "2024-01-01", "2024-12-31"),
        ("BYMONTHDAY", "2024-01-01", "2024-12-31"),
        ("", "2024-01-01", "2024-12-31"),
    ],
)
def test_no_turns(rule: str | None, start: str | None, end: str | None) -> None:
    assert found(rule, start, end) is None
