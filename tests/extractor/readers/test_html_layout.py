"""Web pages: the cells, looks and places of their tables and paragraphs."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from extractor.layout import Layout, Paragraph, Table
from extractor.limits import Limits
from extractor.readers import read
from tests.conftest import PLANS

NAMES = ["binh-duong-2024", "dong-nai-2024", "lai-chau-2025", "ninh-son-2024", "vinh-long-2023"]


def page(body: str, limits: Limits | None = None) -> Layout:
    return read(body.encode(), limits=limits or Limits())


def bodies(layout: Layout) -> list[str]:
    return [p.text for p in layout.paragraphs() if p.kind == "body"]


def furniture(layout: Layout) -> list[str]:
    return [p.text for p in layout.paragraphs() if p.kind == "furniture"]


def only_table(layout: Layout) -> Table:
    (table,) = layout.tables()
    return table


def texts(table: Table) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in table.grid()]


def printed(layout: Layout) -> str:
    def of(table: Table) -> str:
        return " ".join(c.text + " ".join(map(of, c.tables)) for c in table.cells)

    blocks = (b.text if isinstance(b, Paragraph) else of(b) for b in layout.blocks)
    return " ".join(blocks)


# --- the sample plans ---


def plan(name: str) -> Layout:
    return read((PLANS / name / f"{name}.html").read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_printed_is_lost_or_invented(name: str) -> None:
    data = (PLANS / name / f"{name}.html").read_bytes()
    tree: Any = lxml_html.document_fromstring(data.decode())
    for drop in tree.xpath("//script|//style|//title"):
        drop.drop_tree()
    source = sorted(" ".join(tree.xpath("//text()")).split())
    found = sorted(word for word in printed(read(data)).split() if word != "-")
    assert [word for word in source if word != "-"] == found


@pytest.mark.parametrize("name", NAMES)
def test_places_name_the_elements(name: str) -> None:
    data = (PLANS / name / f"{name}.html").read_bytes()
    tree: Any = lxml_html.document_fromstring(data.decode()).getroottree()
    for block in list(plan(name).blocks)[::7]:
        cells = block.cells[::50] if isinstance(block, Table) else []
        for place in (block.place, *(cell.place for cell in cells)):
            assert place.path is not None
            assert len(tree.xpath(place.path)) == 1, place.path
    table = next(iter(plan(name).tables()), None)
    if table:
        cell = table.cells[-1]
        (element,) = tree.xpath(str(cell.place.path))
        assert "".join(element.text_content().split()) == "".join(cell.text.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_site_around_the_document_is_marked(name: str) -> None:
    layout = plan(name)
    body = bodies(layout)
    site = " ".join(furniture(layout))
    assert "Trang chủ" in site
    assert "Bản quyền" in site
    assert "liên quan" in site
    assert not any("Trang chủ" in text or "Bản quyền" in text for text in body)
    assert not any(text.endswith(("năm 2020", "BBT( TH)", "liên quan")) for text in body)
    long = [text for text in furniture(layout) if len(text) > 90]
    assert not long


@pytest.mark.parametrize("name", ["dong-nai-2024", "ninh-son-2024", "vinh-long-2023"])
def test_every_task_of_the_gold_is_a_cell(name: str) -> None:
    gold = json.loads((PLANS / name / f"{name}.gold.json").read_text("utf-8"))
    cells = {" ".join(cell.text.split()) for table in plan(name).tables() for cell in table.cells}
    tasks = [" ".join(task["task"].split()) for task in gold["tasks"] if task["task"]]
    missing = [task for task in tasks if task not in cells]
    assert not missing, missing[:3]


def test_letterhead_and_signature_are_tables_without_lines() -> None:
    tables = list(plan("vinh-long-2023").tables())
    assert [table.ruled for table in tables] == [False, False, True]
    assert tables[0].cells[0].text == "ỦY BAN NHÂN DÂN\nTỈNH VĨNH LONG\n-------"
    assert tables[1].cells[0].text.startswith("Nơi nhận:\n- Như Điều 3;\n")


def test_title_of_the_page() -> None:
    assert plan("ninh-son-2024").title == (
        "KẾ HOẠCH Cải cách hành chính Nhà nước huyện Ninh Sơn năm 2024"
    )


@pytest.mark.wild
def test_a_page_without_border_attributes(wild: Path) -> None:
    layout = read((wild / "ubtvqh-nq119-2026.html").read_bytes())
    tables = list(layout.tables())
    assert [(table.ruled, table.header_rows) for table in tables] == [
        (False, 0),
        (True, 1),
        (False, 0),
    ]
    assert bodies(layout)[0] == "NGHỊ QUYẾT"
    assert "Khoản 1" in furniture(layout)
    assert tables[1].grid()[3][3].text == "Ủy ban Kinh tế và Tài chính"  # type: ignore[union-attr]


# --- tables ---


def test_spans_fill_the_grid() -> None:
    table = only_table(
        page(
            "<table border=1><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d"
            "<tr><td>e<td rowspan=9>f<td>g</table>"
        )
    )
    assert texts(table) == [["a", "b", "b"], ["a", "c", "d"], ["e", "f", "g"]]


def test_rowspan_0_and_rowspan_past_the_end_stop_with_the_group() -> None:
    table = only_table(
        page(
            "<table border=1><thead><tr><th rowspan=5>H<th>I</thead>"
            "<tbody><tr><td rowspan=0>a<td>b<tr><td>c</tbody><tbody><tr><td>d<td>e</table>"
        )
    )
    assert texts(table) == [["H", "I"], ["a", "b"], ["a", "c"], ["d", "e"]]
    assert table.header_rows == 1


def test_huge_colspan_adds_no_columns() -> None:
    table = only_table(
        page("<table border=1><tr><td colspan=1000000>Nhóm I<tr><td>1<td>a<td>b</table>")
    )
    assert (table.rows, table.columns) == (2, 3)
    assert texts(table)[0] == ["Nhóm I"] * 3


def test_rows_of_differing_length() -> None:
    table = only_table(
        page("<table border=1><tr><td>a<td>b<td>c<tr><td>d<tr><td colspan=2>e<td>f<td>g</table>")
    )
    assert texts(table) == [
        ["a", "b", "c", None],
        ["d", None, None, None],
        ["e", "e", "f", "g"],
    ]


@pytest.mark.parametrize("span", ["", "abc", "-3", "2.5", "1e9", "99999999999999999999", "٣"])
def test_odd_span_values(span: str) -> None:
    table = only_table(
        page(f"<table border=1><tr><td colspan='{span}'>a<td rowspan='{span}'>b<tr><td>c</table>")
    )
    assert "c" in [cell.text for cell in table.cells]


def test_header_rows_of_two_levels_and_rows_after_thead() -> None:
    table = only_table(
        page(
            "<table border=1><caption>Biểu 1</caption><thead><tr><th rowspan=2>TT<th colspan=2>Cơ "
            "quan<tr><th>Chủ trì<th>Phối hợp</thead><tr><td>1<td>a<td>b<tr><td>2<td>c<td>d</table>"
        )
    )
    assert table.header_rows == 2
    assert (table.rows, table.columns) == (4, 3)


def test_th_row_without_thead_and_tfoot_before_the_body() -> None:
    table = only_table(
        page("<table border=1><tfoot><tr><td>Tổng<td>3</tfoot><tr><th>a<th>b<tr><td>1<td>2</table>")
    )
    assert texts(table) == [["a", "b"], ["1", "2"], ["Tổng", "3"]]
    assert table.header_rows == 1


def test_caption_stands_before_the_table() -> None:
    layout = page("<table border=1><caption>Biểu 1<tr><td>a<td>b</table>")
    assert [type(block) for block in layout.blocks] == [Paragraph, Table]
    assert bodies(layout) == ["Biểu 1"]


def test_hard_wraps_are_spaces_and_list_items_keep_their_lines() -> None:
    table = only_table(
        page(
            "<table border=1><tr><td><p>Xây dựng\n   kế hoạch&nbsp;của\r\ntỉnh:<br>- Kế hoạch A;"
            "<br>- Kế hoạch B</p><td><p>Ủy ban</p><p>Kinh tế</p><td><ul><li>một<li>hai</ul></table>"
        )
    )
    assert [cell.text for cell in table.cells] == [
        "Xây dựng kế hoạch của tỉnh:\n- Kế hoạch A;\n- Kế hoạch B",
        "Ủy ban Kinh tế",
        "- một\n- hai",
    ]


def test_unruled_tables_keep_their_lines() -> None:
    table = only_table(
        page("<table border=0><tr><td>UBND TỈNH X<br>SỞ Y<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    )
    assert not table.ruled
    assert table.cells[0].text == "UBND TỈNH X\nSỞ Y"


def test_nested_data_table_stays_in_its_cell() -> None:
    table = only_table(
        page(
            "<table border=1><tr><td>1<td>gồm: <table border=1><tr><td>a<td>b<tr><td>c<td>d"
            "</table> và khác<td>x<tr><td>2<td>y<td>z</table>"
        )
    )
    cell = table.cells[1]
    assert cell.text == "gồm:\nvà khác"
    assert [texts(inner) for inner in cell.tables] == [[["a", "b"], ["c", "d"]]]


def test_nested_layout_table_is_text_of_its_cell() -> None:
    table = only_table(
        page(
            "<table border=1><tr><td>1<td><table border=0><tr><td>Sở Y tế;<td>Sở Nội vụ</table>"
            "<td>x<tr><td>2<td>y<td>z</table>"
        )
    )
    assert table.cells[1].text == "Sở Y tế;\nSở Nội vụ"
    assert not table.cells[1].tables


@pytest.mark.parametrize(
    ("open_table", "open_cell", "ruled"),
    [
        ("<table border=1>", "<td>", True),
        ("<table border=1 style='border:none'>", "<td style='border:solid windowtext 1pt'>", True),
        ("<table border=0>", "<td style='border:solid windowtext 1pt'>", True),
        ("<table border=1>", "<td style='border:none;padding:0in'>", False),
        ("<table class='table table-bordered'>", "<td>", True),
        ("<table style='border:1px solid black'>", "<td>", True),
        ("<table border=0>", "<td>", False),
        ("<table>", "<td>", False),
        ("<style>table, td {border: 1px solid #ccc}</style><table>", "<td>", True),
    ],
)
def test_lines_of_a_small_table(open_table: str, open_cell: str, ruled: bool) -> None:
    row = f"<tr>{open_cell}một{open_cell}hai</tr>"
    assert only_table(page(f"{open_table}{row}{row}</table>")).ruled is ruled


def test_tables_that_say_nothing_are_judged_by_their_shape() -> None:
    row = "<tr><td>1<td>việc<td>Sở A"
    assert only_table(page(f"<table>{row * 3}</table>")).ruled
    assert only_table(page(f"<table border=0>{row * 4}</table>")).ruled
    assert not only_table(page(f"<table>{row}</table>")).ruled


def test_a_page_laid_out_by_one_table_is_dissolved_in_order() -> None:
    text = "<p>Nội dung của kế hoạch được nêu ở đây, dài hơn một dòng của thực đơn.</p>" * 30
    layout = page(
        "<table width=100%><tr><td colspan=2>Cổng thông tin<tr><td>"
        "<table><tr><td><a href=/a>Tin mới</a><tr><td><a href=/b>Công văn</a>"
        "<tr><td><a href=/c>Dự án luật</a></table><td><p align=center><b>KẾ HOẠCH</b></p>"
        f"{text}<table border=1><tr><td>STT<td>Việc<tr><td>1<td>a</table><p>Hết</p></table>"
    )
    assert texts(only_table(layout)) == [["STT", "Việc"], ["1", "a"]]
    kinds = [type(block).__name__ for block in layout.blocks]
    assert kinds == ["Paragraph"] * 35 + ["Table", "Paragraph"]
    assert furniture(layout) == ["Tin mới", "Công văn", "Dự án luật"]
    heading = layout.blocks[4]
    assert isinstance(heading, Paragraph)
    assert (heading.text, heading.centered, heading.bold) == ("KẾ HOẠCH", True, True)


def test_long_recipients_do_not_dissolve_a_signature() -> None:
    lines = "<br>".join(f"- Ủy ban nhân dân xã số {i};" for i in range(60))
    table = only_table(
        page(f"<table><tr><td>Nơi nhận:<br>{lines}<td>KT. CHỦ TỊCH<br>Nguyễn Văn A</table>")
    )
    assert (table.columns, table.ruled) == (2, False)


# --- paragraphs ---


def test_bold_and_centered() -> None:
    layout = page(
        "<h2>a</h2><center>b</center><p style='text-align: center'><strong>c</strong></p>"
        "<p><b>d</b> e</p><div align=center><p align=left>f</p>g</div>"
        "<p style='font-weight:700'>h<span style='font-weight:normal'></span></p>"
        "<p class='text-center'>i</p>"
    )
    looks = {p.text: (p.bold, p.centered) for p in layout.paragraphs()}
    assert looks == {
        "a": (True, False),
        "b": (False, True),
        "c": (True, True),
        "d e": (False, False),
        "f": (False, False),
        "g": (False, True),
        "h": (True, False),
        "i": (False, True),
    }
