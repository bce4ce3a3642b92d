"""What people say of two tasks wins over the judge: in groups, comparisons, pages, releases."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import polars
import pytest
from sqlalchemy import insert, text
from starlette.testclient import TestClient
from typer.testing import CliRunner

from models.plan import Plan
from models.tables import JudgementRow, PlanFormRow
from models.tables.documents import Verdict
from service.access import keys
from service.access.audit import By
from service.cli import app as command
from service.comparison.differences import differences, items_of
from service.comparison.groups import Groups
from service.comparison.judge import Words
from service.comparison.release import release
from service.store import Store
from service.store.judgements import judge, sayings
from tests.service.conftest import AppOf
from tests.service.store.readings import put, renamed, sample, save

API, HOST = "/api/v1", "127.0.0.1"


@pytest.fixture
def client(sqlite_store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(sqlite_store), base_url=f"http://{HOST}")


@pytest.fixture
def pair() -> tuple[Plan, Plan]:
    """A plan, and the same a year later."""
    plan = sample("ninh-son-2024")
    document = replace(plan.document, number="9/KH-UBND", issued_on="2025-01-02")
    return plan, renamed(replace(plan, document=document), "later")


def keys_of(plan: Plan) -> list[str]:
    return [item.key for item in items_of(plan)]


def changes(client: TestClient, pair: tuple[Plan, Plan]) -> list[dict[str, object]]:
    query = "&".join(f"plan={plan.document.id[7:23]}" for plan in pair)
    return client.get(f"/compare/changes.json?{query}").json()  # type: ignore[no-any-return]


def test_what_is_said_wins_and_can_be_taken_back(
    client: TestClient, sqlite_store: Store, pair: tuple[Plan, Plan]
) -> None:
    for plan in pair:
        put(sqlite_store, plan)
    (one, second), (other, last) = ((keys[0], keys[-1]) for keys in map(keys_of, pair))
    before = changes(client, pair)
    assert {row["kind"] for row in before} == {"kept"}
    given = {"one": other, "other": one, "verdict": "different", "reason": "của cấp khác"}
    answer = client.post(f"{API}/judgements", json=given)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["verdict"], made["reason"], made["one"] < made["other"]) == (
        "different", "của cấp khác", True,
    )  # fmt: skip
    assert client.post(f"{API}/judgements", json=given).json()["id"] == made["id"]
    client.post(f"{API}/judgements", json={"one": second, "other": other, "verdict": "same"})
    rows = {row["after"]["key"]: row for row in changes(client, pair) if row["after"]}  # type: ignore[index]
    assert rows[other]["before"]["key"] == second  # type: ignore[index]
    assert rows[other]["said"]["verdict"] == "same"  # type: ignore[index]
    assert rows[last]["kind"] != "kept" or rows[last]["before"]["key"] != second  # type: ignore[index]
    listed = client.get(f"{API}/judgements?task={one}").json()["items"]
    assert [row["id"] for row in listed] == [made["id"]]
    for row in client.get(f"{API}/judgements").json()["items"]:
        assert client.delete(f"{API}/judgements/{row['id']}").status_code == 204
    assert changes(client, pair) == before
    assert client.delete(f"{API}/judgements/{made['id']}").status_code == 404
    trail = [row["action"] for row in client.get(f"{API}/audit").json()["items"]]
    assert (trail.count("pair.judge"), trail.count("pair.take-back")) == (3, 2)


def test_no_judgement_of_one_task_or_of_none(
    client: TestClient, sqlite_store: Store, pair: tuple[Plan, Plan]
) -> None:
    """A second file of the plan has the same tasks."""
    plan = pair[0]
    again = renamed(plan, "again")
    for some in (plan, again):
        put(sqlite_store, some)
    one, other = keys_of(plan)[0], keys_of(again)[0]
    given = {"one": one, "other": other, "verdict": "same"}
    answer = client.post(f"{API}/judgements", json=given)
    assert (answer.status_code, answer.json()["code"]) == (422, "judgement.pair")
    given["other"] = "0" * 16 + ".t-1"
    assert client.post(f"{API}/judgements", json=given).status_code == 404
    assert client.get(f"{API}/judgements?task={given['other']}").status_code == 404
    told = client.get("/openapi.json").json()["paths"][f"{API}/judgements"]["get"]
    assert "404" in told["responses"]


def test_it_outlives_later_readings(
    client: TestClient, sqlite_store: Store, pair: tuple[Plan, Plan]
) -> None:
    """Of the same document with another id of the task, of none, and of the first again."""
    plan, later = pair
    for some in pair:
        put(sqlite_store, some)
    first, other = plan.tasks[0], keys_of(later)[0]
    one = keys_of(plan)[0]
    client.post(f"{API}/judgements", json={"one": one, "other": other, "verdict": "different"})

    def said(**changed: str) -> set[frozenset[str]]:
        tasks = (replace(first, **changed), *plan.tasks[1:])  # type: ignore[arg-type]
        with sqlite_store.writing() as session:
            save(session, replace(plan, tasks=tasks))
        with sqlite_store.reading() as session:
            return set(sayings(session))

    moved = one.partition(".")[0] + ".t-moved"
    assert said(id="t-moved") == {frozenset((moved, other))}
    assert said(id="t-other", description="Khác hẳn") == set()
    assert said() == {frozenset((one, other))}


def test_the_day_is_that_of_the_clock_here(
    sqlite_store: Store,
    client: TestClient,
    pair: tuple[Plan, Plan],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for some in pair:
        put(sqlite_store, some)
    one, other = (keys_of(plan)[0] for plan in pair)
    given = {"one": one, "other": other, "verdict": "same"}
    made = client.post(f"{API}/judgements", json=given).json()
    with sqlite_store.writing() as session:
        row = session.get(JudgementRow, made["id"])
        assert row
        row.at = datetime(2025, 12, 31, 20, tzinfo=UTC)
    with monkeypatch.context() as here:
        here.setenv("TZ", "Asia/Ho_Chi_Minh")
        time.tzset()
        with sqlite_store.reading() as session:
            (said,) = sayings(session).values()
    time.tzset()
    assert "ngày 01/01/2026" in said.told


def test_groups_of_a_release_follow_it(
    client: TestClient, sqlite_store: Store, pair: tuple[Plan, Plan], tmp_path: Path
) -> None:
    for some in pair:
        put(sqlite_store, some)
    one, other = (keys_of(plan)[0] for plan in pair)

    def together(out: Path) -> bool:
        release(sqlite_store, out)
        groups = polars.read_parquet(out / "groups.parquet")
        keys = groups["document_id"].str.slice(7, 16) + "." + groups["task_id"]
        firsts = groups["first_document_id"] + groups["first_task_id"]
        of = dict(zip(keys, firsts, strict=True))
        return bool(of[one] == of[other])

    assert together(tmp_path / "before")
    client.post(f"{API}/judgements", json={"one": one, "other": other, "verdict": "different"})
    assert not together(tmp_path / "after")


def test_what_is_said_of_several_holds_together() -> None:
    """Also of one that the judge had put with what is said to be another task."""
    tell = Words("Tuyên truyền cải cách hành chính")
    tasks = dict.fromkeys("abcd", tell)

    def grouped(said: dict[str, bool]) -> set[str]:
        groups = Groups({frozenset(pair): same for pair, same in said.items()})
        for key, words in tasks.items():
            groups.add(key, words)
        return {"".join(keys) for keys in groups.members.values()}

    assert grouped({}) == {"abcd"}
    assert grouped({"bc": True, "ac": False}) == {"ad", "bc"}
    assert grouped({"ab": True, "bc": True, "ac": False}) == {"abd", "c"}


def test_a_person_says_it_with_one_click(
    client: TestClient, sqlite_store: Store, pair: tuple[Plan, Plan]
) -> None:
    for some in pair:
        put(sqlite_store, some)
    query = "&".join(f"plan={plan.document.id[7:23]}" for plan in pair)
    for name in ("changes", "tasks"):
        address = f"/compare/{name}?{query}"
        text = client.get(address, headers={"Accept": "text/html"}).text
        form = re.findall(r'<form method="post" action="/compare/judge".*?</form>', text, re.S)[0]
        given = {
            field: unescape(value)
            for field, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
        }
        answer = client.post(
            "/compare/judge", data={**given, "verdict": "similar", "reason": "khác cấp"},
            follow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(given["to"])
        changed = client.get(address).text
        assert "gần giống (khác cấp)" in changed
        back = re.findall(r'name="back" value="(\w+)"', changed)[0]
        client.post("/compare/judge", data={**given, "back": back})
        assert "gần giống (khác cấp)" not in client.get(address).text
    wrong = {"to": "https://elsewhere.example/", "verdict": "same"}
    assert client.post("/compare/judge", data=wrong).status_code == 422


def test_who_may_only_read_says_nothing(
    sqlite_store: Store, app_of: AppOf, pair: tuple[Plan, Plan]
) -> None:
    for some in pair:
        put(sqlite_store, some)
    asked = TestClient(app_of(sqlite_store), base_url=f"http://{HOST}")
    with sqlite_store.writing() as session:
        made = keys.add(session, "xem", "read", by="test")
    asked.headers["Authorization"] = f"Bearer {made.secret}"
    one, other = (keys_of(plan)[0] for plan in pair)
    given = {"one": one, "other": other, "verdict": "same"}
    assert asked.post(f"{API}/judgements", json=given).status_code == 403


def test_two_who_speak_of_a_pair_at_once(postgres_store: Store, pair: tuple[Plan, Plan]) -> None:
    """The one waits for the other, and has the last word."""
    for some in pair:
        put(postgres_store, some)
    one, other = (keys_of(plan)[0] for plan in pair)

    def say(verdict: Verdict) -> None:
        with postgres_store.writing() as session:
            judge(session, (one, other), verdict, by=By("lan"))

    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted "
                   "AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        with postgres_store.writing() as session:
            judge(session, (one, other), "different", by=By("chi"))
            second = pool.submit(say, "same")
            while not second.done() and not session.scalar(waiting):
                time.sleep(0.01)
        second.result()
    with postgres_store.reading() as session:
        (said,) = sayings(session).values()
    assert (said.verdict, said.author) == ("same", "lan")


def test_the_command(sqlite_store: Store, pair: tuple[Plan, Plan]) -> None:
    for some in pair:
        put(sqlite_store, some)
    one, other = (keys_of(plan)[0] for plan in pair)

    def run(*words: str) -> tuple[int, str]:
        data = ("--data", str(sqlite_store.settings.data))
        done = CliRunner().invoke(command, ["judge", *words, *data])
        return done.exit_code, done.stdout

    assert run(one, other, "different", "--reason", "khác cấp") == (0, "")
    code, out = run()
    assert (code, out.split("\t")[:3]) == (0, [*sorted((one, other)), "different"])
    with sqlite_store.reading() as session:
        said = sayings(session)
    rows = differences(items_of(pair[0]), items_of(pair[1]), said)
    assert {row.kind for row in rows if row.said} == {"new", "dropped"}
    assert run(other, one, "back") == (0, "")
    assert run() == (0, "")
    assert run(other, one, "back")[0] == 2
    assert run(one, other, "perhaps")[0] == 2


def test_the_command_tells_what_waits(sqlite_store: Store, pair: tuple[Plan, Plan]) -> None:
    """Because a task is not in the present reading; it is taken back by the names told."""
    for some in pair:
        put(sqlite_store, some)
    one, other = (keys_of(plan)[0] for plan in pair)
    data = ("--data", str(sqlite_store.settings.data))
    CliRunner().invoke(command, ["judge", one, other, "different", *data])
    with sqlite_store.writing() as session:
        save(session, replace(pair[0], tasks=pair[0].tasks[1:]))
    with sqlite_store.reading() as session:
        assert sayings(session) == {}
    told = CliRunner().invoke(command, ["judge", *data]).stdout.rstrip("\n").split("\t")
    assert (told[2], told[-1]) == ("different", "waiting")
    assert CliRunner().invoke(command, ["judge", *told[:2], "back", *data]).exit_code == 0
    assert CliRunner().invoke(command, ["judge", *data]).stdout == ""


def test_of_two_plans_only_what_was_said_of_them_is_looked_at(
    sqlite_store: Store, pair: tuple[Plan, Plan]
) -> None:
    other = renamed(replace(pair[0], document=replace(pair[0].document, number="8")), "other")
    plans = (*pair, other)
    for some in plans:
        put(sqlite_store, some)
    keys = [keys_of(plan)[0] for plan in plans]
    with sqlite_store.writing() as session:
        for two in ((keys[0], keys[1]), (keys[1], keys[2])):
            judge(session, two, "similar", by=By("lan"))
    ids = [plan.document.id for plan in plans]
    with sqlite_store.reading() as session:
        assert set(sayings(session, ids[:2])) == {frozenset(keys[:2])}
        assert set(sayings(session, [ids[2]])) == set()
        assert set(sayings(session, [ids[2]], either=True)) == {frozenset(keys[1:])}
        assert len(sayings(session)) == 2


def test_it_is_found_among_more_plans_than_a_statement_has_places(
    store: Store, pair: tuple[Plan, Plan]
) -> None:
    documents = [put(store, plan) for plan in pair]
    one, other = (keys_of(plan)[0] for plan in pair)
    many = [f"{number:016x}" for number in range(33_000)]
    with store.writing() as session:
        judge(session, (one, other), "same", by=By("an"))
        session.execute(insert(PlanFormRow), [{"document_id": x, "plan": x} for x in many])
    with store.reading() as session:
        for either in (False, True):
            found = sayings(session, [*many, *documents], either=either)
            assert list(found) == [frozenset((one, other))]
            assert bool(sayings(session, [*many, documents[0]], either=either)) == either
