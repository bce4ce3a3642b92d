"""The classifier of reform fields: built the same each time, its weights those of spaCy."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from corpora.tables import path
from extractor.language.field_model import FIELDS, MODEL, likelihood, weights
from service.training.fields import (
    HELD_OUT,
    doc_of,
    examples,
    gathered,
    held_out,
    macro_f1,
    table_of,
    train,
    weights_of,
)

if TYPE_CHECKING:
    from spacy.language import Language


def test_examples_are_those_of_the_corpora() -> None:
    """The file is what the gold and the reference tables give; else: make model.

    Items of running text are left out: they change with every step of the reading.
    """
    kept = [example for example in examples() if example.part != "text"]
    assert kept == [example for example in gathered() if example.part != "text"]
    assert len(kept) > 350


@pytest.fixture(scope="module")
def model() -> "Language":
    return train(examples())


def test_the_table_is_the_model(model: "Language") -> None:
    known = examples()
    table = weights_of(model, known)
    for example in known[::5]:
        doc = model(doc_of(model, example.text))
        ours = likelihood(example.text, table)
        for code, probability in zip(FIELDS, ours, strict=True):
            assert probability == pytest.approx(doc.cats[code], abs=0.02)


def test_the_model_in_the_repo_is_that_of_the_examples(model: "Language") -> None:
    """Other machines round differently: the answers are compared, not the bytes."""
    known = examples()
    table = weights_of(model, known)
    for example in known:
        ours, built = likelihood(example.text, weights()), likelihood(example.text, table)
        assert ours == pytest.approx(built, abs=0.05)
    assert len(path(f"{MODEL}.tsv").read_bytes()) < 5 * 1024**2


@pytest.mark.soak
def test_the_same_examples_give_the_same_model(model: "Language") -> None:
    known = examples()
    assert table_of(weights_of(model, known)) == table_of(weights_of(train(known), known))


@pytest.mark.soak
@pytest.mark.parametrize("slug", HELD_OUT)
def test_the_scores_in_the_repo_are_those_of_a_plan_left_out(slug: str) -> None:
    score = held_out(slug, examples())
    for name, value in scores()[slug].items():
        if isinstance(value, float):
            assert score[name] == pytest.approx(value, abs=0.02)


@pytest.mark.parametrize("slug", HELD_OUT)
def test_a_plan_left_out_is_read(slug: str) -> None:
    score = scores()[slug]
    assert score["macro_f1"] >= 0.85
    assert score["right_of_stated"] >= 0.9
    assert score["stated"] >= 0.9


def scores() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(path("scores/fields.json").read_text("utf-8"))
    return found["held_out"]


def test_macro_f1() -> None:
    assert macro_f1(["a", "b"], ["a", "b"]) == 1.0
    assert macro_f1(["a", "b"], ["b", "a"]) == 0.0
    assert macro_f1(["a", "a"], ["a", "c"]) == pytest.approx((2 / 3 + 0) / 2)
