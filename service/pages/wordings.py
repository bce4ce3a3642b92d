"""What pages say of a record: days, deadlines as read, places, stages."""

from datetime import date, datetime

from dateutil.rrule import rrulestr

from extractor.context import Context
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from models.deadline import Deadline
from models.task import Task
from service.wording import Lang, called, pick, values_of

#: The fields of a task that can be corrected, as people call them, in the order of a form.
EDITABLE = values_of("task_field")


def stage(name: str | None, lang: Lang) -> str:
    """What a job is at.

    >>> stage("read", "vi")
    'Đang đọc trang'
    """
    return pick(lang, *values_of("stage").get(name or "", ("Đang đọc", "Reading")))


def stages(lang: Lang) -> list[tuple[str, str]]:
    """Every stage by its name, for the script that shows progress."""
    return [(name, stage(name, lang)) for name in values_of("stage")]


def day(value: date | str | None) -> str:
    """A day as it is written in Vietnam; an ISO text that is no whole day stays as it is.

    >>> day("2024-06-30"), day(None)
    ('30/06/2024', '')
    """
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime | None) -> str:
    """A moment in the time of this machine."""
    return value.astimezone().strftime("%H:%M %d/%m/%Y") if value else ""


def understood(deadline: Deadline, lang: Lang) -> str:
    """What a deadline means, in a few words.

    >>> understood(Deadline("Quý IV", "period", "2022-10-01", "2022-12-31", "2022-12-31"), "vi")
    'từ 01/10/2022 đến 31/12/2022'
    """
    if deadline.kind == "continuous":
        return pick(lang, "thường xuyên", "continuous")
    if deadline.kind == "recurring":
        return "; ".join(filter(None, (_every(deadline.rrule, lang), _bounds(deadline, lang))))
    if deadline.kind == "event":
        return pick(lang, "theo sự kiện", "after an event")
    if deadline.kind == "reference":
        return pick(lang, "theo văn bản khác", "set in another paper")
    if deadline.kind == "none" and deadline.unread:
        return ""
    return _bounds(deadline, lang)


def _bounds(deadline: Deadline, lang: Lang) -> str:
    start, end = day(deadline.start), day(deadline.end)
    if start and end and start != end:
        return pick(lang, f"từ {start} đến {end}", f"from {start} to {end}")
    if end:
        return end if start else pick(lang, f"chậm nhất {end}", f"by {end}")
    return pick(lang, f"từ {start}", f"from {start}") if start else ""


def _every(rule: str | None, lang: Lang) -> str:
    """The rhythm of an RRULE; `dateutil` says whether it is one.

    >>> _every("FREQ=MONTHLY", "vi"), _every("FREQ=MONTHLY;INTERVAL=3", "vi")
    ('hằng tháng', 'hằng quý')
    """
    if not rule or rule == "unspecified":
        return pick(lang, "định kỳ", "recurring")
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    words = values_of("every").get(parts.get("FREQ", ""))
    try:
        rrulestr(rule)
    except ValueError:
        words = None
    if words is None:
        return pick(lang, "định kỳ", "recurring") + f" ({rule})"
    times, one = parts.get("INTERVAL", "1"), pick(lang, *words)
    if times == "3" and parts["FREQ"] == "MONTHLY":
        times, one = "1", pick(lang, "quý", "quarter")
    if times == "1":
        return pick(lang, f"hằng {one}", f"every {one}")
    return pick(lang, f"{times} {one} một lần", f"every {times} {one}s")


def doubt(code: str, lang: Lang) -> str:
    """What an issue of a task says to people.

    >>> doubt("lead.unresolved", "vi"), doubt("deadline.unread", "vi")
    ('Chủ trì: chưa nhận ra cơ quan', 'chưa đọc được thời hạn')
    """
    field, _, kind = code.partition(".")
    field = "description" if field == "task" else field
    if kind in values_of("doubt_of_field") and field in EDITABLE:
        return f"{pick(lang, *EDITABLE[field])}: {called('doubt_of_field', kind, lang)}"
    return called("doubt", code, lang)


def understood_words(field: str, text: str, context: Context, lang: Lang) -> str:
    """What words typed into a field mean, in a few words."""
    if field == "deadline":
        deadline = read_deadline(text, context.years, context.on)
        if deadline is None or deadline.unread:
            return pick(lang, "chưa đọc được", "not understood")
        return understood(deadline, lang)
    names = (
        one.name or pick(lang, f"{one.text}: chưa nhận ra", f"{one.text}: not known")
        for one in read_agencies(text, context.unit, context.on)
    )
    return "; ".join(names)


def person(author: str, lang: Lang) -> str:
    """Who did something, by the names of `Caller.actor`, as people call them.

    >>> person("user:an", "vi"), person("key:0a1b", "vi"), person("open", "vi")
    ('an', 'chương trình 0a1b', 'người trên máy này')
    """
    kind, _, name = author.partition(":")
    match kind:
        case "user":
            return name
        case "key":
            return pick(lang, f"chương trình {name}", f"program {name}")
        case "open":
            return pick(lang, "người trên máy này", "somebody on this machine")
    return author


def told(message: str, lang: Lang) -> str:
    """A remark of the reader, which has both languages, in one of them.

    >>> told("Bảng 1 lệch | Table 1 is askew", "vi"), told("chú thích", "en")
    ('Bảng 1 lệch', 'chú thích')
    """
    parts = message.split(" | ")  # words of the document stand in both halves
    half, odd = divmod(len(parts), 2)
    if odd:
        return message
    return " | ".join(parts[:half] if lang == "vi" else parts[half:])


def heading(task: Task, lang: Lang) -> str:
    """The headings a task stands under, the outermost first."""
    if task.origin == "table":
        return " › ".join(filter(None, (task.appendix, *task.group)))
    running = pick(lang, "Trong phần lời", "In running text")
    return " › ".join(filter(None, (running, *task.group)))
