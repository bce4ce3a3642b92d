"""What people made of printed words that the register does not know: offered, then general.

What one person made of the words of a cell is offered wherever the same words stand, in any plan.
Once a second person has said the same it is general: all rows of a plan can take it at once.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from models.agency import Assignment
from models.tables import CorrectionRow
from service.pages.lines import Line, texts_of
from service.store.database import lots
from service.store.replay import decoded

#: Fields that name bodies.
OF_BODIES = ("lead", "coordinating")

#: So many people must say the same before it is general.
AGREEING = 2

#: The most offers for a cell, and the most words that are looked for in one question.
MOST, AT_ONCE = 3, 200


@dataclass(frozen=True, slots=True)
class Offer:
    """What people made of printed words: words that are known, their bodies, how many people."""

    words: str
    names: str
    people: int


@dataclass(frozen=True, slots=True)
class General:
    """A cell of an open task, and the words that people agree on for it."""

    line: Line
    field: str
    words: str


def offers(session: Session, line: Line, field: str) -> list[Offer]:
    """What is offered for a cell; nothing where all its bodies are known."""
    words = _unknown(line, field)
    if not words:
        return []
    return _made_of(session, {words}).get((field, words), [])[:MOST]


def general(session: Session, lines: Sequence[Line]) -> list[General]:
    """The cells of open tasks for whose words two people or more have said the same."""
    cells = [
        (line, field, words)
        for line in lines
        if line.open
        for field in OF_BODIES
        if (words := _unknown(line, field))
    ]
    made = _made_of(session, {words for _, _, words in cells})
    found = []
    for line, field, words in cells:
        best = next(iter(made.get((field, words), [])), None)
        if best and best.people >= AGREEING:
            found.append(General(line, field, best.words))
    return found


def _unknown(line: Line, field: str) -> str:
    """The printed words of a cell in which a body is not known yet, else ""."""
    cell: Assignment | None = getattr(line.task, field)
    if not cell or all(one.id or one.kind == "group" for one in cell.agencies):
        return ""
    return texts_of(line.read)[field]


def _made_of(session: Session, words: Iterable[str]) -> dict[tuple[str, str], list[Offer]]:
    """By field and printed words what people made of them, what most people say first."""
    c = CorrectionRow
    some = sorted(words)
    people: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for few in lots(some, AT_ONCE):
        begins = (
            col(c.before).startswith(
                f'{{"text":{json.dumps(one, ensure_ascii=False)},', autoescape=True
            )
            for one in few
        )
        asked = select(c).where(
            col(c.field).in_(OF_BODIES), col(c.withdrawn_at).is_(None), or_(*begins)
        )
        for row in session.scalars(asked):
            before, after = decoded(row.field, row.before), decoded(row.field, row.after)
            known = isinstance(after, Assignment) and all(one.id for one in after.agencies)
            if isinstance(before, Assignment) and isinstance(after, Assignment) and known:
                names = "; ".join(one.name or one.text for one in after.agencies)
                people[row.field, before.text][after.text, names].add(row.author)
    return {
        cell: [
            Offer(text, names, len(who))
            for (text, names), who in sorted(made.items(), key=lambda one: -len(one[1]))
        ]
        for cell, made in people.items()
    }
