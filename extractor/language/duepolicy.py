"""What a tracker watches: the day a deadline is due, by the reader's own policy.

The parser says what is printed; when something counts as late is for the office that keeps
track. The default reads strictly.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class DuePolicy:
    """How a due day follows from a deadline.

    `before`: "trước ngày X" is due the day before X, or on X. `continuous`: "thường xuyên" has
    no due day, or that of the span's end (the plan's last day). `recurring`: none, the span's
    end, or the first turn on or after the day of reading (where the rule has days; else the end).
    `holidays`: a due day on a weekend or public holiday of Vietnam stays, or moves to the working
    day before or after it.
    """

    before: Literal["day-before", "same-day"] = "day-before"
    continuous: Literal["none", "end"] = "none"
    recurring: Literal["none", "end", "next"] = "end"
    holidays: Literal["keep", "earlier", "later"] = "keep"


STRICT = DuePolicy()


@cache
def _free_days(year: int) -> frozenset[date]:
    """Public holidays of Vietnam in a year (the lunar ones as far as the library knows them)."""
    from holidays import country_holidays

    return frozenset(country_holidays("VN", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday of Vietnam.

    >>> is_working_day(date(2024, 9, 2)), is_working_day(date(2024, 9, 4))
    (False, True)
    """
    return day.weekday() < 5 and day not in _free_days(day.year)


def working_days_from(day: date, count: int) -> date:
    """The day that lies `count` working days after `day` (before it where negative).

    >>> working_days_from(date(2024, 8, 29), 3)
    datetime.date(2024, 9, 5)
    """
    step = timedelta(days=1 if count >= 0 else -1)
    while count:
        day += step
        if is_working_day(day):
            count -= 1 if count > 0 else -1
    return day


def settled(day: date, policy: DuePolicy) -> date:
    """`day` moved off weekends and holidays as the policy says."""
    if policy.holidays == "keep" or is_working_day(day):
        return day
    return working_days_from(day, 1 if policy.holidays == "later" else -1)


def next_turn(rule: str, start: date, end: date, on: date) -> date | None:
    """The first turn of a rule on or after `on`, between `start` and `end`.

    >>> next_turn("FREQ=MONTHLY;BYMONTHDAY=14", date(2024, 1, 1), date(2024, 12, 31),
    ...           date(2024, 5, 20))
    datetime.date(2024, 6, 14)
    """
    from datetime import datetime, time

    from dateutil.rrule import rrulestr

    turns = rrulestr(rule, dtstart=datetime.combine(start, time()))
    found: datetime | None = turns.after(datetime.combine(max(start, on), time()), inc=True)
    return found.date() if found and found.date() <= end else None


def due_day(
    kind: str,
    start: date | None,
    end: date | None,
    limit: date | None,
    rule: str | None,
    policy: DuePolicy = STRICT,
    on: date | None = None,
) -> date | None:
    """The day a deadline is due. `limit` is the day X of a single "trước ngày X".

    >>> due_day("point", None, date(2024, 11, 29), date(2024, 11, 30), None)
    datetime.date(2024, 11, 29)
    >>> due_day("point", None, date(2024, 11, 29), date(2024, 11, 30), None,
    ...         DuePolicy(before="same-day"))
    datetime.date(2024, 11, 30)
    >>> due_day("continuous", date(2024, 1, 1), date(2024, 12, 31), None, None) is None
    True
    """
    day = end
    if kind == "continuous" and policy.continuous == "none":
        return None
    if kind == "recurring":
        if policy.recurring == "none":
            return None
        dated = rule is not None and "BYMONTHDAY" in rule
        if policy.recurring == "next" and dated and start and end and on:
            day = next_turn(rule or "", start, end, on) or end
    elif limit is not None and policy.before == "same-day":
        day = limit
    return None if day is None else settled(day, policy)
