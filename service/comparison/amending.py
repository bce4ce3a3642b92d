"""What a plan that amends another gives: tasks added, changed, withdrawn; all others stay in force.

A task is withdrawn where the amending plan says so of its number ("bãi bỏ nhiệm vụ số 3, 5 tại Phụ
lục") or of its very words in quotes. A number that several tasks have is told and not guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from corpora.wordings import pattern
from extractor.labels import ROMAN
from models.plan import Plan
from service.comparison.differences import Difference, Item
from service.store.search import folded

_any = partial(pattern, "paper_words")
_LABEL = rf"(?:{ROMAN}|\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|[a-zđ])\b(?![/-]\w)"
#: How many words lead to a number at most: there are some that others are made of.
_LEADS = 8
_WITHDRAWN = re.compile(
    rf"(?<!\w)(?:{_any('withdraw')})(?:\s+(?:{_any('withdraw-what')})){{1,{_LEADS}}}\s*:?\s*"
    rf"(?P<which>[“\"][^”\"]{{3,500}}[”\"]|{_LABEL}"
    rf"(?:\s*(?:[,;]|và|đến|-|–)\s*(?:(?:{_any('withdraw-what')})\s+){{0,{_LEADS}}}{_LABEL})*)"
    rf"(?:,?\s+(?:(?:tại|thuộc|của)\s+)?(?:mục|phần)\s+(?P<section>{_LABEL}))?",
    re.IGNORECASE,
)
_LABELS = re.compile(rf"(?P<to>đến|-|–)?\s*(?P<label>{_LABEL})", re.IGNORECASE)
#: The longest run of numbers, "3 đến 20".
_RUN = 100


@dataclass(frozen=True, slots=True)
class Order:
    """Words that withdraw tasks, and which: numbers, of a section where it is told, or quoted
    words."""

    words: str
    numbers: tuple[str, ...]
    quoted: str | None
    section: str | None = None


def orders(text: str) -> Iterator[Order]:
    """What a text withdraws.

    >>> [one.numbers for one in orders("Bãi bỏ nhiệm vụ số 3, 5 đến 7 tại Phụ lục")]
    [('3', '5', '6', '7')]
    >>> [one.numbers for one in orders("Bãi bỏ nhiệm vụ số 1.2 đến 1.4")]
    [('1.2', '1.3', '1.4')]
    >>> [(one.numbers, one.section) for one in orders("bãi bỏ các nhiệm vụ số 2 mục II")]
    [(('2',), 'II')]
    >>> [one.quoted for one in orders('Không thực hiện nội dung “Hội thi tìm hiểu”.')]
    ['Hội thi tìm hiểu']
    """
    for found in _WITHDRAWN.finditer(text):
        which = found["which"]
        if which[0] in '“"':
            yield Order(found[0], (), which[1:-1])
            continue
        numbers: list[str] = []
        for one in _LABELS.finditer(which):
            label = one["label"]
            if one["to"] and numbers:
                numbers += _between(numbers[-1], label)
            numbers.append(label)
        yield Order(found[0], tuple(numbers), None, found["section"])


def _between(first: str, last: str) -> list[str]:
    """The numbers of a run between two of one heading."""
    (stem, dot, low), (other, _, high) = first.rpartition("."), last.rpartition(".")
    if stem != other or not (low.isdigit() and high.isdigit()) or int(high) - int(low) >= _RUN:
        return []
    return [f"{stem}{dot}{number}" for number in range(int(low) + 1, int(high))]


def amended(
    rows: Sequence[Difference], plan: Plan, before: Sequence[Item], after: Sequence[Item]
) -> list[Difference]:
    """The differences of a plan and one that amends it: nothing is dropped by not being named."""
    texts = dict.fromkeys(section.text for section in plan.sections)
    by_number: dict[str, list[int]] = {}
    by_words: dict[str, list[int]] = {}
    for at, item in enumerate(before):
        by_number.setdefault(_number(item.ordinal), []).append(at)
        by_words.setdefault(folded(item.words.text), []).append(at)
    gone: dict[int, str] = {}
    unclear: dict[str, list[str]] = {}
    for text in (*texts, *(item.words.text for item in after)):
        for order in orders(text):
            known: Mapping[str, list[int]] = by_words if order.quoted else by_number
            wanted = [order.quoted] if order.quoted else order.numbers
            for name in wanted:
                some = known.get(folded(name) if order.quoted else _number(name), [])
                if order.section:
                    some = [at for at in some if _within(before[at], order.section)]
                if len(some) == 1:
                    gone.setdefault(some[0], order.words)
                elif name not in unclear.setdefault(order.words, []):
                    unclear[order.words].append(name)
    return [*_told(rows, gone, unclear, after)]


def _told(
    rows: Sequence[Difference],
    gone: Mapping[int, str],
    unclear: Mapping[str, Sequence[str]],
    after: Sequence[Item],
) -> Iterator[Difference]:
    for row in rows:
        words = None if row.before is None else gone.get(row.before)
        said = [] if row.after is None else list(orders(after[row.after].words.text))
        if row.kind == "dropped":
            yield replace(row, kind="withdrawn" if words else "stays", reason=words or row.reason)
        elif words and said and row.kind != "split":  # what withdraws a task is like it in words
            yield replace(row, kind="withdrawn", changes=(), pieces=(), reason=words)
        elif said and row.kind == "new":
            doubts = [name for order in said for name in unclear.get(order.words, ())]
            if doubts:
                reason = f"không rõ là nhiệm vụ nào: {', '.join(doubts)}"
                yield replace(row, kind="withdrawn", reason=reason)
        else:
            yield row


def _within(item: Item, section: str) -> bool:
    """Whether a task stands under a heading of that label."""
    headings = item.words.group.split(" / ")
    return any(_number(one.partition(" ")[0]) == _number(section) for one in headings)


def _number(label: str) -> str:
    return label.strip(" .)").lower()
