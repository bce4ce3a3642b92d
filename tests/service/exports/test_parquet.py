"""The tables for research, read back by their own reader."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from models.contract import decode, encode
from models.plan import CONTRACT, Plan
from service.exports import What, columns, export, records
from service.exports.parquet import FILE_ROWS, GROUP_ROWS
from tests.service.plans import made_plan

WHATS: tuple[What, ...] = ("tasks", "targets", "citations")


class Table:
    """A written file as others see it."""

    def __init__(self, path: Path, plans: list[bytes], what: What = "tasks") -> None:
        with path.open("wb") as out:
            out.writelines(export("parquet", plans, "vi", what))
        self.path = str(path)

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as engine:
            return engine.execute(question, [self.path]).fetchall()

    def types(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self.ask("DESCRIBE SELECT * FROM read_parquet(?)")}

    def rows(self) -> list[dict[str, Any]]:
        keys, rows = self.types(), self.ask("SELECT * FROM read_parquet(?)")
        return [dict(zip(keys, row, strict=True)) for row in rows]

    def metadata(self) -> dict[str, str]:
        found = self.ask("SELECT key, value FROM parquet_kv_metadata(?)")
        return {key.decode(): value.decode() for key, value in found}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bảng 'a'.parquet"


def test_printed_and_understood_stand_side_by_side(plan: Plan, path: Path) -> None:
    row = Table(path, [encode(plan)]).rows()[0]
    assert row["document_number"] == "1/KH-UBND"
    assert (row["issued_on"], row["period_end"]) == (date(2022, 12, 13), date(2023, 12, 31))
    assert row["group"] == ["I. CÔNG TÁC CHỈ ĐẠO"]
    assert (row["lead_text"], row["lead_ids"]) == ("Sở Nội vụ", ["vn-86/so-noi-vu"])
    assert row["coordinating_groups"] == ["BQL+SO+…"]
    assert (row["deadline_text"], row["due"]) == ("Quý IV năm 2022", date(2022, 12, 31))
    assert (row["deadline_kind"], row["edtf"], row["assumed_year"]) == ("period", "2022-36", False)
    assert (row["field"], row["field_by"], row["field_score"]) == ("PAR.1", "heading", 1.0)
    assert (row["page"], row["bbox"], row["row"]) == (12, [10.0, 20.0, 30.0, 40.0], 3)
    assert row["extra"] == ["Kinh phí: 5 tỷ"]


def test_unknown_is_null_and_a_list_without_members_empty(plan: Plan, path: Path) -> None:
    row = Table(path, [encode(plan)]).rows()[1]
    for name in ("lead_text", "deadline_text", "deadline_kind", "due", "assumed_year", "page"):
        assert row[name] is None
    assert row["lead_ids"] == row["group"] == []
    assert row["issues"] == ["lead.missing"]
    assert row["description"] == '=HYPERLINK("x")'  # no spreadsheet: the words as they are


def test_targets_and_citations_have_their_tables(plan: Plan, path: Path) -> None:
    (target,) = Table(path, [encode(plan)], "targets").rows()
    (citation,) = Table(path, [encode(plan)], "citations").rows()
    assert (target["value_text"], target["number"], target["scale"]) == ("1.60/2.50", 1.6, 2.5)
    assert (target["year"], target["baseline_year"]) == (2025, 2023)
    assert (citation["number"], citation["mentions"]) == ("76/NQ-CP", 0)


@pytest.mark.parametrize("what", WHATS)
def test_every_record_of_real_plans_is_a_row(real: list[bytes], what: What, path: Path) -> None:
    read = Table(path, real, what).rows()
    found = [record for plan in map(decode, real) for record in records(plan, what)]
    assert [row[f"{what[:-1]}_id"] for row in read] == [record.id for record in found]
    assert all(row["place"] for row in read)


def test_real_words_and_days_are_those_of_the_plan(real: list[bytes], path: Path) -> None:
    tasks = [task for plan in map(decode, real) for task in plan.tasks]
    read = Table(path, real).rows()
    assert [row["description"] for row in read] == [task.description for task in tasks]
    days = [task.deadline.due if task.deadline else None for task in tasks]
    assert [row["due"] and row["due"].isoformat() for row in read] == days
    assert any(days)


def test_any_words_come_back(plan: Plan, path: Path) -> None:
    words = ("\x00\x1f\x7f", "\ufffe\uffff", " \r\n ", "\"'\\", "{}", "null", "", "ă" * 100_000)
    tasks = tuple(replace(plan.tasks[0], description=text) for text in words)
    read = Table(path, [encode(replace(plan, tasks=tasks))]).rows()
    assert [row["description"] for row in read] == list(words)


@pytest.mark.parametrize("what", WHATS)
def test_no_plan_gives_the_columns_and_their_meaning(what: What, path: Path) -> None:
    empty = Table(path, [], what)
    assert empty.rows() == []
    types, metadata = empty.types(), empty.metadata()
    full = Table(path, [encode(made_plan())], what)
    assert (full.types(), full.metadata()) == (types, metadata)
    assert metadata["kehoach.contract"] == CONTRACT
    assert metadata["kehoach.table"] == what
    assert "kehoach.version" in metadata
    meanings = json.loads(metadata["kehoach.columns"])
    assert list(types) == list(meanings) == [column.key for column in columns(what)]
    for name, meaning in meanings.items():
        assert name.isascii()
        assert name == name.lower()
        assert meaning["vi"]
        assert meaning["en"]


def test_rows_are_written_in_groups(path: Path) -> None:
    table = Table(path, [encode(made_plan(tasks=50))] * 100)
    groups = table.ask("SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(?)")
    rows = [rows for _, rows in groups]
    assert sum(rows) == 5000
    assert max(rows) <= GROUP_ROWS + FILE_ROWS


def test_parts_of_plans_give_the_rows_of_whole_plans(
    real: list[bytes], parts: list[bytes], path: Path
) -> None:
    assert Table(path, parts).rows() == Table(path, real).rows()


def test_the_same_plans_give_the_same_bytes(real: list[bytes]) -> None:
    assert [*export("parquet", real, "vi")] == [*export("parquet", real, "vi")]
