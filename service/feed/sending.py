"""One signed request to a webhook, to the letter of Standard Webhooks (1.0).

It goes to the one address that was found for the name, over TLS for that name, follows no redirect
and no proxy, and is over in a bounded time with a bounded answer, however slowly it drips.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from service.feed.addresses import Resolve, endpoint_of, looked_up, pinned
from service.feed.errors import WrongSecret
from service.settings import Settings

PREFIX = "whsec_"
#: Bytes of a secret: at least and at most what the specification has.
SHORTEST, LONGEST = 24, 64
#: The most bytes of an answer that are read, and the seconds of a request in all.
ANSWER_BYTES, SECONDS = 8 * 1024, 20.0


def new_secret() -> str:
    """A secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that a secret stands for; raises WrongSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise WrongSecret from None
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise WrongSecret
    return key


def signed(
    body: bytes, message: str, moment: int, keys: Iterable[str], user_agent: str = "kehoach"
) -> dict[str, str]:
    """The headers of a message: its id, the second it is sent at, a signature by each secret."""
    content = f"{message}.{moment}.".encode() + body
    digests = (hmac.new(key_of(key), content, hashlib.sha256).digest() for key in keys)
    return {
        "Content-Type": "application/cloudevents+json",
        "User-Agent": user_agent,
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in digests),
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request: a status with the beginning of the answer, or what went wrong."""

    seconds: float
    status: int | None = None
    text: str | None = None
    error: str | None = None
    retry_after: float | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    settings: Settings,
    *,
    resolve: Resolve = looked_up,
    seconds: float = SECONDS,
) -> Answer:
    """Sends it once; raises WrongAddress or ForbiddenAddress where it may not be sent at all."""
    started = time.monotonic()
    endpoint = endpoint_of(url, settings)
    try:
        address = pinned(endpoint, settings, resolve)
        backend = _Pinned(address, started + seconds)
        with httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), max_connections=1, network_backend=backend
        ) as pool:
            given = [(name.encode(), value.encode()) for name, value in headers.items()]
            with pool.stream("POST", url, headers=given, content=body) as response:
                text = _beginning(response.iter_stream())
                status = response.status
                after = _seconds(response.headers)
    except (httpcore.TimeoutException, TimeoutError):
        return Answer(time.monotonic() - started, error="timeout")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Answer(time.monotonic() - started, error=f"{type(error).__name__}: {error}"[:500])
    return Answer(time.monotonic() - started, status, text, None, after)


def _beginning(chunks: Iterable[bytes]) -> str:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= ANSWER_BYTES:
            break
    return found[:ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd")


def _seconds(headers: Sequence[tuple[bytes, bytes]]) -> float | None:
    """The seconds of Retry-After; None for a day or for none."""
    for name, value in headers:
        if name.lower() == b"retry-after" and value.isdigit():
            return float(value[:9])
    return None


class _Pinned(httpcore.NetworkBackend):
    """Connects to one address whatever name it is asked for, until a moment."""

    def __init__(self, address: str, end: float) -> None:
        self._address, self._end = address, end
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(self._address, port, _left(self._end))
        return _Timed(stream, self._end)


class _Timed(httpcore.NetworkStream):
    """A connection that is over at a moment, whatever is still to come."""

    def __init__(self, inner: httpcore.NetworkStream, end: float) -> None:
        self._inner, self._end = inner, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._end))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, _left(self._end))
        return _Timed(inner, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(end: float) -> float:
    """The seconds until then; raises TimeoutError where there are none."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
