"""The reader of digital PDF files, on the sample plans and on pages made from them."""

from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pdfplumber
import pypdfium2
import pytest

from extractor.layout import Layout, Paragraph, Table
from extractor.limits import Limits
from extractor.readers import read
from models.errors import (
    DamagedSource,
    EmptySource,
    EncryptedSource,
    KehoachError,
    LimitExceeded,
    NoTextLayer,
)
from tests.conftest import PLANS
from tests.extractor.readers.drawn_pdf import document, grid, line, mixed, text

SLUGS = ("binh-duong-2024", "dong-nai-2024", "ninh-son-2024", "vinh-long-2023")


def data(slug: str) -> bytes:
    return (PLANS / slug / f"{slug}.pdf").read_bytes()


@cache
def sample(slug: str) -> Layout:
    return read(data(slug))


@pytest.fixture
def binh_duong() -> Layout:
    return sample("binh-duong-2024")


@pytest.fixture
def ninh_son() -> Layout:
    return sample("ninh-son-2024")


def texts(layout: Layout, kind: str = "body") -> list[str]:
    return [p.text for p in layout.paragraphs() if p.kind == kind]


def content(layout: Layout) -> list[object]:
    """What the layout says, without the places."""
    return [
        (block.kind, block.text)
        if isinstance(block, Paragraph)
        else [(c.row, c.column, c.row_span, c.column_span, c.text) for c in block.cells]
        for block in layout.blocks
    ]


def printed(layout: Layout) -> Counter[str]:
    """The characters of all blocks but for white space."""
    words: list[str] = []
    tables: list[Table] = []
    for block in layout.blocks:
        if isinstance(block, Table):
            tables.append(block)
        else:
            words += block.text.split()
    for table in tables:
        for cell in table.cells:
            words += cell.text.split()
            tables += cell.tables
    return Counter("".join(words))


# -- nothing lost, nothing invented ----------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_character_is_there_once(slug: str) -> None:
    with pypdfium2.PdfDocument(data(slug)) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    raw = normalize("NFC", "".join(pages).replace("\ufffe", "-").replace("\x02", "-"))
    assert printed(sample(slug)) == Counter("".join(raw.split()))


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
    assert not any("2021- 2030" in t for t in texts(binh_duong))  # cut at its hyphen by a wrap


def test_a_paragraph_goes_on_over_the_page() -> None:
    layout = sample("dong-nai-2024")
    (found,) = [p for p in layout.paragraphs() if p.text.startswith("3. Có sự phân công, phối hợp")]
    assert found.place.page == 1
    assert found.text.endswith("hàng năm của các tập thể, cá nhân liên quan.")


def test_title_is_centred_and_bold(binh_duong: Layout) -> None:
    title = next(p for p in binh_duong.paragraphs() if p.text == "KẾ HOẠCH")
    assert title.centered
    assert title.bold
    body = next(p for p in binh_duong.paragraphs() if p.text.startswith("Căn cứ Nghị quyết"))
    assert not body.centered
    assert not body.bold


def test_ruled_table_has_its_cells_and_places() -> None:
    layout = sample("dong-nai-2024")
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


def test_section_rows_span_all_columns() -> None:
    layout = sample("vinh-long-2023")
    (row,) = [c for t in layout.tables() for c in t.cells if c.text.startswith("VI. CẢI CÁCH")]
    assert (row.column, row.column_span) == (0, 6)


def test_every_block_says_where_it_is(binh_duong: Layout) -> None:
    for block in binh_duong.blocks:
        assert block.place.page is not None
        assert block.place.bbox is not None


# -- turned and cropped pages ----------------------------------------------------------------


def variant(change: str, value: int = 0) -> bytes:
    """Ninh Sơn's plan with all pages turned or cropped."""
    out = BytesIO()
    with pypdfium2.PdfDocument(data("ninh-son-2024")) as pdf:
        for page in pdf:
            if change == "crop":
                page.set_cropbox(30, 20, page.get_width() - 25, page.get_height() - 30)
            else:
                page.set_rotation(value)
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_reads_the_same_and_its_places_turn(ninh_son: Layout, turn: int) -> None:
    layout = read(variant("turn", turn))
    assert content(layout) == content(ninh_son)
    old, new = ninh_son.pages[0], layout.pages[0]
    x0, top, x1, bottom = ninh_son.blocks[1].place.bbox or (0, 0, 0, 0)
    if turn == 180:
        assert (new.width, new.height) == (old.width, old.height)
        expected = old.width - x1, old.height - bottom, old.width - x0, old.height - top
    else:
        assert (new.width, new.height) == (old.height, old.width)
        expected = (old.height - bottom, x0, old.height - top, x1)
        if turn == 270:
            expected = (top, old.width - x1, bottom, old.width - x0)
    assert layout.blocks[1].place.bbox == pytest.approx(expected, abs=0.2)


