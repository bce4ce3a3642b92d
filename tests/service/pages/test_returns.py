"""The round trip of the workbook: had, corrected, sent back, looked at, accepted."""

import io
import re
from html import unescape

import openpyxl
import pytest
from starlette.testclient import TestClient

from service.store import Store
from tests.conftest import PLANS
from tests.service.pages.test_pages import stored


@pytest.fixture
def key(sqlite_store: Store) -> str:
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.html"
    return stored(sqlite_store, path.read_bytes(), path.name)


def sent(client: TestClient, key: str, data: bytes) -> str:
    return client.post(f"/plans/{key}/return", files={"workbook": ("b.xlsx", data)}).text


def test_a_workbook_as_it_was_had_differs_in_nothing(client: TestClient, key: str) -> None:
    data = client.get(f"/plans/{key}.xlsx").content
    assert "Không có chỗ nào khác." in sent(client, key, data)


def test_what_was_corrected_in_it_is_shown_and_accepted(client: TestClient, key: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/plans/{key}.xlsx").content))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == [
        "STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Sản phẩm", "Thời hạn", "Hạn", "Rà soát",
        "Trang", "Ghi chú", "Mã",
    ]  # fmt: skip
    assert page.sheet_properties.pageSetUpPr.fitToPage
    page["F2"], page["C3"] = "Trước ngày 15/3/2024", "Phòng Tư pháp"
    out = io.BytesIO()
    book.save(out)
    shown = sent(client, key, out.getvalue())
    assert "2 chỗ khác nhau" in shown
    found = re.findall(r'name="change" value="([^"]*)"', shown)
    assert re.search(r"<mark>[^<]*ngày 15/3/2024</mark>", shown)
    given = {"change": [unescape(one) for one in found], "reason": "Họp ngày 5/1"}
    taken = client.post(f"/plans/{key}/return/accept", data=given)
    assert "2 chỗ sửa" in taken.text
    made = client.get("/api/v1/corrections", params={"document": key}).json()["items"]
    assert {(one["field"], one["after"]["text"], one["reason"]) for one in made} == {
        ("deadline", "Trước ngày 15/3/2024", "Họp ngày 5/1"),
        ("lead", "Phòng Tư pháp", "Họp ngày 5/1"),
    }
    late = client.post(f"/plans/{key}/return/accept", data=given)
    assert late.status_code == 412


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_worklist_is_told(client: TestClient, key: str, data: bytes) -> None:
    answer = client.post(f"/plans/{key}/return", files={"workbook": ("b.xlsx", data)})
    assert answer.is_client_error
    assert 'role="alert"' in answer.text
