"""The tasks of tables: who, with whom, by when; and the duties in running text that repeat one."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from corpora.tables import threshold
from extractor.context import Context, Ids
from extractor.labels import label_of
from extractor.language.agencies import read_agencies
from extractor.language.agencies.links import NO_UNIT
from extractor.language.deadlines import read_deadline
from extractor.language.duty_fields import roles_below, roles_in
from extractor.structure.outline import Appendix, Outline
from extractor.structure.rows import TaskRow
from extractor.structure.tabulation import Listing
from extractor.text import folded
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.provenance import Provenance
from models.task import Task


def tasks_of(listing: Listing, outline: Outline, context: Context, ids: Ids) -> Iterator[Task]:
    """The tasks of a table, with their agencies and deadlines understood."""
    appendix = None if listing.appendix is None else outline.appendices[listing.appendix]
    led = listing.sheet.header.has("lead")
    given = None if led or appendix is None else _lead_of_title(appendix, context)
    for row in listing.tasks:
        fields, cells = row.fields, row.cells
        lead, issues = _assigned(row, "lead", context)
        coordinating, doubts = _assigned(row, "coordinating", context)
        both = _both_roles(lead.text, listing, context) if lead and coordinating is None else None
        if lead and both:
            (led_by, issues), (coordinating, doubts) = (
                _bodies_in(name, words, None, context)
                for name, words in zip(("lead", "coordinating"), both, strict=True)
            )
            lead = dataclasses.replace(led_by, text=lead.text)
            cells = {**cells, "coordinating": cells["lead"]}
        if lead is None and not led:
            lead = given or _lead_of_group(row, context)
            issues += _unsure("lead", lead.agencies) if lead else ()
            if given and appendix:
                cells = {**cells, "lead": appendix.paragraphs[0].place}
        if not (fields.get("task") or fields.get("subject")):
            issues += ("row.without-task",)
        deadline, unsure = _dated(row, context)
        name = appendix.name if appendix else None
        words = fields.get("task") or fields.get("product")
        yield Task(
            id=ids.of("t", name, row.ordinal, fields.get("subject"), words),
            origin="table",
            appendix=name,
            group=row.group,
            ordinal=row.ordinal,
            subject=fields.get("subject"),
            description=fields.get("task"),
            lead=lead,
            coordinating=coordinating,
            product=fields.get("product"),
            target=fields.get("target"),
            note=fields.get("note"),
            deadline=deadline,
            field=None,
            provenance=Provenance.at(
                row.place, table=row.table, row=row.number, cells=cells, continued=row.continued
            ),
            confidence=row.certainty,
            issues=tuple(dict.fromkeys((*row.issues, *issues, *doubts, *unsure))),
            extra=row.extra,
        )


def _assigned(
    row: TaskRow, name: str, context: Context
) -> tuple[Assignment | None, tuple[str, ...]]:
    """The bodies in the cell `name` of a row, and what is doubtful about them."""
    printed = row.fields.get(name)
    return _bodies_in(name, printed, row.repeats.get(name), context) if printed else (None, ())


def _both_roles(text: str, listing: Listing, context: Context) -> tuple[str, str] | None:
    """The words that name who leads and who helps, where a cell for who leads has both."""
    header = listing.sheet.header
    column = header.column("lead")
    below = None if column is None else roles_below(header.headings[column], text)
    if below and not any(_bodies_in("lead", words, None, context)[1] for words in below):
        return below
    return roles_in(text)


@lru_cache(maxsize=4096)  # the same cells come again and again
def _bodies_in(
    name: str, printed: str, above: str | None, context: Context
) -> tuple[Assignment, tuple[str, ...]]:
    agencies = read_agencies(above or printed, context.unit, context.on)
    ditto = (f"{name}.ditto",) if above else ()
    return Assignment(printed, agencies), (*ditto, *_unsure(name, agencies))


def _unsure(name: str, agencies: tuple[AgencyMention, ...]) -> tuple[str, ...]:
    """What is doubtful about the bodies of a lead or of those who help, each once."""
    unknown = any(agency.kind == "unknown" for agency in agencies)
    doubts = [issue for agency in agencies for issue in agency.issues]
    return tuple(dict.fromkeys([f"{name}.unresolved", *doubts] if unknown else doubts))


def _dated(row: TaskRow, context: Context) -> tuple[Deadline | None, tuple[str, ...]]:
    """The deadline of a row, and what is doubtful about it."""
    printed = row.fields.get("deadline")
    if not printed:
        return None, ()
    above = row.repeats.get("deadline")
    said = above or printed
    if row.counts and _NUMBERS.fullmatch(said):
        said = f"{row.counts} {said}"
    deadline = read_deadline(said, context.years, context.on)
    if said != printed:
        deadline = dataclasses.replace(deadline, text=printed)
    doubts = ("deadline.unread",) if deadline.unread else ()
    return deadline, ("deadline.ditto", *doubts) if above else doubts


_NUMBERS = re.compile(r"\s*(?:\d{1,2}|I{1,3}|IV)(?:\s*[,;–-]\s*(?:\d{1,2}|I{1,3}|IV))*\s*")


_OF = re.compile(
    r"(?:trách nhiệm|thẩm quyền|nhiệm vụ|phân công|nội dung|công việc)\b.*?\bcủa\s+(?P<who>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def _lead_of_title(appendix: Appendix, context: Context) -> Assignment | None:
    """The agency whose appendix it is: "… THUỘC TRÁCH NHIỆM … CỦA SỞ NỘI VỤ"."""
    text = appendix.title
    while found := _OF.search(text):
        who = found["who"].strip(" .")
        if agencies := _all_known(who, context):
            return Assignment(who, agencies)
        text = found["who"]
    return None


def _lead_of_group(row: TaskRow, context: Context) -> Assignment | None:
    """The agency that a heading row above names, where the table has no column for the lead."""
    for heading in reversed(row.group):
        label = label_of(heading)
        text = label.rest if label else heading.strip()
        if agencies := _all_known(text, context):
            return Assignment(text, agencies)
    return None


def _all_known(text: str, context: Context) -> tuple[AgencyMention, ...]:
    """The bodies in `text`, if it names nothing else; of which province need not be said."""
    agencies = read_agencies(text, context.unit, context.on)
    if not agencies or any(
        agency.kind == "unknown" and NO_UNIT not in agency.issues for agency in agencies
    ):
        return ()
    read = sum(agency.span[1] - agency.span[0] for agency in agencies if agency.span)
    return agencies if read >= COVERED * len(re.sub(r"[\s,;]+|\bvà\b", "", text)) else ()


#: How alike the words of a duty and of a row must be to be the same work, and how long.
ALIKE, SHORTEST = threshold("task.alike"), threshold("task.shortest")
#: The share of a cell that must be names of bodies for it to name nothing else.
COVERED = threshold("duty.covered")


def linked(duties: Sequence[Task], rows: Sequence[Task]) -> list[Task]:
    """`duties`, each with the id of the row it repeats in `same_as`, if there is one.

    The same duty is often printed twice, among the duties without anyone named and in the appendix
    with its lead and its deadline (domain brief, section 9.14).
    """
    if not duties or not rows:
        return list(duties)
    words = [folded(row.description) for row in rows]
    leads = [_bodies(row.lead) for row in rows]
    found = (_same(duty, words, leads) for duty in duties)
    return [
        duty if at is None else dataclasses.replace(duty, same_as=rows[at].id)
        for duty, at in zip(duties, found, strict=True)
    ]


def _same(duty: Task, words: Sequence[str], leads: Sequence[set[str]]) -> int | None:
    """The row most like a duty, of those whose lead may be its own: one they share, or not said."""
    text, mine = folded(duty.description), _bodies(duty.lead)
    if len(text) < SHORTEST:
        return None
    agreeing = {
        at: words[at]
        for at, theirs in enumerate(leads)
        if not mine or not theirs or not mine.isdisjoint(theirs)
    }
    found = process.extractOne(text, agreeing, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return found[2] if found else None


def _bodies(assignment: Assignment | None) -> set[str]:
    return {
        body
        for agency in (assignment.agencies if assignment else ())
        for body in ((agency.id,) if agency.id else agency.members)
        if body
    }
