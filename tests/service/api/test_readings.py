"""Single cells read, and a reading scored against what a person annotated."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from models.contract import encode
from service.scoring import score
from tests.conftest import PLANS
from tests.service.api.conftest import store_of
from tests.service.api.library import API, LAI_CHAU, NINH_SON, VINH_LONG, held, planted, reading


@pytest.mark.parametrize("text", ["Quý IV năm 2022", "Thường xuyên", "xyz", "", "Quý I\nQuý II"])
def test_a_deadline_is_read_as_the_command_reads_it(client: TestClient, text: str) -> None:
    answer = client.get(
        f"{API}/deadline", params={"text": text, "year": [2023], "on": "2022-12-13"}
    )
    held(client, answer, "read_deadline")
    assert answer.content == encode(read_deadline(text, (2023,), date(2022, 12, 13)))


def test_bodies_are_read_as_the_command_reads_them(client: TestClient) -> None:
    text = "Sở Nội vụ; Bộ Y tế; các sở, ban, ngành"
    answer = client.get(f"{API}/agency", params={"text": text, "unit": "vn-86"})
    found = held(client, answer, "read_agencies")
    assert found["text"] == text
    assert found["agencies"] == json.loads(encode(read_agencies(text, "vn-86", None)))


@pytest.mark.parametrize(
    "address",
    ["deadline?text=x", "deadline?year=2023", "deadline?text=x&year=0", "agency?text=x",
     "deadline?text=x&year=2023&on=tomorrow", "agency?text=x&unit=somewhere"],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_told(client: TestClient, address: str) -> None:
    assert client.get(f"{API}/{address}").status_code == 422


def gold(slug: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANS / slug / f"{slug}.gold.json").read_bytes())
    return found


@pytest.mark.parametrize("slug", [VINH_LONG, LAI_CHAU, NINH_SON])
def test_a_reading_is_scored_as_the_command_scores_it(client: TestClient, slug: str) -> None:
    key = planted(store_of(client), slug)
    answer = client.post(f"{API}/evaluation", json={"document": key, "gold": gold(slug)})
    found = held(client, answer, "evaluate")
    wanted = score(msgspec.json.decode(reading(slug)[0]), gold(slug))
    assert found["document"] == wanted.document
    for kind in ("tasks", "targets", "goals", "duties"):
        outcome = getattr(wanted, kind)
        assert found[kind]["matched"] == outcome.matched
        assert found[kind]["f1"] == outcome.f1
        assert found[kind]["wrong"] == outcome.wrong


def test_a_wrong_row_is_named_and_a_correction_does_not_hide_it(client: TestClient) -> None:
    key = planted(store_of(client))
    other = deepcopy(gold(VINH_LONG))
    other["tasks"][0]["lead"] = "Sở Y tế"
    wanted = {"document": key, "gold": other}
    found = client.post(f"{API}/evaluation", json=wanted).json()
    assert ["lead"] in found["tasks"]["wrong"].values()
    task = client.get(f"{API}/tasks?limit=1").json()["items"][0]["key"]
    client.patch(f"{API}/tasks/{task}", json={"changes": {"lead": "Sở Y tế"}},
                 headers={"If-Match": "*"})  # fmt: skip
    assert client.post(f"{API}/evaluation", json=wanted).json() == found


@pytest.mark.parametrize(
    "gold_plan",
    [{}, {"document": {}, "tasks": []}, {"document": None, "tasks": [3]}, 7],
)
def test_an_annotation_of_another_form_is_told(client: TestClient, gold_plan: Any) -> None:
    key = planted(store_of(client))
    answer = client.post(f"{API}/evaluation", json={"document": key, "gold": gold_plan})
    assert answer.status_code == 422
    held(client, answer, "evaluate")


def test_of_a_document_that_is_not_there(client: TestClient) -> None:
    wanted = {"document": "0" * 16, "gold": gold(VINH_LONG)}
    assert client.post(f"{API}/evaluation", json=wanted).status_code == 404
