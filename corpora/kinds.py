"""Kinds of papers and their abbreviations, who signs papers with which letters, titles of laws."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from corpora.tables import rows, several


@cache
def kinds() -> dict[str, str]:
    """Abbreviation by kind, in small letters: {'kế hoạch': 'KH', 'quyết định': 'QĐ', …}."""
    found: dict[str, str] = {}
    for row in rows("doc_kinds"):
        found.setdefault(row["kind"].split(" (")[0].lower(), row["abbreviation"])
    return found


@cache
def _kinds_of_abbreviations() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows("doc_kinds"):
        if row["abbreviation"]:
            found.setdefault(row["abbreviation"].casefold(), row["kind"].split(" (")[0].lower())
    return found


@cache
def kind_of_abbreviation(abbreviation: str) -> str | None:
    """The kind with this abbreviation, in capitals or not, or None.

    >>> kind_of_abbreviation("CTr"), kind_of_abbreviation("CTR"), kind_of_abbreviation("SNV")
    ('chương trình', 'chương trình', None)
    """
    return _kinds_of_abbreviations().get(abbreviation.casefold())


@cache
def acts() -> frozenset[str]:
    """Kinds that lay down rules, or may: laws down to circulars, and what heads of bodies order."""
    rules = {row["kind"].lower() for row in rows("doc_kinds") if row["family"] == "quy phạm"}
    return frozenset(rules | {"nghị quyết", "quyết định", "chỉ thị"})


@cache
def longer_kinds() -> dict[str, str]:
    """Kind by the longer words for it: {'chương trình hành động': 'chương trình', …}."""
    return {row["words"]: row["kind"] for row in rows("kind_words")}


@dataclass(frozen=True, slots=True)
class Form:
    """What a paper is, and which of what it says is to be done: all, what it says to a named
    body, or none."""

    name: str
    duties: Literal["all", "named", "none"]
    vi: str


@cache
def _forms() -> tuple[tuple[str, Form], ...]:
    """Opening words of titles, the longest first."""
    found = [
        (word, Form(row["form"], cast('Literal["all", "named", "none"]', row["duties"]), row["vi"]))
        for row in rows("paper_forms")
        for word in several(row["words"])
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def form_of(title: str) -> Form | None:
    """What a paper is whose title, or kind, opens so.

    >>> form_of("CHƯƠNG TRÌNH Hội nghị tổng kết").name, form_of("Chương trình hành động").duties
    ('agenda', 'all')
    """
    low = " ".join(title.lower().split())
    return next((form for word, form in _forms() if re.match(rf"{word}(?!\w)", low)), None)


Holder = Literal["central", "province", "district", "own"]


@dataclass(frozen=True, slots=True)
class Code:
    """Letters of a number that stand for the issuer; `of` says whose body it is."""

    code: str
    slug: str
    of: Holder
    name: str


@cache
def codes() -> dict[str, Code]:
    """The letters of issuers by themselves, case folded."""
    return {
        row["code"].casefold(): Code(row["code"], row["slug"], cast(Holder, row["of"]), row["name"])
        for row in rows("paper_codes")
    }


@cache
def law_titles() -> tuple[str, ...]:
    """Titles of laws and ordinances, without the word "Luật"."""
    return tuple(row["title"] for row in rows("laws"))


@cache
def labels() -> tuple[tuple[str, str], ...]:
    """Labels of a site's record of a paper, toneless in small letters, each with its field."""
    return tuple((r["label"], r["field"]) for r in rows("record_labels"))
