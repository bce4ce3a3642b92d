"""Readers: the bytes of one file to a Layout, one reader for each format.

`read` is the door; the reader of a format is imported when a file of that format comes.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from extractor.layout import Layout
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener
from models.plan import Diagnostic

if TYPE_CHECKING:
    from extractor.readers.scan import Scans

__all__ = ["read"]

#: Endings of names that promise a format.
_ENDINGS = {
    "docx": ("docx", "docm", "dotx"),
    "doc": ("doc", "dot"),
    "rtf": ("rtf", "doc"),
    "odt": ("odt", "ott"),
    "xlsx": ("xlsx", "xlsm", "xltx"),
    "xls": ("xls", "xlt"),
    "ods": ("ods", "ots"),
    "pdf": ("pdf",),
    "picture": ("png", "jpg", "jpeg", "jfif", "tif", "tiff"),
    "html": ("html", "htm", "xhtml", "aspx", "php"),
    "mhtml": ("mht", "mhtml"),
    "text": ("txt", "md", "markdown", "text", "csv", "tsv"),
}
ENDINGS = frozenset(ending for endings in _ENDINGS.values() for ending in endings)


def read(
    data: bytes,
    filename: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
    finished: Callable[[Layout], Layout] = lambda layout: layout,
) -> Layout:
    """The layout of a file, whose format is decided by its content.

    `filename` is only compared: a name that promises another format is noted. `progress` is told of
    each page where pages are read one by one, `finished` makes the last of the layout of each file.
    Raises UnreadableSource (see `models.errors`) for what is in no format we read, and no other
    error.
    """
    from extractor.readers.sniffing import sniff

    form = sniff(data, limits)
    if form == "docx":
        from extractor.readers.docx import read_docx

        layout = read_docx(data, limits)
    elif form in ("doc", "rtf", "odt"):
        from extractor.readers.office import read_office

        layout = read_office(data, form, limits)
    elif form in ("xlsx", "xls", "ods"):
        from extractor.readers.spreadsheets import read_spreadsheet

        layout = read_spreadsheet(data, form, limits)
    elif form == "pdf":
        from extractor.readers.pdf import read_pdf

        layout = read_pdf(data, limits, progress, _recogniser)
    elif form == "picture":
        from extractor.readers.scan import read_picture

        layout = read_picture(data, limits, progress)
    elif form == "html":
        from extractor.readers.html import read_html

        layout = read_html(data, limits)
    elif form == "mhtml":
        from extractor.readers.html import read_mhtml

        layout = read_mhtml(data, limits)
    elif form == "bundle":
        from extractor.readers.bundle import read_bundle

        one = partial(read, limits=limits, progress=progress, finished=finished)
        return read_bundle(data, limits, one, ENDINGS)
    else:
        from extractor.readers.text import read_text

        layout = read_text(data, limits)
    ending = (filename or "").rpartition(".")[2].lower() if "." in (filename or "") else ""
    if ending and ending not in _ENDINGS[form]:
        message = f"Tên tệp có đuôi .{ending} nhưng nội dung là {form}; đã đọc theo nội dung."
        layout.diagnostics.append(Diagnostic("info", "source.misnamed", message))
    return finished(layout)


def _recogniser(layout: Layout, tell: Listener) -> "Scans":
    from extractor.readers.scan import Scans  # few files need it

    return Scans(layout, tell)
