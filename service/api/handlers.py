"""From what a route raised to a problem, and from the `type` of a problem to its explanation.

Faults of single values are told in Vietnamese or English, each with its place.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Request, Response, params
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from models.errors import KINDS, KehoachError
from service.api.dependencies import LangDep, needs
from service.api.errors import NotJson, UnknownMethod, UnknownProblem, WrongMediaType
from service.api.problems import answer, language_of, problems, usual
from service.errors import InvalidRequest
from service.wording import Lang, pick

#: Every method that a route of ours may have.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

#: Pydantic's kinds of fault in Vietnamese, with what its context gives; its own words are English.
_VI = {
    "bool_parsing": "phải là đúng hoặc sai",
    "bool_type": "phải là đúng hoặc sai",
    "bytes_too_long": "dài quá {max_length} byte",
    "date_from_datetime_parsing": "phải là ngày dạng 2024-12-31",
    "date_parsing": "phải là ngày dạng 2024-12-31",
    "date_type": "phải là ngày dạng 2024-12-31",
    "dict_type": "phải là một đối tượng",
    "enum": "phải là một trong: {expected}",
    "extra_forbidden": "tên này không có",
    "float_parsing": "phải là một số",
    "float_type": "phải là một số",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "int_from_float": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_parsing_size": "số quá lớn",
    "int_type": "phải là số nguyên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được quá {le}",
    "list_type": "phải là một danh sách",
    "literal_error": "phải là một trong: {expected}",
    "missing": "thiếu giá trị này",
    "model_attributes_type": "phải là một đối tượng",
    "model_type": "phải là một đối tượng",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_too_long": "dài quá {max_length} ký tự",
    "string_too_short": "phải có ít nhất {min_length} ký tự",
    "string_type": "phải là chữ",
    "too_long": "nhiều hơn {max_length} mục",
    "too_short": "phải có ít nhất {min_length} mục",
    "value_error": "giá trị không hợp lệ",
}

#: Where Pydantic's own words say less than we know.
_EN = {"extra_forbidden": "there is no such name"}


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
    english = _EN.get(fault["type"], str(fault["msg"]))
    told = {"detail": pick(lang, _vietnamese(fault), english)}
    if place == "body":
        return {"pointer": pointer(path)} | told
    return {"parameter": ".".join(map(str, path)), "in": str(place)} | told


def _vietnamese(fault: Mapping[str, Any]) -> str:
    wording = _VI.get(fault["type"], "giá trị không hợp lệ")
    try:
        return wording.format(**(fault.get("ctx") or {}))
    except (KeyError, IndexError):
        return "giá trị không hợp lệ"


def _expected(request: Request) -> str | None:
    """The media type the route takes, where the body came as another; None where it fits."""
    field = getattr(request.scope.get("route"), "body_field", None)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if field is None or not given:
        return None
    if isinstance(field.field_info, params.Form):
        wanted, fits = (
            "multipart/form-data",
            "multipart/form-data|application/x-www-form-urlencoded",
        )
    else:
        wanted, fits = "application/json", r"application/(.+\+)?json"
    return None if re.fullmatch(fits, given) else wanted


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


def of_validation(error: RequestValidationError, request: Request, lang: Lang) -> KehoachError:
    """What is wrong with a request whose parameters or body are not what the route takes."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return NotJson()
    form = _expected(request)
    if form is not None and any(fault["loc"][:1] == ("body",) for fault in faults):
        return WrongMediaType.instead(form)
    return InvalidRequest(errors=[described(fault, lang) for fault in faults])


def install(app: FastAPI) -> None:
    """Makes every error that a route raises a problem."""

    @app.exception_handler(KehoachError)
    async def on_ours(request: Request, error: KehoachError) -> Response:
        return answer(error, request)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        return answer(of_http(error, request), request)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> Response:
        return answer(of_validation(error, request, language_of(request)), request)


# Explanations

router = APIRouter(prefix="/problems", tags=["problems"], dependencies=[needs("read")])


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


@router.get("", operation_id="list_problems", summary="Every kind of problem", responses=problems())
def list_problems(lang: LangDep) -> Explanations:
    """Every code that a problem can have, with its status and what to do about it."""
    return Explanations(items=[_explained(KINDS[code], lang) for code in sorted(KINDS)])


@router.get(
    "/{code}",
    operation_id="get_problem",
    summary="One kind of problem",
    responses=problems(404),
)
def get_problem(
    code: Annotated[str, Path(max_length=64, description="`code` of a problem")], lang: LangDep
) -> Explanation:
    """What the `type` of a problem leads to."""
    if code not in KINDS:
        raise UnknownProblem
    return _explained(KINDS[code], lang)
