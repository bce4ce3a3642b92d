"""Places: whose a body is, by the words after its name and by the paper it stands in.

"Sở Nội vụ", "Sở Nội vụ tỉnh", "Sở Nội vụ tỉnh Vĩnh Long" and "Sở Nội vụ Vĩnh Long" are one body
in a paper of Vĩnh Long; "UBND tỉnh" in a paper of a district of it is the unit above.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from corpora import units
from corpora.units import TWO_TIERS, Level, Unit
from corpora.wordings import unit_kinds, unit_letters, wordings
from extractor.language.agencies.names import Node, longest, plant, spellings
from extractor.text import LINK, Tokens, tokens

RANK: dict[str, int] = {"central": 0, "province": 1, "district": 2, "commune": 3}


@dataclass(frozen=True, slots=True, eq=False)
class Home:
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

    def at(self, level: str) -> str | None:
        """The unit of `level` the paper lies in, itself included."""
        if level == "central":
            return "vn"
        if level == "province":
            return self.province
        if level == "district":
            return self.district
        return self.unit if self.level == "commune" else None


@lru_cache(maxsize=1024)
def home_of(unit: str | None, on: date | None) -> Home:
    """The context of a paper of `unit` issued on the day.

    >>> home_of("vn-58-585", date(2023, 12, 8)).province
    'vn-58'
    """
    found = units.find(unit, on) if unit else None
    two_tier = on >= TWO_TIERS if on else bool(found and found.stands(None))
    if unit is None or found is None:
        return Home(None, on, None, None, None, False, two_tier)
    parts = unit.split("-")
    province = "-".join(parts[:2]) if len(parts) > 1 else None
    ruled = units.find(province, on) if province else None
    district = unit if found.level == "district" else None
    if found.level == "commune" and (above := units.parent(unit, on)) != province:
        district = above
    city = ruled is not None and ruled.kind == "thành phố"
    return Home(unit, on, found.level, province, district, city, two_tier)


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
    """The names of the communes of a province, or with `vn` of the country."""
    members = (units.communes() if two_tier else units.communes_old()).values()
    return _unit_names([unit for unit in members if unit.id.startswith(province + "-")])


def pick_province(known: tuple[Unit, ...], home: Home, city: bool | None) -> Unit | None:
    """Of the provinces of one name the one of the day; `city` asks for the rank."""
    if city is not None:
        known = tuple(unit for unit in known if (unit.kind == "thành phố") is city) or known
        if city and all(unit.kind != "thành phố" for unit in known):
            return None
    for unit in known:
        if unit.stands(home.on):
            return unit
    return None if city else (known[-1] if known else None)


def pick_district(known: tuple[Unit, ...], home: Home, kind: str | None) -> Unit | None:
    """Of the districts of one name the one of the paper's province, else the only one.

    A name that its district no longer has on the day is none.
    """
    inside = [unit for unit in known if unit.id.rsplit("-", 1)[0] == home.province]
    if not inside and home.province and home.two_tier:
        homes = units.predecessors(home.province, TWO_TIERS)
        inside = [unit for unit in known if unit.id.rsplit("-", 1)[0] in homes]
    inside = inside or (list(known) if len(known) == 1 else [])
    inside = [unit for unit in inside if unit.kind == kind] or inside
    inside = [unit for unit in inside if _fits_day(unit, home)] or inside
    if len({unit.id for unit in inside}) != 1:
        return None
    now = units.find(inside[0].id, home.on) if home.on else None
    return inside[0] if now is None or now.name == inside[0].name else None


def _fits_day(unit: Unit, home: Home) -> bool:
    return unit.stands(home.on) or (home.two_tier and unit.valid_to == units.LAST_DISTRICT_DAY)


def pick_commune(known: tuple[Unit, ...], home: Home, kind: str) -> Unit | None:
    inside = [unit for unit in known if unit.kind == kind] or list(known)
    if len(inside) > 1 and home.district:
        inside = [u for u in inside if units.parent(u.id, home.on) == home.district]
    return inside[0] if len(inside) == 1 else None


@dataclass(frozen=True, slots=True)
class Territory:
    """The words of a place, up to the key `end`.

    `levels` are the ranks the words can mean, `unit` the id when one unit is meant and known,
    `named` whether its name was printed, `many` whether all units of the levels are meant
    ("các huyện, thị xã", "cấp xã").
    """

    end: int
    levels: tuple[Level, ...]
    unit: str | None = None
    named: bool = False
    many: bool = False


_CUA, _THUOC, CAP, _CAC = (tokens(word).keys[0] for word in ("của", "thuộc", "cấp", "các"))
_TT = "tt"
_MOST_KINDS = 12  # of a list of kinds, so that a hostile one costs no more
_CITY = ("province", "district")


@cache
def _kinds() -> Node:
    root: Node = {}
    for words, levels in unit_kinds().items():
        plant(root, tokens(words).keys, levels)
    for words in wordings("unit_kinds", "other"):
        plant(root, tokens(words).keys, ())
    return root


def _kind(keys: list[str], at: int, stop: int) -> tuple[int, tuple[Level, ...]] | None:
    """The word of a kind of unit at `at`: its end and the ranks it can mean."""
    hit = longest(_kinds(), keys, at, stop)
    return hit if hit and hit[1] else None


def _named(
    keys: list[str], at: int, stop: int, kind: str, levels: tuple[Level, ...], home: Home
) -> Territory | None:
    """The place of the printed kind whose name begins at `at`."""
    if "province" in levels and (hit := longest(province_names(), keys, at, stop)):
        city = kind != "tỉnh"
        if found := pick_province(hit[1], home, city):
            return Territory(hit[0], ("province",), found.id, True)
    if "district" in levels and (hit := longest(district_names(), keys, at, stop)):
        found = pick_district(hit[1], home, kind)
        return Territory(hit[0], ("district",), found.id if found else None, True)
    if "commune" in levels and (home.province or home.two_tier):
        names = commune_names(home.province or "vn", home.two_tier)
        if hit := longest(names, keys, at, stop):
            found = pick_commune(hit[1], home, kind)
            if found or home.province:
                return Territory(hit[0], ("commune",), found.id if found else None, True)
    return None


def _first_named(
    keys: list[str], at: int, stop: int, levels: tuple[Level, ...], home: Home
) -> Territory | None:
    """The first unit of "các huyện: Long Hồ, Tam Bình"; the others follow as shared names."""
    if at < stop and keys[at] == ":":
        at += 1
    kind = "tỉnh" if levels == ("province",) else "thành phố" if levels == _CITY else ""
    named = _named(keys, at, stop, kind, levels, home) if at < stop else None
    return named if named and named.unit else None


def _listed(keys: list[str], at: int, stop: int, home: Home) -> Territory | None:
    """A list of kinds, each perhaps with a name: "huyện, thị xã, thành phố Biên Hòa"."""
    levels: list[Level] = []
    unclear = False
    end = at
    count = 0
    while at < stop and count < _MOST_KINDS:
        hit: tuple[int, tuple[Level, ...]] | None
        if count and keys[at] == _TT:
            hit = (at + 1, ("commune",))
        else:
            hit = _kind(keys, at + 1 if keys[at] == CAP else at, stop)
        if hit is None:
            break
        after, found = hit
        if not count and (one := _first_named(keys, after, stop, found, home)):
            return one
        if named := _named(keys, after, stop, "thành phố", found, home) if count else None:
            after = named.end
        if found == _CITY:
            unclear = True
        else:
            levels.extend(level for level in found if level not in levels)
        count += 1
        end = after
        if after + 1 < stop and keys[after] in (",", LINK):
            at = after + 1
            continue
        break
    if not count:
        return None
    if count > 1 and end < stop and keys[end] == ":":  # "các tỉnh, thành phố: Thanh Hóa, Huế"
        ranks = ("province",) if unclear else tuple(levels)
        if one := _first_named(keys, end, stop, ranks, home):
            return one
    if unclear and not levels:
        levels = ["province" if home.level == "central" or home.city else "district"]
    order = sorted(levels, key=lambda level: RANK[level])
    return Territory(end, tuple(order), None, False, True)


def _own_tier(keys: list[str], at: int, stop: int, home: Home) -> Territory | None:
    """The paper's own unit or one above it, named by its tier: "cấp tỉnh" in a plan of a
    province; a tier below is all units of it."""
    at += keys[at] == _CAC
    if at + 1 >= stop or keys[at] != CAP or not (hit := _kind(keys, at + 1, stop)):
        return None
    after, levels = hit
    if home.level is None or len(levels) > 1 or RANK[levels[0]] > RANK[home.level]:
        return None
    return Territory(after, levels) if home.at(levels[0]) else None


def place(
    found: Tokens, at: int, stop: int, home: Home, levels: frozenset[str]
) -> Territory | None:
    """The place whose words begin at key `at`; a name without the word of its kind is one
    where it is of one of the `levels`."""
    keys = found.keys
    if at >= stop:
        return None
    if keys[at] in (_CUA, _THUOC):
        at += 1
        if at >= stop:
            return None
    if own := _own_tier(keys, at, stop, home):
        return own
    if keys[at] == _CAC:
        return _listed(keys, at + 1, stop, home)
    if keys[at] == CAP:
        return _listed(keys, at, stop, home)
    if keys[at] in unit_letters() and at + 1 < stop:
        kind = unit_letters()[keys[at]]
        return _named(keys, at + 1, stop, kind, unit_kinds()[kind], home)
    if hit := _kind(keys, at, stop):
        after, ranks = hit
        kind = found.text[found.starts[at] : found.ends[after - 1]].lower()
        kind = "thành phố" if keys[at] == "tp" else kind.removesuffix(" đảo")
        if after < stop and (named := _named(keys, after, stop, kind, ranks, home)):
            return _with_parents(found, after, stop, kind, ranks, home, named)
        if after + 1 < stop and keys[after] in (",", LINK):
            several = _listed(keys, at, stop, home)
            if several and several.end > after:
                return several
        return Territory(after, ranks)
    if "province" in levels and (name := longest(province_names(), keys, at, stop)):
        unit = pick_province(name[1], home, None)
        return Territory(name[0], ("province",), unit.id if unit else None, True)
    if "district" in levels and (name := longest(district_names(), keys, at, stop)):
        unit = pick_district(name[1], home, None)
        return Territory(name[0], ("district",), unit.id, True) if unit else None
    if "commune" in levels and home.province:
        return _named(keys, at, stop, "", ("commune",), home)
    return None


def _with_parents(
    found: Tokens,
    at: int,
    stop: int,
    kind: str,
    ranks: tuple[Level, ...],
    home: Home,
    named: Territory,
) -> Territory:
    """A named place with the units above it that are printed after it, as in an address.

    They also tell apart units of one name: "xã Tân An, huyện Vĩnh Cửu".
    """
    keys = found.keys
    for _ in range(2):
        after = named.end + 1 if named.end < stop and keys[named.end] in (",", LINK) else named.end
        hit = _kind(keys, after, stop) if after < stop else None
        if hit is None or hit[0] >= stop or RANK[hit[1][0]] >= RANK[named.levels[0]]:
            break
        word = found.text[found.starts[after] : found.ends[hit[0] - 1]].lower()
        word = "thành phố" if keys[after] == "tp" else word
        above = _named(keys, hit[0], stop, word, hit[1], home)
        if above is None or above.unit is None or RANK[above.levels[0]] >= RANK[named.levels[0]]:
            break
        inner = _named(keys, at, stop, kind, ranks, home_of(above.unit, home.on))
        if inner is None or inner.unit is None or not _inside(inner.unit, above.unit, home):
            break
        named = Territory(above.end, named.levels, inner.unit, True)
    return named


def _inside(unit: str, above: str, home: Home) -> bool:
    return unit.startswith(above + "-") or units.parent(unit, home.on) == above


def named_place(found: Tokens, at: int, stop: int, home: Home) -> tuple[int, Unit | None] | None:
    """A unit printed with its name at `at`: with the word of its kind, or a bare province."""
    keys = found.keys
    if hit := _kind(keys, at, stop):
        where = place(found, at, stop, home, frozenset())
        if where and where.named:
            return where.end, units.find(where.unit, home.on) if where.unit else None
        return hit[0], None
    if name := longest(province_names(), keys, at, stop):
        return name[0], pick_province(name[1], home, None)
    return None
