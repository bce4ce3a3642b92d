"""Stores for the tests: fresh ones on SQLite and PostgreSQL, copied from one made once a run."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, delete, select

from models.tables import AgencyRow, SuccessionRow
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
        data.mkdir(0o700)
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


#: `emptied("sqlite")`: a store with nothing but the reference data in it, used again and again.
Emptied = Callable[[str], Store]

#: Tables that are as they were made: those of `corpora/`, and the revisions of the others.
_KEPT = {"agencies", "alembic_version", "dbos_migrations", "reference", "successions", "units"}


@pytest.fixture(scope="session")
def emptied(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Emptied]:
    """For tests that neither break the store nor leave something at work in it."""
    with (
        contextmanager(_made)(tmp_path_factory.mktemp("emptied"), request) as settings,
        ExitStack() as stack,
    ):

        @cache
        def opened(dialect: str) -> tuple[Store, set[str]]:
            # Requests of all tests of a process are counted together.
            given = settings(dialect, rate=1_000_000)
            store = stack.enter_context(opened_store(given))
            with store.reading() as session:
                return store, set(session.scalars(select(AgencyRow.id)))

        def emptied(dialect: str) -> Store:
            store, bodies = opened(dialect)
            _empty(store, bodies)
            return store

        yield emptied


def _empty(store: Store, bodies: set[str]) -> None:
    """Takes away all rows and files but those of the reference data, of which `bodies` are."""
    with store.writing() as session:
        run = session.connection().exec_driver_sql
        if store.dialect == "sqlite":
            run("PRAGMA defer_foreign_keys = ON")
            names = "SELECT name FROM sqlite_schema WHERE type = 'table'"
        else:
            run("SET LOCAL session_replication_role = replica")
            names = (
                "SELECT schemaname || '.' || tablename FROM pg_tables "
                "WHERE schemaname IN ('public', 'dbos')"
            )
        for name in run(names).scalars().all():
            if name.rpartition(".")[2] not in _KEPT and "_words_" not in name:
                run(f"DELETE FROM {name}")
        if store.dialect == "postgresql":
            sequences = "SELECT sequencename FROM pg_sequences WHERE sequencename !~ 'units'"
            for name in run(sequences).scalars().all():
                run(f"ALTER SEQUENCE IF EXISTS {name} RESTART")
        for key in set(session.scalars(select(AgencyRow.id))) - bodies:
            for model in (AgencyRow, SuccessionRow):
                session.execute(delete(model).where(col(model.id) == key))
    assert store.vault.folder is not None
    shutil.rmtree(store.vault.folder, ignore_errors=True)
    store.vault.folder.mkdir()


@pytest.fixture
def sqlite_store(emptied: Emptied) -> Store:
    return emptied("sqlite")


@pytest.fixture
def postgres_store(emptied: Emptied) -> Store:
    return emptied("postgresql")


@pytest.fixture(params=DIALECTS)
def store(request: pytest.FixtureRequest, emptied: Emptied) -> Store:
    """The same test on both databases."""
    return emptied(request.param)


@pytest.fixture(scope="module", params=DIALECTS)
def module_store(
    request: pytest.FixtureRequest, module_settings_for: SettingsFor
) -> Iterator[Store]:
    """The same for tests that only read it, once it is filled."""
    with opened_store(module_settings_for(request.param)) as opened:
        yield opened
