"""What routes ask for in their signatures.

@router.get("/documents/{document}", dependencies=[needs("read")])
def document(document: str, store: StoreDep, lang: LangDep) -> DocumentView: ...
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from service.access import Caller, Scope
from service.access.errors import Forbidden
from service.api.languages import language_of
from service.jobs import Jobs
from service.settings import Settings
from service.store import Store
from service.wording import Lang


def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def _settings(request: Request) -> Settings:
    return _store(request).settings


def _jobs(request: Request) -> Jobs | None:
    jobs: Jobs | None = request.app.state.jobs
    return jobs


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


StoreDep = Annotated[Store, Depends(_store)]
SettingsDep = Annotated[Settings, Depends(_settings)]
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


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a list is wanted: at most `limit` records after the cursor `after`."""

    limit: int
    after: str | None


def _paging(
    settings: SettingsDep,
    limit: Annotated[int, Query(ge=1, le=5000, description="Most records of the answer")] = 100,
    after: Annotated[
        str | None, Query(max_length=1000, description="Cursor, from the link `next`")
    ] = None,
) -> Paging:
    return Paging(min(limit, settings.page_size), after)


PagingDep = Annotated[Paging, Depends(_paging)]
