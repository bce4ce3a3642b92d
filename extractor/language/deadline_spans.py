"""Points and periods: atoms in lists and ranges, under a relation (trước, đến hết, từ … đến)."""

from datetime import date, timedelta

from extractor.language import edtf
from extractor.language.deadline_atoms import (
    Atom,
    Frame,
    atom_at,
    is_year,
    month,
    quarter,
    small,
    with_year,
)
from extractor.language.deadline_clauses import Clause
from extractor.language.deadline_words import Tokens
from extractor.language.recurrence import turns, yearly

_RELATIONS = ("BEFORE", "BY", "UNTIL", "IN", "FROM", "AFTER")
_LIST = (",", "AND", "OR", "/", "+")
_QUARTER_MONTHS = {"early": (1, 4, 7, 10), "middle": (2, 5, 8, 11), "late": (3, 6, 9, 12)}


def relation(t: Tokens, at: int) -> tuple[str, int]:
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
    return found, at


def _clock(t: Tokens, at: int) -> int:
    """The symbol after an hour ('17 giờ 00', '13h30', '9g') and 'ngày' words before a date."""
    if t.sym[at] == "NUM" and t.sym[at + 1] == "UNIT" and t.val[at + 1] == "hour":
        if not 0 <= t.val[at] <= 24:
            return at
        at += 2
        if t.sym[at] == "NUM" and t.figures(at) == 2 and 0 <= t.val[at] < 60:
            at += 1 + (t.sym[at + 1] == "UNIT" and t.val[at + 1] == "minute")
        at += t.sym[at] in (",", "FILL", "OF")
    elif t.sym[at] == "NUM" and t.sym[at + 1] == ":" and t.sym[at + 2] == "NUM":
        if 0 <= t.val[at] <= 24 and 0 <= t.val[at + 2] < 60 and t.figures(at + 2) == 2:
            at += 3
    return at


def _timed_atom(t: Tokens, at: int, frame: Frame, bare_year: bool) -> Atom | None:
    """An atom with the hour and the day of the week that may stand before it."""
    start = at
    after = _clock(t, at)
    hour = after > at
    at = after
    weekday = ""
    if t.sym[at] == "WEEKDAY" and t.sym[at + 1] in ("UNIT", ",", "(", "NUM"):
        weekday = t.val[at]
        at += 1 + (t.sym[at + 1] in (",", "("))
    atom = atom_at(t, at, frame, bare_year)
    if atom is None or (at > start and atom.unit not in ("day", "daynum")):
        return None
    if weekday and atom.unit == "day":
        found = atom.bounds(frame)
        if found and ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[found[0].weekday()] != weekday:
            return None
        atom.stop += t.sym[atom.stop] == ")" and t.sym[at - 1] == "("
    atom.precise = hour
    return atom


def _short(t: Tokens, at: int, before: Atom, frame: Frame) -> Atom | None:
    """A member that leaves its unit out: 'Quý I, II', 'Tháng 3, 4/2024', 'ngày 15 và 30'."""
    sym = t.sym[at]
    spoils = t.sym[at + 1] in ("UNIT", "TIMES", "WORD") and t.val[at + 1] != "year"
    if before.unit == "quarter":
        number = t.val[at] if sym == "ROMAN" and t.val[at] <= 4 else small(t, at, 4)
        if number and not (sym == "NUM" and spoils) and t.figures(at) < 4:
            return with_year(t, quarter(int(number), at + 1), frame)
    elif before.unit == "month":
        number = small(t, at, 12)
        if number and not spoils:
            return with_year(t, month(number, at + 1), frame)
    elif before.unit == "daynum":
        number = small(t, at, 31)
        if number and not spoils and t.sym[at + 1] not in ("/", "."):
            return Atom("daynum", at + 1, 0, number, 0, number)
    elif before.unit == "year" and is_year(t, at, frame) and t.sym[at + 1] != "/":
        return Atom("year", at + 1, year=int(t.val[at]))
    return None


