"""Who is to do something, of every kind that plans name, and what is said beside it."""

import pytest

from extractor import read_plan
from tests.extractor.pages import made, plan, said, table


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("Ban An toàn giao thông tỉnh", "theo dõi, đôn đốc."),
        ("Cục Quản lý xử lý vi phạm hành chính và theo dõi thi hành pháp luật", "kiểm tra."),
        ("Ban Quản lý dự án Đầu tư xây dựng", "rà soát mặt bằng."),
        ("Các Điện lực", "tổ chức kiểm tra đường dây."),
        ("Các khoa, phòng", "căn cứ Kế hoạch này xây dựng kế hoạch của mình."),
        ("Hạt Kiểm lâm huyện", "tuần tra rừng."),
        ("Hiệu trưởng", "ra quyết định thành lập Ban kiểm tra."),
        ("Các hộ kinh doanh", "ký cam kết."),
        ("Công chức Tài chính - Kế toán", "tham mưu điều hành dự toán."),
    ],
)
def test_doers_of_every_kind(who: str, what: str) -> None:
    (task,) = made("II. TỔ CHỨC THỰC HIỆN", f"1. {who} {what}")
    assert said(task)[0] == who


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (
            "Trưởng các phòng chịu trách nhiệm trước Giám đốc Sở về kết quả.",
            "Trưởng các phòng",
        ),
        (
            "UBND các xã, thị trấn tổ chức thực hiện, báo cáo trước ngày 15/11/2024.",
            "UBND các xã, thị trấn",
        ),
        ("UBND huyện ban hành Kế hoạch như sau.", None),
    ],
)
def test_orders_of_a_plan_without_sections(text: str, who: str | None) -> None:
    """Below the table of a plan that has nothing else."""
    head = "ỦY BAN NHÂN DÂN\nHUYỆN KRÔNG ANA\n\nSố: 71/KH-UBND"
    paper = f"{head}\n\nKẾ HOẠCH\nCông tác năm 2024\n\n{text}\n"
    tasks = read_plan(paper.encode(), "a.txt").tasks
    assert [task.lead and task.lead.text for task in tasks] == ([who] if who else [])


def test_a_number_with_a_dash_apart_is_a_label() -> None:
    tasks = made("II. TỔ CHỨC THỰC HIỆN", "1 - Sở Y tế: Rà soát.", "2 - Sở Nội vụ: Tổng hợp.")
    assert [(task.ordinal, said(task)[0]) for task in tasks] == [
        ("1 -", "Sở Y tế"),
        ("2 -", "Sở Nội vụ"),
    ]


def test_a_note_is_no_duty() -> None:
    (task,) = made("II. NHIỆM VỤ", "1. Rà soát quy hoạch.", "Ghi chú: Thời gian có thể điều chỉnh.")
    assert task.description == "Rà soát quy hoạch."


def test_lines_of_who_and_when_are_not_for_a_duty_above_that_says_who_itself() -> None:
    one, two = made(
        "II. NHIỆM VỤ",
        "1.1. Xây dựng quy chế (Sở Văn hóa và Thể thao chủ trì).",
        "1.2. Ban hành danh mục hoạt động.",
        "Chủ trì: Sở Công Thương. Phối hợp: Công an tỉnh. Thời gian: Quý III/2024.",
    )
    assert said(one) == ("Sở Văn hóa và Thể thao", None, None)
    assert said(two) == ("Sở Công Thương", "Công an tỉnh", "Quý III/2024")


