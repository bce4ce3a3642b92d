"""What can be asked of each list: one record of conditions each; None asks nothing.

A document is named by its id (`sha256:…`) or its key. A unit means itself and, with `below`, all
units in it. `text` is a query of `service.store.search`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["lead", "coordinating", "any"]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Tasks.

    `agency` is an id that the task names as `role`; `successors` is a frame (2024, 2026): also the
    bodies of it that the work of the agency went to, and those whose work it does. `field` is a
    code with all codes below it. `due_from` and `due_to` are the first and the last due day.
    `kind` is that of the deadline; "missing" means that none is printed. `repeats` False leaves
    out duties that repeat a row.
    """

    document: str | None = None
    unit: str | None = None
    below: bool = True
    year: int | None = None
    field: str | None = None
    agency: str | None = None
    role: Role = "any"
    successors: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    kind: str | None = None
    status: str | None = None
    origin: str | None = None
    text: str | None = None
    repeats: bool = True
    corrected: bool | None = None


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Plans; `number` is the whole number as it is printed, `issuer` the id of an agency."""

    document: str | None = None
    unit: str | None = None
    below: bool = True
    year: int | None = None
    kind: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    status: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Documents, read or not.

    `state` is that of the last job: queued, running, done, failed; `plan` what is asked of the
    plan in it: anything asked leaves out documents that were not read yet.
    """

    state: str | None = None
    submitted_by: str | None = None
    plan: PlanFilter = PlanFilter()


@dataclass(frozen=True, slots=True)
class TargetFilter:
    """Targets; `year` is the year a target is for, `plan_year` that of the plan."""

    document: str | None = None
    unit: str | None = None
    below: bool = True
    year: int | None = None
    plan_year: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class CitationFilter:
    """Papers that plans name, each once in a plan; `id` is the same in every plan."""

    document: str | None = None
    unit: str | None = None
    below: bool = True
    year: int | None = None
    id: str | None = None
    number: str | None = None
    kind: str | None = None
    role: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Readings; `failed` are those that gave no plan."""

    document: str | None = None
    version: str | None = None
    failed: bool | None = None


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Jobs; `state` may also be "active": queued or running."""

    document: str | None = None
    state: str | None = None
    submitted_by: str | None = None


@dataclass(frozen=True, slots=True)
class AgencyFilter:
    """Bodies; `on` asks for those that stood on the day."""

    text: str | None = None
    unit: str | None = None
    below: bool = False
    level: str | None = None
    slug: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Territories; `on` asks for those that stood on the day, `parent` for those right below."""

    id: str | None = None
    text: str | None = None
    level: str | None = None
    parent: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class CorrectionFilter:
    """Corrections; `task` is the key of a task, `state` active, orphaned or withdrawn."""

    document: str | None = None
    task: str | None = None
    field: str | None = None
    author: str | None = None
    state: str | None = None
