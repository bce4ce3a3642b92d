"""What the cells of a column open with, from `openers.tsv`."""

from functools import cache

from corpora.tables import rows


@cache
def openers() -> dict[str, frozenset[str]]:
    """The roles of each opening, by its words in small letters.

    >>> sorted(openers()["thường xuyên"])
    ['deadline']
    """
    found: dict[str, set[str]] = {}
    for row in rows("openers"):
        found.setdefault(row["words"].lower(), set()).add(row["role"])
    return {words: frozenset(roles) for words, roles in found.items()}
