"""Stage 4 for running text: the goals that its items set.

A goal stands in an item, under a heading that says so ("MỤC TIÊU", "a) Mục tiêu"): a duty with
a number in it is no goal. Under a heading for goals and duties together only what is worded as
a goal counts. A paragraph that leads up to a table of targets repeats what the table says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.context import Context
from extractor.language.goal_headings import LONGEST, Aim, aim_of, year_of_heading
from extractor.language.goals import Goal, read_goals, stands_as_goal
from extractor.progress import Listener, Progress, nobody
from extractor.structure.items import Item, flat
from extractor.structure.outline import Outline, Part
from extractor.structure.tabulation import Listing
from extractor.understanding import Names
from models.plan import Section
from models.provenance import Provenance
from models.target import Target

#: The rank of a heading without a label inside a section: above every label but I. and A.
_UNLABELLED = 5.8


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a heading inside a section says of the items below it."""

    rank: float
    aim: Aim | None
    year: int | None


def goals_of(
    outline: Outline,
    listings: Sequence[Listing],
    sections: Sequence[Section],
    context: Context,
    names: Names,
    tell: Listener = nobody,
) -> list[Target]:
    """The goals that running text sets, in order; `sections` are those of the outline's parts.

    `tell` hears of each part that is gone through.
    """
    tabled = {listing.part for listing in listings if listing.kind == "targets"}
    plan_year = context.years[-1] if context.years else None
    aims: list[Aim | None] = []
    years: list[int | None] = []
    targets: list[Target] = []
    for number, part in enumerate(outline.parts):
        tell(Progress("check"))
        above = None if part.parent is None else aims[part.parent]
        since = plan_year if part.parent is None else years[part.parent]
        aims.append(aim_of(part.title) or above)
        told = year_of_heading(part.title) if aims[-1] in ("goals", "mixed") else None
        years.append(told or since)
        for item, aim, year in _placed(part, above, aims[-1], since, years[-1]):
            for goal in _goals(item, aim, year, number in tabled):
                targets.append(_target(goal, item, sections[number], names))
    return targets


def _placed(
    part: Part, above: Aim | None, aim: Aim | None, since: int | None, year: int | None
) -> Iterator[tuple[Item, Aim | None, int | None]]:
    """The items of a section with what the headings above each say; headings are left out.

    The paragraph that opens the section may be an item itself: it stands under what is `above`.
    """
    inner: list[_Heading] = []
    opening = part.label is not None or bool(part.title)
    for item in flat(part.paragraphs):
        if opening:
            opening = False
            if aim_of(part.title) is None:
                yield item, above, since
            continue
        rank = _UNLABELLED if item.label is None else float(item.label.rank)
        found = _heading_of(item)
        if item.label is not None or found is not None:
            inner = [heading for heading in inner if heading.rank < rank]
        if found is not None:
            inner.append(_Heading(rank, *found))
            continue
        said = next((h.aim for h in reversed(inner) if h.aim), aim)
        dated = next((h.year for h in reversed(inner) if h.year), year)
        yield item, said, dated


def _heading_of(item: Item) -> tuple[Aim | None, int | None] | None:
    """Aim and year of an item that heads others rather than saying something itself."""
    text = item.text.strip(" *_")
    if len(text) > LONGEST or text[-1:] in (".", ";", ",") or read_goals(text):
        return None
    aim = aim_of(text)
    if aim is None and not (text.endswith(":") and year_of_heading(text)):
        return None
    if item.label is None and not (item.bold or text.endswith(":") or len(text) <= 40):
        return None
    return aim, year_of_heading(text)


def _goals(item: Item, aim: Aim | None, year: int | None, tabled: bool) -> tuple[Goal, ...]:
    if aim not in ("goals", "mixed") or (tabled and item.label is None):
        return ()
    goals = read_goals(item.text, year)
    if aim == "mixed" or item.label is None:
        return goals if goals and stands_as_goal(item.text) else ()
    return goals


def _target(goal: Goal, item: Item, section: Section, names: Names) -> Target:
    return Target(
        id=names.name("g", section.appendix, section.id, item.ordinal, goal.indicator),
        section=section.id,
        appendix=section.appendix,
        ordinal=item.ordinal,
        text=goal.text,
        indicator=goal.indicator,
        comparator=goal.comparator,
        value=goal.value,
        number=goal.value,
        scale=goal.scale,
        unit=goal.unit,
        year=goal.year,
        rank=goal.rank,
        baseline=goal.baseline,
        baseline_year=goal.baseline_year,
        baseline_rank=None,
        provenance=Provenance.at(item.place),
    )
