"""The database: SQLite or PostgreSQL by one setting, opened the same way.

SQLite runs with a write-ahead log, so that readers never wait for a writer, with foreign keys
checked, and with every commit on the disk before it is told. A transaction that will write takes
the write lock at its start (BEGIN IMMEDIATE): one that asks for it half-way could only fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlmodel import Session

from service.settings import Settings
from service.store.vault import Vault

#: Milliseconds to wait for the write lock of SQLite.
BUSY_MS = 30_000

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


def file_of(url: str) -> Path | None:
    """The file of an SQLite database (sqlite:///PATH); None for any other."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def engine_of(url: str, **options: Any) -> Engine:
    """The engine of `url` (sqlite:///PATH or postgresql://…), set up for either.

    The folder of an SQLite file is made where it is not there.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=30, **options)
    if path := file_of(url):
        path.parent.mkdir(parents=True, exist_ok=True)
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


def _begin(connection: Connection) -> None:
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
        """A session that is committed at the end, or rolled back whole where that raises."""
        with Session(self.engine.execution_options(kehoach_writes=True)) as session:
            yield session
            session.commit()

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self.engine.dialect.name

    def close(self) -> None:
        self.engine.dispose()
