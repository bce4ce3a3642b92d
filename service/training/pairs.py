"""Learns what the signs weigh by which two tasks are told to be the same (`service.comparison`).

The lessons are pairs that a reader has judged (`corpora/pairs.tsv`, with the rules of the reader).
Written are the words and in how many tasks they stand (`corpora/models/deed_words.tsv`), the
weights (`corpora/models/pairs.tsv`), the likeliest of a log-linear model held near nothing, and
the scores (`corpora/scores/pairs.json`): each pair is told by weights and a threshold from pairs
of other plans. TF-IDF alone and rapidfuzz alone are told beside it, each with the threshold that
suits it best of all pairs. Pairs that were read when all was made (`drawn` is later) are never
learned from; the judge as it stands tells them.

`python -m service.training.pairs` prints the scores and each pair that is told wrong, with the
reason that was given.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import numpy
from numpy.typing import NDArray
from rapidfuzz import fuzz

from corpora import tables
from extractor.language.deeds import deeds
from service.comparison import judge, likeness
from service.comparison.judge import ALWAYS, Words
from service.training import ROOT, write_scores

PAIRS, LATER = "pairs", "later"
COLUMNS = ("text", "group", "product", "lead", "deadline", "unit", "year")
#: How firmly each weight of a sign is held at nothing.
_DOUBT, _STEPS, _REST = 20.0, 50, 1e-6
_DIGITS = 3
#: The score of what cannot be the same.
_NEVER = -20.0
#: The precision at which recall is told.
_SURE = 0.92

Numbers = NDArray[numpy.float64]
Row = dict[str, str]


def lessons() -> list[Row]:
    """The pairs that are learned from."""
    return [row for row in tables.rows(PAIRS) if row["drawn"] != LATER]


def words_of(row: Row, side: str) -> Words:
    """One of the two tasks of a row."""
    return Words(*(row.get(f"{name}_{side}", "") for name in COLUMNS))


def counted(pairs: Sequence[Row]) -> Counter[str]:
    """In how many tasks each word stands, and each two together; how many tasks, by ''."""
    texts = {row[f"text_{side}"] for row in pairs for side in "ab"}
    texts |= {row["text"] for row in tables.rows("field_examples")}
    found: Counter[str] = Counter({"": len(texts)})
    for text in texts:
        found.update(
            {
                gram
                for deed in deeds(text.replace("\\n", "\n"))
                for words in (deed.object, deed.detail, deed.aside)
                for gram in likeness.grams(words)
            }
        )
    return found


def shown(row: Row) -> dict[str, float]:
    """The signs of a pair."""
    one, other = words_of(row, "a"), words_of(row, "b")
    return judge.signs(one, other, judge.fitting(one.deeds, other.deeds))


def fit(seen: Numbers, right: Numbers) -> Numbers:
    """The likeliest weights; the last column is that of what all show."""
    mean, spread = seen.mean(0), seen.std(0)
    spread[spread == 0] = 1.0
    mean[-1], spread[-1] = 0.0, 1.0
    even = (seen - mean) / spread
    doubt = numpy.full(seen.shape[1], _DOUBT)
    doubt[-1] = 0.01
    weights = numpy.zeros(seen.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + numpy.exp(-even @ weights))
        slope = even.T @ (right - chance) - doubt * weights
        curve = (even.T * (chance * (1 - chance))) @ even + numpy.diag(doubt)
        step = numpy.linalg.solve(curve, slope)
        weights += step
        if abs(step).max() < _REST:
            break
    weights = weights / spread
    weights[-1] -= float(mean[:-1] @ weights[:-1])
    return cast("Numbers", weights)


def suited(scores: Numbers, right: Numbers) -> float:
    """The threshold with the best F1, halfway to the next score below it."""
    order = numpy.argsort(-scores, kind="stable")
    f1 = numpy.cumsum(right[order]) / (numpy.arange(1, len(right) + 1) + right.sum())
    best = int(f1.argmax())
    return float(scores[order][best : best + 2].mean())


def measured(scores: Numbers, bounds: Numbers, right: Numbers) -> dict[str, float]:
    """Precision, recall and F1 of what is at or above its bound; recall at a precision of 0.92."""
    found = scores >= bounds
    hits = float((found & (right == 1)).sum())
    order = numpy.argsort(-(scores - bounds), kind="stable")
    all_hits = numpy.cumsum(right[order])
    sure = all_hits / numpy.arange(1, len(right) + 1) >= _SURE
    precision, recall = hits / max(1, found.sum()), hits / right.sum()
    return {
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
        f"recall_at_precision_{_SURE}": round(
            float(max(all_hits[sure] / right.sum(), default=0.0)), 3
        ),
    }


def held_out(pairs: Sequence[Row], seen: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """The score and the bound of each pair, from pairs that share no plan with it."""
    scores, bounds = numpy.zeros(len(pairs)), numpy.zeros(len(pairs))
    names = list(shown(pairs[0]))
    barred = seen[:, [names.index(bar) for bar in judge.BARS]].any(1)
    plans = [frozenset((row["document_a"], row["document_b"])) for row in pairs]
    for own in set(plans):
        others = numpy.array([not plan & own for plan in plans])
        mine = numpy.array([plan == own for plan in plans])
        weights = fit(seen[others], right[others])
        scores[mine] = seen[mine] @ weights
        free = others & ~barred
        bounds[mine] = suited(seen[free] @ weights, right[free])
    scores[barred] = _NEVER  # as when judged
    return scores, bounds


def matrix(pairs: Sequence[Row]) -> tuple[list[str], Numbers]:
    """The names of the signs, and what each pair shows of them."""
    lines = [shown(row) for row in pairs]
    names = list(lines[0])
    return [*names, ALWAYS], numpy.array([[*line.values(), 1.0] for line in lines])


def _alone(pairs: Sequence[Row], right: Numbers) -> dict[str, dict[str, float]]:
    """The scores of likeness of words alone."""
    measures: dict[str, list[float]] = {"tfidf": [], "rapidfuzz": []}
    for row in pairs:
        one, other = words_of(row, "a").deeds, words_of(row, "b").deeds
        measures["tfidf"].append(likeness.cosine(likeness.whole(one), likeness.whole(other)))
        measures["rapidfuzz"].append(fuzz.token_set_ratio(row["text_a"], row["text_b"]))
    found = {}
    for name, values in measures.items():
        scores = numpy.array(values)
        found[name] = measured(scores, numpy.full(len(scores), suited(scores, right)), right)
    return found


def scores_of(pairs: Sequence[Row]) -> dict[str, Any]:
    """How well pairs of plans are told that were not learned from."""
    _, seen = matrix(pairs)
    right = _labels(pairs)["same"]
    scores, bounds = held_out(pairs, seen, right)
    across = numpy.array([row["document_a"] != row["document_b"] for row in pairs])
    bands = numpy.array([row["drawn"] == "bands" for row in pairs])
    across_pairs = [row for row, far in zip(pairs, across, strict=True) if far]
    wrong = [
        {
            "a": row["text_a"],
            "b": row["text_b"],
            "read": row["label"],
            "told": "same" if score >= bound else "not the same",
            "reason": judge.judged(words_of(row, "a"), words_of(row, "b")).reason,
        }
        for row, score, bound in zip(pairs, scores, bounds, strict=True)
        if (score >= bound) != (row["label"] == "same")
    ]
    return {
        "pairs": len(pairs),
        "labels": dict(sorted(Counter(row["label"] for row in pairs).items())),
        **{
            f"left_out{name}": measured(scores[some], bounds[some], right[some])
            for name, some in {
                "": across | True,
                "_two_plans": across,
                "_bands": bands,
                "_bands_two_plans": bands & across,
            }.items()
        },
        "alone": _alone(pairs, right),
        "alone_two_plans": _alone(across_pairs, right[across]),
        "wrong": wrong,
    }


def later() -> dict[str, Any]:
    """How well the judge, as it stands, tells the pairs that nothing was learned from."""
    pairs = [row for row in tables.rows(PAIRS) if row["drawn"] == LATER]
    verdicts = [judge.judged(words_of(row, "a"), words_of(row, "b")) for row in pairs]
    right = _labels(pairs)["same"]
    bound = numpy.full(len(pairs), tables.threshold("pairs.same"))
    return {
        "later": measured(numpy.array([one.score for one in verdicts]), bound, right),
        "alone_later": _alone(pairs, right),
    }


def _write_words(pairs: Sequence[Row]) -> None:
    known = counted(pairs)
    lines = [f"{gram}\t{n}" for gram, n in sorted(known.items()) if n > 1]
    head = (
        "# In how many tasks a word stands, and two together; the first line counts the tasks.\n"
        "# Made by service/training/pairs.py of pairs.tsv and field_examples.tsv, not by hand.\n"
    )
    (ROOT / f"{likeness.TABLE}.tsv").write_text(
        head + "words\ttasks\n" + "\n".join(lines) + "\n", "utf-8"
    )
    for cached in (
        tables.rows, likeness._known, likeness.rarity, likeness.vector, likeness.head,
        likeness.whole,
    ):  # fmt: skip
        cached.cache_clear()


def _labels(pairs: Sequence[Row]) -> dict[str, Numbers]:
    """Which pairs are the same, and which are of one matter at least."""
    return {
        "same": numpy.array([row["label"] == "same" for row in pairs], float),
        "matter": numpy.array([row["label"] != "different" for row in pairs], float),
    }


def weighed(pairs: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """What each sign weighs for the same task and for the same matter, as it is written."""
    names, seen = matrix(pairs)
    weights = [fit(seen, right) for right in _labels(pairs).values()]
    return {
        name: tuple(f"{one[at]:.{_DIGITS}f}" for one in weights) for at, name in enumerate(names)
    }


def main() -> None:
    """Writes words, weights and scores into `corpora/`, and prints the scores."""
    _write_words(lessons())
    pairs = lessons()
    weights = weighed(pairs)
    lines = ["\t".join((sign, *both)) for sign, both in weights.items()]
    head = (
        "# What each sign weighs for two tasks being the same, and for their matter being one.\n"
        "# Made by service/training/pairs.py of pairs.tsv, not by hand.\n"
    )
    table = head + "sign\tsame\tmatter\n" + "\n".join(lines) + "\n"
    (ROOT / f"{judge.TABLE}.tsv").write_text(table, "utf-8")
    for cached in (tables.rows, judge._weights):
        cached.cache_clear()
    found = scores_of(pairs) | later()
    _, seen = matrix(pairs)
    bounds = {
        column: round(1 / (1 + math.exp(-suited(held_out(pairs, seen, right)[0], right))), 2)
        for column, right in _labels(pairs).items()
    }
    write_scores("pairs", found | {"suited": bounds})
    wrong = found.pop("wrong")
    for one in wrong:
        print(f"{one['read']} | {one['told']} | {one['reason']}\n  {one['a']}\n  {one['b']}")
    print(json.dumps(found | {"suited": bounds, "wrong": len(wrong)}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
