"""Tables over pages: joined, rows healed, merged cells carried."""

from extractor.layout import Cell, Paragraph, Table
from extractor.structure.sheets import sheets_of
from models.provenance import Place

HEADER = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian hoàn thành"]


def grid(page: int, *rows: list[str], spans: dict[tuple[int, int], int] | None = None) -> Table:
    """A table on `page`; `spans` gives cells that take several rows, whose other rows are None."""
    spans = spans or {}
    covered = {
        (row + extra, column) for (row, column), span in spans.items() for extra in range(1, span)
    }
    cells = [
        Cell(r, c, text, Place(page=page, bbox=(c, r, c + 1, r + 1)), spans.get((r, c), 1))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if (r, c) not in covered
    ]
    return Table(cells, len(rows), 4, Place(page=page, bbox=(0, 0, 4, len(rows))))


def number(page: int) -> Paragraph:
    return Paragraph(str(page), Place(page=page), "running")


def test_row_cut_in_mid_sentence() -> None:
    blocks = [
        grid(1, HEADER, ["1", "Kế hoạch rà soát văn bản quy", "Sở Tư pháp", "Quý IV"]),
        number(2),
        grid(2, HEADER, ["", "phạm pháp luật", "", ""], ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"]),
    ]
    (sheet,) = sheets_of(blocks, [(0, 1), (2, 2)])
    assert [row.texts for row in sheet.rows] == [
        ["1", "Kế hoạch rà soát văn bản quy phạm pháp luật", "Sở Tư pháp", "Quý IV"],
        ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"],
    ]
    assert [cell.place.page for cell in sheet.rows[0].cells[1]] == [1, 2]


def test_no_header_on_the_second_page() -> None:
    blocks = [
        grid(1, HEADER, ["1", "Việc một.", "Sở Y tế", "Quý I"]),
        grid(2, ["2", "Việc hai.", "Sở Y tế", "Quý II"]),
    ]
    (sheet,) = sheets_of(blocks, [(0, 1), (1, 2)])
    assert [row.texts[0] for row in sheet.rows] == ["1", "2"]


def test_text_between_parts_tables() -> None:
    blocks = [
        grid(1, HEADER, ["1", "Việc một.", "Sở Y tế", "Quý I"]),
        Paragraph("PHỤ LỤC 2", Place(page=1)),
        grid(1, HEADER, ["1", "Việc hai.", "Sở Y tế", "Quý II"]),
    ]
    assert len(sheets_of(blocks, [(0, 1), (2, 2)])) == 2


def test_second_task_under_one_ordinal_is_not_taken_for_the_rest_of_a_row() -> None:
    """The page break cuts off the merged STT cell; the row has its own lead and deadline."""
    blocks = [
        grid(1, HEADER, ["1", "Xây dựng kế hoạch.", "Sở Nội vụ", "Quý I năm 2023"]),
        grid(2, HEADER, ["", "Xây dựng báo cáo.", "Các cơ quan", "Quý II năm 2023"]),
    ]
    (sheet,) = sheets_of(blocks, [(0, 1), (1, 2)])
    assert [row.texts[:2] for row in sheet.rows] == [
        ["1", "Xây dựng kế hoạch."],
        ["1", "Xây dựng báo cáo."],
    ]


def test_merged_cell_that_covers_rows_on_both_pages() -> None:
    blocks = [
        grid(1, HEADER, ["1", "Thực hiện đúng quy định về", "Sở Y tế", "Quý I"]),
        grid(
            2,
            ["", "giải quyết thủ tục", "", ""],
            ["2", "", "Sở Tài chính", ""],
            spans={(0, 1): 2, (0, 3): 2},
        ),
    ]
    (sheet,) = sheets_of(blocks, [(0, 1), (1, 2)])
    whole = "Thực hiện đúng quy định về giải quyết thủ tục"
    assert [row.texts for row in sheet.rows] == [
        ["1", whole, "Sở Y tế", "Quý I"],
        ["2", whole, "Sở Tài chính", "Quý I"],
    ]


def test_merged_cell_cut_by_the_page_goes_on_for_all_its_rows() -> None:
    blocks = [
        grid(
            1,
            HEADER,
            ["1", "Thực hiện đúng quy định về", "Sở Y tế", "Quý I"],
            ["2", "", "Sở Tài chính", "Quý I"],
            spans={(1, 1): 2},
        ),
        grid(2, HEADER, ["", "giải quyết thủ tục", "", ""], ["3", "Khác", "Sở Y tế", "Quý I"]),
    ]
    (sheet,) = sheets_of(blocks, [(0, 1), (1, 2)])
    assert [row.texts[1] for row in sheet.rows] == [
        "Thực hiện đúng quy định về giải quyết thủ tục",
        "Thực hiện đúng quy định về giải quyết thủ tục",
        "Khác",
    ]
