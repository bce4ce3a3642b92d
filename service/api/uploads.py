"""Uploads: files come in, each becomes a document and a job that reads it.

A client that was cut asks by SHA-256 which files are known (HEAD /documents/{sha256}) and sends
what is missing, by form again or one by one with PUT. Sending a file twice changes nothing.
"""

import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path as FilePath
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Path, Query, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from extractor.readers.heads import Why
from models.errors import KehoachError
from service.api.answers import Uploaded, Uploads, json_answer
from service.api.dependencies import CallerDep, StoreDep, Told, in_turn, routes
from service.api.errors import (
    BrokenUpload,
    CutUpload,
    NoFile,
    OtherBytes,
    TooManyFiles,
    WrongMediaType,
)
from service.isolation import Input
from service.jobs.intake import check_room, submit
from service.jobs.sources import ARCHIVE, HeadOf, documents, heads_by, joined, together
from service.jobs.sources import Source as Document
from service.store import Store
from service.store.vault import digest

router = routes("documents", "write")
router.dependencies.append(in_turn("uploads"))

#: The most of a file that is held in memory; a longer one passes through a temporary file.
HELD = 64 * 1024

Again = Annotated[
    bool, Query(description="Read the file anew, even where this version has read it before")
]

Together = Annotated[
    bool | None,
    Query(
        alias="together",
        description="Whether the files are one plan with its appendices, and become one document;"
        " false: each is one by itself. Without it their heads tell: letterheads, the number that"
        " an appendix comes with, titles; or else names and folders. `parts` says why",
    ),
]

_FILES = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string", "format": "binary"},
    "description": "One part with a file name for each file",
}
_SCHEMA = {"type": "object", "required": ["files"], "properties": {"files": _FILES}}
_BINARY = "application/octet-stream"


def _body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


