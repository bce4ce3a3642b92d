"""Letterhead, title, years, signature, recipients: what the form of a paper says."""

import pytest

from extractor import read_plan
from models.plan import Document, Plan
from tests.extractor.pages import table

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def read(*lines: str) -> Plan:
    plan = read_plan(f"<html><body>{''.join(f'<p>{line}</p>' for line in lines)}".encode())
    assert plan.ledger.balanced
    return plan


def head(*lines: str) -> Document:
    """What a plan says of itself whose letterhead has these lines."""
    return read(*lines, "KẾ HOẠCH", "Cải cách hành chính năm 2024", "I. MỤC ĐÍCH").document


def titled(*lines: str, on: str = "ngày 05 tháng 01 năm 2024") -> Document:
    """What a plan of Vĩnh Long says of itself that has these lines under its letterhead."""
    top = ("UBND TỈNH VĨNH LONG", *MOTTO, "Số: 12/KH-UBND", f"Vĩnh Long, {on}")
    return read(*top, *lines).document


def ended(*lines: str) -> Document:
    """What a plan says of itself that ends with these lines."""
    return titled("KẾ HOẠCH", "Năm 2024", "I. MỤC ĐÍCH", "Nâng cao chất lượng phục vụ.", *lines)


def test_letterhead_of_a_department() -> None:
    """The parent stands in plain capitals above the issuer (NĐ 30/2020, appendix I, part 2)."""
    found = head(
        "UBND TỈNH LÀO CAI",
        "SỞ CÔNG THƯƠNG",
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 1105/KH-SCT",
        "Lào Cai, ngày 10 tháng 3 năm 2026",
    )
    assert found.issuer
    assert found.issuer.text == "SỞ CÔNG THƯƠNG"
    assert [agency.id for agency in found.issuer.agencies] == ["vn-15/so-cong-thuong"]
    assert found.unit
    assert (found.unit.id, found.unit.name) == ("vn-15", "tỉnh Lào Cai")  # the parent's
    assert (found.number, found.issued_on, found.place) == ("1105/KH-SCT", "2026-03-10", "Lào Cai")


@pytest.mark.parametrize(
    ("caption", "number", "on"),
    [
        ("(Kèm theo Kế hoạch số 498 /KH-UBND ngày 30 /12/2016)", "498/KH-UBND", "2016-12-30"),
        ("Kế hoạch số 498/KH-UBND ngày 30 tháng 12 năm 2016)", "498/KH-UBND", "2016-12-30"),
        ("(Kèm theo Quyết định số 12/QĐ-UBND ngày 30/12/2016 của UBND tỉnh)", None, None),
    ],
)
def test_a_number_left_to_the_pen_is_the_one_that_an_appendix_comes_with(
    caption: str, number: str | None, on: str | None
) -> None:
    top = ("UBND TỈNH VĨNH LONG", *MOTTO, "Số:      /KH-UBND", "Vĩnh Long, ngày    tháng    năm")
    end = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lữ Quang Ngời", "PHỤ LỤC", "NHIỆM VỤ NĂM 2017")
    found = read(*top, "KẾ HOẠCH", "Năm 2017", "I. MỤC ĐÍCH", "Nâng cao.", *end, caption)
    assert (found.document.number, found.document.issued_on) == (number, on)
    told = {note.code for note in found.diagnostics}
    assert ("document.number-by-caption" in told) is (number is not None)
    assert ("document.number-blank" in told) is (number is None)


def test_a_number_and_a_day_that_a_scan_misreads_are_told_and_not_believed() -> None:
    hand = ("Số: #6 /QĐ-UBND", "Vĩnh Long, ngày f6 tháng? năm 2021")
    found = read("UBND TỈNH VĨNH LONG", *MOTTO, *hand, "QUYẾT ĐỊNH", "Ban hành Kế hoạch kiểm tra")
    assert (found.document.number, found.document.issued_on) == (None, None)
    told = {note.code for note in found.diagnostics}
    assert told >= {"document.number-blank", "document.issued_on-blank"}


def test_so_is_that_of_a_decision_which_the_plan_comes_with() -> None:
    top = ("UBND TỈNH VĨNH LONG", *MOTTO, "Số:      /QĐ-UBND", "Vĩnh Long, ngày    tháng    năm")
    order = (
        "QUYẾT ĐỊNH",
        "Ban hành Kế hoạch năm 2023",
        "QUYẾT ĐỊNH:",
        "Điều 1. Ban hành Kế hoạch.",
    )
    caption = "(Kèm theo Quyết định số 2621/QĐ-UBND ngày 13 tháng 12 năm 2022)"
    found = read(*top, *order, "KẾ HOẠCH", "Năm 2023", caption, "I. MỤC ĐÍCH", "Nâng cao.")
    assert (found.document.number, found.document.issued_on) == ("2621/QĐ-UBND", "2022-12-13")


