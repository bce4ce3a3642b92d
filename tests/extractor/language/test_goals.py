"""Goals of running text: one item at a time, and all those of the annotated plans."""

import json
from pathlib import Path
from typing import Any

import pytest

from extractor import read_plan
from models.plan import Plan
from models.target import Target
from tests.conftest import PLANS, WILD
from tests.extractor.pages import sample

FOUND = 0.97
TEXT = 0.95
NUMBERS = 0.95
INDICATORS = 0.95

NUMBER_FIELDS = ("comparator", "value", "unit", "year")


def documents(*slugs: str) -> list[Path]:
    paths = (
        PLANS / slug / f"{slug}.{suffix}"
        for slug in slugs
        for suffix in ("txt", "html", "docx", "pdf")
    )
    return [path for path in paths if path.exists()]


def running(plan: Plan) -> list[dict[str, Any]]:
    """The targets of a plan that stand in running text."""
    return [
        {name: getattr(target, name) for name in ("text", "indicator", *NUMBER_FIELDS)}
        for target in plan.targets
        if target.provenance.table is None
    ]


def gold_of(path: Path) -> list[dict[str, Any]]:
    annotation = json.loads((path.parent / f"{path.parent.name}.gold.json").read_text("utf-8"))
    return [target for target in annotation["targets"] if "ordinal" not in target]


