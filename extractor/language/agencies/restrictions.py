"""Restrictions: which of the bodies of a collective are meant, by the words behind its nouns.

"tỉnh", "cấp huyện", "trên địa bàn" mean all of them; "có liên quan" only says that some are meant,
"có biển", "là chủ quản hệ thống thông tin" tell which. Words that tell what the bodies do ("có
trách nhiệm", "rà soát") restrict nothing. The words stand in `corpora/agency_words.tsv`.
"""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpora.units import Level
from corpora.wordings import openers, wordings
from extractor.language.agencies.names import (
    Node,
    longest,
    names,
    noun_tree,
    phrases,
    plant,
)
from extractor.language.agencies.places import CAP, Home, place
from extractor.text import LINK, Tokens, tokens

OF = frozenset(tokens("thuộc của").keys)
STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "|"})
LEVELS = frozenset({"province", "district"})
_TOPS = frozenset(tokens("sở bộ ubnd phòng vpubnd").keys)
COMMA = frozenset({",", LINK})

Meant = Literal["all", "told", "some"]


@dataclass(frozen=True, slots=True)
class Tail:
    """The words behind the nouns, up to the key `end`: the level they print and who is meant:
    all of the set, those the words tell, or some that they do not tell."""

    end: int
    level: Level | None
    meant: Meant


@cache
def _tails() -> Node:
    root: Node = {}
    for kind, meant in (("pass", "all"), ("narrow", "told"), ("open", "some")):
        for phrase in wordings("agency_words", kind):
            plant(root, tokens(phrase).keys, meant)
    return root


@cache
def _deeds() -> Node:
    """The trie of the words that begin what a body does, not which body it is."""
    root: Node = {}
    tasks = (words for words, roles in openers().items() if "task" in roles)
    for phrase in (*wordings("agency_words", "role", "deed"), *tasks):
        plant(root, tokens(phrase).keys, True)
    return root


@cache
def _bodies() -> tuple[Node, ...]:
    """The tries of what a body begins with, the nouns of collectives apart."""
    return names(), phrases("quantifier"), phrases("organ"), phrases("post")


def tail(
    found: Tokens, at: int, stop: int, home: Home, cell: bool = False, named: bool = False
) -> Tail:
    """What follows the nouns of a collective; in a `cell`, which says who and little else, any
    words that are no deed tell which of them are meant ("các xã ven sông"). What is `named` by
    its noun and more words has no deed that begins like a task ("các Ban phát triển thôn")."""
    keys = found.keys
    level: Level | None = None
    meant: Meant = "all"
    while at < stop and at not in found.items:
        if keys[at] == "," and at + 1 < stop and keys[at + 1] == CAP:
            at += 1  # "các sở, ban, ngành, cấp tỉnh"
        if meant == "told" and cell and _goes_on(found, at, stop):
            at = _deed(found, at + 1, boundary(found, at + 1, stop))
            continue
        hit = longest(_tails(), keys, at, stop)
        if hit and hit[1] == "told" and hit[0] == at + 1 and not cell:
            hit = None  # "có", "là" go on with what the body does in a sentence
        deed = longest(_roles() if named else _deeds(), keys, at, stop)
        if hit and not (deed and deed[0] > hit[0]):
            at = hit[0]
            if hit[1] != "all":
                meant = "some" if "some" in (meant, hit[1]) else "told"
                at = _region(found, _deed(found, at, boundary(found, at, stop)), stop)
            continue
        where = place(found, at, stop, home, LEVELS)
        if where and (not where.many or keys[at] in OF or keys[at] == CAP):
            sure = len(where.levels) == 1 or where.many
            level = level or (where.levels[0] if sure else city_level(home))
            at = where.end
        elif cell and not deed and _tells(found, at, stop):
            meant = "told" if meant == "all" else meant
            at = _deed(found, at, boundary(found, at, stop))
        else:
            break
    return Tail(at, level, meant)


def _tells(found: Tokens, at: int, stop: int) -> bool:
    """Whether words that begin no body follow, or the name of a region: "các tỉnh Tây Nguyên"."""
    if found.keys[at] in STOPS or at in found.breaks:
        return False
    return not any(longest(tree, found.keys, at, stop) for tree in _bodies())


def _goes_on(found: Tokens, at: int, stop: int) -> bool:
    """Whether what is told goes on after a comma: "có biển, có đảo", "CSDLQG, CSDL ngành"."""
    if found.keys[at] not in COMMA or at + 1 >= stop or at + 1 in found.items:
        return False
    letters = found.text[found.starts[at + 1] : found.ends[at + 1]]
    if letters.isupper() and len(letters) > 1:
        return _tells(found, at + 1, stop)
    return runs_on(found, at + 1, stop)


def runs_on(found: Tokens, at: int, stop: int) -> bool:
    """Whether small words stand at a key that begin no body and no deed."""
    if capital(found, at) or not _tells(found, at, stop):
        return False
    return not any(longest(tree, found.keys, at, stop) for tree in (noun_tree(), _deeds()))


def does(found: Tokens, at: int, stop: int) -> bool:
    """Whether the words at a key tell what a body does, or end its name."""
    if at >= stop or found.keys[at] in STOPS or at in found.items or at in found.breaks:
        return True
    keys = found.keys
    return any(longest(tree, keys, at, stop) for tree in (_deeds(), _tails()))


def _deed(found: Tokens, at: int, end: int) -> int:
    """The key before `end` where words of two syllables or more begin a role: "chủ trì"."""
    for key in range(at, end):
        hit = longest(_roles(), found.keys, key, end)
        if hit and hit[0] > key + 1:
            return key
    return end


@cache
def _roles() -> Node:
    return phrases("role")


def _region(found: Tokens, at: int, stop: int) -> int:
    """Past the second part of "vùng … và Đông Nam Bộ", which begins no body of its own."""
    keys = found.keys
    if at + 1 >= stop or keys[at] != LINK or at + 1 in found.items or not capital(found, at + 1):
        return at
    if longest(names(), keys, at + 1, stop) or longest(phrases("organ"), keys, at + 1, stop):
        return at
    return boundary(found, at + 1, stop)


def boundary(found: Tokens, at: int, stop: int, some: bool = False) -> int:
    """The next key that ends a run of words: a separator, an item, a known name; with `some`
    the words that leave a set open too ("có liên quan")."""
    keys, registry = found.keys, names()
    while at < stop and keys[at] not in STOPS and at not in found.items:
        if some and (hit := longest(_tails(), keys, at, stop)) and hit[1] == "some":
            break
        if keys[at] in _TOPS and longest(registry, keys, at, stop):
            break
        at += 1
    return at


def capital(found: Tokens, at: int) -> bool:
    """Whether the word at a key begins with a capital."""
    return found.text[found.starts[at]].isupper()


def city_level(home: Home) -> Level:
    """What "thành phố" without a name means in a paper."""
    return "province" if home.city or home.level in ("central", None) else "district"
