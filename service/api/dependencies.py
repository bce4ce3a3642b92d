"""What routes ask for in their signatures.

router = routes("documents")

@router.get("/documents/{document}", dependencies=[bare])
def get_document(document: DocumentPath, store: StoreDep) -> Response: ...
"""

from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from fastapi import APIRouter, Depends, Query, Request

from service.access import Caller, Scope
from service.access.errors import Forbidden
from service.api.problems import language_of, problems
from service.jobs import Jobs
from service.store import Store
from service.store.filters import Asked
from service.wording import Lang


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _jobs(request: Request) -> Jobs | None:
    jobs: Jobs | None = request.app.state.jobs
    return jobs


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


StoreDep = Annotated[Store, Depends(_store)]
#: The jobs of this process; None where others work on them.
JobsDep = Annotated[Jobs | None, Depends(_jobs)]
CallerDep = Annotated[Caller, Depends(_caller)]
LangDep = Annotated[Lang, Depends(language_of)]


@dataclass(frozen=True, slots=True)
class Need:
    """Lets only callers with `scope` pass; a test reads it off every route."""

    scope: Scope

    def __call__(self, request: Request) -> None:
        if not _caller(request).may(self.scope):
            raise Forbidden(needed=self.scope)


def needs(scope: Scope) -> Any:
    """A dependency for a route or a router: callers without `scope` get 403."""
    return Depends(Need(scope))


def routes(tag: str, scope: Scope = "read") -> APIRouter:
    """A router for what callers with `scope` may do; the names of its functions are those of its
    operations, and each may answer with the problems that every route has."""
    return APIRouter(
        tags=[tag],
        dependencies=[needs(scope)],
        responses=problems(),
        generate_unique_id_function=lambda route: route.name,
    )


def _nothing_asked(asked: Annotated[Asked, Query()]) -> None:
    """For routes without parameters in the address: what is there nonetheless is told."""


#: A dependency of routes that take no parameter behind the question mark.
bare = Depends(_nothing_asked)


class Author(TypedDict):
    """Who did something, for the trail that the store keeps of it in the same transaction."""

    author: str
    request_id: str | None
    address: str | None


def _author(request: Request, caller: CallerDep) -> Author:
    request.state.told = True  # the store tells it: no second row is kept for the request
    return {
        "author": caller.name or caller.actor,
        "request_id": getattr(request.state, "request_id", None),
        "address": request.client.host if request.client else None,
    }


AuthorDep = Annotated[Author, Depends(_author)]
