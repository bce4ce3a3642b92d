"""Tasks: lists of them by any condition, each one, and what people say of it."""

from dataclasses import fields as fields_of
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import ConfigDict, Field, model_validator
from sqlmodel import Session

from models.plan import ReviewStatus
from models.task import Task
from service.api.answers import (
    Closed,
    CorrectionRecord,
    Page,
    SparseTaskItem,
    TaskItem,
    each,
    json_answer,
    list_answer,
    task_items,
)
from service.api.conditions import OptionalRevision, Revision
from service.api.dependencies import (
    AuthorDep,
    CorrectionPath,
    StoreDep,
    TaskPath,
    needs,
    routes,
)
from service.store.corrections import LONGEST, confirm_task, correct, withdraw
from service.store.filters import (
    AGENCY,
    FIELD,
    CorrectionQuery,
    Paging,
    TaskFilter,
    TaskQuery,
    TaskSort,
)
from service.store.listings import corrections
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


@router.get(
    "/tasks",
    summary="Tasks of all plans",
    response_model=Page[TaskItem] | Page[SparseTaskItem],
)
def list_tasks(request: Request, asked: Annotated[ListedTasks, Query()]) -> Response:
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


@router.get("/tasks/{task:dotted}", summary="One task", response_model=TaskItem)
def get_task(task: TaskPath, store: StoreDep) -> Response:
    """A task with every correction in it. Its ETag is its revision, for If-Match."""
    with store.reading() as session:
        return _answer(session, task)


def _answer(session: Session, key: str) -> Response:
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
    response_model=TaskItem,
    responses={428: {}},
    dependencies=[needs("write")],
)
def correct_task(
    task: TaskPath,
    wanted: Correction,
    store: StoreDep,
    author: AuthorDep,
    revision: Revision,
) -> Response:
    """Sets fields of a task. What was read is kept: a correction can be taken back.

    It is never overwritten: later readings of the document get it too, where the task is still
    there. A field that has the value already stays as it is.
    """
    changes = wanted.changes.model_dump(exclude_unset=True)
    with store.writing() as session:
        correct(session, task, changes, reason=wanted.reason, if_match=revision, **author)
        return _answer(session, task)


class TaskReview(Closed):
    """What a person found: it is right, it is no task, or it is to be looked at again."""

    status: ReviewStatus = "confirmed"


@router.post(
    "/tasks/{task:dotted}/confirm",
    operation_id="confirm_task",
    summary="Confirm a task",
    response_model=TaskItem,
    responses={428: {}},
    dependencies=[needs("write")],
)
def confirm(
    task: TaskPath,
    store: StoreDep,
    author: AuthorDep,
    revision: Revision,
    review: TaskReview | None = None,
) -> Response:
    """Says that a task was checked and is right; `{"status": "open"}` takes that back."""
    status = (review or TaskReview()).status
    with store.writing() as session:
        confirm_task(session, task, status=status, if_match=revision, **author)
        return _answer(session, task)


@router.get(
    "/tasks/{task:dotted}/corrections",
    summary="Corrections to a task",
    response_model=Page[CorrectionRecord],
)
def list_task_corrections(
    request: Request, task: TaskPath, store: StoreDep, paging: Annotated[Paging, Query()]
) -> Response:
    """What people said of a task, the last first; `before` is what was read."""
    with store.reading() as session:
        asked = paging.into(CorrectionQuery, task=task_of(session, task).key)
    return list_answer(request, corrections, asked, each(CorrectionRecord))


@router.get("/corrections", summary="Corrections", response_model=Page[CorrectionRecord])
def list_corrections(request: Request, asked: Annotated[CorrectionQuery, Query()]) -> Response:
    """What people said of tasks, the last first.

    Those `orphaned` fit no task of the latest reading; they are kept, and are in force again when
    one fits.
    """
    return list_answer(request, corrections, asked, each(CorrectionRecord))


@router.delete(
    "/corrections/{correction}",
    summary="Take a correction back",
    response_model=CorrectionRecord,
    dependencies=[needs("write")],
)
def withdraw_correction(
    correction: CorrectionPath,
    store: StoreDep,
    author: AuthorDep,
    revision: OptionalRevision,
) -> Response:
    """The correction before it counts again, or else what was read; it stays in the list.

    If-Match, where it is sent, is the revision of the task.
    """
    with store.writing() as session:
        row = withdraw(session, correction, if_match=revision, **author)
        return json_answer(CorrectionRecord.model_validate(row))
