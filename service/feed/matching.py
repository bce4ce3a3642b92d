"""The sheet of a tracker laid beside a plan: which tasks it has, which it lacks, what differs.

Such a sheet is filled by hand from exports of an office. Its columns are told by the headings that
plans have (`corpora/columns.tsv`); the same id may stand in several rows, names may be cut and end
with "…", and the first day that a program knows may stand for no deadline.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process

from corpora.columns import TASK_ROLES
from corpora.tables import rows as rows_of
from corpora.tables import threshold
from extractor.columns import role_of
from extractor.context import Context
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from extractor.limits import Limits
from extractor.text import key, searched
from models.agency import Assignment
from models.plan import Plan
from models.task import Task
from service.errors import InvalidRequest
from service.exports import CELL_CHARACTERS
from service.store.replay import context_of
from service.wording import Lang, pick, values_of
from service.workbooks import words_of, worksheets

#: Likeness from which two are the same work, and the letters below which only the same words are.
ALIKE, SHORTEST = threshold("task.alike"), threshold("task.shortest")

#: Rows at the top of a sheet among which its headings are looked for.
TOP = 30

#: The first days that programs know, which stand for none: of Unix, of workbooks with either
#: calendar, of .NET.
NO_DAYS = frozenset(
    {date(1970, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1904, 1, 1),
     date(1, 1, 1)}
)  # fmt: skip

_CUT = re.compile(r"\s*(…|\.\.\.)\s*$")
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{1,4})( 0?0:00(:00)?)?")

#: What is compared, with the words for it.
COMPARED = {name: values_of("task_field")[name] for name in ("lead", "deadline")}


class NoTasks(InvalidRequest, code="sheet.tasks"):
    title = "Không thấy cột nhiệm vụ", "No column of tasks"
    sentence = (
        "không trang nào của sổ này có dòng tiêu đề với cột nhiệm vụ; hãy đặt tiêu đề cột như "
        "“Nhiệm vụ”, “Cơ quan chủ trì”, “Thời hạn”, “Mã nhiệm vụ”",
        "no sheet of this workbook has a heading of tasks; name its columns like “Nhiệm vụ”, “Cơ "
        "quan chủ trì”, “Thời hạn”, “Mã nhiệm vụ”",
    )


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """A row of a sheet, from 1: its words by role. `day` is that of a deadline which is a day."""

    row: int
    cells: Mapping[str, str]
    day: date | None = None

    @property
    def id(self) -> str:
        return self.cells.get("id", "")

    @property
    def name(self) -> str:
        return self.cells["task"]


@dataclass(frozen=True, slots=True)
class TrackerSheet:
    """The sheet of a workbook that has the tasks: its columns by role, as they are headed."""

    title: str
    columns: Mapping[str, str]
    lines: Sequence[TrackerRow]


@dataclass(frozen=True, slots=True)
class Pair:
    """A task that the sheet has, and in which row; `differs` has our words and theirs by role."""

    task: Task
    line: TrackerRow
    likeness: float
    differs: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """What came of it. `ids` are the ids of the sheet that are of one task, with the task; those
    of several tasks are `shared` and are of none."""

    sheet: TrackerSheet
    pairs: Sequence[Pair]
    missing: Sequence[Task]
    strangers: Sequence[TrackerRow]
    ids: Mapping[str, str]
    shared: Sequence[str]

    @property
    def differing(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.differs]


def sheet_of(data: bytes, limits: Limits) -> TrackerSheet:
    """The sheet whose headings tell most of tasks; raises NoWorkbook, NoTasks."""
    best: tuple[int, str, list[str | None], tuple[Any, ...], list[tuple[int, Any]]] | None = None
    for title, rows in worksheets(data, limits):
        numbered = enumerate(rows, 1)
        top = list(islice(numbered, TOP))
        for place, (_, cells) in enumerate(top):
            roles = _roles(cells)
            score = len({*roles} & {*TASK_ROLES, "id"}) if "task" in roles else 0
            if score > (best[0] if best else 1):
                best = score, title, roles, cells, [*top[place + 1 :], *numbered]
    if best is None:
        raise NoTasks
    _, title, roles, headings, rows_ = best
    named = zip(roles, headings, strict=True)
    columns = {role: words_of(heading) for role, heading in named if role}
    return TrackerSheet(title, columns, list(_lines(roles, rows_)))


def _roles(cells: Sequence[Any]) -> list[str | None]:
    """The role of each column, the first of each role; None for the others."""
    found: list[str | None] = []
    for cell in cells:
        words = cell.strip() if isinstance(cell, str) else ""
        known = role_of(words) if words else None
        role = _ids().get(key(words)) or (known.name if known else None)
        found.append(None if role in found else role)
    if "task" not in found and "subject" in found:
        found[found.index("subject")] = "task"
    return found


@cache
def _ids() -> dict[str, str]:
    return {key(row["header"]): row["role"] for row in rows_of("tracker_headings")}


def _lines(roles: Sequence[str | None], rows: Sequence[tuple[int, Any]]) -> Iterator[TrackerRow]:
    for number, cells in rows:
        named = {role: cell for role, cell in zip(roles, cells, strict=False) if role}
        words = dict.fromkeys(filter(None, roles), "")
        words |= {role: words_of(cell) for role, cell in named.items()}
        day = _day(named.get("deadline"))
        if day in NO_DAYS:
            words["deadline"], day = "", None
        if words["task"]:
            yield TrackerRow(number, words, day)


def _day(cell: Any) -> date | None:
    """The day that a cell is, as a date or written like one."""
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def matched(plan: Plan, sheet: TrackerSheet) -> Match:
    """Lays the rows of a sheet beside the tasks of a plan, each row to the likest task."""
    context = context_of(plan.document)
    tasks = [task for task in plan.tasks if task.same_as is None]
    candidates = []
    for line, task, likeness in _alike(tasks, sheet.lines):
        differs = _differing(tasks[task], sheet.lines[line], sheet.columns, context)
        candidates.append((-likeness, len(differs), line, task, differs))
    candidates.sort(key=lambda one: one[:4])
    chosen: dict[int, tuple[int, float, dict[str, tuple[str, str]]]] = {}
    taken: set[int] = set()
    for again in (False, True):  # a task that has a row gets another only where nothing is left
        for likeness, _, line, task, differs in candidates:
            if line not in chosen and (again or task not in taken):
                chosen[line] = task, -likeness, differs
                taken.add(task)
    leads: dict[int, set[str]] = defaultdict(set)
    for line, (task, _, _) in chosen.items():
        leads[task] |= _bodies(_read(sheet.lines[line], context))
    pairs = []
    for line, (task, likeness, differs) in sorted(chosen.items()):
        if leads[task] == _bodies(tasks[task].lead):  # a row for each of those in the lead
            differs.pop("lead", None)
        pairs.append(Pair(tasks[task], sheet.lines[line], likeness, differs))
    named: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.line.id:
            named[pair.line.id].add(pair.task.id)
    others = {line.id for number, line in enumerate(sheet.lines) if number not in chosen}
    sure = {id_ for id_, some in named.items() if len(some) == 1 and id_ not in others}
    return Match(
        sheet,
        pairs,
        [task for number, task in enumerate(tasks) if number not in taken],
        [line for number, line in enumerate(sheet.lines) if number not in chosen],
        {id_: some for id_, (some, *_) in sorted(named.items()) if id_ in sure},
        sorted(named.keys() - sure),
    )


def _alike(tasks: Sequence[Task], lines: Sequence[TrackerRow]) -> Iterator[tuple[int, int, float]]:
    """The pairs of rows and tasks, by their numbers, whose words are alike; how much (0-100)."""
    ways: list[tuple[int, str]] = []
    for number, task in enumerate(tasks):
        said = task.description or task.product or task.target
        whole = " ".join(filter(None, (task.subject, said)))
        ways += [(number, words) for words in {searched(said or ""), searched(whole)} if words]
    texts = [words for _, words in ways]
    for at, line in enumerate(lines):
        words = searched(_CUT.sub("", line.name))
        best: dict[int, float] = {}
        known = texts
        if _CUT.search(line.name):
            known = [text[: len(words)] for text in texts]
        bound = ALIKE if len(words) >= SHORTEST else 100
        found = process.extract(words, known, scorer=fuzz.ratio, score_cutoff=bound, limit=None)
        for _, likeness, place in found:
            task_ = ways[place][0]
            best[task_] = max(best.get(task_, 0), likeness)
        yield from ((at, task_, likeness) for task_, likeness in best.items())


def _differing(
    task: Task, line: TrackerRow, columns: Mapping[str, str], context: Context
) -> dict[str, tuple[str, str]]:
    """What a row says otherwise than the task, of the columns that the sheet has."""
    found: dict[str, tuple[str, str]] = {}
    if "lead" in columns:
        ours, theirs = task.lead.text if task.lead else "", line.cells["lead"]
        named = _bodies(_read(line, context))
        if searched(ours) != searched(theirs) and _bodies(task.lead) != named:
            found["lead"] = ours, theirs
    if "deadline" in columns:
        deadline, theirs = task.deadline, line.cells["deadline"]
        ours = (deadline.text if deadline else None) or ""
        read = read_deadline(theirs, context.years, context.on) if theirs else None
        due = line.day.isoformat() if line.day else read.due if read else None
        mine = deadline.due if deadline else None
        if searched(ours) != searched(theirs) and (mine != due or (due is None and theirs)):
            found["deadline"] = ours, theirs
    return found


def _read(line: TrackerRow, context: Context) -> Assignment:
    """The bodies in the lead by a row."""
    words = line.cells.get("lead", "")
    return Assignment(words, read_agencies(words, context.unit, context.on))


def _bodies(cell: Assignment | None) -> set[str]:
    """Whom a cell means: ids of bodies, the words of the others."""
    return (
        {body.id or searched(body.name or body.text) for body in cell.agencies} if cell else set()
    )


# What is told


def told(match: Match) -> dict[str, Any]:
    """The outcome as plain values, for JSON."""
    return {
        "sheet": match.sheet.title,
        "columns": dict(match.sheet.columns),
        "rows": len(match.sheet.lines),
        "tasks": [
            {
                "task": pair.task.id,
                "row": pair.line.row,
                "id": pair.line.id or None,
                "likeness": round(pair.likeness),
                "differs": {
                    role: {"plan": ours, "sheet": theirs}
                    for role, (ours, theirs) in pair.differs.items()
                },
            }
            for pair in match.pairs
        ],
        "missing": [task.id for task in match.missing],
        "strangers": [line.row for line in match.strangers],
        "ids": dict(match.ids),
        "shared": list(match.shared),
    }


def as_workbook(match: Match, document_key: str, lang: Lang) -> bytes:
    """The difference as a workbook: what differs, what is missing, which id is of which task."""
    from io import BytesIO

    import xlsxwriter

    def _(vi: str, en: str) -> str:
        return pick(lang, vi, en)

    row, name, id_ = _("Dòng", "Row"), _("Nhiệm vụ", "Task"), _("Mã của sổ", "Id in the sheet")
    ours, theirs, mine = _("Kế hoạch", "Plan"), _("Sổ theo dõi", "Tracker"), _("Mã", "Key")
    lead, deadline = (_(*COMPARED[role]) for role in ("lead", "deadline"))
    pages: dict[str, list[Sequence[str]]] = {
        _("Khác nhau", "Differences"): [
            (row, id_, name, _("Trường", "Field"), ours, theirs, mine),
            *(
                (str(pair.line.row), pair.line.id, _named(pair.task), _(*COMPARED[role]), *words,
                 f"{document_key}.{pair.task.id}")
                for pair in match.differing
                for role, words in pair.differs.items()
            ),
        ],
        _("Sổ còn thiếu", "Missing"): [
            (_("STT", "No."), name, lead, deadline, mine),
            *(
                (task.ordinal or "", _named(task), task.lead.text if task.lead else "",
                 (task.deadline.text if task.deadline else None) or "", f"{document_key}.{task.id}")
                for task in match.missing
            ),
        ],
        _("Đối chiếu mã", "Ids"): [
            (id_, mine, row, _("Giống (%)", "Likeness (%)"), name),
            *(
                (pair.line.id, f"{document_key}.{pair.task.id}", str(pair.line.row),
                 f"{pair.likeness:.0f}", _named(pair.task))
                for pair in match.pairs
            ),
        ],
        _("Không thuộc kế hoạch", "Not in the plan"): [
            (row, id_, name),
            *((str(line.row), line.id, line.name) for line in match.strangers),
        ],
    }  # fmt: skip
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for title, lines in pages.items():
        page = book.add_worksheet(title)
        page.set_column(0, len(lines[0]) - 1, 26, wrapped)
        page.freeze_panes(1, 0)
        for at, cells in enumerate(lines):
            for column, words in enumerate(cells):
                page.write_string(at, column, words[:CELL_CHARACTERS])
    book.close()
    return out.getvalue()


def _named(task: Task) -> str:
    return task.description or task.product or task.target or task.subject or task.id
