"""The signs of the rows of a dump: learned from tables flattened into dumps, none of them idle."""

import json
import random
from collections.abc import Mapping

import pytest

from corpora.tables import path
from extractor.structure.dumps.moves import learned
from service.training import PLANS
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


def test_a_plan_left_out_is_read() -> None:
    scores = json.loads(path("scores/dumps.json").read_text("utf-8"))
    for plan in scores.values():
        assert all(share > 0.85 for share in plan["left out"].values())


@pytest.mark.soak
def test_the_weights_in_the_repo_are_those_that_are_learned() -> None:
    given = [lesson for slug in PLANS for lesson in lessons(slug, DRILLS)]
    assert learn(given) == learned().known
