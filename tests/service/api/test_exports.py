"""Exports: every list in every form, streamed, named, in the language asked for."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import icalendar
import openpyxl
import pytest
from fastapi.testclient import TestClient

from service.access.keys import listed as keys_listed
from service.api import exports
from service.forms import FORMS
from tests.service.api.conftest import key_of, store_of
from tests.service.api.library import (
    API,
    SAMPLES,
    VINH_LONG,
    name_of,
    planted,
    reading,
)
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


def test_tasks_in_every_form_hold_every_task(libraries: TestClient, tmp_path: Path) -> None:
    tasks = [task for slug in SAMPLES for task in reading(slug)[1].tasks]

    def file(form: str) -> bytes:
        answer = libraries.get(f"{API}/tasks.{form}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == FORMS[form].media_type  # type: ignore[index]
        assert answer.headers["content-disposition"] == f'attachment; filename="nhiem-vu.{form}"'
        return answer.content

    ids = {task.id for task in tasks}
    assert {one["id"] for one in json.loads(file("json"))} == ids
    assert {json.loads(line)["id"] for line in file("jsonl").splitlines()} == ids
    rows = list(csv.reader(io.StringIO(file("csv").decode("utf-8-sig"), newline="")))
    assert len(rows) == 1 + len(tasks)
    book = openpyxl.load_workbook(io.BytesIO(file("xlsx")), read_only=True)
    assert sum(1 for _ in book.worksheets[0].rows) == 1 + len(tasks)
    book.close()
    (tmp_path / "tasks.parquet").write_bytes(file("parquet"))
    read = duckdb.read_parquet(str(tmp_path / "tasks.parquet"))
    assert len(read.fetchall()) == len(tasks)
    assert icalendar.Calendar.from_ical(file("ics")).walk("VTODO")


def test_an_export_heeds_the_conditions_and_the_order(library: TestClient) -> None:
    asked = {"unit": "vn-86", "kind": "period", "sort": "due"}
    listed = library.get(f"{API}/tasks", params={**asked, "limit": 500}).json()["items"]
    answer = library.get(f"{API}/tasks.jsonl", params=asked)
    assert [json.loads(line)["id"] for line in answer.iter_lines()] == [
        one["task"]["id"] for one in listed
    ]
    assert 'filename="nhiem-vu-vn-86.jsonl"' in answer.headers["content-disposition"]


def test_a_correction_is_in_the_export(client: TestClient) -> None:
    planted(store_of(client))
    task = client.get(f"{API}/tasks?limit=1").json()["items"][0]["key"]
    client.patch(f"{API}/tasks/{task}", json={"changes": {"note": "=đã sửa"}},
                 headers={"If-Match": "*"})  # fmt: skip
    assert "=đã sửa" in client.get(f"{API}/tasks.json").text
    assert "'=đã sửa" in client.get(f"{API}/tasks.csv").text


@pytest.mark.parametrize(
    ("asked", "header", "word"),
    [("", "vi", "Chủ trì"), ("", "en", "Lead"), ("?lang=vi", "en", "Chủ trì"),
     ("?lang=en", "vi", "Lead")],
)  # fmt: skip
def test_headings_in_the_language_asked_for(
    library: TestClient, asked: str, header: str, word: str
) -> None:
    answer = library.get(f"{API}/tasks.csv{asked}", headers={"Accept-Language": header})
    assert word in answer.text.splitlines()[0]
    assert answer.headers["vary"].count("Accept-Language") == 1


@pytest.mark.parametrize("what", ["targets", "citations"])
def test_targets_and_papers_in_every_form(libraries: TestClient, what: str) -> None:
    ids = {one.id for slug in SAMPLES for one in getattr(reading(slug)[1], what)}
    assert {one["id"] for one in libraries.get(f"{API}/{what}.json").json()} == ids
    for form in ("jsonl", "csv", "xlsx", "parquet"):
        answer = libraries.get(f"{API}/{what}.{form}", params={"unit": "vn-58"})
        assert (answer.status_code, len(answer.content) > 0) == (200, True)
    assert libraries.get(f"{API}/{what}.ics").status_code == 422


def test_the_list_of_plans_in_every_form(libraries: TestClient) -> None:
    read = [reading(slug)[1] for slug in SAMPLES]
    names = {one.document.source.filename for one in read}
    listed = libraries.get(f"{API}/plans.json").json()
    assert {one["document"]["source"]["filename"] for one in listed} == names
    assert sum(one["targets"] for one in listed) == sum(len(one.targets) for one in read)
    lines = libraries.get(f"{API}/plans.jsonl", params={"unit": "vn-58"}).text.splitlines()
    assert [json.loads(line)["document"]["unit"]["id"][:5] for line in lines] == ["vn-58"]
    data = libraries.get(f"{API}/plans.csv?lang=en").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline="")))
    assert {row["File"] for row in rows} == names
    book = openpyxl.load_workbook(io.BytesIO(libraries.get(f"{API}/plans.xlsx").content))
    assert [page.max_row for page in book.worksheets] == [1 + len(read)]
    assert libraries.get(f"{API}/plans.parquet").status_code == 422


def test_one_plan_in_every_form(library: TestClient) -> None:
    key = name_of(VINH_LONG)
    for form in ("json", "jsonl", "csv", "xlsx", "docx", "ics", "parquet"):
        answer = library.get(f"{API}/plans/{key}.{form}")
        assert answer.status_code == 200
        name = f"2621-QĐ-UBND.{form}".encode()
        quoted = "".join(f"%{b:02X}" if b > 127 else chr(b) for b in name)
        assert answer.headers["content-disposition"].endswith(f"UTF-8''{quoted}")
    assert library.get(f"{API}/plans/{key}.json").json() == library.get(f"{API}/plans/{key}").json()
    book = io.BytesIO(library.get(f"{API}/plans/{key}.xlsx").content)
    assert len(openpyxl.load_workbook(book).worksheets) == 6
    assert library.get(f"{API}/plans/{'0' * 16}.csv").status_code == 404


def test_an_empty_list_is_a_whole_file_too(client: TestClient) -> None:
    assert client.get(f"{API}/tasks.json").json() == []
    for form in ("csv", "xlsx", "docx", "ics", "parquet"):
        assert client.get(f"{API}/tasks.{form}").content


def test_as_events_in_a_calendar(library: TestClient) -> None:
    found = icalendar.Calendar.from_ical(library.get(f"{API}/tasks.ics?calendar=event").content)
    assert found.walk("VEVENT")
    assert not found.walk("VTODO")


def test_what_goes_wrong_at_the_start_is_a_problem_not_half_a_file(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[bytes]:
        raise OSError(5, "the disk is gone")
        yield b""

    monkeypatch.setattr(exports, "partial_plans", broken)
    answer = client.get(f"{API}/tasks.json")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


def test_few_exports_at_a_time(client: TestClient) -> None:
    """A caller has three turns, all together six; a turn that ended is free."""
    header = {name: key_of(client, "read") for name in ("an", "bình", "chi")}
    keys = {name: client.get(f"{API}/session", headers=header[name]) for name in header}
    assert {answer.status_code for answer in keys.values()} == {200}

    def asked(name: str) -> tuple[int, str | None]:
        answer = client.get(f"{API}/tasks.csv", headers=header[name])
        return answer.status_code, answer.headers.get("retry-after")

    turns = client.app.state.exports  # type: ignore[attr-defined]
    with store_of(client).reading() as session:
        first, second = (f"key:{row.id}" for row in keys_listed(session)[:2])
    with ExitStack() as stack:
        for who in (first, second):
            for _ in range(3):
                stack.enter_context(turns.taken(who))
        found = sorted(asked(name) for name in header)
        assert found == [(429, "2"), (429, "2"), (503, "5")]
    assert [asked(name)[0] for name in header for _ in range(3)] == [200] * 9


def test_a_writer_whose_reader_left_is_stopped(client: TestClient) -> None:
    import asyncio

    left_off = False

    def endless() -> Iterator[bytes]:
        nonlocal left_off
        try:
            while True:
                yield b"x" * 65536
        finally:
            left_off = True

    async def left() -> None:
        response = exports.file_answer("csv", endless(), "x")
        parts = response.body_iterator  # type: ignore[attr-defined]
        await anext(parts)
        await anext(parts)
        await parts.aclose()

    asyncio.run(left())
    assert left_off
