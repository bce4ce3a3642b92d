"""Whether two tasks are the same, and the command that says so of a table of pairs."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpora import tables
from service.cli import app
from service.comparison.judge import Words, judged
from tests.conftest import ROOT

COLUMNS = ("text", "group", "product", "lead", "deadline", "unit", "year")


def words_of(row: dict[str, str], side: str) -> Words:
    return Words(*(row[f"{name}_{side}"] for name in COLUMNS))


def told_of(*pairs: dict[str, str], path: Path) -> list[list[str]]:
    names = [f"{name}_{side}" for side in "ab" for name in COLUMNS]
    lines = ["\t".join(names), *("\t".join(pair.get(n, "") for n in names) for pair in pairs)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    done = CliRunner().invoke(app, ["compare", "--judge", str(path)])
    assert done.exit_code == 0, done.output
    return [line.split("\t") for line in done.stdout.splitlines()]


def test_the_same_task_in_other_words_years_and_units(tmp_path: Path) -> None:
    """A line a pair, in their order: label, score, reason."""
    one = {"text_a": "Xây dựng Kế hoạch tuyên truyền CCHC của tỉnh năm 2023", "unit_a": "vn-86"}
    found = told_of(
        one | {"text_b": "Tham mưu UBND tỉnh ban hành kế hoạch tuyên truyền cải cách hành chính",
               "unit_b": "vn-75", "year_b": "2026"},
        one | {"text_b": "Kế hoạch kiểm tra công tác cải cách hành chính", "unit_b": "vn-75"},
        one | {"text_b": "Tuyển dụng viên chức ngành y tế", "unit_b": "vn-75"},
        path=tmp_path / "pairs.tsv",
    )  # fmt: skip
    assert [label for label, _, _ in found] == ["same", "similar", "different"]
    assert float(found[0][1]) > float(found[1][1]) > float(found[2][1])
    assert found[0][2].startswith("cùng việc: ban hành kế hoạch")
    assert found[2][2].startswith("khác việc")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("Kiểm tra công tác cải cách hành chính", "khác bước"),
        ("Báo cáo kết quả kiểm tra công tác cải cách hành chính", "khác bước"),
        ("Xây dựng Kế hoạch kiểm tra công tác CCHC của từng cơ quan, đơn vị", "khác cấp"),
    ],
)
def test_step_and_level_part_tasks_of_the_same_words(other: str, reason: str) -> None:
    plan = Words(
        "Xây dựng Kế hoạch kiểm tra công tác CCHC của tỉnh", unit="vn-86", lead="Sở Nội vụ"
    )
    verdict = judged(plan, Words(other, unit="vn-75", lead="Các cơ quan, đơn vị"))
    assert verdict.label != "same"
    assert reason in verdict.reason


@pytest.mark.parametrize("act", ["kiểm tra", "tuyên truyền", "tập huấn"])
def test_a_plan_is_not_that_of_an_act_on_the_same(act: str) -> None:
    """Nor are the plans of two acts one."""
    whole = Words("Xây dựng Kế hoạch cải cách hành chính năm 2024", unit="vn-86")
    one = Words(f"Kế hoạch {act} công tác cải cách hành chính hàng năm", unit="vn-86")
    assert judged(whole, one).label == "similar"
    assert judged(whole, one).score < 0.16
    assert "kế hoạch của việc khác" in judged(whole, one).reason
    other = Words("Kế hoạch khảo sát cải cách hành chính", unit="vn-75")
    assert judged(other, one).label != "same"
    assert (
        judged(whole, replace(whole, text="Ban hành Quyết định ban hành Kế hoạch CCHC")).label
        == "same"
    )


@pytest.mark.parametrize(
    ("general", "particular"),
    [
        ("Xây dựng Chương trình phát triển kinh tế số, xã hội số",
         "Xây dựng Kế hoạch phát triển kinh tế số, xã hội số trong lĩnh vực y tế"),
        ("Xây dựng Đề án ứng dụng trí tuệ nhân tạo",
         "Xây dựng Đề án phát triển và ứng dụng trí tuệ nhân tạo trong giáo dục"),
        ("Đo lường sự hài lòng của người dân đối với cơ quan hành chính nhà nước",
         "Đo lường sự hài lòng của người dân đối với dịch vụ giáo dục công"),
    ],
)  # fmt: skip
def test_what_is_of_one_sector_is_not_what_is_of_all(general: str, particular: str) -> None:
    assert judged(Words(general), Words(particular)).label == "similar"
    assert (
        judged(Words(general), Words(general)).score
        > judged(Words(general), Words(particular)).score
    )


def test_what_leads_up_to_a_list_does_not_make_two_items_of_it_alike() -> None:
    head = "Hoàn thành việc triển khai các nhiệm vụ phục vụ chuyển đổi số, bảo đảm kết nối, gồm: {}"
    one, other = "(1) Định danh tàu thuyền", "(2) Xây dựng sàn giao dịch bất động sản"
    assert judged(Words(head.format(one)), Words(head.format(other))).label == "different"


def test_a_word_in_a_modifier_does_not_confine_a_thing_to_a_sector() -> None:
    text = (
        "Rà soát các quy định hiện hành để bảo đảm có quy định về ưu đãi đầu tư, {} mua các sản "
        "phẩm, dịch vụ số"
    )
    verdict = judged(Words(text.format("thuế,")), Words(text.format("thuê,")))
    assert verdict.label == "same"
    assert "lĩnh vực" not in verdict.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tuyên truyền công tác CCHC bằng nhiều hình thức",
         "Tuyên truyền cải cách hành chính đến đội ngũ cán bộ, công chức, viên chức"),
        ("Nâng cấp Cổng/Trang thông tin điện tử của tỉnh",
         "Nâng cấp Cổng thông tin điện tử tỉnh"),
        ("Thực hiện tinh giảm biên chế", "Tiếp tục thực hiện tinh giản biên chế"),
    ],
)  # fmt: skip
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert judged(Words(one), Words(other)).label == "same"


def test_the_list_of_the_country_is_not_that_of_the_province() -> None:
    """The same words but for whose it is are another level, whoever issues them."""
    text = "Công bố danh mục các bài toán lớn về khoa học, công nghệ, chuyển đổi số của {}"
    verdict = judged(Words(text.format("đất nước")), Words(text.format("tỉnh")))
    assert verdict.label == "similar"
    assert "khác cấp" in verdict.reason


def test_it_does_not_matter_which_comes_first() -> None:
    for row in tables.rows("pairs")[::40]:
        one, other = words_of(row, "a"), words_of(row, "b")
        assert judged(one, other).score == pytest.approx(judged(other, one).score, abs=0.02)


def test_a_pair_with_itself_is_the_same() -> None:
    rows = [row for row in tables.rows("pairs") if len(row["text_a"]) > 60][::25]
    told = [judged(words_of(row, "a"), words_of(row, "a")).label for row in rows]
    assert told.count("same") >= 0.95 * len(told)


def test_pairs_that_a_reader_judged() -> None:
    """What was learned from is told better than likeness of words tells it."""
    rows = tables.rows("pairs")
    told = [judged(words_of(row, "a"), words_of(row, "b")).label for row in rows]
    hits = sum(label == row["label"] == "same" for label, row in zip(told, rows, strict=True))
    f1 = 2 * hits / (told.count("same") + sum(row["label"] == "same" for row in rows))
    assert f1 > 0.72
    apart = sum(
        (label == "different") == (row["label"] == "different")
        for label, row in zip(told, rows, strict=True)
    )
    assert apart / len(rows) > 0.7


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    table = tmp_path / "pairs.tsv"
    table.write_text("text_a\tlabel\nKiểm tra\tsame\n", "utf-8")
    done = CliRunner().invoke(app, ["compare", "--judge", str(table)])
    assert done.exit_code == 2
    assert "text_b" in done.stderr
    assert (
        CliRunner().invoke(app, ["compare", "--judge", str(tmp_path / "none.tsv")]).exit_code == 1
    )


@pytest.mark.parametrize(
    "written",
    [
        "{head}\n{one}\t{other}\n",
        "\ufeff{head}\r\n{one}\t{other}\r\n",
        "# a remark\n{head}\r{one}\t{other}\r",
        '"text_a"\t"text_b"\n"{one}"\t"{other}"\n',
        "year_b\tText_B\tlabel\t text_a \n\t{other}\t\t{one}\n",
        "{head}\tunit_a\n{one}\t{other}\n",
        "{head}\n{one}\t{other}\tmore\tand more\n\n",
    ],
)
def test_a_table_however_it_is_written(tmp_path: Path, written: str) -> None:
    table = tmp_path / "pairs.tsv"
    one = "Xây dựng Kế hoạch tuyên truyền CCHC của tỉnh"
    other = "Ban hành kế hoạch tuyên truyền cải cách hành chính"
    text = written.format(head="text_a\ttext_b", one=one, other=other)
    table.write_text(text, "utf-8", newline="")
    done = CliRunner().invoke(app, ["compare", "--judge", str(table)])
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["same"], done.output


def test_a_table_with_odd_cells(tmp_path: Path) -> None:
    """Nothing in a cell, a quotation mark that is not closed, more than csv takes in one cell."""
    long = "Kiểm tra " + "a" * 140_000
    found = told_of(
        {"text_a": "Kiểm tra"}, {}, {"text_a": '"Trồng cây xanh', "text_b": 'Trồng cây "xanh'},
        {"text_a": long, "text_b": "Tuyển dụng"}, path=tmp_path / "pairs.tsv",
    )  # fmt: skip
    assert [label for label, _, _ in found] == ["different", "different", "same", "different"]


def test_the_judged_pairs_are_many_and_of_many_plans() -> None:
    rows = tables.rows("pairs")
    labels = [row["label"] for row in rows]
    assert len(rows) >= 600
    assert labels.count("same") >= 150
    assert {"same", "similar", "different"} == set(labels)
    assert len({row[f"document_{side}"] for row in rows for side in "ab"}) >= 20
    assert (ROOT / "corpora/models/pairs.tsv").is_file()
