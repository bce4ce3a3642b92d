"""Which names the service answers to, and whether a browser's request comes from its own pages.

Any page on the web can make a browser send requests to a loopback address, and can, with a name
that resolves to it (DNS rebinding), also read the answers. So every request must name the service
by a name of its own or by an address in digits, and one that changes something must not come from
another site, as Sec-Fetch-Site or Origin tell. Programs send neither and are let through.
"""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from service.access.errors import CrossSite
from service.api.errors import HeadTooLarge, UnknownHost
from service.settings import Settings

#: The most of a request's address and headers together.
HEAD_BYTES = 64 * 1024

_PORTS = {"http": "80", "https": "443"}

#: A request that came through a proxy has one of these.
_FORWARDED = ("forwarded", "x-real-ip", "via")


def host_of(authority: str) -> str:
    """The name or address of a Host header, without its port, in lower case; '' where it is none.

    >>> host_of("LocalHost:8321"), host_of("[::1]:80"), host_of("a b")
    ('localhost', '::1', '')
    """
    if authority.startswith("["):
        name, bracket, rest = authority[1:].partition("]")
        return name.lower() if bracket and (not rest or _port(rest)) else ""
    name, colon, port = authority.partition(":")
    if (colon and not _port(colon + port)) or any(c in name for c in " \t/\\@,?#%[]"):
        return ""
    return name.lower().rstrip(".")


def _port(text: str) -> bool:
    return text[0] == ":" and (text == ":" or (text[1:].isascii() and text[1:].isdigit()))


def known(host: str, settings: Settings) -> bool:
    """Whether the service answers to this host. An address in digits cannot be rebound."""
    if not host:
        return False
    try:
        ip_address(host)
    except ValueError:
        pass
    else:
        return True
    if host in ("localhost", settings.host.lower()):
        return True
    return any(
        name in ("*", host) or (name.startswith("*.") and host.endswith(name[1:]))
        for name in map(str.lower, settings.allowed_hosts)
    )


def check_head(scope: Scope) -> None:
    """Raises 431 where the address and the headers are longer than any client of ours sends.

    The server bounds what it waits for; what comes at once can still be larger.
    """
    size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
    size += sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEAD_BYTES:
        raise HeadTooLarge(limit=HEAD_BYTES)


def check_host(headers: Headers, settings: Settings) -> None:
    """Raises 421 where the request is for a name that is not one of the service."""
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not known(host_of(hosts[0]), settings):
        raise UnknownHost


def forwarded(headers: Headers) -> bool:
    """Whether the request says that it came through a proxy."""
    return any(name in _FORWARDED or name.startswith("x-forwarded-") for name in headers)


def check_origin(headers: Headers, settings: Settings) -> None:
    """Raises 403 where a browser says that another site made this request."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    foreign = site is not None and site not in ("same-origin", "none")
    if origin is not None:
        foreign = foreign or not _own(origin, headers.get("host", ""), settings)
    if foreign:
        raise CrossSite


def _own(origin: str, host: str, settings: Settings) -> bool:
    """Whether an Origin (RFC 6454) is the one this request was sent to.

    Which scheme the browser used is not seen behind a proxy, so that of the origin is believed,
    but for http where the settings say https.
    """
    scheme, _, authority = origin.lower().partition("://")
    if scheme not in _PORTS or (settings.https and scheme == "http"):
        return False
    port = ":" + _PORTS[scheme]
    return bool(authority) and authority.removesuffix(port) == host.lower().removesuffix(port)
