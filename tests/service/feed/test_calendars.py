"""Calendars under secret addresses: who reads them, and what becomes of tasks that go."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from service.access.audit import By
from service.store.corrections import confirm_task, correct
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, held
from tests.service.store.readings import put, renamed, sample


@pytest.fixture
def client(serving: Serving) -> TestClient:
    return serving()


def shown(client: TestClient, address: str, kind: str = "VTODO") -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return {str(one["UID"]): one for one in Calendar.from_ical(answer.content).walk(kind)}


def made(client: TestClient, **given: str) -> dict[str, Any]:
    answer = client.post(f"{API}/calendars", json={"name": "việc", **given})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = held(client, answer, "add_calendar")
    return found


def test_the_address_is_all_that_is_needed_until_it_is_revoked(
    client: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    document = put(store_of(client), sample("ninh-son-2024"))
    calendar = made(client, document=document)
    assert calendar["address"] not in client.get(f"{API}/calendars").text
    headers = key_of(client, "write")  # from now on nobody is let in without a key
    assert client.get(f"{API}/tasks").status_code == 401
    assert shown(client, calendar["address"])
    logged = "".join(capfd.readouterr())
    assert "/calendars/" in logged
    assert calendar["address"] not in logged
    assert client.head(calendar["address"]).status_code == 200
    wrong = "A" * 43 if "A" * 43 not in calendar["address"] else "B" * 43
    assert client.get(f"/calendars/{wrong}.ics").status_code == 404
    assert client.post(calendar["address"]).status_code == 401
    assert client.delete(f"{API}/calendars/{calendar['id']}").status_code == 401
    path = f"{API}/calendars/{calendar['id']}"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(calendar["address"]).status_code == 404


def test_a_task_keeps_its_uid_and_one_that_goes_is_cancelled(client: TestClient) -> None:
    store = store_of(client)
    document = put(store, plan := sample("ninh-son-2024"))
    address = made(client, document=document)["address"]
    before = shown(client, address)
    uid = next(iter(before))
    key = f"{document[7:23]}.{uid.partition('-sha')[0].rpartition('-')[0]}"
    assert "STATUS" not in before[uid]
    assert before[uid]["SEQUENCE"] == 0
    with store.writing() as session:
        correct(session, key, {"deadline": "ngày 05/6/2024"}, by=By("an"))
    moved = shown(client, address)[uid]
    assert (moved["SEQUENCE"], moved["DUE"].dt) == (1, date(2024, 6, 5))
    assert moved["DTSTAMP"].dt > before[uid]["DTSTAMP"].dt
    with store.writing() as session:
        confirm_task(session, key, by=By("an"), status="dropped")
    gone = shown(client, address)
    assert gone.keys() == before.keys()
    assert gone[uid]["STATUS"] == "CANCELLED"
    assert gone[uid]["SEQUENCE"] > moved["SEQUENCE"]
    assert [one["UID"] for one in gone.values() if "STATUS" in one] == [uid]
    assert len(plan.tasks) >= len(gone)
    with store.writing() as session:
        confirm_task(session, key, by=By("an"), status="open")
    assert "STATUS" not in shown(client, address)[uid]


def test_a_body_has_its_own_and_events_end_on_the_day_after(client: TestClient) -> None:
    store = store_of(client)
    put(store, sample("vinh-long-2023"))
    put(store, sample("ninh-son-2024"))
    body = "vn-86/so-noi-vu"
    items = client.get(f"{API}/tasks", params={"agency": body, "limit": 500}).json()["items"]
    due = {item["task"]["deadline"]["due"] for item in items if item["task"]["deadline"]}
    events = shown(client, made(client, agency=body, kind="event")["address"], "VEVENT")
    assert events
    for event in events.values():
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert (end - start).days == 1
        if "RRULE" not in event:
            assert start.isoformat() in due
    heir = {"agency": "vn-86/so-tai-chinh", "repeats": False, "limit": 500}
    own, all_ = (
        {
            one["task"]["id"]
            for one in client.get(f"{API}/tasks", params=heir | more).json()["items"]
            if one["task"]["deadline"] and one["task"]["deadline"]["due"]
        }
        for more in ({}, {"successors": "2026"})
    )
    assert own < all_
    found = shown(client, made(client, agency="vn-86/so-tai-chinh")["address"])
    assert {uid.rpartition("-")[0] for uid in found} == all_
    assert client.post(f"{API}/calendars", json={"name": "x", "document": "0" * 16}
                       ).status_code == 404  # fmt: skip


def test_a_task_keeps_its_uid_in_another_file_of_the_plan(client: TestClient) -> None:
    store, plan = store_of(client), sample("ninh-son-2024")
    first = put(store, plan)
    before = shown(client, made(client, document=first)["address"])
    second = put(store, renamed(plan, "ban-khac.pdf"))
    after = shown(client, made(client, document=second)["address"])
    assert before.keys() == after.keys()
    assert all(uid.endswith(f"-{first[7:23]}@kehoach") for uid in before)
    file = client.get(f"{API}/plans/{second[7:23]}.ics").content
    assert {str(one["UID"]) for one in Calendar.from_ical(file).walk("VTODO")} == after.keys()
