"""Tables over pages: joined, rows healed, merged cells carried."""

from tests.extractor.pages import plan, table

HEADER = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian hoàn thành"]


def rows(*parts: str) -> list[list[str | None]]:
    """Ordinal, task, lead and deadline of the rows of a plan with these parts, as printed."""
    return [
        [t.ordinal, t.description, t.lead and t.lead.text, t.deadline and t.deadline.text]
        for t in plan("<p><b>PHỤ LỤC</b></p>", *parts).tasks
    ]


def test_row_cut_in_mid_sentence() -> None:
    assert rows(
        table(HEADER, ["1", "Kế hoạch rà soát văn bản quy", "Sở Tư pháp", "Quý IV"]),
        table(HEADER, ["", "phạm pháp luật", "", ""], ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"]),
    ) == [
        ["1", "Kế hoạch rà soát văn bản quy phạm pháp luật", "Sở Tư pháp", "Quý IV"],
        ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"],
    ]


def test_no_header_on_the_second_page() -> None:
    one, two = ["1", "Việc một.", "Sở Y tế", "Quý I"], ["2", "Việc hai.", "Sở Y tế", "Quý II"]
    assert rows(table(HEADER, one), table(two)) == [one, two]


def test_text_between_parts_tables() -> None:
    row = ["1", "Việc một.", "Sở Y tế", "Quý I"]
    between = "<p><b>PHỤ LỤC 2</b></p>"
    tasks = plan("<p><b>PHỤ LỤC 1</b></p>", table(HEADER, row), between, table(HEADER, row)).tasks
    assert [(task.appendix, task.provenance.table) for task in tasks] == [
        ("PHỤ LỤC 1", 1),
        ("PHỤ LỤC 2", 2),
    ]


def test_second_task_under_one_ordinal_is_not_taken_for_the_rest_of_a_row() -> None:
    """The page break cuts off the merged STT cell; the row has its own lead and deadline."""
    found = rows(
        table(HEADER, ["1", "Xây dựng kế hoạch.", "Sở Nội vụ", "Quý I năm 2023"]),
        table(HEADER, ["", "Xây dựng báo cáo.", "Các cơ quan", "Quý II năm 2023"]),
    )
    assert [row[:2] for row in found] == [["1", "Xây dựng kế hoạch."], ["1", "Xây dựng báo cáo."]]


def test_merged_cell_that_covers_rows_on_both_pages() -> None:
    whole = "Thực hiện đúng quy định về giải quyết thủ tục"
    assert rows(
        table(HEADER, ["1", "Thực hiện đúng quy định về", "Sở Y tế", "Quý I"]),
        table(
            ["", "<td rowspan=2>giải quyết thủ tục</td>", "", "<td rowspan=2></td>"],
            ["2", "Sở Tài chính"],
        ),
    ) == [["1", whole, "Sở Y tế", "Quý I"], ["2", whole, "Sở Tài chính", "Quý I"]]


def test_a_blank_cell_over_the_first_rows_of_a_page_is_the_one_above_the_break() -> None:
    found = rows(
        table(HEADER, ["4", "Việc một.", "Bộ Tài chính", "Quý I"]),
        table(
            HEADER,
            ["<td rowspan=2></td>", "Việc hai.", "<td rowspan=2></td>", "Quý II"],
            ["Việc ba.", "Quý III"],
            ["5", "Việc bốn.", "", "Quý IV"],
        ),
    )
    leads = ["Bộ Tài chính"] * 3 + [None]
    assert [(row[0], row[2]) for row in found] == list(zip("4445", leads, strict=True))


def test_merged_cell_cut_by_the_page_goes_on_for_all_its_rows() -> None:
    found = rows(
        table(
            HEADER,
            ["1", "<td rowspan=2>Thực hiện đúng quy định về</td>", "Sở Y tế", "Quý I"],
            ["2", "Sở Tài chính", "Quý I"],
        ),
        table(HEADER, ["", "giải quyết thủ tục", "", ""], ["3", "Khác", "Sở Y tế", "Quý I"]),
    )
    whole = "Thực hiện đúng quy định về giải quyết thủ tục"
    assert [row[1] for row in found] == [whole, whole, "Khác"]
