"""Collectives: "các sở, ban, ngành tỉnh", read by a small grammar.

    [các | những | …] noun {, noun} {of the province | at level … | có liên quan}

The nouns and what they stand for are in `corpora/collective_nouns.tsv`, the words behind them
are read by `restrictions`.
"""

from dataclasses import dataclass

from corpora import collectives as meanings
from corpora.units import Level
from corpora.wordings import unit_kinds, wordings
from extractor.language.agencies.names import longest, names, noun_tree
from extractor.language.agencies.places import Home, place
from extractor.language.agencies.restrictions import (
    COMMA,
    LEVELS,
    OF,
    STOPS,
    Tail,
    boundary,
    capital,
    runs_on,
    tail,
)
from extractor.text import LINK, Tokens, tokens

_FORCED = {"sở": "province", "bộ": "central", "cơ quan ngang bộ": "central"}
#: Words that open the names of bodies which have units of their own, or share one word in a list.
HEADS = frozenset(key for word in wordings("agency_words", "head") for key in tokens(word).keys)
_MOST = 12  # members of one list, so that a hostile one costs no more
_NO_KIND: tuple[Level, ...] = ("province",)  # of a noun that is no unit below the province
_SUFFIX = {"province": " của tỉnh", "district": " của huyện", "commune": " của xã"}


@dataclass(frozen=True, slots=True)
class Group:
    """A collective: the keys up to `end`, its set codes, whether it is closed, its level."""

    end: int
    name: str
    members: tuple[str, ...]
    closed: bool
    level: str


def group(
    found: Tokens, at: int, stop: int, home: Home, begin: int, follows: bool, cell: bool = False
) -> Group | None:
    """The collective that begins at key `at`, its nouns at `begin` after "các" or the like;
    `follows` says that another one stands just before it, `cell` that the text says only who."""
    nouns, end = _enumeration(found, begin, stop, home)
    if not nouns:
        return None
    unnamed = nouns[0] in meanings.unnamed()
    if begin == at and not _stands_alone(found, nouns, begin, end, stop, follows, home):
        return None
    if unnamed:
        end = tail(found, boundary(found, end, stop), stop, home).end
        return Group(end, _label(nouns, "", begin > at), (), False, home.level or "central")
    if end + 1 < stop and _belongs_to_organ(found.keys, end, stop):
        end = boundary(found, end + 2, stop)
        return Group(end, _label(nouns, " trực thuộc", True), (), False, home.level or "central")
    if mixed := _mixed(found, end, stop, home):
        label = found.text[found.starts[at] : found.ends[mixed - 1]].lower()
        return Group(mixed, label, (), False, home.level or "central")
    single = len(nouns) == 1
    named = single and nouns[0] in wordings("agency_words", "named")
    after = tail(found, end, stop, home, cell, named)
    told = found.text[found.ends[end - 1] : found.ends[after.end - 1]].lower()
    if single and begin == at and after.end > tail(found, end, stop, home).end:
        return None  # "Phòng Quản lý Thương mại", "bộ máy": other words
    if named and after.meant == "told":
        return Group(after.end, _label(nouns, told, True), (), False, home.level or "central")
    return _made(nouns, after, told, home)


def _mixed(found: Tokens, at: int, stop: int, home: Home) -> int | None:
    """Where a list ends that goes on from sets to others and leaves all of them open:
    the rest of "cơ quan, tổ chức và hợp tác xã liên quan"."""
    keys, tree = found.keys, noun_tree()
    for _ in range(_MOST):
        if at + 1 >= stop or keys[at] not in COMMA or at + 1 in found.items:
            break
        at += 2 if keys[at] == "," and keys[at + 1] == LINK and at + 2 < stop else 1
        noun = longest(tree, keys, at, stop)
        if not noun and not runs_on(found, at, stop):
            return None
        at = noun[0] if noun else at
        after = tail(found, at, stop, home)
        if after.end == at and not noun:
            at = boundary(found, at, stop, some=True)
            after = tail(found, at, stop, home)
        if after.meant == "some":
            return after.end
    return None


