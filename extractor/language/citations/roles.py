"""What a text does with a paper it names: rests on it, carries it out, amends or replaces it."""

import re
from collections.abc import Sequence
from functools import partial

from corpora.wordings import not_after, pattern

_any = partial(pattern, "paper_words")

_REACH = 150
_SENTENCE = re.compile(r"[.;:!?\n](?=\s|$)|[“”]")
_ORGAN = (
    rf"(?:(?:{_any('organ-post')})\s+)?(?:{_any('organ')}|Bộ\s+\w+\s+\w+)"
    rf"(?:\s+(?:{_any('organ-unit')}))?"
)
_CARRIED = re.compile(
    rf"(?<!\w)(?i:{_any('carry')})"
    rf"(?:\s*,?\s+(?:(?i:{_any('between')})|{_ORGAN})(?!\w)){{0,12}}\s*$"
)
_AMENDED = re.compile(
    rf"{not_after('paper_words', 'amend-not-after')}(?<!\w)(?i:{_any('amend')})(?!\w)"
    rf"(?:(?!\s+(?:{_any('amend-stop')})(?!\w))[^.;:()]){{0,70}}$"
)
_REPLACED = re.compile(
    rf"(?<!\w)(?i:{_any('replace')})(?:\s+cho)?"
    rf"(?:\s+(?:{_any('replace-what')})){{0,3}}\s*$"
)
_ENDED = re.compile(rf"[^.;]{{0,90}}?\b(?:{_any('ended')})")
_SEPARATED = re.compile(rf"(?:[,;]|(?<!\w)(?:{_any('list')}))(?:\s+(?:các|cả|những))?\s*$")
_JOINED = re.compile(r"\s*(?:[,;]|và|,\s*và|;\s*và|hoặc|và\s+các)?(?:\s+(?:các|số))?\s*")


def joined(text: str, end: int, start: int) -> bool:
    """Whether two papers, one up to `end` and one from `start`, are members of one list."""
    return start >= end and _JOINED.fullmatch(text, end, start) is not None


def continues(between: str) -> bool:
    """Whether what stands between two papers of a sentence leads on to a member of its list."""
    return _SEPARATED.search(between) is not None and _SENTENCE.search(between) is None


def roles_of(text: str, spans: Sequence[tuple[int, int]], *, basis: bool = False) -> list[str]:
    """The role of each paper; `spans` are where they stand, article and point included.

    `basis` says that the text is a paragraph of the legal basis, whose papers are just that but
    for those named in the subject of another. Members of one list have one role.

    >>> text = "thực hiện nghiêm A và B; theo C về sửa đổi một số điều của D"
    >>> roles_of(text, [(at, at + 1) for at in map(text.index, "ABCD")])
    ['carried_out', 'carried_out', 'mentioned', 'amended']
    """
    found: list[str] = []
    outer = "legal_basis" if basis else "mentioned"  # of the last paper not named inside another
    for index, (start, end) in enumerate(spans):
        floor = max(spans[index - 1][1] if index else 0, start - _REACH)
        before = text[floor:start]
        if index and joined(text, spans[index - 1][1], start):
            found.append(found[-1])
            continue
        separated = index > 0 and _SEPARATED.search(before) is not None
        broken = index == 0 or _SENTENCE.search(before) is not None
        role = None if separated else _marked(before)
        if role and (basis and not index) and role == "carried_out":
            role = None
        inside = role is not None and not broken
        if role is None:
            if basis:
                role = "legal_basis"
            else:
                role = (
                    outer
                    if separated and (not broken or before.rstrip().endswith(";"))
                    else "mentioned"
                )
        if _ENDED.match(text, end, end + 120) and not basis:
            role = "replaced"
        if not inside:
            outer = role
        found.append(role)
    return found


def _marked(before: str) -> str | None:
    """The role that the words right in front of a paper give it."""
    clause = before[max((m.end() for m in _SENTENCE.finditer(before)), default=0) :]
    if _REPLACED.search(clause):
        return "replaced"
    if _AMENDED.search(clause):
        return "amended"
    if _CARRIED.search(clause):
        return "carried_out"
    return None
