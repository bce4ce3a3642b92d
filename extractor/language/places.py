"""Places: whose a body is, by the words after its name and by the paper it stands in.

"Sở Nội vụ", "Sở Nội vụ tỉnh", "Sở Nội vụ tỉnh Vĩnh Long" and "Sở Nội vụ Vĩnh Long" are one body
in a paper of Vĩnh Long; "UBND tỉnh" in a paper of a district of it is the unit above.
"""

from dataclasses import dataclass
from functools import cache

from corpora import units
from corpora.units import Level, Unit
from extractor.language.place_names import (
    RANK,
    Context,
    commune_names,
    context,
    district_names,
    pick_commune,
    pick_district,
    pick_province,
    province_names,
)
from extractor.language.registry import Node, longest, plant
from extractor.text import LINK, Tokens, tokens


@dataclass(frozen=True, slots=True)
class Place:
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


_KIND_LEVELS: dict[str, tuple[Level, ...]] = {
    "tỉnh": ("province",),
    "thành phố trực thuộc trung ương": ("province",),
    "thành phố thuộc tỉnh": ("district",),
    "thành phố": ("province", "district"),
    "thủ đô": ("province",),
    "huyện": ("district",),
    "huyện đảo": ("district",),
    "quận": ("district",),
    "thị xã": ("district",),
    "xã": ("commune",),
    "phường": ("commune",),
    "thị trấn": ("commune",),
    "đặc khu": ("commune",),
}
_CUA, _THUOC, _CAP, _CAC = (tokens(word).keys[0] for word in ("của", "thuộc", "cấp", "các"))
_TT = "tt"
_LETTERS: dict[str, tuple[str, tuple[Level, ...]]] = {  # only before a name: "H. Long Hồ"
    "h": ("huyện", ("district",)),
    "q": ("quận", ("district",)),
    "p": ("phường", ("commune",)),
    "x": ("xã", ("commune",)),
    "tt": ("thị trấn", ("commune",)),
}
_MOST_KINDS = 12  # of a list of kinds, so that a hostile one costs no more
_CITY = ("province", "district")
_NO_KINDS = ("xã hội", "huyện ủy", "tỉnh ủy", "thị ủy", "tỉnh đoàn", "huyện đoàn", "xã đội")


@cache
def _kinds() -> Node:
    root: Node = {}
    for words, levels in _KIND_LEVELS.items():
        plant(root, tokens(words).keys, levels)
    for words in _NO_KINDS:
        plant(root, tokens(words).keys, ())
    return root


def _kind(keys: list[str], at: int, stop: int) -> tuple[int, tuple[Level, ...]] | None:
    """The word of a kind of unit at `at`: its end and the ranks it can mean."""
    hit = longest(_kinds(), keys, at, stop)
    return hit if hit and hit[1] else None


def _named(
    keys: list[str], at: int, stop: int, kind: str, levels: tuple[Level, ...], ctx: Context
) -> Place | None:
    """The place of the printed kind whose name begins at `at`."""
    if "province" in levels and (hit := longest(province_names(), keys, at, stop)):
        city = kind != "tỉnh"
        if found := pick_province(hit[1], ctx, city):
            return Place(hit[0], ("province",), found.id, True)
    if "district" in levels and (hit := longest(district_names(), keys, at, stop)):
        found = pick_district(hit[1], ctx, kind)
        return Place(hit[0], ("district",), found.id if found else None, True)
    if "commune" in levels and ctx.province:
        names = commune_names(ctx.province, ctx.two_tier)
        if hit := longest(names, keys, at, stop):
            found = pick_commune(hit[1], ctx, kind)
            return Place(hit[0], ("commune",), found.id if found else None, True)
    return None


def _first_named(
    keys: list[str], at: int, stop: int, levels: tuple[Level, ...], ctx: Context
) -> Place | None:
    """The first unit of "các huyện: Long Hồ, Tam Bình"; the others follow as shared names."""
    if at < stop and keys[at] == ":":
        at += 1
    kind = "tỉnh" if levels == ("province",) else "thành phố" if levels == _CITY else ""
    named = _named(keys, at, stop, kind, levels, ctx) if at < stop else None
    return named if named and named.unit else None


