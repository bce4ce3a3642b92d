"""The pages of comparisons: each answers in both languages, and says what cannot be compared."""

import csv
import io
import re
from dataclasses import replace
from html import unescape

import openpyxl
import polars
import pytest
from starlette.testclient import TestClient

from service.store import Store
from tests.service.store.readings import put, renamed, sample


@pytest.fixture
def keys(sqlite_store: Store) -> list[str]:
    """Two plans, one of them in two files."""
    ninh_son, vinh_long = sample("ninh-son-2024"), sample("vinh-long-2023")
    put(sqlite_store, renamed(ninh_son, "again"))
    return [put(sqlite_store, plan)[7:23] for plan in (ninh_son, vinh_long)]


def read(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text[:500])
    assert "style=" not in answer.text  # which the policy of the pages would not let through
    return answer.text


def test_an_empty_store_says_so(client: TestClient) -> None:
    assert "Chưa có kế hoạch nào để so sánh" in read(client, "/compare")
    assert "Không có nhiệm vụ nào" in read(client, "/compare/counts?by=unit,year")


def test_what_is_held_comes_first(client: TestClient, keys: list[str]) -> None:
    text = read(client, "/compare")
    assert text.count('type="checkbox"') == 2  # the plan in two files once
    assert "2 tệp" in text
    assert text.count('<span class="soft">không có kế hoạch</span>') == 2
    one = read(client, f"/compare?plan={keys[1]}")
    assert "Hãy chọn từ 2 đến 6" in one


def test_two_plans_side_by_side_with_what_hinders_it(client: TestClient, keys: list[str]) -> None:
    ninh_son = re.findall(r'name="plan" value="(\w{16})"', read(client, "/compare"))
    text = read(client, "/compare?" + "&".join(f"plan={key}" for key in ninh_son))
    assert "nhiều cấp" in text
    assert "những năm khác nhau" in text
    assert "Chưa ai rà soát" in text
    assert text.count("<svg") == 5  # two of each plan, one of both
    assert text.count("<title>") == 1 + text.count("<svg") + len(
        re.findall(r"<text[^>]*>[^<]*<title>", text)
    )
    assert text.count("<desc>") == text.count("<svg")
    english = client.get("/language?lang=en&back=/compare", follow_redirects=True)
    assert "Compare plans" in english.text
    assert "Nobody has reviewed" in read(
        client, "/compare?" + "&".join(f"plan={key}" for key in ninh_son)
    )


def test_any_file_of_a_plan_names_it(client: TestClient, keys: list[str]) -> None:
    """Of the plan in two files one is counted; a link with the other leads to the same."""
    listed = client.get("/api/v1/plans").json()["items"]
    files = {one["document_key"] for one in listed if one["number"] == "395/KH-UBND"}
    assert len(files) == 2
    for key in files:
        assert "2 kế hoạch đặt cạnh nhau" in read(client, f"/compare?plan={key}&plan={keys[1]}")


def test_where_a_plan_is_held_nothing_counted_is_none(client: TestClient, keys: list[str]) -> None:
    """Only a unit and year without a plan is not known; a share of nothing opens nothing."""
    text = read(client, "/compare/counts?by=act,unit")
    assert 'fill="url(#none)"' not in text
    assert 'fill="url(#none)"' in read(client, "/compare/counts?by=unit,year")
    assert not re.search(r'<a href="/search[^"]*">–</a>', text)


def test_no_day_of_issue_is_made_up(client: TestClient, sqlite_store: Store) -> None:
    plan = sample("ninh-son-2024")
    other = renamed(plan, "không ngày.html")
    undated = replace(other, document=replace(other.document, issued_on=None, number="1/KH"))
    first, second = put(sqlite_store, plan), put(sqlite_store, undated)
    text = read(client, f"/compare?plan={first[7:23]}&plan={second[7:23]}")
    (row,) = re.findall(r"Ngày ban hành</th>(.*?)</tr>", text, re.S)
    assert re.findall(r">([^<]+)</td>", row) in (["08/12/2023", "–"], ["–", "08/12/2023"])


@pytest.mark.parametrize("by", ["unit,year", "role", "field,unit", "month", "unit,year,kind"])
def test_each_number_leads_to_its_rows(client: TestClient, keys: list[str], by: str) -> None:
    text = read(client, f"/compare/counts?by={by}&measure=product&frame=printed")
    links = re.findall(r'<a href="/search\?([^"]+)">(\d+)</a>', text)
    assert links
    for asked, number in links[:3]:
        rows = read(client, f"/search?{unescape(asked)}")
        assert f"<strong>{number}</strong>" in rows


