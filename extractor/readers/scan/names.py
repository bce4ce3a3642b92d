"""Names of bodies and places read with other marks, put right by their letters.

"Sơ Nội vụ" has the letters of one body alone, and "Sở. ban, ngành" those of one list.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from corpora.tables import rows
from extractor.readers.scan.spelling import Repair, cased
from extractor.text import plain

_LONGEST = 10  # words of a name
_SIGNS = ".,;:()"
#: Lists of bodies that plans write with commas, and no name.
_LISTS = ("sở, ban, ngành", "cấp, các ngành")


def names_of(texts: Sequence[str]) -> list[Repair]:
    """The words of a cell or line that a known name has with other marks."""
    known = _names()
    letters = [plain(text) for text in texts]
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
            found += _told(texts[start:end], name.split(), start)
        start = end
    return found


def _told(texts: Sequence[str], name: Sequence[str], start: int) -> Iterator[Repair]:
    for number, (text, printed) in enumerate(zip(texts, name, strict=True)):
        core, sign = text.strip(_SIGNS), printed[-1] if printed[-1] == "," else ""
        if not core:
            continue
        meant = cased(printed.strip(","), core)
        behind = text[text.rindex(core) + len(core) :]
        last = number == len(texts) - 1
        whole = text[: text.index(core)] + meant + (behind if last else sign)
        if whole != text and (last or not behind or sign):
            yield Repair(start + number, whole)


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
