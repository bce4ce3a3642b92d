"""Words of web sites that stand around a document, from `furniture.tsv`."""

from dataclasses import dataclass
from functools import cache

from corpora.tables import rows


@dataclass(frozen=True, slots=True)
class Furniture:
    """A wording of site furniture.

    `match` is exact, prefix or contains; `scope` is line (this line only), front (before the
    letterhead, with all that stands there) or back (this line and all after it).
    """

    text: str
    match: str
    scope: str


@cache
def furniture() -> tuple[Furniture, ...]:
    return tuple(Furniture(r["text"], r["match"], r["scope"]) for r in rows("furniture"))
