"""Where goals stand in running text: under which headings, in which items, for which year."""

from typing import Any

import pytest

from extractor import read_plan
from models.plan import Plan

HEAD = """UBND TỈNH A
Số: 12/KH-UBND
Hà Giang, ngày 05 tháng 01 năm 2024

KẾ HOẠCH
Cải cách hành chính năm 2024

"""


def plan_of(body: str) -> Plan:
    paragraphs = "\n\n".join(line.strip() for line in body.strip().split("\n"))
    return read_plan((HEAD + paragraphs + "\n").encode(), "plan.txt")


def goals(body: str) -> list[tuple[Any, ...]]:
    return [(target.text, target.year) for target in plan_of(body).targets]


def test_goals_stand_below_a_heading_that_says_so() -> None:
    body = """
    I. MỤC ĐÍCH, YÊU CẦU
    - Đạt 70% hài lòng.
    II. MỤC TIÊU
    - Đạt 80% hài lòng.
    III. NHIỆM VỤ
    - Đạt 90% hài lòng.
    """
    assert goals(body) == [("Đạt 80% hài lòng.", 2024)]


def test_the_sections_below_a_heading_of_goals_hold_goals() -> None:
    body = """
    II. MỤC TIÊU
    1. Cải cách thể chế
    - 100% văn bản được rà soát.
    2. Cải cách tài chính công
    a) 50% đơn vị tự chủ.
    III. GIẢI PHÁP THỰC HIỆN MỤC TIÊU
    1. Cải cách thể chế
    - Rà soát 100% văn bản.
    """
    assert goals(body) == [("100% văn bản được rà soát.", 2024), ("50% đơn vị tự chủ.", 2024)]


def test_a_heading_inside_a_section_holds_until_the_next() -> None:
    body = """
    II. MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP
    1. Cải cách thể chế
    a) Mục tiêu
    - 100% văn bản được rà soát.
    b) Nhiệm vụ
    - Rà soát tối thiểu 90% văn bản.
    2. Cải cách thủ tục
    a) Mục tiêu
    - 95% hồ sơ đúng hạn.
    """
    assert goals(body) == [("100% văn bản được rà soát.", 2024), ("95% hồ sơ đúng hạn.", 2024)]


def test_below_goals_and_duties_together_only_what_is_worded_as_a_goal_counts() -> None:
    body = """
    II. MỤC TIÊU, NHIỆM VỤ
    1. Phấn đấu 95% hồ sơ đúng hạn.
    2. Tổ chức 02 hội nghị.
    """
    assert goals(body) == [("Phấn đấu 95% hồ sơ đúng hạn.", 2024)]


def test_an_item_that_the_outline_takes_for_a_heading_is_a_goal_all_the_same() -> None:
    body = """
    II. MỤC TIÊU
    1. 100% thủ tục được công khai
    2. Tỷ lệ hài lòng đạt trên 90%
    III. TỔ CHỨC THỰC HIỆN
    1. Sở Nội vụ kiểm tra 30% đơn vị
    """
    assert goals(body) == [
        ("100% thủ tục được công khai", 2024),
        ("Tỷ lệ hài lòng đạt trên 90%", 2024),
    ]


def test_the_year_of_the_heading_is_that_of_its_goals() -> None:
    body = """
    II. MỤC TIÊU
    1. Mục tiêu đến năm 2025
    - 80% hồ sơ trực tuyến.
    2. Mục tiêu đến năm 2030
    a) Đối với cấp tỉnh:
    - 100% hồ sơ trực tuyến.
    - Đến năm 2028, 90% hồ sơ số hóa.
    """
    assert [year for _, year in goals(body)] == [2025, 2030, 2028]


def test_items_that_a_dump_has_run_together_are_apart() -> None:
    body = """
    II. MỤC TIÊU
    - Giảm 5% chi phí (theo Nghị quyết). - 100% văn bản được công khai; 90% được số hóa.
    """
    assert [text for text, _ in goals(body)] == [
        "Giảm 5% chi phí (theo Nghị quyết).",
        "100% văn bản được công khai; 90% được số hóa.",
        "100% văn bản được công khai; 90% được số hóa.",
    ]


def test_an_item_that_a_page_break_cuts_is_one() -> None:
    page = """<html><body><p>UBND TỈNH A</p><p>KẾ HOẠCH</p><p>Cải cách hành chính năm 2024</p>
    <p>II. MỤC TIÊU</p><p>- 80% hồ sơ cấp huyện và 60% hồ sơ cấp</p><p>xã được xử lý trên mạng.</p>
    <p>- Đạt trên 90%.</p></body></html>"""
    targets = read_plan(page.encode(), "plan.html").targets
    assert [t.indicator for t in targets] == [
        "hồ sơ cấp huyện … được xử lý trên mạng",
        "hồ sơ cấp xã được xử lý trên mạng",
        None,
    ]
    assert targets[0].text == "80% hồ sơ cấp huyện và 60% hồ sơ cấp xã được xử lý trên mạng."


def test_a_paragraph_without_a_label_counts_if_it_is_worded_as_a_goal() -> None:
    body = """
    II. MỤC TIÊU
    1. Mục tiêu chung
    Phấn đấu đến năm 2025 chỉ số hài lòng đạt 90%.
    Hiện nay tỉnh có 22 trạm, đạt 40% kế hoạch.
    Cả tỉnh có 10 huyện cùng thực hiện.
    """
    assert goals(body) == [("Phấn đấu đến năm 2025 chỉ số hài lòng đạt 90%.", 2025)]


def test_a_lead_up_to_a_table_of_targets_is_left_to_the_table() -> None:
    page = f"""<html><body><p>UBND TỈNH A</p><p>KẾ HOẠCH</p><p>Nâng cao chỉ số năm 2024</p>
    <p>II. MỤC TIÊU</p><p>1. Chỉ số SIPAS</p>
    <p>Phấn đấu xếp vị trí từ 20 - 30/63 tỉnh.</p>
    <table border="1"><tr><th>STT</th><th>Chỉ số</th><th>Năm 2023</th><th>Chỉ tiêu 2024</th></tr>
    {
        "".join(
            f"<tr><td>{n}</td><td>Nội dung {n}</td><td>7{n}%</td><td>8{n}%</td></tr>"
            for n in range(1, 6)
        )
    }</table>
    <p>2. Chỉ số khác</p><p>- Phấn đấu đạt 90% hài lòng.</p></body></html>"""
    targets = read_plan(page.encode(), "plan.html").targets
    assert [t.provenance.table for t in targets] == [1, 1, 1, 1, 1, None]
    assert targets[-1].text == "Phấn đấu đạt 90% hài lòng."


def test_a_target_says_what_was_read() -> None:
    (target,) = plan_of("II. MỤC TIÊU\n3. Chỉ số DDCI xếp thứ 2 - 4/7.").targets
    assert (target.ordinal, target.comparator, target.value, target.unit) == ("3.", "<=", 4, "hạng")
    assert (target.number, target.scale, target.rank) == (4, 7, "2 - 4/7")
    assert target.text == "Chỉ số DDCI xếp thứ 2 - 4/7."
    assert target.provenance.span is not None


@pytest.mark.parametrize("body", ["II. MỤC TIÊU", "", "II. MỤC TIÊU\n- \n:\n-:"])
def test_nothing_gives_no_goals(body: str) -> None:
    assert plan_of(body or "I. KINH PHÍ").targets == ()
