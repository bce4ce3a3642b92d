"""XLSX, XLS and ODS: the tables of an appendix, each sheet read as it is shown."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from extractor import look, read_plan
from extractor.layout import Block, Paragraph, Table
from extractor.limits import Limits
from models.errors import DamagedSource, EmptySource, LimitExceeded, UnreadableSource
from models.plan import Plan
from models.task import Task
from tests.conftest import PLANS
from tests.extractor.mutations import BYTES, PACKAGE
from tests.extractor.pages import sample, words
from tests.extractor.readers.test_office import SMALL
from tests.extractor.readers.word import package
from tests.office import converted, needs_libreoffice

#: The appendix of the small plan as LibreOffice 7.4 wrote it from the workbook made below.
OFFICE = Path(__file__).parent / "office"
LINE = Side(style="thin")
LINES = Border(LINE, LINE, LINE, LINE)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(*rows: Sequence[Any], ruled: bool = True) -> tuple[Workbook, Worksheet]:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for row in sheet.iter_rows() if ruled else ():
        for cell in row:
            cell.border = LINES
    return book, sheet


def appendix(blocks: Iterable[Block], wanted: Callable[[Table], bool]) -> bytes:
    """A workbook with each wanted table as an officer has it: titles above it, lines around it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Phụ lục"
    titles: list[Paragraph] = []
    row = 1
    for block in blocks:
        if isinstance(block, Paragraph):
            titles = [*titles, block][-4:]
            continue
        if not wanted(block):
            titles = []
            continue
        for title in titles:
            sheet.cell(row, 1, title.text).font = Font(bold=title.bold)
            sheet.merge_cells(None, row, 1, row, block.columns)
            row += 1
        row += 1
        for cell in block.cells:
            top, left = row + cell.row, 1 + cell.column
            bottom, right = top + cell.row_span - 1, left + cell.column_span - 1
            text = cell.text
            sheet.cell(top, left, int(text) if text.isdigit() else text or None)
            sheet.cell(top, left).font = Font(bold=cell.bold)
            for line in sheet.iter_rows(top, bottom, left, right):
                for one in line:
                    one.border = LINES
            if (top, left) != (bottom, right):
                sheet.merge_cells(None, top, left, bottom, right)
        row += block.rows + 1
        titles = []
    return saved(book)


def row_of(task: Task) -> tuple[object, ...]:
    """A row as it is printed."""
    return (
        task.ordinal, task.description, task.lead and task.lead.text,
        task.coordinating and task.coordinating.text, task.product, task.target, task.note,
        task.deadline and task.deadline.text,
    )  # fmt: skip


def rows(plan: Plan) -> list[tuple[object, ...]]:
    return [row_of(task) for task in plan.tasks if task.origin == "table"]


def tables_of_tasks(plan: Plan) -> set[int | None]:
    return {task.provenance.table for task in plan.tasks}


def as_appendix(path: Path | bytes) -> bytes:
    """The tables of tasks of a plan as a workbook."""
    data = path if isinstance(path, bytes) else path.read_bytes()
    numbers = tables_of_tasks(read_plan(data) if isinstance(path, bytes) else sample(path))
    layout = look(data)
    ruled = [table for table in layout.tables() if table.ruled]
    wanted = [table for number, table in enumerate(ruled, 1) if number in numbers]
    return appendix(layout.blocks, lambda table: any(table is one for one in wanted))


WITH_TABLES = ("vinh-long-2023", "ninh-son-2024")


# The appendices of Đồng Nai name who leads in their titles, one of them without its number.
@pytest.mark.parametrize("slug", [*WITH_TABLES, "dong-nai-2024"])
def test_an_appendix_has_the_rows_of_its_plan(slug: str) -> None:
    path = PLANS / slug / f"{slug}.docx"
    plan = read_plan(as_appendix(path))
    assert plan.ledger.balanced
    assert rows(plan) == rows(sample(path))


