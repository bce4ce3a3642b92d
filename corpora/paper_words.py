"""The words around the names of papers, by what they tell of the paper."""

import re
from functools import cache

from corpora.tables import rows


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of one class of `corpora/paper_words.tsv`."""
    return tuple(row["words"] for row in rows("paper_words") if row["class"] == kind)


@cache
def pattern(kind: str) -> str:
    """A regular expression for any of them, the longest first, with blanks of any sort.

    >>> pattern("ended")
    'hết\\\\s+hiệu\\\\s+lực'
    """
    ordered = sorted(words(kind), key=lambda one: (-len(one), one))
    return "|".join(
        re.escape(one).replace(r"\ ", r"\s+").replace(r",\s+", r"\s*,\s*") for one in ordered
    )


@cache
def not_after(kind: str) -> str:
    """A regular expression that fails right behind any of them."""
    return "".join(f"(?<!{re.escape(one)} )" for one in words(kind))
