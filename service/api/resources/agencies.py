"""Agencies and units as of their days, and what each became."""

from fastapi import APIRouter, Request, Response

from service.api.answers import AgencyAccount, AgencyRecord, Page, UnitAccount, UnitRecord
from service.api.dependencies import PagingDep, StoreDep, needs
from service.api.lineages import agency_account, agency_view, unit_account, unit_view
from service.api.outcomes import problems
from service.api.parameters import OnDay, SlugPath, UnitPath
from service.api.queries import AgencyQuery, UnitQuery
from service.api.splicing import encoded, json_answer, page_answer
from service.store.errors import UnknownAgency, UnknownUnit
from service.store.listings import agencies, units

router = APIRouter(tags=["reference"], dependencies=[needs("read")])


@router.get(
    "/agencies",
    operation_id="list_agencies",
    summary="Agencies",
    response_model=Page[AgencyRecord],
    responses=problems(),
)
def list_agencies(
    request: Request, store: StoreDep, where: AgencyQuery, page: PagingDep
) -> Response:
    """Every body of the centre and of the provinces of all times, and those that plans named."""
    with store.reading() as session:
        found = agencies(session, where, limit=page.limit, after=page.after)
        views = [agency_view(row) for row in found.items]
    return page_answer(request, views, found.next)


@router.get(
    "/agencies/{unit}/{slug}",
    operation_id="get_agency",
    summary="One agency",
    response_model=AgencyAccount,
    responses=problems(404),
)
def get_agency(unit: UnitPath, slug: SlugPath, store: StoreDep, on: OnDay = None) -> Response:
    """The body `<unit>/<slug>`, and whom its work went to in each frame.

    With a day, whether it stood on it.
    """
    with store.reading() as session:
        found = agency_account(session, f"{unit}/{slug}", on)
    if found is None:
        raise UnknownAgency
    return json_answer(encoded(found))


@router.get(
    "/units",
    operation_id="list_units",
    summary="Units",
    response_model=Page[UnitRecord],
    responses=problems(),
)
def list_units(request: Request, store: StoreDep, where: UnitQuery, page: PagingDep) -> Response:
    """Provinces, districts and communes of all times; a code that passed on comes once a name."""
    with store.reading() as session:
        found = units(session, where, limit=page.limit, after=page.after)
        views = [unit_view(row) for row in found.items]
    return page_answer(request, views, found.next)


@router.get(
    "/units/{unit}",
    operation_id="get_unit",
    summary="One unit",
    response_model=UnitAccount,
    responses=problems(404),
)
def get_unit(unit: UnitPath, store: StoreDep, on: OnDay = None) -> Response:
    """A unit under all its names, what holds it, what it holds, and what it became.

    Parents and children are those of the day, or of the last day the unit stood.
    """
    with store.reading() as session:
        found = unit_account(session, unit, on)
    if found is None:
        raise UnknownUnit
    return json_answer(encoded(found))
