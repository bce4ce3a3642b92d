"""The sheet of a tracker laid beside a plan, with all that is done there to names, days, ids."""

import io
import json
import re
import zipfile
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from models.plan import Plan
from models.task import Task
from service.feed.matching import Match, NoTasks, as_workbook, matched, sheet_of
from service.settings import load
from service.store import Store
from service.workbooks import NoWorkbook
from tests.service.api.conftest import Serving, store_of
from tests.service.commands import called
from tests.service.feed.mirror import Mirror, types
from tests.service.store.readings import put, sample

HEADINGS = ("Mã NV", "Tên nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Trạng thái")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return sample("ninh-son-2024")


def rows_of(plan: Plan) -> list[list[Any]]:
    """The plan as a tracker holds it, a row a task."""
    return [
        [
            f"NV-{number}",
            task.description,
            task.lead.text if task.lead else "",
            task.deadline.text if task.deadline else "",
            "đang làm",
        ]
        for number, task in enumerate(own(plan), 1)
    ]


def own(plan: Plan) -> list[Task]:
    return [task for task in plan.tasks if task.same_as is None]


def workbook(rows: list[list[Any]], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["Sổ theo dõi nhiệm vụ năm 2024"])
    book.active.append([])
    for row in (headings, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def laid(plan: Plan, rows: list[list[Any]], **given: Any) -> Match:
    return matched(plan, sheet_of(workbook(rows, **given), load().limits))


def test_a_sheet_that_was_filled_from_the_plan_differs_in_nothing(plan: Plan) -> None:
    rows = rows_of(plan)
    found = laid(plan, rows[::-1])
    assert found.sheet.columns == dict(
        zip(("id", "task", "lead", "deadline"), HEADINGS, strict=False)
    )
    assert (found.missing, found.strangers, found.differing) == ([], [], [])
    tasks = own(plan)
    assert found.ids == {f"NV-{number}": task.id for number, task in enumerate(tasks, 1)}


def test_what_is_missing_other_or_strange_is_told(plan: Plan) -> None:
    rows = rows_of(plan)
    rows[1][2], rows[2][3] = "Phòng Tư pháp", date(2031, 5, 17)
    rows[3] = ["NV-X", "Mua sắm trang thiết bị cho nhà trẻ của xã", "UBND xã", "", ""]
    found = laid(plan, rows)
    tasks = own(plan)
    differing = {pair.task.id: dict(pair.differs) for pair in found.differing}
    assert differing[tasks[1].id]["lead"][1] == "Phòng Tư pháp"
    assert differing[tasks[2].id]["deadline"][1] == "17/05/2031"
    assert len(differing) == 2
    assert [task.id for task in found.missing] == [tasks[3].id]
    assert [line.id for line in found.strangers] == ["NV-X"]
    assert "NV-X" not in found.ids


def test_a_day_that_is_the_same_day_does_not_differ(plan: Plan) -> None:
    rows = rows_of(plan)
    dated = [
        number
        for number, task in enumerate(own(plan))
        if task.deadline and task.deadline.due and task.deadline.text
    ]
    for number in dated:
        deadline = own(plan)[number].deadline
        assert deadline is not None
        rows[number][3] = date.fromisoformat(str(deadline.due))
    assert dated
    assert laid(plan, rows).differing == []


def test_names_that_are_cut_and_days_that_stand_for_none_are_understood(plan: Plan) -> None:
    rows, tasks = rows_of(plan), own(plan)
    without = [
        number
        for number, task in enumerate(tasks)
        if not task.deadline or (not task.deadline.due and not task.deadline.text)
    ]
    for number, row in enumerate(rows):
        if len(row[1]) > 90:
            row[1] = f"{row[1][:80]}…" if number % 2 else f"{row[1][:80]}..."
        if number in without:
            row[3] = date(1970, 1, 1) if number % 2 else "01/01/1970"
    found = laid(plan, rows)
    assert (found.missing, found.strangers, found.differing) == ([], [], [])
    dated = next(number for number, task in enumerate(tasks) if task.deadline and task.deadline.due)
    rows[dated][3] = "01/01/1970"
    (pair,) = laid(plan, rows).differing
    assert pair.differs["deadline"][1] == ""


def test_an_id_that_repeats_is_of_one_task_or_of_none(plan: Plan) -> None:
    """A row for each body in the lead has the same id; one id for two tasks names neither."""
    rows = rows_of(plan)
    again = [*rows[0]]
    rows[2][0] = rows[1][0]
    found = laid(plan, [*rows, again])
    assert found.ids["NV-1"] == own(plan)[0].id
    assert found.shared == ["NV-2"]
    assert not {"NV-2", "NV-3"} & found.ids.keys()
    assert (found.missing, found.strangers, found.differing) == ([], [], [])


def test_what_has_no_column_of_tasks_or_is_no_workbook_is_told(plan: Plan) -> None:
    with pytest.raises(NoTasks):
        laid(plan, [["1", "2"]], headings=("Màu", "Cỡ"))
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([]))) as whole, zipfile.ZipFile(broken, "w") as made:
        for info in whole.infolist():
            sheet = info.filename.startswith("xl/worksheets/")
            made.writestr(info, b"<worksheet><row" if sheet else whole.read(info))
    for data in (b"", b"no workbook", b"PK\x05\x06" + bytes(18), broken.getvalue()):
        with pytest.raises(NoWorkbook):
            sheet_of(data, load().limits)


