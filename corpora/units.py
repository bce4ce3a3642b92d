"""Units: the centre, the provinces, the districts and the communes, each as of a date.

Ids are `vn`, `vn-<province>`, `vn-<province>-<district or commune>` with the codes of the
statistics office. A code belongs to a unit only for a time: 24 was Bắc Giang until 2025-06-30
and is Bắc Ninh since. So every question here takes a date.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from corpora import tables

Level = Literal["central", "province", "district", "commune"]

LAST_DISTRICT_DAY = date(2025, 6, 30)
TWO_TIERS = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Unit:
    """A territory while its name and rank stood.

    `kind` is the printed word (tỉnh, thành phố, huyện, quận, thị xã, xã, phường, thị trấn,
    đặc khu), `check` why it is unsure, '' when it is sure: of a province the days between which
    its first day lies, of others what does not rest on two sources.
    """

    id: str
    level: Level
    kind: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    check: str = ""

    @property
    def title(self) -> str:
        """The name with its kind: "tỉnh Vĩnh Long"."""
        return "Trung ương" if self.level == "central" else f"{self.kind} {self.name}"

    def stands(self, on: date | None) -> bool:
        """Whether the unit stood on the day; without a day, whether it still stands."""
        if on is None:
            return self.valid_to is None
        after = self.valid_from is None or self.valid_from <= on
        return after and (self.valid_to is None or on <= self.valid_to)


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


@cache
def provinces() -> tuple[Unit, ...]:
    """The centre and every province of every time, in the order of their codes."""
    return tuple(
        Unit(
            row["id"],
            "central" if row["id"] == "vn" else "province",
            row["kind"],
            row["name"],
            _day(row["valid_from"]),
            _day(row["valid_to"]),
            tables.several(row["successors"]),
            tables.several(row["aliases"]),
            row["check"],
        )
        for row in tables.rows("units")
    )


@cache
def _provinces_by_id() -> dict[str, tuple[Unit, ...]]:
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in provinces():
        found[unit.id].append(unit)
    return {key: tuple(units) for key, units in found.items()}


@cache
def districts() -> tuple[Unit, ...]:
    """Every district: the 696 of 2025-06-30, and what they and those merged were before."""
    return tuple(
        Unit(
            f"vn-{row['province']}-{row['code']}",
            "district",
            row["kind"],
            row["name"],
            _day(row["valid_from"]),
            _day(row["valid_to"]),
            tables.several(row["successors"]),
            check=row["check"],
        )
        for row in tables.rows("districts")
    )


@cache
def _districts_by_id() -> dict[str, tuple[Unit, ...]]:
    found: dict[str, tuple[Unit, ...]] = {}
    for unit in districts():
        found[unit.id] = (*found.get(unit.id, ()), unit)
    return found


def _in_time(spans: tuple[Unit, ...], on: date | None) -> Unit | None:
    """Of the units one id had over time that of the day, else the last one."""
    for unit in spans:
        if unit.stands(on):
            return unit
    return spans[-1] if spans else None


@cache
def communes() -> dict[str, Unit]:
    """The 3 321 communes of 2025-07-01 by id. Loaded on first use."""
    return {
        (key := f"vn-{row['province']}-{row['code']}"): Unit(
            key, "commune", row["kind"], row["name"], TWO_TIERS, check=row["check"]
        )
        for row in tables.rows("communes")
    }


@cache
def communes_old() -> dict[str, Unit]:
    """The 10 035 communes of 2025-06-30 by id. Loaded on first use."""
    home = {unit.id[6:]: unit.id[3:5] for unit in districts()}
    return {
        (key := f"vn-{home[row['district']]}-{row['code']}"): Unit(
            key, "commune", row["kind"], row["name"], None, LAST_DISTRICT_DAY
        )
        for row in tables.rows("communes_old")
    }


@cache
def _district_of_commune() -> dict[str, str]:
    home = {unit.id[6:]: unit.id for unit in districts()}
    return {
        f"{home[row['district']][:5]}-{row['code']}": home[row["district"]]
        for row in tables.rows("communes_old")
    }


def find(unit_id: str, on: date | None = None) -> Unit | None:
    """The unit that carried `unit_id` on the day; the nearest in time where none did.

    >>> find("vn-24", date(2024, 5, 1)).name, find("vn-24", date(2025, 7, 1)).name
    ('Bắc Giang', 'Bắc Ninh')
    """
    parts = unit_id.split("-")
    if len(parts) < 3:
        return _in_time(_provinces_by_id().get(unit_id, ()), on)
    if len(parts[2]) == 3:
        return _in_time(_districts_by_id().get(unit_id, ()), on)
    first, second = communes_old, communes
    if on is None or on >= TWO_TIERS:
        first, second = second, first
    return first().get(unit_id) or second().get(unit_id)


def parent(unit_id: str, on: date | None = None) -> str | None:
    """The unit above: of a commune its district until 2025-06-30, its province after."""
    parts = unit_id.split("-")
    if len(parts) == 1:
        return None
    if len(parts) == 2:
        return "vn"
    if len(parts[2]) == 5 and on is not None and on < TWO_TIERS:
        return _district_of_commune().get(unit_id, f"vn-{parts[1]}")
    return f"vn-{parts[1]}"


def children(unit_id: str, level: Level, on: date) -> tuple[Unit, ...]:
    """The units of `level` inside `unit_id` on the day, in the order of their codes."""
    if level == "province":
        return tuple(u for u in provinces() if u.level == "province" and u.stands(on))
    prefix = unit_id + "-" if unit_id != "vn" else "vn-"
    if level == "district":
        if on > LAST_DISTRICT_DAY:
            return ()
        return tuple(u for u in districts() if u.id.startswith(prefix) and u.stands(on))
    if on > LAST_DISTRICT_DAY:
        return tuple(u for key, u in communes().items() if key.startswith(prefix))
    homes = _district_of_commune()
    inside = {unit_id} if unit_id.count("-") == 2 else None
    return tuple(
        u
        for key, u in communes_old().items()
        if (homes[key] in inside if inside else key.startswith(prefix))
    )


@cache
def _merges() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    home = {key.rsplit("-", 1)[1]: key for key in communes_old()}
    onward: dict[str, list[str]] = defaultdict(list)
    back: dict[str, tuple[str, ...]] = {}
    for row in tables.rows("communes"):
        new = f"vn-{row['province']}-{row['code']}"
        olds = tuple(home[code.rstrip("*")] for code in tables.several(row["from"]))
        back[new] = olds
        for old in olds:
            onward[old].append(new)
    return {old: tuple(sorted(new)) for old, new in onward.items()}, back


def successors(unit_id: str, on: date) -> tuple[str, ...]:
    """What became of the unit that stood on `on`; itself when it still stands.

    A province of 2024 gives a province, a commune or a district of 2024 the communes of
    2025-07-01 its land went to.

    >>> successors("vn-74", date(2024, 1, 1))
    ('vn-79',)
    """
    if on >= TWO_TIERS:
        return (unit_id,)
    parts = unit_id.split("-")
    if len(parts) < 3:
        unit = find(unit_id, on)
        return unit.successors if unit and unit.successors else (unit_id,)
    if len(parts[2]) == 5:
        return _merges()[0].get(unit_id, ())
    unit = find(unit_id, on)
    if unit and unit.successors:  # merged before the districts ended
        heirs = (successors(heir, LAST_DISTRICT_DAY) for heir in unit.successors)
        return tuple(sorted({new for found in heirs for new in found}))
    if not (homes := [key for key, home in _district_of_commune().items() if home == unit_id]):
        return _island(unit_id)
    return tuple(sorted({new for key in homes for new in _merges()[0].get(key, ())}))


def _island(unit_id: str) -> tuple[str, ...]:
    """Districts without communes became one đặc khu of the same name."""
    unit = find(unit_id, LAST_DISTRICT_DAY)
    name = unit.name if unit else ""
    return tuple(u.id for u in communes().values() if u.kind == "đặc khu" and u.name == name)


def predecessors(unit_id: str, on: date) -> tuple[str, ...]:
    """The units of 2025-06-30 whose land the unit that stood on `on` holds.

    >>> predecessors("vn-86", date(2026, 1, 1))
    ('vn-83', 'vn-84', 'vn-86')
    """
    if on < TWO_TIERS:
        return (unit_id,)
    if unit_id.count("-") == 2:
        return _merges()[1].get(unit_id, ())
    before = [u for u in provinces() if u.valid_to is not None and unit_id in u.successors]
    merged = tuple(u.id for u in before if u.valid_to == LAST_DISTRICT_DAY)
    return merged or (unit_id,)
