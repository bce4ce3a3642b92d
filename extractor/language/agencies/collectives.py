"""Collectives: "các sở, ban, ngành tỉnh", read by a small grammar.

    [các | những | …] noun {, noun} {of the province | at level … | có liên quan}

The nouns and what they stand for are in `corpora/collective_nouns.tsv`, the words around them
in `corpora/agency_words.tsv`.
"""

from dataclasses import dataclass
from functools import cache

from corpora import collectives as meanings
from corpora.units import Level
from corpora.wordings import unit_kinds, wordings
from extractor.language.agencies.names import Node, longest, names, phrases, plant
from extractor.language.agencies.places import Home, place
from extractor.text import LINK, Tokens, tokens

_FORCED = {"sở": "province", "bộ": "central", "cơ quan ngang bộ": "central"}
_OF = frozenset(tokens("thuộc của").keys)
#: Words that open the names of bodies which have units of their own, or share one word in a list.
HEADS = frozenset(key for word in wordings("agency_words", "head") for key in tokens(word).keys)
_CAP = tokens("cấp").keys[0]
_TOPS = frozenset(tokens("sở bộ ubnd phòng vpubnd").keys)
_STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "|"})
_LEVELS = frozenset({"province", "district"})
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


@cache
def noun_tree() -> Node:
    """The trie of the nouns, as they are printed, to the nouns of the table."""
    root: Node = {}
    for noun in meanings.nouns():
        plant(root, tokens(noun).keys, (noun,))
    for spelling, parts in meanings.spellings().items():
        keys = tokens(spelling).keys
        plant(root, keys, parts)
        plant(root, [key for key in keys if key not in (LINK, ",")], parts)
    return root


@cache
def quantifiers() -> Node:
    """The trie of "các", "tất cả các" …"""
    return phrases("quantifier")


@cache
def _organs() -> Node:
    return phrases("organ")


@cache
def _tails() -> Node:
    root: Node = {}
    for kind in ("pass", "open"):
        for phrase in wordings("agency_words", kind):
            plant(root, tokens(phrase).keys, kind)
    return root


def tail(found: Tokens, at: int, stop: int, home: Home) -> tuple[int, bool, str | None]:
    """What follows the nouns of a collective: its end, whether the set stays closed, its level.

    "tỉnh", "cấp huyện", "trên địa bàn thành phố" keep it closed, "có liên quan" does not.
    """
    keys = found.keys
    closed, level = True, None
    while at < stop and at not in found.items:
        if keys[at] == "," and at + 1 < stop and keys[at + 1] == _CAP:
            at += 1  # "các sở, ban, ngành, cấp tỉnh"
        hit = longest(_tails(), keys, at, stop)
        if hit:
            at = hit[0]
            closed = closed and hit[1] == "pass"
            if hit[1] == "open":
                at = _region(found, boundary(found, at, stop), stop)
            continue
        where = place(found, at, stop, home, _LEVELS)
        if where is None or (where.many and keys[at] not in _OF and keys[at] != _CAP):
            break
        sure = len(where.levels) == 1 or where.many
        level = level or (where.levels[0] if sure else _city_level(home))
        at = where.end
    return at, closed, level


def _region(found: Tokens, at: int, stop: int) -> int:
    """Past the second part of "vùng … và Đông Nam Bộ", which begins no body of its own."""
    keys = found.keys
    if at + 1 >= stop or keys[at] != LINK or at + 1 in found.items or not _capital(found, at + 1):
        return at
    if longest(names(), keys, at + 1, stop) or longest(_organs(), keys, at + 1, stop):
        return at
    return boundary(found, at + 1, stop)


def boundary(found: Tokens, at: int, stop: int) -> int:
    """The next key that ends a run of words: a separator, an item, a known name."""
    keys, registry = found.keys, names()
    while at < stop and keys[at] not in _STOPS and at not in found.items:
        if keys[at] in _TOPS and longest(registry, keys, at, stop):
            break
        at += 1
    return at


def group(found: Tokens, at: int, stop: int, home: Home, begin: int, follows: bool) -> Group | None:
    """The collective that begins at key `at`, its nouns at `begin` after "các" or the like;
    `follows` says that another one stands just before it."""
    nouns, end = _enumeration(found, begin, stop, home)
    if not nouns:
        return None
    unnamed = nouns[0] in meanings.unnamed()
    if begin == at and not _stands_alone(found, nouns, begin, end, stop, follows, home):
        return None
    if unnamed:
        end, _, _ = tail(found, boundary(found, end, stop), stop, home)
        return Group(end, _label(nouns, "", begin > at), (), False, home.level or "central")
    if end + 1 < stop and _belongs_to_organ(found.keys, end, stop):
        end = boundary(found, end + 2, stop)
        return Group(end, _label(nouns, " trực thuộc", True), (), False, home.level or "central")
    end, closed, printed = tail(found, end, stop, home)
    return _made(nouns, end, closed, printed, home)


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
        if nouns and (hit[1][0] in meanings.unnamed()) != (nouns[0] in meanings.unnamed()):
            break
        fresh = [noun for noun in hit[1] if noun not in nouns]
        if not fresh:
            break
        nouns.extend(fresh)
        end = at = hit[0]
        if nouns[-1] == "thành phố" and (named := place(found, at - 1, stop, home, _LEVELS)):
            end = at = max(at, named.end if named.named else at)
        if at + 1 < stop and keys[at] in (",", LINK):
            at += 2 if keys[at] == "," and keys[at + 1] == LINK else 1
    return nouns, end


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
    if end < stop and found.keys[end] not in _STOPS:
        single = len(nouns) == 1 and _capital(found, begin)
        if nouns[0] in meanings.unnamed() and (_capital(found, end) or single):
            return False  # "Tập đoàn Viettel", "Viện Nghiên cứu phát triển": names
        after, closed, _ = tail(found, end, stop, home)
        if after > end and not closed:
            return True
    whole = " " in nouns[0] and (end == stop or found.keys[end] in _STOPS)
    return len(nouns) > 1 or end - begin > 3 or follows or whole


def _capital(found: Tokens, at: int) -> bool:
    return found.text[found.starts[at]].isupper()


def _belongs_to_organ(keys: list[str], at: int, stop: int) -> bool:
    """Whether "(trực) thuộc Sở" follows: units inside a body, for which there is no code."""
    if keys[at] == "trưc5":
        at += 1
    return at + 1 < stop and keys[at] in _OF and keys[at + 1] in HEADS


def _city_level(home: Home) -> str:
    return "province" if home.city or home.level in ("central", None) else "district"


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


def _made(nouns: list[str], end: int, closed: bool, printed: str | None, home: Home) -> Group:
    level = _level(nouns, printed, home)
    members, bounded = meanings.sets(frozenset(nouns), level, home.two_tier)
    closed = closed and bool(members)
    if not closed and not bounded:
        members = ()
    suffix = _SUFFIX.get(level, "")
    if level == "province" and home.city:
        suffix = " của thành phố"
    return Group(
        end, _label(nouns, suffix if closed else " có liên quan", True), members, closed, level
    )


def _label(nouns: list[str], suffix: str, many: bool) -> str:
    return ("các " if many else "") + ", ".join(nouns) + suffix
