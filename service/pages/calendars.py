"""Calendars to subscribe to, for people: made beside the tasks they are of, listed, revoked."""

from typing import Annotated, Any, Literal

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field

from service.api.audit import told
from service.api.calendars import FOLDER
from service.api.dependencies import CallerDep, StoreDep, plan_of
from service.feed import calendars
from service.pages.looks import page, page_router
from service.pages.tables import FromForm, names_of
from service.store import Store
from service.store.errors import UnknownAgency
from service.store.filters import AGENCY, DOCUMENT, Asked, Paging

router = page_router("write", prefix="/calendars")

#: The most calendars that are listed, the newest first.
MOST = 200


class NewCalendar(FromForm):
    """Whose tasks, and what a task is in the calendar."""

    document: str | None = Field(default=None, pattern=DOCUMENT)
    agency: str | None = Field(default=None, pattern=AGENCY)
    kind: Literal["event", "todo"] = "event"


class Revoked(Asked):
    """A calendar that is to end."""

    calendar: str = Field(pattern=r"^[0-9a-f]{12}$")


@router.get("")
def listed(request: Request, store: StoreDep, asked: Annotated[Asked, Query()]) -> Any:
    """All calendars that were made."""
    return _page(request, store)


def _page(request: Request, store: Store, address: str | None = None) -> Response:
    with store.reading() as session:
        some = calendars.calendars(session, Paging(limit=MOST)).items
    answer = page(request, "calendars", "work", calendars=some, address=address)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("")
def add(
    request: Request, store: StoreDep, caller: CallerDep, given: Annotated[NewCalendar, Form()]
) -> Any:
    """Makes one; its address is shown this once."""
    with store.writing() as session:
        names = []
        if given.document:
            plan = plan_of(session, given.document)
            names.append(plan.number or plan.title or plan.document_key)
        if given.agency:
            names += names_of(session, [given.agency]).values()
        if not names:
            raise UnknownAgency
        row, secret = calendars.add(
            session, " · ".join(names)[:100], document=given.document, agency=given.agency,
            kind=given.kind, by=caller.actor,
        )  # fmt: skip
        told(session, request, "calendar.add", row.id, detail={"name": row.name})
    return _page(request, store, f"{str(request.base_url).rstrip('/')}{FOLDER}{secret}.ics")


@router.post("/revoke")
def revoke(request: Request, store: StoreDep, given: Annotated[Revoked, Form()]) -> Any:
    """Ends its address."""
    with store.writing() as session:
        calendars.revoke(session, given.calendar)
        told(session, request, "calendar.revoke", given.calendar)
    return RedirectResponse("/calendars", 303)
