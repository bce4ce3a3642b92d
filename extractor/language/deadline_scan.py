"""From symbols to clauses: left to right, each symbol read once; what is not read is kept."""

from extractor.language.deadline_atoms import Frame
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_spans import span
from extractor.language.deadline_words import Tokens
from extractor.language.recurrence import rhythm
from extractor.language.triggers import event, lapse, reference

#: Words that bear no time, and marks.
_SILENT = frozenset(("FILL", "HEAD", "HAPPENING", "OF", "MANY", "AND", "OR", "BULLET"))
_MARKS = frozenset(".,;:()-/\"'“”‘’*…[]•+|_!?&`´")
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
        found = None if sym == "WORD" or sym in _MARKS else clause_at(t, at, frame)
        if found is not None:
            if sym == "EVENT" or sym not in _SILENT:
                clauses.append(found)
                at, fresh = max(found.hi, at + 1), False
                continue
        if sym == "FOLLOWING":
            if clauses and clauses[-1].kind == "period" and clauses[-1].start:
                last = clauses[-1]
                last.kind, last.end, last.hi = "continuous", None, at + 1
                last.rule, last.edtf = "and the years after", f"{last.start.year}/.."
                last.unit, last.parts = "open", []
            else:
                unread.append((at, at + 1))
        elif sym == "OUTLOOK":
            beyond = span(t, at + 1, frame)
            if beyond is None:
                unread.append((at, at + 1))
            else:
                at = max(beyond.hi, at + 1)
                continue
        elif sym == "STATUS":
            status = True
            if t.size > at + 1 or at > 0:
                unread.append((at, at + 1))
        elif (
            t.sym[at + 1] == ")"
            and fresh
            and t.hi[at] - t.lo[at] <= 2
            and sym
            in (
                "WORD",
                "NUM",
                "ROMAN",
            )
        ):
            at += 1
        elif sym not in _SILENT and sym not in _MARKS:
            unread.append((at, at + 1))
        if sym in (";", "BULLET"):
            fresh = True
        at += 1
    return clauses, _printed(t, unread), status


def _printed(t: Tokens, unread: list[tuple[int, int]]) -> str:
    """Neighbouring unread words together, others apart."""
    runs: list[list[int]] = []
    for first, last in unread:
        if runs and t.sym[runs[-1][1]] not in (";", "BULLET") and first - runs[-1][1] <= 0:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return "; ".join(t.printed(a, b) for a, b in runs)