def _enumeration(found: Tokens, at: int, stop: int, home: Home) -> tuple[list[str], int]:
    """The nouns that begin at `at`, up to one of the other sort: sets, or bodies unnamed."""
    keys, tree, registry = found.keys, noun_tree(), names()
    nouns: list[str] = []
    end = at
    while at < stop and not (nouns and at in found.items):
        hit = longest(tree, keys, at, stop)
        if hit is None:
            break
        known = longest(registry, keys, at, stop)
        if known and known[0] > hit[0]:
            break
        if nouns and keys[at - 1] not in COMMA and not _listed(found, hit[0], stop):
            break  # "đơn vị sự nghiệp ngành y tế"
        if nouns and keys[at - 1] not in COMMA and _says_whose(nouns[-1], hit[1]):
            break  # "các sở, ngành tỉnh"
        if nouns and (hit[1][0] in meanings.unnamed()) != (nouns[0] in meanings.unnamed()):
            break
        fresh = [noun for noun in hit[1] if noun not in nouns]
        if not fresh:
            break
        nouns.extend(fresh)
        end = at = hit[0]
        if nouns[-1] == "thành phố" and (named := place(found, at - 1, stop, home, LEVELS)):
            end = at = max(at, named.end if named.named else at)
        if at + 1 < stop and keys[at] in (",", LINK):
            at += 2 if keys[at] == "," and keys[at + 1] == LINK else 1
    return nouns, end


def _says_whose(noun: str, following: tuple[str, ...]) -> bool:
    """Whether a noun with nothing before it is the unit whose bodies the others are."""
    kinds = unit_kinds()
    return noun not in kinds and all(one in kinds for one in following)


def _listed(found: Tokens, at: int, stop: int) -> bool:
    """Whether the list goes on or ends at a key: "các bộ ngành, địa phương"."""
    return at == stop or found.keys[at] in STOPS or at in found.items


def _stands_alone(
    found: Tokens,
    nouns: list[str],
    begin: int,
    end: int,
    stop: int,
    follows: bool,
    home: Home,
) -> bool:
    """Whether nouns without "các" are a collective: several, left open, or going on with one."""
    if end < stop and found.keys[end] not in STOPS:
        single = len(nouns) == 1 and capital(found, begin)
        if nouns[0] in meanings.unnamed() and (capital(found, end) or single):
            return False  # "Tập đoàn Viettel", "Viện Nghiên cứu phát triển": names
        if tail(found, end, stop, home).meant != "all":
            return True
    whole = " " in nouns[0] and (end == stop or found.keys[end] in STOPS)
    return len(nouns) > 1 or end - begin > 3 or follows or whole


def _belongs_to_organ(keys: list[str], at: int, stop: int) -> bool:
    """Whether "(trực) thuộc Sở" follows: units inside a body, for which there is no code."""
    if keys[at] == "trưc5":
        at += 1
    return at + 1 < stop and keys[at] in OF and keys[at + 1] in HEADS


def _level(nouns: list[str], printed: str | None, home: Home) -> str:
    """The level the nouns are meant at: that of a noun, the printed one, that of the paper."""
    for noun in nouns:
        if noun in _FORCED:
            return _FORCED[noun]
    level = printed or home.level or "province"
    if nouns[0] in ("phòng", "phòng chuyên môn"):
        return "commune" if home.two_tier else "district"
    if level in ("central", "commune") and "province" not in unit_kinds().get(nouns[0], _NO_KIND):
        return "province"
    return level


def _made(nouns: list[str], after: Tail, told: str, home: Home) -> Group:
    level = _level(nouns, after.level, home)
    members, bounded = meanings.sets(frozenset(nouns), level, home.two_tier)
    if (after.meant, bounded) in (("some", "told"), ("some", "no"), ("told", "no")):
        members = ()
    closed = after.meant == "all" and bool(members)
    suffix = _SUFFIX.get(level, "")
    if level == "province" and home.city:
        suffix = " của thành phố"
    if not closed:
        suffix = told if after.meant == "told" else " có liên quan"
    return Group(after.end, _label(nouns, suffix, True), members, closed, level)


def _label(nouns: list[str], suffix: str, many: bool) -> str:
    return ("các " if many else "") + ", ".join(nouns) + suffix
