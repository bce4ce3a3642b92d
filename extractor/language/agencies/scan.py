"""Scan: the one body that begins at a key of a cell, with the post before it."""

import re
from dataclasses import dataclass, field, replace
from functools import cache

from extractor.labels import ROMAN
from extractor.language.agencies.collectives import HEADS, Group, group
from extractor.language.agencies.links import Link, link
from extractor.language.agencies.names import (
    END,
    Name,
    Node,
    longest,
    names,
    noun_tree,
    phrases,
    prefixes,
)
from extractor.language.agencies.places import CAP, Home, place
from extractor.language.agencies.restrictions import capital, does, tail
from extractor.text import LINK, Tokens, tokens
from models.agency import AgencyMention

STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "!", "?", "|", "…"})


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The tries of names and of the words around them."""

    names: Node
    posts: Node
    roles: Node
    organs: Node
    matters: Node
    quantifiers: Node
    nouns: Node
    proper: Node
    executive: Name  # UBND: a unit named as a doer acts by it


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(
        names(),
        phrases("post"),
        phrases("role"),
        phrases("organ"),
        phrases("matter"),
        phrases("quantifier"),
        noun_tree(),
        phrases("proper"),
        names()["ubnd"][END],
    )


@dataclass(slots=True)
class Scan:
    """Where the scan of a cell stands: what was found, and what the next words can share.

    `head` is where names that share the last head go on, `placed` the last name that a named
    place followed, `duty` whether the words at hand tell what a body does, `told` whether any
    words of the list item did; `cell` whether the text says who and little else.
    """

    tokens: Tokens
    home: Home
    cell: bool = False
    found: list[AgencyMention] = field(default_factory=list)
    head: Node | None = None
    placed: Name | None = None
    duty: bool = False
    told: bool = False
    keys: list[str] = field(init=False)
    stop: int = field(init=False)
    capitals: bool = field(init=False)

    def __post_init__(self) -> None:
        self.keys = self.tokens.keys
        self.stop = len(self.keys)
        self.capitals = self.tokens.text.isupper()

    def capital(self, at: int) -> bool:
        """Whether the word at a key begins with a capital."""
        return capital(self.tokens, at)

    def past_quantifier(self, at: int) -> int:
        """Past "các", "tất cả các"; the same key where there is none."""
        tree = vocabulary().quantifiers
        if (
            at < self.stop
            and self.keys[at] in tree
            and (hit := longest(tree, self.keys, at, self.stop))
        ):
            return hit[0]
        return at

    def begins(self, tree: Node, at: int) -> bool:
        """Whether a phrase of the trie begins at the key."""
        return self.keys[at] in tree and longest(tree, self.keys, at, self.stop) is not None

    def executive(self) -> bool:
        """Whether the last body found is a UBND."""
        last = self.found[-1].id if self.found else None
        return last is not None and "/ubnd-" in last

    def glued(self, at: int) -> bool:
        """Whether the key follows a body with nothing between them."""
        return bool(
            self.found
            and at not in self.tokens.items
            and not (at in self.tokens.breaks and self.capital(at))
            and (self.keys[at - 1] not in STOPS or self.keys[at - 1] == ")")
        )


_UNIT_LEVELS = frozenset({"province", "district", "commune"})
_COMMUNES = frozenset({"commune"})
_NO_LEVELS: frozenset[str] = frozenset()
_UNIT_SETS = frozenset({"TINH", "HUYEN", "XA"})
_MOST_POSTS = 4
_WHOLE_KINDS = frozenset({"so", "bo", "ngang-bo", "thuoc-chinh-phu", "uy-ban", "hdnd", "cong-an"})
_TIERS = tokens("cấp").keys
_MANY, _AND = " các ", " và "
_SLASH = re.compile(r"\s*/\s*")
_CUA = tokens("của").keys[0]
_ZONES = frozenset(tokens("KCN KKT").keys)
_ZONED = _ZONES | frozenset(tokens("Khu").keys)
_REGION = tokens("khu vực").keys[-1]
_NUMBER = re.compile(rf"[0-9]{{1,2}}|(?i:{ROMAN})")  # of a region: "khu vực XV"


@dataclass(frozen=True, slots=True)
class Hit:
    """A reading: the keys [begin, end) are the name, `link` what it was taken for."""

    begin: int
    end: int
    link: Link | Group
    via: str
    name: Name | None = None


def read(scan: Scan, at: int) -> Hit | None:
    """The body that begins at `at`; its name begins later where a post stands before it."""
    best = _longest(scan, at)
    if at + 1 < scan.stop and scan.keys[at] == scan.keys[at + 1] in vocabulary().organs:
        twice = _longest(scan, at + 1)  # a slip: "Sở Sở Y tế"
        best = replace(twice, begin=at) if twice else best
    posts = vocabulary().posts
    for start in {at, scan.past_quantifier(at)}:
        if start >= scan.stop or scan.keys[start] not in posts:
            continue
        for end in prefixes(posts, scan.keys, start, scan.stop):
            hit = _longest(scan, end) if end < scan.stop else None
            if hit is None and (after := _more_posts(scan, end)) < scan.stop:
                hit = _longest(scan, after)
            if hit and (best is None or hit.end > best.end):
                best = hit
    return best


def _more_posts(scan: Scan, at: int) -> int:
    """Past the other posts of "Giám đốc, Thủ trưởng các Sở", "Đồng chí Giám đốc Sở"."""
    for _ in range(_MOST_POSTS):
        if at + 1 >= scan.stop:
            break
        start = at + (scan.keys[at] in (",", LINK))
        hit = longest(vocabulary().posts, scan.keys, start, scan.stop)
        if hit is None:
            break
        at = hit[0]
    return at


def _longest(scan: Scan, at: int) -> Hit | None:
    """The longest of: a name, a name that shares a head or a place, a collective."""
    words, keys, stop = vocabulary(), scan.keys, scan.stop
    after = scan.past_quantifier(at)
    colon = keys[at] in HEADS and at + 1 < stop and keys[at + 1] == ":"
    if (after > at or colon) and (listed := _shared_list(scan, at, after)):
        return listed
    best: Hit | None = None
    if keys[at] in words.names and (hit := longest(words.names, keys, at, stop)):
        name: Name = hit[1]
        if _fits(scan, at, hit[0], name):
            via = "abbreviation" if name.abbreviation else "exact"
            best = _linked(scan, at, hit[0], name, via)
    proper = scan.capital(at)
    if scan.head is not None and proper and (hit := longest(scan.head, keys, at, stop)):
        shared = _linked(scan, at, hit[0], hit[1], "shared head")
        if shared and (best is None or shared.end >= best.end):
            best = shared
    if best is None and (proper or scan.placed is not None or (scan.cell and at == 0)):
        best = _unit(scan, at)
    unit = best is not None and best.via == "unit"
    if after == at and (scan.duty or unit or keys[at] not in words.nouns):
        return best
    glued = scan.glued(at)
    follows = bool(scan.found) and not scan.duty and not glued
    collective = group(scan.tokens, at, stop, scan.home, after, follows, scan.cell)
    if collective and glued and keys[after : collective.end] == _TIERS and scan.executive():
        collective = replace(collective, members=_below(scan.home), closed=True)
    if collective and (listed := _list_after(scan, at, after, collective.end)):
        return listed
    least = best.end + (after == at or not (collective and collective.members)) if best else 0
    if collective and collective.end >= least:
        return Hit(at, collective.end, collective, "collective")
    return best


def _below(home: Home) -> tuple[str, ...]:
    """The executive bodies below the paper's level: the "các cấp" of "UBND các cấp"."""
    below = {"central": ("HUYEN", "XA"), "province": ("HUYEN", "XA")}.get(home.level or "", ("XA",))
    return tuple(code for code in below if code == "XA" or not home.two_tier)


