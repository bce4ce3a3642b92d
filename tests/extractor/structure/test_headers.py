"""Headings of one and two levels, numbered columns, and the roles they give."""

import pytest

from models.task import Task
from tests.extractor.pages import plan, table


def test_two_levels_and_numbered_columns() -> None:
    (task,) = plan(
        table(
            [
                "<td rowspan=2>TT</td>", "<td rowspan=2>Nội dung công việc</td>",
                "<td colspan=2>Cơ quan thực hiện</td>", "<td colspan=2>Thời gian</td>",
            ],
            ["Chủ trì", "Phối hợp", "Bắt đầu", "Kết thúc"],
            ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
            ["1", "Việc một", "Sở Y tế", "Sở Tài chính", "01/02/2024", "30/6/2024"],
        )
    ).tasks  # fmt: skip
    assert task.description == "Việc một"
    assert task.lead
    assert task.coordinating
    assert task.deadline
    assert (task.lead.text, task.coordinating.text) == ("Sở Y tế", "Sở Tài chính")
    assert task.deadline.text == "30/6/2024"
    assert task.extra == {"Thời gian / Bắt đầu": "01/02/2024"}


ROOFS = {
    "Thời gian thực hiện": [f"Quý {n}" for n in ("I", "II", "III", "IV")],
    "Tiến độ năm 2025": [f"Quý {n}" for n in ("I", "II", "III", "IV")],
    "Tháng": ["1", "2", "3", "4"],
    "Lộ trình": ["2024", "2025", "2026", "2027"],
}


@pytest.mark.parametrize(
    ("roof", "said"),
    [
        ("Thời gian thực hiện", "Quý II, Quý III"),
        ("Tiến độ năm 2025", "Quý II năm 2025, Quý III năm 2025"),
        ("Tháng", "Tháng 2, Tháng 3"),
        ("Lộ trình", "Năm 2025, Năm 2026"),
    ],
)
def test_a_cross_in_the_column_of_a_time_says_when(roof: str, said: str) -> None:
    over = [f"<td rowspan=2>{text}</td>" for text in ("TT", "Nhiệm vụ", "Đơn vị thực hiện")]
    parts = ROOFS[roof]
    task, *_ = plan(
        table(
            [*over, f"<td colspan=4>{roof}</td>"],
            parts,
            [f"({n})" for n in range(1, 8)],
            ["1", "Lập sổ trực", "Sở Y tế", "", "x", "x", ""],
            ["2", "Rà soát", "Sở Y tế", "X", "", "", ""],
        )
    ).tasks
    assert (task.deadline and task.deadline.text, task.extra) == (said, {})


def test_numbers_in_the_columns_of_times_say_how_much_and_not_when() -> None:
    head = ["TT", "Nhiệm vụ", "Đơn vị thực hiện", "Quý I", "Quý II", "Quý III", "Quý IV"]
    (task,) = plan(table(head, ["1", "Mở lớp", "Sở Y tế", "3", "5", "2", "1"])).tasks
    assert task.deadline is None
    assert task.extra == {"Quý I": "3", "Quý II": "5", "Quý III": "2", "Quý IV": "1"}


def test_three_levels_beside_columns_of_money() -> None:
    tall = "<td rowspan=3>TT</td>", "<td rowspan=3>Nhiệm vụ</td>"
    (task,) = plan(
        table(
            [
                *tall,
                "<td colspan=3>Tổ chức thực hiện</td>",
                "<td rowspan=2 colspan=2>Kinh phí</td>",
            ],
            ["<td colspan=2>Cơ quan thực hiện</td>", "<td rowspan=2>Thời hạn</td>"],
            ["Chủ trì", "Phối hợp", "Ngân sách tỉnh", "Nguồn khác"],
            ["1", "Lập sổ trực", "Sở Y tế", "Sở Tài chính", "Quý I", "120", "30"],
        )
    ).tasks
    assert cells(task) == {
        "ordinal": "1", "task": "Lập sổ trực", "lead": "Sở Y tế", "coordinating": "Sở Tài chính",
        "deadline": "Quý I", "product": None,
    }  # fmt: skip
    assert task.extra == {"Kinh phí / Ngân sách tỉnh": "120", "Kinh phí / Nguồn khác": "30"}


USUAL = {"ordinal": "STT", "task": "Nhiệm vụ", "lead": "Chủ trì", "deadline": "Thời gian"}
CELLS = {"ordinal": "7", "task": "Rà soát quy chế", "lead": "Sở Y tế", "deadline": "Quý I"}


