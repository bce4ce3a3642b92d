"""Reads an issued plan: bytes in, a Plan out. No database, no network, no global state.

`read_plan` reads, `picture` shows where in a PDF something stands, `look` what else is printed,
`head` what tells whose file it is.

>>> from pathlib import Path
>>> from extractor import read_plan
>>> plan = read_plan(Path("corpora/plans/ninh-son-2024/ninh-son-2024.html"))
>>> rows = [task for task in plan.tasks if task.origin == "table"]
>>> plan.document.number, len(rows), plan.ledger.balanced
('395/KH-UBND', 44, True)
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from extractor.layout import Layout
    from extractor.progress import Listener
    from extractor.readers.heads import Head
    from extractor.readers.pictures import View
    from models.plan import Plan
    from models.provenance import Place, Provenance


def read_plan(
    source: "bytes | Path",
    filename: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: "Listener | None" = None,
) -> "Plan":
    """The Plan of an issued file of any format that `extractor.readers` knows, by its content.

    `source` is the file's bytes or its path, `filename` the name to keep where bytes are given;
    `progress` is called at each stage, and in the PDF reader after each page. Reads in this
    process; `service.isolation` does so in a child process with limits on time and memory. Raises
    an `models.errors.KehoachError` that says what is wrong and what to do.
    """
    from extractor.pipeline import plan_of

    if isinstance(source, Path):
        filename = filename or source.name
        source = source.read_bytes()
    with _collector_at_rest():
        return plan_of(source, filename, limits, progress)


def picture(
    source: "bytes | Path",
    place: "Provenance | Place",
    field: str | None = None,
    view: "View" = "row",
    dpi: int = 110,
) -> bytes:
    """A PNG of where something stands in a PDF or picture: a task, or the place of a cell.

    The place is boxed; of `field` ("lead", "deadline" …) the cell is marked, where the row has
    one. `view` is "row", the place with a line of its surroundings and what the source has cut
    off it below, or "page", the whole page, which needs no box. Raises NoPicture for a place that
    is on no page, as in Word files, web pages and plain text, and the errors of `read_plan`. Of
    several files in one archive it is the page of the file that the place tells.
    """
    from extractor.readers.pictures import picture_of
    from extractor.readers.sniffing import sniff
    from models.errors import NoPicture
    from models.provenance import Place

    data = source.read_bytes() if isinstance(source, Path) else source
    if place.page is None or (place.bbox is None and view == "row"):
        raise NoPicture
    form = sniff(data)
    if form == "bundle":
        from extractor.readers.bundle import member

        return picture(member(data, place.file), place.alone(), field, view, dpi)
    if form == "picture":
        from extractor.readers.scan.files import as_pdf

        data = as_pdf(data, max(one.page or 1 for one in _places(place)))
    elif form != "pdf":
        raise NoPicture
    if isinstance(place, Place):
        return picture_of(data, [place], None, view, dpi)
    marked = place.cells.get(field) if field else None
    return picture_of(data, place.places(), marked, view, dpi)


def look(source: bytes, filename: str | None = None, limits: Limits = DEFAULT_LIMITS) -> "Layout":
    """What is printed, to be looked at: paragraphs and tables, each with its place.

    Of a PDF or a picture the sizes of its pages only, since `picture` shows them. Raises the errors
    of `read_plan`.
    """
    from extractor.readers.sniffing import sniff

    form = sniff(source)
    if form == "bundle":
        from extractor.readers import ENDINGS
        from extractor.readers.bundle import look_through

        return look_through(source, limits, partial(look, limits=limits), ENDINGS)
    if form == "picture":
        from extractor.readers.scan.files import as_pdf

        source = as_pdf(source, limits.pages)
    if form in ("pdf", "picture"):
        from extractor.readers.pictures import sheets

        return sheets(source)
    from extractor.pipeline import layout_of

    return layout_of(source, filename, limits)


def head(source: bytes, filename: str) -> "Head":
    """What a file says at its head, by which the files of one plan are told.

    Of a PDF the first pages are read, of a scan nothing. Raises the errors of `read_plan`.
    """
    from extractor.pipeline import layout_of
    from extractor.readers.heads import Head
    from extractor.readers.pdf import read_pdf
    from extractor.readers.pdfium import first_pages
    from extractor.readers.sniffing import sniff
    from extractor.structure.segments import segment

    form = sniff(source)
    if form in ("picture", "bundle"):
        return Head(filename)
    pages = first_pages(source, 2) if form == "pdf" else b""
    layout = read_pdf(pages) if pages else layout_of(source, filename)
    return Head.of(filename, layout, segment(layout).title_text)


def _places(place: "Provenance | Place") -> "Sequence[Place]":
    from models.provenance import Place

    return [place] if isinstance(place, Place) else [*place.places(), *place.cells.values()]


def recognition() -> tuple[str, str]:
    """What recognises the letters of scans on this machine, in Vietnamese and English."""
    from extractor.readers.scan.engine import lacking, means

    if told := lacking():
        return f"bản quét không đọc được: {told[0]}", f"scans cannot be read: {told[1]}"
    if means() == "program":
        return "bản quét được nhận dạng bằng chương trình tesseract (chưa có tesserocr)", (
            "scans are recognised by the program tesseract (there is no tesserocr)"
        )
    return "bản quét được nhận dạng bằng Tesseract (tesserocr)", (
        "scans are recognised by Tesseract (tesserocr)"
    )


def office() -> tuple[str, str]:
    """What reads the files of office programs on this machine, in Vietnamese and English."""
    from importlib.metadata import version
    from importlib.util import find_spec

    from extractor.readers.office import INSTALL

    if find_spec("anydoc") is None:
        return f"chưa có anydoc: DOC, RTF, ODT, ODS không đọc được; hãy cài: {INSTALL}", (
            f"no anydoc: DOC, RTF, ODT, ODS cannot be read; install it: {INSTALL}"
        )
    by = f"anydoc {version('firecrawl-anydoc')}"
    return f"DOC, RTF, ODT, ODS được đọc bằng {by}; không cần LibreOffice", (
        f"DOC, RTF, ODT, ODS are read by {by}; LibreOffice is not needed"
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Pauses the collector of reference cycles while one document is read.

    A reading makes hundreds of thousands of records and hardly a cycle; going through them again
    and again takes up to half of its time.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
