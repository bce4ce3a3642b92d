"""Forms of citations: misprints, kinds, lists, roles, short forms, one paper for all its names."""

import pytest

from extractor import read_plan
from models.plan import Citation, Mention
from tests.extractor import pages


def mentions(*texts: str) -> list[list[Mention]]:
    """The papers that each of these texts names, each the cell of a task of one plan."""
    rows = ([str(n), text.replace("\n", "<br>"), "Sở Y tế"] for n, text in enumerate(texts, 1))
    plan = pages.plan(pages.table(["STT", "Nhiệm vụ", "Cơ quan chủ trì"], *rows))
    named: dict[str | None, list[Mention]] = {task.id: [] for task in plan.tasks}
    assert [task.ordinal for task in plan.tasks] == [str(n) for n in range(1, len(texts) + 1)]
    for mention in (m for citation in plan.citations for m in citation.mentions if m.task):
        named[mention.task].append(mention)
    for task in plan.tasks:
        named[task.id].sort(key=lambda mention: mention.span)
        for mention in named[task.id]:
            assert (task.description or "")[slice(*mention.span)] == mention.text
    return list(named.values())


def only(text: str) -> Mention:
    ((mention,),) = mentions(text)
    return mention


#: A paper as printed, its number in the regular form, its kind.
NUMBERS = [
    ("Nghị quyết số 76/NQ-CP", "76/NQ-CP", "nghị quyết"),
    ("Nghị quyết số 76/NQ- CP", "76/NQ-CP", "nghị quyết"),
    ("Nghị quyết số 71/NQ -CP", "71/NQ-CP", "nghị quyết"),
    ("Nghị định số 09/2019/NĐ- CP", "09/2019/NĐ-CP", "nghị định"),
    ("Quyết định số 1847/QĐ- TTg", "1847/QĐ-TTg", "quyết định"),
    ("Nghị quyết số 18- NQ/TW", "18-NQ/TW", "nghị quyết"),
    ("Chỉ thị số 36 - CT/TU", "36-CT/TU", "chỉ thị"),
    ("Chỉ thị số 36 – CT/TU", "36-CT/TU", "chỉ thị"),
    ("Nghị định số 63/2010/NĐCP", "63/2010/NĐ-CP", "nghị định"),
    ("Nghị định 130/2005/NĐ-CP .", "130/2005/NĐ-CP", "nghị định"),
    ("Nghị quyết số: 30c/NQ-CP", "30c/NQ-CP", "nghị quyết"),
    ("Nghị quyết\nsố 76/NQ-\nCP", "76/NQ-CP", "nghị quyết"),
    ("NGHỊ QUYẾT SỐ 214/NQ-CP", "214/NQ-CP", "nghị quyết"),
    ("Nghị quyết số 1211/2016/UBTVQH13", "1211/2016/UBTVQH13", "nghị quyết"),
    ("Nghị quyết số 1662/NQ-UBTVQH15", "1662/NQ-UBTVQH15", "nghị quyết"),
    (
        "Thông tư liên tịch số 01/2015/TTLT-BTC-BNV",
        "01/2015/TTLT-BTC-BNV",
        "thông tư liên tịch",
    ),
    ("Chương trình hành động số 22-CTr/TU", "22-CTr/TU", "chương trình hành động"),
    ("Kế hoạch hành động số 45-KHHĐ/TU", "45-KHHĐ/TU", "kế hoạch hành động"),
    ("Quy định số 114-QĐ/TW", "114-QĐ/TW", "quy định"),
    ("Công văn số 673/UBND-NV", "673/UBND-NV", "công văn"),
    ("văn bản số 5586/UBND-HCC", "5586/UBND-HCC", "công văn"),
    ("văn bản số 12/KH-UBND", "12/KH-UBND", "kế hoạch"),
    ("báo cáo thẩm định số 18/BCTĐ-STP", "18/BCTĐ-STP", "báo cáo thẩm định"),
    ("Luật số 72/2025/QH15", "72/2025/QH15", "luật"),
    ("(214/NQ-CP)", "214/NQ-CP", "nghị quyết"),
    ("Kế hoạch số...../KH-UBND", None, "kế hoạch"),
    ("Kế hoạch số      /KH-UBND", None, "kế hoạch"),
    ("Quyết định số ……/2023/QĐ-UBND", None, "quyết định"),
]


