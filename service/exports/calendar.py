"""Tasks with a due day as an iCalendar file (RFC 5545): to-dos, or events of one day.

The last day of a to-do is written as it is (`DUE;VALUE=DATE:20241231` for the last day of 2024).
By the letter of RFC 5545, 3.8.2.3, such a value is exclusive, "before which a to-do is expected
to be completed", but the common clients (Thunderbird, Apple Reminders, Nextcloud Tasks, tasks.org)
write and show it as the last day itself. To write the day after would show every task a day late
there; a client that follows the letter warns a day early instead. An event has no such trap: its
DTEND is exclusive everywhere. A to-do that recurs has times instead of dates (from 00:00:00 to
23:59:59, floating), because a rule needs a DTSTART, and a DUE on the same date is not allowed.

A task without a day ("thường xuyên", "theo văn bản …") has no place in a calendar. So that it is
not lost unseen, the file ends with a journal entry that counts these tasks by kind; it also gives
a calendar without any task the component that RFC 5545, 3.6, asks for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from corpora.fields import fields
from models.contract import decode
from models.deadline import Deadline
from models.plan import Document, Plan, Review
from models.tables.documents import document_key
from models.task import Task
from service.exports.columns import day, title
from service.exports.columns import words as printed
from service.wording import Lang, called, pick, spot

if TYPE_CHECKING:
    from icalendar import Component, vRecur

Kind = Literal["todo", "event"]

_TAIL = b"END:VCALENDAR\r\n"

#: Characters that are no text (RFC 5545, 3.1: no controls but the tab), and line ends of others.
_CONTROLS = dict.fromkeys((*range(0x20), 0x7F), " ") | dict.fromkeys(
    map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n"
)
_CONTROLS |= {ord("\t"): "\t", ord("\n"): "\n", ord("\r"): "\n"}


def as_ics(
    plans: Iterable[bytes],
    lang: Lang,
    kind: Kind = "todo",
    names: Mapping[str, str] | None = None,
) -> Iterator[bytes]:
    """A calendar of the tasks that have a due day, a VTODO or an all-day VEVENT each.

    The UID of a task stays the same in every calendar; `names` are the keys of plans by the ids of
    documents that are second forms of them. A duty in running text that repeats a row
    with the same day is left out where the row is at hand, and counted.
    """
    from icalendar import Calendar

    head = Calendar()
    head.add("prodid", "-//kehoach//kehoach plan@1//VI")
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    named = pick(lang, "Nhiệm vụ theo kế hoạch", "Tasks of plans")
    told = pick(
        lang,
        "Các nhiệm vụ có hạn. Nhiệm vụ thường xuyên hoặc không có ngày không nằm trong lịch.",
        "The tasks with a due day. Tasks that are continuous or have no day are not in here.",
    )
    for name, text in (
        ("name", named),  # RFC 7986, 5.1
        ("x-wr-calname", named),
        ("description", told),
        ("x-wr-caldesc", told),
    ):
        head.add(name, text)
    yield head.to_ical().removesuffix(_TAIL)
    left: Counter[str] = Counter()
    seen = sha256()
    for plan in map(decode, plans):
        seen.update(plan.document.id.encode())
        days = {task.id: _due(task) for task in plan.tasks}
        items = []
        for task in plan.tasks:
            due = days[task.id]
            if due is None:
                kind_left = task.deadline.kind if task.deadline else ""
                left[called("deadline_kind", kind_left, lang)] += 1
            elif task.same_as and days.get(task.same_as) == due:
                left[pick(lang, "trùng dòng đã có trong lịch", "repeats a row that is here")] += 1
            else:
                items.append(_component(plan, task, due, kind, lang, names or {}).to_ical())
        yield b"".join(items)
    yield _journal(left, seen.hexdigest(), lang).to_ical() + _TAIL


def _due(task: Task) -> date | None:
    return day(task.deadline.due) if task.deadline else None


def _uid(document: Document, task_id: str, names: Mapping[str, str]) -> str:
    """The UID of a task, by what the feed calls it: its own id and the key of its plan."""
    return f"{task_id}-{names.get(document.id) or document_key(document.id)}@kehoach"


def _component(
    plan: Plan, task: Task, due: date, kind: Kind, lang: Lang, names: Mapping[str, str]
) -> "Component":
    from icalendar import Event, Todo

    document = plan.document
    item: Component = Todo() if kind == "todo" else Event()
    item.add("uid", _uid(document, task.id, names))
    review = plan.reviews.get(task.id)
    item.add("dtstamp", _stamp(document, review))
    item.add("sequence", review.revision - 1 if review else 0)
    if review and review.status == "dropped":
        item.add("status", "CANCELLED")
    words = _clean(task.description or task.subject or task.target or task.product or task.id)
    summary = " ".join(words.split())
    item.add("summary", summary)
    item.add("description", _clean(_description(document, task, due, words, summary, lang)))
    if task.field:
        names = {field.code: field.name for field in fields()}
        item.add("categories", [_clean(names.get(task.field.code, task.field.code))])
    if task.same_as:
        sibling = _uid(document, task.same_as, names)
        item.add("related-to", sibling, parameters={"RELTYPE": "SIBLING"})
    _set_days(item, task, due, kind)
    return item


def _set_days(item: "Component", task: Task, due: date, kind: Kind) -> None:
    turns = recurrence(task.deadline) if task.deadline else None
    if turns:
        due = turns.first
    if kind == "event":
        item.add("dtstart", due)
        if due < date.max:
            item.add("dtend", due + timedelta(days=1))
        item.add("transp", "TRANSPARENT")
        if turns:
            item.add("rrule", _rule(turns.rule, turns.until))
    elif turns:
        last = time(23, 59, 59)
        item.add("dtstart", datetime.combine(due, time.min))
        item.add("due", datetime.combine(due, last))
        item.add("rrule", _rule(turns.rule, datetime.combine(turns.until, last)))
    else:
        start = day(task.deadline.start) if task.deadline else None
        if start and start < due:
            item.add("dtstart", start)
        item.add("due", due)


def _rule(rule: str, until: date) -> "vRecur":
    """The rule with its last day, which is of the type of DTSTART (RFC 5545, 3.3.10)."""
    from icalendar import vRecur

    read: vRecur = vRecur.from_ical(rule)
    if "COUNT" not in read:
        read["UNTIL"] = [until]
    return read


def _description(
    document: Document, task: Task, due: date, words: str, summary: str, lang: Lang
) -> str:
    at = task.provenance
    place = document.number or document.title or document.source.filename, spot(at, lang)
    lines = {
        title("lead_text", lang): printed(task.lead),
        title("coordinating_text", lang): printed(task.coordinating),
        title("product", lang): task.product,
        title("deadline_text", lang): task.deadline.text if task.deadline else None,
        title("due", lang): f"{due:%d/%m}/{due.year:04}",
        pick(lang, "Nguồn", "Source"): ", ".join(filter(None, place)),
    }
    told = [f"{label}: {value}" for label, value in lines.items() if value]
    return "\n".join(told if words == summary else [words, *told])


def _clean(words: str) -> str:
    return words.replace("\r\n", "\n").translate(_CONTROLS)


def _stamp(document: Document, review: Review | None = None) -> datetime:
    """When the task was corrected last, else when the document was issued: no clock is asked, so
    that the same state always gives the same calendar."""
    if review and review.at:
        return datetime.fromisoformat(review.at)
    return datetime.combine(day(document.issued_on) or date(2000, 1, 1), time.min, UTC)


def _journal(left: Counter[str], seen: str, lang: Lang) -> "Component":
    from icalendar import Journal

    note = Journal()
    note.add("uid", f"undated-{seen[:32]}@kehoach")
    note.add("dtstamp", datetime(2000, 1, 1, tzinfo=UTC))
    count = left.total()
    note.add(
        "summary",
        pick(lang, f"{count} nhiệm vụ không có trong lịch", f"{count} tasks are not in here"),
    )
    if left:
        note.add("description", "\n".join(f"{why}: {n}" for why, n in left.most_common()))
    note.add("x-kehoach-left-out", str(count))
    return note


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
