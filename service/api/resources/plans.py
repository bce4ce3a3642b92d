"""Plans: what was read in the documents, with the corrections of people in it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from models.plan import Plan, Section
from service.api.answers import (
    CitationItem,
    CorrectionRecord,
    Page,
    PlanHead,
    SparseTaskItem,
    TargetItem,
    TaskItem,
)
from service.api.authors import by
from service.api.conditions import Revision
from service.api.dependencies import CallerDep, PagingDep, StoreDep, needs
from service.api.envelopes import citation_views, target_views, task_views
from service.api.lookups import plan_of, years_of
from service.api.outcomes import problems
from service.api.parameters import DocumentPath
from service.api.queries import PlanQuery
from service.api.resources.tasks import Fields, Sort, chosen
from service.api.splicing import encoded, json_answer, page_answer, raw
from service.api.views import correction_view, plan_view
from service.store.corrections import confirm_plan
from service.store.filters import CitationFilter, CorrectionFilter, TargetFilter, TaskFilter
from service.store.listings import (
    citations,
    corrections,
    plan_json,
    plans,
    sections,
    targets,
    tasks,
)

router = APIRouter(tags=["plans"])

READ = [needs("read")]


@router.get(
    "/plans",
    operation_id="list_plans",
    summary="Plans",
    response_model=Page[PlanHead],
    responses=problems(),
    dependencies=READ,
)
def list_plans(
    request: Request,
    store: StoreDep,
    where: PlanQuery,
    page: PagingDep,
    sort: Annotated[
        Literal["-issued", "issued", "document"],
        Query(description="By day of issue, the newest or the oldest first, or by document"),
    ] = "-issued",
) -> Response:
    """Documents in which a plan was read, with what it holds in figures."""
    with store.reading() as session:
        found = plans(session, where, sort=sort, limit=page.limit, after=page.after)
        years = years_of(session, [plan.document_id for plan in found.items])
        views = [plan_view(plan, years[plan.document_id]) for plan in found.items]
    return page_answer(request, views, found.next)


@router.get(
    "/plans/{document:undotted}",
    operation_id="get_plan",
    summary="One plan",
    response_model=Plan,
    responses=problems(404),
    dependencies=READ,
)
def get_plan(document: DocumentPath, store: StoreDep) -> Response:
    """The whole plan, `kehoach/plan@1`, with every correction in it. Its ETag is its revision."""
    with store.reading() as session:
        plan = plan_of(session, document)
        return json_answer(plan_json(session, plan.document_id), revision=plan.revision)


class PlanReview(BaseModel):
    """What a person found."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[
        Literal["draft", "confirmed"],
        Field(description="`confirmed`: the plan was checked, with every task in it"),
    ]


@router.patch(
    "/plans/{document:undotted}",
    operation_id="review_plan",
    summary="Confirm a plan",
    response_model=PlanHead,
    responses=problems(404, 405, 412, 415, 428),
    dependencies=[needs("write")],
)
def review_plan(
    request: Request,
    document: DocumentPath,
    review: PlanReview,
    store: StoreDep,
    caller: CallerDep,
    revision: Revision,
) -> Response:
    """Says that a plan was checked, with every task in it, or makes it a draft again."""
    with store.writing() as session:
        key = plan_of(session, document).document_id
        plan = confirm_plan(
            session, key, status=review.status, if_match=revision, **by(request, caller)
        )
        view = plan_view(plan, years_of(session, [key])[key])
        return json_answer(encoded(view), revision=plan.revision)


@router.get(
    "/plans/{document}/sections",
    operation_id="list_plan_sections",
    summary="The outline of a plan",
    response_model=Page[Section],
    responses=problems(404),
    dependencies=READ,
)
def list_sections(
    request: Request, document: DocumentPath, store: StoreDep, page: PagingDep
) -> Response:
    """The headings of a plan in their order, each with the text under it."""
    with store.reading() as session:
        plan = plan_of(session, document)
        found = sections(session, plan.document_id, limit=page.limit, after=page.after)
        return page_answer(request, [raw(row.record) for row in found.items], found.next)


@router.get(
    "/plans/{document}/tasks",
    operation_id="list_plan_tasks",
    summary="The tasks of a plan",
    response_model=Page[TaskItem] | Page[SparseTaskItem],
    responses=problems(404),
    dependencies=READ,
)
def list_plan_tasks(
    request: Request,
    document: DocumentPath,
    store: StoreDep,
    page: PagingDep,
    sort: Annotated[Sort, Query(description="Order; `-` turns it round")] = "document",
    fields: Fields = None,
) -> Response:
    """The tasks of a plan, in the order of the plan unless another is asked for."""
    with store.reading() as session:
        where = TaskFilter(document=plan_of(session, document).document_id)
        found = tasks(session, where, sort=sort, limit=page.limit, after=page.after)
        return page_answer(request, task_views(session, found.items, chosen(fields)), found.next)


@router.get(
    "/plans/{document}/targets",
    operation_id="list_plan_targets",
    summary="The targets of a plan",
    response_model=Page[TargetItem],
    responses=problems(404),
    dependencies=READ,
)
def list_plan_targets(
    request: Request, document: DocumentPath, store: StoreDep, page: PagingDep
) -> Response:
    """What a plan wants to reach, in the order of the plan."""
    with store.reading() as session:
        where = TargetFilter(document=plan_of(session, document).document_id)
        found = targets(session, where, limit=page.limit, after=page.after)
        return page_answer(request, target_views(session, found.items), found.next)


@router.get(
    "/plans/{document}/citations",
    operation_id="list_plan_citations",
    summary="The papers that a plan names",
    response_model=Page[CitationItem],
    responses=problems(404),
    dependencies=READ,
)
def list_plan_citations(
    request: Request, document: DocumentPath, store: StoreDep, page: PagingDep
) -> Response:
    """Each paper once, with every place where it is named."""
    with store.reading() as session:
        where = CitationFilter(document=plan_of(session, document).document_id)
        found = citations(session, where, limit=page.limit, after=page.after)
        return page_answer(request, citation_views(session, found.items), found.next)


@router.get(
    "/plans/{document}/corrections",
    operation_id="list_plan_corrections",
    summary="Corrections to a plan",
    response_model=Page[CorrectionRecord],
    responses=problems(404),
    dependencies=READ,
)
def list_plan_corrections(
    request: Request, document: DocumentPath, store: StoreDep, page: PagingDep
) -> Response:
    """What people said of the tasks of a plan, the last first; withdrawn and orphaned ones too."""
    with store.reading() as session:
        where = CorrectionFilter(document=plan_of(session, document).document_id)
        found = corrections(session, where, limit=page.limit, after=page.after)
        return page_answer(request, map(correction_view, found.items), found.next)
