"""Stage 4: the meaning beside the words: who, by when, which field, which papers."""

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from extractor.checks import confidence_of, deadline_issues
from extractor.context import Context
from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from extractor.language.fields import field_of
from extractor.structure.appendices import Appendix
from extractor.structure.outline import Outline
from extractor.structure.rows import TaskRow, dittos
from extractor.structure.tabulation import Listing
from extractor.structure.targets import TargetRow, quantity
from extractor.text import folded
from models.agency import AgencyMention, Assignment
from models.deadline import Deadline
from models.plan import Section
from models.provenance import Provenance
from models.target import Target
from models.task import Task


class Names:
    """Gives ids that depend on content only: the same words in the same place, the same id.

    `identity` names the paper whatever form its file has.
    """

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._seen: dict[str, int] = {}

    def name(self, prefix: str, *parts: str | None) -> str:
        content = "\x1f".join((self._identity, prefix, *(folded(part) for part in parts)))
        count = self._seen[content] = self._seen.get(content, 0) + 1
        if count > 1:
            content += f"\x1f{count}"
        return f"{prefix}-{hashlib.blake2b(content.encode(), digest_size=8).hexdigest()}"


def tasks_of(listing: Listing, outline: Outline, context: Context, names: Names) -> list[Task]:
    """The tasks of a listing, with their agencies and deadlines understood."""
    appendix = None if listing.appendix is None else outline.appendices[listing.appendix]
    given = None if listing.sheet.header.has("lead") else _lead_of_title(appendix, context)
    leads = dittos(listing.tasks, "lead")
    others = dittos(listing.tasks, "coordinating")
    deadlines = dittos(listing.tasks, "deadline")
    tasks = []
    for row, (_, lead), (_, coordinating), (_, deadline) in zip(
        listing.tasks, leads, others, deadlines, strict=True
    ):
        issues = list(row.issues)
        cells = dict(row.cells)
        assigned = _assignment(row, "lead", lead, context, issues)
        if assigned is None and not listing.sheet.header.has("lead"):
            assigned = given or _lead_of_group(row, context)
            if assigned is given and appendix is not None and given is not None:
                cells["lead"] = appendix.paragraphs[0].place
        if not (row.fields.get("task") or row.fields.get("subject")):
            issues.append("row.without-task")
        tasks.append(
            Task(
                id=names.name(
                    "t", appendix.name if appendix else None, row.ordinal,
                    row.fields.get("subject"), row.fields.get("task") or row.fields.get("product"),
                ),
                origin="table",
                appendix=appendix.name if appendix else None,
                group=row.group,
                ordinal=row.ordinal,
                subject=row.fields.get("subject"),
                description=row.fields.get("task"),
                lead=assigned,
                coordinating=_assignment(row, "coordinating", coordinating, context, issues),
                product=row.fields.get("product"),
                target=row.fields.get("target"),
                note=row.fields.get("note"),
                deadline=_deadline(row, deadline, context, issues),
                field=field_of((*row.group, row.fields.get("subject") or "")),
                provenance=Provenance.at(
                    row.place, table=row.table, row=row.number, cells=cells,
                    continued=row.continued,
                ),
                confidence=confidence_of(row.certainty, issues),
                issues=tuple(issues),
                extra=row.extra,
            )
        )  # fmt: skip
    return tasks


def _assignment(
    row: TaskRow, name: str, meant: str, context: Context, issues: list[str]
) -> Assignment | None:
    """The bodies of a cell; `meant` is the text it stands for where it repeats the one above."""
    printed = row.fields.get(name)
    if not printed:
        return None
    assigned, doubts = _assigned(name, printed, meant, context.unit, context.on)
    issues += [doubt for doubt in doubts if doubt not in issues]
    return assigned


