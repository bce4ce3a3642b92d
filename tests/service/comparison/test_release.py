"""A release: read by other programs, checked, the same bytes each time."""

import csv
import dataclasses
import hashlib
import json
from pathlib import Path

import duckdb
import frictionless
import pandas
import polars
import pytest
from polars.testing import assert_frame_equal

from models.deadline import Deadline
from service.access.audit import By
from service.comparison.measures import measures
from service.comparison.release import NotARelease, Released, release
from service.exports import unguarded
from service.store import Store
from service.store.corrections import correct
from service.store.judgements import judge
from service.store.plans import plan_json
from tests.service.commands import called
from tests.service.plans import made_plan
from tests.service.store.readings import put, renamed, sample
from tests.service.stores import SettingsFor

REVIEWER = "Trần Thị Rà Soát"


@pytest.fixture(scope="module")
def made(module_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """A release of a sample, of the same plan in another file, and of one with odd cells."""
    ninh_son = sample("ninh-son-2024")
    put(module_store, renamed(ninh_son, "a"))
    put(module_store, renamed(ninh_son, "b"))
    odd = made_plan()
    parts = (Deadline("Quý I", "period", "2023-01-01", "2023-03-31", "2023-03-31"),
             Deadline("tháng 9", "period", "2023-09-01", "2023-09-30", "2023-09-30"))  # fmt: skip
    mixed = Deadline("Quý I; tháng 9", "mixed", "2023-01-01", "2023-09-30", parts=parts)
    tasks = (odd.tasks[0], dataclasses.replace(odd.tasks[1], deadline=mixed))
    put(module_store, renamed(dataclasses.replace(odd, tasks=tasks), "odd"))
    with module_store.writing() as session:
        key = f"{renamed(odd, 'odd').document.id[7:23]}.t1"
        by = By(REVIEWER)
        correct(session, key, {"product": "Báo cáo"}, by=by)
        pair = (f"{renamed(ninh_son, 'a').document.id[7:23]}.{ninh_son.tasks[0].id}", key)
        judge(session, pair, "different", reason="khác cấp", by=By("Lan"))
    return release(module_store, tmp_path_factory.mktemp("release") / "r")


def test_judgements_say_of_what_by_whom_and_when(made: Released) -> None:
    """Of the file of the plan that counts."""
    (row,) = polars.read_parquet(made.folder / "judgements.parquet").rows(named=True)
    plans = polars.read_parquet(made.folder / "plans.parquet")
    counted = set(plans.filter(polars.col("form_of").is_null())["document_id"])
    assert (row["verdict"], row["author"], row["reason"]) == ("different", "Lan", "khác cấp")
    assert row["said_at"].endswith("+00:00")
    assert {row["one_document_id"], row["other_document_id"]} <= counted
    assert {row["one_task_id"], row["other_task_id"]} >= {"t1"}
    assert "Kế hoạch thực hiện" in row["one_words"] + row["other_words"]


def test_it_is_valid_and_its_checksums_are_right(made: Released) -> None:
    report = frictionless.validate(str(made.folder / "datapackage.json"))
    assert report.flatten(["type", "message"]) == []
    assert report.valid
    for line in (made.folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((made.folder / name).read_bytes()).hexdigest() == digest
    package = json.loads((made.folder / "datapackage.json").read_text("utf-8"))
    assert package["version"] == made.version


def test_a_changed_cell_is_seen(made: Released, tmp_path: Path) -> None:
    for path in made.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "plans.csv").read_text("utf-8")
    (tmp_path / "plans.csv").write_text(text.replace("395/KH-UBND", "396/KH-UBND"), "utf-8")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert {kind for (kind,) in report.flatten(["type"])} == {"hash-count"}


@pytest.mark.parametrize("name", ["plans", "tasks", "deadlines", "mentions", "targets",
                                  "citations", "groups", "judgements", "units", "agencies",
                                  "successions"])  # fmt: skip
def test_three_readers_find_the_same_rows(made: Released, name: str) -> None:
    parquet = made.folder / f"{name}.parquet"
    frame = polars.read_parquet(parquet)
    assert frame.height == made.rows[name] > 0
    rows = duckdb.sql(f"SELECT * FROM read_parquet('{parquet}')").fetchall()
    assert rows == frame.rows()
    guarded = pandas.read_csv(made.folder / f"{name}.csv", dtype=str, keep_default_na=False)
    texts = [key for key, kind in frame.schema.items() if kind == polars.String]
    assert list(guarded.columns) == frame.columns
    plain = polars.DataFrame({key: list(map(unguarded, guarded[key])) for key in texts})
    assert_frame_equal(plain, frame.select(polars.col(key).fill_null("") for key in texts))


def test_its_rows_are_those_of_the_plans(made: Released, module_store: Store) -> None:
    plans = polars.read_parquet(made.folder / "plans.parquet")
    tasks = polars.read_parquet(made.folder / "tasks.parquet")
    with module_store.reading() as session:
        for document in plans["document_id"]:
            plan = json.loads(plan_json(session, document))
            mine = tasks.filter(polars.col("document_id") == document)
            assert mine["task_id"].to_list() == [task["id"] for task in plan["tasks"]]
    mentions = polars.read_parquet(made.folder / "mentions.parquet")
    known = set(polars.read_parquet(made.folder / "agencies.parquet")["agency_id"])
    assert set(mentions["agency_id"].drop_nulls()) <= known
    units = set(polars.read_parquet(made.folder / "units.parquet")["unit_id"])
    assert set(plans["unit_id"]) <= units
    parts = polars.read_parquet(made.folder / "deadlines.parquet").filter(task_id="t2")
    assert parts["part"].to_list() == [0, 1, 2]
    assert parts["text"].to_list() == ["Quý I; tháng 9", "Quý I", "tháng 9"]


def test_a_plan_in_two_files_is_told(made: Released) -> None:
    plans = polars.read_parquet(made.folder / "plans.parquet")
    other = plans.filter(polars.col("form_of").is_not_null())
    assert other.height == 1
    (same,) = other.rows(named=True)
    assert same["form_of"] in set(plans["document_id"])
    assert same["form_of"] != same["document_id"]


def test_each_task_stands_in_one_group_with_what_it_asks_for(made: Released) -> None:
    """Groups are named by the first task in them; a plan in two files counts once."""
    plans = polars.read_parquet(made.folder / "plans.parquet")
    tasks = polars.read_parquet(made.folder / "tasks.parquet").join(
        plans.filter(polars.col("form_of").is_null()), on="document_id", how="semi"
    )
    groups = polars.read_parquet(made.folder / "groups.parquet")
    own = ["document_id", "task_id"]
    counted = tasks.filter(polars.col("same_as").is_null())
    assert groups.select(own).sort(own).equals(counted.select(own).sort(own))
    first = groups.filter(
        (polars.col("document_id") == polars.col("first_document_id"))
        & (polars.col("task_id") == polars.col("first_task_id"))
    )
    assert first["tasks"].sum() == groups.height
    plan = groups.filter(polars.col("object") == "tuyên truyền cải cách hành chính")
    assert "plan" in set(plan["step"])
    assert groups.filter(polars.col("sectors").list.contains("officials")).height > 1


def test_the_codebook_has_every_column(made: Released) -> None:
    with (made.folder / "codebook.csv").open(encoding="utf-8", newline="") as book:
        rows = list(csv.DictReader(book))
    told = {(row["table"], row["column"]) for row in rows}
    assert all(row["meaning_vi"] and row["meaning_en"] for row in rows)
    there = {
        (name, key)
        for name in made.rows
        for key in polars.read_parquet_schema(made.folder / f"{name}.parquet")
    }
    assert {one for one in told if one[0] != "measures"} == there
    assert {key for name, key in told if name == "measures"} == {one.key for one in measures()}
    acts = next(row for row in rows if (row["table"], row["column"]) == ("groups", "acts"))
    assert "train: đào tạo / training" in acts["values"]


def test_no_reviewer_is_named_but_what_was_corrected_is(made: Released) -> None:
    for path in made.folder.iterdir():
        assert REVIEWER.encode() not in path.read_bytes(), path
    odd = polars.read_parquet(made.folder / "tasks.parquet").filter(task_id="t1")
    assert odd["product_corrected"].to_list() == ["Báo cáo"]
    assert odd["corrected_at"][0]


def test_no_cell_of_the_csv_is_a_formula(made: Released) -> None:
    for path in made.folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as cells:
            odd = [cell for row in csv.reader(cells) for cell in row if cell[:1] in "=+-@" and cell]
        assert [cell for cell in odd if not _is_number(cell)] == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_made_again_it_is_the_same_bytes(
    made: Released, module_store: Store, tmp_path: Path
) -> None:
    again = release(module_store, tmp_path / "again")
    once_more = release(module_store, tmp_path / "again")  # it takes the place of the first
    assert again.version == once_more.version == made.version
    there = {path.name: path.read_bytes() for path in made.folder.iterdir()}
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == there


def test_a_folder_with_other_things_is_left_alone(module_store: Store, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(NotARelease):
        release(module_store, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_command_releases_an_empty_store(settings_for: SettingsFor, tmp_path: Path) -> None:
    data = settings_for("sqlite").data
    done = called("release", tmp_path / "r", "--data", data)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().strip() == str(tmp_path / "r")
    assert frictionless.validate(str(tmp_path / "r" / "datapackage.json")).valid
    assert polars.read_parquet(tmp_path / "r" / "tasks.parquet").height == 0
    (tmp_path / "letter.txt").touch()
    other = called("release", tmp_path, "--data", data)
    assert other.returncode == 2
    assert "không phải một bản phát hành" in other.stderr.decode()


def test_a_group_has_its_words_and_no_id(made: Released) -> None:
    mentions = polars.read_parquet(made.folder / "mentions.parquet")
    groups = mentions.filter(body_kind="group")
    assert groups["agency_id"].null_count() == groups.height > 0
    assert groups["text"].null_count() == 0
