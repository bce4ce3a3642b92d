"""Routes that go wrong in every way a route can, and ones that stream, wait or count."""

import errno
import threading
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import OperationalError

from models.errors import DamagedSource, KehoachError, LimitExceeded
from service.api.conditions import Revision, etag
from service.api.dependencies import needs
from service.jobs.errors import QueueFull

#: Must be in no answer and in no line of the log.
SECRET = "một câu trong văn bản mật"

probe = APIRouter(prefix="/probe", dependencies=[needs("read")])


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    a: Annotated[int, Field(ge=0, alias="a/b")]
    list: list[int]


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    count: int
    inner: Inner | None = None


@probe.get("/source")
def source() -> None:
    raise DamagedSource("tệp hỏng", "damaged")


@probe.get("/limit")
def limit() -> None:
    raise LimitExceeded("quá lớn", "too large")


@probe.get("/full")
def full() -> None:
    raise QueueFull(waiting=70, retry_after=7)


@probe.get("/unknown-error")
def unknown() -> None:
    raise KehoachError


@probe.get("/unforeseen")
def unforeseen() -> None:
    raise RuntimeError(SECRET)


@probe.get("/database")
def database() -> None:
    raise OperationalError(f"SELECT {SECRET!r}", {}, RuntimeError(SECRET))


@probe.get("/disk")
def disk() -> None:
    raise OSError(errno.ENOSPC, SECRET)


@probe.get("/items/{number}")
def item(number: int) -> int:
    return number


@probe.post("/items")
def add(given: Item, limit: Annotated[int, Query()] = 1) -> Item:
    return given


@probe.get("/stream")
def stream(pieces: int = 3) -> StreamingResponse:
    return StreamingResponse((b"x" * 1000 for _ in range(pieces)), media_type="text/csv")


@probe.get("/broken-stream")
def broken() -> StreamingResponse:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 1000
        raise RuntimeError(SECRET)

    return StreamingResponse(pieces(), media_type="text/csv")


@probe.get("/packed")
def packed() -> Response:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(b"x" * 10_000, media_type=kind)


@probe.get("/large")
def large() -> Response:
    return Response(b"y" * 10_000, media_type="application/json")


@probe.get("/edited", operation_id="probe_edited")
def edited() -> Response:
    return Response(b"{}" + b" " * 1000, headers={"ETag": etag(7)}, media_type="application/json")


@probe.patch("/edited", dependencies=[needs("write")])
def edit(revision: Revision) -> int | None:
    return revision


class Counter:
    """How often a write was done; `gate` holds it up while it is clear."""

    def __init__(self) -> None:
        self.count = 0
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()


counter = Counter()


@probe.post("/count", status_code=201, dependencies=[needs("write")])
async def count(request: Request, response: Response, fail: int = 0) -> int:
    async for _ in request.stream():
        pass
    counter.count += 1
    if fail:
        raise RuntimeError("failed")
    response.headers["Location"] = f"/probe/items/{counter.count}"
    return counter.count


@probe.post("/slow", dependencies=[needs("write")])
def slow() -> int:
    counter.entered.set()
    counter.gate.wait(30)
    counter.count += 1
    return counter.count


@probe.post("/secret", status_code=201, dependencies=[needs("write")])
def secret(response: Response) -> str:
    response.headers["Cache-Control"] = "no-store"
    return SECRET
