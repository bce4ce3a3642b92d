"""Every form whose meaning is written down, and what the reader must never do."""

import json
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from corpora.tables import rows
from extractor import read_plan
from models.deadline import Deadline
from tests.conftest import PLANS
from tests.extractor.commands import deadline, deadlines
from tests.extractor.language.notation import check
from tests.extractor.pages import plan, table

GOLD = rows("gold/deadlines")
MORE = rows("gold/more_deadlines")


def year_of(row: dict[str, str]) -> int:
    return int(row["plan_year"])


def readings(
    forms: Iterable[dict[str, str]], change: Callable[[str], str] = str
) -> Iterator[tuple[dict[str, str], Deadline]]:
    """Each form and what is read in its words, changed."""
    for year, group in groupby(sorted(forms, key=year_of), key=year_of):
        same_year = list(group)
        texts = [change(row["text"]) for row in same_year]
        yield from zip(same_year, deadlines(texts, [year]), strict=True)


def meaning(found: Deadline) -> tuple[str, ...]:
    return (found.kind, found.start or "", found.end or "", found.rrule or "")


def written(row: dict[str, str]) -> tuple[str, ...]:
    """The meaning of a form as the table has it."""
    return (row["kind"], row["start"], row["end"], row["recurrence"])


def test_enough_forms_are_written_down() -> None:
    assert len(GOLD) == 238
    assert len(MORE) >= 150
    assert len({(row["text"], row["plan_year"]) for row in MORE}) == len(MORE)
    assert all(row["why"] and row["source"] in ("seen", "made") for row in MORE)


def test_every_form_is_read_as_it_is_written_down() -> None:
    for row, found in readings((*GOLD, *MORE)):
        assert meaning(found) == written(row), found.text
        assert (found.trigger or "").lower() == row["trigger"].lower(), found.text
        declined = row["kind"] == "none" and found.rule != "status"
        assert bool(found.unread) == declined, found.text
        check(found)


@pytest.mark.parametrize("path", sorted(PLANS.glob("*/*.gold.json")), ids=lambda p: p.stem)
def test_every_cell_of_the_sample_plans_is_read(path: Path) -> None:
    gold = json.loads(path.read_text("utf-8"))
    cells = [task["deadline"] for task in gold["tasks"] if task["deadline"]]
    for found in deadlines(cells, gold["document"]["plan_years"]):
        assert not found.unread, found.text
        assert found.kind != "none", found.text


@pytest.mark.wild
def test_deadlines_of_real_tables_are_read(wild: Path) -> None:
    found = [
        task.deadline
        for path in sorted([*wild.glob("*.html"), *wild.glob("*.docx")])
        for task in read_plan(path).tasks
        if task.origin == "table" and task.deadline
    ]
    assert all(deadline.kind != "none" for deadline in found)
    assert sum(bool(deadline.unread) for deadline in found) <= 0.02 * len(found)
    assert len(found) >= 50


def test_three_states() -> None:
    nothing = deadlines(["", "  ", "-", "/", "…", "\n"], [2024])
    assert {(found.kind, found.unread) for found in nothing} == {("none", "")}
    ongoing = deadline("Thường xuyên", 2024)
    assert (ongoing.kind, ongoing.due) == ("continuous", None)
    lost = deadline("tùy duyên", 2024)
    assert (lost.kind, lost.unread, lost.start, lost.due) == ("none", "tùy duyên", None, None)


def test_words_not_understood_are_told_beside_the_part_that_is() -> None:
    found = deadline("Trồng rừng phòng hộ trong quý II/2024", 2024)
    assert (found.kind, found.end) == ("period", "2024-06-30")
    assert found.unread == "Trồng rừng phòng hộ"


def test_what_cannot_be_is_refused_whole() -> None:
    texts = [
        "31/02/2024", "30.02.2024", "ngày 31/4", "32/12/2024", "tháng 13/2024", "tháng 0/2024",
        "Quý V/2024", "Quý 5", "Quý 0/2024", "Giai đoạn 20222025", "năm 1886", "năm 2999",
        "20/12/2024/QĐ", "10/2025/NĐ-CP", "Giai đoạn 2025-2021",
    ]  # fmt: skip
    for found in deadlines(texts, [2024]):
        assert (found.kind, bool(found.unread)) == ("none", True), found.text
    assert deadline("thứ Ba ngày 06/7/2026", 2024).unread  # it was a Monday