@needs_libreoffice
@pytest.mark.parametrize("form", ["xls", "ods"])
def test_an_appendix_has_them_in_other_forms(form: str, tmp_path: Path) -> None:
    for slug in WITH_TABLES:
        (tmp_path / f"{slug}.xlsx").write_bytes(as_appendix(PLANS / slug / f"{slug}.docx"))
    folder = converted([tmp_path / f"{slug}.xlsx" for slug in WITH_TABLES], form, tmp_path)
    for slug in WITH_TABLES:
        plan = read_plan(folder / f"{slug}.{form}")
        assert plan.document.source.reader == form
        assert plan.ledger.balanced
        assert rows(plan) == rows(sample(PLANS / slug / f"{slug}.docx"))


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_a_file_of_another_program_says_the_same(form: str) -> None:
    plan = read_plan(OFFICE / f"appendix.{form}")
    assert rows(plan) == rows(read_plan(SMALL.encode()))
    assert [task.group for task in plan.tasks][1:] == [
        ("I. CẢI CÁCH THỂ CHẾ",), ("II. CẢI CÁCH TÀI CHÍNH CÔNG",)
    ]  # fmt: skip


HEADER = ("STT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Thời gian")


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (datetime(2024, 12, 31), "dd/mm/yyyy", "31/12/2024"),
        (datetime(2024, 12, 31), "m/d/yyyy", "31/12/2024"),
        (date(2024, 12, 31), "mm-dd-yy", "31/12/2024"),
        (date(2024, 12, 31), "[$-42A]d mmmm yyyy;@", "31/12/2024"),
        (date(2024, 12, 1), "mm/yyyy", "12/2024"),
        (date(2024, 12, 1), '"năm "yyyy', "2024"),
        (datetime(2024, 12, 31, 16, 30), "hh:mm dd/mm/yyyy", "16:30 31/12/2024"),
        (2025, "General", "2025"),
        (1.5, "General", "1.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1.1, "0.00", "1.10"),
        (0.955, "0.0%", "95,5%"),
        (1, "0%", "100%"),
        (1234567.5, "#,##0.0", "1.234.567,5"),
        (True, "General", "TRUE"),
    ],
)
def test_values_are_read_as_they_are_shown(value: Any, code: str, text: str) -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo kết quả", "Sở Nội vụ", value))
    sheet["D2"].number_format = code
    (task,) = read_plan(saved(book)).tasks
    assert task.deadline
    assert task.deadline.text == text


def test_a_date_is_a_day() -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo kết quả", "Sở Nội vụ", date(2024, 3, 31)))
    sheet["D2"].number_format = "m/d/yyyy"
    (task,) = read_plan(saved(book)).tasks
    assert task.deadline
    assert task.deadline.due == "2024-03-31"
    assert task.provenance.path == "'Sheet'!A2"
    assert task.provenance.cells["deadline"].path == "'Sheet'!D2"


def test_titles_stand_above_and_a_signature_below_what_has_lines() -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo kết quả", "Sở Nội vụ", "Quý I"))
    sheet.insert_rows(1, 3)
    sheet["A1"], sheet["D1"] = "UBND TỈNH VĨNH LONG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    sheet["A2"] = "PHỤ LỤC II\n(Kèm theo Kế hoạch số 12/KH-UBND ngày 05/01/2024)"
    sheet["A8"], sheet["D8"] = "NGƯỜI LẬP BIỂU", "GIÁM ĐỐC"
    blocks = look(saved(book)).blocks
    assert [type(block).__name__ for block in blocks] == ["Table", "Paragraph", "Table", "Table"]
    assert [block.ruled for block in blocks if isinstance(block, Table)] == [False, True, False]
    assert len(read_plan(saved(book)).tasks) == 1


def test_a_sheet_without_lines_has_a_table_all_the_same() -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo kết quả", "Sở Nội vụ", "Quý I"), ruled=False)
    sheet.insert_rows(1)
    sheet["A1"] = "PHỤ LỤC"
    assert rows(read_plan(saved(book))) == [
        ("1", "Báo cáo kết quả", "Sở Nội vụ", None, None, None, None, "Quý I")
    ]


