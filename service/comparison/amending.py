"""What a plan that amends another gives: tasks added, changed, withdrawn; all others stay in force.

A task is withdrawn where the amending plan says so of its number ("bãi bỏ nhiệm vụ số 3, 5 tại Phụ
lục", "điểm a khoản 2 Mục III"), of the heading that it stands under ("các mục từ II đến V") or of
its very words in quotes. A number that none or several have is told and not guessed.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from string import ascii_uppercase

from corpora.tables import rows as rows_of
from corpora.wordings import pattern
from extractor.labels import LETTERS, ROMAN, label_of, roman, roman_value
from extractor.text import searched
from models.plan import Plan
from service.comparison.differences import Difference, Item

_any = partial(pattern, "paper_words")
#: A letter is a number only where no word follows that it belongs to ("y tế").
_ALONE = rf"(?=\W*$|\s*[,;.:)”\"–-]|\s+(?i:{_any('withdraw-joint')})\b)"
_LABEL = rf"(?-i:{ROMAN}|\d{{1,3}}(?:\.\d{{1,3}}){{0,4}}|[a-zđ]{_ALONE}|[A-ZĐ])\b(?![/-]\w)"
#: How many words lead to a number at most: there are some that others are made of.
_LEADS = 8
_WORDS = _any("withdraw-what", "withdraw-lead")
_WHAT = rf"(?:(?:{_WORDS})\s+){{0,{_LEADS}}}"
_PART = rf"(?:(?:{_any('withdraw-of')})\s+)?(?:{_any('withdraw-part')})\s+"
_WITHDRAWN = re.compile(
    rf"(?<!\w)(?:{_any('withdraw')})(?:\s+(?:{_any('withdraw-lead')})){{0,{_LEADS}}}"
    rf"\s+(?:{_any('withdraw-what')})(?:\s+(?:{_WORDS})){{0,{_LEADS}}}\s*:?\s*"
    rf"(?P<which>[“\"][^”\"]{{3,500}}[”\"]"
    rf"|{_LABEL}(?:(?:\)?\s*(?:[,;]|và|đến|-|–)\s*{_WHAT}|\)?\s+{_PART}){_LABEL})*)",
    re.IGNORECASE,
)
_LABELS = re.compile(
    rf"(?P<joint>(?<!\w)(?:và|đến)(?!\w)|[;–-])|(?:(?P<part>{_any('withdraw-part')})\s+)"
    rf"?(?:từ\s+)?(?P<label>(?<![\w.]){_LABEL})",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"(?P<part>{_any('withdraw-part')})(?:\s+từ)?\s*:?\s*$", re.IGNORECASE)
#: The longest run of numbers, "3 đến 20".
_RUN = 100


@dataclass(slots=True)
class Named:
    """A number that is withdrawn, as printed, and those of the parts that it stands in, from the
    nearest on."""

    label: str
    rank: int = -1
    within: list[str] = field(default_factory=list)
    outer: int = -1

    @property
    def told(self) -> str:
        return " ".join((self.label, *(f"({label})" for label in self.within)))


@dataclass(frozen=True, slots=True)
class Order:
    """Words that withdraw tasks, and which: by their numbers, or by quoted words."""

    words: str
    named: tuple[Named, ...]
    quoted: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(one.label for one in self.named)


def orders(text: str) -> Iterator[Order]:
    """What a text withdraws.

    >>> [one.numbers for one in orders("Bãi bỏ nhiệm vụ số 3, 5 đến 7 tại Phụ lục")]
    [('3', '5', '6', '7')]
    >>> [one.numbers for one in orders("Bãi bỏ các mục từ II đến IV; điểm a đến điểm d khoản 2")]
    [('II', 'III', 'IV', 'a', 'b', 'c', 'd')]
    >>> [one.named[0].told for one in orders("bãi bỏ điểm a khoản 2 Mục III")]
    ['a (2) (III)']
    >>> [one.quoted for one in orders('Không thực hiện nội dung “Hội thi tìm hiểu”.')]
    ['Hội thi tìm hiểu']
    """
    for found in _WITHDRAWN.finditer(text):
        which = found["which"]
        if which[0] in '“"':
            yield Order(found[0], (), which[1:-1])
        else:
            lead = _LEADING.search(text, found.start(), found.start("which"))
            yield Order(found[0], tuple(_named(which, lead["part"] if lead else None)))


@cache
def _ranks() -> dict[str, int]:
    """The parts of a plan that have numbers, the smallest first."""
    parts = [row["words"] for row in rows_of("paper_words") if row["class"] == "withdraw-part"]
    return {part: rank for rank, part in enumerate(parts)}


def _named(which: str, first: str | None) -> list[Named]:
    """The numbers of a list. A part behind a smaller one is that which all of those stand in."""
    found: list[Named] = []
    joint, rank = "", _ranks()[first.lower()] if first else -1
    for one in _LABELS.finditer(which):
        if one["joint"]:
            joint = one["joint"].lower()
            continue
        label, part = one["label"], one["part"]
        before, rank = rank, _ranks()[part.lower()] if part else rank
        if part and found and not joint and rank > before:
            for inner in reversed(found):
                if max(inner.rank, inner.outer) >= rank:
                    break
                inner.within.append(label)
                inner.outer = rank
        else:
            if not part and found:
                rank = found[-1].rank
            if joint in ("đến", "-", "–"):
                found += [Named(name, rank) for name in _between(found[-1].label, label)]
            found.append(Named(label, rank))
        joint = ""
    return found


def _between(first: str, last: str) -> list[str]:
    """The numbers of a run between two of one heading; what is no run, as it is printed."""
    stem, _, low = first.rpartition(".")
    other, _, high = last.rpartition(".")
    begin, end = -1, -1
    called: Callable[[int], str] = str
    if stem == other and low.isdigit() and high.isdigit():
        begin, end = int(low), int(high)
        called = partial("{0}{1}".format, f"{stem}." if stem else "")
    elif re.fullmatch(ROMAN, first) and re.fullmatch(ROMAN, last):
        begin, end, called = roman_value(first), roman_value(last), _capital
    elif series := next((s for s in (LETTERS, ascii_uppercase) if {first, last} <= {*s}), ""):
        begin, end, called = series.index(first), series.index(last), lambda at: series[at]
    if not begin < end < begin + _RUN:
        return [f"{first} đến {last}"]
    return [called(at) for at in range(begin + 1, end)]


def _capital(number: int) -> str:
    return roman(number).upper()


def amended(
    rows: Sequence[Difference], plan: Plan, before: Sequence[Item], after: Sequence[Item]
) -> list[Difference]:
    """The differences of a plan and one that amends it: nothing is dropped by not being named.

    A number of which it is not clear what it withdraws is told in the row of the task that says so,
    or else in a row of its own, without a task.
    """
    texts = dict.fromkeys(section.text for section in plan.sections)
    by_words: dict[str, list[int]] = {}
    paths = [_path(item) for item in before]
    for at, item in enumerate(before):
        by_words.setdefault(searched(item.words.text), []).append(at)
    gone: dict[int, str] = {}
    unclear: dict[str, list[str]] = {}
    for text in (*texts, *(item.words.text for item in after)):
        for order in orders(text):
            wanted: list[tuple[str, list[int]]] = (
                [(order.quoted, _one(by_words.get(searched(order.quoted), [])))]
                if order.quoted
                else [(one.told, _meant(before, paths, one)) for one in order.named]
            )
            for name, some in wanted:
                gone |= dict.fromkeys([at for at in some if at not in gone], order.words)
                if not some and name not in unclear.setdefault(order.words, []):
                    unclear[order.words].append(name)
    return [*_told(rows, gone, unclear, after)]


def _one(some: Sequence[int]) -> list[int]:
    """What is meant where there is but one; else nothing."""
    return list(some) if len(some) == 1 else []


def _meant(
    before: Sequence[Item], paths: Sequence[Sequence[tuple[str, str]]], one: Named
) -> list[int]:
    """The places of the tasks that a number withdraws: the one that has it, or all under the one
    heading that has it."""
    within = [
        at
        for at, path in enumerate(paths)
        if all(any(label == part for label, _ in path) for part in one.within)
    ]
    some = [at for at in within if _number(before[at].ordinal) == one.label]
    if some:
        return _one(some)
    heads = {at: head for at in within for label, head in paths[at] if label == one.label}
    return list(heads) if len(set(heads.values())) == 1 else []


def _path(item: Item) -> list[tuple[str, str]]:
    """The headings that a task stands under: the number of each, and it with those above."""
    headings = item.words.group.split(" / ")
    found = []
    for depth, heading in enumerate(headings, 1):
        label = label_of(heading)
        number = label.text.split()[-1] if label else heading.partition(" ")[0]
        found.append((_number(number), " / ".join(headings[:depth])))
    return found


def _told(
    rows: Sequence[Difference],
    gone: Mapping[int, str],
    unclear: Mapping[str, Sequence[str]],
    after: Sequence[Item],
) -> Iterator[Difference]:
    told: set[str] = set()
    for row in rows:
        words = None if row.before is None else gone.get(row.before)
        said = [] if row.after is None else list(orders(after[row.after].words.text))
        if row.kind == "dropped":
            yield replace(row, kind="withdrawn" if words else "stays", reason=words or row.reason)
        elif words and said and row.kind != "split":  # what withdraws a task is like it in words
            yield replace(row, kind="withdrawn", changes=(), pieces=(), reason=words)
        elif said and row.kind == "new":
            doubts = [name for order in said for name in unclear.get(order.words, ())]
            told.update(order.words for order in said)
            if doubts:
                yield replace(row, kind="withdrawn", reason=_doubtful(doubts))
        else:
            yield row
    for order_words, names in unclear.items():
        if names and order_words not in told:
            reason = f"“{order_words}”: {_doubtful(names)}"
            yield Difference("withdrawn", None, None, reason=reason)


def _doubtful(names: Iterable[str]) -> str:
    return f"không rõ là nhiệm vụ nào: {', '.join(names)}"


def _number(label: str) -> str:
    return label.strip(" .()")
