"""The numbers of rows and headings of one file, put right by those before and behind them.

A number that does not fit between its neighbours and looks like the one that does is put right, and
so is that of a heading, in a table or outside. All is told.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from corpora.tables import threshold
from extractor.labels import LETTERS
from extractor.layout import Cell, Table
from extractor.readers.pdf.lines import Line
from extractor.readers.scan.forms import looks_like
from extractor.text import plain

_UNITS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMAN = (*_UNITS, "X", *(f"X{unit}" for unit in _UNITS))
# A label of stroked and the heading behind it.
_HEADING = re.compile(r"([IVXLHNMTJU1l|!\\/]{1,6})(?:[.,:]\s*|\s+)(\S.{5,})", re.DOTALL)
_STROKES = re.compile(r"[IVXLHNMTJU1l|!\\/]{1,6}")
# What stroked are read for; what is none of it may yet be the next number.
_STROKED = str.maketrans({"1": "I", "l": "I", "|": "I", "!": "I", "L": "I", "H": "II"})
# A short text in the first column that is no heading of it ("STT").
_ORDINAL = re.compile(r"(?!(?i:s?tt|số)\b)([^\s.]{1,5}?)([.)]?)")
_ONE = re.compile(r"[l|!]([.,]?)")
_PADDED = re.compile(r"0\d+")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})[.)]?")
_LETTERED = re.compile(rf"([{LETTERS}])([.)])")
_LABEL = 5  # signs of a label, at most
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
SERIES = threshold("ocr.series")
DOUBTFUL = threshold("ocr.doubtful")


def put(cell: Cell | Line, meant: str) -> None:
    """Gives a cell or a line the text it must have, and tells it."""
    cell.repairs = (*cell.repairs, (cell.text, meant))
    cell.text = meant


def settle_numbers(tables: Sequence[Table], lines: Iterable[Line]) -> None:
    """Puts the numbers of headings and rows of a file right by one another."""
    cells = [cell for table in tables for cell in table.cells]
    roman = any((match := _HEADING.match(cell.text)) and match[1] == "II" for cell in cells)
    last = -1
    for table in tables:
        last = _headings(table, last, roman)
    _sections(lines)
    rows = [
        [cell for cell in row if cell.text]
        for table in tables
        for _, row in groupby(table.cells, key=lambda cell: cell.row)
    ]
    _dotted([row for row in rows if row])
    heads = _heads([row for row in rows if row])
    for column in (0, 1):
        _lettered([cell for row in rows for cell in row if cell.column == column])
    for _ in range(2):  # one that was put right tells of others
        _ordinals([cell for cell in cells if id(cell) not in heads])
    _ones([cell for cell in cells if cell.column == 0 and cell.column_span == 1])


def _headings(table: Table, last: int, roman: bool) -> int:
    """Puts the Roman numbers of heading rows right by the one before: I is read as L, II as H.

    The first may be read as 1, where the file has II, too (`roman`). What is no number, or the last
    one once more, goes on with the series; others stay. `last` is the place of the last number in
    that series, and so is what is given back.
    """
    for cell in table.cells:
        match = _HEADING.fullmatch(cell.text)
        if cell.column_span < table.columns or not match:
            continue
        label, words = match[1], match[2]
        if label in ROMAN and label != ROMAN[last]:
            last = ROMAN.index(label)
        elif not words.isupper() or last + 1 == len(ROMAN):
            continue
        elif label.isupper() or (roman and label == "1" and last < 0):
            last += 1
            put(cell, f"{ROMAN[last]}. {words}")
    return last


def _sections(lines: Iterable[Line]) -> None:
    """Puts right a heading's number that is read as other stroked, or comes twice for one short.

    I may come twice, since a series begins anew in an appendix.
    """
    last = 0
    for line in lines:
        match = _HEADING.fullmatch(line.text)
        label = match[1].translate(_STROKED) if match and match[1] != "1" else ""
        if not match or label not in ROMAN or not match[2].isupper():
            continue
        number = ROMAN.index(label)
        if label != match[1]:
            put(line, f"{label}. {match[2]}")
        if number == last > 0 and ROMAN[number + 1] == match[1] + "I":
            number += 1
            put(line, f"{ROMAN[number]}. {match[2]}")
        last = number


def _label(row: Sequence[Cell]) -> Cell | None:
    """What stands first in a row, where it is as short as a number."""
    first = row[0]
    short = len(first.text) <= _LABEL and " " not in first.text
    return first if first.column <= 1 and first.column_span == 1 and short else None


def _is_head(row: Sequence[Cell]) -> bool:
    """Whether the words behind the first cell of a row go over all the other columns."""
    return len(row) == 2 and row[0].column_span == 1 < row[1].column_span


def _dotted(rows: Sequence[Sequence[Cell]]) -> None:
    """Numbers of two parts, and the one number under which they stand."""
    labels = [label for row in rows if not _is_head(row) and (label := _label(row))]
    for at, cell in enumerate(labels):
        before, behind = (
            _DOTTED.fullmatch(labels[other].text) if 0 <= other < len(labels) else None
            for other in (at - 1, at + 1)
        )
        own = _DOTTED.fullmatch(cell.text)
        after = f"{before[1]}.{int(before[2]) + 1}" if before else ""
        until = f"{behind[1]}.{int(behind[2]) - 1}" if behind and behind[2] != "1" else ""
        if own and (not until or own[0].rstrip(".)") == until):
            continue
        opens = bool(until) and until.endswith(".1") and after != until
        agreed = opens or (after == until != "")
        for meant in filter(None, (until, after)):
            alike = looks_like(cell.text.rstrip(".)"), meant)
            if alike or (agreed and meant == until and cell.certainty < DOUBTFUL):
                put(cell, meant)
                break
        else:
            one = behind[1] if behind and behind[2] == "1" and before else ""
            follows = one and before and int(one) == int(before[1]) + 1
            if follows and cell.text.isdigit() and cell.text != one:
                put(cell, one)


def _heads(rows: Sequence[Sequence[Cell]]) -> set[int]:
    """Puts right the Roman numbers that stand in a cell before a heading; their cells, by id."""
    heads = [
        (row[0], rows[at + 1] if at + 1 < len(rows) else ())
        for at, row in enumerate(rows)
        if _is_head(row) and _label(row)
    ]
    numbers = [cell.text.rstrip(".,") for cell, _ in heads]
    if numbers[:1] == ["I"]:  # letters would begin with A
        numbers = [number.translate(_STROKED) for number in numbers]
    if not any(number in ROMAN[1:] for number in numbers):
        return set()
    found, last = set(), -1
    for number, (cell, following) in enumerate(heads):
        text = cell.text.rstrip(".),")
        bare = text if text in ROMAN else plain(text).upper()
        stroked = bare.translate(_STROKED)
        child = _DOTTED.fullmatch(following[0].text) if following else None
        behind = heads[number + 1][0].text.rstrip(".)") if number + 1 < len(heads) else ""
        if text.isdigit() and (text != "1" or last >= 0 or behind == "2"):
            continue
        if not (_STROKES.fullmatch(text) or bare in ROMAN):
            continue
        if child and int(child[1]) <= len(ROMAN) and child[2] == "1":
            at = int(child[1]) - 1
        elif bare in ROMAN and (bare == "I" or ROMAN.index(bare) > last):
            at = ROMAN.index(bare)
        elif stroked in ROMAN[1:] and ROMAN.index(stroked) > last:
            at = ROMAN.index(stroked)
        elif last + 1 < len(ROMAN):
            at = last + 1
        last = at
        found.add(id(cell))
        if text != ROMAN[last]:
            put(cell, ROMAN[last] + cell.text[len(text) :].replace(",", "."))
    return found


def _lettered(cells: Sequence[Cell]) -> None:
    """Letters before a bracket, which begin anew under each heading."""
    labels = [cell for cell in cells if len(cell.text) <= _LABEL and cell.column_span == 1]
    if sum(bool(_LETTERED.fullmatch(cell.text)) for cell in labels) < SERIES:
        return
    for at, cell in enumerate(labels):
        own = _LETTERED.fullmatch(cell.text)
        before, behind = (
            _LETTERED.fullmatch(labels[other].text) if 0 <= other < len(labels) else None
            for other in (at - 1, at + 1)
        )
        after = {LETTERS[0]} if at and not before else _next(before, 1)
        until = _next(behind, -1)
        meant = sorted(after & until)
        sign = known[2] if (known := before or behind or own) else ")"
        if own and (own[1] in after | until or not meant):
            continue
        if not own and sign not in cell.text:
            continue
        if meant or (not own and (len(after) == 1) and not until):
            put(cell, (meant or sorted(after))[0] + sign)


def _next(match: re.Match[str] | None, step: int) -> set[str]:
    """The letters that may follow one, or stand before it: "đ" may be left out."""
    if not match:
        return set()
    letters = [letter for letter in LETTERS if letter == match[1] or letter != "đ"]
    return {
        row[at + step]
        for row in (LETTERS, letters)
        for at in [row.index(match[1])]
        if 0 <= at + step < len(row)
    }


def _ones(column: Sequence[Cell]) -> None:
    """A stroke alone in the first column is 1, but among labels that are letters and behind 10."""
    if any(len(cell.text) == 1 and cell.text in LETTERS.replace("l", "") for cell in column):
        return
    before = ""
    for cell in column:
        if (stroke := _ONE.fullmatch(cell.text)) and before != "10":
            put(cell, "1." if stroke[1] else "1")
        before = cell.text.rstrip(".") or before


def _ordinals(cells: Sequence[Cell]) -> None:
    """Numbers one below the other that are unsure, by those before and behind them.

    Where both sides say which number it must be, a short text that is unsure is that number; where
    but one does, it must look like it, and may be no sure Roman number, which could head a group.
    """
    column = [
        (cell, match)
        for cell in cells
        if cell.column == 0 and cell.column_span == 1 and (match := _ORDINAL.fullmatch(cell.text))
    ]
    first = next((cell for cell, match in column if match[1] == "1"), None)
    known = [
        int(match[1])
        if match[1].isdigit() and (cell.certainty >= DOUBTFUL or cell is first)
        else None
        for cell, match in column
    ]
    onward = _counted(known, 1)
    back = [*_counted(known[::-1], -1)][::-1]
    width = max((len(match[1]) for _, match in column if _PADDED.fullmatch(match[1])), default=1)
    for (cell, match), value, before, behind in zip(column, known, onward, back, strict=True):
        expected = {before, behind} - {None}
        number = 1 if behind == 1 else expected.pop() if len(expected) == 1 else None
        if number is None or number < 1 or (value is not None and before != behind):
            continue
        doubtful = value is not None or cell.certainty < DOUBTFUL
        if looks_like(match[1], str(number)):
            fits = doubtful or match[1] not in ROMAN or behind is not None
        else:
            fits = doubtful and before == behind
        meant = str(number).zfill(width) + match[2]
        if fits and meant != cell.text:
            put(cell, meant)


def _counted(numbers: Sequence[int | None], step: int) -> Iterator[int | None]:
    """What each number must be by the last one before it that is known."""
    last: int | None = None
    for number in numbers:
        last = None if last is None else last + step
        yield last
        last = last if number is None else number
