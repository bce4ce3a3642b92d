"""DOCX tables: spans, merges, nesting, revisions, header rows, lines."""

import sys
from collections.abc import Callable

import pytest

from extractor.layout import Cell
from tests.extractor.readers.word import RULED, num, p, r, tbl, tc, tr
from tests.extractor.readers.word_layouts import cells, layout, paragraphs, table

RESTART, GO_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def spot(cell: Cell) -> tuple[int, int, int, int]:
    return cell.row, cell.column, cell.row_span, cell.column_span


def test_rows_cells_and_places() -> None:
    found = table(p("trước") + tbl(tr("TT", "Nhiệm vụ"), tr("1", "Xây dựng")))
    assert (found.rows, found.columns, found.place.path) == (2, 2, "body/tbl[1]")
    assert cells(found) == [["TT", "Nhiệm vụ"], ["1", "Xây dựng"]]
    assert found.cells[3].place.path == "body/tbl[1]/tr[2]/tc[2]"


def test_spans_over_columns_and_rows() -> None:
    found = table(
        tbl(
            tr(tc("TT", RESTART), tc("Cơ quan", span(2))),
            tr(tc("", GO_ON), "chủ trì", "phối hợp"),
            tr(tc("", GO_ON), "a", "b"),
            tr(tc("I. Thể chế", span(3))),
        )
    )
    assert [(c.text, spot(c)) for c in found.cells] == [
        ("TT", (0, 0, 3, 1)),
        ("Cơ quan", (0, 1, 1, 2)),
        ("chủ trì", (1, 1, 1, 1)),
        ("phối hợp", (1, 2, 1, 1)),
        ("a", (2, 1, 1, 1)),
        ("b", (2, 2, 1, 1)),
        ("I. Thể chế", (3, 0, 1, 3)),
    ]
    grid = found.grid()
    assert grid[2][0] is grid[0][0]


def test_a_merge_that_goes_on_from_nothing_is_a_cell() -> None:
    found = table(tbl(tr("a", tc("b", GO_ON)), tr(tc("c", GO_ON), tc("", GO_ON)), tr("d", "e")))
    assert [(c.text, spot(c)) for c in found.cells] == [
        ("a", (0, 0, 1, 1)),
        ("b", (0, 1, 2, 1)),
        ("c", (1, 0, 1, 1)),
        ("d", (2, 0, 1, 1)),
        ("e", (2, 1, 1, 1)),
    ]


def test_text_that_a_merged_cell_covers_is_told() -> None:
    found = layout(tbl(tr(tc("a", RESTART), "b"), tr(tc("c", GO_ON), "d")))
    assert [d.code for d in found.diagnostics] == ["docx.covered-text"]


def test_a_merge_ends_where_a_row_has_a_cell_of_its_own() -> None:
    found = table(tbl(tr(tc("a", RESTART), "x"), tr("b", "y"), tr(tc("c", GO_ON), "z")))
    assert cells(found) == [["a", "x"], ["b", "y"], ["c", "z"]]
    assert {cell.row_span for cell in found.cells} == {1}


def test_cells_merged_in_the_old_way_across() -> None:
    found = table(tbl(tr(tc("a", '<w:hMerge w:val="restart"/>'), tc("", "<w:hMerge/>"), "b")))
    assert [(c.text, spot(c)) for c in found.cells] == [("a", (0, 0, 1, 2)), ("b", (0, 2, 1, 1))]


def test_columns_left_out_before_a_row() -> None:
    found = table(tbl(tr("a", "b", "c"), tr("d", "e", properties='<w:gridBefore w:val="1"/>')))
    assert [spot(c)[:2] for c in found.cells] == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]


def test_a_last_cell_that_claims_too_much_is_cut_to_the_grid() -> None:
    found = table(tbl(tr("a", "b"), tr(tc("I. Nhóm", span(40))), columns=2))
    assert (found.columns, found.cells[2].column_span) == (2, 2)


