"""Fixtures of all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# A test is not timed: the first example may load a model.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent
PLANS = ROOT / "corpora" / "plans"
WILD = ROOT.parent / "shared" / "wild"


@pytest.fixture
def wild() -> Path:
    """The folder of real files that stay out of the repo; the test is skipped where it is not."""
    if not WILD.is_dir():
        pytest.skip("../shared/wild is not here")
    return WILD
