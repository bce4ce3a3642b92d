"""The gate: every request passes here before any route, body or database row is touched.

In this order: is it for a name of ours, who sends it, is that one not too often here, does it not
come from another site, may it write, is it not too large. Without a caller nothing answers but what
`PUBLIC` names; routes then ask for scopes by `needs(...)`. What was written goes into the trail.
"""

import asyncio
import hmac
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import parse_qs, urlencode

from anyio.to_thread import run_sync
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import KehoachError
from service.access import OPEN, Caller, inhabited, keys, users
from service.access.errors import CrossSite, Forbidden, Proxied, Unauthenticated, WrongKey
from service.api.audit import keep
from service.api.bounds import Rates, bounded, check_head, sender
from service.api.browsers import check_host, check_origin, forwarded
from service.api.errors import TooManyFields
from service.api.problems import answer, reads_pages
from service.store import Store

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION = "/api/v1/session"
LOGIN = "/login"

#: What answers without a caller, by path and method.
PUBLIC: Mapping[str, frozenset[str]] = {
    "/healthz": SAFE,
    "/readyz": SAFE,
    SESSION: frozenset({"POST"}),
    LOGIN: frozenset({"GET", "HEAD", "POST"}),
    "/language": SAFE,
}
#: The looks of the page where people sign in.
PUBLIC_FOLDER = "/static/"
#: What is matched with reference data by any page of the web: it tells nothing of the store.
OPEN_FOLDER = "/reconcile"
#: Calendars to subscribe to: whoever knows the address of one may read it.
SECRET_FOLDER = "/calendars/"

#: Requests by POST, PUT or DELETE that need no more than read: they concern only the sign-in that
#: sends them, or change nothing at all.
OWN = frozenset({SESSION, f"{SESSION}/password", "/logout", "/account"})
#: What a tracker may tell: how far a task is.
_TOLD = re.compile(r"/api/v1/tasks/[^/]+/status")

#: The most of a form that is looked through for its token, the most of its fields, and the token
#: in a form with files.
_FORM_BYTES, _FIELDS = 64 * 1024, 100
_TOKEN = re.compile(
    rb'--[^\r\n]{1,80}\r\nContent-Disposition: form-data; name="csrf_token"'
    rb"\r\n\r\n([\w-]{1,200})\r\n"
)


def cookie_name(https: bool) -> str:
    """The cookie of a sign-in; `__Host-` binds it to this host and to https (RFC 6265bis)."""
    return "__Host-kehoach" if https else "kehoach"


