"""The answers: their shapes, as the OpenAPI tells them, and how each is made of rows.

The records of a plan (`Task`, `Target`, `Citation` …) are those of the contract; what stands
around them derives from the facts that the rows keep. No answer has a key that its model has not.
Stored JSON is set into an answer as it is, not parsed: that is what makes lists quick.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import partial
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, Json, create_model
from sqlmodel import Session, col, select

from extractor.readers.heads import Why
from models.errors import KehoachError
from models.plan import Citation
from models.tables import (
    PlanRow,
    PlanYearRow,
    RunRow,
)
from models.tables.documents import (
    CorrectionFacts,
    DocumentFacts,
    Failure,
    RunFacts,
    document_key,
)
from models.tables.jobs import JobFacts
from models.tables.plans import PlanFacts, TargetFacts, TaskFacts
from models.target import Target
from models.task import Task
from service.api.conditions import etag
from service.api.dependencies import Told
from service.forms import FORMS, Form
from service.jobs.intake import Submission, clean_name
from service.store import Store
from service.store.filters import Paging
from service.store.listings import Entry
from service.store.statements import Slice

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Q = TypeVar("Q", bound=Paging)

Day = Annotated[date | None, Field(description="ISO 8601 date")]


class Closed(BaseModel):
    """What a request or an answer holds: in an answer every key is always there, and no other."""

    model_config = ConfigDict(
        extra="forbid", from_attributes=True, json_schema_serialization_defaults_required=True
    )


class Page(Closed, Generic[T]):
    """Part of a list; `next` is the address of what follows, null at the end."""

    items: list[T]
    next: str | None


class DocumentHead(Closed):
    """Which document a record stands in."""

    id: str
    key: str
    number: str | None
    title: str | None
    issued_on: Day


class PlanHead(PlanFacts):
    """The plan of a document in figures. `distinct_tasks` leaves out tasks that repeat another."""

    years: list[int]


class JobRecord(JobFacts):
    """The reading of a document on its way: `stage`, `page` of `pages` while it is running."""

    error: Failure | None


class RunRecord(RunFacts):
    """One reading of a document: by which version, when, how long, and what became of its words.

    `fates` counts the cells and paragraphs of the source by what became of them; it is balanced
    when they add up to `units`. A reading that gave no plan has an `error`.
    """

    fates: Json[dict[str, int]] | None
    error: Failure | None
    current: bool


class DocumentRecord(DocumentFacts):
    """A stored file, with the plan it was found to hold and the state of its latest job."""

    plan: PlanHead | None
    job: JobRecord | None


class Part(Closed):
    """A file of an upload, and why it is in this document or by itself."""

    filename: str
    why: Why


class Uploaded(Closed):
    """What became of one document of an upload, of which several files are the `parts`.

    `new` tells that its bytes were not known. `job` is null where nothing is to be read: the
    bytes were read before by this version. A file that was not taken has an `error` only.
    """

    filename: str | None
    document: str | None = None
    job: str | None = None
    new: bool = False
    error: Failure | None = None
    parts: list[Part] = []

    @classmethod
    def of(
        cls, filename: str | None, taken: Submission, parts: Sequence[tuple[str, Why]] = ()
    ) -> "Uploaded":
        return cls(
            filename=clean_name(filename),
            document=taken.document_id,
            job=taken.job_id,
            new=taken.new,
            parts=_parts(parts),
        )

    @classmethod
    def refused(
        cls, filename: str | None, error: KehoachError, parts: Sequence[tuple[str, Why]] = ()
    ) -> "Uploaded":
        failure = Failure(code=error.code, vi=error.vi, en=error.en)
        return cls(filename=clean_name(filename), error=failure, parts=_parts(parts))


def _parts(parts: Sequence[tuple[str, Why]]) -> list[Part]:
    return [Part(filename=clean_name(name) or "?", why=why) for name, why in parts]


class Uploads(Closed):
    """What became of each document: of the files that were sent, then of those in archives."""

    files: list[Uploaded]


class TaskItem(TaskFacts):
    """A task in the store. `revision` is its ETag; `task` the record of `kehoach/plan@1`."""

    document: DocumentHead
    task: Task


SparseTask: Any = create_model(
    "SparseTask",
    __doc__="A task with only the fields that were asked for.",
    __config__=ConfigDict(extra="forbid"),
    **{item.name: (item.type, None) for item in fields(Task)},  # type: ignore[call-overload]
)


class SparseTaskItem(TaskFacts):
    """A task in the store, with only the fields that were asked for."""

    document: DocumentHead
    task: SparseTask


class TargetItem(TargetFacts):
    """A target in the store."""

    document: DocumentHead
    target: Target


class CitationItem(Closed):
    """A paper named by a plan."""

    document: DocumentHead
    citation: Citation


class CorrectionRecord(CorrectionFacts):
    """What a person said of one field of a task; `before` and `after` as in the contract."""

    before: Json[Any]
    after: Json[Any]


_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()-]")

#: Bytes as they stand in the JSON of an answer.
Raw = msgspec.Raw

_keys = msgspec.json.Decoder(dict[str, Raw])


def encoded(value: Any) -> bytes:
    """JSON of plain values, of answers in them, and of `Raw` as it is."""
    return msgspec.json.encode(value, enc_hook=_answered)


def _answered(value: Any) -> Raw:
    if isinstance(value, BaseModel):
        return Raw(value.model_dump_json().encode())
    raise TypeError(type(value))


def json_answer(value: Any, *, revision: int | None = None, status: int = 200) -> Told[Any]:
    """A whole answer; `revision` is that of the one thing in it, and its ETag."""
    body = value if isinstance(value, bytes) else encoded(value)
    tag = etag(body if revision is None else revision)
    return Told(body, status, {"ETag": tag} if status == 200 else {}, "application/json")


def list_answer(
    request: Request,
    listing: Callable[[Session, Q], Slice[T]],
    asked: Q,
    views: Callable[[Session, Sequence[T]], Iterable[Any]],
) -> Told[Any]:
    """A page of a list, no longer than the settings allow.

    What comes next is told in `next` and in Link (RFC 8288), relative.
    """
    store: Store = request.app.state.store
    limit = min(asked.limit, store.settings.page_size)
    with store.reading() as session:
        found = listing(session, asked.model_copy(update={"limit": limit}))
        items = list(views(session, found.items))
    following = following_page(request, found.next) if found.next else None
    return linked(json_answer({"items": items, "next": following}), following)


def linked(response: Told[Any], following: str | None) -> Told[Any]:
    """The answer with what comes next in its header, too."""
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def following_page(request: Request, cursor: str) -> str:
    """The address of the page after this one, with all that was asked."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return f"{request.url.path}?{urlencode([*given, ('after', cursor)])}"


