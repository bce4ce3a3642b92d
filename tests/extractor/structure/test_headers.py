"""Headings of one and two levels, numbered columns, and the roles they give."""

import pytest

from extractor.columns import role_of
from extractor.structure.headers import assign
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


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("S\nT\nT", "ordinal"),
        ("CƠ QUAN, ĐƠN VỊ CHỦ TRÌ", "lead"),
        ("Cơ quan chủ trì tham mưu", "lead"),
        ("Đơn vị phối  hợp", "coordinating"),
        ("Thời gian dự kiến hoàn thành", "deadline"),
        ("Tiến độ trình HĐND tỉnh", "deadline"),
        ("Dự kiến sản phẩm, kết quả", "product"),
        ("Nội dung nhiệm vụ, giải pháp chủ yếu", "task"),
        ("Kinh phí thực hiện (triệu đồng)", "budget"),
    ],
)
def test_wordings(heading: str, role: str) -> None:
    found = role_of(heading)
    assert found
    assert found.name == role


def test_no_wording_no_role() -> None:
    assert role_of("Màu sắc") is None
    assert role_of("") is None


def test_one_role_for_one_column() -> None:
    """Of two columns that say what is to be done, the first names the subject."""
    roles, _ = assign(("STT", "Nội dung", "Nhiệm vụ cụ thể", "Đơn vị thực hiện", "Thời hạn"))
    assert roles == ("ordinal", "subject", "task", "lead", "deadline")
