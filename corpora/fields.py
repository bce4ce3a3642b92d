"""Reform fields and indices: code, name and the wordings met, from `fields.tsv`."""

from dataclasses import dataclass
from functools import cache

from corpora.tables import rows, several


@dataclass(frozen=True, slots=True)
class Field:
    code: str
    name: str
    aliases: tuple[str, ...]


@cache
def fields() -> tuple[Field, ...]:
    return tuple(Field(r["code"], r["name"], several(r["aliases"])) for r in rows("fields"))
