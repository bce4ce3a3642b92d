"""Which plans below take up the tasks of a plan, or do not; and of whom none is held."""

import csv
import io
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from models.agency import AgencyMention, Assignment
from models.plan import Citation, Plan, UnitRef
from models.provenance import Provenance
from service.cli import app as command
from service.store import Store
from tests.service.conftest import AppOf
from tests.service.store.readings import put, renamed, sample, save

HOST = "127.0.0.1"


@pytest.fixture
def client(sqlite_store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(sqlite_store), base_url=f"http://{HOST}")


def below(upper: Plan, name: str, issuer: str, number: str, unit: UnitRef | None, *tasks: int,
          cites: bool = False, day: str = "2023-01-10") -> Plan:  # fmt: skip
    """A plan with some of the tasks of another, in slightly other words."""
    body = AgencyMention(name, issuer, name, "agency")
    head = replace(upper.document, number=number, issued_on=day, unit=unit or upper.document.unit,
                   issuer=Assignment(name, (body,)))  # fmt: skip
    document = upper.document
    cited = Citation("/akn/x", f"Quyết định số {document.number}", "quyết định", document.number,
                     document.issued_on, None, "carried_out", Provenance())  # fmt: skip
    some = tuple(
        replace(upper.tasks[at], description=f"Tiếp tục {upper.tasks[at].description}")
        for at in tasks
    )
    return renamed(
        replace(upper, document=head, tasks=some, citations=(cited,) if cites else ()), number
    )


def test_taken_up_not_taken_up_and_not_held(client: TestClient, sqlite_store: Store) -> None:
    upper = sample("vinh-long-2023")
    leads = [task.lead.text if task.lead else "" for task in upper.tasks]
    assert (leads[2], leads[7], leads[13]) == ("Sở Nội vụ", "Sở Nội vụ", "Sở Tư pháp")
    office = below(upper, "Sở Nội vụ", "vn-86/so-noi-vu", "7/KH-SNV", None, 2, 13, cites=True)
    commune = UnitRef("vn-86-855", "thành phố Vĩnh Long", "district")
    district = below(upper, "UBND thành phố", "vn-86-855/ubnd-huyen", "9/KH-UBND", commune, 1)
    early = below(upper, "Sở Tài chính", "vn-86/so-tai-chinh", "1/KH-STC", None, 2,
                  day="2022-01-10")  # fmt: skip
    elsewhere = below(
        upper, "Sở Nội vụ", "vn-75/so-noi-vu", "8/KH-SNV",
        UnitRef("vn-75", "tỉnh Đồng Nai", "province"), 2,
    )  # fmt: skip
    key = put(sqlite_store, upper)[7:23]
    for plan in (office, renamed(office, "again"), district, early, elsewhere):
        put(sqlite_store, plan)
    answer = client.get(f"/api/v1/plans/{key}/cascade").json()
    plans = {one["name"]: one for one in answer["plans"]}
    assert plans.keys() == {"7/KH-SNV", "9/KH-UBND"}
    assert [plans[name]["cites"] for name in ("7/KH-SNV", "9/KH-UBND")] == [True, False]
    assert (plans["7/KH-SNV"]["taken"], plans["7/KH-SNV"]["taken_of"]) == (3, 1)  # one said twice
    assert plans["7/KH-SNV"]["of"] > leads.count("Sở Nội vụ")  # groups that it is in, too
    rows = {row["key"].partition(".")[2]: row["below"] for row in answer["items"]}
    states = {
        at: {(one["body"], one["state"]) for one in rows[upper.tasks[at].id]}
        for at in (1, 2, 7, 13)
    }
    assert ("Sở Nội vụ", "taken") in states[2]
    assert states[7] == {("Sở Nội vụ", "not taken")}
    assert ("Sở Nội vụ", "taken") in states[13]
    assert {state for body, state in states[13] if "Tư pháp" in body} == {"no plan"}
    assert ("UBND thành phố", "taken") in states[1]
    text = client.get(f"/compare/cascade?plan={key}").text
    assert f"/compare/cascade?plan={key}" in client.get(f"/plans/{key}").text
    assert "kho không có kế hoạch nào" in text
    few = client.get(f"/compare/cascade?plan={key}&only=not taken").text
    missed = sum(one["of"] - one["taken_of"] for one in plans.values())
    assert few.count("chưa thấy nhận</strong>") == missed
    table = client.get(f"/compare/cascade.csv?plan={key}").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table)))
    taken = [line for line in lines if line["Ở cấp dưới (mã)"] == "taken"]
    assert len(taken) == sum(one["taken"] for one in plans.values())
    data = ("--data", str(sqlite_store.settings.data), "--format", "csv", "--lang", "vi")
    done = CliRunner().invoke(command, ["cascade", key, *data])
    assert done.stdout_bytes.decode("utf-8-sig").splitlines() == table.splitlines()
    assert CliRunner().invoke(command, ["cascade", "0" * 16, *data]).exit_code == 2


def test_of_several_tasks_below_the_surest_is_told(client: TestClient, sqlite_store: Store) -> None:
    upper = sample("vinh-long-2023")
    plan = below(upper, "Sở Nội vụ", "vn-86/so-noi-vu", "7/KH-SNV", None, 2)
    mine, more = upper.tasks[2], replace(plan.tasks[0], id="t-more")
    plan = replace(plan, tasks=(mine, more))
    key = put(sqlite_store, upper)[7:23]
    put(sqlite_store, plan)
    rows = client.get(f"/api/v1/plans/{key}/cascade").json()["items"]
    told = next(row["below"] for row in rows if row["key"] == f"{key}.{mine.id}")
    assert [one["text"] for one in told if one["state"] == "taken"] == [mine.description]


def test_what_changes_is_compared_again(client: TestClient, sqlite_store: Store) -> None:
    """Though what was found of two plans is kept: a word of a person, and a later reading."""
    upper = sample("vinh-long-2023")
    plan = below(upper, "Sở Nội vụ", "vn-86/so-noi-vu", "7/KH-SNV", None, 2)
    key = put(sqlite_store, upper)[7:23]
    put(sqlite_store, plan)
    one, other = f"{key}.{upper.tasks[2].id}", f"{plan.document.id[7:23]}.{plan.tasks[0].id}"

    def takes() -> set[str | None]:
        rows = client.get(f"/api/v1/plans/{key}/cascade").json()["items"]
        return {b["task"] for row in rows if row["key"] == one for b in row["below"]}

    assert other in takes()
    given = {"one": one, "other": other, "verdict": "different"}
    made = client.post("/api/v1/judgements", json=given).json()["id"]
    assert other not in takes()
    client.delete(f"/api/v1/judgements/{made}")
    assert other in takes()
    with sqlite_store.writing() as session:
        save(session, replace(plan, tasks=(replace(plan.tasks[0], description="Trồng cây"),)))
    assert other not in takes()


def test_without_a_plan_below_nothing_is_said(client: TestClient, sqlite_store: Store) -> None:
    key = put(sqlite_store, sample("ninh-son-2024"))[7:23]
    answer = client.get(f"/api/v1/plans/{key}/cascade").json()
    assert answer["plans"] == []
    assert {one["state"] for row in answer["items"] for one in row["below"]} == {"no plan"}
    assert "không nói được" in client.get(f"/compare/cascade?plan={key}").text
