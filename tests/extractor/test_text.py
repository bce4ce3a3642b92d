"""Folding: one key for one word however typed, and every key knows its characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.text import LINK, fold, tokens


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("hoà", "hòa"),
        ("uỷ", "ỦY"),
        ("thuý", "thúy"),
        ("kĩ", "kỹ"),
        ("Qúy", "quý"),
        ("đường", "ĐƯỜNG"),
        ("khoẻ", unicodedata.normalize("NFD", "khỏe")),
    ],
)
def test_one_word_typed_two_ways_has_one_key(one: str, two: str) -> None:
    assert fold(one) == fold(two)


@pytest.mark.parametrize(
    ("one", "two"), [("dân", "đân"), ("hoa", "hóa"), ("ban", "bàn"), ("quy", "qui")]
)
def test_two_words_have_two_keys(one: str, two: str) -> None:
    assert fold(one) != fold(two)


def test_long_and_short_heads_have_one_key_over_all_their_characters() -> None:
    found = tokens("Văn phòng Uỷ ban nhân dân tỉnh; VP. UBND")
    assert found.keys == ["vpubnd", "tinh3", ";", "vpubnd"]
    assert found.text[found.starts[0] : found.ends[0]] == "Văn phòng Uỷ ban nhân dân"
    assert found.text[found.starts[3] : found.ends[3]] == "VP. UBND"


def test_marks_of_items_are_no_keys() -> None:
    found = tokens("1. Bộ A\n- Bộ B; • Bộ C\na) Bộ D")
    assert [found.text[found.starts[at]] for at in sorted(found.items)] == ["B"] * 4
    assert found.items == {0, 2, 5, 7}
    assert found.breaks == {2, 7}


def test_what_links_words_is_one_key() -> None:
    assert {tokens(f"x {mark} y").keys[1] for mark in ("và", "&", "/", "-", "–")} == {LINK}
    assert tokens("TT&TT").keys == tokens("TT và TT").keys == tokens("TT / TT").keys


@given(st.text(max_size=60))
def test_keys_lie_in_order_in_the_text(text: str) -> None:
    found = tokens(text)
    assert len(found.keys) == len(found.starts) == len(found.ends)
    ends = [0, *found.ends]
    for at, (start, end) in enumerate(zip(found.starts, found.ends, strict=True)):
        assert ends[at] <= start < end <= len(text)
