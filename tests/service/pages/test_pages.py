"""The pages as a browser gets them: no script runs here, and none is needed to read."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from extractor import read_plan
from models import contract
from models.tables import JobRow
from models.tables.documents import document_key
from service.access import users
from service.api.app import create_app
from service.jobs import submit
from service.settings import load
from service.store import Store, opened_store
from tests.conftest import PLANS
from tests.service.store.planting import plant

HOST = "127.0.0.1"


def stored(store: Store, data: bytes, filename: str) -> str:
    """Reads a document into the store at once; the key of it."""
    plan = read_plan(data, filename)
    return document_key(plant(store, data, filename, contract.encode(plan), plan))


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[TestClient]:
    app = create_app(sqlite_store, None)
    with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as found:
        yield found


@pytest.fixture
def vinh_long(sqlite_store: Store) -> str:
    path = PLANS / "vinh-long-2023" / "vinh-long-2023.docx"
    return stored(sqlite_store, path.read_bytes(), path.name)


class _Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def links(self) -> list[str]:
        return [href for tag, attrs in self.found if tag == "a" and (href := attrs.get("href"))]


def test_an_empty_store_says_what_to_do(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Chưa có kế hoạch nào. Hãy tải lên một tệp." in page.text


def test_a_plan_is_listed_and_shown_with_every_task(client: TestClient, vinh_long: str) -> None:
    home = client.get("/")
    assert "2621/QĐ-UBND" in home.text
    assert f"/plans/{vinh_long}" in _Elements(home.text).links()
    page = client.get(f"/plans/{vinh_long}")
    assert "Xây dựng Quyết định ban hành Kế hoạch CCHC của tỉnh năm 2023." in page.text
    assert "Quý IV năm 2022" in page.text
    assert "từ 01/10/2022 đến 31/12/2022" in page.text
    assert "Sở Nội vụ tỉnh Vĩnh Long" in page.text
    rows = [attrs for tag, attrs in _Elements(page.text).found if tag == "tr" and "id" in attrs]
    plan = read_plan(PLANS / "vinh-long-2023" / "vinh-long-2023.docx")
    assert [row["id"] for row in rows] == [f"{vinh_long}.{task.id}" for task in plan.tasks]


def test_every_link_of_the_pages_leads_somewhere(client: TestClient, vinh_long: str) -> None:
    addresses = ["/", f"/plans/{vinh_long}", "/search?text=kế hoạch"]
    links = {link for address in addresses for link in _Elements(client.get(address).text).links()}
    own = {link for link in links if link.startswith("/")}
    assert {f"/api/v1/plans/{vinh_long}.xlsx", f"/api/v1/documents/{vinh_long}/source"} <= own
    wrong = {link: client.get(link).status_code for link in own if client.get(link).is_error}
    assert wrong == {}


def test_tasks_are_found_with_and_without_marks(client: TestClient, vinh_long: str) -> None:
    for words in ("kiểm tra cchc", "kiem tra CCHC"):
        page = client.get("/search", params={"text": words})
        assert "Xây dựng Quyết định ban hành kế hoạch kiểm tra CCHC" in page.text
    assert "Không có nhiệm vụ nào khớp." in client.get("/search?text=khongthayđâu").text


def test_a_page_after_the_first_goes_on(client: TestClient, sqlite_store: Store) -> None:
    path = PLANS / "dong-nai-2024" / "dong-nai-2024.docx"
    key = stored(sqlite_store, path.read_bytes(), path.name)
    address: str | None = f"/plans/{key}"
    shown: list[str] = []
    while address:
        elements = _Elements(client.get(address).text)
        shown += [
            attrs["id"] or "" for tag, attrs in elements.found if tag == "tr" and "id" in attrs
        ]
        address = next(
            (link for link in elements.links() if "after=" in link and "lang" not in link), None
        )
    assert len(shown) == len(set(shown)) == len(read_plan(path).tasks)


def test_words_of_a_document_are_never_markup(client: TestClient, sqlite_store: Store) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    text = f"""UBND TỈNH VĨNH LONG
Số: 7/KH-UBND
Vĩnh Long, ngày 13 tháng 12 năm 2022

KẾ HOẠCH
Cải cách hành chính năm 2023 {evil}

