"""Search: tasks by their words, the same on SQLite (FTS5) and on PostgreSQL (trigrams).

A query is words and phrases: every word must begin a word of the task, what stands in quotes must
stand in it as printed, word for word. Case, diacritics and punctuation make no difference; a word
with punctuation in it (76/NQ-CP) is looked for as its parts in a row.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, TableClause, column, exists, literal, select, table, text

from extractor.text import searched

#: Characters of a query that count; no one types more.
LONGEST = 1000
#: Words and phrases of a query that count.
MOST = 32

_words = table("task_words", column("task"), column("rowid"), column("folded"))
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def words_table(dialect: str) -> TableClause:
    """The table of the words of tasks: their `searched` ones, by the serial of the task first."""
    return table("task_words", column("rowid" if dialect == "sqlite" else "task"), column("folded"))


def words_row(dialect: str, serial: int, words: str) -> dict[str, Any]:
    """A row of it; for PostgreSQL in spaces, which tell where words begin and end."""
    if dialect == "sqlite":
        return {"rowid": serial, "folded": words}
    return {"task": serial, "folded": f" {words} "}


def terms(query: str) -> list[tuple[str, bool]]:
    """The terms of a query: folded words, and whether they are a phrase or the last goes on.

    >>> terms('kế hoạch "Sở Nội vụ" 76/NQ')
    [('ke', False), ('hoach', False), ('so noi vu', True), ('76 nq', False)]
    """
    found = (
        (searched(phrase or word), bool(phrase)) for phrase, word in _TERM.findall(query[:LONGEST])
    )
    return list(dict.fromkeys(term for term in found if term[0]))[:MOST]


def fts_query(found: Sequence[tuple[str, bool]]) -> str:
    """The terms as FTS5 takes them; they hold nothing but letters, digits and spaces.

    >>> fts_query([("ke", False), ("so noi vu", True)])
    '"ke"* "so noi vu"'
    """
    return " ".join(f'"{words}"' + ("" if phrase else "*") for words, phrase in found)


def matches(dialect: str, query: str) -> Any | None:
    """A SELECT of the serials of the tasks that match; None for a query without a word."""
    found = terms(query)
    if not found:
        return None
    if dialect == "sqlite":
        return (
            select(_words.c.rowid)
            .where(text("task_words MATCH :task_words_query"))
            .params(task_words_query=fts_query(found))
        )
    return select(_words.c.task).where(
        *(_words.c.folded.like(f"% {words}{' ' if phrase else ''}%") for words, phrase in found)
    )


def has_words(serial: Any, query: str) -> ColumnElement[bool]:
    """The condition on SQLite that the task of that serial matches, by a look at its words."""
    return exists().where(_words.c.rowid == serial, *naming(_words.c.folded, query))


def naming(words: Any, query: str) -> list[ColumnElement[bool]]:
    """Conditions that each term of the query begins a word of the column `words`, which is folded.

    For the short texts of plans, agencies and units, of which there are few.
    """
    padded = literal(" ").concat(words).concat(" ")
    return [padded.like(f"% {found}{' ' if phrase else ''}%") for found, phrase in terms(query)]
