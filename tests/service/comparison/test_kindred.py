"""What a task is, and where else it stands."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from models.plan import UnitRef
from service.store import Store
from tests.service.conftest import AppOf
from tests.service.store.readings import put, renamed, sample

HOST, API = "127.0.0.1", "/api/v1"


@pytest.fixture
def client(store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(store), base_url=f"http://{HOST}")


def test_the_same_task_elsewhere(client: TestClient, store: Store) -> None:
    """In another province, in other words, a year earlier; in a second file of the plan it is not
    elsewhere."""
    plan = sample("vinh-long-2023")
    mine = plan.tasks[4]
    assert mine.description == "Xây dựng kế hoạch tuyên truyền CCHC của tỉnh năm 2023."
    other = replace(
        mine, description="Ban hành Kế hoạch tuyên truyền cải cách hành chính năm 2022 của tỉnh"
    )
    head = replace(
        plan.document, number="1/KH-UBND", issued_on="2021-12-01",
        unit=UnitRef("vn-75", "tỉnh Đồng Nai", "province"),
    )  # fmt: skip
    key = put(store, plan)[7:23]
    put(store, renamed(plan, "again"))
    elsewhere = put(store, renamed(replace(plan, document=head, tasks=(other,)), "other"))
    task = f"{key}.{mine.id}"
    told = client.get(f"{API}/tasks/{task}/same").json()
    assert (told["deeds"][0]["step"], told["deeds"][0]["acts"]) == ("plan", ["issue"])
    assert told["deeds"][0]["object"] == "tuyên truyền cải cách hành chính"
    (same,) = told["same"]
    assert (same["unit"], same["text"]) == ("vn-75", other.description)
    assert same["key"] == f"{elsewhere[7:23]}.{other.id}"
    assert (told["provinces"], told["first_unit"], told["first_on"]) == (2, "vn-75", "2021-12-01")
    text = client.get(f"/tasks/{task}").text
    for asked in ("step=plan", "act=issue", "object=tuy%C3%AAn"):
        (link,) = set(re.findall(rf'href="(/search\?{asked}[^"]*)"', text))
        assert str(same["key"]) in client.get(link).text
    asked_for = {"step": "plan", "act": "issue", "object": told["deeds"][0]["object"]}
    found = client.get(f"{API}/tasks", params={**asked_for, "copies": "false"}).json()["items"]
    assert len(found) == 2
    table = client.get(f"{API}/tasks.csv", params={**asked_for, "sector": "health"}).text
    assert len(table.splitlines()) == 1
    assert client.get(f"{API}/tasks?act=sing").status_code == 422
    assert "tuyên truyền cải cách hành chính" in text
    assert f'href="/tasks/{same["key"]}"' in text
    assert f'href="/tasks/{task}"' in client.get(f"/plans/{key}?task={mine.id}").text
    given = {"one": task, "other": same["key"], "verdict": "different", "to": f"/tasks/{task}"}
    answer = client.post("/compare/judge", data=given, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tasks/{task}#{task}")
    told = client.get(f"{API}/tasks/{task}/same").json()
    assert (told["same"], told["provinces"]) == ([], 1)
    assert ("different", True) in [(one["label"], one["said"]) for one in told["similar"]]
    assert client.get(f"/tasks/{'0' * 16}.t-1").status_code == 404


def test_the_paper_that_a_task_stands_in_is_named_as_people_name_it(
    client: TestClient, store: Store
) -> None:
    plan = sample("vinh-long-2023")
    task = replace(plan.tasks[4], description="Theo dõi, đôn đốc việc thực hiện Kế hoạch này")
    key = put(store, replace(plan, tasks=(task,)))[7:23]
    told = client.get(f"{API}/tasks/{key}.{task.id}/same").json()
    assert "văn bản này" in told["deeds"][0]["object"]
    link = re.search(r'href="(/search\?object=[^"]*)"', client.get(f"/tasks/{key}.{task.id}").text)
    assert link
    assert f"/tasks/{key}.{task.id}" in client.get(link[1]).text