def test_a_cropped_page_counts_from_its_visible_corner(ninh_son: Layout) -> None:
    layout = read(variant("crop"))
    assert content(layout) == content(ninh_son)
    old, new = ninh_son.blocks[1].place.bbox, layout.blocks[1].place.bbox
    assert old
    assert new == pytest.approx((old[0] - 30, old[1] - 30, old[2] - 30, old[3] - 30), abs=0.2)


def test_what_is_cropped_away_is_not_read() -> None:
    page = text(100, 700, "Trong trang") + text(100, 30, "Ngoai trang")
    layout = read(document(page, extra="/CropBox [0 100 595 842]"))
    assert texts(layout) == ["Trong trang"]


def test_a_landscape_page_by_rotation_is_upright() -> None:
    turned = "0 1 -1 0 595 0 cm\n" + text(50, 500, "Phu luc nam ngang cua ke hoach nay")
    layout = read(document(turned, rotate=90))
    (paragraph,) = layout.paragraphs()
    assert (layout.pages[0].width, layout.pages[0].height) == (842, 595)
    assert paragraph.text == "Phu luc nam ngang cua ke hoach nay"
    box = paragraph.place.bbox
    assert box
    assert box[0] == pytest.approx(50, abs=1)
    assert box[3] == pytest.approx(595 - 500 + 0.22 * 12, abs=1)


def test_text_on_its_side_is_read_in_its_cell() -> None:
    page = grid([50, 100, 300], [700, 800]) + text(110, 750, "Noi dung cong viec can lam trong nam")
    # The last word sticks out of the table and still belongs to its cell.
    page += "BT /F1 12 Tf 0 1 -1 0 80 705 Tm (Ghi chu doc) Tj ET\n"
    (table,) = read(document(page)).tables()
    assert [c.text for c in table.cells] == ["Ghi chu doc", "Noi dung cong viec can lam trong nam"]


#: A table of three rows; its last cell spans two of them. It is drawn upright from (0, 0) to
#: (400, 90), and on its side by the matrices of the two ways to turn it.
LAID = (
    grid([0, 40, 400], [0, 30, 60, 90]).replace(line(0, 30, 400, 30), line(0, 30, 40, 30))
    + text(5, 70, "STT") + text(50, 70, "Nhiem vu cua cac co quan")
    + text(5, 40, "1") + text(5, 10, "2") + text(50, 40, "Ra soat cac quy che")
)  # fmt: skip
UPWARDS, DOWNWARDS = "0 1 -1 0 400 100 cm", "0 -1 1 0 200 500 cm"


@pytest.mark.parametrize(
    ("matrix", "second"),
    [(UPWARDS, (340.0, 702.0, 370.0, 742.0)), (DOWNWARDS, (230.0, 342.0, 260.0, 382.0))],
)
def test_a_table_on_its_side_is_read_as_one_turns_it(
    matrix: str, second: tuple[float, float, float, float]
) -> None:
    """On a page that stands upright for most of its text; places are those of the page."""
    prose = "".join(
        text(50, 800 - 15 * n, f"{n} Cac so, ban, nganh va uy ban nhan dan cac huyen thuc hien")
        for n in range(10)
    )
    (table,) = read(document(f"{prose} q {matrix} {LAID} Q")).tables()
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells] == [
        (0, 0, 1, 1, "STT"),
        (0, 1, 1, 1, "Nhiem vu cua cac co quan"),
        (1, 0, 1, 1, "1"),
        (1, 1, 2, 1, "Ra soat cac quy che"),
        (2, 0, 1, 1, "2"),
    ]
    assert (table.rows, table.columns) == (3, 2)
    assert table.cells[2].place.bbox == pytest.approx(second, abs=1)


def test_headings_on_their_side_do_not_turn_a_table() -> None:
    page = grid([50, 80, 110, 300], [500, 600, 700])
    page += "".join(f"BT /F1 12 Tf 0 1 -1 0 {x} 605 Tm (Chi tieu {x}) Tj ET\n" for x in (70, 100))
    page += text(60, 550, "1") + text(90, 550, "2") + text(120, 550, "3") + text(120, 650, "Nam")
    (table,) = read(document(page)).tables()
    assert [(c.row, c.column, c.text) for c in table.cells] == [
        (0, 0, "Chi tieu 70"), (0, 1, "Chi tieu 100"), (0, 2, "Nam"),
        (1, 0, "1"), (1, 1, "2"), (1, 2, "3"),
    ]  # fmt: skip


