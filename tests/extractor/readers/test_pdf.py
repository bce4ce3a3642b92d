"""The reader of digital PDF files, on the sample plans and on pages made from them."""

import pytest

from extractor.errors import DamagedSource, EmptySource, LimitExceeded
from extractor.layout import Layout, Paragraph, Table
from extractor.limits import Limits
from extractor.readers.pdf import read_pdf
from tests.conftest import PLANS


def data(slug: str) -> bytes:
    return (PLANS / slug / f"{slug}.pdf").read_bytes()


@pytest.fixture(scope="module")
def binh_duong() -> Layout:
    return read_pdf(data("binh-duong-2024"))


def texts(layout: Layout, kind: str = "body") -> list[str]:
    return [p.text for p in layout.paragraphs() if p.kind == kind]


def test_letterhead_comes_as_two_columns(binh_duong: Layout) -> None:
    head = next(binh_duong.tables())
    assert (head.ruled, head.rows, head.columns) == (False, 1, 2)
    assert head.cells[0].text.split("\n")[:2] == ["ỦY BAN NHÂN DÂN", "TỈNH BÌNH DƯƠNG"]
    assert head.cells[0].text.endswith("\nSố: 6898/KH-UBND")
    assert head.cells[1].text.endswith("\nBình Dương, ngày 29 tháng 12 năm 2023")


def test_recipients_stand_beside_the_signature(binh_duong: Layout) -> None:
    first, second = list(binh_duong.tables())[-2:]
    assert first.cells[0].text == "Nơi nhận:\n- Bộ Nội vụ;"
    assert first.cells[1].text == "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    assert second.cells[0].text.endswith("\n- Lưu: VT.")
    assert second.cells[1].text == "Võ Văn Minh"


def test_page_numbers_are_running(binh_duong: Layout) -> None:
    assert texts(binh_duong, "running") == ["1", "2", "3", "4"]


def test_wrapped_lines_become_one_paragraph(binh_duong: Layout) -> None:
    (found,) = [t for t in texts(binh_duong) if t.startswith("- Gắn kết quả cải cách")]
    assert found.endswith("xuất sắc trong thực hiện cải cách hành chính.")


def test_title_is_centred_and_bold(binh_duong: Layout) -> None:
    title = next(p for p in binh_duong.paragraphs() if p.text == "KẾ HOẠCH")
    assert title.centered
    assert title.bold


def test_ruled_table_has_its_cells_and_places() -> None:
    layout = read_pdf(data("dong-nai-2024"))
    assert len(layout.pages) == 99
    table = next(t for t in layout.tables() if t.ruled)
    assert [c.text for c in table.grid()[0] if c] == [
        "STT",
        "Chỉ số nội dung/ thành phần",
        "Năm 2023",
        "Chỉ tiêu đến năm 2025",
    ]
    assert table.place.page == 2
    for cell in table.cells:
        assert cell.place.page == 2
        assert cell.place.bbox is not None
        assert 0 <= cell.place.bbox[0] < cell.place.bbox[2] <= layout.pages[1].width


def test_every_block_says_where_it_is(binh_duong: Layout) -> None:
    for block in binh_duong.blocks:
        assert isinstance(block, Paragraph | Table)
        assert block.place.page is not None
        assert block.place.bbox is not None


@pytest.mark.parametrize(
    ("source", "error"),
    [(b"", EmptySource), (b"%PDF-1.7\nnothing", DamagedSource)],
)
def test_what_is_no_pdf_gives_one_clear_error(source: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_pdf(source)


def test_a_file_cut_short_is_damaged() -> None:
    with pytest.raises(DamagedSource):
        read_pdf(data("ninh-son-2024")[:50_000])


@pytest.mark.parametrize("limits", [Limits(pages=3), Limits(source_bytes=10), Limits(characters=9)])
def test_limits_hold(limits: Limits) -> None:
    with pytest.raises(LimitExceeded):
        read_pdf(data("binh-duong-2024"), limits)
