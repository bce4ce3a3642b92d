"""The pages in a browser (Chromium): keys, drafts, uploads, two people, a phone; axe-core."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models.plan import Plan
from service.settings import load
from service.store import opened_store
from tests.conftest import PLANS, ROOT
from tests.extractor.pages import sample
from tests.service.commands import KEHOACH, environment
from tests.service.pages.test_pages import stored

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_core_python.base")

CHROMIUM = Path("/usr/bin/chromium")
VINH_LONG = PLANS / "vinh-long-2023" / "vinh-long-2023.docx"
NINH_SON = PLANS / "ninh-son-2024" / "ninh-son-2024.pdf"
NINH_SON_HTML = NINH_SON.with_suffix(".html")

SENT = (
    PLANS / "ninh-son-2024" / "ninh-son-2024.docx",
    PLANS / "binh-duong-2024" / "binh-duong-2024.pdf",
    PLANS / "lai-chau-2025" / "lai-chau-2025.html",
)

#: Milliseconds that an event may take on a machine that is busy; nothing waits when it is there.
PATIENCE = 120_000

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


class Service:
    """A service of its own, which can be killed and begun again at the same address."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, "0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        self.process = subprocess.Popen(
            [*KEHOACH, "serve", "--port", self.port],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment(KEHOACH_DATA=str(self.data)),
        )
        assert self.process.stdout is not None
        found = re.search(r"http:\S+:(\d+)(?=/ )", self.process.stdout.readline().decode())
        assert found
        self.port = found[1]
        return found[0]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str, list[str]]]:
    """The service with two plans; its address, and their keys."""
    data = tmp_path_factory.mktemp("browser") / "data"
    with opened_store(load(data=data)) as store:
        keys = [stored(store, path.read_bytes(), path.name) for path in (VINH_LONG, NINH_SON)]
    found = Service(data)
    yield found, found.start(), keys
    found.kill()


Open = Callable[..., Any]


