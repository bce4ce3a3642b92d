"""Linking: from a name and a place to one body of one unit, level first.

A name never reaches a body of a lower level than the paper's, nor one of another level than
its place says; where no body of the right level exists the words stay unknown and the others
are only candidates. Likeness is the last of all means: words that begin with the head of a body
are compared, without marks, with the names the paper's level can reach; the best wins only when
it is near and far ahead of the next one. What is near to two names stays unknown with both as
candidates.
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from corpora import agencies, units
from corpora.agencies import Role
from corpora.tables import threshold
from corpora.units import Level
from extractor.language.agencies.names import Name, base, longest, names
from extractor.language.agencies.places import RANK, Home, Territory, place
from extractor.text import Tokens, plain, tokens
from models.agency import AgencyKind, AgencyMention

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

    def mention(
        self, text: str, span: tuple[int, int], score: float, via: str, post: str | None = None
    ) -> AgencyMention:
        """The words `text` that were taken for it, `via` what, and the post printed before them."""
        return AgencyMention(
            text=text,
            id=self.id,
            name=self.name,
            kind=self.kind,
            level=self.level,
            score=score,
            members=self.members,
            closed=self.closed,
            span=span,
            post=post,
            via=self.via or via,
            candidates=self.candidates,
            issues=self.issues,
        )


def full_name(role: Role, unit: str, on: date | None) -> str:
    """The name of the body with its unit: "Sở Nội vụ tỉnh Vĩnh Long"."""
    if role.unit == "central":
        return base(role.name)
    found = units.find(unit, on)
    if found is None:
        return role.name
    if (role.kind == "cap-uy" and role.name.startswith("Tỉnh")) or role.slug == "tinh-doan":
        return f"{role.name} {found.name}"
    return f"{base(role.name)} {found.title}"


def link(name: Name, where: Territory | None, home: Home) -> Link:
    """The body of `name` at the place, as seen from the paper."""
    if where is None:
        return _unplaced(name, home)
    return _placed(name, where.levels, where.unit, where.named, where.many, home)


@lru_cache(maxsize=8192)
def _placed(
    name: Name,
    levels: tuple[Level, ...],
    printed: str | None,
    named: bool,
    many: bool,
    home: Home,
) -> Link:
    roles = name.roles
    if many:
        return _many(roles, levels, home)
    if len(levels) > 1:
        levels = _city_levels(roles, home)
    at_level = [role for role in roles if role.unit in levels]
    if not at_level:
        return Link("unknown", candidates=_ids(roles, home), issues=(NO_SUCH_LEVEL,))
    unit = printed if named else home.at(at_level[0].unit)
    if unit is None:
        code = _SETS.get(at_level[0].slug)
        if code and not named:
            return _set((code,), at_level, home)
        slugs = tuple(role.slug for role in _by_force(at_level, home))
        return Link("unknown", candidates=slugs, issues=(NO_UNIT,))
    return _one(_by_force(at_level, home), unit, home, roles)


def _city_levels(roles: tuple[Role, ...], home: Home) -> tuple[Level, ...]:
    """What "thành phố" without a name means in this paper."""
    if home.city:
        return ("province",)
    if home.level in ("district", "commune") or {role.unit for role in roles} == {"district"}:
        return ("district",)
    if any(role.unit == "district" for role in roles):
        return ("district",)
    return ("province",)


def _by_force(roles: list[Role], home: Home) -> list[Role]:
    """Those that stood on the day first."""
    return sorted(roles, key=lambda role: not role.stands(home.on))


@lru_cache(maxsize=8192)
def _unplaced(name: Name, home: Home) -> Link:
    roles = name.roles
    own = RANK[home.level] if home.level else 0
    reachable = [
        role
        for role in roles
        if role.unit == "central" or (not role.place_needed and RANK[role.unit] <= own)
    ]
    reachable = [role for role in reachable if home.at(role.unit)]
    if not reachable:
        issue = NO_UNIT if home.level is None else NO_SUCH_LEVEL
        return Link("unknown", candidates=_ids(roles, home), issues=(issue,))
    order = sorted(reachable, key=lambda role: (not role.stands(home.on), -RANK[role.unit]))
    unit = home.at(order[0].unit)
    assert unit is not None
    return _one(order, unit, home, roles)


def _one(order: list[Role], unit: str, home: Home, roles: tuple[Role, ...]) -> Link:
    role = order[0]
    issues: list[str] = []
    territory = units.find(unit, home.on)
    stood = territory is None or home.on is None or territory.stands(home.on)
    if not (role.stands(home.on) and stood):
        issues.append(NOT_IN_FORCE)
    unsure = territory is not None and territory.level != "province" and bool(territory.check)
    if unsure or role.unsure(home.on):
        issues.append(UNSURE)
    others = tuple(other for other in roles if other is not role)
    found = f"{unit}/{role.slug}"
    full = full_name(role, unit, home.on)
    if not role.listed:
        return Link("unknown", None, full, role.unit, (), None, (found,), tuple(issues), "unlisted")
    return Link("agency", found, full, role.unit, (), None, _ids(others, home), tuple(issues))


def _many(roles: tuple[Role, ...], levels: tuple[Level, ...], home: Home) -> Link:
    at_level = [role for role in roles if role.unit in levels]
    codes = tuple(sorted({_SETS[role.slug] for role in at_level if role.slug in _SETS}))
    if not at_level:
        return Link("unknown", candidates=_ids(roles, home), issues=(NO_SUCH_LEVEL,))
    return _set(codes, at_level, home)


def _set(codes: tuple[str, ...], roles: list[Role], home: Home) -> Link:
    """All bodies of a name: a set that has a code, or an open one that has none."""
    live = [role for role in roles if role.stands(home.on)]
    if live and len(live) < len(roles):
        codes = tuple(sorted({_SETS[role.slug] for role in live if role.slug in _SETS}))
    issues = () if live else (NOT_IN_FORCE,)
    level = roles[0].unit
    word = {"province": "tỉnh, thành phố", "district": "huyện", "commune": "xã"}[level]
    if home.two_tier and level == "commune":
        word = "xã, phường"
    name = f"{base(roles[0].name)} các {word}"
    slugs = tuple(role.slug for role in roles)
    return Link("group", None, name, level, codes, bool(codes), slugs, issues)


def _ids(roles: tuple[Role, ...], home: Home) -> tuple[str, ...]:
    found = []
    for role in roles:
        unit = home.at(role.unit)
        found.append(f"{unit}/{role.slug}" if unit else role.slug)
    return tuple(found)


NEAR, MARGIN = threshold("agency.near"), threshold("agency.margin")
_SHORTEST = threshold("agency.shortest")


@lru_cache(maxsize=65536)
def _compared(text: str) -> str:
    """The words of a name without what joins them."""
    return " ".join(word for word in plain(text).split() if word != "va")


@lru_cache(maxsize=8)
def _choices(level: str) -> dict[str, dict[str, Name]]:
    """The names that a paper of the level can mean: first word -> plain form -> name."""
    found: dict[str, dict[str, Name]] = {}
    for role in agencies.roles().values():
        if role.unit != "central" and RANK[role.unit] > RANK[level]:
            continue
        written = base(role.name)
        keys = tokens(written).keys
        hit = longest(names(), keys, 0, len(keys))
        if hit and " " in written and not role.place_needed:
            form = _compared(written)
            found.setdefault(form.split()[0], {})[form] = hit[1]
    return found


def nearest(found: Tokens, at: int, end: int, home: Home) -> AgencyMention:
    """The mention for the words of keys [at, end): linked by likeness, else unknown."""
    span = (found.starts[at], found.ends[end - 1])
    text = found.text[span[0] : span[1]]
    unknown = AgencyMention(text, span=span, via="none")
    if home.level is None or not _SHORTEST <= len(text) <= 120:
        return unknown
    where, cut = None, end
    for start in range(at + 2, end):
        where = place(found, start, end, home, frozenset())
        if where is not None and where.end == end:
            cut = start
            break
        where = None
    from rapidfuzz import fuzz, process  # here: most cells never need it

    words = _compared(found.text[span[0] : found.ends[cut - 1]])
    if len(words) < _SHORTEST or " " not in words:
        return unknown
    choices = _choices(home.level).get(words.split()[0], {})
    ranked = process.extract(
        words, list(choices), scorer=fuzz.ratio, score_cutoff=NEAR - MARGIN, limit=3
    )
    if not ranked or ranked[0][1] < NEAR:
        return unknown
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < MARGIN:
        both = tuple(role.slug for name, _, _ in ranked for role in choices[name].roles)
        return replace(unknown, candidates=both)
    found_link = link(choices[ranked[0][0]], where, home)
    if found_link.kind != "agency":
        return replace(unknown, candidates=found_link.candidates, issues=found_link.issues)
    score = min(0.99, round(ranked[0][1] / 100, 3))  # the marks differ, or it were exact
    return found_link.mention(text, span, score, "fuzzy")
