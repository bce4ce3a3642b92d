"""Deadlines that hide in running text: "(trước ngày 10/12/2023)", "hoàn thành trong quý I".

Text is full of dates that are no deadlines: those of papers, of programmes ("giai đoạn
2021-2025"), of service times ("trong 03 ngày làm việc"). So only what says that it is a limit
counts: a relation before the date, a lapse of time after an event that is no receipt, the word
định kỳ before a rhythm or its place (it opens the sentence, or goes before what is sent),
brackets around a date, or a label ("Thời hạn hoàn thành: …"), after which the sentence is read
as a cell.
"""

import re
from bisect import bisect_right

from extractor.context import Context
from extractor.language.deadlines.cells import clause_at
from extractor.language.deadlines.clauses import Clause
from extractor.language.deadlines.symbols import Symbols
from extractor.language.deadlines.triggers import lapse

_SAID = frozenset(("BEFORE", "BY", "UNTIL", "IN"))
_JOINS = frozenset((",", "AND", "OR", "(", ")"))
_LABELS = frozenset(("thời gian", "thời hạn", "tiến độ", "hạn", "thời điểm"))

#: Words before days between which something is counted.
_COUNTED = re.compile(r"số\s+liệu|tính|phát\s+sinh|kết\s+quả|kỳ|giai\s+đoạn|thời\s+điểm|trích")
#: Words before the years in which something is done, and before a time to be avoided.
_CARRIED = ("thực hiện", "triển khai", "tiến hành", "hoàn thành")
_AVOIDED = re.compile(r"\b(?:không(?:\s+để)?|tránh|hạn\s+chế)\s+[^\s,;.]+(?:\s+[^\s,;.]+)?\s*$")
_STOPS = frozenset((".", ";", "/", ")"))
#: A rhythm with its day.
_DAY = re.compile(r"BYMONTHDAY|BYDAY")
#: A deadline in the text of a task lies near the plan's years; other dates belong to papers.
_YEARS_BEFORE, _YEARS_AFTER = 1, 10


def limits(t: Symbols, context: Context) -> list[tuple[int, int, list[Clause] | None]]:
    """What to read: (first, last) characters, with its clauses or None to read it as a cell."""
    found: list[tuple[int, int, list[Clause] | None]] = []
    spans: list[tuple[int, int, list[Clause] | None]] = []
    stops = [n for n in range(t.size) if t.sym[n] in (";", "BULLET") or _ends(t, n)]
    at = 0
    while at < t.size:
        if _label(t, at):
            later = bisect_right(stops, at + 1)
            stop = stops[later] if later < len(stops) else t.size
            if stop > at + 2:
                found.append((t.lo[at + 2], t.hi[stop - 1], None))
            at = max(stop, at + 2)
            continue
        early = t.sym[at] == "EVENT" and t.val[at] == "before" and _done(t, at)
        if early or (t.sym[at] == "EVENT" and t.printed(at, at + 1).lower() == "ngay sau khi"):
            # "ngay sau khi có hướng dẫn …", "hoàn thành trước khi …", up to the end of its clause
            stop = next(
                (n for n in range(at, t.size) if t.sym[n] in (",", ";") or _ends(t, n)), t.size
            )
            found.append((t.lo[at], t.hi[stop - 1], None))
            at = stop
            continue
        clause = _limit(t, at, context) if t.sym[at] != "WORD" else None
        if clause is None:
            beside = clause_at(t, at, context) if t.sym[at] in ("FROM", "AFTER") else None
            if beside is not None and _lasts(t, at, beside, context):
                spans.append((t.lo[at], t.hi[beside.hi - 1], [beside]))
            at = max(beside.hi if beside is not None and beside.atoms else 0, at + 1)
            continue
        clauses = [clause]
        at = max(clause.hi, at + 1)
        alone = clause.rule in ("every", "rhythm", "times", "periodic")
        while len(clauses) < 8:  # "Định kỳ hằng quý, trước ngày 15 tháng cuối quý"
            ahead = at + (t.sym[at] in _JOINS)
            more = _limit(t, ahead, context) if t.sym[ahead] else None
            if more is None:
                break
            clauses.append(more)
            at = max(more.hi, ahead + 1)
        if alone and len(clauses) == 1 and not _paced(t, clause):
            continue
        if len(clauses) == 1 and clause.rrule == "unspecified":
            continue
        found.append((t.lo[clauses[0].lo], t.hi[clauses[-1].hi - 1], clauses))
    return found or spans


def _lasts(t: Symbols, at: int, clause: Clause, context: Context) -> bool:
    """Whether a clause says from which day to which something is done: "từ ngày 01/12/2025 đến
    hết ngày 30/4/2026"; what is counted from a day to another ("số liệu từ …") is none."""
    days = clause.relation == "FROM" and clause.start is not None and clause.end is not None
    if not days or clause.kind != "period" or not _near(clause, context):
        return False
    said = t.printed(max(at - 3, 0), at).lower()
    if all(a.unit in ("year", "years") for a in clause.atoms):
        return said.endswith(_CARRIED) and _is_last(t, clause)
    return all(a.unit in ("day", "month", "quarter") for a in clause.atoms) and not _COUNTED.search(
        said
    )


