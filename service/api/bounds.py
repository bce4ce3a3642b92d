"""How much one may ask for: requests a minute, and bytes of a request before any of it is kept.

The windows of the requests are in the memory of the process; several processes each have their own.
"""

import math
import time
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import HeadTooLarge, TooLarge, TooManyRequests
from service.api.problems import answer
from service.settings import MB, Settings

#: Wrong passwords in a quarter of an hour: for one name from one address, for one name from
#: anywhere, and from one address for any name.
_WRONG_BOTH, _WRONG_NAME, _WRONG_ADDRESS = (
    RateLimitItemPerMinute(amount, 15) for amount in (10, 100, 50)
)

#: The most of a request's address and headers together.
HEAD_BYTES = 64 * 1024

#: The most of a body from somebody unknown: a name and a password.
PUBLIC_BYTES = 64 * 1024

#: The most of a body that is no upload: JSON, or a plain form. It is held in memory.
PLAIN_BYTES = 16 * MB

#: Where files come in, as a form or one by one.
UPLOADS = "/api/v1/documents"

#: What the parts of a form may add to the bytes of their files.
_PART_BYTES = 16 * 1024


# Requests


def address_key(address: str | None) -> str:
    """Who counts as one address: an IPv4 address, or the /64 network of an IPv6 address.

    >>> address_key("2001:db8::1") == address_key("2001:db8::2")
    True
    """
    try:
        known = ip_address(address or "")
    except ValueError:
        return address or "?"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ip_network((known, 64), strict=False))
    return str(known)


def sender(connection: HTTPConnection) -> str:
    """Who a request counts for as long as nobody is known behind its address."""
    return address_key(connection.client.host if connection.client else None)


class Rates:
    """A moving window for each caller, told in the headers of every answer."""

    def __init__(self) -> None:
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def take(self, who: str, per_minute: int) -> Mapping[str, str]:
        """Counts one request; raises 429 where the window is full.

        Gives the headers of draft-ietf-httpapi-ratelimit-headers for the answer.
        """
        item = RateLimitItemPerMinute(per_minute)
        granted = self._windows.hit(item, who)
        reset, remaining = self._windows.get_window_stats(item, who)
        seconds = max(1, math.ceil(reset - time.time()))
        headers = {
            "RateLimit-Policy": f'"default";q={per_minute};w=60',
            "RateLimit": f'"default";r={max(0, remaining)};t={seconds}',
        }
        if not granted:
            error = TooManyRequests(retry_after=seconds)
            error.headers = headers
            raise error
        return headers

    def check_signin(self, name: str, address: str) -> None:
        """Raises 429 where too many wrong passwords came for this name or from this address."""
        for item, words in _windows(name, address):
            if not self._windows.test(item, *words):
                reset = self._windows.get_window_stats(item, *words).reset_time
                raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))

    def wrong_signin(self, name: str, address: str) -> None:
        """Counts a wrong password."""
        for item, words in _windows(name, address):
            self._windows.hit(item, *words)


def _windows(name: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    name = name.casefold()
    return (
        (_WRONG_BOTH, ("both", name, address)),
        (_WRONG_NAME, ("name", name)),
        (_WRONG_ADDRESS, ("address", address)),
    )


# Bytes


def check_head(scope: Scope) -> None:
    """Raises 431 where the address and the headers are longer than any client of ours sends.

    The server bounds what it waits for; what comes at once can still be larger.
    """
    size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
    size += sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEAD_BYTES:
        raise HeadTooLarge(limit=HEAD_BYTES)


def most(connection: HTTPConnection, settings: Settings) -> int:
    """The most bytes that a request's body may have; which routes take more stands here alone."""
    if getattr(connection.state, "caller", None) is None:
        return PUBLIC_BYTES
    method, path = connection.scope["method"], connection.scope["path"]
    file = settings.upload_mb * MB
    if (method, path) == ("POST", UPLOADS):
        return settings.upload_files * (file + _PART_BYTES)
    if method == "PUT" and path.startswith(f"{UPLOADS}/"):
        return file
    return PLAIN_BYTES


class Bodies:
    """Answers 413 to a body that says it is too large, and stops one that turns out to be.

    The framework's own bound (`max_body_size`) tells the first in plain text, not as a problem.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        bound = most(connection, self.settings)
        said = connection.headers.get("content-length", "")
        if said.isdecimal() and int(said[:20]) > bound:
            await answer(TooLarge(limit=bound), connection)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > bound:
                    raise TooLarge(limit=bound)
            return message

        await self.app(scope, counted, send)
