"""The OpenAPI of the service: that of the framework, with what is true of every route added.

Problems are the only failures, so its own form of a validation error goes; 304 is an answer to
every conditional GET, 413 to every write; either a key or a sign-in opens a route, unless it says
that it needs none.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.api.examples import given, place
from service.api.gate import cookie_name
from service.api.outcomes import ProblemRecord, problems

_SAFE_METHODS = ("get", "head", "options")


def install(app: FastAPI, *, https: bool) -> None:
    """Makes `app.openapi` give the whole description, made once."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app, https)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _completed(app: FastAPI, https: bool) -> dict[str, Any]:
    whole = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = whole.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = ProblemRecord.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of `kehoach key add`: `Authorization: Bearer kh_…`",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name(https),
            "description": "A sign-in; changes also need X-CSRF-Token",
        },
    }
    whole["security"] = [{"key": []}, {"session": []}, {}]
    examples = given()
    for path in whole["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
            place(operation, examples.get(operation["operationId"], {}))
    return whole


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if method in _SAFE_METHODS:
        responses["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    else:
        responses.setdefault("413", problems(413)[413])
    operation["responses"] = dict(sorted(responses.items()))