def test_the_number_of_a_decision_in_the_name_of_a_body_is_not_the_paper_s() -> None:
    left = "SỞ CÔNG THƯƠNG<br>ĐOÀN KIỂM TRA<br>THEO QUYẾT ĐỊNH<br>SỐ 1050/QĐ-SCT<br>Số: 1105/KH-ĐKT"
    right = f"{'<br>'.join(MOTTO)}<br>Lào Cai, ngày 10 tháng 3 năm 2026"
    rows = f"<table><tr><td>{left}</td><td>{right}</td></tr></table>"
    end = "<p>KẾ HOẠCH</p><p>Kiểm tra năm 2026</p><p>I. MỤC ĐÍCH</p>"
    found = read_plan(f"<html><body>{rows}{end}".encode()).document
    assert found.issuer
    assert found.issuer.text == "ĐOÀN KIỂM TRA THEO QUYẾT ĐỊNH SỐ 1050/QĐ-SCT"
    assert found.number == "1105/KH-ĐKT"


def test_letterhead_in_one_line_each() -> None:
    found = head("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP --------", *MOTTO, "Số:     /KH-UBND")
    assert found.issuer
    assert (found.issuer.text, found.number) == ("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", None)


@pytest.mark.parametrize(
    ("lines", "place", "number"),
    [
        (("Số:    /KH-UBND Hà Nội, ngày   tháng   năm 2026",), "Hà Nội", None),
        (("Số: 88/KH-UBND Hà Nội, ngày 5 tháng 2 năm 2026",), "Hà Nội", "88/KH-UBND"),
        (("Số: 46/KH-UBND", "Lào Cai, ngày - tháng 6 năm 2026"), "Lào Cai", "46/KH-UBND"),
        (("/KH-SYT", "Kiên Giang, ngày f6 tháng? năm 2018"), "Kiên Giang", None),
    ],
)
def test_a_number_or_a_day_that_cannot_be_read_leaves_the_rest(
    lines: tuple[str, ...], place: str, number: str | None
) -> None:
    found = head("UBND TỈNH KIÊN GIANG", "SỞ Y TẾ", *MOTTO, *lines)
    assert (found.place, found.number) == (place, number)
    assert found.issuer
    assert found.issuer.text == "SỞ Y TẾ"
    assert found.issued_on == ("2026-02-05" if "ngày 5" in lines[0] else None)


