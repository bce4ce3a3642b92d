"""Points and periods: atoms in lists and ranges, under a relation (trước, đến hết, từ … đến)."""

from extractor.context import Context
from extractor.language.deadlines.clauses import (
    Clause,
    dated,
    every_year,
    share_months,
    share_years,
)
from extractor.language.deadlines.dates import (
    Atom,
    atom_at,
    hours,
    is_year,
    month,
    month_end,
    quarter,
    small,
    with_year,
)
from extractor.language.deadlines.notation import yearly
from extractor.language.deadlines.symbols import Symbols

_RELATIONS = ("BEFORE", "BY", "UNTIL", "IN", "FROM", "AFTER")
_LIMITS = ("BEFORE", "BY", "UNTIL")
_LIST = (",", ";", "AND", "OR", "/", "+")
#: What a remark in brackets between two dates may be made of.
_ASIDE = frozenset(("FILL", "HEAD", "UNIT", "NUM", "ROMAN", "OF", "MANY", ",", "AND"))
_QUARTER_MONTHS = {"early": (1, 4, 7, 10), "middle": (2, 5, 8, 11), "late": (3, 6, 9, 12)}


def relation(t: Symbols, at: int) -> tuple[str, int]:
    """The relation that starts at `at` ('' where none) and the symbol after it.

    'chậm nhất trước' is BEFORE, 'chậm nhất trong' BY, 'từ sau' AFTER.
    """
    found, steps = "", 0
    while t.sym[at] in _RELATIONS and steps < 4:
        word = t.sym[at]
        if not found or found in ("IN", "FROM") or (word == "BEFORE" and found != "AFTER"):
            found = word
        elif word in ("FROM", "AFTER"):
            break
        at, steps = at + 1, steps + 1
        at += t.sym[at] == "FILL" and found == "BY"  # hạn hoàn thành: …
        at += t.sym[at] == ":"
    return found, at


def _timed_atom(t: Symbols, at: int, context: Context, bare_year: bool) -> Atom | None:
    """An atom with the hour and the day of the week that may stand before it."""
    start = at
    after, _ = hours(t, at)
    hour = after > at
    at = after
    weekday = ""
    if t.sym[at] == "WEEKDAY" and t.sym[at + 1] in ("UNIT", ",", "(", "NUM"):
        weekday = t.val[at]
        at += 1 + (t.sym[at + 1] in (",", "("))
    atom = atom_at(t, at, context, bare_year)
    if atom is None or (at > start and atom.unit not in ("day", "daynum")):
        return None
    if weekday and atom.unit == "day":
        found = atom.bounds(context)
        if found and ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[found[0].weekday()] != weekday:
            return None
        atom.stop += t.sym[atom.stop] == ")" and t.sym[at - 1] == "("
    atom.precise = hour
    return atom


def _short(t: Symbols, at: int, before: Atom, context: Context) -> Atom | None:
    """A member that leaves its unit out: 'Quý I, II', 'Tháng 3, 4/2024', 'ngày 15 và 30'."""
    sym = t.sym[at]
    spoils = t.sym[at + 1] in ("UNIT", "TIMES", "WORD") and t.val[at + 1] != "year"
    if before.unit == "quarter":
        number = t.val[at] if sym == "ROMAN" and t.val[at] <= 4 else small(t, at, 4)
        if number and not (sym == "NUM" and spoils) and t.figures(at) < 4:
            return with_year(t, quarter(int(number), at + 1), context)
    elif before.unit == "month":
        number = small(t, at, 12)
        if number and not spoils:
            return with_year(t, month(number, at + 1), context)
    elif before.unit == "daynum":
        number = small(t, at, 31)
        goes_on = t.sym[at + 1] in ("/", ".") and t.sym[at + 2] == "NUM"
        if number and not spoils and not goes_on:
            return Atom("daynum", at + 1, 0, number, 0, number)
    elif before.unit == "year" and is_year(t, at, context) and t.sym[at + 1] != "/":
        return Atom("year", at + 1, year=int(t.val[at]))
    return None


def _atoms(
    t: Symbols, first: Atom, context: Context, said: str
) -> tuple[list[Atom], list[bool], int]:
    """The atoms of a list, for each whether a range joins it to the one before, and the stop."""
    atoms, ranged = [first], [False]
    at = first.stop
    while True:
        if said in _LIMITS:
            at = _aside(t, at)
        mark = t.sym[at]
        to = mark == "-" or (mark == "UNTIL" and not ranged[-1])
        if not to and mark not in _LIST:
            break
        if to and ranged[-1]:
            break
        ahead = at + 1
        if mark in (",", ";") and t.sym[ahead] in ("AND", "OR"):
            ahead += 1
        short_of = False
        if to:
            while t.sym[ahead] in ("UNTIL", "IN", "BEFORE") and ahead < at + 4:
                short_of |= t.sym[ahead] == "BEFORE"
                ahead += 1
        elif t.sym[ahead] == said == "IN" or (t.sym[ahead] == said == "BEFORE"):
            ahead += 1
        before = atoms[-1]
        member = _short(t, ahead, before, context) or _timed_atom(t, ahead, context, False)
        if member is None or (mark == "/" and member.unit != before.unit):
            break
        if not _kin(before, member, to):
            break
        member.first, member.before = ahead, short_of
        atoms.append(member)
        ranged.append(to)
        at = member.stop
    return atoms, ranged, atoms[-1].stop


