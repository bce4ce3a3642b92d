"""Who is to do a duty of running text, with whom and by when, wherever the words stand."""

import pytest

from extractor import read_plan
from tests.extractor.pages import made, said


def test_a_title_above_what_who_and_when_is_one_duty() -> None:
    first, second, third = made(
        "II. NHIỆM VỤ",
        "1. Dữ liệu",
        "a) Nhiệm vụ:",
        "- Rà soát dữ liệu.",
        "- Chuẩn hóa dữ liệu.",
        "b) Cơ quan thực hiện:",
        "- Đơn vị chủ trì: Sở Y tế.",
        "c) Thời gian thực hiện: Quý I.",
        "2. Đội tuyên truyền",
        "- Nội dung: Lập đội tại các xã.",
        "- Giao thực hiện: Sở Nội vụ.",
        "3. Kiểm tra việc thi hành",
        "- Cơ quan thực hiện: Thanh tra tỉnh.",
        "- Thời gian thực hiện: Quý II.",
    )
    assert first.description == "Dữ liệu\n- Rà soát dữ liệu.\n- Chuẩn hóa dữ liệu."
    assert (first.ordinal, first.group) == ("1.", ("II. NHIỆM VỤ",))
    assert said(first) == ("Sở Y tế", None, "Quý I")
    assert second.description == "Đội tuyên truyền\nLập đội tại các xã."
    assert said(second) == ("Sở Nội vụ", None, None)
    assert third.description == "Kiểm tra việc thi hành"
    assert said(third) == ("Thanh tra tỉnh", None, "Quý II")


@pytest.mark.parametrize(
    ("text", "lead", "partner", "due"),
    [
        ("Nạo vét luồng (đợt 1) – Sở Xây dựng thực hiện.", "Sở Xây dựng", None, None),
        ("Lát vỉa hè (do Sở Xây dựng thực hiện).", "Sở Xây dựng", None, None),
        ("Lắp đèn biển (giao Sở Công Thương).", "Sở Công Thương", None, None),
        (
            "Sửa cầu cảng (Sở Xây dựng chủ trì, phối hợp với Sở Y tế).",
            "Sở Xây dựng",
            "Sở Y tế",
            None,
        ),
        (
            "Mở hội chợ, giao Sở Công Thương chủ trì, hoàn thành trong quý III/2024.",
            "Sở Công Thương",
            None,
            "trong quý III/2024",
        ),
        ("Trong quý II/2024, Sở Y tế khám cho ngư dân.", "Sở Y tế", None, "Trong quý II/2024"),
        ("Đến hết năm 2024: hoàn thành việc cấp phép.", None, None, "Đến hết năm 2024"),
        ("Về kinh phí: Giao Sở Tài chính cân đối.", "Sở Tài chính", None, None),
        (
            "Trong vòng 10 ngày kể từ ngày ban hành Kế hoạch, Sở Xây dựng gửi hướng dẫn.",
            "Sở Xây dựng",
            None,
            "Trong vòng 10 ngày kể từ ngày ban hành Kế hoạch",
        ),
        ("Khi có bão, Sở Y tế huy động lực lượng cứu hộ.", "Sở Y tế", None, "Khi có bão"),
        ("Báo cáo UBND tỉnh (qua Sở Nội vụ).", None, None, None),
        ("Rà soát danh mục do Sở Y tế ban hành.", None, None, None),
        ("Xây dựng quy định, phân công cơ quan, đơn vị chủ trì.", None, None, None),
    ],
)
def test_who_and_when_at_either_end(
    text: str, lead: str | None, partner: str | None, due: str | None
) -> None:
    (duty,) = made("II. NHIỆM VỤ", f"1. {text}")
    assert duty.description == text
    assert said(duty) == (lead, partner, due)


def test_a_list_in_a_sentence_that_orders_several_bodies_is_parted() -> None:
    first, second, third = made(
        "II. NHIỆM VỤ",
        "1. Về luồng lạch: (1) Sở Xây dựng nạo vét trước ngày 30/5/2024; "
        "(2) các xã, phường tháo dỡ đăng đáy.",
        "2. Sở Y tế: (1) lập danh mục; (2) kiểm tra các chợ.",
    )
    assert (first.ordinal, first.group) == ("(1)", ("II. NHIỆM VỤ", "Về luồng lạch"))
    assert said(first) == ("Sở Xây dựng", None, "trước ngày 30/5/2024")
    assert said(second) == ("các xã, phường", None, None)
    assert said(third) == ("Sở Y tế", None, None)


