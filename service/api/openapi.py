"""The OpenAPI of the service: that of the framework, with what is true of every route added.

Problems are the only failures, so its own form of a validation error goes. Which of them a route
can answer with follows from what it takes; it says itself only those that do not. 304 is an answer
to every conditional GET; either a key or a sign-in opens a route that is not public. Examples are
what each route answered once, from `examples.json`, which `python -m tests.service.api.examples`
makes; a test holds it to the OpenAPI.
"""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from models.errors import USUAL
from service.api.gate import PUBLIC, SAFE, cookie_name
from service.api.problems import MEDIA_TYPE, ProblemRecord, problem, usual

EXAMPLES = Path(__file__).parent / "examples.json"

#: What any route can answer, whatever it does.
ALWAYS = frozenset({400, 401, 403, 421, 422, 429, 431, 500, 503})


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
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            if method.upper() in PUBLIC.get(path, ()):
                operation["security"] = []
            _answer(path, method, operation)
            _place(operation, examples.get(operation["operationId"], {}))
    return whole


def _answer(path: str, method: str, operation: dict[str, Any]) -> None:
    """Puts in what a route answers besides its success."""
    told = operation["responses"]
    refusals = {int(status) for status in told if status >= "400"} | ALWAYS
    if method.upper() in SAFE:
        told["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    else:
        refusals.add(413)
    if "/{" in path and method != "put":  # it names something, which may not be there
        refusals.add(404)
    if "requestBody" in operation:
        refusals.add(415)
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        refusals.add(412)
    told |= {str(status): _refusal(status) for status in refusals}
    operation["responses"] = dict(sorted(told.items()))


def _refusal(status: int) -> dict[str, Any]:
    shown = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "example": problem(usual(status), "en", "0f3c2a"),
    }
    return {"description": USUAL[status].title[1], "content": {MEDIA_TYPE: shown}}


def given() -> dict[str, dict[str, Any]]:
    """By operation: `request`, the JSON of a request, and `answer`, what came back."""
    told: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))
    return told


def _place(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Puts the example of an operation where the OpenAPI has one."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "request" in example:
        body["example"] = example["request"]
    success = next(told for status, told in operation["responses"].items() if status < "300")
    for kind, told in success.get("content", {}).items():
        text = kind.startswith("text/")
        fits = kind in ("text/csv", "text/plain", "text/event-stream") if text else "json" in kind
        if "answer" in example and fits and isinstance(example["answer"], str) == text:
            told["example"] = example["answer"]