# -- letters by their places -----------------------------------------------------------------


def test_letters_that_another_font_draws_stand_in_their_places() -> None:
    words = "hoang ha dang an 2026 qua nhau"
    page = (
        grid([50, 150, 500], [690, 720]) + mixed(160, 700, words, other="oa2") + text(60, 700, "1")
    )
    layout = read(document(page + mixed(60, 600, words, other="gn0")))
    assert texts(layout) == [words]
    (table,) = layout.tables()
    assert [cell.text for cell in table.cells] == ["1", words]


def test_a_space_behind_a_letter_of_another_font_that_reaches_into_it_is_one() -> None:
    page = mixed(60, 700, "dang hong quan ban", other="g", gap=366, space=" ")
    assert texts(read(document(page + mixed(60, 600, "dang qua nhau", other="ng")))) == [
        "dang hong quan ban",
        "dang qua nhau",
    ]


def test_a_word_of_mixed_fonts_that_the_line_cuts_at_its_hyphen_is_whole() -> None:
    lines = text(62, 708, "1") + mixed(160, 708, "hoang ha ban qq-", other="oa")
    lines += text(160, 694, "50 dang")
    (table,) = read(document(grid([50, 150, 500], [690, 720]) + lines)).tables()
    assert table.cells[1].text == "hoang ha ban qq-50 dang"


def test_a_number_that_is_put_into_its_gap_is_read_there() -> None:
    page = text(50, 700, "So:         /KH-UBND, ngay      thang 3 nam 2026")
    layout = read(document(page + text(75, 699, "517", 9) + text(190, 702, "23", 9)))
    assert texts(layout) == ["So: 517 /KH-UBND, ngay 23 thang 3 nam 2026"]


def test_words_drawn_over_one_another_are_not_mixed() -> None:
    page = text(50, 700, "Cong viec cua nam") + text(52, 701, "Da thu hoi ngay 3")
    assert texts(read(document(page))) == ["Cong viec cua nam Da thu hoi ngay 3"]


# -- tables without all their lines ----------------------------------------------------------


def test_a_table_with_only_horizontal_lines_loses_no_text() -> None:
    page = "".join(line(50, y, 500, y) for y in (700, 680, 660))
    page += (
        text(60, 685, "mot") + text(300, 685, "hai") + text(60, 665, "ba") + text(300, 665, "bon")
    )
    layout = read(document(page))
    assert sorted("".join(printed(layout).elements())) == sorted("mothaibabon")


def test_a_row_without_its_lower_line_belongs_to_the_table() -> None:
    page = grid([50, 150, 300], [700, 800]) + line(50, 600, 50, 700) + line(150, 600, 150, 700)
    page += line(300, 600, 300, 700) + text(60, 650, "cuoi") + text(160, 650, "trang")
    (table,) = read(document(page)).tables()
    assert [(c.row, c.text) for c in table.cells if c.text] == [(1, "cuoi"), (1, "trang")]


def test_a_frame_around_text_is_no_table() -> None:
    layout = read(document(grid([50, 500], [600, 800]) + text(60, 700, "Trong khung")))
    assert texts(layout) == ["Trong khung"]


def test_a_frame_as_wide_as_the_table_before_goes_on_with_it() -> None:
    table = grid([50, 150, 500], [100, 400, 800]) + text(160, 200, "Cong viec")
    layout = read(document(table, grid([50, 500], [600, 800]) + text(60, 700, "II. NHOM")))
    assert [c.text for t in layout.tables() for c in t.cells if c.text] == ["Cong viec", "II. NHOM"]


#: A table whose second row is 150 high, with room for another table in its second cell.
HOLDER = grid([50, 100, 300, 400], [780, 800]) + "".join(
    [line(50, 630, 400, 630), line(50, 600, 400, 600)]
    + [line(x, 600, x, 780) for x in (50, 100, 300, 400)]
)
HELD = "".join(
    text(x, y, words)
    for x, y, words in (
        *((60, 785, "Dau"), (110, 785, "Viec"), (310, 785, "Co quan")),
        *((60, 765, "1"), (110, 765, "Ra soat"), (310, 765, "So Noi vu")),
        *((115, 735, "mot"), (210, 735, "hai"), (115, 705, "ba"), (210, 705, "bon")),
        *((110, 645, "theo bang"), (60, 610, "2"), (110, 610, "Bao cao"), (310, 610, "Ban")),
    )
)


