"""From the bytes of an issued file to a Plan: the five stages, in order."""

from extractor.aims import goals_of
from extractor.assignments import duties_of
from extractor.checks import ordinal_gaps
from extractor.language.fields import with_fields
from extractor.ledger import Accounts
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.plans import context_of, diagnostics_of, document_of, sections_of, unit_of_plan
from extractor.readers import read
from extractor.references import citations_of
from extractor.repeats import linked
from extractor.structure.segments import segment
from extractor.structure.tabulation import tabulate
from extractor.understanding import Names, targets_of, tasks_of
from models.plan import CONTRACT, Plan


def plan_of(data: bytes, filename: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Plan:
    """Reads one issued file into a Plan; raises a KehoachError where there is none to be had."""
    # 1. read: bytes to pages, paragraphs and tables, each with its place
    layout = read(data, filename, limits)
    accounts = Accounts(layout)

    # 2. segment: head, title, legal basis, sections, signature, appendices
    segments = segment(layout, accounts)

    # 3. tabulate: tables joined over pages, rows told apart
    listings = tabulate(layout.blocks, segments.outline, accounts)

    # 4. understand: who, by when, for which years
    unit = unit_of_plan(segments)
    context = context_of(segments, listings, unit)
    names = Names(context.identity)
    outline = segments.outline
    tasks = [task for listing in listings for task in tasks_of(listing, outline, context, names)]
    tasks += linked(duties_of(segments, context, names), tasks)
    tasks = with_fields(tasks, segments.title_text)

    # 5. check: the ledger, numbers that skip, what a reader should know
    sections = sections_of(segments, listings, names)
    targets = [
        target for listing in listings for target in targets_of(listing, outline, sections, names)
    ]
    targets += goals_of(outline, listings, sections, context, names)
    citations = citations_of(layout.blocks, segments, listings, tasks, sections, unit)
    document = document_of(data, filename, layout, segments, unit, context, citations)
    return Plan(
        contract=CONTRACT,
        document=document,
        sections=tuple(sections),
        tasks=tuple(tasks),
        targets=tuple(targets),
        citations=tuple(citations),
        diagnostics=(
            *diagnostics_of(layout, segments, listings, accounts),
            *(gap for listing in listings for gap in ordinal_gaps(listing)),
        ),
        ledger=accounts.close(),
    )
