"""The words that deeds are read by: what each wording of the table is, and where they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpora.tables import rows


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording of the table: what it is of, and its words."""

    kind: str
    name: str
    words: tuple[str, ...]
    length: int


@cache
def _wordings() -> dict[str, tuple[Wording, ...]]:
    """The wordings by their first word, the longest first."""
    found: dict[str, dict[tuple[str, tuple[str, ...]], Wording]] = {}
    for row in rows("deed_words"):
        if row["class"] in ("short", "stop", "sector", "same") or "." in row["class"]:
            continue
        words = tuple(_WORD.findall(plain(row["words"])))
        known = found.setdefault(words[0], {})
        known.setdefault(
            (row["class"], words), Wording(row["class"], row["name"], words, len(words))
        )
    return {
        first: tuple(sorted(known.values(), key=lambda w: (-len(w.words), _CLASSES.index(w.kind))))
        for first, known in found.items()
    }


#: The classes of wordings; of those that begin alike and are as long the first one counts.
_CLASSES = (
    "noun", "act", "form", "each", "own", "below", "nation", "light", "manner", "doer", "cut",
    "soft", "drop",
)  # fmt: skip


@cache
def _shorts() -> dict[str, tuple[str, ...]]:
    """What each abbreviation stands for."""
    long = {row["short"].lower(): row["long"] for row in rows("abbreviations")}
    long |= {row["words"]: row["name"] for row in rows("deed_words") if row["class"] == "short"}
    return {short: tuple(plain(words).split()) for short, words in long.items()}


@cache
def forms() -> dict[str, str]:
    """The nouns for what is made, and their kinds."""
    return {row["words"]: row["name"] for row in rows("deed_words") if row["class"] == "form"}


@cache
def _sectors() -> tuple[tuple[str, str], ...]:
    """What each sector is called, and its name."""
    table = (row for row in rows("deed_words") if row["class"] == "sector")
    return tuple((f" {plain(row['words'])} ", row["name"]) for row in table)


@lru_cache(maxsize=65536)
def sectors_of(words: str) -> frozenset[str]:
    """What sectors, or whom, words that are written out in small letters speak of."""
    words = f" {words} "
    return frozenset(name for said, name in _sectors() if said in words)


@cache
def _same() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Other ways to say something by their first word, the longest first, and the usual one."""
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for row in rows("deed_words"):
        if row["class"] == "same":
            way = tuple(_WORD.findall(plain(row["words"])))
            found.setdefault(way[0], []).append((way, tuple(plain(row["name"]).split())))
    return {first: sorted(ways, key=lambda way: -len(way[0])) for first, ways in found.items()}


@cache
def stops() -> frozenset[str]:
    """Words that say nothing of what a deed is on."""
    return frozenset(row["words"] for row in rows("deed_words") if row["class"] == "stop")


_WORD = re.compile(r"[^\W_]+|[,;:()/\n]|\.(?=\s|$)")
MARKS = frozenset(",;:()/.\n")
_OLD_TONES = (
    ("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"),
    ("oè", "òe"), ("oé", "óe"), ("oẻ", "ỏe"), ("oẽ", "õe"), ("oẹ", "ọe"),
    ("uỳ", "ùy"), ("uý", "úy"), ("uỷ", "ủy"), ("uỹ", "ũy"), ("uỵ", "ụy"),
)  # fmt: skip
_OLD = re.compile("(?<!q)(?:" + "|".join(old for old, _ in _OLD_TONES) + r")(?![^\W_])")
_NEW = dict(_OLD_TONES)


def plain(text: str) -> str:
    """Small letters, with the tone where it is now set."""
    return _OLD.sub(lambda found: _NEW[found.group()], text.lower())


@dataclass(slots=True)
class Reading:
    """The words of an item, not to be changed: as compared, and whether each is printed small."""

    words: list[str]
    low: list[bool]
    marked: "Marked"


@lru_cache(maxsize=16384)
def reading_of(item: str) -> Reading:
    """The words of an item: abbreviations written out, of several ways to say it the usual one."""
    told = [_word(printed) for printed in _WORD.findall(item)]
    words, low = [word for put, _ in told for word in put], [low for put, low in told for _ in put]
    return Reading(*(usual := _one_wording(words, low)), _marked(usual[0]))


@lru_cache(maxsize=65536)
def _word(printed: str) -> tuple[tuple[str, ...], bool]:
    """The words that a printed one stands for, and whether they are printed small."""
    small = plain(printed)
    long = _shorts().get(small) if not printed.islower() else None
    body = long and any(one.kind == "doer" for one in _wordings().get(long[0], ()))
    return long or (small,), printed[0].islower() or printed[0] in MARKS or bool(long and not body)


def _one_wording(words: list[str], low: list[bool]) -> tuple[list[str], list[bool]]:
    """The words where what is said in several ways is said in one."""
    if _same().keys().isdisjoint(words):
        return words, low
    said, small, at = list[str](), list[bool](), 0
    while at < len(words):
        ways = _same().get(words[at], ())
        way = next((way for way in ways if tuple(words[at : at + len(way[0])]) == way[0]), None)
        put, length = (way[1], len(way[0])) if way else ((words[at],), 1)
        said.extend(put)
        small.extend([low[at]] * len(put))
        at += length
    return said, small


#: What stands at each place of the words, the longest wording first.
Marked = list[tuple[Wording, ...]]


def _marked(words: Sequence[str]) -> Marked:
    """The wordings that stand at each place."""
    known = _wordings()
    return [
        tuple(w for w in here if w.length == 1 or w.words == tuple(words[at : at + w.length]))
        if (here := known.get(word))
        else ()
        for at, word in enumerate(words)
    ]


def wording_of(here: Sequence[Wording], kinds: frozenset[str]) -> Wording | None:
    """The longest wording of these kinds, unless a longer one says that it is a noun."""
    for one in here:
        if one.kind in kinds:
            return one
        if one.kind == "noun":
            return None
    return None
