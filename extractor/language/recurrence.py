"""Rules of RFC 5545: every so many months, days that come back every year."""

from collections.abc import Sequence

from extractor.language.deadline_atoms import Atom, month_end


def every(months: int) -> str:
    """The rule for "every so many months".

    >>> every(3), every(12), every(24), every(1)
    ('FREQ=MONTHLY;INTERVAL=3', 'FREQ=YEARLY', 'FREQ=YEARLY;INTERVAL=2', 'FREQ=MONTHLY')
    """
    if months % 12 == 0:
        return "FREQ=YEARLY" if months == 12 else f"FREQ=YEARLY;INTERVAL={months // 12}"
    return "FREQ=MONTHLY" if months == 1 else f"FREQ=MONTHLY;INTERVAL={months}"


def months_of(rule: str) -> float:
    """How many months lie between two turns of a rule without days; a month of 30 days.

    >>> months_of("FREQ=MONTHLY;INTERVAL=3"), months_of("FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1")
    (3.0, 6.0)
    """
    parts = dict(piece.split("=", 1) for piece in rule.split(";"))
    base = {"DAILY": 1 / 30, "WEEKLY": 7 / 30, "MONTHLY": 1.0, "YEARLY": 12.0}[parts["FREQ"]]
    turns = len(parts.get("BYMONTH", "1").split(","))
    return base * int(parts.get("INTERVAL", "1")) / turns


def yearly(days: Sequence[tuple[int, int]]) -> str:
    """The rule for days (month, day) that come back every year; day -1 is the month's last.

    >>> yearly([(6, 29), (11, 29)]), yearly([(6, 30), (12, 31)])
    ('FREQ=YEARLY;BYMONTH=6,11;BYMONTHDAY=29', 'FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1')
    >>> yearly([(6, 25), (12, 15)])
    'FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=15,25;BYSETPOS=2,3'
    """
    days = sorted(set(days))
    if len(days) > 1 and all(d == -1 or d == month_end(2023, m) for m, d in days):
        days = [(m, -1) for m, _ in days]
    months = sorted({m for m, _ in days})
    numbers = sorted({d if d > 0 else 99 for _, d in days})
    rule = f"FREQ=YEARLY;BYMONTH={_list(months)};BYMONTHDAY={_list(numbers).replace('99', '-1')}"
    product = [(m, d) for m in months for d in numbers]
    if len(product) == len(days):
        return rule
    wanted = {(m, d if d > 0 else 99) for m, d in days}
    possible = [(m, d) for m, d in product if d == 99 or d <= month_end(2024, m)]
    return rule + f";BYSETPOS={_list([n for n, x in enumerate(possible, 1) if x in wanted])}"


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def day_before(month: int, day: int) -> tuple[int, int]:
    """The day before (month, day) in every year: -1 for the last day of a month."""
    if day > 1:
        return month, day - 1
    before = (month - 2) % 12 + 1
    return before, -1 if before == 2 else month_end(2023, before)


def turns(atoms: Sequence[Atom], relation: str) -> str:
    """The yearly rule for days or, by their last days, months and quarters."""
    days = []
    for atom in atoms:
        if relation == "BEFORE":
            days.append(day_before(atom.m1, atom.d1))
        else:
            days.append((atom.m2, atom.d2 or -1))
    return yearly(days)
