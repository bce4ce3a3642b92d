"""The tables for research, read back by their own reader."""

import io
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.contract import decode, encode
from models.plan import CONTRACT, Plan
from service.exports import columns, parquet, write_parquet
from service.sheets import SHEETS, What
from tests.service.plans import made_plan

WHATS: tuple[What, ...] = ("tasks", "targets", "citations")


def table(plans: list[bytes], what: What | None = None) -> pa.Table:
    out = io.BytesIO()
    write_parquet(plans, out, what)
    assert not out.closed
    return pq.read_table(io.BytesIO(out.getvalue()))


def first(plan: Plan, what: What | None = None) -> dict[str, Any]:
    return table([encode(plan)], what).to_pylist()[0]


def test_printed_and_understood_stand_side_by_side(plan: Plan) -> None:
    row = first(plan)
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


def test_unknown_is_null_and_a_list_without_members_empty(plan: Plan) -> None:
    row = table([encode(plan)]).to_pylist()[1]
    for name in ("lead_text", "deadline_text", "deadline_kind", "due", "assumed_year", "page"):
        assert row[name] is None
    assert row["lead_ids"] == row["group"] == []
    assert row["issues"] == ["lead.missing"]
    assert row["description"] == '=HYPERLINK("x")'  # no spreadsheet: the words as they are


def test_targets_and_citations_have_their_tables(plan: Plan) -> None:
    target, citation = first(plan, "targets"), first(plan, "citations")
    assert (target["value_text"], target["number"], target["scale"]) == ("1.60/2.50", 1.6, 2.5)
    assert (target["year"], target["baseline_year"]) == (2025, 2023)
    assert (citation["number"], citation["mentions"]) == ("76/NQ-CP", 0)


@pytest.mark.parametrize("what", WHATS)
def test_every_record_of_real_plans_is_a_row(real: list[bytes], what: What) -> None:
    read = table(real, what)
    records = [record for plan in map(decode, real) for record in SHEETS[what].records(plan)]
    assert read.column(f"{what[:-1]}_id").to_pylist() == [record.id for record in records]
    assert read.column("place").null_count == 0


def test_real_words_and_days_are_those_of_the_plan(real: list[bytes]) -> None:
    tasks = [task for plan in map(decode, real) for task in plan.tasks]
    read = table(real).to_pylist()
    assert [row["description"] for row in read] == [task.description for task in tasks]
    days = [task.deadline.due if task.deadline else None for task in tasks]
    assert [row["due"] and row["due"].isoformat() for row in read] == days
    assert any(days)


@pytest.mark.parametrize("what", WHATS)
def test_no_plan_gives_the_schema(what: What) -> None:
    empty = table([], what)
    assert empty.num_rows == 0
    assert empty.schema.equals(table([encode(made_plan())], what).schema, check_metadata=True)


@pytest.mark.parametrize("what", WHATS)
def test_the_codebook_names_every_column(what: What) -> None:
    schema = table([], what).schema
    assert schema.metadata[b"kehoach.contract"] == CONTRACT.encode()
    assert schema.metadata[b"kehoach.table"] == what.encode()
    assert b"kehoach.version" in schema.metadata
    assert schema.names == [column.name for column in columns(what)]
    for column, field in zip(columns(what), schema, strict=True):
        assert column.name.isascii()
        assert column.name == column.name.lower()
        assert field.metadata == {b"en": column.en.encode(), b"vi": column.vi.encode()}
        assert column.en
        assert column.vi


def test_rows_are_written_in_groups(monkeypatch: pytest.MonkeyPatch, real: list[bytes]) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 100)
    out = io.BytesIO()
    write_parquet(real, out)
    read = pq.ParquetFile(io.BytesIO(out.getvalue()))
    rows = [read.metadata.row_group(n).num_rows for n in range(read.num_row_groups)]
    assert rows == [100, 100, 100, 100, 100, 76]


def test_parts_of_plans_give_the_rows_of_whole_plans(real: list[bytes], parts: list[bytes]) -> None:
    assert table(parts).equals(table(real))


def test_the_same_plans_give_the_same_bytes(real: list[bytes]) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for out in (first, second):
        write_parquet(real, out)
    assert first.getvalue() == second.getvalue()
