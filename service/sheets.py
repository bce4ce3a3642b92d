"""A plan as tables for people: which sheets there are, their columns, and what stands in them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.plan import Citation, Plan
from models.provenance import Provenance
from models.target import Target
from models.task import Task
from service.wording import Lang, pick

Value = str | int | float | date | None

#: The records of a plan that have a sheet of their own.
What = Literal["tasks", "targets", "citations"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column: its heading in both languages, its width in characters, and its cell of a row."""

    vi: str
    en: str
    width: int
    value: Callable[[Plan, T, Lang], Value]

    def heading(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A table of rows drawn from a plan."""

    vi: str
    en: str
    columns: tuple[Column[T], ...]
    records: Callable[[Plan], Iterable[T]]

    def name(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)

    def headings(self, lang: Lang) -> list[str]:
        return [column.heading(lang) for column in self.columns]

    def rows(self, plan: Plan, lang: Lang) -> Iterator[list[Value]]:
        for record in self.records(plan):
            yield [column.value(plan, record, lang) for column in self.columns]


_KINDS = {
    "point": ("một ngày", "day"),
    "period": ("khoảng thời gian", "period"),
    "recurring": ("định kỳ", "recurring"),
    "continuous": ("thường xuyên", "continuous"),
    "event": ("theo sự kiện", "after an event"),
    "reference": ("theo văn bản", "set elsewhere"),
    "mixed": ("nhiều thời hạn", "several"),
    "none": ("chưa đọc được", "not understood"),
}

_ORIGINS = {
    "table": ("bảng", "table"),
    "narrative": ("lời văn", "text"),
    "assignment": ("phân công", "assignment"),
}

_ROLES = {
    "self": ("chính văn bản này", "this document"),
    "legal_basis": ("căn cứ", "legal basis"),
    "carried_out": ("được triển khai", "carried out"),
    "amended": ("được sửa đổi", "amended"),
    "replaced": ("được thay thế", "replaced"),
    "mentioned": ("được nhắc đến", "mentioned"),
}

_FATES = {
    "task": ("nhiệm vụ", "tasks"),
    "group": ("dòng nhóm", "group rows"),
    "header": ("tiêu đề cột", "column headings"),
    "target": ("chỉ tiêu", "targets"),
    "section": ("nội dung các mục", "sections"),
    "document": ("thể thức văn bản", "document"),
    "other-table": ("bảng khác", "other tables"),
    "running": ("đầu và chân trang", "running heads"),
    "footnote": ("chú thích", "footnotes"),
    "stamp": ("chữ ký số", "digital stamp"),
    "furniture": ("khung trang web", "page furniture"),
}

_SEVERITIES = {
    "error": ("lỗi", "error"),
    "warning": ("cảnh báo", "warning"),
    "info": ("thông tin", "note"),
}


def fate(name: str, lang: Lang) -> str:
    """What a fate of the ledger is called.

    >>> fate("group", "vi")
    'dòng nhóm'
    """
    return pick(lang, *_FATES.get(name, (name, name)))


def origin(name: str, lang: Lang) -> str:
    """Where a task stands: in a table, in running text, there with the body that must do it.

    >>> origin("assignment", "vi")
    'phân công'
    """
    return pick(lang, *_ORIGINS.get(name, (name, name)))


def kind(deadline: Deadline | None, lang: Lang) -> str:
    """The kind of a deadline in words; also of none at all.

    >>> kind(None, "vi")
    'không ghi thời hạn'
    """
    if deadline is None:
        return pick(lang, "không ghi thời hạn", "no deadline printed")
    return pick(lang, *_KINDS[deadline.kind])


def _distinct(plan: Plan) -> int:
    """How many tasks a plan has; a duty that repeats a row of a table is not counted again."""
    return sum(task.same_as is None for task in plan.tasks)


def text(assignment: Assignment | None) -> str | None:
    """The printed words of a lead or coordinating cell."""
    return assignment.text if assignment else None


def code(agency: AgencyMention) -> str:
    """An agency as one code: its id, the members of a group, or its words after '?'.

    >>> code(AgencyMention("Các sở", kind="group", members=("SO",), closed=True))
    '{SO}'
    >>> code(AgencyMention("Tổ công tác"))
    '? Tổ công tác'
    """
    if agency.id:
        return agency.id
    if agency.kind == "group":
        return "{" + "+".join(agency.members) + ("}" if agency.closed else "…}")
    return f"? {agency.text}"


def _codes(assignment: Assignment | None) -> str | None:
    return "; ".join(map(code, assignment.agencies)) or None if assignment else None


def _day(value: str | None) -> Value:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return value


def _of_deadline(get: Callable[[Deadline, Lang], Value]) -> Callable[[Plan, Task, Lang], Value]:
    return lambda plan, task, lang: get(task.deadline, lang) if task.deadline else None


def spot(at: Provenance) -> str | None:
    """The place within the page or the text, in the terms of the source."""
    if at.bbox:
        return ", ".join(f"{edge:.0f}" for edge in at.bbox)
    if at.span:
        return f"{at.span[0]}-{at.span[1]}"
    return at.path


def _lines(pairs: dict[str, str]) -> str | None:
    return "\n".join(f"{name}: {value}" for name, value in pairs.items()) or None


def _list(values: Iterable[str], separator: str = "\n") -> str | None:
    return separator.join(values) or None


TASKS: Sheet[Task] = Sheet(
    "Nhiệm vụ",
    "Tasks",
    (
        Column("STT", "No.", 7, lambda p, t, g: t.ordinal),
        Column("Phụ lục", "Appendix", 12, lambda p, t, g: t.appendix),
        Column("Nhóm", "Group", 28, lambda p, t, g: _list(t.group)),
        Column("Nội dung, chỉ số", "Subject", 24, lambda p, t, g: t.subject),
        Column("Nhiệm vụ", "Task", 60, lambda p, t, g: t.description),
        Column("Chủ trì (in)", "Lead (printed)", 24, lambda p, t, g: text(t.lead)),
        Column("Chủ trì (mã)", "Lead (code)", 22, lambda p, t, g: _codes(t.lead)),
        Column("Phối hợp (in)", "With (printed)", 28, lambda p, t, g: text(t.coordinating)),
        Column("Phối hợp (mã)", "With (code)", 22, lambda p, t, g: _codes(t.coordinating)),
        Column("Sản phẩm", "Product", 28, lambda p, t, g: t.product),
        Column("Chỉ tiêu, kết quả", "Target", 28, lambda p, t, g: t.target),
        Column("Thời hạn (in)", "Deadline (printed)", 18, _of_deadline(lambda d, g: d.text)),
        Column("Loại thời hạn", "Kind", 15, _of_deadline(kind)),
        Column("Từ ngày", "From", 11, _of_deadline(lambda d, g: _day(d.start))),
        Column("Đến ngày", "To", 11, _of_deadline(lambda d, g: _day(d.end))),
        Column("Hạn", "Due", 11, _of_deadline(lambda d, g: _day(d.due))),
        Column("Lặp lại", "Recurs", 18, _of_deadline(lambda d, g: d.rrule)),
        Column("Chưa đọc được", "Unread", 14, _of_deadline(lambda d, g: d.unread or None)),
        Column("Lĩnh vực", "Field", 9, lambda p, t, g: t.field.code if t.field else None),
        Column("Ghi chú", "Note", 20, lambda p, t, g: t.note),
        Column("Cột khác", "Other columns", 20, lambda p, t, g: _lines(t.extra)),
        Column("Trang", "Page", 7, lambda p, t, g: t.provenance.page),
        Column("Vị trí", "Place", 18, lambda p, t, g: spot(t.provenance)),
        Column("Bảng", "Table", 7, lambda p, t, g: t.provenance.table),
        Column("Dòng", "Row", 7, lambda p, t, g: t.provenance.row),
        Column("Nguồn", "Origin", 14, lambda p, t, g: origin(t.origin, g)),
        Column("Độ tin cậy", "Confidence", 10, lambda p, t, g: t.confidence),
        Column("Vấn đề", "Issues", 22, lambda p, t, g: _list(t.issues)),
        Column("Mã nhiệm vụ", "Task id", 18, lambda p, t, g: t.id),
        Column("Trùng với", "Same as", 18, lambda p, t, g: t.same_as),
        Column("Số văn bản", "Document", 16, lambda p, t, g: p.document.number),
        Column("Tệp", "File", 24, lambda p, t, g: p.document.source.filename),
    ),
    lambda plan: plan.tasks,
)

TARGETS: Sheet[Target] = Sheet(
    "Chỉ tiêu",
    "Targets",
    (
        Column("STT", "No.", 7, lambda p, t, g: t.ordinal),
        Column("Phụ lục", "Appendix", 12, lambda p, t, g: t.appendix),
        Column("Mục", "Section", 28, lambda p, t, g: _section(p, t.section)),
        Column("Chỉ tiêu", "Indicator", 50, lambda p, t, g: t.indicator),
        Column("Nguyên văn", "As printed", 50, lambda p, t, g: t.text),
        Column("So sánh", "Comparator", 9, lambda p, t, g: t.comparator),
        Column("Giá trị", "Value", 12, lambda p, t, g: t.value),
        Column("Đơn vị", "Unit", 10, lambda p, t, g: t.unit),
        Column("Năm", "Year", 7, lambda p, t, g: t.year),
        Column("Thứ hạng", "Rank", 12, lambda p, t, g: t.rank),
        Column("Giá trị gốc", "Baseline", 12, lambda p, t, g: t.baseline),
        Column("Năm gốc", "Baseline year", 9, lambda p, t, g: t.baseline_year),
        Column("Hạng gốc", "Baseline rank", 12, lambda p, t, g: t.baseline_rank),
        Column("Trang", "Page", 7, lambda p, t, g: t.provenance.page),
        Column("Vị trí", "Place", 18, lambda p, t, g: spot(t.provenance)),
        Column("Mã chỉ tiêu", "Target id", 18, lambda p, t, g: t.id),
        Column("Số văn bản", "Document", 16, lambda p, t, g: p.document.number),
        Column("Tệp", "File", 24, lambda p, t, g: p.document.source.filename),
    ),
    lambda plan: plan.targets,
)


CITATIONS: Sheet[Citation] = Sheet(
    "Văn bản viện dẫn",
    "Citations",
    (
        Column("Viện dẫn (in)", "As printed", 60, lambda p, c, g: c.text),
        Column("Loại", "Kind", 14, lambda p, c, g: c.kind),
        Column("Số, ký hiệu", "Number", 18, lambda p, c, g: c.number),
        Column("Ngày", "Date", 11, lambda p, c, g: _day(c.date)),
        Column("Cơ quan ban hành", "Issuer", 26, lambda p, c, g: c.issuer),
        Column("Cơ quan (mã)", "Issuer (code)", 22, lambda p, c, g: c.issuer_id),
        Column("Tên", "Title", 30, lambda p, c, g: c.title),
        Column("Vai trò", "Role", 16, lambda p, c, g: pick(g, *_ROLES.get(c.role, (c.role,) * 2))),
        Column("Căn cứ thứ", "Basis", 8, lambda p, c, g: c.basis),
        Column("Số lần nhắc", "Mentions", 9, lambda p, c, g: len(c.mentions)),
        Column("Vấn đề", "Issues", 18, lambda p, c, g: _list(c.issues)),
        Column("Trang", "Page", 7, lambda p, c, g: c.provenance.page),
        Column("Vị trí", "Place", 18, lambda p, c, g: spot(c.provenance)),
        Column("Mã viện dẫn", "Citation id", 30, lambda p, c, g: c.id),
        Column("Số văn bản", "Document", 16, lambda p, c, g: p.document.number),
        Column("Tệp", "File", 24, lambda p, c, g: p.document.source.filename),
    ),
    lambda plan: plan.citations,
)

#: The sheet of each sort of record.
SHEETS: dict[What, Sheet[Any]] = {"tasks": TASKS, "targets": TARGETS, "citations": CITATIONS}


def _section(plan: Plan, id_: str | None) -> str | None:
    if id_ is None:
        return None
    found = next((section for section in plan.sections if section.id == id_), None)
    return _list(filter(None, (found.label, found.title)), " ") if found else id_


def _basis(plan: Plan) -> str | None:
    texts = {citation.id: citation.text for citation in plan.citations}
    return _list(texts.get(id_, id_) for id_ in plan.document.legal_basis)


DOCUMENTS: Sheet[Plan] = Sheet(
    "Văn bản",
    "Documents",
    (
        Column("Tệp", "File", 28, lambda p, _, g: p.document.source.filename),
        Column("Số, ký hiệu", "Number", 18, lambda p, _, g: p.document.number),
        Column("Ngày ban hành", "Issued on", 13, lambda p, _, g: _day(p.document.issued_on)),
        Column("Loại", "Kind", 12, lambda p, _, g: p.document.kind),
        Column("Tên", "Title", 60, lambda p, _, g: p.document.title),
        Column("Cơ quan ban hành", "Issuer", 28, lambda p, _, g: text(p.document.issuer)),
        Column(
            "Người ký",
            "Signer",
            22,
            lambda p, _, g: p.document.signer.name if p.document.signer else None,
        ),
        Column(
            "Chức vụ",
            "Position",
            22,
            lambda p, _, g: p.document.signer.position if p.document.signer else None,
        ),
        Column("Nơi ban hành", "Place", 16, lambda p, _, g: p.document.place),
        Column(
            "Địa bàn", "Unit", 18, lambda p, _, g: p.document.unit.name if p.document.unit else None
        ),
        Column(
            "Mã địa bàn",
            "Unit code",
            12,
            lambda p, _, g: p.document.unit.id if p.document.unit else None,
        ),
        Column(
            "Kỳ từ",
            "Period from",
            11,
            lambda p, _, g: _day(p.document.period.start) if p.document.period else None,
        ),
        Column(
            "Kỳ đến",
            "Period to",
            11,
            lambda p, _, g: _day(p.document.period.end) if p.document.period else None,
        ),
        Column("Số nhiệm vụ", "Tasks", 10, lambda p, _, g: _distinct(p)),
        Column("Số chỉ tiêu", "Targets", 10, lambda p, _, g: len(p.targets)),
        Column("Căn cứ", "Legal basis", 50, lambda p, _, g: _basis(p)),
        Column("Nơi nhận", "Recipients", 30, lambda p, _, g: _list(p.document.recipients)),
        Column("Dạng tệp", "Reader", 9, lambda p, _, g: p.document.source.reader),
        Column("Số trang", "Pages", 9, lambda p, _, g: p.document.source.pages),
        Column("SHA-256", "SHA-256", 20, lambda p, _, g: p.document.source.sha256),
    ),
    lambda plan: (plan,),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger sheet: a fate with its count, or a diagnostic with its place."""

    label: tuple[str, str]
    code: str
    count: int | None
    words: tuple[str, str]
    at: Provenance


def _entries(plan: Plan) -> Iterator[Entry]:
    ledger = plan.ledger
    nowhere = Provenance()
    account = ("sổ cái", "ledger")
    whole = ("mọi ô và đoạn có chữ", "every cell and paragraph with text")
    yield Entry(account, "units", ledger.units, whole, nowhere)
    for name, count in ledger.fates.items():
        yield Entry(account, name, count, (fate(name, "vi"), fate(name, "en")), nowhere)
    if not ledger.balanced:
        rest = ledger.units - sum(ledger.fates.values())
        words = ("KHÔNG CÂN: số ô và đoạn chưa rõ về đâu", "DOES NOT BALANCE: units unaccounted")
        yield Entry(account, "unbalanced", rest, words, nowhere)
    for found in plan.diagnostics:
        words = (found.message, found.message)
        yield Entry(_SEVERITIES[found.severity], found.code, None, words, found.provenance)


LEDGER: Sheet[Entry] = Sheet(
    "Sổ cái",
    "Ledger",
    (
        Column("Loại", "Sort", 12, lambda p, e, g: pick(g, *e.label)),
        Column("Mã", "Code", 26, lambda p, e, g: e.code),
        Column("Số lượng", "Count", 10, lambda p, e, g: e.count),
        Column("Nội dung", "Meaning", 80, lambda p, e, g: pick(g, *e.words)),
        Column("Trang", "Page", 7, lambda p, e, g: e.at.page),
        Column("Vị trí", "Place", 18, lambda p, e, g: spot(e.at)),
        Column("Tệp", "File", 24, lambda p, e, g: p.document.source.filename),
    ),
    _entries,
)