def _listed(keys: list[str], at: int, stop: int, ctx: Context) -> Place | None:
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
            hit = _kind(keys, at + 1 if keys[at] == _CAP else at, stop)
        if hit is None:
            break
        after, found = hit
        if not count and (one := _first_named(keys, after, stop, found, ctx)):
            return one
        if named := _named(keys, after, stop, "thành phố", found, ctx) if count else None:
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
    if unclear and not levels:
        levels = ["province" if ctx.level == "central" or ctx.city else "district"]
    order = sorted(levels, key=lambda level: RANK[level])
    return Place(end, tuple(order), None, False, True)


def place(found: Tokens, at: int, stop: int, ctx: Context, levels: frozenset[str]) -> Place | None:
    """The place whose words begin at key `at`; a name without the word of its kind is one
    where it is of one of the `levels`."""
    keys = found.keys
    if at >= stop:
        return None
    if keys[at] in (_CUA, _THUOC):
        at += 1
        if at >= stop:
            return None
    if keys[at] == _CAC:
        return _listed(keys, at + 1, stop, ctx)
    if keys[at] == _CAP:
        return _listed(keys, at, stop, ctx)
    if keys[at] in _LETTERS and at + 1 < stop:
        kind, ranks = _LETTERS[keys[at]]
        return _named(keys, at + 1, stop, kind, ranks, ctx)
    if hit := _kind(keys, at, stop):
        after, ranks = hit
        kind = found.text[found.starts[at] : found.ends[after - 1]].lower()
        kind = "thành phố" if keys[at] == "tp" else kind.removesuffix(" đảo")
        if after < stop and (named := _named(keys, after, stop, kind, ranks, ctx)):
            return _with_parents(found, after, stop, kind, ranks, ctx, named)
        if after + 1 < stop and keys[after] in (",", LINK):
            several = _listed(keys, at, stop, ctx)
            if several and several.end > after:
                return several
        return Place(after, ranks)
    if "province" in levels and (name := longest(province_names(), keys, at, stop)):
        unit = pick_province(name[1], ctx, None)
        return Place(name[0], ("province",), unit.id if unit else None, True)
    if "district" in levels and (name := longest(district_names(), keys, at, stop)):
        unit = pick_district(name[1], ctx, None)
        return Place(name[0], ("district",), unit.id, True) if unit else None
    if "commune" in levels and ctx.province:
        return _named(keys, at, stop, "", ("commune",), ctx)
    return None


def _with_parents(
    found: Tokens,
    at: int,
    stop: int,
    kind: str,
    ranks: tuple[Level, ...],
    ctx: Context,
    named: Place,
) -> Place:
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
        above = _named(keys, hit[0], stop, word, hit[1], ctx)
        if above is None or above.unit is None or RANK[above.levels[0]] >= RANK[named.levels[0]]:
            break
        inner = _named(keys, at, stop, kind, ranks, context(above.unit, ctx.on))
        if inner is None or inner.unit is None or not _inside(inner.unit, above.unit, ctx):
            break
        named = Place(above.end, named.levels, inner.unit, True)
    return named


def _inside(unit: str, above: str, ctx: Context) -> bool:
    return unit.startswith(above + "-") or units.parent(unit, ctx.on) == above


def named_place(found: Tokens, at: int, stop: int, ctx: Context) -> tuple[int, Unit | None] | None:
    """A unit printed with its name at `at`: with the word of its kind, or a bare province."""
    keys = found.keys
    if hit := _kind(keys, at, stop):
        where = place(found, at, stop, ctx, frozenset())
        if where and where.named:
            return where.end, units.find(where.unit, ctx.on) if where.unit else None
        return hit[0], None
    if name := longest(province_names(), keys, at, stop):
        return name[0], pick_province(name[1], ctx, None)
    return None
