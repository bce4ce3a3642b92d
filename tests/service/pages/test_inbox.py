"""The inbox: what is sent, what becomes of it, what is told; no script runs here."""

import io
import re
import zipfile
from html import unescape

from sqlmodel import select
from starlette.testclient import TestClient

from models.tables import DocumentRow, JobRow
from service.access import users
from service.api.app import create_app
from service.jobs import submit
from service.store import Store, opened_store
from tests.service.api.test_uploads import appendices
from tests.service.pages.conftest import HOST
from tests.service.pages.test_pages import stored
from tests.service.stores import SettingsFor

PLAN = """UBND TỈNH VĨNH LONG
Số: 7/KH-UBND
Vĩnh Long, ngày 13 tháng 12 năm 2022

KẾ HOẠCH
Cải cách hành chính năm 2023

1. Giao Sở Nội vụ chủ trì báo cáo trước ngày 31/3/2023.
"""


def sent(client: TestClient, *files: tuple[str, bytes], status: int = 200, **typed: str) -> str:
    answer = client.post("/upload", files=[("files", file) for file in files], data=typed)
    assert answer.status_code == status, answer.text
    return answer.text


def names(store: Store) -> set[str | None]:
    with store.reading() as session:
        return set(session.exec(select(DocumentRow.filename)))


