"""Where a webhook may lead: to the public network, or where the settings say.

An address is looked up once, and what was found is what is connected to: a name that leads
elsewhere a moment later leads nobody there. Every address of a name must be allowed, so a name
cannot be tried until it gives the one that is wanted.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from service.feed.errors import ForbiddenAddress, WrongAddress
from service.settings import Settings

Address = IPv4Address | IPv6Address
#: `resolve(name, port)`: the addresses of a name, as the system knows them.
Resolve = Callable[[str, int], Sequence[str]]

#: NAT64 (RFC 6052) and IPv4-compatible addresses (RFC 4291, 2.5.5.1): an IPv4 address at the end.
_AT_THE_END = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
#: Shared by the customers of a provider (RFC 6598), and local use of NAT64 (RFC 8215).
_LOCAL = (ip_network("100.64.0.0/10"), ip_network("64:ff9b:1::/48"))

#: A name whose last part is a number is an address in some notation or other (URL Standard, 3.5).
_NUMERIC = re.compile(r"(?:^|\.)(?:[0-9]+|0[xX][0-9a-fA-F]*)\.?$")
_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The host and the port of an address, in a form that is understood in one way only."""

    url: str
    scheme: str
    host: str
    port: int


def endpoint_of(url: str, settings: Settings) -> Endpoint:
    """The endpoint of an address; raises WrongAddress where it is none that may be sent to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise WrongAddress(reason="URL") from None
    odd = any(ord(one) <= 32 or ord(one) > 126 or one == "\\" for one in url)
    if odd or parts.username is not None or parts.password is not None or parts.fragment:
        raise WrongAddress(reason="URL")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.webhook_http):
        raise WrongAddress(reason=f"{parts.scheme or '?'}://")
    port = port or (443 if parts.scheme == "https" else 80)
    usual = port in (443, 80) and (port == 443) == (parts.scheme == "https")
    if not usual and port not in settings.webhook_ports:
        raise WrongAddress(reason=f":{port}")
    if _literal(host) is None and (_NUMERIC.search(host) or not _NAME.fullmatch(host)):
        raise WrongAddress(reason=host)
    return Endpoint(url, parts.scheme, host, port)


def _literal(host: str) -> Address | None:
    """The address that a host is in its usual form; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def looked_up(name: str, port: int) -> Sequence[str]:
    """The addresses of a name; raises OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def pinned(endpoint: Endpoint, settings: Settings, resolve: Resolve = looked_up) -> str:
    """The one address to connect to; raises ForbiddenAddress, or OSError for an unknown name."""
    literal = _literal(endpoint.host)
    names = [endpoint.host] if literal else resolve(endpoint.host, endpoint.port)
    if not names:
        raise OSError(f"no address of {endpoint.host}")
    for one in names:
        if not is_allowed(ip_address(one), settings.webhook_networks):
            raise ForbiddenAddress(host=endpoint.host)
    return names[0]


def is_allowed(address: Address, networks: Sequence[str]) -> bool:
    """Whether an address is public, or in one of the networks that the settings allow.

    >>> is_allowed(ip_address("::ffff:127.0.0.1"), ()), is_allowed(ip_address("10.1.2.3"), ())
    (False, False)
    >>> is_allowed(ip_address("10.1.2.3"), ("10.1.0.0/16",))
    True
    """
    inner = _inside(address)
    if any(_lies_in(one, ip_network(net)) for net in networks for one in (address, inner) if one):
        return True
    if inner is not None:
        return is_allowed(inner, ()) and not isinstance(address, IPv4Address)
    odd = address.is_multicast or address.is_reserved or address.is_unspecified
    local = isinstance(address, IPv6Address) and address.is_site_local
    shared = any(_lies_in(address, net) for net in _LOCAL)
    return address.is_global and not (odd or local or shared)


def _lies_in(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, or leads to."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in net for net in _AT_THE_END) and int(address) > 1:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None
