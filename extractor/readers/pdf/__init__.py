"""The reader of digital PDF files: text and ruled tables with their places.

PDFium gives characters and paths; lines, tables, columns and paragraphs are built from them here,
page by page, so that memory does not grow with the number of pages but for the text itself. A page
that is a picture, or whose text is garbage, is reported and left out: it needs OCR.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from corpora.tables import threshold
from extractor.layout import Layout, Page
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener, Progress, nobody
from extractor.readers.pdf.content import PageContent, content_of
from extractor.readers.pdf.glyphs import Glyphs, PageReader
from extractor.readers.pdf.paragraphs import blocks_of
from extractor.readers.pdf.verdicts import judge, report, to_unicode
from extractor.readers.pdfium import Source, opened, opening_error
from extractor.text import normal
from models.errors import EmptySource, LimitExceeded, NoTextLayer
from models.plan import Diagnostic

MEDIA_TYPE = "application/pdf"

_DRAWN_ANNOTATIONS = {3, 13, 20}  # free text, stamp, widget (signatures): their text is printed


def read_pdf(
    data: bytes,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
    recogniser: "Callable[[Layout, Listener], Recogniser] | None" = None,
) -> Layout:
    """The pages of a PDF as a `Layout`; `progress` is told of each one that is done.

    Raises EmptySource, DamagedSource, EncryptedSource, LimitExceeded, and NoTextLayer where no
    page has text that can be read.
    """
    if not data:
        raise EmptySource
    if len(data) > limits.source_bytes:
        raise _limit("byte", "bytes", len(data), limits.source_bytes)
    with opened(data) as source:
        return _read(source, data, limits, progress or nobody, recogniser)


def _limit(vi: str, en: str, found: int, allowed: int) -> LimitExceeded:
    return LimitExceeded(
        f"Tệp PDF có {found} {vi}, quá giới hạn {allowed}.",
        f"The PDF has {found} {en}, more than the limit of {allowed}.",
    )


class Recogniser(Protocol):
    """Reads those pages of one file that have no text to be read."""

    def take(self, document: Any, index: int) -> None:
        """Has a page recognised."""

    def among(self, sheets: list[PageContent]) -> list[PageContent]:
        """`sheets` and those of the pages that were recognised, in order."""


def _read(
    source: Source,
    data: bytes,
    limits: Limits,
    tell: Listener,
    recogniser: Callable[[Layout, Listener], Recogniser] | None,
) -> Layout:
    count = len(source.document)
    if count > limits.pages:
        raise _limit("trang", "pages", count, limits.pages)
    layout = Layout("pdf", MEDIA_TYPE, [], title=_title(source.document))
    if b"%%EOF" not in data[-4096:]:
        report(
            layout, "pdf.cut-short", "Tệp PDF có vẻ bị cắt cụt, có thể thiếu trang"
            " | The PDF seems to be cut short; pages may be missing",
        )  # fmt: skip
    sheets = _sheets(source, layout, limits, tell, recogniser)
    if not any(sheet.rows or sheet.tables for sheet in sheets):
        if all(page.readable for page in layout.pages):
            raise EmptySource(
                "Tệp PDF không có chữ và không có ảnh.", "The PDF has neither text nor pictures."
            )
        raise NoTextLayer(
            *(note.message.split(" | ") if (note := _told(layout, "ocr.missing")) else NO_LETTERS)
        )
    layout.blocks = blocks_of(sheets)
    return layout


def _sheets(
    source: Source,
    layout: Layout,
    limits: Limits,
    tell: Listener,
    recogniser: Callable[[Layout, Listener], Recogniser] | None,
) -> list[PageContent]:
    """What stands on the pages that can be read; of the others the layout says why not."""
    sheets: list[PageContent] = []
    characters = cells = damaged = 0
    scans: Recogniser | None = None
    count = len(source.document)
    for index in _followed(count, tell):
        try:
            before = sheets[-1] if sheets and sheets[-1].number == index else None
            most = limits.characters - characters
            glyphs, sheet, note = _sheet(source.turned(), index, most, before)
        except _DamagedPageError:
            damaged += 1
            layout.pages.append(Page(index + 1, 0.0, 0.0, readable=False))
            report(
                layout, "pdf.damaged-page", f"Trang {index + 1} bị hỏng, không đọc được"
                f" | Page {index + 1} is damaged and cannot be read", index + 1,
            )  # fmt: skip
            continue
        characters += glyphs.characters
        if judge(layout, glyphs, sheet):
            if note and _told(layout, note.code) is None:
                layout.diagnostics.append(note)
            cells += sum(len(table.cells) for table in sheet.tables)
            if cells > limits.cells:
                raise _limit("ô bảng", "table cells", cells, limits.cells)
            sheets.append(sheet)
        elif recogniser:
            scans = scans or recogniser(layout, tell)
            scans.take(source.document, index)
    if damaged == count:
        raise opening_error(None)
    return scans.among(sheets) if scans else sheets


def _followed(pages: int, tell: Listener) -> Iterator[int]:
    """The indices of `pages`; each is told when its turn is over, however it ended."""
    for index in range(pages):
        yield index
        tell(Progress("read", index + 1, pages))


#: What is said where a file has no text layer and no letters were recognised.
NO_LETTERS = (
    "PDF không có lớp chữ đọc được (bản quét hoặc phông hỏng), và không nhận dạng được chữ (OCR).",
    "The PDF has no readable text layer (a scan, or broken fonts), and OCR found no letters.",
)


def _told(layout: Layout, code: str) -> Diagnostic | None:
    return next((note for note in layout.diagnostics if note.code == code), None)


class _DamagedPageError(Exception):
    """PDFium cannot load a page."""


def _sheet(
    document: Any,
    index: int,
    most: int = DEFAULT_LIMITS.characters,
    before: PageContent | None = None,
) -> tuple[Glyphs, PageContent, Diagnostic | None]:
    """The glyphs and the sheet of one page, which is closed again; and a note on its letters.

    `before` is the sheet of the page before. Raises LimitExceeded for a page of more than `most`
    characters.
    """
    import pypdfium2

    try:
        page = document[index]
        if _flattened(page):
            page.close()
            page = document[index]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise _DamagedPageError from error
    try:
        addresses = [ctypes.cast(item.raw, ctypes.c_void_p).value or 0 for item in (page, textpage)]
        reader = PageReader(addresses[0], addresses[1])
        if reader.count() > most:
            raise _limit("ký tự trở lên", "characters or more", reader.count(), most)
        glyphs = reader.glyphs()
        turn = _main_turn(glyphs)
        if turn:  # the page lies on its side: read it as one turns it
            reader = PageReader(addresses[0], addresses[1], 4 - turn)
            glyphs = reader.glyphs()
        note = to_unicode(glyphs)
        return glyphs, content_of(reader, glyphs, index + 1, (4 - turn) % 4, before), note
    finally:
        textpage.close()
        page.close()


def _flattened(page: Any) -> bool:
    """Draws signatures, stamps and filled fields into the page, where there are any."""
    import pypdfium2.raw as pdfium

    for index in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if subtype in _DRAWN_ANNOTATIONS:
            return bool(pdfium.FPDFPage_Flatten(page.raw, 0) == pdfium.FLATTEN_SUCCESS)
    return False


def _main_turn(glyphs: Glyphs) -> int:
    """The direction of most of the page's text, in quarter turns clockwise."""
    turns: Counter[int] = Counter()
    for run in glyphs.runs:
        if run.turn is not None:
            turns[run.turn] += len(run.text)
    if not turns:
        return 0
    turn, most = turns.most_common(1)[0]
    return turn if most > threshold("pdf.page-turned") * turns.total() else 0


def _title(document: Any) -> str | None:
    return normal(document.get_metadata_value("Title")).strip() or None
