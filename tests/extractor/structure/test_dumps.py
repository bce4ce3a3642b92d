"""Tables without rows: the decoder, its evidence, headings of one and two levels, round trips."""

import json
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from extractor.labels import ordinal_of
from extractor.layout import Block, Paragraph, Table
from extractor.readers.encoding import decode
from extractor.readers.html import read_html
from extractor.readers.text import read_text
from extractor.structure.dumps import with_tables
from extractor.structure.dumps.frame import Frame, Unit
from extractor.structure.dumps.heads import find_head, opens_heading, plans_of
from extractor.structure.dumps.moves import Stack, follow
from extractor.structure.dumps.rows import decode_rows
from extractor.structure.evidence import NO_HABITS, habits_of, learned, suits
from extractor.structure.headers import header_of
from models.provenance import Place
from tests.conftest import PLANS

TASKS = Frame(("ordinal", "subject", "target", "task", "deadline"))
HEADING = ["STT", "Chỉ số/nội dung", "Chỉ tiêu/kết quả", "Nhiệm vụ/giải pháp", "Thời hạn"]


def blocks_of(data: bytes) -> list[Block]:
    return with_tables(read_text(data).blocks)


def tables_of(data: bytes) -> list[Table]:
    return [block for block in blocks_of(data) if isinstance(block, Table)]


def units(lines: Sequence[str]) -> list[Unit]:
    return [Unit(line, Place()) for line in lines]


def only_table(lines: Sequence[str]) -> Table:
    (table,) = tables_of("\n".join(lines).encode())
    return table


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in table.grid()]


# --- evidence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "role", "other"),
    [
        ("Thường xuyên", "deadline", "task"),
        ("Trước ngày 30/11/2024", "deadline", "target"),
        ("Quý IV/2025- Quý II/2026", "deadline", "product"),
        ("Thường xuyên rà soát văn bản quy phạm pháp luật.", "task", "deadline"),
        ("Sở Thông tin và Truyền thông", "lead", "task"),
        ("- Bộ Công Thương;\n- Bộ Xây dựng;", "coordinating", "target"),
        ("Vũ Việt Linh", "lead", "note"),
        ("100% hồ sơ trễ hẹn có thư xin lỗi", "target", "task"),
        ("Các vướng mắc của doanh nghiệp được tháo gỡ kịp thời", "target", "task"),
        ("- Rà soát, sửa đổi quy chế làm việc của cơ quan.", "task", "target"),
        ("Quyết định được ban hành", "product", "lead"),
        ("4.34/10.00", "indicator_base", "subject"),
        ("Tiếp cận đất đai", "subject", "target"),
        ("II. CẢI CÁCH THỂ CHẾ", "group", "task"),
        ("PHỤ LỤC 3", "outside", "subject"),
    ],
)
def test_a_text_fits_its_own_column_better(text: str, role: str, other: str) -> None:
    assert suits(text, role) > suits(text, other)


def test_ordinals_follow_by_level() -> None:
    def fit(*ordinals: str) -> float:
        stack: Stack = ()
        last = 0.0
        for text in ordinals:
            label = ordinal_of(text)
            assert label is not None
            stack, signs = follow(stack, label)
            last = learned()[signs]
        return last

    assert fit("1", "2") > fit("1", "4") > fit("2", "1") - 1
    assert fit("I", "1", "2", "II") > 0
    assert fit("I", "1", "2", "II", "1") > 0
    assert fit("1", "1.1", "1.2", "2", "2.1") > 0
    assert fit("1.4", "2.1") > 0  # the heading rows between have no number
    assert fit("2", "a)", "b)", "3") > 0
    assert fit("d)", "đ)") > 0
    assert fit("3", "3") < 0
    assert fit("5", "3") < 0


def test_habits_come_from_sure_rows_and_decide_what_words_do_not() -> None:
    cells = [(0, f"Mức độ hài lòng {n}") for n in range(9)]
    cells += [(1, f"Mức độ công khai hồ sơ {n}.") for n in range(9)]
    habits = habits_of(cells)
    plain, closed = habits.scores("Mức độ tiếp cận.", 2)
    assert closed > plain
    assert habits_of(cells[:5]) is NO_HABITS


# --- rows ---------------------------------------------------------------------------------------


