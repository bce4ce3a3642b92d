"""Indicators by unit and year: which targets are one, with their bases."""

import io
from dataclasses import replace

import polars
import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col
from starlette.testclient import TestClient
from typer.testing import CliRunner

from models.plan import Plan
from models.tables import ReferenceRow, TargetRow
from service.cli import app as command
from service.comparison.tallies import Scope
from service.comparison.targets import all_indicators
from service.store import Store, opened_store
from service.store.indicators import measure_of, told_by
from tests.service.conftest import AppOf
from tests.service.store.readings import put, renamed, sample

HOST = "127.0.0.1"


@pytest.fixture
def client(sqlite_store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(sqlite_store), base_url=f"http://{HOST}")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tỷ lệ hồ sơ TTHC được giải quyết đúng hạn",
         "hồ sơ thủ tục hành chính giải quyết đúng hạn năm 2025", True),
        ("các văn bản quy phạm pháp luật của tỉnh Vĩnh Long được rà soát",
         "VBQPPL được rà soát theo quy định", True),
        ("hồ sơ cấp huyện được xử lý trên môi trường mạng",
         "hồ sơ cấp xã được xử lý trên môi trường mạng", False),
        ("hồ sơ giải quyết đúng hạn", "hồ sơ giải quyết quá hạn", False),
        ("người dân hài lòng", "người dân không hài lòng", False),
    ],
)  # fmt: skip
def test_words_that_tell_an_indicator(one: str, other: str, same: bool) -> None:
    assert (told_by(one, "vn-86") == told_by(other, "vn-86")) is same


def test_units_of_measure() -> None:
    assert measure_of("phần trăm") == measure_of("%")
    assert measure_of("điểm") != measure_of("%")


def plan(year: int, words: str, value: float, base: float | None = None) -> Plan:
    """A plan of a year with one target."""
    found = sample("ninh-son-2024")
    goal = replace(
        found.targets[1], indicator=words, text=f"{words} đạt {value}%", value=value, number=value,
        year=year, baseline=base, baseline_year=year - 1 if base else None,
    )  # fmt: skip
    period = found.document.period
    assert period
    head = replace(
        found.document, number=f"{year}/KH", issued_on=f"{year - 1}-12-08",
        period=replace(period, years=(year,)),
    )  # fmt: skip
    return renamed(replace(found, document=head, targets=(goal,)), str(year))


def test_one_indicator_over_years(client: TestClient, sqlite_store: Store) -> None:
    put(sqlite_store, plan(2024, "Tỷ lệ hồ sơ TTHC được giải quyết đúng hạn", 95.0))
    later = plan(2025, "hồ sơ thủ tục hành chính giải quyết đúng hạn", 98.0, 95.5)
    put(sqlite_store, later)
    put(sqlite_store, renamed(later, "again"))
    answer = client.get("/api/v1/indicators").json()
    assert answer["indicators"] == 1
    told = [(row["year"], row["number"], row["base"], row["base_year"]) for row in answer["items"]]
    assert told == [(2024, 95.0, None, None), (2025, 98.0, "95.5", 2024)]
    assert {row["unit"] for row in answer["items"]} == {"vn-58-585"}
    page = client.get("/api/v1/indicators?limit=1")
    assert page.headers["Link"] == f'<{page.json()["next"]}>; rel="next"'
    last = client.get(page.json()["next"]).json()
    assert [*page.json()["items"], *last["items"]] == answer["items"]
    assert (last["next"], last["indicators"]) == (None, 1)
    assert client.get("/api/v1/indicators?after=x").json()["code"] == "cursor.wrong"
    assert client.get("/api/v1/indicators?year=2025").json()["items"][0]["year"] == 2025
    assert client.get("/api/v1/indicators?text=ho+so+khac").json()["items"] == []
    frame = polars.read_parquet(io.BytesIO(client.get("/api/v1/indicators.parquet").content))
    assert frame["number"].to_list() == [95.0, 98.0]
    text = client.get("/compare/indicators").text
    assert "≥ 95</a>" in text
    assert "≥ 98</a>" in text
    assert "95.5 (2024)" in text
    assert 'href="/compare/indicators?frame=printed"' in client.get("/compare").text
    pair = "&".join(f"plan={row['target'].partition('.')[0]}" for row in answer["items"])
    assert "1 chỉ tiêu có trong từ hai kế hoạch" in client.get(f"/compare?{pair}").text
    address = f"/api/v1/plans/{answer['items'][1]['target'].partition('.')[0]}"
    tag = {"If-Match": client.get(address).headers["ETag"]}
    assert client.patch(address, json={"status": "confirmed"}, headers=tag).status_code == 200
    for address, count in (("?reviewed=true", 1), ("?reviewed=false", 2)):
        rows = client.get(f"/api/v1/indicators{address}").json()["items"]
        assert [row["status"] for row in rows] == ["draft", "confirmed"][-count:]
    seen = client.get("/compare/indicators?reviewed=true").text
    assert "≥ 98</a>" in seen
    assert "≥ 95</a>" not in seen
    data = ("--data", str(sqlite_store.settings.data), "--format", "csv")
    done = CliRunner().invoke(command, ["compare", "--indicators", *data])
    assert len(done.stdout.splitlines()) == 3


def test_indicators_follow_what_changes(client: TestClient, sqlite_store: Store) -> None:
    def told() -> list[tuple[str, int]]:
        rows = client.get("/api/v1/indicators").json()["items"]
        return [(row["indicator"], row["year"]) for row in rows]

    first, second = plan(2024, "hồ sơ đúng hạn", 95.0), plan(2025, "hồ sơ quá hạn", 2.0)
    put(sqlite_store, first)
    assert told() == [("hồ sơ đúng hạn", 2024)]
    put(sqlite_store, second)
    assert told() == [("hồ sơ đúng hạn", 2024), ("hồ sơ quá hạn", 2025)]
    put(sqlite_store, replace(second, targets=first.targets))
    assert told() == [("hồ sơ đúng hạn", 2024)] * 2
    page = client.get("/compare/indicators?text=dung+han").text
    assert page.count("≥ 95</a>") == 2
    put(sqlite_store, replace(second, targets=()))
    assert told() == [("hồ sơ đúng hạn", 2024)]


def test_an_older_store_has_them_at_its_next_start(sqlite_store: Store) -> None:
    for year in (2024, 2025):
        put(sqlite_store, plan(year, f"hồ sơ đúng hạn năm {year}", 95.0))
    with sqlite_store.writing() as session:
        session.execute(update(TargetRow).values(told=""))
        session.execute(delete(ReferenceRow).where(col(ReferenceRow.name) == "indicators"))
    with opened_store(sqlite_store.settings) as store, store.reading() as session:
        assert len(set(session.scalars(select(TargetRow.told))) - {""}) == 1
        assert len(all_indicators(session, Scope())) == 1


def test_a_sign_that_is_printed_is_told_once(client: TestClient, sqlite_store: Store) -> None:
    one = plan(2024, "Tỷ lệ hồ sơ TTHC được giải quyết đúng hạn", 95.0)
    goal = replace(one.targets[0], comparator=">=", value="≥ 95")
    put(sqlite_store, replace(one, targets=(goal,)))
    (row,) = client.get("/api/v1/indicators").json()["items"]
    assert row["goal"] == "≥ 95"
