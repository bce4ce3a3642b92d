"""Plans: as JSON of the contract, in parts, reviewed."""

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from models import contract
from tests.service.api.conftest import key_of, store_of
from tests.service.api.library import (
    API,
    LAI_CHAU,
    NINH_SON,
    VINH_LONG,
    held,
    name_of,
    openapi_of,
    planted,
    reading,
)
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


def test_a_plan_is_byte_for_byte_what_was_read(libraries: TestClient) -> None:
    for slug in (VINH_LONG, LAI_CHAU):
        key = name_of(slug)
        answer = libraries.get(f"{API}/plans/{key}")
        held(libraries, answer, "get_plan")
        assert answer.content == reading(slug)[0]


def test_a_plan_is_not_sent_again_to_who_has_it(library: TestClient) -> None:
    key = name_of(VINH_LONG)
    for packing in ("gzip", "identity"):
        asked = {"Accept-Encoding": packing}
        first = library.get(f"{API}/plans/{key}", headers=asked)
        tag = {"If-None-Match": first.headers["etag"]}
        same = library.get(f"{API}/plans/{key}", headers=asked | tag)
        assert (same.status_code, same.content) == (304, b"")


def test_the_schema_is_that_of_the_models_and_every_plan_fits_it(library: TestClient) -> None:
    answer = library.get(f"{API}/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.content == contract.encode(contract.schema())
    validator = jsonschema_rs.Draft202012Validator(answer.json())
    for slug in (VINH_LONG, LAI_CHAU, NINH_SON):
        key = name_of(slug)
        plan = library.get(f"{API}/plans/{key}").json()
        assert [fault.message for fault in validator.iter_errors(plan)] == []
        plan["tasks"][0]["origin"] = "elsewhere"
        assert not validator.is_valid(plan)


def test_the_openapi_and_the_schema_of_the_contract_tell_the_same(library: TestClient) -> None:
    ours = contract.schema()["$defs"]
    theirs = openapi_of(library)["components"]["schemas"]
    for name, schema in ours.items():
        assert theirs[name]["properties"].keys() == schema["properties"].keys(), name
        assert set(theirs[name].get("required", ())) == set(schema.get("required", ())), name


def test_plans_are_found_by_what_they_are(libraries: TestClient) -> None:
    keys = {slug: name_of(slug) for slug in (VINH_LONG, LAI_CHAU, NINH_SON)}

    def listed(**asked: object) -> list[str]:
        answer = libraries.get(f"{API}/plans", params=asked)  # type: ignore[arg-type]
        found = held(libraries, answer, "list_plans")["items"]
        by_key = {key: slug for slug, key in keys.items()}
        return [by_key[one["document_key"]] for one in found]

    assert set(listed()) == set(keys)
    assert listed(unit="vn-86") == [VINH_LONG]
    assert listed(unit="vn-58") == [NINH_SON]
    assert listed(unit="vn-58", below=False) == []
    assert listed(year=2025) == [LAI_CHAU]
    assert listed(number="2621/QĐ-UBND") == [VINH_LONG]
    assert listed(text="vinh long") == [VINH_LONG]
    assert listed(issued_from="2022-12-01", issued_to="2022-12-31") == [VINH_LONG]
    assert listed(issuer="vn-86/ubnd-tinh") == [VINH_LONG]
    assert listed(status="confirmed") == []


def test_the_parts_of_a_plan_are_its_records(libraries: TestClient) -> None:
    key = name_of(NINH_SON)
    plan = libraries.get(f"{API}/plans/{key}").json()
    for part, wrapped in (
        ("sections", None),
        ("tasks", "task"),
        ("targets", "target"),
        ("citations", "citation"),
    ):
        found, address = [], f"{API}/plans/{key}/{part}?limit=7"
        while address:
            page = held(libraries, libraries.get(address), f"list_plan_{part}")
            found += [one[wrapped] if wrapped else one for one in page["items"]]
            address = page["next"]
        assert found == plan[part]
        assert libraries.get(f"{API}/plans/{'0' * 16}/{part}").status_code == 404


def test_only_some_fields_of_the_tasks_of_a_plan(library: TestClient) -> None:
    key = name_of(VINH_LONG)
    answer = library.get(f"{API}/plans/{key}/tasks", params={"fields": "id,deadline", "limit": 3})
    items = held(library, answer, "list_plan_tasks")["items"]
    assert all(one["task"].keys() == {"id", "deadline"} for one in items)
    assert library.get(f"{API}/plans/{key}/tasks?fields=nonsense").status_code == 422


def test_a_plan_is_confirmed_with_all_its_tasks(client: TestClient) -> None:
    key = planted(store_of(client))
    address = f"{API}/plans/{key}"
    assert client.patch(address, json={"status": "confirmed"}).status_code == 428
    stale = client.patch(address, json={"status": "confirmed"}, headers={"If-Match": '"99"'})
    assert held(client, stale, "review_plan")["code"] == "revision.stale"
    tag = client.get(address).headers["etag"]
    answer = client.patch(address, json={"status": "confirmed"}, headers={"If-Match": tag})
    assert held(client, answer, "review_plan")["status"] == "confirmed"
    assert (
        answer.headers["etag"]
        == client.get(address, headers={"Accept-Encoding": "identity"}).headers["etag"]
    )
    assert client.get(f"{API}/tasks", params={"status": "open"}).json()["items"] == []
    again = client.patch(address, json={"status": "draft"}, headers={"If-Match": "*"})
    assert again.json()["status"] == "draft"
    nobody = client.patch(f"{API}/plans/{'0' * 16}", json={"status": "draft"},
                          headers={"If-Match": "*"})  # fmt: skip
    assert nobody.status_code == 404


def test_a_document_without_a_plan(client: TestClient) -> None:
    sent = client.post(f"{API}/documents", files={"files": ("a.txt", b"a")}).json()
    answer = client.get(f"{API}/plans/{sent['files'][0]['document']}")
    assert held(client, answer, "get_plan")["code"] == "plan.unknown"


def test_reviewing_needs_the_right_to_write(client: TestClient) -> None:
    key = planted(store_of(client))
    header = key_of(client, "read") | {"If-Match": "*"}
    answer = client.patch(f"{API}/plans/{key}", json={"status": "confirmed"}, headers=header)
    assert answer.status_code == 403
