"""Where the items of running text begin."""

import pytest

from extractor import read_plan
from extractor.layout import Paragraph
from extractor.structure.items import flat
from models.provenance import Place


def items(*lines: str) -> list[str]:
    return [item.text for item in flat([Paragraph(line, Place()) for line in lines])]


@pytest.mark.parametrize(
    "line",
    [
        "Kiểm đếm máy chiếu (đợt 1) - Sở Tài chính thực hiện",
        "Hội thảo “Học để làm” – Sở Y tế tổ chức",
        "Dự án 3 (vùng cao) + vốn đối ứng",
    ],
)
def test_a_dash_behind_a_bracket_stands_inside_its_sentence(line: str) -> None:
    assert items(f"1. {line}.") == [f"{line}."]


def test_items_that_were_run_together_come_apart() -> None:
    assert items("Rà soát thể chế. - Sửa quy chế; + Họp giao ban") == [
        "Rà soát thể chế.", "Sửa quy chế;", "Họp giao ban",
    ]  # fmt: skip


def test_a_bullet_alone_is_no_item() -> None:
    assert items("- Rà soát quy chế.", "-", "Lập tổ công tác.") == [
        "Rà soát quy chế.", "Lập tổ công tác.",
    ]  # fmt: skip


def test_a_bullet_alone_is_no_task_and_is_accounted_for() -> None:
    plan = read_plan(
        """UBND TỈNH VĨNH LONG
Số: 7/KH-UBND
Vĩnh Long, ngày 13 tháng 12 năm 2022

KẾ HOẠCH
Cải cách hành chính năm 2023

II. NHIỆM VỤ

1. Sở Nội vụ

- Rà soát quy chế làm việc.

-

Lập tổ công tác.

Thời gian hoàn thành: Trước ngày 25/5/2023.
""".encode(),
        "ke-hoach.txt",
    )
    assert "" not in {task.description for task in plan.tasks}
    assert plan.ledger.balanced