@pytest.mark.parametrize("left", [100, 107, 112])
@pytest.mark.parametrize("right", [290, 300])
def test_a_table_in_a_cell_stands_in_it_and_parts_no_row(left: int, right: int) -> None:
    inner = grid([left, 200, right], [690, 720, 750])
    (table,) = read(document(HOLDER + HELD + inner)).tables()
    assert [(c.row, c.text) for c in table.cells if c.column == 1] == [
        (0, "Viec"), (1, "Ra soat theo bang"), (2, "Bao cao"),
    ]  # fmt: skip
    assert (table.rows, table.columns) == (3, 3)
    (nested,) = (nested for cell in table.cells for nested in cell.tables)
    assert [(c.row, c.column, c.text) for c in nested.cells] == [
        (0, 0, "mot"), (0, 1, "hai"), (1, 0, "ba"), (1, 1, "bon"),
    ]  # fmt: skip


def test_a_heading_of_levels_is_no_table_in_a_cell() -> None:
    """Its lower levels fill the room below the first."""
    head = "".join(line(x, 600, x, 780) for x in (50, 100, 300, 400))
    head += "".join(line(50, y, 400, y) for y in (780, 660, 600))
    head += line(100, 740, 300, 740) + line(100, 700, 200, 700)
    head += line(200, 660, 200, 740) + line(150, 660, 150, 700)
    (table,) = read(document(head + text(110, 750, "To chuc") + text(60, 620, "NHOM"))).tables()
    assert not any(cell.tables for cell in table.cells)
    assert (table.rows, table.columns) == (4, 5)


def test_rows_of_a_merged_number_are_no_table_in_a_cell() -> None:
    """Its cells fill the room, and so do those of columns that have one heading for both."""
    rows = "".join(line(100, y, 300, y) for y in (730, 680)) + line(200, 630, 200, 780)
    (table,) = read(document(HOLDER + HELD + rows)).tables()
    assert not any(cell.tables for cell in table.cells)
    assert (table.rows, table.columns) == (5, 4)


# -- what cannot be read ---------------------------------------------------------------------


def test_a_page_that_is_a_picture_is_reported() -> None:
    picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 80> EI Q\n" + text(
        290, 800, "2"
    )
    page = text(100, 700, "Cong tac cai cach hanh chinh cua tinh trong nam nay duoc trien khai")
    layout = read(document(page, picture))
    assert [p.readable for p in layout.pages] == [True, False]
    (note,) = layout.diagnostics
    assert (note.code, note.provenance.page) == ("pdf.no-text-layer", 2)
    assert " | " in note.message
    with pytest.raises(NoTextLayer):
        read(document(picture))


def test_garbage_is_reported_and_left_out() -> None:
    good = text(100, 700, "Công vi\xeac này do các xã, thôn làm và báo cáo")
    bad = text(
        100, 700, "K\xf8 h\xfexch c\xdfi c\xb6ch h\xfenh ch\xdfnh n\xd7m n\xf0y \xdet\xfe b\xf7k"
    )
    layout = read(document(good, bad))
    assert [p.readable for p in layout.pages] == [True, False]
    assert [d.code for d in layout.diagnostics] == ["pdf.garbled-text"]
    assert all(block.place.page == 1 for block in layout.blocks)
    with pytest.raises(NoTextLayer):
        read(document(bad))


@pytest.mark.parametrize(
    "words",
    [
        "Plumb a file for detailed information about each character, rectangle and line",
        "Les données publiques sont disponibles à la préfecture de chaque département",
        "Die Gemeinden berichten jährlich über den Stand ihrer Verwaltungsreform",
    ],
)
def test_another_language_is_read_and_said_so(words: str) -> None:
    layout = read(document(text(50, 700, words), text(50, 700, words)))
    assert texts(layout) == [f"{words} {words}"]
    (note,) = layout.diagnostics
    assert (note.code, note.severity, note.provenance.page) == ("pdf.other-language", "info", 1)


def test_letters_out_of_their_places_are_noticed() -> None:
    """As where a second font is read after the first one, on a page and in one table of it."""
    torn = "Nâng cao ch t l ng ph c v ng i dân, các s , ban, ngành"
    page = text(100, 700, torn)
    with pytest.raises(NoTextLayer):
        read(document(page))
    whole = "".join(
        text(50, 300 - 20 * n, "Công vi\xeac này do các xã, thôn làm và báo cáo") for n in range(9)
    )
    layout = read(document(grid([50, 100, 500], [680, 720]) + page + whole))
    assert layout.pages[0].readable
    assert [d.code for d in layout.diagnostics] == ["pdf.garbled-table"]


