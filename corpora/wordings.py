"""The tables of words: what words a text is told by, each under the class of what it tells.

>>> "đề nghị" in wordings("duty_words", "request"), wordings("duty_words", "with")[0]
(True, 'phối hợp chặt chẽ với')
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

from corpora.tables import rows, several
from corpora.units import Level


@cache
def wordings(table: str, *classes: str) -> tuple[str, ...]:
    """The words of these classes of a table, the longest first."""
    found = {
        word for row in rows(table) if row["class"] in classes for word in several(row["words"])
    }
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first, with blanks of any sort.

    >>> any_of(["từ", "tối thiểu"])
    'tối\\\\s+thiểu|từ'
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s+").replace(r",\s+", r"\s*,\s*") for word in ordered
    )


def pattern(table: str, *classes: str) -> str:
    """A regular expression for any of the words of these classes."""
    return any_of(wordings(table, *classes))


def not_after(table: str, *classes: str) -> str:
    """A regular expression that fails right behind any of them."""
    return "".join(f"(?<!{re.escape(word)} )" for word in wordings(table, *classes))


@cache
def unit_kinds() -> dict[str, tuple[Level, ...]]:
    """The words for kinds of units, and the levels that each can mean.

    >>> unit_kinds()["thành phố"], unit_kinds()["đặc khu"]
    (('province', 'district'), ('commune',))
    """
    return {
        row["words"]: cast("tuple[Level, ...]", several(row["levels"]))
        for row in rows("unit_kinds")
        if row["class"] == "kind"
    }


@cache
def unit_letters() -> dict[str, str]:
    """The letters that stand for a kind of unit before a name: "h" for "huyện"."""
    return {row["letters"]: row["words"] for row in rows("unit_kinds") if row["letters"]}


@cache
def openers() -> dict[str, frozenset[str]]:
    """What cells of a table open with: the roles of each wording, in small letters.

    >>> sorted(openers()["thường xuyên"])
    ['deadline']
    """
    found: dict[str, set[str]] = {}
    for row in rows("openers"):
        found.setdefault(row["words"].lower(), set()).add(row["role"])
    return {words: frozenset(roles) for words, roles in found.items()}


@dataclass(frozen=True, slots=True)
class Furniture:
    """A wording of web sites around a document.

    `match` is exact, prefix or contains; `scope` is line (this line only), front (before the
    letterhead, with all that stands there) or back (this line and all after it).
    """

    text: str
    match: str
    scope: str


@cache
def furniture() -> tuple[Furniture, ...]:
    return tuple(Furniture(r["text"], r["match"], r["scope"]) for r in rows("furniture"))


@cache
def comparators(place: str) -> dict[str, str]:
    """The comparator of each wording that stands "before" or "after" a number.

    >>> comparators("before")["tối thiểu"], comparators("after")["trở xuống"]
    ('>=', '<=')
    """
    return {
        words: row["comparator"]
        for row in rows("comparators")
        if row["place"] == place
        for words in several(row["words"])
    }


@cache
def measures() -> dict[str, str]:
    """The class of each unit: share, points, money, measure, noun or time.

    A unit with "*" in front may touch its number. Class "per", what a rate may be over ("năm" of
    "%/năm"), is left out.

    >>> measures()["*%"], measures()["cuộc"]
    ('share', 'measure')
    """
    found: dict[str, str] = {}
    for row in rows("measures"):
        for words in several(row["words"]):
            if row["class"] != "per":
                found.setdefault(words, row["class"])
    return found
