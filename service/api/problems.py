"""What goes wrong, told by RFC 9457: application/problem+json in Vietnamese or English.

Every error is told the same way, ours and the framework's. `type` is the address of the explanation
of its code (`/problems/<code>`), `title` is the same for every occurrence, `detail` tells of this
one, its facts are further members; `errors` names each wrong value by its JSON Pointer (RFC 6901)
or its parameter. What a client sent as a value is never repeated.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import Match
from starlette.types import Scope

from models.errors import KINDS, USUAL, KehoachError
from service.api.dependencies import LangDep, language_of, routes
from service.api.errors import (
    MalformedRequest,
    NotJson,
    StoreUnavailable,
    UnknownMethod,
    UnknownProblem,
    WrongMediaType,
)
from service.errors import InternalError, InvalidRequest
from service.settings import Settings, masked
from service.store.errors import trouble_of
from service.wording import Lang, pick, values_of

MEDIA_TYPE = "application/problem+json"


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
    kind = USUAL.get(status, MalformedRequest)
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


def reads_pages(connection: HTTPConnection) -> bool:
    """Whether a person looks at this in a browser, and there are pages."""
    pages = getattr(connection.app.state, "mishap", None)
    api = connection.scope["path"].startswith("/api/")
    return bool(pages) and not api and "text/html" in connection.headers.get("accept", "")


def answer(error: KehoachError, connection: HTTPConnection) -> Response:
    """The answer that tells `error` to who sent this request."""
    if reads_pages(connection):
        page: Response = connection.app.state.mishap(Request(connection.scope), error)
        return page
    lang = language_of(connection)
    headers = {"Content-Language": lang, "Vary": "Accept-Language", **error.headers}
    after = error.facts.get("retry_after", error.retry_after)
    if after is not None:
        headers["Retry-After"] = str(max(1, round(after)))
    body = problem(error, lang, getattr(connection.state, "request_id", None))
    return JSONResponse(body, error.status, headers, MEDIA_TYPE)


def failure(error: Exception, settings: Settings) -> KehoachError:
    """The problem behind an error that no route foresaw; of the inside it tells the names of the
    database and the vault where these are the trouble."""
    names = (masked(url).rpartition("/")[2] for url in (settings.database_url, settings.vault_url))
    if trouble := trouble_of(error, *names):
        return trouble
    if isinstance(error, PoolTimeout | OSError):
        return StoreUnavailable()
    return InternalError()


# Wrong values

#: Pydantic's kinds of fault in Vietnamese, with what its context gives; in English only where we
#: know more than its own words say.
_FAULTS = values_of("fault")


def pointer(path: Sequence[int | str]) -> str:
    """The JSON Pointer of a place, as a fragment (RFC 6901, section 6, without percent signs).

    >>> pointer(("tasks", 0, "a/b"))
    '#/tasks/0/a~1b'
    """
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "#" + "".join(f"/{step}" for step in steps)


def described(fault: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    """One fault: its place, and what is wrong there. What was sent is not repeated."""
    place, *path = fault["loc"] or ("body",)
    _, english = _FAULTS.get(fault["type"], ("", ""))
    told = {"detail": pick(lang, _vietnamese(fault), english or str(fault["msg"]))}
    if place == "body":
        return {"pointer": pointer(path)} | told
    return {"parameter": ".".join(map(str, path)), "in": str(place)} | told


def _vietnamese(fault: Mapping[str, Any]) -> str:
    wording = _FAULTS.get(fault["type"], _FAULTS["value_error"])[0]
    try:
        return wording.format(**(fault.get("ctx") or {}))
    except (KeyError, IndexError):
        return _FAULTS["value_error"][0]


def _is_other(request: Request) -> bool:
    """Whether the body came as something else than the JSON that the route takes."""
    field = getattr(request.scope.get("route"), "body_field", None)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if field is None or not given or isinstance(field.field_info, params.Form):
        return False
    return not re.fullmatch(r"application/(.+\+)?json", given)


def of_validation(error: RequestValidationError, request: Request, lang: Lang) -> KehoachError:
    """What is wrong with a request whose parameters or body are not what the route takes."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return NotJson()
    if any(fault["loc"][:1] == ("body",) for fault in faults) and _is_other(request):
        return WrongMediaType.instead("application/json")
    return InvalidRequest(errors=[described(fault, lang) for fault in faults])


# What the framework raises

#: Every method that a route of ours may have.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def of_http(error: HTTPException, request: Request) -> KehoachError:
    """What is behind an error of the framework's own: one of ours that it wrapped, or a status."""
    if isinstance(error.__cause__, KehoachError):  # raised while it took the body in
        return error.__cause__
    found = usual(error.status_code)
    found.headers = error.headers or {}
    if isinstance(found, UnknownMethod):
        found.headers = {"Allow": ", ".join(_allowed(request.app, request.scope))}
    return found


def _allowed(app: FastAPI, scope: Scope) -> list[str]:
    """The methods that an address takes by all its routes; the framework tells those of one."""
    return [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]


def install(app: FastAPI) -> None:
    """Makes every error that a route raises a problem."""

    async def on_problem(request: Request, error: Any) -> Response:
        if isinstance(error, HTTPException) and isinstance(error.__cause__, RequestValidationError):
            error = error.__cause__  # a string in the body that cannot be kept
        if isinstance(error, HTTPException):
            error = of_http(error, request)
        elif isinstance(error, RequestValidationError):
            error = of_validation(error, request, language_of(request))
        return answer(error, request)

    for kind in (KehoachError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, on_problem)


# Explanations

router = routes("problems", prefix="/problems")


class Explanation(BaseModel):
    """A kind of problem."""

    type: Annotated[str, Field(examples=["/problems/revision.stale"])]
    code: Annotated[str, Field(examples=["revision.stale"])]
    status: Annotated[int, Field(examples=[412])]
    title: str
    detail: str


class Explanations(BaseModel):
    """Every kind there is, by code."""

    items: list[Explanation]


def _explained(kind: type[KehoachError], lang: Lang) -> Explanation:
    return Explanation(
        type=f"/problems/{kind.code}",
        code=kind.code,
        status=kind.status,
        title=pick(lang, *kind.title),
        detail=pick(lang, *kind.meaning),
    )


@router.get("", summary="Every kind of problem")
def list_problems(lang: LangDep) -> Explanations:
    """Every code that a problem can have, with its status and what to do about it."""
    return Explanations(items=[_explained(KINDS[code], lang) for code in sorted(KINDS)])


@router.get("/{code}", summary="One kind of problem")
def get_problem(
    code: Annotated[str, Path(max_length=64, description="`code` of a problem")], lang: LangDep
) -> Explanation:
    """What the `type` of a problem leads to."""
    if code not in KINDS:
        raise UnknownProblem
    return _explained(KINDS[code], lang)
