"""The feed of changes: nothing is missed, nothing is told twice, and it leads to what is there."""

import dataclasses
import json
import threading
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from models.plan import Citation
from models.provenance import Provenance
from models.tables.documents import document_key
from service.access.audit import By
from service.store.changes import publish
from service.store.corrections import (
    add_task,
    confirm_plan,
    confirm_task,
    correct,
    withdraw,
)
from service.store.filters import CorrectionQuery
from service.store.listings import corrections
from tests.conftest import ROOT
from tests.service.api.conftest import Serving, store_of
from tests.service.api.library import API, held
from tests.service.feed.mirror import Mirror, agrees, present, types
from tests.service.store.planting import planted
from tests.service.store.readings import put, renamed, sample, with_task
from tests.service.stores import DIALECTS


@pytest.fixture(params=DIALECTS)
def client(serving: Serving, request: pytest.FixtureRequest) -> TestClient:
    return serving(request.param)


def keys_of(client: TestClient, document: str) -> list[str]:
    asked = {"document": document, "limit": 500}
    return [one["key"] for one in client.get(f"{API}/tasks", params=asked).json()["items"]]


def removed(client: TestClient, document: str) -> None:
    answer = client.delete(f"{API}/documents/{document}", headers={"If-Match": "*"})
    assert answer.status_code == 204, answer.text


def test_replay_gives_what_is_there_after_everything_that_people_do(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client, limit=3)
    planted(store, 1)
    document = put(store, plan := sample("ninh-son-2024"))
    mirror.follow()
    agrees(mirror, client)
    key = keys_of(client, document)
    with store.writing() as session:
        correct(session, key[0], {"deadline": "Quý I năm 2024", "note": "xem"}, by=By("an"))
    with store.writing() as session:
        confirm_task(session, key[1], by=By("an"))
        confirm_task(session, key[2], by=By("an"), status="dropped")
    mirror.follow()
    agrees(mirror, client)
    with store.writing() as session:
        said = corrections(session, CorrectionQuery()).items[0]
        withdraw(session, said.id, by=By("an"))
        values = {"description": "Báo cáo kết quả"}
        add_task(session, document, key[3].split(".")[1], values, by=By("an"))
        confirm_task(session, key[2], by=By("an"), status="open")
    changed = with_task(plan, 4, description="Việc hoàn toàn khác")
    put(store, dataclasses.replace(changed, tasks=changed.tasks[:-2]))
    with store.writing() as session:
        confirm_plan(session, document, by=By("an"))
    other = planted(store, 2)
    removed(client, other)
    mirror.follow()
    agrees(mirror, client)
    short = Mirror(client, latest="true")
    short.follow()
    assert short.state == mirror.state
    assert short.cursor == mirror.cursor
    assert len(short.events) < len(mirror.events)


def test_each_change_is_told_once_by_its_name(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client)
    document = put(store, plan := sample("ninh-son-2024"))
    count = len(plan.tasks)
    assert types(mirror.follow()) == ["plan.added", *["task.created"] * count]
    first, second, third = keys_of(client, document)[:3]
    with store.writing() as session:
        correct(session, first, {"note": "xem lại"}, by=By("an"))
    (event,) = mirror.follow()
    assert (event["type"], event["subject"]) == ("kehoach.task.corrected", first)
    assert event["data"]["before"]["task"]["note"] is None
    assert event["data"]["after"]["task"]["note"] == "xem lại"
    assert event["data"]["revision"] == 2
    with store.writing() as session:
        correct(session, first, {"note": "xem lại"}, by=By("an"))  # it is so already
    assert mirror.follow() == []
    with store.writing() as session:
        confirm_task(session, second, by=By("an"))
        confirm_task(session, third, by=By("an"), status="dropped")
    told = {event["subject"]: event for event in mirror.follow()}
    assert types([told[second], told[third]]) == ["task.confirmed", "task.withdrawn"]
    assert told[third]["data"]["after"] is None
    with store.writing() as session:
        confirm_task(session, second, by=By("an"), status="open")
        confirm_task(session, third, by=By("an"), status="open")
    assert sorted(types(mirror.follow())) == ["task.created", "task.reopened"]
    with store.writing() as session:
        confirm_plan(session, document, by=By("an"))
    assert set(types(mirror.follow())) == {"plan.confirmed", "task.confirmed"}
    put(store, with_task(plan, 3, product="Một báo cáo"))
    told_now = types(mirror.follow())
    assert told_now.count("plan.reread") == 1
    assert told_now.count("task.reread") == 1
    assert len(told_now) == 2


