"""Cells: from symbols to clauses, and from clauses to the one deadline they come to.

A cell is scanned from left to right, each symbol read once, and what is not read is kept. Then
neighbours are put together: what modifies what, and what two kinds in one cell come to.
"""

from collections.abc import Sequence
from datetime import date

from extractor.context import Context
from extractor.language.deadlines.clauses import Clause, dated, every_year
from extractor.language.deadlines.dates import hours, small
from extractor.language.deadlines.notation import interval, months_of, turns
from extractor.language.deadlines.rhythms import rhythm
from extractor.language.deadlines.spans import span
from extractor.language.deadlines.symbols import Symbols
from extractor.language.deadlines.triggers import course, event, lapse, reference

#: Words that bear no time, and marks.
_SILENT = frozenset(("FILL", "TIMELABEL", "HEAD", "HAPPENING", "OF", "MANY", "AND", "OR", "BULLET"))
_MARKS = frozenset(".,;:()-/\"'“”‘’*…[]•+|_!?&`´")
_PIECES = frozenset(("NUM", "NUMBER", "ROMAN", "UNIT", "MONTHSIGN", "QUARTERSIGN", "TERM"))
_TIME = _PIECES | {"PART", "HALF", "TENDAYS", "ORDINAL", "SCHOOLYEAR", "SEMESTER"}
_RELATIONS = frozenset(("BEFORE", "BY", "UNTIL", "IN", "FROM", "AFTER", "WITHIN"))


def clause_at(t: Symbols, at: int, context: Context) -> Clause | None:
    """The clause that starts at symbol `at`."""
    sym = t.sym[at]
    if sym == "CONTINUOUS":
        return Clause("continuous", at, at + 1, rule="continuous", unit="rhythm")
    if sym == "PERIODIC":
        return _periodic(t, at, context)
    if sym in ("ACCORDING", "EXACT", "LIKE", "ABOVE"):
        return reference(t, at, context)
    if sym == "EVENT":
        return event(t, at, context)
    if sym == "COURSE":
        return course(t, at, context)
    if sym in _RELATIONS:
        found = lapse(t, at, context) or span(t, at, context) or event(t, at, context)
        return course(t, at, context) if found is None and t.val[at] == "course" else found
    found = lapse(t, at, context) if sym == "NUM" else None
    return found or rhythm(t, at, context) or span(t, at, context)


def _periodic(t: Symbols, at: int, context: Context) -> Clause:
    """'Định kỳ', 'Định kỳ 6 tháng', 'Định kỳ theo báo cáo CCHC'."""
    nth = at + 1
    nth += t.sym[nth] == "FILL"
    found = rhythm(t, nth, context, alone=True)
    if found is None and t.sym[nth] == "ACCORDING":
        found = reference(t, nth, context)
        if found is not None and found.kind == "reference":
            found.kind, found.rrule, found.rule = "recurring", "unspecified", "periodic paper"
        elif found is not None and found.kind == "event":
            found = None
    if found is not None:
        found.lo = at
        return found
    return Clause("recurring", at, at + 1, rrule="unspecified", rule="periodic", unit="rhythm")


def scan(t: Symbols, context: Context) -> tuple[list[Clause], str, bool]:
    """The clauses of a cell, the words not read (printed form), and whether a status is told."""
    clauses: list[Clause] = []
    unread: list[tuple[int, int]] = []
    status = False
    at, fresh = 0, True
    while at < t.size:
        sym = t.sym[at]
        fresh = fresh or sym in (";", "BULLET")
        stop = _label(t, at, fresh)
        if stop > at:
            at = stop
            continue
        if sym in _SILENT or sym in _MARKS or (sym == "IN" and t.sym[at + 1] == "FOLLOWING"):
            at += 1
            continue
        found = None if sym == "WORD" else clause_at(t, at, context)
        fresh = False
        stop = at + 1
        if found is not None and (found.kind != "none" or found.rrule):
            clauses.append(found)
            stop = found.hi
        elif sym == "FOLLOWING" and clauses and _followed(t, clauses, at):
            pass
        elif found is None and (after := _aside(t, at, clauses)):
            stop = after
        elif sym == "OUTLOOK" and (beyond := span(t, stop, context)) is not None:
            stop = beyond.hi
        else:
            status = status or (sym == "STATUS" and t.size == 1)
            if not status:
                stop = found.hi if found else _broken(t, at)
                unread.append((at, stop))
        at = max(stop, at + 1)
    return clauses, _printed(t, unread), status