class _Parser(MultiPartParser):
    """Refuses a form that ends before its last boundary; it puts away what came of it itself."""

    spool_max_size = HELD
    whole = False

    def on_end(self) -> None:
        self.whole = True

    async def all_of(self, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        async for piece in pieces:
            yield piece
        if not self.whole:
            raise CutUpload


async def _form(request: Request, most: int) -> FormData:
    """A form of at most so many files; the bytes of all together are counted before.

    Raises WrongMediaType, and BrokenUpload where the body is no whole form.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise WrongMediaType.instead("multipart/form-data")
    parser = _Parser(request.headers, request.stream(), max_files=most, max_fields=most)
    parser.stream = parser.all_of(parser.stream)
    try:
        return await parser.parse()
    except MultiPartException:
        if sum(isinstance(part, UploadFile) for _, part in parser.items) >= most:
            raise TooManyFiles(limit=most) from None
        raise BrokenUpload from None
    except ClientDisconnect:
        raise CutUpload from None


@router.post(
    "/documents",
    summary="Upload files",
    status_code=202,
    openapi_extra=_body("multipart/form-data", _SCHEMA),
)
async def upload_documents(
    request: Request,
    store: StoreDep,
    caller: CallerDep,
    again: Again = False,
    as_one: Together = None,
) -> Told[Uploads]:
    """Takes in the files of a form, of any number up to the setting, and tells of each.

    A ZIP archive stands for the documents in it; a plan and its appendices are one. A file that is
    empty or too large does not spoil the others. Where none was taken the answer is the problem of
    the first, with `files` for all. 503 tells that the queue is full, before the body is read; a
    file whose `error` is `queue.full` is to be sent again. A form that does not come to its end is
    not taken in at all.
    """
    await run_sync(check_room, store)
    by = caller.name or None
    async with upload_form(request, store, by, again=again, as_one=as_one) as form:
        answers = [answer for answer, _ in form.taken]
        refusals = [error for _, error in form.taken if error]
    if len(refusals) == len(answers):
        first = refusals[0] if refusals else NoFile()
        first.facts["files"] = [answer.model_dump(mode="json") for answer in answers]
        raise first
    return json_answer(Uploads(files=answers), status=202)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was sent: what became of each file, and its other fields."""

    taken: list[tuple[Uploaded, KehoachError | None]]
    fields: dict[str, str]


@asynccontextmanager
async def upload_form(
    request: Request,
    store: Store,
    by: str | None,
    *,
    again: bool = False,
    as_one: bool | None = None,
) -> AsyncIterator[Form]:
    """Takes in the files of a form; an archive stands for the documents in it.

    Whether they are one plan is said by `as_one`, or by a field `together` of the form (0: no), or
    else told by their heads, which of several plans each belongs to, too.
    """
    form = await _form(request, store.settings.upload_files)
    try:
        parts = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        # a field of files in which none was chosen has neither a name nor bytes
        files = [part for part in parts if part.filename or part.size]
        texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        if as_one is None and texts.get("together"):
            as_one = texts["together"] != "0"
        head_of = heads_by(request.app.state.originals.pool) if as_one is None else None
        found = partial(_documents, store, files, head_of)
        take = partial(_taken, store, found, as_one is True, by=by, again=again)
        taken = await run_sync(take, limiter=request.app.state.keeping) if files else []
        yield Form(taken, texts)
    finally:
        await form.close()


def _taken(
    store: Store,
    found: Callable[[], Iterator[Document]],
    as_one: bool,
    *,
    by: str | None,
    again: bool,
) -> list[tuple[Uploaded, KehoachError | None]]:
    """What became of each document that was found; `as_one`, of all together."""
    if not as_one:
        return [_submitted(store, one, by, again) for one in found()]
    parts: list[tuple[str, Why]] = []

    def each() -> Iterator[Document]:
        for one in found():
            parts.append((one.filename or one.name, "asked"))
            yield one

    try:
        whole = together(each(), store.settings.limits.source_bytes)
    except KehoachError as error:
        return [(Uploaded.refused(parts[0][0] if parts else None, error), error)]
    return [_submitted(store, replace(whole, parts=parts), by, again)]


def _documents(
    store: Store, files: Sequence[UploadFile], head_of: HeadOf | None
) -> Iterator[Document]:
    """The documents in uploaded files: those in each archive, and the other files."""
    single = [file for file in files if not _packed(file)]
    names = [(file.filename or "").replace("\\", "/") for file in single]
    some = [
        Document(name, file.filename or None, partial(getattr, file, "file"))
        for name, file in zip(names, single, strict=True)
    ]
    limits = store.settings.limits
    yield from joined(some, names, limits.source_bytes, head_of) if head_of else some
    for file in filter(_packed, files):
        with NamedTemporaryFile(suffix=ARCHIVE) as whole:
            shutil.copyfileobj(file.file, whole)
            whole.flush()
            given = [Input(FilePath(whole.name), file.filename or "")]
            yield from documents(given, limits, head_of)


def _packed(file: UploadFile) -> bool:
    return (file.filename or "").lower().endswith(ARCHIVE)


def _submitted(
    store: Store, one: Document, by: str | None, again: bool
) -> tuple[Uploaded, KehoachError | None]:
    name, parts = one.filename, one.parts
    try:
        taken = submit(store, one.content(), name, by=by, again=again)
    except KehoachError as error:  # of this file alone
        return Uploaded.refused(name, error, parts), error
    return Uploaded.of(name, taken, parts), None


@router.put(
    "/documents/{document}",
    summary="Upload one file by its SHA-256",
    status_code=202,
    openapi_extra=_body(_BINARY, {"type": "string", "format": "binary"}),
)
async def put_document(
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
) -> Told[Uploaded]:
    """Takes in one file whose bytes must have that SHA-256; the body is the file as it is."""
    await run_sync(check_room, store)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", _BINARY):
        raise WrongMediaType.instead(_BINARY)

    def taken() -> Told[Uploaded]:
        if file.size and (sha256 := digest(file.file)) != document:
            raise OtherBytes(sha256=sha256)
        submission = submit(store, file.file, filename, by=caller.name or None, again=again)
        return json_answer(Uploaded.of(filename, submission), status=202)

    file = UploadFile(SpooledTemporaryFile(max_size=HELD), size=0)  # type: ignore[arg-type]  # noqa: SIM115
    try:
        async for piece in request.stream():
            await file.write(piece)
        return await run_sync(taken, limiter=request.app.state.keeping)
    except ClientDisconnect:
        raise CutUpload from None
    finally:
        await file.close()
