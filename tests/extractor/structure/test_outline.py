"""Sections: the same for the same plan whatever its form, nested by their labels."""

from pathlib import Path

import pytest

from extractor import read_plan
from models.plan import Plan, Section
from tests.conftest import PLANS
from tests.extractor.pages import sample

FORMS = [
    (path.parent.name, path)
    for path in sorted(PLANS.glob("*/*"))
    if path.suffix in (".html", ".docx", ".pdf") and ".scan." not in path.name
]


def tree(plan: Plan) -> list[tuple[int, str | None, str, str | None]]:
    """Level, label, title and parent of the headings of a plan."""
    titles = {section.id: section.title for section in plan.sections}
    return [
        (section.level, section.label, section.title, titles.get(section.parent or ""))
        for section in plan.sections
        if section.level
    ]


def of_paragraphs(*paragraphs: str, bold: tuple[int, ...] = ()) -> Plan:
    """A plan of these paragraphs, some of them bold."""
    lines = (f"<b>{text}</b>" if at in bold else text for at, text in enumerate(paragraphs))
    body = "".join(f"<p>{line}</p>" for line in lines)
    plan = read_plan(f"<html><body><p>KẾ HOẠCH</p><p>Năm 2024</p>{body}".encode())
    assert plan.ledger.balanced
    return plan


def outline(*paragraphs: str, bold: tuple[int, ...] = ()) -> list[tuple[int, str]]:
    sections = of_paragraphs(*paragraphs, bold=bold).sections
    return [(s.level, f"{s.label} {s.title}".strip()) for s in sections if s.label]


def duties(*paragraphs: str) -> list[tuple[str | None, str | None, tuple[str, ...]]]:
    """Ordinal, words and parents of the duties of a plan of these paragraphs."""
    tasks = of_paragraphs("II. NHIỆM VỤ", *paragraphs).tasks
    return [(task.ordinal, task.description, task.group[1:]) for task in tasks]


@pytest.mark.parametrize(("slug", "path"), FORMS, ids=[path.name for _, path in FORMS])
def test_the_same_sections_in_every_form(slug: str, path: Path) -> None:
    text = sample(PLANS / slug / f"{slug}.txt")
    assert tree(sample(path)) == tree(text)


def test_the_sections_of_a_plan_stand_under_no_article_of_its_decision() -> None:
    sections = [
        s for s in sample(PLANS / "vinh-long-2023" / "vinh-long-2023.txt").sections if s.level
    ]
    assert [s.label for s in sections if s.level == 1] == [
        "Điều 1.", "Điều 2.", "Điều 3.", "I.", "II.", "III.", "IV.",
    ]  # fmt: skip
    assert [s.title for s in sections if s.label == "1."] == [
        "Mục đích",
        "Công tác chỉ đạo, điều hành CCHC",
        "Các sở, ban, ngành tỉnh; UBND các huyện, thị xã, thành phố",
    ]


def test_a_paragraph_cut_by_a_page_is_one() -> None:
    sections = sample(PLANS / "ninh-son-2024" / "ninh-son-2024.txt").sections
    text = next(s.text for s in sections if s.title == "Cải cách tổ chức bộ máy")
    assert "hành chính các cấp trên cơ sở ứng dụng mạnh mẽ" in text


def test_decimal_labels_stand_under_their_number() -> None:
    plan = sample(PLANS / "dong-nai-2024" / "dong-nai-2024.txt")
    by_id: dict[str, Section] = {section.id: section for section in plan.sections}
    found = [s for s in plan.sections if s.label in ("3.1", "3.2.", "3.3.", "3.4.")]
    assert len(found) == 4
    assert {(s.level, by_id[s.parent or ""].label) for s in found} == {(3, "3.")}


def test_levels_of_every_kind_nest() -> None:
    found = tree(
        of_paragraphs(
            "Phần I", "QUY ĐỊNH CHUNG", "Chương I. Tổ chức", "A. BỘ MÁY", "I. NHIỆM VỤ",
            "1. Dữ liệu", "1.1. Kho dữ liệu", "- Rà soát.", "1.2. Nền tảng", "- Xây dựng.",
            "2. Hạ tầng", "a) Rà soát.", "II. TỔ CHỨC",
        )
    )  # fmt: skip
    assert [row for row in found if row[1]] == [
        (1, "Phần I", "", None),
        (2, "Chương I.", "Tổ chức", ""),
        (3, "A.", "BỘ MÁY", "Tổ chức"),
        (4, "I.", "NHIỆM VỤ", "BỘ MÁY"),
        (5, "1.", "Dữ liệu", "NHIỆM VỤ"),
        (6, "1.1.", "Kho dữ liệu", "Dữ liệu"),
        (6, "1.2.", "Nền tảng", "Dữ liệu"),
        (5, "2.", "Hạ tầng", "NHIỆM VỤ"),
        (4, "II.", "TỔ CHỨC", "BỘ MÁY"),
    ]


