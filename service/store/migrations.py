"""Bringing a database to the tables of this version, and back.

Each move is one transaction: it is done whole or not at all, and one process does it while others
that start at the same time wait (the write lock of SQLite, an advisory lock of PostgreSQL).
"""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from service.store.errors import BrokenReferences, NewerDatabase

#: The advisory lock of PostgreSQL that one migrating process holds: "kehoach" in ASCII, short.
LOCK = 0x6B65686F
#: Where Alembic finds the revisions.
LOCATION = "models:migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", LOCATION)
    return config


def head() -> str | None:
    """The revision of this version."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revision(engine: Engine) -> str | None:
    """The revision a database is at, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Upgrades to the tables of this version; nothing where they are there already.

    Raises NewerDatabase, or BrokenReferences.
    """
    if revision(engine) != head():
        _move(engine, command.upgrade, "head")


def downgrade(engine: Engine, to: str) -> None:
    """Goes back to the tables of the revision `to`; "base" leaves nothing."""
    _move(engine, command.downgrade, to)


def _move(engine: Engine, move: Callable[[Config, str], None], to: str) -> None:
    """Moves in one transaction that no other moving process is in.

    SQLite changes a table by making a new one and dropping the old, which would take along the
    rows of others that refer to it: foreign keys are not checked meanwhile, but all at the end.
    """
    config = _config()
    with engine.execution_options(kehoach_writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _switch(connection, "OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                config.attributes["connection"] = connection
                move(config, to)
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
