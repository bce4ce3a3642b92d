"""A PDF file, opened by PDFium; and what is wrong with one that cannot be opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import RLock
from typing import Any

import pypdfium2

from models.errors import DamagedSource, EncryptedSource, KehoachError

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5  # FPDF_ERR_SECURITY

#: PDFium serves one caller at a time, whatever the document.
_TURN = RLock()


class Source:
    """A PDF that is opened anew every so many pages.

    PDFium keeps fonts and objects of every page it has seen until the document is closed.
    """

    PAGES = 50

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._seen = 0
        self.document = self._opened()

    def _opened(self) -> Any:
        try:
            return pypdfium2.PdfDocument(self._data)
        except pypdfium2.PdfiumError as error:
            raise opening_error(getattr(error, "err_code", None)) from error

    def turned(self) -> Any:
        """The document, fit for one page more."""
        self._seen += 1
        if self._seen % self.PAGES == 0:
            self.document.close()
            self.document = self._opened()
        return self.document


def first_pages(data: bytes, most: int) -> bytes:
    """The first pages of a file as one of their own. Raises what `opened` raises."""
    out = BytesIO()
    with opened(data) as source, pypdfium2.PdfDocument.new() as alone:
        alone.import_pages(source.document, list(range(min(most, len(source.document)))))
        alone.save(out)
    return out.getvalue()


@contextmanager
def opened(data: bytes) -> Iterator[Source]:
    """The file while PDFium has it open; other threads wait for their turn.

    Raises DamagedSource or EncryptedSource.
    """
    with _TURN:
        source = Source(data)
        try:
            yield source
        finally:
            source.document.close()


def opening_error(code: int | None) -> KehoachError:
    """The error for a file that PDFium refuses with this code, or of which it has no page."""
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
