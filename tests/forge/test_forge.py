"""Plans of random layout are read as they were written; a failure shows the smallest that is not.

Files of Word are read as the web pages are.
"""

import os
from collections.abc import Callable

import pytest

from tests.forge.drawing import Plan, plan
from tests.forge.trial import Tally, faults, page, smallest, tally
from tests.forge.writing import as_docx

#: How many plans each test reads, for xdist to share out.
BLOCK = 50
#: How many in the long run.
FORGED = int(os.environ.get("FORGED_PLANS", "5000"))


def told(number: int, wrong: Callable[[Plan], list[str]] = faults) -> str:
    """The smallest plan that is read wrong as the one of this number is."""
    less = smallest(plan(number), wrong)
    return f"plan {number}: {wrong(less)}\n{page(less)[0].decode()}"


@pytest.mark.parametrize("first", range(0, 300, BLOCK))
def test_plans_are_read_as_they_were_written(first: int) -> None:
    for number in range(first, first + BLOCK):
        assert not faults(plan(number)), told(number)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(10_000, 10_000 + FORGED, 10 * BLOCK))
def test_thousands_of_plans(first: int) -> None:
    """Rows wholly right 0.995, none invented, targets 0.98."""
    total = Tally()
    wrong = []
    for number in range(first, first + 10 * BLOCK):
        found = faults(plan(number))
        total.add(tally(plan(number), found))
        wrong += [number] if found else []
    assert total.rows_lost <= 0.005 * total.rows, told(wrong[0])
    assert total.rows_invented <= total.rows_lost, told(wrong[0])
    assert total.targets_lost <= 0.02 * total.targets, told(wrong[0])


def word(drawn: Plan) -> tuple[bytes, str]:
    return as_docx(drawn.blocks()), "plan.docx"


def test_word_files() -> None:
    for number in range(300, 320):
        assert not faults(plan(number), word), told(number, lambda one: faults(one, word))


def test_what_is_read_wrong_is_made_small() -> None:
    """A fault that needs one table shrinks to that table."""
    drawn = next(one for one in map(plan, range(100)) if len(one.tables) > 2)
    least = smallest(drawn, lambda one: any(table.kind == "tasks" for table in one.tables))
    assert [table.kind for table in least.tables] == ["tasks"]
    assert not least.tables[0].tasks()