def test_a_title_at_the_left_margin_is_no_part_of_the_letterhead() -> None:
    """Where no line tells them apart a reader takes it for the end of the left column."""
    left = "UBND TỈNH PHÚ THỌ<br>Số: 88/KH-UBND<br>KẾ HOẠCH"
    right = f"{'<br>'.join(MOTTO)}<br>Phú Thọ, ngày 12 tháng 02 năm 2026"
    head = f"<table><tr><td>{left}</td><td>{right}</td></tr></table>"
    found = read_plan(f"<html><body>{head}<p>Năm 2026</p><p>I. MỤC ĐÍCH</p>".encode()).document
    assert (found.number, found.issued_on) == ("88/KH-UBND", "2026-02-12")
    assert (found.kind, found.title) == ("kế hoạch", "KẾ HOẠCH Năm 2026")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Số: 2621/QĐ-UBND", "2621/QĐ-UBND"),
        ("Số 76 /NQ- CP", "76/NQ-CP"),
        ("Số: 6582 /SYT-QLBHYTCNTT", "6582/SYT-QLBHYTCNTT"),
        ("Nghị quyết số: 119/2026/UBTVQH15", "119/2026/UBTVQH15"),
        ("Số: 24/2026//NQ-CP", "24/2026/NQ-CP"),
        ("Số 36-CT/TU", "36-CT/TU"),
        ("Số: ...../KH-UBND", None),
        ("Số: 277 /KH-UBND", "277/KH-UBND"),
        ("Số:       /KH-UBND 277", "277/KH-UBND"),
        ("Số:    /KH-UBND Hà Nội, ngày   tháng   năm 2026", None),
        ("Số: 45-KH/HĐTN-BTV", "45-KH/HĐTN-BTV"),
        ("So: 55/KH-UBND", "55/KH-UBND"),
        ("CÔNG BÁO/Số 123/Ngày 01-02-2026", None),
        ("Số 123/Ngày 01-02-2026", None),
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert head("UBND TỈNH VĨNH LONG", *MOTTO, text).number == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Hà Nội, ngày1 4 tháng 7 năm 2026", "2026-07-14"),
        ("Hà Nội, ngày 14 tháng 7 năm 2 026", "2026-07-14"),
        ("Hà Nội, ngày     tháng 7 năm 2026 14", "2026-07-14"),
        ("Hà Nội, ngày     tháng     năm 2026 14 7", "2026-07-14"),
        ("Hà Nội, ngay 14 thang 7 nam 2026", "2026-07-14"),
        ("Hà Nội, ngày     tháng 7 năm 2026", None),
        ("Hà Nội, ngày … tháng … năm 20…", None),
    ],
)
def test_the_day_that_an_electronic_signature_stamps_into_the_gap(
    text: str, day: str | None
) -> None:
    found = head("UBND THÀNH PHỐ HÀ NỘI", *MOTTO, "Số: 277/KH-UBND", text)
    assert (found.issued_on, found.place) == (day, "Hà Nội")


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (("UBND TỈNH LÀO CAI", "SỞ GIÁO DỤC", "VÀ ĐÀO TẠO"), "SỞ GIÁO DỤC VÀ ĐÀO TẠO"),
        (("UBND TỈNH LÀO CAI", "SỞ VĂN HÓA,", "THỂ THAO VÀ DU LỊCH"),
         "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
        (("TỈNH ỦY LÀO CAI", "BAN CHỈ ĐẠO", "CHUYỂN ĐỔI SỐ"), "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"),
        (("UBND TỈNH LÀO CAI", "SỞ NỘI VỤ", "HỎA TỐC"), "SỞ NỘI VỤ"),
        (("VĂN PHÒNG CHÍNH PHỦ XUẤT BẢN", "CÔNG BÁO/Số 1/Ngày 01-02-2026", "UBND TỈNH LÀO CAI"),
         "UBND TỈNH LÀO CAI"),
    ],
)  # fmt: skip
def test_the_issuer_over_several_lines(lines: tuple[str, ...], issuer: str) -> None:
    found = head(*lines, *MOTTO, "Số: 5/KH-X").issuer
    assert found
    assert found.text == issuer


def test_the_day_takes_two_lines_in_a_narrow_column() -> None:
    for lines in (
        ("Vĩnh Long, ngày 05 tháng 01 năm", "2024"),
        ("Vĩnh Long, ngày 05 tháng", "01 năm 2024"),
        ("Vĩnh Long, ngày 05", "tháng 01 năm 2024"),
    ):
        found = head("UBND TỈNH VĨNH LONG", *MOTTO, "Số: 12/KH-UBND", *lines)
        assert (found.place, found.issued_on) == ("Vĩnh Long", "2024-01-05"), lines


def test_who_is_written_to_is_no_part_of_a_title() -> None:
    center = "<p align=center>"
    found = titled("TỜ TRÌNH", f"{center}Về việc trồng hoa", f"{center}Kính gửi: UBND tỉnh")
    assert found.title == "TỜ TRÌNH Về việc trồng hoa"


def test_a_title_that_runs_into_the_text_ends_with_its_capitals() -> None:
    text = "Căn cứ Luật Tổ chức Chính phủ; Theo đề nghị của Bộ trưởng; QUYẾT ĐỊNH: Điều 1."
    found = read(
        "THỦ TƯỚNG CHÍNH PHỦ", *MOTTO, "Số: 12/QĐ-TTg", "Hà Nội, ngày 05 tháng 01 năm 2024",
        f"QUYẾT ĐỊNH VỀ VIỆC PHÊ DUYỆT CHƯƠNG TRÌNH TRỒNG RỪNG THỦ TƯỚNG CHÍNH PHỦ {text}",
    ).document  # fmt: skip
    assert found.title == "QUYẾT ĐỊNH VỀ VIỆC PHÊ DUYỆT CHƯƠNG TRÌNH TRỒNG RỪNG"
    assert found.kind == "quyết định"


