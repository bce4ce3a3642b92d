"""Stores for the tests: fresh ones on SQLite and PostgreSQL, copied from one made once a run."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from service.jobs.queue import client_of
from service.settings import Settings, load
from service.store import Store, opened_store
from tests.service.postgres import Server, locked, programs, shared_server

DIALECTS = ("sqlite", "postgresql")
TEMPLATE = "kehoach_template"

#: `settings_for("postgresql", workers=0)`: settings with a data folder and a database of their own.
SettingsFor = Callable[..., Settings]


def _shared(factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder that all processes of this test run share, and the process that ends last."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return base.parent, os.getppid()
    return base, os.getpid()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an SQLite database with all tables (of the queue too) and reference data."""
    folder, _ = _shared(tmp_path_factory)
    data = folder / "sqlite-template"
    with locked(folder / "sqlite.lock"):
        if not (data / "done").exists():
            with opened_store(load(data=data)) as store:
                client_of(store)
            (data / "done").touch()
    return data / "kehoach.db"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The PostgreSQL of this test run, with a template of all tables and the reference data."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder, owner = _shared(tmp_path_factory)
    server = shared_server(folder, owner)
    with locked(folder / "template.lock"):
        if not (folder / "template.done").exists():
            url = server.create(TEMPLATE)
            with opened_store(load(data=folder / "postgres-template", database=url)) as store:
                client_of(store)
            (folder / "template.done").touch()
    return server


@pytest.fixture
def settings_for(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SettingsFor]:
    """Makes settings for "sqlite" or "postgresql": a new folder, a new database with all tables.

    `empty=True` leaves the database without tables.
    """
    yield from _made(tmp_path, request)


@pytest.fixture(scope="module")
def module_settings_for(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[SettingsFor]:
    """The same for stores that all tests of a module only read."""
    yield from _made(tmp_path_factory.mktemp("stores"), request)


def _made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SettingsFor]:
    made: list[tuple[Server, str]] = []

    def settings(dialect: str = "sqlite", *, empty: bool = False, **given: object) -> Settings:
        data = tmp_path / f"data-{uuid4().hex[:8]}"
        data.mkdir()
        if dialect == "sqlite":
            if not empty:
                template: Path = request.getfixturevalue("sqlite_template")
                shutil.copyfile(template, data / "kehoach.db")
            return load(data=data, **given)
        server: Server = request.getfixturevalue("postgres")
        name = f"t{uuid4().hex}"
        url = server.create(name, "template1" if empty else TEMPLATE)
        made.append((server, name))
        return load(data=data, database=url, **given)

    yield settings
    for server, name in made:
        server.drop(name)


@pytest.fixture
def sqlite_store(settings_for: SettingsFor) -> Iterator[Store]:
    with opened_store(settings_for("sqlite")) as store:
        yield store


@pytest.fixture
def postgres_store(settings_for: SettingsFor) -> Iterator[Store]:
    with opened_store(settings_for("postgresql")) as store:
        yield store


@pytest.fixture(params=DIALECTS)
def store(request: pytest.FixtureRequest, settings_for: SettingsFor) -> Iterator[Store]:
    """The same test on both databases."""
    with opened_store(settings_for(request.param)) as opened:
        yield opened


@pytest.fixture(scope="module", params=DIALECTS)
def module_store(
    request: pytest.FixtureRequest, module_settings_for: SettingsFor
) -> Iterator[Store]:
    """The same for tests that only read it, once it is filled."""
    with opened_store(module_settings_for(request.param)) as opened:
        yield opened
