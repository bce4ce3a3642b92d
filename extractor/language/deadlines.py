"""Deadlines: what stands in a cell "thời gian hoàn thành", or hides in a sentence, understood.

The cell becomes a row of symbols (deadline_words), the symbols clauses (deadline_spans,
recurrence, triggers), and the clauses one deadline (deadline_sum). What was not read is said in
`unread`: a value is never stated for words that were not understood. Conventions: domain brief,
section 7; the forms they were made for are `corpora/deadlines.gold.tsv`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from extractor.language.deadline_atoms import Frame
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_scan import scan
from extractor.language.deadline_search import find_tokens, raw_span, sentences
from extractor.language.deadline_sum import summed
from extractor.language.deadline_words import tokens
from extractor.language.duepolicy import STRICT, DuePolicy, due_day
from extractor.text import normal
from models.deadline import Deadline

__all__ = ["STRICT", "DuePolicy", "find_deadlines", "read_deadline"]


#: Cells up to this many characters are remembered: the same few stand in every row.
_CACHED = 200

#: Marks that repeat the cell above.
_DITTO = frozenset(('"', "“", "”", "''", "〃", "//"))


def read_deadline(
    text: str | None,
    plan_years: Sequence[int] = (),
    on: date | None = None,
    policy: DuePolicy = STRICT,
) -> Deadline:
    """The deadline that `text` states.

    Without a printed year the plan's first year counts (`assumed_year`), and what goes on all
    the time lasts from its first to its last year; without `plan_years` the year of `on`, the
    day of the document. Three states: blank text gives kind "none"; words not understood kind
    "none" with `unread`; words of which some were understood their meaning, with `unread`.
    Never raises. `due` follows `policy`.

    >>> read_deadline("Trước ngày 30/11", [2024]).end
    '2024-11-29'
    >>> found = read_deadline("Quý IV năm 2022", [2023])
    >>> found.kind, found.start, found.end, found.edtf
    ('period', '2022-10-01', '2022-12-31', '2022-36')
    >>> read_deadline("Khi có yêu cầu", [2024]).kind, read_deadline("xyz", [2024]).unread
    ('event', 'xyz')
    """
    read = _read if text is None or len(text) > _CACHED else _cached
    return read(text or "", tuple(plan_years), on, policy, text is None)


def _read(
    text: str, plan_years: tuple[int, ...], on: date | None, policy: DuePolicy, absent: bool
) -> Deadline:
    frame = framed(plan_years, on)
    plain = normal(text)
    if plain.strip() in _DITTO:
        plain = "nt"
    if not any(map(str.isalnum, plain)):
        return Deadline(None if absent else text)
    t = tokens(plain)
    clauses, unread, status = scan(t, frame)
    whole, more = summed(clauses, t, frame)
    left = "; ".join(filter(None, (unread, more)))
    if whole is None:
        if status and not left:
            return Deadline(text, rule="status")
        return Deadline(text, unread=" ".join(plain.split()))
    return _deadline(whole, text, left, t.printed, policy, on)


_cached = lru_cache(maxsize=16384)(_read)


def find_deadlines(
    text: str, plan_years: Sequence[int] = (), on: date | None = None, policy: DuePolicy = STRICT
) -> tuple[tuple[int, int, Deadline], ...]:
    """The deadlines that hide in running text, with their places (start, end) in `text`.

    Only what says that it is a limit counts, not the dates of papers and programmes nor service
    times ("trong 03 ngày làm việc"); see deadline_search.

    >>> found = find_deadlines("Gửi về Sở Nội vụ (trước ngày 10/12/2023) để tổng hợp.", [2024])
    >>> [(start, end, deadline.end) for start, end, deadline in found]
    [(18, 39, '2023-12-09')]
    >>> find_deadlines("Giải quyết trong 03 ngày làm việc.", [2024])
    ()
    """
    frame = framed(plan_years, on)
    t, places = find_tokens(text)
    found = []
    for first, last, clauses in sentences(t, frame):
        start, stop = raw_span(first, last, places, text)
        if clauses is None:
            deadline = read_deadline(text[start:stop], plan_years, on, policy)
            if deadline.kind != "none":
                found.append((start, stop, deadline))
            continue
        whole, left = summed(clauses, t, frame)
        if whole is not None:
            printed = text[start:stop]
            found.append((start, stop, _deadline(whole, printed, left, t.printed, policy, on)))
    return tuple(found)


def framed(plan_years: Sequence[int], on: date | None) -> Frame:
    """The years a deadline without a year is read in."""
    if plan_years:
        return Frame(min(plan_years), max(plan_years))
    return Frame(on.year, on.year) if on else Frame()


def _deadline(
    clause: Clause,
    text: str,
    unread: str,
    printed: Callable[[int, int], str],
    policy: DuePolicy,
    on: date | None,
) -> Deadline:
    due = due_day(clause.kind, clause.start, clause.end, clause.limit, clause.rrule, policy, on)
    return Deadline(
        text=text,
        kind=clause.kind,
        start=clause.start.isoformat() if clause.start else None,
        end=clause.end.isoformat() if clause.end else None,
        due=due.isoformat() if due else None,
        edtf=clause.edtf,
        rrule=clause.rrule,
        trigger=clause.trigger,
        assumed_year=clause.assumed,
        parts=tuple(
            _deadline(part, printed(part.lo, part.hi), "", printed, policy, on)
            for part in clause.parts
        ),
        rule=clause.rule,
        unread=unread,
    )
