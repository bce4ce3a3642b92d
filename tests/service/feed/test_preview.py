"""What a plan would change for a receiver: told before it is taken in, and what then comes."""

import dataclasses
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models import contract
from models.plan import Plan
from models.tables.documents import document_key
from service.access.audit import By
from service.store.corrections import correct
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, held
from tests.service.feed.mirror import Mirror, present, types
from tests.service.store.planting import TEXT, planted
from tests.service.store.readings import put, sample, with_task
from tests.service.stores import DIALECTS


@pytest.fixture(params=DIALECTS)
def client(serving: Serving, request: pytest.FixtureRequest) -> TestClient:
    return serving(request.param)


def previewed(client: TestClient, plan: Plan, after: str = "0") -> dict[str, Any]:
    body = contract.encode(plan)
    answer = client.post(f"{API}/changes/preview", content=body, params={"after": after})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = held(client, answer, "preview_changes")
    return found


def told(items: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["type"], one["subject"]) for one in items}


def test_it_is_what_then_comes_and_nothing_is_kept(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client)
    planted(store, 1)
    mirror.follow()
    plan = sample("ninh-son-2024")
    found = previewed(client, plan, mirror.cursor)
    assert mirror.follow() == []
    assert len(present(client)) == 3
    assert client.get(f"{API}/documents/{plan.document.id}").status_code == 404
    put(store, plan)
    assert told(found["items"]) == told(mirror.follow())
    assert found["counts"] == {"task.created": len(plan.tasks), "plan.added": 1}
    assert found["behind"] == 0
    again = previewed(client, plan, mirror.cursor)
    assert told(again["items"]) == {("kehoach.plan.reread", found["plan"])}


def test_a_new_reading_keeps_what_people_corrected(client: TestClient) -> None:
    store, mirror = store_of(client), Mirror(client)
    plan = sample("ninh-son-2024")
    name = document_key(put(store, plan))
    mirror.follow()
    first, second = (f"{name}.{task.id}" for task in plan.tasks[:2])
    with store.writing() as session:
        correct(session, first, {"note": "xem"}, by=By("an"))
    changed = with_task(plan, 1, product="Một báo cáo")
    items = {one["subject"]: one for one in previewed(client, changed, mirror.cursor)["items"]}
    assert items.keys() == {name, first, second}  # what it has not been told of yet is there, too
    assert items[first]["after"]["task"]["note"] == "xem"
    assert items[second]["before"]["task"]["product"] == plan.tasks[1].product
    assert items[second]["after"]["task"]["product"] == "Một báo cáo"
    mirror.follow()
    items = {one["subject"]: one for one in previewed(client, changed, mirror.cursor)["items"]}
    assert items.keys() == {name, second}
    fewer = dataclasses.replace(plan, tasks=plan.tasks[:-1])
    gone = f"{name}.{plan.tasks[-1].id}"
    (lost,) = (
        one for one in previewed(client, fewer, mirror.cursor)["items"] if one["subject"] == gone
    )
    assert (lost["type"], lost["after"]) == ("kehoach.task.withdrawn", None)
    assert types(mirror.follow()) == []


def test_what_is_no_plan_or_no_cursor_is_told(client: TestClient) -> None:
    address, good = f"{API}/changes/preview", contract.encode(sample("ninh-son-2024"))
    for body in (b"", b"{}", good.replace(b"kehoach/plan@1", b"kehoach/plan@9")):
        answer = client.post(address, content=body)
        assert answer.status_code == 422, (body[:40], answer.text)
        held(client, answer, "preview_changes")
    plan = sample("ninh-son-2024")
    head, source = plan.document, plan.document.source
    for odd in (
        dataclasses.replace(plan, tasks=(plan.tasks[0], plan.tasks[0])),
        dataclasses.replace(
            plan,
            document=dataclasses.replace(head, source=dataclasses.replace(source, bytes=2**70)),
        ),
    ):
        answer = client.post(address, content=contract.encode(odd))
        assert (answer.status_code, answer.json().get("code")) == (422, "plan.json"), answer.text[
            :500
        ]
    named = dataclasses.replace(source, filename="a\0\n.docx", media_type="a\0b")
    strange = dataclasses.replace(plan, document=dataclasses.replace(head, source=named))
    assert client.post(address, content=contract.encode(strange)).status_code in (200, 422)
    assert client.post(f"{address}?after=x", content=good).status_code == 422
    assert client.post(f"{address}?after=000000009999-00000000", content=good).status_code == 410
    reads = key_of(client, "read")
    assert client.post(address, content=good, headers=reads).status_code == 403


def test_a_document_is_seen_on_a_page_before_it_is_taken_in(serving: Serving) -> None:
    client = serving()
    files = {"document": ("ke-hoach.txt", TEXT.format(n=7).encode())}
    shown = client.post("/preview", files=files, data={"after": "0"}).text
    assert "Nhiệm vụ mới: 3" in shown
    assert "tham mưu kế hoạch" in shown
    assert present(client) == {}
    plan = {"document": ("p.json", contract.encode(sample("ninh-son-2024")))}
    assert "Thêm kế hoạch: 1" in client.post("/preview", files=plan).text
    wrong = client.post("/preview", files={"document": ("x.pdf", b"%PDF-")})
    assert wrong.is_client_error
    assert 'role="alert"' in wrong.text
