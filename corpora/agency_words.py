"""The words around the names of bodies: posts, roles, quantifiers, spellings of nouns."""

from functools import cache

from corpora import tables


@cache
def words(kind: str) -> tuple[str, ...]:
    """The phrases of one class of `agency_words.tsv`."""
    return tuple(row["words"] for row in tables.rows("agency_words") if row["class"] == kind)


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """A noun of a collective as printed -> the nouns of `collective_nouns.tsv` it is."""
    return {
        row["words"]: tuple(part.strip() for part in row["meaning"].split("+"))
        for row in tables.rows("agency_words")
        if row["class"] == "spelling"
    }
