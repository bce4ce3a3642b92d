"""A plan taken apart: the rows of the tables from the JSON of the contract, and nothing else.

Columns never hold NUL, which PostgreSQL cannot keep; the JSON beside them holds every character.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from corpora import units
from models import contract
from models.agency import Assignment
from models.deadline import Deadline
from models.plan import Citation, Document, Plan, Section
from models.tables.plans import BEFORE, NEVER
from models.target import Target
from models.task import Task
from service.store.search import folded

#: The columns of one row by name.
Row = dict[str, Any]


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

    @property
    def unit_id(self) -> str | None:
        unit = self.plan.document.unit
        return unit.id if unit else None


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


def plan_columns(parts: Parts) -> Row:
    """The columns of `plans`, without those that tell of runs and of people."""
    plan, document = parts.plan, parts.plan.document
    unit, period, issuer, signer = document.unit, document.period, document.issuer, document.signer
    named = [one.id for one in issuer.agencies if one.id] if issuer else []
    words = [document.number, document.kind, document.title]
    words += [issuer.text if issuer else None, *_territories(document)]
    return {
        "contract": plan.contract,
        "kind": clean(document.kind),
        "number": clean(document.number),
        "issued_on": day(document.issued_on),
        "place": clean(document.place),
        "title": clean(document.title),
        "issuer": clean(issuer.text) if issuer else None,
        "issuer_id": named[0] if named else None,
        "signer_name": clean(signer.name) if signer else None,
        "signer_position": clean(signer.position) if signer else None,
        "unit_id": parts.unit_id,
        "unit_name": clean(unit.name) if unit else None,
        "unit_level": unit.level if unit else None,
        "period_start": day(period.start) if period else None,
        "period_end": day(period.end) if period else None,
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
        "words": folded(" ".join(filter(None, words))),
    }


def _territories(document: Document) -> list[str]:
    """The unit of a plan, and the province it lies in."""
    unit = document.unit
    if unit is None:
        return []
    above = unit.id and unit.id.count("-") == 2 and units.find(unit.id[:5], day(document.issued_on))
    return [unit.name, above.title] if above else [unit.name]


def task_columns(task: Task) -> Row:
    """The columns of `tasks` that the record of the task tells."""
    deadline, at = task.deadline, task.provenance
    due = day(deadline.due) if deadline else None
    return {
        "origin": task.origin,
        "appendix": clean(task.appendix),
        "group": clean("\n".join(task.group)) or None,
        "ordinal": clean(task.ordinal),
        "subject": clean(task.subject),
        "description": clean(task.description),
        "lead": clean(task.lead.text) if task.lead else None,
        "coordinating": clean(task.coordinating.text) if task.coordinating else None,
        "product": clean(task.product),
        "target": clean(task.target),
        "note": clean(task.note),
        "deadline": clean(deadline.text) if deadline else None,
        "deadline_kind": deadline.kind if deadline else None,
        "starts_on": day(deadline.start) if deadline else None,
        "ends_on": day(deadline.end) if deadline else None,
        "due_on": due,
        "due_order": due or NEVER,
        "due_reverse": due or BEFORE,
        "field": task.field.code if task.field else None,
        "field_by": task.field.by if task.field else None,
        "confidence": task.confidence,
        "issues": " ".join(task.issues) or None,
        "same_as": task.same_as,
        "page": at.page,
        "table_number": at.table,
        "row_number": at.row,
    }


def mention_rows(document_id: str, task: Task, serial: int) -> Iterator[Row]:
    """The rows of `mentions` of a task."""
    yield from _mentions(document_id, serial, "lead", task.lead)
    yield from _mentions(document_id, serial, "coordinating", task.coordinating)


def issuer_rows(document_id: str, plan: Plan) -> list[Row]:
    """The rows of `mentions` of the letterhead."""
    return list(_mentions(document_id, None, "issuer", plan.document.issuer))


def _mentions(
    document_id: str, task: int | None, role: str, assignment: Assignment | None
) -> Iterator[Row]:
    for position, one in enumerate(assignment.agencies if assignment else ()):
        start, end = one.span or (None, None)
        yield {
            "document_id": document_id,
            "task": task,
            "role": role,
            "position": position,
            "text": clean(one.text),
            "kind": one.kind,
            "agency_id": one.id,
            "name": clean(one.name),
            "level": one.level,
            "members": " ".join(one.members) or None,
            "closed": one.closed,
            "score": one.score,
            "via": one.via,
            "span_start": start,
            "span_end": end,
        }


def deadline_rows(document_id: str, task: Task, serial: int) -> Iterator[Row]:
    """The rows of `deadlines` of a task: the whole, then its parts."""
    if task.deadline is None:
        return
    for position, one in enumerate((task.deadline, *task.deadline.parts)):
        yield {
            "task": serial,
            "position": position,
            "document_id": document_id,
            **_deadline(one),
        }


def _deadline(one: Deadline) -> Row:
    return {
        "text": clean(one.text),
        "kind": one.kind,
        "starts_on": day(one.start),
        "ends_on": day(one.end),
        "due_on": day(one.due),
        "edtf": one.edtf,
        "rrule": one.rrule,
        "trigger": clean(one.trigger),
        "assumed_year": one.assumed_year,
        "rule": one.rule,
        "unread": clean(one.unread),
    }


def section_columns(section: Section) -> Row:
    return {
        "parent": section.parent,
        "level": section.level,
        "label": clean(section.label),
        "title": clean(section.title),
        "text": clean(section.text),
        "appendix": clean(section.appendix),
        "page": section.provenance.page,
    }


def target_columns(target: Target) -> Row:
    return {
        "text": clean(target.text),
        "indicator": clean(target.indicator),
        "comparator": target.comparator,
        "value": _printed(target.value),
        "number": target.number,
        "scale": target.scale,
        "measure": clean(target.unit),
        "year": target.year,
        "rank": clean(target.rank),
        "baseline": _printed(target.baseline),
        "baseline_year": target.baseline_year,
        "page": target.provenance.page,
        "words": folded(" ".join(filter(None, (target.indicator, target.text)))),
    }


def _printed(value: str | float | None) -> str | None:
    """A value as text; a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value is None else clean(str(value))


def citation_columns(citation: Citation) -> Row:
    named = (citation.number, citation.text, citation.title, citation.issuer)
    return {
        "text": clean(citation.text),
        "kind": citation.kind,
        "number": clean(citation.number),
        "dated": citation.date,
        "issuer": clean(citation.issuer),
        "issuer_id": citation.issuer_id,
        "role": citation.role,
        "basis": citation.basis,
        "words": folded(" ".join(filter(None, named))),
    }


def bodies(plan: Plan | None, tasks: Sequence[Task]) -> dict[str, str]:
    """The agencies that the letterhead of a plan and tasks name, id to name."""
    cells = [plan.document.issuer] if plan else []
    for task in tasks:
        cells += [task.lead, task.coordinating]
    mentions = (one for cell in cells if cell for one in cell.agencies)
    return {one.id: one.name or one.text for one in mentions if one.id}


def clean(text: str | None) -> str | None:
    """`text` without NUL."""
    return text.replace("\x00", "") if text and "\x00" in text else text


def day(value: str | None) -> date | None:
    """An ISO date; None for anything else, such as a date cut to its year."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None