def _aside(t: Symbols, at: int) -> int:
    """The symbol after a remark of known words in brackets ('20/6 (báo cáo 6 tháng) và 20/12')."""
    if t.sym[at] != "(":
        return at
    for stop in range(at + 1, min(at + 10, t.size)):
        if t.sym[stop] == ")":
            return stop + 1
        if t.sym[stop] not in _ASIDE:
            break
    return at


def _kin(one: Atom, other: Atom, ranged: bool) -> bool:
    """Whether two atoms may stand in one list or range."""
    days = ("day", "daynum")
    if one.unit in days or other.unit in days:
        return one.unit in days and other.unit in days
    if ranged:
        return other.unit != "week"
    return one.unit == other.unit or {one.unit, other.unit} == {"month", "part"}


def span(t: Symbols, at: int, context: Context) -> Clause | None:
    """The point, period or dated rhythm that starts at `at`.

    A clause of kind "none" covers what is built like one but names no possible time, such as a
    range that runs backwards.
    """
    said, first_at = relation(t, at)
    said = "" if said == "FROM" and hours(t, first_at)[1] else said
    first = _timed_atom(t, first_at, context, bare_year=said in ("IN", "UNTIL", "BY"))
    if first is None:
        return None
    if first.unit == "year" and t.sym[first.stop] == "UNIT" and t.val[first.stop] != "year":
        return None
    atoms, ranged, stop = _atoms(t, first, context, said)
    units = {a.unit for a in atoms}
    if "daynum" in units and "day" not in units:
        return _in_each(t, at, atoms, ranged, stop, said) or Clause("none", at, stop)
    share_months(atoms)
    share_years(atoms, ranged)
    if t.sym[stop] == "ONWARD" and said in ("", "IN", "FROM"):
        said, stop = "FROM", stop + 1
    tail = stop + (t.sym[stop] == "OF" or (t.sym[stop] == "," and t.sym[stop + 1] == "EVERY"))
    each = t.sym[tail] in ("EVERY", "MANY") and t.sym[tail + 1] == "UNIT"
    whole = Clause("none", at, stop, relation=said, atoms=atoms, ranged=ranged)
    whole.either = "OR" in t.sym[first.stop : stop]
    if each and t.val[tail + 1] == "year" and not any(a.dated() for a in atoms):
        whole.hi = tail + 2
        return every_year(whole, context) or whole
    return dated(whole, context) or whole


def _in_each(
    t: Symbols, lo: int, atoms: list[Atom], ranged: list[bool], at: int, said: str
) -> Clause | None:
    """'Trước ngày 15 hằng tháng', 'ngày 20 của tháng cuối quý', 'ngày 05 tháng sau'."""
    days = sorted({a.d1 for a in atoms})
    if any(ranged):
        days = days[-1:]
    if said == "BEFORE":
        days = sorted({d - 1 or -1 for d in days})
    elif said in ("FROM", "AFTER"):
        return None
    shift = said == "BEFORE" and days == [-1]
    clause = Clause("recurring", lo, at, rule="day of month", unit="day", relation=said)
    clause.rrule = f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, days))}"
    clause.atoms, clause.ranged = atoms, ranged
    sym, val = t.sym, t.val
    at += sym[at] in ("OF", "IN", ",")
    each = sym[at] in ("EVERY", "MANY")
    at += each
    if sym[at] != "UNIT" or val[at] != "month" or (shift and small(t, at + 1, 12)):
        clause.kind = "none"  # of which month is not said: perhaps elsewhere in the cell
        return clause
    at += 1
    if small(t, at, 12):
        return _in_months(clause, t, at, days)
    if sym[at] == "PART":
        return _in_quarters(clause, t, at, days)
    if sym[at] in ("AFTER", "NEXT") or (sym[at] == "HEAD" and val[at] == "reference" and not each):
        at += 1  # tháng sau, tháng báo cáo
    clause.hi = at
    return clause


def _in_months(clause: Clause, t: Symbols, at: int, days: list[int]) -> Clause | None:
    """'ngày 20 các tháng 3, 6, 9, 12'."""
    months = [small(t, at, 12)]
    while t.sym[at + 1] in (",", "AND") and small(t, at + 2, 12):
        at += 2
        months.append(small(t, at, 12))
    if any(d > month_end(2024, m) for m in months for d in days):
        return None
    clause.rrule = yearly([(m, d) for m in months for d in days])
    clause.rule, clause.hi = "day of months", at + 1
    return clause


def _in_quarters(clause: Clause, t: Symbols, at: int, days: list[int]) -> Clause | None:
    """'ngày 20 của tháng cuối quý'; before the first of it is the last of the month before."""
    sym = t.sym
    months: tuple[int, ...] = _QUARTER_MONTHS[t.val[at]]
    at += 1
    at += sym[at] in ("OF", "IN")
    at += sym[at] in ("EVERY", "MANY")
    if sym[at] != "UNIT" or t.val[at] != "quarter" or sym[at + 1] in ("NUM", "ROMAN"):
        return None
    at += 1
    at += sym[at] in ("AFTER", "NEXT", "EVERY")
    if clause.relation == "BEFORE" and days == [-1]:
        months = tuple(sorted((m - 2) % 12 + 1 for m in months))
    by_month, by_day = (",".join(map(str, numbers)) for numbers in (months, days))
    clause.rrule = f"FREQ=YEARLY;BYMONTH={by_month};BYMONTHDAY={by_day}"
    clause.rule, clause.hi = "day of quarter", at
    return clause
