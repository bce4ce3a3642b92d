"""What goes wrong on a page, told to a person as a page and not as JSON."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from models.errors import KehoachError
from service.api import problems
from service.pages.looks import language, page
from service.wording import pick


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
                found = problems.of_validation(error, request, lang)
            sentence = pick(lang, found.vi, found.en)
            return page(request, "mishap", status=found.status, sentence=sentence)

        return told
