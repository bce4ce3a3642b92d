"""Every row of knowledge says where it is from and of what day."""

import re
from pathlib import Path

import pytest

from corpora.tables import path, rows

#: Lists made by a program from one source have it in their first line: thousands of rows would
#: say the same.
UNITS = {"communes", "communes_old", "districts", "provinces"}
MADE = UNITS | {"field_examples", "judgements", "pairs"}
TABLES = sorted(Path(str(path(""))).glob("*.tsv"))
_HEAD = re.compile(r"# Source: \S.*; (?:read|made) 20\d\d-\d\d-\d\d\.")
_DAY = re.compile(r"20\d\d-\d\d(?:-\d\d)?")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_a_table_names_the_source_and_the_day_of_its_rows(table: Path) -> None:
    if table.stem in MADE:
        assert _HEAD.match(table.read_text("utf-8"))
        return
    nameless = [
        row
        for row in rows(table.stem)
        if not row.get("source", "").strip() or not _DAY.fullmatch(row.get("date", ""))
    ]
    assert not nameless, nameless[:3]


def test_no_two_rows_of_a_table_of_words_say_the_same() -> None:
    for table in ("agency_words", "duty_words", "goal_words", "measures", "paper_words"):
        said = [(row["class"], word) for row in rows(table) for word in row["words"].split(";")]
        assert len(said) == len(set(said)), {one for one in said if said.count(one) > 1}
