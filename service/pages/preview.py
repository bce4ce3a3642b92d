"""What a plan would change for a tracker that follows, seen before it is taken in."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import File, Form, Request, UploadFile

from models.errors import KehoachError
from service.api.dependencies import StoreDep, in_turn
from service.feed.events import WORDS, said_of
from service.feed.log import START
from service.feed.preview import preview
from service.isolation import Input, ReaderPool
from service.pages.looks import page, page_router
from service.store import Store

router = page_router("write", prefix="/preview")

#: The most changes that are shown one by one.
SHOWN = 500


@router.get("")
def asked(request: Request) -> Any:
    """Where a document is sent, with the cursor of the tracker."""
    return _page(request)


@router.post("", dependencies=[in_turn("uploads")])
async def previewed(
    request: Request,
    store: StoreDep,
    document: Annotated[UploadFile, File()],
    after: Annotated[str, Form(max_length=100)] = START,
) -> Any:
    """What would change; the document is read and nothing of it is kept."""
    data = await document.read(store.settings.limits.source_bytes + 1)
    return await run_sync(_previewed, request, store, data, document.filename, after)


def _previewed(request: Request, store: Store, data: bytes, name: str | None, after: str) -> Any:
    try:
        if not data.lstrip().startswith(b'{"contract"'):
            with ReaderPool(store.settings.limits, 1) as pool:
                read = pool.read(Input(data, name or ""))
            if read.error:
                raise read.error
            data = read.plan
        found = preview(store, data, after.strip() or START)
    except KehoachError as error:
        return _page(request, problem=error, after=after)
    lines = [(WORDS[one.type], said_of(one.after or one.before)) for one in found.changes[:SHOWN]]
    counts = [(WORDS[type_], count) for type_, count in found.counts.items()]
    return _page(request, found=found, lines=lines, counts=counts, after=after)


def _page(request: Request, **shown: Any) -> Any:
    values = {"found": None, "lines": (), "counts": (), "after": START} | shown
    return page(request, "preview", **values)
