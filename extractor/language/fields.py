"""The field of administrative reform that a heading names (PAR INDEX, Bộ Nội vụ)."""

from collections.abc import Iterable
from functools import cache, lru_cache

from corpora.fields import fields
from extractor.structure.columns import key
from extractor.structure.labels import label_of
from models.task import FieldMatch


def field_of(headings: Iterable[str]) -> FieldMatch | None:
    """The field the innermost of `headings` that names one names, or None.

    >>> field_of(["II. CẢI CÁCH THỂ CHẾ"]).code
    'PAR.2'
    """
    for heading in reversed(list(headings)):
        if found := _named(heading):
            return found
    return None


@lru_cache(maxsize=4096)
def _named(heading: str) -> FieldMatch | None:
    label = label_of(heading)
    code = _codes().get(key(label.rest if label else heading))
    return FieldMatch(code, "heading", 1.0) if code else None


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for field in fields():
        if field.code.startswith("PAR.") and field.code.count(".") == 1:
            for wording in (field.name, *field.aliases):
                codes.setdefault(key(wording), field.code)
    return codes
