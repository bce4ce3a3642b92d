"""Place names: the units of one name, and which of them a paper means."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from corpora import units
from corpora.units import TWO_TIERS, Level, Unit
from extractor.language.registry import Node, plant, spellings
from extractor.text import tokens

RANK: dict[str, int] = {"central": 0, "province": 1, "district": 2, "commune": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The paper: its unit, the units above it, and its day.

    `city` says that the province is a centrally run city on that day, `two_tier` that there
    are no districts any more.
    """

    unit: str | None
    on: date | None
    level: Level | None
    province: str | None
    district: str | None
    city: bool
    two_tier: bool

    def home(self, level: str) -> str | None:
        """The unit of `level` the paper lies in, itself included."""
        if level == "central":
            return "vn"
        if level == "province":
            return self.province
        if level == "district":
            return self.district
        return self.unit if self.level == "commune" else None


@lru_cache(maxsize=1024)
def context(unit: str | None, on: date | None) -> Context:
    """The context of a paper of `unit` issued on the day.

    >>> context("vn-58-585", date(2023, 12, 8)).province
    'vn-58'
    """
    found = units.find(unit, on) if unit else None
    two_tier = on >= TWO_TIERS if on else bool(found and found.stands(None))
    if unit is None or found is None:
        return Context(None, on, None, None, None, False, two_tier)
    parts = unit.split("-")
    province = "-".join(parts[:2]) if len(parts) > 1 else None
    ruled = units.find(province, on) if province else None
    district = unit if found.level == "district" else None
    if found.level == "commune" and (above := units.parent(unit, on)) != province:
        district = above
    city = ruled is not None and ruled.kind == "thành phố"
    return Context(unit, on, found.level, province, district, city, two_tier)


@cache
def province_names() -> Node:
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units.provinces()[1:]:
        for name in (unit.name, *unit.aliases):
            for path in spellings(name):
                known = found.setdefault(tuple(path), [])
                if unit not in known:
                    known.append(unit)
    root: Node = {}
    for keys, known in found.items():
        plant(root, list(keys), tuple(known))
    return root


def _unit_names(members: list[Unit]) -> Node:
    found: dict[tuple[str, ...], list[Unit]] = {}
    for unit in members:
        found.setdefault(tuple(tokens(unit.name).keys), []).append(unit)
    root: Node = {}
    for path, known in found.items():
        plant(root, list(path), tuple(known))
    return root


@cache
def district_names() -> Node:
    return _unit_names(list(units.districts()))


@lru_cache(maxsize=128)
def commune_names(province: str, two_tier: bool) -> Node:
    members = (units.communes() if two_tier else units.communes_old()).values()
    return _unit_names([unit for unit in members if unit.id.startswith(province + "-")])


def pick_province(known: tuple[Unit, ...], ctx: Context, city: bool | None) -> Unit | None:
    """Of the provinces of one name the one of the day; `city` asks for the rank."""
    if city is not None:
        known = tuple(unit for unit in known if (unit.kind == "thành phố") is city) or known
        if city and all(unit.kind != "thành phố" for unit in known):
            return None
    for unit in known:
        if unit.stands(ctx.on):
            return unit
    return None if city else (known[-1] if known else None)


def pick_district(known: tuple[Unit, ...], ctx: Context, kind: str | None) -> Unit | None:
    """Of the districts of one name the one of the paper's province, else the only one."""
    inside = [unit for unit in known if unit.id.rsplit("-", 1)[0] == ctx.province]
    if not inside and ctx.province and ctx.two_tier:
        homes = units.predecessors(ctx.province, TWO_TIERS)
        inside = [unit for unit in known if unit.id.rsplit("-", 1)[0] in homes]
    inside = inside or (list(known) if len(known) == 1 else [])
    inside = [unit for unit in inside if unit.kind == kind] or inside
    inside = [unit for unit in inside if _fits_day(unit, ctx)] or inside
    return inside[0] if len({unit.id for unit in inside}) == 1 else None


def _fits_day(unit: Unit, ctx: Context) -> bool:
    return unit.stands(ctx.on) or (ctx.two_tier and unit.valid_to == units.LAST_DISTRICT_DAY)


def pick_commune(known: tuple[Unit, ...], ctx: Context, kind: str) -> Unit | None:
    inside = [unit for unit in known if unit.kind == kind] or list(known)
    if len(inside) > 1 and ctx.district:
        inside = [u for u in inside if units.parent(u.id, ctx.on) == ctx.district]
    return inside[0] if len(inside) == 1 else None
