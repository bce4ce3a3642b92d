"""Every form whose meaning is written down, and what the reader must never do."""

import json
import unicodedata
from datetime import date, datetime
from itertools import islice
from zipfile import ZipFile

import pytest
from dateutil.rrule import rrulestr
from lxml import etree, html

from corpora.tables import rows
from extractor.language.deadlines import find_deadlines, read_deadline
from tests.conftest import PLANS
from tests.extractor.language.test_notation import days_of

GOLD = rows("gold/deadlines")
MORE = rows("gold/more_deadlines")
FORMS = [pytest.param(row, id=f"{row['text']} {row['plan_year']}") for row in (*GOLD, *MORE)]


def test_enough_forms_are_written_down():
    assert len(GOLD) == 238
    assert len(MORE) >= 150
    assert len({(row["text"], row["plan_year"]) for row in MORE}) == len(MORE)
    assert all(row["why"] and row["source"] in ("seen", "made") for row in MORE)


@pytest.mark.parametrize("row", FORMS)
def test_form(row):
    found = read_deadline(row["text"], [int(row["plan_year"])])
    assert (found.kind, found.start or "", found.end or "") == (
        row["kind"],
        row["start"],
        row["end"],
    )
    assert (found.rrule or "") == row["recurrence"]
    assert (found.trigger or "").lower() == row["trigger"].lower()
    status = found.rule == "status"
    assert bool(found.unread) == (row["kind"] == "none" and not status)


@pytest.mark.parametrize("row", FORMS)
def test_notations_are_valid(row):
    found = read_deadline(row["text"], [int(row["plan_year"])])
    if found.edtf:
        first, last = days_of(found.edtf)
        assert first is None or first.isoformat() >= (found.start or "")
        assert (last.isoformat() if last else None) == found.end
    if found.rrule and found.rrule != "unspecified":
        start = datetime.fromisoformat(found.start or f"{row['plan_year']}-01-01")
        turns = list(islice(rrulestr(found.rrule, dtstart=start), 3))
        assert len(turns) == 3


@pytest.mark.parametrize("plan", sorted(PLANS.glob("*/*.gold.json")), ids=lambda p: p.stem)
def test_every_cell_of_the_sample_plans_is_read(plan):
    gold = json.loads(plan.read_text("utf-8"))
    years = gold["document"]["plan_years"]
    for task in gold["tasks"]:
        found = read_deadline(task["deadline"], years)
        assert not found.unread, task["deadline"]
        assert (found.kind == "none") == (task["deadline"] is None)


def _cells(folder):
    """Tables of real files as rows of cell texts."""
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for path in sorted(folder.glob("*.html")):
        for table in html.fromstring(path.read_bytes().decode("utf-8")).iter("table"):
            yield [[cell.text_content() for cell in row] for row in table.iter("tr")]
    for path in sorted(folder.glob("*.docx")):
        tree = etree.fromstring(ZipFile(path).read("word/document.xml"))
        for table in tree.iter(f"{word}tbl"):
            yield [
                [
                    "".join(t.text or "" for t in cell.iter(f"{word}t"))
                    for cell in row.iter(f"{word}tc")
                ]
                for row in table.iter(f"{word}tr")
            ]


@pytest.mark.wild
def test_every_deadline_cell_of_real_tables_is_read(wild):
    read = 0
    for table in _cells(wild):
        head = next((r for r in table if r), [])
        if not head or not head[-1].strip().startswith(
            ("Thời gian hoàn", "Thời gian thực", "Tiến độ")
        ):
            continue
        for row in table[1:]:
            if len(row) == len(head):
                found = read_deadline(row[-1], [2025, 2026])
                assert found.kind != "none", row[-1]
                assert not found.unread, row[-1]
                read += 1
    assert read >= 30


def test_three_states():
    nothing = [read_deadline(text, [2024]) for text in (None, "", "  ", "-", "/", "…", "\n")]
    assert {(d.kind, d.unread) for d in nothing} == {("none", "")}
    assert nothing[0].text is None
    ongoing = read_deadline("Thường xuyên", [2024])
    assert (ongoing.kind, ongoing.due) == ("continuous", None)
    lost = read_deadline("tùy duyên", [2024])
    assert (lost.kind, lost.unread, lost.start, lost.due) == ("none", "tùy duyên", None, None)


def test_words_not_understood_are_told_beside_the_part_that_is():
    found = read_deadline("Trồng rừng phòng hộ trong quý II/2024", [2024])
    assert (found.kind, found.end) == ("period", "2024-06-30")
    assert found.unread == "Trồng rừng phòng hộ"


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2024", "30.02.2024", "ngày 31/4", "32/12/2024", "tháng 13/2024", "tháng 0/2024",
        "Quý V/2024", "Quý 5", "Quý 0/2024", "Giai đoạn 20222025", "năm 1886", "năm 2999",
        "thứ Ba ngày 06/7/2026", "20/12/2024/QĐ", "10/2025/NĐ-CP", "Giai đoạn 2025-2021",
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(text):
    found = read_deadline(text, [2024])
    assert found.unread
    assert found.kind == "none" or text.startswith("thứ")


def test_parts_and_their_cover():
    found = read_deadline("Kế hoạch: Quý I/2024; Báo cáo: Quý IV/2024", [2024])
    assert [(p.text, p.kind, p.edtf) for p in found.parts] == [
        ("Quý I/2024", "period", "2024-33"),
        ("Quý IV/2024", "period", "2024-36"),
    ]
    assert (found.start, found.end, found.edtf) == ("2024-01-01", "2024-12-31", "2024")


