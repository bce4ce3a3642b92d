"""Documents: the files that were taken in, their bytes, and their readings."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from sqlmodel import Session

from models.tables import DocumentRow
from service.api.answers import DocumentRecord, Page, RunRecord, Uploaded
from service.api.conditions import IfMatch, etag, matched
from service.api.dependencies import CallerDep, PagingDep, StoreDep, needs
from service.api.lookups import current_runs, document_of, years_of
from service.api.outcomes import problems
from service.api.parameters import DocumentPath
from service.api.queries import DocumentQuery
from service.api.sources import MEDIA_TYPE, source_answer
from service.api.splicing import encoded, json_answer, page_answer
from service.api.views import document_view, run_view
from service.jobs import read_anew
from service.jobs.errors import DocumentBusy
from service.store.errors import SourceGone, UnknownDocument
from service.store.filters import DocumentFilter, PlanFilter, RunFilter
from service.store.listings import Entry, documents, runs
from service.store.removal import is_busy, remove_bytes, remove_rows

router = APIRouter(tags=["documents"])

_FILE = {
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
}


@router.get(
    "/documents",
    operation_id="list_documents",
    summary="Documents",
    response_model=Page[DocumentRecord],
    responses=problems(),
    dependencies=[needs("read")],
)
def list_documents(
    request: Request,
    store: StoreDep,
    where: DocumentQuery,
    page: PagingDep,
    sort: Annotated[
        Literal["-created", "created"], Query(description="The newest or the oldest first")
    ] = "-created",
) -> Response:
    """The files that were taken in, each with its plan and its latest job."""
    with store.reading() as session:
        found = documents(session, where, sort=sort, limit=page.limit, after=page.after)
        years = years_of(session, [entry.document.id for entry in found.items])
        views = [_view(entry, years) for entry in found.items]
    return page_answer(request, views, found.next)


@router.get(
    "/documents/{document}",
    operation_id="get_document",
    summary="One document",
    response_model=DocumentRecord,
    responses=problems(404),
    dependencies=[needs("read")],
)
@router.head(
    "/documents/{document}",
    operation_id="has_document",
    summary="Whether a document is known",
    response_class=Response,
    responses=problems(404),
    dependencies=[needs("read")],
)
def get_document(document: DocumentPath, store: StoreDep) -> Response:
    """A file with its plan and its latest job; by its SHA-256, whether its bytes are known."""
    with store.reading() as session:
        return _answer(session, document_of(session, document))


def _answer(session: Session, document: DocumentRow) -> Response:
    where = DocumentFilter(plan=PlanFilter(document=document.id))
    (entry,) = documents(session, where, limit=1).items
    body = encoded(_view(entry, years_of(session, [document.id])))
    response = json_answer(body)
    response.headers["ETag"] = etag(body)
    return response


def _view(entry: Entry, years: dict[str, list[int]]) -> dict[str, object]:
    return document_view(entry.document, entry.plan, years[entry.document.id], entry.job)


@router.get(
    "/documents/{document}/source",
    operation_id="get_source",
    summary="The bytes of a document",
    response_class=Response,
    responses={
        200: {"description": "The file as it was sent", **_FILE},
        206: {"description": "A part of it", **_FILE},
        **problems(404, 416),
    },
    dependencies=[needs("read")],
)
def get_source(
    document: DocumentPath,
    store: StoreDep,
    range: Annotated[
        str | None, Header(max_length=200, description="A part: `bytes=0-1023`")
    ] = None,
) -> Response:
    """The file as it was sent, to be saved; a part of it by Range where the vault is a folder."""
    with store.reading() as session:
        row = document_of(session, document)
        sha256, size, name = row.sha256, row.bytes, row.filename or row.key
    if not store.vault.has(sha256):
        raise SourceGone
    return source_answer(store, sha256, size, name, range)


@router.delete(
    "/documents/{document}",
    operation_id="delete_document",
    summary="Remove a document",
    status_code=204,
    response_class=Response,
    responses=problems(404, 409, 412, 428),
    dependencies=[needs("admin")],
)
def delete_document(document: DocumentPath, store: StoreDep, if_match: IfMatch = None) -> Response:
    """Removes a file, its plan, its readings and all corrections to it, for good.

    Not while it is being read: then 409.
    """
    with store.writing() as session:
        row = document_of(session, document)
        matched(if_match, _answer(session, row).headers["ETag"].strip('"'))
        if is_busy(session, row.id):
            raise DocumentBusy
        named = remove_rows(session, row)
    remove_bytes(store, named)
    return Response(status_code=204)


@router.get(
    "/documents/{document}/runs",
    operation_id="list_document_runs",
    summary="Readings of a document",
    response_model=Page[RunRecord],
    responses=problems(404),
    dependencies=[needs("read")],
)
def list_runs(
    request: Request, document: DocumentPath, store: StoreDep, page: PagingDep
) -> Response:
    """Every reading of a file, the last first: by which version, how long, what became of it."""
    with store.reading() as session:
        row = document_of(session, document)
        where = RunFilter(document=row.id)
        found = runs(session, where, limit=page.limit, after=page.after)
        current = current_runs(session, [row.id])
        views = [run_view(run, current.get(run.document_id)) for run in found.items]
    return page_answer(request, views, found.next)


@router.post(
    "/documents/{document}/runs",
    operation_id="read_document",
    summary="Read a document anew",
    status_code=202,
    response_model=Uploaded,
    responses=problems(404),
    dependencies=[needs("write")],
)
def read_document(document: DocumentPath, store: StoreDep, caller: CallerDep) -> Response:
    """A new job that reads a stored file, or its job that has not ended yet."""
    with store.reading() as session:
        row = document_of(session, document)
        document_id, filename = row.id, row.filename
    submission = read_anew(store, document_id, by=caller.name or None)
    if submission is None:
        raise UnknownDocument
    answer = {
        "filename": filename,
        "document": submission.document_id,
        "job": submission.job_id,
        "new": submission.new,
        "error": None,
    }
    return json_answer(encoded(answer), status=202)
