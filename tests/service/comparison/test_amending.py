"""A plan that amends another: tasks added, changed, withdrawn; all others stay in force."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from extractor import read_plan
from models.plan import Plan
from service.cli import app as command
from service.comparison.amending import amended, orders
from service.comparison.differences import differences, items_of
from service.store import Store
from tests.service.conftest import AppOf
from tests.service.store.readings import put, renamed, sample

HOST = "127.0.0.1"
PAPER = """\
ỦY BAN NHÂN DÂN
HUYỆN NINH SƠN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 52/KH-UBND
Ninh Sơn, ngày 15 tháng 5 năm 2024

KẾ HOẠCH
{does} Kế hoạch số 395/KH-UBND ngày {day} của Ủy ban nhân dân huyện Ninh Sơn

Ủy ban nhân dân huyện Ninh Sơn ban hành Kế hoạch như sau:

I. NHIỆM VỤ ĐIỀU CHỈNH
1. Phòng Nội vụ xây dựng Kế hoạch kiểm tra công tác Cải cách hành chính. Thời hạn: tháng 9/2024.

II. NHIỆM VỤ BỔ SUNG
1. Phòng Văn hóa và Thông tin xây dựng hệ thống họp trực tuyến của huyện. Thời hạn: Quý IV/2024.

III. NHIỆM VỤ BÃI BỎ
1. Bãi bỏ nhiệm vụ số 8 tại Phụ lục ban hành kèm theo Kế hoạch số 395/KH-UBND.
2. Không thực hiện nội dung “Báo cáo kết quả kiểm tra văn bản quy phạm pháp luật”.
3. Bãi bỏ nhiệm vụ số 1 tại Phụ lục.
"""


@pytest.fixture
def client(sqlite_store: Store, app_of: AppOf) -> TestClient:
    return TestClient(app_of(sqlite_store), base_url=f"http://{HOST}")


def amending(folder: Path, does: str = "Điều chỉnh, bổ sung", day: str = "08/12/2023") -> Plan:
    paper = folder / "sua-doi.txt"
    paper.write_text(PAPER.format(does=does, day=day), "utf-8")
    return read_plan(paper)


def test_added_changed_withdrawn(client: TestClient, sqlite_store: Store, tmp_path: Path) -> None:
    old, new = sample("ninh-son-2024"), amending(tmp_path)
    for plan in (old, renamed(old, "again"), new):  # a plan in two files is one
        put(sqlite_store, plan)
    (found,) = client.get(f"/api/v1/plans/{new.document.id[7:23]}/amendments").json()["items"]
    assert (found["role"], found["later"]) == ("amended", new.document.id[7:23])
    assert found["counts"] | {"stays": 0} == {
        "kept": 1, "merged": 1, "new": 1, "withdrawn": 3, "stays": 0, "reworded": 2, "moved": 1,
    }  # fmt: skip
    told = {
        kind: [row for row in found["items"] if row["kind"] == kind] for kind in found["counts"]
    }
    assert told["kept"][0]["before"]["ordinal"] == "2"
    assert "họp trực tuyến" in told["new"][0]["after"]["text"]
    gone = [row for row in told["withdrawn"] if row["before"]]
    assert [row["before"]["ordinal"] for row in gone][-1] == "8"
    assert gone[0]["before"]["text"] == "Báo cáo kết quả kiểm tra văn bản quy phạm pháp luật"
    (doubtful,) = [row for row in told["withdrawn"] if row["before"] is None]
    assert doubtful["reason"] == "không rõ là nhiệm vụ nào: 1"
    assert (
        len(told["stays"]) == len([t for t in old.tasks if not t.same_as]) - 4
    )  # 2 gone, 2 changed
    earlier = found["earlier"]
    for key, words in ((earlier, "được điều chỉnh, bổ sung bởi"), (found["later"], "Kế hoạch này")):
        text = client.get(f"/plans/{key}").text
        assert words in text
        (link,) = re.findall(r'href="([^"]+)">bãi bỏ 3</a>', text)
        text = client.get(link.replace("&amp;", "&")).text
        assert text.count('<th scope="row">bãi bỏ</th>') == 3
        assert "vẫn còn hiệu lực" in text
    data = ("--data", str(sqlite_store.settings.data), "--format", "json")
    done = CliRunner().invoke(command, ["compare", earlier, found["later"], *data])
    assert [row["kind"] for row in json.loads(done.stdout)] == [r["kind"] for r in found["items"]]


@pytest.mark.parametrize(
    "does", ["Bãi bỏ nội dung “{}” tại Phụ lục", "Không thực hiện nhiệm vụ {}: {}"]
)
def test_what_withdraws_a_task_is_not_that_task(does: str) -> None:
    """Though it says it in the same words."""
    plan = sample("ninh-son-2024")
    text = "Tổ chức Hội thi tìm hiểu về cải cách hành chính năm 2024"
    given = [text, does.format(text) if does.count("{}") == 1 else does.format(7, text)]
    before, after = (
        items_of(replace(plan, tasks=(replace(plan.tasks[2], description=one, ordinal="7"),)))
        for one in given
    )
    (row,) = differences(before, after)
    assert row.kind == "kept"
    (row,) = amended([row], replace(plan, sections=()), before, after)
    assert (row.kind, row.before, row.changes) == ("withdrawn", 0, ())
    assert row.reason in given[1]


def test_words_without_end_withdraw_nothing() -> None:
    """Words that others are made of could be read in ever more ways."""
    assert list(orders("Bãi bỏ" + " số thứ tự" * 60)) == []
    assert next(orders("Bãi bỏ nhiệm vụ 1," + " số thứ tự" * 60)).numbers == ("1",)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Bãi bỏ các mục từ II đến V", ["II", "III", "IV", "V"]),
        ("bãi bỏ điểm a đến điểm đ khoản 2", ["a (2)", "b (2)", "c (2)", "d (2)", "đ (2)"]),
        ("bãi bỏ điểm a khoản 2 Mục III", ["a (2) (III)"]),
        ("bãi bỏ điểm a, khoản 2, Mục III Phần B Kế hoạch số 12/KH-UBND", ["a (2) (III) (B)"]),
        (
            "bãi bỏ mục II, khoản 2 mục III; điểm b, c khoản 3 Mục IV và mục V",
            ["II", "2 (III)", "b (3) (IV)", "c (3) (IV)", "V"],
        ),
        ("bãi bỏ khoản 3 Điều 2", ["3 (2)"]),
        ("bãi bỏ nhiệm vụ 4 đến II", ["4", "4 đến II", "II"]),
    ],
)
def test_numbers_of_what_is_withdrawn(words: str, named: list[str]) -> None:
    (order,) = orders(words)
    assert [one.told for one in order.named] == named


@pytest.mark.parametrize(
    "words",
    [
        "Bãi bỏ nhiệm vụ y tế, nội dung đã lỗi thời",
        "Không thực hiện từ 02 nhiệm vụ trở lên thì không xếp loại",
        "Dừng thực hiện tại 03 xã",
    ],
)
def test_neither_a_task_nor_a_count_is_a_number(words: str) -> None:
    assert list(orders(words)) == []


def test_headings_withdraw_all_under_them() -> None:
    """And what running text says of a number that there is not is told in a row of its own."""
    plan = sample("ninh-son-2024")
    rooms = [
        ("III. Y TẾ / 2. Khám bệnh", "a)"),
        ("III. Y TẾ / 2. Khám bệnh", "b)"),
        ("III. Y TẾ / 3. Thuốc", "a)"),
        ("IV. ĐẤT ĐAI", "1"),
        ("V. NHÀ Ở", "1"),
    ]
    tasks = tuple(
        replace(one, group=tuple(group.split(" / ")), ordinal=ordinal, same_as=None)
        for one, (group, ordinal) in zip(plan.tasks, rooms, strict=False)
    )
    before = items_of(replace(plan, tasks=tasks))

    def gone(text: str) -> tuple[list[int | None], list[str]]:
        said = replace(plan.sections[0], text=text)
        rows = amended(differences(before, []), replace(plan, sections=(said,)), before, [])
        some = [row for row in rows if row.kind == "withdrawn"]
        return (
            [row.before for row in some if row.before is not None],
            [row.reason for row in some if row.before is None],
        )

    assert gone("Bãi bỏ điểm a khoản 2 Mục III.") == ([0], [])
    assert gone("Bãi bỏ các mục từ IV đến V.") == ([3, 4], [])
    assert gone("Bãi bỏ Mục III của Kế hoạch.") == ([0, 1, 2], [])
    assert gone("Bãi bỏ khoản 2 Mục III và nhiệm vụ số 9.") == (
        [0, 1],
        ["“Bãi bỏ khoản 2 Mục III và nhiệm vụ số 9”: không rõ là nhiệm vụ nào: 9"],
    )
    assert gone("Bãi bỏ nhiệm vụ số 1.")[1] == [
        "“Bãi bỏ nhiệm vụ số 1”: không rõ là nhiệm vụ nào: 1"
    ]


def test_what_is_replaced_is_dropped(
    client: TestClient, sqlite_store: Store, tmp_path: Path
) -> None:
    old, new = sample("ninh-son-2024"), amending(tmp_path, "Thay thế")
    for plan in (old, new):
        put(sqlite_store, plan)
    (found,) = client.get(f"/api/v1/plans/{old.document.id[7:23]}/amendments").json()["items"]
    assert found["role"] == "replaced"
    assert found["counts"]["dropped"] > 50
    assert "Kế hoạch này đã được thay thế bằng" in client.get(f"/plans/{found['earlier']}").text


def test_between_two_plans_nothing_is_guessed(
    client: TestClient, sqlite_store: Store, tmp_path: Path
) -> None:
    """Plans of two years have the same number: without a day, neither is meant."""
    old = sample("ninh-son-2024")
    before = replace(old, document=replace(old.document, issued_on="2022-12-01"))
    for plan in (old, renamed(before, "before")):
        put(sqlite_store, plan)
    dated = put(sqlite_store, amending(tmp_path))
    address = f"/api/v1/plans/{dated[7:23]}/amendments"
    (found,) = client.get(address).json()["items"]
    assert found["earlier"] == old.document.id[7:23]
    paper = tmp_path / "sua-doi.txt"
    paper.write_text(
        PAPER.format(does="Sửa đổi, bổ sung", day="").replace(" ngày  của", " của"), "utf-8"
    )
    undated = put(sqlite_store, read_plan(paper))
    assert client.get(address.replace(dated[7:23], undated[7:23])).json() == {"items": []}
