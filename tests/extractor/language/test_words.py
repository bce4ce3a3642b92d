"""Words: underthesea's, with places in the text as printed."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.language.words import words
from tests.conftest import PLANS

LINES = [
    unicodedata.normalize("NFC", line)
    for path in sorted(PLANS.glob("*/*.txt"))
    for line in path.read_text("utf-8").splitlines()
    if line.strip()
]


def printed(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.soak)])
def test_real_lines_give_the_words_of_underthesea(every: int) -> None:
    """All but the few that are mended; those differ at a stop or a mark, never in a syllable."""
    from underthesea import word_tokenize

    others = []
    for line in LINES[::every]:
        theirs = word_tokenize(line, use_token_normalize=False)
        ours = [" ".join(word.split()) for word in printed(line)]
        assert "".join("".join(ours).split()) == "".join("".join(theirs).split())
        if theirs != ours:
            others.append(line)
    assert len(LINES) > 3000
    assert len(others) < 0.02 * len(LINES[::every])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Giao Sở Nội vụ chủ trì,", ["Giao", "Sở", "Nội vụ", "chủ trì", ","]),
        ("hoà giải viên, uỷ quyền", ["hoà giải viên", ",", "uỷ quyền"]),
        ("NGÀY 06/8/2024 CỦA", ["NGÀY", "06/8/2024", "CỦA"]),
        ("công tác CCHC. Các sở", ["công tác", "CCHC", ".", "Các", "sở"]),
        ("TP. Thủ Đức, v.v.", ["TP.", "Thủ Đức", ",", "v.v."]),
        ("đạt 95,47% của 120.000 tỷ", ["đạt", "95,47", "%", "của", "120.000", "tỷ"]),
        ("chủ \u00a0 trì", ["chủ \u00a0 trì"]),
        ("phối\nhợp", ["phối", "hợp"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert printed(text) == expected


@given(st.text(max_size=80) | st.text(alphabet="aưTP.,/-0 1\n\u0300\u200b:@“)", max_size=80))
def test_everything_but_white_space_is_in_a_word_once(text: str) -> None:
    found = words(text)
    assert all(start < end for start, end in found)
    assert all(last[1] <= after[0] for last, after in pairwise(found))
    rest, at = "", 0
    for start, end in [*found, (len(text), len(text))]:
        rest += text[at:start]
        at = end
    assert not rest.strip()


@pytest.mark.parametrize(
    "text", ["a.a." * 20_000, "http://" * 10_000, "x" * 60_000, "1/2-" * 9_000]
)
def test_long_runs_without_a_blank_are_cut(text: str) -> None:
    """The patterns for addresses would go over them again from each place."""
    found = words(text)
    assert "".join(text[start:end] for start, end in found) == text
    assert max(end - start for start, end in found) <= 200
