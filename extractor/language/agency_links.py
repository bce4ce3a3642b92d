"""Linking: from a name and a place to one body of one unit, level first.

A name never reaches a body of a lower level than the paper's, nor one of another level than
its place says; where no body of the right level exists the words stay unknown and the others
are only candidates.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from corpora import units
from corpora.agencies import Role
from corpora.units import Level
from extractor.language.place_names import RANK, Context
from extractor.language.places import Place
from extractor.language.registry import Name, base
from models.agency import AgencyKind

# What "UBND các huyện" stands for: the executive bodies are sets of their own.
_SETS = {
    "ubnd-tinh": "TINH",
    "ct-ubnd-tinh": "TINH",
    "ubnd-huyen": "HUYEN",
    "ct-ubnd-huyen": "HUYEN",
    "ubnd-xa": "XA",
    "ct-ubnd-xa": "XA",
}
NOT_IN_FORCE = "agency.not-in-force"
NO_UNIT = "agency.no-unit"
NO_SUCH_LEVEL = "agency.level"
UNSURE = "agency.unsure"


@dataclass(frozen=True, slots=True)
class Link:
    """What a name was taken for; the fields are those of `AgencyMention`."""

    kind: AgencyKind
    id: str | None = None
    name: str | None = None
    level: str | None = None
    members: tuple[str, ...] = ()
    closed: bool | None = None
    candidates: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    via: str | None = None

    def opened(self) -> "Link":
        """The same set left open: "UBND các huyện có liên quan"."""
        return replace(self, closed=False) if self.kind == "group" else self


def full_name(role: Role, unit: str, ctx: Context) -> str:
    """The name of the body with its unit: "Sở Nội vụ tỉnh Vĩnh Long"."""
    if role.unit == "central":
        return base(role.name)
    found = units.find(unit, ctx.on)
    if found is None:
        return role.name
    if (role.kind == "cap-uy" and role.name.startswith("Tỉnh")) or role.slug == "tinh-doan":
        return f"{role.name} {found.name}"
    return f"{base(role.name)} {found.title}"


def link(name: Name, where: Place | None, ctx: Context) -> Link:
    """The body of `name` at the place, as seen from the paper."""
    if where is None:
        return _unplaced(name, ctx)
    return _placed(name, where.levels, where.unit, where.named, where.many, ctx)


@lru_cache(maxsize=8192)
def _placed(
    name: Name,
    levels: tuple[Level, ...],
    printed: str | None,
    named: bool,
    many: bool,
    ctx: Context,
) -> Link:
    roles = name.roles
    if many:
        return _many(roles, levels, ctx)
    if len(levels) > 1:
        levels = _city_levels(roles, ctx)
    at_level = [role for role in roles if role.unit in levels]
    if not at_level:
        return Link("unknown", candidates=_ids(roles, ctx), issues=(NO_SUCH_LEVEL,))
    unit = printed if named else ctx.home(at_level[0].unit)
    if unit is None:
        code = _SETS.get(at_level[0].slug)
        if code and not named:
            return _set((code,), at_level, ctx)
        slugs = tuple(role.slug for role in _by_force(at_level, ctx))
        return Link("unknown", candidates=slugs, issues=(NO_UNIT,))
    return _one(_by_force(at_level, ctx), unit, ctx, roles)


def _city_levels(roles: tuple[Role, ...], ctx: Context) -> tuple[Level, ...]:
    """What "thành phố" without a name means in this paper."""
    if ctx.city:
        return ("province",)
    if ctx.level in ("district", "commune") or {role.unit for role in roles} == {"district"}:
        return ("district",)
    if any(role.unit == "district" for role in roles):
        return ("district",)
    return ("province",)


def _by_force(roles: list[Role], ctx: Context) -> list[Role]:
    """Those that stood on the day first."""
    return sorted(roles, key=lambda role: not role.stands(ctx.on))


@lru_cache(maxsize=8192)
def _unplaced(name: Name, ctx: Context) -> Link:
    roles = name.roles
    own = RANK[ctx.level] if ctx.level else 0
    reachable = [
        role
        for role in roles
        if role.unit == "central" or (not role.place_needed and RANK[role.unit] <= own)
    ]
    reachable = [role for role in reachable if ctx.home(role.unit)]
    if not reachable:
        issue = NO_UNIT if ctx.level is None else NO_SUCH_LEVEL
        return Link("unknown", candidates=_ids(roles, ctx), issues=(issue,))
    order = sorted(reachable, key=lambda role: (not role.stands(ctx.on), -RANK[role.unit]))
    unit = ctx.home(order[0].unit)
    assert unit is not None
    return _one(order, unit, ctx, roles)


def _one(order: list[Role], unit: str, ctx: Context, roles: tuple[Role, ...]) -> Link:
    role = order[0]
    issues: list[str] = []
    territory = units.find(unit, ctx.on)
    stood = territory is None or ctx.on is None or territory.stands(ctx.on)
    if not (role.stands(ctx.on) and stood):
        issues.append(NOT_IN_FORCE)
    if role.unsure(ctx.on):
        issues.append(UNSURE)
    others = tuple(other for other in roles if other is not role)
    found = f"{unit}/{role.slug}"
    full = full_name(role, unit, ctx)
    if not role.listed:
        return Link("unknown", None, full, role.unit, (), None, (found,), tuple(issues), "unlisted")
    return Link("agency", found, full, role.unit, (), None, _ids(others, ctx), tuple(issues))


def _many(roles: tuple[Role, ...], levels: tuple[Level, ...], ctx: Context) -> Link:
    at_level = [role for role in roles if role.unit in levels]
    codes = tuple(sorted({_SETS[role.slug] for role in at_level if role.slug in _SETS}))
    if not at_level:
        return Link("unknown", candidates=_ids(roles, ctx), issues=(NO_SUCH_LEVEL,))
    return _set(codes, at_level, ctx)


def _set(codes: tuple[str, ...], roles: list[Role], ctx: Context) -> Link:
    """All bodies of a name: a set that has a code, or an open one that has none."""
    live = [role for role in roles if role.stands(ctx.on)]
    if live and len(live) < len(roles):
        codes = tuple(sorted({_SETS[role.slug] for role in live if role.slug in _SETS}))
    issues = () if live else (NOT_IN_FORCE,)
    level = roles[0].unit
    word = {"province": "tỉnh, thành phố", "district": "huyện", "commune": "xã"}[level]
    if ctx.two_tier and level == "commune":
        word = "xã, phường"
    name = f"{base(roles[0].name)} các {word}"
    slugs = tuple(role.slug for role in roles)
    return Link("group", None, name, level, codes, bool(codes), slugs, issues)


def _ids(roles: tuple[Role, ...], ctx: Context) -> tuple[str, ...]:
    found = []
    for role in roles:
        unit = ctx.home(role.unit)
        found.append(f"{unit}/{role.slug}" if unit else role.slug)
    return tuple(found)
