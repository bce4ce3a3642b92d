"""Rate limits: a moving window for each caller, told in the headers of every answer.

The windows are in the memory of the process; several processes each have their own.
"""

import math
import time
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from service.api.errors import TooManyRequests

#: Wrong passwords in a quarter of an hour: for one name from one address, for one name from
#: anywhere, and from one address for any name.
_WRONG_BOTH, _WRONG_NAME, _WRONG_ADDRESS = (
    RateLimitItemPerMinute(amount, 15) for amount in (10, 100, 50)
)


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


class Rates:
    """The windows of all callers."""

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
