"""The weights of the decoder of dumps: each earns its place on tables flattened into dumps."""

from service.dump_training import HELD_OUT, fields, rows_right, samples, shown_weights, worth


def test_a_third_of_the_weights_cannot_be_set_to_zero_unnoticed() -> None:
    """A weight is noticed if the known rows are more likely, or less, without it."""
    known = shown_weights()
    plans = [sample for slug in HELD_OUT for sample in samples(slug)[:3]]
    worths = worth(fields(plans, known, drills=30), known)
    idle = [sign for sign, value in worths.items() if abs(value) < 0.01]
    assert len(known) > 60
    assert len(idle) < len(known) / 3, idle


def test_the_rows_of_whole_plans_come_back() -> None:
    plans = [sample for slug in HELD_OUT[:2] for sample in samples(slug)]
    found = rows_right(plans, shown_weights())
    assert all(share > 0.98 for share in found.values()), found
