"""Syllables that were misread, put right by the words they stand in; each repair is told.

A mark of a small scan is easily lost or changed: "thâm định" for "thẩm định". Where a syllable is
seen with neither of its neighbours, and one that differs by its marks alone is, that is what is
printed. Numbers, codes and names are never touched, nor is what stands alone: there is nothing to
tell by. Words are those of the dictionary of underthesea (Viet74K), usage that of the sample plans.
"""

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpora.tables import threshold
from extractor.text import plain

SURE = threshold("ocr.sure")
USUAL = int(threshold("ocr.usual"))
CLEAR = threshold("ocr.clear")

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"(\W*)([^\W\d_]{2,})(\W*)")
_STOP = re.compile(r"[^\w\s]|\n")


@dataclass(frozen=True, slots=True)
class Repair:
    """The word with this number, as it must be printed rather than as it was read."""

    number: int
    meant: str


@dataclass(slots=True)
class _Usage:
    """How often syllables stand beside one another in plans, and which do so within a word."""

    single: Counter[str]
    beside: Counter[tuple[str, str]]
    words: set[tuple[str, str]]
    alike: dict[str, list[str]]  # by their letters without marks

    def seen(self, before: str, syllable: str, after: str) -> tuple[int, int]:
        """How often it stands between its neighbours, and with how many of them in a word."""
        pairs = (before, syllable), (syllable, after)
        return sum(self.beside[pair] for pair in pairs), sum(pair in self.words for pair in pairs)


@cache
def _usage() -> _Usage:
    usage = _Usage(Counter(), Counter(), set(), defaultdict(list))
    for plan in sorted((files("corpora") / "plans").iterdir(), key=lambda place: place.name):
        text = plan / f"{plan.name}.txt"
        if plan.is_dir() and text.is_file():
            for part in _STOP.split(unicodedata.normalize("NFC", text.read_text("utf-8")).lower()):
                syllables = [word for word in part.split() if _LETTERS.fullmatch(word)]
                usage.single.update(syllables)
                usage.beside.update(itertools.pairwise(syllables))
    dictionary = files("underthesea.corpus") / "data" / "Viet74K.txt"
    known: set[str] = set()
    for entry in unicodedata.normalize("NFC", dictionary.read_text("utf-8")).lower().splitlines():
        syllables = _LETTERS.findall(entry)
        known.update(syllables)
        usage.words.update(itertools.pairwise(syllables))
    for syllable in sorted(known):
        usage.alike[plain(syllable)].append(syllable)
    return usage


def repairs_of(texts: Sequence[str], certainties: Sequence[float]) -> list[Repair]:
    """The words of a cell or line that others must stand in for."""
    usage = _usage()
    parts = [_WORD.fullmatch(text) for text in texts]
    bare = [part[2].lower() if part else "" for part in parts]
    found: list[Repair] = []
    for number, part in enumerate(parts):
        if part is None or _is_name(parts, number):
            continue
        before, after = _neighbours(parts, bare, number)
        syllable = bare[number]
        if any(usage.seen(before, syllable, after)):
            continue
        rated: list[tuple[int, str]] = []
        for other in usage.alike.get(plain(syllable), ()):
            often, words = usage.seen(before, other, after)
            if other != syllable and _is_meant(
                usage, syllable, other, often, words, certainties[number]
            ):
                rated.append((often + words, other))
        rated.sort(reverse=True)
        if rated and (len(rated) == 1 or rated[0][0] >= CLEAR * rated[1][0]):
            bare[number] = rated[0][1]
        elif not after or usage.single[syllable] * usage.single[after]:
            continue
        elif word := _word_meant(usage, syllable, after):
            bare[number : number + 2] = word
    for number, part in enumerate(parts):
        if part and bare[number] != part[2].lower():
            found.append(Repair(number, part[1] + _cased(bare[number], part[2]) + part[3]))
    return found


def _is_meant(
    usage: _Usage, syllable: str, other: str, often: int, words: int, certainty: float
) -> bool:
    """Whether `other`, seen so often and in so many words, is meant by what is not seen here."""
    if not usage.single[syllable]:
        return usage.single[other] > 0 and often + words > 0
    if certainty < SURE:
        return (often >= USUAL and words > 0) or often >= 3 * USUAL
    return often >= 4 * USUAL and words > 0


def _word_meant(usage: _Usage, first: str, second: str) -> tuple[str, str] | None:
    """The word of two syllables that is meant by two that are no word; None for none or several."""
    found = [
        (usage.beside[one, two], one, two)
        for one in usage.alike.get(plain(first), ())
        for two in usage.alike.get(plain(second), ())
        if (one, two) in usage.words and usage.single[one] and usage.single[two]
    ]
    found.sort(reverse=True)
    if found and (len(found) == 1 or found[0][0] >= CLEAR * max(1, found[1][0])):
        return found[0][1:]
    return None


def _neighbours(
    parts: Sequence[re.Match[str] | None], bare: Sequence[str], number: int
) -> tuple[str, str]:
    """The syllables before and after one, where no sign stands between."""
    own = parts[number]
    before = parts[number - 1] if number else None
    after = parts[number + 1] if number + 1 < len(parts) else None
    return (
        bare[number - 1] if own and before and not own[1] and not before[3] else "",
        bare[number + 1] if own and after and not own[3] and not after[1] else "",
    )


def _is_name(parts: Sequence[re.Match[str] | None], number: int) -> bool:
    """Whether a word and one beside it begin with a capital and go on small: a name."""

    def titled(at: int) -> bool:
        part = parts[at] if 0 <= at < len(parts) else None
        return part is not None and part[2].istitle()

    return titled(number) and (titled(number - 1) or titled(number + 1))


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word
