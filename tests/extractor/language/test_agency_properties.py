"""Agencies: any text gives a valid answer, and no text takes long."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import agencies, collectives
from models.agency import AgencyMention
from tests.extractor.commands import agencies as agencies_of

#: A line of the command's input: "\\n" in it stands for a line break, a "\r" at its end for none.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\\\r\ufeff"), max_size=80)
UNITS = st.sampled_from(["vn", "vn-01", "vn-86", "vn-24", "vn-58-585", "vn-56-22810", "vn-99", ""])
DAYS = st.none() | st.dates(date(2015, 1, 1), date(2027, 12, 31))
_WORDS = """Sở|Nội vụ|sở|ban|ngành|các|Các|UBND|huyện|xã|phường|tỉnh|thành phố|Vĩnh Long|Long Hồ
|,|;|và|-|/|(|)|- |1. |:|.|Bộ|Công an|Phòng|có liên quan|liên quan|của|thuộc|cấp|trực thuộc|với
|chủ trì|phối hợp với|Giám đốc|Thủ trưởng|Nguyễn Văn A|đơn vị|cơ quan|địa phương|khác|VP|X|Đài
|Văn phòng|HĐND|&|TT|Tài chính|Kế hoạch|Báo|doanh nghiệp|bộ|Thuế|Chi cục|khu vực"""
PIECES = st.sampled_from([*_WORDS.replace("\n", "").split("|"), "\n"])
SETS = {
    code
    for meanings in collectives.meanings().values()
    for meaning in meanings
    for cell in meaning.sets
    for code in cell.split(">")
}


def check(texts: list[str], unit: str, on: date | None) -> None:
    for text, found in zip(texts, agencies_of(texts, unit, on), strict=True):
        _check(text, found)


def _check(text: str, found: tuple[AgencyMention, ...]) -> None:
    for mention in found:
        assert mention.span is not None
        first, after = mention.span
        assert 0 <= first < after <= len(text)
        assert text[first:after] == mention.text
        assert mention.kind in ("agency", "group", "unknown")
        assert (mention.id is not None) is (mention.kind == "agency")
        if mention.id is not None:
            assert mention.id.rsplit("/", 1)[1] in agencies.roles()
            assert mention.name
        if mention.kind == "group":
            assert mention.closed is not None
            assert set(mention.members) <= SETS
            assert mention.members or not mention.closed
        else:
            assert not mention.members
    for one, next_one in pairwise(found):
        assert one.span is not None
        assert next_one.span is not None
        assert one.span[1] <= next_one.span[0]


CELLS = st.lists(PIECES, max_size=25).map(" ".join)


@given(st.lists(TEXTS, min_size=5), UNITS, DAYS)
@settings(max_examples=15)
def test_any_text_gives_a_valid_answer(texts: list[str], unit: str, on: date | None) -> None:
    check(texts, unit, on)


@given(st.lists(CELLS, min_size=5), UNITS, DAYS)
@settings(max_examples=25)
def test_any_words_of_such_cells_give_a_valid_answer(
    texts: list[str], unit: str, on: date | None
) -> None:
    check(texts, unit, on)


@pytest.mark.soak
@given(st.lists(TEXTS | CELLS, min_size=5), UNITS, DAYS)
@settings(max_examples=700)
def test_very_many_texts_give_valid_answers(texts: list[str], unit: str, on: date | None) -> None:
    check(texts, unit, on)


@given(st.lists(CELLS, min_size=5))
@settings(max_examples=10)
def test_the_same_text_gives_the_same_answer_whatever_was_read_before(texts: list[str]) -> None:
    forward = agencies_of([*texts, *texts], "vn-86", date(2023, 1, 1))
    assert forward[: len(texts)] == forward[len(texts) :]
    assert agencies_of(texts[::-1], "vn-86", date(2023, 1, 1)) == forward[: len(texts)][::-1]


PILED = [
    "sở, ", "tỉnh, ", "trưởng, ", "(", "các ", "UBND huyện ", "Sở A và ", "x", "thành phố ",
    "chủ trì ", "Bộ Tài chính của ", "- ", "các cơ quan có ", "Ủy ban A, B, ", "Các Sở: ",
    "UBND huyện Long Hồ, Mang Thít, ", "Công an các ", "1. ", "và ", "\u0301", "Phòng\n",
]  # fmt: skip


@pytest.mark.parametrize("size", [20_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_very_long_cells_are_read(size: int) -> None:
    texts = [(piece * (size // len(piece) + 1))[:size] for piece in PILED]
    check(texts, "vn-86", date(2022, 12, 13))
