"""Templates with what every page needs: the language, who is looking, the words for records.

What goes wrong is told to a person as a page and not as JSON, also where no page is.
"""

import gc
from collections.abc import Callable, Coroutine, Mapping
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette import types

from models.errors import KehoachError
from service.access import Caller, Scope
from service.api.dependencies import CheckedRoute, needs
from service.api.problems import of_validation
from service.pages import wordings
from service.pages.tables import marked, named
from service.wording import Lang, number, pick, spot

STATIC = Path(__file__).parent / "static"

#: The cookie of the language switch.
LANGUAGE = "kehoach_lang"

_NOBODY = Caller("user", "read")


@cache
def environment() -> Environment:
    """The templates; everything put into them is escaped, and nothing may be missing."""
    loader = PackageLoader("service.pages")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def load() -> None:
    """Compiles every template, so that no first view of a page waits for that.

    All that is loaded by then is there to stay: the collector of reference cycles, which would look
    it through in the midst of a page now and then, is told so.
    """
    for name in environment().list_templates():
        environment().get_template(name)
    gc.freeze()


def language(request: Request) -> Lang:
    """That of the switch, else that of the settings: browsers in offices often ask for English."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in ("vi", "en"):
        return cast(Lang, chosen)
    lang: Lang = request.app.state.store.settings.lang
    return lang


def page(
    request: Request,
    template: str,
    here: str = "",
    status: int = 200,
    problem: KehoachError | None = None,
    **values: Any,
) -> HTMLResponse:
    """The page of a template as an answer; it may tell of a problem."""
    lang = language(request)
    caller: Caller = getattr(request.state, "caller", None) or _NOBODY
    back = "/"
    if request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    html = (
        environment()
        .get_template(f"{template}.html")
        .render(
            _=partial(pick, lang),
            lang=lang,
            here=here,
            switch="/language?" + urlencode({"lang": "en" if lang == "vi" else "vi", "back": back}),
            caller=caller,
            may=caller.may,  # `caller` is another thing within a macro
            token=lambda: _token(caller),
            static=_static,
            version=version("kehoach"),
            number=partial(number, lang=lang),
            day=wordings.day,
            moment=wordings.moment,
            stage=partial(wordings.stage, lang=lang),
            understood=partial(wordings.understood, lang=lang),
            spot=partial(spot, lang=lang),
            heading=partial(wordings.heading, lang=lang),
            person=partial(wordings.person, lang=lang),
            marked=marked,
            named=partial(named, lang=lang),
            problem=problem and pick(lang, problem.vi, problem.en),
            **values,
        )
    )
    headers = {"Content-Language": lang, "Vary": "Cookie"}
    return HTMLResponse(html, problem.status if problem else status, headers)


def _token(caller: Caller) -> Markup:
    if caller.csrf is None:
        return Markup()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(caller.csrf)


@cache
def _static(name: str) -> str:
    """The address of a file of ours, which changes with its content."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


class Files(StaticFiles):
    """Our files; at the address that goes with its content, one is never asked for again."""

    async def get_response(self, path: str, scope: types.Scope) -> Response:
        answer = await super().get_response(path, scope)
        if scope["query_string"].decode("latin-1") == _static(path).partition("?")[2]:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def mishap(request: Request, error: KehoachError) -> HTMLResponse:
    """What went wrong, as a page."""
    lang = language(request)
    faults = error.facts.get("errors", ())
    sentence = "; ".join(map(_told, faults)) or pick(lang, error.vi, error.en)
    found = page(request, "mishap", status=error.status, sentence=sentence)
    found.headers.update(error.headers)
    return found


def page_router(scope: Scope | None = "read", prefix: str = "") -> APIRouter:
    """A router of pages for those with the scope; None where each page tells that."""
    dependencies = [needs(scope)] if scope else []
    return APIRouter(
        prefix=prefix, include_in_schema=False, route_class=_PageRoute, dependencies=dependencies
    )


class _PageRoute(CheckedRoute):
    """A route whose problems are pages; what can be got can be asked for its head."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if given.get("methods") == ["GET"]:
            given["methods"] = ["GET", "HEAD"]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            lang = language(request)
            try:
                return await handler(request)
            except KehoachError as error:
                found = error
            except RequestValidationError as error:
                found = of_validation(error, request, lang)
            return mishap(request, found)

        return told


def _told(fault: Mapping[str, str]) -> str:
    """A wrong value in a sentence: which parameter, and what is wrong with it."""
    return f"“{fault.get('parameter', fault.get('pointer', ''))}”: {fault['detail']}"
