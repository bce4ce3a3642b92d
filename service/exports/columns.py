"""The register: what a table of tasks, targets, plans, deadlines … has, whatever file it is in.

`columns.tsv` declares every column once: its key, its titles, its meaning, its type. Workbook, CSV,
Parquet, calendar and terminal take from here which columns there are, how they are headed, and what
stands in a cell.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from corpora.tables import rows_in
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.plan import Plan, Review, TrackerReport
from models.provenance import Provenance
from models.task import Task
from service.wording import Lang, called, pick, values_of

#: The records of a plan that can be had by themselves.
What = Literal["tasks", "targets", "citations"]
#: What a file can be a list of: records, or the plans themselves, each one row.
Listed = What | Literal["documents"]
Table = Listed | Literal["worklist", "ledger"]
#: The tables of data, each of which has a key: see `columns`.
Flat = (
    What
    | Literal["plans", "deadlines", "mentions"]
    | Literal["groups", "judgements", "units", "agencies", "successions"]
)

#: What stands in a cell: `shown` is text or a number, for people only.
Type = Literal["text", "integer", "number", "flag", "date", "texts", "integers", "numbers", "shown"]
Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its titles and its meaning for people, and its cells."""

    key: str
    type: Type
    unit: str
    width: int
    vi: str
    en: str
    meaning_vi: str
    meaning_en: str
    found: Callable[[Plan, Any], Any]

    def title(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)

    def value(self, plan: Plan, record: Any) -> Any:
        """The cell as its type says; None is unknown, a list without members is empty."""
        found = self.found(plan, record)
        if self.type == "date":
            return day(found)
        return list(found) if isinstance(found, tuple) else found

    def cell(self, plan: Plan, record: Any, lang: Lang) -> Value:
        """The cell as people read it."""
        value = self.value(plan, record)
        if isinstance(value, list):
            return "\n".join(value) or None
        if isinstance(value, bool):
            return pick(lang, *(("có", "yes") if value else ("không", "no")))
        if isinstance(value, str) and values_of(self.key):
            return called(self.key, value, lang)
        found: Value = value
        return found