@pytest.mark.parametrize(
    ("lines", "form"),
    [
        (("KẾ HOẠCH", "Cải cách hành chính"), "plan"),
        (("QUYẾT ĐỊNH", "Về việc phê duyệt Kế hoạch trồng rừng"), "plan"),
        (("QUYẾT ĐỊNH", "Về việc phân công nhiệm vụ"), "decision"),
        (("THÔNG BÁO", "Kết luận của Chủ tịch UBND tỉnh"), "notice"),
        (("CHƯƠNG TRÌNH", "Hội nghị tổng kết năm 2024"), "agenda"),
        (("CHƯƠNG TRÌNH HÀNH ĐỘNG", "Thực hiện Nghị quyết"), "plan"),
        (("BẢNG TỔNG HỢP Ý KIẾN", "Góp ý dự thảo Kế hoạch"), "comments"),
        (("TỜ TRÌNH", "Về việc ban hành Kế hoạch"), "proposal"),
        (("V/v chuẩn bị lễ hội", "Kính gửi: Các sở, ban, ngành."), "letter"),
    ],
)
def test_what_a_paper_is(lines: tuple[str, ...], form: str) -> None:
    top = ("UBND TỈNH VĨNH LONG", *MOTTO, "Vĩnh Long, ngày 05 tháng 01 năm 2024")
    assert read(*top, *lines, "1. Nội dung.").document.form == form


ORDERS = (
    "II. NHIỆM VỤ", "1. Giao Sở Y tế rà soát thủ tục trước ngày 30/6/2024.",
    "2. Bổ sung quy định về phòng cháy.",
    table(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"], ["1", "Lập danh mục", "Sở Y tế", "2024"]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("THÔNG BÁO", "Kết luận của Chủ tịch UBND tỉnh"), 3),
        (("QUYẾT ĐỊNH", "Về việc phân công nhiệm vụ"), 2),  # what names nobody settles something
        (("BÁO CÁO", "Kết quả cải cách hành chính"), 0),
        (("CHƯƠNG TRÌNH", "Hội nghị tổng kết"), 0),
    ],
)
def test_what_a_paper_is_tells_what_is_to_be_done(lines: tuple[str, ...], told: int) -> None:
    top = ("UBND TỈNH VĨNH LONG", *MOTTO, "Vĩnh Long, ngày 05 tháng 01 năm 2024")
    plan = read(*top, *lines, *ORDERS)
    assert len(plan.tasks) == told
    assert ("document.no-orders" in {d.code for d in plan.diagnostics}) == (not told)
    assert told or any("Lập danh mục" in section.text for section in plan.sections)


def test_the_head_of_an_official_letter_is_no_section() -> None:
    found = read(
        *MOTTO, "UBND TỈNH VĨNH LONG", "Số: 47/UBND-NC", "V/v chuẩn bị lễ hội",
        "Vĩnh Long, ngày 05 tháng 01 năm 2024",
        "Kính gửi:", "- Các sở, ban, ngành;", "- Công an tỉnh.",
        "1. Bãi xe", "Giao Sở Nội vụ mở lớp trước ngày 30/4/2024.",
    )  # fmt: skip
    assert found.document.recipients == ("Các sở, ban, ngành", "Công an tỉnh")
    assert [(task.lead and task.lead.text, task.group) for task in found.tasks] == [
        ("Sở Nội vụ", ("1. Bãi xe",))
    ]


def test_a_plan_that_a_decision_carries() -> None:
    found = titled(
        "QUYẾT ĐỊNH",
        "BAN HÀNH KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2023",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
        "Căn cứ Luật Tổ chức chính quyền địa phương;",
        "QUYẾT ĐỊNH:",
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.",
        "KẾ HOẠCH",
        "CẢI CÁCH HÀNH CHÍNH NĂM 2023",
        "(Kèm theo Quyết định số 2621/QĐ-UBND)",
        "I. MỤC ĐÍCH",
    )
    assert found.kind == "quyết định"
    assert (found.title or "").upper() == "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2023"
    assert found.signer is None  # a decision's author is no signature


def test_forms_in_an_appendix_are_no_plan_of_the_decision() -> None:
    found = titled(
        "NGHỊ QUYẾT", "VỀ CẮT GIẢM THỦ TỤC", "PHỤ LỤC I", "PHƯƠNG ÁN",
        "KỸ THUẬT", "(Ban hành kèm theo Nghị quyết số 24/NQ-CP)",
    )  # fmt: skip
    assert "CẮT GIẢM THỦ TỤC" in (found.title or "").upper()


