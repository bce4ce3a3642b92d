"""A corrected workbook that comes back: what differs is shown, then accepted as corrections."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse
from pydantic import Field, Json
from sqlmodel import Session, col, select

from extractor.limits import Limits
from models.contract import decode_document, decode_task
from models.errors import KehoachError
from models.tables import PlanRow, TaskRow
from service.api.dependencies import ByDep, DocumentPath, StoreDep, plan_of
from service.comparison.differences import Piece, marked
from service.errors import InvalidRequest
from service.exports import sheet
from service.pages.lines import texts_of
from service.pages.looks import page, page_router
from service.pages.wordings import EDITABLE
from service.store import Store
from service.store.corrections import LONGEST, correct
from service.store.filters import TASK, Asked
from service.workbooks import LARGEST, words_of, worksheets

router = page_router("write", prefix="/plans/{key}/return")

#: The columns of the worklist that a person may correct, and the fields they are of.
_FIELDS = {
    "ordinal_now": "ordinal",
    "task_now": "description",
    "lead_now": "lead",
    "coordinating_now": "coordinating",
    "product_now": "product",
    "deadline_now": "deadline",
    "note_now": "note",
}


class NoWorklist(InvalidRequest, code="workbook.none"):
    title = "Không phải bảng việc", "No worklist"
    sentence = (
        "tệp này không phải sổ Excel có trang “Bảng việc” tải về từ kế hoạch",
        "this file is no workbook with the sheet “Worklist” of a plan",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that differs: the task, its field, the words now and those of the workbook."""

    task: str
    revision: int
    field: str
    now: str
    new: str
    ordinal: str

    @property
    def pieces(self) -> Sequence[Piece]:
        """The words of both, those that only one has told apart."""
        return marked(self.now, self.new)

    @property
    def value(self) -> str:
        """What the page sends back where it is accepted."""
        told = {"task": self.task, "revision": self.revision, "field": self.field, "new": self.new}
        return json.dumps(told, ensure_ascii=False)


class Accepted(Asked):
    """A change that a person accepts."""

    task: str = Field(pattern=TASK)
    revision: int
    field: str = Field(pattern=f"^({'|'.join(EDITABLE)})$")
    new: str = Field(max_length=LONGEST)


class ReturnAsked(Asked):
    """How many changes were accepted just now."""

    taken: int | None = Field(default=None, ge=0)


@router.get("")
def asked(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[ReturnAsked, Query()]
) -> Any:
    """Where a corrected workbook is sent; after one was accepted, what came of it."""
    with store.reading() as session:
        return _page(request, plan_of(session, key), taken=asked.taken)


@router.post("")
async def compared(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    workbook: Annotated[UploadFile, File()],
) -> Any:
    """What differs in the workbook, to be looked at; nothing is changed yet."""
    data = await workbook.read(LARGEST + 1)
    return await run_sync(_compared, request, store, key, data)


def _compared(request: Request, store: Store, key: str, data: bytes) -> Any:
    with store.reading() as session:
        plan = plan_of(session, key)
        try:
            rows = dict(_rows(data, store.settings.limits))
        except KehoachError as error:
            return _page(request, plan, problem=error)
        changes, strangers = _changes(session, plan, rows)
        return _page(request, plan, changes=changes, strangers=strangers)


@router.post("/accept")
def accept(
    request: Request,
    store: StoreDep,
    key: DocumentPath,
    by: ByDep,
    change: Annotated[list[Json[Accepted]], Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Any:
    """Makes those that were ticked corrections, all or none."""
    wanted: dict[tuple[str, int], dict[str, str | None]] = {}
    for one in change:
        wanted.setdefault((one.task, one.revision), {})[one.field] = one.new or None
    try:
        with store.writing() as session:
            plan = plan_of(session, key)
            for (task, revision), values in wanted.items():
                if task.startswith(f"{plan.document_key}."):
                    why = reason.strip() or None
                    correct(session, task, values, reason=why, if_match=revision, by=by)
    except KehoachError as error:
        with store.reading() as session:
            return _page(request, plan_of(session, key), problem=error)
    return RedirectResponse(f"/plans/{key}/return?taken={len(change)}", 303)


def _page(request: Request, plan: PlanRow, **shown: Any) -> Any:
    values: dict[str, Any] = {"changes": None, "strangers": 0, "taken": None} | shown
    document = decode_document(plan.head)
    return page(
        request, "return", key=plan.document_key, document=document,
        fields=EDITABLE, **values,
    )  # fmt: skip


def _rows(data: bytes, limits: Limits) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of the worklist by their keys, each with its words by field."""
    for title, rows in worksheets(data, limits):
        if title not in (sheet("worklist").vi, sheet("worklist").en):
            continue
        fields = [_field(cell) for cell in next(rows, ())]
        if "key" not in fields:
            break
        for row in rows:
            cells = {
                field: words_of(value) for field, value in zip(fields, row, strict=False) if field
            }
            if key := cells.pop("key", ""):
                yield key, cells
        return
    raise NoWorklist


def _field(heading: object) -> str | None:
    """The field that a column is of, by its heading; "key" for that of keys."""
    for column in sheet("worklist").columns:
        if heading in (column.vi, column.en):
            return "key" if column.key == "task_key" else _FIELDS.get(column.key)
    return None


def _changes(
    session: Session, plan: PlanRow, rows: Mapping[str, Mapping[str, str]]
) -> tuple[list[Change], int]:
    """The cells that differ from what is kept, and how many rows are of no task of this plan."""
    mine = select(TaskRow).where(col(TaskRow.document_id) == plan.document_id)
    found, known = [], 0
    for row in session.exec(mine.order_by(col(TaskRow.position), col(TaskRow.serial))):
        cells = rows.get(row.key)
        if cells is None:
            continue
        known += 1
        now = texts_of(decode_task(row.record))
        found += [
            Change(row.key, row.revision, field, now[field], new, now["ordinal"])
            for field, new in cells.items()
            if _plain(new) != _plain(now[field])
        ]
    return found, len(rows) - known


def _plain(words: str) -> str:
    """Words as they are compared: a program of sheets may fold their lines."""
    return " ".join(words.split())