def test_the_difference_is_a_workbook_without_cut_texts(plan: Plan) -> None:
    rows = rows_of(plan)[1:]
    rows[0][2] = "Phòng Tư pháp"
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(laid(plan, rows), "0" * 16, "vi")))
    differing, missing, ids, strange = (list(page.values) for page in book.worksheets)
    assert differing[1][3:6] == ("Chủ trì", own(plan)[1].lead.text, "Phòng Tư pháp")  # type: ignore[union-attr]
    assert missing[1][1] == own(plan)[0].description
    assert len(ids) == len(rows) + 1
    assert len(strange) == 1


@pytest.fixture
def client(serving: Serving) -> TestClient:
    return serving()


@pytest.fixture
def store(client: TestClient) -> Store:
    return store_of(client)


def test_the_page_tells_it_and_the_feed_carries_the_ids(
    client: TestClient, store: Store, plan: Plan
) -> None:
    mirror, key = Mirror(client), put(store, plan)[7:23]
    mirror.follow()
    files = {"workbook": ("so.xlsx", workbook(rows_of(plan)[1:]))}
    shown = client.post(f"/plans/{key}/match", files=files).text
    assert "1 nhiệm vụ sổ còn thiếu" in shown
    ids = unescape(re.findall(r'name="ids" value="([^"]*)"', shown)[0])
    given = {"tracker": "sổ của Sở", "ids": ids}
    assert client.post(f"/plans/{key}/match/ids", data=given).status_code == 303
    told = mirror.follow()
    assert set(types(told)) == {"task.mapped"}
    assert len(told) == len(json.loads(ids)) == len(own(plan)) - 1
    second = own(plan)[1]
    external = mirror.state[f"{key}.{second.id}"]["external"]
    assert external == [{"tracker": "sổ của Sở", "id": "NV-2"}]
    client.post(f"/plans/{key}/match/ids", data=given)
    assert mirror.follow() == []
    answer = client.post(f"/plans/{key}/match", files=files, data={"form": "xlsx"})
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].title == "Khác nhau"
    wrong = client.post(f"/plans/{key}/match", files={"workbook": ("x.xlsx", b"x")})
    assert wrong.is_client_error
    assert 'role="alert"' in wrong.text


def test_the_command_says_the_same(store: Store, plan: Plan, tmp_path: Path) -> None:
    document, sheet = put(store, plan), tmp_path / "so.xlsx"
    sheet.write_bytes(workbook(rows_of(plan)[1:]))
    given = ["match", sheet, "--plan", document[7:23], "--data", store.settings.data]
    out = tmp_path / "khac.xlsx"
    done = called(*given, "--json", "-o", out, "--tracker", "x")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["missing"] == [own(plan)[0].id]
    assert len(found["ids"]) == len(own(plan)) - 1
    assert out.stat().st_size > 1000
    assert f"–\t{own(plan)[0].id}\tmissing" in called(*given).stdout.decode()
    assert called("match", sheet, "--plan", "0" * 16, *given[4:]).returncode == 2