#: Three tasks under headings of two levels, as they are typed where nobody merges cells.
UPPER = ("STT", "Nội dung nhiệm vụ", "Cơ quan thực hiện", None, "Thời gian hoàn thành")
LOWER = (None, None, "Chủ trì", "Phối hợp", None)
WORK = (
    (1, "Ban hành kế hoạch kiểm tra", "Sở Tư pháp", "Sở Nội vụ", "Quý I"),
    (2, "Rà soát văn bản hết hiệu lực", "Sở Tài chính", "UBND cấp huyện", "31/12/2024"),
    (3, "Tổ chức hội nghị tổng kết", "Sở Nội vụ", "Các sở, ban, ngành", "Thường xuyên"),
)
WHOLE = [(str(n), what, lead, with_, None, None, None, when) for n, what, lead, with_, when in WORK]
TITLES = (("PHỤ LỤC I", *[None] * 4), ("NHIỆM VỤ NĂM 2024", *[None] * 4))


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("between", [(), ("(1)", "(2)", "(3)", "(4)", "(5)")])
@pytest.mark.parametrize("merged", [(), ("C1:D1",), ("C1:D1", "A1:A2", "B1:B2", "E1:E2")])
def test_headings_of_two_levels(merged: Sequence[str], between: Any, ruled: bool) -> None:
    heads = [UPPER, LOWER, *([between] if between else [])]
    book, sheet = sheet_of(*heads, *WORK, ruled=ruled)
    for cells in merged:
        sheet.merge_cells(cells)
    plan = read_plan(saved(book))
    assert rows(plan) == WHOLE
    assert plan.ledger.balanced


@pytest.mark.parametrize("merged", [(), ("A1:E1", "A2:E2")])
def test_titles_with_lines_around_them_are_titles(merged: Sequence[str]) -> None:
    book, sheet = sheet_of(*TITLES, UPPER, LOWER, *WORK)
    for cells in merged:
        sheet.merge_cells(cells)
    plan = read_plan(saved(book))
    assert rows(plan) == WHOLE
    assert {(task.appendix, task.group) for task in plan.tasks} == {("PHỤ LỤC I", ())}


@pytest.mark.parametrize("lined", [2, 3, 4])
def test_rows_added_below_the_lines_are_rows_of_the_table(lined: int) -> None:
    group = ("II", "CẢI CÁCH TÀI CHÍNH CÔNG", None, None, None)
    book, sheet = sheet_of(UPPER, LOWER, *WORK[:2], group, WORK[2], ruled=False)
    for line in sheet.iter_rows(1, lined):
        for cell in line:
            cell.border = LINES
    sheet["A8"], sheet["C8"], sheet["E8"] = "NGƯỜI LẬP", "NGƯỜI KIỂM TRA", "GIÁM ĐỐC"
    plan = read_plan(saved(book))
    assert rows(plan) == WHOLE
    assert plan.tasks[2].group == ("II. CẢI CÁCH TÀI CHÍNH CÔNG",)


def with_a_hidden_column() -> Workbook:
    """A workbook whose heading over two columns, and a group, begin in columns that are hidden."""
    book, sheet = sheet_of(
        ("mã", *UPPER[:3], *UPPER[2:]),
        (None, None, None, "mã", *LOWER[2:]),
        ("I. CẢI CÁCH THỂ CHẾ", *[None] * 6),
        *(("k", *line[:2], "m", *line[2:]) for line in WORK),
    )
    for cells in ("D1:F1", "A3:G3"):
        sheet.merge_cells(cells)
    for column in ("A", "D", "Z"):  # of which the last is blank
        sheet.column_dimensions[column].hidden = True
    return book


def test_a_cell_merged_out_of_a_hidden_column_is_shown() -> None:
    plan = read_plan(saved(with_a_hidden_column()))
    assert rows(plan) == WHOLE
    assert {task.group for task in plan.tasks} == {("I. CẢI CÁCH THỂ CHẾ",)}
    (told,) = (one for one in plan.diagnostics if one.code == "sheet.hidden")
    assert "Có 2 " in told.message


