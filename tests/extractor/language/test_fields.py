"""The reform field of a task: by its heading, else by its words and the rows around it."""

import json
from itertools import groupby

import pytest

from corpora.fields import criteria, fields
from corpora.tables import threshold
from extractor import read_plan
from models.task import Task
from tests.conftest import PLANS
from tests.extractor.pages import page, plan, sample, table

FIELDS = [f"PAR.{n}" for n in range(1, 9)]
BOUND = threshold("field.bound")


def rows_of(slug: str, ending: str = "html") -> list[Task]:
    plan = sample(PLANS / slug / f"{slug}.{ending}")
    return [task for task in plan.tasks if task.origin == "table"]


#: The fields of the tables by their Roman numerals: both plans name PAR INDEX's in its order.
NUMERALS = dict(zip(("I", "II", "III", "IV", "V", "VI", "VII", "VIII"), FIELDS, strict=True))


@pytest.mark.parametrize("ending", ["txt", "html", "docx", "pdf"])
@pytest.mark.parametrize(("slug", "count"), [("vinh-long-2023", 58), ("ninh-son-2024", 44)])
def test_every_row_has_the_field_of_its_heading(slug: str, count: int, ending: str) -> None:
    rows = rows_of(slug, ending)
    assert len(rows) == count
    for task in rows:
        assert task.field
        assert task.field.code == NUMERALS[task.group[0].split(".")[0]]
        assert (task.field.by, task.field.score) == ("heading", 1.0)


def test_rows_of_indices_have_the_parts_of_their_index() -> None:
    rows = rows_of("dong-nai-2024")
    for task in rows:
        if task.group and "PAPI" in task.group[0]:
            assert task.field
            assert task.field.code.startswith("PAPI.")
        if task.group and "PAR" in task.group[0]:
            assert task.field
            assert task.field.code in FIELDS
    assert sum(task.field is None for task in rows) <= 4


def of_rows(slug: str, title: str) -> list[Task]:
    """The rows of a sample plan in one table without headings, in a plan of this title."""
    cells = (
        [task.ordinal, task.description, task.lead and task.lead.text, task.product]
        for task in rows_of(slug)
    )
    rows = ([(text or "").replace("\n", "<br>") for text in row] for row in cells)
    header = ["STT", "Nhiệm vụ", "Cơ quan chủ trì", "Sản phẩm"]
    html = page(table(header, *rows)).replace("Cải cách hành chính năm 2024", title)
    return list(read_plan(html.encode(), "a.html").tasks)


@pytest.mark.parametrize(("slug", "most"), [("vinh-long-2023", 5), ("ninh-son-2024", 5)])
def test_rows_without_headings_are_read_by_the_classifier(slug: str, most: int) -> None:
    """The model has seen these texts; what it reaches on others stands in scores/fields.json."""
    rows, read = rows_of(slug), of_rows(slug, "Cải cách hành chính năm 2024")
    fields = [task.field for task in read if task.field]
    assert {field.by for field in fields} == {"classifier"}
    assert all(BOUND <= field.score <= 1.0 for field in fields)
    codes = zip(
        (task.field and task.field.code for task in read),
        (row.field and row.field.code for row in rows),
        strict=True,
    )
    assert sum(found is not None and found != wanted for found, wanted in codes) <= most
    assert len(rows) - len(fields) <= most


@pytest.mark.parametrize(
    ("title", "reform"),
    [
        ("Cải cách hành chính Nhà nước huyện Ninh Sơn năm 2024", True),
        ("Nâng cao Chỉ số PAR INDEX năm 2024", True),
        ("CCHC năm 2024", True),
        ("Phát triển hạ tầng 5G", False),
        ("Chuyển đổi số năm 2024", False),
        ("Cải cách tư pháp", False),
    ],
)
def test_only_plans_on_reform_get_fields(title: str, reform: bool) -> None:
    fields = [task.field for task in of_rows("ninh-son-2024", title)]
    assert any(fields) is reform


def test_what_is_not_clear_gets_no_field() -> None:
    header = ["STT", "Nhiệm vụ", "Cơ quan chủ trì"]
    (task,) = plan(table(header, ["1", "Thực hiện nhiệm vụ khác", "Sở Y tế"])).tasks
    assert task.field is None


def test_a_duty_has_the_field_of_the_row_it_repeats() -> None:
    work = "Ban hành kế hoạch tuyên truyền của tỉnh năm 2024"
    row, duty = plan(
        f"<p>II. NHIỆM VỤ</p><p>1. {work}.</p>",
        table(
            ["STT", "Nhiệm vụ", "Cơ quan chủ trì"],
            ["I", "CẢI CÁCH THỂ CHẾ", ""],
            ["1", work, "Sở Tư pháp"],
        ),
    ).tasks
    assert (duty.same_as, duty.field) == (row.id, row.field)
    assert row.field


def test_reference_tables_name_known_fields() -> None:
    known = {field.code for field in fields()}
    assert known >= set(FIELDS)
    assert len(FIELDS) == 8
    assert {criterion.code for criterion in criteria()} == set(FIELDS)
    texts = sorted((c.text, c.code) for c in criteria())
    for _, same in groupby(texts, key=lambda pair: pair[0]):
        assert len(list(same)) == 1


def test_scores_of_plans_left_out() -> None:
    """Written by `make model`; the bar is 0.85."""
    scores = json.loads((PLANS.parent / "scores" / "fields.json").read_text("utf-8"))
    assert set(scores["held_out"]) == {"vinh-long-2023", "ninh-son-2024"}
    for score in scores["held_out"].values():
        assert score["macro_f1"] >= 0.85
        assert score["macro_f1"] > score["macro_f1_majority"]
