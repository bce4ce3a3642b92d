"""Restoring a backup: every checksum is looked at before anything is touched, then all or nothing.

The database of the backup is brought up to this version beside the old one. The bytes go in, where
they disturb nobody; then the database is exchanged in one move. What goes wrong before that move
leaves the store as it was. A job that was in hand begins anew: which jobs there are the rows say,
and the state of workflows, which could name the result of a step whose bytes were not copied, is
left behind.
"""

import hashlib
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import msgspec

from service.jobs.queue import forget_all
from service.settings import Settings
from service.store import opened_store
from service.store.backup import DATABASE, FILES, FORMAT, MANIFEST, SUMS, Manifest, database_of
from service.store.database import engine_of
from service.store.errors import DamagedBackup, InUse, NotEmpty
from service.store.migrations import migrate
from service.store.vault import Vault, flushed

#: Rows of these are somebody's work; a store without any is as good as empty.
_WORK = ("documents", "users", "api_keys")
#: What makes a copy fit to go on from: nobody works on what was being worked on.
_AT_REST = (
    "UPDATE jobs SET state = 'queued', executor = NULL WHERE state = 'running'",
    "DELETE FROM workers",
)


def restore(settings: Settings, file: Path, *, replace: bool = False) -> Manifest:
    """Makes the store of the settings that of the backup `file`.

    Nobody may use the store meanwhile. `replace` gives leave to lose the rows that are in it; bytes
    of the vault are never taken away. Raises DamagedBackup, OtherTools, NotEmpty, InUse,
    NewerDatabase, or OSError.
    """
    database = database_of(settings.database_url)
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise DamagedBackup(what=str(error)) from error
    with archive:
        manifest, names = _checked(archive)
        _look_at(database, replace)
        database.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".kehoach-", dir=database.parent) as folder:
            copy = Path(archive.extract(DATABASE, folder))
            _bring_up(copy)
            vault, added = Vault(settings.vault_url), []
            try:
                for name in names:
                    sha256 = name.removeprefix(FILES).replace("/", "")
                    if not vault.has(sha256):
                        added.append(sha256)
                    vault.put(Path(archive.extract(name, folder)))
                    shutil.rmtree(Path(folder) / FILES)
                for end in ("-wal", "-shm"):  # SQLite would take them for those of the new one
                    database.with_name(database.name + end).unlink(missing_ok=True)
                copy.replace(database)
                flushed(database.parent)
            except BaseException:
                for sha256 in added:
                    vault.delete(sha256)
                raise
    with opened_store(settings) as store:  # and so to the reference data of this version
        forget_all(store)
    return manifest


def _checked(archive: zipfile.ZipFile) -> tuple[Manifest, list[str]]:
    """The manifest and the names of the files; raises DamagedBackup unless each byte is right."""
    try:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
        sums = archive.read(SUMS)
        if manifest.format != FORMAT or hashlib.sha256(sums).hexdigest() != manifest.sums:
            raise DamagedBackup(what=SUMS)
        wanted = {line[66:]: line[:64] for line in sums.decode().splitlines()}
        if sorted(archive.namelist()) != sorted({MANIFEST, SUMS, DATABASE, *wanted}):
            raise DamagedBackup(what=SUMS)
        for name, sha256 in wanted.items():
            if name not in (DATABASE, f"{FILES}{sha256[:2]}/{sha256[2:]}"):
                raise DamagedBackup(what=name)
            with archive.open(name) as entry:
                if hashlib.file_digest(entry, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
                    raise DamagedBackup(what=name)
        del wanted[DATABASE]
    except (KeyError, ValueError, EOFError, OSError) as error:
        raise DamagedBackup(what=str(error)) from error
    except (zipfile.BadZipFile, zlib.error, msgspec.MsgspecError) as error:
        raise DamagedBackup(what=str(error)) from error
    return manifest, list(wanted)


def _look_at(database: Path, replace: bool) -> None:
    """Raises InUse, or NotEmpty where work would be lost without leave."""
    if not database.is_file():
        return
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA busy_timeout = 1000")
            connection.execute("PRAGMA journal_mode = DELETE")  # only one alone may do this
        except sqlite3.OperationalError as error:
            raise InUse from error
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        work = [
            connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
            for name in tables.intersection(_WORK)
        ]
    if any(work) and not replace:
        raise NotEmpty


def _bring_up(copy: Path) -> None:
    """Brings a database to the tables of this version, nobody working on it, in one file."""
    engine = engine_of(f"sqlite:///{copy}")
    try:
        migrate(engine)
        with engine.execution_options(kehoach_writes=True).begin() as connection:
            for statement in _AT_REST:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(copy, isolation_level=None)) as alone:
        alone.execute("PRAGMA journal_mode = DELETE")
    flushed(copy)
