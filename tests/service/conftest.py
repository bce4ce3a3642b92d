"""Fixtures of the service: a small plan, stores."""

import pytest

from models.plan import Plan
from tests.service.plans import made_plan
from tests.service.stores import (
    module_settings_for,
    module_store,
    postgres,
    postgres_store,
    settings_for,
    sqlite_store,
    sqlite_template,
    store,
)

__all__ = [
    "module_settings_for",
    "module_store",
    "postgres",
    "postgres_store",
    "settings_for",
    "sqlite_store",
    "sqlite_template",
    "store",
]


@pytest.fixture
def plan() -> Plan:
    return made_plan()