def _aside(t: Symbols, at: int, clauses: Sequence[Clause]) -> int:
    """The symbol after what says no more of the day beside it: its hours, with "trước" or not, a
    share ("hoàn thành 100% trước …"), the times of a rhythm, its weekdays; 0 where nothing does."""
    first = at + (t.sym[at] in _RELATIONS)
    if (after := hours(t, first)[0]) > first and t.sym[first] == "NUM":
        return after
    if t.sym[at] == "NUM" and t.printed(at, at + 2).endswith("%"):
        return at + 2
    last = clauses[-1] if clauses else None
    if last is None or last.unit != "rhythm" or not last.rrule:
        return 0
    if t.sym[at : at + 2] == ["NUM", "TIMES"] and t.val[at] == 1:
        return at + 2
    day = at + (t.sym[at] in ("IN", "FROM"))
    day += t.sym[day] == "FILL"
    ranged = t.sym[day + 1] in ("UNTIL", "-") and t.sym[day + 2] == "WEEKDAY"
    if t.sym[day] != "WEEKDAY" or not last.rrule.startswith("FREQ=WEEKLY"):
        return 0
    if t.sym[at] == "FROM" and not ranged:
        return 0
    last.hi = day + 1 + 2 * ranged
    days = "," if "BYDAY" in last.rrule else ";BYDAY="
    last.rrule += days + ",".join(_weekdays(t.val[day], t.val[last.hi - 1]))
    return last.hi


def _weekdays(first: str, last: str) -> tuple[str, ...]:
    """The days from one of a week to another, both counted: MO, TU, WE."""
    begin = _WEEK.index(first)
    return (_WEEK * 2)[begin : begin + (_WEEK.index(last) - begin) % len(_WEEK) + 1]


_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _label(t: Symbols, at: int, fresh: bool) -> int:
    """The symbol after an item's mark ('a)', '1.') or a name of papers ('báo cáo năm:')."""
    short = t.hi[at] - t.lo[at] <= 2 and t.sym[at] in ("WORD", "NUM", "ROMAN")
    if fresh and short and t.sym[at + 1] == ")":
        return at + 2
    if t.sym[at] in ("FILL", "HEAD", "HAPPENING"):
        if t.sym[at + 1] == "ORDINAL" and small(t, at + 2, 99):  # kỳ họp thứ 10
            return at + 3
        if t.sym[at + 1 : at + 3] == ["NUM", ":"]:  # Đợt 1: trước 30/4
            return at + 3
        nth = at + 1 + (t.sym[at + 1] == "NUM")
        if t.sym[nth] == "UNIT" and t.sym[nth + 1] in (")", ":", "BEFORE", "BY"):
            return nth + 1
    return at


def _followed(t: Symbols, clauses: list[Clause], at: int) -> bool:
    """'năm 2024 và những năm tiếp theo' goes on without an end; further off ('…, rà soát trong
    các năm tiếp theo') it is a period of its own."""
    last = clauses[-1]
    if set(t.sym[last.hi : at]) <= {"AND", ","} and last.kind == "period" and last.start:
        last.kind, last.end, last.hi = "continuous", None, at + 1
        last.rule, last.edtf = "and the years after", interval(last.start, None)
        last.unit, last.parts = "open", []
        return True
    if last.end is None:
        return False
    after = Clause("period", at, at + 1, date(last.end.year + 1, 1, 1), rule="the years after")
    after.edtf, after.unit, after.assumed = f"{last.end.year + 1}/..", "open", last.assumed
    clauses.append(after)
    return True


def _broken(t: Symbols, at: int) -> int:
    """The symbol after a date that is none ('31/02/2024', 'tháng 13/2025', 'Quý V'), so that
    no piece of it is read for itself."""
    if t.sym[at] not in _TIME and t.sym[at] not in _RELATIONS:
        return at + 1
    at += 1
    while t.sym[at] in _PIECES or (t.sym[at] in ("/", "-", ".") and t.sym[at + 1] in _PIECES):
        at += 1
    return at


