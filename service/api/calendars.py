"""Calendars to subscribe to: their secret addresses are made, listed and revoked here."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from models.tables.feed import CalendarFacts
from service.api.answers import Closed, Page, each, json_answer, list_answer
from service.api.audit import told
from service.api.dependencies import (
    CallerDep,
    CheckedRoute,
    LangDep,
    StoreDep,
    Told,
    document_of,
    routes,
)
from service.api.exports import file_answer
from service.exports import export
from service.feed import calendars
from service.store.changes import named_otherwise
from service.store.filters import AGENCY, DOCUMENT, Paging

router = routes("calendars", "write")

#: Where the calendars are, for programs that cannot sign in.
public = APIRouter(include_in_schema=False, route_class=CheckedRoute)
FOLDER = "/calendars/"

CalendarPath = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$", description="Id of the calendar")]


class NewCalendar(Closed):
    """Whose tasks: those of a plan, of a body in all plans, or of a body in a plan."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    document: Annotated[str, Field(pattern=DOCUMENT)] | None = None
    agency: Annotated[str, Field(pattern=AGENCY)] | None = None
    kind: Literal["todo", "event"] = "todo"


class MadeCalendar(CalendarFacts):
    """A calendar just made: the only time its address is shown, relative to the service."""

    address: Annotated[str, Field(examples=["/calendars/….ics"])]


@router.get("/calendars", summary="All calendars")
def list_calendars(
    request: Request, paging: Annotated[Paging, Query()]
) -> Told[Page[CalendarFacts]]:
    """All calendars, also revoked ones; an address is never shown again."""
    return list_answer(request, calendars.calendars, paging, each(CalendarFacts))


@router.post(
    "/calendars", summary="Make a calendar to subscribe to", status_code=201, responses={404: {}}
)
def add_calendar(
    given: NewCalendar, request: Request, store: StoreDep, caller: CallerDep
) -> Told[MadeCalendar]:
    """Whoever has the address sees the tasks; it is in this answer and nowhere else."""
    with store.writing() as session:
        document = document_of(session, given.document).id if given.document else None
        row, secret = calendars.add(
            session, given.name, document=document, agency=given.agency, kind=given.kind,
            by=caller.actor,
        )  # fmt: skip
        told(session, request, "calendar.add", row.id, detail={"name": row.name})
        facts = row.model_dump(include=set(CalendarFacts.model_fields))
        made = MadeCalendar(**facts, address=f"{FOLDER}{secret}.ics")
        answer = json_answer(made, status=201)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Location"] = f"{request.url.path}/{made.id}"
    return answer


@router.delete("/calendars/{calendar}", summary="Revoke a calendar", status_code=204)
def revoke_calendar(calendar: CalendarPath, request: Request, store: StoreDep) -> Response:
    """From now on its address leads nowhere. It stays in the list."""
    with store.writing() as session:
        calendars.revoke(session, calendar)
        told(session, request, "calendar.revoke", calendar)
    return Response(status_code=204)


@public.get(FOLDER + "{secret}.ics")
@public.head(FOLDER + "{secret}.ics")
def subscribed(
    secret: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")], store: StoreDep, lang: LangDep
) -> Response:
    """The calendar itself, as it is now."""
    with store.reading() as session:
        row = calendars.of_secret(session, secret)
        session.expunge(row)
        names = named_otherwise(session)
    plans = calendars.plans_of(store, row)
    pieces = export("ics", plans, lang, "tasks", kind=row.kind, names=names)
    answer = file_answer("ics", pieces, row.name)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer
