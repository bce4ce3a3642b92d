"""Lines to paragraphs."""

import pytest

from extractor.readers.pdf.content import PageContent
from extractor.readers.pdf.lines import Line
from extractor.readers.pdf.paragraphs import Healer, measures_of

LEFT, RIGHT = 85.0, 540.0


def line(text: str, x0: float, x1: float, base: float, bold: bool = False) -> Line:
    return Line(text, x0, base - 10, x1, base + 3, base, 13, bold)


def full(text: str, base: float, x0: float = LEFT) -> Line:
    return line(text, x0, RIGHT, base)


#: Running text that shows the edges of the page; it comes first.
BODY = [full(f"câu chữ dài ra đến lề phải {n}", 100 + 16 * n) for n in range(13)]
BODY.append(line("và hết.", LEFT, 150, 100 + 16 * 13))
START = 100 + 16 * 14


def healed(*pages: list[Line]) -> list[str]:
    """The paragraphs after BODY on page 1, then those of the other pages."""
    sheets = [
        PageContent(n, 595, 842, [[item] for item in (BODY + lines if n == 1 else lines)], [])
        for n, lines in enumerate(pages, 1)
    ]
    measures = measures_of(sheets)
    healer, found = Healer(), []
    for sheet in sheets:
        for row in sheet.rows:
            paragraph = healer.take(row[0], sheet, measures[sheet.number])
            if paragraph:
                found.append(paragraph)
    healer.close()
    return [p.text for p in found][1:]


def indented(text: str, base: float) -> Line:
    return full(text, base, LEFT + 36)


def test_a_full_line_goes_on() -> None:
    lines = [indented("Căn cứ Nghị quyết số", START), line("76/NQ-CP;", LEFT, 150, START + 16)]
    assert healed(lines) == ["Căn cứ Nghị quyết số 76/NQ-CP;"]


def test_a_short_line_ends_its_paragraph() -> None:
    lines = [line("Mục đích", LEFT + 36, 200, START), line("Yêu cầu", LEFT + 36, 200, START + 16)]
    assert healed(lines) == ["Mục đích", "Yêu cầu"]


def test_an_indent_begins_a_paragraph() -> None:
    lines = [indented("Căn cứ Luật Tổ chức;", START), indented("Căn cứ Nghị quyết", START + 16)]
    assert healed(lines) == ["Căn cứ Luật Tổ chức;", "Căn cứ Nghị quyết"]


def test_more_room_begins_a_paragraph() -> None:
    lines = [indented("một", START), full("hai", START + 16), full("ba", START + 40)]
    assert healed(lines) == ["một hai", "ba"]


def test_a_hanging_item_stays_whole() -> None:
    lines = [
        full("- Sở Nội vụ chủ trì, phối hợp", START),
        full("với các sở", START + 16, LEFT + 10),
    ]
    assert healed(lines) == ["- Sở Nội vụ chủ trì, phối hợp với các sở"]


def test_an_item_after_a_closed_one_begins() -> None:
    lines = [full("- Sở Nội vụ;", START, LEFT + 36), full("- Sở Y tế", START + 16)]
    assert healed(lines) == ["- Sở Nội vụ;", "- Sở Y tế"]


def test_a_number_that_a_wrap_brings_to_the_front_begins_nothing() -> None:
    lines = [indented("theo quy định tại khoản", START), full("2. và điểm a", START + 16)]
    assert healed(lines) == ["theo quy định tại khoản 2. và điểm a"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = [indented("Các sở, ban, ngành có trách nhiệm", START)]
    second = [line("triển khai.", LEFT, 160, 60), indented("Đoạn sau", 76)]
    assert healed(first, second) == ["Các sở, ban, ngành có trách nhiệm triển khai.", "Đoạn sau"]


@pytest.mark.parametrize("text", ["Đoạn mới", "- Mục mới"])
def test_an_indented_line_begins_anew_on_the_next_page(text: str) -> None:
    first = [indented("Các sở, ban, ngành có trách nhiệm.", START)]
    assert healed(first, [indented(text, 60)])[1:] == [text]


def test_centred_lines_are_one_title_where_they_wrap() -> None:
    lines = [
        line("KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM", LEFT + 12, RIGHT - 12, START, bold=True),
        line("2024", 295, 330, START + 16, bold=True),
        line("Kèm theo", 285, 340, START + 32),
    ]
    assert healed(lines) == ["KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2024", "Kèm theo"]


def test_a_heading_under_a_heading_begins() -> None:
    lines = [
        line("I. HẠ TẦNG TRIỂN KHAI", LEFT, RIGHT, START, bold=True),
        line("1. Phạm vi", LEFT, 150, START + 16, bold=True),
    ]
    assert healed(lines) == ["I. HẠ TẦNG TRIỂN KHAI", "1. Phạm vi"]


def test_what_a_full_title_says_in_brackets_begins() -> None:
    title = "NHIỆM VỤ CỦA ỦY BAN NHÂN DÂN CÁC XÃ, PHƯỜNG"
    lines = [line(title, LEFT, RIGHT, START), full("(Kèm theo Kế hoạch số 1/KH-UBND)", START + 16)]
    assert healed(lines) == [title, "(Kèm theo Kế hoạch số 1/KH-UBND)"]
