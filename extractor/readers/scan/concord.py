"""What the cells of one file tell of one another: series of numbers, and values that come again.

A number that does not fit between its neighbours and looks like the one that does is put right, and
so is that of a heading, in a table or outside; a cell with what is no word is the one like it that
comes again. All is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from extractor.layout import Cell, Table
from extractor.readers.pdf.lines import Line
from extractor.readers.scan.forms import looks_like
from extractor.text import is_syllable

_UNITS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN = (*_UNITS, "X", *(f"X{unit}" for unit in _UNITS))
# A label of strokes and the heading behind it.
_HEADING = re.compile(r"([IVXLHNMTJU1l|!\\/]{1,6})(?:[.,:]\s*|\s+)(\S.{5,})", re.DOTALL)
# A short text in the first column that is no heading of it ("STT").
_ORDINAL = re.compile(r"(?!(?i:s?tt|số)\b)([^\s.]{1,5}?)([.)]?)")
_PADDED = re.compile(r"0\d+")
_QUARTER = re.compile(r"\b(quý\s+)(IV|I{1,3}|\d)(?:([,\s]+(?:và\s+)?)(I{1,3})\b)?", re.IGNORECASE)
USUAL = 3  # times that a value comes again
APART = 3  # letters in which a cell differs from it at most
UNSURE, DOUBTFUL = 0.5, 0.7


def settle(tables: Iterable[Table], lines: Iterable[Line] = ()) -> None:
    """Puts the cells of a file's tables right by one another, and the headings outside of them."""
    tables = list(tables)
    cells = [cell for table in tables for cell in table.cells]
    roman = any((match := _HEADING.match(cell.text)) and match[1] == "II" for cell in cells)
    last = -1
    for table in tables:
        last = _headings(table, last, roman)
    _sections(lines)
    _ordinals(cells)
    _quarters(cells)
    _values(cells)


def _put(cell: Cell | Line, meant: str) -> None:
    cell.repairs = (*cell.repairs, (cell.text, meant))
    cell.text = meant


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
        if label in _ROMAN and label != _ROMAN[last]:
            last = _ROMAN.index(label)
        elif not words.isupper() or last + 1 == len(_ROMAN):
            continue
        elif label.isupper() or (roman and label == "1" and last < 0):
            last += 1
            _put(cell, f"{_ROMAN[last]}. {words}")
    return last


def _sections(lines: Iterable[Line]) -> None:
    """Puts the number of a heading that comes twice right where it is one stroke short: III as II.

    I may come twice, since a series begins anew in an appendix.
    """
    last = 0
    for line in lines:
        match = _HEADING.fullmatch(line.text)
        if not match or match[1] not in _ROMAN or not match[2].isupper():
            continue
        number = _ROMAN.index(match[1])
        if number == last > 0 and _ROMAN[number + 1] == match[1] + "I":
            number += 1
            _put(line, f"{_ROMAN[number]}. {match[2]}")
        last = number


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
    known = [
        int(match[1]) if match[1].isdigit() and cell.certainty >= DOUBTFUL else None
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
            fits = doubtful or match[1] not in _ROMAN or behind is not None
        else:
            fits = doubtful and before == behind
        meant = str(number).zfill(width) + match[2]
        if fits and meant != cell.text:
            _put(cell, meant)


def _counted(numbers: Sequence[int | None], step: int) -> Iterator[int | None]:
    """What each number must be by the last one before it that is known."""
    last: int | None = None
    for number in numbers:
        last = None if last is None else last + step
        yield last
        last = last if number is None else number


def _quarters(cells: Sequence[Cell]) -> None:
    """I read as 1 where the file has its quarters in Roman numbers; III as II behind II."""
    numbers = Counter(match[2].upper() for cell in cells for match in _QUARTER.finditer(cell.text))
    roman = sum(times for number, times in numbers.items() if not number.isdigit())
    arabic = any(number.isdigit() and number != "1" for number in numbers)

    def right(match: re.Match[str]) -> str:
        word, number, sign, following = match.groups()
        number = "I" if number == "1" and roman >= USUAL and not arabic else number
        if following is None:
            return f"{word}{number}"
        return f"{word}{number}{sign}{following}{'I' if following == number != 'III' else ''}"

    for cell in cells:
        meant = _QUARTER.sub(right, cell.text)
        if meant != cell.text:
            _put(cell, meant)


def _values(cells: Sequence[Cell]) -> None:
    """A cell with what is no word, as the one value that comes again and differs by little."""
    sure = Counter(cell.text for cell in cells if cell.certainty >= UNSURE)
    usual = [text for text, times in sorted(sure.items()) if times >= USUAL]
    for cell in cells:
        if cell.certainty >= UNSURE or cell.text in usual or len(cell.text) < 2 * APART:
            continue
        alike = [
            text
            for text in usual
            if Levenshtein.distance(text, cell.text, score_cutoff=APART) <= APART
            and not any(map(str.isdigit, text + cell.text))
        ]
        if len(alike) == 1 and not _are_words(set(cell.text.split()) - set(alike[0].split())):
            _put(cell, alike[0])


def _are_words(found: Iterable[str]) -> bool:
    return all(is_syllable(word.strip(".,;:()")) for word in found)
