"""Which of several files are one plan with its appendices, by what stands at their heads.

A paper has a letterhead; what comes with it says so, mostly with its number (Nghị định
30/2020/NĐ-CP, appendix I, part 7). Names and folders tell where contents do not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, NamedTuple

from corpora.wordings import pattern
from extractor.labels import ATTACHED, NATIONAL_TITLE, ROMAN, roman_value
from extractor.layout import Block, Layout, Paragraph
from extractor.text import plain

#: In so many paragraphs and cells a file says what it is.
_HEAD = 40
#: So many words of a title in a row that no other title has tell which plan is meant.
_RUN = 3
_NUMBER = re.compile(r"số\s*:?\s*(?P<number>\d{1,5}\s*/\s*[\w/&.-]*[A-ZĐ][\w&.-]*)", re.IGNORECASE)
_NUMBERED = re.compile(r"số\s*:", re.IGNORECASE)
_APPENDIX = re.compile(
    rf"[\s*_]*(?:{pattern('form_words', 'appendix', 'appendix.small')})\b(?:\s+số)?\s*"
    rf"(?P<number>{ROMAN}\b|\d+)?",
    re.IGNORECASE,
)
_NAMED_APPENDIX = re.compile(
    rf"\b(?:{pattern('form_words', 'appendix.file')})(?:\b|\d)"
    rf"|\b(?:{pattern('form_words', 'appendix.file.numbered')}) ?(?:\d|(?i:{ROMAN})\b)"
)
#: What of a name says which appendix it is.
_WHICH_APPENDIX = re.compile(
    rf"\b(?:{pattern('form_words', 'appendix.file', 'appendix.file.numbered')}) ?(?:so )?"
    rf"(?:\d+|(?i:{ROMAN})\b)?"
)
#: Whose plan it is, behind what it is about.
_WHOSE = re.compile(r"\b(?:cua|tren dia ban|tai)\b.*")
#: Endings of spreadsheets: a plan is no table.
_TABLES = (".xlsx", ".xls", ".ods")
_DIGITS = re.compile(r"\d+")

#: Why a file is where it is: the plan itself, or it says with which number it comes, has words of
#: one title only, there is but one plan, the number of one plan only stands in its name, it lies in
#: a folder with one plan only; it was asked for; or it is by itself, since it comes with another
#: paper, or none of that tells.
Why = Literal["plan", "number", "title", "only", "name", "folder", "asked", "other", "unknown"]


class Belongs(NamedTuple):
    """A file, by its place among all, and why it is in its group."""

    at: int
    why: Why


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says at its head; where it was not `read`, its name is all there is.

    `own` tells that it has a letterhead, `with_` the number of the paper that it comes with,
    `appendix` which one it is, 0 for one without a number; `title` and all `words` are folded.
    """

    name: str
    read: bool = False
    own: bool = False
    number: str | None = None
    with_: str | None = None
    appendix: int | None = None
    title: str = ""
    words: str = ""

    @classmethod
    def of(cls, name: str, layout: Layout, title: str | None = None) -> "Head":
        lines = [line for line, _ in zip(_lines(layout.blocks), range(_HEAD), strict=False)]
        label = next(filter(None, map(_APPENDIX.match, lines)), None)
        attached = next((line for line in lines if ATTACHED.match(line)), None)
        number = next(filter(None, (_number(line) for line in lines if _NUMBER.match(line))), None)
        with_ = _number(attached or "")
        # A paper has a line for its number, be it blank, above what it carries or comes with.
        carried = [
            at for at, line in enumerate(lines) if line in (label and label.string, attached)
        ]
        numbered = any(map(_NUMBERED.match, lines[: min(carried, default=0)]))
        own = any(map(NATIONAL_TITLE.search, lines)) and (not carried or numbered)
        appendix = None
        if not own and (label or attached or layout.reader in ("xlsx", "xls", "ods")):
            appendix = _value(label["number"]) if label else 0
        words = plain(" ".join(lines))
        return cls(name, True, own, number, with_, appendix, plain(title or ""), words)

    @property
    def order(self) -> tuple[bool, int, tuple[int, ...], str]:
        """The plan first, then appendices by their numbers, then by those in their names."""
        digits = tuple(int(number) for number in _DIGITS.findall(self.name)[:5])
        return not self.own, self.appendix or 0, digits, self.name

    @property
    def numbers(self) -> set[str]:
        """By what numbers it is known: its own, or that of the decision it comes with."""
        return {number for number in (self.number, self.with_) if number}

    @property
    def paper(self) -> bool:
        """Whether it is one of its own for all that is known."""
        return self.own or (self.appendix is None and not self.named_appendix)

    @property
    def named_appendix(self) -> bool:
        """Whether a file of this name is an appendix and no plan."""
        file = self.name.rpartition("/")[2]
        return file.lower().endswith(_TABLES) or bool(_NAMED_APPENDIX.search(plain(file)))


