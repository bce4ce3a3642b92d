"""Names of bodies and places read with other marks, put right by their letters.

"Sơ Nội vụ" has the letters of one body alone, and "Sở. ban, ngành" those of one list. What may be
other words stays: "đảm bảo tính khả thi" has the letters of "Báo tỉnh".
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from corpora.tables import rows, threshold
from extractor.readers.scan.spelling import Repair, cased, usage
from extractor.text import fold, plain

_LONGEST = 10  # words of a name
_WORD = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
#: Lists of bodies that plans write with commas, and no name.
_LISTS = ("sở, ban, ngành", "cấp, các ngành")
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
LIKELIER = threshold("ocr.known-name")


def names_of(texts: Sequence[str]) -> list[Repair]:
    """The words of a cell or line that a known name has with other marks."""
    known = _names()
    letters = [plain(text) for text in texts]
    parts = [_parted(text) for text in texts]
    found: list[Repair] = []
    start = 0
    while start < len(texts):
        end = next(
            (
                end
                for end in range(min(len(texts), start + _LONGEST), start + 1, -1)
                if len(known.get(" ".join(letters[start:end]), ())) == 1
                and all(map(str.isalnum, letters[start:end]))
            ),
            start + 1,
        )
        if end > start + 1:
            (name,) = known[" ".join(letters[start:end])]
            if _is_meant(name.split(), parts, start):
                found += _told(parts[start:end], name.split(), start)
        start = end
    return found


def _parted(text: str) -> tuple[str, str, str]:
    """A word and the signs before and behind it."""
    before, core, behind = _WORD.fullmatch(text).groups()  # type: ignore[union-attr]
    return before, core, behind


def _is_meant(name: Sequence[str], parts: Sequence[tuple[str, str, str]], start: int) -> bool:
    """Whether no sign parts the words, no person is called so, and the name is far likelier."""
    own = parts[start : start + len(name)]
    inside = zip(own, own[1:], name, strict=False)
    if any((one[2] or two[0]) and not word.endswith(",") for one, two, word in inside):
        return False
    place = len(name) > 2 and name[0] == "tỉnh" == own[0][1].lower()
    if place and all(core[:1].isupper() for _, core, _ in own[1:]):
        return True  # "tỉnh Ha Tinh"
    before, after = parts[:start][-1:], parts[start + len(name) :][:1]
    if before and all(core.istitle() for _, core, _ in (*before, *own)):
        return False  # "Nguyễn Thanh Hoa"
    first = before[0][1] if before and not (before[0][2] or own[0][0]) else ""
    last = [core for sign, core, _ in after if not (own[-1][2] or sign)]
    known = usage()

    def likely(words: Sequence[str]) -> float:
        beside = pairwise(word.lower() for word in (first, *words, *last))
        return sum(known.likely(*pair) for pair in beside)

    read = likely([core for _, core, _ in own])
    return likely([word.strip(",") for word in name]) - read > LIKELIER


def _told(
    parts: Sequence[tuple[str, str, str]], name: Sequence[str], start: int
) -> Iterator[Repair]:
    for number, ((before, core, behind), printed) in enumerate(zip(parts, name, strict=True)):
        word = printed.strip(",")
        meant = core if fold(core) == fold(word) else cased(word, core)  # "Hoà" is "Hòa"
        sign = "," if behind and printed.endswith(",") else behind
        if meant + sign != core + behind:
            yield Repair(start + number, before + meant + sign)


@cache
def _names() -> dict[str, set[str]]:
    """The names that there are for letters without marks, in small letters."""
    found: dict[str, set[str]] = defaultdict(set)
    names = [*(row["name"] for row in rows("agencies")), *_LISTS]
    for row in rows("provinces"):
        names += [row["old_short"], row["new_short"], row["old_name"], row["new_name"]]
    for name in names:
        words = name.lower().split()
        if len(words) > 1 and all(plain(word) for word in words):
            found[plain(name)].add(" ".join(words))
    return found
