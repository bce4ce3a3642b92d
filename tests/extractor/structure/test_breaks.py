"""Papers that come as one paragraph: their sections and items are found again."""

from extractor import read_plan
from tests.extractor.pages import plan

PURPOSE = "Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh. " * 24
BODY = (
    f"II. QUAN ĐIỂM {PURPOSE}"
    "III. MỤC TIÊU NĂM 2024 1. Về thủ tục - 100% thủ tục được công khai. - Trên 80% hồ sơ nộp "
    "trực tuyến. 2. Về dữ liệu a) Tối thiểu 50% dữ liệu được chia sẻ. "
    "IV. TỔ CHỨC THỰC HIỆN 1. Sở Nội vụ - Rà soát vị trí việc làm theo Nghị quyết số 76/NQ-CP. "
    "- Báo cáo UBND tỉnh trước ngày 30/6/2024. 2. Các sở, ban, ngành a) Thực hiện Kế hoạch này. "
    "b) Phối hợp với Sở Nội vụ tổng hợp, báo cáo."
)


def test_sections_and_items_run_together_are_parted() -> None:
    read = plan(f"<p>{BODY}</p>")
    assert [target.text for target in read.targets] == [
        "100% thủ tục được công khai.",
        "Trên 80% hồ sơ nộp trực tuyến.",
        "Tối thiểu 50% dữ liệu được chia sẻ.",
    ]
    duties = [(task.lead.text if task.lead else None, task.description) for task in read.tasks]
    assert duties == [
        ("Sở Nội vụ", "Rà soát vị trí việc làm theo Nghị quyết số 76/NQ-CP."),
        ("Sở Nội vụ", "Báo cáo UBND tỉnh trước ngày 30/6/2024."),
        ("Các sở, ban, ngành", "Thực hiện Kế hoạch này."),
        ("Sở Nội vụ", "Phối hợp với Sở Nội vụ tổng hợp, báo cáo."),
    ]
    assert [section.title for section in read.sections if section.level == 1][-3:] == [
        "QUAN ĐIỂM",
        "MỤC TIÊU NĂM 2024",
        "TỔ CHỨC THỰC HIỆN",
    ]


def test_the_lines_of_such_a_paper_are_its_words() -> None:
    page = read_plan(f"<html><body><p>{BODY}</p></body></html>".encode(), "x.html")
    words = " ".join(f"{s.label or ''} {s.title} {s.text}" for s in page.sections).split()
    assert [word for word in BODY.split() if word not in words] == []


def test_a_long_paragraph_that_names_articles_is_left_alone() -> None:
    text = f"1. Theo Điều 5 và mục II. của Quyết định. {PURPOSE} - Hết."
    read = plan("<p>II. NHIỆM VỤ</p>", f"<p>{text}</p>")
    assert [section.title for section in read.sections][-1] == "NHIỆM VỤ"
