"""Reform fields and indices: code, name, the wordings met (`fields.tsv`), what each is about."""

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


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the tasks of a field are about; `kind` is criterion (of PAR INDEX) or matter."""

    code: str
    kind: str
    text: str


@cache
def criteria() -> tuple[Criterion, ...]:
    return tuple(Criterion(r["code"], r["class"], r["text"]) for r in rows("field_criteria"))
