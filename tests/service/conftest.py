"""Fixtures of the service: a small plan, stores, the application on them."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from models.plan import Plan
from service.access import users
from service.store import Store
from tests.service.plans import made_plan
from tests.service.stores import (
    emptied,
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
    "emptied",
    "module_settings_for",
    "module_store",
    "postgres",
    "postgres_store",
    "settings_for",
    "sqlite_store",
    "sqlite_template",
    "store",
]

#: `app_of(store)`: the application on an emptied store. A new one would put its routes together at
#: its first request.
AppOf = Callable[[Store], FastAPI]


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work, for the tests only."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "HASHER", quick)


@pytest.fixture(scope="session")
def app_of() -> AppOf:
    from service.api.app import create_app  # not needed by most tests, and heavy
    from service.api.bounds import Rates, Windows
    from service.originals import Originals

    made: dict[str, FastAPI] = {}

    def app(store: Store) -> FastAPI:
        if store.dialect not in made:
            made[store.dialect] = create_app(store, None)
        found = made[store.dialect]
        found.middleware_stack = None  # whether access is open is asked anew
        found.state.rates = Rates(Windows())  # nobody has tried a wrong password yet
        found.state.originals = Originals.of(store)  # those of the test before are closed
        return found

    return app


@pytest.fixture
def plan() -> Plan:
    return made_plan()
