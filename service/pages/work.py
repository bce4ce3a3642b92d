"""The work of one body: its tasks in all plans, through its successors, by when they are due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field

from models.plan import TrackerReport
from service.api.dependencies import StoreDep
from service.api.exports import FormPath
from service.feed.calendars import FRAME
from service.pages.looks import language, page, page_router
from service.pages.tables import FILES, FromForm, Item, choices, items_of, names_of
from service.store.filters import AGENCY, AgencyQuery, TaskFilter, TaskQuery
from service.store.listings import agencies
from service.store.reports import reports_of
from service.store.tasks import facets, tasks
from service.wording import Lang, pick

router = page_router()

#: How far ahead what is near is looked for, and the most tasks that are shown.
NEAR, MOST = timedelta(days=30), 2000


class WorkAsked(FromForm):
    """A body by its id, or words of its name to choose it by."""

    agency: str | None = Field(default=None, pattern=AGENCY)
    text: str | None = Field(default=None, max_length=200)


class WorkOfBody(FromForm):
    """A body by its id."""

    agency: str = Field(pattern=AGENCY)


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks that are due in one span of time; `late` where that is over."""

    name: str
    items: Sequence[Item]
    late: bool = False


@router.get("/work")
def work(request: Request, store: StoreDep, asked: Annotated[WorkAsked, Query()]) -> Any:
    """The tasks of a body, what is late and what is near first; or the bodies to choose from."""
    lang = language(request)
    with store.reading() as session:
        name = names_of(session, [asked.agency]).get(asked.agency) if asked.agency else None
        offered: list[tuple[str, str, int | None]] = []
        found: Sequence[Any] = ()
        reports: dict[tuple[str, str], TrackerReport] = {}
        if asked.agency:
            query = TaskQuery(
                agency=asked.agency, successors=FRAME, sort="due", repeats=False,
                copies=False, limit=MOST,
            )  # fmt: skip
            found = tasks(session, query).items
            reports = reports_of(session, found)
        elif asked.text:
            some = agencies(session, AgencyQuery(text=asked.text, limit=50)).items
            offered = [(one.id, one.name, None) for one in some]
        else:
            leads = choices(session, facets(session, TaskFilter(copies=False)), lang).get(
                "lead", []
            )
            offered = [(one.value, one.name, one.count) for one in leads]
    return page(
        request,
        "work",
        "work",
        asked=asked,
        name=name,
        offered=offered,
        total=len(found),
        spans=list(_spans(items_of(found, reports), date.today(), lang)),
        query=urlencode(_how(asked.agency, lang)) if asked.agency else "",
        exports=FILES,
    )


@router.get("/work.{form}")
def download(
    request: Request, form: FormPath, asked: Annotated[WorkOfBody, Query()]
) -> RedirectResponse:
    """The same tasks as a file, in the language of the page."""
    how = _how(asked.agency, language(request)) | ({"calendar": "event"} if form == "ics" else {})
    return RedirectResponse(f"/api/v1/tasks.{form}?{urlencode(how)}", 307)


def _how(agency: str, lang: Lang) -> dict[str, str]:
    """How the API is asked for the work of a body."""
    return {
        "agency": agency, "successors": FRAME, "repeats": "false", "copies": "false", "lang": lang,
    }  # fmt: skip


def _spans(items: Iterable[Item], today: date, lang: Lang) -> Iterable[Span]:
    """What is late, what is due soon, then month by month, then what has no day."""
    some = list(items)
    late = [one for one in some if one.due and one.due < today]
    near = [one for one in some if one.due and today <= one.due <= today + NEAR]
    if near:
        yield Span(pick(lang, "Trong 30 ngày tới", "Within 30 days"), near)
    months: dict[tuple[int, int], list[Item]] = {}
    for one in some:
        if one.due and one.due > today + NEAR:
            months.setdefault((one.due.year, one.due.month), []).append(one)
    for (year, month), due in months.items():
        yield Span(pick(lang, f"Tháng {month:02}/{year}", f"{year}-{month:02}"), due)
    if late:
        told = pick(lang, "Hạn đã qua, gần nhất trước", "Past their day, the latest first")
        yield Span(told, late[::-1], late=True)
    if rest := [one for one in some if not one.due]:
        yield Span(pick(lang, "Không có ngày hạn", "Without a day"), rest)
