"""Which headings have goals below them, and for which year.

A heading is a list of what stands below it: "MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP" holds both goals
and duties, "Giải pháp thực hiện mục tiêu" only duties. The words are in `goal_words.tsv`.
"""

import re
from functools import cache, lru_cache
from typing import Literal

from corpora.measures import goal_words
from extractor.labels import label_of
from extractor.language.quantities import alternatives

Aim = Literal["goals", "mixed", "other"]

#: The longest heading inside a section, in characters.
LONGEST = 160

_YEARS = re.compile(r"(?:năm|giai đoạn|tháng \d{1,2}/|[-–])\s*(20\d\d)", re.IGNORECASE)
_MEMBERS = re.compile(r"\s*(?:[,;/&–:]|\svà\s)\s*")


@cache
def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{alternatives(goal_words(name))})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=4096)
def aim_of(title: str) -> Aim | None:
    """What stands below a heading: goals, goals and other things, other things; None: not said.

    >>> aim_of("II. MỤC TIÊU, CHỈ TIÊU THỰC HIỆN"), aim_of("MỤC TIÊU, NHIỆM VỤ VÀ GIẢI PHÁP")
    ('goals', 'mixed')
    >>> aim_of("b) Nhiệm vụ và giải pháp thực hiện mục tiêu"), aim_of("1. Cải cách thể chế")
    ('other', None)
    """
    label = label_of(title[:400])
    text = (label.rest if label else title[:400]).strip(" *_.")
    found: list[Aim | None] = []
    reported = False  # "kết quả thực hiện các mục tiêu, chỉ tiêu": both are what is reported on
    for member in _MEMBERS.split(text):
        goals = _opening("heading.goal").search(member)
        reported = reported or (goals is not None and goals.start() > 0)
        if goals and not reported:
            found.append("goals")
        elif _opening("heading.aim").match(member) or _opening("heading.duty").match(member):
            found.append("other")
        else:
            found.append(None)
    if found[0] is None:
        return None
    if "goals" not in found:
        return "other"
    return "mixed" if "other" in found else "goals"


def year_of_heading(title: str) -> int | None:
    """The last year a heading names: that of its goals.

    >>> year_of_heading("Mục tiêu đến năm 2030"), year_of_heading("MỤC TIÊU GIAI ĐOẠN 2026-2030")
    (2030, 2030)
    """
    years = _YEARS.findall(title[:400])
    return int(years[-1]) if years else None
