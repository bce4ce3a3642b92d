"""Issuers: the unit of the body that issued a paper, by the words of its letterhead or title."""

from datetime import date

from corpora import units
from corpora.units import Unit
from extractor.language.place_names import Context, context
from extractor.language.places import named_place
from extractor.language.registry import longest, names
from extractor.text import Tokens, tokens
from models.plan import UnitRef


def _ref(unit: Unit) -> UnitRef:
    return UnitRef(unit.id, unit.title, unit.level)


def unit_of(text: str, on: date | None = None, hint: str | None = None) -> UnitRef | None:
    """The unit named in letterhead or title words, the lowest one printed; None when none is.

    `hint` is a unit the paper is known to lie in: it tells apart districts of one name.

    >>> unit_of("ỦY BAN NHÂN DÂN TỈNH VĨNH LONG", date(2022, 12, 13)).id
    'vn-86'
    >>> unit_of("UBND HUYỆN NINH SƠN", date(2023, 12, 8)).id
    'vn-58-585'
    """
    found = tokens(text)
    ctx = context(hint, on)
    best: Unit | None = None
    at, stop = 0, len(found.keys)
    while at < stop:
        hit = named_place(found, at, stop, ctx)
        if hit is None:
            at += 1
            continue
        end, unit = hit
        if unit is not None and (best is None or _below(unit, best)):
            best = unit
            ctx = context(unit.id, on)
        at = end
    if best is not None:
        return _ref(best)
    return _central(found, ctx)


def _below(unit: Unit, above: Unit) -> bool:
    return unit.id.startswith(above.id + "-")


def _central(found: Tokens, ctx: Context) -> UnitRef | None:
    at, stop = 0, len(found.keys)
    while at < stop:
        hit = longest(names(), found.keys, at, stop)
        if hit is None:
            at += 1
            continue
        if all(role.unit == "central" for role in hit[1].roles):
            return _ref(units.provinces()[0])
        at = hit[0]
    return None
