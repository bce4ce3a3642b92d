"""Syllables that were misread, put right by the words they stand in; each repair is told.

A mark of a small scan is easily lost or changed: "kiếm tra" for "kiểm tra". What is printed is told
by two things together: how often each letter is read for another, and how often syllables follow
one another, by Viterbi's path through what each may be. Numbers, codes and most names are never
touched, nor is what stands alone: there is nothing to tell by. Words are those of the dictionary of
underthesea (Viet74K); usage is that of the sample plans, names of agencies and reform fields.
"""

import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from corpora.tables import rows, threshold
from extractor.text import compounds, dictionary, is_syllable, plain

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"(\W*)([^\W\d_]+)(\W*)")
_VOWEL = re.compile("[aeiouy]")
_STOP = re.compile(r"[^\w\s]|\n")
_PLAIN = "abcdeghiklmnopqrstuvxy"
_SHORTEST, _LONGEST = 2, 7  # letters of a syllable that is told from the one beside it
_FOREIGN = re.compile("[äåëïñöüÿšžæœç]")  # letters that Vietnamese has not
# What each means, and what it was judged by, is told in corpora/thresholds.tsv.
_DOMINANT = threshold("ocr.dominant")
_KEPT = 12  # readings of a syllable that are followed further; more change nothing


@dataclass(frozen=True, slots=True)
class Repair:
    """The word with this number, as it must be printed rather than as it was read."""

    number: int
    meant: str


@dataclass(slots=True)
class Usage:
    """How often syllables stand alone and behind one another in plans, and which form words."""

    single: Counter[str] = field(default_factory=Counter)
    beside: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: set[str] = field(default_factory=set)
    words: set[tuple[str, str]] = field(default_factory=set)
    opened: Counter[str] = field(default_factory=Counter)  # words and pairs, by first syllable
    alike: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    total: int = 0

    def likely(self, before: str, syllable: str) -> float:
        """The logarithm of the share that a syllable has of what follows another, or begins."""
        alone = self.single[syllable] + (NEW if syllable in self.known else NEW / 300)
        share = alone / (self.total + NEW * len(self.known))
        if before:
            pair = before, syllable
            seen = self.beside[pair] + (pair in self.words)
            share = (seen + SMOOTH * share) / (self.opened[before] + SMOOTH)
        return math.log(share)

    def company(self, before: str, syllable: str, after: str) -> int:
        """With how many of its neighbours a syllable is seen."""
        return sum(
            pair in self.words or self.beside[pair] > 0
            for pair in ((before, syllable), (syllable, after))
        )


NEW = threshold("ocr.new")
SMOOTH = threshold("ocr.smooth")
UNSURE, SURE = threshold("ocr.unsure"), threshold("ocr.sure")
MARK, LETTER, NAME, RARE = (
    -math.log(threshold(f"ocr.{name}")) for name in ("mark", "letter", "name", "rare")
)


@cache
def usage(without: str = "") -> Usage:
    """Usage, without that of one sample plan where that one is to be judged."""
    found = Usage()
    for text in plan_texts(without):
        for part in _STOP.split(unicodedata.normalize("NFC", text).lower()):
            syllables = [word for word in part.split() if _LETTERS.fullmatch(word)]
            found.single.update(syllables)
            found.beside.update(itertools.pairwise(syllables))
    found.known.update(itertools.chain.from_iterable(dictionary()))
    found.words.update(compounds())
    for (first, _), times in found.beside.items():
        found.opened[first] += times
    for first, many in Counter(first for first, _ in found.words).items():
        found.opened[first] += min(many, 5)
    found.total = sum(found.single.values())
    for syllable in sorted(found.known):
        found.alike[plain(syllable)].append(syllable)
    return found


def plan_texts(without: str = "") -> Iterator[str]:
    """The words of the sample plans but one, of known reform fields and of agencies."""
    for plan in sorted((files("corpora") / "plans").iterdir(), key=lambda place: place.name):
        text = plan / f"{plan.name}.txt"
        if plan.is_dir() and plan.name != without and text.is_file():
            yield text.read_text("utf-8")
    yield from (row["text"] for row in rows("field_examples") if row["source"] != without)
    yield from (row["name"] for row in rows("agencies"))


def repairs_of(
    texts: Sequence[str], certainties: Sequence[float], known: Usage | None = None
) -> list[Repair]:
    """The words of a cell or line that others must stand in for."""
    known = known or usage()
    parts = [_WORD.fullmatch(text) for text in texts]
    found: list[Repair] = []
    for start, end in _stretches(parts):
        read = [part[2].lower() for part in parts[start:end] if part]
        choices = [
            _choices(known, parts, number, certainties[number]) for number in range(start, end)
        ]
        meant = ["", *_path(known, choices), ""]
        for place, syllable in enumerate(read, 1):
            before, now, after = meant[place - 1 : place + 2]
            if now == syllable:
                continue
            least = max(1, known.company(before, syllable, after))
            part = parts[start + place - 1]
            usual = known.single[now] >= _DOMINANT and not known.single[syllable]
            if part and (usual or known.company(before, now, after) >= least):
                word = part[1] + cased(now, part[2]) + part[3]
                found.append(Repair(start + place - 1, word))
            else:
                meant[place] = syllable
    return found


