"""What a plan that amends another gives: tasks added, changed, withdrawn; all others stay in force.

A task is withdrawn where the amending plan says so of its number ("bãi bỏ nhiệm vụ số 3, 5 tại Phụ
lục") or of its very words in quotes. A number that several tasks have is told and not guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from corpora.wordings import pattern
from models.plan import Plan
from service.comparison.differences import Difference, Item
from service.store.search import folded

_any = partial(pattern, "paper_words")
_LABEL = r"(?:[IVX]+|\d{1,3}(?:\.\d{1,3}){0,4}|[a-zđ])\b(?![/-]\w)"
_WITHDRAWN = re.compile(
    rf"(?<!\w)(?:{_any('withdraw')})(?:\s+(?:{_any('withdraw-what')}))+\s*:?\s*"
    rf"(?P<which>[“\"][^”\"]{{3,500}}[”\"]|{_LABEL}"
    rf"(?:\s*(?:[,;]|và|đến|-|–)\s*(?:(?:{_any('withdraw-what')})\s+)*{_LABEL})*)"
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
            run = one["to"] and numbers and numbers[-1].isdigit() and label.isdigit()
            if run and 0 < int(label) - int(numbers[-1]) < _RUN:
                numbers += map(str, range(int(numbers[-1]) + 1, int(label)))
            numbers.append(label)
        yield Order(found[0], tuple(numbers), None, found["section"])


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
        if row.kind == "dropped" and row.before is not None:
            words = gone.get(row.before)
            reason = words or row.reason
            yield replace(row, kind="withdrawn" if words else "stays", reason=reason)
        elif row.kind == "new" and row.after is not None:
            said = list(orders(after[row.after].words.text))
            doubts = [name for order in said for name in unclear.get(order.words, ())]
            if not said:
                yield row
            elif doubts:
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