def test_numbers() -> None:
    found = mentions(*(f"theo {printed}" for printed, _, _ in NUMBERS))
    read = [[(cited.number, cited.kind) for cited in cell] for cell in found]
    assert read == [[(number, kind)] for _, number, kind in NUMBERS]


@pytest.mark.parametrize(
    "text",
    [
        "đạt 4.34/10.00 điểm, xếp 45/63, hoàn thành 30/11/2024, 01/2024, 03 cuộc/năm",
        "tiêu chuẩn TCVN ISO 9001:2015, QCVN 102:2016/BTTTT, mức độ 3, 4",
        "Kế hoạch 5 năm; Kế hoạch 2025; Kế hoạch 05 năm 2021 - 2025; Quyết định 4 nội dung",
        "Luật sư, Luật gia, Đại học Luật Hà Nội, PHÁP LUẬT VỀ KIỂM SOÁT, kỷ luật, pháp luật",
        "Nghị định của Chính phủ và các văn bản hướng dẫn; Quyết định của UBND tỉnh",
        "Quyết định phê duyệt; Kế hoạch của UBND huyện; Hiến pháp và pháp luật",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert mentions(text) == [[]]


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        ("Luật Viên chức năm 2010", "Viên chức", "2010"),
        ("Luật Cán bộ, công chức năm 2008, Nghị định", "Cán bộ, công chức", "2008"),
        ("Luật tiếp cận thông tin, đảm bảo quyền", "tiếp cận thông tin", None),
        ("Luật Phòng chống tham nhũng tới người dân", "Phòng chống tham nhũng", None),
        ("Luật bảo vệ môi trường và các văn bản", "bảo vệ môi trường", None),
        ("Luật Giao dịch hàng hóa phái sinh vào Chương", "Giao dịch hàng hóa phái sinh", None),
        ("Luật Luật sư năm 2006", "Luật sư", "2006"),
        ("Bộ luật Lao động ngày 20 tháng 11 năm 2019", "Lao động", "2019-11-20"),
        (
            "Luật sửa đổi, bổ sung một số điều của Luật Cán bộ, công chức và Luật Viên chức "
            "năm 2019",
            "sửa đổi, bổ sung một số điều của Luật Cán bộ, công chức và Luật Viên chức",
            "2019",
        ),
    ],
)
def test_laws_by_title(text: str, title: str, date: str | None) -> None:
    law = papers(text)[0]
    assert (law.title, law.date, law.number) == (title, date, None)


def test_numbers_inside_the_title_of_an_amending_law() -> None:
    amending = only("Luật sửa đổi, bổ sung một số điều của Luật Xây dựng số 62/2020/QH14")
    assert amending.number == "62/2020/QH14"
    several = only(
        "Luật sửa đổi, bổ sung một số điều của Luật Đất đai số 31/2024/QH15, Luật Nhà ở số "
        "27/2023/QH15 và Luật Các tổ chức tín dụng số 32/2024/QH15 ngày 29 tháng 6 năm 2024"
    )
    assert (several.number, several.date) == (None, "2024-06-29")


