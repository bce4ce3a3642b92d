"""What looks wrong in the plan itself."""

from tests.extractor.pages import plan, table

HEADER = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian"]


def codes(*rows: list[str]) -> list[str]:
    return [d.code for d in plan(table(HEADER, *rows)).diagnostics if d.severity == "warning"]


def test_numbers_that_skip_are_told() -> None:
    skip = codes(["1", "Một", "Sở Y tế", "Quý I"], ["3", "Ba", "Sở Y tế", "Quý I"])
    assert skip == ["table.ordinal-skip"]


def test_a_heading_row_counts_in_its_series() -> None:
    assert (
        codes(
            ["1", "Một", "Sở Y tế", "Quý I"],
            ["2", "Nhóm việc hai", "", ""],
            ["a)", "Hai a", "Sở Y tế", "Quý I"],
            ["3", "Ba", "Sở Y tế", "Quý I"],
        )
        == []
    )


def test_numbers_start_anew_in_each_group() -> None:
    assert (
        codes(
            ["I", "Nhóm một", "", ""],
            ["1", "Một", "Sở Y tế", "Quý I"],
            ["II", "Nhóm hai", "", ""],
            ["1", "Một", "Sở Y tế", "Quý I"],
            ["2", "Hai", "Sở Y tế", "Quý I"],
        )
        == []
    )


def test_deadline_before_the_day_of_issue_is_an_issue_of_the_task() -> None:
    result = plan(table(HEADER, ["1", "Một", "Sở Y tế", "Quý IV năm 2022"]))
    assert "deadline.before-issue" in result.tasks[0].issues
    assert result.tasks[0].confidence < 1
