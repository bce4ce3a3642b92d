"""Review: tasks beside their source, confirmed, corrected, dropped, taken back; no script runs."""

import csv
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from extractor import picture, read_plan
from extractor.limits import DEFAULT_LIMITS
from extractor.readers.bundle import packed
from models.contract import decode_task
from models.provenance import Place
from models.tables import TaskRow
from service.access.audit import By
from service.api.app import create_app
from service.isolation import ReaderPool
from service.originals import Originals
from service.store import Store
from service.store.corrections import correct
from tests.conftest import PLANS
from tests.extractor.readers.test_office import OFFICE
from tests.extractor.readers.test_scan import page_of
from tests.service.pages.conftest import HOST
from tests.service.pages.test_pages import read, stored
from tests.service.store.readings import save


class Desk:
    """An officer at the review of one plan: reads a page, presses what is on it."""

    def __init__(self, client: TestClient, key: str) -> None:
        self.client, self.address = client, f"/plans/{key}/review"
        self.html = ""

    def open(self, **asked: str) -> str:
        answer = self.client.get(self.address, params=asked)
        assert answer.status_code == 200, answer.text
        self.html = answer.text
        return self.html

    def form(self, act: str) -> dict[str, str]:
        """What the form on the page that does this sends as it stands."""
        for form in re.findall(r"<form.*?</form>", self.html, re.S):
            if re.search(rf'<button [^>]*name="act" value="{act}"', form):
                found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
                typed = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', form)
                return dict(found) | {name: unescape(words) for name, words in typed} | {"act": act}
        raise AssertionError(f"no form to {act}")

    def press(self, act: str, status: int = 200, **typed: object) -> str:
        answer = self.client.post(self.address, data={**self.form(act), **typed})
        assert answer.status_code == status, answer.text
        self.html = answer.text
        return self.html

    @property
    def task(self) -> str:
        return self.form("save")["task"]

    @property
    def words(self) -> str:
        return self.form("save")["description"]

    @property
    def progress(self) -> str:
        found = re.search(r"<strong>(\d+/\d+)</strong>", self.html)
        assert found
        return found[1]


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(DEFAULT_LIMITS, 1) as found:
        yield found


@pytest.fixture
def client(sqlite_store: Store, pool: ReaderPool) -> Iterator[TestClient]:
    app = create_app(sqlite_store, None)
    app.state.originals = Originals.of(sqlite_store, pool, patience=None)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as found:
        yield found


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_page_does_not_wait_for_its_source(
    sqlite_store: Store, pool: ReaderPool, form: str
) -> None:
    app = create_app(sqlite_store, None)
    app.state.originals = Originals.of(sqlite_store, pool, patience=0)
    path = plan_file("ninh-son-2024", form)
    key = stored(sqlite_store, path.read_bytes(), path.name)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as client:
        html = client.get(f"/plans/{key}/review").text
        later = re.search(r'data-later="([^"]*)"', html)
        assert later
        assert '<meta http-equiv="refresh"' in html
        source = client.get(f"/plans/{key}/{unescape(later[1])}").text
        assert 'class="row"' in source
        assert 'data-field="description"' in source
        again = client.get(f"/plans/{key}/review").text
        assert "data-later" not in again
        assert source.strip() in again


def test_each_file_of_several_is_shown_beside_its_tasks(
    client: TestClient, sqlite_store: Store
) -> None:
    files = [
        ("KH.pdf", plan_file("ninh-son-2024", "pdf").read_bytes()),
        ("PL/PL #1.pdf", page_of(12)),
        ("PL 2.xls", (OFFICE / "appendix.xls").read_bytes()),
    ]
    desk = Desk(client, stored(sqlite_store, packed(files), "KH.zip"))
    plan = read_plan(packed(files))
    seen = set()
    for task in plan.tasks:
        at = task.provenance
        if at.file in seen:
            continue
        seen.add(at.file)
        html = desk.open(task=task.id)
        page = at.place.sheet and at.place.sheet.page
        assert f"· {at.file}, {f'trang {page}, ' if page else ''}bảng" in unescape(html)
        assert 'class="row"' in html
        assert 'data-field="description"' in html or task.origin != "table"
        drawn = re.search(r'<image href="([^"]*)"', html)
        assert (drawn is not None) == at.file.endswith(".pdf")
        if drawn:
            png = client.get(f"{desk.address.removesuffix('review')}{unescape(drawn[1])}").content
            assert png == picture(dict(files)[at.file], Place(page), view="page")
    assert seen == {name for name, _ in files}
    key = desk.address.split("/")[2]
    assert client.get(f"/plans/{key}/pages/1.png", params={"file": "khác.pdf"}).status_code == 422


