"""Words by which duties in running text are told, from `duty_words.tsv`."""

from functools import cache

from corpora.tables import rows, several


@cache
def duty_words(name: str) -> tuple[str, ...]:
    """The words of a class, longest first, in small letters.

    >>> "đề nghị" in duty_words("request"), duty_words("with")[0]
    (True, 'phối hợp chặt chẽ với')
    """
    found = [
        word for row in rows("duty_words") if row["class"] == name for word in several(row["words"])
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda word: (-len(word), word)))