def paired(
    found: list[dict[str, Any]], gold: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each gold target with the one found for it: the same words of the item, the same turn."""
    free = list(found)
    pairs = []
    for wanted in gold:
        words = "".join(wanted["text"].split()).casefold()[:60]
        for target in free:
            if "".join(target["text"].split()).casefold()[:60] == words:
                pairs.append((target, wanted))
                free.remove(target)
                break
    return pairs


@pytest.mark.parametrize(
    "path",
    documents("binh-duong-2024", "lai-chau-2025", "ninh-son-2024"),
    ids=lambda path: path.name,
)
def test_the_goals_of_a_plan_are_those_of_its_gold(path: Path) -> None:
    found, gold = running(sample(path)), gold_of(path)
    pairs = paired(found, gold)
    assert gold
    assert 2 * len(pairs) / (len(found) + len(gold)) >= FOUND
    for names, bar in ((("text",), TEXT), (NUMBER_FIELDS, NUMBERS), (("indicator",), INDICATORS)):
        wrong = [
            (target[name], wanted[name])
            for target, wanted in pairs
            for name in names
            if target[name] != wanted[name]
        ]
        assert 1 - len(wrong) / (len(gold) * len(names)) >= bar, wrong


@pytest.mark.parametrize(
    "path", documents("vinh-long-2023", "dong-nai-2024"), ids=lambda path: path.name
)
def test_a_plan_without_goals_in_its_text_gets_none(path: Path) -> None:
    assert running(sample(path)) == gold_of(path) == []


def test_a_goal_has_its_section_and_place() -> None:
    plan = sample(PLANS / "ninh-son-2024" / "ninh-son-2024.pdf")
    titles = {section.id: section.title for section in plan.sections}
    goals = [target for target in plan.targets if target.provenance.table is None]
    assert {titles[target.section or ""] for target in goals} == {"MỤC TIÊU:"}
    assert all(target.provenance.page and target.provenance.bbox for target in goals)
    assert len({target.id for target in goals}) == len(goals)


def goals(*items: str, heading: str = "II. MỤC TIÊU") -> tuple[Target, ...]:
    """The targets of a plan for 2024 with these items under this heading."""
    body = "".join(f"<p>{line}</p>" for line in (heading, *(f"- {item}" for item in items)))
    plan = read_plan(f"<html><body><p>KẾ HOẠCH</p><p>Năm 2024</p>{body}".encode())
    assert plan.ledger.balanced
    return plan.targets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a share first, a share last, a share behind a verb
        ("100% hồ sơ được số hóa.", [("hồ sơ được số hóa", "=", 100, "%")]),
        ("Mục tiêu chung: Giảm 5% chi phí.", [("Giảm … chi phí", "=", 5, "%")]),
        (
            "Diện tích đạt 2.500 ha, sản lượng 5.000 tấn.",
            [("Diện tích", "=", 2500, "ha"), ("sản lượng", "=", 5000, "tấn")],
        ),
        ("Đảm bảo 100% hồ sơ được số hóa.", [("hồ sơ được số hóa", "=", 100, "%")]),
        ("Tỷ lệ hài lòng đạt trên 95%.", [("Tỷ lệ hài lòng", ">", 95, "%")]),
        ("Cắt giảm ít nhất 20% chi phí.", [("Cắt giảm … chi phí", ">=", 20, "%")]),
        ("Rà soát 100% quy chế được rà soát.", [("quy chế được rà soát", "=", 100, "%")]),
        # several in one item
        (
            "90% hồ sơ cấp tỉnh; 80% hồ sơ cấp huyện và 60% hồ sơ cấp xã được xử lý (trừ tin mật).",
            [
                ("hồ sơ cấp tỉnh … được xử lý", "=", 90, "%"),
                ("hồ sơ cấp huyện … được xử lý", "=", 80, "%"),
                ("hồ sơ cấp xã được xử lý", "=", 60, "%"),
            ],
        ),
        (
            "Hình thành mới 05 Khu công nghiệp, nâng tổng số lên 12 KCN; tỷ lệ lấp đầy trên 80%.",
            [
                ("Hình thành mới … Khu công nghiệp", "=", 5, "Khu công nghiệp"),
                ("nâng tổng số … KCN", "=", 12, "KCN"),
                ("tỷ lệ lấp đầy", ">", 80, "%"),
            ],
        ),
        (
            "Thu ngân sách đạt 120.000 tỷ đồng, tăng 10% so với năm 2023.",
            [
                ("Thu ngân sách", "=", 120000, "tỷ đồng"),
                ("Thu ngân sách tăng … so với năm 2023", "=", 10, "%"),
            ],
        ),
        # one goal with a second number inside, or a remark in brackets
        (
            "100% khu công nghiệp có tối thiểu 1 trạm phát sóng 5G.",
            [("khu công nghiệp có tối thiểu 1 trạm phát sóng 5G", "=", 100, "%")],
        ),
        ("Công suất đạt 50 MW (gồm 10 dự án, 5 trạm).", [("Công suất", "=", 50, "MW")]),
        # ranks
        (
            "Chỉ số (DDCI) nằm trong nhóm đứng đầu 02 huyện.",
            [("Chỉ số (DDCI)", "<=", 2, "hạng")],
        ),
        (
            "Chỉ số (PAPI) đạt từ 43 điểm trở lên, xếp trong nhóm 15 tỉnh có điểm cao nhất.",
            [("Chỉ số (PAPI)", ">=", 43, "điểm"), ("Chỉ số (PAPI)", "<=", 15, "hạng")],
        ),
        ("Duy trì thứ hạng trong top 10 cả nước về PCI.", [("PCI", "<=", 10, "hạng")]),
        # a list of subjects, a verb and a number for several
        (
            "100% các sở, ngành; UBND các huyện ban hành Kế hoạch trước ngày 15/01/2024.",
            [
                (
                    "các sở, ngành; UBND các huyện ban hành Kế hoạch trước ngày 15/01/2024",
                    "=",
                    100,
                    "%",
                )
            ],
        ),
        (
            "Kiểm tra ít nhất 30% số huyện và 20% số xã, phường.",
            [("Kiểm tra … số huyện", ">=", 30, "%"), ("Kiểm tra … số xã, phường", "=", 20, "%")],
        ),
        (
            "Tỷ lệ số hóa ở tỉnh, huyện đạt tối thiểu tương ứng 80%, 75%.",
            [
                ("Tỷ lệ số hóa ở tỉnh, huyện", ">=", 80, "%"),
                ("Tỷ lệ số hóa ở tỉnh, huyện", ">=", 75, "%"),
            ],
        ),
        (
            "Thời gian chờ giảm còn tối đa 15 phút/01 lượt giao dịch.",
            [("Thời gian chờ giảm", "<=", 15, "phút/01 lượt")],
        ),
        (
            "Tỷ suất tử vong trẻ em dưới 5 tuổi dưới 15‰.",
            [("Tỷ suất tử vong trẻ em dưới 5 tuổi", "<", 15, "‰")],
        ),
        (
            "Tuổi thọ trung bình đạt 75,5 tuổi, số năm sống khỏe đạt tối thiểu 68 năm.",
            [
                ("Tuổi thọ trung bình", "=", 75.5, "tuổi"),
                ("số năm sống khỏe", ">=", 68, "năm"),
            ],
        ),
        ("Mở rộng 1 triệu ha lúa.", [("Mở rộng … lúa", "=", 1, "triệu ha")]),
        (
            "Số bác sĩ/vạn dân đạt 11; số giường bệnh/vạn dân đạt 30 giường.",
            [
                ("Số bác sĩ/vạn dân", "=", 11, None),
                ("số giường bệnh/vạn dân", "=", 30, "giường"),
            ],
        ),
        ("Chỉ số HDI đạt 0,78.", [("Chỉ số HDI", "=", 0.78, None)]),
        # no goals
        ("Phổ cập giáo dục cho trẻ em 5 tuổi.", []),
        ("Số văn bản là 2026.", []),
        ("Thực hiện Nghị quyết số 76/NQ-CP ngày 15/7/2021 trong năm 2024.", []),
        ("Hiện nay có khoảng 180 trạm, trong đó có 22 trạm 5G.", []),
        ("Kết quả xếp loại tốt.", []),
        ("Tăng cường phối hợp giữa 63 tỉnh, thành phố.", []),
    ],
)  # fmt: skip
def test_an_item(text: str, expected: list[tuple[str, str, float, str]]) -> None:
    found = [(g.indicator, g.comparator, g.value, g.unit) for g in goals(text)]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Đến hết năm 2030: Có ≥ 60% hộ dân.", [2030]),
        ("Phấn đấu đến năm 2026 giảm 5% biên chế, 10% số lượng so với năm 2021.", [2026, 2026]),
        ("Năm 2025, tỷ lệ hồ sơ đạt 80%, năm 2026 đạt 90%.", [2025, 2026]),
        ("Tỷ lệ hồ sơ tăng 20% so với năm 2023.", [2024]),
        ("100% hồ sơ năm 2021 được số hóa.", [2024]),
        ("Tỷ lệ hồ sơ đạt 80% vào năm 2028.", [2028]),
        ("Tỷ lệ đô thị hóa đạt 45% vào năm 2025, đạt 50% vào năm 2030.", [2025, 2030]),
    ],
)
def test_the_year_is_that_of_the_sentence_else_of_the_plan(text: str, years: list[int]) -> None:
    assert [goal.year for goal in goals(text)] == years


@pytest.mark.parametrize(
    ("text", "value", "baseline", "since"),
    [
        ("Chỉ số PAPI tăng từ 4,34 điểm lên 6,9 điểm.", 6.9, 4.34, None),
        ("Rút ngắn thời gian từ 15 ngày xuống còn 10 ngày.", 10, 15, None),
        ("Tỷ lệ hài lòng đạt 90% trở lên (năm 2023 đạt 85%).", 90, 85, 2023),
        ("Giảm 10% số đơn vị so với năm 2021.", 10, None, 2021),
    ],
)
def test_a_baseline(text: str, value: float, baseline: float | None, since: int | None) -> None:
    (goal,) = goals(text)
    assert (goal.value, goal.baseline, goal.baseline_year) == (value, baseline, since)


def test_a_rank_is_kept_as_printed() -> None:
    (goal,) = goals("Phấn đấu Chỉ số SIPAS xếp vị trí từ 20 – 30/63 tỉnh, thành phố.")
    assert (goal.rank, goal.value, goal.scale) == ("20 – 30/63", 30, 63)


#: Headings, and whether a duty with a number in it, or only a goal so worded, counts under them.
HEADINGS = [
    ("II. MỤC TIÊU:", True, True),
    ("II. Các chỉ tiêu cụ thể đến năm 2030", True, True),
    ("II. MỤC TIÊU, CHỈ TIÊU THỰC HIỆN", True, True),
    ("II. MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP", False, True),
    ("I. MỤC ĐÍCH, YÊU CẦU", False, False),
    ("II. Nhiệm vụ và giải pháp", False, False),
    ("III. GIẢI PHÁP THỰC HIỆN MỤC TIÊU", False, False),
    ("II. Tiến độ, kết quả thực hiện các mục tiêu, chỉ tiêu", False, False),
    ("I. Công tác chỉ đạo, điều hành", False, False),
]


@pytest.mark.parametrize(("heading", "any_number", "so_worded"), HEADINGS)
def test_a_heading(heading: str, any_number: bool, so_worded: bool) -> None:
    duty, goal = "Kiểm tra 5 đơn vị.", "Phấn đấu 100% hồ sơ được số hóa."
    assert bool(goals(duty, heading=heading)) is any_number
    assert bool(goals(goal, heading=heading)) is so_worded


def test_the_year_of_a_heading() -> None:
    for heading, year in (
        ("II. Mục tiêu giai đoạn 2026 - 2030", 2030),
        ("II. Mục tiêu đến hết năm 2026", 2026),
        ("II. MỤC TIÊU", 2024),
    ):
        (goal,) = goals("100% hồ sơ được số hóa.", heading=heading)
        assert goal.year == year


#: Items of about 100 000 characters: what is repeated, how often, and what stands around it.
HOSTILE = [
    ("", "1", 100_000, ""),
    ("", "100% ", 20_000, ""),
    ("", "100% hồ sơ, ", 8_000, ""),
    ("", "trên ", 20_000, "5%"),
    ("", "đạt 5%; ", 12_000, ""),
    ("", "(", 100_000, "5%"),
    ("", "(năm 2023 ", 10_000, "đạt 5%)" * 1_000),
    ("", "so với năm ", 9_000, "5%"),
    ("", "phấn đấu ", 11_000, "5%"),
    ("", "giảm, cắt giảm và ", 5_000, "5%"),
    ("giảm " * 2_000 + "5%", " so với", 10_000, ""),
    ("5%", " đạt", 25_000, ""),
    ("", "xếp 1 - ", 12_000, ""),
    ("", "và ", 30_000, "60% a"),
    ("", "tăng 5% lên 6% lên ", 5_000, ""),
    ("", "tăng 5% so với. ", 6_000, ""),
    ("5%", " ", 100_000, "60% a"),
    ("", "năm 2025 ", 11_000, "5%"),
    ("5% a", " (a)", 25_000, ""),
    (") " * 5_000 + "5%", " (a)", 20_000, ""),
]


@pytest.mark.parametrize("share", [0.2, pytest.param(1.0, marks=pytest.mark.soak)])
def test_hostile_text_comes_back(share: float) -> None:
    for before, piece, times, behind in HOSTILE:
        assert isinstance(goals(before + piece * int(share * times) + behind), tuple)


@pytest.mark.wild
def test_goals_of_other_provinces(wild: Path) -> None:
    assert wild == WILD
    plan = read_plan(next(wild.glob("dong-thap-*.docx")))
    assert [(g["comparator"], g["value"], g["year"]) for g in running(plan)] == [
        (">=", 30, 2025), (">=", 60, 2030), (">=", 85, 2035), (">=", 95, 2040), ("=", 100, 2045),
    ]  # fmt: skip
