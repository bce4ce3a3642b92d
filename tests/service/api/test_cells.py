"""Single cells read."""

import json
from datetime import date

import pytest
from fastapi.testclient import TestClient

from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from models.contract import encode
from tests.service.api.library import API, held


@pytest.mark.parametrize("text", ["Quý IV năm 2022", "Thường xuyên", "xyz", "", "Quý I\nQuý II"])
def test_a_deadline_is_read_as_the_command_reads_it(library: TestClient, text: str) -> None:
    answer = library.get(
        f"{API}/deadline", params={"text": text, "year": [2023], "on": "2022-12-13"}
    )
    held(library, answer, "read_deadline")
    assert answer.content == encode(read_deadline(text, (2023,), date(2022, 12, 13)))


def test_bodies_are_read_as_the_command_reads_them(library: TestClient) -> None:
    text = "Sở Nội vụ; Bộ Y tế; các sở, ban, ngành"
    answer = library.get(f"{API}/agency", params={"text": text, "unit": "vn-86"})
    found = held(library, answer, "read_agencies")
    assert found["text"] == text
    assert found["agencies"] == json.loads(encode(read_agencies(text, "vn-86", None)))


@pytest.mark.parametrize(
    "address",
    ["deadline?text=x", "deadline?year=2023", "deadline?text=x&year=0", "agency?text=x",
     "deadline?text=x&year=2023&on=tomorrow", "agency?text=x&unit=somewhere"],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_told(library: TestClient, address: str) -> None:
    assert library.get(f"{API}/{address}").status_code == 422