ISSUERS: list[tuple[str, str | None]] = [
    ("Nghị quyết số 7/NQ-CP của Chính phủ ban hành Chương trình", "Chính phủ"),
    ("Thông tư số 1/2020/TT-BTC của Bộ Tài chính hướng dẫn", "Bộ Tài chính"),
    (
        "Thông tư số 1/2020/TT-BVHTTDL của Bộ Văn hóa, Thể thao và Du lịch quy định",
        "Bộ Văn hóa, Thể thao và Du lịch",
    ),
    (
        "Thông tư số 2/2017/TT-VPCP của Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ hướng dẫn",
        "Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ",
    ),
    (
        "Quyết định số 1/QĐ-TTg của Thủ tướng Chính phủ, UBND tỉnh ban hành",
        "Thủ tướng Chính phủ",
    ),
    ("Chỉ thị số 6-CT/TU của Tỉnh ủy Vĩnh Long về việc", "Tỉnh ủy Vĩnh Long"),
    ("Nghị quyết số 8-NQ/TU của Ban chấp hành Đảng bộ tỉnh về", "Ban chấp hành Đảng bộ tỉnh"),
    ("chỉ đạo của Chủ tịch UBND tỉnh tại Chỉ thị số 02/CT-UBND về", "Chủ tịch UBND tỉnh"),
    ("được UBND tỉnh phê duyệt tại Quyết định số 2188/QĐ-UBND", "UBND tỉnh"),
    ("Quyết định số 72/2020/QĐ-UBND (được sửa đổi) của UBND tỉnh", "UBND tỉnh"),
    ("Nghị quyết của Chính phủ số 30c/NQ-CP ngày 08/11/2011", "Chính phủ"),
    (
        "Nghị quyết số 19-NQ/TW ngày 25/10/2017 Hội nghị lần thứ VI, Ban chấp hành Trung ương "
        "Đảng (khóa XII) về",
        "Hội nghị lần thứ VI, Ban chấp hành Trung ương Đảng (khóa XII)",
    ),
    (
        "Thông tư liên tịch số 1/2015/TTLT-BTC-BNV của Bộ Tài chính và Bộ Nội vụ quy định",
        "Bộ Tài chính và Bộ Nội vụ",
    ),
    ("Thông báo số 16-TB/TW ngày 07/7/2022 về kết luận của Bộ Chính trị", None),
]


def test_issuers() -> None:
    found = mentions(*(text for text, _ in ISSUERS))
    assert [[cited.issuer for cited in cell] for cell in found] == [[by] for _, by in ISSUERS]


def test_an_issuer_printed_once_for_a_list() -> None:
    after, before, mixed = mentions(
        "Nghị định số 113/2018/NĐ-CP và Nghị định số 143/2020/NĐ-CP ngày 10/12/2020 của Chính phủ",
        "các Nghị định của Chính phủ: số 63/2010/NĐ-CP, số 48/2013/NĐ-CP",
        "Nghị quyết số 5/NQ-CP và Chỉ thị số 1/CT-TTg của Thủ tướng Chính phủ",
    )
    assert [(c.issuer, c.date) for c in after] == [("Chính phủ", None), ("Chính phủ", "2020-12-10")]
    assert [c.issuer for c in before] == ["Chính phủ", "Chính phủ"]
    assert [c.issuer for c in mixed] == [None, "Thủ tướng Chính phủ"]


#: A text, and the first letters of the roles of its papers.
ROLES = [
    ("Tiếp tục thực hiện nghiêm Quyết định số 70-QĐ/TW và Kết luận số 40-KL/TW", "cc"),
    ("thực hiện phân cấp theo đúng quy định tại Nghị quyết số 04/NQ-CP", "m"),
    ("việc thực hiện các quy định của Luật Tiếp cận thông tin", "c"),
    ("thực hiện nghiêm các nhiệm vụ được giao tại văn bản số 5586/UBND-HCC", "c"),
    ("Luật Thanh tra về sửa đổi một số điều của Luật Khiếu nại", "ma"),
    (
        "Nghị định số 1/2020/NĐ-CP về sửa đổi, bổ sung một số điều của Nghị định 2/2014/NĐ-CP",
        "ma",
    ),
    ("được sửa đổi, bổ sung tại Nghị định số 113/2018/NĐ-CP", "m"),
    ("thuộc phạm vi điều chỉnh của Nghị định số 63/2010/NĐ-CP", "m"),
    ("bổ sung dự án Luật Thủ đô vào Chương trình", "m"),
    ("thay thế Quyết định số 12/QĐ-UBND; bãi bỏ Điều 5 Quyết định số 13/QĐ-UBND", "rr"),
    ("Quyết định số 13/QĐ-UBND ngày 2/3/2021 hết hiệu lực kể từ ngày ký", "r"),
    ("chịu trách nhiệm thi hành Kế hoạch này", "s"),
]


