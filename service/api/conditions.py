"""Conditional requests (RFC 9110, section 13): ETags, If-Match on edits, If-None-Match on reads.

An ETag is strong. That of something edited is its revision, `"7"`; that of any other answer is a
digest of its content, added by `Conditions` where the route set none. The same content under gzip
is another representation, so its tag ends with `--gzip`; in If-Match both are the same.
"""

import hashlib
import re
from typing import Annotated

from fastapi import Depends, Header
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import RevisionRequired
from service.store.errors import StaleRevision

_CODED = "--gzip"
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')

#: Answers held back to be digested are whole ones, up to so many bytes.
_LARGEST = 4 * 1024**2

#: What a 304 keeps of the headers (RFC 9110, 15.4.5), and ours for every answer.
_DROPPED = ("content-length", "content-type", "content-encoding", "content-language")


def etag(state: int | str | bytes) -> str:
    """The strong ETag of a revision, a name of a state, or the digest of content.

    >>> etag(7), etag(b"content")
    ('"7"', '"c681ff421fbd7af6dc373a7ced20fbeb"')
    """
    if isinstance(state, bytes):
        state = hashlib.blake2b(state, digest_size=16).hexdigest()
    return f'"{state}"'


def _tags(header: str, *, weak: bool) -> list[str]:
    """What the tags of a header name; weak ones only where a weak comparison is right."""
    return [
        name.removesuffix(_CODED) for weakness, name in _TAG.findall(header) if weak or not weakness
    ]


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what was read, so that nobody else's change is lost; * for any",
        max_length=1000,
    ),
]


def _required(header: str | None) -> str:
    if header is None or not header.strip():
        raise RevisionRequired
    return header.strip()


def matched(header: str | None, current: int | str) -> None:
    """Passes where If-Match fits the current state, else raises 428 (missing) or 412 (stale)."""
    given = _required(header)
    if given != "*" and str(current) not in _tags(given, weak=False):
        raise StaleRevision


async def _revision(if_match: IfMatch = None) -> int | None:
    given = _required(if_match)
    if given == "*":
        return None
    numbers = [int(tag) for tag in _tags(given, weak=False) if re.fullmatch("[0-9]{1,15}", tag)]
    if not numbers:
        raise StaleRevision
    return max(numbers)


#: The revision an edit is based on, by If-Match; None for `*`. 428 without the header.
Revision = Annotated[int | None, Depends(_revision)]


async def _optional(if_match: IfMatch = None) -> int | None:
    return await _revision(if_match) if if_match and if_match.strip() else None


#: The same where an edit needs no If-Match.
OptionalRevision = Annotated[int | None, Depends(_optional)]


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the client has the state of `tag` already (weak comparison, RFC 9110, 13.1.2).

    >>> unchanged('W/"a", "7--gzip"', '"7"'), unchanged('"6"', '"7"'), unchanged("*", '"7"')
    (True, False, True)
    """
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return tag.strip('"').removesuffix(_CODED) in _tags(if_none_match, weak=True)


class Conditions:
    """Gives each whole answer to a GET an ETag, and 304 to a client that has it already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("if-none-match")
        held: Message | None = None
        silent = False

        async def sent(message: Message) -> None:
            nonlocal held, silent
            if message["type"] == "http.response.start" and message["status"] == 200:
                held = message
            elif held is not None:
                start, held = held, None
                silent = _answered(start, message, asked)
                await send(start)
                await send({"type": "http.response.body"} if silent else message)
            elif not silent:
                await send(message)

        await self.app(scope, receive, sent)


def _answered(start: Message, first: Message, asked: str | None) -> bool:
    """Puts the ETag on; whether 304 is the whole answer, to which `start` is then turned."""
    headers = MutableHeaders(raw=start["headers"])
    body = first.get("body", b"")
    tag = headers.get("etag")
    if tag is None:
        if first.get("more_body", False) or not 0 < len(body) <= _LARGEST:
            return False
        tag = etag(body)
    elif headers.get("content-encoding") == "gzip" and tag.endswith('"'):
        tag = f'{tag[:-1]}{_CODED}"'
    headers["ETag"] = tag
    if not unchanged(asked, tag):
        return False
    start["status"] = 304
    for name in _DROPPED:
        del headers[name]
    return True
