"""The service as a client meets it, on a fresh store, without a socket."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from service.access import Scope, keys, users
from service.api.app import create_app
from service.store import Store, opened_store
from tests.service.stores import SettingsFor

HOST = "localhost"
PASSWORD = "ba con mèo trên mái nhà"

#: `serving(rate=5)`: a client of a service with these settings; `client.app.state.store` is its
#: store.
Serving = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work, for the tests only."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "_HASHER", quick)


@pytest.fixture
def serving(settings_for: SettingsFor) -> Iterator[Serving]:
    with ExitStack() as stack:

        def serve(dialect: str = "sqlite", **given: object) -> TestClient:
            settings = settings_for(dialect, **{"workers": 0, "rate": 100_000, **given})
            store = stack.enter_context(opened_store(settings))
            client = TestClient(
                create_app(store, None),
                base_url=f"http://{HOST}",
                follow_redirects=False,
                raise_server_exceptions=False,
            )
            return stack.enter_context(client)

        yield serve


@pytest.fixture
def client(serving: Serving) -> TestClient:
    """Open access: no user, no key."""
    return serving()


def store_of(client: TestClient) -> Store:
    store: Store = client.app.state.store  # type: ignore[attr-defined]
    return store


def key_of(client: TestClient, scope: Scope, **given: int) -> dict[str, str]:
    """The header of a new key."""
    with store_of(client).writing() as session:
        return {"Authorization": f"Bearer {keys.add(session, scope, scope, **given).secret}"}


def user_of(client: TestClient, name: str, scope: Scope) -> None:
    """A user with PASSWORD."""
    with store_of(client).writing() as session:
        users.add(session, name, PASSWORD, scope)


def signed_in(client: TestClient, name: str) -> dict[str, str]:
    """Signs in; the client keeps the cookie, the header goes with changes."""
    answer = client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}
