"""The turns of a recurring deadline, as a calendar needs them: a first day and a rule."""

from dataclasses import dataclass
from datetime import date, datetime, time

from models.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The first turn; the parts of the rule (RFC 5545, 3.3.10) without an end; the last day."""

    first: date
    rule: str
    until: date


def recurrence(deadline: Deadline) -> Recurrence | None:
    """The turns of a deadline between its start and its end, which are those of the plan.

    A rule that names no day ("hằng quý") falls due on the last day of each of its periods, as a
    quarter or a month does that is a deadline by itself. None where there is no rule, where the
    rule is "unspecified", cannot be read, has no turn in time, or where no day follows from it
    (every second year, from when?): then the day a tracker watches is all there is to show.
    """
    start, end = day(deadline.start), day(deadline.end)
    if not deadline.rrule or deadline.rrule == "unspecified" or not start or not end:
        return None
    rule = _with_day(deadline.rrule)
    if rule is None:
        return None
    from dateutil.rrule import rrulestr

    last = datetime.combine(end, time.max).replace(microsecond=0)
    bounded = rule if "COUNT=" in rule else f"{rule};UNTIL={last:%Y%m%dT%H%M%S}"
    try:
        first = next(iter(rrulestr(bounded, dtstart=datetime.combine(start, time.min))), None)
    except (ValueError, TypeError):
        return None
    return Recurrence(first.date(), rule, end) if first else None


def day(value: str | None) -> date | None:
    """The day of an ISO date; None for anything else.

    >>> day("2024-12-31"), day("2024"), day(None)
    (datetime.date(2024, 12, 31), None, None)
    """
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _with_day(rule: str) -> str | None:
    """A rule that says on which day; None where no day follows from it.

    >>> _with_day("FREQ=MONTHLY;INTERVAL=3")
    'FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1'
    """
    if "BY" in rule:
        return rule
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    every = parts.get("INTERVAL", "1")
    match parts.get("FREQ"), every:
        case "DAILY", _:
            return rule
        case "WEEKLY", "1":
            return f"{rule};BYDAY=SU"
        case "MONTHLY", "1":
            return f"{rule};BYMONTHDAY=-1"
        case "MONTHLY", "2" | "3" | "4" | "6":
            months = ",".join(map(str, range(int(every), 13, int(every))))
            return f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY=-1"
        case "YEARLY", "1":
            return f"{rule};BYMONTH=12;BYMONTHDAY=-1"
    return None
