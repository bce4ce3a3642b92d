"""Papers whose line breaks were lost: one paragraph that holds sections and items, parted again.

Text that was copied through a form, or printed by a converter, may come as one paragraph with all
its headings, numbers and dashes run together. It is told by its headings: a Roman number before
words in capitals, or the number of an article, in the middle of a long paragraph. The labels are
those of Nghị định 30/2020/NĐ-CP, and each must follow in its series.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpora.tables import threshold
from extractor.labels import LETTERS, ROMAN
from extractor.layout import Block, Paragraph

#: The shortest paragraph that may hold sections, in characters; the fewest headings in it.
LONGEST, HEADINGS = threshold("breaks.longest"), threshold("breaks.headings")
#: The longest title of an item before the first of its dashes, in characters.
_TITLE = 160

_CAPITAL = r"[A-ZÀ-ỸĐ]"
_LABEL = re.compile(
    rf"""(?:^|(?<=\s))(?:
      (?P<article>Điều\s+\d{{1,3}}\.)(?=\s)
    | (?P<roman>{ROMAN})\.(?=\s+{_CAPITAL}{{2,}})
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})\.?(?=\s+{_CAPITAL}\w)
    | (?P<number>\d{{1,2}})\.(?=\s+{_CAPITAL}\w)
    | (?P<letter>[a-zđ])\)(?=\s+\w)
    | (?P<bullet>[-–+])(?=\s+(?:{_CAPITAL}|\d))
    )""",
    re.VERBOSE,
)
_SENTENCE_ENDS = re.compile(r"[.;:!?…”)\]/]\s*$")
_WORD = re.compile(r"\S+")
_YEAR = re.compile(r"\d{4}\W?")


def with_breaks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks; where line breaks were lost, with long paragraphs parted into their lines.

    >>> from models.provenance import Place
    >>> text = "I. MỤC ĐÍCH " + "Nâng cao. " * 300 + "II. NHIỆM VỤ 1. Dữ liệu - Rà soát. - Số hóa."
    >>> [line.text for line in with_breaks([Paragraph(text, Place())])][-4:]
    ['II. NHIỆM VỤ', '1. Dữ liệu', '- Rà soát.', '- Số hóa.']
    """
    long = [b for b in blocks if isinstance(b, Paragraph) and len(b.text) >= LONGEST]
    series = _Series()
    cuts = {id(block): list(_cuts(block.text, series)) for block in long}
    if sum(cut.heads for found in cuts.values() for cut in found) < HEADINGS:
        return list(blocks)
    whole: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph) and id(block) in cuts:
            edges = [0, *(cut.at for cut in cuts[id(block)]), len(block.text)]
            lines = (block.text[start:end].strip() for start, end in pairwise(edges))
            whole += (dataclasses.replace(block, text=line) for line in lines if line)
        else:
            whole.append(block)
    return whole


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a line begins; `heads` says that it heads a section."""

    at: int
    heads: bool = False


@dataclass(slots=True)
class _Series:
    """How far the labels of each kind have come; a higher one begins those below it anew."""

    number: int = 0
    letter: int = -1

    def follows(self, found: re.Match[str]) -> bool:
        """Whether a number or a letter is the next of its series, which then goes on."""
        if found["number"]:
            if int(found["number"]) != self.number + 1:
                return False
            self.number, self.letter = self.number + 1, -1
        elif found["letter"]:
            if LETTERS.find(found["letter"]) != self.letter + 1:
                return False
            self.letter += 1
        return True

    def begin(self) -> None:
        """Starts anew below a heading."""
        self.number, self.letter = 0, -1


def _cuts(text: str, series: _Series) -> Iterator[_Cut]:
    start = 0
    for found in _LABEL.finditer(text):
        before = text[start : found.start()]
        ends = not before.strip() or _SENTENCE_ENDS.search(before) is not None
        if found["roman"]:
            series.begin()
            yield _Cut(found.start(), heads=True)
            start = _end_of_capitals(text, found.end())
            yield _Cut(start)
            continue
        titled = _is_title(before)
        if found["article"]:
            if ends:
                series.begin()
                start = found.start()
                yield _Cut(start, heads=True)
            continue
        if not (ends or titled) or not series.follows(found):
            continue
        if found["decimal"]:
            series.letter = -1
        start = found.start()
        yield _Cut(start)


def _is_title(line: str) -> bool:
    """Whether a line so far is no more than a labelled title: "1. Hoàn thiện thể chế"."""
    plain = line.strip()
    return len(plain) <= _TITLE and _LABEL.match(plain) is not None and plain[-1] not in ",-–"


def _end_of_capitals(text: str, at: int) -> int:
    """Where the words in capitals end that stand at a character; years and dashes among them."""
    end, pending = at, False
    for word in _WORD.finditer(text, at):
        if word[0].upper() == word[0] and sum(map(str.isalpha, word[0])) > 1:
            end, pending = word.end(), False
        elif _YEAR.fullmatch(word[0]) and not pending:
            end = word.end()
        elif pending or not (word[0] in "-–&" or (len(word[0]) == 1 and word[0].isupper())):
            break
        else:
            pending = True
    return end