def test_files_are_sent_by_a_form_and_those_of_an_archive_too(
    client: TestClient, sqlite_store: Store
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2024/b.txt", PLAN)
        archive.writestr("anh.png", b"none")
    page = sent(client, ("a.txt", b"mot"), ("trong.txt", b""), ("nhieu.zip", packed.getvalue()))
    assert "a.txt: đã nhận, đang đọc." in page
    assert re.search(r'class="note bad">trong.txt: ', page)
    assert "b.txt: đã nhận, đang đọc." in page
    assert names(sqlite_store) == {"a.txt", "b.txt"}
    assert "a.txt: tệp này đang được đọc rồi." in sent(client, ("a.txt", b"mot"))
    assert page.count('data-state="reading"') == 2


def test_files_that_are_one_plan_are_one_line(client: TestClient, sqlite_store: Store) -> None:
    page = sent(client, ("a.txt", PLAN.encode()), ("b.txt", b"Phu luc"), together="1")
    assert "a.zip: đã nhận, đang đọc." in page
    assert names(sqlite_store) == {"a.zip"}
    assert "Ghép từ: a.txt (theo lựa chọn của bạn); b.txt (theo lựa chọn của bạn)." in page
    assert "Ghép chưa đúng?" not in page
    sheets = io.BytesIO()
    with zipfile.ZipFile(sheets, "w") as archive:
        archive.writestr("KH 12/KH 12.txt", PLAN)
        archive.writestr("KH 12/PL1.txt", b"Phu luc")
    sent(client, ("b.txt", PLAN.encode()), ("Phụ lục II.docx", b"PK"), ("bieu.xlsx", b"PK"))
    sent(client, ("KH 12.zip", sheets.getvalue()))
    assert names(sqlite_store) == {"a.zip", "b.zip", "KH 12.zip"}
    sent(client, ("a.txt", PLAN.encode()), ("Phụ lục.txt", b"Phu luc"), together="0")
    assert names(sqlite_store) == {
        "a.zip", "b.zip", "KH 12.zip", "a.txt", "Phụ lục.txt",
    }  # fmt: skip


def test_what_was_put_together_is_told_and_how_to_have_it_otherwise(client: TestClient) -> None:
    page = unescape(sent(client, *appendices()))
    assert (
        "3.zip: đã nhận, đang đọc. Ghép từ: 3.html (kế hoạch); 1.html (ghi “kèm theo” số của kế"
        in page
    )
    assert "6.html: đã nhận, đang đọc. Ghi “kèm theo” số của văn bản khác" in page
    assert "Ghép chưa đúng?" in page
    assert '<option value="0">mỗi tệp là một văn bản riêng</option>' in page
    assert "Ghép chưa đúng?" not in sent(client, ("a.txt", b"mot"))


def test_text_is_pasted(client: TestClient, sqlite_store: Store) -> None:
    page = sent(client, ("", b""), text=PLAN)
    assert "UBND TỈNH VĨNH LONG.txt: đã nhận, đang đọc." in page
    assert names(sqlite_store) == {"UBND TỈNH VĨNH LONG.txt"}


def test_nothing_sent_is_told(client: TestClient) -> None:
    assert "Chưa chọn tệp nào" in sent(client, ("", b""), status=422)


def failed_job(store: Store) -> str:
    made = submit(store, b"\x00\x01", "hong.bin", by=None)
    with store.writing() as session:
        job = session.exec(select(JobRow).where(JobRow.id == made.job_id)).one()
        job.state, job.error_vi, job.error_en = "failed", "tệp bị hỏng", "the file is damaged"
        session.add(job)
        return job.id


def test_a_failure_says_why_and_is_tried_again_or_put_away(
    client: TestClient, sqlite_store: Store
) -> None:
    job = failed_job(sqlite_store)
    assert "tệp bị hỏng" in client.get("/").text
    again = client.post("/failures", data={"job": job, "act": "retry"}).text
    assert 'data-state="reading"' in again
    with sqlite_store.writing() as session:
        for row in session.exec(select(JobRow)):
            row.state = "failed"
            session.add(row)
    assert "hong.bin" not in client.post("/failures", data={"job": job, "act": "aside"}).text
    assert names(sqlite_store) == {"hong.bin"}


def test_a_plan_in_two_files_is_one_line(client: TestClient, sqlite_store: Store) -> None:
    first = stored(sqlite_store, PLAN.encode(), "mot.txt")
    second = stored(sqlite_store, (PLAN + "\n").encode(), "hai.txt")
    page = client.get("/").text
    assert "1 kế hoạch, 2 tệp" in page
    assert page.count("7/KH-UBND</a>") == 1
    assert {f"/plans/{first}", f"/plans/{second}"} <= set(re.findall(r'href="([^"]*)"', page))
    assert "mới" in page


def test_who_signed_in_sends_files_without_a_script(settings_for: SettingsFor) -> None:
    with opened_store(settings_for("sqlite", access="required")) as store:
        with store.writing() as session:
            users.add(session, "an", "mật khẩu thật dài của an", "write")
        headers = {"Accept": "text/html"}
        with TestClient(create_app(store, None), f"http://{HOST}", headers=headers) as client:
            given = {"name": "an", "password": "mật khẩu thật dài của an"}
            page = client.post("/login", data=given).text
            token = re.search(r'name="csrf_token" value="([^"]*)"', page)
            assert token
            sent(client, ("a.txt", b"mot"), status=403)
            assert "đã nhận" in sent(client, ("a.txt", b"mot"), csrf_token=token[1])


def test_a_plan_in_two_files_is_counted_once(client: TestClient, sqlite_store: Store) -> None:
    text = PLAN.replace("1. Giao", "II. NHIỆM VỤ\n1. Giao")
    first, last = (stored(sqlite_store, (text + mark).encode(), "a.txt") for mark in ("", "\n"))
    for address in ("/search?text=báo cáo", "/work?agency=vn-86/so-noi-vu"):
        page = client.get(address).text
        assert f'id="{last}.' in page
        assert f'id="{first}.' not in page
        assert re.search(r"<strong>1</strong>", page)
    listed = client.get("/search.jsonl?text=báo cáo").text.splitlines()
    assert len(listed) == 1
    assert f'id="{first}.' in client.get("/search?text=báo cáo&copies=true").text
    assert f'id="{first}.' in client.get(f"/search?document={first}").text
    assert client.get("/api/v1/tasks").json()["items"][1:]