II. NHIỆM VỤ
1. Giao Sở Nội vụ chủ trì báo cáo {evil} trước ngày 31/3/2023.
"""
    key = stored(sqlite_store, text.encode(), f"{evil}.txt")
    for address in ("/", f"/plans/{key}", "/search"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "alert(1)" in client.get(f"/plans/{key}").text


def test_a_task_that_a_person_changed_is_marked(client: TestClient, vinh_long: str) -> None:
    page = client.get(f"/plans/{vinh_long}").text
    assert "đã sửa so với chữ in" not in page
    key = next(attrs["id"] for tag, attrs in _Elements(page).found if tag == "tr" and "id" in attrs)
    address = f"/api/v1/tasks/{key}"
    given = {"changes": {"product": "Quyết định"}}
    assert client.patch(address, json=given, headers={"If-Match": '"1"'}).status_code == 200
    assert "đã sửa so với chữ in" in client.get(f"/plans/{vinh_long}").text


def test_nothing_comes_from_elsewhere_or_runs_inline(client: TestClient, vinh_long: str) -> None:
    for address in ("/", f"/plans/{vinh_long}", "/search", "/login", "/plans/none"):
        for tag, attrs in _Elements(client.get(address).text).found:
            sources = [attrs.get(name) or "" for name in ("src", "href", "action")]
            assert not any(source.startswith(("http", "//", "javascript")) for source in sources)
            assert not any(name.startswith("on") or name == "style" for name in attrs)
            assert tag != "style"


def test_what_is_read_and_what_failed_is_shown(client: TestClient, sqlite_store: Store) -> None:
    waiting = submit(sqlite_store, b"K\xe1\xba\xbf ho\xe1\xba\xa1ch", "dang-cho.txt", by=None)
    failed = submit(sqlite_store, b"\x00\x01", "hong.bin", by=None)
    with sqlite_store.writing() as session:
        job = session.exec(select(JobRow).where(JobRow.id == failed.job_id)).one()
        job.state, job.error_vi, job.error_en = "failed", "tệp bị hỏng", "the file is damaged"
        session.add(job)
    page = client.get("/").text
    assert f'data-job="{waiting.job_id}"' in page
    assert "dang-cho.txt" in page
    assert "tệp bị hỏng" in page


def test_an_unknown_plan_is_told_as_a_page(client: TestClient) -> None:
    page = client.get("/plans/ffffffffffffffff")
    assert page.status_code == 404
    assert "text/html" in page.headers["content-type"]
    assert "Không có văn bản này" in page.text


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/search?colour=red", "“colour”: tên này không có"),
        ("/search?year=20x4", "“year”: phải là số nguyên"),
        ("/search?due_from=2024-02-30", "“due_from”: phải là ngày dạng 2024-12-31"),
        ("/?yaer=2024", "“yaer”: tên này không có"),
        ("/plans/none", "“key”: không đúng dạng"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(
    client: TestClient, address: str, told: str
) -> None:
    page = client.get(address)
    assert page.status_code == 422
    assert "text/html" in page.headers["content-type"]
    assert told in page.text


def test_a_field_of_a_form_that_was_left_empty_asks_nothing(
    client: TestClient, vinh_long: str
) -> None:
    address = "/search?text=&year=&due_from=&due_to=&sort=due"
    assert client.get(address).text.count("<tr id=") == client.get("/search").text.count("<tr id=")
    assert client.get("/search?unit=vn-12").text.count("<tr id=") == 0


def test_the_language_is_switched_and_kept(client: TestClient, vinh_long: str) -> None:
    page = client.get(f"/language?lang=en&back=/plans/{vinh_long}")
    assert page.url.path == f"/plans/{vinh_long}"
    assert "Complete: each of the" in page.text
    assert 'lang="en"' in client.get("/").text


@pytest.mark.parametrize("back", ["//elsewhere", "/\\elsewhere", "elsewhere", "ftp:elsewhere"])
def test_the_switch_leads_to_no_other_site(client: TestClient, back: str) -> None:
    answer = client.get("/language", params={"lang": "en", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    with opened_store(load(data=tmp_path / "data", access="required")) as store:
        with store.writing() as session:
            users.add(session, "an", "mật khẩu thật dài của an", "admin")
            users.add(session, "doc", "mật khẩu thật dài để đọc", "read")
        app = create_app(store, None)
        with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as found:
            yield found


def test_a_sign_in_opens_the_pages_and_a_sign_out_closes_them(guarded: TestClient) -> None:
    assert guarded.get("/").url.path == "/login"
    wrong = guarded.post("/login", data={"name": "an", "password": "không phải"})
    assert wrong.status_code == 401
    assert "Tên hoặc mật khẩu không đúng." in wrong.text
    home = guarded.post("/login", data={"name": "an", "password": "mật khẩu thật dài của an"})
    assert home.url.path == "/"
    token = next(
        attrs["value"]
        for tag, attrs in _Elements(home.text).found
        if attrs.get("name") == "csrf_token"
    )
    assert guarded.post("/logout").status_code == 403
    assert guarded.post("/logout", data={"csrf_token": token}).url.path == "/login"
    assert guarded.get("/").url.path == "/login"


def test_who_may_only_read_is_not_offered_an_upload(guarded: TestClient) -> None:
    page = guarded.post("/login", data={"name": "doc", "password": "mật khẩu thật dài để đọc"})
    assert page.url.path == "/"
    assert "data-upload" not in page.text
