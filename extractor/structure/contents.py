"""The roles of columns that their cells tell, where the heading does not or only half does."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, permutations

from corpora.signs import signs
from corpora.tables import threshold
from extractor.labels import ordinal_of
from extractor.structure.dumps.evidence import look
from extractor.structure.dumps.moves import suits
from extractor.structure.headers import WHEN, Header, period_of, unit_of

#: The share of a column's cells that must name bodies for it to say who does something.
BODIES = threshold("column.bodies")


#: How much better the cells must fit other headings, and how sure a role is that only they tell.
SHIFT, BY_CELLS = threshold("column.shift"), threshold("column.by-word")


def completed(header: Header, column_of: Callable[[int], Iterable[str]]) -> Header:
    """`header` with the roles that the cells below it tell; `column_of` gives those of a column.

    A column without a known heading, before or beside that of ordinals, with nothing but labels
    in it numbers the rows, too; where no column says who leads, the one that names bodies does
    ("Đơn vị" is else one of measure). Columns headed with times that have but marks
    say when, and those that have numbers do not. Beside work and those who do it, a column that
    has but times says when ("Mốc").
    """
    roles, certainty = list(header.roles), list(header.certainty)
    is_led = "lead" in roles
    for column, role in enumerate(roles):
        if role not in (None, "unit", "deadline"):
            continue
        heading = header.headings[column]
        if role != "unit" and period_of(heading):
            role = roles[column] = _timed(heading, column_of(column), role)
            certainty[column] = 1.0 if role == WHEN else certainty[column] if role else 0.0
        if role in (WHEN, "deadline"):
            continue
        texts = [text for text in column_of(column) if text and text != heading]  # not that again
        beside = column == 0 or roles[column - 1] == "ordinal"
        if role is None and beside and len(texts) > 1 and all(map(_numbers, texts)):
            roles[column], certainty[column] = "ordinal", 1.0
        elif is_led or inspects(heading):
            continue
        elif _names_bodies(texts):
            roles[column], certainty[column], is_led = "lead", BODIES, True
    for column, role in _shifted(roles, column_of).items():
        roles[column], certainty[column] = role, BY_CELLS
    if (timed := _untold_time(header.headings, roles, column_of)) is not None:
        roles[timed], certainty[timed] = "deadline", BODIES
    if tuple(roles) == header.roles:
        return header
    return replace(header, roles=tuple(roles), certainty=tuple(certainty))


def _untold_time(
    headings: Sequence[str], roles: Sequence[str | None], column_of: Callable[[int], Iterable[str]]
) -> int | None:
    """The column without a role whose cells say when, of a table that says who does what."""
    if {"deadline", WHEN} & set(roles) or not {"lead", "coordinating"} & set(roles):
        return None
    for column, role in enumerate(roles):
        if role is None and not inspects(headings[column]):
            unit = unit_of(headings[column])
            texts = [f"{unit} {text}" if unit else text for text in column_of(column) if text]
            said = sum(look(t).has("deadline") or look(t).has("dated") for t in texts)
            if len(texts) > 1 and said >= BODIES * len(texts):
                return column
    return None


def _shifted(
    roles: Sequence[str | None], column_of: Callable[[int], Iterable[str]]
) -> dict[int, str]:
    """The roles of columns whose headings stand over others, as in a heading of two rows that lost
    its merged cells: all cells taken together must fit the columns so far better, or at all where
    nothing stands in the column of the work.
    """
    headed = {column: role for column, role in enumerate(roles) if role in _MOVABLE}
    if len(headed) < 3:
        return {}
    cells = {column: list(islice(column_of(column), _ROWS)) for column in headed}
    if max(map(len, cells.values())) < 3:
        return {}
    fits = {}
    for column in headed:
        texts = list(filter(None, cells[column]))
        for role in headed.values():
            fits[column, role] = sum(suits(text, role) for text in texts) / max(1, len(texts))
        fits[column, headed[column]] += _STAYS
    sums = {
        order: sum(fits[column, role] for column, role in zip(headed, order, strict=True))
        for order in permutations(headed.values())
    }
    best = max(sums, key=lambda order: sums[order])
    named = next((c for c, role in headed.items() if role == "task"), None)
    blank = named is not None and not any(cells[named])
    if sums[best] < sums[tuple(headed.values())] + (0 if blank else SHIFT):
        return {}
    return {c: role for c, role in zip(headed, best, strict=True) if headed[c] != role}


_MOVABLE = ("task", "lead", "coordinating", "product", "deadline")
#: As many rows are looked at; what a heading adds to the fit of its own column, of two alike.
_ROWS, _STAYS = 40, threshold("column.stays")


@lru_cache(maxsize=1024)
def inspects(heading: str) -> bool:
    """Whether a column names bodies that are only looked at: "Đơn vị được kiểm tra"."""
    pattern = signs("table")["a heading of bodies that are inspected"].pattern
    return re.search(pattern, heading.lower()) is not None


def _timed(heading: str, cells: Iterable[str], role: str | None) -> str | None:
    """The role of a column headed with a time: its cells have crosses, or say how much."""
    again = {heading, *heading.split(" / ")}
    texts = [t for t in cells if t and t not in again and not _NUMBER_AGAIN.fullmatch(t)]
    if texts and all(map(_MARK.fullmatch, texts)):
        return WHEN
    return None if texts and all(map(_AMOUNT.fullmatch, texts)) else role


_NUMBER_AGAIN, _AMOUNT = re.compile(r"\(\d{1,2}\)"), re.compile(r"[\d.,]+\s*%?")
_MARK = re.compile(r"[xX×✓✔√vV+*●•■]")


def _numbers(text: str) -> bool:
    label = ordinal_of(text)
    return label is not None and label.kind != "bullet"


def _names_bodies(texts: Sequence[str]) -> bool:
    return len(texts) > 1 and sum(look(t).has("agency") for t in texts) >= BODIES * len(texts)
