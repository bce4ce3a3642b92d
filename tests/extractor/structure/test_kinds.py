"""Tables that list tasks against those that look like it."""

import pytest

from tests.extractor.pages import plan, table


def test_steps_of_a_procedure_are_no_tasks() -> None:
    result = plan(
        "<p><b>PHỤ LỤC</b></p><p><b>QUY TRÌNH NỘI BỘ GIẢI QUYẾT THỦ TỤC</b></p>",
        table(
            ["Thứ tự công việc", "Nội dung công việc", "Người thực hiện", "Thời gian thực hiện"],
            ["Bước 1", "Tiếp nhận hồ sơ", "Bộ phận Một cửa", "0,5 ngày làm việc"],
            ["Bước 2", "Thẩm định hồ sơ", "Chuyên viên", "2 ngày làm việc"],
        ),
    )
    assert result.tasks == ()
    assert "table.no-tasks" in {d.code for d in result.diagnostics}
    assert "Tiếp nhận hồ sơ" in "\n".join(s.text for s in result.sections)
    assert result.ledger.balanced


def test_bodies_that_are_inspected_are_no_doers() -> None:
    result = plan(
        table(
            ["TT", "Đơn vị được kiểm tra", "Nội dung", "Thời gian", "Trưởng đoàn"],
            ["1", "UBND xã Hòa An", "Kiểm tra bến thuyền", "Sáng 12/5/2024", "Ông Lê Văn Ba"],
            ["2", "UBND xã Tân An", "Kiểm tra bến thuyền", "Chiều 12/5/2024", "Ông Lê Văn Ba"],
        )
    )
    assert result.tasks == ()
    assert "table.no-tasks" in {d.code for d in result.diagnostics}


def test_who_looks_after_which_place_is_no_task() -> None:
    result = plan(
        table(
            ["Thành viên", "Phụ trách địa bàn", "Thời gian"],
            ["Ông Lê Văn Bảy", "Huyện Bình Tân", "Tháng 6"],
            ["Bà Trần Thị Sáu", "Huyện Long Hồ", "Tháng 7"],
        )
    )
    assert result.tasks == ()


def test_blank_form_is_no_list_of_tasks() -> None:
    result = plan(
        table(
            ["TT", "Tên nhiệm vụ", "Cơ quan chủ trì", "Tiến độ"],
            ["1", "", "", ""],
            ["2", "…", "", "....."],
        )
    )
    assert result.tasks == ()
    assert result.ledger.balanced


def test_table_of_goals() -> None:
    result = plan(
        table(
            ["STT", "Chỉ số", "Năm 2023", "Chỉ tiêu đến năm 2025"],
            ["1", "Công khai, minh bạch", "4.59/10.00", "6.90/10.00"],
            ["2", "Mức độ hài lòng", "80.23% (xếp thứ 45/63)", "83.25%"],
            ["", "TỔNG", "39.92/80", "55.15/80"],
        )
    )
    assert result.tasks == ()
    first, second, total = result.targets
    assert (first.ordinal, first.indicator, first.value) == (
        "1",
        "Công khai, minh bạch",
        "6.90/10.00",
    )
    assert (first.number, first.scale, first.year) == (6.9, 10.0, 2025)
    assert (first.baseline, first.baseline_year) == ("4.59/10.00", 2023)
    assert (second.baseline, second.baseline_rank) == ("80.23%", "xếp thứ 45/63")
    assert (total.ordinal, total.indicator) == (None, "TỔNG")


@pytest.mark.parametrize(
    ("headings", "value", "baseline"),
    [
        (("Năm 2022", "Năm 2024"), ("95", 2024), ("80", 2022)),
        (("Năm 2024", "Năm 2030"), ("95", 2030), (None, None)),  # the plan is of 2024
        (("Hiện trạng năm 2024", "Năm 2030"), ("95", 2030), ("80", 2024)),
        (("Mục tiêu đến năm 2025", "Mục tiêu đến năm 2030"), ("95", 2030), (None, None)),
    ],
)
def test_a_year_of_the_plan_is_no_year_before_it(
    headings: tuple[str, str], value: tuple[str, int], baseline: tuple[str | None, int | None]
) -> None:
    """What is to be reached on the way stays beside the last goal, under its heading."""
    first, second = ["1", "Tỷ lệ hồ sơ trực tuyến", "80", "95"], ["2", "Số chợ", "20", "35"]
    target = plan(table(["STT", "Chỉ tiêu", *headings], first, second)).targets[0]
    assert (target.value, target.year) == value
    assert (target.baseline, target.baseline_year) == baseline
    assert target.extra == ({} if baseline[0] else {headings[0]: "80"})


def test_goals_with_a_lead_are_goals() -> None:
    result = plan(
        table(
            ["TT", "Chỉ tiêu", "Cơ quan chủ trì", "Mục tiêu 2026 - 2030"],
            ["1", "Tốc độ tăng trưởng (%)", "Sở Tài chính", "≥ 10,0"],
            ["2", "Thu nhập đầu người (USD)", "Sở Tài chính", "8.500"],
        )
    )
    assert result.tasks == ()
    assert [(t.value, t.year, t.extra) for t in result.targets] == [
        ("≥ 10,0", 2030, {"Cơ quan chủ trì": "Sở Tài chính"}),
        ("8.500", 2030, {"Cơ quan chủ trì": "Sở Tài chính"}),
    ]