class Gate:
    """Lets a request through with `request.state.caller` set, or answers it with a problem."""

    def __init__(self, app: ASGIApp, store: Store, rates: Rates) -> None:
        self.app = app
        self.store = store
        self.settings = store.settings
        self.rates = rates
        self._inhabited = False
        self._looking = asyncio.Lock()
        self._look: asyncio.Future[None] | None = None
        self._used: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        told: dict[str, str] = {}
        try:
            caller = await self._admitted(connection, told)
            if caller is not None:
                connection.state.caller = caller
                receive = await self._checked(connection, caller, receive)
            receive = bounded(connection, self.settings, receive)
        except KehoachError as problem:
            await self._refusal(connection, problem, told)(scope, receive, send)
            return

        async def limited(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
                if scope["method"] not in SAFE:
                    await keep(self.store, connection, message)
            await send(message)

        await self.app(scope, receive, limited)

    def _refusal(
        self, connection: HTTPConnection, problem: KehoachError, told: Mapping[str, str]
    ) -> Response:
        path = connection.scope["path"]
        signs_in = problem.status == 401 and connection.scope["method"] in ("GET", "HEAD")
        if signs_in and reads_pages(connection):
            query = connection.scope["query_string"].decode("latin-1")
            wanted = path + (f"?{query}" if query else "")
            then = "" if wanted == "/" else "?" + urlencode({"next": wanted})
            return RedirectResponse(LOGIN + then, 303, {"Cache-Control": "no-store"})
        problem.headers = {**told, **problem.headers}
        return answer(problem, connection)

    async def _admitted(self, connection: HTTPConnection, told: dict[str, str]) -> Caller | None:
        """Who sends this; None for what is public. Puts the headers of the rate into `told`."""
        check_head(connection.scope)
        check_host(connection.headers, self.settings)
        method, path = connection.scope["method"], connection.scope["path"]
        public = method in PUBLIC.get(path, ()) or (
            method in SAFE and path.startswith(PUBLIC_FOLDER)
        )
        if public:
            if method not in SAFE:
                check_origin(connection.headers, self.settings)
                told.update(self._counted(connection, None))
            return None
        reconciles = path == OPEN_FOLDER or path.startswith(f"{OPEN_FOLDER}/")
        if reconciles or (method in SAFE and path.startswith(SECRET_FOLDER)):
            told.update(self._counted(connection, None))
            return None
        caller = await self._caller(connection)
        told.update(self._counted(connection, caller))
        if caller is None:
            raise WrongKey if "authorization" in connection.headers else Unauthenticated
        return caller

    def _counted(self, connection: HTTPConnection, caller: Caller | None) -> Mapping[str, str]:
        if caller is None or caller.kind == "open":
            return self.rates.take(f"address:{sender(connection)}", self.settings.rate)
        return self.rates.take(caller.actor, caller.rate or self.settings.rate)

    async def _caller(self, connection: HTTPConnection) -> Caller | None:
        """Who a request comes from: its key, else its sign-in, else anybody while that is open."""
        secret = _secret(connection.headers)
        cookie = connection.cookies.get(cookie_name(self.settings.https))
        if secret is not None:
            return await run_sync(self._holder, secret)
        caller = await run_sync(self._user, cookie) if cookie else None
        opens = self.settings.access == "auto" and self.settings.loopback
        if caller is not None or self._inhabited or not opens:
            return caller
        if self._look is None:
            self._look = asyncio.ensure_future(self._looked())
        await asyncio.shield(self._look)
        if self._inhabited:
            return None
        if forwarded(connection.headers):
            raise Proxied
        return OPEN

    async def _looked(self) -> None:
        """Whether there is anybody by now: one look for all the requests that came before it."""
        async with self._looking:
            self._look = None  # who comes from here on has one of their own
            self._inhabited = await run_sync(self._is_inhabited)

    def _is_inhabited(self) -> bool:
        with self.store.reading() as session:
            return inhabited(session)

    def _user(self, cookie: str) -> Caller | None:
        with self.store.reading() as session:
            return users.caller(session, cookie)

    def _holder(self, secret: str) -> Caller | None:
        with self.store.reading() as session:
            holder = keys.caller(session, secret)
        if holder is not None:
            self._note_use(holder)
        return holder

    def _note_use(self, holder: Caller) -> None:
        """Keeps that a key was used, now and then; no request fails over that."""
        moment = time.monotonic()
        if moment - self._used.get(holder.id, -keys.USE_SECONDS) >= keys.USE_SECONDS:
            self._used[holder.id] = moment
            with suppress(DBAPIError), self.store.writing() as session:
                keys.used(session, holder.id)

    async def _checked(
        self, connection: HTTPConnection, caller: Caller, receive: Receive
    ) -> Receive:
        """Passes what may change something; gives the `receive` of the body, read or not."""
        if connection.scope["method"] in SAFE:
            return receive
        if caller.kind != "key":
            check_origin(connection.headers, self.settings)
        if caller.csrf is not None:
            given = connection.headers.get("x-csrf-token")
            if given is None:
                given, receive = await _form_token(connection.headers, receive)
            if not hmac.compare_digest(given.encode(), caller.csrf.encode()):
                raise CrossSite
        path = connection.scope["path"]
        less = _TOLD.fullmatch(path) and caller.may("report")
        if not (caller.may("write") or less or path in OWN):
            raise Forbidden(needed="write")
        return receive


def _secret(headers: Headers) -> str | None:
    """The key of an Authorization header (RFC 6750); '' for one that holds none."""
    given = headers.get("authorization")
    if given is None:
        return None
    scheme, _, secret = given.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


async def _form_token(headers: Headers, receive: Receive) -> tuple[str, Receive]:
    """The field `csrf_token` of a form, and a `receive` that gives the body once more.

    In a form with files it must come first.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return "", receive
    body, more = b"", True
    while more and len(body) <= _FORM_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": more}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    if kind == "multipart/form-data":
        first = _TOKEN.match(body)
        return first[1].decode() if first else "", again
    try:
        fields = parse_qs(body[:_FORM_BYTES].decode("utf-8", "replace"), max_num_fields=_FIELDS)
    except ValueError:
        raise TooManyFields(limit=_FIELDS) from None
    return fields.get("csrf_token", [""])[0], again
