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


def test_letterhead_in_one_line_each() -> None:
    found = head("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP --------", *MOTTO, "Số:     /KH-UBND")
    assert found.issuer
    assert (found.issuer.text, found.number) == ("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", None)


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
    ],
)
def test_numbers(text: str, number: str | None) -> None:
    assert head("UBND TỈNH VĨNH LONG", *MOTTO, text).number == number


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
