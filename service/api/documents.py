"""Documents: the files that were taken in, their bytes, and their readings."""

from typing import Annotated

from fastapi import Header, Query, Request, Response
from sqlmodel import Session

from models.plan import Plan
from models.tables import DocumentRow
from service.api.answers import (
    DocumentRecord,
    Page,
    RunRecord,
    Uploaded,
    document_records,
    json_answer,
    list_answer,
    run_records,
)
from service.api.conditions import IfMatch, matched
from service.api.dependencies import CallerDep, StoreDep, bare, needs, routes
from service.api.lookups import document_of, run_of
from service.api.parameters import DocumentPath, RunPath
from service.api.problems import problems
from service.api.sources import MEDIA_TYPE, source_answer
from service.jobs import read_anew
from service.jobs.errors import DocumentBusy
from service.store.errors import NoPlan, SourceGone, UnknownDocument
from service.store.filters import DocumentQuery, Paging, RunQuery
from service.store.listings import documents, entry_of, runs
from service.store.removal import is_busy, remove_bytes, remove_rows

router = routes("documents")

_FILE = {
    "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
}


_PARTS = {"content": {**_FILE["content"], "multipart/byteranges": {"schema": {"type": "string"}}}}


@router.get("/documents", summary="Documents", response_model=Page[DocumentRecord])
def list_documents(
    request: Request, store: StoreDep, asked: Annotated[DocumentQuery, Query()]
) -> Response:
    """The files that were taken in, each with its plan and its latest job."""
    return list_answer(request, store, documents, asked, document_records)


@router.get(
    "/documents/{document}",
    summary="One document",
    response_model=DocumentRecord,
    responses=problems(404),
    dependencies=[bare],
)
@router.head(
    "/documents/{document}",
    operation_id="has_document",
    summary="Whether a document is known",
    response_class=Response,
    responses=problems(404),
    dependencies=[bare],
)
def get_document(document: DocumentPath, store: StoreDep) -> Response:
    """A file with its plan and its latest job; by its SHA-256, whether its bytes are known."""
    with store.reading() as session:
        return _answer(session, document_of(session, document))


def _answer(session: Session, document: DocumentRow) -> Response:
    (record,) = document_records(session, [entry_of(session, document.id)])
    return json_answer(record)


@router.get(
    "/documents/{document}/source",
    summary="The bytes of a document",
    response_class=Response,
    responses={
        200: {"description": "The file as it was sent", **_FILE},
        206: {"description": "A part of it, or several", **_PARTS},
        **problems(404, 416),
    },
    dependencies=[bare],
)
def get_source(
    document: DocumentPath,
    store: StoreDep,
    range: Annotated[  # which the answer itself heeds
        str | None, Header(max_length=200, description="A part: `bytes=0-1023`")
    ] = None,
) -> Response:
    """The file as it was sent, to be saved; a part of it by Range where the vault is a folder."""
    with store.reading() as session:
        row = document_of(session, document)
        sha256, size, name = row.sha256, row.bytes, row.filename or row.key
    if not store.vault.has(sha256):
        raise SourceGone
    return source_answer(store, sha256, size, name)


@router.delete(
    "/documents/{document}",
    summary="Remove a document",
    status_code=204,
    response_class=Response,
    responses=problems(404, 409, 412, 428),
    dependencies=[needs("admin"), bare],
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
    summary="Readings of a document",
    response_model=Page[RunRecord],
    responses=problems(404),
)
def list_document_runs(
    request: Request,
    document: DocumentPath,
    store: StoreDep,
    paging: Annotated[Paging, Query()],
) -> Response:
    """Every reading of a file, the last first: by which version, how long, what became of it."""
    with store.reading() as session:
        asked = paging.into(RunQuery, document=document_of(session, document).id)
    return list_answer(request, store, runs, asked, run_records)


@router.post(
    "/documents/{document}/runs",
    summary="Read a document anew",
    status_code=202,
    response_model=Uploaded,
    responses=problems(404),
    dependencies=[needs("write"), bare],
)
def read_document(document: DocumentPath, store: StoreDep, caller: CallerDep) -> Response:
    """A new job that reads a stored file, or its job that has not ended yet."""
    with store.reading() as session:
        row = document_of(session, document)
        document_id, filename = row.id, row.filename
    submission = read_anew(store, document_id, by=caller.name or None)
    if submission is None:
        raise UnknownDocument
    return json_answer(
        Uploaded(
            filename=filename,
            document=submission.document_id,
            job=submission.job_id,
            new=submission.new,
        ),
        status=202,
    )


@router.get("/runs", summary="Readings of all documents", response_model=Page[RunRecord])
def list_runs(request: Request, store: StoreDep, asked: Annotated[RunQuery, Query()]) -> Response:
    """Which version read which document, how long it took and what became of its words."""
    return list_answer(request, store, runs, asked, run_records)


@router.get(
    "/runs/{run}",
    summary="One reading",
    response_model=RunRecord,
    responses=problems(404),
    dependencies=[bare],
)
def get_run(run: RunPath, store: StoreDep) -> Response:
    """A reading with its ledger; `current` where the plan of the document is from it."""
    with store.reading() as session:
        (record,) = run_records(session, [run_of(session, run)])
    return json_answer(record)


@router.get(
    "/runs/{run}/plan",
    summary="The plan of a reading",
    response_model=Plan,
    responses=problems(404),
    dependencies=[bare],
)
def get_run_plan(run: RunPath, store: StoreDep) -> Response:
    """The plan as that reading gave it, `kehoach/plan@1`, without corrections."""
    with store.reading() as session:
        reading = run_of(session, run).reading
    if reading is None:
        raise NoPlan
    if not store.vault.has(reading):
        raise SourceGone
    return json_answer(store.vault.get(reading))
