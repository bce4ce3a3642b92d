"""Which rows are tasks, which head a group, and what a cell without words of its own says."""

import pytest

from tests.extractor.pages import plan, table

HEADER = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Sản phẩm", "Thời gian"]


def test_groups_of_every_kind() -> None:
    """Merged, split over STT and task, nested numbers: each heads what stands below it."""
    tasks = plan(
        table(
            HEADER,
            ["<td colspan=6>A. NHIỆM VỤ CHUNG</td>"],
            ["I", "CẢI CÁCH THỂ CHẾ", "", "", "", ""],
            ["1", "Rà soát văn bản", "Sở Tư pháp", "", "Báo cáo", "Quý I"],
            ["2", "Thực hiện phân cấp", "", "", "", ""],
            ["2.1", "Ban hành đề án", "Sở Nội vụ", "", "Đề án", "Quý II"],
            ["2.2", "Kiểm tra việc phân cấp", "Sở Nội vụ", "", "Báo cáo", "Quý III"],
            ["3", "Công bố văn bản hết hiệu lực", "Sở Tư pháp", "", "Quyết định", "Quý I"],
            ["<td colspan=6>B. NHIỆM VỤ RIÊNG</td>"],
            ["1", "Đối thoại với doanh nghiệp", "Sở Tài chính", "", "", "Quý IV"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [
        ("1", ("A. NHIỆM VỤ CHUNG", "I. CẢI CÁCH THỂ CHẾ")),
        ("2.1", ("A. NHIỆM VỤ CHUNG", "I. CẢI CÁCH THỂ CHẾ", "2. Thực hiện phân cấp")),
        ("2.2", ("A. NHIỆM VỤ CHUNG", "I. CẢI CÁCH THỂ CHẾ", "2. Thực hiện phân cấp")),
        ("3", ("A. NHIỆM VỤ CHUNG", "I. CẢI CÁCH THỂ CHẾ")),
        ("1", ("B. NHIỆM VỤ RIÊNG",)),
    ]


@pytest.mark.parametrize(
    ("labels", "nested"),
    [("G H I K", []), ("U V X", []), ("G H I", []), ("G H I II K", ["I", "II"]), ("I II", [])],
)
def test_one_sign_is_a_letter_where_the_letter_before_it_stands_above(
    labels: str, nested: list[str]
) -> None:
    rows = []
    for label in labels.split():
        rows.append([label, f"KHỐI {label}", "", "", "", ""])
        rows.append(["1", "Rà soát văn bản", "Sở Tư pháp", "", "Báo cáo", "Quý I"])
    assert [task.group for task in plan(table(HEADER, *rows)).tasks] == [
        (*(("H. KHỐI H",) if label in nested else ()), f"{label}. KHỐI {label}")
        for label in labels.split()
    ]


@pytest.mark.parametrize("ordinals", [True, False])
def test_a_name_that_stands_out_heads_the_rows_below_without_a_number(ordinals: bool) -> None:
    """Bold or in capitals, right above rows that say who; plain words are work of their own."""

    def line(number: str, *texts: str) -> list[str]:
        return [number, *texts] if ordinals else [*texts]

    head = line("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn")
    rows = [line(n, f"Việc {n}", "Sở Y tế", "Quý I") for n in ("1", "2", "3")]
    for name in ("<b>Quản lý chợ</b>", "QUẢN LÝ CHỢ"):
        tasks = plan(table(head, rows[0], line("", name, "", ""), *rows[1:])).tasks
        group = (name.removeprefix("<b>").removesuffix("</b>"),)
        assert [task.group for task in tasks] == [(), group, group]
    tasks = plan(table(head, rows[0], line("", "Lập sổ trực đò", "", ""), *rows[1:])).tasks
    assert [task.group for task in tasks] == [()] * 4


def test_group_named_in_the_column_of_the_lead() -> None:
    """Some tables put the lead first: the agency of a group then stands in that column."""
    tasks = plan(
        table(
            ["STT", "Cơ quan chủ trì", "Nội dung nhiệm vụ", "Thời hạn hoàn thành"],
            ["A.", "SỞ XÂY DỰNG", "", ""],
            ["1", "Sở Xây dựng", "Rà soát quy hoạch", "Năm 2024"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [("1", ("A. SỞ XÂY DỰNG",))]


def test_parent_with_a_deadline_is_a_task_and_heads_nothing() -> None:
    tasks = plan(
        table(
            HEADER,
            ["1", "Kế hoạch kiểm tra", "Sở Nội vụ", "", "Kế hoạch", "Quý I"],
            ["a)", "Kiểm tra định kỳ", "Sở Nội vụ", "", "Báo cáo", "Quý II"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [("1", ()), ("a)", ())]


def test_merged_cells_speak_for_every_row() -> None:
    tasks = plan(
        table(
            HEADER,
            ["<td rowspan=2>1</td>", "Việc một", "<td rowspan=2>Sở Y tế</td>", "", "", "Quý I"],
            ["Việc hai", "", "", "Quý II"],
        )
    ).tasks
    assert [(t.ordinal, t.lead and t.lead.text) for t in tasks] == [("1", "Sở Y tế")] * 2


def test_ditto_keeps_the_words_and_takes_the_meaning_from_above() -> None:
    tasks = plan(
        table(
            HEADER,
            ["1", "Việc một", "Sở Y tế", "", "", "Quý I/2024"],
            ["2", "Việc hai", "nt", "", "", "-nt-"],
            ["3", "Việc ba", "Như trên", "", "", "Quý II/2024"],
        )
    ).tasks
    assert [t.lead.text for t in tasks if t.lead] == ["Sở Y tế", "nt", "Như trên"]
    assert {t.lead.agencies[0].id for t in tasks if t.lead} == {"vn-86/so-y-te"}
    assert tasks[1].deadline
    assert (tasks[1].deadline.text, tasks[1].deadline.end) == ("-nt-", "2024-03-31")
    assert "lead.ditto" in tasks[1].issues


def test_unknown_columns_are_kept_by_their_heading() -> None:
    (task,) = plan(
        table(
            ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Màu sắc", "Ghi chú"],
            ["1", "Việc một", "Sở Y tế", "xanh", "gấp"],
        )
    ).tasks
    assert (task.note, task.extra) == ("gấp", {"Màu sắc": "xanh"})


def test_group_row_that_names_the_lead() -> None:
    """Tables by agency print no column of leads: the heading row above is the lead."""
    tasks = plan(
        table(
            ["STT", "Nhiệm vụ", "Sản phẩm", "Thời hạn"],
            ["I", "SỞ NỘI VỤ", "", ""],
            ["1", "Việc một", "Báo cáo", "Quý I"],
            ["II", "SỞ TƯ PHÁP", "", ""],
            ["1", "Việc hai", "Báo cáo", "Quý I"],
        )
    ).tasks
    assert [t.lead and t.lead.agencies[0].id for t in tasks] == [
        "vn-86/so-noi-vu",
        "vn-86/so-tu-phap",
    ]


def test_lead_in_the_appendix_title() -> None:
    (task,) = plan(
        "<p align=center><b>PHỤ LỤC 1</b></p>",
        "<p align=center><b>NHIỆM VỤ THUỘC TRÁCH NHIỆM THỰC HIỆN CỦA SỞ TÀI CHÍNH</b></p>",
        table(["STT", "Nhiệm vụ", "Thời gian"], ["1", "Việc một", "Thường xuyên"]),
    ).tasks
    assert task.lead
    assert (task.lead.text, task.lead.agencies[0].id) == ("SỞ TÀI CHÍNH", "vn-86/so-tai-chinh")


def test_total_and_empty_rows_make_no_task() -> None:
    result = plan(
        table(HEADER, ["1", "Việc một", "Sở Y tế", "", "", "Quý I"], ["", "", "", "", "", ""])
    )
    assert len(result.tasks) == 1
    assert result.ledger.balanced


@pytest.mark.parametrize(
    "line",
    [["", "Tổng cộng:", "", "", "500"], ["<td colspan=4>Tổng cộng:</td>", "500"]],
    ids=["in the column of tasks", "merged"],
)
def test_a_line_of_totals_is_no_task_and_its_words_are_kept(line: list[str]) -> None:
    made = plan(
        table(
            ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", "Kinh phí"],
            ["1", "Tổng hợp báo cáo của các sở", "Sở Nội vụ", "Quý I", "200"],
            ["2", "Tổng điểm các chỉ số được công bố", "Sở Nội vụ", "Quý II", "300"],
            line,
        )
    )
    assert [task.ordinal for task in made.tasks] == ["1", "2"]
    assert made.ledger.balanced
    (total,) = [d for d in made.diagnostics if d.code == "row.total"]
    assert "Tổng cộng: · 500" in total.message
    assert total.provenance.row == 4


def test_labels_under_roman_numbers_nest_below_them() -> None:
    """III.1.1 stands below III.1 and above 1, though it is the longer label."""
    tasks = plan(
        table(
            HEADER,
            ["III", "SINH KẾ", "", "", "", ""],
            ["III.1", "Chăn nuôi", "", "", "", ""],
            ["III.1.1", "Gia súc", "", "", "", ""],
            ["1", "Việc một", "Sở Y tế", "", "", "Quý I"],
            ["III.2", "Trồng trọt", "", "", "", ""],
            ["2", "Việc hai", "Sở Y tế", "", "", "Quý I"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [
        ("1", ("III. SINH KẾ", "III.1. Chăn nuôi", "III.1.1. Gia súc")),
        ("2", ("III. SINH KẾ", "III.2. Trồng trọt")),
    ]


def test_a_series_that_opens_under_a_heading_stands_below_it_in_the_whole_table() -> None:
    tasks = plan(
        table(
            HEADER,
            ["1", "Nhóm một", "", "", "", ""],
            ["1", "Việc một", "Sở Y tế", "", "", "Quý I"],
            ["2", "Việc hai", "Sở Y tế", "", "", "Quý I"],
            ["2", "Nhóm hai", "", "", "", ""],
            ["1", "Việc ba", "Sở Y tế", "", "", "Quý I"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [
        ("1", ("1. Nhóm một",)), ("2", ("1. Nhóm một",)), ("1", ("2. Nhóm hai",)),
    ]  # fmt: skip


def test_two_columns_of_ordinals_are_one_label() -> None:
    tasks = plan(
        table(
            ["TT", "Chi tiết", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"],
            ["1", "", "Tái canh", "", ""],
            ["", "1.1", "Việc một", "Sở Y tế", "Quý I"],
            ["", "1.2", "Việc hai", "Sở Y tế", "Quý I"],
        )
    ).tasks
    assert [(t.ordinal, t.group) for t in tasks] == [
        ("1.1", ("1. Tái canh",)),
        ("1.2", ("1. Tái canh",)),
    ]


def test_a_parent_whose_cells_are_those_of_its_children_or_point_to_them_is_a_heading() -> None:
    result = plan(
        table(
            HEADER,
            ["1", "Nhóm một", "", "<td rowspan=2>Sở Nội vụ</td>", "", "<td rowspan=2>Quý I</td>"],
            ["a)", "Việc một", "Sở Y tế", ""],
            ["2", "Nhóm hai", "", "", "Đạt các chỉ tiêu sau đây:", ""],
            ["a)", "Việc hai", "Sở Y tế", "", "Báo cáo", "Quý II"],
        )
    )
    assert [(t.group, t.deadline and t.deadline.text) for t in result.tasks] == [
        (("1. Nhóm một",), "Quý I"), (("2. Nhóm hai",), "Quý II"),
    ]  # fmt: skip
    assert "Đạt các chỉ tiêu sau đây:" in "".join(
        d.message for d in result.diagnostics if d.code == "row.remark"
    )


@pytest.mark.parametrize(
    "again",
    [
        HEADER,
        ["Nội dung", "Đơn vị thực hiện", "Thời gian", "", "", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
    ],
    ids=["as above", "shorter, in other words", "numbers of the columns"],
)
def test_headings_of_columns_printed_again_are_no_task(again: list[str]) -> None:
    result = plan(
        table(
            HEADER,
            ["1", "Việc một", "Sở Y tế", "", "", "Quý I"],
            again,
            ["2", "Việc hai", "Sở Y tế", "", "", "Quý I"],
        )
    )
    assert [t.ordinal for t in result.tasks] == ["1", "2"]
    assert result.ledger.balanced


def test_the_rest_of_a_row_that_an_earlier_page_cut_is_healed() -> None:
    rows = [[str(n), f"Việc {n}", "Sở Y tế", "", "", "Quý I"] for n in range(1, 6)]
    rows.insert(2, ["", "và các việc khác", "", "", "", ""])
    tasks = plan(table(HEADER, *rows)).tasks
    assert [t.description for t in tasks][:3] == ["Việc 1", "Việc 2 và các việc khác", "Việc 3"]


def test_a_row_of_notes_is_no_task() -> None:
    result = plan(
        table(
            HEADER,
            ["1", "Việc một", "Sở Y tế", "", "", "Quý I"],
            ["<td colspan=6>Ghi chú: các sở gửi báo cáo qua mạng.</td>"],
        )
    )
    assert len(result.tasks) == 1
    assert "gửi báo cáo qua mạng" in "".join(d.message for d in result.diagnostics)


@pytest.mark.parametrize(
    ("heading", "cell", "lead", "coordinating"),
    [
        ("Đơn vị chủ trì/ phối hợp", "Sở Y tế/ Sở Nội vụ", "so-y-te", "Sở Nội vụ"),
        ("Cơ quan chủ trì, cơ quan phối hợp", "Sở Y tế/ Các sở, ngành", "so-y-te", "Các sở, ngành"),
        ("Cơ quan chủ trì", "Sở Y tế/ Sở Nội vụ", "so-y-te so-noi-vu", None),
        ("Chủ trì/ phối hợp", "Sở Y tế/ Bếp", "so-y-te", None),  # no known body: not parted
    ],
)
def test_a_heading_of_both_roles_parts_its_cells(
    heading: str, cell: str, lead: str, coordinating: str | None
) -> None:
    head = ["STT", "Nhiệm vụ", heading, "Thời gian"]
    (task,) = plan(table(head, ["1", "Lập sổ trực", cell, "Quý I"])).tasks
    assert task.lead
    assert task.lead.text == cell
    assert " ".join(a.id.split("/")[1] for a in task.lead.agencies if a.id) == lead
    assert (task.coordinating and task.coordinating.text) == coordinating


def test_one_cell_that_names_both_roles_gives_both() -> None:
    (task,) = plan(
        table(
            ["STT", "Nhiệm vụ", "Đơn vị thực hiện", "Thời gian"],
            ["1", "Việc một", "Sở Nội vụ chủ trì, phối hợp với Sở Y tế", "Quý I"],
        )
    ).tasks
    assert task.lead
    assert task.coordinating
    assert task.lead.text == "Sở Nội vụ chủ trì, phối hợp với Sở Y tế"
    assert [a.id for a in task.lead.agencies] == ["vn-86/so-noi-vu"]
    assert [a.id for a in task.coordinating.agencies] == ["vn-86/so-y-te"]


def test_headings_above_tables_of_one_series_are_their_groups() -> None:
    head = ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"]
    one, two = ["1", "Xây kè", "Sở Y tế", "Quý I"], ["1", "Dạy bơi", "Sở Y tế", "Quý II"]
    section = "<p><b>II. NHIỆM VỤ</b></p>"
    first, second = "<p>1. Về hạ tầng cảng</p>", "<p>2. Về con người</p>"
    tasks = plan(section, first, table(head, one), second, table(head, two)).tasks
    assert [t.group for t in tasks] == [("1. Về hạ tầng cảng",), ("2. Về con người",)]
    assert [t.group for t in plan(section, first, table(head, one)).tasks] == [()]


def test_a_sum_without_a_number_is_no_rest_of_the_row_above() -> None:
    head = ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn"]
    rows = [[str(n), f"Nhập giống {n}", "Sở Y tế", "Quý I"] for n in range(1, 5)]
    tasks = plan(table(head, *rows, ["", "Cộng", "", ""])).tasks
    assert [task.description for task in tasks] == [row[1] for row in rows]