def parted(text: str) -> str | None:
    """The words that one is if the spaces between them are too narrow: "giảnhóa".

    None unless one parting alone has each syllable behind one that it is seen behind; a word
    without any mark may be one of another language: "camera".
    """
    word = _WORD.fullmatch(text)
    if word is None or word[2].isascii() or is_syllable(word[2]):
        return None
    known = usage()

    def partings(rest: str, last: str) -> Iterator[list[str]]:
        if not rest:
            yield []
        for end in range(_SHORTEST, min(len(rest), _LONGEST) + 1):
            syllable = rest[:end].lower()
            pair = last, syllable
            if is_syllable(syllable) and (not last or pair in known.words or known.beside[pair]):
                yield from ([rest[:end], *others] for others in partings(rest[end:], syllable))

    found = list(itertools.islice(partings(word[2], ""), 2))
    return word[1] + " ".join(found[0]) + word[3] if len(found) == 1 else None


def _stretches(parts: Sequence[re.Match[str] | None]) -> Iterator[tuple[int, int]]:
    """Words between which no sign stands: the numbers of the first and of the one past the last."""
    start = 0
    for number, part in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else None
        if part is None:
            start = number + 1
        elif following is None or part[3] or following[1]:
            yield start, number + 1
            start = number + 1


def _choices(
    known: Usage, parts: Sequence[re.Match[str] | None], number: int, certainty: float
) -> dict[str, float]:
    """What a word may be, and how unlikely it would then be read as it was."""
    part = parts[number]
    own = part[2] if part else ""
    read = own.lower()
    if own.isupper() and own.isascii() and read not in known.alike:
        return {read: 0.0}  # an abbreviation,
    if not _VOWEL.search(plain(read)) or _is_joined(own):
        return {read: 0.0}  # as is what has no vowel, or an abbreviation at its end
    sure = certainty >= SURE and read in known.known
    usual = sure or (known.single[read] > 0 and certainty >= UNSURE)
    found = _readings(known.alike, read, _is_name(parts, number), usual)
    if sure:  # and read so seldom for another that none was counted
        found = {other: cost + (RARE if cost >= MARK else 0.0) for other, cost in found.items()}
    return found


def _is_joined(word: str) -> bool:
    """Whether a word ends in capitals and began otherwise: "SốTT"."""
    return word[-2:].isupper() and not word[:2].isupper()


def _readings(alike: dict[str, list[str]], read: str, name: bool, usual: bool) -> dict[str, float]:
    if _FOREIGN.search(read) and (meant := alike.get(plain(read))):
        return dict.fromkeys(meant, 0.0)
    found = {read: 0.0}
    most = NAME if name else math.inf
    letters = plain(read)
    for other in alike.get(letters, ()):
        cost = _cost(other, read)
        if cost < most:
            found.setdefault(other, cost)
    if not (name or usual) and len(read) > 1:
        for near in _near(letters):
            for other in alike.get(near, ()):
                found.setdefault(other, LETTER)
    return found


def _near(letters: str) -> Iterator[str]:
    """What differs by one letter: one too many, another, or one too few."""
    for at in range(len(letters) + 1):
        for end in (at, at + 1):
            yield from (letters[:at] + letter + letters[end:] for letter in _PLAIN)
        yield letters[:at] + letters[at + 1 :]


@cache
def _shares() -> dict[tuple[str, str], float]:
    """How unlikely letters are read for others, by what was counted."""
    return {
        (row["printed"], row["read"]): -math.log(int(row["times"]) / int(row["of"]))
        for row in rows("misread")
    }


def _cost(printed: str, read: str) -> float:
    if len(printed) != len(read):
        return LETTER
    shares = _shares()
    pairs = zip(printed, read, strict=True)
    return sum(shares.get((one, other), MARK) for one, other in pairs if one != other)


def _path(known: Usage, choices: Sequence[dict[str, float]]) -> list[str]:
    """The likeliest of all that the words of a stretch may be together."""
    best: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for each in choices:
        longer: dict[str, tuple[float, list[str]]] = {}
        for syllable, cost in each.items():
            score, before = max(
                (score + known.likely(last, syllable), last) for last, (score, _) in best.items()
            )
            longer[syllable] = score - cost, [*best[before][1], syllable]
        kept = sorted(longer.items(), key=lambda item: -item[1][0])[:_KEPT]
        best = dict(kept)
    return max(best.values())[1]


def _is_name(parts: Sequence[re.Match[str] | None], number: int) -> bool:
    """Whether a word and one beside it begin with a capital and go on small: a name."""

    def titled(at: int) -> bool:
        part = parts[at] if 0 <= at < len(parts) else None
        return part is not None and part[2].istitle()

    return titled(number) and (titled(number - 1) or titled(number + 1))


def cased(word: str, like: str) -> str:
    if sum(letter.isupper() for letter in like) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word
