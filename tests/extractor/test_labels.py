"""The labels that open a text, and the ordinals of cells."""

import pytest

from extractor.labels import label_of, ordinal_of


@pytest.mark.parametrize(
    ("text", "kind", "value", "rest"),
    [
        ("Phần I", "part", 1, ""),
        ("Chương II. Tổ chức", "chapter", 2, "Tổ chức"),
        ("Mục 3. Bộ máy", "division", 3, "Bộ máy"),
        ("Điều 3. Thi hành", "article", 3, "Thi hành"),
        ("A. CHUNG", "capital", 1, "CHUNG"),
        ("IV. KINH PHÍ", "roman", 4, "KINH PHÍ"),
        ("7. Rà soát", "number", 7, "Rà soát"),
        ("2.1. Việc", "decimal", 1, "Việc"),
        ("đ) Rà soát", "letter", 5, "Rà soát"),
        ("(2) Rà soát", "bracket", 2, "Rà soát"),
        ("- Xong", "bullet", None, "Xong"),
    ],
)
def test_labels(text: str, kind: str, value: int | None, rest: str) -> None:
    label = label_of(text)
    assert label
    assert (label.kind, label.value, label.rest) == (kind, value, rest)


@pytest.mark.parametrize("text", ["Trong năm 2024", "100% hồ sơ", "I chỉ số", "2024", ""])
def test_what_is_no_label(text: str) -> None:
    assert label_of(text) is None


def test_ordinals_of_two_kinds() -> None:
    ordinal = ordinal_of("II.4")
    assert ordinal
    assert (ordinal.kind, ordinal.value) == ("decimal", 4)
