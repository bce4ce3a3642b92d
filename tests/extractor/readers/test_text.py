"""Text and Markdown dumps: paragraphs, tables of tabs and bars, furniture, places."""

import pytest

from extractor import read_plan
from extractor.layout import Paragraph, Table
from extractor.limits import Limits
from extractor.readers import read
from models.errors import EmptySource, LimitExceeded
from tests.conftest import PLANS


def seed(slug: str) -> bytes:
    return (PLANS / slug / f"{slug}.txt").read_bytes()


def texts(data: bytes, kind: str = "body") -> list[str]:
    return [p.text for p in read(data).paragraphs() if p.kind == kind]


def test_hard_wrapped_lines_are_healed_and_headings_stay_apart() -> None:
    found = texts(seed("vinh-long-2023"))
    assert found[:8] == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH VĨNH LONG",
        "-------",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "---------------",
        "Số: 2621/QĐ-UBND",
        "Vĩnh Long, ngày 13 tháng 12 năm 2022",
    ]
    for whole in (
        "BAN HÀNH KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2023 TRÊN ĐỊA BÀN TỈNH VĨNH LONG",
        "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 789/TTr-SNV "
        "ngày 05 tháng 12 năm 2022.",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "1. Công tác chỉ đạo, điều hành CCHC",
        "9. Sở Giáo dục và Đào tạo",
        "10. Đài Phát thanh và Truyền hình Vĩnh Long, Báo Vĩnh Long",
        "11. Thực hiện chế độ thông tin, báo cáo",
        "Nguyễn Thị Quyên Thanh",
    ):
        assert whole in found
    assert sum(text.startswith("Căn cứ ") for text in found) == 7  # six papers and a task
    assert any(
        t.startswith("Điều 3. Chánh Văn phòng") and t.endswith("Quyết định này.") for t in found
    )


def test_a_line_is_a_paragraph_where_lines_are_not_wrapped() -> None:
    found = texts(seed("binh-duong-2024"))
    assert "ỦY BAN NHÂN DÂN" in found
    assert "TỈNH BÌNH DƯƠNG" in found
    assert "a) Mục tiêu" in found
    assert any(len(text) > 400 for text in found)


def test_site_furniture_is_marked_and_kept() -> None:
    front = texts(seed("binh-duong-2024"), "furniture")
    assert "Số hiệu 6898/KH-UBND" in front
    assert "Người ký Võ Văn Minh" in front
    assert "TỈNH BÌNH DƯƠNG" not in front
    assert texts(seed("lai-chau-2025"), "furniture")[-4:] == [
        "Tác giả: BBT( TH)",
        "Tin liên quan",
        "noData",
        "Không có dữ liệu",
    ]
    assert "Nguồn tra cứu: vanban.phaplyvn.com" in texts(seed("dong-nai-2024"), "furniture")


def test_words_of_furniture_in_the_body_are_the_documents() -> None:
    data = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nKẾ HOẠCH\nSố hiệu văn bản được ghi rõ.\nHết".encode()
    )
    assert texts(data, "furniture") == []


def test_tab_tables_keep_empty_cells_in_place_and_drop_tags() -> None:
    tables = list(read(seed("ninh-son-2024")).tables())
    assert [table.columns for table in tables] == [7] * len(tables)
    printed = [line for line in seed("ninh-son-2024").decode().split("\n") if line.count("\t") == 6]
    assert sum(table.rows for table in tables) == len(printed)
    grids = [table.grid() for table in tables]
    for grid in grids:
        assert [cell.text for cell in grid[0] if cell][:2] == ["STT", "NHIỆM VỤ CỤ THỂ"]
    half = grids[2][1]  # the second half of a row that the page cuts
    assert [cell.text if cell else None for cell in half] == [
        None,
        "phạm pháp luật",
        "UBND huyện",
        None,
        None,
        "ngành, UBND các xã, thị trấn",
        None,
    ]
    cells = [cell.text for table in tables for cell in table.cells]
    assert any("(lồng ghép nội dung kiểm tra" in text for text in cells)
    assert not any("<" in text for text in cells)
    listed = next(text for text in cells if text.startswith("- Danh mục TTHC"))
    assert listed.count("\n- Tiến độ, kết quả") == 1


def test_every_place_covers_its_own_words() -> None:
    data = seed("ninh-son-2024")
    text = data.decode()
    for block in read(data).blocks:
        parts = [block] if isinstance(block, Paragraph) else block.cells
        for part in parts:
            assert part.place.span is not None
            start, end = part.place.span
            words = part.text.split()
            assert text[start:end].strip() == text[start:end]
            assert words[0] in text[start:end]
            assert words[-1].strip(").") in text[start:end]


def test_emphasis_is_dropped_and_a_bold_paragraph_known() -> None:
    data = (
        "**KẾ HOẠCH**\n\n*(Kèm theo Quyết định số 1/QĐ-UBND)*\n\n**1. Sở **Y tế chủ trì (*)\n\n"
        "# Mục lớn\n\n\\- gạch"
    )
    found = list(read(data.encode()).paragraphs())
    assert [(p.text, p.bold) for p in found] == [
        ("KẾ HOẠCH", True),
        ("(Kèm theo Quyết định số 1/QĐ-UBND)", False),
        ("1. Sở Y tế chủ trì (*)", False),
        ("Mục lớn", False),
        ("- gạch", False),
    ]


