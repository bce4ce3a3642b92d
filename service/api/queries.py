"""What lists can be filtered by, as parameters of an address."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from models.deadline import DeadlineKind
from models.task import Origin
from service.api.parameters import AGENCY, DOCUMENT, FIELD, UNIT, IsoDay, OnDay, Words
from service.store.filters import (
    AgencyFilter,
    CitationFilter,
    CorrectionFilter,
    DocumentFilter,
    JobFilter,
    PlanFilter,
    Role,
    RunFilter,
    TargetFilter,
    TaskFilter,
    UnitFilter,
)

Frame = Literal["2024", "2026"]
Level = Literal["central", "province", "district", "commune"]

Document = Annotated[
    str | None, Query(pattern=DOCUMENT, description="Of this document: its id or key")
]
Unit = Annotated[str | None, Query(pattern=UNIT, description="Of plans of this unit: `vn-86`")]
Below = Annotated[bool, Query(description="And of all units in it")]
Year = Annotated[int | None, Query(ge=1900, le=2999, description="Of plans for this year")]
Kind = Annotated[str | None, Query(pattern=r"^[^\x00]{1,100}$")]
Name = Annotated[str | None, Query(pattern=r"^[^\x00]{1,200}$")]


def _tasks(
    document: Document = None,
    unit: Unit = None,
    below: Below = True,
    year: Year = None,
    field: Annotated[
        str | None, Query(pattern=FIELD, description="Reform field: `PAR.1`, and codes below it")
    ] = None,
    agency: Annotated[
        str | None, Query(pattern=AGENCY, description="Names this body: `vn-86/so-noi-vu`")
    ] = None,
    role: Annotated[Role, Query(description="As what the body is named")] = "any",
    successors: Annotated[
        Frame | None,
        Query(description="And the bodies its work came from or went to, in this frame"),
    ] = None,
    due_from: Annotated[IsoDay | None, Query(description="Due on this day or later")] = None,
    due_to: Annotated[IsoDay | None, Query(description="Due on this day or earlier")] = None,
    kind: Annotated[
        DeadlineKind | Literal["missing"] | None,
        Query(description="Kind of the deadline; `missing`: none is printed"),
    ] = None,
    status: Annotated[Literal["open", "confirmed"] | None, Query(description="Review")] = None,
    origin: Annotated[Origin | None, Query(description="Where in the plan it stands")] = None,
    text: Words = None,
    repeats: Annotated[bool, Query(description="With duties that repeat a row")] = True,
    corrected: Annotated[bool | None, Query(description="Changed by a person, or not")] = None,
) -> TaskFilter:
    return TaskFilter(
        document, unit, below, year, field, agency, role, successors, due_from, due_to,
        kind, status, origin, text, repeats, corrected,
    )  # fmt: skip


def _plans(
    unit: Unit = None,
    below: Below = True,
    year: Year = None,
    kind: Annotated[Kind, Query(description="Kind of the document, as printed")] = None,
    number: Annotated[Name, Query(description="Its number, as printed")] = None,
    issuer: Annotated[str | None, Query(pattern=AGENCY, description="The issuing body")] = None,
    issued_from: Annotated[IsoDay | None, Query(description="Issued on this day or later")] = None,
    issued_to: Annotated[IsoDay | None, Query(description="Issued on this day or earlier")] = None,
    status: Annotated[Literal["draft", "confirmed"] | None, Query(description="Review")] = None,
    text: Words = None,
) -> PlanFilter:
    return PlanFilter(
        None, unit, below, year, kind, number, issuer, issued_from, issued_to, status, text
    )


PlanQuery = Annotated[PlanFilter, Depends(_plans)]


def _documents(
    plan: PlanQuery,
    state: Annotated[
        Literal["queued", "running", "done", "failed"] | None,
        Query(description="State of its latest job"),
    ] = None,
    submitted_by: Annotated[Name, Query(description="Who sent it")] = None,
) -> DocumentFilter:
    return DocumentFilter(state, submitted_by, plan)


def _targets(
    document: Document = None,
    unit: Unit = None,
    below: Below = True,
    year: Annotated[
        int | None, Query(ge=1900, le=2999, description="Year the target is for")
    ] = None,
    plan_year: Year = None,
    text: Words = None,
) -> TargetFilter:
    return TargetFilter(document, unit, below, year, plan_year, text)


def _citations(
    document: Document = None,
    unit: Unit = None,
    below: Below = True,
    year: Year = None,
    id: Annotated[
        str | None,
        Query(pattern=r"^/akn/[^\x00]{1,300}$", description="The paper: `/akn/vn/act/…`"),
    ] = None,
    number: Annotated[Name, Query(description="Number of the paper: `76/NQ-CP`")] = None,
    kind: Annotated[Kind, Query(description="Kind of the paper: `nghị quyết`")] = None,
    role: Annotated[
        Literal["self", "legal_basis", "carried_out", "amended", "replaced", "mentioned"] | None,
        Query(description="What the plan has to do with it"),
    ] = None,
    text: Words = None,
) -> CitationFilter:
    return CitationFilter(document, unit, below, year, id, number, kind, role, text)


def _jobs(
    document: Document = None,
    state: Annotated[
        Literal["queued", "running", "done", "failed", "active"] | None,
        Query(description="`active`: queued or running"),
    ] = None,
    submitted_by: Annotated[Name, Query(description="Who sent the file")] = None,
) -> JobFilter:
    return JobFilter(document, state, submitted_by)


def _runs(
    document: Document = None,
    version: Annotated[Name, Query(description="By this version of kehoach")] = None,
    failed: Annotated[bool | None, Query(description="Those that gave no plan, or did")] = None,
) -> RunFilter:
    return RunFilter(document, version, failed)


def _agencies(
    text: Words = None,
    unit: Annotated[str | None, Query(pattern=UNIT, description="Of this unit")] = None,
    below: Annotated[bool, Query(description="And of all units in it")] = False,
    level: Annotated[Level | None, Query(description="Level of the body")] = None,
    slug: Annotated[
        str | None, Query(pattern=r"^[a-z0-9-]{1,80}$", description="Its role: `so-noi-vu`")
    ] = None,
    on: OnDay = None,
) -> AgencyFilter:
    return AgencyFilter(text, unit, below, level, slug, on)


def _units(
    text: Words = None,
    level: Annotated[Level | None, Query(description="Rank of the unit")] = None,
    parent: Annotated[str | None, Query(pattern=UNIT, description="Right below this unit")] = None,
    on: OnDay = None,
) -> UnitFilter:
    return UnitFilter(None, text, level, parent, on)


def _corrections(
    document: Document = None,
    author: Annotated[Name, Query(description="By whom")] = None,
    field: Annotated[
        str | None, Query(pattern=r"^[a-z_]{1,40}$", description="Of this field of tasks")
    ] = None,
    state: Annotated[
        Literal["active", "orphaned", "withdrawn"] | None,
        Query(description="In force, without a task that fits, or taken back"),
    ] = None,
    orphaned: Annotated[bool, Query(description="The same as `state=orphaned`")] = False,
) -> CorrectionFilter:
    return CorrectionFilter(document, None, field, author, "orphaned" if orphaned else state)


TaskQuery = Annotated[TaskFilter, Depends(_tasks)]
DocumentQuery = Annotated[DocumentFilter, Depends(_documents)]
TargetQuery = Annotated[TargetFilter, Depends(_targets)]
CitationQuery = Annotated[CitationFilter, Depends(_citations)]
JobQuery = Annotated[JobFilter, Depends(_jobs)]
RunQuery = Annotated[RunFilter, Depends(_runs)]
AgencyQuery = Annotated[AgencyFilter, Depends(_agencies)]
UnitQuery = Annotated[UnitFilter, Depends(_units)]
CorrectionQuery = Annotated[CorrectionFilter, Depends(_corrections)]
