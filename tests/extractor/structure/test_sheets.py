"""Tables over pages: joined, rows healed, merged cells carried."""

from collections.abc import Sequence

from extractor.layout import Cell, Table
from extractor.structure.sheets import sheets_of
from models.provenance import Place, cover
from tests.extractor.pages import plan, said, table

HEADER = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian hoàn thành"]
#: The borders of its columns, and a table of two pages among blocks.
BORDERS, PAGES = [0.0, 20, 80, 140, 200], [(0, 1), (1, 2)]


def rows(*parts: str) -> list[list[str | None]]:
    """Ordinal, task, lead and deadline of the rows of a plan with these parts, as printed."""
    return [
        [t.ordinal, t.description, t.lead and t.lead.text, t.deadline and t.deadline.text]
        for t in plan("<p><b>PHỤ LỤC</b></p>", *parts).tasks
    ]


def drawn(page: int, borders: list[float], *lines: Sequence[str | tuple[str, int] | None]) -> Table:
    """A table of a PDF, its columns between these borders; of a text with a number the cell
    reaches over so many columns, a None continues the cell above."""
    cells = []
    for row, line in enumerate(lines):
        column = 0
        for item in line:
            text, span = item if isinstance(item, tuple) else (item, 1)
            box = (borders[column], 20.0 * row, borders[column + span], 20.0 * row + 20)
            if text is not None:
                down = 1 + sum(each[column : column + 1] == [None] for each in lines[row + 1 :])
                cells.append(Cell(row, column, text, Place(page, box), down, span))
            column += span
    place = cover([cell.place for cell in cells])
    return Table(cells, len(lines), len(borders) - 1, place)


