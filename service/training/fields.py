"""Builds the classifier of reform fields.

1. The examples (`corpora/field_examples.tsv`): the fields' names, their criteria, the tasks that
   stand under a field's heading in the gold tables, and the items under such a heading in running
   text.
2. The model (`corpora/models/fields.tsv`): spaCy's text classifier, a bag of words and pairs of
   words, trained on all of them, and its weights written out; the same examples give the same
   bytes.
3. The scores (`corpora/scores/fields.json`): each plan with headings is left out in turn, with
   all that was taken from it, and its tasks are read without their headings.
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from corpora.fields import criteria, fields
from corpora.tables import rows
from extractor import read_plan
from extractor.language.field_model import (
    ALWAYS,
    FIELDS,
    MODEL,
    Weights,
    best,
    in_order,
    keys_of,
    likelihood,
)
from extractor.language.fields import BOUND, field_of
from service.training import ROOT, write_scores

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

EXAMPLES = "field_examples"
#: Plans whose tables have a heading for each field.
HELD_OUT = ("vinh-long-2023", "ninh-son-2024")

_SEED, _EPOCHS, _BATCH, _RATE = 0, 30, 32, 0.003
_DIGITS = 3
_ARCHITECTURE = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": True,
    "ngram_size": 2,
    "length": 65536,
    "no_output_layer": False,
}
_SHORTEST = 25  # characters of an item of running text that says something


@dataclass(frozen=True, slots=True)
class Example:
    """A text of known field; `source` is the plan it was taken from, `part` where it stood."""

    code: str
    source: str
    part: str
    text: str


def gathered() -> list[Example]:
    """All examples, from the reference tables and the sample plans."""
    found = [
        Example(field.code, "fields", "name", name)
        for field in fields()
        if field.code in FIELDS
        for name in (field.name, *field.aliases)
    ]
    found += [Example(c.code, "criteria", c.kind, c.text) for c in criteria()]
    for folder in sorted((ROOT / "plans").iterdir()):
        gold = folder / f"{folder.name}.gold.json"
        if not gold.is_file():
            continue
        for task in json.loads(gold.read_text("utf-8"))["tasks"]:
            headings = [*task["group"], *filter(None, [task["subject"]])]
            match = field_of(headings)
            if match and match.code in FIELDS and task["task"]:
                found.append(Example(match.code, folder.name, "table", _line(task["task"])))
        for section in read_plan(folder / f"{folder.name}.html").sections:
            match = field_of([section.title])
            if match and match.code in FIELDS:
                found += [
                    Example(match.code, folder.name, "text", _line(item))
                    for item in section.text.split("\n")
                    if len(item) >= _SHORTEST
                ]
    return found


def _line(text: str) -> str:
    return " ".join(text.split())


def examples() -> list[Example]:
    """The examples of `corpora/field_examples.tsv`."""
    return [Example(r["code"], r["source"], r["part"], r["text"]) for r in rows(EXAMPLES)]


def train(known: Sequence[Example]) -> "Language":
    """spaCy's classifier trained on `known`; the same in the same order gives the same one."""
    import spacy
    from spacy.training import Example as Taught
    from thinc.api import fix_random_seed

    fix_random_seed(_SEED)
    nlp = spacy.blank("xx")
    classifier: Any = nlp.add_pipe("textcat", config={"model": _ARCHITECTURE})
    for code in FIELDS:
        classifier.add_label(code)
    taught = [
        Taught.from_dict(
            doc_of(nlp, example.text),
            {"cats": {code: float(code == example.code) for code in FIELDS}},
        )
        for example in known
    ]
    optimizer: Any = nlp.initialize(lambda: taught)
    optimizer.learn_rate = _RATE
    order = random.Random(_SEED)
    for _ in range(_EPOCHS):
        order.shuffle(taught)
        for start in range(0, len(taught), _BATCH):
            nlp.update(taught[start : start + _BATCH], sgd=optimizer)
    return nlp


def doc_of(nlp: "Language", text: str) -> "Doc":
    """The words of a text as the classifier sees them."""
    from spacy.tokens import Doc

    return Doc(nlp.vocab, words=keys_of(text))


