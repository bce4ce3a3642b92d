"""How the things that an address names look."""

from typing import Annotated

from fastapi import Path
from starlette.convertors import Convertor, register_url_convertor

from service.store.filters import DOCUMENT, TASK, UNIT

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
