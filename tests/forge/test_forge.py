"""Plans of random layout are read as they were written; a failure shows the smallest that is not.

Files of Word are read as the web pages are, and so are their prints where LibreOffice is.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.forge.drawing import Plan, plan
from tests.forge.trial import Tally, faults, page, smallest, tally
from tests.forge.writing import as_docx
from tests.office import converted, needs_libreoffice

#: How many plans each test reads, for xdist to share out.
BLOCK = 50
#: How many in the long run.
FORGED = int(os.environ.get("FORGED_PLANS", "5000"))
#: How many of them are printed, which takes a second each.
PRINTED = int(os.environ.get("PRINTED_PLANS", "200"))


def told(number: int, wrong: Callable[[Plan], list[str]] = faults) -> str:
    """The smallest plan that is read wrong as the one of this number is."""
    less = smallest(plan(number), wrong)
    return f"plan {number}: {wrong(less)}\n{page(less)[0].decode()}"


@pytest.mark.parametrize("first", range(0, 300, BLOCK))
def test_plans_are_read_as_they_were_written(first: int) -> None:
    for number in range(first, first + BLOCK):
        assert not faults(plan(number)), told(number)


def test_names_that_stand_out_head_rows_with_crosses_below_times() -> None:
    """A plan of the long run whose table says when, and neither who nor what comes of it."""
    assert not faults(plan(10_238)), told(10_238)


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


def prints(numbers: Iterable[int], folder: Path) -> dict[int, Path]:
    """The plans of these numbers printed to PDF."""
    files = {number: folder / f"{number}.docx" for number in numbers}
    for number, file in files.items():
        file.write_bytes(as_docx(plan(number).blocks()))
    printed = converted(files.values(), "pdf", folder)
    return {number: printed / f"{number}.pdf" for number in files}


def from_print(file: Path) -> Callable[[Plan], tuple[bytes, str]]:
    return lambda _: (file.read_bytes(), file.name)


@needs_libreoffice
def test_prints(tmp_path: Path) -> None:
    """Tables so wide that words, headings and rows are cut, on sheets that lie on their side."""
    for number, file in prints((12, 33, 523, 531, 550, 20_037, 820_042, 911_000), tmp_path).items():
        assert not faults(plan(number), from_print(file)), f"print of plan {number}"


@needs_libreoffice
@pytest.mark.soak
@pytest.mark.parametrize("first", range(20_000, 20_000 + PRINTED, BLOCK))
def test_hundreds_of_prints(first: int, tmp_path: Path) -> None:
    """Rows wholly right 0.99, targets 0.98; where pages end among narrow columns, some are lost."""
    total = Tally()
    wrong = []
    for number, file in prints(range(first, first + BLOCK), tmp_path).items():
        found = faults(plan(number), from_print(file))
        total.add(tally(plan(number), found))
        wrong += [f"print of plan {number}: {found}"] if found else []
    assert total.rows_lost <= 0.01 * total.rows, wrong
    assert total.targets_lost <= 0.02 * total.targets, wrong


def test_what_is_read_wrong_is_made_small() -> None:
    """A fault that needs one table shrinks to that table."""
    drawn = next(one for one in map(plan, range(100)) if len(one.tables) > 2)
    least = smallest(drawn, lambda one: any(table.kind == "tasks" for table in one.tables))
    assert [table.kind for table in least.tables] == ["tasks"]
    assert not least.tables[0].tasks()