def _fits(scan: Scan, at: int, end: int, name: Name) -> bool:
    """Whether a name may stand here: letters in capitals, no small word inside a duty."""
    if name.short:
        text = scan.tokens.text[scan.tokens.starts[at] : scan.tokens.ends[end - 1]]
        return text.isupper() and (end >= scan.stop or scan.keys[end] in STOPS)
    return scan.capital(at) or not (scan.duty or scan.glued(at))


def _linked(scan: Scan, at: int, end: int, name: Name, via: str) -> Hit | None:
    """A name and the place after it; None for a plain word without the place it needs, and for
    the beginning of a longer proper name."""
    if scan.keys[end - 1] == _REGION and end < scan.stop and _NUMBER.fullmatch(scan.keys[end]):
        end += 1
    where = place(scan.tokens, end, scan.stop, scan.home, name.levels - _COMMUNES)
    if where is None:
        zoned = name.roles[0].kind == "ban-quan-ly" and not _ZONED.isdisjoint(
            scan.keys[at : end + 1]
        )
        if zoned and _proper(scan, end):
            end = _zone(scan, end)
        elif name.place_needed or _proper(scan, end) or _part_of_organ(scan, at, end, name):
            return None
        if hit := _everywhere(scan, at, end, name):
            return hit
        if _only_begins(scan, at, end):
            return None
        return Hit(at, end, link(name, None, scan.home), via, name)
    found = link(name, where, scan.home)
    after = where.end
    if where.many:
        which = tail(scan.tokens, after, scan.stop, scan.home, scan.cell)
        after = which.end
        found = found if which.meant == "all" else found.opened()
        found = _as_printed(scan, end, where.end, found)
    if where.named:
        return Hit(at, after, found, "grammar" if via == "exact" else via, name)
    return None if _proper(scan, after) else Hit(at, after, found, via, name)


def _as_printed(scan: Scan, at: int, end: int, found: Link) -> Link:
    """A set of bodies named by all the kinds of units that are printed: "UBND các huyện, thành
    phố". Where names stand among them, or one kind alone, it keeps the name it has."""
    words = " ".join(scan.tokens.text[scan.tokens.starts[at] : scan.tokens.ends[end - 1]].split())
    words = _SLASH.sub(", ", words)
    words = words.lower() if scan.capitals else words[:1].lower() + words[1:]
    several = words.startswith(_MANY[1:]) and ("," in words or _AND in words)
    if found.kind != "group" or not found.name or not several or words != words.lower():
        return found
    head, many, _ = found.name.partition(_MANY)
    return replace(found, name=f"{head} {words}") if many else found


