"""What goes wrong, told by RFC 9457: application/problem+json in Vietnamese or English.

Whoever finds something wrong raises `Problem`, or a `KehoachError` of its own room; both become
one form here. `type` is the address of the code's explanation (`/problems/<code>`), `title` is the
same for every occurrence, `detail` tells of this one, `errors` names each wrong field by its JSON
Pointer (RFC 6901) or its parameter. What the client sent is never repeated.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi import HTTPException as RouteException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from extractor.errors import KehoachError
from service.api.catalogue import BY_STATUS, CATALOGUE, status_of
from service.api.faults import described, expected_form
from service.api.languages import language_of
from service.wording import Lang, pick

MEDIA_TYPE = "application/problem+json"

#: Every method that a route of ours may have.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Problem(RouteException):
    """An answer that is no success: `code` names it for programs, the sentences for people.

    `headers` go with the answer, `extra` are members of the JSON object besides the known ones.
    As an exception of the framework's own kind it passes through its reading of bodies unchanged.
    """

    def __init__(
        self,
        status: int,
        code: str,
        vi: str,
        en: str,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, en, dict(headers or {}))
        self.code = code
        self.vi = vi
        self.en = en
        self.extra = extra


class ProblemResponse(JSONResponse):
    media_type = MEDIA_TYPE


def answer(problem: Problem, lang: Lang, request_id: str | None) -> ProblemResponse:
    """The answer that tells `problem` in `lang`."""
    kind = CATALOGUE[problem.code]
    body = {
        "type": f"/problems/{problem.code}",
        "title": pick(lang, kind.vi, kind.en),
        "status": problem.status_code,
        "detail": pick(lang, problem.vi, problem.en),
        "code": problem.code,
        "request_id": request_id,
        **problem.extra,
    }
    headers = {"Content-Language": lang, "Vary": "Accept-Language", **(problem.headers or {})}
    return ProblemResponse(body, problem.status_code, headers)


def of_error(error: KehoachError) -> Problem:
    """The problem an error of another room is to a client.

    An error that says when to come again (`retry_after`, seconds) is told with Retry-After.
    """
    code = error.code if error.code in CATALOGUE else "error"
    after = getattr(error, "retry_after", None)
    headers = {} if after is None else {"Retry-After": str(max(1, round(after)))}
    return Problem(status_of(code), code, error.vi, str(error), headers=headers)


def of_http(error: HTTPException) -> Problem:
    """The problem behind a plain HTTP status, as the framework raises it."""
    code = BY_STATUS.get(error.status_code, "request.malformed")
    kind = CATALOGUE[code]
    return Problem(
        error.status_code, code, kind.detail_vi, kind.detail_en, headers=error.headers or {}
    )


def of_validation(error: RequestValidationError, request: Request, lang: Lang) -> Problem:
    """The problem of a request whose parameters or body are not what the route takes."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Problem(
            400,
            "request.malformed",
            "Phần thân của yêu cầu không phải JSON hợp lệ.",
            "The body of the request is not valid JSON.",
        )
    form = expected_form(request)
    if form is not None and any(fault["loc"][:1] == ("body",) for fault in faults):
        return Problem(
            415,
            "request.media-type",
            f"Phần thân phải là {form}.",
            f"The body must be {form}.",
            headers={"Accept": form},
        )
    return Problem(
        422,
        "request.invalid",
        "Một hay nhiều giá trị không hợp lệ; xem errors.",
        "One or more values are not valid; see errors.",
        errors=[described(fault, lang) for fault in faults],
    )


def allowed(app: FastAPI, scope: Scope) -> list[str]:
    """The methods that an address takes by all its routes; the framework tells those of one."""
    return [
        method
        for method in METHODS
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]


def install(app: FastAPI) -> None:
    """Makes every error that a route raises a problem."""

    def told(request: Request, problem: Problem) -> ProblemResponse:
        request_id = getattr(request.state, "request_id", None)
        return answer(problem, language_of(request), request_id)

    async def on_problem(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, Problem)
        return told(request, error)

    async def on_kehoach(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, KehoachError)
        return told(request, of_error(error))

    async def on_http(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, HTTPException)
        problem = of_http(error)
        if problem.status_code == 405:
            problem.headers = {"Allow": ", ".join(allowed(app, request.scope))}
        return told(request, problem)

    async def on_validation(request: Request, error: Exception) -> ProblemResponse:
        assert isinstance(error, RequestValidationError)
        return told(request, of_validation(error, request, language_of(request)))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(KehoachError, on_kehoach)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_validation)
