"""Webhooks: what a receiver gets, how it knows that it is ours, and what becomes of what fails."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from standardwebhooks import Webhook, WebhookVerificationError

from models.tables import AuditRow, DeliveryRow, WebhookRow
from models.tables.columns import now
from service.access.audit import By
from service.api.app import create_app
from service.feed import deliveries
from service.jobs import Jobs
from service.store import Store, opened_store
from service.store.corrections import confirm_task, correct
from tests.service.api.conftest import client_of, key_of, store_of
from tests.service.api.library import API, held
from tests.service.feed.receiver import Receiver, receiver
from tests.service.jobs.test_faults import until
from tests.service.mock_reader import mock_reader
from tests.service.store.planting import planted
from tests.service.stores import DIALECTS, SettingsFor

NEAR = {"webhook_networks": "127.0.0.0/8", "webhook_http": True}


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


#: For what hangs on the database.
both = pytest.mark.parametrize("client", DIALECTS, indirect=True)


@pytest.fixture(params=["sqlite"])
def client(
    settings_for: SettingsFor, request: pytest.FixtureRequest, there: Receiver
) -> Iterator[TestClient]:
    given = {**NEAR, "webhook_ports": str(there.port), "workers": 0, "rate": 100_000}
    with (
        opened_store(settings_for(request.param, **given)) as store,
        client_of(create_app(store, None)) as made,
    ):
        yield made


@contextmanager
def working(store: Store, monkeypatch: pytest.MonkeyPatch, *delays: float) -> Iterator[None]:
    """A worker that tries again after so many seconds."""
    monkeypatch.setattr(deliveries, "DELAYS", delays)
    monkeypatch.setattr(deliveries, "EVERY", 0.05)
    with Jobs(store, "worker", 1, mock_reader):
        yield


def added(client: TestClient, there: Receiver, **given: Any) -> dict[str, Any]:
    body = {"name": "theo dõi", "url": there.url(), "payload": "full", **given}
    answer = client.post(f"{API}/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = held(client, answer, "add_webhook")
    return made


def sent(client: TestClient, webhook: str, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/webhooks/{webhook}/deliveries", params=asked)
    items: list[dict[str, Any]] = held(client, answer, "list_deliveries")["items"]
    return items


def rows_of(store: Store) -> list[DeliveryRow]:
    with store.reading() as session:
        rows = list(session.exec(select(DeliveryRow).order_by(DeliveryRow.id)))
        session.expunge_all()
    return rows


@both
def test_each_change_comes_once_signed_as_the_standard_has_it(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(client)
    planted(store, 1)  # what was before the webhook is not sent
    hook = added(client, there)
    assert "secret" not in client.get(f"{API}/webhooks/{hook['id']}").json()
    planted(store, 2)
    told = client.get(f"{API}/changes").json()["items"][4:]
    with working(store, monkeypatch):
        there.until(4)
        until(lambda: all(row.state == "delivered" for row in rows_of(store)), 60)
    got = {}
    for request in there.requests:
        event = Webhook(hook["secret"]).verify(request.body, request.headers)
        assert request.headers["webhook-id"] == event["id"]
        got[event["id"]] = event
    assert got == {event["id"]: event for event in told}
    assert len(there.requests) == 4
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(there.requests[0].body + b" ", there.requests[0].headers)
    log = sent(client, hook["id"])
    assert {(one["state"], one["status"], one["attempts"]) for one in log} == {
        ("delivered", 204, 1)
    }
    request = json.loads(log[0]["request"])
    assert request["url"] == there.url()
    assert request["headers"]["webhook-id"] == log[0]["change"]


def test_it_is_told_of_what_it_asked_for_and_no_more(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(client)
    thin = added(client, there, payload="thin", events=["task.created"], agency="vn-86/so-noi-vu")
    added(client, there, name="khác", unit="vn-01")
    planted(store, 1)
    with working(store, monkeypatch):
        (request,) = there.until(1)
        until(lambda: all(row.position for row in hooks(store)), 60)
    event = Webhook(thin["secret"]).verify(request.body, request.headers)
    assert event["type"] == "kehoach.task.created"
    assert set(event["data"]) == {"plan", "revision"}
    key = event["subject"]
    assert client.get(f"{API}/tasks/{key}").json()["task"]["lead"]["text"] == "Sở Nội vụ"
    assert len(rows_of(store)) == 1


def hooks(store: Store) -> list[WebhookRow]:
    with store.reading() as session:
        found = list(session.exec(select(WebhookRow)))
        session.expunge_all()
    return found


def test_both_secrets_sign_while_they_are_changed(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hook = store_of(client), added(client, there)
    new = "whsec_" + base64.b64encode(os.urandom(24)).decode()
    path = f"{API}/webhooks/{hook['id']}/secret"
    for wrong in ("whsec_AAAA", new.removeprefix("whsec_"), "whsec_%%%", "whsec_" + "A" * 100):
        assert client.put(path, json={"secret": wrong}).status_code == 422
    assert client.put(path, json={"secret": new}).status_code == 200
    planted(store, 1)
    with working(store, monkeypatch):
        request = there.until(4)[0]
        for secret in (new, hook["secret"]):
            assert Webhook(secret).verify(request.body, request.headers)
        with store.writing() as session:  # a day later
            row = session.get_one(WebhookRow, hook["id"])
            row.rotated_at = now() - timedelta(hours=24, minutes=1)
            session.add(row)
        planted(store, 2)
        request = there.until(8)[7]
    assert Webhook(new).verify(request.body, request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook["secret"]).verify(request.body, request.headers)


def test_what_fails_is_tried_again_under_the_same_id(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hook = store_of(client), added(client, there, events=["plan.added"])
    there.statuses = [500, 302, 429]
    planted(store, 1)
    with working(store, monkeypatch, 0.01, 0.01, 0.01):
        requests = there.until(4)
        until(lambda: rows_of(store)[0].state == "delivered", 60)
    assert len({request.headers["webhook-id"] for request in requests}) == 1
    assert len({request.body for request in requests}) == 1
    (row,) = rows_of(store)
    assert (row.attempts, row.status, row.next_at) == (4, 204, None)
    assert hook["id"] == row.webhook


def test_who_is_down_for_days_is_paused_told_and_catches_up(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hook = store_of(client), added(client, there)
    assert sum(deliveries.DELAYS) > timedelta(days=3).total_seconds()
    there.statuses = [503] * 100
    planted(store, 1)
    with working(store, monkeypatch, 0.01, 0.01):
        until(lambda: hooks(store)[0].state == "paused", 60)
        planted(store, 2)  # nothing of it is lost, nothing is sent
        address = f"{API}/webhooks/{hook['id']}"
        told = client.get(address)
        assert told.json()["reason"] == "HTTP 503"
        with store.reading() as session:
            acts = session.exec(select(AuditRow.action)).all()
        assert acts.count("webhook.pause") == 1
        there.statuses, before = [], len(there.requests)
        headers = {"If-Match": told.headers["ETag"]}
        stale = client.patch(address, json={"state": "active"}, headers={"If-Match": '"1"'})
        assert stale.status_code == 412
        answer = client.patch(address, json={"state": "active"}, headers=headers)
        assert answer.json()["state"] == "active"
        until(lambda: [row.state for row in rows_of(store)] == ["delivered"] * 8, 60)
    events = [json.loads(request.body) for request in there.requests[before:]]
    told_now = client.get(f"{API}/changes").json()["items"]
    assert {event["id"] for event in events} == {event["id"] for event in told_now}


def test_who_is_down_for_three_days_gets_all_without_anybody_doing_anything(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The schedule itself, with an hour in fifteen thousandths of a second."""
    store, scale = store_of(client), 0.015 / 3600
    added(client, there)
    there.statuses = [503] * 10_000
    planted(store, 1)
    with working(store, monkeypatch, *(delay * scale for delay in deliveries.DELAYS)):
        there.until(1)
        up = threading.Timer(3 * 86_400 * scale, there.statuses.clear)
        up.start()
        until(lambda: [row.state for row in rows_of(store)] == ["delivered"] * 4, 60)
        up.join()
    assert hooks(store)[0].state == "active"
    assert len({request.headers["webhook-id"] for request in there.requests}) == 4
    assert len(there.requests) > 4


