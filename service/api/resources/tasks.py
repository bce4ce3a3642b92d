"""Tasks: lists of them by any condition, each one, and what people say of it."""

from dataclasses import fields as fields_of
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlmodel import Session

from models.tables import TaskRow
from models.task import Task
from service.api.answers import CorrectionRecord, Facets, Page, SparseTaskItem, TaskItem
from service.api.authors import by
from service.api.conditions import Revision
from service.api.dependencies import CallerDep, PagingDep, StoreDep, needs
from service.api.envelopes import task_views
from service.api.lookups import task_of
from service.api.outcomes import problems
from service.api.parameters import AGENCY, FIELD, TaskPath
from service.api.queries import TaskQuery
from service.api.splicing import encoded, json_answer, page_answer
from service.api.views import correction_view
from service.store.corrections import confirm_task, correct
from service.store.filters import CorrectionFilter
from service.store.listings import corrections, facets, tasks
from service.store.understanding import LONGEST

router = APIRouter(tags=["tasks"])

NAMES = tuple(field.name for field in fields_of(Task))

Sort = Literal["document", "due", "-due", "unit", "confidence", "-confidence"]
Fields = Annotated[
    str | None,
    Query(
        pattern=rf"^({'|'.join(NAMES)})(,({'|'.join(NAMES)}))*$",
        max_length=300,
        description="Only these fields of each task, by commas: `id,description,deadline`",
    ),
]


@router.get(
    "/tasks",
    operation_id="list_tasks",
    summary="Tasks of all plans",
    response_model=Page[TaskItem] | Page[SparseTaskItem],
    responses=problems(),
    dependencies=[needs("read")],
)
def list_tasks(
    request: Request,
    store: StoreDep,
    where: TaskQuery,
    page: PagingDep,
    sort: Annotated[Sort, Query(description="Order; `-` turns it round")] = "document",
    fields: Fields = None,
) -> Response:
    """Tasks by any conditions together, a page at a time; `next` is the address of what follows."""
    with store.reading() as session:
        found = tasks(session, where, sort=sort, limit=page.limit, after=page.after)
        return page_answer(request, task_views(session, found.items, chosen(fields)), found.next)


def chosen(names: str | None) -> frozenset[str] | None:
    """The fields asked for, None for all."""
    return frozenset(names.split(",")) if names else None


@router.get(
    "/tasks/facets",
    operation_id="count_tasks",
    summary="Tasks by what they have in common",
    responses=problems(),
    dependencies=[needs("read")],
)
def count_tasks(store: StoreDep, where: TaskQuery) -> Facets:
    """How many of the tasks asked for each unit, year, field … has, the most first."""
    with store.reading() as session:
        return Facets.model_validate(facets(session, where))


@router.get(
    "/tasks/{task:dotted}",
    operation_id="get_task",
    summary="One task",
    response_model=TaskItem,
    responses=problems(404),
    dependencies=[needs("read")],
)
def get_task(task: TaskPath, store: StoreDep) -> Response:
    """A task with every correction in it. Its ETag is its revision, for If-Match."""
    with store.reading() as session:
        return _answer(session, task_of(session, task))


def _answer(session: Session, row: TaskRow) -> Response:
    (view,) = task_views(session, [row])
    return json_answer(encoded(view), revision=row.revision)


Text = Annotated[str, Field(max_length=LONGEST)]


class Bodies(BaseModel):
    """Bodies as a person names them, by their ids; the printed words stay without `text`."""

    model_config = ConfigDict(extra="forbid")

    agencies: Annotated[
        list[Annotated[str, Field(pattern=AGENCY)]], Field(min_length=1, max_length=500)
    ]
    text: Text | None = None


class Changes(BaseModel):
    """The fields to change. A text is understood as the reader would: who, by when; null clears.

    `field` is a code of the reform fields (`PAR.1`).
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

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


class Correction(BaseModel):
    """What is wrong in a task, and why."""

    model_config = ConfigDict(
        extra="forbid",
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
    operation_id="correct_task",
    summary="Correct a task",
    response_model=TaskItem,
    responses=problems(404, 412, 415, 428),
    dependencies=[needs("write")],
)
def correct_task(
    request: Request,
    task: TaskPath,
    wanted: Correction,
    store: StoreDep,
    caller: CallerDep,
    revision: Revision,
) -> Response:
    """Sets fields of a task. What was read is kept: a correction can be taken back.

    It is never overwritten: later readings of the document get it too, where the task is still
    there. A field that has the value already stays as it is.
    """
    changes = wanted.changes.model_dump(exclude_unset=True)
    with store.writing() as session:
        row = correct(
            session, task, changes, reason=wanted.reason, if_match=revision, **by(request, caller)
        )
        return _answer(session, row)


class Review(BaseModel):
    """What a person found."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["confirmed", "open"] = "confirmed"


@router.post(
    "/tasks/{task:dotted}/confirm",
    operation_id="confirm_task",
    summary="Confirm a task",
    response_model=TaskItem,
    responses=problems(404, 412, 415, 428),
    dependencies=[needs("write")],
)
def confirm(
    request: Request,
    task: TaskPath,
    store: StoreDep,
    caller: CallerDep,
    revision: Revision,
    review: Review | None = None,
) -> Response:
    """Says that a task was checked and is right; `{"status": "open"}` takes that back."""
    status = (review or Review()).status
    with store.writing() as session:
        row = confirm_task(session, task, status=status, if_match=revision, **by(request, caller))
        return _answer(session, row)


@router.get(
    "/tasks/{task:dotted}/corrections",
    operation_id="list_task_corrections",
    summary="Corrections to a task",
    response_model=Page[CorrectionRecord],
    responses=problems(404),
    dependencies=[needs("read")],
)
def list_task_corrections(
    request: Request, task: TaskPath, store: StoreDep, page: PagingDep
) -> Response:
    """What people said of a task, the last first; `before` is what was read."""
    with store.reading() as session:
        where = CorrectionFilter(task=task_of(session, task).key)
        found = corrections(session, where, limit=page.limit, after=page.after)
        return page_answer(request, map(correction_view, found.items), found.next)
