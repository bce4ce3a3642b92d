"""What OpenRefine and others match their cells with: units, bodies and indicators of `corpora/`.

Names are compared as they are searched, without diacritics and case, under every name a thing had;
a body is first read as in a plan, so "Sở Nội vụ" beside a unit is that of the unit and of no other.
Nothing here comes from the documents of a store.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from corpora.fields import fields
from corpora.lineage import successors
from corpora.units import Unit, parent
from extractor.language.agencies import read_agencies
from extractor.text import searched
from service.store.reference import agency_rows, territories
from service.wording import values_of as named

#: The types, and the properties of each; and what these are called.
TYPES: dict[str, tuple[str, ...]] = {
    "agency": ("unit", "level", "kind", "valid_from", "valid_to", "successor"),
    "unit": ("parent", "level", "kind", "valid_from", "valid_to", "successor"),
    "indicator": ("parent",),
}
PROPERTIES = named("property")
#: The properties whose values are entities, and their type; None for the type of the entity itself.
LINKS = {"unit": "unit", "parent": None, "successor": None}

#: The most candidates of a query, and likeness (0-100) below which nothing is a candidate.
MOST, LEAST = 25, 65.0
#: What a property that says otherwise takes away.
OTHERWISE = 30.0


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing with all names it had, the last one first. Values of links are ids."""

    id: str
    type: str
    names: Sequence[str]
    facts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def description(self) -> str:
        """What tells it from others of its name."""
        links = [one for name in ("unit", "parent") for one in self.facts.get(name, ())]
        above = [entities()[one].name for one in links if one in entities()]
        first, last = (" ".join(self.facts.get(f"valid_{end}", ())) for end in ("from", "to"))
        span = f"{first or '…'} – {last or '…'}" if first or last else ""
        return "; ".join(filter(None, (*above, span)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that may be meant, how likely (0-100), and whether it surely is."""

    entity: Entity
    score: float
    match: bool = False


@cache
def entities() -> dict[str, Entity]:
    """All of them by their ids."""
    spans: dict[str, list[Unit]] = {}
    for unit in territories():
        spans.setdefault(unit.id, []).append(unit)
    found = [_unit(key, some) for key, some in spans.items()]
    found += [
        Entity(
            row["id"],
            "agency",
            (row["name"],),
            _facts(
                unit=row["unit_id"], level=row["level"], kind=row["kind"],
                valid_from=row["valid_from"], valid_to=row["valid_to"],
            ),
        )
        for row in agency_rows()
    ]  # fmt: skip
    found += [
        Entity(one.code, "indicator", (one.name, *one.aliases), _facts(parent=_above(one.code)))
        for one in fields()
    ]
    return {entity.id: entity for entity in found}


def _unit(key: str, spans: list[Unit]) -> Entity:
    last = spans[-1]
    names = [name for unit in reversed(spans) for name in (unit.title, unit.name, *unit.aliases)]
    facts = _facts(
        parent=parent(key, last.valid_to), level=last.level, kind=last.kind,
        valid_from=spans[0].valid_from, valid_to=last.valid_to,
    )  # fmt: skip
    return Entity(key, "unit", tuple(dict.fromkeys(names)), facts)


def _above(code: str) -> str | None:
    above = code.rpartition(".")[0]
    return above if above in {one.code for one in fields()} else None


def _facts(**values: object) -> dict[str, list[str]]:
    return {name: [str(value)] for name, value in values.items() if value is not None}


def values_of(entity: Entity, name: str) -> Sequence[str]:
    """The values of a property: text, days as ISO 8601, ids of entities."""
    if name == "successor" and entity.type != "indicator":
        return [one for one in successors(entity.id, "2026") if one != entity.id]
    return entity.facts.get(name, ())


@cache
def _names(type_: str) -> tuple[list[str], list[Entity]]:
    """Every name of the entities of a type, as it is compared, and whose it is."""
    some = [
        (searched(name), entity)
        for entity in entities().values()
        if entity.type == type_
        for name in entity.names
    ]
    return [name for name, _ in some], [entity for _, entity in some]


def candidates(
    words: str,
    types: Iterable[str] = (),
    asked: Mapping[str, Sequence[str]] | None = None,
    required: Iterable[str] = (),
    limit: int | None = None,
) -> list[Candidate]:
    """The entities that words may mean, the likest first.

    `asked` are values of properties by name: one that an entity has not makes it less likely, one
    that is `required` leaves it out.
    """
    asked, must = asked or {}, frozenset(required)
    best: dict[str, float] = {}
    if words in entities():
        best[words] = 100.0
    wanted, known = searched(words), [one for one in types if one in TYPES] or list(TYPES)
    for type_ in known if wanted else ():
        names, whose = _names(type_)
        found = process.extract(
            wanted, names, scorer=fuzz.ratio, score_cutoff=LEAST, limit=10 * MOST
        )
        for _, likeness, place in found:
            key = whose[place].id
            best[key] = max(best.get(key, 0.0), likeness)
    if "agency" in known and wanted:
        best |= dict.fromkeys(_bodies(words, asked.get("unit", ())), 100.0)
    scored = []
    for key, likeness in best.items():
        entity = entities()[key]
        wrong = {name for name, some in asked.items() if not _agrees(entity, name, some)}
        if not wrong & must and (likeness := likeness - OTHERWISE * len(wrong)) > 0:
            scored.append((-likeness, key))
    scored.sort()
    most = min(limit or MOST, MOST)
    sure = len(scored) == 1 or (len(scored) > 1 and scored[0][0] < scored[1][0])
    return [
        Candidate(entities()[key], -score, sure and place == 0 and score == -100.0)
        for place, (score, key) in enumerate(scored[:most])
    ]


def _bodies(words: str, units: Sequence[str]) -> Iterator[str]:
    """The one body that words name in a plan of the unit."""
    homes = [one for unit in units for one in _ids("unit", unit)]
    for home in homes[:1]:
        read = read_agencies(words, home)
        if len(read) == 1 and read[0].id in entities():
            yield str(read[0].id)


def _ids(type_: str, value: str) -> list[str]:
    """The ids that a value of a link means: an id, or the name of one or several things."""
    if value in entities():
        return [value]
    names, whose = _names(type_)
    wanted = searched(value)
    return [entity.id for name, entity in zip(names, whose, strict=True) if name == wanted]


def _agrees(entity: Entity, name: str, wanted: Sequence[str]) -> bool:
    """Whether an entity has one of the values; what it has no value for, it does not have."""
    mine = set(values_of(entity, name))
    if name in LINKS:
        kind = LINKS[name] or entity.type
        return any(mine & set(_ids(kind, value)) for value in wanted)
    return bool({searched(one) for one in mine} & {searched(value) for value in wanted})


def suggested(prefix: str, types: Iterable[str] = ()) -> Iterator[Entity]:
    """The entities whose id or one of whose names begins so, then those with such a word in it."""
    wanted, known = searched(prefix), [one for one in types if one in TYPES] or list(TYPES)
    pairs = [pair for type_ in known for pair in zip(*_names(type_), strict=True)]
    found = [one for one in (entities().get(prefix.strip()),) if one and one.type in known]
    found += [one for name, one in pairs if name.startswith(wanted)]
    found += [one for name, one in pairs if f" {wanted}" in name]
    yield from {one.id: one for one in found}.values()
