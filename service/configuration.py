"""What settings are in force, and where each comes from: `kehoach config`, and docs/settings.md."""

import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from service.settings import PREFIX, Settings, file_of

Origin = Literal["command line", "environment", "file", "default"]

_ORIGINS_VI: Mapping[Origin, str] = {
    "command line": "dòng lệnh",
    "environment": "biến môi trường",
    "file": "tệp",
    "default": "mặc định",
}

_IN_ADDRESS = re.compile(r"(://[^/?#@:]*:)[^/?#]*@")
_IN_QUERY = re.compile(r"([?&][^=&#]*(?:pass|secret|token|key)[^=&#]*=)[^&#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InForce:
    """One setting: its name, the variable of the environment, the value, where that comes from."""

    name: str
    variable: str
    value: Any
    origin: Origin
    file: Path | None

    def origin_vi(self) -> str:
        return _ORIGINS_VI[self.origin]


def masked(value: Any) -> Any:
    """A value to be shown: no password of an address stays in it.

    >>> masked("postgresql://an:secret@db/kehoach?sslmode=require&password=x")
    'postgresql://an:***@db/kehoach?sslmode=require&password=***'
    """
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return [masked(one) for one in value]
    if not isinstance(value, str) or "://" not in value:
        return value
    return _IN_QUERY.sub(r"\1***", _IN_ADDRESS.sub(r"\1***@", value))


def in_force(settings: Settings, given: Collection[str]) -> Iterator[InForce]:
    """Every setting in its order; `given` are the names that the command line set."""
    path = file_of({"data": settings.data} if "data" in given else {})
    written = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    derived = {
        "database": settings.database_url,
        "vault": settings.vault_url,
    }
    variables = {name.upper() for name, value in os.environ.items() if value is not None}
    for name in type(settings).model_fields:
        variable = PREFIX + name.upper()
        origin: Origin = "default"
        if name in given:
            origin = "command line"
        elif variable in variables:
            origin = "environment"
        elif name in written:
            origin = "file"
        value = masked(derived.get(name) or getattr(settings, name))
        yield InForce(name, variable, value, origin, path if origin == "file" else None)
