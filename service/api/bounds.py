"""How much one may ask for: requests a minute, exports and uploads at a time, bytes of a request.

Each is asked before any of a body is taken or a thread is given. The windows of the requests are in
the memory of one process; others that answer beside it ask that one.
"""

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope

from service.api.errors import AllTaken, HeadTooLarge, TooLarge, TooManyAtOnce, TooManyRequests
from service.connections import HEAD_BYTES
from service.settings import MB, Settings

#: Wrong passwords in a quarter of an hour: for one name from one address, and from one address for
#: any name. A name alone is not counted: somebody elsewhere could lock its user out.
_WRONG_BOTH, _WRONG_ADDRESS, _WRONG_SECONDS = 10, 50, 900.0

#: How often windows that are empty again are forgotten, in seconds.
_FORGET = 60.0

#: The most of a body from somebody unknown: a name and a password.
PUBLIC_BYTES = 64 * 1024

#: The most of a body that is no upload: JSON, or a plain form. It is held in memory.
PLAIN_BYTES = 16 * MB

#: Where files come in, as a form or one by one, and as the form of the page.
UPLOADS, UPLOAD_PAGE = "/api/v1/documents", "/upload"

#: Where a document, or the JSON of a plan, is sent to see what it would change.
PREVIEWS = frozenset({"/api/v1/changes/preview", "/preview"})

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


class Windows:
    """Moving windows, of one process or of several; they speak in plain values.

    A window has the moments at which what is in it leaves it.
    """

    def __init__(self) -> None:
        self._ends: dict[str, deque[float]] = {}
        self._swept = time.monotonic()
        self._lock = threading.Lock()

    def hit(self, key: str, most: int, seconds: float) -> tuple[bool, int, float]:
        """Counts one where there is room; whether there was, how many more there is room for, and
        the seconds until there is more."""
        with self._lock:
            ends, now = self._of(key), time.monotonic()
            granted = len(ends) < most
            if granted:
                ends.append(now + seconds)
            return granted, max(0, most - len(ends)), ends[0] - now if ends else seconds

    def room(self, key: str, most: int) -> float:
        """The seconds until there is room for one; 0 where there is."""
        with self._lock:
            ends = self._of(key)
            return ends[0] - time.monotonic() if len(ends) >= most else 0.0

    def _of(self, key: str) -> deque[float]:
        now = time.monotonic()
        if now - self._swept > _FORGET:
            self._swept = now
            self._ends = {
                name: ends for name, ends in self._ends.items() if ends and ends[-1] > now
            }
        ends = self._ends.setdefault(key, deque())
        while ends and ends[0] <= now:
            ends.popleft()
        return ends


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))


class Rates:
    """A moving window for each caller, told in the headers of every answer."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows

    def take(self, who: str, per_minute: int) -> Mapping[str, str]:
        """Counts one request; raises 429 where the window is full.

        Gives the headers of draft-ietf-httpapi-ratelimit-headers for the answer.
        """
        granted, remaining, reset = self._windows.hit(who, per_minute, 60.0)
        headers = {
            "RateLimit-Policy": f'"default";q={per_minute};w=60',
            "RateLimit": f'"default";r={remaining};t={_whole(reset)}',
        }
        if not granted:
            error = TooManyRequests(retry_after=_whole(reset))
            error.headers = headers
            raise error
        return headers

    def check_signin(self, name: str, address: str) -> None:
        """Raises 429 where too many wrong passwords came for this name from this address."""
        for key, most in _wrong(name, address):
            if seconds := self._windows.room(key, most):
                raise TooManyRequests(retry_after=_whole(seconds))

    def wrong_signin(self, name: str, address: str) -> None:
        """Counts a wrong password."""
        for key, most in _wrong(name, address):
            self._windows.hit(key, most, _WRONG_SECONDS)


def _wrong(name: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (f"wrong:{address}:{name.casefold()}", _WRONG_BOTH),
        (f"wrong:{address}", _WRONG_ADDRESS),
    )


# At a time


class Turns:
    """So many at a time in this process, and so many for each caller; for one event loop."""

    def __init__(self, most: int, each: int) -> None:
        self.most, self.each = most, each
        self._by: Counter[str] = Counter()

    @contextmanager
    def taken(self, who: str) -> Iterator[None]:
        """While one is under way. Raises 429 where the caller has all its turns, 503 where all
        are taken."""
        if self._by[who] >= self.each:
            raise TooManyAtOnce(limit=self.each)
        if self._by.total() >= self.most:
            raise AllTaken
        self._by[who] += 1
        try:
            yield
        finally:
            self._by[who] -= 1
            self._by += Counter()  # forgets who has none


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
    if method == "POST" and path in (UPLOADS, UPLOAD_PAGE):
        return settings.upload_files * (file + _PART_BYTES)
    if method == "PUT" and path.startswith(f"{UPLOADS}/"):
        return file
    if method == "POST" and path in PREVIEWS:
        return file + _PART_BYTES
    return PLAIN_BYTES


def bounded(connection: HTTPConnection, settings: Settings, receive: Receive) -> Receive:
    """The body of a request, stopped where it is too large; raises TooLarge where it says so.

    The framework's own bound (`max_body_size`) tells that in plain text, not as a problem.
    """
    bound = most(connection, settings)
    said = connection.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > bound:
        raise TooLarge(limit=bound)
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > bound:
                raise TooLarge(limit=bound)
        return message

    return counted
