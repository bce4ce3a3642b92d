"""Numbers of running text and of cells: value, comparator, unit, scale, place."""

import pytest

from extractor.language.quantities import float_of, read_quantities, read_value


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("100% thủ tục hành chính", "=", 100, "%"),
        ("95,47 % hồ sơ", "=", 95.47, "%"),
        ("95.47% hồ sơ", "=", 95.47, "%"),
        ("Tối thiểu 30%/tổng số cơ quan", ">=", 30, "%"),
        ("ít nhất 02 sáng kiến", ">=", 2, "sáng kiến"),
        ("đạt từ 90% trở lên", ">=", 90, "%"),
        ("đạt 90% trở lên", ">=", 90, "%"),
        ("Từ 85% số cơ sở nhà, đất trở lên thuộc", ">=", 85, "%"),
        ("từ 2%/năm trở lên", ">=", 2, "%/năm"),
        ("không dưới 3 lần", ">=", 3, "lần"),
        ("≥ 30% doanh nghiệp", ">=", 30, "%"),
        ("đạt trên 98%", ">", 98, "%"),
        ("hơn 5.000 người", ">", 5000, "người"),
        ("không quá 05 ngày làm việc", "<=", 5, "ngày làm việc"),
        ("tối đa 10 phút", "<=", 10, "phút"),
        ("từ 3% trở xuống", "<=", 3, "%"),
        ("dưới 40 μg/m3", "<", 40, "μg/m3"),
        ("khoảng 2.989,5 MW", "~", 2989.5, "MW"),
        ("03 cuộc/năm", "=", 3, "cuộc/năm"),
        ("120.000 tỷ đồng", "=", 120000, "tỷ đồng"),
        ("công suất 50MW", "=", 50, "MW"),
        ("6,9 điểm", "=", 6.9, "điểm"),
    ],
)
def test_a_quantity(text: str, comparator: str, value: float, unit: str) -> None:
    (found,) = read_quantities(text)
    assert (found.comparator, found.value, found.unit) == (comparator, value, unit)


@pytest.mark.parametrize(
    ("text", "value", "scale"),
    [
        ("nằm trong nhóm đứng đầu 02 huyện, thành phố", 2, None),
        ("xếp vị trí từ 20 – 30/63 tỉnh, thành phố", 30, 63),
        ("xếp vị trí 15-20 trong các tỉnh", 20, None),
        ("lọt vào TOP 20 tỉnh, thành phố dẫn đầu cả nước", 20, None),
        ("(xếp thứ 45/63)", 45, 63),
        ("thuộc nhóm 15 tỉnh, thành phố dẫn đầu cả nước", 15, None),
    ],
)
def test_a_rank_is_the_worst_place_allowed(text: str, value: float, scale: float | None) -> None:
    (found,) = read_quantities(text)
    assert (found.kind, found.comparator, found.unit) == ("rank", "<=", "hạng")
    assert (found.value, found.scale) == (value, scale)


@pytest.mark.parametrize(
    ("text", "value", "upper"),
    [
        ("đạt 60-70%", 60, 70),
        ("từ 30% đến dưới 70% chi thường xuyên", 30, 70),
        ("10 – 15 mô hình", 10, 15),
    ],
)
def test_a_span_is_at_least_its_beginning(text: str, value: float, upper: float) -> None:
    (found,) = read_quantities(text)
    assert (found.comparator, found.value, found.upper) == (">=", value, upper)


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ",
        "Nghị định số 63/2010/NĐCP ngày 08/6/2010",
        "Quyết định số 70-QĐ/TW ngày 18 tháng 7 năm 2022",
        "giai đoạn 2021 - 2025, trong năm 2024, đến tháng 6 năm 2025, Quý II/2024",
        "24 Phụ lục, Đề án 06, mức độ 3 và 4, Bộ Chỉ số 766, TCVN ISO 9001:2015",
        "khoản 4 Điều 1, điểm b khoản 5, Mục 3",
        "nồng độ bụi PM2.5, mạng 5G",
        "Đại hội Đảng bộ huyện lần thứ XII, nhiệm kỳ 2020-2025",
    ],
)
def test_dates_papers_and_names_are_no_quantities(text: str) -> None:
    assert read_quantities(text) == ()


def test_the_spans_are_those_of_the_text() -> None:
    text = "Mức độ hài lòng đạt tối thiểu 95% (năm 2023: 85%), tăng từ 2%/năm trở lên"
    found = read_quantities(text)
    assert [text[slice(*q.span)] for q in found] == ["tối thiểu 95%", "85%", "từ 2%/năm trở lên"]
    assert [text[slice(*q.number)] for q in found] == ["95%", "85%", "2%/năm"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6.90/10.00", (6.9, 10.0, None, "=")),
        ("9.50", (9.5, None, None, "=")),
        ("1.234", (1234.0, None, None, "=")),
        ("80.23% (xếp thứ 45/63)", (80.23, None, "%", "=")),
        ("120.000 tỷ đồng", (120000.0, None, "tỷ đồng", "=")),
        ("Trên 95%", (95.0, None, "%", ">")),
        ("12 thôn, bản", (12.0, None, "thôn, bản", "=")),
        ("7 vụ việc", (7.0, None, "vụ việc", "=")),
    ],
)
def test_a_cell(text: str, expected: tuple[float, float | None, str | None, str]) -> None:
    found = read_value(text)
    assert found is not None
    assert (found.value, found.scale, found.unit, found.comparator) == expected


def test_a_cell_without_a_number() -> None:
    assert read_value("Tăng ít nhất một bậc") is None


@pytest.mark.parametrize(
    ("text", "value"), [("03", 3), ("1.200", 1200), ("2.989,5", 2989.5), ("1.234.567", 1234567)]
)
def test_figures(text: str, value: float) -> None:
    assert float_of(text) == value
