"""What trackers tell back: how far tasks are, which the document knows nothing of."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.tables.documents import document_key
from service.access.audit import By
from service.store.corrections import correct
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, held
from tests.service.feed.mirror import Mirror, types
from tests.service.store.readings import put, renamed, sample
from tests.service.stores import DIALECTS

DAY = timedelta(days=1)


@pytest.fixture(params=DIALECTS)
def client(serving: Serving, request: pytest.FixtureRequest) -> TestClient:
    return serving(request.param)


def reported(client: TestClient, key: str, **said: Any) -> dict[str, Any]:
    answer = client.put(f"{API}/tasks/{key}/status", json=said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = held(client, answer, "report_task_status")
    return found


def state(client: TestClient, key: str, on: date) -> str:
    answer = client.get(f"{API}/tasks/{key}/status", params={"on": str(on)})
    found: str = held(client, answer, "get_task_status")["report"]["state"]
    return found


def tasks_of(client: TestClient, document: str) -> tuple[str, date, str]:
    """A task with a due day, the day, and a task without one."""
    asked = {"document": document, "limit": 500, "sort": "due"}
    items = client.get(f"{API}/tasks", params=asked).json()["items"]
    dated = next(one for one in items if (one["task"]["deadline"] or {}).get("due"))
    open_ = next(one for one in items if not (one["task"]["deadline"] or {}).get("due"))
    return dated["key"], date.fromisoformat(dated["task"]["deadline"]["due"]), open_["key"]


def test_the_state_follows_from_report_due_day_and_the_day_asked_for(client: TestClient) -> None:
    key, due, without = tasks_of(client, put(store_of(client), sample("ninh-son-2024")))
    before = client.get(f"{API}/tasks/{key}").json()
    assert [state(client, key, due + shift * DAY) for shift in (-8, -7, 0, 1)] == [
        "not_due",
        "due_soon",
        "due_soon",
        "overdue",
    ]
    assert state(client, without, due) == "no_due"
    reported(client, key, done=True, done_on=str(due + DAY), note="xong", link="https://so.example")
    assert state(client, key, due + DAY) == "done_late"
    assert state(client, key, due) == "due_soon"  # as of then it was not done
    reported(client, key, done=True, done_on=str(due))
    assert state(client, key, due + 9 * DAY) == "done_in_time"
    reported(client, key, done=True)
    assert state(client, key, due + 9 * DAY) == "done"
    reported(client, without, done=True, done_on=str(due))
    assert state(client, without, due) == "done"
    reported(client, key, done=False, note="chờ ý kiến")
    assert state(client, key, due + DAY) == "overdue"
    assert client.get(f"{API}/tasks/{key}").json() == before


def test_those_who_follow_are_told_once(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client)
    document = put(store, plan := sample("ninh-son-2024"))
    key, due, _ = tasks_of(client, document)
    mirror.follow()
    reported(client, key, done=True, done_on=str(due), link="https://so.example/17")
    (event,) = mirror.follow()
    assert event["type"] == "kehoach.task.reported"
    said, was = event["data"]["after"]["report"], event["data"]["before"]
    assert was["report"] is None
    assert (said["done_on"], said["link"], said["revision"]) == (
        str(due),
        "https://so.example/17",
        1,
    )
    assert event["data"]["after"] == {**was, "report": said}
    reported(client, key, done=True, done_on=str(due), link="https://so.example/17")
    assert mirror.follow() == []
    second = put(store, renamed(plan, "ban-khac.pdf"))
    other = f"{document_key(second)}.{key.split('.')[1]}"
    with store.writing() as session:
        correct(session, other, {"note": "ở bản này"}, by=By("an"))
    assert state(client, other, due) == "done_in_time"  # it is of the plan, in whatever file
    assert "task.reported" not in types(mirror.follow())
    assert mirror.state[key]["report"] == said


def test_a_tracker_reports_and_changes_nothing_else(client: TestClient) -> None:
    key, due, _ = tasks_of(client, put(store_of(client), sample("ninh-son-2024")))
    readers, trackers = key_of(client, "read"), key_of(client, "report")
    address, said = f"{API}/tasks/{key}", {"done": True, "done_on": str(due)}
    assert client.put(f"{address}/status", json=said, headers=readers).status_code == 403
    assert client.put(f"{address}/status", json=said, headers=trackers).status_code == 200
    changed = {"changes": {"note": "x"}}
    given = {**trackers, "If-Match": "*"}
    assert client.patch(address, json=changed, headers=given).status_code == 403
    wrong: list[dict[str, Any]] = [
        {"done": False, "done_on": str(due)},
        {"done": True, "done_on": 0},  # no first of January 1970
        {"done": True, "link": "javascript:alert(1)"},
        {"note": "x"},
    ]
    for one in wrong:
        answer = client.put(f"{address}/status", json=one, headers=trackers)
        assert answer.status_code == 422, one
    missing = client.put(f"{API}/tasks/{'0' * 16}.t-0/status", json=said, headers=trackers)
    assert missing.status_code == 404


def test_exports_and_the_page_of_the_plan_have_it_apart_from_what_is_printed(
    client: TestClient,
) -> None:
    document = put(store_of(client), sample("ninh-son-2024"))
    key, due, without = tasks_of(client, document)
    name, on = document_key(document), str(due + DAY)
    assert "report_state" not in client.get(f"/plans/{name}").text
    page = client.get(f"/plans/{name}", params={"on": on}).text
    assert "quá hạn" in page
    reported(client, key, done=True, done_on=str(due), note="đã gửi", link="https://so.example/1")
    page = client.get(f"/plans/{name}", params={"task": key.split(".")[1]}).text
    assert "hoàn thành đúng hạn" in page
    assert 'href="https://so.example/1"' in page
    for address in (f"{API}/tasks.csv?document={name}", f"{API}/plans/{name}.csv?lang=vi"):
        text = client.get(f"{address}&on={on}", headers={"Accept-Language": "vi"}).text
        rows = {
            row["Mã nhiệm vụ"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        }
        mine, other = rows[key.split(".")[1]], rows[without.split(".")[1]]
        assert (mine["Tình trạng"], mine["Báo hoàn thành"]) == ("hoàn thành đúng hạn", "có")
        assert (other["Tình trạng"], other["Báo hoàn thành"]) == ("chưa có hạn", "")
    plan = client.get(f"{API}/plans/{name}").json()
    (said,) = plan["reports"].values()
    assert (said["done"], said["state"]) == (True, None)
    assert client.get(f"{API}/plans/{name}.json?on={on}").json()["reports"].keys() > {
        key.split(".")[1]
    }
