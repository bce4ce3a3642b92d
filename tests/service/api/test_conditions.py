"""Conditional requests, gzip, bounds on bodies, the headers of safety."""

import gzip
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from service.api.bounds import HEAD_BYTES, PLAIN_BYTES, PUBLIC_BYTES, UPLOADS
from service.settings import MB
from tests.service.api.conftest import Serving, key_of

# ETags and If-None-Match


@pytest.mark.parametrize("path", ["/probe/edited", "/probe/large", "/api/v1/keys", "/openapi.json"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_what_the_client_has_is_not_sent_again(probed: TestClient, path: str, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    first = probed.get(path, headers=headers)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    for given in (tag, f'"a", {tag}', f"W/{tag}", "*"):
        again = probed.get(path, headers={**headers, "If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Content-Type" not in again.headers
        assert "Content-Encoding" not in again.headers
        assert "Content-Security-Policy" in again.headers
    for given in ('"other"', "nonsense", ""):
        fresh = probed.get(path, headers={**headers, "If-None-Match": given})
        assert (fresh.status_code, fresh.content) == (200, first.content)


def test_the_tag_changes_with_the_content(client: TestClient) -> None:
    admin = key_of(client, "admin")
    before = client.get("/api/v1/keys", headers=admin).headers["ETag"]
    client.post("/api/v1/keys", json={"name": "x"}, headers=admin)
    after = client.get("/api/v1/keys", headers={**admin, "If-None-Match": before})
    assert after.status_code == 200


def test_a_tag_is_of_one_coding_but_fits_an_edit_from_either(probed: TestClient) -> None:
    tags = [
        probed.get("/probe/edited", headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("identity", "gzip")
    ]
    assert tags == ['"7"', '"7--gzip"']
    for tag in tags:
        assert probed.patch("/probe/edited", headers={"If-Match": tag}).json() == 7


@pytest.mark.parametrize(
    ("given", "status", "revision"),
    [
        (None, 428, None), ("", 428, None), ("*", 200, None), ('"7"', 200, 7),
        ('"6", "7"', 200, 7), ('W/"7"', 412, None), ("7", 412, None), ('"x"', 412, None),
        ('"' + "9" * 40 + '"', 412, None), ('"-1"', 412, None),
    ],
)  # fmt: skip
def test_an_edit_needs_what_it_was_made_from(
    probed: TestClient, given: str | None, status: int, revision: int | None
) -> None:
    headers = {} if given is None else {"If-Match": given}
    answer = probed.patch("/probe/edited", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == revision


def test_a_stream_has_no_tag_and_passes(probed: TestClient) -> None:
    answer = probed.get("/probe/stream")
    assert "ETag" not in answer.headers
    assert len(answer.content) == 3000


# Gzip


@pytest.mark.parametrize(
    ("path", "packed"),
    [
        ("/probe/large", True),
        ("/probe/stream", True),
        ("/probe/packed", False),
        ("/healthz", False),
    ],
)
def test_gzip_where_it_makes_things_smaller(probed: TestClient, path: str, packed: bool) -> None:
    request = probed.build_request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = probed.send(request, stream=True)
    assert (answer.headers.get("Content-Encoding") == "gzip") == packed
    raw = b"".join(answer.iter_raw())
    if packed:
        assert len(raw) < len(gzip.decompress(raw))
    plain = probed.get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


# Bodies


def test_a_body_that_says_it_is_too_large_is_not_read(probed: TestClient) -> None:
    headers = {"Content-Length": str(PLAIN_BYTES + 1), "Content-Type": "application/json"}
    answer = probed.post("/probe/items", content=b"{", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["limit"] == PLAIN_BYTES


@pytest.mark.parametrize("path", ["/probe/items", "/probe/count"])
def test_a_body_that_turns_out_too_large_is_stopped(probed: TestClient, path: str) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(10 * PLAIN_BYTES // MB):
            sent += MB
            yield b" " * MB

    headers = {"Content-Type": "application/json"}
    answer = probed.post(path, content=pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too-large")


def test_an_upload_may_be_as_large_as_the_settings_say(serving: Serving) -> None:
    client = serving(upload_mb=20, upload_files=1)
    said = {"Content-Length": str(20 * MB + 1)}
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    wrong = client.put(f"{UPLOADS}/{'0' * 64}", content=b"x", headers=said)
    assert (wrong.status_code, wrong.json()["limit"]) == (413, 20 * MB)
    assert client.post(UPLOADS, content=b"x", headers=said | form).status_code == 400
    elsewhere = client.post("/api/v1/keys", content=b"x", headers=said | form)
    assert (elsewhere.status_code, elsewhere.json()["limit"]) == (413, PLAIN_BYTES)
    unknown = client.post("/api/v1/session", content=b" " * (PUBLIC_BYTES + 1))
    assert (unknown.status_code, unknown.json()["limit"]) == (413, PUBLIC_BYTES)


@pytest.mark.parametrize("name", ["X-Long", "Cookie", "Authorization", "If-None-Match"])
def test_huge_headers_are_refused(library: TestClient, name: str) -> None:
    answer = library.get("/healthz", headers={name: "a" * HEAD_BYTES})
    assert (answer.status_code, answer.json()["code"]) == (431, "request.head-too-large")


def test_so_is_a_huge_address(library: TestClient) -> None:
    long, headers = "a" * (HEAD_BYTES - 500), {"X-More": "b" * 1000}
    assert library.get(f"/healthz?{long}", headers=headers).status_code == 431


# Headers


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/healthz"), ("GET", "/nothing"), ("POST", "/api/v1/keys")]
)
def test_every_answer_has_the_headers_of_safety(
    library: TestClient, method: str, path: str
) -> None:
    headers = library.request(method, path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "private" in headers["Cache-Control"] or "no-store" in headers["Cache-Control"]
    assert "Strict-Transport-Security" not in headers
    assert not [name for name in headers if name.lower().startswith("access-control-")]
    assert "Server" not in headers


def test_no_other_site_may_read_by_cors(library: TestClient) -> None:
    headers = {
        "Origin": "https" + "://evil.example",
        "Access-Control-Request-Method": "POST",
    }
    answer = library.options("/api/v1/keys", headers=headers)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: x=1", "a\nb", "a b", "é" * 10, "x", "a" * 65])
def test_an_odd_request_id_is_not_taken(library: TestClient, value: str) -> None:
    answer = library.get("/healthz", headers={"X-Request-ID": value.encode()})
    assert answer.headers["X-Request-ID"] != value
    assert len(answer.headers["X-Request-ID"]) == 32
    assert "Set-Cookie" not in answer.headers


def test_a_sane_request_id_is(library: TestClient) -> None:
    answer = library.get("/healthz", headers={"X-Request-ID": "proxy-1234.a_b"})
    assert answer.headers["X-Request-ID"] == "proxy-1234.a_b"


# Rates


def test_too_many_requests_wait(serving: Serving) -> None:
    client = serving(rate=3)
    answers = [client.get("/api/v1/session") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == [
        "r=2", "r=1", "r=0", "r=0", "r=0",
    ]  # fmt: skip
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["code"] == "rate.exceeded"
    assert client.get("/healthz").status_code == 200
