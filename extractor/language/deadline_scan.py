"""From symbols to clauses: left to right, each symbol read once; what is not read is kept."""

from datetime import date

from extractor.language import edtf
from extractor.language.deadline_atoms import Frame, small
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_spans import span
from extractor.language.deadline_words import Tokens
from extractor.language.rhythms import rhythm
from extractor.language.triggers import event, lapse, reference

#: Words that bear no time, and marks.
_SILENT = frozenset(("FILL", "TIMELABEL", "HEAD", "HAPPENING", "OF", "MANY", "AND", "OR", "BULLET"))
_MARKS = frozenset(".,;:()-/\"'“”‘’*…[]•+|_!?&`´")
_PIECES = frozenset(("NUM", "NUMBER", "ROMAN", "UNIT", "MONTHSIGN", "QUARTERSIGN", "TERM"))
_TIME = _PIECES | {"PART", "HALF", "TENDAYS", "ORDINAL", "SCHOOLYEAR"}
_RELATIONS = frozenset(("BEFORE", "BY", "UNTIL", "IN", "FROM", "AFTER", "WITHIN"))


def clause_at(t: Tokens, at: int, frame: Frame) -> Clause | None:
    """The clause that starts at symbol `at`."""
    sym = t.sym[at]
    if sym == "CONTINUOUS":
        return Clause("continuous", at, at + 1, rule="continuous", unit="rhythm")
    if sym == "PERIODIC":
        return _periodic(t, at, frame)
    if sym in ("ACCORDING", "EXACT", "LIKE", "ABOVE"):
        return reference(t, at, frame)
    if sym == "EVENT":
        return event(t, at, frame)
    if sym in _RELATIONS:
        return lapse(t, at, frame) or span(t, at, frame) or event(t, at, frame)
    found = lapse(t, at, frame) if sym == "NUM" else None
    return found or rhythm(t, at, frame) or span(t, at, frame)


def _periodic(t: Tokens, at: int, frame: Frame) -> Clause:
    """'Định kỳ', 'Định kỳ 6 tháng', 'Định kỳ theo báo cáo CCHC'."""
    nth = at + 1
    nth += t.sym[nth] == "FILL"
    found = rhythm(t, nth, frame, alone=True)
    if found is None and t.sym[nth] == "ACCORDING":
        found = reference(t, nth, frame)
        if found is not None and found.kind == "reference":
            found.kind, found.rrule, found.rule = "recurring", "unspecified", "periodic paper"
        elif found is not None and found.kind == "event":
            found = None
    if found is not None:
        found.lo = at
        return found
    return Clause("recurring", at, at + 1, rrule="unspecified", rule="periodic", unit="rhythm")


def scan(t: Tokens, frame: Frame) -> tuple[list[Clause], str, bool]:
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
        found = None if sym == "WORD" else clause_at(t, at, frame)
        fresh = False
        stop = at + 1
        if found is not None and (found.kind != "none" or found.rrule):
            clauses.append(found)
            stop = found.hi
        elif sym == "FOLLOWING" and clauses and _followed(t, clauses, at):
            pass
        elif sym == "OUTLOOK" and (beyond := span(t, stop, frame)) is not None:
            stop = beyond.hi
        else:
            status = status or (sym == "STATUS" and t.size == 1)
            if not status:
                stop = found.hi if found else _broken(t, at)
                unread.append((at, stop))
        at = max(stop, at + 1)
    return clauses, _printed(t, unread), status


def _label(t: Tokens, at: int, fresh: bool) -> int:
    """The symbol after an item's mark ('a)', '1.') or a name of papers ('báo cáo năm:')."""
    short = t.hi[at] - t.lo[at] <= 2 and t.sym[at] in ("WORD", "NUM", "ROMAN")
    if fresh and short and t.sym[at + 1] == ")":
        return at + 2
    if t.sym[at] in ("FILL", "HEAD", "HAPPENING"):
        if t.sym[at + 1] == "ORDINAL" and small(t, at + 2, 99):  # kỳ họp thứ 10
            return at + 3
        nth = at + 1 + (t.sym[at + 1] == "NUM")
        if t.sym[nth] == "UNIT" and t.sym[nth + 1] in (")", ":", "BEFORE", "BY"):
            return nth + 1
    return at


def _followed(t: Tokens, clauses: list[Clause], at: int) -> bool:
    """'năm 2024 và những năm tiếp theo' goes on without an end; further off ('…, rà soát trong
    các năm tiếp theo') it is a period of its own."""
    last = clauses[-1]
    if set(t.sym[last.hi : at]) <= {"AND", ","} and last.kind == "period" and last.start:
        last.kind, last.end, last.hi = "continuous", None, at + 1
        last.rule, last.edtf = "and the years after", edtf.interval(last.start, None)
        last.unit, last.parts = "open", []
        return True
    if last.end is None:
        return False
    after = Clause("period", at, at + 1, date(last.end.year + 1, 1, 1), rule="the years after")
    after.edtf, after.unit, after.assumed = f"{last.end.year + 1}/..", "open", last.assumed
    clauses.append(after)
    return True


def _broken(t: Tokens, at: int) -> int:
    """The symbol after a date that is none ('31/02/2024', 'tháng 13/2025', 'Quý V'), so that
    no piece of it is read for itself."""
    if t.sym[at] not in _TIME and t.sym[at] not in _RELATIONS:
        return at + 1
    at += 1
    while t.sym[at] in _PIECES or (t.sym[at] in ("/", "-", ".") and t.sym[at + 1] in _PIECES):
        at += 1
    return at


def _printed(t: Tokens, unread: list[tuple[int, int]]) -> str:
    """Neighbouring unread words together, others apart."""
    runs: list[list[int]] = []
    for first, last in unread:
        if runs and t.sym[runs[-1][1]] not in (";", "BULLET") and first - runs[-1][1] <= 0:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return "; ".join(t.printed(a, b) for a, b in runs)
