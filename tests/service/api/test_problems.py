"""Whatever goes wrong is told as a problem, in the language asked for, without the inside."""

import pytest
from fastapi.testclient import TestClient

from models.errors import KINDS, USUAL
from service.api.problems import ProblemRecord, pointer
from service.wording import accepted
from tests.service.api.conftest import Serving, signed_in, user_of
from tests.service.api.probes import SECRET

MEDIA_TYPE = "application/problem+json"


def told(client: TestClient, method: str, path: str, **given: object) -> tuple[int, dict]:  # type: ignore[type-arg]
    answer = client.request(method, path, **given)  # type: ignore[arg-type]
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    body = answer.json()
    ProblemRecord.model_validate(body)
    assert body["status"] == answer.status_code
    assert body["type"] == f"/problems/{body['code']}"
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert SECRET not in answer.text
    return answer.status_code, body


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "path.unknown"),
        ("GET", "/api/v1/../../etc/passwd", 404, "path.unknown"),
        ("GET", "/healthz/", 404, "path.unknown"),
        ("GET", "/%00", 404, "path.unknown"),
        ("GET", "/probe/items/%2e%2e%2f", 404, "path.unknown"),
        ("PUT", "/readyz", 405, "method.unknown"),
        ("TRACE", "/api/v1/keys", 405, "method.unknown"),
        ("WRONG", "/api/v1/keys", 405, "method.unknown"),
        ("GET", "/probe/source", 422, "source.damaged"),
        ("GET", "/probe/limit", 413, "source.limit"),
        ("GET", "/probe/full", 503, "queue.full"),
        ("GET", "/probe/unforeseen", 500, "internal"),
        ("GET", "/probe/database", 503, "unavailable"),
        ("GET", "/probe/disk", 503, "unavailable"),
        ("GET", "/probe/unknown-error", 422, "error"),
        ("GET", "/probe/items/x", 422, "request.invalid"),
    ],
)
def test_each_is_a_problem_of_its_code(
    probed: TestClient, method: str, path: str, status: int, code: str
) -> None:
    found, body = told(probed, method, path)
    assert (found, body["code"]) == (status, code)


def test_when_to_come_again_is_told(probed: TestClient) -> None:
    assert probed.get("/probe/full").headers["Retry-After"] == "7"
    assert int(probed.get("/probe/database").headers["Retry-After"]) > 0


def test_a_wrong_method_names_the_right_ones(probed: TestClient) -> None:
    assert set(probed.put("/api/v1/keys").headers["Allow"].split(", ")) >= {"GET"}


def test_each_wrong_value_is_pointed_at(probed: TestClient) -> None:
    body = {"count": SECRET, "inner": {"a/b": -1, "list": [1, "x"]}, "more": 1}
    status, problem = told(probed, "POST", "/probe/items?limit=many", json=body)
    assert status == 422
    places = {fault.get("pointer") or (fault["in"], fault["parameter"]) for fault in
              problem["errors"]}  # fmt: skip
    assert places == {"#/count", "#/inner/a~1b", "#/inner/list/1", "#/more", ("query", "limit")}
    for lang, word in [("vi", "phải là số nguyên"), ("en", "valid integer")]:
        headers = {"Accept-Language": lang}
        _, problem = told(probed, "POST", "/probe/items", json=body, headers=headers)
        details = {fault["pointer"]: fault["detail"] for fault in problem["errors"]}
        assert word in details["#/count"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"count": NaN, }', b"nul"])
