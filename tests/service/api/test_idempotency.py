"""A write sent twice under one Idempotency-Key is done once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select, update

from models.tables import AuditRow, ReplyRow
from models.tables.columns import now
from service.api.idempotency import Fingerprint
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.probes import SECRET, counter, probe
from tests.service.stores import DIALECTS

PLAIN = {"Idempotency-Key": "once"}


@pytest.fixture(params=DIALECTS)
def probed(request: pytest.FixtureRequest, serving: Serving) -> Iterator[TestClient]:
    client = serving(request.param)
    assert isinstance(client.app, FastAPI)
    client.app.include_router(probe)
    counter.count = 0
    counter.entered.clear()
    counter.gate.set()
    yield client
    counter.gate.set()


def replies(client: TestClient) -> list[ReplyRow]:
    with store_of(client).reading() as session:
        return list(session.exec(select(ReplyRow)).all())


def test_the_same_again_gives_the_same_answer(probed: TestClient) -> None:
    first = probed.post("/probe/count", json={"a": 1}, headers=PLAIN)
    again = probed.post("/probe/count", json={"a": 1}, headers=PLAIN)
    assert (first.status_code, first.json(), counter.count) == (201, 1, 1)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]


def test_a_write_done_once_stands_once_in_the_trail(probed: TestClient) -> None:
    for _ in range(3):
        probed.post("/probe/count", headers=PLAIN)
    with store_of(probed).reading() as session:
        (row,) = session.exec(select(AuditRow)).all()
    assert (row.action, row.subject, row.actor) == ("count", "/probe/items/1", "open")


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/probe/count", b'{"a":2}', "application/json"),
        ("/probe/count?x=1", b'{"a":1}', "application/json"),
        ("/probe/count", b'{"a":1}', "text/plain"),
        ("/probe/count", b"", "application/json"),
        ("/probe/slow", b'{"a":1}', "application/json"),
    ],
)
def test_another_request_under_the_same_key_is_refused(
    probed: TestClient, path: str, body: bytes, kind: str
) -> None:
    json = {**PLAIN, "Content-Type": "application/json"}
    probed.post("/probe/count", content=b'{"a":1}', headers=json)
    other = probed.post(path, content=body, headers={**PLAIN, "Content-Type": kind})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    assert counter.count == 1


def test_a_key_is_the_caller_s_own(probed: TestClient) -> None:
    callers = [key_of(probed, "write") for _ in range(2)]
    answers = [
        probed.post("/probe/count", headers={**PLAIN, **caller}).json() for caller in callers
    ]
    assert answers == [1, 2]


def form(boundary: str, content: bytes) -> tuple[bytes, dict[str, str]]:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, {**PLAIN, "Content-Type": f"multipart/form-data; boundary={boundary}"}


def test_an_upload_is_the_same_whatever_separates_its_parts(probed: TestClient) -> None:
    content = b"PK\x03\x04" + bytes(range(256)) * 1000
    for boundary in ("----abc123", "xyz"):
        body, headers = form(boundary, content)
        answer = probed.post("/probe/count", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (201, 1)
    body, headers = form("----abc124", content[:-1] + b"x")
    answer = probed.post("/probe/count", content=body, headers=headers)
    assert answer.status_code == 422
    assert counter.count == 1


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_digest_does_not_depend_on_the_pieces(size: int) -> None:
    body, headers = form("-boundary-", b"a--bound-boundary-ary-" * 20)
    kind = headers["Content-Type"]
    whole = Fingerprint("POST", "/x", kind)
    whole.feed(body)
    pieces = Fingerprint("POST", "/x", kind)
    for start in range(0, len(body), size):
        pieces.feed(body[start : start + size])
    assert pieces.end() == whole.end()


def test_while_the_first_is_under_way_the_second_waits(probed: TestClient) -> None:
    counter.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(probed.post, "/probe/slow", headers=PLAIN)
        assert counter.entered.wait(30)
        second = probed.post("/probe/slow", headers=PLAIN)
        counter.gate.set()
        assert first.result(30).json() == 1
    assert (second.status_code, second.json()["code"]) == (409, "idempotency.in-flight")
    assert int(second.headers["Retry-After"]) >= 1
    assert probed.post("/probe/slow", headers=PLAIN).json() == 1


def test_many_at_once_do_it_once(probed: TestClient) -> None:
    together = threading.Barrier(8)

    def send(_: int) -> int:
        together.wait(30)
        return probed.post("/probe/count", json={"a": 1}, headers=PLAIN).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(send, range(8)))
    assert counter.count == 1
    assert 201 in statuses
    assert statuses <= {201, 409}


def test_what_failed_can_be_sent_again(probed: TestClient) -> None:
    for _ in range(2):
        assert probed.post("/probe/count?fail=1", headers=PLAIN).status_code == 500
    assert probed.post("/probe/items", json={}, headers=PLAIN).status_code == 422
    assert replies(probed) == []
    assert counter.count == 2


def test_what_was_lost_with_its_process_can_be_sent_again(probed: TestClient) -> None:
    with store_of(probed).writing() as session:
        session.add(ReplyRow(actor="open", key="once", fingerprint=""))
    assert probed.post("/probe/count", headers=PLAIN).status_code == 409
    with store_of(probed).writing() as session:
        session.execute(update(ReplyRow).values(created_at=now() - timedelta(minutes=6)))
    assert probed.post("/probe/count", headers=PLAIN).status_code == 201


def test_replies_are_swept_after_a_day(probed: TestClient) -> None:
    probed.post("/probe/count", headers=PLAIN)
    with store_of(probed).writing() as session:
        session.execute(update(ReplyRow).values(created_at=now() - timedelta(hours=25)))
    probed.post("/probe/count", headers={"Idempotency-Key": "another"})
    assert [row.key for row in replies(probed)] == ["another"]


def test_a_secret_is_not_kept(probed: TestClient) -> None:
    assert probed.post("/probe/secret", headers=PLAIN).json() == SECRET
    assert replies(probed) == []


@pytest.mark.parametrize("key", [b"", b"a" * 256, "một".encode(), b"a\x01"])
def test_a_key_that_is_none(probed: TestClient, key: bytes) -> None:
    answer = probed.post("/probe/count", headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert counter.count == 0


def test_reading_takes_no_notice_of_a_key(probed: TestClient) -> None:
    assert probed.get("/probe/items/1", headers=PLAIN).json() == 1
    assert replies(probed) == []
