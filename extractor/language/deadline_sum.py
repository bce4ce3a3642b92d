"""From clauses to one deadline: what modifies what, and what two kinds in one cell come to."""

from collections.abc import Sequence
from datetime import date

from extractor.language import edtf
from extractor.language.deadline_atoms import Frame
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_stretches import every_year
from extractor.language.deadline_words import Tokens
from extractor.language.recurrence import months_of

_JOINS = ("AND", "OR", ";", "BULLET", ":")
_UNBOUND = ("continuous", "recurring", "event", "reference")


def _bounding(clause: Clause) -> bool:
    """Whether a clause is a span of years that may bound a rhythm or an event beside it."""
    years = clause.kind == "period" and clause.unit in ("year", "years")
    return years and clause.relation in ("", "IN", "FROM")


def _plain(clause: Clause, *rules: str) -> bool:
    return clause.kind == "recurring" and clause.unit == "rhythm" and clause.rrule in rules


def _merged(t: Tokens, one: Clause, other: Clause, frame: Frame) -> Clause | None:
    """The one clause that two neighbours come to, or None where each stands for itself."""
    joined = any(mark in t.sym[one.hi : other.lo] for mark in _JOINS)
    for keep, by in ((one, other), (other, one)):
        if keep.kind == "continuous" and keep.unit != "open":
            if by.kind == "continuous" and by.unit != "open":
                return _grown(keep, one, other)
            if _plain(by, "FREQ=YEARLY", "FREQ=DAILY") and by.rule == "every":
                return _grown(keep, one, other)
        if keep.kind in _UNBOUND and _bounding(by) and not joined and keep.start is None:
            keep.start, keep.end, keep.assumed = by.start, by.end, by.assumed
            if keep.kind != "continuous" or by.end is not None or by.start is not None:
                keep.edtf = by.edtf
            keep.unit = "bounded" if keep.kind == "continuous" else keep.unit
            return _grown(keep, one, other)
    for base, detail in ((one, other), (other, one)):
        found = _detailed(base, detail, joined, frame)
        if found is not None:
            return _grown(found, one, other)
    return None


def _grown(clause: Clause, one: Clause, other: Clause) -> Clause:
    clause.lo, clause.hi = min(one.lo, other.lo), max(one.hi, other.hi)
    return clause


def _detailed(base: Clause, detail: Clause, joined: bool, frame: Frame) -> Clause | None:
    """'Hằng năm, trước ngày 25/12'; 'hằng tháng (trước ngày 20)'; 'hằng quý, hằng năm'."""
    if base.kind != "recurring":
        return None
    if detail.kind == "none" and _plain(base, "FREQ=MONTHLY", "unspecified"):
        if base.rrule == "unspecified":
            return None
        detail.kind = "recurring"
        return detail
    if not joined and _plain(base, "FREQ=YEARLY", "unspecified") and detail.atoms:
        yearly = base.rrule != "unspecified" or detail.kind in ("point", "mixed")
        if yearly and detail.kind != "none" and not any(a.dated() for a in detail.atoms):
            return every_year(detail, frame)
    if detail.kind == "recurring" and not joined:
        if _plain(base, "unspecified") and base.trigger is None:
            return detail
        if base.unit == "rhythm" and detail.rule.startswith(("day of", "weekday", "every year")):
            return detail
    return None


def _finest(clauses: Sequence[Clause]) -> str | None:
    """The shortest rhythm among clauses; "unspecified" where none is said."""
    rules = [c.rrule for c in clauses if c.rrule]
    said = [r for r in rules if r != "unspecified"]
    return min(said, key=months_of) if said else (rules[0] if rules else None)


def _bounded(clause: Clause, frame: Frame) -> None:
    """What goes on or comes again without a printed span lasts as long as the plan."""
    if clause.kind in ("continuous", "recurring") and clause.start is None:
        clause.assumed = True
        if frame.first is not None and frame.last is not None:
            clause.start, clause.end = date(frame.first, 1, 1), date(frame.last, 12, 31)
    if clause.edtf is None and clause.kind in ("continuous", "recurring"):
        clause.edtf = edtf.interval(clause.start, clause.end)


def summed(clauses: Sequence[Clause], t: Tokens, frame: Frame) -> tuple[Clause | None, str]:
    """The deadline that clauses come to (None for none), and the words that found no place."""
    kept: list[Clause] = []
    for clause in clauses:
        while kept:
            one = _merged(t, kept[-1], clause, frame)
            if one is None:
                break
            kept.pop()
            clause = one
        kept.append(clause)
    left = [c for c in kept if c.kind == "none"]
    kept = [c for c in kept if c.kind != "none"]
    unread = "; ".join(t.printed(c.lo, c.hi) for c in left)
    for clause in kept:
        _bounded(clause, frame)
    if len(kept) < 2:
        return (kept[0] if kept else None), unread
    return _cover(kept), unread


def _cover(parts: list[Clause]) -> Clause:
    """The clause that covers several."""
    kinds = {c.kind for c in parts}
    kind = (
        parts[0].kind
        if len(kinds) == 1 and kinds <= {"recurring", "event", "reference"}
        else ("mixed")
    )
    cover = Clause(kind, parts[0].lo, parts[-1].hi, rule="several", parts=parts)
    starts = [c.start for c in parts if c.start]
    ends = [c.end for c in parts if c.end]
    cover.start = min(starts) if starts else None
    if ends and not any(c.open_ended() for c in parts):
        cover.end = max(ends)
    if cover.start and cover.end and cover.start > cover.end:
        cover.start = None
    cover.edtf = edtf.interval(cover.start, cover.end)
    cover.rrule = _finest(parts)
    cover.trigger = "; ".join(c.trigger for c in parts if c.trigger) or None
    cover.assumed = any(c.assumed for c in parts)
    return cover