def test_groups_parents_and_rows_of_their_own() -> None:
    rows = decode_rows(
        units(
            [
                "I", "Chỉ số PAPI",
                "1", "Tham gia của người dân",
                "1.1", "Tri thức", "Nâng cao kiến thức", "Tuyên truyền Luật.", "Thường xuyên",
                "1.2", "Bầu cử", "Tăng tỷ lệ hiểu biết", "Phổ biến quy định.", "Quý IV/2024",
                "II", "Chỉ số SIPAS",
                "100% nhiệm vụ hoàn thành", "- Triển khai các giải pháp.", "- Báo cáo kết quả.",
                "Thường xuyên",
            ]
        ),
        TASKS,
    ).rows  # fmt: skip
    assert [(row.kind, sorted(row.cells)) for row in rows] == [
        ("parent", [0, 1]),
        ("parent", [0, 1]),
        ("cell", [0, 1, 2, 3, 4]),
        ("cell", [0, 1, 2, 3, 4]),
        ("parent", [0, 1]),
        ("cell", [2, 3, 4]),
    ]
    assert rows[-1].cells[3] == [17, 18]


def test_items_are_parted_between_the_goal_and_the_task() -> None:
    lines = [
        "1", "Tuyển dụng",
        "- 100% kỳ tuyển dụng công chức đúng quy định",
        "- 100% kỳ tuyển dụng viên chức đúng quy định",
        "- Tham mưu kế hoạch tuyển dụng công chức.",
        "- Hướng dẫn, giám sát các đơn vị.",
        "31/12/2024",
    ]  # fmt: skip
    (row,) = decode_rows(units(lines), TASKS).rows
    assert row.cells == {0: [0], 1: [1], 2: [2, 3], 3: [4, 5], 4: [6]}


def test_running_text_after_the_table_is_left_outside() -> None:
    lines = ["1", "Rà soát văn bản", "Sở Tư pháp", "Quý I", "PHỤ LỤC 2", "CÁC NHIỆM VỤ KHÁC"]
    decoding = decode_rows(units(lines), Frame(("ordinal", "task", "lead", "deadline")))
    assert decoding.used == 4


def test_an_unclear_row_is_less_sure_than_a_clear_one() -> None:
    lines = [
        "1", "Chi phí thời gian", "Giảm số giờ thanh tra", "Xây dựng kế hoạch.", "Thường xuyên",
        "2", "Hỗ trợ", "Nâng cao tiện ích", "3", "Đào tạo",
        "Tăng tỷ lệ lao động", "Thu thập thông tin thị trường.", "Quý II/2024",
    ]  # fmt: skip
    rows = decode_rows(units(lines), TASKS).rows
    assert [row.kind for row in rows] == ["cell"] * 3
    assert rows[0].certainty > 0.95
    assert rows[1].certainty < rows[0].certainty


def test_a_table_decoded_says_how_sure_it_is() -> None:
    table = only_table(
        [
            *HEADING,
            *("1", "Đất đai", "Giảm số ngày chờ", "Rà soát thủ tục.", "Quý I"),
            *("2", "Lao động", "Tăng tỷ lệ lao động", "Đào tạo nghề.", "Quý II"),
        ]
    )
    assert table.decoded is not None
    assert 0.5 < table.decoded <= 1
    assert table.row_certainty is not None
    assert len(table.row_certainty) == table.rows == 3
    assert table.header_rows == 1


def test_a_row_that_ends_early_is_covered_by_the_cells_above() -> None:
    table = only_table(
        [
            *HEADING,
            *("5.1", "Chứng thực", "Nâng cao chất lượng giải quyết"),
            *("- Thực hiện nghiêm túc.", "- Tổ chức tập huấn.", "Thường xuyên"),
            *("5.2", "Đất đai", "Nâng cao hiệu quả hoạt động"),
            *("5.3", "Dịch vụ cấp xã", "Nâng cao chất lượng dịch vụ"),
            *("6.1", "Y tế", "Cải thiện chất lượng khám bệnh", "Đầu tư thiết bị.", "Quý IV/2024"),
        ]
    )
    rows = texts(table)
    assert (
        rows[2][3:] == rows[3][3:] == ["- Thực hiện nghiêm túc.\n- Tổ chức tập huấn.", rows[1][4]]
    )
    assert rows[4][4] == "Quý IV/2024"


