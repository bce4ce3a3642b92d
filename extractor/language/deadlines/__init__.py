"""Deadlines: what stands in a cell "thời gian hoàn thành", or hides in a sentence, understood.

The cell becomes a row of symbols (symbols), the symbols clauses (spans, rhythms, triggers), and
the clauses one deadline (cells). What was not read is said in `unread`: a value is never stated
for words that were not understood. The forms it was made for are those of `deadlines.tsv` among
the expectations of the tests.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from extractor.context import Context
from extractor.language.deadlines.cells import scan, summed
from extractor.language.deadlines.clauses import Clause
from extractor.language.deadlines.search import limits
from extractor.language.deadlines.symbols import Symbols, symbols
from extractor.text import normal, normal_with_places
from models.deadline import Deadline

#: Cells up to this many characters are remembered: the same few stand in every row.
_CACHED = 200

#: Marks that repeat the cell above.
_DITTO = frozenset(('"', "“", "”", "''", "〃", "//"))


def read_deadline(
    text: str | None, plan_years: Sequence[int] = (), on: date | None = None
) -> Deadline:
    """The deadline that `text` states.

    Without a printed year the plan's first year counts (`assumed_year`), and what goes on all
    the time lasts from its first to its last year; without `plan_years` the year of `on`, the
    day of the document. Three states: blank text gives kind "none"; words not understood kind
    "none" with `unread`; words of which some were understood their meaning, with `unread`.
    Never raises.

    >>> read_deadline("Trước ngày 30/11", [2024]).end
    '2024-11-29'
    >>> found = read_deadline("Quý IV năm 2022", [2023])
    >>> found.kind, found.start, found.end, found.edtf
    ('period', '2022-10-01', '2022-12-31', '2022-36')
    >>> read_deadline("Khi có yêu cầu", [2024]).kind, read_deadline("xyz", [2024]).unread
    ('event', 'xyz')
    """
    read = _read if text is None or len(text) > _CACHED else _cached
    return read(text, tuple(plan_years), on)


def _read(text: str | None, plan_years: tuple[int, ...], on: date | None) -> Deadline:
    context = Context(None, on, plan_years)
    plain = normal(text or "")
    if plain.strip() in _DITTO:
        plain = "nt"
    if not any(map(str.isalnum, plain)):
        return Deadline(text)
    t = symbols(plain)
    clauses, unread, status = scan(t, context)
    whole, more = summed(clauses, t, context)
    left = "; ".join(filter(None, (unread, more)))
    if whole is None:
        if status and not left:
            return Deadline(text, rule="status")
        return Deadline(text, unread=" ".join(plain.split()))
    return _deadline(whole, text, left, t)


_cached = lru_cache(maxsize=16384)(_read)


def find_deadlines(
    text: str, plan_years: Sequence[int] = (), on: date | None = None
) -> tuple[tuple[int, int, Deadline], ...]:
    """The deadlines that hide in running text, with their places (start, end) in `text`.

    Only what says that it is a limit counts, not the dates of papers and programmes nor service
    times ("trong 03 ngày làm việc"); see search.

    >>> found = find_deadlines("Gửi về Sở Nội vụ (trước ngày 10/12/2023) để tổng hợp.", [2024])
    >>> [(start, end, deadline.end) for start, end, deadline in found]
    [(18, 39, '2023-12-09')]
    >>> find_deadlines("Giải quyết trong 03 ngày làm việc.", [2024])
    ()
    """
    context = Context(None, on, tuple(plan_years))
    plain, places = normal_with_places(text)
    t = symbols(plain)
    found = []
    for start, stop, clauses in limits(t, context):
        if places is not None and start < stop:
            start, stop = places[start], places[stop] if stop < len(places) else len(text)
        if clauses is None:
            deadline = read_deadline(text[start:stop], plan_years, on)
            if deadline.kind != "none":
                found.append((start, stop, deadline))
            continue
        whole, left = summed(clauses, t, context)
        if whole is not None:
            found.append((start, stop, _deadline(whole, text[start:stop], left, t)))
    return tuple(found)


def _deadline(clause: Clause, text: str | None, unread: str, t: Symbols) -> Deadline:
    end = clause.end.isoformat() if clause.end else None
    return Deadline(
        text=text,
        kind=clause.kind,
        start=clause.start.isoformat() if clause.start else None,
        end=end,
        due=None if clause.kind == "continuous" else end,
        edtf=clause.edtf,
        rrule=clause.rrule,
        trigger=clause.trigger,
        assumed_year=clause.assumed,
        parts=tuple(_deadline(part, t.printed(part.lo, part.hi), "", t) for part in clause.parts),
        rule=clause.rule,
        unread=unread,
    )
