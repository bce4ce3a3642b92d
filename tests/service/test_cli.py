"""The commands as people and programs use them: what goes where, and with which exit code."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer.main

from extractor import read_plan
from service.cli import app
from tests.conftest import PLANS
from tests.extractor.pages import page
from tests.extractor.readers.test_office import OFFICE
from tests.service.commands import KEHOACH, called, run

NINH_SON = PLANS / "ninh-son-2024"
BINH_DUONG = PLANS / "binh-duong-2024"


def test_one_file_gives_one_object_and_a_line_about_its_ledger() -> None:
    done = called("extract", NINH_SON / "ninh-son-2024.html")
    assert done.returncode == 0
    plan = json.loads(done.stdout)
    assert plan["contract"] == "kehoach/plan@1"
    assert plan["document"]["source"]["filename"] == "ninh-son-2024.html"
    (line,) = done.stderr.decode().splitlines()
    assert "44 nhiệm vụ trong bảng, 46 trong lời văn" in line
    assert line.endswith("; cân")


def test_what_cannot_be_read_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.docx"
    broken.write_bytes(b"PK\x03\x04 not a zip")
    good = NINH_SON / "ninh-son-2024.docx"
    done = called("extract", broken, good, tmp_path / "none.pdf", "--lang", "en")
    assert done.returncode == 1
    assert [p["document"]["number"] for p in json.loads(done.stdout)] == ["395/KH-UBND"]
    told = done.stderr.decode().splitlines()
    assert [line.split(": ")[0] for line in told] == [
        str(broken),
        str(good),
        str(tmp_path / "none.pdf"),
    ]
    assert "there is no such file" in told[2]
    assert "44 tasks in tables, 46 in running text" in told[1]


def test_a_folder_gives_an_array_and_lines_in_jsonl(tmp_path: Path) -> None:
    for form in ("html", "txt"):
        (tmp_path / f"a.{form}").write_bytes((NINH_SON / f"ninh-son-2024.{form}").read_bytes())
    (tmp_path / "~$a.docx").write_bytes(b"Word holds a.docx open")
    (tmp_path / "notes.log").write_bytes(b"not a document")
    array = called("extract", tmp_path)
    lines = called("extract", str(tmp_path / "*.html"), tmp_path / "a.txt", "--format", "jsonl")
    for plans in (json.loads(array.stdout), [json.loads(p) for p in lines.stdout.splitlines()]):
        assert [p["document"]["source"]["filename"] for p in plans] == ["a.html", "a.txt"]


def test_a_plan_and_its_appendix_are_one_plan_together(tmp_path: Path) -> None:
    plan = tmp_path / "kế hoạch.html"
    plan.write_text(page(), "utf-8")
    done = called("extract", "--together", OFFICE / "appendix.xls", plan)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["document"]["number"] == "12/KH-UBND"
    assert [task["deadline"]["due"] for task in found["tasks"][:2]] == ["2024-03-31", "2024-12-31"]
    with zipfile.ZipFile(tmp_path / "cả hai.zip", "w") as both:
        for path in (OFFICE / "appendix.xls", plan):
            both.write(path, path.name)
    zipped = json.loads(called("extract", tmp_path / "cả hai.zip").stdout)
    assert zipped["tasks"] == found["tasks"]
    missing = called("extract", "--together", plan, tmp_path / "không.xls")
    assert (missing.returncode, missing.stdout) == (1, b"")
    assert "không.xls: không thấy tệp này" in missing.stderr.decode()


def test_standard_input() -> None:
    done = called("extract", "-", stdin=(NINH_SON / "ninh-son-2024.docx").read_bytes())
    source = json.loads(done.stdout)["document"]["source"]
    assert (source["reader"], source["filename"]) == ("docx", None)


def test_nothing_is_printed_when_nothing_was_read() -> None:
    done = called("extract", "-", stdin=b"")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith("-: ")


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "xlsx", "docx", "ics", "parquet"])
def test_the_form_follows_the_name_of_the_output(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"kế quả.{suffix}"
    done = called("extract", NINH_SON / "ninh-son-2024.html", "-o", out)
    assert (done.returncode, done.stdout) == (0, b"")
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    data = out.read_bytes()
    if suffix == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(data))["Nhiệm vụ"].max_row == 1 + 44 + 46
    elif suffix == "docx":
        assert len(read_plan(data).tasks) == 44 + 46
    elif suffix == "csv":
        assert data.startswith(b"\xef\xbb\xbf")
    elif suffix == "ics":
        assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    elif suffix == "parquet":
        assert (data[:4], data[-4:]) == (b"PAR1", b"PAR1")
    else:
        assert len(json.loads(data)["tasks"]) == 44 + 46


def test_a_failed_reading_leaves_the_old_result_alone(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    out.write_text("old")
    assert called("extract", "-", "-o", out, stdin=b"\0").returncode == 1
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "words",
    [
        ("extract",),
        ("extract", "a.pdf", "--format", "pdf"),
        ("extract", "a.pdf", "--format", "xlsx"),
        ("extract", "a.pdf", "--format", "docx"),
        ("extract", "a.pdf", "--format", "parquet"),
        ("extract", NINH_SON / "ninh-son-2024.txt", "-o", "/no/such/folder/a.json"),
        ("deadline", "Quý I"),
        ("deadline", "Quý I", "--year", "2024", "--on", "hôm nay"),
        ("agency", "Sở Nội vụ"),
        ("evaluate", "/no/such/folder"),
        ("read",),
    ],
)
def test_wrong_usage_is_2_and_says_so_on_standard_error(words: tuple[str, ...]) -> None:
    done = called(*words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    path = NINH_SON / "ninh-son-2024.html"
    command = [*KEHOACH, "extract", *[str(path)] * 3, "--jobs", "1", "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(60) == 0
    assert b"Traceback" not in told
    assert b"Broken pipe" not in told


def test_deadlines_one_object_a_line_also_for_blank_lines() -> None:
    done = called(
        "deadline", "--year", "2023", stdin="Quý IV năm 2022\n\nTháng 1\\nTháng 2".encode()
    )
    quarter, blank, months = map(json.loads, done.stdout.splitlines())
    assert (quarter["start"], quarter["end"]) == ("2022-10-01", "2022-12-31")
    assert blank["kind"] == "none"
    assert [part["end"] for part in months["parts"]] == ["2023-01-31", "2023-02-28"]
    assert called("deadline", "Quý IV năm 2022", "--year", "2023").stdout.splitlines() == [
        done.stdout.splitlines()[0]
    ]


def test_agencies_one_object_a_line_whatever_the_line() -> None:
    lines = "\ufeffSở Nội vụ\r\n\nmột\u2028hai\n".encode() + b"\xff\n" + b"a\\nb"
    done = called("agency", "--unit", "vn-86", "--on", "2023-01-01", stdin=lines)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["text"] for one in told] == ["Sở Nội vụ", "", "một\u2028hai", "\ufffd", "a\nb"]
    assert [agency["id"] for agency in told[0]["agencies"]] == ["vn-86/so-noi-vu"]
    assert told[1] == {"text": "", "agencies": []}


def test_schema_and_version() -> None:
    assert "Plan" in json.loads(called("schema").stdout)["$defs"]
    assert called("--version").stdout.startswith(b"kehoach ")


def test_each_command_and_each_option_says_what_it_is_for() -> None:
    def unsaid(command: Any, name: str) -> Iterator[str]:
        options = (one for one in command.params if one.param_type_name == "option")
        yield from (f"{name} {one.name}" for one in (command, *options) if not one.help)
        for inner, one in getattr(command, "commands", {}).items():
            yield from unsaid(one, f"{name} {inner}")

    assert list(unsaid(typer.main.get_command(app), "kehoach")) == []


def test_help_is_vietnamese_and_english_on_request() -> None:
    assert "Đọc kế hoạch" in run("--help").stdout.decode()
    assert "Reads an issued plan" in run("--help", KEHOACH_LANG="en").stdout.decode()


def test_names_and_results_are_utf_8_in_any_locale(tmp_path: Path) -> None:
    odd = {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    odd["PYTHONCOERCECLOCALE"] = "0"
    plan = shutil.copy(NINH_SON / "ninh-son-2024.html", tmp_path / "kế hoạch.html")
    done = run("extract", plan, "--format", "table", **odd)
    assert done.returncode == 0, done.stderr.decode()
    assert "Phòng Nội vụ" in done.stdout.decode()
    assert "kế hoạch.html" in done.stderr.decode()
    assert "nhiệm vụ" in done.stderr.decode()


def test_the_same_file_gives_the_same_bytes() -> None:
    first, second = (
        run("extract", BINH_DUONG / "binh-duong-2024.pdf", PYTHONHASHSEED=seed).stdout
        for seed in ("1", "2")
    )
    assert first == second


def test_the_sample_run_leaves_json_and_workbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/a.html", "a/a.txt", "b/b.docx"):
        path = tmp_path / "plans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BINH_DUONG / f"binh-duong-2024{path.suffix}", path)
    monkeypatch.setattr("service.sample.samples", lambda: tmp_path / "plans")
    done = called("sample", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout.decode()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"a.json", "a.xlsx", "b.json", "b.xlsx", "all.xlsx"}
    assert str(tmp_path / "out") in done.stdout.decode().splitlines()[-1]