def test_a_source_is_made_ready_by_the_page_of_the_plan(
    sqlite_store: Store, pool: ReaderPool
) -> None:
    app = create_app(sqlite_store, None)
    app.state.originals = Originals.of(sqlite_store, pool)
    path = plan_file("ninh-son-2024", "pdf")
    key = stored(sqlite_store, path.read_bytes(), path.name)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as client:
        client.get(f"/plans/{key}")
        views = sqlite_store.settings.data / "views"
        until = time.monotonic() + 60
        while {one.suffix for one in views.glob("*/[!.]*")} != {".json", ".png"}:
            assert time.monotonic() < until
            time.sleep(0.02)


def plan_file(name: str, form: str) -> Path:
    return PLANS / name / f"{name}.{form}"


@pytest.fixture
def desk(client: TestClient, sqlite_store: Store) -> Desk:
    path = plan_file("ninh-son-2024", "html")
    return Desk(client, stored(sqlite_store, path.read_bytes(), path.name))


def statuses(store: Store) -> dict[str, str]:
    with store.reading() as session:
        return {row.id: row.status for row in session.exec(select(TaskRow))}


def test_a_task_is_confirmed_and_the_next_one_shown(desk: Desk, sqlite_store: Store) -> None:
    desk.open()
    first, words = desk.task, desk.words
    assert desk.progress.startswith("0/")
    desk.press("confirm")
    assert desk.progress.startswith("1/")
    assert desk.words != words
    assert statuses(sqlite_store)[first] == "confirmed"
    desk.press("undo")
    assert desk.task == first
    assert statuses(sqlite_store)[first] == "open"


def test_what_is_no_task_is_left_out_everywhere(desk: Desk, sqlite_store: Store) -> None:
    desk.open()
    first, words = desk.task, desk.words
    desk.press("drop")
    key = desk.address.split("/")[2]
    assert statuses(sqlite_store)[first] == "dropped"
    plan = desk.client.get(f"/api/v1/plans/{key}.json").json()
    assert first not in {task["id"] for task in plan["tasks"]}
    listed = desk.client.get("/api/v1/tasks", params={"document": key, "limit": 500}).json()
    assert first not in {item["task"]["id"] for item in listed["items"]}
    dropped = desk.client.get("/api/v1/tasks", params={"status": "dropped"}).json()["items"]
    assert [item["task"]["id"] for item in dropped] == [first]
    assert words not in desk.client.get(f"/plans/{key}").text
    desk.press("undo")
    assert statuses(sqlite_store)[first] == "open"


def test_a_deadline_is_corrected_and_the_printed_words_stay(desk: Desk) -> None:
    desk.open()
    printed = re.search(r'<textarea[^>]* name="deadline"[^>]*>([^<]*)', desk.html)
    assert printed
    desk.press("save", deadline="Trước ngày 15/3/2024", reason="Theo đính chính")
    assert "chậm nhất 14/03/2024" in desk.html
    beside = re.search(rf"Bản in: {printed[1]} · (.*?)</span>", desk.html)
    assert beside
    assert re.match(r"người trên máy này, [\d:]+ [\d/]+: Theo đính chính · <a", beside[1])
    desk.press("undo")
    assert "chậm nhất 14/03/2024" not in desk.html
    assert "· đã rút" in desk.html


