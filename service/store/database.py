"""The database: SQLite or PostgreSQL by one setting, opened the same way, with our tables.

SQLite runs with a write-ahead log, so that readers never wait for a writer, with foreign keys
checked, and with every commit on the disk before it is told. A transaction that will write takes
the write lock at its start (BEGIN IMMEDIATE): one that asks for it half-way could only fail.

Tables are brought to this version in one transaction: whole or not at all, by one process while
others that start at the same time wait (that write lock; an advisory one of PostgreSQL).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlmodel import Session

from service.settings import Settings
from service.store.changes import publish
from service.store.errors import BrokenReferences, NewerDatabase
from service.store.vault import Vault

T = TypeVar("T")

#: Milliseconds to wait for the write lock of SQLite.
BUSY_MS = 30_000
#: The advisory lock of PostgreSQL that one migrating process holds: "kehoach" in ASCII, short.
LOCK = 0x6B65686F
#: Where Alembic finds the revisions.
LOCATION = "models:migrations"

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


def lots(items: Iterable[T], size: int = 1000) -> Iterator[list[T]]:
    """As many at a time as one statement takes."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def file_of(url: str) -> Path | None:
    """The file of an SQLite database (sqlite:///PATH); None for any other."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def readable(path: Path) -> str:
    """The address by which SQLite opens a database file, to read only where it may not be written.

    Then there is no place for its memory of the log either; a log that is there is read all the
    same.
    """
    name = f"file:{quote(str(path))}"
    if not path.exists() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return name
    logged = path.with_name(f"{path.name}-wal").exists()
    return f"{name}?mode=ro" if logged else f"{name}?mode=ro&immutable=1"


def engine_of(url: str, **options: Any) -> Engine:
    """The engine of `url` (sqlite:///PATH or postgresql://…), set up for either.

    The folder of an SQLite file is made, for its owner alone, where it is not there.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=30, **options)
    if path := file_of(url):
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        name = readable(path)
        if "?" in name:
            url = f"sqlite:///{name}&uri=true"
    engine = create_engine(url, pool_size=20, max_overflow=30, **options)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def patient(connection: Connection, milliseconds: int) -> None:
    """Sets how long a transaction of SQLite waits for the lock; before it is begun, or after."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={milliseconds}")
    cursor.close()


def _begin(connection: Connection) -> None:
    inner: Any = connection.connection.driver_connection
    if inner.in_transaction:  # a commit that failed, and whose transaction is still there
        inner.rollback()
    writes = connection.get_execution_options().get("kehoach_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@dataclass(frozen=True, slots=True)
class Store:
    """The database and the vault of one installation; safe to use from many threads."""

    settings: Settings
    engine: Engine
    vault: Vault

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, in one transaction: all it sees is of one moment."""
        engine = self.engine
        if self.dialect == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end, or rolled back whole where that raises.

        What it changed is told in the feed, in the same transaction.
        """
        with Session(self.engine.execution_options(kehoach_writes=True)) as session:
            yield session
            publish(session)
            session.commit()

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    def close(self) -> None:
        self.engine.dispose()


def _config(location: str) -> Config:
    config = Config()
    config.set_main_option("script_location", location)
    return config


@cache
def _last_of(location: str) -> str | None:
    """Kept, as reading the revisions takes longer than all else when a store is opened."""
    return ScriptDirectory.from_config(_config(location)).get_current_head()


def head() -> str | None:
    """The revision of this version."""
    return _last_of(LOCATION)


def revision(engine: Engine) -> str | None:
    """The revision a database is at, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Upgrades to the tables of this version; nothing where they are there already.

    SQLite changes a table by making a new one and dropping the old, which would take along the
    rows of others that refer to it: foreign keys are not checked meanwhile, but all at the end.
    Raises NewerDatabase, or BrokenReferences.
    """
    if revision(engine) == head():
        return
    config = _config(LOCATION)
    with engine.execution_options(kehoach_writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _switch(connection, "OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                    raise BrokenReferences
        except CommandError as error:  # a revision that this version has not
            raise NewerDatabase(revision=str(error)) from error
        finally:
            if sqlite:
                _switch(connection, "ON")


def _switch(connection: Connection, state: str) -> None:
    """Foreign keys of SQLite ON or OFF: only ever outside of a transaction."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()