def _zone(scan: Scan, at: int) -> int:
    """Past the name of the zone of a board: "Khu kinh tế Nghi Sơn và các khu công nghiệp"."""
    while at < scan.stop and scan.keys[at] not in STOPS and scan.capital(at):
        at += 1
    after = scan.past_quantifier(at + 1) if at + 1 < scan.stop else scan.stop
    if after < scan.stop and scan.keys[at] == LINK and scan.keys[after] in _ZONES:
        return after + 1
    return at


def _everywhere(scan: Scan, at: int, end: int, name: Name) -> Hit | None:
    """A body of many places: "Công an các đơn vị, địa phương" without a code, "UBND các địa
    phương" with that of the places."""
    after = scan.past_quantifier(end)
    if after == end or len(name.levels) < 2:
        return None
    found = group(scan.tokens, end, scan.stop, scan.home, after, False, scan.cell)
    if found is None:
        return None
    if name is vocabulary().executive:
        places = set(found.members) <= _UNIT_SETS and scan.keys[after : found.end] != _TIERS
        return Hit(at, found.end, found, "collective") if places else None
    label = scan.tokens.text[scan.tokens.starts[at] : scan.tokens.ends[found.end - 1]]
    return Hit(at, found.end, replace(found, name=label, members=(), closed=False), "collective")


def _proper(scan: Scan, at: int) -> bool:
    """Whether a capital word follows that begins nothing known: part of a longer name."""
    if at >= scan.stop or scan.capitals or scan.keys[at] in STOPS or not scan.capital(at):
        return False
    if at in scan.tokens.items or at in scan.tokens.breaks or scan.past_quantifier(at) > at:
        return False
    words = vocabulary()
    if scan.begins(words.proper, at):
        return True
    trees = (words.names, words.roles, words.posts, words.organs)
    return not any(scan.begins(tree, at) for tree in trees)


def _part_of_organ(scan: Scan, at: int, end: int, name: Name) -> bool:
    """Whether the name is that of a part of what follows ("Văn phòng Sở", "Đảng ủy Bộ Y tế");
    "Sở A Sở B" are two bodies that lost their separator."""
    if end >= scan.stop or end in scan.tokens.items or end in scan.tokens.breaks:
        return False
    if scan.keys[end] in STOPS or not scan.begins(vocabulary().organs, end):
        return False
    return scan.keys[at] != scan.keys[end] and name.roles[0].kind not in _WHOLE_KINDS


def _only_begins(scan: Scan, at: int, end: int) -> bool:
    """Whether a name without a proper part is only the first word of what is printed: "Văn phòng
    của 03 cụm thi đua", "Thanh tra nhân dân"."""
    words = scan.tokens.text[scan.tokens.starts[at] : scan.tokens.ends[end - 1]]
    if words != words.capitalize():
        return False
    return not does(scan.tokens, end, scan.stop) or (end < scan.stop and scan.keys[end] == _CUA)


def _unit(scan: Scan, at: int) -> Hit | None:
    """A unit as a doer: "thành phố Hà Nội" after "UBND …" or by itself."""
    levels = _NO_LEVELS
    if scan.placed is not None:
        inside = bool(scan.found) and scan.found[-1].level == "commune"
        levels = _COMMUNES if inside else _UNIT_LEVELS - _COMMUNES
    where = place(scan.tokens, at, scan.stop, scan.home, levels)
    tier = scan.placed is not None and scan.keys[at] == CAP  # "UBND cấp tỉnh, cấp xã"
    if where is None or not (tier or (where.named and where.unit)):
        return None
    after = where.end
    if after < scan.stop and scan.keys[after] not in STOPS and after not in scan.tokens.items:
        return None
    name = scan.placed or vocabulary().executive
    return Hit(at, after, link(name, where, scan.home), "unit", name)


def _shared_list(scan: Scan, at: int, after: int) -> Hit | None:
    """The first name of "các Sở: Tài chính, Xây dựng"; the head stays for the others."""
    if after + 1 >= scan.stop or scan.keys[after] not in HEADS:
        return None
    first = after + 1
    if scan.keys[first] == ":" and first + 1 < scan.stop:
        first += 1
    return _headed(scan, at, after, first)


def _list_after(scan: Scan, at: int, after: int, end: int) -> Hit | None:
    """The first name of "các sở, ngành: Tài chính, Xây dựng"."""
    if end + 1 >= scan.stop or scan.keys[end] != ":" or scan.keys[after] not in HEADS:
        return None
    return _headed(scan, at, after, end + 1)


def _headed(scan: Scan, at: int, head_at: int, first: int) -> Hit | None:
    """The name at `first` that shares the head at `head_at`, which others may share too."""
    head = vocabulary().names.get(scan.keys[head_at])
    hit = longest(head, scan.keys, first, scan.stop) if head else None
    if hit is None:
        return None
    scan.head = head
    return _linked(scan, at, hit[0], hit[1], "shared head")
