"""Real plans, whole and in parts, as a service hands them to a writer."""

from dataclasses import replace

import pytest

from models.contract import decode, encode
from models.plan import Plan
from tests.conftest import PLANS
from tests.extractor.pages import sample


@pytest.fixture(scope="session")
def real() -> list[bytes]:
    """The sample plans, each read from its web page."""
    found = [encode(sample(path)) for path in sorted(PLANS.glob("*/*.html"))]
    assert len(found) == 5
    return found


@pytest.fixture(scope="session")
def parts(real: list[bytes]) -> list[bytes]:
    """The tasks of the sample plans, five at a time, in plans without anything else."""
    return [
        encode(part_of(plan, start, start + 5))
        for plan in map(decode, real)
        for start in range(0, len(plan.tasks), 5)
    ]


def part_of(plan: Plan, start: int, end: int) -> Plan:
    return replace(
        plan, tasks=plan.tasks[start:end], sections=(), targets=(), citations=(), diagnostics=()
    )
