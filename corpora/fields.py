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


@cache
def outermost(code: str) -> str:
    """The field or index that a code is a part of; itself where it is of none.

    >>> outermost("PAPI.1.2"), outermost("PAR.1")
    ('PAPI', 'PAR.1')
    """
    known, parts = {one.code for one in fields()}, code.split(".")
    above = (".".join(parts[:size]) for size in range(1, len(parts)))
    return next((one for one in above if one in known), code)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the tasks of a field are about; `kind` is criterion (of PAR INDEX) or matter."""

    code: str
    kind: str
    text: str


@cache
def criteria() -> tuple[Criterion, ...]:
    return tuple(Criterion(r["code"], r["class"], r["text"]) for r in rows("field_criteria"))
