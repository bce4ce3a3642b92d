"""OpenRefine's reconciliation, 0.2 and the draft of 1.0, held to what the specifications ask.

The schemas here say the same as those that the community group publishes, in fewer words.
"""

import json
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from tests.service.api.conftest import Serving, key_of

TEXT = {"type": "string", "minLength": 1}


def record(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    found = {"type": "object", "required": list(required), "additionalProperties": False}
    return found | {"properties": {**required, **optional}}


def several(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


NAMED = record({"id": TEXT, "name": TEXT})
CANDIDATE = record(
    {"id": TEXT, "name": TEXT, "score": {"type": "number", "minimum": 0, "maximum": 100}},
    description={"type": "string"}, type=several(NAMED), match={"type": "boolean"},
)  # fmt: skip
OFFERED = record({"id": TEXT, "name": TEXT}, description={"type": "string"}, notable=several(NAMED))
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}
VALUES = several({"oneOf": [NAMED, record({"str": TEXT}), record({"date": MOMENT})]})
META = several(NAMED)
COMMON: dict[str, Any] = {
    "name": TEXT, "defaultTypes": several(NAMED), "documentation": TEXT, "serviceVersion": TEXT,
    "batchSize": {"type": "integer"},
}  # fmt: skip
SERVICE = record({"service_url": {"pattern": "^http"}, "service_path": {"pattern": "^/reconcile/"}})
SIZE = {"width": {"type": "integer"}, "height": {"type": "integer"}}
MANIFEST = record(
    COMMON
    | {
        "versions": {"type": "array", "contains": {"const": "0.2"}},
        "identifierSpace": TEXT,
        "schemaSpace": TEXT,
        "view": record({"url": {"pattern": r"\{\{id\}\}"}}),
        "preview": record({"url": {"pattern": r"\{\{id\}\}"}, **SIZE}),
        "suggest": record({"entity": SERVICE, "type": SERVICE, "property": SERVICE}),
        "extend": record({"propose_properties": SERVICE, "property_settings": several({})}),
    }
)
TRUE = {"const": True}
DRAFT_MANIFEST = record(
    COMMON
    | {
        "versions": {"type": "array", "contains": {"const": "1.0-draft"}},
        "view": record({"url": {"pattern": r"[^{]\{id\}$"}}),
        "preview": record(SIZE),
        "suggest": record({"entity": TRUE, "type": TRUE, "property": TRUE}),
        "extend": record({"proposeProperties": TRUE, "propertySettings": several({})}),
        "standardizedScore": TRUE,
        "lang": {"const": "vi"},
    }
)


@pytest.fixture
def client(serving: Serving) -> TestClient:
    return serving()


def fits(found: Any, schema: dict[str, Any]) -> Any:
    faults = jsonschema_rs.Draft202012Validator(schema).iter_errors(found)
    assert [f"{one.instance_path}: {one.message}" for one in faults] == []
    return found


def asked(client: TestClient, **queries: Any) -> dict[str, list[dict[str, Any]]]:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    schema = {
        "type": "object",
        "additionalProperties": record({"result": several(CANDIDATE)}),
    }
    return {name: one["result"] for name, one in fits(answer.json(), schema).items()}


def test_the_manifests_are_those_of_their_versions(client: TestClient) -> None:
    manifest = fits(client.get("/reconcile").json(), MANIFEST)
    draft = fits(client.get("/reconcile/draft").json(), DRAFT_MANIFEST)
    types = {one["id"] for one in manifest["defaultTypes"]}
    assert types == {"agency", "unit", "indicator"} == {one["id"] for one in draft["defaultTypes"]}
    for found in (manifest, draft):
        view = found["view"]["url"].replace("{{id}}", "vn-86").replace("{id}", "vn-86")
        assert "tỉnh Vĩnh Long" in client.get(view.removeprefix(str(client.base_url))).text


def test_bodies_units_and_indicators_are_found_in_a_batch(client: TestClient) -> None:
    unit = [{"pid": "unit", "v": "tỉnh Vĩnh Long"}]
    found = asked(
        client,
        q0={"query": "Sở Nội vụ", "type": "agency", "properties": unit},
        q1={"query": "Sở Nội vụ tỉnh Vĩnh Long", "limit": 2},
        q2={"query": "huyen long ho", "type": ["unit"]},
        q3={"query": "PAR.1"},
        q4={"query": "Chỉ số hiệu quả quản trị và hành chính công cấp tỉnh", "type": "indicator"},
        q5={"query": "một cái tên không ai có bao giờ"},
        q6={"query": "Cải cách thể chế", "type": "indicator"},
        q7={"query": "Sở Nội vụ", "type": "agency",
            "properties": [{"pid": "unit", "v": {"id": "vn-58", "name": "Ninh Thuận"}}]},
    )  # fmt: skip
    first = {name: some[0]["id"] for name, some in found.items() if some and some[0]["match"]}
    assert first == {
        "q0": "vn-86/so-noi-vu", "q1": "vn-86/so-noi-vu", "q2": "vn-86-857", "q3": "PAR.1",
        "q4": "PAPI", "q7": "vn-58/so-noi-vu",
    }  # fmt: skip
    assert len(found["q1"]) == 2
    assert found["q5"] == []
    assert {one["id"] for one in found["q6"][:2]} == {"NQ76.1", "PAR.2"}  # neither is surely meant
    for some in found.values():
        scores = [one["score"] for one in some]
        assert scores == sorted(scores, reverse=True)


def test_no_body_is_matched_with_one_of_another_level(client: TestClient) -> None:
    (some,) = asked(
        client, q={"query": "Phòng Nội vụ", "type": "agency",
                   "properties": [{"pid": "unit", "v": "vn-86"}]},
    ).values()  # fmt: skip
    assert not any(one["match"] for one in some)


def test_the_draft_takes_conditions(client: TestClient) -> None:
    name = {"matchType": "name", "propertyValue": "Long Hồ"}
    level = {"matchType": "property", "propertyId": "level", "propertyValue": "district"}
    batch = {"queries": [
        {"type": "unit", "conditions": [name, {**level, "required": True}]},
        {"type": "unit", "limit": 1, "conditions": [name]},
    ]}  # fmt: skip
    schema = record({"results": several(record({"candidates": several(CANDIDATE)}))})
    for path in ("match", "reconcile"):
        answer = client.post(f"/reconcile/draft/{path}", json=batch)
        one, two = fits(answer.json(), schema)["results"]
        assert [found["id"] for found in one["candidates"] if found["score"] == 100] == [
            "vn-86-857"
        ]
        assert len(two["candidates"]) == 1
    older = [{"conditions": [{"matchType": "name", "v": "vn-86"}]}]
    found = client.post("/reconcile/draft/reconcile", json=older).json()["results"]
    assert found[0]["candidates"][0]["match"]


def test_suggestions_begin_with_what_was_typed(client: TestClient) -> None:
    for root in ("/reconcile", "/reconcile/draft"):
        for what, prefix, wanted in (
            ("entity", "Sở Nội vụ tỉnh Vĩnh", "vn-86/so-noi-vu"),
            ("entity", "vn-86", "vn-86"),
            ("type", "", "indicator"),
            ("property", "par", "parent"),
        ):
            found = client.get(f"{root}/suggest/{what}", params={"prefix": prefix}).json()
            items = fits(found, record({"result": several(OFFERED)}))["result"]
            assert wanted in [one["id"] for one in items]
    params = {"prefix": "xã", "cursor": "20"}
    second = client.get("/reconcile/suggest/entity", params=params).json()["result"]
    first = client.get("/reconcile/suggest/entity", params={"prefix": "xã"}).json()["result"]
    assert len(first) == len(second) == 20
    assert not {one["id"] for one in first} & {one["id"] for one in second}


def test_properties_are_proposed_and_fetched(client: TestClient) -> None:
    proposed = client.get("/reconcile/extend/propose", params={"type": "agency"}).json()
    fits(proposed, record({"type": TEXT, "properties": several(NAMED)}))
    assert {"unit", "successor"} <= {one["id"] for one in proposed["properties"]}
    wanted = {
        "ids": ["vn-86/so-noi-vu", "vn-86-857", "none"],
        "properties": [{"id": "unit"}, {"id": "valid_to"}, {"id": "level"}, {"id": "parent"}],
    }
    answer = client.post("/reconcile", data={"extend": json.dumps(wanted)}).json()
    cells = {"type": "object", "additionalProperties": VALUES}
    fits(answer, record({"meta": META, "rows": {"additionalProperties": cells}}))
    rows = answer["rows"]
    assert rows["vn-86/so-noi-vu"]["unit"] == [{"id": "vn-86", "name": "tỉnh Vĩnh Long"}]
    assert rows["vn-86-857"]["valid_to"] == [{"date": "2025-06-30T00:00:00"}]
    assert rows["none"] == {"unit": [], "valid_to": [], "level": [], "parent": []}
    answer = client.post("/reconcile/draft/extend", json=wanted).json()
    row = record({"id": TEXT, "properties": several(record({"id": TEXT, "values": VALUES}))})
    fits(answer, record({"meta": META, "rows": several(row)}))
    assert [one["id"] for one in answer["rows"]] == wanted["ids"]


def test_any_page_may_ask_and_learns_nothing_of_the_store(client: TestClient) -> None:
    key_of(client, "admin")  # from now on everything else asks for a key
    elsewhere = {"Origin": "https://refine.example", "Sec-Fetch-Site": "cross-site"}
    assert client.get("/api/v1/plans", headers=elsewhere).status_code == 401
    for method, path, given in (
        ("GET", "/reconcile", {}),
        ("POST", "/reconcile", {"data": {"queries": '{"q": {"query": "vn-86"}}'}}),
        ("POST", "/reconcile/draft/match", {"json": []}),
        ("GET", "/reconcile/preview?id=vn-86", {}),
        ("GET", "/reconcile/preview?id=x", {}),
        ("POST", "/reconcile", {"data": {"queries": "no JSON"}}),
    ):
        answer = client.request(method, path, headers=elsewhere, **given)  # type: ignore[arg-type]
        assert answer.headers["access-control-allow-origin"] == "*", path
        assert answer.status_code == (200 if "x" not in path and "no" not in str(given) else
                                      404 if "x" in path else 400)  # fmt: skip
    before = {**elsewhere, "Access-Control-Request-Method": "POST",
              "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    allowed = client.options("/reconcile/draft/match", headers=before)
    assert allowed.status_code == 200
    assert "POST" in allowed.headers["access-control-allow-methods"]
    many = {f"q{number}": {"query": "x"} for number in range(51)}
    assert client.post("/reconcile", data={"queries": json.dumps(many)}).status_code == 400
    assert client.post("/reconcile/draft/match", json=[{"conditions": []}]).status_code == 400
