"""Tasks: lists of them by any condition, each one, and what people say of it."""

from dataclasses import fields as fields_of
from datetime import date
from typing import Annotated

from fastapi import Query, Request
from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from sqlmodel import Session

from models.contract import decode_task
from models.plan import ReviewStatus, TrackerReport
from models.task import Task
from service.api.answers import (
    Closed,
    CorrectionRecord,
    Day,
    Page,
    SparseTaskItem,
    TaskItem,
    each,
    json_answer,
    list_answer,
    task_items,
)
from service.api.audit import told
from service.api.conditions import OptionalRevision, Revision
from service.api.dependencies import (
    ByDep,
    CallerDep,
    CorrectionPath,
    StoreDep,
    TaskPath,
    Told,
    needs,
    routes,
)
from service.comparison.kindred import Kin, kindred
from service.store.corrections import LONGEST, confirm_task, correct, withdraw
from service.store.filters import (
    AGENCY,
    FIELD,
    Asked,
    CorrectionQuery,
    IsoDay,
    OnDay,
    Paging,
    TaskFilter,
    TaskQuery,
    TaskSort,
)
from service.store.listings import corrections
from service.store.reports import report, reports_of
from service.store.tasks import facets, task_of, tasks

router = routes("tasks")

NAMES = tuple(field.name for field in fields_of(Task))


class Listed(Paging):
    """How tasks are listed: in which order, with which of their fields."""

    sort: TaskSort = "document"
    fields: str | None = Field(
        default=None,
        pattern=rf"^({'|'.join(NAMES)})(,({'|'.join(NAMES)}))*$",
        max_length=300,
        description="Only these fields of each task, by commas: `id,description,deadline`",
    )


class ListedTasks(TaskFilter, Listed):
    """Which tasks are listed, and how."""


@router.get("/tasks", summary="Tasks of all plans")
def list_tasks(
    request: Request, asked: Annotated[ListedTasks, Query()]
) -> Told[Page[TaskItem] | Page[SparseTaskItem]]:
    """Tasks by any conditions together, a page at a time; `next` is the address of what follows."""
    query, only = asked.into(TaskQuery), chosen(asked.fields)
    return list_answer(request, tasks, query, task_items(only))


def chosen(names: str | None) -> frozenset[str] | None:
    """The fields asked for, None for all."""
    return frozenset(names.split(",")) if names else None


class Facets(Closed):
    """How many tasks have each value: "" where none is told, `missing` for no printed deadline.

    A task of a plan for two years counts in both. `lead` counts by the id of the body, so a task
    with two leads counts twice, and one whose lead is a group or not known does not.
    """

    unit: dict[str, int]
    year: dict[str, int]
    field: dict[str, int]
    kind: dict[str, int]
    status: dict[str, int]
    origin: dict[str, int]
    lead: dict[str, int]


@router.get("/tasks/facets", summary="Tasks by what they have in common")
def count_tasks(store: StoreDep, asked: Annotated[TaskFilter, Query()]) -> Facets:
    """How many of the tasks asked for each unit, year, field … has, the most first."""
    with store.reading() as session:
        return Facets.model_validate(facets(session, asked))


@router.get("/tasks/{task:dotted}", summary="One task")
def get_task(task: TaskPath, store: StoreDep) -> Told[TaskItem]:
    """A task with every correction in it. Its ETag is its revision, for If-Match."""
    with store.reading() as session:
        return _answer(session, task)


def _answer(session: Session, key: str) -> Told[TaskItem]:
    row = task_of(session, key)
    (item,) = task_items()(session, [row])
    return json_answer(item, revision=row.revision)


Text = Annotated[str, Field(max_length=LONGEST)]


class Bodies(Closed):
    """Bodies as a person names them, by their ids; the printed words stay without `text`."""

    agencies: Annotated[
        list[Annotated[str, Field(pattern=AGENCY)]], Field(min_length=1, max_length=500)
    ]
    text: Text | None = None