def test_roles() -> None:
    found = mentions(*(text for text, _ in ROLES))
    assert ["".join(m.role[0] for m in cell) for cell in found] == [roles for _, roles in ROLES]


def test_roles_in_the_legal_basis() -> None:
    basis = (
        "Thực hiện Chỉ thị số 11-CT/HU của Huyện ủy; Chương trình hành động số 108-CTr/HU về thực "
        "hiện Nghị quyết 05-NQ/TU về cải cách và Quyết định số 2466/QĐ-UBND,"
    )
    found = papers(basis, under=())
    assert [c.role for c in found] == ["legal_basis", "legal_basis", "carried_out", "legal_basis"]
    assert {c.basis for c in found if c.role == "legal_basis"} == {1}


PINPOINTS = [
    ("tại điểm c khoản 8 mục II của Kế hoạch này", "điểm c khoản 8 mục II"),
    ("tại điểm b, d khoản 8 mục II của Kế hoạch này", "điểm b, d khoản 8 mục II"),
    ("khoản 4, khoản 5, khoản 6 Điều 2 Quyết định số 57/2023/QĐ-UBND",
     "khoản 4, khoản 5, khoản 6 Điều 2"),
    ("Phụ lục I ban hành kèm theo Nghị định số 131/2021/NĐ-CP", "Phụ lục I"),
    ("theo Điều 4 Quy chế ban hành kèm theo Quyết định số 72/2020/QĐ-UBND", None),
]  # fmt: skip


def test_articles_and_points() -> None:
    found = mentions(*(text for text, _ in PINPOINTS))
    assert [[cited.pinpoint for cited in cell] for cell in found] == [[at] for _, at in PINPOINTS]


def test_short_forms() -> None:
    (found,) = mentions("Đề án 06, Kế hoạch số 395 và Nghị quyết nêu trên")
    assert [(c.kind, c.number) for c in found] == [
        ("đề án", "06"),
        ("kế hoạch", "395"),
        ("nghị quyết", None),
    ]


HEADS = {
    "vn-86": ("UBND TỈNH VĨNH LONG", "Số: 12/KH-UBND", "Vĩnh Long"),
    "vn-58-585": ("UBND HUYỆN NINH SƠN", "Số: 12/KH-UBND", "Ninh Sơn"),
}


