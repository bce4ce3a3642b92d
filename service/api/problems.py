"""What goes wrong, told by RFC 9457: application/problem+json in Vietnamese or English.

Every error of ours is told the same way. `type` is the address of the explanation of its code
(`/problems/<code>`), `title` is the same for every occurrence, `detail` tells of this one, its
facts are further members; `errors` names each wrong value by its JSON Pointer (RFC 6901) or its
parameter. What a client sent as a value is never repeated.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from models.errors import KehoachError
from service.access.errors import Forbidden, Unauthenticated
from service.api.errors import (
    HeadTooLarge,
    MalformedRequest,
    NotJson,
    OutsideOfFile,
    RevisionRequired,
    TooLarge,
    TooManyRequests,
    UnknownHost,
    UnknownMethod,
    UnknownPath,
    WrongMediaType,
)
from service.api.faults import described, expected_form
from service.api.languages import language_of
from service.errors import Conflict, InternalError, InvalidRequest, Unavailable
from service.store.errors import StaleRevision
from service.wording import Lang, pick

MEDIA_TYPE = "application/problem+json"

#: Every method that a route of ours may have.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

#: The usual error behind a status, where nothing more is known.
BY_STATUS: dict[int, type[KehoachError]] = {
    kind.status: kind
    for kind in (
        MalformedRequest,
        Unauthenticated,
        Forbidden,
        UnknownPath,
        UnknownMethod,
        Conflict,
        StaleRevision,
        TooLarge,
        WrongMediaType,
        OutsideOfFile,
        UnknownHost,
        InvalidRequest,
        RevisionRequired,
        TooManyRequests,
        HeadTooLarge,
        InternalError,
        Unavailable,
    )
}


class ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE


def answer(error: KehoachError, lang: Lang, request_id: str | None) -> ProblemResponse:
    """The answer that tells `error` in `lang`."""
    body = {
        "type": f"/problems/{error.code}",
        "title": pick(lang, *error.title),
        "status": error.status,
        "detail": pick(lang, error.vi, error.en),
        "code": error.code,
        "request_id": request_id,
        **error.facts,
    }
    headers = {"Content-Language": lang, "Vary": "Accept-Language", **error.headers}
    after = error.facts.get("retry_after", error.retry_after)
    if after is not None:
        headers["Retry-After"] = str(max(1, round(after)))
    return ProblemResponse(body, error.status, headers)


def of_http(error: HTTPException) -> KehoachError:
    """What is behind an error of the framework's own: one of ours that it wrapped, or a status."""
    if isinstance(error.__cause__, KehoachError):  # raised while it took the body in
        return error.__cause__
    kind = BY_STATUS.get(error.status_code, MalformedRequest)
    found = kind(*kind.meaning)
    found.headers = error.headers or {}
    return found


def of_validation(error: RequestValidationError, request: Request, lang: Lang) -> KehoachError:
    """What is wrong with a request whose parameters or body are not what the route takes."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return NotJson()
    form = expected_form(request)
    if form is not None and any(fault["loc"][:1] == ("body",) for fault in faults):
        return WrongMediaType.instead(form)
    return InvalidRequest(errors=[described(fault, lang) for fault in faults])


def allowed(app: FastAPI, scope: Scope) -> list[str]:
    """The methods that an address takes by all its routes; the framework tells those of one."""
    return [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]


def install(app: FastAPI) -> None:
    """Makes every error that a route raises a problem."""

    def told(request: Request, error: KehoachError) -> ProblemResponse:
        request_id = getattr(request.state, "request_id", None)
        return answer(error, language_of(request), request_id)

    async def on_kehoach(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, KehoachError)
        return told(request, error)

    async def on_http(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, HTTPException)
        found = of_http(error)
        if isinstance(found, UnknownMethod):
            found.headers = {"Allow": ", ".join(allowed(app, request.scope))}
        return told(request, found)

    async def on_validation(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, RequestValidationError)
        return told(request, of_validation(error, request, language_of(request)))

    handlers: dict[Any, Any] = {
        KehoachError: on_kehoach,
        HTTPException: on_http,
        RequestValidationError: on_validation,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
