"""Duties in running text that repeat a row of a table: the same work is counted once.

The same duty is often printed twice, among the duties without anyone named and in the appendix
with its lead and its deadline (domain brief, section 9.14).
"""

import dataclasses
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from extractor.text import folded
from models.agency import Assignment
from models.task import Task

#: How alike (0-100) the words of a duty and of a row must be to be the same work: of the pairs in
#: nine real plans all from 84 on were read as the same, of those below 82 only some.
ALIKE = 84.0
#: Shorter texts ("Báo cáo kết quả") are too common to tell.
SHORTEST = 25


def linked(duties: Sequence[Task], rows: Sequence[Task]) -> list[Task]:
    """`duties`, each with the id of the row it repeats in `same_as`, if there is one."""
    if not duties or not rows:
        return list(duties)
    words = [folded(row.description) for row in rows]
    return [dataclasses.replace(duty, same_as=_same(duty, rows, words)) for duty in duties]


def _same(duty: Task, rows: Sequence[Task], words: Sequence[str]) -> str | None:
    text = folded(duty.description)
    if len(text) < SHORTEST:
        return None
    found = process.extract(text, words, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
    for _, _, number in found:
        if _agree(duty.lead, rows[number].lead):
            return rows[number].id
    return None


def _agree(one: Assignment | None, other: Assignment | None) -> bool:
    """Whether two leads may be the same: they share a body, or one of them is not said."""
    if one is None or other is None:
        return True
    mine, theirs = _bodies(one), _bodies(other)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _bodies(assignment: Assignment) -> set[str]:
    return {
        body
        for agency in assignment.agencies
        for body in ((agency.id,) if agency.id else agency.members)
        if body
    }
