"""Coverage: of which unit and year there are plans at all, before anything is compared.

"No task" must never be "no document": where no plan is held, that is said, and no count is given.
What else must be said before numbers of plans are set side by side are the caveats.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from corpora import units
from corpora.lineage import FRAMES
from service.comparison.frames import Map, Place, name_of, province_of
from service.comparison.holdings import Holding, counted, holdings
from service.comparison.tallies import Scope, Tally, tallies
from service.wording import Lang, called

#: Of fewer tasks a share says little: one task more or less moves it by more than 5 points.
FEW = 20
#: A plan has so many times the tasks of another: they are not of one kind.
MANY_TIMES = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """What is held of a unit for a year: plans, the files they came in, pages, tasks.

    `pages` counts what has pages (a Word file and a web page have none), None where nothing has.
    `reviewed` counts the tasks that a person confirmed. Without a plan there is no count of tasks.
    """

    plans: tuple[str, ...]
    files: int
    pages: int | None
    tasks: int | None
    reviewed: int | None
    targets: int | None

    @property
    def held(self) -> bool:
        return bool(self.plans)

    @property
    def share(self) -> float | None:
        """The part that was reviewed; None where there is no task."""
        return self.reviewed / self.tasks if self.tasks and self.reviewed is not None else None


NOTHING = Cell((), 0, None, None, None, None)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit, and what is held of it for each year of the coverage."""

    place: Place
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Units of which a plan is held, by years; "" is the year of plans that tell none.

    `without` are the provinces of the map of which no plan is held, `plans` and `files` what there
    is in all.
    """

    frame: Map
    years: tuple[str, ...]
    rows: tuple[Row, ...]
    without: tuple[str, ...]
    plans: int
    files: int


def coverage(
    session: Session, frame: Map, lang: Lang, held: Sequence[Holding] | None = None
) -> Coverage:
    """What a store holds by unit and year. Every year between the first and the last has a place,
    so that a gap is seen."""
    known = holdings(session) if held is None else held
    once = counted(known)
    found = {year for one in once for year in one.years}
    years = [str(year) for year in range(min(found), max(found) + 1)] if found else []
    if any(not one.years for one in once):
        years.append("")
    tasks = {tally.keys[0]: tally for tally in tallies(session, ("plan",), Scope(), known)}
    copies = Counter(one.form_of or one.document_id for one in known)
    cells: dict[Place, dict[str, list[Holding]]] = {}
    for one in once:
        row = cells.setdefault(one.place(frame), {})
        for year in map(str, one.years) if one.years else ("",):
            row.setdefault(year, []).append(one)
    rows = [
        Row(
            place,
            name_of(place, lang),
            tuple(_cell(some.get(year, ()), tasks, copies) for year in years),
        )
        for place, some in cells.items()
    ]
    rows.sort(key=lambda row: row.place.id or "zz")
    return Coverage(frame, tuple(years), tuple(rows), _without(once, frame), len(once), len(known))


def _cell(some: Sequence[Holding], tasks: Mapping[str, Tally], copies: Mapping[str, int]) -> Cell:
    if not some:
        return NOTHING
    counts = [tasks[one.key] for one in some if one.key in tasks]
    pages = [one.pages for one in some if one.pages is not None]
    return Cell(
        tuple(one.key for one in some),
        sum(copies[one.document_id] for one in some),
        sum(pages) if pages else None,
        sum(tally.count("tasks") for tally in counts),
        sum(tally.count("confirmed") for tally in counts),
        sum(one.targets for one in some),
    )


def _without(once: Iterable[Holding], frame: Map) -> tuple[str, ...]:
    """The provinces of the map of which no plan is held, neither of their own nor of a unit in
    them; as printed, of the map of today."""
    day = FRAMES["2024" if frame == "63" else "2026"]
    here: Map = "34" if frame == "printed" else frame
    held = {key for one in once for key in province_of(one.place(here)).ids}
    return tuple(u.title for u in units.children("vn", "province", day) if u.id not in held)


def caveats(plans: Sequence[Holding], counts: dict[str, Tally], lang: Lang) -> Iterator[str]:
    """What hinders the comparison of plans, whose counts are given by their keys.

    Each follows from what is held and counted; none is about one plan in particular.
    """
    if len(plans) < 2:
        return
    found = {one.key: counts[one.key].count("tasks") if one.key in counts else 0 for one in plans}
    counted = [one for one in plans if one.key in counts]
    some = [count for count in found.values() if count]

    def bare(name: str) -> list[Holding]:
        return [one for one in counted if not counts[one.key].count(name)]

    if len({one.unit_level for one in plans}) > 1:
        yield _told("levels", (), lang)
    if len({one.years for one in plans}) > 1:
        yield _told("years", (), lang)
    if empty := [one for one in plans if not found[one.key]]:
        yield _told("empty", empty, lang)
    if few := [one for one in plans if 0 < found[one.key] < FEW]:
        yield _told("few", few, lang)
    if some and max(some) > MANY_TIMES * min(some):
        yield _told("many", (), lang)
    if raw := bare("confirmed"):
        yield _told("raw", raw, lang)
    for name in ("product", "dated", "led"):
        if 0 < len(without := bare(name)) < len(counted):
            yield _told(name, without, lang)


def _told(caveat: str, plans: Iterable[Holding], lang: Lang) -> str:
    names = "; ".join(one.name for one in plans)
    return called("caveat", caveat, lang).format(names=names, few=FEW)
