"""What has changed from one plan to another: from year to year, or from draft to issued plan.

Each task of the one is laid beside the task of the other that is the same (`judge`), the surest
first, one to one. What is left over may have gone into a task that has a partner (merged) or come
out of one (split); else it is dropped or new. Of two that are the same it is told what changed:
their words, their day (beyond the step from one year to the next), who leads (a successor is the
same hand). What a person said of two tasks wins over the judge.

>>> from extractor import read_plan
>>> from pathlib import Path
>>> plan = read_plan(Path("corpora/plans/ninh-son-2024/ninh-son-2024.html"))
>>> rows = differences(items_of(plan), items_of(plan))
>>> {row.kind for row in rows}, {row.changes for row in rows}
({'kept'}, {()})
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import permutations
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from corpora.lineage import FRAMES, successors
from models.plan import Plan
from models.tables.documents import task_key
from models.task import Task
from service.comparison.judge import Words, judged
from service.comparison.likeness import Vector, cosine, rarity, whole

if TYPE_CHECKING:
    from service.store.judgements import Said, Sayings

Kind = Literal["kept", "merged", "split", "new", "dropped", "withdrawn", "stays"]
Change = Literal["reworded", "moved", "handed over"]


@dataclass(frozen=True, slots=True)
class Item:
    """A task of one of the two plans, as it is compared."""

    words: Words
    ordinal: str
    due: str | None
    year: int | None
    agencies: frozenset[str]
    id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both have ("same"), that only the first has ("gone") or the second ("come")."""

    kind: Literal["same", "gone", "come"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: a task of the first plan, of the second, or of both.

    `before` and `after` are places in their plans, None for what is new or dropped; of a merged or
    split row both are told, and another row has the partner. `pieces` are the words of both where
    they differ. `said` is what a person said of the two; `near` is, of a row without a partner, the
    place of the task of the other plan that is most like it and yet another one. Where the second
    plan amends the first, a task is `withdrawn` by it or, not spoken of, `stays` in force.
    """

    kind: Kind
    before: int | None
    after: int | None
    changes: tuple[Change, ...] = ()
    pieces: tuple[Piece, ...] = ()
    score: float = 1.0
    reason: str = ""
    said: "Said | None" = None
    near: int | None = None


def items_of(plan: Plan) -> list[Item]:
    """The tasks of a plan that stand for themselves, in order."""
    document = plan.document
    years = document.period.years if document.period else ()
    year = years[0] if years else None
    unit = document.unit.id if document.unit else ""
    return [
        _item(task, unit or "", year, task_key(document.id, task.id))
        for task in plan.tasks
        if not task.same_as and (task.description or task.subject)
    ]


def _item(task: Task, unit: str, year: int | None, key: str) -> Item:
    lead = task.lead
    return Item(
        Words(
            text=task.description or task.subject or "",
            group=" / ".join(task.group),
            product=task.product or "",
            lead=lead.text if lead else "",
            deadline=(task.deadline.text if task.deadline else None) or "",
            unit=unit,
            year=str(year or ""),
        ),
        task.ordinal or "",
        task.deadline.due if task.deadline else None,
        year,
        frozenset(body.id for body in lead.agencies if body.id) if lead else frozenset(),
        task.id,
        key,
    )


#: How alike two texts must be, in words, to be judged at all, and to be one text reworded.
_NEAR, _REWORDED = 0.25, 0.9
#: How many words of a task are looked at to find others.
_WORDS = 8


def differences(
    before: Sequence[Item], after: Sequence[Item], said: "Sayings | None" = None
) -> list[Difference]:
    """The rows, in the order of the second plan, then what was dropped in that of the first.

    `said` is what people said of pairs, by the keys of the items.
    """
    every = sorted(_matches(before, after, said or {}), key=lambda m: (-m.rank, m.before, m.after))
    found = [match for match in every if match.same]
    forth: dict[int, _Match] = {}
    back: dict[int, _Match] = {}
    for match in found:
        if match.before not in forth and match.after not in back:
            forth[match.before] = back[match.after] = match
    merged: dict[int, _Match] = {}
    split: dict[int, _Match] = {}
    for match in found:
        if match.before not in forth and match.after in back:
            merged.setdefault(match.before, match)
        if match.after not in back and match.before in forth:
            split.setdefault(match.after, match)
    like: dict[str, dict[int, _Match]] = {"new": {}, "dropped": {}}
    for match in every:
        if not match.same:
            like["new"].setdefault(match.after, match)
            like["dropped"].setdefault(match.before, match)
    rows = [
        _beside(before, after, back[at], "kept")
        if at in back
        else _beside(before, after, split[at], "split")
        if at in split
        else _alone("new", None, at, like["new"].get(at))
        for at in range(len(after))
    ]
    for at in range(len(before)):
        if at in merged:
            rows.append(_beside(before, after, merged[at], "merged"))
        elif at not in forth:
            rows.append(_alone("dropped", at, None, like["dropped"].get(at)))
    return rows


@dataclass(frozen=True, slots=True)
class _Match:
    before: int
    after: int
    rank: float
    score: float
    reason: str
    same: bool
    said: "Said | None"


#: The rank of a pair that a person has spoken of: before all else, so that it is shown.
_FIRST = 9.0


def _matches(before: Sequence[Item], after: Sequence[Item], said: "Sayings") -> Iterator[_Match]:
    """All pairs that are the same task, with how sure that is; and those that are similar."""
    theirs = [whole(item.words.deeds) for item in after]
    by_word: dict[str, list[int]] = defaultdict(list)
    for at, vector in enumerate(theirs):
        for word in _rarest(vector):
            by_word[word].append(at)
    same_text: dict[str, list[int]] = defaultdict(list)
    for at, item in enumerate(after):
        same_text[_plain(item.words.text)].append(at)
    of_key = {item.key: at for at, item in enumerate(after) if item.key}
    told: dict[str, list[int]] = defaultdict(list)
    for first, second in (pair for both in said for pair in permutations(both, 2)):
        if second in of_key:
            told[first].append(of_key[second])
    for at, item in enumerate(before):
        mine, text = whole(item.words.deeds), _plain(item.words.text)
        shared = Counter(other for word in _rarest(mine) for other in by_word[word])
        for other in {*shared, *same_text[text], *told[item.key]}:
            partner = after[other]
            spoken = said.get(frozenset((item.key, partner.key)))
            alike = cosine(mine, theirs[other])
            theirs_text = _plain(partner.words.text)
            if text != theirs_text and alike < _NEAR and not spoken:
                continue
            ratio = fuzz.ratio(text, theirs_text, score_cutoff=100 * _REWORDED) / 100
            verdict = judged(item.words, partner.words)
            same = verdict.label == "same" or ratio >= _REWORDED
            score, reason = max(verdict.score, ratio), verdict.reason
            if spoken:
                same, score, reason = spoken.verdict == "same", 1.0, spoken.told
            elif not same and verdict.label != "similar":
                continue
            near = 0.1 * (item.words.lead == partner.words.lead)
            near += 0.1 * (item.words.group == partner.words.group)
            rank = score + near + 0.01 * (item.ordinal == partner.ordinal)
            yield _Match(at, other, _FIRST if spoken else rank, score, reason, same, spoken)


def _alone(kind: Kind, before: int | None, after: int | None, like: _Match | None) -> Difference:
    """A row without a partner, with what is most like it."""
    if like is None:
        return Difference(kind, before, after)
    near = like.before if before is None else like.after
    return Difference(kind, before, after, reason=like.reason, said=like.said, near=near)


def _rarest(vector: Vector) -> list[str]:
    single = (gram for gram in vector if " " not in gram)
    return sorted(single, key=lambda gram: (-vector[gram] * rarity(gram), gram))[:_WORDS]


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .;-")


def _beside(before: Sequence[Item], after: Sequence[Item], match: _Match, kind: Kind) -> Difference:
    one, other = before[match.before], after[match.after]
    changes: list[Change] = []
    pieces: tuple[Piece, ...] = ()
    if _plain(one.words.text) != _plain(other.words.text):
        changes.append("reworded")
        pieces = marked(one.words.text, other.words.text)
    if kind == "kept":
        changes += ["moved"] if _moved(one, other) else []
        changes += ["handed over"] if _handed_over(one, other) else []
    return Difference(
        kind, match.before, match.after, tuple(changes), pieces, round(match.score, 3),
        match.reason, match.said,
    )  # fmt: skip


def marked(before: str, after: str) -> tuple[Piece, ...]:
    """The words of two texts in one, each run of them the same, gone or come.

    >>> [(piece.kind, piece.text) for piece in marked("Kiểm tra công tác CCHC", "Kiểm tra CCHC")]
    [('same', 'Kiểm tra'), ('gone', 'công tác'), ('same', 'CCHC')]
    """
    one, other = before.split(), after.split()
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", " ".join(one[a:b])))
            continue
        found += [Piece("gone", " ".join(one[a:b]))] if a < b else []
        found += [Piece("come", " ".join(other[c:d]))] if c < d else []
    return tuple(found)


def _moved(one: Item, other: Item) -> bool:
    """Whether the day has changed by more than the step from the one plan's year to the other's.

    Where one of them has no day, the words of the deadline decide, without their years.
    """
    if one.due and other.due:
        return _in_year(one.due, one.year) != _in_year(other.due, other.year)
    return _timeless(one.words.deadline) != _timeless(other.words.deadline)


def _in_year(due: str, year: int | None) -> tuple[int, int, int]:
    day = date.fromisoformat(due)
    return day.year - (year or day.year), day.month, day.day


def _timeless(text: str) -> str:
    return " ".join(word for word in _plain(text.lower()).split() if not word[-4:].isdigit())


def _handed_over(one: Item, other: Item) -> bool:
    """Whether others lead, successors of the first not counted; unread bodies by their words."""
    if not (one.agencies and other.agencies):
        return _plain(one.words.lead.lower()) != _plain(other.words.lead.lower())
    hands = set(one.agencies)
    for frame in FRAMES:  # in either frame: nobody else has taken it over
        hands.update(home for body in one.agencies for home in successors(body, frame))
    return not other.agencies <= hands
