"""From clauses to one deadline: what modifies what, and what two kinds in one cell come to."""

from collections.abc import Sequence
from datetime import date

from extractor.language import edtf
from extractor.language.deadline_atoms import Frame
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_stretches import dated, every_year
from extractor.language.deadline_words import Tokens
from extractor.language.recurrence import months_of

_JOINS = frozenset(("AND", "OR", ";", "BULLET", ":", "."))
#: A span of years bounds what follows it only past these ("Năm 2026, thường xuyên").
_MARKS = frozenset((",", "-", "(", ")", "/"))
_UNBOUND = ("continuous", "recurring", "event", "reference")


def _bounding(clause: Clause) -> bool:
    """Whether a clause is a span of years that may bound a rhythm or an event beside it."""
    years = clause.kind == "period" and clause.unit in ("year", "years")
    return years and clause.relation in ("", "IN", "FROM")


def _plain(clause: Clause, *rules: str) -> bool:
    return clause.kind == "recurring" and clause.unit == "rhythm" and clause.rrule in rules


def _merged(t: Tokens, one: Clause, other: Clause, frame: Frame) -> Clause | None:
    """The one clause that two neighbours come to, or None where each stands for itself."""
    between = set(t.sym[one.hi : other.lo])
    joined = bool(between & _JOINS)
    for keep, by in ((one, other), (other, one)):
        if keep.kind == "continuous" and keep.unit != "open":
            if by.kind == "continuous" and by.unit != "open":
                return _grown(keep, one, other)
            if _plain(by, "FREQ=YEARLY", "FREQ=DAILY") and by.rule == "every":
                return _grown(keep, one, other)
        beside = keep is one or between <= _MARKS
        if keep.kind in _UNBOUND and _bounding(by) and not joined and beside and not keep.start:
            keep.start, keep.end, keep.assumed = by.start, by.end, by.assumed
            if keep.kind != "continuous" or by.end is not None or by.start is not None:
                keep.edtf = by.edtf
            keep.unit = "bounded" if keep.kind == "continuous" else keep.unit
            return _grown(keep, one, other)
    found = _narrowed(one, other, between, frame) or _until(one, other, between)
    if found is not None:
        return _grown(found, one, other)
    for base, detail in ((one, other), (other, one)):
        found = _detailed(base, detail, joined, frame)
        if found is not None:
            return _grown(found, one, other)
    return None


def _narrowed(one: Clause, other: Clause, between: set[str], frame: Frame) -> Clause | None:
    """'Năm 2025: Quý I' is the first quarter of 2025, and so is 'Quý I, trong năm 2025'."""
    for year, part in ((one, other), (other, one)):
        if year.kind != "period" or year.unit != "year" or len(year.atoms) != 1:
            continue
        printed = year.atoms[0]
        undated = part.atoms and not any(a.dated() for a in part.atoms)
        if not undated or year.relation not in ("", "IN") or part.kind in ("none", "recurring"):
            continue
        if printed.dated() and between <= _MARKS | {":"}:
            for atom in part.atoms:
                atom.year, atom.shift = printed.year, printed.shift
            return dated(part, frame)
    return None


def _until(one: Clause, other: Clause, between: set[str]) -> Clause | None:
    """'Từ 15/3, hoàn thành trước 30/6'; 'Thường xuyên đến hết năm 2030'; 'Hằng năm theo …'."""
    says = other.kind == "point" and other.relation in ("UNTIL", "BEFORE", "BY")
    limit = other.end if says else None
    since = one.start if one.relation == "FROM" and one.open_ended() else None
    if limit and "." not in between and since and since <= limit:
        one.end, one.edtf = limit, edtf.interval(since, limit)
        one.assumed |= other.assumed
        return one
    lasting = one.kind == "continuous" or (one.kind == "recurring" and one.unit == "rhythm")
    if limit and other.relation == "UNTIL" and between <= _MARKS and lasting and not one.start:
        one.limit = limit
        return one
    if one.kind == "recurring" and other.kind == "reference" and not between and not one.trigger:
        one.trigger = other.trigger
        return one
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
        if clause.limit is not None:  # … đến hết năm 2030
            clause.end, clause.limit = clause.limit, None
            if clause.start is not None and clause.start > clause.end:
                clause.start = None
    if clause.edtf is None and clause.kind in ("continuous", "recurring"):
        clause.edtf = edtf.interval(clause.start, clause.end)


def summed(clauses: Sequence[Clause], t: Tokens, frame: Frame) -> tuple[Clause | None, str]:
    """The deadline that clauses come to (None for none), and the words that found no place."""
    kept: list[Clause] = []
    _share_year(clauses, t, frame)
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


def _share_year(clauses: Sequence[Clause], t: Tokens, frame: Frame) -> None:
    """A year printed last holds for what is said before it in the same sentence, where that does
    not come after it: 'trong quý III và hoàn thành trong quý IV năm 2026'."""
    for n in range(len(clauses) - 2, -1, -1):
        one, other = clauses[n], clauses[n + 1]
        year = other.atoms[0].year if other.atoms and other.atoms[0].unit != "years" else None
        bare = one.kind in ("point", "period", "mixed") and not any(a.dated() for a in one.atoms)
        apart = {";", ".", "BULLET", ":"} & set(t.sym[one.hi : other.lo])
        if year is None or other.unit == "year" or not one.atoms or not bare or apart:
            continue
        first = [a.bounds(frame, year) for a in (one.atoms[0], other.atoms[0])]
        if first[0] and first[1] and first[0][0] <= first[1][0]:
            for atom in one.atoms:
                atom.year = year
            dated(one, frame)


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
    if cover.start and any(c.end < cover.start for c in parts if c.end):
        cover.start = None
    cover.edtf = edtf.interval(cover.start, cover.end)
    cover.rrule = _finest(parts)
    cover.trigger = "; ".join(c.trigger for c in parts if c.trigger) or None
    cover.assumed = any(c.assumed for c in parts)
    return cover
