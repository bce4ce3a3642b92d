"""A write whose answer was lost may be sent again: the second changes nothing more."""

import hashlib
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import SQLModel

from models.tables import JobRow
from models.tables.columns import now
from service.api.gate import SAFE
from service.jobs.intake import Submission, submit
from service.store import Store
from tests.service.api.conftest import PASSWORD, key_of, signed_in, store_of, user_of
from tests.service.api.library import API, openapi_of, planted, webhook_of

#: What tells of requests rather than of their outcome, and what is that of `corpora/`.
_TRACES = {"audit", "sessions", "units", "agencies", "successions"}

#: A second one may be made under the name of a first: each has its own secret, and both are listed.
_ADDS = {"add_key", "add_calendar"}

Call = tuple[str, str, str, dict[str, Any]]


def state(store: Store) -> dict[str, set[Any]]:
    """Every row of the other tables."""
    with store.reading() as session:
        return {
            name: set(map(tuple, session.execute(table.select())))  # type: ignore[call-overload]
            for name, table in SQLModel.metadata.tables.items()
            if name not in _TRACES
        }


def failed(store: Store, body: bytes) -> Submission:
    """A job that could not read these bytes."""
    made = submit(store, body, "hong.docx", by=None)
    with store.writing() as session:
        row = session.get_one(JobRow, made.job_id)
        row.state, row.started_at, row.finished_at = "failed", now(), now()
        row.error_code, row.error_vi, row.error_en = "source.damaged", "tệp hỏng", "damaged"
        session.add(row)
    return made


def calls(client: TestClient, admin: dict[str, str]) -> Iterator[Call]:
    """Each write there is, as one would send it: operation, method, address, the rest."""
    store, key = store_of(client), planted(store_of(client))
    with_key, edit = {"headers": admin}, {"headers": {**admin, "If-Match": "*"}}
    user_of(client, "an", "admin")
    some = client.get(f"{API}/tasks", params={"limit": 2}, **with_key).json()["items"]
    task, other = (one["key"] for one in some)
    yield "upload_documents", "POST", "/documents", {"files": {"files": ("a", b"A")}, **with_key}
    digest = hashlib.sha256(b"B").hexdigest()
    yield "put_document", "PUT", f"/documents/{digest}", {"content": b"B", **with_key}
    unread = failed(store, b"C").document_id
    yield "read_document", "POST", f"/documents/{unread}/runs", with_key
    yield "retry_job", "POST", f"/jobs/{failed(store, b'D').job_id}/retry", with_key
    changed = {"changes": {"note": "xem lại"}, "reason": "theo công văn"}
    yield "correct_task", "PATCH", f"/tasks/{task}", {"json": changed, **edit}
    said = {"done": True, "done_on": "2023-03-30", "note": "xong"}
    yield "report_task_status", "PUT", f"/tasks/{task}/status", {"json": said, **with_key}
    pair = {"one": task, "other": other, "verdict": "different"}
    yield "add_judgement", "POST", "/judgements", {"json": pair, **with_key}
    judged = client.get(f"{API}/judgements", **with_key).json()["items"][0]["id"]
    yield "remove_judgement", "DELETE", f"/judgements/{judged}", with_key
    plan = client.get(f"{API}/plans/{key}", **with_key).content
    yield "preview_changes", "POST", "/changes/preview", {"content": plan, **with_key}
    found = {"json": {"status": "confirmed"}, **edit}
    yield "confirm_task", "POST", f"/tasks/{task}/confirm", found
    yield "review_plan", "PATCH", f"/plans/{key}", found
    one = client.get(f"{API}/corrections", **with_key).json()["items"][-1]["id"]
    yield "withdraw_correction", "DELETE", f"/corrections/{one}", with_key
    hook = {"name": "x", "url": "https" + "://theo-doi.example/"}
    yield "add_webhook", "POST", "/webhooks", {"json": hook, **with_key}
    webhook, delivery = webhook_of(store)
    yield "change_webhook", "PATCH", f"/webhooks/{webhook}", {"json": {"payload": "full"}, **edit}
    secret = {"json": {"secret": "whsec_" + "A" * 32}, **with_key}
    yield "set_webhook_secret", "PUT", f"/webhooks/{webhook}/secret", secret
    yield "replay_delivery", "POST", f"/deliveries/{delivery}/replay", with_key
    yield "remove_webhook", "DELETE", f"/webhooks/{webhook}", with_key
    mine = {"json": {"name": "x", "document": key}, **with_key}
    yield "add_calendar", "POST", "/calendars", mine
    calendar = client.get(f"{API}/calendars", **with_key).json()["items"][0]["id"]
    yield "revoke_calendar", "DELETE", f"/calendars/{calendar}", with_key
    yield "delete_document", "DELETE", f"/documents/{key}", edit
    new = {"name": "binh", "password": PASSWORD}
    yield "add_user", "POST", "/users", {"json": new, **with_key}
    yield "change_user", "PATCH", "/users/binh", {"json": {"disabled": True}, **edit}
    yield "add_key", "POST", "/keys", {"json": {"name": "x"}, **with_key}
    made = client.get(f"{API}/keys", **with_key).json()["items"][0]["id"]
    yield "revoke_key", "DELETE", f"/keys/{made}", with_key
    yield "sign_in", "POST", "/session", {"json": {"name": "an", "password": PASSWORD}}
    yield "sign_out", "DELETE", "/session", {"headers": signed_in(client, "an")}
    given = {"current": PASSWORD, "new": "một mật khẩu khác hẳn"}
    headers = signed_in(client, "an")
    yield "change_password", "PUT", "/session/password", {"json": given, "headers": headers}


def test_each_write_is_harmless_to_repeat(client: TestClient) -> None:
    store, done = store_of(client), set()
    for operation, method, path, given in calls(client, key_of(client, "admin")):
        first = client.request(method, f"{API}{path}", **given)
        assert first.status_code < 300, (operation, first.text)
        before = state(store)
        again = client.request(method, f"{API}{path}", **given)
        assert again.status_code < 300 or again.status_code in (401, 404, 409), operation
        if operation not in _ADDS:
            assert state(store) == before, operation
        done.add(operation)
    assert done == {
        told["operationId"]
        for methods in openapi_of(client)["paths"].values()
        for method, told in methods.items()
        if method.upper() not in SAFE
    }
