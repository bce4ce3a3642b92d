"""Backup: one file that holds all of a store at one moment, made while a service goes on.

    manifest.json    versions, when, how much
    SHA256SUMS       the checksum of everything else, as `sha256sum --check` reads it
    database.db      the database, with the jobs that wait
    files/ab/cdef…   the bytes of documents and readings, by their SHA-256

Bytes are kept before the rows that name them, and the database is copied before the bytes; so all
that the copied rows name is there to be copied.

Restoring looks at every checksum before it touches anything, then does all or nothing. The database
of the backup is brought up to this version beside the old one. The bytes go in, where they disturb
nobody; then the database is exchanged in one move. What goes wrong before that move leaves the
store as it was. A job that was in hand begins anew: which jobs there are the rows say, and the
state of workflows, which could name the result of a step whose bytes were not copied, is left
behind.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from models.tables.columns import now
from service.jobs.queue import forget_all
from service.settings import Settings
from service.store import opened_store
from service.store.database import Store, engine_of, file_of, head, migrate, readable
from service.store.errors import (
    BackupExists,
    DamagedBackup,
    InUse,
    MissingBytes,
    NotEmpty,
    OtherTools,
)
from service.store.vault import Vault, flushed, pieces

FORMAT = "kehoach/backup@1"
MANIFEST, SUMS, DATABASE, FILES = "manifest.json", "SHA256SUMS", "database.db", "files/"

#: SHA-256 of all bytes that the rows of a database name.
_NAMED = (
    "SELECT sha256 FROM documents UNION SELECT reading FROM runs WHERE reading IS NOT NULL "
    "ORDER BY 1"
)

#: Rows of these are somebody's work; a store without any is as good as empty.
_WORK = ("documents", "users", "api_keys")
#: What makes a copy fit to go on from: nobody works on what was being worked on.
_AT_REST = (
    "UPDATE jobs SET state = 'queued', executor = NULL WHERE state = 'running'",
    "DELETE FROM workers",
)


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is; `sums` is the SHA-256 of SHA256SUMS."""

    format: str
    version: str
    revision: str | None
    made_at: datetime
    files: int
    bytes: int
    sums: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made; `lost` are bytes that rows name and the vault has not, or damaged."""

    path: Path
    files: int
    bytes: int
    lost: tuple[str, ...]
    seconds: float


def backup(store: Store, out: Path) -> Backup:
    """Makes a backup as the file `out`, or in the folder `out` under a name by the day.

    The file is there whole or not at all, and only its owner may read it. Raises OtherTools,
    BackupExists, or OSError.
    """
    start, moment = time.monotonic(), now()
    database = database_of(store.settings.database_url)
    path = out / f"kehoach-{moment:%Y%m%d-%H%M%S}.zip" if out.is_dir() else out
    if path.exists():
        raise BackupExists(path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    sums, size, lost = [], 0, []
    with tempfile.TemporaryDirectory(prefix=".kehoach-", dir=path.parent) as folder:
        unfinished, copy = Path(folder) / "backup", Path(folder) / DATABASE
        with (
            closing(sqlite3.connect(readable(database), uri=True)) as live,
            closing(sqlite3.connect(copy)) as copied,
        ):
            live.backup(copied)
            named = [name for (name,) in copied.execute(_NAMED)]
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with copy.open("rb") as file:
                sums.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {DATABASE}\n")
            _add(archive, DATABASE, pieces(copy))
            for sha256 in named:
                name = f"{FILES}{sha256[:2]}/{sha256[2:]}"
                try:
                    right = store.vault.check(sha256)
                    size += _add(archive, name, store.vault.chunks(sha256)) if right else 0
                except MissingBytes:  # taken away since, with its document
                    right = False
                if right:
                    sums.append(f"{sha256}  {name}\n")
                else:
                    lost.append(sha256)
            listed = "".join(sums).encode()
            archive.writestr(SUMS, listed)
            manifest = Manifest(
                FORMAT, version("kehoach"), head(), moment, len(sums) - 1, size,
                hashlib.sha256(listed).hexdigest(),
            )  # fmt: skip
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        unfinished.chmod(0o600)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    return Backup(path, manifest.files, size, tuple(lost), time.monotonic() - start)


def database_of(url: str) -> Path:
    """The file of an SQLite database; raises OtherTools for any other."""
    path = file_of(url)
    if path is None:
        raise OtherTools
    return path


def _add(archive: zipfile.ZipFile, name: str, some: Iterable[bytes]) -> int:
    """Adds an entry, begun only once there is something to write; how many bytes it has."""
    left, size = iter(some), 0
    piece = next(left, b"")
    with archive.open(name, "w", force_zip64=True) as file:
        while piece:
            size += file.write(piece)
            piece = next(left, b"")
    return size


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
