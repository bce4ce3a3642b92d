"""Backup: one file that holds all of a store at one moment, made while a service goes on.

    manifest.json    versions, when, how much
    SHA256SUMS       the checksum of everything else, as `sha256sum --check` reads it
    database.db      the database, with the jobs that wait
    files/ab/cdef…   the bytes of documents and readings, by their SHA-256

Bytes are kept before the rows that name them, and the database is copied before the bytes; so all
that the copied rows name is there to be copied.
"""

import hashlib
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from models.tables.columns import now
from service.store.database import Store, file_of
from service.store.errors import BackupExists, MissingBytes, OtherTools
from service.store.migrations import head
from service.store.vault import pieces

FORMAT = "kehoach/backup@1"
MANIFEST, SUMS, DATABASE, FILES = "manifest.json", "SHA256SUMS", "database.db", "files/"

#: SHA-256 of all bytes that the rows of a database name.
_NAMED = (
    "SELECT sha256 FROM documents UNION SELECT reading FROM runs WHERE reading IS NOT NULL "
    "ORDER BY 1"
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
        with closing(sqlite3.connect(database)) as live, closing(sqlite3.connect(copy)) as copied:
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
