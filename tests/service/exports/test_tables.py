"""What people and spreadsheets get."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from models.contract import decode, encode
from models.plan import Plan
from service import exports
from service.exports import What, guarded, records, sheet, unguarded
from service.exports import workbook as workbooks
from service.exports.columns import Table
from service.forms import FORMS, Form
from tests.service.plans import made_plan


def workbook(*plans: Plan) -> openpyxl.Workbook:
    out = io.BytesIO()
    exports.write("xlsx", map(encode, plans), out, "vi")
    return openpyxl.load_workbook(out)


def rows(*plans: Plan) -> list[dict[str, str]]:
    out = io.BytesIO()
    exports.write("csv", map(encode, plans), out, "vi")
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def test_json_of_one_and_of_several(plan: Plan) -> None:
    one, two, none = io.BytesIO(), io.BytesIO(), io.BytesIO()
    exports.write("json", [encode(plan)], one, "vi", many=False)
    exports.write("json", [encode(plan)] * 2, two, "vi", many=True)
    exports.write("json", [], none, "vi", many=True)
    assert decode(one.getvalue()) == plan
    assert [p["contract"] for p in json.loads(two.getvalue())] == ["kehoach/plan@1"] * 2
    assert json.loads(none.getvalue()) == []


def test_jsonl_is_one_plan_a_line(plan: Plan) -> None:
    out = io.BytesIO()
    exports.write("jsonl", [encode(plan)] * 3, out, "vi")
    assert [decode(line) for line in out.getvalue().splitlines()] == [plan] * 3


def test_csv_opens_in_excel_as_vietnamese(plan: Plan) -> None:
    out = io.BytesIO()
    exports.write("csv", [encode(plan)], out, "vi")
    assert out.getvalue().startswith(b"\xef\xbb\xbfSTT,")
    assert b"\r\n" in out.getvalue()
    first, second = rows(plan)
    assert first["Thời hạn (in)"] == "Quý IV năm 2022"
    assert (first["Từ ngày"], first["Hạn"]) == ("2022-10-01", "2022-12-31")
    assert first["Chủ trì (mã)"] == "vn-86/so-noi-vu"
    assert first["Phối hợp (mã)"] == "{BQL+SO…}"
    assert first["Cột khác"] == "Kinh phí: 5 tỷ"
    assert second["Vấn đề"] == "lead.missing"


def test_no_cell_of_a_csv_is_a_formula_and_each_can_be_had_back(plan: Plan) -> None:
    dangerous = tuple("=+-@\t\r\n＝＋－＠")
    read = rows(plan)
    assert not [c for row in read for c in row.values() if c.startswith(dangerous)]
    for row, task in zip(read, plan.tasks, strict=True):
        assert unguarded(row["Nhiệm vụ"]) == task.description
        assert unguarded(row["Chỉ tiêu, kết quả"]) == (task.target or "")
        assert unguarded(row["Ghi chú"]) == (task.note or "")


@pytest.mark.parametrize(
    "text", ["=1+1", "\n=1", "- a", "'a", "''", "+", "@", "\ta", "a", "", "＝1", "a-b"]
)
def test_guarded_is_safe_and_reversible(text: str) -> None:
    assert not guarded(text).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert unguarded(guarded(text)) == text


def test_workbook_has_its_sheets_with_frozen_filtered_heads(plan: Plan) -> None:
    book = workbook(plan)
    assert book.sheetnames == [
        "Bảng việc",
        "Nhiệm vụ",
        "Chỉ tiêu",
        "Văn bản viện dẫn",
        "Văn bản",
        "Sổ cái",
    ]
    for page, table in zip(book, workbooks.TABLES, strict=True):
        assert [cell.value for cell in page[1]] == sheet(table).titles("vi")
        assert page.freeze_panes == "A2"
        last = page.cell(page.max_row, page.max_column).coordinate
        assert page.auto_filter.ref == f"A1:{last}"


def test_workbook_keeps_text_as_text_and_dates_as_dates(plan: Plan) -> None:
    page = workbook(plan)["Nhiệm vụ"]
    at = {cell.value: cell.column for cell in page[1]}

    def cell(row: int, heading: str) -> openpyxl.cell.Cell:
        return page.cell(row, at[heading])

    assert cell(2, "Nhiệm vụ").value == "- Kế hoạch của tỉnh\n- Báo cáo"
    assert cell(3, "Nhiệm vụ").value == '=HYPERLINK("x")'
    assert cell(3, "Nhiệm vụ").data_type in ("s", "inlineStr")
    assert cell(2, "Nhiệm vụ").alignment.wrap_text
    assert cell(2, "STT").value == "1"
    assert cell(2, "Từ ngày").value == datetime(2022, 10, 1)
    assert cell(2, "Từ ngày").is_date
    assert cell(2, "Trang").value == 12
    assert cell(3, "Trang").value is None
    assert cell(2, "Độ tin cậy").value == 0.99


def test_no_formula_stands_in_the_file_itself(plan: Plan) -> None:
    import zipfile

    out = io.BytesIO()
    exports.write("xlsx", [encode(plan)], out, "vi")
    with zipfile.ZipFile(out) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in book.read(name)
                assert b"<hyperlink" not in book.read(name)


def test_several_plans_share_one_workbook() -> None:
    book = workbook(made_plan("a.docx", tasks=300), made_plan("b.pdf", tasks=200))
    assert book["Nhiệm vụ"].max_row == 501
    assert [row[0].value for row in book["Văn bản"].iter_rows(min_row=2)] == ["a.docx", "b.pdf"]
    units = [row for row in book["Sổ cái"].iter_rows(min_row=2) if row[1].value == "units"]
    assert [row[2].value for row in units] == [1612, 1612]


def test_a_workbook_is_the_same_each_time(plan: Plan) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for out in (first, second):
        exports.write("xlsx", [encode(plan)], out, "vi")
    assert first.getvalue() == second.getvalue()


def test_a_text_too_long_for_a_cell_says_that_it_goes_on(plan: Plan) -> None:
    long = replace(plan, tasks=(replace(plan.tasks[0], description="ă" * 40_000),))
    column = sheet("tasks").titles("vi").index("Nhiệm vụ") + 1
    value = workbook(long)["Nhiệm vụ"].cell(2, column).value
    assert len(value) == exports.CELL_CHARACTERS
    assert value.endswith("JSON]")


def test_the_ledger_sheet_says_when_the_ledger_does_not_balance(plan: Plan) -> None:
    from models.plan import Ledger

    lossy = replace(plan, ledger=Ledger(10, {"task": 8}))
    codes = {row[1]: row[2] for row in sheet("ledger").rows(lossy, "vi")}
    assert codes["unbalanced"] == 2
    assert "unbalanced" not in {row[1] for row in sheet("ledger").rows(plan, "vi")}


def test_the_table_shows_groups_and_every_task(plan: Plan) -> None:
    shown = written("table", [encode(plan)]).decode()
    for words in ("1/KH-UBND", "I. CÔNG TÁC CHỈ ĐẠO", "Sở Nội vụ", "=HYPERLINK", "2022-12-31"):
        assert words in shown
    assert "\x1b" not in shown


WHATS: tuple[What, ...] = ("tasks", "targets", "citations")
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def written(form: Form, plans: Iterable[bytes], what: What | None = None) -> bytes:
    return b"".join(exports.export(form, plans, "vi", what))


@pytest.mark.parametrize("what", WHATS)
def test_records_of_one_sort_in_each_form(plan: Plan, what: What) -> None:
    plans = [encode(plan)] * 2
    wanted = [json.loads(encode(record)) for record in records(plan, what)] * 2
    lines = [json.loads(line) for line in written("jsonl", plans, what).splitlines()]
    assert json.loads(written("json", plans, what)) == lines
    assert {line["document"].pop("number") for line in lines} == {"1/KH-UBND"}
    assert [line for line in lines if line.pop("document")] == wanted
    table = csv.reader(io.StringIO(written("csv", plans, what).decode("utf-8-sig"), newline=""))
    assert [next(table), len(list(table))] == [sheet(what).titles("vi"), len(wanted)]
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", plans, what)))
    tables: list[Table] = ["worklist", "tasks"] if what == "tasks" else [what]
    assert [(page.title, page.max_row) for page in book] == [
        (sheet(table).title("vi"), len(wanted) + 1) for table in tables
    ]


@pytest.mark.parametrize("form", ["ics", "table"])
def test_a_calendar_and_a_table_are_of_tasks(form: Form) -> None:
    assert written(form, [], "tasks") == written(form, [])
    with pytest.raises(ValueError, match="holds tasks, not targets"):
        written(form, [], "targets")


def test_every_form_has_a_media_type_and_takes_no_plan_at_all() -> None:
    for form in FORMS:
        assert (written(form, []) == b"") is (form in ("jsonl", "table"))
    assert json.loads(written("json", [])) == []
    assert written("csv", []).count(b"\r\n") == 1
    assert [page.max_row for page in workbook()] == [1] * 6


@pytest.mark.parametrize("form", FORMS)
def test_an_export_without_end_can_be_left(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pieces = exports.gathered(exports.export(form, repeat(encode(made_plan())), "vi"), 1000)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())


def test_pieces_are_gathered_and_empty_ones_stay() -> None:
    pieces = exports.gathered(iter([b"ab", b"cd", b"e", b"", b"f"]), 3)
    assert list(pieces) == [b"abcd", b"", b"ef"]


def test_a_workbook_that_fails_leaves_no_files(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def plans() -> Iterator[bytes]:
        yield encode(plan)
        assert list(tmp_path.iterdir())
        raise LookupError

    out = io.BytesIO()
    with pytest.raises(LookupError):
        exports.write("xlsx", plans(), out, "vi")
    assert (out.getvalue(), list(tmp_path.iterdir())) == (b"", [])


def test_what_one_worksheet_cannot_hold_goes_on_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "SHEET_ROWS", 4)
    out = io.BytesIO()
    out.write(written("xlsx", [encode(made_plan(tasks=7))], "tasks"))
    book = openpyxl.load_workbook(out)
    assert [(sheet.title, sheet.max_row) for sheet in book if "Nhiệm vụ" in sheet.title] == [
        ("Nhiệm vụ", 4),
        ("Nhiệm vụ (2)", 4),
        ("Nhiệm vụ (3)", 2),
    ]
    assert {sheet.cell(1, 1).value for sheet in book} == {"STT"}


def with_words(words: list[str]) -> Plan:
    plan = made_plan(tasks=1)
    tasks = tuple(replace(plan.tasks[0], description=text, product=text) for text in words)
    return replace(plan, tasks=tasks)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_any_words_come_back_from_a_csv(words: list[str]) -> None:
    read = rows(with_words(words))
    assert [unguarded(row["Nhiệm vụ"]) for row in read] == words
    assert not [row for row in read if row["Sản phẩm"].startswith(tuple("=+-@\t\r\n＝＋－＠"))]


@settings(max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=5))
@example(["\x00\x1f\x7f", "\ufffe\uffff", "_x0041_", " \r\n ", "=1+1", "{=1}"])
def test_any_words_come_back_from_a_workbook_as_text(words: list[str]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [encode(with_words(words))], "tasks")))
    page = book["Nhiệm vụ"]
    column = sheet("tasks").titles("vi").index("Nhiệm vụ") + 1
    cells = [page.cell(row, column) for row in range(2, len(words) + 2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [unescape(cell.value) for cell in cells] == words