def test_one_number_over_two_rows_and_a_number_that_is_lost() -> None:
    heading = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"]
    kept = ["1", "Ban hành kế hoạch", "Sở Nội vụ", "Quý I"]
    bare = ["Xây dựng kế hoạch của cơ quan", "Sở Y tế", "Quý II"]
    both = only_table([*heading, *kept, *bare, "2", "Báo cáo kết quả", "Sở Tư pháp", "Quý IV"])
    assert [row[0] for row in texts(both)] == ["STT", "1", "1", "2"]
    lost = only_table([*heading, *kept, *bare, "3", "Báo cáo kết quả", "Sở Tư pháp", "Quý IV"])
    assert [row[0] for row in texts(lost)] == ["STT", "1", "", "3"]


def marked(*rows: Sequence[str]) -> list[str]:
    """Rows as a dump has them that marks each row and each empty cell by a bar."""
    return [
        line
        for row in rows
        for line in ["|", *(x for c in row for x in ([c, "|"] if c else ["|"]))]
    ]


MARKED = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", "Sản phẩm")


def test_a_heading_beside_an_empty_cell_lets_the_numbers_go_on() -> None:
    table = only_table(
        marked(
            MARKED,
            ("", "Nhiệm vụ giao Bộ Nội vụ", "", "", ""),
            ("1", "Rà soát văn bản", "Bộ Nội vụ", "31/10/2025", "Báo cáo"),
            ("2", "Số hóa hồ sơ", "Bộ Nội vụ", "31/12/2025", ""),
            ("", "Nhiệm vụ giao Bộ Xây dựng", "", "", ""),
            ("3", "Hoàn thiện cơ sở dữ liệu", "Bộ Xây dựng", "31/12/2025", "Hệ thống"),
        )
    )
    rows = texts(table)
    assert [row[0] for row in rows] == ["STT", rows[1][1], "1", "2", rows[4][1], "3"]
    assert rows[4] == ["Nhiệm vụ giao Bộ Xây dựng"] * 5
    assert rows[3] == ["2", "Số hóa hồ sơ", "Bộ Nội vụ", "31/12/2025", ""]


def test_the_first_row_below_a_heading_may_have_its_subject_from_there() -> None:
    table = only_table(
        marked(
            HEADING,
            ("I", "Chỉ số PAR", "", "", ""),
            ("", "", "Nâng cao chất lượng phục vụ", "Rà soát thủ tục.", "Quý I"),
            ("II", "Chỉ số SIPAS", "", "", ""),
            ("1", "Tiếp cận", "Tăng tỷ lệ hài lòng", "Tổ chức khảo sát.", "Thường xuyên"),
        )
    )
    assert texts(table)[2][2:] == ["Nâng cao chất lượng phục vụ", "Rà soát thủ tục.", "Quý I"]


def test_a_row_that_says_the_headings_again_begins_no_table() -> None:
    again = ("Nội dung", *MARKED[2:])  # over number and task
    table = only_table(
        marked(
            MARKED,
            ("I", "Nông nghiệp", "", "", ""),
            ("1.1", "Xây dựng kế hoạch", "Sở Y tế", "2026", "Kế hoạch"),
            ("II", "Y tế", "", "", ""),
            again,
            ("2.1", "Triển khai hồ sơ bệnh án", "Sở Y tế", "2026", "Báo cáo"),
        )
    )
    assert texts(table)[5] == ["2.1", "Triển khai hồ sơ bệnh án", "Sở Y tế", "2026", "Báo cáo"]


# --- headings -----------------------------------------------------------------------------------


