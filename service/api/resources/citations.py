"""Papers that plans name."""

from fastapi import APIRouter, Request, Response

from service.api.answers import CitationItem, Page
from service.api.dependencies import PagingDep, StoreDep, needs
from service.api.envelopes import citation_views
from service.api.outcomes import problems
from service.api.queries import CitationQuery
from service.api.splicing import page_answer
from service.store.listings import citations

router = APIRouter(tags=["citations"], dependencies=[needs("read")])


@router.get(
    "/citations",
    operation_id="list_citations",
    summary="Papers that plans name",
    response_model=Page[CitationItem],
    responses=problems(),
)
def list_citations(
    request: Request, store: StoreDep, where: CitationQuery, page: PagingDep
) -> Response:
    """Each paper once in each plan; by its `id`, the same everywhere, all plans that name it."""
    with store.reading() as session:
        found = citations(session, where, limit=page.limit, after=page.after)
        return page_answer(request, citation_views(session, found.items), found.next)
