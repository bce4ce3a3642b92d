"""Hard-wrapped lines: does the next line go on with this one, or begin something new?

A dump wraps greedily: it breaks a line where the next word no longer fits. A line that had room
for the next word therefore ends a paragraph. The first line of a paragraph is shorter than the
others by the markup that stood before it in the page; how much shorter is learnt from those
first lines that are surely continued (the next line begins with a small letter).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpora.tables import threshold
from corpora.wordings import pattern
from extractor.labels import ATTACHED, INLINE_BULLETS, NATIONAL_TITLE, OPEN_END, OPENS_LINE, ROMANS
from extractor.readers.text.lines import RawLine, open_emphasis

#: Above this length lines are not wrapped; a dump wraps if nearly all its lines are shorter.
WIDEST = 96
#: The share of longer lines from which, and of lines that go on below which, none are wrapped.
WIDE, CUT = threshold("wraps.wide"), threshold("wraps.cut")
#: The column at which dumps wrap when they do, and how far from it a full line may end.
_WIDTH = 80
_SLACK = 5
#: Shorter lines in capitals are headings of their own unless they are labelled.
_LONG_CAPITALS = 45

_PART = re.compile(
    rf"(?:{pattern('form_words', 'basis', 'basis.proposal', 'appendix')}"
    rf"|(?i:{pattern('form_words', 'recipients', 'addressed')}))\b"
)
_HEAD = re.compile(rf"(?:[{ROMANS}]{{1,6}}|[A-HĐ]|\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})[.)]?\s+\S")
_BARE = re.compile(rf"Điều\s+\d+\.?(?:\s+\S+)?$|[{INLINE_BULLETS}]$|(?:Số|số):?$")
_RULE = re.compile(r"[\W_]+")
#: The number and the motto of a letterhead have lines of their own.
_NUMBER = re.compile(r"S[ốỐ]\s*:")
_MOTTO = re.compile(r"Hạnh\s+phúc$", re.IGNORECASE)
_TERMINAL = re.compile(r"[.;:!?…][\"”’)*_\]]*$")
#: Words that no line of its own ends with, besides those that no text ends with.
_OPEN = re.compile(rf"(?:^|\s)(?:{pattern('form_words', 'open.date')})$")
_CUT = re.compile(r"[^\W_]-$")
_MARKS = re.compile(r"\*+|__+|#+\s")


def _plain(text: str) -> str:
    return _MARKS.sub("", text).strip()


def _capitals(text: str) -> bool:
    return text.isupper()


def _small(text: str) -> bool:
    """Whether the first letter of `text` is a small one and nothing but marks stands before it."""
    return text.lstrip('"“([*_')[:1].islower()


def healed(lines: Sequence[RawLine]) -> str:
    """The lines of a paragraph as one; a hyphen within a word or number joins without a blank.

    >>> from extractor.readers.text.lines import lines_of
    >>> healed(lines_of("Nghị quyết số 18-\\nNQ/TW\\nngày 25"))
    'Nghị quyết số 18-NQ/TW ngày 25'
    """
    pieces: list[str] = []
    for line in lines:
        cut = pieces and _CUT.search(pieces[-1][-2:]) and line.text[0].isalnum()
        pieces += [line.text] if cut or not pieces else [" ", line.text]
    return "".join(pieces)


def is_label(text: str) -> bool:
    """Whether `text` opens an item, an article or another part of a document.

    >>> is_label("a) Chủ trì"), is_label("II. NHIỆM VỤ"), is_label("3103/QĐ-BTC"), is_label("và")
    (True, True, False, False)
    """
    plain = _plain(text)
    if OPENS_LINE.match(plain) or _PART.match(plain):
        return True
    return plain[:1] == "(" and ATTACHED.match(plain) is not None


@dataclass(frozen=True, slots=True)
class Wraps:
    """How a dump breaks its lines.

    `wrapped` is False where a line is a paragraph. `first` is the shortest that a continued first
    line is with the word after it, `limit` the longest that it is without.
    """

    wrapped: bool
    first: int = 24
    limit: int = 60

    @classmethod
    def of(cls, lines: Sequence[RawLine]) -> "Wraps":
        """Learnt from the lines of the dump."""
        long = [
            (line, after)
            for line, after in pairwise(lines)
            if len(line.text) > 40 and not after.bar and not after.gap
        ]
        over = sum(len(line.text) > WIDEST for line, _ in long)
        cut = sum(_small(after.text) for _, after in long)
        if len(long) < 5 or over > WIDE * len(long) or cut < CUT * len(long):
            return cls(wrapped=False)
        sure: list[tuple[int, int]] = []
        before: RawLine | None = None
        for line, after in pairwise(lines):
            starts = before is None or line.gap or before.bar or is_label(line.text)
            before = line
            if line.bar or after.bar or after.gap or not starts:
                continue
            if 20 <= len(line.text) <= 60 and _small(after.text):
                sure.append((len(line.text), len(line.text) + 1 + len(after.text.split()[0])))
        if len(sure) < 8:
            return cls(wrapped=True)
        totals = sorted(total for _, total in sure)
        lengths = sorted(length for length, _ in sure)
        return cls(
            wrapped=True,
            first=totals[len(totals) // 20],
            limit=lengths[-1 - len(lengths) // 50],
        )

    def goes_on(self, before: str, after: str, *, first: bool) -> bool:
        """Whether line `after` continues line `before`; `first` says that `before` is the first
        line of its paragraph."""
        if not self.wrapped or len(before) > WIDEST or len(after) > WIDEST:
            return False
        a, b = _plain(before), _plain(after)
        if not a or not b or before[0] == "#" or after[0] == "#":
            return False
        if _RULE.fullmatch(a) or _RULE.fullmatch(b) or is_label(b):
            return False
        if _NUMBER.match(b) or _MOTTO.search(a) or (first and _NUMBER.match(a)):
            return False
        if _BARE.fullmatch(a) or _small(b) or OPEN_END.search(a) or _OPEN.search(a):
            return True
        room = len(before) + 1 + len(after.split()[0])
        full = room > _WIDTH - _SLACK
        if _capitals(a) and _capitals(b):
            if " " not in a:  # a first line that the markup left one syllable
                return len(a) <= 6 and a not in ("STT", "TT")
            if NATIONAL_TITLE.match(f"{a} {b}"):
                return True
            return full or (first and (bool(_HEAD.match(a)) or len(a) >= _LONG_CAPITALS))
        if _capitals(a) and not _HEAD.match(a):
            return False  # a heading in capitals ends where small letters begin
        if _TERMINAL.search(a):
            return full and not a.endswith("./.")
        return full or (first and room >= self.first and len(before) <= self.limit)

    def paragraphs(self, lines: Sequence[RawLine], *, marked: bool) -> list[list[RawLine]]:
        """`lines` grouped into paragraphs."""
        groups: list[list[RawLine]] = []
        raw = ""
        for line in lines:
            if groups and not line.gap and self._joins(groups[-1], line, raw, marked=marked):
                groups[-1].append(line)
                raw += " " + line.text
                continue
            groups.append([line])
            raw = line.text
        return groups

    def _joins(self, group: Sequence[RawLine], line: RawLine, raw: str, *, marked: bool) -> bool:
        if self.goes_on(group[-1].text, line.text, first=len(group) == 1):
            return True
        if not self.wrapped or is_label(line.text):
            return False
        if len(group) == 2 and _BARE.fullmatch(_plain(group[0].text)):
            # After a bare "Điều 3." the markup leaves less than a full line once more.
            return len(group[1].text) > self.limit // 2 and not group[1].text.endswith((".", ":"))
        return marked and len(group) < 12 and open_emphasis(raw)
