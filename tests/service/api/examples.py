"""Makes service/api/examples.json anew: what each route answered to a request, shortened.

    python -m tests.service.api.examples

A sample plan is read into a store of its own, then every operation of the OpenAPI is called once.
Lists keep their first item and long words are cut, so that an example can be taken in.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from models.tables import JobRow
from models.tables.columns import now
from service.access import keys, users
from service.api import logs
from service.api.app import create_app
from service.api.openapi import EXAMPLES
from service.jobs import submit
from service.settings import load
from service.store import Store, opened_store
from tests.service.api.library import NINH_SON, planted, webhook_of

PASSWORD = "ba con mèo trên mái nhà"
_LONGEST = 160

#: An operation and how it is called: method, address, and what goes with it.
Call = tuple[str, str, str, dict[str, Any]]


def shortened(value: Any) -> Any:
    """The value with one item of each list, the beginning of a long text, and no secret."""
    if isinstance(value, dict):
        return {
            name: "…"
            if name in ("secret", "csrf", "address") and one and "://" not in str(one)
            else shortened(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        numbers = all(isinstance(one, int | float) for one in value)  # a place, or years
        return [shortened(one) for one in (value if numbers else value[:1])]
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - 1] + "…"
    return value


def calls(store: Store, client: TestClient) -> Iterator[Call]:
    """Every operation once, in an order in which each finds what it needs."""
    api, any_ = "/api/v1", {"headers": {"If-Match": "*"}}
    key = planted(store, NINH_SON)
    document = {"params": {"document": key}}
    yield from (
        ("healthz", "GET", "/healthz", {}),
        ("readyz", "GET", "/readyz", {}),
        ("metrics", "GET", "/metrics", {}),
        ("list_problems", "GET", "/problems", {}),
        ("get_problem", "GET", "/problems/revision.stale", {}),
        ("list_users", "GET", f"{api}/users", {}),
        ("get_user", "GET", f"{api}/users/an", {}),
        ("add_user", "POST", f"{api}/users",
         {"json": {"name": "binh", "password": PASSWORD, "scope": "write"}}),
        ("change_user", "PATCH", f"{api}/users/binh", {"json": {"scope": "read"}, **any_}),
        ("add_key", "POST", f"{api}/keys", {"json": {"name": "đồng bộ hằng đêm", "scope": "read"}}),
        ("list_keys", "GET", f"{api}/keys", {}),
        ("get_session", "GET", f"{api}/session", {}),
        ("sign_in", "POST", f"{api}/session", {"json": {"name": "an", "password": PASSWORD}}),
    )  # fmt: skip
    made = client.get(f"{api}/keys").json()["items"][0]["id"]
    task = client.get(f"{api}/tasks", **document).json()["items"][0]["key"]
    run = client.get(f"{api}/runs").json()["items"][0]["id"]
    yield from (
        ("get_key", "GET", f"{api}/keys/{made}", {}),
        ("upload_documents", "POST", f"{api}/documents",
         {"files": {"files": ("ke-hoach.txt", b"KE HOACH")}}),
        ("put_document", "PUT", f"{api}/documents/{hashlib.sha256(b'KH').hexdigest()}",
         {"content": b"KH", "params": {"filename": "kh.txt"}}),
        ("list_documents", "GET", f"{api}/documents", {}),
        ("has_document", "HEAD", f"{api}/documents/{key}", {}),
        ("get_document", "GET", f"{api}/documents/{key}", {}),
        ("get_source", "GET", f"{api}/documents/{key}/source", {}),
        ("list_document_runs", "GET", f"{api}/documents/{key}/runs", {}),
        ("list_runs", "GET", f"{api}/runs", {}),
        ("get_run", "GET", f"{api}/runs/{run}", {}),
        ("get_run_plan", "GET", f"{api}/runs/{run}/plan", {}),
        ("list_plans", "GET", f"{api}/plans", {}),
        ("get_plan", "GET", f"{api}/plans/{key}", {}),
        ("review_plan", "PATCH", f"{api}/plans/{key}", {"json": {"status": "draft"}, **any_}),
        ("list_plan_sections", "GET", f"{api}/plans/{key}/sections", {}),
        ("list_plan_tasks", "GET", f"{api}/plans/{key}/tasks", {}),
        ("list_plan_targets", "GET", f"{api}/plans/{key}/targets", {}),
        ("get_plan_cascade", "GET", f"{api}/plans/{key}/cascade", {}),
        ("list_plan_amendments", "GET", f"{api}/plans/{key}/amendments", {}),
        ("list_plan_citations", "GET", f"{api}/plans/{key}/citations", {}),
        ("list_tasks", "GET", f"{api}/tasks", {}),
        ("count_tasks", "GET", f"{api}/tasks/facets?text=noi+vu", {}),
        ("get_task", "GET", f"{api}/tasks/{task}", {}),
        ("correct_task", "PATCH", f"{api}/tasks/{task}",
         {"json": {"changes": {"deadline": "Quý II năm 2024"}, "reason": "theo công văn sửa"},
          **any_}),
        ("confirm_task", "POST", f"{api}/tasks/{task}/confirm",
         {"json": {"status": "confirmed"}, **any_}),
        ("report_task_status", "PUT", f"{api}/tasks/{task}/status",
         {"json": {"done": True, "done_on": "2024-06-14", "note": "Đã gửi báo cáo",
                   "link": "https" + "://so.example/viec/17"}}),
        ("get_task_status", "GET", f"{api}/tasks/{task}/status", {"params": {"on": "2024-07-01"}}),
        ("get_same_tasks", "GET", f"{api}/tasks/{task}/same", {}),
        ("list_plan_corrections", "GET", f"{api}/plans/{key}/corrections", {}),
        ("list_task_corrections", "GET", f"{api}/tasks/{task}/corrections", {}),
        ("list_corrections", "GET", f"{api}/corrections", {}),
        ("list_changes", "GET", f"{api}/changes", {}),
        ("list_changes_as_atom", "GET", f"{api}/changes.atom", {}),
        ("preview_changes", "POST", f"{api}/changes/preview",
         {"json": client.get(f"{api}/plans/{key}").json()}),
        ("get_change_schema", "GET", f"{api}/changes/schema", {}),
        ("list_targets", "GET", f"{api}/targets", {}),
        ("list_citations", "GET", f"{api}/citations", {}),
        ("list_agencies", "GET", f"{api}/agencies", {"params": {"unit": "vn-86", "limit": 1}}),
        ("get_agency", "GET", f"{api}/agencies/vn-86/so-noi-vu", {}),
        ("list_units", "GET", f"{api}/units", {"params": {"parent": "vn", "limit": 1}}),
        ("get_unit", "GET", f"{api}/units/vn-86", {}),
        ("get_coverage", "GET", f"{api}/coverage", {}),
        ("get_measures", "GET", f"{api}/measures", {"params": {"by": "unit,year"}}),
        ("get_indicators", "GET", f"{api}/indicators", {}),
        ("export_indicators", "GET", f"{api}/indicators.csv", {}),
        ("export_coverage", "GET", f"{api}/coverage.csv", {}),
        ("export_measures", "GET", f"{api}/measures.csv", {"params": {"by": "field"}}),
        ("read_deadline", "GET", f"{api}/deadline",
         {"params": {"text": "Quý IV năm 2022", "year": 2023}}),
        ("read_agencies", "GET", f"{api}/agency",
         {"params": {"text": "Sở Nội vụ", "unit": "vn-86"}}),
        ("get_schema", "GET", f"{api}/schema", {}),
        ("export_tasks", "GET", f"{api}/tasks.csv", {}),
        ("export_plans", "GET", f"{api}/plans.csv", {}),
        ("export_targets", "GET", f"{api}/targets.csv", {}),
        ("export_citations", "GET", f"{api}/citations.csv", {}),
        ("export_plan", "GET", f"{api}/plans/{key}.csv", {}),
    )  # fmt: skip
    second = client.get(f"{api}/tasks", **document).json()["items"][1]["key"]
    said = {"one": task, "other": second, "verdict": "different", "reason": "của cấp khác"}
    yield "add_judgement", "POST", f"{api}/judgements", {"json": said}
    yield "list_judgements", "GET", f"{api}/judgements", {}
    judgement = client.get(f"{api}/judgements").json()["items"][0]["id"]
    yield "remove_judgement", "DELETE", f"{api}/judgements/{judgement}", {}
    yield from (
        (
            "add_calendar",
            "POST",
            f"{api}/calendars",
            {"json": {"name": "Việc của Sở Nội vụ", "agency": "vn-58/so-noi-vu"}},
        ),
        ("list_calendars", "GET", f"{api}/calendars", {}),
    )
    calendar = client.get(f"{api}/calendars").json()["items"][0]["id"]
    yield "revoke_calendar", "DELETE", f"{api}/calendars/{calendar}", {}
    webhook, delivery = webhook_of(store)
    yield from (
        ("add_webhook", "POST", f"{api}/webhooks",
         {"json": {"name": "sổ theo dõi của Sở", "url": "https" + "://so.example/nhan",
                   "unit": "vn-58", "events": ["task.created", "task.withdrawn"]}}),
        ("list_webhooks", "GET", f"{api}/webhooks", {}),
        ("get_webhook", "GET", f"{api}/webhooks/{webhook}", {}),
        ("change_webhook", "PATCH", f"{api}/webhooks/{webhook}",
         {"json": {"payload": "full"}, **any_}),
        ("set_webhook_secret", "PUT", f"{api}/webhooks/{webhook}/secret",
         {"json": {"secret": "whsec_" + "A" * 32}}),
        ("list_deliveries", "GET", f"{api}/webhooks/{webhook}/deliveries",
         {"params": {"limit": 1}}),
        ("get_delivery", "GET", f"{api}/deliveries/{delivery}", {}),
        ("replay_delivery", "POST", f"{api}/deliveries/{delivery}/replay", {}),
        ("remove_webhook", "DELETE", f"{api}/webhooks/{webhook}", {}),
    )  # fmt: skip
    correction = client.get(f"{api}/corrections").json()["items"][0]["id"]
    job = submit(store, b"doc", "hong.docx", by="user:an").job_id
    with store.writing() as session:
        row = session.get_one(JobRow, job)
        row.state, row.started_at, row.finished_at = "failed", now(), now()
        row.error_code, row.error_vi = "source.damaged", "tệp bị cắt cụt"
        row.error_en = "the file is cut short"
        session.add(row)
    yield from (
        ("withdraw_correction", "DELETE", f"{api}/corrections/{correction}", any_),
        ("get_job", "GET", f"{api}/jobs/{job}", {}),
        ("watch_job", "GET", f"{api}/jobs/{job}/events", {}),
        ("list_jobs", "GET", f"{api}/jobs", {"params": {"state": "failed"}}),
        ("retry_job", "POST", f"{api}/jobs/{job}/retry", {}),
        ("read_document", "POST", f"{api}/documents/{key}/runs", {}),
        ("list_audit", "GET", f"{api}/audit", {}),
    )


def recorded(client: TestClient, store: Store) -> dict[str, dict[str, Any]]:
    """By operation: an example of its JSON request, where it has one, and of its answer."""
    found: dict[str, dict[str, Any]] = {}
    for operation, method, address, given in calls(store, client):
        answer = client.request(method, address, **given)
        assert answer.status_code < 300, (operation, answer.status_code, answer.text)
        told: dict[str, Any] = {}
        if "json" in given:
            told["request"] = shortened(given["json"])
        if (example := _answered(operation, answer)) is not None:
            told["answer"] = example
        found[operation] = told
    found["change_password"] = {"request": {"current": PASSWORD, "new": "một mật khẩu khác hẳn"}}
    return found


def _answered(operation: str, answer: httpx.Response) -> Any:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if operation == "add_calendar":
        return shortened({**answer.json(), "address": "/calendars/….ics"})
    if operation in ("get_schema", "get_change_schema"):
        return {name: one for name, one in answer.json().items() if isinstance(one, str)}
    if kind.endswith("json") and answer.content:
        return shortened(answer.json())
    if kind.startswith("text/") and operation != "get_source":
        return "".join(answer.text.lstrip("\ufeff").splitlines(keepends=True)[:4])[:1000]
    return None


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        settings = load(data=Path(folder), rate=1_000_000, log_level="error")
        logs.configure(settings)
        with opened_store(settings) as store:
            with store.writing() as session:
                users.add(session, "an", PASSWORD, "admin")
                secret = keys.add(session, "ví dụ", "admin", by="cli:an").secret
            client = TestClient(create_app(store, None), base_url="http:" + "//localhost")
            client.headers["Authorization"] = f"Bearer {secret}"
            found = recorded(client, store)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    EXAMPLES.write_text(text + "\n", "utf-8")
