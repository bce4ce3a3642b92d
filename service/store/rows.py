"""A plan taken apart: all rows that the JSON of the contract comes to, and nothing else.

A column that bears the name of a field of the record is that field; what is said below is only
what a column means otherwise. Columns never hold NUL, which PostgreSQL cannot keep; the JSON
beside them holds every character.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any

import msgspec

from corpora import units
from models import contract
from models.agency import Assignment
from models.deadline import Deadline
from models.plan import Citation, Document, Plan, Section
from models.tables import (
    CitationRow,
    DeadlineRow,
    MentionRow,
    PlanRow,
    SectionRow,
    TargetRow,
    TaskRow,
)
from models.tables.columns import Row
from models.tables.documents import task_key
from models.tables.plans import BEFORE, NEVER
from models.target import Target
from models.task import FieldMatch, Task
from service.store.search import folded, words_of

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


@cache
def _shared(record: Any, model: type[Row]) -> tuple[list[str], Callable[[Any], tuple[Any, ...]]]:
    """The names of the fields of a record that are columns too, and what gets all of them."""
    names = [one.name for one in fields(record) if one.name in model.__table__.c]
    return names, attrgetter(*names)


def _columns(record: Any, model: type[Row], /, **others: Any) -> Values:
    """The columns of a record: those of its fields' names, and the others given."""
    names, get = _shared(record.__class__, model)
    values = [one if one.__class__ in _PLAIN else _plain(one) for one in get(record)]
    return dict(zip(names, values, strict=True)) | others


#: What a column holds as it is.
_PLAIN = frozenset((NoneType, int, float, bool))


def _plain(value: Any) -> Any:
    """A value as a column holds it: of a cell its words, of several values one text."""
    if value.__class__ is str:
        return value.replace("\x00", "") if "\x00" in value else value
    match value:
        case Assignment() | Deadline():
            return _plain(value.text)
        case FieldMatch():
            return value.code
        case tuple():
            return _plain(" ".join(value)) or None
    return value


def _words(*texts: str | None) -> str:
    return folded(" ".join(filter(None, texts)))


def _day(value: str | None) -> date | None:
    """An ISO date; None for anything else, such as a date cut to its year."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def plan_row(parts: Parts) -> Values:
    """The columns of `plans`, without those that tell of runs and of people."""
    plan, document = parts.plan, parts.plan.document
    unit, period, issuer, signer = document.unit, document.period, document.issuer, document.signer
    named = [one.id for one in issuer.agencies if one.id] if issuer else []
    words = (document.number, document.kind, document.title, issuer.text if issuer else None)
    return _columns(
        document,
        PlanRow,
        contract=plan.contract,
        issued_on=_day(document.issued_on),
        issuer_id=named[0] if named else None,
        signer_name=_plain(signer.name) if signer else None,
        signer_position=_plain(signer.position) if signer else None,
        unit_id=unit.id if unit else None,
        unit_name=_plain(unit.name) if unit else None,
        unit_level=unit.level if unit else None,
        period_start=_day(period.start) if period else None,
        period_end=_day(period.end) if period else None,
        pages=document.source.pages,
        tasks=len(plan.tasks),
        distinct_tasks=sum(task.same_as is None for task in plan.tasks),
        targets=len(plan.targets),
        citations=len(plan.citations),
        units=plan.ledger.units,
        balanced=plan.ledger.balanced,
        warnings=sum(one.severity != "info" for one in plan.diagnostics),
        head=parts.head,
        tail=parts.tail,
        words=_words(*words, *_territories(document)),
    )


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


def issuer_rows(plan: Plan) -> list[Values]:
    """The rows of `mentions` of the letterhead."""
    return list(_mentions(None, "issuer", plan.document.issuer))


def record_rows(document_id: str, parts: Parts) -> dict[type[Row], list[Values]]:
    """The rows of all records of a plan but its tasks."""
    plan = parts.plan
    unit = plan.document.unit.id if plan.document.unit else None
    return {
        SectionRow: _placed(map(_section, plan.sections), parts.sections),
        TargetRow: _placed(
            (
                {"key": task_key(document_id, one.id), "unit_id": unit, **_target(one)}
                for one in plan.targets
            ),
            parts.targets,
        ),
        CitationRow: _placed(map(_citation, plan.citations), parts.citations),
    }


def _placed(rows: Iterable[Values], records: Sequence[str]) -> list[Values]:
    return [
        {**row, "position": position, "record": record}
        for position, (row, record) in enumerate(zip(rows, records, strict=True))
    ]


def _section(section: Section) -> Values:
    return _columns(section, SectionRow, page=section.provenance.page)


def _target(target: Target) -> Values:
    return _columns(
        target,
        TargetRow,
        value=_printed(target.value),
        baseline=_printed(target.baseline),
        measure=_plain(target.unit),
        page=target.provenance.page,
        words=_words(target.indicator, target.text),
    )


def _printed(value: str | float | None) -> str | None:
    """A value as text; a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else str(_plain(str(value)))


