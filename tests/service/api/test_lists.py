"""Targets, papers, agencies, units: lists of them, and what became of each."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpora import units
from tests.service.api.library import (
    API,
    LAI_CHAU,
    NINH_SON,
    SAMPLES,
    held,
    reading,
)
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


def listed(client: TestClient, what: str, **asked: Any) -> list[dict[str, Any]]:
    found, answer = [], client.get(f"{API}/{what}", params={"limit": 100, **asked})
    while True:
        page = held(client, answer, f"list_{what}")
        found += page["items"]
        if page["next"] is None:
            return found
        answer = client.get(page["next"])


def test_targets_of_all_plans(libraries: TestClient) -> None:
    targets = [one for slug in SAMPLES for one in reading(slug)[1].targets]
    for sort in ("document", "year"):
        found = listed(libraries, "targets", sort=sort)
        assert {one["target"]["id"] for one in found} == {one.id for one in targets}
    only = listed(libraries, "targets", unit="vn-58", year=2024)
    ninh_son = reading(NINH_SON)[1].targets
    assert {one["target"]["id"] for one in only} == {t.id for t in ninh_son if t.year == 2024}
    assert len(listed(libraries, "targets", plan_year=2025)) == len(reading(LAI_CHAU)[1].targets)
    assert listed(libraries, "targets", text="truc tuyen")
    assert listed(libraries, "targets", text="khongco") == []


def test_papers_that_plans_name(libraries: TestClient) -> None:
    every = [one for slug in SAMPLES for one in reading(slug)[1].citations]
    assert len(listed(libraries, "citations")) == len(every)
    paper = "/akn/vn/act/nghi-quyet/chinh-phu/2021-07-15/76-nq-cp"
    named = listed(libraries, "citations", id=paper)
    assert len(named) == sum(one.id == paper for one in every) > 0
    assert {one["citation"]["id"] for one in listed(libraries, "citations", number="76/NQ-CP")} == {
        paper
    }
    roles = {one["citation"]["role"] for one in listed(libraries, "citations", role="legal_basis")}
    assert roles == {"legal_basis"}


def test_agencies_are_found_by_name_and_by_unit(libraries: TestClient) -> None:
    names = {one["name"] for one in listed(libraries, "agencies", text="so noi vu", unit="vn-86")}
    assert names == {"Sở Nội vụ tỉnh Vĩnh Long"}
    standing = listed(libraries, "agencies", slug="so-thong-tin-truyen-thong", on="2024-01-01")
    assert len(standing) == 63
    assert listed(libraries, "agencies", slug="so-thong-tin-truyen-thong", on="2026-01-01") == []
    assert {one["level"] for one in listed(libraries, "agencies", level="central")} == {"central"}


def test_an_agency_with_its_successors(library: TestClient) -> None:
    answer = library.get(f"{API}/agencies/vn-83/so-ke-hoach-dau-tu?on=2024-01-01")
    found = held(library, answer, "get_agency")
    assert found["stands"] is True
    assert found["successors"]["2024"] == [
        {"id": "vn-83/so-ke-hoach-dau-tu", "name": "Sở Kế hoạch và Đầu tư tỉnh Bến Tre"}
    ]
    assert found["successors"]["2026"] == [
        {"id": "vn-86/so-tai-chinh", "name": "Sở Tài chính tỉnh Vĩnh Long"}
    ]
    later = library.get(f"{API}/agencies/vn-83/so-ke-hoach-dau-tu?on=2026-01-01").json()
    assert later["stands"] is False
    heir = library.get(f"{API}/agencies/vn-86/so-tai-chinh").json()
    assert "vn-83/so-ke-hoach-dau-tu" in {one["id"] for one in heir["predecessors"]}
    assert heir["stands"] is None


def test_a_body_of_a_district_that_no_plan_has_named(client: TestClient) -> None:
    found = held(client, client.get(f"{API}/agencies/vn-86-855/ubnd-huyen"), "get_agency")
    assert found["name"] == "Ủy ban nhân dân thành phố Vĩnh Long"
    assert found["level"] == "district"


@pytest.mark.parametrize("agency", ["vn-86/so-khong-co", "vn-86/bo-y-te", "vn-99/so-noi-vu"])
def test_a_body_that_no_unit_has(library: TestClient, agency: str) -> None:
    answer = library.get(f"{API}/agencies/{agency}")
    assert held(library, answer, "get_agency")["code"] == "agency.unknown"


def test_units_are_found_by_name_rank_and_day(libraries: TestClient) -> None:
    found = listed(libraries, "units", text="vinh long", level="province")
    assert [(one["id"], one["valid_to"]) for one in found] == [
        ("vn-86", "2025-06-30"),
        ("vn-86", None),
    ]
    assert len(listed(libraries, "units", level="province", on="2024-01-01")) == 63
    assert len(listed(libraries, "units", level="province", on="2026-01-01")) == 34
    assert {one["parent"] for one in listed(libraries, "units", parent="vn-86-855")} == {
        "vn-86-855"
    }


def test_a_unit_with_what_holds_it_what_it_holds_and_what_it_became(library: TestClient) -> None:
    found = held(library, library.get(f"{API}/units/vn-74?on=2024-01-01"), "get_unit")
    assert [one["id"] for one in found["parents"]] == ["vn"]
    assert {one["level"] for one in found["children"]} == {"district"}
    assert found["successors"]["2026"] == [{"id": "vn-79", "name": "thành phố Hồ Chí Minh"}]
    assert found["stands"] is True
    now = library.get(f"{API}/units/vn-86").json()
    assert {one["level"] for one in now["children"]} == {"commune"}
    assert {one["id"] for one in now["predecessors"]} == {"vn-83", "vn-84", "vn-86"}
    commune = library.get(f"{API}/units/{now['children'][0]['id']}").json()
    assert [one["id"] for one in commune["parents"]] == ["vn-86", "vn"]
    assert commune["children"] == []
    assert library.get(f"{API}/units/vn-99").json()["code"] == "unit.unknown"


@pytest.mark.parametrize("on", ["", "?on=0001-01-01", "?on=9999-12-31", "?on=2025-06-30"])
def test_every_kind_of_unit_on_any_day(library: TestClient, on: str) -> None:
    names = ["vn", "vn-86", "vn-83", units.districts()[0].id, next(iter(units.communes_old())),
             next(iter(units.communes()))]  # fmt: skip
    for name in names:
        held(library, library.get(f"{API}/units/{name}{on}"), "get_unit")
        agency = library.get(f"{API}/agencies/{name}/so-noi-vu{on}")
        assert agency.status_code in (200, 404)
        held(library, agency, "get_agency")
