"""Documents: the files that were taken in, their bytes, and their readings."""

from typing import Annotated

from fastapi import Header, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from sqlmodel import Session
from starlette.responses import MalformedRangeHeader, RangeNotSatisfiable

from models.plan import Plan
from models.tables import DocumentRow
from service.api.answers import (
    DocumentRecord,
    Page,
    RunRecord,
    Uploaded,
    attachment,
    document_records,
    json_answer,
    list_answer,
    run_records,
)
from service.api.conditions import IfMatch, matched
from service.api.dependencies import (
    CallerDep,
    DocumentPath,
    RunPath,
    StoreDep,
    Told,
    document_of,
    needs,
    routes,
    run_of,
)
from service.api.errors import OutsideOfFile
from service.jobs import read_anew
from service.jobs.errors import DocumentBusy
from service.jobs.intake import is_busy, remove_bytes, remove_rows
from service.store.errors import NoPlan, SourceGone, UnknownDocument
from service.store.filters import DocumentQuery, Paging, RunQuery
from service.store.listings import documents, entry_of, runs

router = routes("documents")

MEDIA_TYPE = "application/octet-stream"

_BYTES = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
_NAMED = {"Content-Disposition": {"schema": {"type": "string"}}}
_PARTS = {"multipart/byteranges": {"schema": {"type": "string"}}}


@router.get("/documents", summary="Documents")
def list_documents(
    request: Request, asked: Annotated[DocumentQuery, Query()]
) -> Told[Page[DocumentRecord]]:
    """The files that were taken in, each with its plan and its latest job."""
    return list_answer(request, documents, asked, document_records)


@router.get("/documents/{document}", summary="One document", response_model=DocumentRecord)
@router.head(
    "/documents/{document}",
    operation_id="has_document",
    summary="Whether a document is known",
    response_class=Response,
)
def get_document(document: DocumentPath, store: StoreDep) -> Response:
    """A file with its plan and its latest job; by its SHA-256, whether its bytes are known."""
    with store.reading() as session:
        return _answer(session, document_of(session, document))


def _answer(session: Session, document: DocumentRow) -> Response:
    (record,) = document_records(session, [entry_of(session, document.id)])
    return json_answer(record)


class StoredFile(FileResponse):
    """A file of the vault, or the parts of it that a Range header asks for.

    What makes no sense there is passed over, as RFC 9110 (14.2) has it; a part outside of the file
    is a problem.
    """

    @classmethod
    def _parse_range_header(cls, http_range: str, file_size: int) -> list[tuple[int, int]]:
        try:
            return super()._parse_range_header(http_range, file_size)
        except MalformedRangeHeader:
            return []
        except RangeNotSatisfiable:
            error = OutsideOfFile()
            error.headers = {"Content-Range": f"bytes */{file_size}"}
            raise error from None


@router.get(
    "/documents/{document}/source",
    summary="The bytes of a document",
    response_class=Response,
    responses={
        200: {"description": "The file as it was sent", "content": _BYTES, "headers": _NAMED},
        206: {
            "description": "A part of it, or several",
            "content": _BYTES | _PARTS,
            "headers": _NAMED,
        },
        416: {},
    },
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
    headers = {"Content-Disposition": attachment(name), "ETag": f'"{sha256}"'}
    path = store.vault.local(sha256)
    if path is not None:
        return StoredFile(path, 200, headers, MEDIA_TYPE)
    headers["Content-Length"] = str(size)
    return StreamingResponse(store.vault.chunks(sha256), 200, headers, MEDIA_TYPE)


@router.delete(
    "/documents/{document}",
    summary="Remove a document",
    status_code=204,
    response_class=Response,
    responses={409: {}, 428: {}},
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


@router.get("/documents/{document}/runs", summary="Readings of a document")
def list_document_runs(
    request: Request,
    document: DocumentPath,
    store: StoreDep,
    paging: Annotated[Paging, Query()],
) -> Told[Page[RunRecord]]:
    """Every reading of a file, the last first: by which version, how long, what became of it."""
    with store.reading() as session:
        asked = paging.into(RunQuery, document=document_of(session, document).id)
    return list_answer(request, runs, asked, run_records)


@router.post(
    "/documents/{document}/runs",
    summary="Read a document anew",
    status_code=202,
    dependencies=[needs("write")],
)
def read_document(document: DocumentPath, store: StoreDep, caller: CallerDep) -> Told[Uploaded]:
    """A new job that reads a stored file, or its job that has not ended yet."""
    with store.reading() as session:
        row = document_of(session, document)
        document_id, filename = row.id, row.filename
    submission = read_anew(store, document_id, by=caller.name or None)
    if submission is None:
        raise UnknownDocument
    return json_answer(Uploaded.of(filename, submission), status=202)


@router.get("/runs", summary="Readings of all documents")
def list_runs(request: Request, asked: Annotated[RunQuery, Query()]) -> Told[Page[RunRecord]]:
    """Which version read which document, how long it took and what became of its words."""
    return list_answer(request, runs, asked, run_records)


@router.get("/runs/{run}", summary="One reading")
def get_run(run: RunPath, store: StoreDep) -> Told[RunRecord]:
    """A reading with its ledger; `current` where the plan of the document is from it."""
    with store.reading() as session:
        (record,) = run_records(session, [run_of(session, run)])
    return json_answer(record)


@router.get("/runs/{run}/plan", summary="The plan of a reading")
def get_run_plan(run: RunPath, store: StoreDep) -> Told[Plan]:
    """The plan as that reading gave it, `kehoach/plan@1`, without corrections."""
    with store.reading() as session:
        reading = run_of(session, run).reading
    if reading is None:
        raise NoPlan
    if not store.vault.has(reading):
        raise SourceGone
    return json_answer(store.vault.get(reading))