def test_what_is_no_json_is_malformed(probed: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    status, problem = told(probed, "POST", "/probe/items", content=body, headers=headers)
    assert (status, problem["code"]) == (400, "request.malformed")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", "a", "é"])
def test_another_media_type_is_415(probed: TestClient, kind: str) -> None:
    headers = {"Content-Type": kind.encode()}
    status, problem = told(probed, "POST", "/probe/items", content=b"count=1", headers=headers)
    assert (status, problem["code"]) == (415, "request.media-type")


def test_an_empty_body_lacks_its_values(probed: TestClient) -> None:
    status, problem = told(probed, "POST", "/probe/items")
    assert (status, [fault["pointer"] for fault in problem["errors"]]) == (422, ["#"])


# Languages


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN, en;q=0.5", "vi"),
        ("en;q=0.5, vi;q=0.9", "vi"),
        ("fr", "vi"),
        ("fr, *;q=0.1", "vi"),
        ("*", "vi"),
        ("vi;q=0, *", "en"),
        ("vi;q=0, en;q=0.1", "en"),
        ("en;q=0", "vi"),
        ("en;q=2", "vi"),
        ("en;q=x", "vi"),
        (";;;,,,q=", "vi"),
        ("EN", "en"),
        ("en, vi", "en"),
        ("en;level=1", "vi"),
        ("x," * 10_000 + "en", "vi"),
    ],
)
def test_the_language_is_the_one_asked_for(
    probed: TestClient, header: str | None, lang: str
) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    answer = probed.get("/nothing", headers=headers)
    assert answer.headers["Content-Language"] == lang
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.json()["title"] == {"vi": "Không có ở đây", "en": "Nothing here"}[lang]


def test_the_settings_say_the_language_where_nobody_asks(serving: Serving) -> None:
    client = serving(lang="en")
    assert client.get("/nothing").headers["Content-Language"] == "en"
    wants = {"Accept-Language": "vi"}
    assert client.get("/nothing", headers=wants).headers["Content-Language"] == "vi"


def test_equal_weights_go_by_order() -> None:
    assert accepted("en, vi", "vi") == "en"
    assert accepted("vi, en", "en") == "vi"


# Explanations


def test_every_code_is_explained_with_its_status(client: TestClient) -> None:
    headers = {"Accept-Language": "en"}
    listed = client.get("/problems", headers=headers).json()["items"]
    assert [item["code"] for item in listed] == sorted(KINDS)
    for item in listed:
        kind = KINDS[item["code"]]
        assert (item["status"], item["title"], item["detail"]) == (
            kind.status, kind.title[1], kind.meaning[1]
        )  # fmt: skip
        assert client.get(item["type"], headers=headers).json() == item
    assert client.get("/problems/none").status_code == 404


def test_what_the_framework_answers_is_explained_too() -> None:
    assert all(kind.status == status for status, kind in USUAL.items())


def test_pointers_escape() -> None:
    assert pointer(("a~b/c", 0)) == "#/a~0b~1c/0"
    assert pointer(()) == "#"


@pytest.mark.parametrize("half", [b"a\\ud800", b"\\u0000", b"\xed\xa0\x80"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/session", b'{"name": "an", "password": "%s"}'),
        ("/api/v1/session", b'{"name": "%s", "password": "x"}'),
        ("/api/v1/users", b'{"name": "an", "password": "mot mat khau rat dai %s"}'),
        ("/api/v1/keys", b'{"name": "%s", "scope": "read"}'),
    ],
)
def test_what_cannot_be_kept_is_refused(
    client: TestClient, path: str, body: bytes, half: bytes
) -> None:
    """Half a letter or a NUL, wherever it stands."""
    answer = client.post(path, content=body % half, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.json()["errors"][0]["pointer"].startswith("#/")


@pytest.mark.parametrize("path", ["/api/v1/documents?submitted_by=%00", "/api/v1/tasks?text=a%00",
                                  "/api/v1/users/%00", "/login?x=%00"])  # fmt: skip
def test_nor_in_an_address(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 422


def test_a_form_of_many_fields(client: TestClient) -> None:
    user_of(client, "an", "write")
    signed_in(client, "an")
    answer = client.post("/logout", data={f"a{number}": "x" for number in range(300)})
    assert answer.status_code == 413