def cells(task: Task) -> dict[str, str | None]:
    """What stands in a row as printed, by its role."""
    return {
        "ordinal": task.ordinal,
        "task": task.description,
        "lead": task.lead and task.lead.text,
        "coordinating": task.coordinating and task.coordinating.text,
        "deadline": task.deadline and task.deadline.text,
        "product": task.product,
    }


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("S<br>T<br>T", "ordinal"),
        ("CƠ QUAN, ĐƠN VỊ CHỦ TRÌ", "lead"),
        ("Cơ quan chủ trì tham mưu", "lead"),
        ("Đơn vị phối  hợp", "coordinating"),
        ("Thời gian dự kiến hoàn thành", "deadline"),
        ("Tiến độ trình HĐND tỉnh", "deadline"),
        ("Dự kiến sản phẩm, kết quả", "product"),
        ("Yêu cầu đầu ra", "product"),
        ("Phân công phối hợp", "coordinating"),
        ("Đơn vị cùng thực hiện", "coordinating"),
        ("Mốc hoàn thành", "deadline"),
        ("Bắt đầu - kết thúc", "deadline"),
        ("Bộ phận hỗ trợ", "coordinating"),
        ("Khoa/phòng đầu mối", "lead"),
        ("Tên đầu việc", "task"),
        ("Phòng tham gia", "coordinating"),
        ("Làm xong trước", "deadline"),
        ("Co quan phoi hop", "coordinating"),
        ("Thoi gian hoan thanh", "deadline"),
        ("Việc phải làm", "task"),
        ("Nội dung nhiệm vụ, giải pháp chủ yếu", "task"),
    ],
)
def test_wordings(heading: str, role: str) -> None:
    headings = {**USUAL, role: heading}
    printed = {"coordinating": "Sở Tài chính", "product": "Báo cáo", **CELLS}
    (task,) = plan(table([*headings.values()], [printed[name] for name in headings])).tasks
    assert {name: cells(task)[name] for name in headings} == {n: printed[n] for n in headings}


@pytest.mark.parametrize("heading", ["Màu sắc", "Kinh phí thực hiện (triệu đồng)"])
def test_a_column_that_tells_nothing_of_a_task_is_kept(heading: str) -> None:
    (task,) = plan(table([*USUAL.values(), heading], [*CELLS.values(), "12"])).tasks
    assert task.extra == {heading: "12"}


def test_a_lower_heading_says_who_of_those_who_do_it_helps() -> None:
    (task,) = plan(
        table(
            ["<td rowspan=2>Công việc</td>", "<td colspan=2>Người thực hiện</td>"],
            ["Chính", "Hỗ trợ"],
            ["Số hóa hồ sơ", "Sở Nội vụ", "Sở Tài chính"],
        )
    ).tasks
    assert (cells(task)["lead"], cells(task)["coordinating"]) == ("Sở Nội vụ", "Sở Tài chính")


def test_one_role_for_one_column() -> None:
    """Of two columns that say what is to be done, the first names the subject."""
    (task,) = plan(
        table(
            ["STT", "Nội dung", "Nhiệm vụ cụ thể", "Đơn vị thực hiện", "Thời hạn"],
            ["1", "Thể chế", "Rà soát quy chế", "Sở Tư pháp", "Quý I"],
        )
    ).tasks
    assert (task.subject, task.description) == ("Thể chế", "Rà soát quy chế")
    assert cells(task)["lead"] == "Sở Tư pháp"


@pytest.mark.parametrize("heading", ["Việc cần khắc phục", "Màu sắc"])
def test_work_beside_numbers_of_criteria_is_the_task(heading: str) -> None:
    (task,) = plan(
        table(
            ["TT", "Tiêu chí", heading, "Cơ quan thực hiện", "Hạn hoàn thành"],
            ["1", "2.1.2", "Xử lý văn bản trái pháp luật", "Sở Tư pháp", "30/4/2024"],
        )
    ).tasks
    assert (task.subject, task.description) == ("2.1.2", "Xử lý văn bản trái pháp luật")


def test_bodies_below_an_unknown_heading_lead_where_no_column_says_who() -> None:
    tasks = plan(
        table(
            ["TT", "Đơn vị", "Nhiệm vụ", "Thời gian"],
            ["1", "<td rowspan=2>Sở Xây dựng</td>", "Trồng cây", "Quý I"],
            ["2", "Lát lại vỉa hè", "Quý II"],
            ["3", "Công an tỉnh", "Phân luồng xe tải", "Quý II"],
        )
    ).tasks
    assert [t.lead and t.lead.text for t in tasks] == ["Sở Xây dựng", "Sở Xây dựng", "Công an tỉnh"]


