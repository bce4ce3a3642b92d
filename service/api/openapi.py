"""The OpenAPI of the service: that of the framework, with what is true of every route added.

Problems are the only failures, so its own form of a validation error goes; 304 is an answer to
every conditional GET, 413 to every write; either a key or a sign-in opens a route, unless it says
that it needs none. Examples are what each route answered once, from `examples.json`, which
`python -m tests.service.api.examples` makes; a test holds it to the OpenAPI.
"""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.api.gate import cookie_name
from service.api.problems import ProblemRecord, problems

EXAMPLES = Path(__file__).parent / "examples.json"

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
            _place(operation, examples.get(operation["operationId"], {}))
    return whole


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if method in _SAFE_METHODS:
        responses["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    else:
        responses.setdefault("413", problems(413)[413])
    operation["responses"] = dict(sorted(responses.items()))


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
