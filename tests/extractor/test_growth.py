"""Twice as much to read is about twice the work, for each reader and each kind of much.

The work is the processor's time of this process, whatever else the machine does; a step that goes
by the square of its input would come to four times as much at each doubling.
"""

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest

from extractor import read_plan
from models.errors import KehoachError
from tests.conftest import PLANS
from tests.extractor.readers.drawn_pdf import document, text

#: What two doublings may come to: four times, and noise. By the square it would be sixteen; where
#: there is much, a part of the work that goes by the square shows, too.
MOST = 6.0
#: Work too short to be compared, in seconds: what is set up once would be most of it.
LEAST = 0.15


def page(tag: str) -> bytes:
    return f"<html><body>{tag}KẾ HOẠCH</p></body></html>".encode()


def styles(number: int) -> bytes:
    """A DOCX with so many styles, each based on the one before."""
    head = '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>'
        for n in range(number)
    )
    source = (PLANS / "ninh-son-2024" / "ninh-son-2024.docx").read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as there, zipfile.ZipFile(out, "w") as made:
        for name in there.namelist():
            data = there.read(name)
            if name == "word/styles.xml":
                data = f"{head}{chain}</w:styles>".encode()
            if name == "word/document.xml":
                data = data.replace(b"<w:pPr>", b'<w:pPr><w:pStyle w:val="s%d"/>' % (number - 1), 3)
            made.writestr(name, data)
    return out.getvalue()


def pages(number: int) -> bytes:
    """So many pages with eighty pieces of a line each."""
    places = [(40 + 60 * x, 60 + 70 * y) for x in range(8) for y in range(10)]
    page = "".join(text(x, y, f"ke hoach {x}", size=8) for x, y in places)
    return document(*[page] * number)


#: What is much of, how much of it at first, and the name of the file.
MUCH: dict[str, tuple[Callable[[int], bytes], int, str]] = {
    "lines": (lambda n: b"ab\n" * n, 100_000, "a.txt"),
    "items": (lambda n: b"1. abc\n" * n, 6_000, "a.txt"),
    "line of cells": (lambda n: b"a\t" * n, 6_000, "a.txt"),
    "tabs": (lambda n: b"1\tabc\tdef\n" * n, 3_000, "a.txt"),
    "paragraphs": (lambda n: page("<p>abc" * n), 6_000, "a.html"),
    "cells": (lambda n: page("<table>" + "<tr><td>1<td>abc<td>def" * n), 1_500, "a.html"),
    "attributes": (
        lambda n: page("<p " + " ".join(f'a{i}=">"' for i in range(n)) + ">"), 10_000, "a.html"
    ),
    "cells of a row": (lambda n: page("<table><tr>" + "<td>ab" * n), 2_500, "a.html"),
    "styles": (styles, 6_000, "a.docx"),
    "pages": (pages, 100, "a.pdf"),
}  # fmt: skip


def work(data: bytes, name: str) -> float:
    begun = time.process_time()
    with suppress(KehoachError):
        read_plan(data, name)
    return time.process_time() - begun


@pytest.mark.soak
@pytest.mark.parametrize("kind", MUCH)
def test_work_grows_with_what_there_is_to_read(kind: str) -> None:
    made, first, name = MUCH[kind]
    work(made(100), name)  # what is set up once
    few = min(work(made(first), name) for _ in range(2))
    many = min(work(made(4 * first), name) for _ in range(2))
    print(f"{kind}: {few:.2f} s, {many:.2f} s")
    assert many <= MOST * max(few, LEAST), (few, many)


def test_a_long_chain_of_styles_is_no_fault_of_the_program() -> None:
    with suppress(KehoachError):
        read_plan(styles(5_000), "a.docx")


def test_forty_thousand_attributes_of_a_tag_cost_little() -> None:
    made, _, name = MUCH["attributes"]
    work(made(100), name)
    assert work(made(40_000), name) < 1.0  # it took 2.6 seconds and more of the parser alone