@needs_libreoffice
def test_a_cell_merged_out_of_a_hidden_column_is_shown_in_an_xls(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(saved(with_a_hidden_column()))
    plan = read_plan(converted([tmp_path / "a.xlsx"], "xls", tmp_path) / "a.xls")
    assert rows(plan) == WHOLE
    assert {task.group for task in plan.tasks} == {("I. CẢI CÁCH THỂ CHẾ",)}


def test_formulas_are_read_by_their_values_and_told_without() -> None:
    book, _ = sheet_of(HEADER, *((n, "Báo cáo", "Sở Nội vụ", "Quý I") for n in (1, 2)))
    found = parts_of(saved(book))
    second = b'<c r="A3" s="1" t="n"><v>2</v></c>'
    assert second in bytes(found[SHEET])
    for value, ordinal, told in ((b"<v>2</v>", "2", False), (b"<v></v>", None, True)):
        cell = b'<c r="A3" s="1"><f>A2+1</f>' + value + b"</c>"
        plan = read_plan(package({**found, SHEET: bytes(found[SHEET]).replace(second, cell)}))
        assert [task.ordinal for task in plan.tasks] == ["1", ordinal]
        assert ("sheet.unreckoned" in {one.code for one in plan.diagnostics}) == told


def test_lines_of_a_cell_stay_apart() -> None:
    text = "- Giao quyền tự chủ;\n- Kiểm tra kinh phí"
    book, _ = sheet_of(HEADER, (1, text, "Sở Tài chính", "Quý I"))
    assert read_plan(saved(book)).tasks[0].description == text


def test_each_sheet_is_read_but_no_hidden_one() -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo", "Sở Nội vụ", "Quý I"))
    again = book.copy_worksheet(sheet)
    book.copy_worksheet(sheet).sheet_state = "hidden"
    again["B2"] = "Sơ kết"
    again.row_dimensions[2].hidden = True  # as a filter does
    sheet["F2"] = "ghi nhớ"
    sheet.column_dimensions["F"].hidden = True
    plan = read_plan(saved(book))
    assert [task.description for task in plan.tasks] == ["Báo cáo", "Sơ kết"]
    assert "ghi nhớ" not in " ".join(words(plan))
    (told,) = (one for one in plan.diagnostics if one.code == "sheet.hidden")
    assert "2" in told.message


def test_a_sheet_may_reach_far() -> None:
    book, sheet = sheet_of(HEADER, (1, "Báo cáo", "Sở Nội vụ", "Quý I"))
    sheet["XFD1048576"] = "xa"
    assert len(read_plan(saved(book)).tasks) == 1


def parts_of(data: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


SHEET = "xl/worksheets/sheet1.xml"


def test_limits_hold() -> None:
    book, _ = sheet_of(HEADER, *((n, "Báo cáo", "Sở Nội vụ", "Quý I") for n in range(9)))
    with pytest.raises(LimitExceeded):
        read_plan(saved(book), limits=Limits(cells=39))
    found = parts_of(saved(book))
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    found[SHEET] = bytes(found[SHEET]).replace(b"</sheetData>", merged)
    with pytest.raises(LimitExceeded):
        read_plan(package(found))


def test_a_workbook_without_styles_is_read_all_the_same() -> None:
    book, _ = sheet_of(HEADER, (1, "Báo cáo", "Sở Nội vụ", "Quý I"))
    found = parts_of(saved(book))
    del found["xl/styles.xml"]
    found[SHEET] = re.sub(rb' s="\d+"', b"", bytes(found[SHEET]))
    assert len(read_plan(package(found)).tasks) == 1


def test_entities_are_not_opened() -> None:
    found = parts_of(saved(sheet_of(HEADER)[0]))
    found[SHEET] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + bytes(found[SHEET])
    with pytest.raises(DamagedSource, match="DOCTYPE"):
        read_plan(package(found))


def test_a_workbook_without_a_word_is_empty() -> None:
    with pytest.raises(EmptySource):
        read_plan(saved(Workbook()))


def test_sectors_that_go_in_a_circle_end() -> None:
    data = bytearray((OFFICE / "appendix.xls").read_bytes())
    table = 512 * (int.from_bytes(data[60:64], "little") + 1)  # of short sectors, [MS-CFB] 2.4
    data[table : table + 400] = (0).to_bytes(4, "little") * 100  # each goes on in the first
    with suppress(UnreadableSource):
        assert read_plan(bytes(data)).ledger.balanced


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_damaged_files_give_a_plan_or_a_message(form: str) -> None:
    book, _ = sheet_of(HEADER, (1, "Báo cáo", "Sở Nội vụ", date(2024, 3, 31)))
    data = saved(book) if form == "xlsx" else (OFFICE / f"appendix.{form}").read_bytes()
    chance = random.Random(form)
    for _ in range(40):
        mutation = chance.choice(BYTES if form == "xls" else (*BYTES, *PACKAGE))
        with suppress(UnreadableSource):
            assert read_plan(mutation(data, chance)).ledger.balanced
