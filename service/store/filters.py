"""What can be asked of each list: one model, from the address of a request down to the statement.

None asks nothing. A name that a list does not have is refused, not passed over: a typing error in
a filter would otherwise give the whole list, which looks like an answer. A document is named by
its id (`sha256:…`) or its key. A unit means itself and, with `below`, all units in it.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from corpora.units import Level
from extractor.language.deeds import Level as WhoseLevel
from extractor.language.deeds import Step, told
from models.deadline import DeadlineKind
from models.plan import ReviewStatus
from models.tables.documents import Verdict
from models.tables.jobs import JobState
from models.task import Origin
from service.comparison.frames import Map
from service.store.marks import LONGEST, Mark, sectors

DOCUMENT = r"^(sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{16})$"
TASK = r"^[0-9a-f]{16}\.[0-9a-z-]{1,64}$"
UNIT = r"^vn(-[0-9]{2}(-([0-9]{3}|[0-9]{5}))?)?$"
#: A unit in the map of a comparison: several that are one there, or since the day of its name.
PLACE = r"^vn(-[0-9]{2}(-([0-9]{3}|[0-9]{5}))?)?(\+vn-[0-9-]{2,8})*(@[0-9]{4}-[0-9]{2}-[0-9]{2})?$"
AGENCY = r"^vn(-[0-9]{2}(-([0-9]{3}|[0-9]{5}))?)?/[a-z0-9-]{1,80}$"
FIELD = r"^[A-Z0-9]{1,16}(\.[0-9]{1,3}){0,2}$"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso(value: Any) -> Any:
    """Only the form YYYY-MM-DD is a day; a number of seconds is none."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("a day is written like 2024-12-31")
    return value


IsoDay = Annotated[date, BeforeValidator(_iso)]
OnDay = Annotated[IsoDay | None, Field(description="As of this day, YYYY-MM-DD")]
Year = Annotated[int | None, Field(ge=1900, le=2999, description="Of plans for this year")]
Words = Annotated[
    str | None,
    Field(
        max_length=500,
        description="Each word must begin a word of the record, with or without diacritics; "
        "words in quotes must follow each other",
    ),
]
Kind = Annotated[str | None, Field(pattern=r"^[^\x00]{1,100}$")]
Name = Annotated[str | None, Field(pattern=r"^[^\x00]{1,200}$")]
Frame = Literal["2024", "2026"]
Role = Literal["lead", "coordinating", "any"]


def _one_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(names)})$"


Q = TypeVar("Q", bound="Asked")