@pytest.mark.parametrize(
    ("title", "issued", "years"),
    [
        ("CCHC NĂM 2024", 2023, (2024,)),
        ("Giai đoạn 2024 - 2025, định hướng đến năm 2030", 2024, (2024, 2025)),
        ("Phát triển hạ tầng 5G đến năm 2027", 2025, (2025, 2026, 2027)),
        ("THỰC HIỆN QUYẾT ĐỊNH SỐ 06/QĐ-TTG NGÀY 02 THÁNG 01 NĂM 2025", 2026, (2026,)),
        ("Thực hiện Nghị định số 45/2025/NĐ-CP", 2026, (2026,)),
    ],
)
def test_years(title: str, issued: int, years: tuple[int, ...]) -> None:
    found = titled("KẾ HOẠCH", title, "I. MỤC ĐÍCH", on=f"ngày 05 tháng 01 năm {issued}")
    assert found.period
    assert found.period.years == years


def test_years_of_the_targets_count_where_the_title_names_none() -> None:
    targets = table(
        ["STT", "Chỉ số", "Năm 2025", "Chỉ tiêu đến năm 2027"],
        ["1", "Công khai, minh bạch", "4.59", "6.90"],
        ["2", "Mức độ hài lòng", "80%", "83%"],
    )
    title, on = "Thực hiện Nghị định số 45/2025/NĐ-CP", "ngày 05 tháng 01 năm 2026"
    found = titled("KẾ HOẠCH", title, "I. MỤC ĐÍCH", targets, on=on)
    assert found.period
    assert found.period.years == (2026, 2027)


def test_without_a_year_or_a_day_there_is_no_period() -> None:
    assert read("UBND TỈNH VĨNH LONG", *MOTTO, "KẾ HOẠCH", "Cải cách").document.period is None


