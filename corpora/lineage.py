"""Lineage: what a body or a unit was called and became, and who is in a set, on a day.

Frames name the map a comparison speaks in: `2024` is the 63 provinces and the bodies of
2024-12-31, `2026` the 34 provinces and the bodies of 2026-11-21.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import cast

from corpora import agencies, collectives, units
from corpora.agencies import Role

FRAMES = {"2024": date(2024, 12, 31), "2026": date(2026, 11, 21)}


def _split(agency_id: str) -> tuple[str, Role | None]:
    unit, _, slug = agency_id.partition("/")
    return unit, agencies.roles().get(slug)


def as_of(agency_id: str, on: date) -> bool:
    """Whether the body, or the unit for an id without a slug, stood on the day.

    >>> as_of("vn-86/so-thong-tin-truyen-thong", date(2024, 1, 1))
    True
    >>> as_of("vn-86/so-thong-tin-truyen-thong", date(2025, 6, 1))
    False
    """
    unit, role = _split(agency_id)
    territory = units.find(unit, on)
    if territory is None or not territory.stands(on):
        return False
    return "/" not in agency_id or (role is not None and role.stands(on))


def _at_level(now: Iterable[str], level: str) -> list[str]:
    """The units of the level among `now`, or above them."""
    if level == "central":
        return ["vn"]
    found: dict[str, None] = {}
    for key in now:
        parts = key.split("-")
        if level == "province":
            found["-".join(parts[:2])] = None
        elif level == "district" and len(parts[-1]) == 5:
            found[units.parent(key, units.LAST_DISTRICT_DAY) or key] = None
        elif len(parts) == 3:
            found[key] = None
    return list(found)


def _homes(unit: str, on: date) -> tuple[str, ...]:
    """The units of the day that hold `unit`, or whose land it holds."""
    here = units.find(unit, on)
    if here is not None and here.stands(on):
        return (unit,)
    if on >= units.TWO_TIERS:
        return units.successors(unit, units.LAST_DISTRICT_DAY)
    if here is not None and here.valid_to is not None and here.valid_to < on:
        return here.successors  # a district merged before the frame
    return units.predecessors(unit, units.TWO_TIERS)


def successors(agency_id: str, frame: str) -> tuple[str, ...]:
    """The bodies of the frame that the body's work went to; itself when it stands there.

    The body with the larger part of the work comes first. Of a body younger than the frame they
    are the ones whose work it took over, so that any two papers can be told in one frame. An id
    without a slug is a unit.

    >>> successors("vn-83/so-ke-hoach-dau-tu", "2026")
    ('vn-86/so-tai-chinh',)
    >>> successors("vn-86/so-nong-nghiep-moi-truong", "2024")[0]
    'vn-83/so-nnptnt'
    """
    on = FRAMES[frame]
    unit, role = _split(agency_id)
    if role is None:
        return _homes(unit, on) if "/" not in agency_id else ()
    if role.valid_from is not None and role.valid_from > on:
        return predecessors(agency_id)
    found: list[str] = []
    for now in _chain(role, lambda old: old.successors, lambda new: new.stands(on)):
        if now.stands(on):
            found += [f"{home}/{now.slug}" for home in _at_level(_homes(unit, on), now.unit)]
    return tuple(dict.fromkeys(found))


def predecessors(agency_id: str) -> tuple[str, ...]:
    """The bodies of 2024-12-31 whose work the body does now.

    >>> predecessors("vn-01/so-xay-dung")
    ('vn-01/so-xay-dung', 'vn-01/so-giao-thong-van-tai')
    """
    on = FRAMES["2024"]
    unit, role = _split(agency_id)
    if role is None:
        return ()
    heirs = agencies.heirs()
    before = units.predecessors(unit, units.TWO_TIERS)
    found: list[str] = []
    for old in _chain(role, lambda new: heirs.get(new.slug, ()), lambda _: False):
        if old.stands(on):
            found += [f"{home}/{old.slug}" for home in _at_level(before, old.unit)]
    return tuple(dict.fromkeys(found))


def _chain(
    role: Role, onward: Callable[[Role], tuple[str, ...]], ends: Callable[[Role], bool]
) -> Iterator[Role]:
    """The role and what it leads to, step by step, no further than where it ends."""
    todo, seen = [role], {role.slug}
    while todo:
        now = todo.pop(0)
        yield now
        if ends(now):
            continue
        for slug in onward(now):
            if slug in agencies.roles() and slug not in seen:
                seen.add(slug)
                todo.append(agencies.roles()[slug])


def expand(codes: Iterable[str], unit: str, on: date) -> list[str]:
    """The bodies that set codes, those of a group, stand for, seen from `unit` on the day.

    Of an open group these are the bodies it was taken from. Bodies that only some provinces have
    (Sở Du lịch) are in the list, for no table says which province has them.

    >>> expand(["HUYEN"], "vn-86", date(2022, 12, 13))[:2]
    ['vn-86-855/ubnd-huyen', 'vn-86-857/ubnd-huyen']
    """
    found = (key for code in codes for key in _members(code, unit, on))
    return list(dict.fromkeys(found))


def _members(code: str, unit: str, on: date) -> list[str]:
    known = collectives.body_sets().get(code)
    if known is None:
        return []
    if known.sector == "units":
        level = cast(units.Level, known.level)
        return [f"{u.id}/{known.plus[0]}" for u in units.children(unit, level, on)]
    parts = unit.split("-")
    home = {"central": "vn", "province": "-".join(parts[:2])}.get(known.level, unit)
    return [
        f"{home}/{role.slug}"
        for role in agencies.roles().values()
        if role.unit == known.level
        and role.slug not in known.minus
        and (role.slug in known.plus or (role.sector == known.sector and role.kind in known.kinds))
        and role.stands(on)
    ]
