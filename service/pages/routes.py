"""The pages, each made from the listings that the API answers from."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field, model_validator

from models.contract import decode_document, decode_tail, decode_target, decode_task
from models.errors import KehoachError
from models.tables import PlanRow
from models.task import Task
from service.access import users
from service.api.answers import following_page
from service.api.dependencies import DocumentPath, StoreDep, needs, plan_of
from service.api.gate import cookie_name
from service.api.sessions import drop_cookie, set_cookie, signed_in
from service.pages.looks import LANGUAGE, PageRoute, language, page
from service.pages.wordings import stages
from service.store import listings
from service.store.filters import (
    Asked,
    JobQuery,
    Paging,
    PlanQuery,
    TargetQuery,
    TaskQuery,
    TaskSort,
)
from service.store.tasks import tasks
from service.wording import Lang, pick

#: For anybody, and for those who may read.
doors = APIRouter(include_in_schema=False, route_class=PageRoute)
readers = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs("read")])

#: Jobs that are shown as being read, and as failed.
READ, FAILED = 20, 10

#: What can be downloaded of tasks, and what people call it.
_EXPORTS = (("xlsx", "Excel"), ("csv", "CSV"), ("ics", "iCalendar"), ("json", "JSON"))
_ALL_EXPORTS = (*_EXPORTS, ("jsonl", "JSON Lines"), ("parquet", "Parquet"))


@dataclass(frozen=True, slots=True)
class Item:
    """A task in a table of a page; `plan` names the plan it is from."""

    key: str
    task: Task
    corrected: bool
    confirmed: bool
    plan: str = ""


def _item(row: Any, plan: str = "") -> Item:
    task = decode_task(row.record)
    return Item(row.key, task, row.corrected, row.status == "confirmed", plan)


class FromForm(Asked):
    """Asked by a form: a field that was left empty is sent as "" and asks nothing."""

    @model_validator(mode="before")
    @classmethod
    def _only_filled(cls, asked: Any) -> Any:
        if not isinstance(asked, dict):
            return asked
        return {name: value for name, value in asked.items() if value != ""}


class PlansAsked(FromForm, PlanQuery):
    """The list of plans."""

    limit: int = Field(default=50, ge=1, le=200)


class PlanAsked(FromForm, Paging):
    """The tasks of one plan."""

    limit: int = Field(default=200, ge=1, le=1000)


class TasksAsked(FromForm, TaskQuery):
    """A search."""

    limit: int = Field(default=200, ge=1, le=1000)
    sort: TaskSort = "due"


class LanguageAsked(Asked):
    """The switch of the language, and the page it was chosen on."""

    lang: Lang
    back: str = Field(default="/", max_length=2000)


@readers.get("/")
def home(request: Request, store: StoreDep, asked: Annotated[PlansAsked, Query()]) -> Any:
    """Upload, what is being read, and every plan there is."""
    with store.reading() as session:
        found = listings.plans(session, asked)
        briefs = listings.briefs(session, {row.document_id for row in found.items})
        plans = [_entry(row, briefs[row.document_id]) for row in found.items]
        jobs = [
            job
            for state in ("running", "queued")
            for job in listings.jobs(session, JobQuery(state=state, limit=READ)).items
        ]
        failures = listings.jobs(session, JobQuery(state="failed", limit=FAILED)).items
    return page(
        request,
        "home",
        "home",
        where=asked,
        plans=plans,
        jobs=jobs[:READ],
        failures=failures,
        stages=stages(language(request)),
        next=following_page(request, found.next) if found.next else None,
    )


def _entry(row: PlanRow, brief: listings.Brief) -> dict[str, Any]:
    kept = ("number", "title", "issuer", "unit_name", "issued_on", "distinct_tasks", "targets")
    return {
        "key": row.document_key,
        "filename": brief.filename,
        "balanced": row.balanced,
        **{name: getattr(row, name) for name in kept},
    }


@readers.get("/plans/{key}")
def plan(
    request: Request, store: StoreDep, key: DocumentPath, asked: Annotated[PlanAsked, Query()]
) -> Any:
    """One plan: its head, what a reader should know, its tasks, its targets, the exports."""
    with store.reading() as session:
        row = plan_of(session, key)
        some = tasks(session, asked.into(TaskQuery, document=row.document_id))
        items = [_item(task) for task in some.items]
        goals = listings.targets(
            session, TargetQuery(document=row.document_id, limit=asked.limit)
        ).items
        tail = decode_tail(row.tail)
        document = decode_document(row.head)
        kept = ("issued_on", "balanced", "units", "distinct_tasks", "targets")
        shown = {"key": row.document_key, **{name: getattr(row, name) for name in kept}}
    remarks = [remark for remark in tail.diagnostics if remark.severity != "info"]
    return page(
        request,
        "plan",
        document=document,
        plan=shown,
        items=items,
        goals=[decode_target(goal.record) for goal in goals],
        remarks=remarks[:20] if asked.after is None else [],
        exports=_ALL_EXPORTS,
        next=following_page(request, some.next) if some.next else None,
    )


@readers.get("/search")
def search(request: Request, store: StoreDep, asked: Annotated[TasksAsked, Query()]) -> Any:
    """Tasks of all plans by their words, year and due day."""
    with store.reading() as session:
        found = tasks(session, asked)
        briefs = listings.briefs(session, {row.document_id for row in found.items})
        items = [_item(row, _named(briefs[row.document_id])) for row in found.items]
    given = asked.model_dump(mode="json", exclude_unset=True, exclude={"after", "limit"})
    return page(
        request,
        "search",
        "search",
        asked=asked,
        items=items,
        sort=asked.sort,
        sorts=_sorts(language(request)),
        query=urlencode({**given, "sort": asked.sort}),
        exports=_EXPORTS,
        next=following_page(request, found.next) if found.next else None,
    )


def _named(brief: listings.Brief) -> str:
    return brief.number or brief.title or brief.filename or brief.key


def _sorts(lang: Lang) -> list[tuple[str, str]]:
    return [
        ("due", pick(lang, "hạn gần nhất trước", "due first")),
        ("-due", pick(lang, "hạn xa nhất trước", "due last")),
        ("document", pick(lang, "theo văn bản", "by document")),
        ("unit", pick(lang, "theo địa bàn", "by unit")),
        ("confidence", pick(lang, "chưa chắc trước", "least sure first")),
    ]


@readers.get("/language")
def choose_language(asked: Annotated[LanguageAsked, Query()]) -> RedirectResponse:
    """Keeps the language for a year and goes back to the page it was chosen on."""
    back = asked.back
    here = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if here else "/", 303)
    answer.set_cookie(LANGUAGE, asked.lang, max_age=365 * 86400, httponly=True, samesite="lax")
    return answer


@doors.get("/login")
def login_page(request: Request) -> Any:
    """Where people sign in."""
    return page(request, "login", wrong=None, user="")


@doors.post("/login")
async def login(
    request: Request,
    store: StoreDep,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
) -> Any:
    """Signs in and goes to the list; says what is wrong otherwise."""
    try:
        made, _ = await signed_in(request, store, name, password)
    except KehoachError as problem:
        wrong = pick(language(request), problem.vi, problem.en)
        return page(request, "login", status=problem.status, wrong=wrong, user=name)
    answer = RedirectResponse("/", 303)
    set_cookie(answer, store, made)
    return answer


@readers.post("/logout")
def logout(request: Request, store: StoreDep) -> RedirectResponse:
    """Ends the sign-in of this browser."""
    with store.writing() as session:
        users.sign_out(session, request.cookies.get(cookie_name(store.settings.https)))
    answer = RedirectResponse("/login", 303)
    drop_cookie(answer, store)
    return answer
