"""A plan, as read from one issued file: the record `kehoach/plan@1`."""

from dataclasses import dataclass, field
from typing import Literal

from models.agency import Assignment
from models.provenance import Provenance
from models.target import Target
from models.task import Task

CONTRACT = "kehoach/plan@1"

Severity = Literal["error", "warning", "info"]

#: A task that is dropped is none, as people say, and is in no plan that leaves the store.
ReviewStatus = Literal["open", "confirmed", "dropped"]

#: How far a task is as of a day; `done` is that of one without a due day, or without the day it
#: was done on.
TaskState = Literal["overdue", "due_soon", "not_due", "no_due", "done_in_time", "done_late", "done"]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read."""

    filename: str | None
    media_type: str
    sha256: str
    bytes: int
    pages: int | None
    reader: str
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Signer:
    name: str | None
    position: str | None


@dataclass(frozen=True, slots=True)
class UnitRef:
    """The territory of the issuer: `vn`, `vn-86`, `vn-58-585`."""

    id: str | None
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Period:
    """The span the plan is for; ISO dates, both ends inclusive."""

    start: str
    end: str
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What the letterhead, the title and the signature say.

    `form` is what the paper is, whatever its kind is called: plan, decision, notice, letter,
    report, agenda …
    """

    id: str
    source: Source
    kind: str | None
    number: str | None
    issued_on: str | None
    place: str | None
    title: str | None
    issuer: Assignment | None
    signer: Signer | None
    unit: UnitRef | None
    period: Period | None
    legal_basis: tuple[str, ...]
    recipients: tuple[str, ...]
    provenance: dict[str, Provenance] = field(default_factory=dict)
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the outline and the text under it, down to the next heading."""

    id: str
    parent: str | None
    level: int
    label: str | None
    title: str
    text: str
    appendix: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a paper is named: the words, and what is printed there of the paper.

    `pinpoint` is the article or point cited ("điểm b khoản 4 Điều 1"). `span` are characters of
    the paragraph or cell; `section` and `task` the ids of what it stands in. `basis` is the
    number of the paragraph of the legal basis, from 1.
    """

    text: str
    kind: str
    number: str | None
    date: str | None
    issuer: str | None
    role: str
    pinpoint: str | None
    basis: int | None
    span: tuple[int, int]
    section: str | None
    task: str | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper the plan names, once however often and in whatever form it is named.

    `id` is in the style of Akoma Ntoso: `/akn/vn/act/nghi-quyet/chinh-phu/2021-07-15/76-nq-cp`.
    `text` is the fullest mention. `number` is in its regular form, `date` ISO 8601, cut to the
    year or the month where no more is printed; `issuer` as printed, `issuer_id` the agency
    that the letters of the number tell. `title` is that of a law. `role` is the strongest of the
    mentions: self (the paper that is read), legal_basis, carried_out, amended, replaced,
    mentioned. `basis` is the number of the first paragraph of the legal basis that names it,
    from 1. `issues`: date.differs where two mentions print different days.
    """

    id: str
    text: str
    kind: str | None
    number: str | None
    date: str | None
    issuer: str | None
    role: str
    provenance: Provenance
    title: str | None = None
    issuer_id: str | None = None
    basis: int | None = None
    mentions: tuple[Mention, ...] = ()
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something a reader of the plan should know; `code` is stable, the message is for people."""

    severity: Severity
    code: str
    message: str
    provenance: Provenance = field(default_factory=Provenance)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every non-blank cell and paragraph of the source, counted by what became of it.

    The source has `units` of them; the counts of `fates` add up to that number, or the ledger
    does not balance and something was lost or counted twice.
    """

    units: int
    fates: dict[str, int]

    @property
    def balanced(self) -> bool:
        return sum(self.fates.values()) == self.units


@dataclass(frozen=True, slots=True)
class Review:
    """What people did with a task after it was read; the task itself is as they left it.

    `printed` has the words as they were read of each field that was corrected, `by` and `at` tell
    the last correction (ISO 8601), `revision` counts all changes from 1.
    """

    status: ReviewStatus
    revision: int
    printed: dict[str, str | None] = field(default_factory=dict)
    by: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class TrackerReport:
    """What a tracker says of a task, of which the document says nothing: None where it said
    nothing, days and moments in ISO 8601.

    `state` is how far the task is as of the day `on`, where one was asked for: it follows from the
    report and the deadline, and is kept nowhere.
    """

    done: bool | None = None
    done_on: str | None = None
    note: str | None = None
    link: str | None = None
    author: str | None = None
    at: str | None = None
    on: str | None = None
    state: TaskState | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One document as structured data; see `kehoach schema` for the JSON Schema.

    `reviews` tells, by the ids of tasks, what people did with them, `reports` what trackers say of
    them; of a file just read they are empty.
    """

    contract: str
    document: Document
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    citations: tuple[Citation, ...]
    diagnostics: tuple[Diagnostic, ...]
    ledger: Ledger
    reviews: dict[str, Review] = field(default_factory=dict)
    reports: dict[str, TrackerReport] = field(default_factory=dict)