class Changes(Closed):
    """The fields to change. A text is understood as the reader would: who, by when; null clears.

    `field` is a code of the reform fields (`PAR.1`).
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    ordinal: Text | None = None
    subject: Text | None = None
    description: Text | None = None
    product: Text | None = None
    target: Text | None = None
    note: Text | None = None
    lead: Bodies | Text | None = None
    coordinating: Bodies | Text | None = None
    deadline: Text | None = None
    field: Annotated[str, Field(pattern=FIELD)] | None = None

    @model_validator(mode="after")
    def _some(self) -> "Changes":
        if not self.model_fields_set:
            raise ValueError("at least one field is needed")
        return self


class Correction(Closed):
    """What is wrong in a task, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "changes": {"deadline": "Quý I năm 2023"},
                "reason": "Theo Công văn đính chính",
            }
        },
    )

    changes: Changes
    reason: Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")] | None = None


@router.patch(
    "/tasks/{task:dotted}",
    summary="Correct a task",
    responses={428: {}},
    dependencies=[needs("write")],
)
def correct_task(
    task: TaskPath,
    wanted: Correction,
    store: StoreDep,
    by: ByDep,
    revision: Revision,
) -> Told[TaskItem]:
    """Sets fields of a task. What was read is kept: a correction can be taken back.

    It is never overwritten: later readings of the document get it too, where the task is still
    there. A field that has the value already stays as it is.
    """
    changes = wanted.changes.model_dump(exclude_unset=True)
    with store.writing() as session:
        correct(session, task, changes, reason=wanted.reason, if_match=revision, by=by)
        return _answer(session, task)


class TaskReview(Closed):
    """What a person found: it is right, it is no task, or it is to be looked at again."""

    status: ReviewStatus = "confirmed"


@router.post(
    "/tasks/{task:dotted}/confirm",
    operation_id="confirm_task",
    summary="Confirm a task",
    responses={428: {}},
    dependencies=[needs("write")],
)
def confirm(
    task: TaskPath,
    store: StoreDep,
    by: ByDep,
    revision: Revision,
    review: TaskReview | None = None,
) -> Told[TaskItem]:
    """Says that a task was checked and is right; `{"status": "open"}` takes that back."""
    status = (review or TaskReview()).status
    with store.writing() as session:
        confirm_task(session, task, status=status, if_match=revision, by=by)
        return _answer(session, task)


class AsOf(Asked):
    """As of which day."""

    on: OnDay = Field(default=None, description="As of this day; today without it")


class TaskStatus(Closed):
    """How far a task is: what a tracker reports of it, and `state` as of the day `report.on`.

    `state` follows from the report and from `due`, and is kept nowhere.
    """

    key: str
    due: Day
    report: TrackerReport


