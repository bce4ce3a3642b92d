"""Measures: what the counts of tasks say, each with its definition and its rows.

`measures.tsv` declares each once: of which counts it is made, what it means, which tasks it counts.
A share is never given without what it is of, and none is made up where there is nothing: a unit
without a task has no share of anything.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal
from urllib.parse import urlencode

from sqlmodel import Session

from corpora import fields
from corpora.tables import rows_in
from service.comparison.frames import Map, Place, name_of, province_of, role_name
from service.comparison.holdings import Holding, holdings
from service.comparison.spread import spread_of
from service.comparison.tallies import OF_GROUPS, SORT_OF, Dimension, Scope, Tally, tallies
from service.wording import Lang, called, pick, values_of


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure; `asks` is the filter of tasks that shows the rows of its numerator, `of` tells one
    of the groups that tasks are in, which is measured where it is asked for."""

    key: str
    kind: Literal["count", "share"]
    numerator: str
    denominator: str
    unit_vi: str
    unit_en: str
    vi: str
    en: str
    meaning_vi: str
    meaning_en: str
    asks: str
    of: Literal["", "groups"]

    def title(self, lang: Lang) -> str:
        return pick(lang, self.vi, self.en)

    def meaning(self, lang: Lang) -> str:
        return pick(lang, self.meaning_vi, self.meaning_en)

    def value(self, tally: Tally, *, reviewed: bool = False) -> float | int | None:
        """Its value; None for a share of nothing.

        What is reviewed of the reviewed says nothing: that is of all tasks, always.
        """
        reviewed = reviewed and self.numerator != "confirmed"
        number = tally.count(self.numerator, reviewed=reviewed)
        if self.kind == "count":
            return number
        whole = tally.count(self.denominator, reviewed=reviewed)
        return number / whole if whole else None


@cache
def measures() -> tuple[Measure, ...]:
    """Every measure, in order.

    >>> measures()[1].key, measures()[1].title("vi")
    ('reviewed', 'Đã rà soát')
    """
    table = rows_in(files("service.comparison") / "measures.tsv")
    return tuple(Measure(**row) for row in table)  # type: ignore[arg-type]


#: What the dimensions are called.
DIMENSIONS = values_of("dimension")


@dataclass(frozen=True, slots=True)
class Line:
    """What was counted of what has these keys, and what people call those."""

    tally: Tally
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Lines of counts by dimensions, over which plans, in which map."""

    by: tuple[Dimension, ...]
    scope: Scope
    lines: list[Line]
    held: list[Holding]
    measures: tuple[Measure, ...]

    def rows_of(self, line: Line, measure: Measure, *, reviewed: bool = False) -> str | None:
        """What the search is asked for the tasks of a number; None where no filter says it."""
        asked = rows_asked(self.by, line.tally.keys, self.scope)
        if asked is None:
            return None
        if reviewed:
            asked["status"] = "confirmed"
        if measure.asks:
            name, _, value = measure.asks.partition("=")
            if asked.setdefault(name, value) != value:
                return None
        return urlencode(asked)


def measured(
    session: Session,
    by: Sequence[Dimension],
    scope: Scope,
    lang: Lang,
    *,
    spread: bool = False,
    however_many: bool = False,
) -> Measured:
    """What is measured by dimensions, with `spread` of groups, too; of `however_many` tasks, or
    else raises TooManyTasks where nobody should wait for them."""
    held = holdings(session)
    spread = spread or any(name in OF_GROUPS for name in by)
    found = tallies(
        session, by, scope, held, spread_of(session, however_many=however_many) if spread else None
    )
    plans = {one.key: one.name for one in held}
    places = {at.id: at for one in held for at in _places(one, scope.frame)}

    @cache
    def named(name: Dimension, key: str) -> str:
        if name == "plan":
            return plans.get(key, key)
        return key_name(name, key, lang, places.get(key))

    lines = [Line(tally, tuple(map(named, by, tally.keys))) for tally in found]
    these = tuple(one for one in measures() if spread or not one.of)
    return Measured(tuple(by), scope, lines, held, these)


def _places(one: Holding, frame: Map) -> tuple[Place, Place]:
    return one.place(frame), province_of(one.place(frame))


def key_name(name: Dimension, key: str, lang: Lang, place: Place | None = None) -> str:
    """What people call a key of a dimension; `place` is that of a unit.

    >>> key_name("field", "PAR.3", "vi"), key_name("year", "", "vi")
    ('PAR.3 Cải cách thủ tục hành chính', '(không rõ)')
    """
    if not key:
        return pick(lang, *values_of("no_key").get(name, ("(không rõ)", "(not known)")))
    match name:
        case "unit" | "province" | "lead":
            return name_of(place or Place(tuple(key.split("+"))), lang)
        case "role":
            return " + ".join(role_name(slug) for slug in key.split("+"))
        case "level":
            return called("level_of_unit", key, lang)
        case "field":
            found = next((one.name for one in fields.fields() if one.code == key), "")
            return f"{key} {found}".strip()
        case "kind":
            return called("deadline_kind", "" if key == "missing" else key, lang)
        case "provinces":
            return pick(lang, f"{int(key)} tỉnh, thành phố", f"in {int(key)} of the provinces")
        case "origin" | "step":
            return called(name, key, lang)
        case "act" | "whose" | "sector":
            return called(f"{SORT_OF[name]}s", key, lang)
    return key


def rows_asked(by: Sequence[Dimension], keys: Sequence[str], scope: Scope) -> dict[str, str] | None:
    """The filter of tasks that leaves just those that were counted for keys; None where none does.

    >>> rows_asked(("unit", "year"), ("vn-86", "2023"), Scope(frame="34"))["unit"]
    'vn-86'
    """
    asked = {"frame": scope.frame, "repeats": "false"}
    bounds: tuple[tuple[str, Sequence[object] | None, set[Dimension]], ...] = (
        ("unit", scope.units, {"unit", "province", "plan"}),
        ("year", scope.years, {"year", "plan"}),
        ("document", scope.documents, {"plan"}),
    )
    for name, values, narrower in bounds:
        if values is None or (len(values) > 1 and narrower & set(by)):
            continue
        if len(values) > 1:
            return None
        asked[name] = str(values[0])
    for name, key in zip(by, keys, strict=True):
        if not key and name not in ("field", *SORT_OF):
            return None
        match name:
            case "unit" | "province":
                asked |= {"unit": key, "below": "false" if name == "unit" else "true"}
            case "plan":
                asked["document"] = key
            case "provinces":
                asked["provinces"] = str(int(key))
            case "year" | "kind" | "origin" | "first":
                asked[name] = key
            case "field" | "step" | "act" | "whose" | "sector":
                asked[SORT_OF.get(name, name)] = key or "none"
            case "month":
                asked |= _month(key)
            case "lead":
                if scope.frame != "printed":
                    return None
                asked |= {"agency": key, "role": "lead"}
            case "role":
                if scope.frame != "printed":
                    return None
                asked |= {"slug": key, "role": "lead"}
            case _:
                return None
    return asked


def _month(key: str) -> dict[str, str]:
    year, month = map(int, key.split("-"))
    first = date(year, month, 1)
    last = date(year, month, monthrange(year, month)[1])
    return {"due_from": first.isoformat(), "due_to": last.isoformat()}
