"""DOCX: sample plans against their gold, and real files."""

import json
import re
import zipfile
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from extractor.layout import Table
from extractor.readers import read
from tests.conftest import PLANS

FIELDS = ("task", "product", "target", "deadline")


def squeezed(text: str) -> str:
    return "".join(text.split())


def tables_of(slug: str) -> list[Table]:
    return list(read((PLANS / slug / f"{slug}.docx").read_bytes()).tables())


@pytest.mark.parametrize("slug", ["vinh-long-2023", "ninh-son-2024", "dong-nai-2024"])
def test_the_words_of_every_task_are_whole_cells_of_one_row(slug: str) -> None:
    gold: dict[str, Any] = json.loads((PLANS / slug / f"{slug}.gold.json").read_text("utf-8"))
    rows = [
        {squeezed(cell.text) for cell in row if cell}
        for table in tables_of(slug)
        for row in table.grid()
    ]
    assert len(gold["tasks"]) > 40
    for task in gold["tasks"]:
        words = {squeezed(task[field]) for field in FIELDS if task[field]}
        assert any(words <= row for row in rows), words


def test_letterheads_and_signatures_are_unruled_and_other_tables_ruled() -> None:
    for slug, tables in (
        ("vinh-long-2023", 3),
        ("ninh-son-2024", 3),
        ("dong-nai-2024", 30),
        ("binh-duong-2024", 2),
    ):
        ruled = [t.ruled for t in tables_of(slug)]
        assert (len(ruled), ruled.count(False), ruled[0]) == (tables, 2, False), slug


def test_the_letterhead_keeps_its_lines() -> None:
    table = tables_of("vinh-long-2023")[0]
    assert table.cells[0].text == "ỦY BAN NHÂN DÂN\nTỈNH VĨNH LONG\n-------"
    assert table.cells[2].text == "Số: 2621/QĐ-UBND"


def test_the_header_row_of_a_table_is_known() -> None:
    table = tables_of("vinh-long-2023")[2]
    assert (table.rows, table.columns, table.header_rows) == (68, 6, 1)


@pytest.mark.wild
def test_automatic_numbers_of_a_real_table(wild: Path) -> None:
    layout = read((wild / "so-cong-thuong-lao-cai-kh3898-2026.docx").read_bytes())
    letterhead, signature, tasks = layout.tables()
    assert [cell.text for cell in tasks.cells if cell.column == 0] == [
        "TT", *(f"{n}." for n in range(1, 10)),
    ]  # fmt: skip
    assert (letterhead.ruled, signature.ruled, tasks.ruled) == (False, False, True)


@pytest.mark.wild
def test_a_list_of_61_rows_that_draws_its_lines_cell_by_cell(wild: Path) -> None:
    layout = read((wild / "chinh-phu-nq24-2026.docx").read_bytes())
    table = list(layout.tables())[-1]
    assert (table.rows, table.columns, table.ruled) == (61, 4, True)
    assert table.cells[3].text == "CƠ QUAN CHỦ TRÌ SOẠN THẢO"


@pytest.mark.wild
def test_page_numbers_in_boxes_of_a_header_are_running(wild: Path) -> None:
    layout = read((wild / "hai-duong-du-thao-kh-dich-vu-cong-2023.docx").read_bytes())
    assert [p.text for p in layout.paragraphs() if p.kind == "running"] == ["5", "2"]


@pytest.mark.wild
def test_every_real_document_keeps_all_its_words(wild: Path) -> None:
    """What collecting `w:t` finds, text boxes once, is in the Layout."""
    for path in sorted(wild.glob("*.docx")):
        with zipfile.ZipFile(path) as archive:
            xml = archive.read("word/document.xml").decode()
        xml = re.sub(r"<mc:Fallback>.*?</mc:Fallback>", "", xml, flags=re.DOTALL)
        printed = squeezed(
            normalize(
                "NFC", unescape("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)", xml)))
            ).replace("\xad", "")
        )
        found = "".join(
            "".join(squeezed(cell.text) for cell in block.cells)
            if isinstance(block, Table)
            else squeezed(block.text)
            for block in read(path.read_bytes()).blocks
        )
        assert len(printed) > 1000
        assert not Counter(printed) - Counter(found), path.name