def test_files_hold_what_the_page_shows(client: TestClient, keys: list[str]) -> None:
    text = read(client, "/compare/counts?by=field")
    address = unescape(re.findall(r'href="(/api/v1/measures\.csv[^"]+)"', text)[0])
    answer = client.get(address)
    assert answer.text.startswith("\ufeffLĩnh vực (mã),Lĩnh vực,Kế hoạch,Nhiệm vụ")
    assert answer.text.count("\n") - 1 == text.count("<tr>") - 1
    assert client.get(address.replace(".csv", ".parquet")).content[:4] == b"PAR1"
    book = openpyxl.load_workbook(io.BytesIO(client.get(address.replace(".csv", ".xlsx")).content))
    filled = [cell for row in book.worksheets[0].values for cell in row]
    lines = list(csv.reader(io.StringIO(answer.text, newline="")))[1:]
    assert [cell for cell in filled if isinstance(cell, int | float)] == pytest.approx(
        [float(cell) for row in lines for cell in row[2:] if cell]
    )
    told = client.get(address.replace("measures.csv", "measures")).json()
    assert len(told["items"]) == answer.text.count("\n") - 1
    held = client.get("/api/v1/coverage.csv?lang=en").text.splitlines()
    assert held[0].endswith("Unit (code),Unit,Year,Plans,Files,Pages,Tasks,Targets,Reviewed")
    assert len(held) == 1 + 4  # two units, two years


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/units/vn-58-585", "huyện Ninh Sơn"),
        ("/units/vn-83", "Kho không có kế hoạch nào của địa bàn này"),
        ("/agencies/vn-58-585/phong-noi-vu", "395/KH-UBND"),
        ("/agencies/vn-12/so-noi-vu", "Không kế hoạch nào trong kho nêu cơ quan này"),
    ],
)
def test_units_and_bodies_have_pages(
    client: TestClient, keys: list[str], address: str, words: str
) -> None:
    text = read(client, address)
    assert words in text
    assert "Kế thừa" in text


def test_what_changed_task_by_task(client: TestClient, sqlite_store: Store) -> None:
    """Of a plan and the same a year later with one row reworded and one gone."""
    plan = sample("ninh-son-2024")
    reworded, second, third, gone, *rest = plan.tasks
    words = (reworded.description or "").replace("Kế hoạch", "Kế hoạch (mới)")
    assert words != reworded.description
    later = replace(
        plan,
        document=replace(plan.document, number="9/KH-UBND", issued_on="2025-01-02"),
        tasks=(replace(reworded, description=words), second, third, *rest),
    )
    pair = [put(sqlite_store, one)[7:23] for one in (plan, renamed(later, "later"))]
    query = "&".join(f"plan={key}" for key in pair)
    assert f"/compare/changes?{query}".replace("&", "&amp;") in read(client, f"/compare?{query}")
    text = read(client, f"/compare/changes?{query}")
    assert "<ins>(mới)</ins>" in text
    assert f"/plans/{pair[0]}?task={gone.id}#{pair[0]}.{gone.id}" in text
    table = client.get(f"/compare/changes.csv?{query}").content.decode("utf-8-sig")
    kinds = [row["Thay đổi (mã)"] for row in csv.DictReader(io.StringIO(table))]
    assert (kinds.count("dropped"), kinds.count("new")) == (1, 0)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/compare/changes.xlsx?{query}").content))
    assert [row[0] for row in book.active.values][1:] == kinds
    assert len(client.get(f"/compare/changes.json?{query}").json()) == len(kinds)
    few = read(client, f"/compare/changes?{query}&only=dropped")
    assert few.count('<th scope="row">') == 1
    assert client.get(f"/compare/changes?plan={pair[0]}").status_code == 422
    assert client.get(f"/compare/changes?plan={pair[0]}&plan={'0' * 16}").status_code == 404


def test_the_same_tasks_side_by_side(client: TestClient, keys: list[str]) -> None:
    """Each with who leads, by when, with which product; what one plan alone has is counted."""
    query = "&".join(f"plan={key}" for key in keys[::-1])
    assert f"/compare/tasks?{query}".replace("&", "&amp;") in read(client, f"/compare?{query}")
    rows = client.get(f"/compare/tasks.json?{query}").json()
    tell = ("plan", "tuyên truyền cải cách hành chính")
    (row,) = [row for row in rows if (row["step"], row["object"]) == tell]
    vinh_long, ninh_son = row["tasks"]
    assert {task["lead"] for task in ninh_son} >= {"Phòng Nội vụ"}
    assert {task["lead"] for task in vinh_long} == {"Sở Thông tin và Truyền thông"}
    text = read(client, f"/compare/tasks?{query}")
    assert f"/plans/{keys[1]}?task={vinh_long[0]['id']}#" in text
    alone = [int(found) for found in re.findall(r"(\d+) không thấy ở kế hoạch khác", text)]
    table = client.get(f"/compare/tasks.csv?{query}").content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(table)))
    assert "Accept-Language" in client.get(f"/compare/tasks.csv?{query}").headers["vary"]
    assert {line["Kế hoạch"] for line in told} == {"395/KH-UBND", "2621/QĐ-UBND"}
    frame = polars.read_parquet(client.get(f"/compare/tasks.parquet?{query}").content)
    assert frame.height == len(told)
    whole = [int(found) for found in re.findall(r": (\d+) nhiệm vụ, ", text)]
    assert sum(whole) - sum(alone) == len(told)
    assert client.get(f"/compare/tasks?plan={keys[0]}").status_code == 422


def test_what_cannot_be_asked_is_told(client: TestClient, keys: list[str]) -> None:
    for address in ("/compare?frame=62", "/compare/counts?by=colour", "/compare?plan=x"):
        assert client.get(address).status_code == 422
    for address in ("/units/vn-99", "/agencies/vn-01/nobody"):
        assert client.get(address).status_code == 404
