"""Corrections of all documents, and taking one back."""

from fastapi import APIRouter, Request, Response

from service.api.answers import CorrectionRecord, Page
from service.api.authors import by
from service.api.conditions import OptionalRevision
from service.api.dependencies import CallerDep, PagingDep, StoreDep, needs
from service.api.outcomes import problems
from service.api.parameters import CorrectionPath
from service.api.queries import CorrectionQuery
from service.api.splicing import encoded, json_answer, page_answer
from service.api.views import correction_view
from service.store.corrections import withdraw
from service.store.listings import corrections

router = APIRouter(tags=["tasks"])


@router.get(
    "/corrections",
    operation_id="list_corrections",
    summary="Corrections",
    response_model=Page[CorrectionRecord],
    responses=problems(),
    dependencies=[needs("read")],
)
def list_corrections(
    request: Request, store: StoreDep, where: CorrectionQuery, page: PagingDep
) -> Response:
    """What people said of tasks, the last first.

    Those `orphaned` fit no task of the latest reading; they are kept, and are in force again when
    one fits.
    """
    with store.reading() as session:
        found = corrections(session, where, limit=page.limit, after=page.after)
        return page_answer(request, map(correction_view, found.items), found.next)


@router.delete(
    "/corrections/{correction}",
    operation_id="withdraw_correction",
    summary="Take a correction back",
    response_model=CorrectionRecord,
    responses=problems(404, 412),
    dependencies=[needs("write")],
)
def withdraw_correction(
    request: Request,
    correction: CorrectionPath,
    store: StoreDep,
    caller: CallerDep,
    revision: OptionalRevision,
) -> Response:
    """The correction before it counts again, or else what was read; it stays in the list.

    If-Match, where it is sent, is the revision of the task.
    """
    with store.writing() as session:
        row = withdraw(session, correction, if_match=revision, **by(request, caller))
        return json_answer(encoded(correction_view(row)))