def test_a_cell_of_a_ruled_table_is_running_text() -> None:
    content = p("Xây dựng kế hoạch") + p("của tỉnh;") + p("- Báo cáo") + p() + p("- Tổng kết")
    found = table(tbl(tr("1", tc(content)), tr("2", "b")))
    assert found.cells[1].text == "Xây dựng kế hoạch của tỉnh;\n- Báo cáo\n- Tổng kết"


def test_a_forced_break_is_a_line_of_a_cell() -> None:
    content = p("<w:r><w:t>- Một</w:t><w:br/><w:t>- Hai</w:t><w:tab/><w:t>ba</w:t></w:r>")
    assert table(tbl(tr("1", tc(content)))).cells[1].text == "- Một\n- Hai ba"


def test_a_cell_of_a_layout_table_keeps_its_lines() -> None:
    letterhead = tbl(tr(tc(p("ỦY BAN NHÂN DÂN") + p("TỈNH VĨNH LONG")), "CỘNG HÒA"), properties="")
    found = table(letterhead)
    assert not found.ruled
    assert found.cells[0].text == "ỦY BAN NHÂN DÂN\nTỈNH VĨNH LONG"


def test_bold_cells() -> None:
    bold = p(r("A", "<w:b/>"))
    found = table(
        tbl(tr(tc(bold + bold), tc(bold + p("b")), tc(p(r("b", '<w:b w:val="0"/>'))), ""))
    )
    assert [c.bold for c in found.cells] == [True, False, False, False]


def test_a_mark_that_is_bold_makes_no_word_bold() -> None:
    mark = p(r("A"), "<w:rPr><w:b/></w:rPr>")
    assert not table(tbl(tr(tc(mark), "b"))).cells[0].bold


def test_tables_beside_each_other_in_one_without_words_are_apart() -> None:
    found = layout(tbl(tr(tc(tbl(tr("a", "b")) + p("")), tc(tbl(tr("c", "d")) + p(""))))).tables()
    assert [cells(one) for one in found] == [[["a", "b"]], [["c", "d"]]]


def test_nested_tables() -> None:
    inner = tbl(tr("x", "y"))
    found = table(tbl(tr("1", tc(p("trước") + inner + p("sau"))), tr("2", "b")))
    assert cells(found) == [["1", "trước sau"], ["2", "b"]]
    (nested,) = found.cells[1].tables
    assert cells(nested) == [["x", "y"]]
    assert nested.cells[0].place.path == "body/tbl[1]/tr[1]/tc[2]/tbl[1]/tr[1]/tc[1]"


def test_a_text_box_in_a_cell_is_text_of_the_cell() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{p('hộp')}</w:txbxContent></w:pict></w:r>"
    assert table(tbl(tr("1", tc(p(r("chữ") + box))))).cells[1].text == "chữ hộp"


def test_rows_and_cells_in_content_controls() -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    found = table(tbl(tr("a", "b"), control(tr("c", "d")), tr("e", control(tc("f")))))
    assert cells(found) == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert found.cells[2].place.path == "body/tbl[1]/sdt[1]/sdtContent[1]/tr[1]/tc[1]"


def test_removed_rows_and_cells_are_gone_but_count_in_the_places() -> None:
    found = table(
        tbl(
            tr("a", "b"),
            tr("c", "d", properties="<w:del/>"),
            tr("e", tc("f", "<w:cellDel/>")),
            tr("g", "h", properties="<w:ins/>"),
        )
    )
    assert cells(found) == [["a", "b"], ["e"], ["g", "h"]]
    assert found.cells[3].place.path == "body/tbl[1]/tr[4]/tc[1]"


