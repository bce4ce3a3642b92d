"""The index of names: every way the bodies of `corpora/agencies.tsv` are written, as a trie.

A name is stored without the word of its unit ("Công an tỉnh" as "Công an"), for that word is
read by `places`; so one entry holds the roles of several levels. What links the words of a name
(và, &, -, /) is one key and may be missing; a comma fits only where the table has a comma.
"""

import itertools
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpora import agencies, collectives
from corpora.agencies import Role
from corpora.wordings import pattern, wordings
from extractor.text import LINK, tokens

Node = dict[str, Any]
END = ""

# The word of the unit at the end of a name of the table; it is no part of the stored name.
_UNIT_WORD = re.compile(rf"\s+(?:{pattern('unit_kinds', 'kind', 'tier')})$")
_REMARK = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One written form: the roles it may stand for, and how it is to be taken.

    `short` is True for letters that are a name only in capitals and on their own (CT, TU).
    """

    roles: tuple[Role, ...]
    levels: frozenset[str]
    abbreviation: bool
    short: bool
    place_needed: bool


def longest(node: Node, keys: list[str], at: int, stop: int) -> tuple[int, Any] | None:
    """The longest path of `node` that begins at `at`: its end and what stands there."""
    best = None
    while at < stop:
        child = node.get(keys[at])
        if child is None:
            break
        node = child
        at += 1
        entry = node.get(END)
        if entry is not None:
            best = (at, entry)
    return best


def prefixes(node: Node, keys: list[str], at: int, stop: int) -> list[int]:
    """The ends of every path of `node` that begins at `at`, shortest first."""
    ends = []
    while at < stop and (child := node.get(keys[at])) is not None:
        node = child
        at += 1
        if END in node:
            ends.append(at)
    return ends


def plant(node: Node, keys: list[str], entry: Any) -> None:
    """Store `entry` at the end of the path `keys`."""
    for key in keys:
        node = node.setdefault(key, {})
    node[END] = entry


@cache
def phrases(kind: str) -> Node:
    """The trie of one class of `corpora/agency_words.tsv`."""
    root: Node = {}
    for phrase in wordings("agency_words", kind):
        plant(root, tokens(phrase).keys, True)
    return root


@cache
def noun_tree() -> Node:
    """The trie of the nouns of collectives, as they are printed, to the nouns of the table."""
    root: Node = {}
    for noun in collectives.nouns():
        plant(root, tokens(noun).keys, (noun,))
    for spelling, parts in collectives.spellings().items():
        keys = tokens(spelling).keys
        plant(root, keys, parts)
        plant(root, [key for key in keys if key not in (LINK, ",")], parts)
    return root


def base(name: str) -> str:
    """A name of the table without the word of its unit and without a remark in brackets.

    >>> base("Ủy ban nhân dân tỉnh"), base("Cục Thuế (Bộ Tài chính)")
    ('Ủy ban nhân dân', 'Cục Thuế')
    """
    return _UNIT_WORD.sub("", _REMARK.sub("", name))


def spellings(name: str) -> list[list[str]]:
    """The key sequences under which a name is found: each link written or left out.

    A comma of the name may be any link; a link of the name is never a comma in a text, for
    "Báo, Đài" are two bodies and "Báo và Đài" may be one.
    """
    choices: list[tuple[str, ...]] = []
    for key in tokens(name).keys:
        if key == LINK:
            choices.append((LINK, ""))
        else:
            choices.append((",", LINK, "") if key == "," else (key,))
    return [[key for key in path if key] for path in itertools.product(*choices)]


_INITIALS = {"so": "S", "bo": "B", "phong": "P"}


def letters(role: Role) -> list[str]:
    """The usual letters of a sở, bộ or phòng: each word by its first, each link kept or not.

    Of "Sở Lao động - Thương binh và Xã hội": Sở LĐ-TB-XH, Sở LĐTB-XH, Sở LĐTBXH, SLĐTBXH …
    """
    head, _, rest = base(role.name).partition(" ")
    if role.kind not in _INITIALS or len(rest.split()) < 2:
        return []
    parts = re.split(r",? và | - |, ", rest)
    groups = ["".join(word[0] for word in part.split()).upper() for part in parts]
    found = []
    for links in itertools.product((", ", ""), repeat=len(groups) - 1):
        written = groups[0] + "".join(
            link + part for link, part in zip(links, groups[1:], strict=True)
        )
        found += [f"{head} {written}", _INITIALS[role.kind] + written]
    return found


def is_abbreviation(alias: str) -> bool:
    """Whether the alias is letters for words: a word of it is all capitals, or it has &."""
    return any(len(word) > 1 and word.isupper() for word in re.split(r"[\W_]+", alias))


@cache
def names() -> Node:
    """The trie of all names, abbreviations included."""
    found: dict[tuple[str, ...], tuple[dict[str, Role], bool, bool]] = {}
    for role in agencies.roles().values():
        if role.kind == "tap-the":  # a collective, read by its own grammar
            continue
        for written in dict.fromkeys((role.name, *role.aliases, *letters(role))):
            alias = base(written)
            short_form = is_abbreviation(alias) and written != role.name
            alone = short_form and " " not in alias and len(re.sub(r"\W", "", alias)) <= 3
            for path in spellings(alias):
                if not path:
                    continue
                holders, abbreviation, short = found.get(tuple(path), ({}, short_form, alone))
                holders[role.slug] = role
                found[tuple(path)] = (holders, abbreviation and short_form, short and alone)
    root: Node = {}
    for key, (holders, abbreviation, short) in found.items():
        roles = tuple(holders.values())
        levels = frozenset(role.unit for role in roles)
        needed = all(role.place_needed for role in roles)
        plant(root, list(key), Name(roles, levels, abbreviation, short, needed))
    return root
