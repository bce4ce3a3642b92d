"""Which tasks are the same: what is learned of judged pairs, and how it does on plans unseen."""

import json

from corpora.tables import path, rows
from service.training.pairs import later, lessons, scores_of, weighed


def test_the_weights_in_the_repo_are_those_that_are_learned() -> None:
    kept = {row["sign"]: (row["same"], row["matter"]) for row in rows("models/pairs")}
    assert kept == weighed(lessons())


def test_pairs_of_plans_unseen_are_told_better_than_by_likeness_of_words() -> None:
    """The scores in the repo are those of the code, and each wrong pair stands there."""
    found = json.loads(json.dumps(scores_of(lessons()) | later()))
    kept = json.loads(path("scores/pairs.json").read_text("utf-8"))
    assert found.items() <= kept.items()
    for whole, alone, least in (
        ("left_out", "alone", 0.79),
        ("left_out_two_plans", "alone_two_plans", 0.765),
    ):
        assert found[whole]["f1"] >= least
        assert all(found[whole]["f1"] > one["f1"] + 0.1 for one in found[alone].values())
    assert found["left_out_bands"]["f1"] >= 0.83
    assert found["left_out_bands_two_plans"]["f1"] >= 0.82
    # Twenty of these are the same, so that one more or less is 0.03.
    assert found["later"]["f1"] >= 0.3 > found["alone_later"]["rapidfuzz"]["f1"]
    assert all(one["reason"] for one in found["wrong"])
