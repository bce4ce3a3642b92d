"""What routes ask for in their signatures, and what an address names: its form, and its row.

What is at hand is given by async functions: FastAPI sends any other to a thread and waits for it.

router = routes("documents")

@router.get("/documents/{document}", summary="One document")
def get_document(document: DocumentPath, store: StoreDep) -> Told[DocumentRecord]: ...
"""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar, cast, get_args, get_origin

from fastapi import APIRouter, Depends, Path, Query, Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlmodel import Session, select
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection

from models.tables import DocumentRow, PlanRow, RunRow
from models.tables.documents import document_key
from service.access import Caller, Scope
from service.access.audit import By
from service.access.errors import Forbidden
from service.api.bounds import Turns, sender
from service.store import Store
from service.store.errors import NoPlan, UnknownDocument, UnknownRun
from service.store.filters import DOCUMENT, TASK, UNIT, Asked
from service.wording import Lang, accepted

T = TypeVar("T")


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


def language_of(connection: HTTPConnection) -> Lang:
    """The language of the answer to this request; that of the settings where it asks for none."""
    otherwise: Lang = connection.app.state.store.settings.lang
    return accepted(connection.headers.get("accept-language"), otherwise)


async def _language(request: Request) -> Lang:
    """The language that the address asks for, else that of the request."""
    asked = request.query_params.get("lang")
    return cast(Lang, asked) if asked in get_args(Lang) else language_of(request)


def by_of(connection: HTTPConnection, author: str) -> By:
    """Who does what this request asks for, for the trail."""
    request_id = getattr(connection.state, "request_id", None)
    return By(author, request_id, connection.client.host if connection.client else None)


async def _by(request: Request) -> By:
    request.state.told = True  # the store tells it: no second row is kept for the request
    caller: Caller = request.state.caller
    return by_of(request, caller.name or caller.actor)


StoreDep = Annotated[Store, Depends(_store)]
CallerDep = Annotated[Caller, Depends(_caller)]
ByDep = Annotated[By, Depends(_by)]
LangDep = Annotated[Lang, Depends(_language)]


# Routers


@dataclass(frozen=True, slots=True)
class Need:
    """Lets only callers with `scope` pass; a test reads it off every route."""

    scope: Scope

    async def __call__(self, request: Request) -> None:
        caller: Caller = request.state.caller
        if not caller.may(self.scope):
            raise Forbidden(needed=self.scope)


def needs(scope: Scope) -> Any:
    """A dependency for a route or a router: callers without `scope` get 403."""
    return Depends(Need(scope))


def sending(request: Request) -> str:
    """Who takes a turn by this request: the caller, or the address while access is open."""
    caller: Caller = request.state.caller
    return f"address:{sender(request)}" if caller.kind == "open" else caller.actor


def in_turn(what: Literal["exports", "uploads"]) -> Any:
    """A dependency for a route or a router: so many at a time, to the end of the answer."""

    async def taken(request: Request) -> AsyncIterator[None]:
        turns: Turns = getattr(request.app.state, what)
        with turns.taken(sending(request)):
            yield

    return Depends(taken)


async def _nothing_asked(asked: Annotated[Asked, Query()]) -> None:
    """Tells what stands behind the question mark nonetheless."""


class _Checked(Request):
    """A request whose body has no string that cannot be kept, nor the token that was looked at."""

    async def json(self) -> Any:
        return _storable(await super().json(), "body")

    async def _get_form(self, **limits: Any) -> FormData:
        form = await super()._get_form(**limits)
        _storable(form.multi_items(), "body")
        self._form = FormData([one for one in form.multi_items() if one[0] != "csrf_token"])
        return self._form