@pytest.mark.parametrize(
    ("ending", "who", "partners", "when"),
    [
        ("(Sở Nội vụ; quý III/2025)", "Sở Nội vụ", None, "quý III/2025"),
        ("(Sở Nội vụ, Sở Y tế, trước 30/6/2025)", "Sở Nội vụ, Sở Y tế", None, "trước 30/6/2025"),
        (
            "(Thanh tra tỉnh chủ trì, các sở phối hợp, thường xuyên)",
            "Thanh tra tỉnh",
            "các sở",
            "thường xuyên",
        ),
        (
            "(Sở Tư pháp chủ trì, Sở Y tế, Công an tỉnh phối hợp)",
            "Sở Tư pháp",
            "Sở Y tế, Công an tỉnh",
            None,
        ),
        (
            "(Phòng Tư pháp phối hợp Công an huyện thực hiện, xong trước 30/6/2025)",
            "Phòng Tư pháp",
            "Công an huyện",
            "trước 30/6/2025",
        ),
        ("trên mạng; Phòng Nội vụ chủ trì, Văn phòng phối hợp", "Phòng Nội vụ", "Văn phòng", None),
        (": Phòng Tư pháp, tháng 9/2025", "Phòng Tư pháp", None, "tháng 9/2025"),
        ("tại 02 đơn vị: Sở Tư pháp, Sở Y tế", None, None, None),
        ("(Sở Nội vụ)", None, None, None),
        ("(theo Kế hoạch của Sở Nội vụ, quý III/2025)", None, None, None),
    ],
)
def test_bodies_and_a_time_at_the_end(
    ending: str, who: str | None, partners: str | None, when: str | None
) -> None:
    (task,) = made("II. NHIỆM VỤ", f"1. Rà soát thủ tục hành chính {ending}.")
    assert said(task) == (who, partners, when)


def test_a_part_of_a_body_in_brackets_behind_it_does_nothing() -> None:
    (task,) = made("II. NHIỆM VỤ", "1. Báo cáo UBND tỉnh (Văn phòng UBND tỉnh, trước 15/12/2025).")
    assert said(task)[0] is None


def test_a_doer_and_a_time_in_brackets_at_the_end() -> None:
    (task,) = made("II. NHIỆM VỤ", "- Xây dựng quy chế (giao Sở Công Thương, trong quý II).")
    assert said(task) == ("Sở Công Thương", None, "trong quý II")


@pytest.mark.parametrize(
    ("text", "who", "partners"),
    [
        ("Phòng Quản lý đô thị lập danh mục.", "Phòng Quản lý đô thị", None),
        ("Phòng Quản lý xây dựng tổng hợp danh mục.", "Phòng Quản lý xây dựng", None),
        ("Phòng Quản lý xây dựng kế hoạch năm.", "Phòng Quản lý", None),
        (
            "Giao Phòng Giám sát, kiểm tra và xử lý sau thanh tra theo dõi kết quả.",
            "Phòng Giám sát, kiểm tra và xử lý sau thanh tra",
            None,
        ),
        (
            "Phòng Bưu chính, Viễn thông làm việc với các doanh nghiệp.",
            "Phòng Bưu chính, Viễn thông",
            None,
        ),
        (
            "Các viện, trung tâm, khoa, phòng cử người tham gia.",
            "Các viện, trung tâm, khoa, phòng",
            None,
        ),
        (
            "Chủ tịch UBND các xã, phường tiếp công dân.",
            "Chủ tịch UBND các xã, phường",
            None,
        ),
        ("Tổ thẩm định của xã thẩm định thực tế.", "Tổ thẩm định của xã", None),
        ("Ban Tổ chức - Kiểm tra: tổng hợp đề xuất.", "Ban Tổ chức - Kiểm tra", None),
        ("Chủ trì, cùng Sở Xây dựng hướng dẫn các xã.", None, "Sở Xây dựng"),
        (
            "Sở Y tế chủ trì, phối hợp UBND các xã, phường tháo gỡ khó khăn.",
            "Sở Y tế",
            "UBND các xã, phường",
        ),
    ],
)
def test_names_with_verbs_in_them_and_verbs_behind_names(
    text: str, who: str | None, partners: str | None
) -> None:
    (task,) = made("III. NHIỆM VỤ", f"1. {text}")
    assert said(task)[:2] == (who, partners)


