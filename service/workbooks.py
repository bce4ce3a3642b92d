"""Workbooks that people send: opened with care, their sheets as rows of plain values."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from extractor.limits import Limits
from extractor.readers.archive import check_member, open_zip
from models.errors import LimitExceeded
from service.errors import InvalidRequest
from service.exports import unguarded
from service.settings import MB

#: The largest workbook that is taken, and its most rows, columns and members.
LARGEST, ROWS, COLUMNS, MEMBERS = 20 * MB, 20_000, 60, 500


class NoWorkbook(InvalidRequest, code="workbook.unreadable"):
    title = "Không phải sổ Excel", "No workbook"
    sentence = (
        "tệp này không phải sổ Excel (.xlsx) đọc được, hoặc quá lớn; hãy lưu lại dạng .xlsx",
        "this file is no workbook (.xlsx) that can be read, or too large; save it as .xlsx",
    )


def worksheets(data: bytes, limits: Limits) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    """The sheets of a workbook in order, each with its rows; raises NoWorkbook, or what the limits
    forbid. A sheet is read while its rows are taken."""
    from openpyxl import load_workbook

    if len(data) > LARGEST or not data:
        raise NoWorkbook
    try:
        with open_zip(BytesIO(data), MEMBERS) as archive:
            for info in archive.infolist():
                check_member(info, limits)
        pages = load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets
    except LimitExceeded:
        raise
    except Exception as error:  # whatever openpyxl makes of a file that is none
        raise NoWorkbook from error
    for page in pages:
        rows = page.iter_rows(max_row=ROWS, max_col=COLUMNS, values_only=True)
        yield page.title, _guarded(rows)


def _guarded(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    try:
        yield from rows
    except Exception as error:  # a sheet is looked at only now
        raise NoWorkbook from error


def words_of(value: object) -> str:
    """A cell as text, days as they are written in Vietnam, without the guard of formulas."""
    if value is None:
        return ""
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
    return unguarded(text).replace("\r\n", "\n").strip()
