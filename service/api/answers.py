"""The shapes of the answers, as the OpenAPI tells them.

The records of a plan (`Task`, `Target`, `Citation` …) are those of the contract; the models here
are what stands around them. No answer has a key that its model has not.
"""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from models.agency import AgencyMention
from models.plan import Citation
from models.target import Target
from models.task import Task

T = TypeVar("T")

Day = Annotated[date | None, Field(description="ISO 8601 date")]


class Answer(BaseModel):
    """Any answer: a closed object."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Page(Answer, Generic[T]):
    """Part of a list; `next` is the address of what follows, null at the end."""

    items: list[T]
    next: str | None


class DocumentHead(Answer):
    """Which document a record stands in."""

    id: str
    key: str
    number: str | None
    title: str | None
    issued_on: Day


class PlanHead(Answer):
    """The plan of a document in figures. `distinct_tasks` leaves out tasks that repeat another."""

    document_id: str
    document_key: str
    run_id: str
    contract: str
    kind: str | None
    number: str | None
    title: str | None
    issued_on: Day
    place: str | None
    issuer: str | None
    issuer_id: str | None
    unit_id: str | None
    unit_name: str | None
    unit_level: str | None
    years: list[int]
    period_start: Day
    period_end: Day
    pages: int | None
    tasks: int
    distinct_tasks: int
    targets: int
    citations: int
    units: int
    balanced: bool
    warnings: int
    status: Literal["draft", "confirmed"]
    revision: int


class Failure(Answer):
    """Why something could not be done: a stable code, and a sentence in each language."""

    code: str
    vi: str
    en: str


class JobRecord(Answer):
    """The reading of a document on its way: `stage`, `page` of `pages` while it is running."""

    id: str
    document_id: str
    document_key: str
    filename: str | None
    state: Literal["queued", "running", "done", "failed"]
    stage: str | None
    page: int | None
    pages: int | None
    attempts: int
    error: Failure | None
    submitted_by: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunRecord(Answer):
    """One reading of a document: by which version, when, how long, and what became of its words.

    `fates` counts the cells and paragraphs of the source by what became of them; it is balanced
    when they add up to `units`. A reading that gave no plan has an `error`.
    """

    id: str
    document_id: str
    job_id: str | None
    version: str
    started_at: datetime
    seconds: float
    pages: int | None
    units: int | None
    balanced: bool | None
    fates: dict[str, int] | None
    warnings: int | None
    error: Failure | None
    current: bool


class DocumentRecord(Answer):
    """A stored file, with the plan it was found to hold and the state of its latest job."""

    id: str
    key: str
    sha256: str
    filename: str | None
    media_type: str | None
    bytes: int
    submitted_by: str | None
    created_at: datetime
    plan: PlanHead | None
    job: JobRecord | None


class Uploaded(Answer):
    """What became of one file of an upload.

    `new` tells that its bytes were not known. `job` is null where nothing is to be read: the
    bytes were read before by this version. A file that was not taken has an `error` only.
    """

    filename: str | None
    document: str | None
    job: str | None
    new: bool
    error: Failure | None


class Uploads(Answer):
    """What became of each file, in the order of the upload."""

    files: list[Uploaded]


class TaskItem(Answer):
    """A task in the store. `revision` is its ETag; `task` the record of `kehoach/plan@1`."""

    key: str
    document: DocumentHead
    unit_id: str | None
    status: Literal["open", "confirmed"]
    corrected: bool
    revision: int
    task: Task


SparseTask: Any = create_model(
    "SparseTask",
    __doc__="A task with only the fields that were asked for.",
    __config__=ConfigDict(extra="forbid"),
    **{item.name: (item.type, None) for item in fields(Task)},  # type: ignore[call-overload]
)


class SparseTaskItem(Answer):
    """A task in the store, with only the fields that were asked for."""

    key: str
    document: DocumentHead
    unit_id: str | None
    status: Literal["open", "confirmed"]
    corrected: bool
    revision: int
    task: SparseTask


class TargetItem(Answer):
    """A target in the store."""

    key: str
    document: DocumentHead
    unit_id: str | None
    target: Target


class CitationItem(Answer):
    """A paper named by a plan."""

    document: DocumentHead
    citation: Citation


class Facets(Answer):
    """How many tasks have each value: "" where none is told, `missing` for no printed deadline.

    A task of a plan for two years counts in both. `lead` counts by the id of the body, so a task
    with two leads counts twice, and one whose lead is a group or not known does not.
    """

    unit: dict[str, int]
    year: dict[str, int]
    field: dict[str, int]
    kind: dict[str, int]
    status: dict[str, int]
    origin: dict[str, int]
    lead: dict[str, int]


class CorrectionRecord(Answer):
    """What a person said of one field of a task; `before` and `after` as in the contract."""

    id: str
    document_id: str
    task_id: str
    task_key: str
    field: str
    before: Any
    after: Any
    reason: str | None
    author: str
    version: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    orphaned_at: datetime | None


class Successor(Answer):
    """A body that does the work of another in a frame."""

    id: str
    name: str | None


class AgencyRecord(Answer):
    """A body as of its days, and where its work went: by frame (2024, 2026), larger part first."""

    id: str
    unit_id: str
    slug: str
    name: str
    level: str
    kind: str
    valid_from: Day
    valid_to: Day


class UnitRecord(Answer):
    """A territory while its name and rank stood."""

    id: str
    level: str
    kind: str
    name: str
    parent: str | None
    valid_from: Day
    valid_to: Day


class AgencyAccount(AgencyRecord):
    """A body with its lineage. `stands` is null unless a day was asked for."""

    stands: bool | None
    successors: dict[str, list[Successor]]
    predecessors: list[Successor]


class UnitAccount(Answer):
    """A territory under all its names, with what is above and below it and what it became."""

    id: str
    names: list[UnitRecord]
    stands: bool | None
    parents: list[UnitRecord]
    children: list[UnitRecord]
    successors: dict[str, list[Successor]]
    predecessors: list[Successor]


class AgencyReading(Answer):
    """The bodies found in a text."""

    text: str
    agencies: list[AgencyMention]


class OutcomeRecord(Answer):
    """What became of the gold rows of one kind.

    `recall`, `precision`, `f1` and `row` (every field right) are shares. `fields` gives the share
    of found rows whose field is right; `wrong` the wrong fields of each row, `lost` the rows not
    found and `invented` those that are not in the gold, by name.
    """

    gold: int
    predicted: int
    matched: int
    recall: float
    precision: float
    f1: float
    row: float
    fields: dict[str, float]
    wrong: dict[str, list[str]]
    lost: list[str]
    invented: list[str]


class Evaluation(Answer):
    """The latest reading of a document against its gold, before any correction."""

    document_id: str
    run_id: str
    version: str
    document: dict[str, bool]
    tasks: OutcomeRecord
    targets: OutcomeRecord
    goals: OutcomeRecord
    duties: OutcomeRecord
