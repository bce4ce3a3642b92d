"""What the cells of one file tell of one another: series of numbers, and values that come again.

Numbers fit between their neighbours; a cell with what is no word is the one like it that comes
again. All is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from corpora.tables import threshold
from extractor.layout import Cell, Table
from extractor.readers.pdf.lines import Line
from extractor.readers.scan.series import put, settle_numbers
from extractor.text import is_syllable

_QUARTER = re.compile(r"\b(quý\s+)(IV|I{1,3}|\d)(?:([,\s]+(?:và\s+)?)(I{1,3})\b)?", re.IGNORECASE)
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
USUAL = threshold("ocr.usual")
APART = int(threshold("ocr.differing"))
UNSURE = threshold("ocr.uncertain")


def settle(tables: Iterable[Table], lines: Iterable[Line] = ()) -> None:
    """Puts the cells of a file's tables right by one another, and the headings outside of them."""
    tables = list(tables)
    settle_numbers(tables, lines)
    cells = [cell for table in tables for cell in table.cells]
    _quarters(cells)
    _values(cells)


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
            put(cell, meant)


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
            put(cell, alike[0])


def _are_words(found: Iterable[str]) -> bool:
    return all(is_syllable(word.strip(".,;:()")) for word in found)