@pytest.mark.parametrize(
    ("lines", "name", "position"),
    [
        (
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "(đã ký)", "Lê An"),
            "Lê An",
            "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        ),
        (
            ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Huỳnh Minh Tuấn", "PHỤ LỤC"),
            "Huỳnh Minh Tuấn",
            "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        ),
        (("GIÁM ĐỐC", "Đại tá Nguyễn Văn Bé"), "Đại tá Nguyễn Văn Bé", "GIÁM ĐỐC"),
    ],
)
def test_signature_line_by_line_and_in_one_line(
    lines: tuple[str, ...], name: str, position: str
) -> None:
    signer = ended(*lines).signer
    assert signer
    assert (signer.name, signer.position) == (name, position)


def test_a_draft_has_a_position_without_a_name() -> None:
    beside = "<table border=0><tr><td>Nơi nhận:<br>- Lưu: VT.</td><td>CHỦ TỊCH</td></tr></table>"
    for lines in ((beside,), ("Nơi nhận:", "- Lưu: VT.", "CHỦ TỊCH")):
        signer = ended(*lines, "PHỤ LỤC", "PHÂN CÔNG NHIỆM VỤ").signer
        assert signer
        assert (signer.name, signer.position) == (None, "CHỦ TỊCH")


def test_a_draft_without_recipients_ends_at_its_appendix() -> None:
    signer = ended("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "PHỤ LỤC", "DANH MỤC CÔNG VIỆC").signer
    assert signer
    assert (signer.name, signer.position) == (None, "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH")


def test_a_position_that_ran_into_the_recipients_beside_it() -> None:
    found = ended(
        "Nơi nhận: - Bộ Nội vụ; TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "<table border=0><tr><td>- Lưu: VT.</td><td>Lê Văn An</td></tr></table>",
    )
    assert found.signer
    assert (found.signer.name, found.signer.position) == (
        "Lê Văn An",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
    )
    assert found.recipients == ("Bộ Nội vụ", "Lưu: VT")


@pytest.mark.parametrize(
    "lines",
    [
        ("PHỤ LỤC III DANH MỤC NHIỆM VỤ (Kèm theo Kế hoạch số 12/KH-UBND)",),
        ("<b>PHỤ LỤC III<br>DANH MỤC NHIỆM VỤ<br>(Kèm theo Kế hoạch số 12/KH-UBND)</b>",),
        ("PHỤ LỤC III", "DANH MỤC NHIỆM VỤ", "(Kèm theo Kế hoạch số 12/KH-UBND)"),
    ],
)
def test_label_and_title_of_an_appendix_in_one_line_or_in_several(lines: tuple[str, ...]) -> None:
    tasks = table(["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"], ["1", "Rà soát", "Sở Y tế", "2024"])
    (task,) = read(
        "UBND TỈNH VĨNH LONG", *MOTTO, "KẾ HOẠCH", "Năm 2024", "I. MỤC ĐÍCH", "Phục vụ.",
        "CHỦ TỊCH", "Lê Văn An", *lines, tasks,
    ).tasks  # fmt: skip
    assert (task.appendix, task.lead and task.lead.text) == ("PHỤ LỤC III", "Sở Y tế")


@pytest.mark.parametrize("name", ["Nguyễn Văn bé", "Thanh"])
def test_what_is_no_name(name: str) -> None:
    signer = ended("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", name).signer
    assert signer is None or signer.name != name


@pytest.mark.parametrize(
    ("lines", "recipients"),
    [
        (
            ("Nơi nhận:", "- Bộ Nội vụ;", "- CT, các PCT UBND tỉnh;", "- Lưu: VT.", "CHỦ TỊCH"),
            ("Bộ Nội vụ", "CT, các PCT UBND tỉnh", "Lưu: VT"),
        ),
        (
            ("Nơi nhận: - Bộ Nội vụ; - Mục IV; - Lưu: VT, KGVX.",),
            ("Bộ Nội vụ", "Mục IV", "Lưu: VT, KGVX"),
        ),
    ],
)
def test_recipients(lines: tuple[str, ...], recipients: tuple[str, ...]) -> None:
    assert ended(*lines).recipients == recipients


def test_news_page_that_reports_a_plan() -> None:
    plan = read_plan(
        """<html><title>Sở Khoa học</title><body>
        <h1>Kế hoạch cải cách hành chính tỉnh Hòa Bình năm 2025</h1>
        <p>Ngày 20/12/2024, UBND tỉnh Hòa Bình đã ban hành Kế hoạch năm 2025.</p>
        <p>1. Rà soát thủ tục hành chính.</p></body></html>""".encode()
    )
    document = plan.document
    assert (document.kind, document.issued_on) == ("kế hoạch", "2024-12-20")
    assert document.issuer
    assert document.issuer.text == "UBND tỉnh Hòa Bình"
    assert document.period
    assert document.period.years == (2025,)
    assert plan.ledger.balanced


def test_record_of_a_site_beside_a_plan_without_its_head() -> None:
    """What a label names stands beside it in a table of labels and values, else below it."""
    record = (
        ("Số hiệu:", "12/KH-UBND"),
        ("Ngày ban hành", "05/01/2024"),
        ("Người ký", "Lê Văn An"),
    )
    below = "".join(f"<p>{text}</p>" for row in record for text in row)
    beside = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in record)
    for shown in (f"<table>{beside}</table>", below):
        document = read_plan(
            f"""<html><body>{shown}<p><b>KẾ HOẠCH</b></p><p><b>Cải cách hành chính năm 2024</b></p>
            <p>1. Sở Nội vụ kiểm tra việc thực hiện kỷ luật, kỷ cương hành chính.</p></body></html>
            """.encode()
        ).document
        assert document.signer
        found = (document.number, document.issued_on, document.signer.name)
        assert found == ("12/KH-UBND", "2024-01-05", "Lê Văn An")


def test_a_paper_copied_as_text_with_tabs_between_its_columns() -> None:
    """Number beside place and day, recipients beside the post, in a line each."""
    lines = (
        "UBND TỈNH VĨNH LONG\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "SỞ Y TẾ\tĐộc lập - Tự do - Hạnh phúc",
        "",
        "Số: 33/KH-SYT\tVĩnh Long, ngày 28 tháng 4 năm 2024",
        "",
        "KẾ HOẠCH",
        "Phòng, chống dịch năm 2024",
        "I. NHIỆM VỤ",
        "1. Rà soát thuốc trong tháng 5/2024.",
        "",
        "Nơi nhận:\tTRƯỞNG BAN",
        "- Bộ Y tế;",
        "- Lưu: VT.",
        "\tPHÓ CHỦ TỊCH UBND TỈNH",
        "\tTrần Văn An",
    )
    found = read_plan("\n".join(lines).encode(), "thu.txt").document
    assert (found.number, found.issued_on, found.place) == ("33/KH-SYT", "2024-04-28", "Vĩnh Long")
    assert found.recipients == ("Bộ Y tế", "Lưu: VT")
    assert found.signer
    assert (found.signer.name, found.signer.position) == (
        "Trần Văn An",
        "TRƯỞNG BAN PHÓ CHỦ TỊCH UBND TỈNH",
    )


def test_the_marks_of_authority_of_party_papers() -> None:
    found = ended("Nơi nhận:", "- Lưu.", "T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", "Trần Văn An")
    assert found.signer
    assert found.signer.position == "T/M BAN THƯỜNG VỤ PHÓ BÍ THƯ"
