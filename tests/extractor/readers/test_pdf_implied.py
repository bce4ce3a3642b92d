"""Tables whose lines are not drawn, or only those across."""

from collections import Counter
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from extractor import read_plan
from extractor.layout import Layout
from extractor.readers import read
from models.plan import Plan
from tests.conftest import PLANS
from tests.extractor.readers.drawn_pdf import document, line, text

HEADING = ("STT", "N\xf4i dung", "Co quan chu tri", "Co quan ph\xf4i h\xf4p", "Thoi gian")
XS = (50, 90, 250, 360, 500)


def row(y: float, *cells: str) -> str:
    return "".join(text(x, y, words, 10) for x, words in zip(XS, cells, strict=True) if words)


def rows(layout: Layout) -> list[list[str]]:
    (table,) = [table for table in layout.tables() if table.ruled]
    return [[c.text for c in table.cells if c.row == n] for n in range(table.rows)]


def stripped(slug: str, *, across: bool) -> bytes:
    """A sample plan without its ruling lines, or (`across`) with those across only."""
    document = pypdfium2.PdfDocument(PLANS / slug / f"{slug}.pdf")
    for page in document:
        for item in list(page.get_objects([pdfium.FPDF_PAGEOBJ_PATH])):
            left, bottom, right, top = item.get_bounds()
            if not across or right - left < top - bottom:
                page.remove_obj(item)
        page.gen_content()
    into = BytesIO()
    document.save(into)
    return into.getvalue()


def tasks(plan: Plan) -> Counter[tuple[str, str | None]]:
    return Counter(
        (task.description, task.lead.text if task.lead else None)
        for task in plan.tasks if task.origin == "table"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "across", "least"),
    [
        ("vinh-long-2023", False, 0.96),
        ("vinh-long-2023", True, 0.98),
        ("ninh-son-2024", False, 0.85),
    ],
)
def test_a_real_plan_without_its_lines_gives_its_tasks(
    slug: str, across: bool, least: float
) -> None:
    right = tasks(read_plan((PLANS / slug / f"{slug}.pdf").read_bytes()))
    plan = read_plan(stripped(slug, across=across))
    found = tasks(plan)
    assert (right & found).total() >= least * right.total()
    assert found.total() <= right.total()
    assert plan.ledger.balanced
    assert "pdf.table-without-rulings" in {d.code for d in plan.diagnostics}


def test_a_row_begins_with_its_ordinal() -> None:
    page = row(700, *HEADING) + row(680, "1", "Xay dung ke hoach", "So Noi vu", "Ke hoach", "Quy I")
    page += row(668, "", "kiem tra cong vu", "", "", "")
    page += row(656, "2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II")
    assert rows(read(document(page)))[1:] == [
        ["1", "Xay dung ke hoach kiem tra cong vu", "So Noi vu", "Ke hoach", "Quy I"],
        ["2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II"],
    ]


def test_a_row_without_an_ordinal_begins_where_a_column_has_words_again() -> None:
    page = row(700, *HEADING) + row(680, "1", "Xay dung ke hoach", "So Noi vu", "Ke hoach", "Quy I")
    page += row(668, "", "kiem tra cong vu", "", "", "Quy II")
    page += row(656, "", "Tu kiem tra hang nam", "So Tu phap", "Bao cao", "Quy III")
    assert rows(read(document(page)))[1:] == [
        ["1", "Xay dung ke hoach kiem tra cong vu", "So Noi vu", "Ke hoach", "Quy I Quy II"],
        ["", "Tu kiem tra hang nam", "So Tu phap", "Bao cao", "Quy III"],
    ]


def test_ordinals_in_the_middle_of_rows_that_stand_apart() -> None:
    page = row(700, *HEADING)
    for n, y in enumerate((670, 620, 570), 1):
        page += row(y, "", "Ra soat quy trinh", "", "", "") + row(
            y - 12, str(n), "noi bo cua cac", "So Noi vu", "Bao cao", f"Quy {n}"
        )
        page += row(y - 24, "", "co quan", "", "", "")
    assert [cells[1] for cells in rows(read(document(page)))[1:]] == [
        "Ra soat quy trinh noi bo cua cac co quan"
    ] * 3


def test_a_heading_of_a_group_runs_over_the_columns_and_the_table_ends_before_the_text() -> None:
    body = "Cac so, ban, nganh to chuc thuc hien ke hoach nay va bao cao ket qua ve So Noi vu de"
    page = row(700, *HEADING) + text(50, 684, "I. CONG TAC CHI DAO DIEU HANH CHUNG CUA CA TINH", 10)
    page += row(668, "1", "Xay dung ke hoach", "So Noi vu", "Ke hoach", "Quy I")
    page += row(654, "2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II")
    layout = read(document(page + text(50, 600, body)))
    found = rows(layout)
    assert (
        found[1] == ["I. CONG TAC CHI DAO DIEU HANH CHUNG CUA CA TINH"] or found[1][0][:2] == "I."
    )
    assert len(found) == 4
    assert [p.text for p in layout.paragraphs()] == [body]


def test_a_table_goes_on_over_the_page_without_its_heading() -> None:
    first = row(100, *HEADING) + row(80, "1", "Ra soat", "So Noi vu", "Bao cao", "Quy I")
    second = row(780, "2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II")
    tables = [t for t in read(document(first, second)).tables() if t.ruled]
    assert [c.text for c in tables[1].cells] == [
        "2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II",
    ]  # fmt: skip


def test_a_table_ruled_across_has_the_columns_of_its_heading() -> None:
    page = "".join(line(40, y, 560, y) for y in (715, 692, 640, 610)) + row(700, *HEADING)
    page += row(680, "1", "Xay dung ke hoach", "So Noi vu", "Ke hoach", "Quy I")
    page += row(660, "", "kiem tra", "", "", "") + row(
        625, "2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II"
    )
    assert rows(read(document(page)))[1:] == [
        ["1", "Xay dung ke hoach kiem tra", "So Noi vu", "Ke hoach", "Quy I"],
        ["2", "To chuc tap huan", "So Tu phap", "Bao cao", "Quy II"],
    ]


def test_a_form_with_lines_to_fill_in_is_no_table() -> None:
    page = "".join(line(40, y, 560, y) for y in (715, 692, 669)) + text(50, 700, "Ho va ten:")
    page += text(300, 700, "Nam, nu:") + text(50, 675, "Que quan:") + text(300, 675, "Dan toc:")
    assert not [table for table in read(document(page)).tables() if table.ruled]


def test_running_text_with_gaps_is_no_table() -> None:
    page = text(50, 700, "Noi nhan:") + text(300, 700, "TM. UY BAN NHAN DAN")
    page += text(50, 680, "- Nhu tren;") + text(300, 680, "CHU TICH")
    assert not [table for table in read(document(page)).tables() if table.ruled]
