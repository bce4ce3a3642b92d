"""Uploads: files come in, each becomes a document and a job that reads it.

A client that was cut asks by SHA-256 which files are known (HEAD /documents/{sha256}) and sends
what is missing, by form again or one by one with PUT. Sending a file twice changes nothing.
"""

from functools import partial
from pathlib import Path as Folder
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from models.errors import KehoachError
from models.tables.documents import Failure
from service.access import Caller
from service.api.answers import Uploaded, Uploads, json_answer
from service.api.dependencies import CallerDep, StoreDep, routes
from service.api.errors import CutUpload, NoFile, OtherBytes, TooManyFiles, WrongMediaType
from service.api.multipart import Received, boundary_of, files, opened
from service.api.problems import problems
from service.jobs.errors import FileTooLarge
from service.jobs.intake import Submission, check_room, submit
from service.settings import MB
from service.store import Store

router = routes("documents", "write")

Again = Annotated[
    bool, Query(description="Read the file anew, even where this version has read it before")
]

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "files": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "format": "binary"},
                        "description": "One part with a file name for each file",
                    }
                },
            }
        }
    },
}
_BINARY = "application/octet-stream"
_BYTES = {
    "required": True,
    "content": {_BINARY: {"schema": {"type": "string", "format": "binary"}}},
}


def incoming(store: Store) -> Folder:
    """Where uploads stand until they are whole."""
    return store.settings.data / "incoming"


@router.post(
    "/documents",
    operation_id="upload_documents",
    summary="Upload files",
    status_code=202,
    response_model=Uploads,
    responses=problems(413, 415),
    openapi_extra={"requestBody": _FORM},
)
async def upload(
    request: Request, store: StoreDep, caller: CallerDep, again: Again = False
) -> Response:
    """Takes in the files of a form, of any number up to the setting, and tells of each.

    One that is empty or too large does not spoil the others. Where none was taken the answer is
    the problem of the first, with `files` for all. 503 tells that the queue is full, before the
    body is read; a file whose `error` is `queue.full` is to be sent again.
    """
    await run_sync(check_room, store)
    boundary = boundary_of(request.headers.get("content-type"))
    most = store.settings.upload_mb * MB
    answers: list[Uploaded] = []
    refusals: list[KehoachError] = []
    try:
        async for file in files(request.stream(), boundary, incoming(store), most):
            try:
                if len(answers) >= store.settings.upload_files:
                    raise TooManyFiles(limit=store.settings.upload_files)
                submission = await run_sync(partial(_submission, store, file, caller, again))
                answers.append(_accepted(file.filename, submission))
            except KehoachError as error:  # of this file alone
                refusals.append(error)
                answers.append(_refused(file.filename, error))
            file.discard()
        if len(refusals) == len(answers):
            raise refusals[0] if refusals else NoFile
    except ClientDisconnect:
        raise CutUpload(files=_told(answers)) from None
    except KehoachError as error:
        error.facts["files"] = _told(answers)
        raise
    return json_answer(Uploads(files=answers), status=202)


@router.put(
    "/documents/{document}",
    operation_id="put_document",
    summary="Upload one file by its SHA-256",
    status_code=202,
    response_model=Uploaded,
    responses=problems(413, 415),
    openapi_extra={"requestBody": _BYTES},
)
async def put(
    request: Request,
    store: StoreDep,
    caller: CallerDep,
    document: Annotated[
        str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the bytes, 64 hex digits")
    ],
    filename: Annotated[
        str | None, Query(max_length=1000, description="Name of the file; its suffix helps")
    ] = None,
    again: Again = False,
) -> Response:
    """Takes in one file whose bytes must have that SHA-256; the body is the file as it is."""
    await run_sync(check_room, store)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", _BINARY):
        raise WrongMediaType.instead(_BINARY)
    file = await run_sync(opened, incoming(store), filename, store.settings.upload_mb * MB)
    try:
        async for piece in request.stream():
            file.add(piece)
        file.out.close()
        if file.whole and file.size and file.sha256 != document:
            raise OtherBytes(sha256=file.sha256)
        submission = await run_sync(partial(_submission, store, file, caller, again))
    except ClientDisconnect:
        raise CutUpload from None
    finally:
        file.discard()
    return json_answer(_accepted(file.filename, submission), status=202)


def _submission(store: Store, file: Received, caller: Caller, again: bool) -> Submission:
    if not file.whole:
        raise FileTooLarge(limit=store.settings.upload_mb)
    return submit(store, file.path, file.filename, by=caller.name or None, again=again)


def _accepted(filename: str | None, submission: Submission) -> Uploaded:
    return Uploaded(
        filename=filename,
        document=submission.document_id,
        job=submission.job_id,
        new=submission.new,
    )


def _refused(filename: str | None, error: KehoachError) -> Uploaded:
    return Uploaded(filename=filename, error=Failure(code=error.code, vi=error.vi, en=error.en))


def _told(answers: list[Uploaded]) -> list[dict[str, Any]]:
    """What became of the files before the upload went wrong, as a problem tells it."""
    return [answer.model_dump(mode="json") for answer in answers]
