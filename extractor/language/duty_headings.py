"""What stands under a heading: purposes, goals, duties, who does what, money, how things are."""

import re
from functools import cache, lru_cache
from typing import Literal

from corpora.duties import duty_words
from extractor.text import small

Kind = Literal["purpose", "goal", "mixed", "duty", "assign", "fund", "state"]

_KINDS: tuple[Kind, ...] = ("purpose", "goal", "assign", "duty", "fund", "state")
_MEMBERS = re.compile(r"\s*[,;/&–:]\s*|\s+và\s+|\s+-\s+")


@cache
def _openings() -> tuple[tuple[str, Kind], ...]:
    """Opening words of headings, longest first."""
    found = [(word, kind) for kind in _KINDS for word in duty_words(f"heading.{kind}")]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4096)
def kind_of_heading(title: str) -> Kind | None:
    """What a heading says stands below it; None where it only names a matter.

    >>> kind_of_heading("MỤC ĐÍCH, YÊU CẦU"), kind_of_heading("MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP")
    ('purpose', 'mixed')
    >>> kind_of_heading("Tổ chức thực hiện"), kind_of_heading("Cải cách thể chế")
    ('assign', None)
    """
    text = small(title).strip(" *_.:")
    first = _kind(text)
    if first is None:
        return None
    kinds = {first, *(_kind(member) for member in _MEMBERS.split(text))}
    if first in ("goal", "mixed") and kinds & {"duty", "assign"}:
        return "mixed"
    if first == "purpose":
        if kinds & {"duty"}:
            return "mixed"
        return "goal" if "goal" in kinds else first
    return first


def _kind(text: str) -> Kind | None:
    for word, kind in _openings():
        if text.startswith(word) and not text[len(word) : len(word) + 1].isalnum():
            return kind
    return None


def is_generic(title: str) -> bool:
    """Whether a heading only says what kind of thing stands below, and of what it is not said.

    >>> is_generic("Nhiệm vụ và giải pháp"), is_generic("Nhiệm vụ về dữ liệu")
    (True, False)
    """
    return small(title).strip(" *_.:") in duty_words("generic")
