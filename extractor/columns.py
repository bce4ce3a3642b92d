"""The roles of table columns, from the wording of their headings.

Exact wording first (white space apart: a narrow column breaks inside words), then the likest
known wording, then the first telling word in it. What has none of these has no role.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from corpora.columns import headings, words
from corpora.tables import threshold
from extractor.text import key, plain

#: Likeness (0-100) below which a heading is not taken for a known wording.
LIKENESS = threshold("column.like")

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """What a column holds; `others` are further roles its words allow, `score` how sure (0-1)."""

    name: str
    score: float
    others: tuple[str, ...] = ()


@cache
def _known() -> dict[str, ColumnRole]:
    known: dict[str, ColumnRole] = {}
    for heading in headings():
        found = known.get(key(heading.text))
        others = heading.others
        if found:  # the same words stand twice: the first row is the usual role
            if found.name == heading.role:
                continue
            others = tuple(dict.fromkeys((*found.others, heading.role)))
            known[key(heading.text)] = ColumnRole(found.name, 1.0, others)
        else:
            known[key(heading.text)] = ColumnRole(heading.role, 1.0, others)
    return known


@cache
def _known_bare() -> dict[str, ColumnRole]:
    """The same wordings as typed without any marks: "Co quan chu tri"."""
    bare: dict[str, ColumnRole] = {}
    for heading in headings():
        bare.setdefault(plain(heading.text).replace(" ", ""), _known()[key(heading.text)])
    return bare


@lru_cache(maxsize=4096)
def role_of(heading: str) -> ColumnRole | None:
    """The role of a column with this heading, or None where the wording is like none known.

    >>> role_of("CƠ QUAN CHỦ TRÌ").name, role_of("ST\\nT").name, role_of("Màu sắc")
    ('lead', 'ordinal', None)
    """
    known, whole = _known(), key(heading)
    for letters in dict.fromkeys((whole, key(_BRACKETS.sub("", heading)))):
        if not letters:
            continue
        if letters in known:
            return known[letters]
        if letters.isascii() and letters in _known_bare():
            return _known_bare()[letters]
        if len(letters) < 4 or len(letters) > 80:
            continue
        best = process.extractOne(letters, known.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS)
        if best:
            found = known[best[0]]
            return ColumnRole(found.name, best[1] / 100, found.others)
    return _by_word(whole) if len(heading) <= _LONGEST else None


#: How sure a role is that only a word of the heading tells.
BY_WORD = threshold("column.by-word")
#: The longest heading whose words are looked at one by one.
_LONGEST = 90


def _by_word(letters: str) -> ColumnRole | None:
    found = [(at, -len(word), role) for word, role in _words() if (at := letters.find(word)) >= 0]
    return ColumnRole(min(found)[2], BY_WORD) if found else None


@cache
def _words() -> tuple[tuple[str, str], ...]:
    return tuple((key(wording), role) for wording, role in words())