def test_markdown_table_with_a_ruler() -> None:
    data = "Bảng\n| STT | Nhiệm vụ | Ghi chú |\n|---|:--|---|\n| 1 | **Rà soát** | |\nSau bảng"
    blocks = read(data.encode()).blocks
    assert isinstance(blocks[1], Table)
    assert (blocks[1].rows, blocks[1].columns, blocks[1].header_rows) == (2, 3, 1)
    assert [c.text for c in blocks[1].cells] == ["STT", "Nhiệm vụ", "Ghi chú", "1", "Rà soát"]
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == ["Bảng", "Sau bảng"]


def test_a_cell_of_several_lines_in_a_tab_table() -> None:
    data = (
        "STT\tNhiệm vụ\tChủ trì\n1\t- Rà soát;\n- Báo cáo.\tSở Nội vụ\n2\tKiểm tra\tThanh tra tỉnh"
    )
    (table,) = read(data.encode()).tables()
    assert [c.text for c in table.cells if c.row == 1] == [
        "1",
        "- Rà soát;\n- Báo cáo.",
        "Sở Nội vụ",
    ]
    assert table.rows == 3


def test_labels_before_a_tab_are_a_list_and_no_table() -> None:
    data = "1.\tSở Nội vụ\na)\tChủ trì rà soát\n-\tBáo cáo kết quả"
    assert list(read(data.encode()).tables()) == []


@pytest.mark.parametrize("data", [b"   \n\n\t ", "\ufeff \n".encode()])
def test_no_words_is_an_error(data: bytes) -> None:
    with pytest.raises(EmptySource):
        read(data)


def test_limits() -> None:
    with pytest.raises(LimitExceeded):
        read("Kế hoạch năm 2024".encode(), limits=Limits(characters=5))
    with pytest.raises(LimitExceeded):
        read(("a\tb\tc\n" * 20).encode(), limits=Limits(cells=30))


SPACED = """\
UBND TỈNH KON TUM                         CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ GIAO THÔNG VẬN TẢI                          Độc lập - Tự do - Hạnh phúc

Số: 77/KH-SGTVT                            Kon Tum, ngày 19 tháng 01 năm 2024

                               KẾ HOẠCH
             Phát triển vận tải hành khách năm 2024

I. NHIỆM VỤ

                                           Trách nhiệm              Thời gian
TT   Nội dung công việc
                                    Chủ trì         Tham gia        hoàn thành
I. CƠ SỞ HẠ TẦNG CỦA CÁC TUYẾN TRONG THÀNH PHỐ
1    Tuyên truyền đi lại bằng xe    Văn phòng       Thanh tra Sở    Quý I
     buýt tại trường                Sở
2    Lắp đặt nhà chờ                Ban Quản lý     Các huyện       30/6/2024
                                    bảo trì

II. TỔ CHỨC THỰC HIỆN

Giao Văn phòng Sở tổng hợp, báo cáo.

Nơi nhận:                                            GIÁM ĐỐC
- UBND tỉnh (b/c);
- Lưu: VT.

                                                  Phan Mười

PHỤ LỤC
"""


def test_columns_that_blanks_keep_apart() -> None:
    """Letterhead, a table with headings of two levels, signature: as `pdftotext -layout` prints."""
    first, *_, last = read(SPACED.encode()).blocks
    assert isinstance(first, Table)
    assert [cell.text.split("\n")[0] for cell in first.cells] == [
        "UBND TỈNH KON TUM",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    ]
    assert isinstance(last, Paragraph)
    assert last.text == "PHỤ LỤC"
    plan = read_plan(SPACED.encode(), "van-ban.txt")
    paper = plan.document
    assert (paper.number, str(paper.issued_on)) == ("77/KH-SGTVT", "2024-01-19")
    assert paper.signer
    assert paper.signer.name == "Phan Mười"
    rows = [task for task in plan.tasks if task.origin == "table"]
    assert [
        (t.description, *(who and who.text for who in (t.lead, t.coordinating, t.deadline)))
        for t in rows
    ] == [
        (
            "Tuyên truyền đi lại bằng xe buýt tại trường",
            "Văn phòng Sở",
            "Thanh tra Sở",
            "Quý I",
        ),
        ("Lắp đặt nhà chờ", "Ban Quản lý bảo trì", "Các huyện", "30/6/2024"),
    ]
    assert {len(task.group) for task in rows} == {1}
    assert plan.ledger.balanced


def test_two_blanks_within_a_paragraph_make_no_table() -> None:
    text = "Nội dung công việc  và thời gian  thực hiện nêu dưới đây.\nSở Y tế  chủ trì."
    assert len(texts(text.encode())) == len(read(text.encode()).blocks)


@pytest.mark.parametrize("number", ["", "TT   "])
def test_a_first_row_without_a_number_is_none_of_the_heading(number: str) -> None:
    indent = " " * len(number)
    text = (
        f"KẾ HOẠCH\n\n{number}Nội dung công việc     Chủ trì       Thời gian\n"
        f"{indent}Rà soát văn bản        Sở Tư pháp    Quý I\n"
        f"{'2    ' if number else ''}Kiểm tra công vụ       Sở Nội vụ     Quý II\n"
    )
    (table,) = read(text.encode()).tables()
    assert [cell.text for cell in table.cells if cell.row < 2] == [
        *number.split(), "Nội dung công việc", "Chủ trì", "Thời gian",
        "Rà soát văn bản", "Sở Tư pháp", "Quý I",
    ]  # fmt: skip
