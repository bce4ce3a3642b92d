"""Tables in the lines of a dump: cells separated by tabs, Markdown's `| a | b |`, or by blanks."""

import re
from collections.abc import Sequence

from extractor.columns import role_of
from extractor.labels import BULLETS, ordinal_of
from extractor.layout import Cell, Table
from extractor.readers.text.lines import RawLine, clean, is_bold, place_of
from extractor.readers.text.spaced import spaced_at
from models.provenance import Place

_RULER = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?")
_PIPE = re.compile(r"(?<!\\)\|")

Raw = tuple[str, int, int]


def grid_at(lines: Sequence[RawLine], index: int, *, marked: bool) -> tuple[Table, int] | None:
    """The table that begins at line `index`, with the index of the line after it, if one does."""
    line = lines[index]
    if "\t" in line.text:
        return _tabbed(lines, index, marked=marked)
    if line.text.startswith("|") and line.text.count("|") > 2:
        return _piped(lines, index, marked=marked)
    return spaced_at(lines, index) if "  " in line.text else None


def _is_tabbed(line: RawLine) -> bool:
    """A row of at least two cells; a label before a tab is how a list is copied."""
    words = [piece for piece in line.text.split("\t") if piece.strip()]
    if len(words) < 2:
        return line.text.count("\t") > 2
    return len(words) > 2 or not _is_label(words[0].strip())


def _is_label(text: str) -> bool:
    return text in BULLETS or text == "o" or ordinal_of(text) is not None


def _tabbed(lines: Sequence[RawLine], start: int, *, marked: bool) -> tuple[Table, int] | None:
    if not _is_tabbed(lines[start]):
        return None
    rows: list[list[Raw]] = []
    members: list[RawLine] = []
    columns = 0
    index = start
    while index < len(lines):
        line = lines[index]
        if "\t" not in line.text:
            # A cell of several lines is broken inside its row: the row lacks cells.
            if not rows or line.gap or not _row_goes_on(rows[-1], line, lines, index, columns):
                break
            rows[-1] = _joined(rows[-1], [(line.text, line.start, line.end)])
        elif line.gap and rows:
            break
        else:
            row = _split(line)
            if rows and len(rows[-1]) > 1 and len(rows[-1]) + len(row) - 1 == columns > len(row):
                first = row[0][0].strip()
                if first and ordinal_of(first) is None and len(rows[-1]) < columns:
                    rows[-1] = _joined(rows[-1], row)
                    members.append(line)
                    index += 1
                    continue
            rows.append(row)
            columns = max(columns, len(row))
        members.append(line)
        index += 1
    if columns < 2 or (len(rows) == 1 and columns < 3):
        return None
    return _table(rows, columns, members, header_rows=0, marked=marked), index


def _split(line: RawLine) -> list[Raw]:
    cells: list[Raw] = []
    at = line.start
    for piece in line.text.split("\t"):
        cells.append((piece, at, at + len(piece)))
        at += len(piece) + 1
    return cells


def _row_goes_on(
    row: list[Raw], line: RawLine, lines: Sequence[RawLine], index: int, columns: int
) -> bool:
    """Whether a line without a tab is a further line of the row's last cell."""
    after = lines[index + 1] if index + 1 < len(lines) else None
    if after is None or after.gap or len(row) >= columns:
        return False
    return "\t" in after.text and ordinal_of(after.text.split("\t")[0].strip()) is None


def _joined(row: list[Raw], more: list[Raw]) -> list[Raw]:
    (text, start, _), (added, _, end) = row[-1], more[0]
    return [*row[:-1], (f"{text}\n{added}", start, end), *more[1:]]


def _piped(lines: Sequence[RawLine], start: int, *, marked: bool) -> tuple[Table, int] | None:
    index = start
    while index < len(lines) and lines[index].text.startswith("|") and not lines[index].bar:
        if index > start and lines[index].gap:
            break
        index += 1
    rows: list[list[Raw]] = []
    header = 0
    for line in lines[start:index]:
        if _RULER.fullmatch(line.text):
            header = len(rows)
            continue
        row: list[Raw] = []
        at = line.start + 1
        for piece in _PIPE.split(line.text[1:].removesuffix("|")):
            row.append((piece, at, at + len(piece)))
            at += len(piece) + 1
        rows.append(row)
    if not rows:
        return None
    columns = max(len(row) for row in rows)
    table = _table(rows, columns, lines[start:index], header_rows=header, marked=marked)
    return table, index


def _table(
    rows: list[list[Raw]], columns: int, lines: Sequence[RawLine], *, header_rows: int, marked: bool
) -> Table:
    cells = []
    for number, row in enumerate(rows):
        for column, (raw, start, end) in enumerate(row):
            text = clean(raw, marked=marked)
            inner = len(raw) - len(raw.lstrip())
            place = Place(
                span=(min(start + inner, end), max(end - len(raw) + len(raw.rstrip()), start))
            )
            if text:
                bold = marked and is_bold(raw)
                cells.append(Cell(number, column, text, place, bold=bold))
    ruled = columns > 2 or any(role_of(cell.text) for cell in cells if cell.row == 0)
    return Table(cells, len(rows), columns, place_of(lines), ruled=ruled, header_rows=header_rows)