def test_letters_of_before_unicode_are_converted() -> None:
    page = text(100, 700, "KÕ ho¹ch c¶i c¸ch hµnh chÝnh nhµ n­íc cña tØnh", font="F3")
    page += text(100, 600, "Së Néi vô chñ tr×, phèi hîp víi c¸c së, ban, ngµnh", font="F3")
    layout = read(document(page))
    assert texts(layout) == [
        "Kế hoạch cải cách hành chính nhà nước của tỉnh",
        "Sở Nội vụ chủ trì, phối hợp với các sở, ban, ngành",
    ]
    assert [d.code for d in layout.diagnostics] == ["text.tcvn3-converted"]


ENCRYPTED = document(
    text(100, 700, "x"),
    trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /P -4"
    f" /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00><00>]",
)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"", EmptySource),
        (document(""), EmptySource),
        (b"%PDF-1.7\nnothing", DamagedSource),
        (b"PK\x03\x04 no PDF", DamagedSource),
        (ENCRYPTED, EncryptedSource),
    ],
)
def test_what_cannot_be_opened_gives_one_clear_error(source: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        read(source)
    assert isinstance(caught.value, KehoachError)
    assert caught.value.vi
    assert str(caught.value)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_damaged(slug: str, share: float) -> None:
    source = data(slug)
    with pytest.raises(DamagedSource):
        read(source[: int(share * len(source))])


def test_a_missing_end_is_reported() -> None:
    source = document(text(100, 700, "Ke hoach cua tinh trong nam nay va cac nam sau"))
    layout = read(source[: source.rindex(b"startxref")])
    assert [d.code for d in layout.diagnostics] == ["pdf.cut-short"]
    assert len(layout.blocks) == 1


@pytest.mark.parametrize(
    "limits", [Limits(pages=3), Limits(source_bytes=10), Limits(characters=9), Limits(cells=99)]
)
def test_limits_hold(limits: Limits) -> None:
    with pytest.raises(LimitExceeded):
        read(data("vinh-long-2023"), limits=limits)


# -- real files from elsewhere ---------------------------------------------------------------


def wild_layout(folder: Path, start: str) -> Layout:
    path = min(folder.glob(f"{start}*.pdf"))
    return read(path.read_bytes())


@pytest.mark.wild
def test_a_gazette_made_by_word(wild: Path) -> None:
    layout = wild_layout(wild, "chinh-phu-nq109")
    assert all(p.readable for p in layout.pages)
    assert Counter(texts(layout, "running"))["CÔNG BÁO/Số 259/Ngày 30-04-2026"] == 67
    (stamp,) = texts(layout, "stamp")
    assert stamp.startswith("Ký bởi: ")
    table = next(t for t in layout.tables() if t.place.page == 45 and t.ruled)
    assert (table.rows, table.columns) == (8, 5)
    row = [c.text for c in table.grid()[3] if c]
    assert row[2] == "Quý II/2026"
    assert [part[:2] for part in row[3].split("\n")] == ["1.", "2.", "3."]


@pytest.mark.wild
def test_twelve_rows_at_the_end(wild: Path) -> None:
    layout = wild_layout(wild, "so-y-te-ha-noi-cv6582")
    assert layout.diagnostics == []
    first, second = list(layout.tables())[-2:]
    numbers = [row[0].text for t in (first, second) for row in t.grid() if row[0]]
    assert numbers == ["TT", *map(str, range(1, 13))]


def test_cells_equal_those_of_another_finder(ninh_son: Layout) -> None:
    """pdfplumber's table finder reads the same cells, but for white space."""
    expected = []
    with pdfplumber.open(PLANS / "ninh-son-2024" / "ninh-son-2024.pdf") as pdf:
        for page in pdf.pages[8:15]:
            for rows in page.extract_tables({"text_x_tolerance_ratio": 0.15}):
                expected.append(
                    ["".join((c or "").split()) for r in rows for c in r if c is not None]
                )
    tables = [t for t in ninh_son.tables() if t.ruled and (t.place.page or 0) <= 15]
    assert [["".join(c.text.split()) for c in t.cells] for t in tables] == expected
    assert sum(map(len, expected)) == 273


def test_cells_that_are_drawn_as_boxes_are_a_table() -> None:
    """Each cell is a stroked outline of its own, as some printers draw them."""
    boxes = "".join(
        f"{x} {y} {width} 30 re S\n" for y in (600, 630) for x, width in ((50, 50), (100, 300))
    )
    words = "".join(text(110, y + 10, f"Cong viec thu {n}") for n, y in ((1, 630), (2, 600)))
    (table,) = read(document(boxes + words + text(60, 640, "1") + text(60, 610, "2"))).tables()
    assert [cell.text for cell in table.cells] == ["1", "Cong viec thu 1", "2", "Cong viec thu 2"]
