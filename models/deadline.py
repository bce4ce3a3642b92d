"""When something is to be done."""

from dataclasses import dataclass
from typing import Literal

DeadlineKind = Literal[
    "point", "period", "recurring", "continuous", "event", "reference", "mixed", "none"
]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as printed (`text`) and as understood.

    `start` and `end` are inclusive ISO dates; `due` is the day a tracker watches, the last
    of them but for what goes on all the time; `edtf` is ISO 8601-2; `rrule` is RFC 5545 or
    "unspecified"; `trigger` the event or paper the deadline hangs on, with a lapse such as
    " + P15D".
    `assumed_year` says that the year came from the plan. `rule` names the rule that read it.
    `unread` holds the words that were not understood: kind "none" with `unread` means not
    understood, which is not the same as a task without a deadline (no Deadline at all).
    """

    text: str | None
    kind: DeadlineKind = "none"
    start: str | None = None
    end: str | None = None
    due: str | None = None
    edtf: str | None = None
    rrule: str | None = None
    trigger: str | None = None
    assumed_year: bool = False
    parts: tuple["Deadline", ...] = ()
    rule: str | None = None
    unread: str = ""
