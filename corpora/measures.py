"""The words of numbers and goals: comparators, measures, and what stands around them."""

from functools import cache

from corpora.tables import rows, several


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
    """The class of each unit: share, points, money, measure, noun, time, or per (of a rate).

    A unit with "*" in front may touch its number.

    >>> measures()["*%"], measures()["cuộc"]
    ('share', 'measure')
    """
    found: dict[str, str] = {}
    for row in rows("measures"):
        for words in several(row["words"]):
            if row["class"] != "per":
                found.setdefault(words, row["class"])
    return found


@cache
def rates() -> tuple[str, ...]:
    """What a rate may be over: "năm" of "%/năm"."""
    return tuple(
        words
        for row in rows("measures")
        if row["class"] == "per"
        for words in several(row["words"])
    )


@cache
def goal_words(name: str) -> tuple[str, ...]:
    """The words of a class of `goal_words.tsv`.

    >>> "trong đó" in goal_words("turn")
    True
    """
    return tuple(
        words
        for row in rows("goal_words")
        if row["class"] == name
        for words in several(row["words"])
    )
