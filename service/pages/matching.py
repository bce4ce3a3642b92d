"""The sheet of a tracker laid beside a plan: what it has, what it lacks, what differs."""

import json
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, Json

from models.contract import decode
from models.errors import KehoachError
from service.api.answers import attachment
from service.api.audit import told
from service.api.dependencies import DocumentPath, StoreDep, plan_of
from service.feed.matching import COMPARED, as_workbook, matched, sheet_of
from service.forms import FORMS
from service.pages.looks import language, page, page_router
from service.store import Store
from service.store.plans import plan_json
from service.store.reports import set_ids
from service.wording import pick
from service.workbooks import LARGEST

router = page_router("write", prefix="/plans/{key}/match")

Id = Annotated[str, Field(min_length=1, max_length=300)]


@router.get("")
def asked(request: Request, store: StoreDep, key: DocumentPath) -> Any:
    """Where the sheet is sent."""
    return _page(request, store, key)


@router.post("")
async def compared(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    workbook: Annotated[UploadFile, File()],
    form: Annotated[Literal["page", "xlsx"], Form()] = "page",
) -> Any:
    """What came of it, as a page or as a workbook; nothing is kept."""
    data = await workbook.read(LARGEST + 1)
    return await run_sync(_compared, request, store, key, data, form)


def _compared(request: Request, store: Store, key: str, data: bytes, form: str) -> Response:
    with store.reading() as session:
        plan = decode(plan_json(session, plan_of(session, key).document_id))
    try:
        found = matched(plan, sheet_of(data, store.settings.limits))
    except KehoachError as error:
        return _page(request, store, key, problem=error)
    if form == "xlsx":
        name = f"{pick(language(request), 'doi-chieu', 'match')}-{key}.xlsx"
        made = as_workbook(found, key, language(request))
        headers = {"Content-Disposition": attachment(name)}
        return Response(made, 200, headers, FORMS["xlsx"].media_type)
    return _page(request, store, key, found=found, ids=json.dumps(found.ids, ensure_ascii=False))


@router.post("/ids")
def keep(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    tracker: Annotated[str, Form(min_length=1, max_length=100)],
    ids: Annotated[Json[dict[Id, Annotated[str, Field(pattern=r"^[0-9a-z-]{1,64}$")]]], Form()],
) -> Any:
    """Keeps the ids of the sheet, each with the id of its task, for the feed to carry."""
    with store.writing() as session:
        document = plan_of(session, key).document_id
        set_ids(session, document, tracker.strip(), list(ids.items()))
        told(session, request, "plan.match", key, detail={"ids": len(ids)})
    return RedirectResponse(f"/plans/{key}", 303)


def _page(request: Request, store: Store, key: str, **shown: Any) -> Response:
    with store.reading() as session:
        plan = plan_of(session, key)
        values: dict[str, Any] = {"found": None, "ids": ""} | shown
        return page(
            request, "match", key=plan.document_key,
            name=plan.number or plan.title or plan.document_key, compared=COMPARED, **values,
        )  # fmt: skip
