"""The two ways to a field, each alone: the wordings of headings, the classifier of words."""

import pytest

from extractor.language.field_model import fields_of, in_order, keys_of
from extractor.language.fields import field_of


@pytest.mark.parametrize(
    ("headings", "code"),
    [
        (["II. CẢI CÁCH THỂ CHẾ"], "PAR.2"),
        (["III. Cải cách thủ tục hành chính (TTHC)", "1. Nhiệm vụ khác"], "PAR.3"),
        (["VII. Chuyển đổi số", "2. Cải cách tài chính công"], "PAR.6"),
        (["I. Chỉ số PAPI"], "PAPI"),
        (["I. CHỈ SỐ PAPI", "4. Kiểm soát tham nhũng khu vực công", "Cung ứng dịch vụ công"],
         "PAPI.4.2"),
        (["3.2. Đối với chỉ số SIPAS", "Thủ tục hành chính (TTHC)"], "SIPAS.2.2"),
        (["Đối với Chỉ số năng lực cạnh tranh cấp tỉnh (PCI)"], "PCI"),
        (["III. Chỉ số PAR INDEX", "Tuyển dụng công chức, viên chức"], "PAR.5"),
        (["III. Chỉ số PAR INDEX", "Theo dõi thi hành pháp luật (TDTHPL)"], "PAR.2"),
        (["III. Chỉ số PAR INDEX", "Việc khác"], None),
        (["Tuyển dụng công chức, viên chức"], None),
        (["Đào tạo lao động"], None),
        (["I. Phát triển hạ tầng 5G"], None),
        ([""], None),
        ([], None),
    ],
)  # fmt: skip
def test_field_of_headings(headings: list[str], code: str | None) -> None:
    match = field_of(headings)
    assert (match and match.code) == code


def test_rows_of_one_field_stand_together() -> None:
    unsure = [[0.5, 0.5]]
    first, second = [0.95, 0.05], [0.05, 0.95]
    found = in_order([first, *unsure, first, second, *unsure, second], stay=0.9)
    assert [row.index(max(row)) for row in found] == [0, 0, 0, 1, 1, 1]
    assert all(abs(sum(row) - 1) < 1e-9 for row in found)
    assert in_order([]) == []


def test_words_are_folded_and_written_out() -> None:
    assert keys_of("Công khai 100% TTHC, uỷ quyền") == keys_of(
        "công khai thủ tục hành chính ủy quyền"
    )
    assert keys_of("12/2024 - 100%") == []


def test_alone_or_in_order() -> None:
    texts = ["Rà soát, đơn giản hóa thủ tục hành chính", "Báo cáo kết quả", "Cơ chế một cửa"]
    assert [code for code, _ in fields_of(texts, ordered=True)] == ["PAR.3"] * 3
    alone = fields_of(texts, ordered=False)
    assert alone[1][1] < fields_of(texts, ordered=True)[1][1]
