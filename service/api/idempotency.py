"""Idempotency keys: a write sent twice is done once (draft-ietf-httpapi-idempotency-key-header).

A POST, PATCH, PUT or DELETE with an Idempotency-Key leaves its answer in the store for a day. The
same key with the same request gives that answer again, with another request 422, and 409 while
the first is still under way. Only answers that changed something are kept: a refusal left nothing
behind, so doing it again is right. Nor is an answer kept that may not be (`no-store`): it holds a
secret.

Two requests are the same by method, address, media type and body. The body is digested as it
passes, without what separates the parts of a form: clients choose that anew for every try. So a
large upload is neither held back nor read twice, and another file of the same size is noticed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message as MailMessage
from functools import partial

from anyio.to_thread import run_sync
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.tables import ReplyRow
from models.tables.columns import now
from service.api.languages import language_of
from service.api.problems import Problem, answer
from service.store import Store

METHODS = frozenset({"DELETE", "PATCH", "POST", "PUT"})
KEPT = timedelta(hours=24)

#: A request without an answer after this long was lost with its process.
LOST = timedelta(minutes=5)

_LONGEST_KEY = 255
_LARGEST_REPLY = 4 * 1024**2
_HEADERS = ("etag", "location", "content-language")


class Fingerprint:
    """The digest of a request, fed with its body piece by piece."""

    def __init__(self, method: str, target: str, content_type: str) -> None:
        parsed = MailMessage()
        parsed["content-type"] = content_type
        boundary = parsed.get_boundary() if content_type else None
        self._boundary = b"--" + boundary.encode("utf-8", "replace") if boundary else b""
        self._rest = b""
        self._digest = hashlib.sha256()
        kind = parsed.get_content_type() if content_type else ""
        self._digest.update("\0".join((method, target, kind, "")).encode("utf-8", "replace"))

    def feed(self, data: bytes) -> None:
        """The next piece; a boundary over the edge of two pieces is found too."""
        if not self._boundary:
            self._digest.update(data)
            return
        whole = (self._rest + data).split(self._boundary)
        for part in whole[:-1]:
            self._digest.update(part)
        keep = len(self._boundary) - 1
        last = whole[-1]
        self._rest = last[-keep:] if keep else b""
        self._digest.update(last[: len(last) - len(self._rest)])

    def end(self) -> str:
        self._digest.update(self._rest)
        self._rest = b""
        return self._digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """A kept answer; `status` None while the request is under way."""

    fingerprint: str
    status: int | None
    media_type: str | None
    headers: str | None
    body: bytes | None

    def response(self) -> Response:
        headers = dict(json.loads(self.headers or "{}")) | {"Idempotency-Replayed": "true"}
        return Response(self.body or b"", self.status or 200, headers, self.media_type)


class Idempotency:
    """Does a write with an Idempotency-Key once, and answers its repetitions from the store."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app = app
        self.store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in METHODS:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        given = connection.headers.get("idempotency-key")
        caller = getattr(connection.state, "caller", None)
        if given is None or caller is None:
            await self.app(scope, receive, send)
            return
        key = (caller.actor, given)
        try:
            _check(given)
            query = scope.get("query_string", b"").decode("latin-1")
            print_ = Fingerprint(
                scope["method"],
                f"{scope['path']}?{query}",
                connection.headers.get("content-type", ""),
            )
            earlier = await run_sync(partial(self._reserve, key))
            if earlier is not None:
                await self._repeat(scope, receive, send, earlier, print_)
                return
        except Problem as problem:
            request_id = getattr(connection.state, "request_id", None)
            refusal = answer(problem, language_of(connection), request_id)
            await refusal(scope, receive, send)
            return
        await self._first(scope, receive, send, key, print_)

    async def _repeat(
        self, scope: Scope, receive: Receive, send: Send, earlier: Reply, print_: Fingerprint
    ) -> None:
        if earlier.status is None:
            raise Problem(
                409,
                "idempotency.in-flight",
                "Một yêu cầu có cùng Idempotency-Key chưa xong; hãy thử lại sau.",
                "A request with the same Idempotency-Key has not ended; try again later.",
                headers={"Retry-After": "1"},
            )
        await _drained(receive, print_)
        if print_.end() != earlier.fingerprint:
            raise Problem(
                422,
                "idempotency.reused",
                "Idempotency-Key này đã dùng cho một yêu cầu khác.",
                "This Idempotency-Key was used for another request.",
            )
        await earlier.response()(scope, receive, send)

    async def _first(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        key: tuple[str, str],
        print_: Fingerprint,
    ) -> None:
        ended = False

        async def digested() -> Message:
            nonlocal ended
            message = await receive()
            if message["type"] == "http.request":
                print_.feed(message.get("body", b""))
                ended = not message.get("more_body", False)
            else:
                ended = True
            return message

        start: Message = {}
        pieces: list[bytes] = []
        kept = False

        async def captured(message: Message) -> None:
            """Keeps a whole answer before its last piece is sent."""
            nonlocal start, kept
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))
                if not message.get("more_body", False) and _worth_keeping(start, pieces):
                    if not ended:
                        await _drained(receive, print_)
                    await run_sync(partial(self._keep, key, print_.end(), start, b"".join(pieces)))
                    kept = True
            await send(message)

        try:
            await self.app(scope, digested, captured)
        finally:
            if not kept:
                await run_sync(partial(self._forget, key))

    def _reserve(self, key: tuple[str, str]) -> Reply | None:
        """Takes the key for this request; the earlier reply where it is taken. Sweeps old ones."""
        moment = now()
        old = col(ReplyRow.created_at) < moment - KEPT
        lost = col(ReplyRow.status).is_(None) & (col(ReplyRow.created_at) < moment - LOST)
        try:
            with self.store.writing() as session:
                session.execute(delete(ReplyRow).where(old | lost))
                row = session.get(ReplyRow, key)
                if row is not None:
                    return Reply(row.fingerprint, row.status, row.media_type, row.headers, row.body)
                session.add(ReplyRow(actor=key[0], key=key[1], fingerprint=""))
        except IntegrityError:  # another process was first, by less than a transaction
            return Reply("", None, None, None, None)
        return None

    def _keep(self, key: tuple[str, str], fingerprint: str, start: Message, body: bytes) -> None:
        headers = Headers(raw=start["headers"])
        with self.store.writing() as session:
            row = session.get(ReplyRow, key)
            if row is None:
                return
            row.fingerprint = fingerprint
            row.status = start["status"]
            row.media_type = headers.get("content-type")
            row.headers = json.dumps(dict(_chosen(headers, _HEADERS)))
            row.body = body
            session.add(row)

    def _forget(self, key: tuple[str, str]) -> None:
        with self.store.writing() as session:
            row = session.get(ReplyRow, key)
            if row is not None and row.status is None:
                session.delete(row)


def _worth_keeping(start: Message, pieces: list[bytes]) -> bool:
    private = Headers(raw=start["headers"]).get("cache-control") == "no-store"
    small = sum(map(len, pieces)) <= _LARGEST_REPLY
    return start["status"] < 300 and small and not private


def _chosen(headers: Headers, names: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((name, headers[name]) for name in names if name in headers)


def _check(key: str) -> None:
    if not 1 <= len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(
            400,
            "request.malformed",
            f"Idempotency-Key gồm 1 đến {_LONGEST_KEY} ký tự ASCII in được.",
            f"An Idempotency-Key has 1 to {_LONGEST_KEY} printable ASCII characters.",
        )


async def _drained(receive: Receive, print_: Fingerprint) -> None:
    """Reads the rest of the body, for its digest only."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return
        print_.feed(message.get("body", b""))
        if not message.get("more_body", False):
            return
