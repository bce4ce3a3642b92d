"""A plan taken apart: all rows that the JSON of the contract comes to, and nothing else.

A record is kept as its JSON. The columns beside it are for lists to filter, order and search by;
they never hold NUL, which PostgreSQL cannot keep, where the JSON holds every character.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from corpora import units
from extractor.text import searched
from models import contract
from models.agency import Assignment
from models.plan import Document, Plan
from models.tables import CitationRow, SectionRow, TargetRow
from models.tables.columns import Row
from models.tables.documents import task_key
from models.tables.plans import BEFORE, NEVER, NOWHERE
from models.task import Task
from service.store.indicators import told
from service.store.marks import marked

#: The columns of one row by name.
Values = dict[str, Any]


class _Raw(msgspec.Struct):
    """A plan with its records as they are printed."""

    document: msgspec.Raw
    sections: list[msgspec.Raw]
    tasks: list[msgspec.Raw]
    targets: list[msgspec.Raw]
    citations: list[msgspec.Raw]
    diagnostics: msgspec.Raw
    ledger: msgspec.Raw


_raw = msgspec.json.Decoder(_Raw)


@dataclass(frozen=True, slots=True)
class Parts:
    """A plan and the JSON of each of its records, in the order of the plan."""

    plan: Plan
    head: str
    tail: str
    sections: list[str]
    tasks: list[str]
    targets: list[str]
    citations: list[str]


def parts_of(data: bytes) -> Parts:
    """The parts of a plan JSON; raises msgspec.ValidationError for anything else."""
    raw = _raw.decode(data)
    return Parts(
        contract.decode(data),
        _text(raw.document),
        f'{{"diagnostics":{_text(raw.diagnostics)},"ledger":{_text(raw.ledger)}}}',
        *([_text(one) for one in some]
          for some in (raw.sections, raw.tasks, raw.targets, raw.citations)),
    )  # fmt: skip


def _text(raw: msgspec.Raw) -> str:
    return bytes(raw).decode()


def _plain(value: str | None) -> str | None:
    return value and value.replace("\x00", "")


def _words(*texts: str | None) -> str:
    return searched(" ".join(filter(None, texts)))


def _day(value: str | None) -> date | None:
    """An ISO date; None for anything else, such as a date cut to its year."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def plan_row(parts: Parts) -> Values:
    """The columns of `plans`, without those that tell of runs and of people."""
    plan, document = parts.plan, parts.plan.document
    unit, period, issuer = document.unit, document.period, document.issuer
    named = [one.id for one in issuer.agencies if one.id] if issuer else []
    printed = issuer.text if issuer else None
    words = (document.number, document.kind, document.title, printed, *_territories(document))
    return {
        "contract": plan.contract,
        "kind": _plain(document.kind),
        "number": _plain(document.number),
        "issued_on": _day(document.issued_on),
        "place": _plain(document.place),
        "title": _plain(document.title),
        "issuer": _plain(printed),
        "issuer_id": named[0] if named else None,
        "unit_id": unit.id if unit else None,
        "unit_name": _plain(unit.name) if unit else None,
        "unit_level": unit.level if unit else None,
        "period_start": _day(period.start) if period else None,
        "period_end": _day(period.end) if period else None,
        "pages": document.source.pages,
        "tasks": len(plan.tasks),
        "distinct_tasks": sum(task.same_as is None for task in plan.tasks),
        "targets": len(plan.targets),
        "citations": len(plan.citations),
        "units": plan.ledger.units,
        "balanced": plan.ledger.balanced,
        "warnings": sum(one.severity != "info" for one in plan.diagnostics),
        "head": parts.head,
        "tail": parts.tail,
        "words": _words(*words),
    }


def _territories(document: Document) -> list[str]:
    """The unit of a plan, and the province it lies in."""
    unit = document.unit
    if unit is None:
        return []
    above = (
        unit.id and unit.id.count("-") == 2 and units.find(unit.id[:5], _day(document.issued_on))
    )
    return [unit.name, above.title] if above else [unit.name]