def test_header_rows_are_those_at_the_top() -> None:
    header = "<w:tblHeader/>"
    rows = [tr("a", properties=header), tr("b", properties=header), tr("1")]
    assert table(tbl(*rows, tr("c", properties=header))).header_rows == 2
    assert table(tbl(tr("1"), tr("a", properties=header))).header_rows == 0
    assert table(tbl(tr("1", properties='<w:tblHeader w:val="0"/>'))).header_rows == 0


def borders(value: str, *names: str) -> str:
    return "".join(f'<w:{name} w:val="{value}"/>' for name in names)


ALL = ("top", "left", "bottom", "right")
STYLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"/>'
    '<w:style w:type="table" w:styleId="Grid"><w:tblPr><w:tblBorders>'
    + borders("single", *ALL, "insideH", "insideV")
    + "</w:tblBorders></w:tblPr></w:style>"
    '<w:style w:type="table" w:styleId="Child"><w:basedOn w:val="Grid"/></w:style>'
    '<w:style w:type="table" w:styleId="Plain"><w:basedOn w:val="TableNormal"/></w:style>'
    '<w:style w:type="table" w:styleId="Head"><w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
    + borders("single", "bottom")
    + "</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
)


@pytest.mark.parametrize(
    ("properties", "cell", "ruled"),
    [
        ("", "", False),
        (RULED, "", True),
        (f"<w:tblBorders>{borders('single', *ALL)}</w:tblBorders>", "", False),
        (f"<w:tblBorders>{borders('single', 'insideV')}</w:tblBorders>", "", True),
        ('<w:tblStyle w:val="Grid"/>', "", True),
        ('<w:tblStyle w:val="Child"/>', "", True),
        ('<w:tblStyle w:val="Plain"/>', "", False),
        ('<w:tblStyle w:val="Head"/>', "", True),
        ('<w:tblStyle w:val="Missing"/>', "", True),
        (
            '<w:tblStyle w:val="Grid"/><w:tblBorders>'
            + borders("none", *ALL, "insideH", "insideV")
            + "</w:tblBorders>",
            "",
            False,
        ),
        ("", f"<w:tcBorders>{borders('single', *ALL)}</w:tcBorders>", True),
        ("", f"<w:tcBorders>{borders('single', 'bottom')}</w:tcBorders>", False),
        ('<w:tblStyle w:val="Grid"/>', f"<w:tcBorders>{borders('nil', *ALL)}</w:tcBorders>", False),
    ],
)
def test_a_table_is_ruled_where_lines_are_drawn_in_it(
    properties: str, cell: str, ruled: bool
) -> None:
    body = tbl(tr(tc("a", cell), tc("b", cell)), properties=properties)
    assert table(body, styles=STYLES).ruled is ruled


def test_a_box_around_one_cell_is_ruled() -> None:
    box = f"<w:tblBorders>{borders('single', *ALL)}</w:tblBorders>"
    assert table(tbl(tr("a"), properties=box)).ruled
    assert not table(tbl(tr("a"), properties="")).ruled


def test_a_table_without_text_is_there_and_one_without_cells_is_not() -> None:
    found = layout(p("x") + tbl(tr("", "")) + tbl() + tbl("<w:tr/>"))
    assert [t.place.path for t in found.tables()] == ["body/tbl[1]"]
    assert [b.text for b in paragraphs(found)] == ["x"]


def work(read: Callable[[], object]) -> int:
    """The number of Python calls that `read` makes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read()
    finally:
        sys.setprofile(None)
    return calls


def test_the_work_grows_with_the_rows_and_no_faster() -> None:
    def body(rows: int) -> str:
        texts = (
            tr(
                tc(str(n), RESTART if n % 3 == 0 else GO_ON),
                tc(p("Xây dựng") + p("kế hoạch")),
                tc(p(f"số {n}", num(1))),
            )
            for n in range(rows)
        )
        return tbl(*texts)

    small, large = body(600), body(1200)
    once, twice = work(lambda: layout(small)), work(lambda: layout(large))
    assert once > 600
    assert twice < 2.2 * once
