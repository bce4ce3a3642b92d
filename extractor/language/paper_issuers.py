"""Who issued a paper, as printed beside its number: "của Chính phủ", "UBND tỉnh … tại …"."""

import re
from functools import cache, lru_cache

from corpora.paper_words import pattern
from extractor.language.folding import Tokens, tokens
from extractor.language.registry import Node, longest, names, phrases

_REACH = 170  # the characters an issuer may take
_UNIT = re.compile(
    r"\s+(?i:tỉnh|thành\s+phố|tp\.?|huyện|quận|thị\s+xã|thị\s+trấn|xã|phường|đặc\s+khu)(?!\w)"
)
_WORD = re.compile(r"(?:^|\s+(?:[-–]\s+)?)(\w+)")
_PERIOD = r"(?i:khóa|khoá|nhiệm\s+kỳ)\s+[XVI\d]+(?:\s*[-–]\s*\d+)?"
_TERM = re.compile(rf"(?:\s+Đảng)?\s*,?\s*(?:\(\s*{_PERIOD}\s*\)|{_PERIOD})")
_MEETING = re.compile(
    r"(?i:hội\s+nghị)\s+(?i:lần\s+thứ\s+\w+|trung\s+ương\s+\d+)[\s,]*(?:của\s+)?(?=\w)"
)
_STOP = re.compile(
    rf"\s*[;.,:()“”\"\[\]]|\s+(?i:{pattern('behind-issuer')}|{pattern('first')})(?!\w)|\s*$"
)
_BEFORE = re.compile(
    r"\b(?:của|được|do|đề nghị của)\s+(?P<who>[^.;:()\n]{3,90}?)\s+"
    r"(?:(?:ban hành|phê duyệt|giao|công bố|quy định|chỉ đạo|thông qua|nêu|yêu cầu)\s+)?"
    r"tại\s+(?:các\s+)?$"
)


@cache
def _posts() -> Node:
    return phrases("post")


def issuer_at(text: str, at: int) -> int | None:
    """Where the issuer ends that begins at `at`; None where no body is named there.

    >>> text = "Bộ Lao động, Thương binh và Xã hội hướng dẫn thực hiện"
    >>> text[:issuer_at(text, 0)]
    'Bộ Lao động, Thương binh và Xã hội'
    >>> text = "BAN THƯỜNG VỤ TỈNH ỦY VỀ NÂNG CAO VAI TRÒ"
    >>> text[:issuer_at(text, 0)]
    'BAN THƯỜNG VỤ TỈNH ỦY'
    """
    window = text[at : at + _REACH]
    if not window[:1].isupper():
        return None
    end = known_issuer(window)
    if end is None:
        end = _placed(window, 0, 14, any_word=True) or None
    return None if end is None else at + end


def issuer_before(text: str, end: int) -> str | None:
    """The body in front of a paper named up to `end`: "của Sở Nội vụ tại", "được UBND tỉnh phê
    duyệt tại".

    >>> issuer_before("theo phân tích của Sở Nội vụ tại ", 33)
    'Sở Nội vụ'
    """
    found = _BEFORE.search(text, max(0, end - 120), end)
    if found is None:
        return None
    who = re.split(r".*\s(?:của|được|do)\s+", found["who"])[-1]
    last = known_issuer(who)
    return who if last == len(who) else None


@lru_cache(maxsize=8192)
def known_issuer(window: str) -> int | None:
    """Where a body of `corpora/agencies.tsv` ends that begins `window`: post, name and place."""
    meeting = _MEETING.match(window)
    start = meeting.end() if meeting else 0
    found = tokens(window[start:])
    at = _post(found)
    hit = longest(names(), found.keys, at, len(found.keys))
    if hit is None or not window[start + found.starts[at]].isupper():
        return None
    end = _placed(window, start + found.ends[hit[0] - 1], 6)
    term = _TERM.match(window, end)
    return term.end() if term else end


def _post(found: Tokens) -> int:
    """The first key behind a post ("Chủ tịch", "Giám đốc") that stands before a body."""
    hit = longest(_posts(), found.keys, 0, len(found.keys))
    if hit and longest(names(), found.keys, hit[0], len(found.keys)):
        return hit[0]
    return 0


def _placed(window: str, at: int, most: int, any_word: bool = False) -> int:
    """`at`, or the end of the words of a name and a place that follow there."""
    for _ in range(most):
        if at and _STOP.match(window, at):
            break
        unit = _UNIT.match(window, at)
        if unit:
            at = unit.end()
            continue
        word = _WORD.match(window, at)
        if word is None or not (any_word or word[1][0].isupper()):
            break
        at = word.end()
    return at
