"""Agencies: who is meant by the words of a lead or a coordinating cell.

>>> from datetime import date
>>> [m.id for m in read_agencies("Sở Nội vụ; Bộ Y tế", "vn-86", date(2022, 12, 13))]
['vn-86/so-noi-vu', 'vn/bo-y-te']
"""

from datetime import date
from functools import lru_cache

from extractor.language.agency_lists import mentions
from extractor.language.issuers import unit_of
from extractor.language.lineage import as_of, expand, predecessors, successors
from extractor.language.place_names import context
from models.agency import AgencyMention

__all__ = ["as_of", "expand", "predecessors", "read_agencies", "successors", "unit_of"]


@lru_cache(maxsize=65536)
def read_agencies(
    text: str, unit: str | None = None, on: date | None = None
) -> tuple[AgencyMention, ...]:
    """The bodies named in `text`, in printed order; words not recognised stay as unknown.

    `unit` is the unit of the paper (`vn`, `vn-86`, `vn-58-585`) and `on` its day: they say whose
    "Sở Nội vụ" it is and which bodies stood. Spans are characters of `text`.
    """
    return mentions(text, context(unit, on))
