"""In how many provinces tasks stand, and what is new: counted, with the rows of each number."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from service.comparison import spread
from service.store import Store
from tests.service.comparison.test_measures import moved
from tests.service.conftest import AppOf
from tests.service.store.readings import put, sample

HOST = "127.0.0.1"


@pytest.fixture
def client(store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(store), base_url=f"http://{HOST}")


def test_what_many_provinces_have_one_has_and_none_had(client: TestClient, store: Store) -> None:
    ninh_son = sample("ninh-son-2024")
    places = ("vn-01", "vn-12", "vn-86")
    several = [moved(ninh_son, str(n), at, "2024-01-05", 2024) for n, at in enumerate(places)]
    for plan in (*several, moved(sample("vinh-long-2023"), "9", "vn-01", "2023-01-05", 2023)):
        put(store, plan)

    def shares(**asked: str) -> dict[str, dict[str, float]]:
        query = urlencode({"by": "unit,year", "spread": "true", **asked})
        items = client.get(f"/api/v1/measures?{query}").json()["items"]
        return {f"{one['keys']['unit']} {one['keys']['year']}": one["all"] for one in items}

    found = shares()
    assert found["vn-01 2024"]["common"] == 1.0
    assert found["vn-01 2024"]["local"] == 0
    assert 0.8 < found["vn-01 2023"]["local"] < 1  # some are in the plan of Ninh Sơn, too
    assert found["vn-01 2023"]["new"] is None  # of the first year held nothing is known to be new
    assert found["vn-01 2024"]["new"] > 0.7
    assert "common" not in client.get("/api/v1/measures?by=unit").json()["items"][0]["all"]
    put(store, moved(ninh_son, "8", "vn-12", "2022-01-05", 2022))  # an older one: all is told anew
    assert shares()["vn-01 2024"]["new"] == 0
    put(store, moved(ninh_son, "7", "vn-12", "2026-01-05", 2026))  # a later one is put behind
    assert shares()["vn-12 2026"]["common"] == 1.0
    counts = client.get("/api/v1/measures?by=first").json()["items"]
    assert {one["keys"]["first"] for one in counts} == {"2022", "2023"}
    counts = client.get("/api/v1/measures?by=provinces").json()["items"]
    assert [one["keys"]["provinces"] for one in counts] == ["01", "03"]
    page = client.get("/compare/counts?by=unit&measure=common").text
    rows = re.search(r'href="(/search[^"]+provinces_from=3[^"]*)">100%', page)
    assert rows
    assert "<strong>" in client.get(unescape(rows[1])).text


def test_a_store_too_large_says_what_else_to_do(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, sample("ninh-son-2024"))
    monkeypatch.setattr(spread, "MOST", 10)
    answer = client.get("/api/v1/tasks?provinces_from=3", headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    assert "kehoach compare --spread" in answer.json()["detail"]
