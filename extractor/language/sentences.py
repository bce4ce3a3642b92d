"""Sentences of administrative prose.

A line ends one. Within a line a full stop does, unless it belongs to an abbreviation, a number,
a date or the label of an item; so does a semicolon between duties, but not one between the names
of bodies or papers, nor one in brackets; and so does whatever stands before the label of the
next item ("…: a) …; b) …").
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from corpora.kinds import kinds
from corpora.wordings import wordings
from extractor.labels import BULLETS
from extractor.language.words import Span, dotted

_CLOSERS = {"(": ")", "[": "]", "“": "”", "«": "»"}
_BREAK = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_NUMBERED = frozenset(("điều", "chương", "mục", "phần", "khoản", "bước", "phụ lục", "câu"))
_ORDINAL = re.compile(r"\d{1,3}(?:\.\d{1,2})*|[IVXLC]+|[A-ZĐa-zđ]")
_LABEL_WORDS = 3  # "- Điều 3"
_ENDS = frozenset((".", "?", "!", "…"))
#: Papers that are named without a number.
_LAWS = frozenset(("luật", "bộ luật", "pháp lệnh", "hiến pháp"))
_LAW_WORDS = tuple(f"{law} " for law in sorted(_LAWS))


def sentences(text: str, words: Sequence[Span]) -> list[int]:
    """Which of the `words` of `text` begin a sentence, as indices; the first always does.

    >>> from extractor.language.words import words
    >>> text = "Theo khoản 1.2 Điều 3. UBND TP. Thủ Đức báo cáo; các xã rà soát (nếu có; nếu cần)."
    >>> found = words(text)
    >>> [text[found[at][0]:][:12] for at in sentences(text, found)]
    ['Theo khoản 1', 'UBND TP. Thủ', 'các xã rà so']
    """
    printed = [text[start:end] for start, end in words]
    inside = _inside(text, words, printed)
    starts = [0] if words else []
    for at in range(1, len(words)):
        between = text[words[at - 1][1] : words[at][0]]
        if _BREAK.search(between) or (
            not inside[at] and _begins(printed, at, starts[-1], bool(between))
        ):
            starts.append(at)
    return starts


def _inside(text: str, words: Sequence[Span], printed: Sequence[str]) -> list[bool]:
    """Whether each word stands in brackets or quotation marks that are closed on its line."""
    found = [False] * len(words)
    opened: list[tuple[str, int]] = []
    for at, word in enumerate(printed):
        if at and opened and _BREAK.search(text, words[at - 1][1], words[at][0]):
            opened.clear()
        if word in _CLOSERS:
            opened.append((_CLOSERS[word], at))
        elif opened and word == opened[-1][0]:
            first = opened.pop()[1] + 1
            if not opened:
                found[first : at + 1] = [True] * (at + 1 - first)
    return found


def _begins(printed: Sequence[str], at: int, start: int, spaced: bool) -> bool:
    """Whether a sentence begins with word `at` of a line; the last one began at `start`."""
    before, word = printed[at - 1], printed[at]
    if before == ";":
        return not _names(printed, at)
    if before == ":":
        return spaced and _labelled(printed, at) and word != "("
    if before.lower() in dotted():
        return before.lower().startswith("v.v") and word[0].isupper()
    if before not in _ENDS and not before.endswith("..."):
        return False
    if not spaced:  # "… thực hiện.Các sở …"
        return at > 1 and printed[at - 2][-1].islower() and word[0].isupper()
    if word[0].islower():
        return _labelled(printed, at)
    if before != ".":
        return True
    label = at - 1 - start <= _LABEL_WORDS and _is_label(printed[start : at - 1])
    return not (label or _is_date(printed, at))


def _is_label(words: Sequence[str]) -> bool:
    """Whether words before a full stop are the label of an item: "1", "II", "Điều 3", "- a"."""
    if words and words[0] in BULLETS:
        words = words[1:]
    if len(words) == 2 and words[0].lower() in _NUMBERED:
        words = words[1:]
    return len(words) == 1 and _ORDINAL.fullmatch(words[0]) is not None


def _is_date(printed: Sequence[str], at: int) -> bool:
    """Whether the full stop before word `at` stands in "15. 10. 2024"."""
    day, month = printed[at - 2], printed[at]
    return (
        day.isdecimal()
        and month.isdecimal()
        and int(day[:4]) <= 31
        and len(day) <= 2
        and len(month) in (1, 2, 4)
        and (len(month) == 4 or printed[at + 1 : at + 2] == ["."])
    )


def _labelled(printed: Sequence[str], at: int) -> bool:
    """Whether the label of an item begins with word `at`: "a)", "2.", "1.2.", "(3)", "-"."""
    word, after = printed[at], printed[at + 1 : at + 3]
    if not after:
        return False
    if word in BULLETS:
        return after[0][0].isalpha() or after[0] in _CLOSERS
    if word == "(":
        return len(after) == 2 and after[1] == ")" and _ORDINAL.fullmatch(after[0]) is not None
    return after[0] in (")", ".") and _ORDINAL.fullmatch(word) is not None and len(after) == 2


def _names(printed: Sequence[str], at: int) -> bool:
    """Whether what begins with word `at` is the name of a body or a paper, as in a list."""
    words = [word.lower() for word in printed[at : at + 3]]
    if words[0] in _quantifiers() and len(words) > 1:
        return _heads(words[1])
    if words[0] in _LAWS or words[0].startswith(_LAW_WORDS):
        return True
    if words[0] in kinds() or words[0].split(" ")[0] in ("nghị", "thông"):
        return "số" in words[1:] or words[-1] == "/"
    return _heads(words[0])


def _heads(word: str) -> bool:
    one, several = _bodies()
    return word in one or any(word.startswith(head) for head in several)


@cache
def _bodies() -> tuple[frozenset[str], tuple[str, ...]]:
    """First words of the names of bodies: whole ones, and those that longer words begin with."""
    named = {name.lower() for name in wordings("agency_words", "organ", "post")}
    # Nouns of a sentence of its own as often as of a list: "; các cơ quan rà soát …".
    named -= {"cơ quan", "đơn vị", "doanh nghiệp", "tỉnh", "huyện", "xã", "phường", "thành phố"}
    return frozenset(named), tuple(sorted(name for name in named if " " in name))


@cache
def _quantifiers() -> frozenset[str]:
    return frozenset(wordings("agency_words", "quantifier"))


def spans_of(words: Sequence[Span], starts: Sequence[int]) -> Iterator[Span]:
    """The places of the sentences that begin with the words at `starts`."""
    for first, after in zip(starts, [*starts[1:], len(words)], strict=True):
        yield words[first][0], words[after - 1][1]
