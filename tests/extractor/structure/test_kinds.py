"""Tables that list tasks against those that look like it."""

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