def test_unit_and_year_of_a_goal_are_its_own_else_those_of_its_column() -> None:
    rows = [
        ["1", "Công nghiệp", "11,8"],
        ["2", "Số doanh nghiệp đến năm 2028 (triệu doanh nghiệp)", "2"],
        ["3", "Tổng thu ngân sách (triệu tỷ đồng)", "16,4"],
    ]
    targets = plan(table(["TT", "Chỉ tiêu", "Mục tiêu 2026 - 2030 (%/năm)"], *rows)).targets
    assert [(t.number, t.unit, t.year) for t in targets] == [
        (11.8, "%/năm", 2030),
        (2.0, "triệu doanh nghiệp", 2028),
        (16.4, "triệu tỷ đồng", 2030),
    ]


def test_who_follows_a_target_and_by_when() -> None:
    result = plan(
        "<p align=center><b>PHỤ LỤC I</b></p><p align=center><b>CHỈ TIÊU CỤ THỂ</b></p>",
        table(
            ["TT", "Chỉ tiêu", "Đơn vị", "Kết quả", "Cơ quan chủ trì", "Thời hạn"],
            ["I", "Giai đoạn 2025-2027", "", "", "", ""],
            ["1", "Tỷ lệ hồ sơ đúng hạn", "%", "95", "Sở Nội vụ", "Quý IV/2026"],
            ["2", "Tỷ lệ hồ sơ trực tuyến", "%", "80", "Sở Y tế", ""],
        ),
    )
    assert result.tasks == ()
    first, second = result.targets
    assert (first.number, first.unit, first.year, second.year) == (95.0, "%", 2027, 2027)
    assert first.lead
    assert (first.lead.text, first.lead.agencies[0].id) == ("Sở Nội vụ", "vn-86/so-noi-vu")
    assert first.deadline
    assert (first.deadline.end, second.deadline) == ("2026-12-31", None)


#: Tables that look like one of tasks, and what each is.
NO_TASKS = {
    "results": [
        ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Kết quả thực hiện", "Tiến độ"],
        ["1", "Rà soát quy hoạch", "Sở Xây dựng", "Đã rà soát 3 xã", "Đã hoàn thành"],
        ["2", "Ban hành quy chế", "Sở Nội vụ", "", "Chưa hoàn thành"],
    ],
    "agenda": [
        ["Thời gian", "Nội dung", "Người thực hiện"],
        ["8h00 - 8h15", "Đón tiếp đại biểu", "Văn phòng"],
        ["8:15 - 8:30", "Khai mạc", "Sở Nội vụ"],
    ],
    "schedule": [
        ["TT", "Đơn vị được kiểm tra", "Nội dung kiểm tra", "Thời gian", "Địa điểm"],
        ["1", "Sở Y tế", "Công tác văn thư", "12/3/2024", "Trụ sở"],
        ["2", "Sở Tư pháp", "Công tác văn thư", "14/3/2024", "Trụ sở"],
    ],
    "persons": [
        ["STT", "Họ và tên", "Chức vụ", "Nhiệm vụ", "Đơn vị chủ trì"],
        ["1", "Nguyễn Văn An", "Giám đốc", "Trưởng ban", "Sở Nội vụ"],
        ["2", "Trần Thị Bình", "Phó Giám đốc", "Thành viên", "Sở Y tế"],
    ],
    "comments": [
        ["TT", "Nội dung", "Ý kiến góp ý", "Tiếp thu, giải trình", "Đơn vị"],
        ["1", "Điều 3 của dự thảo", "Đề nghị bỏ", "Tiếp thu", "Sở Nội vụ"],
        ["2", "Điều 5 của dự thảo", "Đề nghị sửa", "Tiếp thu", "Sở Y tế"],
    ],
    "budget": [
        ["STT", "Nội dung", "Đơn giá", "Thành tiền", "Nguồn kinh phí", "Phối hợp"],
        ["1", "Máy chiếu", "15.000.000", "30.000.000", "Ngân sách tỉnh", "Sở Y tế"],
        ["2", "Văn phòng phẩm", "200.000", "2.000.000", "Ngân sách tỉnh", "Sở Y tế"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_TASKS)
def test_what_only_looks_like_a_list_of_tasks_gives_none_and_says_why(kind: str) -> None:
    result = plan(table(*NO_TASKS[kind]))
    assert (result.tasks, result.targets) == ((), ())
    (told,) = [d for d in result.diagnostics if d.code == "table.no-tasks"]
    assert f"({kind}): " in told.message
    assert result.ledger.balanced


def test_a_column_of_results_to_come_leaves_a_list_of_tasks_one() -> None:
    result = plan(
        table(
            ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Kết quả thực hiện", "Tiến độ"],
            ["1", "Rà soát quy hoạch", "Sở Xây dựng", "Báo cáo", "Hoàn thành trước 30/6/2024"],
            ["2", "Ban hành quy chế", "Sở Nội vụ", "Quy chế", "Quý II/2024"],
        )
    )
    assert [task.product for task in result.tasks] == ["Báo cáo", "Quy chế"]


def test_where_a_goal_stood_is_its_state_not_the_year_before_on_its_road() -> None:
    rows = (
        (
            "TT",
            "Chỉ tiêu",
            "ĐVT",
            "Hiện trạng 2023",
            "<td colspan=2>Lộ trình thực hiện",
            "Cơ quan theo dõi",
        ),
        ("", "", "", "", "2024", "2026", ""),
        ("1", "Tỷ lệ phủ sóng", "%", "42", "60", "99", "Sở Y tế"),
        ("2", "Số xã có điểm truy cập", "xã", "31", "45", "64", "Sở Nội vụ"),
    )
    first, _ = plan("<p>Phụ lục I</p><p>MỤC TIÊU</p>", table(*rows)).targets
    assert (first.value, first.year) == ("99", 2026)
    assert (first.baseline, first.baseline_year) == ("42", 2023)
    assert first.lead
    assert first.lead.text == "Sở Y tế"
