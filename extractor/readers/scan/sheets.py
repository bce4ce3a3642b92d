"""The pages of a PDF that have no text to be read: drawn, recognised, and put among the others."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import pypdfium2.raw as pdfium

from corpora.tables import threshold
from extractor.layout import Layout
from extractor.progress import Listener, Progress
from extractor.readers.pdf.content import PageContent, content_of
from extractor.readers.pdf.verdicts import UNREADABLE, language_of, report
from extractor.readers.scan.concord import settle
from extractor.readers.scan.engine import lacking, means
from extractor.readers.scan.ink import Colours
from extractor.readers.scan.pages import Recognised, recognised
from extractor.text import syllable_share

# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
FEWEST = threshold("scan.fewest")
MOST = threshold("scan.most")
DRAWN = threshold("scan.drawn")
PICTURED = threshold("scan.pictured")
MOST_PIXELS = 30_000_000


def drawn(page: Any) -> tuple[Colours, float]:
    """The picture of a page in blue, green and red, and its pixels a point."""
    width, height = page.get_size()
    scale = min(_resolution(page) / 72, (MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 255))
    picture: Colours = bitmap.to_numpy()[:, :, :3].copy()
    return picture, picture.shape[1] / width


def _resolution(page: Any) -> float:
    """The pixels an inch of the picture that covers most of the page."""
    best, found = 0.0, DRAWN
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        share = (right - left) * (top - bottom)
        pixels = max(item.get_px_size())
        if share > best:
            best, found = share, 72 * pixels / max(1.0, right - left, top - bottom)
    width, height = page.get_size()
    if best < PICTURED * width * height:
        return DRAWN
    return min(MOST, max(FEWEST, found))


class Desk:
    """Recognises pages beside one another, one for each core; few wait, so that memory is flat."""

    def __init__(self, size: int | None = None) -> None:
        self._size = size or len(_cores())
        self._threads = ThreadPoolExecutor(self._size, "recognition")
        self._waiting: dict[Future[Recognised], int] = {}

    def take(self, number: int, picture: Colours, scale: float) -> Iterator[tuple[int, Recognised]]:
        """Puts a page among those to be recognised; the pages that are done meanwhile."""
        self._waiting[self._threads.submit(recognised, picture, scale)] = number
        while len(self._waiting) > self._size:
            yield from self._done()

    def rest(self) -> Iterator[tuple[int, Recognised]]:
        """The pages that are left, each when it is done."""
        while self._waiting:
            yield from self._done()

    def _done(self) -> Iterator[tuple[int, Recognised]]:
        for future in wait(self._waiting, return_when=FIRST_COMPLETED).done:
            yield self._waiting.pop(future), future.result()

    def close(self) -> None:
        """Lets its threads go."""
        self._threads.shutdown(cancel_futures=True)


def _cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


class Scans:
    """Those pages of one file that are to be recognised; told of each one that is done."""

    def __init__(self, layout: Layout, tell: Listener) -> None:
        self._layout = layout
        self._tell = tell
        self._desk = Desk()
        self._done: dict[int, Recognised] = {}

    def take(self, document: Any, index: int) -> None:
        """Has a page recognised, where this machine can do so."""
        if means() is None:
            return
        page = document[index]
        try:
            picture, scale = drawn(page)
        finally:
            page.close()
        self.read(index + 1, picture, scale, len(document))

    def read(self, number: int, picture: Colours, scale: float, pages: int) -> None:
        """Has the picture of one of so many pages recognised."""
        self._note(self._desk.take(number, picture, scale), pages)

    def _note(self, done: Iterable[tuple[int, Recognised]], pages: int) -> None:
        for number, found in done:
            self._done[number] = found
            self._tell(Progress("read", number, pages, len(self._done)))

    def among(self, sheets: list[PageContent]) -> list[PageContent]:
        """`sheets` and those of the pages that could be recognised, in order."""
        self._note(self._desk.rest(), len(self._layout.pages))
        self._desk.close()
        read = {sheet.number: sheet for sheet in sheets}
        pages = {page.number: page for page in self._layout.pages}
        legible: list[PageContent] = []
        for number in sorted(self._done):
            found = self._done.pop(number)
            sheet = content_of(
                found, found.glyphs, number, found.turn, read.get(number - 1), found.level
            )
            text = _text(sheet)
            page = pages[number]
            page.syllables = syllable_share(text)
            page.readable = page.recognised = bool(text) and language_of(text) is not None
            if page.recognised:
                read[number] = sheet
                legible.append(sheet)
            if found.unread:
                report(
                    self._layout, "ocr.unread", f"Trang {number}: {found.unread} ô của bảng có mực"
                    " mà không nhận dạng được thành chữ; hãy xem bản gốc"
                    f" | Page {number}: {found.unread} cells of tables have ink that could not be"
                    " recognised as words: look at the paper", number,
                )  # fmt: skip
        settle(
            (table for sheet in legible for table in sheet.tables),
            (line for sheet in legible for row in sheet.rows for line in row),
        )
        self._report()
        return [read[number] for number in sorted(read)]

    def _report(self) -> None:
        """Says which pages were recognised, in place of saying that they need it."""
        layout = self._layout
        if told := lacking():
            vi, en = told
            report(
                layout,
                "ocr.missing",
                f"Cần nhận dạng chữ mà {vi} | Letters are to be recognised, but {en}",
            )
        numbers = [page.number for page in layout.pages if page.recognised]
        if not numbers:
            return
        known = set(numbers)
        layout.diagnostics = [
            note for note in layout.diagnostics
            if note.code not in UNREADABLE or note.provenance.page not in known
        ]  # fmt: skip
        where = ranges(numbers)
        report(
            layout, "ocr.recognised", f"Chữ ở trang {where} do máy nhận dạng từ ảnh; hãy đối chiếu"
            f" với bản gốc | The text of page {where} was recognised in its picture: compare it"
            " with the paper", numbers[0], "info",
        )  # fmt: skip


def ranges(numbers: list[int]) -> str:
    """Ascending numbers in short.

    >>> ranges([1, 2, 3, 5])
    '1-3, 5'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def _text(sheet: PageContent) -> str:
    lines = [line.text for row in sheet.rows for line in row]
    return "\n".join(lines + [cell.text for table in sheet.tables for cell in table.every_cell()])
