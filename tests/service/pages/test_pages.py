"""The pages as a browser gets them: no script runs here, and none is needed to read."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from extractor import read_plan
from models import contract
from models.tables.documents import document_key
from service.access import users
from service.api.app import create_app
from service.store import Store, opened_store
from tests.conftest import PLANS
from tests.extractor.pages import sample
from tests.service.pages.conftest import HOST
from tests.service.store.planting import plant
from tests.service.stores import SettingsFor

VINH_LONG = PLANS / "vinh-long-2023" / "vinh-long-2023.docx"


read = cache(read_plan)


def stored(store: Store, data: bytes, filename: str) -> str:
    """Reads a document into the store at once; the key of it."""
    plan = read(data, filename)
    return document_key(plant(store, data, filename, contract.encode(plan), plan))


@pytest.fixture
def vinh_long(sqlite_store: Store) -> str:
    return stored(sqlite_store, VINH_LONG.read_bytes(), VINH_LONG.name)


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


def shown_tasks(client: TestClient, key: str, **asked: str) -> list[str]:
    """The keys of the tasks on all parts of the page of a plan, from one page to the next."""
    shown: list[str] = []
    for part in ("table", "narrative", "assignment"):
        address: str | None = f"/plans/{key}?{urlencode({'part': part, **asked})}"
        while address:
            elements = _Elements(client.get(address).text)
            ids = (attrs.get("id") or "" for _, attrs in elements.found)
            shown += [one for one in ids if one.startswith(f"{key}.")]
            following = (link for link in elements.links() if "after=" in link)
            address = next((link for link in following if "lang" not in link), None)
    return shown


def test_a_tab_counts_what_is_reviewed_and_tells_repeats(
    client: TestClient, vinh_long: str
) -> None:
    page = client.get(f"/plans/{vinh_long}").text
    review = client.get(f"/plans/{vinh_long}/review").text
    shown, looked_at = (
        dict(re.findall(r'\?part=(\w+)"[^>]*>[^<]*<span class="count">(\d+)', html))
        for html in (page, review)
    )
    assert shown == looked_at
    repeats = [task for task in sample(VINH_LONG).tasks if task.same_as]
    assert sum(map(int, re.findall(r"\+ (\d+) lặp lại", page))) == len(repeats) > 0


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
    assert sorted(shown_tasks(client, vinh_long)) == sorted(
        f"{vinh_long}.{task.id}" for task in sample(VINH_LONG).tasks
    )


def test_every_link_of_the_pages_leads_somewhere(client: TestClient, vinh_long: str) -> None:
    addresses = ["/", f"/plans/{vinh_long}", "/search?text=kế hoạch"]
    links = {link for address in addresses for link in _Elements(client.get(address).text).links()}
    own = {link for link in links if link.startswith("/")}
    assert {f"/plans/{vinh_long}.xlsx", f"/api/v1/documents/{vinh_long}/source"} <= own
    wrong = {link: client.get(link).status_code for link in own if client.get(link).is_error}
    assert wrong == {}


def test_tasks_are_found_with_and_without_marks(client: TestClient, vinh_long: str) -> None:
    for words in ("kiểm tra cchc", "kiem tra CCHC"):
        page = client.get("/search", params={"text": words}).text
        assert "<mark>kiểm</mark> <mark>tra</mark> <mark>CCHC</mark>" in page
        page = page.replace("<mark>", "").replace("</mark>", "")
        assert "Xây dựng Quyết định ban hành kế hoạch kiểm tra CCHC" in page
    assert "Không có nhiệm vụ nào khớp." in client.get("/search?text=khongthayđâu").text


def test_a_page_after_the_first_goes_on(client: TestClient, sqlite_store: Store) -> None:
    path = PLANS / "dong-nai-2024" / "dong-nai-2024.docx"
    key = stored(sqlite_store, path.read_bytes(), path.name)
    shown = shown_tasks(client, key, limit="100")
    assert len(shown) == len(set(shown)) == len(sample(path).tasks)


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


def test_a_file_of_a_page_is_asked_for_once(client: TestClient) -> None:
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)
    assert len(files) >= 3
    for file in files:
        assert "immutable" in client.get(file).headers["cache-control"]
        for other in (file.partition("?")[0], file + "0"):
            assert client.get(other).headers["cache-control"] == "private, no-cache"
    assert client.get("/static/none.css").status_code == 404
    assert client.get("/static/..%2f__init__.py").status_code == 404


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


def test_a_page_can_be_asked_for_its_head(client: TestClient) -> None:
    assert client.head("/").status_code == 200
    assert client.head("/plans/ffffffffffffffff").status_code == 404


def test_an_address_that_is_none_is_told_to_a_browser_as_a_page(client: TestClient) -> None:
    page = client.get("/khong-co")
    assert (page.status_code, page.headers["content-type"][:9]) == (404, "text/html")
    assert "Không có gì ở địa chỉ này." in page.text
    program = client.get("/khong-co", headers={"Accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json"


def test_a_task_is_found_on_whatever_part_it_stands(client: TestClient, vinh_long: str) -> None:
    tasks = {task.origin: task.id for task in sample(VINH_LONG).tasks}
    assert len(tasks) > 1
    for id_ in tasks.values():
        assert f'id="{vinh_long}.{id_}"' in client.get(f"/plans/{vinh_long}?task={id_}").text


def test_a_search_is_narrowed_and_widened_by_links(client: TestClient, vinh_long: str) -> None:
    page = client.get("/search?text=kế hoạch").text
    (narrower,) = {link for link in _Elements(page).links() if "origin=narrative" in link}
    narrowed = client.get(narrower).text
    assert "Nguồn: lời văn" in narrowed
    total = re.search(r'class="chips"><strong>([\d.]+)</strong>', narrowed)
    assert total
    assert narrowed.count('<tr id="') == int(total[1])
    assert "/search?text=k%E1%BA%BF+ho%E1%BA%A1ch" in _Elements(narrowed).links()


def test_what_is_shown_can_be_had_as_a_file(client: TestClient, vinh_long: str) -> None:
    (listed,) = re.findall(r'href="(/api/v1/plans\.csv[^"]*)"', client.get("/?year=2023").text)
    assert "2621/QĐ-UBND" in client.get(unescape(listed)).text
    assert "2621/QĐ-UBND" not in client.get(unescape(listed).replace("2023", "2019")).text
    for address in (f"/plans/{vinh_long}.csv", f"/search.csv?document={vinh_long}"):
        answer = client.get(address)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "Nhiệm vụ" in answer.content.decode("utf-8-sig").splitlines()[0]


@pytest.fixture
def guarded(settings_for: SettingsFor) -> Iterator[TestClient]:
    with opened_store(settings_for("sqlite", access="required")) as store:
        with store.writing() as session:
            users.add(session, "an", "mật khẩu thật dài của an", "admin")
            users.add(session, "doc", "mật khẩu thật dài để đọc", "read")
        app = create_app(store, None)
        with TestClient(app, base_url=f"http://{HOST}", headers={"Accept": "text/html"}) as found:
            yield found


def test_a_sign_in_opens_the_pages_and_a_sign_out_closes_them(guarded: TestClient) -> None:
    assert guarded.get("/").url.path == "/login"
    assert guarded.get("/search?text=a").url.params["next"] == "/search?text=a"
    wrong = guarded.post("/login", data={"name": "an", "password": "không phải"})
    assert wrong.status_code == 401
    assert "Tên hoặc mật khẩu không đúng." in wrong.text
    given = {"name": "an", "password": "mật khẩu thật dài của an", "next": "/search?text=a b"}
    home = guarded.post("/login", data=given)
    assert (home.url.path, home.url.params["text"]) == ("/search", "a b")
    token = next(
        attrs["value"]
        for tag, attrs in _Elements(home.text).found
        if attrs.get("name") == "csrf_token"
    )
    assert guarded.post("/logout").status_code == 403
    assert guarded.post("/logout", data={"csrf_token": token}).url.path == "/login"
    assert guarded.get("/").url.path == "/login"


def test_the_page_to_sign_in_speaks_english_too(guarded: TestClient) -> None:
    page = guarded.get("/language?lang=en&back=/login")
    assert "Sign in" in page.text


def test_who_may_only_read_is_not_offered_an_upload(guarded: TestClient) -> None:
    page = guarded.post("/login", data={"name": "doc", "password": "mật khẩu thật dài để đọc"})
    assert page.url.path == "/"
    assert "data-upload" not in page.text


def test_the_note_to_the_drafters_is_a_page(client: TestClient, sqlite_store: Store) -> None:
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.html"
    key = stored(sqlite_store, path.read_bytes(), path.name)
    assert "Góp ý gửi đơn vị soạn thảo" in client.get(f"/plans/{key}/note").text


def test_the_work_of_a_body_is_listed_by_when_it_is_due(client: TestClient, vinh_long: str) -> None:
    chosen = client.get("/work").text
    (link,) = {link for link in _Elements(chosen).links() if link.endswith("vn-86/so-noi-vu")}
    page = client.get(link).text
    assert "<h1>Sở Nội vụ tỉnh Vĩnh Long</h1>" in page
    assert "Hạn đã qua, gần nhất trước" in page
    assert "Sở Nội vụ tỉnh Vĩnh Long" in client.get("/work?text=so noi vu vinh long").text


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert found
    return found[1]


def signed_in(client: TestClient, name: str, password: str) -> str:
    answer = client.post("/login", data={"name": name, "password": password})
    assert answer.status_code == 200
    return token_of(answer.text)


def test_an_administrator_manages_users_and_keys(guarded: TestClient) -> None:
    token = signed_in(guarded, "an", "mật khẩu thật dài của an")

    def done(act: str, status: int = 200, **given: str) -> str:
        answer = guarded.post("/admin", data={"csrf_token": token, "act": act, **given})
        assert answer.status_code == status
        return answer.text

    assert "binh" in done("add", name="binh", password="mật khẩu của bình dài", scope="write")
    assert "đã khóa" in done("disable", name="binh")
    assert 'role="alert"' in done("disable", status=409, name="an")
    page = done("key", name="đồng bộ", scope="read")
    assert re.search(r"<code>kh_[\w-]{40,}</code>", page)
    assert ">chỉ đọc</td>" in page
    key = re.search(r'name="name" value="([0-9a-f]{12})"><button name="act" value="revoke"', page)
    assert key
    assert "đã thu hồi" in done("revoke", name=key[1])
    signed_in(guarded, "doc", "mật khẩu thật dài để đọc")
    assert guarded.get("/admin").status_code == 403


def test_everybody_changes_the_own_password(guarded: TestClient) -> None:
    old, new = "mật khẩu thật dài để đọc", "một mật khẩu khác hẳn"
    token = signed_in(guarded, "doc", old)
    given = {"csrf_token": token, "current": "không phải", "new": new}
    assert 'role="alert"' in guarded.post("/account", data=given).text
    assert guarded.post("/account", data=given | {"current": old}).url.path == "/login"
    assert signed_in(guarded, "doc", new)


def test_the_api_is_told_with_samples_that_run(client: TestClient, vinh_long: str) -> None:
    routes = client.get("/openapi.json").json()["paths"]
    listed = _Elements(client.get("/docs").text).links()
    groups = {link for link in listed if link.startswith("/docs?about=") and "#" not in link}
    assert re.findall(r'about=(\w+)">(?:\1)<', client.get("/docs").text) == []  # each has a name
    page = "".join(client.get(group).text for group in sorted(groups))
    assert page.count('class="route"') == sum(map(len, routes.values()))
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    samples = [
        unescape(one) for one in re.findall(r"<pre tabindex=\"0\"><code>(.*?)</code>", page, re.S)
    ]
    programs = [one for one in samples if one.startswith("import os")]
    assert len(programs) == page.count('class="route"')
    for program in programs:
        compile(program, "sample", "exec")
    read = next(one for one in programs if "/api/v1/deadline" in one)
    asked = next(one for one in samples if one.startswith("curl") and "/api/v1/deadline" in one)
    address = re.search(rf'"http://{HOST}(/[^"]+)"', asked)
    assert address
    assert client.get(address[1]).json()["kind"] != "none"
    assert "params=" in read
    assert "Câu trả lời" in page
    assert len({link for link in listed if "#" in link and "about" in link}) == len(
        re.findall(r'class="route" id="', page)
    )
    assert "Answer" in client.get("/docs?about=tasks", headers={"Cookie": "kehoach_lang=en"}).text


def test_a_calendar_is_made_beside_the_tasks_and_revoked(
    client: TestClient, vinh_long: str
) -> None:
    whose = ({"document": vinh_long}, {"agency": "vn-86/so-noi-vu"})
    for address, given in zip((f"/plans/{vinh_long}", "/work?agency=vn-86/so-noi-vu"), whose,
                              strict=True):  # fmt: skip
        assert 'action="/calendars"' in client.get(address).text
        made = client.post("/calendars", data=given).text
        found = re.search(rf"<code>http://{HOST}(/calendars/[\w-]+\.ics)</code>", made)
        assert found
        assert "BEGIN:VEVENT" in client.get(found[1]).text
        assert found[1] not in client.get("/calendars").text
        (calendar,) = re.findall(r'name="calendar" value="(\w+)"', made)
        assert "đã thu hồi" in client.post("/calendars/revoke", data={"calendar": calendar}).text
        assert client.get(found[1]).status_code == 404
    todo = client.post("/calendars", data=whose[0] | {"kind": "todo"}).text
    found = re.search(r"(/calendars/[\w-]+\.ics)</code>", todo)
    assert found
    assert "BEGIN:VTODO" in client.get(found[1]).text
    assert client.post("/calendars", data={}).status_code == 404


def test_the_work_of_a_body_and_targets_are_files_too(
    client: TestClient, sqlite_store: Store, vinh_long: str
) -> None:
    work = client.get("/work?agency=vn-86/so-noi-vu").text
    listed = client.get("/work.jsonl?agency=vn-86/so-noi-vu").text.splitlines()
    total = re.search(r"<strong>(\d+)</strong>", work)
    assert total
    assert len(listed) == int(total[1])
    assert client.get("/work.csv").status_code == 422
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.html"
    key = stored(sqlite_store, path.read_bytes(), path.name)
    page = client.get(f"/plans/{key}?part=targets").text
    files = re.findall(r'href="(/api/v1/targets\.csv[^"]*)"', page)
    assert len(files) == 1
    rows = client.get(unescape(files[0])).text.splitlines()
    assert len(rows) > len(sample(path).targets) > 0
