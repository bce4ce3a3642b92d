"""Frames: in which map units and bodies are compared.

As printed, a unit is what it was on the day of the plan. In the map of the 63 provinces or in that
of the 34, it is what holds its land there, and a body what does its work. Where that is several,
they stand together as one place, which says so: nothing is shared out among them by guessing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from corpora import agencies, units
from corpora.lineage import FRAMES, predecessors, successors
from corpora.units import TWO_TIERS
from extractor.language.agencies import full_name
from service.wording import Lang, pick

#: The maps by the names that people use.
Map = Literal["printed", "63", "34"]

_FRAME = {"63": "2024", "34": "2026"}


@dataclass(frozen=True, slots=True)
class Place:
    """What a unit or a body is in a map: the ids there; several where it cannot be told apart.

    A code can pass to another name: as printed, `since` is the first day of the name and rank that
    are meant, None for those of before any document. `day` is one on which the names are right.
    """

    ids: tuple[str, ...]
    since: date | None = None
    day: date | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """Its name: `vn-86`, `vn-24@2025-07-01`, `vn-83+vn-84`; "" where nothing is known."""
        return "+".join(self.ids) + (f"@{self.since}" if self.since else "")

    @property
    def shared(self) -> bool:
        """Whether it is several, of which none can be told from the others."""
        return len(self.ids) > 1


NOWHERE = Place(())


@lru_cache(maxsize=2**14)
def placed(unit_id: str | None, on: date | None, frame: Map) -> Place:
    """What a unit of a plan of the day is in a map.

    >>> placed("vn-86", date(2023, 1, 1), "34").id, placed("vn-83", date(2023, 1, 1), "34").id
    ('vn-86', 'vn-86')
    >>> placed("vn-86", date(2026, 1, 1), "63").id
    'vn-83+vn-84+vn-86'
    >>> placed("vn-24", date(2024, 1, 1), "printed").id, placed("vn-24", TWO_TIERS, "printed").id
    ('vn-24', 'vn-24@2025-07-01')
    """
    if unit_id is None:
        return NOWHERE
    found = units.find(unit_id, on)
    if frame == "printed":
        since = found.valid_from if found and found.stands(on) else None
        return Place((unit_id,), since, since or on or date.min)
    day = FRAMES[_FRAME[frame]]
    if _after(on) == _after(day) and (found is None or found.stands(day)):
        return Place((unit_id,), day=day)
    if _after(day):
        then = units.successors(unit_id, on or units.LAST_DISTRICT_DAY)
    else:
        then = units.predecessors(unit_id, TWO_TIERS) if _after(on) else successors(unit_id, "2024")
    return Place(tuple(then) or (unit_id,), day=day)


def _after(on: date | None) -> bool:
    """Whether a day is one of the 34 provinces; a plan without a day is taken for an older one."""
    return on is not None and on >= TWO_TIERS


@lru_cache(maxsize=2**15)
def body_placed(agency_id: str, on: date | None, frame: Map) -> Place:
    """What a body named by a plan of the day is in a map: those that do its work there.

    >>> body_placed("vn-83/so-ke-hoach-dau-tu", date(2023, 1, 1), "34").ids
    ('vn-86/so-tai-chinh',)
    """
    if frame == "printed":
        return Place((agency_id,))
    day = FRAMES[_FRAME[frame]]
    back = _after(on) and not _after(day)
    found = predecessors(agency_id) if back else successors(agency_id, _FRAME[frame])
    return Place(tuple(found) or (agency_id,), day=day)


def province_of(place: Place) -> Place:
    """The provinces that the units of a place lie in, each once; that of the centre is itself.

    >>> province_of(placed("vn-58-585", date(2023, 12, 8), "printed")).id
    'vn-58'
    """
    above = tuple(dict.fromkeys("-".join(key.split("-")[:2]) for key in place.ids))
    if len(above) != 1 or place.since is None:
        return Place(above, None, place.day)
    found = units.find(above[0], place.day)
    return Place(above, found.valid_from if found else None, place.day)


def name_of(place: Place, lang: Lang) -> str:
    """What people call it: its names then, all of them where they cannot be told apart.

    >>> name_of(placed("vn-86", date(2026, 1, 1), "63"), "vi")
    'tỉnh Bến Tre + tỉnh Trà Vinh + tỉnh Vĩnh Long'
    >>> name_of(placed("vn-75", date(2026, 1, 1), "printed"), "vi")
    'tỉnh Đồng Nai (từ 01/07/2025)'
    """
    if not place.ids:
        return pick(lang, "(không rõ)", "(not known)")
    names = [_name(key, place.day) + _since(key, place.since, lang) for key in place.ids]
    homes = {_home(key, place.day) for key in place.ids}
    return " + ".join(names) + (f", {homes.pop()}" if len(homes) == 1 and None not in homes else "")


def _name(key: str, on: date | None) -> str:
    unit_id, _, slug = key.partition("/")
    unit = units.find(unit_id, on)
    if not slug:
        return unit.title if unit else unit_id
    role = agencies.roles().get(slug)
    return full_name(role, unit_id, on) if role else key


def _since(key: str, since: date | None, lang: Lang) -> str:
    """From when on, where another territory had the same name before."""
    before = units.find(key, since - timedelta(days=1)) if since else None
    now = units.find(key, since)
    if since is None or before is None or now is None or before.title != now.title:
        return ""
    return pick(lang, f" (từ {since:%d/%m/%Y})", f" (since {since})")


def _home(key: str, on: date | None) -> str | None:
    """The province that a unit below it lies in, for many share their names."""
    home = units.find(key[:5], on) if key.count("-") == 2 and "/" not in key else None
    return home.title if home else None


def role_name(slug: str) -> str:
    """What bodies of a role are called, whatever their unit.

    >>> role_name("so-noi-vu")
    'Sở Nội vụ'
    """
    role = agencies.roles().get(slug)
    return role.name if role else slug


def roles_placed(slugs: Iterable[str], frame: Map) -> dict[str, tuple[str, ...]]:
    """Roles by those that do their work on the day of a map; themselves as printed."""
    if frame == "printed":
        return {slug: (slug,) for slug in slugs}
    day, found = FRAMES[_FRAME[frame]], {}
    for slug in slugs:
        found[slug] = _heirs(slug, day)
    return found


def _heirs(slug: str, day: date) -> tuple[str, ...]:
    known, todo, ends, seen = agencies.roles(), [slug], [], {slug}
    while todo:
        role = known.get(todo.pop(0))
        if role is None:
            continue
        young = role.valid_from is not None and role.valid_from > day
        onward = agencies.heirs().get(role.slug, ()) if young else role.successors
        if role.stands(day) or not onward:
            ends.append(role.slug)
            continue
        new = [one for one in onward if one not in seen]
        seen |= set(new)
        todo += new
    return tuple(ends) or (slug,)