def papers(
    text: str, unit: str = "vn-86", under: tuple[str, ...] = ("I. MỤC ĐÍCH",)
) -> list[Citation]:
    """The papers that a plan of the year 2024 names in this paragraph, under these headings."""
    issuer, number, place = HEADS[unit]
    top = (issuer, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", number)
    lines = (*top, f"{place}, ngày 05 tháng 01 năm 2024", "KẾ HOẠCH", "Cải cách năm 2024",
             *under, text)  # fmt: skip
    body = "".join(f"<p>{line}</p>" for line in lines)
    plan = read_plan(f"<html><body>{body}".encode())
    assert plan.document.unit
    assert plan.document.unit.id == unit
    return [c for c in plan.citations if any(m.text in text for m in c.mentions)]


def test_one_paper_for_all_its_names() -> None:
    text = (
        "Nghị quyết 18-NQ/TW; Kế hoạch này; Nghị quyết số 18- NQ/TW ngày 25/10/2017; "
        "Kế hoạch số 12/KH-UBND ngày 05/01/2024 của UBND tỉnh; Nghị quyết 18; Nghị quyết "
        "này; Kế hoạch số 45/KH-UBND ngày 1/2/2022; Kế hoạch số 45; Thông tư này"
    )
    assert [(c.role == "self", c.id, len(c.mentions)) for c in papers(text)] == [
        (False, "/akn/vn/act/nghi-quyet/trung-uong-dang/2017-10-25/18-nq-tw", 4),
        (True, "/akn/vn-86/doc/ke-hoach/ubnd/2024-01-05/12-kh-ubnd", 2),
        (False, "/akn/vn-86/doc/ke-hoach/ubnd/2022-02-01/45-kh-ubnd", 2),
    ]


def test_the_same_number_of_another_year_or_body_is_another_paper() -> None:
    text = (
        "Chỉ thị số 13/CT-UBND ngày 3/11/2023 của UBND tỉnh; Chỉ thị số 13/CT-UBND ngày 9/11/2012 "
        "của UBND tỉnh; Chỉ thị số 13/CT-UBND ngày 1/1/2023 của UBND huyện Vũng Liêm; "
        "Chỉ thị số 13/CT-UBND; Nghị quyết số 13/NQ-CP"
    )
    assert [len(paper.mentions) for paper in papers(text)] == [1, 1, 2, 1]


@pytest.mark.parametrize(
    ("number", "issuer", "unit", "by"),
    [
        ("72/QĐ-UBND", "UBND tỉnh", "vn-58-585", "vn-58/ubnd"),
        ("72/QĐ-UBND", "Ủy ban nhân dân huyện", "vn-58-585", "vn-58-585/ubnd"),
        ("72/QĐ-UBND", None, "vn-58-585", "vn-58-585/ubnd"),
        ("72/QĐ-UBND", "UBND tỉnh Đồng Nai", "vn-86", "vn-75/ubnd"),
        ("05-NQ/TU", None, "vn-58-585", "vn-58/tinh-uy"),
        ("11-CT/HU", None, "vn-58-585", "vn-58-585/huyen-uy"),
        ("789/TTr-SNV", None, "vn-86", "vn-86/so-noi-vu"),
        ("23/CT-TTg", None, "vn-86", "vn/thu-tuong"),
        ("1/2015/TTLT-BTC-BNV", None, "vn-86", "vn/bo-tai-chinh-bo-noi-vu"),
        ("17/QĐ-UBQGCĐS", None, "vn-86", "vn/ubqgcds"),
    ],
)
def test_who_issued_it(number: str, issuer: str | None, unit: str, by: str) -> None:
    (paper,) = papers(f"theo Văn bản số {number}{f' của {issuer}' if issuer else ''}", unit)
    of, body = by.split("/")
    assert paper.id.startswith(f"/akn/{of}/")
    assert f"/{body}/" in paper.id


def test_a_number_with_its_year_has_one_name_with_or_without_the_day() -> None:
    (with_day,) = papers("theo Nghị định số 63/2010/NĐ-CP ngày 08/6/2010 của Chính phủ")
    (without,) = papers("theo Nghị định số 63/2010/NĐ-CP")
    assert with_day.id == without.id


HOSTILE = {
    "laws": "Luật " * 20_000,
    "amended laws": "Luật sửa đổi, bổ sung một số điều của Luật " * 2_500,
    "open numbers": "số" + "." * 100_000,
    "open dates": "ngày" + " " * 100_000 + "/",
    "digits": "1" * 100_000,
    "codes": "1/" + "AB-" * 33_000,
    "points": "điểm a khoản 1 " * 7_000 + "Điều 1 Luật Thanh tra",
    "fillers": "thực hiện các nội dung " * 4_500 + "Nghị định số 1/2020/NĐ-CP",
    "brackets": "Nghị định số 1/2020/NĐ-CP" + "(" * 100_000,
    "names": "Nghị định số 1/2020/NĐ-CP của " + "Abc " * 25_000,
    "amendments": "sửa đổi, bổ sung " * 6_000 + "Nghị định số 1/2020/NĐ-CP",
    "short forms": "Kế hoạch này và Đề án 06 và " * 4_000,
    "one paper": "Nghị định số 1/2020/NĐ-CP ngày 01 tháng 01 năm 2020 của Chính phủ và " * 1_500,
    "many papers": " ".join(
        f"Kế hoạch số {n % 99}/KH-UBND ngày 1/1/{1950 + n % 90}" for n in range(3000)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_lines_of_100_kilobytes(name: str) -> None:
    assert mentions(HOSTILE[name])
