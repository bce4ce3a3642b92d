"""The signs of the rows of a dump: learned from tables flattened into dumps, none of them idle."""

import json
import random
from collections.abc import Mapping

import pytest

from corpora.tables import path, rows
from extractor.structure.evidence import learned
from service.training import PLANS, heads
from service.training.dumps import DRILLS, learn, rows_right
from service.training.flattening import WAYS, lessons


def test_a_third_of_the_weights_is_missed() -> None:
    """Any third: every third sign by name, and thirds drawn at random."""
    shown = [lesson for slug in PLANS for lesson in lessons(slug, 9)[-9:]]

    def share(weights: Mapping[str, float]) -> float:
        """The mean share of rows that come back, over the ways of flattening."""
        return sum(rows_right(shown, weights).values()) / len(WAYS)

    known = learned().known
    whole = share(known)
    assert whole > 0.9
    for third in range(6):
        names = sorted(known)
        if third >= 3:
            random.Random(third).shuffle(names)
        idle = set(names[third % 3 :: 3])
        assert share({name: known[name] for name in names if name not in idle}) < whole - 0.02


def test_each_weight_of_a_heading_is_missed() -> None:
    known = learned().known
    shown = [lesson for slug in PLANS for lesson in heads.lessons(slug, heads.DRILLS)]
    whole = heads.chance_right(shown, known)
    names = {sign for one in shown for signs in one.signs for sign in signs}
    assert names == {row["sign"] for row in rows("models/headings")}
    for name in names:
        assert heads.chance_right(shown, {**known, name: 0.0}) < whole - 0.001


def test_headings_are_told_by_weights_that_have_not_seen_them() -> None:
    scores = json.loads(path("scores/headings.json").read_text("utf-8")).values()
    for score in scores:
        assert score["left out"] >= score["learned from"] - 0.03
        assert score["left out"] > score["without weights"]
    right = sum(score["left out"] * score["headings"] for score in scores)
    assert right >= 0.9 * sum(score["headings"] for score in scores)


def test_a_plan_left_out_is_read() -> None:
    scores = json.loads(path("scores/dumps.json").read_text("utf-8"))
    for plan in scores.values():
        assert all(share > 0.85 for share in plan["left out"].values())


@pytest.mark.soak
def test_the_weights_in_the_repo_are_those_that_are_learned() -> None:
    given = [lesson for slug in PLANS for lesson in lessons(slug, DRILLS)]
    headings = [lesson for slug in PLANS for lesson in heads.lessons(slug, heads.DRILLS)]
    assert learn(given) | heads.learn(headings) == learned().known