def test_parts_and_their_cover() -> None:
    found = deadline("Kế hoạch: Quý I/2024; Báo cáo: Quý IV/2024", 2024)
    assert [(p.text, p.kind, p.edtf, p.due) for p in found.parts] == [
        ("Quý I/2024", "period", "2024-33", "2024-03-31"),
        ("Quý IV/2024", "period", "2024-36", "2024-12-31"),
    ]
    assert (found.start, found.end, found.edtf) == ("2024-01-01", "2024-12-31", "2024")


def test_bullets_and_line_breaks() -> None:
    bullets = deadline("- Ban hành: Quý I/2024\n- Báo cáo: trước ngày 15/12/2024", 2024)
    assert (bullets.kind, bullets.start, bullets.end) == ("mixed", "2024-01-01", "2024-12-14")
    wrapped = deadline("Quý I,\nquý II năm\n2024", 2024)
    assert (wrapped.kind, wrapped.start, wrapped.end) == ("period", "2024-01-01", "2024-06-30")
    narrow = deadline("Quý II/2026 và\ntriển khai thường\nxuyên", 2026)
    assert (narrow.kind, narrow.end, narrow.unread) == ("mixed", "2026-12-31", "")
    dash = deadline("Giai đoạn 2026\n- 2030", 2026)
    assert (dash.kind, dash.start, dash.end) == ("period", "2026-01-01", "2030-12-31")
    letters = deadline("a) Quý I/2024\nb) Thường xuyên", 2024)
    assert (letters.kind, letters.unread) == ("mixed", "")


def test_the_year_is_assumed_only_where_none_is_printed() -> None:
    texts = ["Quý I", "Quý IV năm trước", "Thường xuyên"]
    assert all(found.assumed_year for found in deadlines(texts, [2024]))
    printed = ["Quý I/2024", "Thường xuyên trong năm 2024"]
    assert not any(found.assumed_year for found in deadlines(printed, [2024]))


def test_plan_of_several_years() -> None:
    found = deadlines(["Thường xuyên", "Hằng năm", "Quý II"], range(2026, 2031))
    assert (found[0].end, found[1].start, found[2].end) == (
        "2030-12-31",
        "2026-01-01",
        "2026-06-30",
    )


@pytest.mark.parametrize(
    ("day", "end"), [("Hà Nội, ngày 01 tháng 3 năm 2025", "2025-06-30"), ("", None)]
)
def test_without_plan_years_the_year_of_the_document_counts_or_none(
    day: str, end: str | None
) -> None:
    cells = table(["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"],
                  ["1", "Rà soát", "Bộ Nội vụ", "Quý II"])  # fmt: skip
    html = f"<p>BỘ NỘI VỤ</p><p>{day}</p><p>KẾ HOẠCH</p><p>Cải cách hành chính</p>{cells}"
    (task,) = read_plan(html.encode(), "a.html").tasks
    assert task.deadline
    assert (task.deadline.kind, task.deadline.end) == ("period", end)
    assert task.deadline.assumed_year