def test_a_number_heads_a_section_only_if_something_stands_below_it() -> None:
    assert outline("I. NGUỒN LỰC", "1. Ngân sách tỉnh", "2. Xã hội hóa") == [(1, "I. NGUỒN LỰC")]
    below = ("1. Ngân sách tỉnh", "Tỉnh bố trí.", "2. Xã hội hóa", "Kêu gọi.")
    assert outline("I. NGUỒN LỰC", *below) == [
        (1, "I. NGUỒN LỰC"), (2, "1. Ngân sách tỉnh"), (2, "2. Xã hội hóa"),
    ]  # fmt: skip


def test_a_sentence_with_items_below_is_a_heading_one_with_fields_is_not() -> None:
    assert outline("I. NHIỆM VỤ", "1. Nâng cao vai trò của người đứng đầu.", "- Rà soát.") == [
        (1, "I. NHIỆM VỤ"), (2, "1. Nâng cao vai trò của người đứng đầu."),
    ]  # fmt: skip
    assert outline("I. NHIỆM VỤ", "1. Rà soát quy trình.", "- Cơ quan chủ trì: Sở Y tế.") == [
        (1, "I. NHIỆM VỤ")
    ]


def test_looks_do_not_matter_where_the_words_tell() -> None:
    plain = ("I. TỔ CHỨC", "1. Sở Y tế", "a) Rà soát.", "2. Sở Nội vụ", "Tổng hợp.")
    assert outline(*plain) == outline(*plain, bold=(0, 1, 3))


def test_an_item_beside_headings_is_in_the_section_above_them() -> None:
    found = of_paragraphs(
        "V. TỔ CHỨC", "1. Sở Y tế", "- Rà soát.", "2. Giao Sở Nội vụ tổng hợp.", "Hết."
    )
    assert [(s.title, s.text) for s in found.sections if s.level] == [
        ("TỔ CHỨC", "2. Giao Sở Nội vụ tổng hợp.\nHết."),
        ("Sở Y tế", "- Rà soát."),
    ]


def test_misprinted_order_of_labels_keeps_the_items_and_their_nesting() -> None:
    assert duties(
        "a) Rà soát một.", "h) Kiểm tra hai.", "g) Báo cáo ba.", "- Tổng hợp bốn.",
        "3. Xây dựng năm.", "đ) Ban hành sáu.",
    ) == [
        ("a)", "Rà soát một.", ()),
        ("h)", "Kiểm tra hai.", ()),
        ("g)", "Báo cáo ba.", ()),
        (None, "Tổng hợp bốn.", ("g) Báo cáo ba.",)),
        ("đ)", "Ban hành sáu.", ("3. Xây dựng năm.",)),
    ]  # fmt: skip


def test_items_run_together_by_a_dump_are_told_apart_by_the_series() -> None:
    assert duties("4. Rà soát năm 2024. 5. Sắp xếp 2. 3. Không. - Rà soát lại.") == [
        ("4.", "Rà soát năm 2024.", ()),
        ("5.", "Sắp xếp 2. 3. Không.", ()),
        (None, "Rà soát lại.", ("5. Sắp xếp 2. 3. Không.",)),
    ]


def test_capitals_that_open_right_under_a_roman_number_stand_below_it() -> None:
    plan = of_paragraphs(
        "III. NHIỆM VỤ",
        "A. TRƯỚC THIÊN TAI",
        "1. Rà soát.",
        "B. SAU THIÊN TAI",
        "1. Thống kê thiệt hại, báo cáo.",
        "IV. TỔ CHỨC THỰC HIỆN",
        "1. Sở Y tế theo dõi.",
    )
    assert [(level, label, parent) for level, label, _, parent in tree(plan)] == [
        (1, "III.", None),
        (2, "A.", "NHIỆM VỤ"),
        (2, "B.", "NHIỆM VỤ"),
        (1, "IV.", None),
    ]
    assert [task.description for task in plan.tasks][1] == "Thống kê thiệt hại, báo cáo."
