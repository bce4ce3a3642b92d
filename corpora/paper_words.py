"""The words around the names of papers, by what they tell of the paper."""

from functools import cache

from corpora.tables import rows


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of one class of `corpora/paper_words.tsv`."""
    return tuple(row["words"] for row in rows("paper_words") if row["class"] == kind)


@cache
def pattern(kind: str) -> str:
    """A regular expression for any of them, the longest first, with blanks of any sort.

    >>> pattern("carry").split("|")[0]
    'triển\\\\s+khai\\\\s+thực\\\\s+hiện'
    """
    ordered = sorted(words(kind), key=lambda one: (-len(one), one))
    return "|".join(one.replace(" ", r"\s+") for one in ordered)
