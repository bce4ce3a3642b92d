"""The pages, each made from the listings that the API answers from."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse

from models.contract import decode_document, decode_tail, decode_target, decode_task
from models.errors import KehoachError
from models.tables import PlanRow, TaskRow
from models.task import Task
from service.access import signins
from service.api.access.sessions import drop_cookie, passwords, set_cookie, signed_in
from service.api.dependencies import StoreDep, needs
from service.api.gate import cookie_name
from service.errors import InvalidRequest
from service.pages.looks import LANGUAGE, language, page
from service.pages.mishaps import PageRoute
from service.pages.wordings import stages
from service.store import listings
from service.store.errors import NoPlan
from service.store.filters import JobFilter, PlanFilter, TargetFilter, TaskFilter
from service.store.tasks import tasks
from service.wording import Lang, pick

#: For anybody, and for those who may read.
doors = APIRouter(include_in_schema=False, route_class=PageRoute)
readers = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs("read")])

#: Plans, and tasks, of one page; jobs that are shown as being read, and as failed.
PLANS, TASKS, READ, FAILED = 50, 200, 20, 10

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


def _item(row: TaskRow, plan: str = "") -> Item:
    task = decode_task(row.record)
    return Item(row.key, task, row.corrected, row.status == "confirmed", plan)


def _next(request: Request, after: str | None) -> str | None:
    """The address of the page after this one, with all that was asked."""
    if after is None:
        return None
    asked = {name: value for name, value in request.query_params.items() if name != "after"}
    return f"{request.url.path}?{urlencode({**asked, 'after': after})}"


Text = Annotated[str, Query(max_length=300)]
#: A field of a form that was left empty is sent as "".
Year = Annotated[str, Query(pattern=r"^(\d{4})?$")]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
After = Annotated[str | None, Query(max_length=1000)]


@readers.get("/")
def home(
    request: Request, store: StoreDep, text: Text = "", year: Year = "", after: After = None
) -> Any:
    """Upload, what is being read, and every plan there is."""
    where = PlanFilter(text=text.strip() or None, year=int(year) if year else None)
    with store.reading() as session:
        found = listings.plans(session, where, limit=PLANS, after=after)
        briefs = listings.briefs(session, {row.document_id for row in found.items})
        plans = [_entry(row, briefs[row.document_id]) for row in found.items]
        jobs = [
            job
            for state in ("running", "queued")
            for job in listings.jobs(session, JobFilter(state=state), limit=READ).items
        ]
        failures = listings.jobs(session, JobFilter(state="failed"), limit=FAILED).items
    lang = language(request)
    return page(
        request,
        "home",
        "home",
        where=where,
        plans=plans,
        jobs=jobs[:READ],
        failures=failures,
        stages=stages(lang),
        next=_next(request, found.next),
    )


def _entry(row: PlanRow, brief: listings.Brief) -> dict[str, Any]:
    kept = ("number", "title", "issuer", "unit_name", "issued_on", "distinct_tasks", "targets")
    return {
        "key": brief.key,
        "filename": brief.filename,
        "balanced": row.balanced,
        **{name: getattr(row, name) for name in kept},
    }


@readers.get("/plans/{key}")
def plan(request: Request, store: StoreDep, key: str, after: After = None) -> Any:
    """One plan: its head, what a reader should know, its tasks, its targets, the exports."""
    with store.reading() as session:
        found = listings.plans(session, PlanFilter(document=key), limit=1).items
        if not found:
            raise NoPlan
        row = found[0]
        some = tasks(session, TaskFilter(document=row.document_id), limit=TASKS, after=after)
        items = [_item(task) for task in some.items]
        goals = listings.targets(session, TargetFilter(document=row.document_id), limit=TASKS)
        tail = decode_tail(row.tail)
        document = decode_document(row.head)
        brief = listings.briefs(session, [row.document_id])[row.document_id]
        kept = ("issued_on", "balanced", "units", "distinct_tasks", "targets")
        shown = {"key": brief.key, **{name: getattr(row, name) for name in kept}}
    remarks = [remark for remark in tail.diagnostics if remark.severity != "info"]
    return page(
        request,
        "plan",
        document=document,
        plan=shown,
        items=items,
        goals=[decode_target(goal.record) for goal in goals.items],
        remarks=remarks[:20] if after is None else [],
        exports=_ALL_EXPORTS,
        next=_next(request, some.next),
    )


@readers.get("/search")
def search(
    request: Request,
    store: StoreDep,
    text: Text = "",
    year: Year = "",
    due_from: Day = "",
    due_to: Day = "",
    sort: Annotated[str, Query(pattern="^(document|due|-due|unit|confidence)$")] = "due",
    after: After = None,
) -> Any:
    """Tasks of all plans by their words, year and due day."""
    asked = {"text": text.strip(), "year": year, "due_from": due_from, "due_to": due_to}
    given = {name: value for name, value in asked.items() if value}
    where = TaskFilter(
        text=given.get("text"),
        year=int(year) if year else None,
        due_from=_day(due_from),
        due_to=_day(due_to),
    )
    with store.reading() as session:
        found = tasks(session, where, sort=sort, limit=TASKS, after=after)
        briefs = listings.briefs(session, {row.document_id for row in found.items})
        items = [_item(row, _named(briefs[row.document_id])) for row in found.items]
    return page(
        request,
        "search",
        "search",
        asked=asked,
        items=items,
        sort=sort,
        sorts=_sorts(language(request)),
        query=urlencode({**given, "sort": sort}),
        exports=_EXPORTS,
        next=_next(request, found.next),
    )


def _day(text: str) -> date | None:
    """The day of a form's field; one that there is not, such as 2024-02-30, is told."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidRequest(f"Không có ngày {text}.", f"There is no day {text}.") from None


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
def choose_language(
    lang: Lang, back: Annotated[str, Query(max_length=2000)] = "/"
) -> RedirectResponse:
    """Keeps the language for a year and goes back to the page it was chosen on."""
    here = back.startswith("/") and not back.startswith(("//", "/\\"))
    answer = RedirectResponse(back if here else "/", 303)
    answer.set_cookie(LANGUAGE, lang, max_age=365 * 86400, httponly=True, samesite="lax")
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
        attempt = partial(signed_in, request, store, name, password)
        made, _ = await run_sync(attempt, limiter=passwords())
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
        signins.end(session, request.cookies.get(cookie_name(store.settings.https)))
    answer = RedirectResponse("/login", 303)
    drop_cookie(answer, store)
    return answer
