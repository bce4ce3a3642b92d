"""What the signs weigh: learned from what was judged, none of it by hand, none of it idle."""

import json
import subprocess
import sys
from typing import get_args

from corpora.signs import Decision, signs
from corpora.tables import path
from models.contract import decode
from service.training.judgements import lessons
from service.training.signs import known, learn, left_out, right, without
from tests.conftest import PLANS


def test_the_weights_in_the_repo_are_those_that_are_learned() -> None:
    learned = learn(known())
    for decision in get_args(Decision):
        kept = {name: sign.weight for name, sign in signs(decision).items()}
        assert kept == learned[decision]


def test_papers_are_told_by_weights_that_have_not_seen_them() -> None:
    """As the scores say, of which the lowest is that of rows cut by a page."""
    given = known()
    own = left_out(given)["dong-nai-2024"]
    hits, of = right(learn(without(given, "dong-nai-2024")), own)
    assert hits >= 0.98 * of
    for score in json.loads(path("scores/signs.json").read_text("utf-8")).values():
        assert score["right_left_out"] >= max(0.98, score["right"] - 0.02)


def test_every_lesson_shows_signs_that_are_known_and_most_signs_are_shown() -> None:
    shown = {(one.decision, name) for one in lessons() for name in one.signs}
    every = {(d, name) for d in get_args(Decision) for name in signs(d)}
    assert shown <= every
    assert len(every - shown) < len(every) / 4


def test_no_kind_of_sign_can_be_left_out() -> None:
    """Without the weights of a decision what it decides is told wrong."""
    given = known()
    weights = learn(given)
    hits, of = right(weights, given)
    for decision in get_args(Decision):
        none = {**weights, decision: dict.fromkeys(weights[decision], 0.0)}
        mine = sum(times for one, times in given.items() if one.decision == decision)
        assert right(none, given)[0] < hits - mine / 20, (of, decision)


def test_a_file_is_read_by_weights_that_have_not_seen_it() -> None:
    file = str(PLANS / "ninh-son-2024" / "ninh-son-2024.html")
    command = [sys.executable, "-m", "service.training.held_out", "extract", file]
    plan = decode(subprocess.run(command, check=True, capture_output=True).stdout)
    assert sum(task.origin == "table" for task in plan.tasks) == 44
