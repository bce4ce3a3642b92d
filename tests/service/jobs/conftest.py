"""Workers leave what they leave: each test of jobs has a store of its own."""

from collections.abc import Iterator

import pytest

from service.store import Store, opened_store
from tests.service.stores import DIALECTS, SettingsFor


@pytest.fixture(params=DIALECTS)
def store(request: pytest.FixtureRequest, settings_for: SettingsFor) -> Iterator[Store]:
    with opened_store(settings_for(request.param)) as opened:
        yield opened


@pytest.fixture
def sqlite_store(settings_for: SettingsFor) -> Iterator[Store]:
    with opened_store(settings_for()) as opened:
        yield opened