@dataclass(frozen=True, slots=True)
class ListLayout:
    """A table for people: some of the columns, in the order in which they are read."""

    table: Table
    vi: str
    en: str
    columns: tuple[Column, ...]

    def title(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)

    def titles(self, lang: Lang) -> list[str]:
        return [column.title(lang) for column in self.columns]

    def rows(self, plan: Plan, lang: Lang) -> Iterator[list[Value]]:
        for record in records(plan, self.table):
            yield [column.cell(plan, record, lang) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: a fate with its count, or a diagnostic with its place."""

    sort: str
    code: str
    count: int | None
    fate: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Held:
    """A plan of a store. `form_of` is the document that has the same plan in another file and is
    counted for it, None where this one is."""

    plan: Plan
    form_of: str | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A deadline of a task or a target, or one of its parts, which count from 1."""

    task_id: str | None
    target_id: str | None
    part: int
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Named:
    """A body that a cell names: the first of the cell has position 1."""

    task_id: str | None
    target_id: str | None
    role: str
    position: int
    body: AgencyMention


@cache
def columns(what: Flat = "tasks") -> tuple[Column, ...]:
    """The codebook of the table of `what`: every column of data in order, with its meaning.

    What stands in a plan has the plan and the place beside it; what hangs on a record has its key
    only, and reference data have neither.

    >>> columns("citations")[0].key, [column.key for column in columns("deadlines")][:3]
    ('document_id', ['document_id', 'task_id', 'target_id'])
    """
    register = _register()
    parts: tuple[Iterable[Column], ...]
    match what:
        case "plans":
            some = register["document"] | register["plans"] | register["documents"]
            parts = ([some.pop("document_id")], some.values())
        case "deadlines" | "mentions":
            parts = ([register["document"]["document_id"]], register[what].values())
        case "groups" | "judgements" | "units" | "agencies" | "successions":
            parts = (register[what].values(),)
        case _:
            parts = tuple(register[part].values() for part in ("document", what, "place"))
    return tuple(column for part in parts for column in part if column.type != "shown")


@cache
def sheet(table: Table) -> ListLayout:
    """The table of `table` for people.

    >>> sheet("tasks").titles("vi")[:3]
    ['STT', 'Phụ lục', 'Nhóm']
    """
    register = _register()
    of = "tasks" if table == "worklist" else table
    there = register["document"] | register["place"] | register[of]
    rows = rows_in(files("service.exports") / "sheets.tsv")
    found = next(row for row in rows if row["sheet"] == table)
    columns = tuple(there[key] for key in found["columns"].split())
    return ListLayout(table, found["vi"], found["en"], columns)


def title(key: str, lang: Lang) -> str:
    """What a column of tasks is called where there is no printed one beside an understood one.

    >>> title("lead_text", "vi")
    'Chủ trì'
    """
    return _register()["tasks"][key].title(lang).partition(" (")[0]


def records(plan: Plan, table: Table | Flat) -> Iterable[Any]:
    """What the rows of a table are made of; of reference data there are none in a plan."""
    match table:
        case "documents":
            return (plan,)
        case "ledger":
            return _entries(plan)
        case "plans":
            return (Held(plan),)
        case "deadlines":
            return _deadlines(plan)
        case "mentions":
            return _mentions(plan)
        case "groups" | "judgements" | "units" | "agencies" | "successions":
            return ()
    found: Iterable[Any] = getattr(plan, "tasks" if table == "worklist" else table)
    return found


def _deadlines(plan: Plan) -> Iterator[Dated]:
    for task in plan.tasks:
        yield from _parts(task.id, None, task.deadline)
    for target in plan.targets:
        yield from _parts(None, target.id, target.deadline)


def _parts(task: str | None, target: str | None, deadline: Deadline | None) -> Iterator[Dated]:
    """The deadline as part 0, and its parts one after the other, each before those inside it."""
    left, part = [deadline] if deadline else [], 0
    while left:
        now = left.pop(0)
        yield Dated(task, target, part, now)
        left, part = [*now.parts, *left], part + 1


def _mentions(plan: Plan) -> Iterator[Named]:
    cells: list[tuple[str | None, str | None, str, Assignment | None]] = [
        (None, None, "issuer", plan.document.issuer)
    ]
    for task in plan.tasks:
        cells += [(task.id, None, "lead", task.lead)]
        cells += [(task.id, None, "coordinating", task.coordinating)]
    cells += [(None, target.id, "lead", target.lead) for target in plan.targets]
    for task_id, target_id, role, cell in cells:
        for position, body in enumerate(_agencies(cell), 1):
            yield Named(task_id, target_id, role, position, body)


def day(value: str | date | None) -> date | None:
    """The day of an ISO date; None for anything else.

    >>> day("2024-12-31"), day("2024"), day(None)
    (datetime.date(2024, 12, 31), None, None)
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def words(assignment: Assignment | None) -> str | None:
    """The printed words of a lead or coordinating cell."""
    return assignment.text if assignment else None


@cache
def _register() -> dict[str, dict[str, Column]]:
    """The columns of each table by their keys."""
    found: dict[str, dict[str, Column]] = {}
    for row in map(dict, rows_in(files("service.exports") / "columns.tsv")):
        path = row.pop("path")
        width = int(row.pop("width") or 0)
        value = _along(path) if path else _MADE[row["key"]]
        table = found.setdefault(name := row.pop("table"), {})
        if name == "tasks" and row["key"] in _PRINTED:
            value = _printed(_PRINTED[row["key"]], value)
        table[row["key"]] = Column(width=width, found=value, **row)  # type: ignore[arg-type]
    return found


def _along(path: str) -> Callable[[Plan, Any], Any]:
    """What stands at a path; None where something on the way to it is not there."""
    names = path.split(".")

    def found(plan: Plan, record: Any) -> Any:
        value = plan if names[0] == "document" else record
        for name in names:
            if value is None:
                break
            value = getattr(value, name)
        return value

    return found


def _agencies(assignment: Assignment | None) -> tuple[AgencyMention, ...]:
    return assignment.agencies if assignment else ()


def _ids(assignment: Assignment | None) -> list[str]:
    return [agency.id for agency in _agencies(assignment) if agency.id]


def _groups(assignment: Assignment | None) -> list[str]:
    groups = (agency for agency in _agencies(assignment) if agency.kind == "group")
    return ["+".join(group.members) + ("" if group.closed else "+…") for group in groups]


def _codes(assignment: Assignment | None) -> str | None:
    return "; ".join(map(_code, _agencies(assignment))) or None


def _code(agency: AgencyMention) -> str:
    """An agency as one code: its id, the members of a group, or its words after '?'.

    >>> _code(AgencyMention("Các sở", kind="group", members=("SO",), closed=True))
    '{SO}'
    >>> _code(AgencyMention("Tổ công tác"))
    '? Tổ công tác'
    """
    if agency.id:
        return agency.id
    if agency.kind == "group":
        return "{" + "+".join(agency.members) + ("}" if agency.closed else "…}")
    return f"? {agency.text}"


def _as_text(value: str | float | None) -> str | None:
    """A value that is text in some rows and a number in others, as text.

    >>> _as_text(30.0), _as_text(0.5), _as_text("6.90/10.00")
    ('30', '0.5', '6.90/10.00')
    """
    return f"{value:.15g}" if isinstance(value, int | float) else value


def _spot(at: Provenance) -> str | None:
    """The place within the page or the text, in the terms of the source."""
    if at.bbox:
        box = ", ".join(f"{edge:.0f}" for edge in at.bbox)
        return f"{at.path}: {box}" if at.file else box
    return f"{at.span[0]}-{at.span[1]}" if at.span and not at.file else at.path


def _section(plan: Plan, id_: str | None) -> str | None:
    found = next((section for section in plan.sections if section.id == id_), None)
    return " ".join(filter(None, (found.label, found.title))) or None if found else id_


def _basis(plan: Plan) -> list[str]:
    texts = {citation.id: citation.text for citation in plan.citations}
    return [texts.get(id_, id_) for id_ in plan.document.legal_basis]


def _entries(plan: Plan) -> Iterator[Entry]:
    ledger, nowhere = plan.ledger, Provenance()
    counts = {"units": ledger.units} | ledger.fates
    if not ledger.balanced:
        counts["unbalanced"] = ledger.units - sum(ledger.fates.values())
    for name, count in counts.items():
        yield Entry("ledger", name, count, name, nowhere)
    for d in plan.diagnostics:
        yield Entry(d.severity, d.code, None, d.message, d.provenance)


def _review(plan: Plan, task: Task) -> Review:
    return plan.reviews.get(task.id) or _UNTOUCHED


_UNTOUCHED = Review("open", 1)


def _said(fact: str) -> Callable[[Plan, Any], Any]:
    """What a tracker reports of a task, or how far that is."""
    return lambda plan, task: getattr(plan.reports.get(task.id) or _UNTOLD, fact)


_UNTOLD = TrackerReport()


def _printed(field: str, now: Callable[[Plan, Any], Any]) -> Callable[[Plan, Any], Any]:
    """The words of a field as they were read, where a person has put others in their place."""

    def found(plan: Plan, task: Task) -> Any:
        printed = _review(plan, task).printed
        return printed[field] if field in printed else now(plan, task)

    return found


#: The columns of words as printed, and the fields of tasks they are of.
_PRINTED = {
    "lead_text": "lead",
    "coordinating_text": "coordinating",
    "deadline_text": "deadline",
    **{name: name for name in ("ordinal", "subject", "description", "product", "target", "note")},
}


def _corrected(field: str) -> Callable[[Plan, Any], Any]:
    """The words that a person put in the place of the printed ones."""
    now = _along(f"{field}.text" if f"{field}_text" in _PRINTED else field)
    return lambda plan, task: now(plan, task) if field in _review(plan, task).printed else None


#: The values that stand nowhere as they are.
_MADE: dict[str, Callable[[Plan, Any], Any]] = {
    "lead_ids": lambda plan, task: _ids(task.lead),
    "lead_groups": lambda plan, task: _groups(task.lead),
    "lead_codes": lambda plan, task: _codes(task.lead),
    "coordinating_ids": lambda plan, task: _ids(task.coordinating),
    "coordinating_groups": lambda plan, task: _groups(task.coordinating),
    "coordinating_codes": lambda plan, task: _codes(task.coordinating),
    "deadline_unread": lambda plan, task: (task.deadline and task.deadline.unread) or None,
    "status": lambda plan, task: _review(plan, task).status,
    "corrected": lambda plan, task: list(_review(plan, task).printed),
    **{f"{field}_corrected": _corrected(field) for field in _PRINTED.values()},
    "corrected_by": lambda plan, task: _review(plan, task).by,
    "corrected_at": lambda plan, task: _review(plan, task).at,
    "revision": lambda plan, task: _review(plan, task).revision,
    **{
        f"report_{name}": _said(name) for name in ("state", "on", "done", "done_on", "note", "link")
    },
    "report_by": _said("author"),
    "task_key": lambda plan, task: f"{plan.document.source.sha256[:16]}.{task.id}",
    "extra": lambda plan, record: [f"{head}: {text}" for head, text in record.extra.items()],
    "place": lambda plan, record: _spot(record.provenance),
    "section_title": lambda plan, target: _section(plan, target.section),
    "value_text": lambda plan, target: _as_text(target.value),
    "baseline_text": lambda plan, target: _as_text(target.baseline),
    "mentions": lambda plan, citation: len(citation.mentions),
    "date": lambda plan, citation: day(citation.date) or citation.date,
    "tasks": lambda plan, _: sum(task.same_as is None for task in plan.tasks),
    "targets": lambda plan, _: len(plan.targets),
    "legal_basis": lambda plan, _: _basis(plan),
    "years": lambda plan, _: list(plan.document.period.years if plan.document.period else ()),
    "issuer_id": lambda plan, _: next(iter(_ids(plan.document.issuer)), None),
    "balanced": lambda plan, _: plan.ledger.balanced,
    "unread": lambda plan, record: record.deadline.unread or None,
    "members": lambda plan, record: list(record.body.members),
}