def year_rows(plan: Plan) -> list[Values]:
    period = plan.document.period
    return [{"year": year} for year in sorted(set(period.years if period else ()))]


def record_rows(document_id: str, parts: Parts) -> dict[type[Row], list[Values]]:
    """The rows of all records of a plan but its tasks."""
    plan = parts.plan
    unit = plan.document.unit.id if plan.document.unit else None
    return {
        SectionRow: _rows(plan.sections, parts.sections, lambda section: {}),
        TargetRow: _rows(
            plan.targets,
            parts.targets,
            lambda target: {
                "key": task_key(document_id, target.id),
                "unit_id": unit,
                "year": target.year,
                "told": told(target, unit),
                "words": _words(target.indicator, target.text),
            },
        ),
        CitationRow: _rows(
            plan.citations,
            parts.citations,
            lambda paper: {
                "kind": _plain(paper.kind),
                "number": _plain(paper.number),
                "role": paper.role,
                "words": _words(paper.number, paper.text, paper.title, paper.issuer),
            },
        ),
    }


def _rows(
    some: Sequence[Any], records: Sequence[str], columns: Callable[[Any], Values]
) -> list[Values]:
    return [
        {"id": one.id, **columns(one), "position": position, "record": record}
        for position, (one, record) in enumerate(zip(some, records, strict=True))
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """A task to be kept, its JSON, and of a corrected one the JSON as it was read."""

    task: Task
    record: str
    reading: str | None = None

    def row(self, document_id: str, unit: str | None, position: int) -> Values:
        """The columns of `tasks` but for those that tell of people."""
        task, deadline = self.task, self.task.deadline
        due = _day(deadline.due) if deadline else None
        return {
            "key": task_key(document_id, task.id),
            "id": task.id,
            "position": position,
            "unit_id": unit,
            "unit_order": unit or NOWHERE,
            "origin": task.origin,
            "deadline_kind": deadline.kind if deadline else None,
            "due_order": due or NEVER,
            "due_reverse": due or BEFORE,
            "field": task.field.code if task.field else None,
            "confidence": task.confidence,
            "same_as": task.same_as,
            **marked(task),
            "record": self.record,
            "reading": self.reading,
            "corrected": self.reading is not None,
        }

    def mentions(self, serial: int) -> list[Values]:
        """Its rows of `mentions`, by the number the task has in the store."""
        return [
            *mentions(serial, "lead", self.task.lead),
            *mentions(serial, "coordinating", self.task.coordinating),
        ]

    def words(self) -> str:
        """The folded words it is searched by: all its cells, and the full names of its bodies."""
        task = self.task
        cells = [cell for cell in (task.lead, task.coordinating) if cell]
        names = dict.fromkeys(body.name for cell in cells for body in cell.agencies)
        parts = (
            task.subject,
            task.description,
            *(cell.text for cell in cells),
            task.product,
            task.target,
            task.note,
            task.deadline.text if task.deadline else None,
            *task.extra.values(),
            *task.group,
            task.appendix,
            *names,
        )
        return " ".join(filter(None, (searched(part) for part in parts if part)))


def mentions(task: int | None, role: str, cell: Assignment | None) -> list[Values]:
    """The rows of `mentions` of a cell: the agencies it names, each once."""
    return [
        {"task": task, "role": role, "agency_id": key, "name": name}
        for key, name in _named([cell]).items()
    ]


def bodies(plan: Plan | None, tasks: Iterable[Task]) -> dict[str, str]:
    """The agencies that the letterhead of a plan and tasks name, id to name."""
    cells = [plan.document.issuer] if plan else []
    for task in tasks:
        cells += [task.lead, task.coordinating]
    return _named(cells)


def _named(cells: Iterable[Assignment | None]) -> dict[str, str]:
    """The agencies that cells name, id to name."""
    found: dict[str, str] = {}
    for cell in cells:
        for one in cell.agencies if cell else ():
            if one.id:
                found.setdefault(one.id, (one.name or one.text).replace("\x00", ""))
    return found