@pytest.mark.parametrize(
    ("heading", "cells", "ends"),
    [
        ("Mốc", ("Quý I", "30/6/2024"), ("2024-03-31", "2024-06-30")),
        ("Tháng", ("9/2024", "11/2024"), ("2024-09-30", "2024-11-30")),
        ("Tháng", ("1", "4, 8"), ("2024-01-31", "2024-08-31")),
        ("Thời gian (tháng)", ("1", "3 - 5"), ("2024-01-31", "2024-05-31")),
        ("Quý hoàn thành", ("II", "4"), ("2024-06-30", "2024-12-31")),
        ("Số lượng", ("9", "11"), (None, None)),
    ],
)
def test_times_below_an_unknown_heading_say_when(
    heading: str, cells: tuple[str, str], ends: tuple[str | None, str | None]
) -> None:
    """Bare numbers are months or quarters where the heading says so."""
    tasks = plan(
        table(
            ["TT", "Nội dung công việc", "Chủ trì", heading],
            ["1", "Trồng cây", "Sở Xây dựng", cells[0]],
            ["2", "Lát lại vỉa hè", "Sở Xây dựng", cells[1]],
        )
    ).tasks
    assert tuple(t.deadline and t.deadline.end for t in tasks) == ends
    if any(ends):
        assert tuple(t.deadline and t.deadline.text for t in tasks) == cells


def test_headings_that_stand_over_other_columns_give_way_to_the_cells() -> None:
    """A heading of two rows whose merged cell stands in the wrong place moves all below it."""
    result = plan(
        table(
            [
                "<td rowspan=2>TT</td>", "<td colspan=2>Cơ quan thực hiện</td>",
                "<td rowspan=2>Công việc cần thực hiện</td>", "<td rowspan=2>Sản phẩm</td>",
                "<td rowspan=2>Thời hạn</td>",
            ],
            ["Chủ trì", "Phối hợp"],
            ["1", "Sở Y tế", "Rà soát quy chế khám bệnh.", "Báo cáo", "Sở Nội vụ", "Quý I/2024"],
            ["2", "Sở Nội vụ", "Xây dựng kế hoạch đào tạo.", "Kế hoạch", "Sở Y tế", "Quý II/2024"],
            ["3", "Sở Tư pháp", "Ban hành quy định mới.", "Quyết định", "Sở Y tế", "Quý II/2024"],
        )
    )  # fmt: skip
    (first, *_) = result.tasks
    assert cells(first) | {"product": first.product} == {
        "ordinal": "1", "task": "Rà soát quy chế khám bệnh.", "lead": "Sở Y tế",
        "coordinating": "Sở Nội vụ", "product": "Báo cáo", "deadline": "Quý I/2024",
    }  # fmt: skip
    assert "task.column-guessed" in first.issues


def test_a_row_below_a_heading_over_two_columns_is_no_second_row_of_it() -> None:
    first, second = plan(
        table(
            ["<td colspan=2>Thứ tự</td>", "Nhiệm vụ", "Chủ trì", "Thời hạn"],
            ["A", "", "Về cảng cá", "", ""],
            ["", "A.1", "Kẻ vạch bãi đỗ", "Sở Xây dựng", "Tháng 4/2024"],
            ["", "A.2", "Lắp cân điện tử", "Sở Y tế", "Tháng 5/2024"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in (first, second)] == [
        ("A.1", ("A. Về cảng cá",)), ("A.2", ("A. Về cảng cá",)),
    ]  # fmt: skip


def test_headings_over_others_are_told_by_a_column_of_work_without_work() -> None:
    """Also where the column that stands in its place is blank."""
    names = ["Chủ trì", "Phối hợp", "Nội dung thực hiện", "Kết quả", "Thời gian"]
    works = ["Thuê phần mềm quản lý bến", "Xây dựng hệ thống camera", "Nâng cấp cổng tra cứu"]
    found = [["Sở Y tế", work, "", "Báo cáo", "Năm 2024"] for work in works]
    tasks = plan(table(["STT", *names], *([str(n), *row] for n, row in enumerate(found, 1)))).tasks
    assert [task.description for task in tasks] == works
    assert all(task.lead and task.lead.text == "Sở Y tế" for task in tasks)
