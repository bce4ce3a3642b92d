"""Exports: the same lists as files, of any size, written while they are read."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import IO, Annotated, Any, Literal

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool

from service.api.dependencies import LangDep, StoreDep, needs
from service.api.lookups import plan_of
from service.api.outcomes import problems
from service.api.parameters import DocumentPath
from service.api.queries import CitationQuery, TargetQuery, TaskQuery
from service.api.resources.tasks import Sort
from service.api.sources import attachment
from service.exports import MEDIA_TYPES, Form, What, stream, write, write_ics
from service.store import Store
from service.store.extracts import citation_plans, target_plans
from service.store.listings import partial_plans, plan_json
from service.wording import Lang, pick

router = APIRouter(tags=["exports"], dependencies=[needs("read")])

TaskForm = Literal["json", "jsonl", "csv", "xlsx", "ics", "parquet"]
ListForm = Literal["json", "jsonl", "csv", "xlsx", "parquet"]

_FORM = "`json`, `jsonl`, `csv`, `xlsx`, `parquet`"
TaskFormPath = Annotated[TaskForm, Path(description=f"{_FORM}, or `ics` for those with a due day")]
ListFormPath = Annotated[ListForm, Path(description=_FORM)]

Headings = Annotated[
    Literal["vi", "en"] | None,
    Query(description="Language of headings; else by Accept-Language"),
]
Calendar = Annotated[
    Literal["todo", "event"], Query(description="What a task is in a calendar (`ics`)")
]


def _files(forms: Iterable[Form], what: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an export."""
    text = {"type": "string"}
    binary = {"type": "string", "format": "binary"}
    schemas = {"json": {}, "jsonl": text, "csv": text, "ics": text}
    return {
        200: {
            "description": f"{what}, as a file",
            "content": {
                MEDIA_TYPES[form].partition(";")[0]: {"schema": schemas.get(form, binary)}
                for form in forms
            },
            "headers": {
                "Content-Disposition": {
                    "description": "The name of the file",
                    "schema": {"type": "string"},
                }
            },
        },
        **problems(),
    }


_TASK_FORMS: tuple[TaskForm, ...] = ("json", "jsonl", "csv", "xlsx", "ics", "parquet")
_LIST_FORMS: tuple[ListForm, ...] = ("json", "jsonl", "csv", "xlsx", "parquet")


@router.get(
    "/tasks.{form}",
    operation_id="export_tasks",
    summary="Tasks as a file",
    response_class=Response,
    responses=_files(_TASK_FORMS, "The tasks"),
)
def export_tasks(
    form: TaskFormPath,
    store: StoreDep,
    where: TaskQuery,
    spoken: LangDep,
    sort: Annotated[Sort, Query(description="Order; `-` turns it round")] = "document",
    calendar: Calendar = "todo",
    lang: Headings = None,
) -> Response:
    """Every task that the conditions leave, one a row; in JSON each with its document."""
    plans = partial_plans(store, where, sort)
    said: Lang = lang or spoken
    writer = _writer(form, plans, said, "tasks", calendar)
    name = pick(said, "nhiem-vu", "tasks")
    return _answer(form, writer, _named(name, where.unit, where.year, where.field))


@router.get(
    "/targets.{form}",
    operation_id="export_targets",
    summary="Targets as a file",
    response_class=Response,
    responses=_files(_LIST_FORMS, "The targets"),
)
def export_targets(
    form: ListFormPath,
    store: StoreDep,
    where: TargetQuery,
    spoken: LangDep,
    sort: Annotated[
        Literal["document", "year"], Query(description="By document, or by year of the target")
    ] = "document",
    lang: Headings = None,
) -> Response:
    """Every target that the conditions leave, one a row."""
    said: Lang = lang or spoken
    writer = _writer(form, target_plans(store, where, sort), said, "targets")
    name = pick(said, "chi-tieu", "targets")
    return _answer(form, writer, _named(name, where.unit, where.year))


@router.get(
    "/citations.{form}",
    operation_id="export_citations",
    summary="Papers as a file",
    response_class=Response,
    responses=_files(_LIST_FORMS, "The papers"),
)
def export_citations(
    form: ListFormPath,
    store: StoreDep,
    where: CitationQuery,
    spoken: LangDep,
    lang: Headings = None,
) -> Response:
    """Every paper that the conditions leave, one a row."""
    said: Lang = lang or spoken
    writer = _writer(form, citation_plans(store, where), said, "citations")
    name = pick(said, "van-ban-vien-dan", "citations")
    return _answer(form, writer, _named(name, where.unit, where.year))


@router.get(
    "/plans/{document}.{form}",
    operation_id="export_plan",
    summary="One plan as a file",
    response_class=Response,
    responses=_files(_TASK_FORMS, "The plan") | problems(404),
)
def export_plan(
    document: DocumentPath,
    form: TaskFormPath,
    store: StoreDep,
    spoken: LangDep,
    calendar: Calendar = "todo",
    lang: Headings = None,
) -> Response:
    """A plan: whole as JSON, all its sheets as a workbook, its tasks in the other forms."""
    with store.reading() as session:
        plan = plan_of(session, document)
        name = plan.number or plan.title or plan.document_id[7:23]
    writer = _writer(form, _one(store, plan.document_id), lang or spoken, None, calendar)
    return _answer(form, writer, _named(name))


def _one(store: Store, document_id: str) -> Iterator[bytes]:
    with store.reading() as session:
        yield plan_json(session, document_id)


def _writer(
    form: Form,
    plans: Iterator[bytes],
    lang: Lang,
    what: What | None,
    calendar: Literal["todo", "event"] = "todo",
) -> Callable[[IO[bytes]], None]:
    if form == "ics":
        return partial(_calendar, plans, lang, calendar)
    return partial(_file, form, plans, lang, what)


def _calendar(
    plans: Iterator[bytes], lang: Lang, kind: Literal["todo", "event"], out: IO[bytes]
) -> None:
    write_ics(plans, out, lang, kind=kind)


def _file(
    form: Form, plans: Iterator[bytes], lang: Lang, what: What | None, out: IO[bytes]
) -> None:
    write(form, plans, out, lang, what, many=what is not None)


def _named(*parts: object) -> str:
    """A name for a file out of what it holds."""
    return "-".join(str(part).replace("/", "-") for part in parts if part is not None)


def _answer(form: Form, writer: Callable[[IO[bytes]], None], name: str) -> Response:
    """The file; what goes wrong before its first bytes are there is told as a problem."""
    chunks = stream(writer)
    first = next(chunks, b"")
    headers = {
        "Content-Disposition": attachment(f"{name[:120]}.{form}"),
        "Vary": "Accept-Language",
    }
    return StreamingResponse(_body(first, chunks), 200, headers, MEDIA_TYPES[form])


async def _body(first: bytes, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for chunk in iterate_in_threadpool(chunks):
            yield chunk
    finally:
        with CancelScope(shield=True):
            await run_sync(chunks.close)  # type: ignore[attr-defined]