@lru_cache(maxsize=4096)
def _assigned(
    name: str, printed: str, meant: str, unit: str | None, on: date | None
) -> tuple[Assignment, tuple[str, ...]]:
    """A cell with the bodies in it, and what is doubtful about them; cells come many times."""
    agencies = read_agencies(meant, unit, on)
    doubts = [f"{name}.ditto"] if meant != printed else []
    if any(agency.kind == "unknown" for agency in agencies):
        doubts.append(f"{name}.unresolved")
    doubts += [issue for agency in agencies for issue in agency.issues]
    return Assignment(printed, agencies), tuple(dict.fromkeys(doubts))


def _deadline(row: TaskRow, meant: str, context: Context, issues: list[str]) -> Deadline | None:
    printed = row.fields.get("deadline")
    if not printed:
        return None
    deadline, doubts = _dated(printed, meant, context.years, context.on)
    issues += doubts
    return deadline


@lru_cache(maxsize=4096)
def _dated(
    printed: str, meant: str, years: tuple[int, ...], on: date | None
) -> tuple[Deadline, tuple[str, ...]]:
    """The deadline of a cell, and what is doubtful about it."""
    deadline = read_deadline(meant, years, on)
    doubts = []
    if meant != printed:
        doubts.append("deadline.ditto")
        deadline = dataclasses.replace(deadline, text=printed)
    if deadline.unread:
        doubts.append("deadline.unread")
    doubts += deadline_issues(deadline, on.isoformat() if on else None, years)
    return deadline, tuple(doubts)


_OF = re.compile(
    r"(?:trách nhiệm|thẩm quyền|nhiệm vụ|phân công|nội dung|công việc)\b.*?\bcủa\s+(?P<who>.+)$",
    re.IGNORECASE | re.DOTALL,
)


def _lead_of_title(appendix: Appendix | None, context: Context) -> Assignment | None:
    """The agency whose appendix it is: "… THUỘC TRÁCH NHIỆM … CỦA SỞ NỘI VỤ"."""
    if appendix is None:
        return None
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
        text = re.sub(r"^\s*(?:[IVXLC]+|[A-ZĐ]|\d+(?:\.\d+)*)\s*[.):/-]\s*", "", heading).strip()
        if agencies := _all_known(text, context):
            return Assignment(text, agencies)
    return None


def _all_known(text: str, context: Context) -> tuple[AgencyMention, ...]:
    """The bodies in `text`, if it names nothing else."""
    agencies = read_agencies(text, context.unit, context.on)
    if not agencies or any(agency.kind == "unknown" for agency in agencies):
        return ()
    read = sum(agency.span[1] - agency.span[0] for agency in agencies if agency.span)
    return agencies if read >= 0.8 * len(re.sub(r"[\s,;]+|\bvà\b", "", text)) else ()


def targets_of(
    listing: Listing, outline: Outline, sections: Sequence[Section], names: Names
) -> list[Target]:
    """The goals of a table of targets; a value keeps the words of its cell."""
    appendix = None if listing.appendix is None else outline.appendices[listing.appendix].name
    section = None if listing.part is None else sections[listing.part].id
    return [_target(row, appendix, section, names) for row in listing.targets]


def _target(row: TargetRow, appendix: str | None, section: str | None, names: Names) -> Target:
    number, scale, unit = quantity(row.value)
    return Target(
        id=names.name("g", appendix, section, row.ordinal, row.indicator),
        section=section,
        appendix=appendix,
        ordinal=row.ordinal,
        text=": ".join(part for part in (row.indicator, row.value) if part),
        indicator=row.indicator,
        comparator="=" if number is not None else None,
        value=row.value,
        number=number,
        scale=scale,
        unit=unit,
        year=row.year,
        rank=row.rank,
        baseline=row.baseline,
        baseline_year=row.baseline_year if row.baseline else None,
        baseline_rank=row.baseline_rank,
        extra=row.extra,
        provenance=Provenance.at(row.place, table=row.table, row=row.number, cells=row.cells),
    )
