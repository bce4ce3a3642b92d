"""Exports: the same lists as files, of any size, written while they are read."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Literal, get_args

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.concurrency import iterate_in_threadpool

from service.api.answers import attachment
from service.api.dependencies import DocumentPath, LangDep, StoreDep, in_turn, plan_of, routes
from service.exports import export, gathered
from service.forms import FORMS, FileForm, Form, ListForm
from service.store import Store
from service.store.changes import named_otherwise
from service.store.filters import (
    Asked,
    CitationFilter,
    OnDay,
    PlanFilter,
    TargetFilter,
    TaskFilter,
    TaskSort,
)
from service.store.plans import (
    citation_plans,
    partial_plans,
    plan_json,
    target_plans,
    whole_plans,
)
from service.wording import Lang, pick

router = routes("exports")
router.dependencies.append(in_turn("exports"))

_LISTS = ", ".join(f"`{form}`" for form in get_args(ListForm))
FormPath = Annotated[
    FileForm,
    Path(description=f"{_LISTS}, `docx` by lead agency, `html` to mail, or `ics` of days due"),
]
ListFormPath = Annotated[ListForm, Path(description=_LISTS)]
PlansForm = Literal["json", "jsonl", "csv", "xlsx"]


class Headed(Asked):
    """How a file is written."""

    lang: Literal["vi", "en"] | None = Field(
        default=None, description="Language of headings; else by Accept-Language"
    )


class Scheduled(Headed):
    """How a file of tasks is written."""

    calendar: Literal["todo", "event"] = Field(
        default="todo", description="What a task is in a calendar (`ics`)"
    )
    on: OnDay = Field(default=None, description="Tells how far each task is as of this day")


class TaskExport(TaskFilter, Scheduled):
    """Which tasks are written, and how."""

    sort: TaskSort = "document"


class PlansExport(PlanFilter, Headed):
    """Which plans are listed, and how."""


class TargetExport(TargetFilter, Headed):
    """Which targets are written, and how."""


class CitationExport(CitationFilter, Headed):
    """Which papers are written, and how."""


def _files(forms: Iterable[Form], what: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an export."""

    def schema(form: Form) -> dict[str, str]:
        if form == "json":
            return {}
        return {"type": "string"} | ({} if FORMS[form].is_text else {"format": "binary"})

    return {
        200: {
            "description": f"{what}, as a file",
            "content": {
                FORMS[form].media_type.partition(";")[0]: {"schema": schema(form)} for form in forms
            },
            "headers": {"Content-Disposition": {"schema": {"type": "string"}}},
        }
    }


@router.get(
    "/tasks.{form}",
    summary="Tasks as a file",
    response_class=Response,
    responses=_files(get_args(FileForm), "The tasks"),
)
def export_tasks(
    request: Request,
    form: FormPath,
    store: StoreDep,
    lang: LangDep,
    asked: Annotated[TaskExport, Query()],
) -> Response:
    """Every task that the conditions leave, one a row; in JSON each with its document.

    A web page (`html`) has them by document, beside the sources of the first ones.
    """
    order: TaskSort = "document" if form == "html" else asked.sort
    plans = partial_plans(store, asked, order, asked.on)
    views = request.app.state.originals
    pieces = export(
        form, plans, lang, "tasks", kind=asked.calendar, names=_names(store, form), views=views
    )
    return file_answer(form, pieces, _called(("nhiem-vu", "tasks"), lang, asked, asked.field))


@router.get(
    "/targets.{form}",
    summary="Targets as a file",
    response_class=Response,
    responses=_files(get_args(ListForm), "The targets"),
)
def export_targets(
    form: ListFormPath, store: StoreDep, lang: LangDep, asked: Annotated[TargetExport, Query()]
) -> Response:
    """Every target that the conditions leave, one a row."""
    pieces = export(form, target_plans(store, asked), lang, "targets")
    return file_answer(form, pieces, _called(("chi-tieu", "targets"), lang, asked))


@router.get(
    "/citations.{form}",
    summary="Papers as a file",
    response_class=Response,
    responses=_files(get_args(ListForm), "The papers"),
)
def export_citations(
    form: ListFormPath, store: StoreDep, lang: LangDep, asked: Annotated[CitationExport, Query()]
) -> Response:
    """Every paper that the conditions leave, one a row."""
    pieces = export(form, citation_plans(store, asked), lang, "citations")
    return file_answer(form, pieces, _called(("van-ban-vien-dan", "citations"), lang, asked))


@router.get(
    "/plans.{form}",
    summary="The list of plans as a file",
    response_class=Response,
    responses=_files(get_args(PlansForm), "The plans"),
)
def export_plans(
    form: PlansForm, store: StoreDep, lang: LangDep, asked: Annotated[PlansExport, Query()]
) -> Response:
    """Every plan that the conditions leave, one a row, the newest first; in JSON its `document`."""
    pieces = export(form, whole_plans(store, asked), lang, "documents")
    return file_answer(form, pieces, _called(("ke-hoach", "plans"), lang, asked))


@router.get(
    "/plans/{document}.{form}",
    summary="One plan as a file",
    response_class=Response,
    responses=_files(get_args(FileForm), "The plan"),
)
def export_plan(
    request: Request,
    document: DocumentPath,
    form: FormPath,
    store: StoreDep,
    lang: LangDep,
    asked: Annotated[Scheduled, Query()],
) -> Response:
    """A plan: whole as JSON, all its sheets as a workbook, its tasks in the other forms.

    A web page (`html`) has the source beside them.
    """
    with store.reading() as session:
        plan = plan_of(session, document)
        name = plan.number or plan.title or plan.document_id[7:23]
    pieces = export(
        form,
        _one(store, plan.document_id, asked.on),
        lang,
        many=False,
        kind=asked.calendar,
        names=_names(store, form),
        views=request.app.state.originals,
    )
    return file_answer(form, pieces, _named(name))


def _names(store: Store, form: Form) -> dict[str, str]:
    """What plans of several files are called in a calendar."""
    if form != "ics":
        return {}
    with store.reading() as session:
        return named_otherwise(session)


def _one(store: Store, document_id: str, on: date | None) -> Iterator[bytes]:
    with store.reading() as session:
        yield plan_json(session, document_id, on)


def _called(what: tuple[str, str], lang: Lang, asked: Any, *more: object) -> str:
    """A name for a file of such records of these plans."""
    return _named(pick(lang, *what), asked.unit, asked.year, *more)


def _named(*parts: object) -> str:
    """A name for a file out of what it holds."""
    return "-".join(str(part).replace("/", "-") for part in parts if part is not None)


def file_answer(form: Form, pieces: Iterator[bytes], name: str) -> Response:
    """The file; what goes wrong before its first bytes are there is told as a problem."""
    chunks = gathered(pieces)
    first = next(chunks, b"")
    headers = {
        "Content-Disposition": attachment(f"{name[:120]}.{form}"),
        "Vary": "Accept-Language",
    }
    return StreamingResponse(_body(first, chunks), 200, headers, FORMS[form].media_type)


async def _body(first: bytes, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield first
        async for chunk in iterate_in_threadpool(chunks):
            yield chunk
    finally:
        with CancelScope(shield=True):
            await run_sync(chunks.close)  # type: ignore[attr-defined]
