"""Who issued a paper, as printed beside its number: "của Chính phủ", "UBND tỉnh … tại …"."""

import re
from functools import cache, lru_cache, partial

from corpora.wordings import pattern, wordings
from extractor.labels import ROMAN
from extractor.language.agencies.names import Node, longest, names, phrases
from extractor.text import Tokens, tokens

_any = partial(pattern, "paper_words")

_REACH = 170  # the characters an issuer may take
_UNIT = re.compile(rf"\s+(?i:{_any('unit')})(?!\w)")
_WORD = re.compile(r"(?:^|\s+(?:[-–]\s+)?)(\w+)")
_AND = re.compile(r"(\s+và)\s+[A-ZĐ]")
_LINK = re.compile(r"(?:,|\s+và)\s+")
_PERIOD = rf"(?i:{_any('term')})\s+(?:\d+|{ROMAN})(?:\s*[-–]\s*\d+)?"
_TERM = re.compile(rf"(?:\s+Đảng)?\s*,?\s*(?:\(\s*{_PERIOD}\s*\)|{_PERIOD})")
_MEETING = re.compile(
    r"(?i:hội\s+nghị)\s+(?i:lần\s+thứ\s+\w+|trung\s+ương\s+\d+)[\s,]*(?:của\s+)?(?=\w)"
)
_OTHER = "|".join(
    word.replace(" ", r"\s+")
    for one in wordings("paper_words", "first")
    for word in (one.capitalize(), one.upper())
)
_STOP = re.compile(rf"\s*[;.,:()“”\"\[\]]|\s+(?:(?i:{_any('behind-issuer')})|{_OTHER})(?!\w)|\s*$")
# "của UBND tỉnh tại", "được UBND tỉnh phê duyệt tại", "các Nghị định của Chính phủ:"
_BEFORE = re.compile(
    rf"\b(?:{_any('whose')})\s+(?P<who>[^.;:()\n]{{3,90}}?)\s+"
    rf"(?:(?:{_any('does')})\s+)?"
    r"tại\s+(?:các\s+)?$"
    rf"|(?:{_OTHER})\s+của\s+(?P<whose>[^.;:()\n]{{3,90}}?)\s*:\s*$"
)


@cache
def _posts() -> Node:
    return phrases("post")


def issuer_at(text: str, at: int, joint: bool = False) -> int | None:
    """Where the issuer ends that begins at `at`; None where no body is named there.

    `joint` is for papers of several bodies: "của Bộ Tài chính và Bộ Nội vụ".

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
        end = _placed(window, 0, 14, any_word=True)
        if len(window[:end].split()) < 2:  # the rest of the name stands elsewhere
            return None
    while joint and (link := _LINK.match(window, end)):
        other = known_issuer(window[link.end() :])
        if other is None:
            break
        end = link.end() + other
    return at + end


def issuer_before(text: str, end: int) -> str | None:
    """The body in front of a paper whose name starts at `end`.

    >>> issuer_before("theo phân tích của Sở Nội vụ tại ", 33)
    'Sở Nội vụ'
    """
    found = _BEFORE.search(text, max(0, end - 120), end)
    if found is None:
        return None
    who = re.split(r".*\s(?:của|được|do)\s+", found["who"] or found["whose"])[-1]
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
    """The first key behind the posts ("Bộ trưởng, Chủ nhiệm") that stand before a body."""
    at, stop = 0, len(found.keys)
    while hit := longest(_posts(), found.keys, at, stop):
        at = hit[0]
        if longest(names(), found.keys, at, stop):
            return at
        if at == stop or found.keys[at] != ",":
            break
        at += 1
    return 0


def _placed(window: str, at: int, most: int, any_word: bool = False) -> int:
    """`at`, or the end of the words of a name and a place that follow there."""
    for _ in range(most):
        if at and _STOP.match(window, at):
            joint = _AND.match(window, at) if any_word else None
            if joint is None or _STOP.match(window, joint.end(1)):
                break
            at = joint.end(1)
        unit = _UNIT.match(window, at)
        if unit:
            at = unit.end()
            continue
        word = _WORD.match(window, at)
        if word is None or not (any_word or word[1][0].isupper()):
            break
        at = word.end()
    return at
