"""Learns how to tell the rest of a row after a page break from the next row.

The lessons are rows of the sample plans, cut where a page might end (each cell at the same line of
print), and rows that follow one another, without their ordinals, which would tell. The weights
(`corpora/models/breaks.tsv`) are those of a logistic regression; the scores
(`corpora/scores/breaks.json`) those of each plan with weights that have not seen it.
"""

import random
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from math import exp

from extractor.layout import Table
from extractor.readers.html import read_html
from extractor.structure.headers import Header, header_of
from extractor.structure.sheets import Row, rest_signs
from service.training import PLANS, ROOT, write_scores, write_weights

_SEED, _ROUNDS, _RATE, _DIGITS = 0, 300, 0.5, 2
#: Characters of a line of print: in the columns of long texts, and in the others.
_WIDE, _NARROW = (28, 48), (9, 22)
_LONG = frozenset({"task", "target"})

#: The signs of one row, and whether it is the rest of the row above.
Lesson = tuple[Mapping[str, float], bool]


def lessons(slug: str) -> list[Lesson]:
    """Each row of the plan's tables cut at a line of its own, and each with the row below it."""
    draw = random.Random(_SEED)
    found: list[Lesson] = []
    for table in read_html((ROOT / "plans" / slug / f"{slug}.html").read_bytes()).tables():
        header = header_of(table)
        if table.columns < 3 or table.rows < 4 or not header.depth:
            continue
        before: list[str] = []
        for texts in _rows(table, header):
            heads = sum(map(bool, texts)) < 2  # it has a title and no more
            cut = None if heads else _cut(texts, header.roles, draw)
            if cut:
                found.append((rest_signs(_row(cut[0]), _row(cut[1]), header), True))
            if any(before) and not heads:
                found.append((rest_signs(_row(before), _row(texts), header), False))
            before = texts
    return found


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


def train(known: Sequence[Lesson]) -> dict[str, float]:
    """The weights of the signs, by steps against the slope of the whole."""
    found: dict[str, float] = {sign: 0.0 for signs, _ in known for sign in sorted(signs)}
    for _ in range(_ROUNDS):
        slopes = dict.fromkeys(found, 0.0)
        for signs, goes_on in known:
            wrong = goes_on - 1.0 / (1.0 + exp(-_score(signs, found)))
            for sign, value in signs.items():
                slopes[sign] += wrong * value
        for sign, slope in slopes.items():
            found[sign] += _RATE * (slope / len(known) - 0.001 * found[sign])
    return {sign: round(weight, _DIGITS) for sign, weight in sorted(found.items())}


def _score(signs: Mapping[str, float], known: Mapping[str, float]) -> float:
    return sum(known.get(sign, 0.0) * value for sign, value in signs.items())


def right(known: Mapping[str, float], shown: Sequence[Lesson]) -> float:
    """The share of `shown` that the weights tell right."""
    return sum((_score(signs, known) > 0) == goes_on for signs, goes_on in shown) / len(shown)


def main() -> None:
    """Writes weights and scores into `corpora/`."""
    known = {slug: lessons(slug) for slug in PLANS}
    write_weights(
        "breaks",
        (
            "Weights of the signs that a row after a page break is the rest of the one above.",
            "Made by service/training/breaks.py from the sample plans, not by hand; 2026-11.",
        ),
        train([one for slug in PLANS for one in known[slug]]),
    )
    scores = {}
    for slug, own in known.items():
        others = [one for other in PLANS if other != slug for one in known[other]]
        scores[slug] = {"lessons": len(own), "right": round(right(train(others), own), 4)}
    write_scores("breaks", scores)


if __name__ == "__main__":
    main()
