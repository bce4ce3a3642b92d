"""Parameters that a route does not have are told, not passed over: a typing error in a filter
would otherwise give the whole list, which looks like an answer."""

from collections.abc import Iterator

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from service.api.errors import UnknownParameters
from service.api.languages import language_of
from service.wording import pick


def _check(request: Request) -> None:
    known = frozenset(names(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        told = pick(language_of(request), "tên này không có", "there is no such parameter")
        raise UnknownParameters(
            errors=[{"parameter": name[:100], "in": "query", "detail": told} for name in unknown],
        )


def names(dependant: Dependant) -> Iterator[str]:
    """The names that a route and its dependencies take in the query."""
    for parameter in dependant.query_params:
        yield parameter.alias
    for one in dependant.dependencies:
        yield from names(one)


#: For a router: its routes refuse what they do not know.
strict = Depends(_check)
