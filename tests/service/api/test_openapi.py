"""The OpenAPI is whole: every route has its problems, its access, and examples that fit."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from service.api.gate import PUBLIC
from service.api.openapi import ALWAYS, EXAMPLES, given
from tests.service.api.conftest import Serving
from tests.service.api.examples import shortened
from tests.service.api.library import openapi_of

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def whole(library: TestClient) -> dict[str, Any]:
    return openapi_of(library)


def operations(whole: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def success(operation: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = next(
        told for status, told in operation["responses"].items() if status[0] == "2"
    )
    return told


def faults(whole: dict[str, Any], schema: dict[str, Any], example: Any) -> list[str]:
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": whole["components"]})
    return [f"{fault.instance_path}: {fault.message}" for fault in validator.iter_errors(example)]


def test_every_operation_has_an_id_a_summary_and_a_tag(whole: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(whole)]
    assert len(ids) == len(set(ids)) > 40
    for method, path, operation in operations(whole):
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert operation["tags"], (method, path)


def test_every_problem_is_told(whole: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in whole["components"]["schemas"]
    for method, path, operation in operations(whole):
        for status in map(str, ALWAYS):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], (method, path, status)
            (told,) = content.values()
            assert told["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert faults(whole, told["schema"], told["example"]) == []


def test_what_needs_no_key_says_so(whole: dict[str, Any]) -> None:
    assert whole["security"] == [{"key": []}, {"session": []}, {}]
    for method, path, operation in operations(whole):
        public = method.upper() in PUBLIC.get(path, ())
        assert (operation.get("security") == []) == public, (method, path)


def test_over_https_the_cookie_is_the_other_one(serving: Serving) -> None:
    whole = serving(https=True).get("/openapi.json").json()
    assert whole["components"]["securitySchemes"]["session"]["name"] == "__Host-kehoach"


def test_writes_may_be_too_large_and_reads_unchanged(whole: dict[str, Any]) -> None:
    for method, path, operation in operations(whole):
        named = {parameter["name"] for parameter in operation.get("parameters", ())}
        if method in ("post", "put", "patch", "delete"):
            assert "413" in operation["responses"], (method, path)
        if method == "get":
            assert "304" in operation["responses"], (method, path)
        if "If-Match" in named:
            assert "412" in operation["responses"], (method, path)


def test_every_answer_and_every_request_of_json_has_an_example_that_fits(
    whole: dict[str, Any],
) -> None:
    for method, path, operation in operations(whole):
        where = f"{method} {path}"
        if method != "head":
            for kind, told in success(operation).get("content", {}).items():
                if kind in ("application/json", "application/schema+json") and "{form}" not in path:
                    assert "example" in told, where
                    assert faults(whole, told.get("schema", {}), told["example"]) == [], where
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            assert "example" in body, where
            assert faults(whole, body["schema"], body["example"]) == [], where


@pytest.mark.parametrize(
    ("operation", "kind"),
    [("metrics", "text/plain"), ("watch_job", "text/event-stream"), ("export_tasks", "text/csv")],
)
def test_so_has_text(whole: dict[str, Any], operation: str, kind: str) -> None:
    (found,) = [told for _, _, told in operations(whole) if told["operationId"] == operation]
    assert isinstance(success(found)["content"][kind]["example"], str)


def test_no_example_of_what_is_gone(whole: dict[str, Any]) -> None:
    ids = {operation["operationId"] for _, _, operation in operations(whole)}
    assert set(given()) - ids == set()


def test_examples_hold_no_secret() -> None:
    text = EXAMPLES.read_text("utf-8")
    assert "kh_" not in text.replace("kh_…", "")
    assert shortened({"secret": "kh_x", "csrf": None}) == {"secret": "…", "csrf": None}
    assert len(json.loads(text)) > 40
