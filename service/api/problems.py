"""What goes wrong, told by RFC 9457: application/problem+json in Vietnamese or English.

Every error of ours is told the same way. `type` is the address of the explanation of its code
(`/problems/<code>`), `title` is the same for every occurrence, `detail` tells of this one, its
facts are further members; `errors` names each wrong value by its JSON Pointer (RFC 6901) or its
parameter. What a client sent as a value is never repeated.
"""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from models.errors import KehoachError
from service.access.errors import Forbidden, Unauthenticated
from service.api.errors import (
    HeadTooLarge,
    MalformedRequest,
    OutsideOfFile,
    RevisionRequired,
    TooLarge,
    TooManyRequests,
    UnknownHost,
    UnknownMethod,
    UnknownPath,
    WrongMediaType,
)
from service.errors import Conflict, InternalError, InvalidRequest, Unavailable
from service.store.errors import StaleRevision
from service.wording import Lang, accepted, pick

MEDIA_TYPE = "application/problem+json"

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

#: What any route can answer, whatever it does.
ALWAYS = (400, 401, 403, 421, 422, 429, 431, 500, 503)


class Fault(BaseModel):
    """One wrong value: `pointer` into the body (RFC 6901), or a `parameter` and where it stands."""

    model_config = ConfigDict(extra="forbid")

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    place: str | None = Field(default=None, alias="in")


class ProblemRecord(BaseModel):
    """Problem details (RFC 9457). `code` is stable; some codes come with further members."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None
    errors: list[Fault] | None = None


def usual(status: int) -> KehoachError:
    """The error behind a status, told in general."""
    kind = BY_STATUS.get(status, MalformedRequest)
    return kind(*kind.meaning)


def problem(error: KehoachError, lang: Lang, request_id: str | None) -> dict[str, Any]:
    """The problem document of an error."""
    return {
        "type": f"/problems/{error.code}",
        "title": pick(lang, *error.title),
        "status": error.status,
        "detail": pick(lang, error.vi, error.en),
        "code": error.code,
        "request_id": request_id,
        **error.facts,
    }


def language_of(connection: HTTPConnection) -> Lang:
    """The language of the answer to this request; that of the settings where it asks for none."""
    otherwise: Lang = connection.app.state.store.settings.lang
    return accepted(connection.headers.get("accept-language"), otherwise)


def answer(error: KehoachError, connection: HTTPConnection) -> JSONResponse:
    """The answer that tells `error` to who sent this request."""
    lang = language_of(connection)
    headers = {"Content-Language": lang, "Vary": "Accept-Language", **error.headers}
    after = error.facts.get("retry_after", error.retry_after)
    if after is not None:
        headers["Retry-After"] = str(max(1, round(after)))
    body = problem(error, lang, getattr(connection.state, "request_id", None))
    return JSONResponse(body, error.status, headers, MEDIA_TYPE)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with these problems, and with those of ALWAYS.

    >>> sorted(problems(404))
    [400, 401, 403, 404, 421, 422, 429, 431, 500, 503]
    """
    return {
        status: {
            "description": BY_STATUS[status].title[1],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": problem(usual(status), "en", "0f3c2a"),
                }
            },
        }
        for status in (*ALWAYS, *statuses)
    }
