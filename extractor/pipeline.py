"""From the bytes of an issued file to a Plan: the five stages, in order."""

from extractor.checks import balance, checked, diagnostics_of
from extractor.context import Ids
from extractor.language.citations import citations_of
from extractor.language.documents import (
    context_of,
    document_of,
    identity_of,
    sections_of,
    unit_of_plan,
)
from extractor.language.duties import duties_of
from extractor.language.fields import fields_of_tasks
from extractor.language.goals import goals_of, targets_of
from extractor.language.tasks import linked, tasks_of
from extractor.layout import Layout
from extractor.limits import DEFAULT_LIMITS, Limits
from extractor.progress import Listener, Progress, nobody
from extractor.readers import read
from extractor.structure.breaks import with_breaks
from extractor.structure.dumps import with_tables
from extractor.structure.segments import segment
from extractor.structure.stacks import with_stacks
from extractor.structure.tabulation import tabulate
from models.plan import CONTRACT, Plan
from models.target import Target
from models.task import Task


def layout_of(
    data: bytes,
    filename: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Listener | None = None,
) -> Layout:
    """The first stage alone: what is printed and where, with lost tables and line breaks,
    tables that were drawn as one parted."""

    def mended(layout: Layout) -> Layout:
        if layout.reader == "text":
            layout.blocks = with_tables(layout.blocks)
        layout.blocks = with_stacks(with_breaks(layout.blocks))
        return layout

    return read(data, filename, limits, progress, mended)


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
    layout = layout_of(data, filename, limits, progress)

    # 2. segment: head, title, legal basis, sections, signature, appendices
    tell(Progress("segment"))
    segments = segment(layout)
    outline = segments.outline

    # 3. tabulate: tables joined over pages, rows told apart
    tell(Progress("tabulate"))
    listings = tabulate(layout.blocks, outline, segments.form)

    # 4. understand: who is to do what by when, what is to be reached, which papers are named
    tell(Progress("understand"))
    unit = unit_of_plan(segments)
    context = context_of(segments, listings, unit)
    ids = Ids(identity_of(segments, unit))
    sections = sections_of(outline, listings, ids)
    tasks: list[Task] = []
    targets: list[Target] = []
    for listing in listings:
        tasks += tasks_of(listing, outline, context, ids)
        targets += targets_of(listing, outline, sections, context, ids)
        tell(Progress("understand"))
    duties, doubtful = duties_of(segments, context, ids, tell)
    tasks += linked(duties, tasks)
    fields = fields_of_tasks(tasks, segments.title_text)
    targets += goals_of(outline, listings, sections, context, ids, tell)
    citations = citations_of(layout.blocks, segments, listings, tasks, sections, unit)
    document = document_of(data, filename, layout, segments, unit, context, citations)

    # 5. check: every cell and paragraph accounted for, what looks wrong, what is to be trusted
    tell(Progress("check"))
    fates = [*segments.fates, *(fated for listing in listings for fated in listing.fates)]
    ledger, lost = balance(layout, fates)
    return Plan(
        contract=CONTRACT,
        document=document,
        sections=tuple(sections),
        tasks=tuple(checked(tasks, fields, context)),
        targets=tuple(targets),
        citations=tuple(citations),
        diagnostics=tuple(diagnostics_of(layout, segments, listings, doubtful, lost)),
        ledger=ledger,
    )