def _atoms(t: Tokens, first: Atom, frame: Frame, said: str) -> tuple[list[Atom], list[bool], int]:
    """The atoms of a list, for each whether a range joins it to the one before, and the stop."""
    atoms, ranged = [first], [False]
    at = first.stop
    while True:
        mark = t.sym[at]
        to = mark == "-" or (mark == "UNTIL" and not ranged[-1])
        if not to and mark not in _LIST:
            break
        if to and ranged[-1]:
            break
        ahead = at + 1
        if mark == "," and t.sym[ahead] in ("AND", "OR"):
            ahead += 1
        if to:
            while t.sym[ahead] in ("UNTIL", "IN") and ahead < at + 4:
                ahead += 1
        elif t.sym[ahead] == said == "IN" or (t.sym[ahead] == said == "BEFORE"):
            ahead += 1
        before = atoms[-1]
        member = _short(t, ahead, before, frame) or _timed_atom(t, ahead, frame, False)
        if member is None or (mark == "/" and member.unit != before.unit):
            break
        if not _kin(before, member, to):
            break
        atoms.append(member)
        ranged.append(to)
        at = member.stop
    return atoms, ranged, at


def _kin(one: Atom, other: Atom, ranged: bool) -> bool:
    """Whether two atoms may stand in one list or range."""
    days = ("day", "daynum")
    if one.unit in days or other.unit in days:
        return one.unit in days and other.unit in days
    if ranged:
        return other.unit != "week"
    return one.unit == other.unit or {one.unit, other.unit} == {"month", "part"}


def _share_years(atoms: list[Atom], ranged: list[bool]) -> None:
    """A year printed once holds for the members before it, and after it for those that follow.

    A range that would run backwards so runs over the new year ("Quý IV - Quý I/2025").
    """
    for n in range(len(atoms) - 2, -1, -1):
        atom, after = atoms[n], atoms[n + 1]
        if after.dated() and not atom.dated() and atom.unit != "years":
            atom.year, atom.shift = after.year, after.shift
            if (
                atom.year is not None
                and ranged[n + 1]
                and (after.m2, after.d2 or 31)
                < (
                    atom.m1,
                    atom.d1,
                )
            ):
                atom.year -= 1
    for n in range(1, len(atoms)):
        atom, before = atoms[n], atoms[n - 1]
        if before.dated() and not atom.dated():
            atom.year, atom.shift = before.until or before.year, before.shift
            if (
                atom.year is not None
                and ranged[n]
                and (atom.m2, atom.d2 or 31)
                < (
                    before.m1,
                    before.d1,
                )
            ):
                atom.year += 1


def _share_months(atoms: list[Atom]) -> None:
    """'10-15/3/2024': the month printed last holds for the days before it."""
    for n in range(len(atoms) - 2, -1, -1):
        if atoms[n].unit == "daynum" and atoms[n + 1].unit == "day":
            atoms[n].unit, atoms[n].m1, atoms[n].m2 = "day", atoms[n + 1].m1, atoms[n + 1].m1


def span(t: Tokens, at: int, frame: Frame) -> Clause | None:
    """The point, period or dated rhythm that starts at `at`."""
    said, first_at = relation(t, at)
    first = _timed_atom(t, first_at, frame, bare_year=said in ("IN", "UNTIL", "BY", "BEFORE"))
    if first is None:
        return None
    if first.unit == "year" and not first.dated() and said == "BEFORE":
        return None
    follows = t.sym[first.stop] == "UNIT" and t.val[first.stop] in ("day", "month")
    if first.unit == "year" and follows:
        return None
    atoms, ranged, stop = _atoms(t, first, frame, said)
    if any(a.unit == "daynum" for a in atoms) and not any(a.unit == "day" for a in atoms):
        return _in_each(t, at, atoms, ranged, stop, said)
    _share_months(atoms)
    _share_years(atoms, ranged)
    if said == "FROM" and t.sym[stop] == "ONWARD":
        stop += 1
    elif t.sym[stop] == "ONWARD" and said in ("", "IN"):
        said, stop = "FROM", stop + 1
    tail = stop + (t.sym[stop] == "OF" or (t.sym[stop] == "," and t.sym[stop + 1] == "EVERY"))
    if not any(a.dated() for a in atoms) and t.sym[tail] in ("EVERY", "MANY"):
        if t.sym[tail + 1] == "UNIT" and t.val[tail + 1] == "year":
            whole = Clause("", at, tail + 2, relation=said, atoms=atoms, ranged=ranged)
            return every_year(whole, frame)
    return _dated(at, stop, atoms, ranged, said, frame)