def weights_of(nlp: "Language", known: Sequence[Example]) -> Weights:
    """The weights of all words and pairs of words that stand in `known`.

    spaCy keeps them by the hash of the gram. A gram alone, put through the linear layer, gives
    its weights and those of every text.
    """
    classifier: Any = nlp.get_pipe("textcat")
    linear = classifier.model.get_ref("output_layer")
    ops = linear.ops

    def through(keys: Any) -> Any:
        one = ops.xp.ones(len(keys), dtype="f")
        return linear.predict((keys, one, one.astype("int32")))

    empty = ops.xp.zeros(0, dtype="uint64"), ops.xp.zeros(0, dtype="f")
    always = linear.predict((*empty, ops.xp.zeros(1, dtype="int32")))[0]
    keys: dict[str, int] = {}
    for example in known:
        words = doc_of(nlp, example.text).to_array(["ORTH"])
        names = keys_of(example.text)
        keys.update(zip(names, words.tolist(), strict=True))
        pairs = map(" ".join, pairwise(names))
        keys.update(zip(pairs, ops.ngrams(2, words).tolist(), strict=True))
    grams = sorted(keys)
    said = through(ops.asarray([keys[gram] for gram in grams], dtype="uint64")) - always
    return Weights(
        _rounded(always), {gram: _rounded(row) for gram, row in zip(grams, said, strict=True)}
    )


def _rounded(row: Any) -> tuple[float, ...]:
    return tuple(round(float(weight), _DIGITS) for weight in row)


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """The mean F1 of all fields that are in `gold` or were found.

    >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
    0.6666666666666666
    """
    scores = []
    for code in sorted({*gold, *found}):
        right = sum(a == b == code for a, b in zip(gold, found, strict=True))
        scores.append(2 * right / (gold.count(code) + found.count(code)))
    return sum(scores) / len(scores)


def held_out(slug: str, known: Sequence[Example]) -> dict[str, Any]:
    """How well the tasks of a plan are read by a model that has not seen the plan."""
    others = [example for example in known if example.source != slug]
    model = weights_of(train(others), others)
    tasks = [e for e in known if (e.source, e.part) == (slug, "table")]
    gold = [task.code for task in tasks]
    alone = [likelihood(task.text, model) for task in tasks]
    answers = list(map(best, in_order(alone)))
    usual = Counter(e.code for e in others).most_common(1)[0][0]
    stated = [
        found == code for (found, score), code in zip(answers, gold, strict=True) if score >= BOUND
    ]
    return {
        "tasks": len(tasks),
        "examples": len(others),
        "macro_f1": round(macro_f1(gold, [found for found, _ in answers]), 3),
        "macro_f1_words_alone": round(macro_f1(gold, [best(row)[0] for row in alone]), 3),
        "macro_f1_majority": round(macro_f1(gold, [usual] * len(gold)), 3),
        "stated": round(len(stated) / len(tasks), 3),
        "right_of_stated": round(sum(stated) / max(1, len(stated)), 3),
        "wrong": [
            {"text": task.text, "field": task.code, "found": found, "score": round(score, 2)}
            for task, (found, score) in zip(tasks, answers, strict=True)
            if found != task.code
        ],
    }


def table_of(model: Weights) -> str:
    """The weights as a table, what says nothing left out."""
    lines = ["\t".join(("gram", *FIELDS))]
    for gram, row in ((ALWAYS, model.always), *sorted(model.said.items())):
        if any(row):
            lines.append("\t".join((gram, *(f"{w:g}" if w else "" for w in row))))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes examples, model and scores into `corpora/`."""
    known = gathered()
    examples = ROOT / f"{EXAMPLES}.tsv"
    table = "code\tsource\tpart\ttext\n" + "".join(
        f"{e.code}\t{e.source}\t{e.part}\t{e.text}\n" for e in known
    )
    if not examples.read_text("utf-8").endswith(table):  # what is as it was keeps its day
        header = (
            "# Source: made by service/training/fields.py of fields.tsv, field_criteria.tsv and "
            f"sample plans; made {date.today().isoformat()}.\n# Texts of known reform field.\n"
        )
        examples.write_text(header + table, "utf-8")
    made = "Made by service/training/fields.py, not by hand."
    table = table_of(weights_of(train(known), known))
    (ROOT / f"{MODEL}.tsv").write_text(
        f"# Weights of the classifier of reform fields. {made}\n{table}", "utf-8"
    )
    scores = {
        "spacy": version("spacy"),
        "bound": BOUND,
        "held_out": {slug: held_out(slug, known) for slug in HELD_OUT},
    }
    write_scores("fields", scores)


if __name__ == "__main__":
    main()
