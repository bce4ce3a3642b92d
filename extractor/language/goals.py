"""The goals of a plan: those that items of running text set, and the rows of tables of targets.

A goal stands in an item, under a heading that says so ("MỤC TIÊU", "a) Mục tiêu"): a duty with
a number in it is no goal. Under a heading for goals and duties together only what is worded as
a goal counts. A paragraph that leads up to a table of targets repeats what the table says.

A heading is a list of what stands below it: "MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP" holds both goals
and duties, "Giải pháp thực hiện mục tiêu" only duties. The words are in `goal_words.tsv`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from corpora.wordings import pattern
from extractor.context import Context, Ids
from extractor.labels import label_of
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from extractor.language.goal_sentences import Goal, read_goals, stands_as_goal
from extractor.language.quantities import NOTHING, Quantity, read_value, unit_behind
from extractor.progress import Listener, Progress, nobody
from extractor.structure.headings import UNLABELLED
from extractor.structure.items import Item, flat
from extractor.structure.outline import Outline, Part
from extractor.structure.tabulation import Listing
from extractor.structure.targets import TargetRow
from models.agency import Assignment
from models.plan import Section
from models.provenance import Provenance
from models.target import Target

Aim = Literal["goals", "mixed", "other"]

#: The longest heading inside a section, in characters.
LONGEST = 160

_YEARS = re.compile(r"(?:năm|giai đoạn|tháng \d{1,2}/|[-–])\s*(20\d\d)", re.IGNORECASE)
_MEMBERS = re.compile(r"\s*(?:[,;/&–:]|\svà\s)\s*")


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
    ids: Ids,
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
        tell(Progress("understand"))
        above = None if part.parent is None else aims[part.parent]
        since = plan_year if part.parent is None else years[part.parent]
        aims.append(aim_of(part.title) or above)
        told = year_of_heading(part.title) if aims[-1] in ("goals", "mixed") else None
        years.append(told or since)
        for item, aim, year in _placed(part, above, aims[-1], since, years[-1]):
            for goal in _goals(item, aim, year, number in tabled):
                targets.append(_target_of_item(goal, item, sections[number], ids))
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
        rank = UNLABELLED if item.label is None else float(item.label.rank)
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


def _target_of_item(goal: Goal, item: Item, section: Section, ids: Ids) -> Target:
    return Target(
        id=ids.of("g", section.appendix, section.id, item.ordinal, goal.indicator),
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
        low=goal.low,
        high=goal.high,
        provenance=Provenance.at(item.place),
    )


def targets_of(
    listing: Listing, outline: Outline, sections: Sequence[Section], context: Context, ids: Ids
) -> list[Target]:
    """The goals of a table of targets; a value keeps the words of its cell.

    In a table without values they are in the words of the indicator.
    """
    appendix = None if listing.appendix is None else outline.appendices[listing.appendix].name
    section = None if listing.part is None else sections[listing.part].id
    return [_target_of_row(row, appendix, section, context, ids) for row in listing.targets]


def _lies_ahead(year: int | None, context: Context) -> bool:
    """Whether a year is one of the plan, or later: what stands under it is still to be reached."""
    return bool(year and context.first_year and year >= context.first_year)


def _target_of_row(
    row: TargetRow, appendix: str | None, section: str | None, context: Context, ids: Ids
) -> Target:
    deadline = read_deadline(row.deadline, context.years, context.on) if row.deadline else None
    due = int(deadline.end[:4]) if deadline and deadline.end else None
    year = row.year or due or (context.years[-1] if context.years else None)
    baseline: str | None = row.baseline
    extra = row.extra
    if row.baseline and row.earlier and _lies_ahead(row.baseline_year, context):
        baseline, extra = None, {**extra, row.earlier: row.baseline}
    named = (unit_behind(text) for text in (row.indicator, *reversed(row.headed.split(" / "))))
    unit = row.unit or next(filter(None, named), None)
    found: Quantity | Goal = read_value(row.value or "", unit) or NOTHING
    said = () if row.value or row.baseline else read_goals(row.indicator, year)
    if len(said) == 1:
        found = said[0]
    return Target(
        id=ids.of("g", appendix, section, row.ordinal, row.indicator),
        section=section,
        appendix=appendix,
        ordinal=row.ordinal,
        text=": ".join(part for part in (row.indicator, row.value) if part),
        indicator=row.indicator,
        comparator=found.comparator,
        value=row.value,
        number=found.value,
        scale=found.scale,
        unit=found.unit,
        year=year,
        rank=row.rank,
        baseline=baseline,
        baseline_year=row.baseline_year if baseline else None,
        baseline_rank=row.baseline_rank,
        extra=extra,
        low=found.low,
        high=found.high,
        lead=_followed(row.lead, context),
        deadline=deadline,
        provenance=Provenance.at(row.place, table=row.table, row=row.number, cells=row.cells),
    )


def _followed(printed: str | None, context: Context) -> Assignment | None:
    """Who follows a goal."""
    if printed is None:
        return None
    return Assignment(printed, read_agencies(printed, context.unit, context.on))


@cache
def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern('goal_words', name)})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=4096)
def aim_of(title: str) -> Aim | None:
    """What stands below a heading: goals, goals and other things, other things; None: not said.

    >>> aim_of("II. MỤC TIÊU, CHỈ TIÊU THỰC HIỆN"), aim_of("MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP")
    ('goals', 'mixed')
    >>> aim_of("b) Nhiệm vụ và giải pháp thực hiện mục tiêu"), aim_of("1. Cải cách thể chế")
    ('other', None)
    """
    label = label_of(title[:400])
    text = (label.rest if label else title[:400]).strip(" *_.")
    found: list[Aim | None] = []
    reported = False  # "kết quả thực hiện các mục tiêu, chỉ tiêu": both are what is reported on
    for member in _MEMBERS.split(text):
        goals = _opening("heading.goal").search(member)
        reported = reported or (goals is not None and goals.start() > 0)
        if goals and not reported:
            found.append("goals")
        elif _opening("heading.aim").match(member) or _opening("heading.duty").match(member):
            found.append("other")
        else:
            found.append(None)
    if found[0] is None:
        return None
    if "goals" not in found:
        return "other"
    return "mixed" if "other" in found else "goals"


def year_of_heading(title: str) -> int | None:
    """The last year a heading names: that of its goals.

    >>> year_of_heading("Mục tiêu đến năm 2030"), year_of_heading("MỤC TIÊU GIAI ĐOẠN 2026-2030")
    (2030, 2030)
    """
    years = _YEARS.findall(title[:400])
    return int(years[-1]) if years else None