def _in_each(
    t: Tokens, lo: int, atoms: list[Atom], ranged: list[bool], at: int, said: str
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
    text = ",".join(map(str, days))
    clause = Clause("recurring", lo, at, rule="day of month", unit="day", relation=said)
    clause.rrule = f"FREQ=MONTHLY;BYMONTHDAY={text}"
    clause.atoms = atoms
    sym, val = t.sym, t.val
    at += sym[at] in ("OF", "IN", ",")
    each = sym[at] in ("EVERY", "MANY")
    at += each
    if sym[at] != "UNIT" or val[at] != "month":
        clause.kind = "day"  # of which month is not said: perhaps elsewhere in the cell
        return clause
    at += 1
    if sym[at] == "PART":
        months = _QUARTER_MONTHS[val[at]]
        at += 1
        at += sym[at] in ("OF", "IN")
        at += sym[at] in ("EVERY", "MANY")
        if sym[at] != "UNIT" or val[at] != "quarter" or sym[at + 1] in ("NUM", "ROMAN"):
            return None
        at += 1
        at += sym[at] in ("AFTER", "NEXT", "EVERY")
        if shift:
            months = tuple(sorted((m - 2) % 12 + 1 for m in months))
        clause.rrule = f"FREQ=YEARLY;BYMONTH={','.join(map(str, months))};BYMONTHDAY={text}"
        clause.rule = "day of quarter"
    elif sym[at] in ("AFTER", "NEXT"):
        at += 1
    elif sym[at] == "HEAD" and t.val[at] == "reference" and not each:
        at += 1  # tháng báo cáo
    clause.hi = at
    return clause


def every_year(clause: Clause, frame: Frame) -> Clause | None:
    """`clause` as what comes back every year: 'Quý I hằng năm', 'Trước 31/12 hàng năm'."""
    atoms, ranged, said = clause.atoms, clause.ranged, clause.relation
    found = Clause("recurring", clause.lo, clause.hi, rule="every year", unit="rhythm")
    if said in ("FROM", "AFTER") or any(a.unit in ("year", "years", "daynum") for a in atoms):
        return None
    found.assumed = True
    if said in ("BEFORE", "BY", "UNTIL") or (
        all(a.unit == "day" for a in atoms) and not any(ranged)
    ):
        found.rrule = turns(
            [a for n, a in enumerate(atoms) if not any(ranged[n + 1 : n + 2])], said
        )
        return found
    stretches = _stretches(atoms, ranged, frame, frame.first or 2023)
    if stretches is None:
        return None
    if len(stretches) > 1:
        found.rrule = yearly([_last_day(last) for _, last in stretches])
        return found
    found.rrule = "FREQ=YEARLY"
    if frame.first is not None:
        found.start, found.end = stretches[0]
    return found


def _last_day(day: date) -> tuple[int, int]:
    """(month, day) with -1 for the last day of a month."""
    return day.month, -1 if (day + timedelta(days=1)).day == 1 else day.day


def _stretches(
    atoms: list[Atom], ranged: list[bool], frame: Frame, year: int | None = None
) -> list[tuple[date, date]] | None:
    """First and last days, ranges and neighbours made one; None where a day does not exist."""
    found: list[tuple[date, date]] = []
    for n, atom in enumerate(atoms):
        this = atom.bounds(frame, year)
        if this is None:
            return None
        if ranged[n]:
            if this[1] < found[-1][0]:
                return None
            found[-1] = (found[-1][0], this[1])
        elif found and atom.unit != "day" and edtf.adjacent(found[-1][1], this[0]):
            found[-1] = (found[-1][0], this[1])
        else:
            found.append(this)
    return found


def _dated(
    lo: int, hi: int, atoms: list[Atom], ranged: list[bool], said: str, frame: Frame
) -> Clause | None:
    """The clause of atoms whose years are known, or are those of the plan."""
    clause = Clause("period", lo, hi, unit=atoms[0].unit, relation=said)
    clause.atoms, clause.ranged = atoms, ranged
    clause.assumed = any(a.year is None for a in atoms)
    clause.rule = " ".join(filter(None, (said.lower(), atoms[0].unit)))
    days = all(a.unit == "day" for a in atoms)
    if frame.first is None and clause.assumed:
        clause.kind = "point" if days or said in ("BEFORE", "BY", "UNTIL") else "period"
        return clause if _stretches(atoms, ranged, frame, 2024) else None
    stretches = _stretches(atoms, ranged, frame)
    if stretches is None:
        return None
    if any(ranged) and said == "BEFORE":
        return None
    if said in ("AFTER", "FROM") and len(stretches) == 1 and not any(ranged):
        first, last = stretches[0]
        clause.start = last + timedelta(days=1) if said == "AFTER" else first
        clause.edtf = edtf.interval(clause.start, None)
        return clause
    if said in ("BEFORE", "BY", "UNTIL") or (days and not any(ranged)):
        _limits(clause, stretches, atoms, said)
        return clause
    if said == "AFTER":
        return None
    clause.start, clause.end = stretches[0][0], max(b for _, b in stretches)
    if len(stretches) == 1:
        clause.edtf = edtf.interval(clause.start, clause.end)
        return clause
    clause.start = min(a for a, _ in stretches)
    _apart(clause, stretches, atoms, ranged)
    return clause


def _limits(
    clause: Clause, stretches: list[tuple[date, date]], atoms: list[Atom], said: str
) -> None:
    """Points: the last allowed day of each."""
    clause.kind = "point"
    ends = []
    for (first, last), atom in zip(stretches, atoms, strict=False):
        if said == "BEFORE" and not atom.precise:
            ends.append(first - timedelta(days=1))
        else:
            ends.append(last)
    if said == "BEFORE" and len(atoms) == 1 and atoms[0].unit == "day":
        clause.limit = stretches[0][0]
    clause.end = max(ends)
    clause.edtf = edtf.interval(None, clause.end)
    if len(ends) > 1:
        clause.kind = "mixed"
        clause.edtf = edtf.members([(e, e) for e in ends])
        if len({e.year for e in ends}) == 1 and len(stretches) == len(atoms):
            clause.rrule = turns(atoms, said)
        clause.parts = [
            Clause(
                "point",
                clause.lo,
                clause.hi,
                end=e,
                edtf=edtf.interval(None, e),
                unit="day",
                assumed=clause.assumed,
                rule=clause.rule,
            )
            for e in ends
        ]


def _apart(
    clause: Clause, stretches: list[tuple[date, date]], atoms: list[Atom], ranged: list[bool]
) -> None:
    """Stretches with gaps: within a year they come back at their last days."""
    clause.edtf = edtf.members(stretches)
    years = {d.year for pair in stretches for d in pair}
    clause.parts = [
        Clause(
            "period",
            clause.lo,
            clause.hi,
            a,
            b,
            edtf=edtf.interval(a, b),
            unit=clause.unit,
            assumed=clause.assumed,
            rule=clause.rule,
        )
        for a, b in stretches
    ]
    if len(years) > 1 or clause.unit == "year":
        clause.kind = "mixed"
        return
    clause.kind = "recurring"
    clause.rrule = yearly([_last_day(last) for _, last in stretches])
    clause.start = date(stretches[0][0].year, 1, 1)