def test_one_that_is_gone_is_paused_at_once(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(client)
    added(client, there, events=["plan.added"])
    there.statuses = [410]
    planted(store, 1)
    with working(store, monkeypatch, 60):
        until(lambda: hooks(store)[0].state == "paused", 60)
    assert hooks(store)[0].reason == "HTTP 410"


def test_a_delivery_can_be_sent_again(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, hook = store_of(client), added(client, there, events=["plan.added"])
    planted(store, 1)
    with working(store, monkeypatch):
        there.until(1)
        until(lambda: rows_of(store)[0].state == "delivered", 60)
        (one,) = sent(client, hook["id"], state="delivered")
        for _ in range(2):
            answer = client.post(f"{API}/deliveries/{one['id']}/replay")
            assert answer.status_code == 202
        there.until(2)
        until(lambda: rows_of(store)[0].state == "delivered", 60)
    assert len({request.headers["webhook-id"] for request in there.requests}) == 1
    shown = client.get(f"{API}/deliveries/{one['id']}").json()
    assert shown["replay"] in (1, 2)
    assert client.delete(f"{API}/webhooks/{hook['id']}").status_code == 204
    assert client.get(f"{API}/deliveries/{one['id']}").status_code == 404


@both
def test_work_of_a_dead_worker_goes_on(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was accepted and never begun, or was taken out of the queue, is sent all the same."""
    store = store_of(client)
    added(client, there, events=["task.created", "task.confirmed"])
    document = planted(store, 1)
    with working(store, monkeypatch):
        there.until(3)
        until(lambda: all(row.state == "delivered" for row in rows_of(store)), 60)
    key = client.get(f"{API}/tasks", params={"document": document}).json()["items"][0]["key"]
    with store.writing() as session:
        correct(session, key, {"note": "x"}, by=By("an"))
    with store.writing() as session:
        confirm_task(session, key, by=By("an"))
    with store.writing() as session:  # as if a restored store had no queue
        row = session.exec(select(DeliveryRow)).first()
        assert row is not None
        row.state, row.next_at, row.attempts = "waiting", now(), 7
        session.add(row)
    with working(store, monkeypatch):
        there.until(5)
        until(lambda: all(row.state == "delivered" for row in rows_of(store)), 60)


def test_only_administrators_see_them_and_only_what_may_be_sent_to_is_taken(
    client: TestClient, there: Receiver
) -> None:
    hook = added(client, there)
    for url in ("https" + "://127.1/", there.url("0x7f000001"), "https" + "://x.example:22/"):
        body = {"name": "y", "url": url}
        answer = client.post(f"{API}/webhooks", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "webhook.url")
    assert client.post(f"{API}/webhooks", json={"name": "theo dõi", "url": there.url()}
                       ).status_code == 409  # fmt: skip
    headers = key_of(client, "write")
    for method, path in [
        ("GET", "/webhooks"),
        ("GET", f"/webhooks/{hook['id']}"),
        ("GET", f"/webhooks/{hook['id']}/deliveries"),
        ("POST", "/webhooks"),
    ]:
        assert client.request(method, f"{API}{path}", headers=headers).status_code == 403


def test_the_pages_make_pause_and_show_what_was_sent(
    client: TestClient, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_of(client)
    given = {"name": "sổ theo dõi", "url": there.url(), "payload": "full", "unit": "vn-86"}
    shown = client.post("/webhooks", data=given).text
    assert "whsec_" in shown
    assert "whsec_" not in client.get("/webhooks").text
    wrong = client.post("/webhooks", data={**given, "name": "y", "url": "https" + "://127.1/"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)
    (hook,) = hooks(store)
    planted(store, 1)
    there.statuses, there.answer = [200] * 9, b"cam on <b>"
    with working(store, monkeypatch):
        until(lambda: [row.state for row in rows_of(store)] == ["delivered"] * 4, 60)
        log = client.get(f"/webhooks/{hook.id}?state=delivered").text
        assert log.count("/webhooks/deliveries/") == 4
        assert "cam on &lt;b&gt;" in log
        assert "webhook-signature" in log
        first = rows_of(store)[0].id
        assert client.post(f"/webhooks/deliveries/{first}").status_code == 303
        there.until(5)
        until(lambda: {row.state for row in rows_of(store)} == {"delivered"}, 60)
    for act, state in (("pause", "paused"), ("resume", "active")):
        assert client.post(f"/webhooks/{hook.id}", data={"act": act}).status_code == 303
        assert [one.state for one in hooks(store)] == [state]
    assert client.post(f"/webhooks/{hook.id}", data={"act": "remove"}).status_code == 303
    assert hooks(store) == []
    assert client.get("/webhooks", headers=key_of(client, "write")).status_code == 403


def test_old_deliveries_that_are_over_leave_the_log(client: TestClient, there: Receiver) -> None:
    store = store_of(client)
    added(client, there)
    planted(store, 1)
    teller = deliveries.Deliveries(store, threading.Event())
    teller.take_up()
    days = timedelta(days=store.settings.webhook_log_days, minutes=1)
    with store.writing() as session:
        for row, state in zip(rows_of(store), ("delivered", "failed", "waiting"), strict=False):
            row.state, row.created_at = state, now() - days  # type: ignore[assignment]
            session.merge(row)
    assert teller.tidy() == 2
    assert [row.state for row in rows_of(store)] == ["waiting", "waiting"]
    assert teller.take_up() == 0  # what was sent is not sent again