def test_sub_heads_that_follow_all_heads() -> None:
    lines = [
        "STT", "Lĩnh vực", "Năm 2023", "Chỉ tiêu đến năm 2025",
        "Điểm số", "Tỷ lệ (%)", "Điểm số", "Vị trí xếp hạng",
        "1", "Cải cách thể chế", "9.07/9.5", "95.47", "9.30/9.5", "15",
        "2", "Cải cách tài chính công", "9.51/10", "95.13", "9.70/10", "10",
        "TỔNG", "18/20", "90", "19/20", "15-20",
    ]  # fmt: skip
    table = only_table(lines)
    assert (table.rows, table.columns, table.header_rows) == (5, 6, 2)
    assert texts(table)[:2] == [
        ["STT", "Lĩnh vực", "Năm 2023", "Năm 2023"] + ["Chỉ tiêu đến năm 2025"] * 2,
        ["STT", "Lĩnh vực", "Điểm số", "Tỷ lệ (%)", "Điểm số", "Vị trí xếp hạng"],
    ]
    assert texts(table)[3][5] == "10"
    assert texts(table)[4] == ["", "TỔNG", "18/20", "90", "19/20", "15-20"]


@pytest.mark.parametrize("barred", [False, True])
def test_a_roof_over_lead_and_coordinating(barred: bool) -> None:
    rows = [
        ["STT", "Nội dung", "Cơ quan thực hiện", "Thời gian hoàn thành"],
        ["Chủ trì", "Phối hợp"],
        ["1", "Rà soát văn bản", "Sở Tư pháp", "Các sở, ngành", "Quý I"],
        ["2", "Số hóa hồ sơ", "Văn phòng UBND tỉnh", "Sở Nội vụ", "Thường xuyên"],
    ]
    if barred:
        lines = [line for row in rows for line in ["|", *(x for c in row for x in (c, "|"))]]
    else:
        lines = [cell for row in rows for cell in row]
    table = only_table(lines)
    header = header_of(table)
    assert header.depth == 2
    assert header.roles == ("ordinal", "task", "lead", "coordinating", "deadline")
    assert texts(table)[3] == rows[3]


def test_column_numbers_belong_to_the_heading() -> None:
    table = only_table(
        [
            *("STT", "Nhiệm vụ", "Chủ trì", "Thời hạn", "(1)", "(2)", "(3)", "(4)"),
            *("1", "Rà soát văn bản", "Sở Tư pháp", "Quý I", "2", "Báo cáo", "Sở Y tế", "Quý II"),
        ]
    )
    assert table.header_rows == 2
    assert [row[0] for row in texts(table)] == ["STT", "(1)", "1", "2"]


def test_a_heading_needs_known_words() -> None:
    assert opens_heading("Số TT")
    assert not opens_heading("Tổng số")
    assert find_head(units(["STT", "Sở Nội vụ đã ban hành văn bản", "hướng dẫn thực hiện"])) is None
    head = find_head(units([*HEADING, "1", "Đất đai"]))
    assert head is not None
    assert head.ends == (5,)
    assert len(plans_of(units(HEADING), None)[0].columns) == 5


# --- whole dumps --------------------------------------------------------------------------------

FIELDS = ("ordinal", "subject", "target", "task", "lead", "coordinating", "product", "deadline")


