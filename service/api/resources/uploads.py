"""Uploads: files come in, each becomes a document and a job that reads it.

A client that was cut asks by SHA-256 which files are known (HEAD /documents/{sha256}) and sends
what is missing, by form again or one by one with PUT. Sending a file twice changes nothing.
"""

from functools import partial
from pathlib import Path as Folder
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from extractor.errors import KehoachError, LimitExceeded
from service.access import Caller
from service.api.answers import Uploaded, Uploads
from service.api.catalogue import status_of
from service.api.dependencies import CallerDep, StoreDep, needs
from service.api.multipart import BrokenForm, Received, boundary_of, files, opened
from service.api.outcomes import problems
from service.api.problems import Problem
from service.api.splicing import encoded, json_answer
from service.api.views import View, failure
from service.jobs.intake import QueueFull, Submission, check_room, submit
from service.settings import MB
from service.store import Store

router = APIRouter(tags=["documents"], dependencies=[needs("write")])

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
_BYTES = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
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
    try:
        boundary = boundary_of(request.headers.get("content-type"))
    except BrokenForm as wrong:
        raise Problem(415, "request.media-type", wrong.vi, wrong.en) from None
    most = store.settings.upload_mb * MB
    answers: list[View] = []
    try:
        async for file in files(request.stream(), boundary, incoming(store), most):
            if len(answers) < store.settings.upload_files:
                taken = await run_sync(partial(_taken, store, file, caller, again))
            else:
                taken = _refused(file.filename, _too_many(store.settings.upload_files))
            answers.append(taken)
            file.discard()
    except BrokenForm as wrong:
        raise Problem(400, wrong.code, wrong.vi, wrong.en, files=answers) from None
    except ClientDisconnect:
        raise Problem(400, "upload.broken", *_CUT, files=answers) from None
    if not any(answer["document"] for answer in answers):
        raise _nothing(answers)
    return json_answer(encoded({"files": answers}), status=202)


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
    if kind not in ("", "application/octet-stream"):
        raise Problem(
            415,
            "request.media-type",
            "Phần thân phải là application/octet-stream.",
            "The body must be application/octet-stream.",
            headers={"Accept": "application/octet-stream"},
        )
    file = await run_sync(opened, incoming(store), filename, store.settings.upload_mb * MB)
    try:
        async for piece in request.stream():
            file.add(piece)
        file.out.close()
        if file.whole and file.size and file.sha256 != document:
            raise Problem(422, "upload.hash", *_DIFFERS, sha256=file.sha256)
        submission = await run_sync(partial(_submission, store, file, caller, again))
    except ClientDisconnect:
        raise Problem(400, "upload.broken", *_CUT) from None
    finally:
        file.discard()
    return json_answer(encoded(_accepted(file.filename, submission)), status=202)


_CUT = ("Nội dung tải lên bị cắt ngang.", "The upload was cut short.")
_DIFFERS = (
    "Nội dung nhận được không có SHA-256 như địa chỉ nêu; hãy gửi lại.",
    "What came in has not the SHA-256 of the address; send it again.",
)


def _submission(store: Store, file: Received, caller: Caller, again: bool) -> Submission:
    if not file.whole:
        limit = store.settings.upload_mb
        raise LimitExceeded(
            f"tệp này lớn hơn {limit} MB; người quản trị có thể cho thêm bằng KEHOACH_UPLOAD_MB",
            f"the file is larger than {limit} MB; KEHOACH_UPLOAD_MB allows more",
        )
    return submit(store, file.path, file.filename, by=caller.name or None, again=again)


def _taken(store: Store, file: Received, caller: Caller, again: bool) -> View:
    """What became of one file of several; an error of its own is told, not raised."""
    try:
        return _accepted(file.filename, _submission(store, file, caller, again))
    except KehoachError as error:
        return _refused(file.filename, error)


def _accepted(filename: str | None, submission: Submission) -> View:
    return {
        "filename": filename,
        "document": submission.document_id,
        "job": submission.job_id,
        "new": submission.new,
        "error": None,
    }


def _refused(filename: str | None, error: KehoachError) -> View:
    return {
        "filename": filename,
        "document": None,
        "job": None,
        "new": False,
        "error": failure(error.code, error.vi, error.en),
    }


class TooManyFiles(KehoachError):
    code = "upload.too-many"


def _too_many(most: int) -> TooManyFiles:
    return TooManyFiles(
        f"chỉ nhận {most} tệp trong một yêu cầu", f"only {most} files are taken in one request"
    )


def _nothing(answers: list[View]) -> Problem:
    """No file was taken: the problem of the first, or that there was none."""
    if not answers:
        return Problem(
            422,
            "upload.nothing",
            "Yêu cầu không có tệp nào; mỗi tệp là một phần có filename.",
            "The request has no file; each is a part with a filename.",
            files=[],
        )
    error: dict[str, Any] = answers[0]["error"]
    status = status_of(error["code"])
    headers = {"Retry-After": "5"} if error["code"] == QueueFull.code else {}
    return Problem(status, error["code"], error["vi"], error["en"], headers=headers, files=answers)