@pytest.fixture
def at(browser: Any, service: tuple[Service, str, list[str]]) -> Iterator[Open]:
    """Opens an address in a browser of its own."""
    contexts = []

    def opened(address: str, **given: Any) -> Any:
        context = browser.new_context(base_url=service[1], **given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def press(page: Any, key: str) -> None:
    """Presses a key that leads to another page, and waits until that one heeds keys."""
    page.wait_for_load_state("domcontentloaded")
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.keyboard.press(key)


def test_the_58_tasks_of_a_plan_are_confirmed_by_at_most_60_keys(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    page = at(f"/plans/{service[2][0]}/review?part=table")
    keys = 0
    while page.locator(".bar strong").inner_text() != "58/58":
        press(page, "Enter")
        keys += 1
        assert keys <= 60
    assert keys == 58
    press(page, "u")
    assert page.locator(".bar strong").inner_text() == "57/58"


def test_a_body_is_taken_from_the_register_and_two_see_each_other(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    address = f"/plans/{service[2][1]}/review?part=table"
    mine, other = at(address), at(address)
    task = mine.locator("#card").get_attribute("data-draft")
    assert task == other.locator("#card").get_attribute("data-draft")
    lead = mine.locator("#f-lead")
    lead.fill("")
    lead.press_sequentially("phong tu ph")
    mine.locator(".offers li", has_text="Phòng Tư pháp").first.wait_for()
    lead.press("ArrowDown")
    lead.press("Enter")
    assert "Phòng Tư pháp" in lead.input_value()
    with mine.expect_navigation():
        mine.locator("[data-save]").click()
    assert "Phòng Tư pháp" in mine.locator("#as-lead").inner_text()
    other.locator("#f-lead").fill("Phòng Nội vụ")
    with other.expect_navigation():
        other.locator("[data-save]").click()
    assert "đã có người sửa trước" in other.locator("[role=alert]").inner_text()
    assert other.locator("#f-lead").input_value() == "Phòng Nội vụ"
    assert "Phòng Tư pháp" in other.locator("#card .other").inner_text()


def test_a_file_is_sent_and_its_line_comes_without_a_reload(at: Open, tmp_path: Path) -> None:
    plan: Plan = sample(NINH_SON_HTML)
    file = tmp_path / "moi.html"
    file.write_bytes(NINH_SON_HTML.read_bytes() + b"<!-- another -->")
    page = at("/")
    page.evaluate("window.here = true")
    page.locator("input[name=text]").first.fill("đang gõ dở")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.locator("#inbox tr", has_text="moi.html").locator("a.none, td.code").first.wait_for()
    assert page.evaluate("window.here") is True
    assert page.locator("input[name=text]").first.input_value() == "đang gõ dở"
    page.locator("#inbox tr", has_text="moi.html").locator("td.code a").click()
    page.locator("h1", has_text=(plan.document.title or "")[:20]).wait_for()


@pytest.mark.parametrize("file", SENT, ids=[file.suffix for file in SENT])
def test_a_plan_goes_from_its_upload_to_a_file_to_mail(
    at: Open, file: Path, tmp_path: Path
) -> None:
    page = at("/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.locator("#inbox tr", has_text=file.name).locator("td.code a").first.click()
    page.get_by_role("link", name="Rà soát từng nhiệm vụ").click()
    total = int(page.locator(".bar strong").inner_text().partition("/")[2])
    page.locator(".source .row").first.wait_for()
    if file.suffix == ".pdf":
        picture = page.locator(".sheet image").get_attribute("href")
        assert page.request.get(f"{page.url.partition('/review')[0]}/{picture}").ok
    press(page, "Enter")
    assert page.locator(".bar strong").inner_text() == f"1/{total}"
    page.locator(".bar a").first.click()
    with page.expect_download() as excel:
        page.locator(".exports").get_by_role("link", name="Excel", exact=True).click()
    excel.value.save_as(tmp_path / "viec.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "viec.xlsx").worksheets[0].values)[1:]
    assert sum("đã xác nhận" in row for row in rows) == 1
    with page.expect_download() as whole:
        page.locator(".exports").get_by_role("link", name="HTML", exact=True).click()
    whole.value.save_as(tmp_path / "ke-hoach.html")
    page.goto(f"file://{tmp_path}/ke-hoach.html")
    tasks = page.locator(".tasks li")
    assert tasks.count() == len(rows)
    assert page.get_by_text("đã xác nhận").count() == 1
    with_source = page.locator(".tasks li:has(a[href^='#s'])").first
    with_source.locator("a").click()
    assert page.locator(".source :target").count() == 1
    page.locator("input[type=search]").fill("khongcochunay")
    assert page.locator(".tasks li:visible").count() == 0


def test_those_without_doubts_are_confirmed_by_a_click_and_taken_back(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    page = at(f"/plans/{service[2][1]}/review?part=assignment")
    before = page.locator(".bar strong").inner_text()
    button = page.get_by_role("button", name=re.compile("Xác nhận cả"))
    number = int(re.findall(r"\d+", button.inner_text())[0])
    with page.expect_navigation():
        button.click()
    assert page.locator(".bar strong").inner_text().startswith(f"{number}/")
    press(page, "u")
    assert page.locator(".bar strong").inner_text() == before


def test_what_is_undone_does_not_come_back_as_a_draft(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    page = at(f"/plans/{service[2][1]}/review?part=assignment")
    before = page.locator("#f-deadline").input_value()
    page.keyboard.press("e")
    page.keyboard.press("Tab")  # the words there are typed over
    page.keyboard.type("Phòng Tư pháp")
    assert page.locator("#f-lead").input_value() == "Phòng Tư pháp"
    page.locator("#f-deadline").fill("Trước ngày 15/3/2024")
    press(page, "Control+Enter")
    press(page, "u")
    assert page.locator("#f-deadline").input_value() == before
    assert page.locator(".draft").is_hidden()


def test_a_correction_is_there_after_the_next_reading(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    key = service[2][1]
    page = at(f"/plans/{key}/review?part=table")
    address = page.locator(".lines [aria-current] a").get_attribute("href")
    page.locator("#f-product").fill("Báo cáo đã sửa")
    with page.expect_navigation():
        page.locator("[data-save]").click()
    begun = page.request.post(f"/api/v1/documents/{key}/runs")
    assert begun.ok
    events = page.request.get(f"/api/v1/jobs/{begun.json()['job']}/events", timeout=PATIENCE)
    assert "event: done" in events.text()  # the stream ends with the job
    page.goto(f"/plans/{key}/review{address}")
    assert page.locator("#f-product").input_value() == "Báo cáo đã sửa"
    assert "Bản in:" in page.locator("tr[data-field=product]").inner_text()


def test_a_workbook_goes_out_and_comes_back(
    at: Open, service: tuple[Service, str, list[str]], tmp_path: Path
) -> None:
    key = service[2][1]
    page = at(f"/plans/{key}")
    with page.expect_download() as excel:
        page.locator(".exports").get_by_role("link", name="Excel", exact=True).click()
    excel.value.save_as(tmp_path / "viec.xlsx")
    book = openpyxl.load_workbook(tmp_path / "viec.xlsx")
    titles = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].cell(3, titles.index("Thời hạn") + 1).value = "Quý III năm 2024"
    book.save(tmp_path / "sua.xlsx")
    page.get_by_role("link", name="Nhận lại bảng Excel đã sửa").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "sua.xlsx")
    page.get_by_role("button", name="Xem chỗ khác nhau").click()
    page.locator("h2", has_text="1 chỗ khác nhau").wait_for()
    assert page.get_by_role("cell", name="Quý III năm 2024").locator("mark").count() == 1
    page.get_by_role("button", name="Nhận làm sửa đổi").click()
    page.get_by_role("status").get_by_text("1 chỗ sửa").wait_for()
    page.goto(f"/plans/{key}?part=table")
    row = page.locator("tbody tr[id]").nth(1)
    assert "từ 01/07/2024 đến 30/09/2024" in row.inner_text()
    assert "đã sửa so với chữ in" in row.inner_text()


def test_without_a_script_a_file_is_sent_and_a_deadline_corrected(
    at: Open, service: tuple[Service, str, list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "khong-script.html"
    file.write_bytes(NINH_SON_HTML.read_bytes() + b"<!-- no script -->")
    page = at("/", java_script_enabled=False)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Tải lên và đọc").click()
    assert "đã nhận, đang đọc" in page.locator("#taken").inner_text()
    page.goto(f"/plans/{service[2][0]}/review?part=assignment")
    page.locator("#f-deadline").fill("Trước ngày 15/3/2023")
    page.locator("#card [data-save]").click()
    assert "chậm nhất 14/03/2023" in page.locator("#as-deadline").inner_text()
    page.get_by_role("button", name="Hoàn tác").click()
    assert page.locator("#f-deadline").input_value() != "Trước ngày 15/3/2023"


def test_on_a_phone_a_task_is_confirmed_without_a_script(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}
    page = at(f"/plans/{service[2][0]}/review?part=narrative", **phone)
    before = page.locator(".bar strong").inner_text()
    page.get_by_role("button", name="Đúng, dòng tiếp").click()
    page.get_by_text("Đã xác nhận.").wait_for()
    assert page.locator(".bar strong").inner_text() != before


#: What axe-core finds that is serious, everything that can be opened being open; how wide it is.
LOOKED_AT = """async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const serious = found.violations.filter((one) => /serious|critical/.test(one.impact));
  return [serious.map((one) => [one.id, one.nodes[0].html]), document.documentElement.scrollWidth];
}"""

#: Letters that only Vietnamese has.
VIETNAMESE = re.compile(
    "[ăâđêôơưàảãạáằẳẵặắầẩẫậấèẻẽẹéềểễệếìỉĩịíòỏõọóồổỗộốờởỡợớùủũụúừửữựứỳỷỹỵý]", re.I
)

#: Where pages speak themselves, and words there that are of plans: the switch, groups, units.
SAID = "header, h2, button, label, summary, thead th, .tabs, .exports, .filters, .card th"
OF_PLANS = ("Tiếng Việt", "các ", "Các ", "tỉnh ", "huyện ", "Kế hoạch ", "/QĐ-")


@pytest.mark.parametrize(
    ("size", "lang"), [((1366, 768), "vi"), ((390, 844), "vi"), ((1366, 768), "en")]
)
def test_every_page_is_open_to_all_fits_and_speaks_one_language(
    at: Open, service: tuple[Service, str, list[str]], size: tuple[int, int], lang: str
) -> None:
    long, key = service[2]
    body, unit = "vn-58-585/phong-noi-vu", "vn-58-585"
    page = at(f"/language?lang={lang}", viewport={"width": size[0], "height": size[1]})
    told = {}
    for address in (
        "/", f"/plans/{key}", f"/plans/{key}?part=assignment", f"/plans/{key}?part=targets",
        f"/plans/{long}?part=narrative", f"/plans/{key}/review", f"/plans/{long}/review",
        f"/plans/{key}/note", f"/plans/{key}/return", f"/plans/{key}/match",
        "/search?text=cai cach", "/work",
        f"/work?agency={body}", "/compare", f"/compare?plan={key}&plan={long}",
        f"/compare/changes?plan={long}&plan={key}", f"/compare/tasks?plan={long}&plan={key}",
        f"/compare/cascade?plan={long}", "/compare/indicators", "/webhooks",
        "/compare/counts?by=unit", f"/units/{unit}", f"/agencies/{body}", "/docs",
        "/docs?about=jobs", "/preview", "/calendars", "/admin", "/account", "/khong-co", "/login",
    ):  # fmt: skip
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == lang
        page.evaluate(axe.AXE_SCRIPT)
        serious, width = page.evaluate(LOOKED_AT)
        if serious or width > size[0]:
            told[address] = serious, width
        if lang == "en":
            texts = page.locator(SAID).all_inner_texts()
            wrong = [one for one in texts if VIETNAMESE.search(one)]
            assert [one for one in wrong if not any(words in one for words in OF_PLANS)] == []
    assert told == {}


def test_what_is_typed_outlives_a_killed_service(
    at: Open, service: tuple[Service, str, list[str]]
) -> None:
    running, _, (_, key) = service
    page = at(f"/plans/{key}/review?part=table")
    page.keyboard.press("e")
    page.locator("#f-deadline").fill("Trước ngày 15/3/2024")
    page.locator("#as-deadline", has_text="chậm nhất 14/03/2024").wait_for()
    running.kill()
    page.keyboard.press("Control+Enter")
    running.start()
    page.goto(f"/plans/{key}/review?part=table")
    assert page.locator("#f-deadline").input_value() == "Trước ngày 15/3/2024"
    with page.expect_navigation():
        page.locator("#f-deadline").press("Control+Enter")
    press(page, "k")
    assert page.locator("[data-field=deadline] .printed").count() == 1
    assert "chậm nhất 14/03/2024" in page.locator("#as-deadline").inner_text()