def test_a_line_break_inside_a_name_or_a_sentence_opens_nothing() -> None:
    first, second, third = made(
        "II. NHIỆM VỤ",
        "1. Rà soát bản vẽ theo Quyết định của Thủ tướng",
        "Chính phủ phê duyệt Chiến lược nhà ở; không lấy đất",
        "rừng.",
        "2. Lập quỹ, phối hợp với",
        "Sở Tài chính quản lý.",
        "3. Khuyến khích Đoàn Thanh niên tỉnh Đồng",
        "Nai cử đầu mối.",
    )
    assert third.description == "Khuyến khích Đoàn Thanh niên tỉnh Đồng Nai cử đầu mối."
    assert first.description
    assert first.description.endswith(
        "Thủ tướng Chính phủ phê duyệt Chiến lược nhà ở; không lấy đất rừng."
    )
    assert said(first) == (None, None, None)
    assert said(second) == (None, "Sở Tài chính", None)


LETTER = """ỦY BAN NHÂN DÂN
TỈNH GIA LAI
Số: 512/UBND-KGVX
V/v phòng, chống dịch sốt xuất huyết

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Gia Lai, ngày 05 tháng 3 năm 2026

Kính gửi:
- Sở Y tế;
- UBND các xã, phường.

Thực hiện Công văn số 123/BYT-DP ngày 01/3/2026 của Bộ Y tế, Ủy ban nhân dân tỉnh yêu cầu:

1. Sở Y tế phun hóa chất tại các ổ dịch, hoàn thành trước ngày 20/3/2026.

2. Dọn vệ sinh trường học

- Đơn vị thực hiện: Sở Giáo dục và Đào tạo.

- Thời hạn: Tháng 4/2026.

Đề nghị các đơn vị báo cáo về Sở Y tế trước ngày 15 hằng tháng.

Ủy ban nhân dân tỉnh thông báo để các đơn vị biết, thực hiện./.

KT. CHỦ TỊCH
PHÓ CHỦ TỊCH

Trần Văn An
"""


def test_a_letter_without_sections_orders_by_name() -> None:
    first, second, third = read_plan(LETTER.encode(), "cong-van.txt").tasks
    assert said(first) == ("Sở Y tế", None, "trước ngày 20/3/2026")
    assert second.description == "Dọn vệ sinh trường học"
    assert said(second) == ("Sở Giáo dục và Đào tạo", None, "Tháng 4/2026")
    assert said(third) == ("các đơn vị", None, "trước ngày 15 hằng tháng")


@pytest.mark.parametrize(
    ("heading", "lead", "partner"),
    [
        ("Sở Y tế là cơ quan chủ trì, phối hợp với Sở Nội vụ", "Sở Y tế", "Sở Nội vụ"),
        ("Đơn vị chủ trì: Sở Y tế", "Sở Y tế", None),
        ("Giao Công an tỉnh chủ trì, phối hợp với Sở Y tế:", "Công an tỉnh", "Sở Y tế"),
    ],
)
def test_a_heading_says_who_in_many_words(heading: str, lead: str, partner: str | None) -> None:
    (duty,) = made("II. NHIỆM VỤ", f"1. {heading}", "- Khám bệnh cho người già.")
    assert said(duty) == (lead, partner, None)


def test_lines_below_an_item_say_who_and_when_without_a_label() -> None:
    (duty,) = made(
        "II. NHIỆM VỤ",
        "1. Đào tạo",
        "a) Tập huấn vận hành.",
        "+ Giao Sở Nội vụ thực hiện.",
        "+ Hoàn thành trước ngày 20/10/2024.",
    )
    assert said(duty) == ("Sở Nội vụ", None, "trước ngày 20/10/2024")


def test_dots_alone_are_no_duty() -> None:
    (duty,) = made("II. NHIỆM VỤ", "1. Sở Y tế", "- Dọn kênh.", "…", "-")
    assert duty.description == "Dọn kênh."


def test_matters_of_an_inspection_under_a_heading_of_several_words() -> None:
    assert (
        made(
            "II. NỘI DUNG, ĐỐI TƯỢNG KIỂM TRA",
            "1. Nội dung kiểm tra",
            "- Kiểm tra điều kiện vệ sinh.",
            "2. Đối tượng: Các quán ăn.",
        )
        == []
    )
