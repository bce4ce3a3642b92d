"""Answers made of JSON that is already there: stored records are set side by side, not parsed."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response

from service.api.conditions import etag

#: Bytes as they stand in the JSON of an answer.
Raw = msgspec.Raw


def json_answer(body: bytes, *, revision: int | None = None, status: int = 200) -> Response:
    """A whole answer; `revision` is that of the one thing in it, and its ETag."""
    tag = etag(body if revision is None else revision)
    return Response(body, status, {"ETag": tag} if status == 200 else {}, "application/json")


def encoded(value: Any) -> bytes:
    """JSON of plain values, rows' days and moments, and `Raw` as it is."""
    return msgspec.json.encode(value)


def raw(record: str | bytes) -> Raw:
    """A stored record, to stand in an answer as it is."""
    return Raw(record.encode() if isinstance(record, str) else record)


def page_answer(request: Request, items: Iterable[Any], cursor: str | None) -> Response:
    """A page of a list. What comes next is told in `next` and in Link (RFC 8288), relative."""
    following = None if cursor is None else _following(request, cursor)
    response = json_answer(encoded({"items": list(items), "next": following}))
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _following(request: Request, cursor: str) -> str:
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{request.url.path}?{urlencode([*given, ('after', cursor)])}"