def _printed(t: Symbols, unread: list[tuple[int, int]]) -> str:
    """Neighbouring unread words together, others apart."""
    runs: list[list[int]] = []
    for first, last in unread:
        if runs and t.sym[runs[-1][1]] not in (";", "BULLET") and first - runs[-1][1] <= 0:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return "; ".join(t.printed(a, b) for a, b in runs)


_JOINS = frozenset(("AND", "OR", ";", "BULLET", ":", "."))
#: A span of years bounds what follows it only past these ("Năm 2026, thường xuyên").
_BINDING = frozenset((",", "-", "(", ")", "/"))
_UNBOUND = ("continuous", "recurring", "event", "reference")


def _bounding(clause: Clause) -> bool:
    """Whether a clause is a span of years that may bound a rhythm or an event beside it."""
    years = clause.kind == "period" and clause.unit in ("year", "years")
    return years and clause.relation in ("", "IN", "FROM")


def _plain(clause: Clause, *rules: str) -> bool:
    return clause.kind == "recurring" and clause.unit == "rhythm" and clause.rrule in rules


def _merged(t: Symbols, one: Clause, other: Clause, context: Context) -> Clause | None:
    """The one clause that two neighbours come to, or None where each stands for itself."""
    between = set(t.sym[one.hi : other.lo])
    joined = bool(between & _JOINS)
    for keep, by in ((one, other), (other, one)):
        if keep.kind == "continuous" and keep.unit != "open":
            if by.rule == "course":
                return _grown(keep, one, other)
            if by.kind == "continuous" and by.unit != "open":
                return _grown(keep, one, other)
            if _plain(by, "FREQ=YEARLY", "FREQ=DAILY") and by.rule == "every":
                return _grown(keep, one, other)
        beside = keep is one or between <= _BINDING
        if keep.kind in _UNBOUND and _bounding(by) and not joined and beside and not keep.start:
            keep.start, keep.end, keep.assumed = by.start, by.end, by.assumed
            if keep.kind != "continuous" or by.end is not None or by.start is not None:
                keep.edtf = by.edtf
            keep.unit = "bounded" if keep.kind == "continuous" else keep.unit
            return _grown(keep, one, other)
    found = _narrowed(one, other, between, context) or _until(one, other, between)
    if found is not None:
        return _grown(found, one, other)
    aside = one.lo > 1 and t.sym[one.lo - 1] == "("  # it belongs to what stands before it
    for base, detail in ((one, other), (other, one))[: 2 - aside]:
        found = _detailed(base, detail, joined, context)
        if found is not None:
            return _grown(found, one, other)
    return None


def _narrowed(one: Clause, other: Clause, between: set[str], context: Context) -> Clause | None:
    """'Năm 2025: Quý I' is the first quarter of 2025, and so is 'Quý I, trong năm 2025'."""
    for year, part in ((one, other), (other, one)):
        if year.kind != "period" or year.unit != "year" or len(year.atoms) != 1:
            continue
        printed = year.atoms[0]
        undated = part.atoms and not any(a.dated() for a in part.atoms)
        if not undated or year.relation not in ("", "IN") or part.kind in ("none", "recurring"):
            continue
        if printed.dated() and between <= _BINDING | {":"}:
            for atom in part.atoms:
                atom.year, atom.shift = printed.year, printed.shift
            return dated(part, context)
    return None


def _until(one: Clause, other: Clause, between: set[str]) -> Clause | None:
    """'Từ 15/3, hoàn thành trước 30/6'; 'Thường xuyên đến hết năm 2030'; 'Hằng năm theo …'."""
    says = other.kind == "point" and other.relation in ("UNTIL", "BEFORE", "BY")
    limit = other.end if says else None
    since = one.start if one.relation == "FROM" and one.open_ended() else None
    if limit and "." not in between and since and since <= limit:
        one.end, one.edtf = limit, interval(since, limit)
        one.assumed |= other.assumed
        return one
    lasting = one.kind == "continuous" or (one.kind == "recurring" and one.unit == "rhythm")
    if limit and other.relation == "UNTIL" and between <= _BINDING and lasting and not one.start:
        one.until = limit
        return one
    if one.kind == "recurring" and other.kind == "reference" and not between and not one.trigger:
        one.trigger = other.trigger
        return one
    return None


