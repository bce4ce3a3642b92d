"""The papers a plan names: its legal basis, its running text, the cells of its tables."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpora.wordings import pattern
from extractor.language.citations.cited import Cited, may_cite, read_citations
from extractor.language.citations.papers import ROLES, Own, Paper, papers_of
from extractor.layout import Block, Paragraph
from extractor.structure.segments import Segments
from extractor.structure.tabulation import Listing
from models.plan import Citation, Mention, Section, UnitRef
from models.provenance import Place, Provenance
from models.task import Task

_GROUND = re.compile(
    rf"[\s*_-]*(?:{pattern('form_words', 'basis', 'basis.act', 'basis.aim')})\s", re.IGNORECASE
)
_OPENS = re.compile(rf"[\s*_-]*(?:{pattern('form_words', 'basis', 'basis.proposal')})\s")


@dataclass(frozen=True, slots=True)
class CitingText:
    """A paragraph, a cell or a title, with what it stands in."""

    text: str
    provenance: Provenance
    section: str | None = None
    task: str | None = None
    basis: int | None = None


def citations_of(
    blocks: Sequence[Block],
    segments: Segments,
    listings: Sequence[Listing],
    tasks: Sequence[Task],
    sections: Sequence[Section],
    unit: UnitRef | None,
) -> list[Citation]:
    """The papers named anywhere behind the letterhead, in the order of their first mention.

    `tasks` are those of `listings`, in order; `sections` those of the outline first.
    """
    head = segments.letterhead
    found: list[tuple[Cited, CitingText]] = []
    for passage in passages(blocks, segments, listings, tasks, sections):
        for cited in read_citations(passage.text, basis=passage.basis is not None):
            found.append((cited, passage))
    kinds = [segments.kind, segments.carried and segments.carried.kind]
    kinds.append(head.kind)
    own = Own(
        tuple(dict.fromkeys(kind.lower() for kind in kinds if kind)),
        head.number,
        head.issued_on,
        unit.id if unit else None,
    )
    papers = papers_of([cited for cited, _ in found], own)
    return [_citation(paper, [found[at] for at in paper.mentions], own) for paper in papers]


def _citation(paper: Paper, named: Sequence[tuple[Cited, CitingText]], own: Own) -> Citation:
    mentions = tuple(
        Mention(
            text=cited.text,
            kind=cited.kind,
            number=cited.number,
            date=cited.date,
            issuer=cited.issuer,
            role="self" if paper.own else cited.role if cited.form != "this" else "mentioned",
            pinpoint=cited.pinpoint,
            basis=passage.basis,
            span=cited.span,
            section=passage.section,
            task=passage.task,
            provenance=passage.provenance,
        )
        for cited, passage in named
    )
    fullest = max(
        range(len(named)),
        key=lambda at: (_told(named[at][0]), not named[at][0].text.isupper(), -at),
    )
    cited, _ = named[fullest]
    dates = [mention.date for mention in mentions if mention.date]
    days = {day for day in dates if len(day) == 10}
    basis = [m.basis for m in mentions if m.basis and m.role == "legal_basis"]
    return Citation(
        id=paper.id,
        text=cited.text,
        kind=paper.kind or cited.kind,
        number=paper.number.text if paper.number else cited.number,
        date=own.date if paper.own else max(dates, key=len, default=None),
        issuer=cited.issuer or next((m.issuer for m in mentions if m.issuer), None),
        role=min((mention.role for mention in mentions), key=ROLES.index),
        provenance=mentions[0].provenance,
        title=paper.title,
        issuer_id=paper.by,
        basis=min(basis, default=None),
        mentions=mentions,
        issues=("date.differs",) if len(days) > 1 else (),
    )


def _told(cited: Cited) -> int:
    """How much of its paper a mention prints."""
    return (
        20 * (cited.form == "full")
        + (cited.number is not None)
        + len(cited.date or "")
        + (cited.issuer is not None)
    )


def passages(
    blocks: Sequence[Block],
    segments: Segments,
    listings: Sequence[Listing],
    tasks: Sequence[Task],
    sections: Sequence[Section],
) -> Iterator[CitingText]:
    """What is read for papers, in printed order: title, legal basis, text, cells of tables."""
    titles = [title for title in (segments.title, segments.carried) if title]
    skipped = {id(line.owner) for title in titles for line in title.lines}
    skipped.update(id(line.owner) for group in segments.letterhead.lines.values() for line in group)
    start = titles[0].lines[0].block if titles else 0
    for title in titles:
        yield CitingText(title.text, Provenance.at(title.lines[0].place))
    if not titles and segments.title_text:
        yield CitingText(segments.title_text, Provenance())
    listed = {listing.sheet.block: listing for listing in listings}
    given = iter(tasks)
    grounds = {id(paragraph) for paragraph in segments.basis}
    basis = 0
    for index, block in enumerate(blocks):
        part = segments.outline.part_of.get(index)
        section = None if part is None else sections[part].id
        if isinstance(block, Paragraph):
            if index < start or block.kind not in ("body", "footnote") or id(block) in skipped:
                continue
            passage = CitingText(block.text, Provenance.at(block.place), section)
            if id(block) in grounds:
                for text, ground in _grounds(block.text):
                    basis += ground
                    yield dataclasses.replace(passage, text=text, basis=basis if ground else None)
            else:
                yield passage
        elif index in listed:
            yield from _cells(listed[index], given, section)


def _grounds(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a paragraph of the legal basis, and whether each is a ground of its own."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and not _OPENS.match(line):
            lines[-1] += "\n" + line
        else:
            lines.append(line)
    for line in lines:
        yield line, _GROUND.match(line) is not None


def _cells(listing: Listing, tasks: Iterator[Task], section: str | None) -> Iterator[CitingText]:
    """The texts of a table: a heading row once, with the first task under it; a cell that spans
    rows, whose text each of them carries, once with the first of them."""
    above: tuple[str, ...] = ()
    last: dict[str, str] = {}
    for row in listing.tasks:
        task = next(tasks)
        for depth, heading in enumerate(row.group):
            if row.group[: depth + 1] != above[: depth + 1]:
                yield CitingText(heading, task.provenance, section)
        above = row.group
        for name, text in row.fields.items():
            if text != last.get(name) and may_cite(text):
                at = _at(row.cells.get(name, row.place), row.table, row.number)
                yield CitingText(text, at, section, task.id)
        last = row.fields
        for text in filter(may_cite, row.extra.values()):
            yield CitingText(text, task.provenance, section, task.id)
    for goal in listing.targets:
        at = _at(goal.place, goal.table, goal.number)
        for value in (goal.indicator, goal.value, *goal.extra.values()):
            if value and may_cite(value):
                yield CitingText(value, at, section)
    if not listing.tasks and not listing.targets:
        for number, table in enumerate(listing.sheet.tables, listing.sheet.table):
            for cell in table.every_cell():
                yield CitingText(cell.text, _at(cell.place, number, cell.row + 1), section)


def _at(place: Place, table: int, row: int) -> Provenance:
    return Provenance.at(place, table=table, row=row)
