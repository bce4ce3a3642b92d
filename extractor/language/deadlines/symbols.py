"""Symbols: the words of a deadline cell as the grammar sees them, each with its place.

The vocabulary is `corpora/deadline_words.tsv`; words are compared folded (extractor.text.fold).
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpora.tables import rows, several
from extractor.labels import BULLETS
from extractor.text import fold, normal, plain

_PIECE = re.compile(r"[^\W\d_]+|[0-9]+|\S")
_BULLET = re.compile(rf"\n[ \t]*(?:[{re.escape(BULLETS)}]|[a-zđ0-9]{{1,2}}[.)](?=[ \t]))")
_DASHES = {"–": "-", "—": "-", "−": "-", "~": "-", "→": "-", "÷": "-"}

#: Symbols past the last one, so that the grammar may look ahead without asking for the length.
_MARGIN = 8


@cache
def _vocabulary(bare: bool) -> dict[str, Any]:
    """The wordings as a tree of words; under '' stand the symbol and its value.

    They are `bare` of their marks for a text that has none: "Truoc 30/6".
    """
    tree: dict[str, Any] = {}
    for row in rows("deadline_words"):
        value = row["value"]
        for wording in several(row["words"]):
            node = tree
            for piece in _PIECE.findall(normal(wording)):
                node = node.setdefault((plain(piece) or piece) if bare else fold(piece), {})
            node.setdefault("", (row["symbol"], int(value) if value.isdigit() else value))
    return tree


@dataclass(slots=True)
class Symbols:
    """`text` as symbols: `sym` their names, `val` their values, `lo` and `hi` their places.

    Numbers are NUM with their value (-1 where they have more than four figures); marks stand
    for themselves; a bullet on a new line is BULLET; unknown words are WORD.
    """

    text: str
    sym: list[str]
    val: list[Any]
    lo: list[int]
    hi: list[int]
    size: int

    def printed(self, first: int, last: int) -> str:
        """The text from symbol `first` up to but without `last`, white space folded."""
        if first >= last:
            return ""
        return " ".join(self.text[self.lo[first] : self.hi[last - 1]].split())

    def figures(self, at: int) -> int:
        """How many figures the number at `at` has."""
        return self.hi[at] - self.lo[at]


def _bullets(text: str) -> list[tuple[int, int]]:
    """The places of bullets at line starts, last first; a single dash there is a wrapped range
    ("Giai đoạn 2026\\n- 2030") unless the text starts with one too."""
    found = [m.span() for m in _BULLET.finditer(text)]
    if len(found) == 1 and text[found[0][1] - 1] in "-–—" and text.lstrip()[:1] not in "-–—":
        return []
    return found[::-1]


def symbols(text: str) -> Symbols:
    """The symbols of `text`, which is in its normal form (extractor.text.normal).

    >>> symbols("Trước ngày 30/11").sym[:5]
    ['BEFORE', 'UNIT', 'NUM', '/', 'NUM']
    """
    pieces = [m.span() for m in _PIECE.finditer(text)]
    keys = [fold(text[a:b]) if b - a < 32 else text[a:b] for a, b in pieces]
    words = _vocabulary(text.isascii())
    bullets = _bullets(text) if "\n" in text else []
    found: list[tuple[str, Any, int, int]] = []
    at = 0
    while at < len(pieces):
        start = pieces[at][0]
        if bullets and start > bullets[-1][0]:  # a line break elsewhere is white space
            begin, end = bullets.pop()
            found.append(("BULLET", "", begin, end))
            while at < len(pieces) and pieces[at][0] < end:
                at += 1
            continue
        (symbol, value), width = _longest(words, keys, at)
        found.append((symbol, value, start, pieces[at + width - 1][1]))
        at += width
    size = len(found)
    found += [("", "", len(text), len(text))] * _MARGIN
    sym, val, lo, hi = map(list, zip(*found, strict=True))
    return Symbols(text, sym, val, lo, hi, size)


def _longest(words: dict[str, Any], keys: list[str], at: int) -> tuple[tuple[str, Any], int]:
    """The symbol and value of the longest wording that begins at a word, and its words; those of
    the word itself where no wording does."""
    node = words.get(keys[at])
    best, width, ahead = None, 1, at + 1
    while node is not None:
        if "" in node:
            best, width = node[""], ahead - at
        node = node.get(keys[ahead]) if ahead < len(keys) else None
        ahead += 1
    return best or _alone(keys[at]), width


def _alone(word: str) -> tuple[str, Any]:
    """The symbol and value of a number, of a word that is not known, or of a mark."""
    if "0" <= word[0] <= "9":
        return "NUM", (int(word) if len(word) <= 4 else -1)
    return ("WORD", word) if word[0].isalpha() else (_DASHES.get(word, word), "")
