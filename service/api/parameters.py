"""Parameters that several routes have: how ids look, and days as ISO 8601 has them."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BeforeValidator
from starlette.convertors import Convertor, register_url_convertor

DOCUMENT = r"^(sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{16})$"
TASK = r"^[0-9a-f]{16}\.[0-9a-z-]{1,64}$"
UNIT = r"^vn(-[0-9]{2}(-([0-9]{3}|[0-9]{5}))?)?$"
AGENCY = r"^vn(-[0-9]{2}(-([0-9]{3}|[0-9]{5}))?)?/[a-z0-9-]{1,80}$"
FIELD = r"^[A-Z0-9]{1,16}(\.[0-9]{1,3}){0,2}$"
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

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso(value: Any) -> Any:
    """Only the form YYYY-MM-DD is a day; a number of seconds is none."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a day is written like 2024-12-31")
    return value


IsoDay = Annotated[date, BeforeValidator(_iso)]

DocumentPath = Annotated[
    str,
    Path(
        pattern=DOCUMENT,
        description="`sha256:` and 64 hex digits, the digits alone, or the first 16 of them",
    ),
]
TaskPath = Annotated[
    str, Path(pattern=TASK, description="The key of the document, a full stop, the id of the task")
]
RunPath = Annotated[str, Path(pattern=HEX, description="Id of the reading")]
JobPath = Annotated[str, Path(pattern=HEX, description="Id of the job")]
CorrectionPath = Annotated[str, Path(pattern=HEX, description="Id of the correction")]
UnitPath = Annotated[str, Path(pattern=UNIT, description="`vn`, `vn-86`, `vn-58-585`")]
SlugPath = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,80}$", description="Role of the body: `so-noi-vu`")
]

OnDay = Annotated[IsoDay | None, Query(description="As of this day, YYYY-MM-DD")]
Words = Annotated[
    str | None,
    Query(
        alias="text",
        max_length=500,
        description="Each word must begin a word of the record, with or without diacritics; "
        "words in quotes must follow each other",
    ),
]
