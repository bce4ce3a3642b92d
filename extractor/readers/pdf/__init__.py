"""The reader of digital PDF files: text and ruled tables with their places.

PDFium gives characters and paths; lines, tables, columns and paragraphs are built from them here,
page by page, so that memory does not grow with the number of pages but for the text itself. A page
that is a picture, or whose text is garbage, is reported and left out: it needs OCR.
"""

import ctypes
from collections import Counter
from collections.abc import Iterator
from typing import Any

from extractor.layout import Layout, Page, Paragraph, Table
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener, Progress, nobody
from extractor.readers.pdf.content import PageContent, content_of, ordered
from extractor.readers.pdf.glyphs import Glyphs, PageReader
from extractor.readers.pdf.margins import take_footnotes, take_running
from extractor.readers.pdf.paragraphs import Healer, measures_of, plain
from extractor.readers.pdf.verdicts import judge, report, to_unicode
from extractor.text import normal
from models.errors import (
    DamagedSource,
    EmptySource,
    EncryptedSource,
    KehoachError,
    LimitExceeded,
    NoTextLayer,
)
from models.plan import Diagnostic

MEDIA_TYPE = "application/pdf"

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5  # FPDF_ERR_SECURITY
_DRAWN_ANNOTATIONS = {3, 13, 20}  # free text, stamp, widget (signatures): their text is printed


def read_pdf(
    data: bytes, limits: Limits = DEFAULT_LIMITS, progress: Listener | None = None
) -> Layout:
    """The pages of a PDF as a `Layout`; `progress` is told of each one that is done.

    Raises EmptySource, DamagedSource, EncryptedSource, LimitExceeded, and NoTextLayer where no
    page has text that can be read.
    """
    if not data:
        raise EmptySource
    if len(data) > limits.source_bytes:
        raise _limit("byte", "bytes", len(data), limits.source_bytes)
    source = _Source(data)
    try:
        return _read(source, data, limits, progress or nobody)
    finally:
        source.document.close()


class _Source:
    """A PDF that is opened anew every so many pages.

    PDFium keeps fonts and objects of every page it has seen until the document is closed.
    """

    PAGES = 50

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._seen = 0
        self.document = self._opened()

    def _opened(self) -> Any:
        import pypdfium2

        try:
            return pypdfium2.PdfDocument(self._data)
        except pypdfium2.PdfiumError as error:
            raise _opening_error(getattr(error, "err_code", None)) from error

    def turned(self) -> Any:
        """The document, fit for one page more."""
        self._seen += 1
        if self._seen % self.PAGES == 0:
            self.document.close()
            self.document = self._opened()
        return self.document


def _opening_error(code: int | None) -> KehoachError:
    if code == _PASSWORD:
        return EncryptedSource(
            "Tệp PDF được bảo vệ bằng mật khẩu; hãy bỏ mật khẩu rồi thử lại.",
            "The PDF is protected by a password; remove it and try again.",
        )
    if code == _SECURITY:
        return EncryptedSource(
            "Tệp PDF được mã hóa theo cách không hỗ trợ.",
            "The PDF is encrypted in a way that is not supported.",
        )
    return DamagedSource(
        "Tệp PDF bị hỏng hoặc bị cắt cụt; hãy tải lại tệp gốc.",
        "The PDF is damaged or cut short; get the original again.",
    )


def _limit(vi: str, en: str, found: int, allowed: int) -> LimitExceeded:
    return LimitExceeded(
        f"Tệp PDF có {found} {vi}, quá giới hạn {allowed}.",
        f"The PDF has {found} {en}, more than the limit of {allowed}.",
    )


def _read(source: _Source, data: bytes, limits: Limits, tell: Listener) -> Layout:
    count = len(source.document)
    if count > limits.pages:
        raise _limit("trang", "pages", count, limits.pages)
    layout = Layout("pdf", MEDIA_TYPE, [], title=_title(source.document))
    if b"%%EOF" not in data[-4096:]:
        report(
            layout, "pdf.cut-short", "Tệp PDF có vẻ bị cắt cụt, có thể thiếu trang"
            " | The PDF seems to be cut short; pages may be missing",
        )  # fmt: skip
    sheets: list[PageContent] = []
    characters = cells = damaged = 0
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
            if note and note.code not in {known.code for known in layout.diagnostics}:
                layout.diagnostics.append(note)
            cells += sum(len(table.cells) for table in sheet.tables)
            if cells > limits.cells:
                raise _limit("ô bảng", "table cells", cells, limits.cells)
            sheets.append(sheet)
    if count == 0 or damaged == count:
        raise _opening_error(None)
    if not any(sheet.rows or sheet.tables for sheet in sheets):
        if all(page.readable for page in layout.pages):
            raise EmptySource(
                "Tệp PDF không có chữ và không có ảnh.", "The PDF has neither text nor pictures."
            )
        raise NoTextLayer(
            "PDF không có lớp chữ đọc được (bản quét hoặc phông hỏng); cần nhận dạng chữ (OCR).",
            "The PDF has no readable text layer (a scan, or broken fonts); it needs OCR.",
        )
    layout.blocks = _blocks(sheets)
    return layout


def _followed(pages: int, tell: Listener) -> Iterator[int]:
    """The indices of `pages`; each is told when its turn is over, however it ended."""
    for index in range(pages):
        yield index
        tell(Progress("read", index + 1, pages))


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
    return turn if most > 0.6 * turns.total() else 0


def _title(document: Any) -> str | None:
    return normal(document.get_metadata_value("Title")).strip() or None


def _blocks(sheets: list[PageContent]) -> list[Paragraph | Table]:
    """The blocks of all sheets in reading order; on each page the head, the body, the foot."""
    running = take_running(sheets)
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            for line in row:
                sizes[round(line.size, 1)] += len(line.text)
    body_size = sizes.most_common(1)[0][0] if sizes else 0.0
    notes = {sheet.number: take_footnotes(sheet, body_size) for sheet in sheets}
    measures = measures_of(sheets)
    healer = Healer()
    blocks: list[Paragraph | Table] = []
    for sheet in sheets:
        margin = running.get(sheet.number, [])
        foot = [line for line in margin if line.base > sheet.height / 2]
        blocks += plain([line for line in margin if line not in foot], sheet, "running")
        for item in ordered(sheet, sheet.rows):
            if isinstance(item, Table):
                healer.close()
                blocks.append(item)
                continue
            paragraph = healer.take(item, sheet, measures[sheet.number])
            if paragraph is not None:
                blocks.append(paragraph)
        blocks += plain(notes[sheet.number], sheet, "footnote")
        blocks += sheet.stamps
        blocks += plain(foot, sheet, "running")
        sheet.rows = []  # the lines are not needed any more
    return blocks
