"""Numbers of running text and of cells: value, comparator, unit, scale."""

from models.target import Target
from tests.extractor.pages import plan, table


def targets(texts: list[str]) -> list[list[Target]]:
    """The targets of a plan whose goals have these words, goal by goal."""
    read = plan("<p>II. MỤC TIÊU</p>", *(f"<p>- Phấn đấu {text}.</p>" for text in texts))
    goals: dict[str, list[Target]] = {text: [] for text in texts}
    for target in read.targets:
        goals[target.text.removeprefix("Phấn đấu ").removesuffix(".")].append(target)
    return list(goals.values())


#: The words of a goal: its comparator, value and unit.
QUANTITIES = [
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
    ("1.234.567 người", "=", 1234567, "người"),
]


def test_a_quantity() -> None:
    found = targets([text for text, *_ in QUANTITIES])
    read = [[(goal.comparator, goal.value, goal.unit) for goal in goals] for goals in found]
    assert read == [[tuple(said)] for _, *said in QUANTITIES]


#: The words of a goal for a range: from where, to where, in what.
RANGES = [
    ("từ 30% đến dưới 70% chi thường xuyên", 30, 70, "%"),
    ("đạt 60-70%", 60, 70, "%"),
    ("10 – 15 mô hình", 10, 15, "mô hình"),
    ("tăng 11 - 12 %/năm", 11, 12, "%/năm"),
    ("thu từ 20 triệu đồng đến 25 triệu đồng", 20, 25, "triệu đồng"),
]


def test_a_range_has_two_ends_and_no_number() -> None:
    found = targets([text for text, *_ in RANGES])
    read = [[(g.low, g.high, g.unit, g.value, g.comparator) for g in goals] for goals in found]
    assert read == [[(*said, None, None)] for _, *said in RANGES]


#: The words of a goal for a rank: the worst place that it allows, and of how many.
RANKS = [
    ("nằm trong nhóm đứng đầu 02 huyện, thành phố", 2, None),
    ("xếp vị trí từ 20 – 30/63 tỉnh, thành phố", 30, 63),
    ("xếp vị trí 15-20 trong các tỉnh", 20, None),
    ("lọt vào TOP 20 tỉnh, thành phố dẫn đầu cả nước", 20, None),
    ("thuộc nhóm 15 tỉnh, thành phố dẫn đầu cả nước", 15, None),
]


def test_a_rank_is_the_worst_place_allowed() -> None:
    found = targets([text for text, _, _ in RANKS])
    read = [[(g.comparator, g.unit, g.value, g.scale) for g in goals] for goals in found]
    assert read == [[("<=", "hạng", value, scale)] for _, value, scale in RANKS]


NO_QUANTITIES = [
    "Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ",
    "Nghị định số 63/2010/NĐCP ngày 08/6/2010",
    "Quyết định số 70-QĐ/TW ngày 18 tháng 7 năm 2022",
    "giai đoạn 2021 - 2025, trong năm 2024, đến tháng 6 năm 2025, Quý II/2024",
    "24 Phụ lục, Đề án 06, mức độ 3 và 4, Bộ Chỉ số 766, TCVN ISO 9001:2015",
    "khoản 4 Điều 1, điểm b khoản 5, Mục 3",
    "nồng độ bụi PM2.5, mạng 5G",
    "Đại hội Đảng bộ huyện lần thứ XII, nhiệm kỳ 2020-2025",
]


def test_dates_papers_and_names_are_no_quantities() -> None:
    assert targets(NO_QUANTITIES) == [[] for _ in NO_QUANTITIES]


#: A cell of a table of targets: its comparator, value and unit, and what it is out of.
CELLS = [
    ("6.90/10.00", "=", 6.9, None, 10),
    ("9.50", "=", 9.5, None, None),
    ("1.234", "=", 1234, None, None),
    ("80.23% (xếp thứ 45/63)", "=", 80.23, "%", None),
    ("120.000 tỷ đồng", "=", 120000, "tỷ đồng", None),
    ("Trên 95%", ">", 95, "%", None),
    ("≥ 12,0", ">=", 12, None, None),
    ("Tối thiểu 8", ">=", 8, None, None),
    ("90 trở lên", ">=", 90, None, None),
    ("12 xã trở lên", ">=", 12, "xã", None),
    ("12 thôn, bản", "=", 12, "thôn, bản", None),
    ("7 vụ việc", "=", 7, "vụ việc", None),
    ("100%/100%", "=", 100, "%", None),
    ("Thuộc nhóm 3 nước dẫn đầu", "<=", 3, "hạng", None),
    # No single number, so none is said.
    ("Tăng ít nhất một bậc", None, None, None, None),
    ("70-75%", None, None, "%", None),
    ("50% xã, 60% phường", None, None, None, None),
    ("Năm 2027: 40%; năm 2030: 60%", None, None, None, None),
    ("2030", None, None, None, None),
]


def test_a_cell() -> None:
    rows = ([str(n), "Chỉ số thành phần", cell] for n, (cell, *_) in enumerate(CELLS, 1))
    found = plan(table(["STT", "Chỉ số", "Chỉ tiêu đến năm 2025"], *rows)).targets
    read = [(t.comparator, t.number, t.unit, t.scale) for t in found]
    assert read == [tuple(said) for _, *said in CELLS]


#: A cell, what the column of units says, and comparator, value, low, high and unit.
MEASURED = [
    ("13 - 14", "%/năm", None, None, 13, 14, "%/năm"),
    ("70-75%", "%", None, None, 70, 75, "%"),
    ("> 35", "xưởng", ">", 35, None, None, "xưởng"),
    ("1.200", "Tỷ đồng", "=", 1200, None, None, "Tỷ đồng"),
    ("15", "Thứ hạng", "<=", 15, None, None, "hạng"),
    ("2.000", "hộ", "=", 2000, None, None, "hộ"),
    ("5 lần", "%", "=", 5, None, None, "lần"),
]


def test_a_column_of_units_measures_what_has_no_unit_of_its_own() -> None:
    rows = [[str(n), "Kết quả", unit, cell] for n, (cell, unit, *_) in enumerate(MEASURED, 1)]
    found = plan(table(["STT", "Chỉ tiêu", "ĐVT", "Kế hoạch năm 2026"], *rows)).targets
    read = [(t.comparator, t.number, t.low, t.high, t.unit) for t in found]
    assert read == [tuple(said) for _, _, *said in MEASURED]


def test_the_unit_of_a_cell_may_stand_in_brackets_behind_its_indicator() -> None:
    heading = ["STT", "Chỉ số", "Chỉ tiêu năm 2026"]
    found = plan(table(heading, ["1", "Tăng trưởng điện thương phẩm (%)", "11 - 12"])).targets
    assert [(t.low, t.high, t.unit) for t in found] == [(11, 12, "%")]