def test_ids_stay_over_the_second_form_of_a_plan(client: TestClient) -> None:
    """The form that people work in leads, under the name of the first one."""
    store, mirror = store_of(client), Mirror(client)
    document = put(store, plan := sample("ninh-son-2024"))
    mirror.follow()
    subjects, name = set(mirror.state), document_key(document)
    second = put(store, renamed(plan, "ban-khac.pdf"))
    assert types(mirror.follow()) == ["plan.reread"]
    assert mirror.state[name]["forms"] == sorted([name, document_key(second)])
    key = keys_of(client, second)[0]
    with store.writing() as session:
        correct(session, key, {"note": "ở bản này"}, by=By("an"))
    mirror.follow()
    assert set(mirror.state) == subjects
    assert mirror.state[name]["key"] == document_key(second)
    subject = f"{name}.{key.split('.')[1]}"
    assert mirror.state[subject]["key"] == key
    assert mirror.state[subject]["task"]["note"] == "ở bản này"
    removed(client, document)
    mirror.follow()
    assert set(mirror.state) == subjects
    agrees(mirror, client)
    removed(client, second)
    told = mirror.follow()
    assert mirror.state == {}
    assert types(told)[-1] == "plan.withdrawn"


def test_a_later_plan_supersedes_the_tasks_it_states_again(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client)
    plan = sample("ninh-son-2024")
    older = put(store, plan)
    mirror.follow()
    later = renamed(plan, "sua-doi.html")
    number, day = plan.document.number, plan.document.issued_on
    cited = Citation(
        "/akn/x", f"Kế hoạch số {number}", "kế hoạch", number, day, None, "amended", Provenance()
    )
    head = dataclasses.replace(later.document, number="9/KH-UBND", issued_on="2024-06-30")
    later = dataclasses.replace(
        later, document=head, tasks=plan.tasks[:2], citations=(*plan.citations, cited)
    )
    newer = put(store, later)
    told = mirror.follow()
    names = document_key(older), document_key(newer)
    assert types(told).count("task.superseded") == 2
    assert types(told).count("plan.amended") == 1
    assert mirror.state[names[0]]["amended_by"] == [names[1]]
    assert mirror.state[names[1]]["amends"] == [names[0]]
    for task in plan.tasks[:2]:
        old, new = (f"{name}.{task.id}" for name in names)
        assert mirror.state[old]["superseded_by"] == new
        assert mirror.state[new]["supersedes"] == [old]
    assert mirror.state[f"{names[0]}.{plan.tasks[2].id}"]["superseded_by"] is None
    replacing = dataclasses.replace(cited, role="replaced")
    put(store, dataclasses.replace(later, citations=(*plan.citations, replacing)))
    mirror.follow()
    left = [one for one in mirror.state.values() if one.get("plan") == names[0]]
    assert {one["superseded_by"] for one in left[2:]} == {names[1]}
    removed(client, newer)
    mirror.follow()
    agrees(mirror, client)
    assert {one.get("superseded_by") for one in mirror.state.values()} == {None}


def test_filters_tell_what_comes_in_and_what_goes_out(client: TestClient) -> None:
    store = store_of(client)
    document = put(store, sample("ninh-son-2024"))
    planted(store, 1)
    ninh_son, vinh_long = Mirror(client, unit="vn-58"), Mirror(client, unit="vn-86")
    ninh_son.follow(), vinh_long.follow()
    assert {one["plan"] for one in ninh_son.tasks().values()} == {document_key(document)}
    assert len(vinh_long.tasks()) == 3
    body = "vn-86/so-noi-vu"
    mirror = Mirror(client, agency=body, type="task.created,task.corrected")
    (event,) = mirror.follow()
    with store.writing() as session:
        correct(session, event["subject"], {"lead": "Sở Tài chính"}, by=By("an"))
    (left,) = mirror.follow()
    assert left["type"] == "kehoach.task.corrected"
    assert client.get(f"{API}/changes?type=task.made").status_code == 422
    before = mirror.cursor
    put(store, with_task(sample("ninh-son-2024"), 0, note="x"))
    assert mirror.follow() == []
    assert mirror.cursor > before  # nothing is looked through twice


