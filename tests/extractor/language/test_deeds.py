"""What a task is: its act, its object, its step and whose matter it is."""

import pytest

from corpora import tables
from extractor.language.deeds import deeds, told


@pytest.mark.parametrize(
    ("text", "step", "acts", "thing"),
    [
        ("Xây dựng Kế hoạch CCHC của cơ quan, đơn vị năm 2023.", "plan", ("issue",),
         "cải cách hành chính"),
        ("Kế hoạch kiểm tra văn bản quy phạm pháp luật", "plan", (),
         "kiểm tra văn bản quy phạm pháp luật"),
        ("Báo cáo kết quả kiểm tra văn bản QPPL", "report", ("report",),
         "kiểm tra văn bản quy phạm pháp luật"),
        ("Chủ trì, phối hợp với Sở Nội vụ, Sở Giáo dục và Đào tạo kiểm tra công tác CCHC", "check",
         ("check",), "cải cách hành chính"),
        ("Đôn đốc các cơ quan, đơn vị số hóa hồ sơ TTHC", "urge", ("urge",),
         "số hóa hồ sơ thủ tục hành chính"),
        ("Tiếp tục nâng cấp Cổng dịch vụ công của tỉnh theo quy định", "do", ("improve",),
         "cổng dịch vụ công"),
        ("Tập trung chỉ đạo và tổ chức thực hiện tinh giảm biên chế", "do", ("carry", "simplify"),
         "biên chế"),
        ("Tuyên truyền cải cách hành chính đến đội ngũ CBCC các cấp", "do", ("tell",),
         "cải cách hành chính"),
    ],
)  # fmt: skip
def test_reads_act_object_and_step(text: str, step: str, acts: tuple[str, ...], thing: str) -> None:
    (deed,) = deeds(text)
    assert (deed.step, deed.acts, deed.object) == (step, acts, thing)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Xây dựng Kế hoạch CCHC của cơ quan, đơn vị", "each"),
        ("Xây dựng Kế hoạch CCHC trên địa bàn tỉnh", "own"),
        ("Kiểm tra công tác CCHC tỉnh Bắc Ninh", "own"),
        ("Đào tạo công chức cấp xã", "below"),
        ("Xây dựng cơ sở dữ liệu quốc gia về dân cư", "nation"),
        ("Xây dựng Kế hoạch CCHC", None),
    ],
)
def test_tells_whose_matter_it_is(text: str, level: str | None) -> None:
    assert deeds(text)[0].levels[:1] == ((level,) if level else ())


def test_year_unit_and_paper_are_not_of_the_object() -> None:
    one = deeds("Ban hành Kế hoạch tuyên truyền CCHC năm 2023 tỉnh Vĩnh Long")[0]
    other = deeds("Ban hành Kế hoạch tuyên truyền cải cách hành chính giai đoạn 2024 - 2025")[0]
    assert one.object == other.object
    text = "Thực hiện Nghị định số 60/2021/NĐ-CP ngày 21/6/2021 về tự chủ tài chính của các trường"
    (carried,) = deeds(text)
    assert carried.papers == ("60/2021/NĐ-CP",)
    assert "2021" not in carried.object


def test_each_item_is_a_deed_of_its_own() -> None:
    row = (
        "- Triển khai số hóa hồ sơ TTHC.\n- Kiểm tra việc giải quyết TTHC; báo cáo kết quả số hóa."
    )
    found = deeds(row)
    assert [deed.step for deed in found] == ["do", "check", "report"]
    assert sum(deed.share for deed in found) == pytest.approx(1)


def test_a_verb_with_an_object_of_its_own_begins_a_deed() -> None:
    found = deeds("Hoàn thiện bộ tiêu chí đánh giá chuyển đổi số và triển khai chương trình hỗ trợ "
                  "doanh nghiệp nhỏ")  # fmt: skip
    assert [(deed.made, deed.acts) for deed in found] == [
        ("bộ tiêu chí", ("improve",)),
        ("chương trình", ("carry",)),
    ]


def test_periods_of_reports_are_not_what_is_reported_on() -> None:
    text = "Định kỳ hàng quý, 06 tháng và năm báo cáo kết quả tuyên truyền CCHC về UBND tỉnh"
    (deed,) = deeds(text)
    assert (deed.step, deed.object) == ("report", "tuyên truyền cải cách hành chính")


def test_results_that_follow_are_reported_on_too() -> None:
    found = deeds("Báo cáo kết quả thực hiện cơ chế tự chủ; kết quả tinh giản biên chế")
    assert [deed.step for deed in found] == ["report", "report"]


def test_a_number_with_a_space_in_it_is_one_paper() -> None:
    assert deeds("Thực hiện Nghị định số 33/2023/NĐ- CP về cán bộ")[0].papers == ("33/2023/NĐ-CP",)


def test_what_a_thing_must_meet_is_not_the_thing() -> None:
    (deed,) = deeds("Nâng cấp Cổng thông tin điện tử đáp ứng yêu cầu chức năng, kỹ thuật")
    assert (deed.made, deed.object) == ("cổng thông tin điện tử",) * 2
    assert "yêu cầu" in deed.aside


def test_to_hand_down_is_not_to_simplify() -> None:
    down, simple = deeds("Phân cấp giải quyết TTHC; đơn giản hóa thủ tục hành chính")
    assert (down.acts, simple.acts) == (("devolve",), ("simplify",))


def test_every_act_has_a_name_and_no_wording_is_told_twice() -> None:
    table = tables.rows("deed_words")
    acts = {row["name"] for row in table if row["class"] == "act"}
    assert acts == told("act").keys()
    keys = [(row["class"], row["name"], row["words"]) for row in table]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("text", ["", "  ", "…", "1.", "(" * 2000, "và " * 500, "Sở " * 300])
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= deed.share <= 1 for deed in deeds(text))