class Asked(BaseModel):
    """Anything asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def into(self, query: type[Q], **more: Any) -> Q:
        """What is asked here, as far as the other query has it too, with more."""
        mine = type(self).model_fields
        same = {name: getattr(self, name) for name in mine if name in query.model_fields}
        return query(**same | more)


class Paging(Asked):
    """Which part of a list is wanted: at most `limit` records after the cursor `after`."""

    limit: int = Field(default=100, ge=1, le=5000, description="Most records of the answer")
    after: str | None = Field(
        default=None, max_length=1000, description="Cursor, from the link `next`"
    )


class OfDocument(Asked):
    """Of one document or of any."""

    document: str | None = Field(
        default=None, pattern=DOCUMENT, description="Of this document: its id or key"
    )


class OfPlans(OfDocument):
    """Of the plans of a unit, or of any."""

    unit: str | None = Field(
        default=None, pattern=UNIT, description="Of plans of this unit: `vn-86`"
    )
    below: bool = Field(default=True, description="And of all units in it")


TaskSort = Annotated[
    Literal["document", "due", "-due", "unit", "confidence", "-confidence"],
    Field(description="Order; `-` turns it round"),
]


class TaskFilter(OfPlans):
    """Tasks. `successors` is a frame: also the bodies of it that the work of the agency went to,
    and those whose work it does."""

    unit: str | None = Field(
        default=None, pattern=PLACE, max_length=1000, description="Of plans of this unit: `vn-86`"
    )
    year: Year = None
    frame: Map | None = Field(
        default=None,
        description="As comparisons count: each plan in one file only, `unit` in this map",
    )
    field: str | None = Field(
        default=None,
        pattern=f"{FIELD}|^none$",
        description="Reform field: `PAR.1`, and codes below it; `none`: not told",
    )
    agency: str | None = Field(
        default=None, pattern=AGENCY, description="Names this body: `vn-86/so-noi-vu`"
    )
    role: Role = Field(default="any", description="As what the body is named")
    slug: str | None = Field(
        default=None, pattern=r"^[a-z0-9-]{1,80}$", description="Names a body of this role"
    )
    successors: Frame | None = Field(
        default=None, description="And the bodies its work came from or went to, in this frame"
    )
    due_from: IsoDay | None = Field(default=None, description="Due on this day or later")
    due_to: IsoDay | None = Field(default=None, description="Due on this day or earlier")
    kind: DeadlineKind | Literal["missing"] | None = Field(
        default=None, description="Kind of the deadline; `missing`: none is printed"
    )
    status: ReviewStatus | None = Field(
        default=None, description="Review; those `dropped` are listed only where asked for"
    )
    origin: Origin | None = Field(default=None, description="Where in the plan it stands")
    text: Words = None
    repeats: bool = Field(default=True, description="With duties that repeat a row")
    copies: bool = Field(
        default=True,
        description="Of a plan in several files those of each, or those of the last file only",
    )
    corrected: bool | None = Field(default=None, description="Changed by a person, or not")
    has: Mark | None = Field(
        default=None,
        description="`led`: by a body that is known, `one-lead`, `dated`: by a day or in a span of "
        "days, `product`: one is named, `measured`: with a number to reach",
    )
    lacks: Mark | None = Field(default=None, description="And this it has not")
    step: Step | Literal["none"] | None = Field(
        default=None,
        description="What it asks for by its first deed: `plan` issue a plan, `norm` a rule, `do`, "
        "`check`, `urge`, `report`; `none` here and below: not told",
    )
    act: str | None = Field(
        default=None,
        pattern=_one_of((*told("act"), "none")),
        description="One of its acts: `train`, `build`",
    )
    object: str | None = Field(
        default=None,
        pattern=rf"^[^\x00]{{1,{LONGEST}}}$",
        description="On what, as the record of the task has it: `cải cách hành chính`",
    )
    level: WhoseLevel | Literal["none"] | None = Field(
        default=None,
        description="Whose matter it is by its words: the unit's `own`, of `each` body, of units "
        "`below`, of the `nation`",
    )
    sector: str | None = Field(
        default=None,
        pattern=_one_of((*sectors(), "none")),
        description="Of this sector: `health`",
    )
    provinces: int | None = Field(
        default=None,
        ge=0,
        le=99,
        description="Stands in plans of so many provinces; here and below by groups of the same "
        "task",
    )
    provinces_from: int | None = Field(
        default=None, ge=0, le=99, description="Stands in plans of so many provinces or more"
    )
    first: Year = Field(
        default=None, description="Of the plans held, those of this year have it first"
    )
    local: bool | None = Field(
        default=None, description="Plans of one province alone have it, and none of the centre"
    )
    new: bool | None = Field(
        default=None,
        description="Plans of earlier years are held, and none of them has it; or one has",
    )


class TaskQuery(TaskFilter, Paging):
    sort: TaskSort = "document"


class PlanFilter(OfPlans):
    """Plans, and the documents that hold them."""

    year: Year = None
    kind: Kind = Field(default=None, description="Kind of the document, as printed")
    number: Name = Field(default=None, description="Its number, as printed")
    issuer: str | None = Field(default=None, pattern=AGENCY, description="The issuing body")
    issued_from: IsoDay | None = Field(default=None, description="Issued on this day or later")
    issued_to: IsoDay | None = Field(default=None, description="Issued on this day or earlier")
    status: Literal["draft", "confirmed"] | None = Field(default=None, description="Review")
    text: Words = None


class PlanQuery(PlanFilter, Paging):
    sort: Literal["-issued", "issued", "document"] = Field(
        default="-issued",
        description="By day of issue, the newest or the oldest first, or by document",
    )


class DocumentQuery(PlanFilter, Paging):
    """Documents, read or not: anything asked of the plan leaves out those not read yet."""

    state: JobState | None = Field(default=None, description="State of its latest job")
    submitted_by: Name = Field(default=None, description="Who sent it")
    sort: Literal["-created", "created"] = Field(
        default="-created", description="The newest or the oldest first"
    )


class TargetFilter(OfPlans):
    year: Year = Field(default=None, description="Year the target is for")
    plan_year: Year = None
    text: Words = None
    sort: Literal["document", "year"] = Field(
        default="document", description="By document, or by year of the target"
    )


class TargetQuery(TargetFilter, Paging):
    pass


class CitationFilter(OfPlans):
    """Papers that plans name, each once in a plan; `id` is the same in every plan."""

    year: Year = None
    id: str | None = Field(
        default=None, pattern=r"^/akn/[^\x00]{1,300}$", description="The paper: `/akn/vn/act/…`"
    )
    number: Name = Field(default=None, description="Number of the paper: `76/NQ-CP`")
    kind: Kind = Field(default=None, description="Kind of the paper: `nghị quyết`")
    role: (
        Literal["self", "legal_basis", "carried_out", "amended", "replaced", "mentioned"] | None
    ) = Field(default=None, description="What the plan has to do with it")
    text: Words = None


class CitationQuery(CitationFilter, Paging):
    pass


class RunQuery(OfDocument, Paging):
    version: Name = Field(default=None, description="By this version of kehoach")
    failed: bool | None = Field(default=None, description="Those that gave no plan, or did")
    sort: Literal["-started", "started"] = Field(
        default="-started", description="The last or the first one first"
    )


class JobQuery(OfDocument, Paging):
    state: JobState | Literal["active"] | None = Field(
        default=None, description="`active`: queued or running"
    )
    submitted_by: Name = Field(default=None, description="Who sent the file")
    sort: Literal["-created", "created"] = Field(
        default="-created", description="The newest or the oldest first"
    )


class AgencyQuery(Paging):
    """Bodies; `on` asks for those that stood on the day."""

    text: Words = None
    unit: str | None = Field(default=None, pattern=UNIT, description="Of this unit")
    below: bool = Field(default=False, description="And of all units in it")
    level: Level | None = Field(default=None, description="Level of the body")
    slug: str | None = Field(
        default=None, pattern=r"^[a-z0-9-]{1,80}$", description="Its role: `so-noi-vu`"
    )
    on: OnDay = None


class UnitQuery(Paging):
    """Territories; `on` asks for those that stood on the day."""

    id: str | None = Field(default=None, pattern=UNIT, description="All names of this unit")
    text: Words = None
    level: Level | None = Field(default=None, description="Rank of the unit")
    parent: str | None = Field(default=None, pattern=UNIT, description="Right below this unit")
    on: OnDay = None


class CorrectionQuery(OfDocument, Paging):
    task: str | None = Field(default=None, pattern=TASK, description="Of this task: its key")
    author: Name = Field(default=None, description="By whom")
    field: str | None = Field(
        default=None, pattern=r"^[a-z_]{1,40}$", description="Of this field of tasks"
    )
    state: Literal["active", "orphaned", "withdrawn"] | None = Field(
        default=None, description="In force, without a task that fits, or taken back"
    )
    orphaned: bool = Field(default=False, description="The same as `state=orphaned`")


class JudgementQuery(Paging):
    """What people said of pairs of tasks."""

    task: str | None = Field(default=None, pattern=TASK, description="Of this task: its key")
    author: Name = Field(default=None, description="By whom")
    verdict: Verdict | None = Field(default=None, description="What was said")
