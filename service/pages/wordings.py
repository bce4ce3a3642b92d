"""What pages say of a record: days, deadlines as read, places, stages."""

from datetime import date, datetime

from dateutil.rrule import rrulestr

from models.deadline import Deadline
from models.provenance import Provenance
from models.task import Task
from service.wording import Lang, pick

_STAGES = {
    "store": ("Đang cất tệp", "Keeping the file"),
    "read": ("Đang đọc trang", "Reading pages"),
    "segment": ("Đang chia mục", "Finding sections"),
    "tabulate": ("Đang đọc bảng", "Reading tables"),
    "understand": ("Đang hiểu thời hạn, cơ quan", "Understanding deadlines and bodies"),
    "check": ("Đang đối chiếu", "Checking"),
    "save": ("Đang lưu", "Saving"),
    "index": ("Đang lập chỉ mục", "Indexing"),
}

_EVERY = {
    "DAILY": ("hằng ngày", "every day"),
    "WEEKLY": ("hằng tuần", "every week"),
    "MONTHLY": ("hằng tháng", "every month"),
    "YEARLY": ("hằng năm", "every year"),
}


def stage(name: str | None, lang: Lang) -> str:
    """What a job is at.

    >>> stage("read", "vi")
    'Đang đọc trang'
    """
    return pick(lang, *_STAGES.get(name or "", ("Đang đọc", "Reading")))


def stages(lang: Lang) -> list[tuple[str, str]]:
    """Every stage by its name, for the script that shows progress."""
    return [(name, stage(name, lang)) for name in _STAGES]


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
    """The rhythm of an RRULE; `dateutil` says whether it is one."""
    if not rule or rule == "unspecified":
        return pick(lang, "định kỳ", "recurring")
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    words = _EVERY.get(parts.get("FREQ", ""))
    try:
        rrulestr(rule)
    except ValueError:
        words = None
    if words is None or parts.get("INTERVAL", "1") != "1":
        return pick(lang, "định kỳ", "recurring") + f" ({rule})"
    return pick(lang, *words)


def spot(at: Provenance, lang: Lang) -> str:
    """Where in the source something stands, for people.

    >>> spot(Provenance(page=12, table=1, row=3), "vi")
    'trang 12, bảng 1, dòng 3'
    """
    parts = (
        (at.page, "trang", "page"),
        (at.table, "bảng", "table"),
        (at.row, "dòng", "row"),
    )
    return ", ".join(f"{pick(lang, vi, en)} {value}" for value, vi, en in parts if value)


def heading(task: Task, lang: Lang) -> str:
    """The headings a task stands under, the outermost first."""
    if task.origin == "table":
        return " › ".join(filter(None, (task.appendix, *task.group)))
    running = pick(lang, "Trong lời văn", "In running text")
    return " › ".join(filter(None, (running, *task.group)))
