"""What tells the indicator of a target, a column of targets: those that have the same are of one.

Two targets are of one indicator where their unit of measure is the same and so are the words that
tell it: abbreviations written out, in whatever order, without years, the name of the unit, and what
tells nothing (`corpora/indicator_words.tsv`). Words decide, not likeness: "cấp huyện" and "cấp xã"
are two.

It follows from the record alone, and is made anew when the store is opened where it could be other.
"""

import re
from functools import cache

from sqlalchemy import Connection

from corpora import units
from corpora.tables import rows as rows_of
from extractor.text import searched
from models.contract import decode_target
from models.tables import TargetRow
from models.target import Target
from service.store.database import Store
from service.store.reference import brought_up, remade

#: What it follows from, behind a number that is to be raised when the same tables give another.
SOURCES = ("1", "indicator_words", "abbreviations", "units")

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def told(target: Target, unit_id: str | None) -> str:
    """The unit of measure and the words that tell the indicator of a target of a unit."""
    words = " ".join(told_by(target.indicator or target.text, unit_id))
    return f"{measure_of(target.unit)}|{words}".replace("\x00", "")


@cache
def _words(kind: str) -> tuple[tuple[str, str], ...]:
    """The folded words of a class with their meanings, the longest first."""
    found = ((searched(row["words"]), row["meaning"]) for row in rows_of("indicator_words")
             if row["class"] == kind)  # fmt: skip
    return tuple(sorted(found, key=lambda one: -len(one[0])))


@cache
def _shorts() -> dict[str, str]:
    return {searched(row["short"]): searched(row["long"]) for row in rows_of("abbreviations")}


def told_by(name: str, unit_id: str | None = None) -> tuple[str, ...]:
    """The words that tell an indicator of a plan of the unit, sorted.

    >>> one = told_by("Tỷ lệ hồ sơ TTHC của tỉnh Vĩnh Long được giải quyết đúng hạn", "vn-86")
    >>> one == told_by("Hồ sơ thủ tục hành chính giải quyết đúng hạn năm 2024")
    True
    """
    said = " ".join(_shorts().get(word, word) for word in searched(name).split())
    unit = units.find(unit_id) if unit_id else None
    drop = [searched(unit.title)] if unit else []
    said = f" {_YEAR.sub('', said)} "
    for words in [*drop, *(words for words, _ in _words("drop"))]:
        said = said.replace(f" {words} ", " ").replace(f" {words} ", " ")
    return tuple(sorted(said.split())) or tuple(searched(name).split())


def measure_of(unit: str | None) -> str:
    """A unit of measure in its usual words."""
    said = searched(unit or "") or " ".join((unit or "").split())
    return dict(_words("unit")).get(said, said)


def load_indicators(store: Store) -> bool:
    """Makes the column of all targets anew where it follows from another state; False elsewhere."""
    return brought_up(store, "indicators", SOURCES, _load)


def _load(connection: Connection) -> None:
    remade(
        connection,
        TargetRow.__table__,
        ("told",),
        lambda row: {"told": told(decode_target(row.record), row.unit_id)},
        "unit_id",
    )
