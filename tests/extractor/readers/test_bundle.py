"""A plan and its appendices in several files: one plan."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from extractor import look, picture, read_plan, recognition
from extractor.readers.bundle import packed
from models.errors import DamagedSource, NoPicture, UnknownFormat
from models.plan import Plan
from tests.conftest import PLANS
from tests.extractor.pages import page, sample, table
from tests.extractor.readers.test_office import OFFICE, SMALL
from tests.extractor.readers.test_scan import page_of, scanned
from tests.extractor.readers.test_spreadsheets import as_appendix, row_of

PLAN = page().encode()
#: A page of the sample with rows of its table.
TABLE = 12
SHEET = (OFFICE / "appendix.xls").read_bytes()


def understood(plan: Plan) -> list[object]:
    """The tasks of a plan with what they mean."""
    return [
        (row_of(task), task.group, task.deadline and task.deadline.due, task.field,
         [body.id for body in (task.lead.agencies if task.lead else ())])
        for task in plan.tasks
    ]  # fmt: skip


def appendix(number: str, with_: str, text: str) -> bytes:
    """An appendix with one task, which says that it comes with the paper of that number."""
    rows = table(["STT", "Nội dung", "Cơ quan chủ trì"], ["1", text, "Sở Nội vụ"])
    head = f"<p>PHỤ LỤC {number}</p><p>(Kèm theo Kế hoạch số {with_} của UBND tỉnh)</p>"
    return f"<html><body>{head}{rows}</body></html>".encode()


def test_a_plan_and_its_workbook_are_the_plan_in_one_file() -> None:
    plan = read_plan(packed([("Phụ lục.xls", SHEET), ("KH 12.html", PLAN)]))
    assert plan.document.source.reader == "bundle"
    assert plan.ledger.balanced
    assert plan.document.number == "12/KH-UBND"
    assert understood(plan) == understood(read_plan(SMALL.encode()))
    at = plan.tasks[0].provenance
    assert at.file == "Phụ lục.xls"
    assert at.path == f"{at.file}#{read_plan(SHEET).tasks[0].provenance.path}"


def test_a_sample_in_two_files_has_the_tasks_it_has_in_one() -> None:
    path = PLANS / "ninh-son-2024" / "ninh-son-2024.docx"
    plan = read_plan(packed([("a.docx", path.read_bytes()), ("b.xlsx", as_appendix(path))]))
    rows = [row_of(task) for task in plan.tasks if task.origin == "table"]
    once = [row_of(task) for task in sample(path).tasks if task.origin == "table"]
    assert rows == once * 2


def test_appendices_stand_in_the_order_of_their_numbers() -> None:
    files = [
        ("1.html", appendix("X", "12/KH-UBND", "Việc mười")),
        ("2.html", appendix("IX", "12/KH-UBND", "Việc chín")),
        ("3.html", PLAN),
        ("4.html", appendix("1", "12/KH-UBND", "Việc một")),
    ]
    plan = read_plan(packed(files))
    assert [task.description for task in plan.tasks] == ["Việc một", "Việc chín", "Việc mười"]
    assert [task.appendix for task in plan.tasks] == ["PHỤ LỤC 1", "PHỤ LỤC IX", "PHỤ LỤC X"]
    assert not [one for one in plan.diagnostics if one.code == "bundle.other-number"]


def test_an_appendix_of_another_paper_is_told() -> None:
    plan = read_plan(packed([("a.html", PLAN), ("b.html", appendix("1", "34/KH-UBND", "Việc"))]))
    (told,) = (one for one in plan.diagnostics if one.code == "bundle.other-number")
    assert "34/KH-UBND" in told.message
    assert "12/KH-UBND" in told.message


def test_pages_count_through_the_files() -> None:
    path = PLANS / "binh-duong-2024" / "binh-duong-2024.pdf"
    alone = sample(path)
    letter = "<html><body><p>PHỤ LỤC</p><p>(Kèm theo Kế hoạch)</p></body></html>".encode()
    plan = read_plan(packed([("phụ lục.html", letter), ("kế hoạch.pdf", path.read_bytes())]))
    assert plan.document.source.pages == alone.document.source.pages
    assert [task.provenance.page for task in plan.tasks] == [
        task.provenance.page for task in alone.tasks
    ]
    for task in plan.tasks:
        at = task.provenance
        assert (at.file, at.path) == ("kế hoạch.pdf", f"kế hoạch.pdf#page={at.page}")


def several() -> bytes:
    """A plan and, as its appendices, a page of a PDF, a picture, a workbook and a text."""
    out = BytesIO()
    scanned(TABLE).save(out, "PNG")
    return packed([
        ("KH 12.html", PLAN),
        ("PL/PL #2.pdf", page_of(TABLE)),
        ("PL/PL 3.png", out.getvalue()),
        ("PL 4.xls", SHEET),
        ("PL 5.txt", "PHỤ LỤC 5\n(Kèm theo Kế hoạch số 12/KH-UBND)\n\nI. NHIỆM VỤ\n"
                     "1. Giao Sở Nội vụ chủ trì rà soát vị trí việc làm.".encode()),
    ])  # fmt: skip


SCANNED = pytest.mark.skipif("apt install" in recognition()[0], reason="no Tesseract here")


@SCANNED
def test_places_tell_the_file_and_are_shown_as_in_it_alone() -> None:
    whole = several()
    plan = read_plan(whole)
    assert plan.ledger.balanced
    alone = {row_of(task): task for task in read_plan(page_of(TABLE)).tasks}
    rows = [task for task in plan.tasks if task.provenance.file == "PL/PL #2.pdf"]
    assert len(rows) == len(alone) > 5
    for task in rows:
        mine = alone[row_of(task)].provenance
        assert task.provenance.path == "PL/PL #2.pdf#page=1"
        for field in (None, "lead"):
            assert picture(whole, task.provenance, field) == picture(page_of(TABLE), mine, field)
    place = rows[0].provenance.cells["description"]
    assert picture(whole, place) == picture(
        page_of(TABLE), alone[row_of(rows[0])].provenance.cells["description"]
    )
    with pytest.raises(NoPicture):
        picture(whole, replace(place, path="khác.pdf#page=1"))
    printed = [*plan.tasks, *plan.sections]
    assert {one.provenance.file for one in printed} == {
        "KH 12.html", "PL/PL #2.pdf", "PL/PL 3.png", "PL 4.xls", "PL 5.txt"
    }  # fmt: skip


@SCANNED
def test_what_is_printed_is_looked_at_file_by_file() -> None:
    whole = several()
    found = look(whole)
    assert [page.path for page in found.pages] == ["PL/PL #2.pdf#page=1", "PL/PL 3.png#page=1"]
    printed = {unit.place.path for unit in found.units()}
    for task in read_plan(whole).tasks:
        if task.provenance.page is None:
            assert task.provenance.path in printed


def test_a_text_is_read_as_it_is_alone() -> None:
    text = (PLANS / "ninh-son-2024" / "ninh-son-2024.txt").read_bytes()
    plan = read_plan(packed([("KH.txt", text), ("PL.xls", SHEET)]))
    rows = [row_of(task) for task in plan.tasks if task.provenance.file == "KH.txt"]
    assert rows == [row_of(task) for task in read_plan(text).tasks]


def test_several_plans_are_not_one() -> None:
    other = PLAN.replace(b"12/KH-UBND", b"34/KH-UBND")
    with pytest.raises(UnknownFormat, match=r"a\.html, b\.html"):
        read_plan(packed([("a.html", PLAN), ("b.html", other)]))


def test_an_archive_without_a_plan_is_named() -> None:
    for files in ([("a.bin", b"x")], [("a.xls", SHEET)], [("a.txt", b"a"), ("b.txt", b"b")]):
        with pytest.raises(UnknownFormat, match="ZIP"):
            read_plan(packed(files))


def test_what_cannot_be_read_is_named() -> None:
    broken = (OFFICE / "plan.doc").read_bytes()[:2000] + "WordDocument".encode("utf-16-le")
    with pytest.raises(DamagedSource, match=r"b\.doc"):
        read_plan(packed([("a.html", PLAN), ("b.doc", broken)]))


def test_what_no_reader_reads_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    files = [("a.html", PLAN), ("~$b.docx", b"x"), ("__MACOSX/a.html", b"x"), ("Thumbs.db", b"x")]
    assert read_plan(packed(files)).document.number == "12/KH-UBND"
