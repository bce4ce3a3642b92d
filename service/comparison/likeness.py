"""How alike the words of two deeds are.

A word weighs the more the rarer it is (`corpora/models/deed_words.tsv`); words of the thing count
whole, those of its modifiers less, those of purpose and manner little, unless the thing is hardly
named.
"""

import math
import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from itertools import pairwise, takewhile

from rapidfuzz import fuzz

from corpora.tables import rows
from extractor.language.deeds import Deed

TABLE = "models/deed_words"
#: How much words of the thing, of its modifiers, of purpose count; and those where it is thin.
_PARTS, _THIN_PARTS = (1.0, 0.7, 0.2), (1.0, 0.7, 0.5)
_THIN = 4
#: What a pair of words weighs beside a single one.
_PAIR = 0.7


class Vector(dict[str, float]):
    """Words with their weights; its length is asked for again and again, and kept."""

    @cached_property
    def length(self) -> float:
        return math.sqrt(sum(weight * weight for weight in self.values()))


def grams(words: str) -> Iterator[str]:
    """The words of a text, and each two that stand together."""
    single = words.split()
    yield from single
    yield from map(" ".join, pairwise(single))


@cache
def _known() -> tuple[dict[str, int], int]:
    """In how many tasks each word stands, and how many tasks were counted."""
    counted = {row["words"]: int(row["tasks"]) for row in rows(TABLE)}
    return counted, counted.pop("", 1)


@cache
def rarity(gram: str) -> float:
    """How much a word, or two together, says of a task."""
    counted, tasks = _known()
    return math.log((tasks + 1) / (counted.get(gram, 0) + 1)) * (_PAIR if " " in gram else 1.0)


def thing(deed: Deed) -> str:
    """What a deed is on: its object, with the noun for what is built ("cổng thông tin …")."""
    if deed.form != "thing" or not deed.made or deed.made in deed.object:
        return deed.object
    return f"{deed.made} {deed.object}"


@lru_cache(maxsize=16384)
def vector(deed: Deed) -> Vector:
    """The words of a deed with their weights."""
    thin = len(deed.object.split()) + len(deed.detail.split()) < _THIN
    found = Vector()
    parts = thing(deed), deed.detail, deed.aside
    for words, weight in zip(parts, _THIN_PARTS if thin else _PARTS, strict=True):
        for gram in grams(words):
            found[gram] = max(found.get(gram, 0.0), weight * rarity(gram))
    return found


@lru_cache(maxsize=16384)
def head(deed: Deed, first: int | None = None) -> Vector:
    """The words of the thing alone, or the first of them."""
    words = thing(deed) if first is None else " ".join(thing(deed).split()[:first])
    return Vector((gram, rarity(gram)) for gram in grams(words))


@lru_cache(maxsize=16384)
def whole(deeds: tuple[Deed, ...]) -> Vector:
    """The words of a task, of all its deeds."""
    found = Vector()
    for deed in deeds:
        for gram, weight in vector(deed).items():
            found[gram] = max(found.get(gram, 0.0), weight)
    return found


@lru_cache(maxsize=16384)
def said(deeds: tuple[Deed, ...]) -> str:
    """The acts of a task and its words, without those that say nothing."""
    return " ".join(
        " ".join((*(f"#{act}" for act in deed.acts), deed.object, deed.detail, deed.aside))
        for deed in deeds
    )


def shared(one: tuple[Deed, ...], other: tuple[Deed, ...]) -> float:
    """How far the words of one task are those of the other, from 0 to 1; more words do not part."""
    return fuzz.token_set_ratio(said(one), said(other)) / 100


def cosine(one: Vector, other: Vector) -> float:
    """How alike two are, from 0 to 1; the sum is exact, whichever gram comes first."""
    shared = math.fsum(one[gram] * other[gram] for gram in one.keys() & other.keys())
    return shared / (one.length * other.length) if shared else 0.0


_WORD = re.compile(r"[^\W_]+")
#: The weight of a run of words that is long: that of some eight rare ones.
_LONG = 50.0


@lru_cache(maxsize=16384)
def spoken(text: str) -> tuple[str, ...]:
    """The words of a text, in small letters, as they stand."""
    return tuple(_WORD.findall(text.lower()))


@lru_cache(maxsize=16384)
def _places(words: tuple[str, ...]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return places


def run(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How much the longest run of words weighs that stands in both; a long one weighs 1."""
    places = _places(other)
    best, before = 0.0, dict[int, float]()
    for word in one:
        if here := places.get(word):
            weight = rarity(word)
            before = {at: before.get(at - 1, 0.0) + weight for at in here}
            best = max(best, *before.values())
        elif before:
            before = {}
    return best / _LONG


#: How many words that the other lacks are looked at.
_MISSED = 3


def missing(one: Vector, other: Vector) -> float:
    """What the heaviest words weigh that the other lacks."""
    alone = (w for gram, w in one.items() if gram not in other and " " not in gram)
    return sum(sorted(alone, reverse=True)[:_MISSED]) / 10


#: How many words a thing is named by, if nothing else is told.
_NAMED = 2


def opening(one: Deed, other: Deed) -> float:
    """How much of the shorter thing opens the other, by weight: a thing, and that and another."""
    mine, theirs = thing(one).split(), thing(other).split()
    alike = takewhile(lambda two: two[0] == two[1], zip(mine, theirs, strict=False))
    least = min(sum(map(rarity, mine)), sum(map(rarity, theirs)))
    return sum(rarity(word) for word, _ in alike) / least if least > 0 else 0.0


@lru_cache(maxsize=16384)
def _told(deed: Deed) -> frozenset[str]:
    return frozenset(f"{thing(deed)} {deed.detail} {deed.aside}".split())


def begins(one: Deed, other: Deed) -> bool:
    """Whether the first words of a thing stand in the other deed."""
    return _told(other).issuperset(thing(one).split()[:_NAMED])


def restricting(one: Deed, other: Deed) -> float:
    """The share of the modifiers that the other deed lacks in what is said of a thing."""
    modifiers = set(one.detail.split())
    whole = sum(map(rarity, modifiers | set(thing(one).split())))
    return sum(map(rarity, modifiers - _told(other))) / whole if whole > 0 else 0.0
