"""The search: tasks of all plans by words, by facets with their counts, and as files."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import RedirectResponse
from pydantic import Field

from service.api.answers import following_page
from service.api.dependencies import StoreDep
from service.api.exports import FormPath
from service.pages.looks import language, page, page_router
from service.pages.tables import FACETS, FILES, FromForm, choices, items_of, named, names_of
from service.store.filters import TaskQuery, TaskSort
from service.store.tasks import facets, tasks
from service.wording import pick, values_of

router = page_router()

#: What is asked beside the filters.
_HOW = {"after", "limit", "sort"}


class TasksAsked(FromForm, TaskQuery):
    """A search, by the names that the API has."""

    limit: int = Field(default=100, ge=1, le=1000)
    copies: bool = False
    sort: TaskSort = "due"


@router.get("/search")
def search(request: Request, store: StoreDep, asked: Annotated[TasksAsked, Query()]) -> Any:
    """Tasks of all plans; what is asked stands above them and can be taken away again."""
    lang = language(request)
    with store.reading() as session:
        found = tasks(session, asked)
        counted = facets(session, asked)
        offered = choices(session, counted, lang)
        bodies = names_of(session, [asked.agency] if asked.agency else [])
    given = asked.model_dump(mode="json", exclude_unset=True, exclude=_HOW)
    given = {name: value for name, value in given.items() if value is not None}
    order = {} if asked.sort == "due" else {"sort": asked.sort}
    chips = [
        (_called(name), bodies.get(str(value)) or named(name, str(value), lang), _link(rest, order))
        for name, value in given.items()
        if name not in ("text", "role") or (name == "text" and value)
        for rest in [_without(given, name)]
    ]
    shown = {
        facet: [
            (one, _link(given | _filter(one), order))
            for one in some
            if str(given.get(one.filter)) != one.value
        ]
        for facet, some in offered.items()
    }
    return page(
        request,
        "search",
        "search",
        asked=asked,
        given=given,
        total=sum(counted["status"].values()),
        items=items_of(found.items),
        facets={facet: some for facet, some in shown.items() if len(some) > 1},
        facet_names=FACETS,
        chips=[(pick(lang, *name), value, link) for name, value, link in chips],
        sorts=[(name, pick(lang, *words)) for name, words in values_of("task_order").items()],
        query=urlencode({"copies": "false", **given, "sort": asked.sort, "lang": lang}),
        exports=FILES,
        next=following_page(request, found.next) if found.next else None,
    )


@router.get("/search.{form}")
def download(request: Request, form: FormPath) -> RedirectResponse:
    """The same tasks as a file, in the language of the page."""
    asked = {"copies": "false"} | dict(request.query_params) | {"lang": language(request)}
    return RedirectResponse(f"/api/v1/tasks.{form}?{urlencode(asked)}", 307)


def _filter(one: Any) -> dict[str, str]:
    return {one.filter: one.value} | ({"role": "lead"} if one.filter == "agency" else {})


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    gone = {name, "role", "successors"} if name == "agency" else {name}
    return {key: value for key, value in given.items() if key not in gone}


def _link(given: Mapping[str, Any], order: Mapping[str, str]) -> str:
    return "/search?" + urlencode({**given, **order})


def _called(name: str) -> tuple[str, str]:
    """What a filter is called."""
    return values_of("filter").get(name) or FACETS.get(name) or (name, name)
