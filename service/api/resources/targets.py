"""Targets of all plans."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from service.api.answers import Page, TargetItem
from service.api.dependencies import PagingDep, StoreDep, needs
from service.api.envelopes import target_views
from service.api.outcomes import problems
from service.api.queries import TargetQuery
from service.api.splicing import page_answer
from service.store.listings import targets

router = APIRouter(tags=["targets"], dependencies=[needs("read")])


@router.get(
    "/targets",
    operation_id="list_targets",
    summary="Targets of all plans",
    response_model=Page[TargetItem],
    responses=problems(),
)
def list_targets(
    request: Request,
    store: StoreDep,
    where: TargetQuery,
    page: PagingDep,
    sort: Annotated[
        Literal["document", "year"], Query(description="By document, or by year of the target")
    ] = "document",
) -> Response:
    """What plans want to reach, measured: the indicator, the comparison, the value, the year."""
    with store.reading() as session:
        found = targets(session, where, sort=sort, limit=page.limit, after=page.after)
        return page_answer(request, target_views(session, found.items), found.next)
