"""From the bytes of an issued file to a Plan: the five stages, in order."""

from extractor.aims import goals_of
from extractor.assignments import duties_of
from extractor.checks import ordinal_gaps
from extractor.language.fields import with_fields
from extractor.ledger import balance
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.plans import (
    context_of,
    diagnostics_of,
    document_of,
    identity_of,
    sections_of,
    unit_of_plan,
)
from extractor.progress import Listener, Progress, nobody
from extractor.readers import read
from extractor.references import citations_of
from extractor.repeats import linked
from extractor.structure.dumps import with_tables
from extractor.structure.segments import segment
from extractor.structure.tabulation import tabulate
from extractor.understanding import Names, targets_of, tasks_of
from models.plan import CONTRACT, Plan


def plan_of(
    data: bytes,
    filename: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
) -> Plan:
    """Reads one issued file into a Plan; raises a KehoachError where there is none to be had.

    `progress` is told of each stage, and of each page or table on the way.
    """
    tell = progress or nobody

    # 1. read: bytes to pages, paragraphs and tables, each with its place
    tell(Progress("read"))
    layout = read(data, filename, limits, progress)
    if layout.reader == "text":
        layout.blocks = with_tables(layout.blocks)

    # 2. segment: head, title, legal basis, sections, signature, appendices
    tell(Progress("segment"))
    segments = segment(layout)

    # 3. tabulate: tables joined over pages, rows told apart
    tell(Progress("tabulate"))
    listings = tabulate(layout.blocks, segments.outline)

    # 4. understand: who, by when, for which years
    tell(Progress("understand"))
    unit = unit_of_plan(segments)
    context = context_of(segments, listings, unit)
    names = Names(identity_of(segments, unit))
    outline = segments.outline
    tasks = []
    for listing in listings:
        tasks += tasks_of(listing, outline, context, names)
        tell(Progress("understand"))
    tasks += linked(duties_of(segments, context, names, tell), tasks)
    tell(Progress("understand"))
    tasks = with_fields(tasks, segments.title_text)

    # 5. check: the ledger, numbers that skip, what a reader should know
    tell(Progress("check"))
    sections = sections_of(segments, listings, names)
    targets = []
    for listing in listings:
        targets += targets_of(listing, outline, sections, names)
        tell(Progress("check"))
    targets += goals_of(outline, listings, sections, context, names, tell)
    tell(Progress("check"))
    citations = citations_of(layout.blocks, segments, listings, tasks, sections, unit)
    fates = [*segments.fates, *(fated for listing in listings for fated in listing.fates)]
    ledger, lost = balance(layout, fates)
    document = document_of(data, filename, layout, segments, unit, context, citations)
    return Plan(
        contract=CONTRACT,
        document=document,
        sections=tuple(sections),
        tasks=tuple(tasks),
        targets=tuple(targets),
        citations=tuple(citations),
        diagnostics=(
            *diagnostics_of(layout, segments, listings, lost),
            *(gap for listing in listings for gap in ordinal_gaps(listing)),
        ),
        ledger=ledger,
    )
