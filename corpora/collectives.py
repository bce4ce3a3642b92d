"""Collectives: what the nouns of "các sở, ban, ngành" stand for, as sets of bodies."""

from dataclasses import dataclass
from functools import cache, lru_cache

from corpora import tables

# The sets that ended with the districts.
ENDED_SETS = frozenset(
    {"HUYEN", "PHONG", "NGANH_DOC_HUYEN", "DVSN_HUYEN", "DOAN_THE_HUYEN", "DANG_HUYEN"}
)


_FAR = ("no", "told", "yes")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The sets that `nouns`, found together in one list, stand for at `level`; `bounded` is how
    far they name them: "yes", before words that tell which ("told"), or only alone ("no")."""

    nouns: frozenset[str]
    level: str
    sets: tuple[str, ...]
    bounded: str


@cache
def meanings() -> dict[str, tuple[Meaning, ...]]:
    """The meanings by level; those of level "any" stand under every level."""
    found: dict[str, list[Meaning]] = {
        level: [] for level in ("central", "province", "district", "commune")
    }
    for row in tables.rows("collective_nouns"):
        nouns = frozenset(noun.strip() for noun in row["nouns"].split("+"))
        levels = list(found) if row["level"] == "any" else [row["level"]]
        for level in levels:
            sets = tables.several(row["sets"])
            found[level].append(Meaning(nouns, level, sets, row["bounded"]))
    return {level: tuple(rows) for level, rows in found.items()}


@cache
def nouns() -> frozenset[str]:
    """Every noun of the table."""
    return frozenset(noun for rows in meanings().values() for row in rows for noun in row.nouns)


@lru_cache(maxsize=1024)
def sets(found: frozenset[str], level: str, two_tier: bool) -> tuple[tuple[str, ...], str]:
    """The set codes, sorted, that the nouns stand for in one list at the level, and how far all
    of them name their sets.

    >>> sets(frozenset({"sở", "ban", "ngành"}), "province", False)
    (('BQL', 'SO'), 'yes')
    """
    matching = [row for row in meanings()[level] if row.nouns <= found]
    whole = [row for row in matching if not any(row.nouns < other.nouns for other in matching)]
    codes: set[str] = set()
    for row in whole:
        for code in row.sets:
            first, _, then = code.partition(">")
            if not (two_tier and first in ENDED_SETS):
                codes.add(first)
            elif then:
                codes.add(then)
    known = frozenset(noun for row in whole for noun in row.nouns)
    least = min((_FAR.index(row.bounded) for row in whole), default=0) if known == found else 0
    return tuple(sorted(codes)), _FAR[least]


@cache
def unnamed() -> frozenset[str]:
    """The nouns that stand for no set at any level: doanh nghiệp, trường học …"""
    named = {noun for rows in meanings().values() for row in rows if row.sets for noun in row.nouns}
    return nouns() - named - {"ban"}


@dataclass(frozen=True, slots=True)
class BodySet:
    """What a set code holds: the bodies of `kinds` at `level` in `sector`, with `plus` and
    without `minus`; of sector "units" the body `plus` of every unit of the level."""

    code: str
    name: str
    level: str
    sector: str
    kinds: frozenset[str]
    plus: tuple[str, ...]
    minus: frozenset[str]


@cache
def body_sets() -> dict[str, BodySet]:
    """The set codes of `agency_sets.tsv`."""
    return {
        row["code"]: BodySet(
            row["code"],
            row["name"],
            row["level"],
            row["sector"],
            frozenset(tables.several(row["kinds"])),
            tables.several(row["plus"]),
            frozenset(tables.several(row["minus"])),
        )
        for row in tables.rows("agency_sets")
    }


@cache
def spellings() -> dict[str, tuple[str, ...]]:
    """A noun of a collective as printed -> the nouns of `collective_nouns.tsv` it is."""
    return {
        row["words"]: tuple(part.strip() for part in row["meaning"].split("+"))
        for row in tables.rows("agency_words")
        if row["class"] == "spelling"
    }
