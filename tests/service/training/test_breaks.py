"""The signs of a row that a page has cut: learned from rows whose cut is known."""

from corpora.tables import rows
from service.training import PLANS
from service.training.breaks import lessons, right, train


def test_rows_of_a_plan_that_was_not_seen_are_told_and_no_weight_is_idle() -> None:
    known = {slug: lessons(slug) for slug in PLANS}
    small = [*known["vinh-long-2023"], *known["ninh-son-2024"]]
    assert right(train(small), known["dong-nai-2024"]) > 0.97
    table = {row["sign"]: float(row["weight"]) for row in rows("models/breaks")}
    every = [one for lessons_of in known.values() for one in lessons_of]
    assert table == train(every)
    whole = right(table, every)
    assert whole > 0.98
    idle = [sign for sign in table if right({**table, sign: 0.0}, every) == whole]
    assert len(idle) < len(table) / 3, idle
