"""Tasks: lists by every condition, one of them, corrections and their withdrawal."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from models.tables import AuditRow
from models.task import Task
from service.store.replay import FIELDS
from tests.service.api.conftest import Serving, key_of, store_of, user_of
from tests.service.api.library import (
    API,
    LAI_CHAU,
    NINH_SON,
    VINH_LONG,
    held,
    planted,
    read_again,
    reading,
)
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


def listed(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    """Every task that the conditions leave, a page at a time."""
    found, answer = [], client.get(f"{API}/tasks", params={"limit": 100, **asked})
    while True:
        page = held(client, answer, "list_tasks")
        found += page["items"]
        if page["next"] is None:
            return found
        answer = client.get(page["next"])


def test_tasks_of_all_plans_by_any_condition(libraries: TestClient) -> None:
    tasks = [task for slug in (VINH_LONG, LAI_CHAU, NINH_SON) for task in reading(slug)[1].tasks]

    def agreed(fits: Any, **asked: Any) -> None:
        found = {one["task"]["id"] for one in listed(libraries, **asked)}
        wanted = {task.id for task in tasks if fits(task)}
        assert wanted
        assert found == wanted

    def due(task: Task) -> date | None:
        day = task.deadline.due if task.deadline else None
        return date.fromisoformat(day) if day else None

    def names(task: Task, agency: str, *roles: str) -> bool:
        cells = [getattr(task, role) for role in roles]
        return any(body.id == agency for cell in cells if cell for body in cell.agencies)

    agreed(lambda task: True)
    vinh_long = {task.id for task in reading(VINH_LONG)[1].tasks}
    agreed(lambda task: task.id in vinh_long, unit="vn-86")
    agreed(lambda task: task.id in vinh_long, year=2023)
    agreed(lambda task: task.field and task.field.code == "PAR.1", field="PAR.1")
    agreed(lambda task: task.origin == "table", origin="table")
    agreed(lambda task: task.same_as is None, repeats=False)
    agreed(lambda task: task.deadline and task.deadline.kind == "period", kind="period")
    agreed(lambda task: task.deadline is None, kind="missing")
    agreed(
        lambda task: (day := due(task)) and date(2023, 1, 1) <= day <= date(2023, 6, 30),
        due_from="2023-01-01", due_to="2023-06-30",
    )  # fmt: skip
    bodies = "vn-86/so-noi-vu"
    agreed(lambda task: names(task, bodies, "lead", "coordinating"), agency=bodies)
    agreed(lambda task: names(task, bodies, "lead"), agency=bodies, role="lead")
    agreed(lambda task: names(task, bodies, "lead"), agency=bodies, role="lead", unit="vn-86")
    heard = {one["task"]["id"] for one in listed(libraries, text="so noi vu", unit="vn-86")}
    assert {task.id for task in tasks if names(task, bodies, "lead")} <= heard
    assert listed(libraries, text="hoàn toàn không có") == []
    assert listed(libraries, corrected=True) == []


def test_an_agency_is_found_with_those_it_became(libraries: TestClient) -> None:
    old, new = "vn-86/so-thong-tin-truyen-thong", "vn-86/so-khoa-hoc-cong-nghe"
    printed = {one["key"] for one in listed(libraries, agency=old)}
    assert printed
    assert not printed <= {one["key"] for one in listed(libraries, agency=new)}
    assert printed <= {one["key"] for one in listed(libraries, agency=new, successors="2026")}


def test_orders_and_pages_go_through_all(libraries: TestClient) -> None:
    every = {one["key"] for one in listed(libraries)}
    for sort in ("document", "due", "-due", "unit", "confidence", "-confidence"):
        found = listed(libraries, sort=sort, limit=37)
        assert len(found) == len(every)
        assert {one["key"] for one in found} == every
    days = [one["task"]["deadline"]["due"] for one in listed(libraries, sort="due", kind="period")]
    assert days == sorted(days)


def test_a_page_is_bounded_by_the_settings(serving: Serving) -> None:
    client = serving(page_size=5)
    planted(store_of(client))
    assert len(client.get(f"{API}/tasks", params={"limit": 100}).json()["items"]) == 5


@pytest.mark.parametrize(
    "asked",
    [
        "limit=0", "limit=5001", "after=x", "sort=colour", "unit=86", "year=23", "due_from=soon",
        "due_from=0", "agency=so-noi-vu", "status=done", "yaer=2023", "fields=id;task", "role=all",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(library: TestClient, asked: str) -> None:
    answer = library.get(f"{API}/tasks?{asked}")
    assert answer.status_code == 422
    held(library, answer, "list_tasks")


def test_a_parameter_that_is_not_known_is_named(library: TestClient) -> None:
    answer = library.get(f"{API}/tasks?yaer=2023", headers={"Accept-Language": "en"})
    assert answer.json()["errors"] == [
        {"parameter": "yaer", "in": "query", "detail": "there is no such name"}
    ]


def test_only_some_fields(library: TestClient) -> None:
    for one in listed(library, fields="description,lead", unit="vn-86"):
        assert one["task"].keys() == {"description", "lead"}
        assert one["document"]["number"] == "2621/QĐ-UBND"


def test_facets_count_what_the_list_shows(library: TestClient) -> None:
    for asked in (
        {"unit": "vn-86"},
        {"unit": "vn-86", "kind": "period"},
        {"text": "noi vu", "year": "2023"},
    ):
        answer = library.get(f"{API}/tasks/facets", params=asked)
        found = held(library, answer, "count_tasks")
        items = listed(library, **asked)
        assert items
        assert found["unit"] == {"vn-86": len(items)}
        assert found["year"] == {"2023": len(items)}
        kinds = Counter((item["task"]["deadline"] or {}).get("kind", "missing") for item in items)
        assert found["kind"] == kinds
        leads = Counter(
            agency["id"]
            for item in items
            for agency in (item["task"]["lead"] or {"agencies": []})["agencies"]
            if agency["id"]
        )
        assert found["lead"] == leads


def first(client: TestClient, **asked: Any) -> tuple[str, dict[str, str]]:
    """The address of the first task, and the header to edit it with."""
    key = listed(client, **asked)[0]["key"]
    tag = client.get(f"{API}/tasks/{key}").headers["etag"]
    return f"{API}/tasks/{key}", {"If-Match": tag}


@both
def test_a_correction_is_understood_kept_and_taken_back(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    planted(store_of(client))
    address, match = first(client, kind="period")
    before = held(client, client.get(address), "get_task")
    changes = {
        "deadline": "Trước ngày 30/11",
        "lead": {"agencies": ["vn-86/so-tai-chinh"]},
        "coordinating": "Sở Y tế; UBND huyện Long Hồ",
        "field": "PAR.2",
        "note": None,
    }
    answer = client.patch(
        address, json={"changes": changes, "reason": "Công văn đính chính"}, headers=match
    )
    after = held(client, answer, "correct_task")
    task = after["task"]
    assert task["deadline"]["end"] == "2023-11-29"
    assert [one["id"] for one in task["lead"]["agencies"]] == ["vn-86/so-tai-chinh"]
    assert task["coordinating"]["agencies"][0]["id"] == "vn-86/so-y-te"
    assert task["field"] == {"code": "PAR.2", "by": "person", "score": 1.0}
    assert (after["corrected"], after["revision"]) == (True, before["revision"] + 1)
    assert client.get(address).json() == after
    assert [one["key"] for one in listed(client, corrected=True)] == [after["key"]]
    found = [one["key"] for one in listed(client, agency="vn-86/so-y-te", text="long ho")]
    assert after["key"] in found
    kept = held(client, client.get(f"{address}/corrections"), "list_task_corrections")["items"]
    assert {one["field"] for one in kept} == {"deadline", "lead", "coordinating", "field"}
    assert {one["reason"] for one in kept} == {"Công văn đính chính"}
    for one in kept:
        assert one["before"] == before["task"][one["field"]]
        assert one["task_key"] == after["key"]
        withdrawn = client.delete(f"{API}/corrections/{one['id']}")
        assert held(client, withdrawn, "withdraw_correction")["withdrawn_at"]
    again = client.get(address).json()
    assert again["task"] == before["task"]
    assert again["corrected"] is False
    plan = after["document"]["key"]
    listed_of_plan = client.get(f"{API}/plans/{plan}/corrections")
    assert len(held(client, listed_of_plan, "list_plan_corrections")["items"]) == 4


def test_two_who_correct_at_once(client: TestClient) -> None:
    planted(store_of(client))
    address, match = first(client)
    assert client.patch(address, json={"changes": {"note": "a"}}).status_code == 428
    one = client.patch(address, json={"changes": {"note": "a"}}, headers=match)
    assert one.status_code == 200
    two = client.patch(address, json={"changes": {"note": "b"}}, headers=match)
    assert (two.status_code, held(client, two, "correct_task")["code"]) == (412, "revision.stale")
    assert client.get(address).json()["task"]["note"] == "a"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"changes": {}}, "request.invalid"),
        ({"changes": {"id": "x"}}, "request.invalid"),
        ({"changes": {"description": 3}}, "request.invalid"),
        ({"changes": {"field": "PAR.99"}}, "correction.value"),
        ({"changes": {"lead": {"agencies": ["vn-86/so-khong-co"]}}}, "correction.value"),
        ({"changes": {"lead": {"agencies": []}}}, "request.invalid"),
        ({"changes": {"note": "x"}, "reason": "\x00"}, "request.invalid"),
        ({"changes": {"note": "x"}, "who": "me"}, "request.invalid"),
    ],
)
def test_what_cannot_be_corrected_is_told(
    library: TestClient, body: dict[str, Any], code: str
) -> None:
    address, match = first(library)
    answer = library.patch(address, json=body, headers=match)
    assert (answer.status_code, held(library, answer, "correct_task")["code"]) == (422, code)
    assert library.get(f"{API}/corrections").json()["items"] == []


def test_every_field_that_the_store_corrects_can_be_sent(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["Changes"]["properties"].keys() == FIELDS.keys()


@both
def test_a_task_is_confirmed_and_opened_again(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    planted(store_of(client))
    address, match = first(client)
    assert client.post(f"{address}/confirm").status_code == 428
    answer = client.post(f"{address}/confirm", headers=match)
    assert held(client, answer, "confirm_task")["status"] == "confirmed"
    assert answer.headers["etag"] != match["If-Match"]
    assert len(listed(client, status="confirmed")) == 1
    again = client.post(
        f"{address}/confirm", json={"status": "open"}, headers={"If-Match": answer.headers["etag"]}
    )
    assert again.json()["status"] == "open"


def test_a_correction_that_fits_no_task_any_more_is_listed(client: TestClient) -> None:
    store = store_of(client)
    key = planted(store)
    address, match = first(client)
    client.patch(address, json={"changes": {"note": "a"}}, headers=match)
    gone = reading(LAI_CHAU)[0]
    read_again(store, key, gone)
    for asked in ("orphaned=true", "state=orphaned"):
        found = held(client, client.get(f"{API}/corrections?{asked}"), "list_corrections")
        assert [one["field"] for one in found["items"]] == ["note"]
        assert found["items"][0]["orphaned_at"]
    assert client.get(f"{API}/corrections?state=active").json()["items"] == []


def test_what_is_not_there(client: TestClient) -> None:
    task, correction = f"{'0' * 16}.t-{'0' * 16}", "0" * 32
    answer = client.get(f"{API}/tasks/{task}")
    assert held(client, answer, "get_task")["code"] == "task.unknown"
    match = {"If-Match": "*"}
    assert client.patch(f"{API}/tasks/{task}", json={"changes": {"note": "a"}},
                        headers=match).status_code == 404  # fmt: skip
    assert client.post(f"{API}/tasks/{task}/confirm", headers=match).status_code == 404
    assert client.get(f"{API}/tasks/{task}/corrections").status_code == 404
    assert client.delete(f"{API}/corrections/{correction}").status_code == 404


def test_who_corrected_is_in_the_trail_once(client: TestClient) -> None:
    planted(store_of(client))
    address, match = first(client)
    user_of(client, "lan", "write")
    header = key_of(client, "write") | match
    client.patch(address, json={"changes": {"note": "a"}}, headers=header)
    with store_of(client).reading() as session:
        rows = session.exec(select(AuditRow).where(col(AuditRow.action).contains("correct"))).all()
    assert [(row.action, row.subject) for row in rows] == [
        ("task.correct", address.rpartition("/")[2])
    ]
    read = key_of(client, "read") | {"If-Match": "*"}
    assert client.patch(address, json={"changes": {"note": "b"}}, headers=read).status_code == 403