def test_a_cursor_of_another_store_is_told(client: TestClient) -> None:
    planted(store_of(client))
    cursor = client.get(f"{API}/changes?limit=2").json()["cursor"]
    serial, _, beginning = cursor.partition("-")
    other = f"{serial}-{'0' * 8 if beginning != '0' * 8 else 'f' * 8}"
    for wrong, status in [(other, 410), (f"{10**9:012d}-{beginning}", 410), ("x", 422)]:
        answer = client.get(f"{API}/changes", params={"after": wrong})
        assert answer.status_code == status, wrong
        held(client, answer, "list_changes")


def test_no_commit_that_ends_later_is_passed_over(serving: Serving) -> None:
    """A second writer cannot come to its number before the first one has ended."""
    client, done = serving("postgresql"), threading.Event()
    store, mirror = store_of(client), Mirror(client)
    first, second = (keys_of(client, planted(store, number))[0] for number in (1, 2))
    mirror.follow()

    def confirm() -> None:
        with store.writing() as session:
            confirm_task(session, second, by=By("b"))
        done.set()

    with store.writing() as session:
        confirm_task(session, first, by=By("a"))
        publish(session)  # its number is given, its commit still to come
        other = threading.Thread(target=confirm)
        other.start()
        assert not done.wait(0.5)
        assert mirror.follow() == []
    other.join()
    assert [event["subject"] for event in mirror.follow()] == [first, second]


def test_one_who_follows_while_many_write_misses_nothing(serving: Serving) -> None:
    client, over = serving("postgresql"), threading.Event()
    store, mirror = store_of(client), Mirror(client, limit=7)
    documents = [planted(store, number) for number in range(1, 5)]
    tasks = {name: keys_of(client, name) for name in documents}

    def work(name: str) -> None:
        for turn in range(6):
            for key in tasks[name]:
                status = "open" if turn % 2 else "confirmed"
                with store.writing() as session:
                    confirm_task(session, key, by=By(name), status=status)  # type: ignore[arg-type]

    def follow() -> None:
        while not over.is_set():
            mirror.follow()

    writers = [threading.Thread(target=work, args=(name,)) for name in documents]
    reader = threading.Thread(target=follow)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    reader.join()
    mirror.follow()
    again = Mirror(client)
    again.follow()
    assert mirror.events == again.events
    assert len(again.events) == len(documents) * (4 + 6 * 3)
    agrees(mirror, client)


def test_waiting_ends_with_the_first_change(client: TestClient) -> None:
    store = store_of(client)
    planted(store, 1)
    cursor = client.get(f"{API}/changes").json()["cursor"]
    empty = client.get(f"{API}/changes", params={"after": cursor, "wait": 0.1}).json()
    assert (empty["items"], empty["cursor"]) == ([], cursor)
    later = threading.Timer(0.2, planted, (store, 2))
    later.start()
    page = client.get(f"{API}/changes", params={"after": cursor, "wait": 60}).json()
    later.join()
    assert types(page["items"])[0] == "plan.added"


def test_the_schema_that_is_published_holds_for_every_event(client: TestClient) -> None:
    store = store_of(client)
    document, other = planted(store, 1), planted(store, 2)
    with store.writing() as session:
        confirm_plan(session, document, by=By("an"))
    removed(client, other)
    answer = client.get(f"{API}/changes/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    published = json.loads((ROOT / "docs/feed/event.schema.json").read_text("utf-8"))
    assert answer.json() == published
    validator = jsonschema_rs.Draft202012Validator(published)
    events = held(client, client.get(f"{API}/changes"), "list_changes")["items"]
    assert len(set(types(events))) >= 4
    for event in events:
        assert [str(fault) for fault in validator.iter_errors(event)] == []
    wrong: dict[str, Any] = {**events[0], "id": uuid4().hex[:7]}
    assert not validator.is_valid(wrong)


def test_readers_of_news_have_an_atom_feed(client: TestClient) -> None:
    planted(store_of(client), 1)
    answer = client.get(f"{API}/changes.atom?type=task.created", headers={"Accept-Language": "vi"})
    feed = etree.fromstring(answer.content)
    names = {"a": "http" + "://www.w3.org/2005/Atom"}
    ids = feed.xpath("//a:entry/a:id/text()", namespaces=names)
    assert len(set(ids)) == 3
    assert all(one.startswith("urn:uuid:") for one in ids)
    titles = feed.xpath("//a:entry/a:title/text()", namespaces=names)
    assert any(one.startswith("Nhiệm vụ mới: ") and "theo dõi" in one for one in titles)
    (link,) = set(feed.xpath("//a:entry/a:link/@href", namespaces=names))
    assert link.removeprefix("/plans/") == next(iter(present(client))).split(".")[0]