def test_a_correction_is_told_apart_from_what_is_printed(desk: Desk) -> None:
    desk.open()
    printed = re.search(r'<textarea[^>]* name="deadline"[^>]*>([^<]*)', desk.html)
    assert printed
    task = desk.task
    desk.press("save", deadline="Trước ngày 15/3/2024")
    key = desk.address.split("/")[2]
    plan = desk.client.get(f"/api/v1/plans/{key}.json").json()
    assert set(plan["reviews"]) == {task}
    review = plan["reviews"][task]
    assert review["printed"] == {"deadline": printed[1]}
    assert (review["status"], review["revision"], review["by"]) == ("open", 2, "open")
    text = desk.client.get(f"/api/v1/plans/{key}.csv", params={"lang": "en"}).content.decode(
        "utf-8-sig"
    )
    rows = {row["Task id"]: row for row in csv.DictReader(text.splitlines(keepends=True))}
    row = rows[task]
    assert row["Deadline (printed)"] == printed[1]
    assert row["Deadline (corrected)"] == "Trước ngày 15/3/2024"
    assert row["Lead (corrected)"] == ""
    assert row["Due"] == "2024-03-14"
    assert (row["Corrected"], row["Review"]) == ("deadline", "not looked at")
    calendar = desk.client.get(f"/api/v1/plans/{key}.ics").text.replace("\r\n ", "")
    entry = next(one for one in calendar.split("BEGIN:VTODO") if f"UID:{task}-" in one)
    assert "SEQUENCE:1" in entry
    assert f"DTSTAMP:{review['at'][:10].replace('-', '')}" in entry


def test_the_same_words_elsewhere_are_corrected_with_it(desk: Desk) -> None:
    desk.open()
    told = re.search(r"Sửa cả (\d+) dòng khác có cùng chữ", desk.html)
    assert told
    desk.press("save", lead="Văn phòng HĐND-UBND huyện", alike="lead")
    key = desk.address.split("/")[2]
    changed = desk.client.get("/api/v1/corrections", params={"document": key}).json()["items"]
    assert {one["field"] for one in changed} == {"lead"}
    assert len(changed) == int(told[1]) + 1
    desk.press("undo")
    left = desk.client.get("/api/v1/corrections", params={"document": key, "state": "active"})
    assert left.json()["items"] == []


def test_those_without_doubts_are_confirmed_at_once_and_taken_back(
    desk: Desk, sqlite_store: Store
) -> None:
    desk.open()
    told = re.search(r"Xác nhận cả (\d+) dòng không", desk.html)
    assert told
    desk.press("rest")
    assert desk.progress.startswith(f"{told[1]}/")
    desk.press("undo")
    assert set(statuses(sqlite_store).values()) == {"open"}


def test_a_part_that_is_done_leads_to_the_next(desk: Desk) -> None:
    desk.open(part="assignment")
    total = int(desk.progress.partition("/")[2])
    for _ in range(total):
        desk.press("confirm")
    onward = re.search(
        r'data-key="Enter" href="([^"]*)">Phần này xong, sang (.*?) <kbd>', desk.html
    )
    assert onward
    assert desk.progress == f"{total}/{total}"
    asked = dict(parse_qsl(onward[1].partition("#")[0].lstrip("?")))
    assert "Phần này xong" not in desk.open(**asked)
    assert desk.progress.startswith(f"{total}/")


def test_who_comes_second_is_told_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.open()
    mine = desk.form("save")
    desk.press("save", product="Của người khác")
    answer = desk.client.post(desk.address, data={**mine, "product": "Của tôi", "note": "còn đây"})
    assert answer.status_code == 412
    assert "đã có người sửa trước" in answer.text
    assert "Của tôi" in answer.text
    assert "còn đây" in answer.text


def test_every_task_can_be_looked_at_to_the_last(desk: Desk) -> None:
    desk.open()
    total = int(desk.progress.partition("/")[2])
    for done in range(1, total + 1):
        desk.press("confirm")
        assert desk.progress == f"{done}/{total}"
    desk.press("plan")
    assert "Kế hoạch đã được xác nhận." in desk.html
    desk.press("draft")
    assert "đang rà soát" in desk.html


@pytest.mark.parametrize("form", ["docx", "html", "txt"])
def test_the_row_of_a_task_is_marked_in_its_source(
    client: TestClient, sqlite_store: Store, form: str
) -> None:
    path = plan_file("ninh-son-2024", form)
    desk = Desk(client, stored(sqlite_store, path.read_bytes(), path.name))
    desk.open()
    row = re.search(r'<tr class="row">(.*?)</tr>', desk.html, re.S)
    assert row
    assert desk.words in row[1]
    for field in ("description", "lead", "deadline"):
        assert f'data-field="{field}"' in row[1]


