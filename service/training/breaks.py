"""Rows cut by a page, from which `signs` learns to tell the rest of a row from the next row.

They are rows of the sample plans, cut where a page might end (each cell at the same line of print),
and rows that follow one another, without their ordinals, which would tell.
"""

import random
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from extractor.layout import Table
from extractor.readers.html import read_html
from extractor.structure.headers import Header, header_of
from extractor.structure.sheets import Row, rest_signs
from service.training import PLANS, ROOT
from service.training.judgements import Lesson

_SEED = 0
#: Characters of a line of print: in the columns of long texts, and in the others.
_WIDE, _NARROW = (28, 48), (9, 22)
_LONG = frozenset({"task", "target"})


def lessons() -> Iterator[Lesson]:
    """Each row of the plans' tables cut at a line of its own, and each with the row below it."""
    for slug in PLANS:
        for kind, signs in _judged(slug):
            yield Lesson("cut", slug, kind, tuple(sorted(signs.elements())))


def _judged(slug: str) -> Iterator[tuple[str, Counter[str]]]:
    draw = random.Random(_SEED)
    for table in read_html((ROOT / "plans" / slug / f"{slug}.html").read_bytes()).tables():
        header = header_of(table)
        if table.columns < 3 or table.rows < 4 or not header.depth:
            continue
        before: list[str] = []
        for texts in _rows(table, header):
            heads = sum(map(bool, texts)) < 2  # it has a title and no more
            cut = None if heads else _cut(texts, header.roles, draw)
            if cut:
                yield "rest", rest_signs(_row(cut[0]), _row(cut[1]), header)
            if any(before) and not heads:
                yield "row", rest_signs(_row(before), _row(texts), header)
            before = texts


def _rows(table: Table, header: Header) -> Iterator[list[str]]:
    """The texts that begin in each row, without its ordinal."""
    for number, line in enumerate(table.grid()[header.depth :], header.depth):
        yield [
            cell.text if cell and cell.row == number and role != "ordinal" else ""
            for cell, role in zip(line, header.roles, strict=True)
        ]


def _row(texts: list[str]) -> Row:
    return Row(texts, [[] for _ in texts], [True] * len(texts), 1, 1, False)


def _cut(
    row: Sequence[str], roles: Sequence[str | None], draw: random.Random
) -> tuple[list[str], list[str]] | None:
    """What of a row stands above the break and what below; None for a row of one line."""
    printed = []
    for text, role in zip(row, roles, strict=True):
        width = draw.randint(*(_WIDE if role in _LONG else _NARROW))
        printed.append([line for part in text.split("\n") for line in textwrap.wrap(part, width)])
    tallest = max(map(len, printed))
    if tallest < 2:
        return None
    at = draw.randint(1, tallest - 1)
    return [" ".join(p[:at]) for p in printed], [" ".join(p[at:]) for p in printed]
