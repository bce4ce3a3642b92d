"""Duties in running text, against the duties that a person read in the sample plans."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from corpora.tables import rows
from extractor import read_plan
from models.task import Task
from tests.conftest import PLANS
from tests.extractor.commands import agencies
from tests.extractor.pages import made, plan, said, sample, table

#: The least that holds: items found, and their words exactly as printed.
FOUND, EXACT = 0.97, 0.95

FORMS = sorted(
    path
    for path in PLANS.glob("*/*")
    if path.suffix in (".txt", ".html", ".docx", ".pdf") and ".scan." not in path.name
)
ASSIGNING = [path for path in FORMS if "lai-chau" not in path.name and "binh" not in path.name]
LISTING = [path for path in FORMS if "lai-chau" in path.name or "binh" in path.name]


LABEL = re.compile(r"^(?:[-+•]|\w{1,2}\)|\d+(?:\.\d+)*\.)\s*")


@dataclass(frozen=True)
class Item:
    """A duty of the gold: its words, and the agency whose heading it stands under."""

    text: str
    agency: str | None = None


def gold(path: Path) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = json.loads(
        (path.parent / f"{path.parent.name}.gold.json").read_text("utf-8")
    )
    return content


def responsibilities(path: Path) -> Iterator[Item]:
    for entry in gold(path)["responsibilities"]:
        for item in entry["items"]:  # type: ignore[attr-defined]
            yield Item(LABEL.sub("", item), str(entry["agency"]))


def duties(path: Path) -> list[Task]:
    return [task for task in sample(path).tasks if task.origin != "table"]


def folded(text: str | None) -> str:
    return " ".join((text or "").split())


def alike(text: str) -> str:
    """The letters of a text, by which an item counts as found."""
    return "".join(filter(str.isalnum, text.lower()))


def f1(expected: list[str], found: list[str]) -> float:
    both = sum((Counter(expected) & Counter(found)).values())
    return 2 * both / (len(expected) + len(found))


@pytest.mark.parametrize("path", ASSIGNING, ids=lambda path: path.name)
def test_responsibilities(path: Path) -> None:
    items = list(responsibilities(path))
    tasks = [task for task in duties(path) if "TỔ CHỨC THỰC HIỆN" in task.group[0]]
    assert f1([alike(i.text) for i in items], [alike(t.description or "") for t in tasks]) >= FOUND
    words = f1([folded(i.text) for i in items], [folded(t.description) for t in tasks])
    assert words >= EXACT
    assert {task.origin for task in tasks} == {"assignment"}


@pytest.mark.parametrize("path", ASSIGNING, ids=lambda path: path.name)
def test_lead_of_a_responsibility_is_the_agency_of_its_heading(path: Path) -> None:
    """Or one of several there; "Phối hợp với X" under it makes X the lead, it coordinates."""
    document = sample(path).document
    assert document.unit
    items = list(responsibilities(path))
    headings = agencies(
        [item.agency or "" for item in items],
        document.unit.id or "",
        date.fromisoformat(document.issued_on or ""),
    )
    by_text: dict[str, list[Task]] = {}
    for task in duties(path):
        by_text.setdefault(alike(task.description or ""), []).append(task)
    for item, mentions in zip(items, headings, strict=True):
        task = by_text[alike(item.text)].pop(0)
        heading = _bodies(mentions)
        assert task.lead
        if item.text.startswith("Phối hợp với") and task.coordinating:
            both = _bodies((*task.lead.agencies, *task.coordinating.agencies))
            assert heading <= both
        else:
            assert _bodies(task.lead.agencies) <= heading, item.text
        assert heading


def _bodies(agencies: object) -> set[str]:
    return {
        body
        for agency in agencies  # type: ignore[attr-defined]
        for body in ((agency.id,) if agency.id else agency.members or (agency.text,))
    }


@pytest.mark.parametrize("path", LISTING, ids=lambda path: path.name)
def test_narrative_tasks(path: Path) -> None:
    expected = [str(entry["task"]) for entry in gold(path)["narrative_tasks"]]
    tasks = duties(path)
    assert f1([alike(e) for e in expected], [alike(t.description or "") for t in tasks]) >= FOUND
    assert f1([folded(e) for e in expected], [folded(t.description) for t in tasks]) >= EXACT
    assert {task.origin for task in tasks} == {"narrative"}
    for entry, task in zip(gold(path)["narrative_tasks"], tasks, strict=True):
        assert str(entry["ordinal"] or "") == (task.ordinal or "").rstrip(".")
        if "group" in entry:
            assert list(task.group) == entry["group"]


#: A sentence under "TỔ CHỨC THỰC HIỆN", and its lead, its partners, its deadline (domain, 9).
SENTENCES = [
    (
        "1. Giao Sở Xây dựng chủ trì, phối hợp với UBND các huyện rà soát quy hoạch, hoàn thành "
        "trước ngày 30/6/2024.",
        ("Sở Xây dựng", "UBND các huyện", "trước ngày 30/6/2024"),
    ),
    ("1. Giao Sở Tư pháp hướng dẫn các đơn vị.", ("Sở Tư pháp", None, None)),
    (
        "1. Đề nghị Ủy ban MTTQ Việt Nam tỉnh phối hợp tuyên truyền.",
        ("Ủy ban MTTQ Việt Nam tỉnh", None, None),
    ),
    (
        "1. Yêu cầu các sở, ban, ngành nghiêm túc triển khai Kế hoạch.",
        ("các sở, ban, ngành", None, None),
    ),
    (
        "1. Thủ trưởng các đơn vị chịu trách nhiệm trước UBND tỉnh về kết quả.",
        ("Thủ trưởng các đơn vị", None, None),
    ),
    (
        "1. Căn cứ Kế hoạch này, Sở Y tế chủ trì, phối hợp với Sở Tài chính xây dựng đề án.",
        ("Sở Y tế", "Sở Tài chính", None),
    ),
    (
        "1. Trong phạm vi quản lý, Thủ trưởng các đơn vị, Chủ tịch UBND các xã phổ biến Kế hoạch.",
        ("Thủ trưởng các đơn vị, Chủ tịch UBND các xã", None, None),
    ),
    (
        "1. Ngoài các nhiệm vụ nêu trên, Sở Y tế tổ chức khám mắt.",
        ("Sở Y tế", None, None),
    ),
    (
        "1. Các đơn vị chịu sự giám sát gửi báo cáo.",
        ("Các đơn vị chịu sự giám sát", None, None),
    ),
    (
        "1. Ủy ban nhân dân tỉnh giao Sở Nội vụ theo dõi, đôn đốc.",
        ("Sở Nội vụ", None, None),
    ),
    (
        "1. Các sở, ngành báo cáo kết quả về Sở Nội vụ trước ngày 15/12/2024 để tổng hợp.",
        ("Các sở, ngành", None, "trước ngày 15/12/2024"),
    ),
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[s[0][:40] for s in SENTENCES])
def test_sentences_that_name_who_must_do_it(
    sentence: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    (task,) = made("III. TỔ CHỨC THỰC HIỆN", sentence)
    assert said(task) == expected
    assert (task.origin, task.ordinal) == ("assignment", "1.")
    assert task.description == sentence[3:]
    assert ("duty.request" in task.issues) == ("Đề nghị" in sentence)


def test_two_orders_in_one_paragraph_are_two_duties() -> None:
    one, two = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Giao Sở Y tế rà soát quy trình. Giao Sở Nội vụ tổng hợp, báo cáo.",
    )
    assert [said(one)[0], said(two)[0]] == ["Sở Y tế", "Sở Nội vụ"]
    assert [one.ordinal, two.ordinal] == ["1.", "1."]
    assert one.id != two.id


def test_items_under_the_heading_of_a_body_are_its_own() -> None:
    first, second, third, request = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Y tế: là cơ quan thường trực, có trách nhiệm:",
        "a) Chủ trì, phối hợp với Sở Tài chính tham mưu ban hành kế hoạch.",
        "b) Phối hợp với Sở Nội vụ đánh giá kết quả.",
        "c) Phối hợp với các cơ quan, đơn vị tuyên truyền.",
        "2. Đề nghị Hội Nông dân tỉnh",
        "Tuyên truyền đến hội viên.",
    )
    assert said(first)[:2] == ("Sở Y tế", "Sở Tài chính")
    assert said(second)[:2] == ("Sở Nội vụ", "Sở Y tế")
    assert said(third)[:2] == ("Sở Y tế", "các cơ quan, đơn vị")
    assert said(request)[0] == "Hội Nông dân tỉnh"
    assert request.issues == ("duty.request",)
    assert first.group == (
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Sở Y tế: là cơ quan thường trực, có trách nhiệm",
    )


def test_the_body_an_item_names_comes_before_that_of_its_heading() -> None:
    (task,) = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Các sở, ban, ngành tỉnh; UBND các huyện, thị xã, thành phố",
        "UBND các huyện, thị xã, thành phố có trách nhiệm hướng dẫn UBND các xã.",
    )
    assert said(task)[0] == "UBND các huyện, thị xã, thành phố"


def test_fields_below_or_behind_an_item_are_its_own() -> None:
    first, second, third = made(
        "II. NỘI DUNG THỰC HIỆN",
        "1. Chính sách",
        "Ban hành chính sách khuyến khích. Thời hạn hoàn thành: Tháng 10/2024.",
        "- Cơ quan chủ trì: Sở Nội vụ.",
        "- Cơ quan phối hợp: Các sở, ban, ngành.",
        "2. Hạ tầng",
        "- Đầu tư máy chủ.",
        "+ Cơ quan chủ trì: Sở Y tế. Sản phẩm: Báo cáo kết quả.",
        "- Kết nối dữ liệu.",
    )
    assert said(first) == ("Sở Nội vụ", "Các sở, ban, ngành", "Tháng 10/2024")
    assert first.description == "Ban hành chính sách khuyến khích."
    assert (said(second)[0], second.product) == ("Sở Y tế", "Báo cáo kết quả")
    assert said(third) == (None, None, None)


def test_fields_of_a_section_belong_to_all_its_items() -> None:
    first, second = made(
        "II. NHIỆM VỤ",
        "1. Dữ liệu",
        "a) Rà soát dữ liệu.",
        "b) Chuẩn hóa dữ liệu.",
        "c) Cơ quan thực hiện:",
        "- Đơn vị chủ trì: Sở Y tế.",
        "- Đơn vị phối hợp: Các sở, ban, ngành.",
        "d) Thời gian thực hiện: Hoàn thành trong năm 2024.",
    )
    expected = ("Sở Y tế", "Các sở, ban, ngành", "Hoàn thành trong năm 2024")
    assert said(first) == said(second) == expected
    assert {task.origin for task in (first, second)} == {"narrative"}


def test_reports_recur() -> None:
    (task,) = made(
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Báo Vĩnh Long",
        "Định kỳ hằng quý, 06 tháng, năm báo cáo kết quả về UBND tỉnh (qua Sở Nội vụ).",
    )
    assert said(task)[0] == "Báo Vĩnh Long"
    assert task.deadline
    assert task.deadline.rrule == "FREQ=MONTHLY;INTERVAL=3"


#: What is no duty, by the heading it stands under.
NO_DUTIES = [
    ("I. MỤC ĐÍCH, YÊU CẦU", "1. Triển khai đồng bộ các nhiệm vụ."),
    ("II. MỤC TIÊU", "1. Tiếp tục nâng cao chỉ số cải cách hành chính."),
    ("II. NHIỆM VỤ", "- 100% thủ tục hành chính được công khai."),
    ("II. NHIỆM VỤ", "- Phấn đấu 80% hồ sơ được giải quyết đúng hạn."),
    ("II. NHIỆM VỤ", "(Nhiệm vụ cụ thể tại Phụ lục kèm theo)"),
    ("IV. KINH PHÍ THỰC HIỆN", "Kinh phí do ngân sách tỉnh đảm bảo. Các cơ quan lập dự toán."),
    ("V. TỔ CHỨC THỰC HIỆN", "Trong quá trình thực hiện, nếu có vướng mắc, phản ánh về Sở Nội vụ."),
    ("V. TỔ CHỨC THỰC HIỆN", "Trên đây là Kế hoạch năm 2024. Yêu cầu các đơn vị thực hiện./."),
    ("V. TỔ CHỨC THỰC HIỆN", "Căn cứ Kế hoạch này, thực hiện các nhiệm vụ sau:"),
    ("I. ĐÁNH GIÁ TÌNH HÌNH", "1. Tổ chức tuyên truyền còn hạn chế."),
]


@pytest.mark.parametrize(("heading", "text"), NO_DUTIES, ids=[text[:40] for _, text in NO_DUTIES])
def test_what_is_no_duty(heading: str, text: str) -> None:
    assert made(heading, text) == []


def test_a_parent_is_a_heading_and_a_general_one_no_group() -> None:
    general, inner = made(
        "II. MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP",
        "1. Công tác chỉ đạo",
        "a) Mục tiêu",
        "- 100% đơn vị có kế hoạch.",
        "b) Nhiệm vụ và giải pháp",
        "- Tuyên truyền sâu rộng.",
        "c) Phát triển dữ liệu",
        "- Rà soát dữ liệu.",
    )
    assert general.group == ("II. MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP", "1. Công tác chỉ đạo")
    assert inner.group[2:] == ("c) Phát triển dữ liệu",)


def test_a_duty_that_repeats_a_row_is_linked_to_it() -> None:
    tasks = plan(
        "<p>II. NHIỆM VỤ</p>",
        "<p>1. Ban hành kế hoạch tuyên truyền cải cách hành chính của tỉnh.</p>",
        "<p>2. Giao Sở Y tế ban hành kế hoạch kiểm tra công vụ của tỉnh năm 2024.</p>",
        table(
            ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"],
            ["1", "Ban hành Kế hoạch tuyên truyền cải cách hành chính tỉnh", "Sở Nội vụ", "Quý I"],
            ["2", "Ban hành kế hoạch kiểm tra công vụ của tỉnh năm 2024", "Sở Nội vụ", "Quý I"],
        ),
    ).tasks
    row, _, same, other = tasks
    assert [task.origin for task in tasks] == ["table", "table", "narrative", "assignment"]
    assert same.same_as == row.id
    assert other.same_as is None  # another lead: not the same work


def test_a_decision_on_procedures_has_no_duties() -> None:
    order = "<p>1. Sở Tài chính chủ trì, phối hợp với Văn phòng UBND tỉnh xây dựng quy trình.</p>"
    assert plan("<p>III. TỔ CHỨC THỰC HIỆN</p>", order).tasks
    for title in ("PHÊ DUYỆT QUY TRÌNH NỘI BỘ", "CÔNG BỐ DANH MỤC THỦ TỤC"):
        html = f"<p><b>QUYẾT ĐỊNH</b></p><p><b>{title}</b></p><p>III. TỔ CHỨC</p>{order}"
        assert read_plan(html.encode(), "q.html").tasks == ()


def test_an_article_of_a_decision_orders_in_one_sentence() -> None:
    """What it settles, and who is to carry it out as a whole, are no duties."""
    found = plan(
        "<p><b>QUYẾT ĐỊNH</b></p><p><b>Về việc phê duyệt Đề án chuyển đổi số</b></p>",
        "<p>QUYẾT ĐỊNH:</p><p>Điều 1. Phê duyệt Đề án chuyển đổi số ngành y tế.</p>",
        "<p>Điều 2. Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính xây dựng kế hoạch triển khai "
        "trước ngày 15/12/2024.</p>",
        "<p>Điều 3. Chánh Văn phòng, Giám đốc Sở Y tế chịu trách nhiệm thi hành Quyết định "
        "này./.</p>",
    ).tasks
    assert [(t.ordinal, t.lead and t.lead.text, t.deadline and t.deadline.due) for t in found] == [
        ("Điều 2.", "Sở Y tế", "2024-12-14")
    ]


@pytest.mark.wild
def test_the_negative_has_no_tasks(wild: Path) -> None:
    assert read_plan(wild / "bac-ninh-qd1490-quy-trinh-tthc-2025-am-ban.md").tasks == ()


@pytest.mark.wild
def test_a_plan_without_tables(wild: Path) -> None:
    tasks = read_plan(wild / "kh308-nghi-quyet-214-2025-khong-bang.md").tasks
    fields = [task for task in tasks if task.group[0] == "II. NHIỆM VỤ"]
    assert len(fields) == 7
    assert all(task.lead and task.coordinating and task.deadline for task in fields)


@pytest.mark.wild
def test_fields_in_a_draft(wild: Path) -> None:
    tasks = read_plan(wild / "hai-duong-du-thao-kh-dich-vu-cong-2023.docx").tasks
    fields = [task for task in tasks if task.group[0] == "II. NỘI DUNG THỰC HIỆN"]
    assert len(fields) == 14
    assert all(task.lead and task.coordinating for task in fields)
    assert sum(task.deadline is not None for task in fields) >= 9


#: A heading; what the three items below it are: duties of which origin, and how many goals.
HEADINGS = [
    ("MỤC ĐÍCH, YÊU CẦU", (), 0),
    ("MỤC TIÊU, CHỈ TIÊU THỰC HIỆN", (), 2),
    ("MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP", ("narrative", "narrative"), 1),
    ("CÁC GIẢI PHÁP THỰC HIỆN", ("narrative", "narrative"), 0),
    ("Nhiệm vụ và giải pháp thực hiện mục tiêu", ("narrative", "narrative"), 0),
    ("Xây dựng chính quyền số", ("narrative", "narrative"), 0),
    ("PHÂN CÔNG TRÁCH NHIỆM", ("narrative", "assignment"), 0),
    ("KINH PHÍ THỰC HIỆN", (), 0),
    ("ĐÁNH GIÁ TÌNH HÌNH", (), 0),
]


@pytest.mark.parametrize(("heading", "origins", "goals"), HEADINGS)
def test_kinds_of_headings(heading: str, origins: tuple[str, ...], goals: int) -> None:
    """What an item is depends on the heading above: a purpose, a goal, a duty, a cost."""
    read = plan(
        f"<p>II. {heading}</p><p>- Rà soát quy trình giải quyết.</p>",
        "<p>- Phấn đấu 100% hồ sơ được số hóa.</p><p>- Sở Y tế kiểm tra 5 đơn vị.</p>",
    )
    assert tuple(task.origin for task in read.tasks) == origins
    assert len(read.targets) == goals


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    """Every word a verb, every clause a body: still linear, and no body is made of it."""
    text = "Giao " + "Sở Nội vụ, các sở, ban, ngành và " * 400 + "chủ trì rà soát " * 400
    assert all(task.lead is None for task in made("III. TỔ CHỨC THỰC HIỆN", f"1. {text}"))
    assert made("III. TỔ CHỨC THỰC HIỆN", "a: " * 5000) is not None


def test_a_heading_names_both_roles() -> None:
    first, second, third = made(
        "II. NHIỆM VỤ",
        "1. Huy động nguồn lực",
        "1.1. Sở Y tế chủ trì, phối hợp các sở, ban, ngành",
        "- Trình phương án phân bổ kinh phí.",
        "1.2. Công an tỉnh chủ trì, phối hợp với Sở Nội vụ:",
        "- Kiểm tra an toàn.",
        "2. Ghi chép",
        "- Lập sổ.",
    )
    assert said(first)[:2] == ("Sở Y tế", "các sở, ban, ngành")
    assert said(second)[:2] == ("Công an tỉnh", "Sở Nội vụ")
    assert said(third)[:2] == (None, None)


def test_both_roles_in_one_field_are_parted() -> None:
    """But not where the field divides the work further."""
    first, second = made(
        "II. NỘI DUNG",
        "(1) Dạy nghề cho công chức.",
        "- Đơn vị thực hiện: Sở Nội vụ chủ trì, phối hợp với UBND các xã.",
        "(2) Phổ biến pháp luật.",
        "- Đơn vị thực hiện: Sở Nội vụ chủ trì; Sở Tư pháp biên soạn tài liệu.",
    )
    assert said(first)[:2] == ("Sở Nội vụ", "UBND các xã")
    assert said(second)[:2] == ("Sở Nội vụ chủ trì; Sở Tư pháp biên soạn tài liệu", None)


@pytest.mark.parametrize(
    "words",
    [row["example"] for row in rows("role_forms") if row["kind"] == "both"],
)
def test_both_roles_are_parted_wherever_they_stand(words: str) -> None:
    """In a field, a label that is a verb, a heading, a cell."""
    for label in ("Cơ quan thực hiện", "Thực hiện"):
        (task,) = made("II. NỘI DUNG", "1. Sửa cầu tàu.", f"- {label}: {words}.")
        assert said(task)[:2] == ("Sở Nội vụ", "UBND các xã"), label
    (task,) = made("II. NỘI DUNG", f"1. {words}:", "- Đánh số tàu cá.")
    assert said(task)[:2] == ("Sở Nội vụ", "UBND các xã")
    head, row = ["TT", "Nhiệm vụ", "Đơn vị thực hiện"], ["1", "Sửa cầu tàu", words]
    (task,) = plan(table(head, row)).tasks
    assert [task.lead and [a.text for a in task.lead.agencies], said(task)[1]] == [
        ["Sở Nội vụ"], "UBND các xã",
    ]  # fmt: skip


def test_a_time_at_the_end_of_a_duty_is_not_that_of_those_above() -> None:
    first, second = made(
        "II. NHIỆM VỤ",
        "(1) Sở Y tế tiêm phòng trước ngày 15/6/2024.",
        "(2) Các hộ nuôi tôm ký cam kết; thời hạn: 30/6/2024.",
    )
    assert said(first) == ("Sở Y tế", None, "trước ngày 15/6/2024")
    assert second.description.startswith("Các hộ nuôi tôm ký cam kết")
    assert said(second)[2] == "30/6/2024"


def test_dated_orders_in_a_section_on_progress() -> None:
    first, second = made(
        "II. TIẾN ĐỘ THỰC HIỆN",
        "1. Từ ngày 01/4 đến ngày 15/4/2024: Sở Nội vụ rà soát danh sách.",
        "2. Tháng 5/2024: Tổ chức lớp bồi dưỡng.",
    )
    assert said(first) == ("Sở Nội vụ", None, "Từ ngày 01/4 đến ngày 15/4/2024")
    assert said(second) == (None, None, "Tháng 5/2024")


def test_paragraphs_of_a_section_of_activities() -> None:
    """A verb of any sort opens an order; what only leads to an appendix is none."""
    (task,) = made(
        "II. CÁC HOẠT ĐỘNG CHỦ YẾU",
        "1. Truyền thông",
        "Treo băng rôn tại trụ sở cơ quan.",
        "2. Việc khác",
        "Danh mục các việc khác được nêu tại Phụ lục.",
    )
    assert task.description == "Treo băng rôn tại trụ sở cơ quan."


@pytest.mark.parametrize(
    ("heading", "lead"),
    [
        ("1. Các cơ quan, đơn vị được kiểm tra", "Các cơ quan, đơn vị được kiểm tra"),
        ("1. Trách nhiệm của đối tượng tự kê khai:", "đối tượng tự kê khai"),
        ("1. Giáo viên chủ nhiệm các lớp", "Giáo viên chủ nhiệm các lớp"),
        ("1. Ông Lê Văn Bình, Phó Giám đốc Sở", "Ông Lê Văn Bình, Phó Giám đốc Sở"),
        ("1. Giao trách nhiệm cho Giám đốc Sở Y tế:", "Giám đốc Sở Y tế"),
        ("1. Các bước triển khai", None),
        ("1. Các hạ tầng nền tảng", None),
        ("1. Các nhóm giải pháp", None),
    ],
)
def test_a_heading_is_a_doer_where_its_words_are_one(heading: str, lead: str | None) -> None:
    (task,) = made("IV. TỔ CHỨC THỰC HIỆN", heading, "a) Sắp xếp sổ sách theo mẫu.")
    assert said(task)[0] == lead


def test_lines_with_labels_in_other_words() -> None:
    first, second = made(
        "II. NHIỆM VỤ",
        "a) Đo lòng sông.",
        "- Đơn vị chủ trì tham mưu triển khai: Sở Y tế.",
        "- Thời gian triển khai sau khi có thiết kế được duyệt.",
        "b) Cắm biển cảnh báo.",
        "- Cơ quan thực hiện nhiệm vụ: Sở Nội vụ.",
        "- Thời hạn hoàn thành trong Quý III/2024.",
    )
    assert said(first) == ("Sở Y tế", None, "sau khi có thiết kế được duyệt")
    assert said(second) == ("Sở Nội vụ", None, "trong Quý III/2024")


def doubtful(*paragraphs: str) -> list[str]:
    """What is told to be no duty, perhaps."""
    told = plan(*(f"<p>{text}</p>" for text in paragraphs)).diagnostics
    return [d.message.partition(" | ")[0].partition(": ")[2] for d in told if "doubtful" in d.code]


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("II. NỘI DUNG TRỌNG TÂM KIỂM TRA", "a) Việc ghi chép sổ khám bệnh theo mẫu."),
        ("II. CHƯƠNG TRÌNH BỒI DƯỠNG", "a) Chụp ảnh nông sản"),
        ("II. TIÊU CHÍ", "a) Hoàn thành tốt nhiệm vụ được giao."),
        ("II. NHIỆM VỤ", "- Tài sản số như một không gian phát triển mới."),
        ("II. NHIỆM VỤ", "- Các nhiệm vụ cụ thể thực hiện theo Phụ lục."),
    ],
)
def test_what_too_little_speaks_for_is_listed_apart(heading: str, item: str) -> None:
    assert made(heading, item) == []
    assert doubtful(heading, item) == [item.partition(" ")[2]]


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("II. NHIỆM VỤ", "- Kết nối dữ liệu."),
        ("II. NHIỆM VỤ", "- Dời hộ dân khỏi vùng nguy hiểm."),
        ("II. NHIỆM VỤ", "- Hội nghị tổng kết: trước ngày 15/12/2024."),
        ("II. TIÊU CHÍ", "a) Giao Sở Y tế rà soát tiêu chí trước ngày 30/6/2024."),
        ("II. CÁC GIAI ĐOẠN", "Trong năm 2024: hoàn thiện và trình phê duyệt dự án."),
        ("II. MỘT SỐ HOẠT ĐỘNG TRỌNG TÂM", "Tổ chức các lớp tập huấn."),
    ],
)
def test_one_sign_more_makes_a_duty(heading: str, item: str) -> None:
    (task,) = made(heading, item)
    assert doubtful(heading, item) == []
    assert (task.description or "").split()[0] in item