def test_bullets_and_line_breaks():
    bullets = read_deadline("- Ban hành: Quý I/2024\n- Báo cáo: trước ngày 15/12/2024", [2024])
    assert (bullets.kind, bullets.start, bullets.end) == ("mixed", "2024-01-01", "2024-12-14")
    wrapped = read_deadline("Quý I,\nquý II năm\n2024", [2024])
    assert (wrapped.kind, wrapped.start, wrapped.end) == ("period", "2024-01-01", "2024-06-30")
    narrow = read_deadline("Quý II/2026 và\ntriển khai thường\nxuyên", [2026])
    assert (narrow.kind, narrow.end, narrow.unread) == ("mixed", "2026-12-31", "")
    dash = read_deadline("Giai đoạn 2026\n- 2030", [2026])
    assert (dash.kind, dash.start, dash.end) == ("period", "2026-01-01", "2030-12-31")
    letters = read_deadline("a) Quý I/2024\nb) Thường xuyên", [2024])
    assert (letters.kind, letters.unread) == ("mixed", "")


def test_the_year_is_assumed_only_where_none_is_printed():
    assert read_deadline("Quý I", [2024]).assumed_year
    assert read_deadline("Quý IV năm trước", [2024]).assumed_year
    assert not read_deadline("Quý I/2024", [2024]).assumed_year
    assert not read_deadline("Thường xuyên trong năm 2024", [2024]).assumed_year
    assert read_deadline("Thường xuyên", [2024]).assumed_year


def test_plan_of_several_years():
    years = [2026, 2027, 2028, 2029, 2030]
    assert read_deadline("Thường xuyên", years).end == "2030-12-31"
    assert read_deadline("Hằng năm", years).start == "2026-01-01"
    assert read_deadline("Quý II", years).end == "2026-06-30"


def test_without_plan_years_the_year_of_the_document_counts_or_none():
    assert read_deadline("Quý II", (), date(2025, 3, 1)).end == "2025-06-30"
    bare = read_deadline("Quý II")
    assert (bare.kind, bare.start, bare.end, bare.assumed_year) == ("period", None, None, True)
    assert read_deadline("Thường xuyên").start is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gửi báo cáo (trước ngày 10/12/2023) để tổng hợp.",
         [("trước ngày 10/12/2023", "2023-12-09")]),
        ("Ban hành kế hoạch trong quý I.", [("trong quý I", "2024-03-31")]),
        ("Giải quyết trong 03 ngày làm việc kể từ ngày nhận.", []),
        ("Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ", []),
        ("Chương trình giai đoạn 2021-2025; đến năm 2030 đạt 90%", []),
        ("Tuyển dụng trước ngày 01/7/1995", []),
        ("cải cách thể chế hằng năm", []),
        ("Tham mưu. Thời hạn hoàn thành: Tháng 10/2024. Sở Y tế",
         [("Tháng 10/2024", "2024-10-31")]),
        ("c) Thời gian thực hiện: Thực hiện thường xuyên.",
         [("Thực hiện thường xuyên", "2024-12-31")]),
        ("Định kỳ hằng quý, 06 tháng, năm báo cáo UBND tỉnh",
         [("Định kỳ hằng quý, 06 tháng, năm", "2024-12-31")]),
        ("Hàng năm, trước ngày 25 tháng 12, các cơ quan",
         [("Hàng năm, trước ngày 25 tháng 12", "2024-12-31")]),
        ("gửi về Sở trước ngày 15 của tháng cuối quý",
         [("trước ngày 15 của tháng cuối quý", "2024-12-31")]),
        ("rà soát, hoàn thành trước ngày 30/6/2024; công bố trong tháng 7/2024",
         [("trước ngày 30/6/2024", "2024-06-29"), ("trong tháng 7/2024", "2024-07-31")]),
    ],
)  # fmt: skip
def test_deadlines_in_running_text(text, found):
    assert [(text[a:b], d.end) for a, b, d in find_deadlines(text, [2024])] == found


def test_places_hold_in_text_of_separate_marks():
    text = unicodedata.normalize("NFD", "Tổng hợp (trước ngày 10/12/2023) về Sở")
    ((first, last, deadline),) = find_deadlines(text, [2024])
    assert unicodedata.normalize("NFC", text[first:last]) == "trước ngày 10/12/2023"
    assert deadline.end == "2023-12-09"


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
def test_spelling_does_not_change_the_meaning(change):
    for row in (*GOLD, *MORE):
        if row["kind"] in ("none", "reference") or "l/" in row["text"] or "-n" in row["text"]:
            continue
        found = read_deadline(change(row["text"]), [int(row["plan_year"])])
        stated = (found.kind, found.start or "", found.end or "", found.rrule or "")
        assert stated == (row["kind"], row["start"], row["end"], row["recurrence"]), found.text
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
def test_due(text, due):
    assert read_deadline(text, [2024], date(2024, 5, 20)).due == due


def test_parts_have_their_own_due_days():
    found = read_deadline("Ban hành: quý I/2024; báo cáo: 15/12/2024", [2024])
    assert [part.due for part in found.parts] == ["2024-03-31", "2024-12-15"]