def _grown(clause: Clause, one: Clause, other: Clause) -> Clause:
    clause.lo, clause.hi = min(one.lo, other.lo), max(one.hi, other.hi)
    return clause


def _detailed(base: Clause, detail: Clause, joined: bool, context: Context) -> Clause | None:
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
            return every_year(detail, context)
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


def _bounded(clause: Clause, context: Context) -> None:
    """What goes on or comes again without a printed span lasts as long as the plan."""
    if clause.kind in ("continuous", "recurring") and clause.start is None:
        clause.assumed = True
        first, last = context.first_year, context.last_year
        if first is not None and last is not None:
            clause.start, clause.end = date(first, 1, 1), date(last, 12, 31)
        if clause.until is not None:  # … đến hết năm 2030
            clause.end = clause.until
            if clause.start is not None and clause.start > clause.end:
                clause.start = None
    if clause.edtf is None and clause.kind in ("continuous", "recurring"):
        clause.edtf = interval(clause.start, clause.end)


def summed(clauses: Sequence[Clause], t: Symbols, context: Context) -> tuple[Clause | None, str]:
    """The deadline that clauses come to (None for none), and the words that found no place."""
    kept: list[Clause] = []
    _share_year(clauses, t, context)
    for clause in clauses:
        while kept:
            one = _merged(t, kept[-1], clause, context)
            if one is None:
                break
            kept.pop()
            clause = one
        kept.append(clause)
    left = [c for c in kept if c.kind == "none"]
    kept = _reports([c for c in kept if c.kind != "none"], context)
    unread = "; ".join(t.printed(c.lo, c.hi) for c in left)
    for clause in kept:
        _bounded(clause, context)
    if len(kept) < 2:
        return (kept[0] if kept else None), unread
    return _cover(kept), unread


def _reports(kept: list[Clause], context: Context) -> list[Clause]:
    """'6 tháng (trước 10/6), năm (trước 10/12)': the days of all reports, as one rule of a year."""
    found: list[Clause] = []
    for clause in kept:
        halves = found and _plain(found[-1], "FREQ=MONTHLY;INTERVAL=6", "FREQ=MONTHLY;INTERVAL=3")
        if halves and clause.atoms and not any(a.dated() for a in clause.atoms):
            clause = every_year(clause, context) or clause
            clause.lo = found.pop().lo
        found.append(clause)
    yearly = all(c.rule == "every year" and c.atoms and not any(c.ranged) for c in found)
    if len(found) in (1, len(kept)) or not yearly or len({c.relation for c in found}) > 1:
        return kept
    whole = found[0]
    whole.atoms = [atom for clause in found for atom in clause.atoms]
    whole.rrule, whole.hi = turns(whole.atoms, whole.relation), found[-1].hi
    return [whole]


def _share_year(clauses: Sequence[Clause], t: Symbols, context: Context) -> None:
    """A year printed last holds for what is said before it in the same sentence, where that does
    not come after it: 'trong quý III và hoàn thành trong quý IV năm 2026'."""
    for n in range(len(clauses) - 2, -1, -1):
        one, other = clauses[n], clauses[n + 1]
        year = other.atoms[0].year if other.atoms and other.atoms[0].unit != "years" else None
        bare = one.kind in ("point", "period", "mixed") and not any(a.dated() for a in one.atoms)
        apart = {";", ".", "BULLET", ":"} & set(t.sym[one.hi : other.lo])
        if year is None or other.unit == "year" or not one.atoms or not bare or apart:
            continue
        first = [a.bounds(context, year) for a in (one.atoms[0], other.atoms[0])]
        if first[0] and first[1] and first[0][0] <= first[1][0]:
            for atom in one.atoms:
                atom.year = year
            dated(one, context)


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
    cover.edtf = interval(cover.start, cover.end)
    cover.rrule = _finest(parts)
    cover.trigger = "; ".join(c.trigger for c in parts if c.trigger) or None
    cover.assumed = any(c.assumed for c in parts)
    return cover
