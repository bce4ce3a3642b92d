"""Letterhead, title, signature, recipients: what the form of a paper says."""

import pytest

from extractor import read_plan
from extractor.labels import label_of, ordinal_of
from extractor.layout import Paragraph
from extractor.structure.letterhead import number_of, read_letterhead, sign_of
from extractor.structure.lines import Line
from extractor.structure.signature import is_name, recipients_of, signature_of
from extractor.structure.titles import titles_of, years_of
from models.provenance import Place


def lines(*texts: str) -> list[Line]:
    return [
        Line(text, Place(), Paragraph(text, Place()), number) for number, text in enumerate(texts)
    ]


def test_letterhead_of_a_department() -> None:
    """The parent stands in plain capitals above the issuer (NĐ 30/2020, appendix I, part 2)."""
    head = read_letterhead(
        lines(
            "UBND TỈNH LÀO CAI",
            "SỞ CÔNG THƯƠNG",
            "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Số: 1105/KH-SCT",
            "Lào Cai, ngày 10 tháng 3 năm 2026",
        ),
        6,
    )
    assert (head.parent, head.issuer) == ("UBND TỈNH LÀO CAI", "SỞ CÔNG THƯƠNG")
    assert (head.number, head.issued_on, head.place) == ("1105/KH-SCT", "2026-03-10", "Lào Cai")


def test_letterhead_in_one_line_each() -> None:
    head = read_letterhead(lines("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP --------", "Số:     /KH-UBND"), 2)
    assert head.issuer == "ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP"
    assert head.number is None
    assert head.blanks == ["number"]


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
    assert number_of(text) == number


def test_sign() -> None:
    assert sign_of("336/KH-UBND") == ("KH", "UBND")
    assert sign_of(None) == (None, None)


def test_title_of_a_plan_that_a_decision_carries() -> None:
    found = titles_of(
        lines(
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
    )
    assert [(t.kind, t.text) for t in found] == [
        ("quyết định", "QUYẾT ĐỊNH BAN HÀNH KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2023"),
        ("kế hoạch", "KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2023"),
    ]


def test_forms_in_an_appendix_are_no_plan_of_the_decision() -> None:
    found = titles_of(
        lines(
            "NGHỊ QUYẾT", "VỀ CẮT GIẢM THỦ TỤC", "PHỤ LỤC I", "PHƯƠNG ÁN",
            "KỸ THUẬT", "(Ban hành kèm theo Nghị quyết số 24/NQ-CP)",
        )
    )  # fmt: skip
    assert len(found) == 1


@pytest.mark.parametrize(
    ("title", "issued", "goals", "years"),
    [
        ("KẾ HOẠCH CCHC NĂM 2024", 2023, [], (2024,)),
        ("Kế hoạch giai đoạn 2024 - 2025, định hướng đến năm 2030", 2024, [], (2024, 2025)),
        ("KẾ HOẠCH phát triển hạ tầng 5G đến năm 2027", 2025, [], (2025, 2026, 2027)),
        ("KẾ HOẠCH THỰC HIỆN QUYẾT ĐỊNH SỐ 06/QĐ-TTG NGÀY 02 THÁNG 01 NĂM 2025", 2026, [], (2026,)),
        ("KẾ HOẠCH thực hiện Nghị định số 45/2025/NĐ-CP", 2026, [2027], (2026, 2027)),
        ("KẾ HOẠCH", None, [], ()),
    ],
)
def test_years(title: str, issued: int | None, goals: list[int], years: tuple[int, ...]) -> None:
    assert years_of(title, issued, goals) == years


def test_signature_line_by_line_and_in_one_line() -> None:
    apart = signature_of(
        lines("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "(đã ký)", "Lê An")
    )
    assert apart
    assert apart.name == "Lê An"
    assert apart.position == "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"
    together = signature_of(lines("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH Huỳnh Minh Tuấn", "PHỤ LỤC"))
    assert together
    assert together.name == "Huỳnh Minh Tuấn"


def test_a_decision_s_author_is_no_signature() -> None:
    assert signature_of(lines("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "Căn cứ Luật số 1;")) is None


def test_names() -> None:
    assert is_name("Đại tá Nguyễn Văn Bé")
    assert not is_name("Nguyễn Văn bé")
    assert not is_name("Thanh")


def test_recipients() -> None:
    found, used = recipients_of(
        lines("Nơi nhận:", "- Bộ Nội vụ;", "- CT, các PCT UBND tỉnh;", "- Lưu: VT.", "CHỦ TỊCH")
    )
    assert found == ("Bộ Nội vụ", "CT, các PCT UBND tỉnh", "Lưu: VT")
    assert len(used) == 4


def test_recipients_in_one_line() -> None:
    found, _ = recipients_of(lines("Nơi nhận: - Bộ Nội vụ; - Mục IV; - Lưu: VT, KGVX."))
    assert found == ("Bộ Nội vụ", "Mục IV", "Lưu: VT, KGVX")


def test_labels() -> None:
    texts = ("Điều 3. Thi hành", "A. CHUNG", "IV. KINH PHÍ", "2.1. Việc", "đ) Rà soát", "- Xong")
    kinds = [(label.kind, label.value) if (label := label_of(text)) else None for text in texts]
    assert kinds == [
        ("article", 3),
        ("capital", 1),
        ("roman", 4),
        ("decimal", 1),
        ("letter", 5),
        ("bullet", None),
    ]
    assert label_of("Trong năm 2024") is None
    ordinal = ordinal_of("II.4")
    assert ordinal
    assert (ordinal.kind, ordinal.value) == ("decimal", 4)


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