def test_a_page_of_a_pdf_is_shown_with_its_rows_boxed(
    client: TestClient, sqlite_store: Store
) -> None:
    path = plan_file("ninh-son-2024", "pdf")
    desk = Desk(client, stored(sqlite_store, path.read_bytes(), path.name))
    desk.open()
    assert desk.html.count('<rect class="row"') == 1
    assert '<rect class="cell" data-field="deadline"' in desk.html
    assert '<rect class="other"' in desk.html
    picture = re.search(r'<image href="(pages/\d+\.png)"', desk.html)
    assert picture
    png = client.get(desk.address.rpartition("/")[0] + "/" + picture[1])
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG")


def test_typed_words_are_told_as_they_are_understood(desk: Desk) -> None:
    asked = {"field": "deadline", "text": "Quý II/2024"}
    assert desk.client.get(f"{desk.address}/understood", params=asked).text == (
        "từ 01/04/2024 đến 30/06/2024"
    )
    asked = {"field": "lead", "text": "Phòng Nội vụ; Tổ thi đua số 9"}
    told = desk.client.get(f"{desk.address}/understood", params=asked).text
    assert told.startswith("Phòng Nội vụ huyện Ninh Sơn; ")
    assert told.endswith("chưa nhận ra")


def test_tasks_of_a_search_to_mail_stand_beside_their_source(desk: Desk) -> None:
    html = desk.client.get("/api/v1/tasks.html", params={"text": "báo cáo"}).text
    rows = re.findall(r'<a href="#(s[^"]+)"', html)
    assert rows
    assert all(f'id="{row}"' in html for row in rows)


def test_an_unknown_task_is_told_as_a_page(desk: Desk) -> None:
    page = desk.client.get(desk.address, params={"task": "t-0000"})
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]


def test_what_was_typed_is_kept_with_the_confirmation(desk: Desk, sqlite_store: Store) -> None:
    desk.open()
    first = desk.task
    desk.press("confirm", deadline="Trước ngày 15/3/2024")
    assert statuses(sqlite_store)[first] == "confirmed"
    desk.open(task=first)
    assert "chậm nhất 14/03/2024" in desk.html
    desk.press("open")
    desk.press("confirm", product="Báo cáo")
    desk.press("undo")
    assert desk.task == first
    assert statuses(sqlite_store)[first] == "open"
    assert desk.form("save")["product"] != "Báo cáo"


def test_a_task_is_split_and_joined_again(desk: Desk, sqlite_store: Store) -> None:
    desk.open()
    total, words, task = len(statuses(sqlite_store)), desk.words, desk.task
    desk.press("split", description=f"{words}\n\nGửi báo cáo")
    assert desk.words == words
    assert len(statuses(sqlite_store)) == total + 1
    desk.press("merge")
    assert desk.words == f"{words}\nGửi báo cáo"
    assert list(statuses(sqlite_store).values()).count("dropped") == 1
    desk.press("undo")
    assert (desk.task, desk.words) == (task, words)
    assert set(statuses(sqlite_store).values()) == {"open"}


def test_a_task_is_added_and_taken_back(desk: Desk, sqlite_store: Store) -> None:
    desk.open()
    before = set(statuses(sqlite_store))
    desk.press("add", description="Tổng kết năm", lead="Phòng Nội vụ", deadline="31/12/2024")
    assert desk.words == "Tổng kết năm"
    assert "do người thêm" in desk.html
    assert "→ Phòng Nội vụ huyện Ninh Sơn" in desk.html
    desk.press("undo")
    assert set(statuses(sqlite_store)) == before


def test_an_orphan_is_put_on_another_row(desk: Desk, sqlite_store: Store) -> None:
    path = plan_file("ninh-son-2024", "html")
    plan = read(path.read_bytes(), path.name)
    desk.open()
    desk.press("save", note="của người")
    fewer = replace(plan, tasks=plan.tasks[1:])
    with sqlite_store.writing() as session:
        save(session, fewer)
    desk.open()
    assert "1 chỗ sửa chưa có dòng nào khớp" in desk.html
    desk.press("place")
    assert desk.form("save")["note"] == "của người"
    assert "chưa có dòng nào khớp" not in desk.html


