"""Reform fields of plans the model has not seen, with peers; what the reading of a table costs.

Run: python -m tests.benchmarks.fields
Each plan with headings is left out of the training in turn; its rows are read without their
headings. TF-IDF with logistic regression is no dependency: it is run with the interpreter that
PEERS_PYTHON names (this one where it is unset), after `pip install scikit-learn` there.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

from extractor.language import field_model
from extractor.language.field_model import FIELDS, best, fields_of, in_order, likelihood
from service.training.fields import HELD_OUT, examples, macro_f1, train, weights_of

PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)
STAYS = (0.5, 0.7, 0.87, 0.95)

_REGRESSION = """
import json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
known, asked = json.load(sys.stdin)
model = make_pipeline(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    LogisticRegression(C=10, max_iter=2000),
)
model.fit([text for text, _ in known], [code for _, code in known])
json.dump([list(model.classes_), model.predict_proba(asked).tolist()], sys.stdout)
"""


def regression(known: Sequence[tuple[str, str]], asked: Sequence[str]) -> list[list[float]] | None:
    """The probabilities of TF-IDF with logistic regression, or None without scikit-learn."""
    run = subprocess.run(
        [PYTHON, "-c", _REGRESSION],
        input=json.dumps([known, asked]),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        return None
    classes, rows = json.loads(run.stdout)
    return [[row[classes.index(code)] for code in FIELDS] for row in rows]


def codes(rows: Sequence[Sequence[float]]) -> list[str]:
    return [best(row)[0] for row in rows]


def held_out(slug: str) -> None:
    known = examples()
    others = [example for example in known if example.source != slug]
    tasks = [example for example in known if (example.source, example.part) == (slug, "table")]
    gold = [task.code for task in tasks]
    usual = Counter(example.code for example in others).most_common(1)[0][0]
    model = weights_of(train(others), others)
    alone = [likelihood(task.text, model) for task in tasks]
    peer = regression([(e.text, e.code) for e in others], [task.text for task in tasks])
    print(f"  {slug}: {len(tasks)} rows, {len(others)} examples; macro-F1")
    print(f"    the usual field                {macro_f1(gold, [usual] * len(gold)):.3f}")
    if peer is None:
        print(f"    TF-IDF + logistic regression   not found: {PYTHON} -m pip install scikit-learn")
    else:
        print(f"    TF-IDF + logistic regression   {macro_f1(gold, codes(peer)):.3f} alone, "
              f"{macro_f1(gold, codes(in_order(peer))):.3f} in order")  # fmt: skip
    print(f"    kehoach                        {macro_f1(gold, codes(alone)):.3f} alone, "
          f"{macro_f1(gold, codes(in_order(alone))):.3f} in order")  # fmt: skip
    chances = (f"{s}: {macro_f1(gold, codes(in_order(alone, s))):.3f}" for s in STAYS)
    print(f"      by the chance to stay in a field  {', '.join(chances)}")


def cost() -> None:
    """Milliseconds of the first table, and of a table of distinct rows."""
    texts = [example.text for example in examples() if example.part == "table"]
    start = time.perf_counter()
    fields_of(texts[:1], ordered=True)
    first = time.perf_counter() - start
    field_model._likely.cache_clear()
    start = time.perf_counter()
    fields_of(texts, ordered=True)
    every = time.perf_counter() - start
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import spacy; spacy.blank('xx')"], check=True)
    print(f"  weights read in {1e3 * first:.0f} ms (loading spaCy: "
          f"{1e3 * (time.perf_counter() - start):.0f} ms); {len(texts)} distinct rows in "
          f"{1e3 * every:.0f} ms")  # fmt: skip


def main() -> None:
    print("fields: rows read without their headings, by a model that has not seen the plan")
    cost()
    for slug in HELD_OUT:
        held_out(slug)


if __name__ == "__main__":
    main()
