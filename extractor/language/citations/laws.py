"""Laws, codes and ordinances named by their title: "Luật Viên chức năm 2010"."""

import re
from collections.abc import Iterator
from functools import cache, partial

from corpora.kinds import law_titles
from corpora.wordings import not_after, pattern
from extractor.language.agencies.names import Node, longest, plant, spellings
from extractor.text import small, tokens

_any = partial(pattern, "paper_words")

_WORD = re.compile(
    rf"(?<!\w){not_after('paper_words', 'law-not-after')}(?P<kind>{_any('law')})(?!\w)"
)
_NEXT_LAW = re.compile(r"\s*" + _WORD.pattern)
_AMENDING = re.compile(
    rf"\s+(?i:(?:{_any('law-amending')})(?:\s+(?:{_any('law-amended')}))?)"
    r"(?:\s+(?i:của))?(?:\s+(?:các|\d{1,2}))?(?=\s+(?:Bộ\s+luật|Luật|Pháp\s+lệnh)\s)"
)
_NUMBERED = re.compile(r"\s+số\s+\d{1,4}/\d{4}/(?:QH|UBTVQH)\d{1,2}")
_AND_LAW = re.compile(r"(?:\s*[,;](?:\s+và)?|\s+và)\s+(?=(?:Bộ\s+luật|Luật|Pháp\s+lệnh)\s)")
_STATE = re.compile(rf"\s+(?:{_any('state')})", re.IGNORECASE)
# "Luật sư", "Luật gia", "Luật pháp" are other words; "Luật này" is a short form.
_OTHER = re.compile(rf"\s+(?:{_any('law-not-before')})(?!\w)", re.IGNORECASE)
_END = re.compile(rf"\s*[.,;:()\[\]“”\"\n]|\s+(?:{_any('behind-title')})(?!\w)|\s*$")
_TITLE_WORD = re.compile(r"(?:\s+|,\s+|\s*-\s*)(\w+)")
_REACH = 200


@cache
def _titles() -> Node:
    root: Node = {}
    for title in law_titles():
        for keys in spellings(title):
            plant(root, keys, title)
    return root


def read_laws(text: str) -> Iterator[tuple[str, str | None, int, int]]:
    """The laws in `text`: kind, title as printed, and the characters [start, end) of both.

    >>> [law[1] for law in read_laws("theo Luật tố cáo; Luật phòng chống tham nhũng tới dân")]
    ['tố cáo', 'phòng chống tham nhũng']
    """
    at = 0
    while word := _WORD.search(text, at):
        at = word.end()
        end = _title_end(text, word)
        if end is None:
            continue
        title = " ".join(text[word.end() : end].split()) or None
        yield small(word["kind"]), title, word.start(), end
        at = end


def _title_end(text: str, word: re.Match[str]) -> int | None:
    start = word.end()
    if word["kind"].lower().startswith("hiến"):
        state = _STATE.match(text, start)
        return state.end() if state else start
    if amending := _AMENDING.match(text, start):
        return _amended_end(text, amending.end())
    if _OTHER.match(text, start) and not _known(text, start):
        return None
    known = _known(text, start)
    return known if known or word["kind"].isupper() else _guessed(text, start)


def _amended_end(text: str, at: int) -> int | None:
    """The end of the list of laws that a law amends.

    A number behind the last of them is that of the law itself, unless those before have theirs.
    """
    end: int | None = None
    numbered = False
    for _ in range(16):
        law = _NEXT_LAW.match(text, at)
        if law is None:
            break
        end = _known(text, law.end()) or _guessed(text, law.end()) or end
        number = _NUMBERED.match(text, end) if end else None
        following = _AND_LAW.match(text, number.end() if number else end) if end else None
        if number and (following or numbered):
            numbered, end = True, number.end()
        if following is None:
            break
        at = following.end()
    return end


def _known(text: str, start: int) -> int | None:
    """Where a title of the table ends that follows at `start`."""
    found = tokens(text[start : start + _REACH])
    hit = longest(_titles(), found.keys, 0, len(found.keys))
    if hit is None or found.starts[0] > 3:
        return None
    return start + found.ends[hit[0] - 1]


def _guessed(text: str, start: int) -> int | None:
    """The end of a title that is not in the table: it begins with a capital letter and goes on to
    the first word or mark that cannot be part of it."""
    at = start
    for count in range(18):
        if _END.match(text, at):
            break
        word = _TITLE_WORD.match(text, at)
        if word is None or (count == 0 and not word[1][0].isupper()):
            break
        if word[1].casefold() == "và" and count == 0:
            break
        at = word.end()
    return at if at > start else None
