"""Runs to lines, lines to texts."""

import pytest

from extractor.readers.pdf.glyphs import Run
from extractor.readers.pdf.lines import (
    Edge,
    Line,
    cell_text,
    line_of,
    paragraph_text,
    pieces_of,
    rows_of,
)


def run(text: str, x0: float, x1: float, base: float = 100, size: float = 10, **more: bool) -> Run:
    return Run(
        text, x0, base - 0.78 * size, x1, base + 0.22 * size, base, size,
        more.get("bold", False), 0, False, more.get("spaced", False), 0, 0, len(text) - 1,
    )  # fmt: skip


def line(text: str, spaced: bool = False) -> Line:
    return Line(text, 0, 0, 100, 10, 8, 10, False, spaced)


def text(*runs: Run) -> str:
    (row,) = rows_of(runs)
    return line_of(row).text


def test_runs_come_in_the_order_of_their_places() -> None:
    assert text(run("hai", 20, 30), run("một", 0, 18)) == "một hai"


def test_letters_of_another_font_close_up() -> None:
    assert text(run("K", 0, 7), run("ế", 7.1, 11.5), run("hoạch", 14, 40)) == "Kế hoạch"


def test_a_printed_space_counts_though_the_gap_is_small() -> None:
    assert text(run("Chính", 0, 20, spaced=True), run("phủ", 20.2, 40)) == "Chính phủ"


def test_what_is_drawn_twice_is_read_once() -> None:
    assert text(run("KẾ HOẠCH", 0, 50), run("KẾ HOẠCH", 0.4, 50.4)) == "KẾ HOẠCH"


def test_a_raised_figure_stays_on_its_line() -> None:
    assert text(run("hành chính", 0, 50), run("1", 50.2, 53, base=96, size=6)) == "hành chính1"


def test_lines_close_together_stay_apart() -> None:
    rows = rows_of([run("dưới", 0, 20, base=110), run("trên", 0, 20)])
    assert [line_of(row).text for row in rows] == ["trên", "dưới"]


def test_letters_set_apart_are_words() -> None:
    letters = [run(c, 13 * n, 13 * n + 5) for n, c in enumerate("KẾHOẠCHNĂM") if c]
    for index, spaced in enumerate(letters):
        spaced.x0 += 12 * ((index >= 2) + (index >= 7))
        spaced.x1 += 12 * ((index >= 2) + (index >= 7))
    assert text(*letters) == "KẾ HOẠCH NĂM"


def test_a_line_is_bold_where_all_its_words_are() -> None:
    (row,) = rows_of([run("Điều 1.", 0, 30, bold=True), run("Ban hành", 33, 60)])
    assert not line_of(row).bold
    (row,) = rows_of([run("Điều 1", 0, 30, bold=True), run(".", 30, 32)])
    assert line_of(row).bold


def test_wide_gaps_cut_a_row() -> None:
    (row,) = rows_of([run("Số: 1", 0, 40), run("Hà Nội", 90, 120), run("ngày", 123, 140)])
    assert [line_of(piece).text for piece in pieces_of(row)] == ["Số: 1", "Hà Nội ngày"]


def test_a_number_cut_at_its_hyphen_is_made_whole() -> None:
    lines = [line("giai đoạn 2021-"), line("2025 và")]
    assert paragraph_text(lines) == cell_text(lines) == "giai đoạn 2021-2025 và"


def test_a_space_printed_at_the_line_end_stays() -> None:
    lines = [line("Chỉ số nội dung/", spaced=True), line("thành phần")]
    assert paragraph_text(lines) == cell_text(lines) == "Chỉ số nội dung/ thành phần"


def test_a_word_cut_in_a_narrow_column_is_made_whole() -> None:
    assert cell_text([line("Chươ"), line("ng trình"), line("học")]) == "Chương trình học"
    assert cell_text([line("TRUYỀ"), line("N HÌNH")]) == "TRUYỀN HÌNH"
    assert cell_text([line("Trước 20/10/202"), line("6")]) == "Trước 20/10/2026"
    assert cell_text([line("Sở Tài"), line("chính")]) == "Sở Tài chính"
    assert cell_text([line("số 175/NQ-"), line("CP")]) == "số 175/NQ-CP"


def narrow(*texts: str, spaced: bool = True, edge: float = 24) -> str:
    """The text of a cell that is so many points wide; "_" at the end of a line is a space that is
    printed there, letters are 5 points wide."""
    lines = [
        Line(t.rstrip("_"), 0, 0, 5 * len(t.rstrip("_")), 10, 8, 10, False, t.endswith("_"))
        for t in texts
    ]
    return cell_text(lines, Edge(edge, spaced))


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("Tháng", "12/1", "/202", "6"), "Tháng 12/1/2026"),
        (("Quý_", "II/2", "026"), "Quý II/2026"),
        (("Năm_", "2025", "2026"), "Năm 2025 2026"),
        (("đạt_", "1250", "%"), "đạt 1250%"),
        (("Thư", "ờng_", "trực"), "Thường trực"),
        (("Sở_", "Giá", "o_", "dục"), "Sở Giáo dục"),
        (("HĐN", "D_", "tỉnh"), "HĐND tỉnh"),
        (("Sở", "UBND", "HĐND"), "Sở UBND HĐND"),
        (("cam", "era_", "phố"), "camera phố"),
        (("ngà", "y_", "mai"), "ngày mai"),
        (("chu", "ẩn_", "hóa"), "chuẩn hóa"),
        (("giếng_", "kho", "an_", "sâu"), "giếng khoan sâu"),
        (("came", "ra_", "phố"), "camera phố"),
    ],
)
def test_what_a_line_is_too_short_for_is_made_whole(lines: tuple[str, ...], whole: str) -> None:
    assert narrow(*lines) == whole


def test_a_line_without_letters_joins_nothing() -> None:
    """A line of a damaged file may hold none."""
    assert narrow("", "%") == narrow("%", "") == "%"


def test_two_words_stay_two() -> None:
    assert narrow("Lập", "kho", "anh", edge=17) == "Lập kho anh"  # no room for a space
    assert narrow("Lập", "kho", "anh", spaced=False) == "Lập kho anh"  # none is ever printed
    assert narrow("Sở", "Y tế", "và", "y tế") == "Sở Y tế và y tế"
    assert narrow("ta", "o", "i") == "ta o i"  # there would have been room for the letter


def test_items_of_a_cell_stand_on_lines_of_their_own() -> None:
    assert (
        cell_text([line("- Sở Nội"), line("vụ;"), line("- Sở Y tế")]) == "- Sở Nội vụ;\n- Sở Y tế"
    )