def _season(t: Symbols, at: int) -> Clause | None:
    """ "Trước mùa mưa bão năm 2026": something that comes round each year, with its year."""
    hi = at + 1
    if t.sym[at] != "BEFORE" or t.sym[hi] != "HAPPENING" or t.val[hi] != "season":
        return None
    hi += 1
    ahead = hi + (t.sym[hi] == "UNIT" and t.val[hi] == "year")
    if t.sym[ahead] == "NUM" and t.figures(ahead) == 4:
        hi = ahead + 1
        if t.sym[hi] == "-" and t.sym[hi + 1] == "NUM":
            hi += 2
    words = t.printed(at, hi)
    return Clause("event", at, hi, trigger=words, rule="season")


def _is_last(t: Symbols, clause: Clause) -> bool:
    """Whether nothing but stops stands behind a clause, or another part of the sentence."""
    return t.sym[clause.hi] == ";" or all(t.sym[n] in _STOPS for n in range(clause.hi, t.size))


def _paced(t: Symbols, clause: Clause) -> bool:
    """Whether a rhythm says how often something is done ("hằng tuần báo cáo"), rather than what
    it is ("kế hoạch hằng năm", "đời sống hằng ngày")."""
    at = clause.lo
    opens = at == 0 or t.sym[at - 1] in (";", "BULLET") or _ends(t, at - 1)
    sends = t.sym[clause.hi] == "FILL" and t.val[clause.hi] == "send"
    last = clause.hi >= t.size or t.sym[clause.hi] == ";" or _ends(t, clause.hi)
    often = (sends or last) and clause.rrule != "FREQ=YEARLY"
    return t.sym[at] == "PERIODIC" or opens or often


def _ends(t: Symbols, at: int) -> bool:
    """Whether a sentence ends with symbol `at`."""
    return t.sym[at] == "." and (at + 1 >= t.size or t.lo[at + 1] > t.hi[at])


def _label(t: Symbols, at: int) -> bool:
    if t.sym[at + 1] != ":":
        return False
    return t.sym[at] == "TIMELABEL" or t.printed(at, at + 1).lower() in _LABELS


def _near(clause: Clause, context: Context) -> bool:
    days = [d for d in (clause.start, clause.end) if d is not None]
    if context.first_year is None or context.last_year is None or not days:
        return True
    low, high = context.first_year - _YEARS_BEFORE, context.last_year + _YEARS_AFTER
    return all(low <= d.year <= high for d in days)


def _limit(t: Symbols, at: int, context: Context) -> Clause | None:
    """The clause at `at` where it says that it is a limit."""
    sym = t.sym[at]
    if sym in ("PERIODIC", "EVERY", "YEARLY"):  # counts with a limit beside it, see limits
        clause = clause_at(t, at, context)
        if clause is None or clause.kind != "recurring" or clause.trigger is not None:
            return None
        return clause
    if season := _season(t, at):
        return season
    if sym in ("UNIT", "WEEKDAY"):  # "ngày 25 hằng tháng", "thứ Sáu hằng tuần"
        clause = clause_at(t, at, context)
        if clause is not None and clause.kind == "recurring" and _DAY.search(clause.rrule or ""):
            return clause
    bracket = at > 0 and t.sym[at - 1] == "("
    if sym not in _SAID and not bracket and not _done(t, at):
        return None
    if sym in ("CONTINUOUS", "EVENT", "ACCORDING", "EXACT", "LIKE", "ABOVE"):
        return None
    if sym == "IN" and _AVOIDED.search(t.printed(max(at - 5, 0), at).lower()):
        return None  # "không để dồn vào cuối năm"
    comma = next((n for n in range(at, t.size) if t.sym[n] == ","), None)
    if (after := lapse(t, at, context, comma)) and after.kind == "event":
        return None if "receipt" in t.val[at : after.hi] else after
    clause = clause_at(t, at, context)
    if clause is None or clause.kind not in ("point", "period", "recurring", "mixed"):
        return None
    if not clause.atoms or not _near(clause, context) or t.sym[clause.hi] == "/":
        return None
    years = all(a.unit in ("year", "years") for a in clause.atoms)
    if clause.relation == "IN" and years and not (_done(t, at) or bracket or _is_last(t, clause)):
        return None
    if clause.relation == "UNTIL" and years and not _done(t, at):
        return None
    if clause.relation in ("FROM", "AFTER"):
        return None
    if clause.relation == "" and years and not _done(t, at):
        return None
    if clause.relation == "" and bracket and t.sym[clause.hi] != ")":
        return None
    return clause


def _done(t: Symbols, at: int) -> bool:
    return at > 0 and t.sym[at - 1] == "FILL" and t.val[at - 1] == "done"
