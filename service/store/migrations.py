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

from extractor.errors import KehoachError

#: The advisory lock of PostgreSQL that one migrating process holds: "kehoach" in ASCII, short.
LOCK = 0x6B65686F
#: Where Alembic finds the revisions.
LOCATION = "models:migrations"


class NewerDatabase(KehoachError):
    """The database was made by a version of kehoach that this one does not know."""

    code = "store.newer"


class BrokenReferences(KehoachError):
    """After a move, rows would name others that are not there; nothing was changed."""

    code = "store.references"


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
                    raise BrokenReferences(
                        "không nâng cấp được cơ sở dữ liệu vì có dòng trỏ tới dòng không còn; "
                        "dữ liệu giữ nguyên, chạy `kehoach doctor` để kiểm tra",
                        "the database cannot be upgraded because rows name others that are not "
                        "there; nothing was changed, run `kehoach doctor`",
                    )
        except CommandError as error:  # a revision that this version has not
            raise NewerDatabase(
                f"cơ sở dữ liệu thuộc một phiên bản mới hơn của kehoach ({error}); "
                "hãy nâng cấp kehoach rồi mở lại",
                f"the database belongs to a newer version of kehoach ({error}); "
                "upgrade kehoach, then open it again",
            ) from error
        finally:
            if sqlite:
                _switch(connection, "ON")


def _switch(connection: Connection, state: str) -> None:
    """Foreign keys of SQLite ON or OFF: only ever outside of a transaction."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()
