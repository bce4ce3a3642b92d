"""The reform field of a task by its words, and by the tasks it stands among.

A bag of words and pairs of words tells the field of most tasks; what it cannot tell (a report,
a plan) the order does, for the tasks of one field stand together. Both give one probability for
each field. The weights are those of a spaCy text classifier (`service.training.fields`), written
out as a table: reading it takes a hundredth of the time of loading spaCy. What the model reaches on
plans it has not seen stands in `corpora/scores/fields.json`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import mul

from corpora.fields import fields
from corpora.tables import rows, threshold
from extractor.text import tokens

#: The fields told apart: those of PAR INDEX.
FIELDS = tuple(
    field.code for field in fields() if field.code.startswith("PAR.") and field.code.count(".") == 1
)
#: The table of weights, and its row that holds for every text.
MODEL = "models/fields"
ALWAYS = "*"

#: How likely a row has the field of the row above.
STAY = threshold("field.stay")
#: The model is surer than it is right; its probabilities are raised to this power.
SHARPNESS = threshold("field.sharpness")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each word ("cai3") and pair of words ("cai3 cach1") says for each of FIELDS."""

    always: tuple[float, ...]
    said: Mapping[str, tuple[float, ...]]


def keys_of(text: str) -> list[str]:
    """The words the model sees: folded, without numbers, abbreviations written out.

    >>> keys_of("Rà soát 100% TTHC") == keys_of("rà soát thủ tục hành chính")
    True
    """
    found: list[str] = []
    for key in tokens(text).keys:
        if key[0].isalpha():
            found += _written_out().get(key, (key,))
    return found


@cache
def _written_out() -> dict[str, tuple[str, ...]]:
    return {
        tokens(row["short"]).keys[0]: tuple(tokens(row["long"]).keys)
        for row in rows("abbreviations")
    }


def grams_of(text: str) -> Counter[str]:
    """The words and pairs of words of a text, counted."""
    keys = keys_of(text)
    return Counter([*keys, *map(" ".join, pairwise(keys))])


@cache
def weights() -> Weights:
    """The weights of `corpora/models/fields.tsv`."""
    said = {row["gram"]: tuple(float(row[code] or 0) for code in FIELDS) for row in rows(MODEL)}
    return Weights(said.pop(ALWAYS), said)


def likelihood(text: str, model: Weights) -> list[float]:
    """The probability of each of FIELDS for a text by itself."""
    logits = list(model.always)
    for gram, count in grams_of(text).items():
        if said := model.said.get(gram):
            logits = [logit + count * weight for logit, weight in zip(logits, said, strict=True)]
    highest = max(logits)
    return _normal([math.exp(logit - highest) for logit in logits])


@lru_cache(maxsize=4096)  # rows repeat
def _likely(text: str) -> tuple[float, ...]:
    return tuple(likelihood(text, weights()))


def fields_of(texts: Sequence[str], *, ordered: bool) -> list[tuple[str, float]]:
    """The likeliest field of each text with its probability; `ordered` for rows of one table.

    >>> fields_of(["Rà soát, đơn giản hóa thủ tục hành chính"], ordered=False)[0][0]
    'PAR.3'
    """
    likely: list[Sequence[float]] = [_likely(text) for text in texts]
    seen = in_order(likely) if ordered else [row for one in likely for row in in_order([one])]
    return [best(row) for row in seen]


def best(row: Sequence[float]) -> tuple[str, float]:
    """The likeliest field of a row of probabilities, and its probability."""
    score = max(row)
    return FIELDS[row.index(score)], score


def in_order(likely: Sequence[Sequence[float]], stay: float = STAY) -> list[list[float]]:
    """The probabilities of rows that stand below each other, each seen with all the others.

    Forward and backward along a chain that stays in its field with chance `stay`. A row that
    says little goes with its neighbours:

    >>> found = in_order([[0.9, 0.1], [0.5, 0.5], [0.9, 0.1]], stay=0.9)
    >>> [round(row[0], 2) for row in found]
    [0.85, 0.84, 0.85]
    """
    if not likely:
        return []
    count = len(likely[0])
    move = (1 - stay) / (count - 1)
    keep = stay - move  # passing a row on that sums to 1: move + keep * p
    seen = [_sharpened(tuple(row)) for row in likely]
    row = seen[0]
    forward = [row]  # what the rows up to here say, not yet summing to 1
    for likely_here in seen[1:]:
        share = keep / sum(row)
        row = [(move + share * p) * q for p, q in zip(row, likely_here, strict=True)]
        forward.append(row)
    found = [_normal(row)]
    behind = [1.0] * count
    for at in range(len(seen) - 1, 0, -1):
        ahead = list(map(mul, behind, seen[at]))
        share = keep / sum(ahead)
        behind = [move + share * p for p in ahead]
        found.append(_normal(list(map(mul, forward[at - 1], behind))))
    found.reverse()
    return found


@lru_cache(maxsize=4096)
def _sharpened(row: tuple[float, ...]) -> list[float]:
    return _normal([max(p, 1e-6) ** SHARPNESS for p in row])


def _normal(row: Sequence[float]) -> list[float]:
    whole = sum(row)
    return [p / whole for p in row]