def test_a_sentence_that_names_who_sees_to_it_is_an_order_of_its_own() -> None:
    one, two = made(
        "III. NHIỆM VỤ",
        "1. Thành lập 04 Tổ công tác. Sở Y tế là cơ quan thường trực các Tổ, báo cáo hằng quý.",
    )
    assert (one.description, one.lead) == ("Thành lập 04 Tổ công tác.", None)
    assert said(two)[0] == "Sở Y tế"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Sẵn sàng sơ tán dân, hoàn thành trước khi bão đổ bộ.", "event"),
        ("Trình phương án ngay sau khi có hướng dẫn của Bộ Y tế.", "event"),
        ("Cấp giống mới cho hộ nghèo, thực hiện từ năm 2024 đến năm 2026.", "period"),
        ("Cắt giảm 30% thời gian trong năm 2024; các năm tiếp theo cắt giảm nữa.", "period"),
        ("Thanh toán khi có khối lượng, không để dồn vào cuối năm.", None),
    ],
)
def test_times_in_running_text(text: str, when: str | None) -> None:
    (task,) = made("III. NHIỆM VỤ", f"1. {text}")
    assert (task.deadline and task.deadline.kind) == when


def test_a_matter_with_a_partner_is_not_passed_over() -> None:
    text = "1. Công tác y tế: nhân viên phối hợp với Trạm Y tế khám sức khỏe học sinh trong quý II."
    read = plan(f"<p><b>III. NHIỆM VỤ</b></p><p>{text}</p>")
    assert [d.code for d in read.diagnostics if text[3:30] in d.message] == ["duty.doubtful"]


def test_a_remark_at_the_end_orders_a_body_to_help() -> None:
    (task,) = made(
        "II. NHIỆM VỤ", "1. Giám sát thủ tục (giao Sở Y tế tham mưu quyết định, thành phần)."
    )
    assert said(task)[0] == "Sở Y tế"


def test_an_order_behind_a_formula_is_one() -> None:
    (task,) = made(
        "II. NHIỆM VỤ",
        "Chỉ thị này thay thế Chỉ thị số 05/CT-UBND. Giao Sở Y tế báo cáo trước ngày 15/12.",
    )
    assert said(task)[0] == "Sở Y tế"
    assert task.description.startswith("Giao")


def test_a_post_with_its_part_in_a_committee_leads() -> None:
    (task,) = made("II. NHIỆM VỤ", "5. Trưởng Công an xã - Ủy viên: Triển khai Đề án 06.")
    assert said(task)[0] == "Trưởng Công an xã - Ủy viên"


def test_a_field_parts_who_leads_and_who_helps_whoever_they_are() -> None:
    who = "Ban Thiếu nhi chủ trì, các Đoàn xã có điểm thi phối hợp"
    (task,) = made("II. NHIỆM VỤ", "1. Tiếp sức mùa thi", f"- Đơn vị thực hiện: {who}.")
    assert said(task)[:2] == ("Ban Thiếu nhi", "các Đoàn xã có điểm thi")


def test_a_time_in_the_middle_ends_with_its_sentence() -> None:
    (task,) = made("II. NHIỆM VỤ", "1. Kiểm tra; thời gian: quý II/2024. Tổ kiểm tra lập đoàn.")
    assert said(task)[2] == "quý II/2024"


@pytest.mark.parametrize(
    ("when", "kind", "end"),
    [
        ("Truoc 30/6", "point", "2024-06-29"),
        ("Trong quy III nam 2024", "period", "2024-09-30"),
        ("Thuong xuyen", "continuous", "2024-12-31"),
        ("May", "none", None),
    ],
)
def test_times_without_marks(when: str, kind: str, end: str | None) -> None:
    head = ("TT", "Nhiệm vụ", "Chủ trì", "Thời gian")
    (task,) = plan(table(head, ("1", "Ra soat thu tuc", "Sở Y tế", when))).tasks
    assert task.deadline
    assert (task.deadline.kind, task.deadline.end) == (kind, end)


def test_quarters_over_marks_however_their_tone_is_set() -> None:
    head = ("TT", "Nhiệm vụ", "Chủ trì", "<td colspan=2>Thời gian thực hiện")
    rows = (("", "", "", "Quí I", "Qúy II"), ("1", "Rà soát thủ tục", "Sở Y tế", "", "x"))
    (task,) = plan(table(head, *rows)).tasks
    assert task.deadline
    assert (task.deadline.start, task.deadline.end) == ("2024-04-01", "2024-06-30")