def test_what_one_person_made_of_words_is_offered_elsewhere(
    desk: Desk, sqlite_store: Store
) -> None:
    path = plan_file("ninh-son-2024", "html")
    other = path.read_bytes().replace("Phòng Nội vụ".encode(), "Tổ Bốn chín".encode())
    texts = [stored(sqlite_store, other + mark, path.name) for mark in (b"<!-- -->", b"<!-- 1 -->")]
    first, second = (Desk(desk.client, key) for key in texts)
    first.open()
    while first.form("save")["lead"] != "Tổ Bốn chín":
        first.press("confirm")
    first.press("save", lead="Phòng Nội vụ")
    second.open(task=first.task)
    assert "được sửa thành “Phòng Nội vụ huyện Ninh Sơn”" in second.html


def test_what_two_people_agree_on_is_taken_in_all_rows_at_once(
    desk: Desk, sqlite_store: Store
) -> None:
    path = plan_file("ninh-son-2024", "html")
    other = path.read_bytes().replace("Phòng Nội vụ".encode(), "Tổ Bốn chín".encode())
    marks = (b"<!-- -->", b"<!-- 1 -->", b"<!-- 2 -->")
    keys = [stored(sqlite_store, other + mark, path.name) for mark in marks]
    with sqlite_store.reading() as session:
        rows = [row for row in session.exec(select(TaskRow)) if row.key.startswith(tuple(keys))]
        leads = {row.key: decode_task(row.record).lead for row in rows}
    named = [key for key, lead in leads.items() if lead and lead.text == "Tổ Bốn chín"]
    third = Desk(desk.client, keys[2])
    for number, author in enumerate(("chi", "chi", "binh")):
        mine = [key for key in named if key.startswith(keys[number % 2])]
        with sqlite_store.writing() as session:
            correct(session, mine[number], {"lead": "Phòng Nội vụ"}, by=By(author))
        assert ("Nhận tên hai người" in third.open()) is (author == "binh")
    wanted = [key for key in named if key.startswith(keys[2])]
    assert f"cùng sửa: {len(wanted)} ô" in third.html
    third.press("general")
    with sqlite_store.reading() as session:
        now = {row.key: decode_task(row.record).lead for row in session.exec(select(TaskRow))}
    assert all((lead := now[key]) and lead.text == "Phòng Nội vụ" for key in wanted)
    third.press("undo")
    assert f"cùng sửa: {len(wanted)} ô" in third.html


def test_added_and_dropped_tasks_count_on_every_page(desk: Desk) -> None:
    desk.open()
    key = desk.address.split("/")[2]

    def counts() -> tuple[int, str]:
        home = re.search(r'data-label="Nhiệm vụ">(\d+)', desk.client.get("/").text)
        plan = re.search(r"(\d+/\d+) đã xem", desk.client.get(f"/plans/{key}").text)
        assert home
        assert plan
        return int(home[1]), plan[1]

    total = int(desk.progress.partition("/")[2])
    assert counts() == (total, f"0/{total}")
    desk.press("add", description="Tổng kết năm", lead="Phòng Nội vụ", deadline="31/12/2024")
    assert counts() == (total + 1, f"0/{total + 1}")
    desk.press("drop")
    assert counts() == (total, f"1/{total + 1}")


def test_bodies_are_offered_as_they_are_typed(desk: Desk) -> None:
    found = desk.client.get(f"{desk.address}/bodies", params={"text": "so noi vu"}).json()
    assert {"name": "Sở Nội vụ tỉnh Ninh Thuận", "about": "tỉnh Ninh Thuận"} in found
    assert {one["about"] for one in found} <= {"huyện Ninh Sơn", "tỉnh Ninh Thuận", "Trung ương"}
    elsewhere = desk.client.get(f"{desk.address}/bodies", params={"text": "so noi vu vinh long"})
    assert elsewhere.json()[0]["about"] == "tỉnh Vĩnh Long"
