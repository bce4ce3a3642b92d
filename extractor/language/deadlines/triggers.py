"""Events and references: what a deadline hangs on, and the lapse of time before or after it."""

import re

from extractor.context import Context
from extractor.language.deadlines.clauses import Clause
from extractor.language.deadlines.dates import atom_at, is_year, worded
from extractor.language.deadlines.rhythms import rhythm
from extractor.language.deadlines.spans import relation, span
from extractor.language.deadlines.symbols import Symbols
from models.deadline import DeadlineKind

_UNITS = {
    "day": "P{}D",
    "bday": "P{}BD",
    "week": "P{}W",
    "month": "P{}M",
    "quarter": "P{}M",
    "year": "P{}Y",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
_TRIM = " \t\n,;.:-–—"
_COURSE = re.compile(r"quá\s+trình|thời\s+(?:gian|hạn)", re.IGNORECASE)
#: What may be named where no date can stand: "theo từng gói thầu", "trong quá trình thi công".
_NAMES = ("WORD", "FILL", "HEAD", "HAPPENING")
_NUMBERED = re.compile(r"\d/|\bsố\b")


def length(t: Symbols, at: int) -> tuple[str, int]:
    """A length of time in ISO 8601 ('P15D', 'P5BD', 'P1M') and the symbol after it; '' if none.

    The number may stand again in brackets: '05 (năm) ngày làm việc'.
    """
    number = worded(t, at, 999)
    if t.sym[at] == "NUM" and t.figures(at) == 3:
        number = int(t.val[at])
    at += 1
    if number and t.sym[at] == "(" and t.sym[at + 2] == ")":
        at += 3
    if not number or t.sym[at] != "UNIT" or t.sym[at + 1] in ("NUM", "ROMAN", "PART"):
        return "", at
    if t.val[at] == "quarter":
        return f"P{3 * number}M", at + 1
    return _UNITS[t.val[at]].format(number), at + 1


def opens(t: Symbols, at: int, context: Context) -> bool:
    """Whether a clause of its own may start at `at`, after a comma or the like."""
    sym = t.sym[at]
    if sym in ("CONTINUOUS", "PERIODIC", "EVENT", "ACCORDING", "YEARLY", "FOLLOWING", "OUTLOOK"):
        return True
    if sym == "EVERY":
        return t.sym[at + 1] == "UNIT"
    if sym == "FILL" or (sym == "HEAD" and t.sym[at + 1] in ("BEFORE", "BY", "UNTIL", "IN")):
        at += 1
    said, nth = relation(t, at)
    atom = atom_at(t, nth, context, bare_year=said in ("IN", "UNTIL"))
    if atom is None:
        return said in ("BY", "WITHIN") and bool(length(t, nth)[0])
    return bool(said) or atom.unit != "year" or t.sym[nth] == "UNIT"


def _extent(t: Symbols, at: int, context: Context) -> int:
    """The symbol where the words of a trigger that started before `at` stop."""
    while t.sym[at]:
        sym = t.sym[at]
        if sym in (";", "BULLET"):
            break
        if sym == "(":
            if opens(t, at + 1, context):
                break
            at = _closing(t, at)
            continue
        if sym == ")":
            break
        if sym == "." and (not t.sym[at + 1] or t.lo[at] - t.lo[at - 1] > 3):
            break
        if sym in (",", "AND", "OR") or (sym == "-" and t.lo[at] > t.hi[at - 1]):
            ahead = at + 1 + (t.sym[at + 1] in ("AND", "OR"))
            if opens(t, ahead, context) and not (sym == "AND" and t.sym[ahead] == "UNIT"):
                break
            if sym == "AND" and t.sym[ahead] == "UNIT" and atom_at(t, ahead, context):
                break
        if sym in ("IN", "BEFORE", "BY"):
            said, nth = relation(t, at)
            atom = atom_at(t, nth, context, bare_year=said == "IN")
            if atom is not None and atom.unit != "daynum":
                break
        at += 1
    return at


def _closing(t: Symbols, at: int) -> int:
    """The symbol after the bracket that closes the one at `at` (the end where none does)."""
    depth = 0
    while t.sym[at]:
        depth += {"(": 1, ")": -1}.get(t.sym[at], 0)
        at += 1
        if depth == 0:
            break
    return at


def _words(t: Symbols, first: int, last: int) -> str:
    return t.printed(first, last).strip(_TRIM)


def lapse(t: Symbols, at: int, context: Context, until: int | None = None) -> Clause | None:
    """'Trong vòng 15 ngày kể từ ngày ký', 'Trước 15 ngày so với …', '01 tháng sau khi …'.

    The words of the event end at symbol `until` at the latest.
    """
    lo, before = at, False
    while t.sym[at] in ("WITHIN", "BY", "BEFORE", "AFTER", "IN", "UNTIL") and at < lo + 4:
        before |= t.sym[at] == "BEFORE"
        at += 1
    time, at = length(t, at)
    if not time:
        return None
    at += t.sym[at] == ","
    if t.sym[at] == "FROM" or (t.sym[at] == "EVENT" and t.val[at] == "after"):
        at += 1
        at += t.sym[at] == "EVENT"
    elif t.sym[at] == "EVENT":
        before |= t.val[at] == "before"
        at += 1
    elif t.sym[at] == "BEFORE":
        before, at = True, at + 1
    elif t.sym[at] in ("AFTER", "UNTIL"):  # sau; tính đến ngày
        at += 1
    elif t.sym[at] == "WORD" and t.val[at] == "so":  # so với
        at += 2
    else:
        return None
    stop = min(_extent(t, at + 1, context), until or t.size)
    words = _words(t, at, stop)
    if not words:
        return Clause("none", lo, stop)
    sign = "-" if before else "+"
    return Clause("event", lo, stop, trigger=f"{words} {sign} {time}", rule="lapse")


def event(t: Symbols, at: int, context: Context) -> Clause | None:
    """'Sau khi có …', 'Khi …', 'Kể từ ngày ký', 'Sau Hội nghị …', 'Đột xuất'."""
    sym, lo = t.sym[at], at
    if sym == "EVENT" and t.val[at] == "sudden":
        stop = at + 1
        if t.sym[stop] in ("ACCORDING", "EVENT"):
            stop = _extent(t, stop + 1, context)
        trigger = _words(t, at, stop)
        if stop == at + 1:
            trigger = trigger.lower()
        return Clause("event", lo, stop, trigger=trigger, rule="sudden")
    if sym == "EVENT" or (sym == "BEFORE" and t.val[at] == "moment" and t.sym[at + 1] in _NAMES):
        first = at if t.val[at] in ("before", "at", "moment") else at + 1
        stop = _extent(t, at + 1, context)
        return _happens(t, lo, first, at + 1, stop)
    if sym in ("FROM", "AFTER", "BEFORE"):
        nth = at + 1
        day = t.sym[nth] == "UNIT" and t.val[nth] == "day"
        if day and t.sym[nth + 1] not in ("WORD", "FILL", "HEAD", "HAPPENING", "STATUS"):
            return None
        if (
            not day
            and t.sym[nth] != "HAPPENING"
            and not (sym == "AFTER" and t.sym[nth] in ("HEAD", "WORD", "FILL"))
        ):
            return None
        stop = _extent(t, nth + 1, context)
        return _happens(t, lo, lo if sym == "BEFORE" else nth, nth, stop)
    return None


def _happens(t: Symbols, lo: int, shown: int, first: int, stop: int) -> Clause:
    """The event in the words `first` to `stop`; a length of time at their end is a lapse."""
    if first >= stop or not any(
        t.sym[n] in ("WORD", "FILL", "HEAD", "HAPPENING", "STATUS", "FROM", "SEMESTER")
        for n in range(first, min(stop, first + 8))
    ):
        return Clause("none", lo, stop)
    for back in (stop - 2, stop - 3):
        if back > first:
            time, end = length(t, back)
            if time and end == stop:
                before = t.sym[lo] == "BEFORE" or (t.sym[lo] == "EVENT" and t.val[lo] == "before")
                words = _words(t, first, back)
                return Clause(
                    "event",
                    lo,
                    stop,
                    rule="lapse",
                    trigger=f"{words} {'-' if before else '+'} {time}",
                )
    words = _words(t, shown, stop)
    if t.val[lo] in ("at", "moment"):  # "trước thời điểm …", "tại thời điểm …"
        words = words.partition(" ")[2]
    return Clause("event", lo, stop, trigger=words, rule="event")


def course(t: Symbols, at: int, context: Context) -> Clause | None:
    """'Trong quá trình triển khai Chương trình', 'suốt thời gian thi công': as long as it lasts."""
    if t.sym[at + 1] not in (*_NAMES, "OF"):
        if "suốt" not in t.printed(at, at + 1).lower():
            return None
        return Clause("continuous", at, at + 1, rule="continuous", unit="rhythm")
    stop = _extent(t, at + 1, context)
    words = _words(t, at, stop)
    named = words[found.start() :] if (found := _COURSE.search(words)) else words
    clause = Clause("reference", at, stop, trigger=named, rule="course")
    _named_years(t, at + 1, stop, clause, context)
    return clause


def reference(t: Symbols, at: int, context: Context) -> Clause | None:
    """'Theo kế hoạch …', 'Theo yêu cầu …', 'Đúng thời gian quy định', 'Như mục 1', 'nt'."""
    lo, sym = at, t.sym[at]
    if sym == "ABOVE":
        return Clause("reference", at, at + 1, trigger="dòng trên", rule="row above")
    if sym not in ("ACCORDING", "EXACT", "LIKE"):
        return None
    at += 1
    at += t.sym[at] == "ACCORDING"
    head = at
    while t.sym[head] in ("MANY", "FILL", "EVERY") and head < at + 2:
        head += 1
    if sym == "ACCORDING" and t.sym[at] in ("UNIT", "EVERY"):  # theo quý, theo từng năm
        each = rhythm(t, at, context, alone=True)
        if each is not None:
            each.lo = lo
            return each
    own = t.sym[at] == "EVERY" and (
        t.sym[at + 1] in _NAMES or t.sym[at + 1 : at + 3] == ["TERM", "OF"]
    )
    if t.sym[head] not in ("HEAD", "HAPPENING", "TIMELABEL") and not own:
        return None
    acts = t.sym[head] == "HEAD" and t.val[head] == "event"
    kind: DeadlineKind = "event" if acts else "reference"
    stop = _extent(t, head + 1, context)
    words = _words(t, at, stop)
    clause = Clause(kind, lo, stop, trigger=words, rule=f"{kind} named")
    for n in range(head, min(stop, head + 40)):
        if t.sym[n] == "PERIODIC":
            found = rhythm(t, n + 1, context, alone=True)
            clause.kind, clause.rrule, clause.rule = "recurring", "unspecified", "periodic paper"
            if found is not None:
                clause.rrule = found.rrule
            return clause
    _named_years(t, head, stop, clause, context)
    return clause


def _named_years(t: Symbols, first: int, stop: int, clause: Clause, context: Context) -> None:
    """The years in a paper's name bound it ("chương trình công tác năm 2024"), but not those of
    its number and date, nor those it only runs up to."""
    if clause.kind != "reference" or _NUMBERED.search(clause.trigger or ""):
        return
    for n in range(first, min(stop, first + 40)):
        year = t.sym[n] == "UNIT" and t.val[n] == "year" and is_year(t, n + 1, context)
        pair = is_year(t, n, context) and t.sym[n + 1] == "-" and is_year(t, n + 2, context)
        if not (year or pair or t.sym[n] == "TERM") or relation(t, n - 1)[0] not in ("", "IN"):
            continue
        found = span(t, n, context)
        if found is not None and found.start and found.end:
            clause.start, clause.end, clause.edtf = found.start, found.end, found.edtf
        return
