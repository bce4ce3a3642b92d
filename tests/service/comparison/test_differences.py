"""Two plans side by side, and the command that lays them so."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor import read_plan
from service.cli import app
from service.comparison.differences import Item, differences, items_of
from service.comparison.judge import Words
from service.store import Store
from tests.conftest import ROOT
from tests.service.store.readings import put

PLAN = ROOT / "corpora/plans/ninh-son-2024/ninh-son-2024.html"


def item(text: str, lead: str = "", agency: str = "", due: str | None = None, year: int = 2024,
         deadline: str = "") -> Item:  # fmt: skip
    words = Words(text, lead=lead, deadline=deadline, unit="vn-75", year=str(year))
    return Item(words, "", due, year, frozenset({agency} if agency else ()))


CHECK = "Kiểm tra công tác cải cách hành chính tại các cơ quan, đơn vị trên địa bàn"
TELL = "Tuyên truyền cải cách hành chính trên các phương tiện thông tin đại chúng"


def kinds(before: list[Item], after: list[Item]) -> list[tuple[str, tuple[str, ...]]]:
    return [(row.kind, row.changes) for row in differences(before, after)]


def test_the_same_plan_has_no_differences() -> None:
    items = items_of(read_plan(PLAN))
    assert len(items) > 60
    rows = differences(items, items)
    assert {(row.kind, row.changes) for row in rows} == {("kept", ())}
    assert [(row.before, row.after) for row in rows] == [(at, at) for at in range(len(items))]


def test_each_task_is_told_once() -> None:
    items = items_of(read_plan(PLAN))
    rows = differences(items[:40], items[20:])
    told = [row.before for row in rows if row.before is not None and row.kind != "split"]
    assert sorted(told) == list(range(40))
    came = [row.after for row in rows if row.after is not None and row.kind != "merged"]
    assert sorted(came) == list(range(len(items) - 20))
    assert [row.kind for row in rows].count("kept") >= 20


def test_new_and_dropped() -> None:
    assert kinds([item(CHECK)], [item(TELL)]) == [("new", ()), ("dropped", ())]


def test_tasks_of_almost_the_same_letters_are_not_one() -> None:
    train = "Xây dựng Kế hoạch tập huấn nghiệp vụ cải cách hành chính năm 2023"
    carry = "Kế hoạch thực hiện nhiệm vụ Cải cách hành chính hàng năm"
    assert kinds([item(train)], [item(carry)]) == [("new", ()), ("dropped", ())]


def test_words_that_changed_are_marked() -> None:
    (row,) = differences([item(CHECK)], [item(CHECK.replace("công tác ", "định kỳ công tác "))])
    assert row.changes == ("reworded",)
    assert [piece.text for piece in row.pieces if piece.kind == "come"] == ["định kỳ"]


@pytest.mark.parametrize(
    ("due", "moved"), [("2025-06-30", ()), ("2025-09-30", ("moved",)), ("2024-06-30", ("moved",))]
)
def test_a_day_moves_beyond_the_step_to_the_next_year(due: str, moved: tuple[str, ...]) -> None:
    before, after = item(CHECK, due="2024-06-30"), item(CHECK, due=due, year=2025)
    assert kinds([before], [after]) == [("kept", moved)]


def test_a_successor_is_the_same_hand() -> None:
    before = item(CHECK, "Sở Kế hoạch và Đầu tư", "vn-75/so-ke-hoach-dau-tu")
    heir = item(CHECK, "Sở Tài chính", "vn-75/so-tai-chinh", year=2026)
    other = item(CHECK, "Sở Y tế", "vn-75/so-y-te", year=2026)
    assert kinds([before], [heir]) == [("kept", ())]
    assert kinds([before], [other]) == [("kept", ("handed over",))]


def test_rows_that_were_merged_and_split() -> None:
    both = f"{CHECK}; {TELL}"
    merged = kinds([item(CHECK), item(TELL)], [item(both)])
    assert sorted(kind for kind, _ in merged) == ["kept", "merged"]
    split = kinds([item(both)], [item(CHECK), item(TELL)])
    assert sorted(kind for kind, _ in split) == ["kept", "split"]


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["compare", *map(str, words)])
    return done.exit_code, done.stdout


def test_the_command_in_each_form(tmp_path: Path, sqlite_store: Store) -> None:
    """Of a plan and the same with one row reworded, as files and as documents of a store."""
    source = PLAN.read_text("utf-8")
    changed = tmp_path / "sau.html"
    changed.write_text(
        source.replace(
            "Công bố văn bản quy phạm pháp luật hết hiệu\nlực",
            "Công bố danh mục văn bản quy phạm pháp luật hết hiệu lực",
        ),
        "utf-8",
    )
    code, out = run(PLAN, changed, "--format", "json")
    rows = json.loads(out)
    assert code == 0
    (row,) = [row for row in rows if row["changes"]]
    assert row["changes"] == ["reworded"]
    assert [word["text"] for word in row["words"] if word["kind"] == "come"] == ["danh mục"]
    plans = (read_plan(file) for file in (PLAN, changed))
    stored = [put(sqlite_store, plan) for plan in plans]
    where = ("--data", sqlite_store.settings.data)
    for shape, mark in (("html", "<ins>danh mục</ins>"), ("table", "{+danh mục+}")):
        code, out = run(*stored, "--format", shape, *where)
        assert code == 0
        assert mark in out
    code, out = run(stored[0][7:23], stored[1], "--format", "csv", *where)
    assert len(list(csv.DictReader(io.StringIO(out)))) == len(rows)
    assert run(PLAN)[0] == 2
    assert run(stored[0], "0" * 16, *where)[0] == 2
    assert run(PLAN, tmp_path / "none.html")[0] == 1


def test_what_cannot_be_compared_is_told_in_one_sentence(
    tmp_path: Path, sqlite_store: Store
) -> None:
    where = ("--data", sqlite_store.settings.data)
    key = put(sqlite_store, read_plan(PLAN))[7:23]
    kept, bare = tmp_path / "a.json", tmp_path / "trống.txt"
    CliRunner().invoke(app, ["extract", str(PLAN), "-o", str(kept)])
    bare.write_text("Không có nhiệm vụ nào ở đây.", "utf-8")

    def said(*args: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["compare", *map(str, args)])
        return done.exit_code, done.stderr

    code, told = said(kept, key, *where)  # the JSON of a plan is that plan
    assert (code, told.split()[:1]) == (0, ["giữ"])
    assert "hai bên là một kế hoạch" in said(key, key, *where)[1]
    assert "trống.txt: không đọc được nhiệm vụ nào" in said(PLAN, bare)[1]
    assert "là thư mục" in said(tmp_path, PLAN)[1]
    assert "ở đây có 7" in said(*"abcdefg")[1]
    assert f"{'0' * 16}: kho không có kế hoạch này" in said(key, "0" * 16, *where)[1]
    assert "tối đa 3 chiều" in said("--by", "unit,year,act,step", *where)[1]
    assert "không có gì như vậy" in said("--by", "unit", "--unit", "vn-99", *where)[1]
    assert "--indicators" in said("--reviewed", *where)[1]
    assert {said(*args)[0] for args in ([tmp_path, PLAN], "abcdefg", ["--reviewed"])} == {2}


def test_an_item_without_words_is_no_matter() -> None:
    odd = replace(item("…"), words=Words("…"))
    assert kinds([odd], [item(CHECK)]) == [("new", ()), ("dropped", ())]