def _storable(value: Any, *place: str | int) -> Any:
    """The value; raises RequestValidationError where a string in it is half a letter or has a NUL,
    which no database and no file takes."""
    match value:
        case str() if "\x00" in value or (not value.isascii() and _is_half(value)):
            fault = {"type": "string_unicode", "loc": place, "msg": "no text that can be kept"}
            raise RequestValidationError([fault])
        case dict():
            for name, one in value.items():
                _storable(name, *place)
                _storable(one, *place, name)
        case list() | tuple():
            for number, one in enumerate(value):
                _storable(one, *place, number)
    return value


def _is_half(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class CheckedRoute(APIRoute):
    """A route that takes no string which cannot be kept; here they are looked at once, for all."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            _storable(dict(request.path_params), "path")
            _storable(dict(request.query_params), "query")
            return await handler(_Checked(request.scope, request.receive))

        return checked


class Told(Response, Generic[T]):
    """An answer whose bytes are made already, of the model that the OpenAPI has for it."""


class _Route(CheckedRoute):
    """A route that takes no parameter behind the question mark refuses any that is there."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        signature = inspect.signature(endpoint, eval_str=True)
        if get_origin(signature.return_annotation) is Told:
            (given["response_model"],) = get_args(signature.return_annotation)
        asked = signature.parameters.values()
        known = (getattr(parameter.annotation, "__metadata__", ()) for parameter in asked)
        if not any(isinstance(one, params.Query) for metadata in known for one in metadata):
            given["dependencies"] = [*(given.get("dependencies") or ()), Depends(_nothing_asked)]
        super().__init__(path, endpoint, **given)


#: Where the resources are; a router has the whole address, so that its routes know theirs.
API = "/api/v1"


def routes(tag: str, scope: Scope | None = "read", prefix: str = API) -> APIRouter:
    """A router for what callers with `scope` may do, None where each route tells that; the names
    of its functions are those of its operations."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        dependencies=[needs(scope)] if scope else [],
        route_class=_Route,
        generate_unique_id_function=lambda route: route.name,
    )


# What addresses name

HEX = r"^[0-9a-f]{32}$"


class _Undotted(Convertor[str]):
    """A step of an address without a full stop, so that `x.csv` is not the name of a plan."""

    regex = "[^/.]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Dotted(_Undotted):
    """A step of an address with a full stop in it, so that `facets` is not the key of a task."""

    regex = r"[^/.]+\.[^/]+"


register_url_convertor("undotted", _Undotted())
register_url_convertor("dotted", _Dotted())


def _named(pattern: str, description: str) -> Any:
    return Path(pattern=pattern, description=description)


DocumentPath = Annotated[
    str,
    _named(DOCUMENT, "`sha256:` and 64 hex digits, the digits alone, or the first 16 of them"),
]
TaskPath = Annotated[str, _named(TASK, "The key of the document, a full stop, the id of the task")]
RunPath = Annotated[str, _named(HEX, "Id of the reading")]
JobPath = Annotated[str, _named(HEX, "Id of the job")]
CorrectionPath = Annotated[str, _named(HEX, "Id of the correction")]
UnitPath = Annotated[str, _named(UNIT, "`vn`, `vn-86`, `vn-58-585`")]
SlugPath = Annotated[str, _named(r"^[a-z0-9-]{1,80}$", "Role of the body: `so-noi-vu`")]


def document_of(session: Session, name: str) -> DocumentRow:
    """The document of an id, of its digits alone, or of its key."""
    digits = name.removeprefix("sha256:")
    found = session.exec(
        select(DocumentRow).where(DocumentRow.key == document_key(digits))
    ).one_or_none()
    if found is None or not found.sha256.startswith(digits):
        raise UnknownDocument
    return found


def plan_of(session: Session, name: str) -> PlanRow:
    """The plan of a document, named as `document_of` takes it."""
    found = session.get(PlanRow, document_of(session, name).id)
    if found is None:
        raise NoPlan
    return found


def run_of(session: Session, run: str) -> RunRow:
    found = session.get(RunRow, run)
    if found is None:
        raise UnknownRun
    return found
