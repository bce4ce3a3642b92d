"""Folding: the words of a text as keys that do not depend on how they were typed.

One key for capitals and small letters, for old and new tone placement (hoà, hòa), for i and y
at the end of an open syllable (kĩ, kỹ), for the dashes, and for the short and the long form of
common heads (UBND, Ủy ban nhân dân). Every key knows the characters it stands for, so what is
found among the keys is cut out of the text as printed.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from corpora import tables

_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_OPEN_Y = re.compile(r"[bcdđghklmnpqrstvx]+y")
_TOKEN = re.compile(
    r"(?<!\S)\(?(?:[0-9]{1,2}[.)]|[a-zđ]\))(?=\s|[^\W\d_])"  # the mark of a list item
    r"|(?:[^\W_]|[\u0300-\u036f])+|\n|[^\w\s]|_"
)
_DASHES = frozenset("-–—‐‑‒―−/&+")
_BULLETS = frozenset("-–—+*")  # marks of items at the beginning of a line only
_ROUND_BULLETS = frozenset("•▪●○◦§·■□►")
LINK = "·"  # a key for và, &, - and /: what joins the words of a name or two names


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The key of one word: small letters without tone, then the tone as a digit.

    >>> fold("HOÀ") == fold("hòa"), fold("kĩ") == fold("kỹ"), fold("Quí") == fold("Quý")
    (True, True, False)
    """
    word = word.lower()
    tone = ""
    if not word.isascii():
        letters = []
        for letter in unicodedata.normalize("NFD", word):
            if letter in _TONES:
                tone = _TONES[letter]
            else:
                letters.append(letter)
        word = unicodedata.normalize("NFC", "".join(letters)).replace("ð", "đ")
    if word.endswith("y") and _OPEN_Y.fullmatch(word):
        word = word[:-1] + "i"
    return word + tone


@dataclass(frozen=True, slots=True)
class Tokens:
    """The keys of a text and the characters [start, end) of each.

    `breaks` are the places of keys that stand first on a line, `items` of those that stand
    first in an item of a bulleted or numbered list; the marks themselves are no keys.
    """

    text: str
    keys: list[str]
    starts: list[int]
    ends: list[int]
    breaks: frozenset[int]
    items: frozenset[int]


@cache
def _short_forms() -> dict[str, tuple[tuple[list[str], str], ...]]:
    """First key of a long form -> its keys and the short key, longest first."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for row in tables.rows("short_forms"):
        keys = _plain_keys(row["long"])
        found.setdefault(keys[0], []).append((keys, fold(row["short"])))
    return {
        first: tuple(sorted(forms, key=lambda form: -len(form[0])))
        for first, forms in found.items()
    }


def _plain_keys(text: str) -> list[str]:
    return [_key(part) for part in _TOKEN.findall(text) if part != "\n"]


_ITEM = "\x00"  # stands for the mark of a list item


@lru_cache(maxsize=65536)
def _key(part: str) -> str:
    if part in _DASHES:
        return LINK
    if part in _ROUND_BULLETS or (len(part) > 1 and part[-1] in ".)"):
        return _ITEM
    key = fold(part) if part[0].isalnum() else part
    return LINK if key == "va2" else key


_DOTTED = frozenset({"tp", "vp", "tx", "tt", "h", "q", "p", "x", "t", "đ", "ub", "cn", "bcđ"})


def tokens(text: str) -> Tokens:
    """The keys of `text`, long forms of common heads in one key.

    >>> t = tokens("- Uỷ ban nhân dân tỉnh;")
    >>> t.keys, t.text[t.starts[0]:t.ends[0]]
    (['ubnd', 'tinh3', ';'], 'Uỷ ban nhân dân')
    """
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: set[int] = set()
    items: set[int] = set()
    fresh = True  # nothing but blanks since the line began
    for match in _TOKEN.finditer(text):
        part = match.group()
        key = _key(part)
        if key == "\n":
            fresh = True
            breaks.add(len(keys))
            continue
        if key == _ITEM or (fresh and part in _BULLETS):
            items.add(len(keys))
            continue
        fresh = False
        start, end = match.span()
        if key == "." and keys and keys[-1] in _DOTTED and ends[-1] == start:
            continue
        keys.append(key)
        starts.append(start)
        ends.append(end)
    found = Tokens(text, keys, starts, ends, frozenset(breaks), frozenset(items))
    return found if _short_forms().keys().isdisjoint(keys) else _shortened(found)


def _shortened(long: Tokens) -> Tokens:
    """The same with each long form of a common head as one key."""
    forms, keys = _short_forms(), long.keys
    cuts: list[tuple[int, int, str]] = []
    at, total = 0, len(keys)
    while at < total:
        for form, short in forms.get(keys[at], ()):
            if keys[at : at + len(form)] == form:
                cuts.append((at, at + len(form), short))
                at += len(form) - 1
                break
        at += 1
    if not cuts:
        return long
    new = Tokens(long.text, [], [], [], frozenset(), frozenset())
    here = 0
    for first, after, short in cuts:
        new.keys.extend((*keys[here:first], short))
        new.starts.extend(long.starts[here : first + 1])
        new.ends.extend((*long.ends[here:first], long.ends[after - 1]))
        here = after
    new.keys.extend(keys[here:])
    new.starts.extend(long.starts[here:])
    new.ends.extend(long.ends[here:])
    if not (long.breaks or long.items):
        return new
    where = {start: at for at, start in enumerate(new.starts)}
    places = [where.get(start) for start in long.starts]
    breaks = frozenset(p for i in long.breaks if i < total and (p := places[i]) is not None)
    items = frozenset(p for i in long.items if i < total and (p := places[i]) is not None)
    return replace(new, breaks=breaks, items=items)
