"""Clauses: what a cell states piece by piece, and the dates of those whose atoms are read."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from extractor.context import Context
from extractor.language.deadlines.dates import Atom
from extractor.language.deadlines.notation import interval, members, turns, yearly
from models.deadline import DeadlineKind


@dataclass(slots=True)
class Clause:
    """What the symbols `lo` up to `hi` state; the fields are those of models.deadline.Deadline.

    `unit` is the unit of what is printed ("year", "quarter", …), `until` the last day that
    another clause sets ("thường xuyên … đến hết năm 2030"). `atoms`, `ranged` (whether a range
    joins each atom to the one before), `either` (whether one of them will do: hoặc) and
    `relation` are kept where a rhythm or a year stated elsewhere in the cell may still take them
    over ("Hằng năm, trước ngày 25/12"). Kind "none" is built like a clause but says no possible
    time, or a day of a month that is not named there.
    """

    kind: DeadlineKind
    lo: int
    hi: int
    start: date | None = None
    end: date | None = None
    rrule: str | None = None
    trigger: str | None = None
    edtf: str | None = None
    assumed: bool = False
    rule: str = ""
    unit: str = ""
    until: date | None = None
    relation: str = ""
    atoms: list[Atom] = field(default_factory=list)
    either: bool = False
    ranged: list[bool] = field(default_factory=list)
    parts: list["Clause"] = field(default_factory=list)

    def open_ended(self) -> bool:
        """Whether it goes on without an end."""
        return self.start is not None and self.end is None


def share_years(atoms: list[Atom], ranged: list[bool]) -> None:
    """A year printed once holds for the members before it, and after it for those that follow.

    A range that would run backwards so runs over the new year ("Quý IV - Quý I/2025").
    """
    for n in range(len(atoms) - 2, -1, -1):
        atom, after = atoms[n], atoms[n + 1]
        if after.dated() and not atom.dated() and atom.unit != "years":
            atom.year, atom.shift = after.year, after.shift
            if ranged[n + 1] and _later(atom, after):
                _moved(atom, -1)
    for n in range(1, len(atoms)):
        atom, before = atoms[n], atoms[n - 1]
        if before.dated() and not atom.dated():
            atom.year, atom.shift = before.until or before.year, before.shift
            if ranged[n] and _later(before, atom):
                _moved(atom, 1)


def _later(one: Atom, other: Atom) -> bool:
    """Whether `one` starts after `other` ends, the years apart."""
    return (other.m2, other.d2 or 31) < (one.m1, one.d1)


def _moved(atom: Atom, years: int) -> None:
    if atom.year is not None:
        atom.year += years
    elif atom.shift is not None:
        atom.shift += years


def share_months(atoms: list[Atom]) -> None:
    """'10-15/3/2024': the month printed last holds for the days before it."""
    for n in range(len(atoms) - 2, -1, -1):
        if atoms[n].unit == "daynum" and atoms[n + 1].unit == "day":
            atoms[n].unit, atoms[n].m1, atoms[n].m2 = "day", atoms[n + 1].m1, atoms[n + 1].m1


def every_year(clause: Clause, context: Context) -> Clause | None:
    """`clause` as what comes back every year: 'Quý I hằng năm', 'Trước 31/12 hàng năm'."""
    atoms, ranged, said = clause.atoms, clause.ranged, clause.relation
    found = Clause("recurring", clause.lo, clause.hi, rule="every year", unit="rhythm")
    found.atoms, found.ranged, found.relation = atoms, ranged, said
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
    stretches = _stretches(atoms, ranged, context, context.first_year or 2023)
    if stretches is None:
        return None
    if len(stretches) > 1:
        found.rrule = yearly([_last_day(s.last) for s in stretches])
        return found
    found.rrule = "FREQ=YEARLY"
    if context.first_year is not None:
        found.start, found.end = stretches[0][:2]
    return found


def _last_day(day: date) -> tuple[int, int]:
    """(month, day) with -1 for the last day of a month."""
    return day.month, -1 if (day + timedelta(days=1)).day == 1 else day.day


class Stretch(NamedTuple):
    """First and last day, and the first and last atom that print them."""

    first: date
    last: date
    one: Atom
    other: Atom


def _stretches(
    atoms: list[Atom], ranged: list[bool], context: Context, year: int | None = None
) -> list[Stretch] | None:
    """The days of atoms, ranges and neighbours made one; None where a day does not exist."""
    found: list[Stretch] = []
    for atom, joins in zip(atoms, ranged, strict=True):
        this = atom.bounds(context, year)
        if this is None or (joins and this[1] < found[-1].first):
            return None
        beside = found and atom.unit != "day" and this[0] - found[-1].last == timedelta(days=1)
        if joins or beside:
            last = this[0] - timedelta(days=1) if atom.before else this[1]
            found[-1] = found[-1]._replace(last=last, other=atom)
            if last < found[-1].first:
                return None
        else:
            found.append(Stretch(*this, atom, atom))
    return found


def dated(clause: Clause, context: Context) -> Clause | None:
    """`clause` with its dates, in the years printed or those of the plan.

    Where the dates are impossible it becomes one of kind "none", and the answer is None.
    """
    clause.rrule, clause.parts = None, []
    found = _dated(clause, context)
    if found is None:
        clause.kind = "none"
    return found


def _dated(clause: Clause, context: Context) -> Clause | None:
    atoms, ranged, said = clause.atoms, clause.ranged, clause.relation
    clause.kind, clause.unit = "period", atoms[0].unit
    clause.assumed = any(a.year is None for a in atoms)
    clause.rule = " ".join(filter(None, (said.lower(), atoms[0].unit)))
    days = all(a.unit == "day" for a in atoms)
    if context.first_year is None and clause.assumed:
        clause.kind = "point" if days or said in ("BEFORE", "BY", "UNTIL") else "period"
        return clause if _stretches(atoms, ranged, context, 2024) else None
    stretches = _stretches(atoms, ranged, context)
    if stretches is None:
        return None
    if any(ranged) and said == "BEFORE":
        return None
    if said in ("AFTER", "FROM") and len(stretches) == 1 and not any(ranged):
        first, last = stretches[0][:2]
        clause.start = last + timedelta(days=1) if said == "AFTER" else first
        day = clause.unit == "day"
        clause.edtf = f"{clause.start}/.." if day else interval(clause.start, None)
        return clause
    runs = said in ("", "IN") and not clause.either and _run(stretches)
    if said in ("BEFORE", "BY", "UNTIL") or (days and not any(ranged) and not runs):
        _limits(clause, stretches, atoms, said)
        return clause
    if said == "AFTER":
        return None
    clause.start = min(s.first for s in stretches)
    clause.end = max(s.last for s in stretches)
    if len(stretches) == 1 or runs:
        clause.edtf = interval(clause.start, clause.end)
        return clause
    _apart(clause, stretches)
    return clause


def _run(stretches: list[Stretch]) -> bool:
    """Whether several stretches follow one another without a gap ("ngày 14, 15/3")."""
    day = timedelta(days=1)
    return len(stretches) > 1 and all(b.first - a.last == day for a, b in pairwise(stretches))


def _limits(clause: Clause, stretches: list[Stretch], atoms: list[Atom], said: str) -> None:
    """Points: the last allowed day of each."""
    clause.kind = "point"
    day = timedelta(days=1)
    before = said == "BEFORE"
    ends = [s.first - day if before and not s.one.precise else s.last for s in stretches]
    clause.end = max(ends)
    clause.edtf = interval(None, clause.end)
    if len(ends) > 1:
        clause.kind = "mixed"
        clause.edtf = members([(e, e) for e in ends])
        once = clause.either or len(stretches) != len(atoms)
        if len({e.year for e in ends}) == 1 and not once:
            clause.rrule = turns(atoms, said)
        clause.parts = [_part(clause, s, None, end) for s, end in zip(stretches, ends, strict=True)]


def _part(clause: Clause, stretch: Stretch, start: date | None, end: date) -> Clause:
    """One member of a list as a clause."""
    first = max(stretch.one.first, clause.lo)
    part = Clause("period" if start else "point", first, stretch.other.stop, start, end)
    part.edtf, part.unit = interval(start, end), clause.unit
    part.assumed, part.rule = clause.assumed, clause.rule
    return part


def _apart(clause: Clause, stretches: list[Stretch]) -> None:
    """Stretches with gaps: within a year they come back at their last days."""
    clause.edtf = members([(s.first, s.last) for s in stretches])
    clause.parts = [_part(clause, s, s.first, s.last) for s in stretches]
    years = {day.year for s in stretches for day in (s.first, s.last)}
    if len(years) > 1 or clause.unit == "year" or clause.either:
        clause.kind = "mixed"
        return
    clause.kind = "recurring"
    clause.rrule = yearly([_last_day(s.last) for s in stretches])
    clause.start = date(stretches[0].first.year, 1, 1)
