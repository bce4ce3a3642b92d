"""Sentences of administrative prose: what ends one and what does not."""

import pytest

from extractor.language.sentences import sentences, spans_of
from extractor.language.words import words
from tests.conftest import PLANS

#: Texts with a bar where a sentence begins.
CASES = [
    # full stops
    "Rà soát văn bản. |Báo cáo UBND tỉnh.",
    "Đạt 100% trong năm 2024. |50% hồ sơ nộp trực tuyến.",
    "UBND TP. Thủ Đức và TX. Long Khánh báo cáo. |Các xã rà soát.",
    "Xây dựng chuyên trang, chuyên mục, v.v. để tuyên truyền.",
    "Tuyên truyền qua báo, đài, v.v. |Các sở báo cáo.",
    "Theo khoản 1.2 Điều 3. |Đạt 4.34/10.00 điểm, 120.000 tỷ đồng.",
    "Ban hành ngày 15. 10. 2024 tại Biên Hòa.",
    "Nâng cao chất lượng công tác CCHC. |Các sở thực hiện.",
    "Theo Quyết định số 336/QĐ-TTg. |Sở Nội vụ chủ trì.",
    "Thực hiện nghiêm túc.|Các đơn vị báo cáo.",
    "Bộ phận Một cửa. thực hiện theo quy định.",
    "Vì sao chậm? |Ai chịu trách nhiệm?",
    "Tổ chức tuyên truyền… |Các sở phối hợp.",
    # labels
    "1. Sở Nội vụ chủ trì.",
    "II. NHIỆM VỤ",
    "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.",
    "- a. Rà soát. |- b. Báo cáo.",
    "Gồm: |a) Rà soát; |b) Báo cáo.",
    "Yêu cầu: |- Đúng hạn; |- Đúng luật.",
    "Các nội dung: (1) Rà soát; |(2) Báo cáo; |(3) Tổng hợp.",
    "Thời gian: quý I; |Sản phẩm: báo cáo.",
    # semicolons
    "Rà soát thủ tục hành chính; |kịp thời sửa đổi.",
    "Giao Sở Nội vụ; Sở Tài chính; UBND các huyện thực hiện.",
    "Theo Nghị quyết số 76/NQ-CP; Kế hoạch số 12/KH-UBND của tỉnh.",
    "Căn cứ Luật Cán bộ, công chức; Luật Viên chức.",
    "Rà soát quy định; |trường hợp vướng mắc thì báo cáo; |tổ chức thực hiện; |ban hành mới.",
    "Thực hiện kiểm tra (đột xuất; định kỳ) theo kế hoạch.",
    "Phương châm “dân biết; dân bàn. Dân làm” được thực hiện.",
    # lines
    "Sở Nội vụ\n|chủ trì",
    "- Rà soát\n|- Báo cáo",
    # a bracket that never closes does not hide the rest
    "Theo dõi (nếu có. |Báo cáo kết quả.",
    "(thiếu ngoặc\n|Rà soát; |báo cáo.",
]


@pytest.mark.parametrize("case", CASES)
def test_sentences(case: str) -> None:
    text = case.replace("|", "")
    found = words(text)
    parts = [text[start:end] for start, end in spans_of(found, sentences(text, found))]
    assert parts == [part.strip() for part in case.split("|")]


def test_no_words_no_sentences() -> None:
    assert sentences("", []) == []


def test_sentences_cover_the_words_of_real_plans() -> None:
    for slug in ("ninh-son-2024", "binh-duong-2024", "lai-chau-2025"):
        text = (PLANS / slug / f"{slug}.txt").read_text("utf-8")
        found = words(text)
        starts = sentences(text, found)
        assert starts[0] == 0
        assert starts == sorted(set(starts))
        longest = max(len(text[start:end].split()) for start, end in spans_of(found, starts))
        assert longest < 400
