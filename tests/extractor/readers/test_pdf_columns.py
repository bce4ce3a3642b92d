"""Letterheads and signatures in two columns."""

from extractor.layout import Table
from extractor.readers.pdf.columns import columns_of
from extractor.readers.pdf.lines import Line
from models.provenance import Bbox, Place


def place(box: Bbox) -> Place:
    return Place(1, box)


def line(text: str, x0: float, x1: float, base: float, bold: bool = False) -> Line:
    return Line(text, x0, base - 10, x1, base + 3, base, 13, bold)


def shape(rows: list[list[Line]]) -> list[str | list[str]]:
    return [
        [cell.text for cell in item.cells] if isinstance(item, Table) else item.text
        for item in columns_of(rows, place)
    ]


HEAD = [
    [line("UBND TỈNH X", 100, 220, 60), line("CỘNG HÒA", 300, 540, 60)],
    [line("Số: 1/KH", 120, 200, 80), line("X, ngày 1", 330, 510, 80)],
]
TITLE = [line("KẾ HOẠCH", 260, 340, 110)]


def test_a_letterhead_is_one_row_of_two_cells() -> None:
    head, title = columns_of([*HEAD, TITLE], place)
    assert isinstance(head, Table)
    assert (head.ruled, head.rows, head.columns) == (False, 1, 2)
    assert [c.text for c in head.cells] == ["UBND TỈNH X\nSố: 1/KH", "CỘNG HÒA\nX, ngày 1"]
    assert head.cells[1].place.bbox == (300, 50, 540, 83)
    assert isinstance(title, Line)


def test_columns_whose_lines_lie_between_each_other() -> None:
    rows = [
        [line("CỘNG HÒA", 340, 480, 60)],
        [line("ỦY BAN", 90, 200, 67)],
        [line("Độc lập", 350, 470, 74)],
        [line("TỈNH X", 92, 194, 81)],
    ]
    assert shape(rows) == [["ỦY BAN\nTỈNH X", "CỘNG HÒA\nĐộc lập"]]


def test_the_name_far_below_the_signature_belongs_to_it() -> None:
    rows = [
        [line("Nơi nhận:", 85, 140, 600), line("CHỦ TỊCH", 380, 450, 600)],
        [line("- Như trên;", 85, 150, 614)],
        [line("- Lưu: VT.", 85, 145, 627)],
        [line("Nguyễn Văn A", 375, 455, 690)],
    ]
    assert shape(rows) == [["Nơi nhận:\n- Như trên;\n- Lưu: VT.", "CHỦ TỊCH\nNguyễn Văn A"]]


def test_the_last_line_of_a_paragraph_above_stays_outside() -> None:
    rows = [
        [line("Các sở, ban, ngành có trách nhiệm triển khai thực hiện", 85, 540, 560)],
        [line("Kế hoạch này.", 85, 160, 577)],
        [line("Nơi nhận:", 85, 140, 600), line("CHỦ TỊCH", 380, 450, 600)],
        [line("- Như trên;", 85, 150, 614)],
    ]
    assert shape(rows)[1:] == ["Kế hoạch này.", ["Nơi nhận:\n- Như trên;", "CHỦ TỊCH"]]


def test_nothing_above_them_belongs_to_the_recipients() -> None:
    rows = [
        [line("- Triển khai sổ theo dõi.", 85, 240, 586)],
        [line("Nơi nhận:", 85, 140, 600), line("CHỦ TỊCH", 380, 450, 600)],
    ]
    assert shape(rows) == ["- Triển khai sổ theo dõi.", ["Nơi nhận:", "CHỦ TỊCH"]]


def test_an_appendix_below_a_signature_is_none_of_it() -> None:
    rows = [
        [line("Nơi nhận:", 85, 140, 60), line("CHỦ TỊCH", 300, 370, 60)],
        [line("- Lưu: VT.", 85, 145, 74)],
        [line("PHỤ LỤC II", 295, 375, 110)],
    ]
    assert shape(rows) == [["Nơi nhận:\n- Lưu: VT.", "CHỦ TỊCH"], "PHỤ LỤC II"]


def test_a_label_before_a_tab_is_no_column() -> None:
    rows = [[line("1.", 85, 95, 60), line("Mục đích", 140, 200, 60)]]
    assert shape(rows) == ["1. Mục đích"]


def test_cells_of_a_table_without_lines_stay_lines() -> None:
    rows = [
        [line(t, x, x + 30, 60 + y) for t, x in zip(words, (60, 200, 340), strict=True)]
        for words, y in ((("a1", "b1", "c1"), 0), (("a2", "b2", "c2"), 20))
    ]
    assert shape(rows) == ["a1 b1 c1", "a2 b2 c2"]
