"""Bodies in running text."""

from datetime import date

import pytest

from extractor.language.agencies import find_agencies
from tests.conftest import PLANS

ON = date(2022, 12, 13)

CASES = [
    ("Tổ chức thực hiện, tăng cường thanh tra, kiểm tra công vụ.", []),
    ("Giao Sở Nội vụ chủ trì, phối hợp với Sở Tài chính thẩm định.", ["so-noi-vu", "so-tai-chinh"]),
    ("Ban hành theo Quyết định số 12/QĐ-UBND và Chỉ thị 02/CT-UBND, số 3/QĐ- UBND.", []),
    ("báo cáo UBND tỉnh (qua Sở Nội vụ) trước ngày 15", ["ubnd-tinh", "so-noi-vu"]),
    ("- UBND tỉnh ban hành", ["ubnd-tinh"]),
    ("yêu cầu các sở, ban, ngành nghiêm túc thực hiện", ["BQL+SO"]),
    ("Chủ tịch UBND các huyện, thành phố phải trực tiếp chỉ đạo", ["HUYEN"]),
    ("Giao Sở Tài chính, Tư pháp và Y tế rà soát", ["so-tai-chinh", "so-tu-phap", "so-y-te"]),
    ("được thực hiện ở cả ba cấp tỉnh, huyện, xã", []),
    ("THUỘC TRÁCH NHIỆM CỦA SỞ NỘI VỤ", ["so-noi-vu"]),
    ("Sở Nội vụ, ", ["so-noi-vu"]),
    ("Sở Nội vụ\nUBND tỉnh;\nTư pháp", ["so-noi-vu", "ubnd-tinh"]),
    ("", []),
]


def names(text: str) -> list[str]:
    return [
        mention.id.split("/")[1] if mention.id else "+".join(mention.members)
        for mention in find_agencies(text, "vn-86", ON)
    ]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_bodies_of_a_sentence(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_spans_are_those_of_the_text() -> None:
    found = 0
    for path in sorted(PLANS.glob("*/*.txt")):
        text = path.read_text("utf-8")
        last = 0
        for mention in find_agencies(text, "vn-86", ON):
            assert mention.span
            start, end = mention.span
            assert text[start:end] == mention.text
            assert start >= last
            last = end
            found += 1
    assert found > 500
