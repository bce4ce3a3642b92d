"""Who did something, for the trail that the store keeps of it in the same transaction."""

from typing import TypedDict

from fastapi import Request

from service.access import Caller


class Author(TypedDict):
    author: str
    request_id: str | None
    address: str | None


def by(request: Request, caller: Caller) -> Author:
    """The caller as the store wants it; no second row is kept for the request."""
    request.state.told = True
    return {
        "author": caller.name or caller.actor,
        "request_id": getattr(request.state, "request_id", None),
        "address": request.client.host if request.client else None,
    }
