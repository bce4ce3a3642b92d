"""The service as a client meets it, on a fresh store, without a socket."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access import Scope, keys, users
from service.api.app import create_app
from service.settings import load
from service.store import Store, opened_store
from tests.service.api.library import SAMPLES, planted
from tests.service.api.probes import probe
from tests.service.conftest import AppOf
from tests.service.stores import DIALECTS, TEMPLATE, Emptied

HOST = "localhost"
PASSWORD = "ba con mèo trên mái nhà"

#: `serving(rate=5)`: a client of a service with these settings; `client.app.state.store` is its
#: store. With `fresh`, or with settings, the application is a new one, and free to be changed.
Serving = Callable[..., TestClient]


def client_of(app: FastAPI) -> TestClient:
    return TestClient(
        app,
        base_url=f"http://{HOST}",
        follow_redirects=False,
        raise_server_exceptions=False,
    )


@pytest.fixture
def serving(emptied: Emptied, app_of: AppOf) -> Iterator[Serving]:
    """The first of a test on a database empties the store; more of them share it."""
    with ExitStack() as stack:
        store_on = cache(emptied)

        def serve(dialect: str = "sqlite", *, fresh: bool = False, **given: object) -> TestClient:
            store = store_on(dialect)
            if not fresh and not given:
                return stack.enter_context(client_of(app_of(store)))
            known = {"data": store.settings.data, "database": store.settings.database}
            settings = load(**{**known, "workers": 0, "rate": 100_000, **given})
            app = create_app(replace(store, settings=settings), None)
            return stack.enter_context(client_of(app))

        yield serve


@pytest.fixture
def client(serving: Serving) -> TestClient:
    """Open access: no user, no key."""
    return serving()


@pytest.fixture(scope="session")
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], TestClient]]:
    """`shared("sqlite")`: a client of an open service with the samples in it, made once a run."""
    with ExitStack() as stack:

        @cache
        def serve(dialect: str) -> TestClient:
            data, given = tmp_path_factory.mktemp("shared"), {}
            if dialect == "sqlite":
                shutil.copyfile(request.getfixturevalue("sqlite_template"), data / "kehoach.db")
            else:
                server = request.getfixturevalue("postgres")
                given["database"] = server.create(f"t{uuid4().hex}", TEMPLATE)
            settings = load(data=data, workers=0, rate=1_000_000, **given)
            store = stack.enter_context(opened_store(settings))
            for slug in SAMPLES:
                planted(store, slug)
            return stack.enter_context(client_of(create_app(store, None)))

        yield serve


@pytest.fixture
def library(shared: Callable[[str], TestClient]) -> TestClient:
    """A service with the three samples, for tests that only read."""
    return shared("sqlite")


@pytest.fixture(params=DIALECTS)
def libraries(shared: Callable[[str], TestClient], request: pytest.FixtureRequest) -> TestClient:
    """The same on each database."""
    return shared(request.param)


@pytest.fixture(scope="session")
def probed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with the routes of the probe, which write nothing."""
    data = tmp_path_factory.mktemp("probed")
    shutil.copyfile(sqlite_template, data / "kehoach.db")
    with opened_store(load(data=data, workers=0, rate=1_000_000)) as store:
        client = client_of(create_app(store, None))
        client.app.include_router(probe)  # type: ignore[attr-defined]
        with client:
            yield client


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
