"""Plans: what was read in the documents, with the corrections of people in it."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from pydantic import Field

from models.plan import Plan, Section
from service.api.answers import (
    CitationItem,
    Closed,
    CorrectionRecord,
    Page,
    PlanHead,
    SparseTaskItem,
    TargetItem,
    TaskItem,
    citation_items,
    each,
    json_answer,
    list_answer,
    plan_heads,
    record_of,
    target_items,
    task_items,
)
from service.api.conditions import Revision
from service.api.dependencies import ByDep, DocumentPath, StoreDep, Told, needs, plan_of, routes
from service.api.tasks import Listed, chosen
from service.comparison.side_by_side import Compared, amending, tallied
from service.store.corrections import confirm_plan
from service.store.filters import (
    CitationQuery,
    CorrectionQuery,
    Paging,
    PlanQuery,
    TargetQuery,
    TaskQuery,
)
from service.store.listings import citations, corrections, plans, sections, targets
from service.store.plans import plan_json
from service.store.tasks import tasks

router = routes("plans")
of_all_targets = routes("targets")
of_all_citations = routes("citations")


def _plan(document: DocumentPath, store: StoreDep) -> str:
    with store.reading() as session:
        return plan_of(session, document).document_id


#: The id of the document in the address, which holds a plan.
PlanDep = Annotated[str, Depends(_plan)]
PagingDep = Annotated[Paging, Query()]


@router.get("/plans", summary="Plans")
def list_plans(request: Request, asked: Annotated[PlanQuery, Query()]) -> Told[Page[PlanHead]]:
    """Documents in which a plan was read, with what it holds in figures."""
    return list_answer(request, plans, asked, plan_heads)


@router.get("/plans/{document:undotted}", summary="One plan")
def get_plan(document: DocumentPath, store: StoreDep) -> Told[Plan]:
    """The whole plan, `kehoach/plan@1`, with every correction in it. Its ETag is its revision."""
    with store.reading() as session:
        plan = plan_of(session, document)
        return json_answer(plan_json(session, plan.document_id), revision=plan.revision)


class PlanReview(Closed):
    """What a person found."""

    status: Annotated[
        Literal["draft", "confirmed"],
        Field(description="`confirmed`: the plan was checked, with every task in it"),
    ]


@router.patch(
    "/plans/{document:undotted}",
    summary="Confirm a plan",
    responses={405: {}, 428: {}},
    dependencies=[needs("write")],
)
def review_plan(
    document: DocumentPath,
    review: PlanReview,
    store: StoreDep,
    by: ByDep,
    revision: Revision,
) -> Told[PlanHead]:
    """Says that a plan was checked, with every task in it, or makes it a draft again."""
    with store.writing() as session:
        key = plan_of(session, document).document_id
        plan = confirm_plan(session, key, status=review.status, if_match=revision, by=by)
        (head,) = plan_heads(session, [plan])
        return json_answer(head, revision=plan.revision)


@router.get("/plans/{document}/sections", summary="The outline of a plan")
def list_plan_sections(request: Request, plan: PlanDep, asked: PagingDep) -> Told[Page[Section]]:
    """The headings of a plan in their order, each with the text under it."""
    return list_answer(
        request,
        lambda session, asked: sections(session, plan, asked),
        asked,
        lambda _, rows: map(record_of, rows),
    )


@router.get("/plans/{document}/tasks", summary="The tasks of a plan")
def list_plan_tasks(
    request: Request, plan: PlanDep, asked: Annotated[Listed, Query()]
) -> Told[Page[TaskItem] | Page[SparseTaskItem]]:
    """The tasks of a plan, in the order of the plan unless another is asked for."""
    query, only = asked.into(TaskQuery, document=plan), chosen(asked.fields)
    return list_answer(request, tasks, query, task_items(only))


@router.get("/plans/{document}/targets", summary="The targets of a plan")
def list_plan_targets(request: Request, plan: PlanDep, asked: PagingDep) -> Told[Page[TargetItem]]:
    """What a plan wants to reach, in the order of the plan."""
    query = asked.into(TargetQuery, document=plan)
    return list_answer(request, targets, query, target_items)


@router.get("/plans/{document}/citations", summary="The papers that a plan names")
def list_plan_citations(
    request: Request, plan: PlanDep, asked: PagingDep
) -> Told[Page[CitationItem]]:
    """Each paper once, with every place where it is named."""
    query = asked.into(CitationQuery, document=plan)
    return list_answer(request, citations, query, citation_items)


@router.get("/plans/{document}/corrections", summary="Corrections to a plan")
def list_plan_corrections(
    request: Request, plan: PlanDep, asked: PagingDep
) -> Told[Page[CorrectionRecord]]:
    """What people said of the tasks of a plan, the last first; withdrawn and orphaned ones too."""
    query = asked.into(CorrectionQuery, document=plan)
    return list_answer(request, corrections, query, each(CorrectionRecord))


class AmendedTask(Closed):
    """A task of one of the two plans."""

    key: str
    ordinal: str
    text: str
    lead: str
    deadline: str


class AmendedRow(Closed):
    """What became of a task: new, kept (see `changes`), withdrawn, or stays, being not named."""

    kind: str
    changes: list[str]
    before: AmendedTask | None
    after: AmendedTask | None
    reason: str


class Amendment(Closed):
    """A plan that amends or replaces another, both in the store by their keys."""

    role: Literal["amended", "replaced"]
    earlier: str
    later: str
    counts: dict[str, int]
    items: list[AmendedRow]


class Amendments(Closed):
    """What a plan amends or replaces, and by what it is, the earlier plans first."""

    items: list[Amendment]


@router.get("/plans/{document}/amendments", summary="What a plan amends, and what amends it")
def list_plan_amendments(plan: PlanDep, store: StoreDep) -> Told[Amendments]:
    """Tasks added, changed, withdrawn. Linked by number, issuer and day; where two plans fit, none
    is."""
    with store.reading() as session:
        return json_answer(Amendments(items=[_amendment(one) for one in amending(session, plan)]))


def _amendment(found: Compared) -> Amendment:
    earlier, later = (one.key for one in found.plans)
    return Amendment.model_validate(
        {"role": found.role, "earlier": earlier, "later": later, "counts": tallied(found.rows),
         "items": found.rows},
        extra="ignore",
    )  # fmt: skip


@of_all_targets.get("/targets", summary="Targets of all plans")
def list_targets(
    request: Request, asked: Annotated[TargetQuery, Query()]
) -> Told[Page[TargetItem]]:
    """What plans want to reach, measured: the indicator, the comparison, the value, the year."""
    return list_answer(request, targets, asked, target_items)


@of_all_citations.get("/citations", summary="Papers that plans name")
def list_citations(
    request: Request, asked: Annotated[CitationQuery, Query()]
) -> Told[Page[CitationItem]]:
    """Each paper once in each plan; by its `id`, the same everywhere, all plans that name it."""
    return list_answer(request, citations, asked, citation_items)