#: Items of running text, and the deadlines in them: their words, the last day.
PROSE = [
    ("Gửi báo cáo (trước ngày 10/12/2023) để tổng hợp.", "trước ngày 10/12/2023", "2023-12-09"),
    ("Ban hành kế hoạch trong quý I.", "trong quý I", "2024-03-31"),
    ("Giải quyết trong 03 ngày làm việc kể từ ngày nhận.", None, None),
    ("Thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ", None, None),
    ("Xây dựng Chương trình giai đoạn 2021-2025; đến năm 2030 đạt 90%", None, None),
    ("Tuyển dụng trước ngày 01/7/1995", None, None),
    ("Giải quyết trong 02 giờ sau khi nhận đủ hồ sơ.", None, None),
    ("Lấp các hố nước đọng trong 48 giờ sau khi nước rút.", "trong 48 giờ sau khi nước rút", None),
    ("Cải cách thể chế hằng năm", None, None),
    ("Bảo đảm đời sống hằng ngày của người dân", None, None),
    ("Thống kê số ca mắc hằng ngày gửi Sở Nội vụ.", "hằng ngày", "2024-12-31"),
    ("Hằng tuần báo cáo UBND tỉnh.", "Hằng tuần", "2024-12-31"),
    ("Ghi nhật ký tàu cập cảng hàng ngày.", "hàng ngày", "2024-12-31"),
    ("Cải thiện đời sống hàng ngày.", None, None),
    ("Lập danh mục vốn trung hạn giai đoạn 2026 - 2030.", None, None),
    ("Bố trí vốn ngắn hạn năm 2024 cho các đoạn hư hỏng.", None, None),
    ("Tham mưu. Thời hạn hoàn thành: Tháng 10/2024.", "Tháng 10/2024", "2024-10-31"),
    ("Định kỳ hằng quý, 06 tháng, năm báo cáo UBND tỉnh", "Định kỳ hằng quý, 06 tháng, năm",
     "2024-12-31"),
    ("Hàng năm, trước ngày 25 tháng 12, các cơ quan báo cáo", "Hàng năm, trước ngày 25 tháng 12",
     "2024-12-31"),
    ("Gửi về Sở trước ngày 15 của tháng cuối quý", "trước ngày 15 của tháng cuối quý",
     "2024-12-31"),
    ("Rà soát, hoàn thành trước ngày 30/6/2024; công bố trong tháng 7/2024",
     "trước ngày 30/6/2024; trong tháng 7/2024", "2024-07-31"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_deadlines_in_running_text(form: str) -> None:
    items = (f"<p>- {unicodedata.normalize(form, text)}</p>" for text, _, _ in PROSE)  # type: ignore[arg-type]
    tasks = plan("<p>III. TỔ CHỨC THỰC HIỆN</p><p>1. Sở Y tế</p>", *items).tasks
    read = [(t.deadline and t.deadline.text, t.deadline and t.deadline.end) for t in tasks]
    assert read == [(words, end) for _, words, end in PROSE]


def test_a_period_of_execution_goes_on_all_the_time() -> None:
    (task,) = plan(
        "<p>II. NHIỆM VỤ</p><p>1. Dữ liệu</p><p>a) Rà soát dữ liệu.</p>"
        "<p>b) Thời gian thực hiện: Thực hiện thường xuyên.</p>"
    ).tasks
    assert task.deadline
    assert (task.deadline.text, task.deadline.end) == ("Thực hiện thường xuyên", "2024-12-31")


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda s: unicodedata.normalize("NFD", s),
        lambda s: s.replace(" ", "  "),
        lambda s: s.replace(" ", "\u00a0"),
        lambda s: s.replace(" ", "\n"),
        lambda s: f"  {s}.",
        lambda s: f"({s})",
        lambda s: f"- {s};",
        lambda s: s.replace("Quý", "Qúy").replace("quý", "quí"),
        lambda s: s.replace("hằng", "hàng").replace("Hằng", "Hàng"),
        lambda s: s.replace("kỳ", "kì"),
        lambda s: s.replace("-", "–"),
        lambda s: f"Hoàn thành: {s}",
    ],
)
def test_spelling_does_not_change_the_meaning(change: Callable[[str], str]) -> None:
    stable = [
        row
        for row in (*GOLD, *MORE)
        if row["kind"] not in ("none", "reference")
        and "l/" not in row["text"]
        and "-n" not in row["text"]
    ]
    for row, found in readings(stable, change):
        assert meaning(found) == written(row), found.text
        assert not found.unread, found.text


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Quý IV năm 2024", "2024-12-31"),
        ("Trước ngày 30/11/2024", "2024-11-29"),
        ("Thường xuyên", None),
        ("Hằng quý", "2024-12-31"),
        ("Sau khi có kế hoạch", None),
        ("Từ năm 2024", None),
    ],
)
def test_due(text: str, due: str | None) -> None:
    assert deadline(text, 2024, on=date(2024, 5, 20)).due == due


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("6 tháng đầu năm 2024", "2024-40"),
        ("6 tháng cuối năm 2024", "2024-41"),
        ("Quý II/2024", "2024-34"),
        ("Quý II, quý III/2024", "2024-34/2024-35"),
        ("Từ tháng 3 đến tháng 6/2024", "2024-03/2024-06"),
        ("Tháng 02/2024", "2024-02"),
        ("Từ ngày 11/5/2024 đến ngày 20/5/2024", "2024-05-11/2024-05-20"),
        ("Trong năm 2024", "2024"),
        ("Từ năm 2025", "2025/.."),
        ("Trước ngày 30/11/2024", "../2024-11-29"),
        ("Trước 30/6 và 30/11", "{2024-06-29,2024-11-29}"),
        ("Tháng 6 và tháng 12/2024", "{2024-06,2024-12}"),
        ("Khi có yêu cầu", None),
    ],
)
def test_the_notation_is_as_coarse_as_the_words(text: str, written: str | None) -> None:
    assert deadline(text, 2024).edtf == written