def _citation(citation: Citation) -> Values:
    words = _words(citation.number, citation.text, citation.title, citation.issuer)
    return _columns(citation, CitationRow, dated=citation.date, words=words)


@dataclass(frozen=True, slots=True)
class Kept:
    """A task to be kept, its JSON, and of a corrected one the JSON as it was read."""

    task: Task
    record: str
    reading: str | None = None

    def row(self, **others: Any) -> Values:
        """The columns of `tasks` that tell what the task is, and others."""
        task, deadline, at = self.task, self.task.deadline, self.task.provenance
        due = _day(deadline.due) if deadline else None
        return _columns(
            task,
            TaskRow,
            group=_plain("\n".join(task.group)) or None,
            deadline_kind=deadline.kind if deadline else None,
            starts_on=_day(deadline.start) if deadline else None,
            ends_on=_day(deadline.end) if deadline else None,
            due_on=due,
            due_order=due or NEVER,
            due_reverse=due or BEFORE,
            field_by=task.field.by if task.field else None,
            page=at.page,
            table_number=at.table,
            row_number=at.row,
            record=self.record,
            reading=self.reading,
            corrected=self.reading is not None,
            **others,
        )

    def mentions(self, serial: int) -> list[Values]:
        """Its rows of `mentions`, by the number the task has in the store."""
        task = self.task
        return [
            *_mentions(serial, "lead", task.lead),
            *_mentions(serial, "coordinating", task.coordinating),
        ]

    def deadlines(self, serial: int) -> list[Values]:
        """Its rows of `deadlines`: the whole, then its parts."""
        whole = self.task.deadline
        return [
            _columns(
                one,
                DeadlineRow,
                task=serial,
                position=position,
                starts_on=_day(one.start),
                ends_on=_day(one.end),
                due_on=_day(one.due),
            )
            for position, one in enumerate((whole, *whole.parts) if whole else ())
        ]

    def words(self) -> str:
        """The words it is searched by."""
        return words_of(self.task)


def _mentions(task: int | None, role: str, cell: Assignment | None) -> Iterator[Values]:
    for position, one in enumerate(cell.agencies if cell else ()):
        start, end = one.span or (None, None)
        yield _columns(
            one,
            MentionRow,
            task=task,
            role=role,
            position=position,
            agency_id=one.id,
            span_start=start,
            span_end=end,
        )


def bodies(plan: Plan | None, tasks: Iterable[Task]) -> dict[str, str]:
    """The agencies that the letterhead of a plan and tasks name, id to name."""
    cells = [plan.document.issuer] if plan else []
    for task in tasks:
        cells += [task.lead, task.coordinating]
    mentions = (one for cell in cells if cell for one in cell.agencies)
    return {one.id: one.name or one.text for one in mentions if one.id}