def test_row_cut_in_mid_sentence() -> None:
    assert rows(
        table(HEADER, ["1", "Kế hoạch rà soát văn bản quy", "Sở Tư pháp", "Quý IV"]),
        table(HEADER, ["", "phạm pháp luật", "", ""], ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"]),
    ) == [
        ["1", "Kế hoạch rà soát văn bản quy phạm pháp luật", "Sở Tư pháp", "Quý IV"],
        ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"],
    ]


def test_rest_of_a_row_above_headings_that_come_again() -> None:
    assert rows(
        table(HEADER, ["1", "Kế hoạch rà soát văn bản tại các xã", "Sở Tư pháp", "Quý IV"]),
        table(["", "ven sông", "", ""], HEADER, ["2", "Kiểm tra", "Sở Tư pháp", "Quý I"]),
    ) == [
        ["1", "Kế hoạch rà soát văn bản tại các xã ven sông", "Sở Tư pháp", "Quý IV"],
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


def test_a_row_stands_in_the_table_that_it_opens_not_in_that_of_its_merged_cells() -> None:
    first = ["<td rowspan=2>1</td>", "Việc một.", "<td rowspan=2>Sở Y tế</td>", "Quý I"]
    above = table(HEADER, first, ["Việc hai.", "Quý II"])
    below = table(HEADER, ["", "Việc ba.", "", "Quý III"], ["2", "Việc bốn.", "Sở Nội vụ", "Quý I"])
    tasks = plan(above, below).tasks
    assert [(t.ordinal, t.lead and t.lead.text) for t in tasks][2] == ("1", "Sở Y tế")
    places = [t.provenance.path or "" for t in tasks]
    assert places[2].split("/tr")[0] == places[3].split("/tr")[0] != places[0].split("/tr")[0]


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


def test_rest_of_a_name_of_a_list_and_of_capitals_on_the_next_page() -> None:
    group = ["2", "KIỂM TRA, GIÁM", "", ""]
    task = ["2.1", "Số hóa:\n- Sổ trực", "UBND huyện Cẩm", "Quý IV/20"]
    first = ["1.1", "Chuyển đổi số huyện Cẩm", "UBND huyện Cẩm", "Quý IV/20"]
    cut = [
        (first, ["", "Giàng", "Giàng", "26"], "Chuyển đổi số huyện Cẩm Giàng"),
        (task, ["", "- Sổ chợ", "", ""], "Số hóa:\n- Sổ trực\n- Sổ chợ"),
    ]
    for row, rest, whole in cut:
        lines = [cell.replace("\n", "<br>") for cell in row]
        found = rows(table(HEADER, ["1", "VỀ DỮ LIỆU", "", ""], lines), table(rest))
        assert [each[1] for each in found] == [whole]
    assert found[0][3] == "Quý IV/20"
    below = ["2.1", "Kiểm tra chợ", "Sở Y tế", "Quý I"]
    parts = (
        table(HEADER, ["1", "Lập sổ", "Sở Y tế", "Quý I"], group),
        table(["", "SÁT", "", ""], below),
    )
    assert [task.group for task in plan(*parts).tasks] == [(), ("2. KIỂM TRA, GIÁM SÁT",)]


def test_headings_cut_by_the_page() -> None:
    head = ["STT", "Nhiệm vụ", "Cơ quan chủ", "Thời gian hoàn"]
    row = ["1", "Việc một.", "Sở Y tế", "Quý I"]
    again = ["2", "Việc hai.", "Sở Y tế", "Quý II"]
    rest = ["", "", "trì", "thành"]
    assert rows(table(head), table(rest, row), table(head), table(rest, again)) == [row, again]


def test_headings_of_which_only_words_stand_on_the_first_page() -> None:
    row = ["1", "Việc một.", "Sở Y tế", "Quý I"]
    assert rows(
        table(["Số", "Nhiệm", "Cơ quan", "Thời gian"]),
        table(["TT", "vụ", "chủ trì", "hoàn thành"], row),
    ) == [row]
    for rest in (["", "", "", "hoàn thành"], ["", "", "Chủ trì", ""]):
        assert rows(table([*HEADER[:3], "Thời gian"]), table(rest, row)) == [row]
    again = ["", "Việc hai.", "Sở Y tế", "Quý II"]
    assert [row[1] for row in rows(table(HEADER), table(again, row))] == [again[1], row[1]]


def test_headings_cut_above_one_that_is_parted_into_two() -> None:
    """On the first page nothing tells that one of its columns is two."""
    found = sheets_of(
        [
            drawn(1, [0, 20, 90, 200], ["TT", "Tên", "Cơ quan thực"]),
            drawn(2, [0, 20, 90, 140, 200], ["", "nhiệm vụ", ("hiện", 2)],
                  [None, None, "Chủ trì", "Phối hợp"], ["1", "Lập sổ", "Sở Y tế", "Sở Nội vụ"]),
        ],
        [(0, 1), (1, 2)],
    )  # fmt: skip
    assert [sheet.header.roles for sheet in found] == [("ordinal", "task", "lead", "coordinating")]
    assert [row.texts for row in found[0].rows] == [["1", "Lập sổ", "Sở Y tế", "Sở Nội vụ"]]


def test_headings_of_two_levels_cut_by_the_page() -> None:
    """In their lower one, which the first page does not part, or in the middle of a word."""
    found = sheets_of(
        [
            drawn(1, [0, 20, 90, 130, 200], ["TT", "Nhiệ", "Chủ trì", "Kế hoạch năm 2026"]),
            drawn(2, [0, 20, 90, 130, 160, 200], ["", "m vụ", "", "Quý I", "Cả năm"],
                  ["1", "Lập sổ", "Sở Y tế", "3", "5"]),
        ],
        [(0, 1), (1, 2)],
    )  # fmt: skip
    assert [sheet.header.headings for sheet in found] == [
        ("TT", "Nhiệm vụ", "Chủ trì", "Kế hoạch năm 2026 / Quý I", "Kế hoạch năm 2026 / Cả năm")
    ]
    assert [row.texts[1] for row in found[0].rows] == ["Lập sổ"]


def test_words_and_lists_cut_by_the_page() -> None:
    """A word, and a list that the cell above announces."""
    for texts in ("Lập hệ thố", "ng sổ trực"), ("Rà soát:", "- Sổ trực"):
        above = ["1", texts[0], "Sở Y tế", "Quý I"]
        found = rows(table(HEADER, above), table(["", texts[1], "", ""], ["2", "Số hóa", "", ""]))
        whole = "Lập hệ thống sổ trực" if texts[0][0] == "L" else "Rà soát:\n- Sổ trực"
        assert [row[1] for row in found] == [whole, "Số hóa"]


def test_the_next_of_a_list_and_what_follows_a_semicolon_are_the_rest_of_a_row() -> None:
    """A page break of an earlier form of the table left them as rows of their own."""
    cut = (
        ["1", "Kết nối dữ liệu: (1) Tàu thuyền; (2) Bến cảng.", "Sở Y tế", "Quý I"],
        ["", "(3) Chợ dân sinh", "", ""],
        ["2", "Giám sát giấy chuyển tuyến, giấy hẹn;", "Sở Y tế", "Quý I"],
        ["", "Kết quả xét nghiệm", "", ""],
    )
    whole = ([str(n), f"Việc {n}.", "Sở Y tế", "Quý II"] for n in range(3, 30))
    assert [row[1] for row in rows(table(HEADER, *cut, *whole))][:3] == [
        "Kết nối dữ liệu: (1) Tàu thuyền; (2) Bến cảng.\n(3) Chợ dân sinh",
        "Giám sát giấy chuyển tuyến, giấy hẹn; Kết quả xét nghiệm",
        "Việc 3.",
    ]


def test_tables_side_by_side_go_on_over_the_page_each_below_itself() -> None:
    left, right = [0.0, 20, 80, 140], [160.0, 180, 240, 300]
    found = sheets_of(
        [
            drawn(1, left, ["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Lập sổ", "Sở Y tế"]),
            drawn(1, right, ["TT", "Nội dung", "Thời gian"], ["1", "Xây chợ", "Quý I"]),
            drawn(2, left, ["2", "Sửa cầu", "Sở Xây dựng"]),
            drawn(2, right, ["2", "Dọn sông", "Quý II"]),
        ],
        [(n, n + 1) for n in range(4)],
    )
    assert [[row.texts[1] for row in sheet.rows] for sheet in found] == [
        ["Lập sổ", "Sửa cầu"], ["Xây chợ", "Dọn sông"],
    ]  # fmt: skip


def test_a_merged_cell_of_one_row_on_either_page() -> None:
    """Nothing is drawn of it below the break; that no other row lacks who leads tells it."""
    above = (["1", "Việc một.", "<td rowspan=2>Sở Y tế</td>", "Quý I"], ["2", "Việc hai.", "Quý I"],
             ["3", "Việc ba.", "Sở Tài chính", "Quý I"])  # fmt: skip
    below = (["4", "Việc bốn.", "", "Quý II"], ["5", "Việc năm.", "Sở Nội vụ", "Quý II"])
    found = rows(table(HEADER, *above), table(*below))
    assert [row[2] for row in found] == [*2 * ["Sở Y tế"], *2 * ["Sở Tài chính"], "Sở Nội vụ"]
    without = ["6", "Việc sáu.", "", "Quý II"]
    assert rows(table(HEADER, *above), table(*below, without))[3][2] is None


def test_the_only_blank_cell_of_a_column_below_a_page_break_is_a_merged_one() -> None:
    """No other is merged, and none is blank; with one more blank row it may be so on purpose."""
    lines = [HEADER, *([str(n), f"Việc {n}.", "Sở Y tế", "Quý I"] for n in (1, 2))]
    for last, lead in (("Sở Nội vụ", "Sở Y tế"), ("", "")):
        below = ["3", "Việc 3.", "", "Quý II"], ["4", "Việc 4.", last, "Quý II"]
        (sheet,) = sheets_of([drawn(1, BORDERS, *lines), drawn(2, BORDERS, *below)], PAGES)
        assert [row.texts[2] for row in sheet.rows] == ["Sở Y tế", "Sở Y tế", lead, last]


def test_a_heading_over_the_whole_width_cut_by_the_page() -> None:
    row = ["1", "Việc một.", "Sở Y tế", "Quý I"]
    found = plan(
        table(HEADER, ["<td colspan=4>I. Tuyển dụng theo Luật Viên chức và Luật</td>"]),
        table(["<td colspan=4>sửa đổi một số điều của Luật này</td>"], row),
    ).tasks
    whole = "I. Tuyển dụng theo Luật Viên chức và Luật sửa đổi một số điều của Luật này"
    assert [task.group for task in found] == [(whole,)]


def test_a_heading_at_the_top_of_a_page_has_no_merged_cell_from_above() -> None:
    found = plan(
        table(HEADER, ["1", "Việc một.", "<td rowspan=2>Sở Y tế</td>", "Quý I"],
              ["2", "Việc hai.", "Quý I"]),
        table(["II", "Dữ liệu", "", ""], ["1", "Việc ba.", "Sở Tài chính", "Quý I"]),
    ).tasks  # fmt: skip
    assert [task.group for task in found] == [(), (), ("II. Dữ liệu",)]
    lettered = table(HEADER, ["1", "Số hóa", "", ""],
                     ["a", "Việc một.", "<td rowspan=2>Sở Y tế</td>", "Quý I"],
                     ["b", "Việc hai.", "Quý I"])  # fmt: skip
    below = table(["2", "Dữ liệu", "", ""], ["a", "Việc ba.", "Sở Tài chính", "Quý I"])
    found = plan(lettered, below).tasks
    assert [task.group[-1] for task in found] == ["1. Số hóa", "1. Số hóa", "2. Dữ liệu"]


def test_tables_that_were_drawn_as_one_are_parted() -> None:
    """Each has borders of its own, or headings that say something else, or other words and a new
    count; headings that come again part nothing."""
    one, two = ["1", "Việc một.", "Sở Y tế", "Quý I"], ["2", "Việc hai.", "Sở Y tế", "Quý II"]
    seats = ["STT", "Tên", "<td colspan=2>Chức vụ</td>"]
    person = ["1", "Lê An", "<td colspan=2>Giám đốc</td>"]
    told = ["TT", "Nhiệm vụ", "Kết quả thực hiện", "Tiến độ"]
    done = ["1", "Sửa cầu", "Đã xong", "Đã hoàn thành"]
    again = ["TT", "Nội dung", "Chủ trì", "Thời hạn"]
    for other in (seats, person), (told, done, ["2", *done[1:]]):
        found = plan(table(*other, HEADER, one, two))
        assert [(task.ordinal, task.lead and task.lead.text) for task in found.tasks] == [
            ("1", "Sở Y tế"), ("2", "Sở Y tế"),
        ]  # fmt: skip
        assert found.ledger.balanced
    tall = [f"<td rowspan=2>{name}</td>" for name in ("TT", "Nội dung")]
    parted = ([*tall, "<td colspan=2>Cơ quan thực hiện</td>"], ["Chủ trì", "Phối hợp"])
    found = plan(table(HEADER, one, two, *parted, ["1", "Việc ba.", "Sở Nội vụ", "Sở Tư pháp"]))
    last = found.tasks[-1]
    assert (said(last)[:2], last.deadline) == (("Sở Nội vụ", "Sở Tư pháp"), None)
    bare = [f"<td colspan={1 + (at == 3)}>{text}</td>" for at, text in enumerate(one[1:], 1)]
    headed = [f"<td colspan={1 + (at == 3)}>{text}</td>" for at, text in enumerate(HEADER[1:], 1)]
    found = plan(table(told, done, ["2", *done[1:]], headed, bare))  # one without numbers
    assert [(task.ordinal, *said(task)[:1]) for task in found.tasks] == [(None, "Sở Y tế")]
    wide = [
        [f"<td colspan=2>{text}</td>" for text in line]
        for line in (
            ["Thời gian", "Nội dung", "Người thực hiện"],
            ["8h00", "Khai mạc", "Sở Tư pháp"],
        )
    ]
    cut = table(*wide, [*HEADER[:2], "Cơ quan phối hợp", HEADER[2], "<td colspan=2>Thời hạn</td>"])
    rest = table([*two[:2], "Sở Nội vụ", *two[2:]])
    found = plan(cut, rest)  # one that numbers its rows, which stand on the next page
    assert [said(task)[:2] for task in found.tasks] == [("Sở Y tế", "Sở Nội vụ")]
    names = HEADER[1:2], HEADER[2:3], ["Sản phẩm"], HEADER[3:]
    headed = [
        f"<td colspan={2 if at in (0, 3) else 1}>{text}</td>" for at, (text,) in enumerate(names)
    ]
    tripled = [
        [f"<td colspan={span}>{text}</td>" for span, text in zip((1, 3, 2), line, strict=True)]
        for line in (["Tên", "Chủ trì", "Thời gian"], ["Sửa cầu", "Sở Y tế", "Quý I"])
    ]
    found = plan(table(*tripled, headed), table(["Việc ba.", "Sở Nội vụ", "Sổ", "Quý II"]))
    assert "Sở Nội vụ" in [said(task)[0] for task in found.tasks]  # borders between columns differ
    group = ["I", "Dữ liệu", "", ""]
    found = plan(table(HEADER, group, one, again, two))
    assert [task.group for task in found.tasks] == [("I. Dữ liệu",), ("I. Dữ liệu",)]
    found = plan(table(["", *HEADER[1:]], group, one, HEADER, two))  # its number was cut off
    assert [task.group for task in found.tasks] == [("I. Dữ liệu",), ("I. Dữ liệu",)]
    again[1:] = HEADER[1:]
    (first, *_, last) = plan(table(HEADER, group, one), table(two, again, ["3", *two[1:]])).tasks
    assert first.group == last.group == ("I. Dữ liệu",)


def test_a_table_within_a_cell_is_told_behind_the_words_of_the_cell() -> None:
    inner = table(("Biểu số 1", "Quý I"), ("Biểu số 2", "Quý II"))
    read = plan(
        table(
            ("STT", "Nhiệm vụ", "Đơn vị chủ trì", "Thời gian"),
            ("1", f"<td>Xây dựng báo cáo gồm: {inner}</td>", "Sở Nội vụ", "Quý I"),
            ("2", "Kiểm tra công vụ", "Sở Y tế", "Quý II"),
        )
    )
    words = [task.description for task in read.tasks]
    assert words[0] == "Xây dựng báo cáo gồm:\nBiểu số 1\tQuý I\nBiểu số 2\tQuý II"
    assert words[1] == "Kiểm tra công vụ"
    assert read.ledger.balanced