def attachment(filename: str) -> str:
    """Content-Disposition with the name in full (RFC 6266, RFC 8187), and in ASCII for old clients.

    >>> attachment('kế "1".docx')
    'attachment; filename="k_ _1_.docx"; filename*=UTF-8\\'\\'k%E1%BA%BF%20%221%22.docx'
    """
    plain = _UNSAFE.sub("_", filename)
    if plain == filename:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def whole_file(data: bytes, form: Form, name: str) -> Response:
    """A file that is there as a whole, in the language that was asked for; `name` has no ending."""
    headers = {"Content-Disposition": attachment(f"{name}.{form}"), "Vary": "Accept-Language"}
    return Response(data, 200, headers, FORMS[form].media_type)


def plan_heads(session: Session, rows: Sequence[PlanRow]) -> list[PlanHead]:
    """Plans with the years they are for."""
    years: dict[str, list[int]] = {row.document_id: [] for row in rows}
    y = PlanYearRow.__table__.c
    known = select(y.document_id, y.year).where(y.document_id.in_(years)).order_by(y.year)
    for document, year in session.execute(known):
        years[document].append(year)
    return [PlanHead.model_validate(row, update={"years": years[row.document_id]}) for row in rows]


def document_records(session: Session, entries: Sequence[Entry]) -> list[DocumentRecord]:
    """Documents with their plans and their latest jobs."""
    plans = plan_heads(session, [entry.plan for entry in entries if entry.plan])
    heads = {plan.document_id: plan for plan in plans}
    return [
        DocumentRecord.model_validate(
            entry.document,
            update={
                "plan": heads.get(entry.document.id),
                "job": JobRecord.model_validate(entry.job) if entry.job else None,
            },
        )
        for entry in entries
    ]


def run_records(session: Session, rows: Sequence[RunRow]) -> list[RunRecord]:
    """Readings; `current` is the one that the plan of the document comes from."""
    runs = [row.id for row in rows]
    current = set(session.exec(select(PlanRow.run_id).where(col(PlanRow.run_id).in_(runs))))
    return [RunRecord.model_validate(row, update={"current": row.id in current}) for row in rows]


def each(model: type[M]) -> Callable[[Session, Sequence[Any]], list[M]]:
    """The rows of a list as answers that are made of nothing but the row."""
    return lambda _, rows: [model.model_validate(row) for row in rows]


def recorded(
    name: str, facts: type[BaseModel] = Closed, only: frozenset[str] | None = None
) -> Callable[[Session, Sequence[Any]], list[Mapping[str, Any]]]:
    """The rows of a list as records in their envelopes; with `only` these fields of each."""
    told = tuple(facts.model_fields)

    def views(_: Session, rows: Sequence[Any]) -> list[Mapping[str, Any]]:
        documents = {row.document_id: row for row in rows}  # each encoded once
        heads = {key: Raw(encoded(_head(row))) for key, row in documents.items()}
        return [
            {fact: getattr(row, fact) for fact in told}
            | {
                "document": heads[row.document_id],
                name: record_of(row) if only is None else sparse(row.record, only),
            }
            for row in rows
        ]

    return views


def _head(row: Any) -> DocumentHead:
    return DocumentHead(
        id=row.document_id,
        key=document_key(row.document_id),
        number=row.number,
        title=row.title,
        issued_on=row.issued_on,
    )


def record_of(row: Any) -> Raw:
    """The stored record of a row, as it is."""
    return Raw(row.record.encode())


def sparse(record: str, names: frozenset[str]) -> dict[str, Raw]:
    """A stored record with only the keys in `names`."""
    return {name: value for name, value in _keys.decode(record).items() if name in names}


task_items = partial(recorded, "task", TaskFacts)
target_items = recorded("target", TargetFacts)
citation_items = recorded("citation")
