"""What browsers may do: under which names they reach us, from which pages, and with our answers.

Any page on the web can make a browser send requests to a loopback address, and can, with a name
that resolves to it (DNS rebinding), also read the answers. So every request must name the service
by a name of its own or by an address in digits, and one that changes something must not come from
another site, as Sec-Fetch-Site or Origin tell. Programs send neither and are let through.

Everything on our pages comes from this host and nothing runs inline, so words of a document that
were ever shown as markup could still not act. Answers are private: no proxy and no shared cache
keeps them.
"""

from collections.abc import Mapping
from ipaddress import ip_address

from starlette.datastructures import Headers

from service.access.errors import CrossSite
from service.api.errors import UnknownHost
from service.settings import Settings

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Kept by the client alone, and asked for again each time (with its ETag).
    "Cache-Control": "private, no-cache",
}

_HSTS = "max-age=31536000"

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


def guards(https: bool) -> Mapping[str, str]:
    """The headers of every answer; a route's own value of one stays."""
    return {**HEADERS, "Strict-Transport-Security": _HSTS} if https else HEADERS