def plans_among(heads: Sequence[Head]) -> list[int]:
    """The places of the plans among files that are said to be one: what has a letterhead.

    Without any, what has a number and is no appendix, or else what is not called so.
    """
    own = [at for at, head in enumerate(heads) if head.own]
    free = [at for at, one in enumerate(heads) if one.appendix is None and not one.named_appendix]
    return own or [at for at in free if heads[at].number] or free


def grouped(heads: Sequence[Head]) -> list[list[Belongs]]:
    """Which files are one document: each plan with its appendices; why, is told of each.

    >>> def by_name(*names): return [[one.at for one in group] for group in grouped(
    ...     [Head(name) for name in names])]
    >>> by_name("KH 12.docx", "KH 34.docx", "Phụ lục 1 KH 34.xlsx", "Phụ lục 2.xlsx")
    [[0], [1, 2], [3]]
    >>> by_name("KH 1.docx", "KH 2.docx", "Phụ lục số 2.xlsx", "PL1.xlsx")
    [[0], [1], [2], [3]]
    >>> by_name("KH 12.docx", "Phụ lục 1.docx", "bang.xlsx"), by_name("a.pdf", "b.pdf")
    ([[0, 1, 2]], [[0], [1]])
    >>> by_name("a/KH.docx", "b/KH.docx", "b/Phụ lục.xlsx")
    [[0], [1, 2]]
    """
    papers = [at for at, head in enumerate(heads) if head.paper] or plans_among(heads)
    plans = [at for at in papers if heads[at].own or not heads[at].read]
    told = any(heads[at].own for at in plans)
    groups = {at: [Belongs(at, "unknown" if told and at not in plans else "plan")] for at in papers}
    for at in range(len(heads)):
        if at not in groups:
            plan, why = _plan_of(at, heads, plans or papers)
            if plan is None and heads[at].with_:
                why = "other"
            groups.setdefault(at if plan is None else plan, []).append(Belongs(at, why))
    return [groups[at] for at in sorted(groups)]


def _plan_of(at: int, heads: Sequence[Head], plans: Sequence[int]) -> tuple[int | None, Why]:
    """The plan that a file comes with, if that can be told, and by what."""
    head = heads[at]
    if head.with_:
        for plan in plans:  # of two forms of one plan the first has its appendices
            if bare(head.with_) in map(bare, heads[plan].numbers):
                return plan, "number"
        if all(heads[plan].numbers for plan in plans):
            return None, "unknown"
    runs = {plan: _runs(_WHOSE.sub("", heads[plan].title)) for plan in plans}
    count = Counter(chain.from_iterable(runs.values()))
    mine = {run for run in _runs(head.words) if count[run] == 1}
    titled = _one(plan for plan in plans if mine & runs[plan])
    if titled is not None:
        return titled, "title"
    if len(plans) == 1:
        return plans[0], "only"
    folders, files = ([one.name.rpartition("/")[part] for one in heads] for part in (0, 2))
    numbers = [set(_DIGITS.findall(_WHICH_APPENDIX.sub(" ", plain(name)))) for name in files]
    shared = Counter(number for plan in plans for number in numbers[at] & numbers[plan])
    own = {number for number, times in shared.items() if times == 1}
    if named := [plan for plan in plans if own & numbers[plan]]:
        return (named[0], "name") if len(named) == 1 else (None, "unknown")
    near = _one(plan for plan in plans if folders[plan] == folders[at])
    return (None, "unknown") if near is None else (near, "folder")


def _one(some: Iterable[int]) -> int | None:
    """The only one there is."""
    found = list(some)
    return found[0] if len(found) == 1 else None


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        units = [block] if isinstance(block, Paragraph) else block.every_cell()
        yield from chain.from_iterable(unit.text.split("\n") for unit in units if unit.text)


def _number(text: str) -> str | None:
    found = _NUMBER.search(text)
    return found["number"] if found else None


def bare(number: str) -> str:
    """A number as it is compared."""
    return re.sub(r"\s", "", number).casefold()


def _value(number: str | None) -> int:
    """The value of the number of an appendix, 0 for none.

    >>> _value("XIV"), _value("3"), _value(None)
    (14, 3, 0)
    """
    if not number or number.isdigit():
        return int(number or 0)
    return roman_value(number.upper())
