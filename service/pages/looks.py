"""Templates with what every page needs: the language, who is looking, the words for records.

What goes wrong on a page is told to a person as a page and not as JSON.
"""

from collections.abc import Callable, Coroutine, Mapping
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from models.errors import KehoachError
from service.access import Caller
from service.api.problems import of_validation
from service.pages import wordings
from service.wording import Lang, number, pick

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


def language(request: Request) -> Lang:
    """That of the switch, else that of the settings: browsers in offices often ask for English."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in ("vi", "en"):
        return cast(Lang, chosen)
    lang: Lang = request.app.state.store.settings.lang
    return lang


def page(
    request: Request, template: str, here: str = "", status: int = 200, **values: Any
) -> HTMLResponse:
    """The page of a template as an answer."""
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
            token=lambda: _token(caller),
            static=_static,
            number=number,
            day=wordings.day,
            moment=wordings.moment,
            stage=partial(wordings.stage, lang=lang),
            understood=partial(wordings.understood, lang=lang),
            spot=partial(wordings.spot, lang=lang),
            heading=partial(wordings.heading, lang=lang),
            **values,
        )
    )
    headers = {"Content-Language": lang, "Vary": "Cookie"}
    return HTMLResponse(html, status, headers)


def _token(caller: Caller) -> Markup:
    if caller.csrf is None:
        return Markup()
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(caller.csrf)


@cache
def _static(name: str) -> str:
    """The address of a file of ours, which changes with its content."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


class PageRoute(APIRoute):
    """A route whose problems are pages."""

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
            faults = found.facts.get("errors", ())
            sentence = "; ".join(map(_told, faults)) or pick(lang, found.vi, found.en)
            return page(request, "mishap", status=found.status, sentence=sentence)

        return told


def _told(fault: Mapping[str, str]) -> str:
    """A wrong value in a sentence: which parameter, and what is wrong with it."""
    return f"“{fault.get('parameter', fault.get('pointer', ''))}”: {fault['detail']}"
