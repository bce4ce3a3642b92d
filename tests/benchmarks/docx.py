"""A DOCX table of 400 rows by 6 columns, and a real plan: the reader and the whole way to a plan.

Yardsticks: unzipping and parsing `word/document.xml` with lxml; the text of the real plan taken out
by python-docx. Run: python -m tests.benchmarks docx
"""

import statistics
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import cycle, islice
from xml.sax.saxutils import escape

import docx
from lxml import etree

from extractor import read_plan
from extractor.readers.docx import read_docx
from tests.conftest import PLANS

ROWS = 400
ROUNDS = 15
HEADINGS = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian", "Sản phẩm")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def table_docx(rows: int = ROWS) -> bytes:
    """A plan whose table has `rows` rows of the texts of a real one, as Word formats them."""
    source = PLANS / "vinh-long-2023" / "vinh-long-2023.docx"
    table = max(read_docx(source.read_bytes()).tables(), key=lambda table: table.rows)
    texts = [
        [cell.text for cell in row if cell]
        for row in table.grid()[table.header_rows :]
        if len({id(cell) for cell in row}) == len(HEADINGS)
    ]
    body = ["KẾ HOẠCH", "Cải cách hành chính năm 2023", "I. NHIỆM VỤ"]
    grid = [list(HEADINGS)]
    grid += [[str(n), *row[1:]] for n, row in enumerate(islice(cycle(texts), rows - 1), 1)]
    return _repack(
        source.read_bytes(),
        "".join(map(_paragraph, body))
        + "<w:tbl><w:tblPr><w:tblStyle w:val='TableGrid'/></w:tblPr><w:tblGrid>"
        + "<w:gridCol w:w='1600'/>" * len(HEADINGS)
        + "</w:tblGrid>"
        + "".join(map(_row, grid))
        + "</w:tbl>",
    )


def _paragraph(text: str) -> str:
    return (
        "<w:p><w:pPr><w:jc w:val='both'/></w:pPr><w:r><w:rPr>"
        "<w:rFonts w:ascii='Times New Roman' w:hAnsi='Times New Roman'/><w:sz w:val='26'/></w:rPr>"
        f"<w:t xml:space='preserve'>{escape(text)}</w:t></w:r></w:p>"
    )


def _row(texts: list[str]) -> str:
    cells = (
        "<w:tc><w:tcPr><w:tcW w:w='1600' w:type='dxa'/></w:tcPr>"
        + "".join(map(_paragraph, text.split("\n")))
        + "</w:tc>"
        for text in texts
    )
    return f"<w:tr>{''.join(cells)}</w:tr>"


def _repack(source: bytes, body: str) -> bytes:
    """The package `source` with another body."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(source)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                document = f"<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
                data = document.encode()
            new.writestr(name, data)
    return out.getvalue()


def parse(data: bytes) -> None:
    """The yardstick."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def text_of(data: bytes) -> int:
    """The other yardstick: how many characters python-docx finds in paragraphs and cells."""
    document = docx.Document(BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return sum(map(len, (*(one.text for one in document.paragraphs), *cells)))


def medians(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The median time of each work in seconds; they take turns, after one turn to warm up."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            if turn:
                taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def main() -> None:
    """Print the times and their ratios to the yardstick."""
    data = table_docx()
    yardstick, reader, whole = medians(
        lambda: parse(data), lambda: read_docx(data), lambda: read_plan(data)
    )
    print(f"DOCX, {ROWS} rows: unzip and lxml parse {yardstick * 1000:.1f} ms")
    print(f"  read_docx  {reader * 1000:.1f} ms, {reader / yardstick:.2f} x")
    print(f"  read_plan  {whole * 1000:.1f} ms, {whole / yardstick:.2f} x (at most 8)")
    plan = (PLANS / "dong-nai-2024" / "dong-nai-2024.docx").read_bytes()
    text, whole = medians(lambda: text_of(plan), lambda: read_plan(plan), rounds=5)
    print(f"Đồng Nai 2024: its text by python-docx {text * 1000:.0f} ms")
    print(f"  read_plan  {whole * 1000:.0f} ms, {whole / text:.2f} x")


if __name__ == "__main__":
    main()