class StatusReport(Closed):
    """What a tracker says of a task; the document is none the wiser."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"done": {"const": False}}},
            "then": {"properties": {"done_on": {"type": "null"}}},
        }
    )

    done: bool
    done_on: IsoDay | None = Field(default=None, description="The day it was done on")
    note: Annotated[str, Field(max_length=2_000)] | None = None
    link: Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$")] | None = None

    @model_validator(mode="after")
    def _done_then(self) -> "StatusReport":
        if self.done_on and not self.done:
            raise ValueError("what is not done has no day it was done on")
        return self


class DeedRecord(Closed):
    """One thing that a task asks for: its step (plan, norm, do, check, urge, report), its acts, on
    what, whose matter it is by its words, the sectors it is of, papers and product it names."""

    step: str
    acts: list[str]
    object: str = Field(validation_alias="thing")
    detail: str
    made: str | None
    levels: list[str]
    sectors: Annotated[list[str], BeforeValidator(sorted)]
    papers: list[str]


class KinRecord(Closed):
    """A task of another plan: what it is to this one and why; `said`: a person says so."""

    key: str
    plan: str
    number: str | None
    unit: str | None
    issued_on: Day
    text: str
    lead: str
    deadline: str
    label: str
    score: float
    reason: str
    said: bool


class KindredAnswer(Closed):
    """What a task is, and where else it stands: `same` in other plans, the earliest first, and what
    is only `similar`; in how many provinces of the map of 34; first seen in which plan held, when.
    """

    key: str
    deeds: list[DeedRecord]
    provinces: int
    first_plan: str
    first_unit: str | None
    first_on: Day
    same: list[KinRecord]
    similar: list[KinRecord]


@router.get("/tasks/{task:dotted}/same", summary="The same task elsewhere")
def get_same_tasks(task: TaskPath, store: StoreDep) -> Told[KindredAnswer]:
    """What the task is (act, object, step, level) and the tasks of other plans that ask for the
    same; a judgement of a person wins over the program."""
    with store.reading() as session:
        found = kindred(session, task)
    deeds = [DeedRecord.model_validate(one) for one in found.deeds]
    return json_answer(
        KindredAnswer(
            key=found.key, deeds=deeds, provinces=found.provinces, first_plan=found.first.key,
            first_unit=found.first.unit_id, first_on=found.first.on,
            same=list(map(_kin, found.same)), similar=list(map(_kin, found.similar)),
        )
    )  # fmt: skip


def _kin(one: Kin) -> KinRecord:
    return KinRecord(
        key=one.key, plan=one.plan.key, number=one.plan.number, unit=one.plan.unit_id,
        issued_on=one.plan.issued_on, text=one.words.text, lead=one.words.lead,
        deadline=one.words.deadline, label=one.label, score=one.verdict.score,
        reason=one.said.told if one.said else one.verdict.reason, said=one.said is not None,
    )  # fmt: skip


@router.get("/tasks/{task:dotted}/status", summary="How far a task is")
def get_task_status(
    task: TaskPath, store: StoreDep, asked: Annotated[AsOf, Query()]
) -> Told[TaskStatus]:
    """What trackers report, and whether it is overdue, due soon, done in time … as of a day."""
    with store.reading() as session:
        return _status(session, task, asked.on or date.today())


def _status(session: Session, key: str, on: date) -> Told[TaskStatus]:
    row = task_of(session, key)
    deadline = decode_task(row.record).deadline
    (found,) = reports_of(session, [row], on).values()
    due = date.fromisoformat(deadline.due) if deadline and deadline.due else None
    return json_answer(TaskStatus(key=row.key, due=due, report=found))


@router.put(
    "/tasks/{task:dotted}/status",
    summary="Report how far a task is",
    responses={404: {}},
    dependencies=[needs("report")],
)
def report_task_status(
    task: TaskPath,
    said: StatusReport,
    request: Request,
    store: StoreDep,
    caller: CallerDep,
) -> Told[TaskStatus]:
    """Done or not, when, with a note and a link, in place of what was reported before.

    Those who follow the changes are told (`task.reported`); the task itself stays as it is. The
    same again changes nothing.
    """
    with store.writing() as session:
        report(session, task, said.model_dump(), author=caller.name or caller.actor)
        told(session, request, "task.report", task)
        return _status(session, task, date.today())


@router.get("/tasks/{task:dotted}/corrections", summary="Corrections to a task")
def list_task_corrections(
    request: Request, task: TaskPath, store: StoreDep, paging: Annotated[Paging, Query()]
) -> Told[Page[CorrectionRecord]]:
    """What people said of a task, the last first; `before` is what was read."""
    with store.reading() as session:
        asked = paging.into(CorrectionQuery, task=task_of(session, task).key)
    return list_answer(request, corrections, asked, each(CorrectionRecord))


@router.get("/corrections", summary="Corrections")
def list_corrections(
    request: Request, asked: Annotated[CorrectionQuery, Query()]
) -> Told[Page[CorrectionRecord]]:
    """What people said of tasks, the last first.

    Those `orphaned` fit no task of the latest reading; they are kept, and are in force again when
    one fits.
    """
    return list_answer(request, corrections, asked, each(CorrectionRecord))


@router.delete(
    "/corrections/{correction}", summary="Take a correction back", dependencies=[needs("write")]
)
def withdraw_correction(
    correction: CorrectionPath,
    store: StoreDep,
    by: ByDep,
    revision: OptionalRevision,
) -> Told[CorrectionRecord]:
    """The correction before it counts again, or else what was read; it stays in the list.

    If-Match, where it is sent, is the revision of the task.
    """
    with store.writing() as session:
        row = withdraw(session, correction, if_match=revision, by=by)
        return json_answer(CorrectionRecord.model_validate(row))
