"""The Word document of assigned tasks: what it says, how it looks, what comes back out of it."""

import io
from dataclasses import replace

import docx
import pytest
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from extractor import read_plan
from models.agency import AgencyMention, Assignment
from models.contract import decode, encode
from models.plan import Plan
from models.task import Task
from service import exports
from service.wording import Lang
from tests.service.plans import made_plan


def written(*plans: Plan, lang: Lang = "vi") -> bytes:
    out = io.BytesIO()
    exports.write("docx", map(encode, plans), out, lang)
    return out.getvalue()


def paper(*plans: Plan, lang: Lang = "vi") -> Paper:
    return docx.Document(io.BytesIO(written(*plans, lang=lang)))


def rows(read: Paper, table: int = 0) -> list[list[str]]:
    """The cells of each row, a cell over several columns once."""
    return [
        ["\n".join(p.text for p in cell.paragraphs) for cell in dict.fromkeys(row.cells)]
        for row in read.tables[table].rows
    ]


def words(task: Task) -> tuple[str, ...]:
    cells = (
        task.description,
        task.coordinating and task.coordinating.text,
        task.product,
        task.target,
        task.deadline and task.deadline.text,
    )
    return tuple("".join((cell or "").split()) for cell in cells)


def led(*texts: str, id_: str | None = None) -> Task:
    """A task led by the body that is printed like this."""
    task = made_plan().tasks[0]
    named = tuple(AgencyMention(text, id=id_, kind="agency") for text in texts)
    return replace(task, id="/".join(texts), lead=Assignment("; ".join(texts), named))


def test_every_task_of_a_plan_comes_back(real: list[bytes]) -> None:
    for plan in map(decode, real):
        kept = [task for task in plan.tasks if task.same_as is None]
        back = read_plan(written(plan))
        assert sorted(map(words, back.tasks)) == sorted(map(words, kept))
        assert back.ledger.balanced


def test_the_tasks_stand_under_their_lead_and_are_counted() -> None:
    plan = made_plan()
    unled = replace(plan.tasks[0], id="x", lead=None)
    tasks = (unled, led("Sở Nội vụ"), led("Sở Tài chính"), led("Sở Nội vụ"))
    table = rows(paper(replace(plan, tasks=tasks)))
    assert [row for row in table if len(row) == 2] == [
        ["I", "Sở Nội vụ (2 nhiệm vụ)"],
        ["II", "Sở Tài chính (1 nhiệm vụ)"],
        ["III", "Không ghi cơ quan chủ trì (1 nhiệm vụ)"],
    ]
    assert [row[0] for row in table if len(row) > 2] == ["STT", "1", "2", "1", "1"]


def test_one_agency_is_one_group_however_it_is_printed() -> None:
    tasks = (led("Sở Nội vụ", id_="vn-86/so-noi-vu"), led("SNV", id_="vn-86/so-noi-vu"))
    table = rows(paper(replace(made_plan(), tasks=tasks)))
    assert [row for row in table if len(row) == 2] == [["I", "Sở Nội vụ (2 nhiệm vụ)"]]


def test_a_repeated_duty_is_left_out_and_counted() -> None:
    first = led("Sở Nội vụ")
    tasks = (first, replace(first, id="y", same_as=first.id), replace(first, id="z", same_as="?"))
    read = paper(replace(made_plan(), tasks=tasks))
    assert len(rows(read)) == 1 + 1 + 2
    assert read.paragraphs[-1].text == (
        "Tổng số: 2 nhiệm vụ. Không kể 1 ý trong lời văn nhắc lại nhiệm vụ đã có ở trên."
    )


def test_the_head_says_which_plan() -> None:
    texts = [paragraph.text for paragraph in paper(made_plan()).paragraphs[:3]]
    assert texts == [
        "BẢNG PHÂN CÔNG NHIỆM VỤ",
        "KẾ HOẠCH",
        "(Theo Kế hoạch số 1/KH-UBND ngày 13 tháng 12 năm 2022 của ỦY BAN NHÂN DÂN TỈNH VĨNH LONG)",
    ]


def test_words_are_as_printed_a_line_a_paragraph() -> None:
    titles, _, first, _, second = rows(paper(made_plan()))
    assert titles == [
        "STT", "Nhiệm vụ", "Phối hợp", "Sản phẩm", "Chỉ tiêu, kết quả", "Thời hạn", "Ghi chú",
        "Cột khác", "Trang",
    ]  # fmt: skip
    assert first == [
        "1", "- Kế hoạch của tỉnh\n- Báo cáo", "Các sở, ban, ngành", "Kế hoạch", "",
        "Quý IV năm 2022", "", "Kinh phí: 5 tỷ", "12",
    ]  # fmt: skip
    assert second[1] == '=HYPERLINK("x")'


def test_the_page_is_that_of_the_decree() -> None:
    """Nghị định 30/2020/NĐ-CP, Phụ lục I."""
    read = paper(made_plan())
    section = read.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (section.page_width, section.page_height) == pytest.approx((Mm(297), Mm(210)), abs=999)
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert sides == pytest.approx((Mm(20), Mm(20), Mm(30), Mm(15)), abs=999)
    assert section.different_first_page_header_footer
    number = section.header.paragraphs[0]
    assert number.style is not None
    assert number.style.paragraph_format.alignment == 1
    fields = number._element.findall(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE"]
    for style, size in (("Normal", 13), ("Title", 14), ("Subtitle", 14), ("Heading 1", 13)):
        font = read.styles[style].font  # type: ignore[attr-defined]
        assert (font.name, font.size) == ("Times New Roman", Pt(size))


def test_the_heading_comes_again_and_no_page_cuts_a_row() -> None:
    body = paper(made_plan()).element.body
    whole = body.findall(f".//{qn('w:trPr')}")
    assert all(properties.find(qn("w:cantSplit")) is not None for properties in whole)
    again = [properties.find(qn("w:tblHeader")) is not None for properties in whole]
    assert again == [True] + [False] * (len(again) - 1)


def test_a_narrow_table_stands_upright() -> None:
    task = replace(led("Sở Nội vụ"), coordinating=None, extra={})
    section = paper(replace(made_plan(), tasks=(replace(task, product=None),))).sections[0]
    assert section.orientation == WD_ORIENT.PORTRAIT
    assert section.page_width < section.page_height  # type: ignore[operator]


def test_each_plan_has_a_section_and_no_plan_is_a_whole_document() -> None:
    several = paper(made_plan(), replace(made_plan(), tasks=()), made_plan())
    assert len(several.sections) == 3
    assert len(several.tables) == 2
    assert paper().paragraphs[0].text == "BẢNG PHÂN CÔNG NHIỆM VỤ"


def test_in_english() -> None:
    read = paper(made_plan(), lang="en")
    assert read.paragraphs[0].text == "TABLE OF ASSIGNED TASKS"
    assert "No lead is printed (1 task)" in {cell for row in rows(read) for cell in row}


def test_the_same_plans_give_the_same_bytes() -> None:
    assert written(made_plan(), made_plan()) == written(made_plan(), made_plan())


def test_what_xml_has_no_letter_for_is_a_blank() -> None:
    task = replace(led("Sở\x00 Nội vụ & <b>"), description="a\x0b\ufffeb\x1f")
    table = rows(paper(replace(made_plan(), tasks=(task,))))
    assert table[1][1] == "Sở  Nội vụ & <b> (1 nhiệm vụ)"
    assert table[2][1] == "a  b "


def test_it_holds_tasks_only() -> None:
    with pytest.raises(ValueError, match="docx holds tasks"):
        exports.export("docx", [], "vi", "targets")