def folded(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip()


def printed_rows(tables: Sequence[Table]) -> set[tuple[str, ...]]:
    """The rows of all tables, each as its fields in one order."""
    found = set()
    for table in tables:
        header = header_of(table)
        for row in table.grid()[header.depth :]:
            by_role = {
                role: cell.text
                for role, cell in zip(header.roles, row, strict=True)
                if cell and role
            }
            found.add(tuple(folded(by_role.get(name)) for name in FIELDS))
    return found


@pytest.mark.parametrize(("slug", "bound"), [("vinh-long-2023", 1.0), ("dong-nai-2024", 0.97)])
def test_rows_of_the_sample_dumps_against_gold(slug: str, bound: float) -> None:
    gold = json.loads((PLANS / slug / f"{slug}.gold.json").read_text("utf-8"))["tasks"]
    rows = printed_rows(tables_of((PLANS / slug / f"{slug}.txt").read_bytes()))
    has_lead = slug == "vinh-long-2023"  # elsewhere the lead stands in the appendix title
    right = 0
    for task in gold:
        want = {**task, "lead": task["lead"] if has_lead else None}
        right += tuple(folded(want[name]) for name in FIELDS) in rows
    assert right >= bound * len(gold)


def flattened(table: Table, how: str) -> list[str]:
    """A table as dumps have it: what a merged cell covers is not printed.

    lines: a cell below the other, empty ones vanish; bars: the same with a bar after each cell;
    marked: a bar in front of each row, too, and one for each empty cell.
    """
    lines: list[str] = []
    for number, row in enumerate(table.grid()):
        own = [
            cell.text if cell else ""
            for column, cell in enumerate(row)
            if cell is None or (cell.row == number and cell.column == column)
        ]
        if not any(own):
            continue
        if how == "marked":
            lines.append("|")
        for text in own:
            if text or how == "marked":
                lines += text.split("\n") if text else []
                lines += [] if how == "lines" else ["|"]
    return lines


def recovered(table: Table, how: str) -> tuple[int, int]:
    """How many rows of `table` come back from its flattened form, and how many there are."""
    lines = ["KẾ HOẠCH", "Năm 2024", *flattened(table, how), "Nơi nhận:", "- Lưu: VT."]
    back = tables_of("\n".join(lines).encode())
    want = [tuple(folded(text) for text in row) for row in texts(table)]
    got = [tuple(folded(text) for text in row) for found in back for row in texts(found)]
    blocks = SequenceMatcher(None, want, got, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), len(want)


@pytest.mark.parametrize(("how", "bound"), [("lines", 0.965), ("bars", 0.98), ("marked", 0.995)])
def test_flattened_tables_come_back(how: str, bound: float) -> None:
    found = total = 0
    for slug in ("vinh-long-2023", "ninh-son-2024", "dong-nai-2024"):
        for table in read_html((PLANS / slug / f"{slug}.html").read_bytes()).tables():
            if table.columns > 2 and table.rows > 3 and header_of(table).depth:
                right, rows = recovered(table, how)
                found += right
                total += rows
    assert total > 500
    assert found >= bound * total


@pytest.mark.wild
def test_real_markdown_dumps_give_their_tables(wild: Path) -> None:
    shapes = {
        "kh310-ha-tang-5g-2025": [(5, 7)],
        "tp-ho-chi-minh-qd2820-2025": [(7, 35)],
        "ttg-qd2530-o-nhiem-khong-khi-2025": [(7, 73), (8, 32)],
    }
    for name, shape in shapes.items():
        tables = tables_of((wild / f"{name}.md").read_bytes())
        assert [(table.columns, table.rows) for table in tables] == shape
        assert all(table.decoded and table.decoded > 0.9 for table in tables)


# --- nothing lost -------------------------------------------------------------------------------

ROW = ["1", "Rà soát", "Sở Y tế", "Quý I"]
HOSTILE = {
    "numbers": ["1"] * 3000,
    "levels": ["I", "1", "1.1", "a)"] * 700,
    "items": ["- Rà soát, báo cáo."] * 3000,
    "small": ["abc def"] * 3000,
    "strange": [f"Nội dung {n}" for n in range(1500)],
    "headings": ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"] * 700,
    "bars": ["x", "|"] * 1500,
    "only bars": ["|"] * 3000,
    "rows": [line for _ in range(500) for cell in ROW for line in ("|", cell)],
    "tabs": ["a\tb", "c", "d\te\tf", "\t"] * 500,
    "marks": ["**", "*x", "<ul>", "- ", "| a | b"] * 500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_word_of_a_hostile_dump_is_lost(name: str) -> None:
    lines = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", *HOSTILE[name][:1200]]
    words = []
    for block in blocks_of("\n".join(lines).encode()):
        for part in [block] if isinstance(block, Paragraph) else block.cells:
            words += re.findall(r"\w+", part.text)
    printed = [w for line in lines for w in re.findall(r"\w+", line.replace("<ul>", ""))]
    assert sorted(words) == sorted(printed)


@pytest.mark.parametrize("slug", sorted(path.stem for path in PLANS.glob("*/*.txt")))
def test_no_word_of_a_sample_dump_is_lost_or_told_twice(slug: str) -> None:
    data = (PLANS / slug / f"{slug}.txt").read_bytes()
    text = decode(data).text
    spans = []
    for block in blocks_of(data):
        spans += [
            part.place.span for part in ([block] if isinstance(block, Paragraph) else block.cells)
        ]
    at = 0
    for span in sorted(span for span in spans if span):
        assert span[0] >= at
        assert not re.search(r"\w", text[at : span[0]])
        at = span[1]
    assert not re.search(r"\w", text[at:])
