"""The heading of a table whose cells stand one below the other: where it begins and ends, and
which columns it makes.

A heading of two levels comes out flat: first all the heads, then the sub-heads. Which heads are
roofs over which sub-heads is a guess of several; each guess is a Plan, and the decoder tells by
the rows below which of them is right.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from corpora.columns import headings
from corpora.tables import threshold
from extractor.columns import role_of
from extractor.labels import label_of, ordinal_of
from extractor.structure.dumps.frame import Unit
from extractor.structure.evidence import Signs, learned
from extractor.structure.headers import ROOFS, assign
from extractor.text import key

#: A heading is not longer than this, and a table has not more of them.
LONGEST, MOST = 140, 18
#: More heads are not tried as roofs.
_ROOFS = 8

_BRACKETED = re.compile(r"\(\s*(?:\d{1,2}|[A-Za-zĐđ])\s*\)|\(\d{1,2}\)\s*=.*")
_YEARS = re.compile(r"năm|giai đoạn|kết quả|chỉ tiêu|mục tiêu|kinh phí|kế hoạch", re.IGNORECASE)

#: What stands below a head of one year names none.
YEAR = re.compile(r"\b20\d\d\b")
#: Sub-heads that stand together under one roof.
_PAIRS = (frozenset({"lead", "coordinating", "approver"}), frozenset({"start", "deadline"}))
_MEASURED = frozenset({"indicator_base", "target", "unit"})

#: Guesses this much less likely than the best, before the rows are seen, are given up.
_BEAM = threshold("dumps.heads")
#: More guesses than this are not tried.
_GUESSES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """A guess at the columns: for each the number of its head and of its sub-head (or None).

    `signs` tell how likely it is before the rows are seen; what they weigh is learned.
    """

    columns: tuple[tuple[int, int | None], ...]
    units: tuple[Unit, ...]
    signs: Signs

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(
            self.units[head].text
            if sub is None
            else f"{self.units[head].text} / {self.units[sub].text}"
            for head, sub in self.columns
        )

    @property
    def roles(self) -> tuple[str | None, ...]:
        return assign(self.headings)[0]

    @property
    def readings(self) -> list[tuple[str | None, ...]]:
        """The roles of the columns; where none is for ordinals, the first may be so under any
        heading."""
        roles = self.roles
        return [roles] if "ordinal" in roles else [roles, ("ordinal", *roles[1:])]

    @property
    def levels(self) -> int:
        return 2 if any(sub is not None for _, sub in self.columns) else 1


@dataclass(frozen=True, slots=True)
class Head:
    """A heading found: where it ends, and where the rows begin after the column numbers.

    `sure` is where the sub-heads begin if a mark of the dump says so. `ends` are the possible
    ends, where it is not certain that the last units belong to it.
    """

    ends: tuple[int, ...]
    body: int
    marked: bool
    barred: bool
    sub: int | None = None


@cache
def _wordings() -> dict[str, str]:
    return {key(heading.text): heading.role for heading in headings()}


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(wording for wording, role in _wordings().items() if role == "ordinal")


def opens_heading(text: str) -> bool:
    """Whether `text` is the heading of a column of ordinals (STT, TT, Số TT).

    >>> opens_heading("STT"), opens_heading("Số TT"), opens_heading("Tháng")
    (True, True, False)
    """
    return len(text) <= 14 and key(text) in _ordinals()


def is_known(text: str) -> bool:
    """Whether `text` is word for word a known heading."""
    return len(text) <= LONGEST and key(text) in _wordings()


def is_heading(text: str) -> bool:
    """Whether `text` may be the heading of a column at all."""
    if len(text) > LONGEST or text.endswith((".", ";", ":")):
        return False
    label = label_of(text)
    return ordinal_of(text) is None and (label is None or not label.rest or is_known(text))


def is_column_number(text: str) -> bool:
    return _BRACKETED.fullmatch(text.strip()) is not None


def find_head(units: Sequence[Unit]) -> Head | None:
    """The heading that `units` begin with, if enough of its wordings are known."""
    barred = len(units) > 1 and units[1].bars > 0
    index = 0
    sub = marked = None
    while index < len(units) and index < MOST:
        unit = units[index]
        if index:
            if bool(unit.bars) != barred or opens_heading(unit.text):
                break
            if unit.text == units[0].text:
                break  # the next heading
            if barred and unit.bars > 1:
                # The row of heads ends; a row of known sub-heads may follow.
                marked = True
                row = _row(units, index)
                if sub is not None or not _all_headings(units[index:row]):
                    break
                sub = index
        if not is_heading(unit.text):
            break
        index += 1
    known = [i for i in range(index) if role_of(units[i].text)]
    # A series of ordinals that begins right below is as good as a third known wording.
    first = ordinal_of(units[index].text) if index < len(units) else None
    begun = index > 2 and opens_heading(units[0].text) and first is not None and first.value == 1
    needed = 2 if begun and len(units[index].text) < 8 else 3
    while known and 2 * len(known) < known[-1] + 1:
        known.pop()  # too many strangers before it
    names = {role.name for i in known if (role := role_of(units[i].text))}
    if len(known) < needed or len(names - {"ordinal"}) < needed - 1:
        return None
    last = known[-1] + 1
    ends = tuple(dict.fromkeys((index, last))) if not marked else (index,)
    if sub is not None and sub >= ends[0]:
        sub = None
    body = index
    while body < len(units) and body - index < MOST and is_column_number(units[body].text):
        body += 1
    if body - index < 3:
        body = index
    return Head(ends, body, bool(marked), barred, sub)


def _row(units: Sequence[Unit], start: int) -> int:
    """The end of the row of barred units that begins at `start`."""
    end = start + 1
    while end < len(units) and units[end].bars == 1 and end - start < MOST:
        end += 1
    return end


def _all_headings(units: Sequence[Unit]) -> bool:
    return len(units) > 1 and all(is_heading(u.text) and role_of(u.text) for u in units)


def plans_of(units: Sequence[Unit], sub: int | None) -> list[Plan]:
    """The likeliest guesses at the columns of the heading `units`, the best first; `sub` is the
    number of the first sub-head where it is known."""
    weights = learned()
    plans = sorted(guesses(units, sub), key=lambda plan: -weights[plan.signs])
    least = weights[plans[0].signs] - _BEAM
    return [plan for plan in plans[:_GUESSES] if weights[plan.signs] > least]


def guesses(units: Sequence[Unit], sub: int | None) -> list[Plan]:
    """All guesses at the columns of a heading, in no order."""
    roles = [role_of(unit.text) for unit in units]
    plans = [] if sub else [_flat(units)]
    count = len(units)
    splits = [sub] if sub else range(max(3, count // 3), count - 1)
    for split in splits:
        below = count - split
        if below > 10 or (not sub and any(roles[i] is None for i in range(split, count))):
            continue
        able = [i for i in range(1, split) if _may_roof(units[i], units[split:])]
        for number in range(1, min(3, below // 2) + 1):
            for roofs in combinations(able[:_ROOFS], number):
                for sizes in _shares(below, number):
                    plan = _roofed(units, split, roofs, sizes)
                    plans += [plan] if plan else []
    # A row of sub-heads may stand under heads none of which can be a roof.
    return plans or [_flat(units)]


def _may_roof(unit: Unit, below: Sequence[Unit]) -> bool:
    """Whether a head may stand over sub-heads: by its own wording, or by theirs."""
    role = role_of(unit.text)
    names = {role.name, *role.others} if role else set()
    if names & (ROOFS | _MEASURED) or _YEARS.search(unit.text):
        return True
    under = {role.name for u in below if (role := role_of(u.text))}
    return any(under <= pair for pair in _PAIRS)


def _shares(count: int, number: int) -> Iterator[tuple[int, ...]]:
    """The ways to share `count` sub-heads among `number` roofs, two or more for each."""
    if number == 1:
        yield (count,)
        return
    for first in range(2, count - 2 * (number - 1) + 1):
        for rest in _shares(count - first, number - 1):
            yield (first, *rest)


def _flat(units: Sequence[Unit]) -> Plan:
    return Plan(tuple((i, None) for i in range(len(units))), tuple(units), ())


def _roofed(
    units: Sequence[Unit], split: int, roofs: tuple[int, ...], sizes: tuple[int, ...]
) -> Plan | None:
    """The guess that the heads `roofs` stand over so many of the sub-heads each; None where one
    can stand over none of its own."""
    columns: list[tuple[int, int | None]] = []
    signs: list[str] = []
    at = split
    groups: list[set[str]] = []
    for head in range(split):
        if head not in roofs:
            columns.append((head, None))
            continue
        size = sizes[roofs.index(head)]
        columns += [(head, at + i) for i in range(size)]
        below = units[at : at + size]
        groups.append({key(unit.text) for unit in below})
        found = _roof_signs(units[head], below)
        if found is None or len(groups[-1]) < size:
            return None
        signs += found
        at += size
    if len(roofs) > 1 and set.intersection(*groups):
        signs.append("roofs over the same")
    return Plan(tuple(columns), tuple(units), tuple(signs))


def _roof_signs(roof: Unit, below: Sequence[Unit]) -> Signs | None:
    """What speaks for or against a head over these sub-heads; None where it can be none."""
    role = role_of(roof.text)
    names = {role.name, *role.others} if role else set()
    under = {role.name for unit in below if (role := role_of(unit.text))}
    if any(under and under <= pair for pair in _PAIRS):
        return ("roof known over its pair",) if names & ROOFS else ()
    measured = (role and role.name in ("indicator_base", "target")) or _YEARS.search(roof.text)
    twice = YEAR.search(roof.text) and any(YEAR.search(unit.text) for unit in below)
    if measured and under and under <= _MEASURED and not twice:
        return ("roof over measures",)
    return ("roof over others",) if measured or names & ROOFS else None
