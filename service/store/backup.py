"""Backup: one file that holds all of a store at one moment, made while a service goes on.

    manifest.json    versions, when, what kind of database, how much
    SHA256SUMS       the checksum of everything else, as `sha256sum --check` reads it
    database.db      the database, with the jobs that wait (database.dump of PostgreSQL)
    files/ab/cdef…   the bytes of documents and readings, by their SHA-256

Bytes are kept before the rows that name them, and the database is copied before the bytes; so all
that the copied rows name is there to be copied.
"""

import hashlib
import os
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from extractor.errors import KehoachError
from models.tables.columns import now
from service.store.database import Store
from service.store.dumps import copied, kind, suffix
from service.store.migrations import head
from service.store.vault import CHUNK, MissingBytes

FORMAT = "kehoach/backup@1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"


class BackupExists(KehoachError):
    """There is a file of that name; no backup is ever written over."""

    code = "backup.exists"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is: `database` names its entry, `sums` is the SHA-256 of SHA256SUMS."""

    format: str
    version: str
    revision: str
    kind: str
    made_at: datetime
    database: str
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

    The file is there whole or not at all, and only its owner may read it. Raises BackupExists,
    dumps.MissingProgram, dumps.CopyFailed, or OSError.
    """
    start = time.monotonic()
    moment = now()
    path = out / f"kehoach-{moment:%Y%m%d-%H%M%S}.zip" if out.is_dir() else out
    if path.exists():
        raise BackupExists(f"đã có tệp {path}; hãy chọn tên khác", f"{path} exists; name another")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kehoach-", dir=path.parent) as folder:
        unfinished = Path(folder) / "backup"
        with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            written = _Archive(archive)
            url = store.settings.database_url
            database = f"database{suffix(url)}"
            with copied(url, Path(folder) / database) as copy:
                written.add(database, _pieces(copy.path))
                lost = tuple(sha256 for sha256 in copy.named if not written.keep(sha256, store))
            sums = "".join(f"{line}\n" for line in written.sums).encode()
            archive.writestr(SUMS, sums)
            manifest = Manifest(
                FORMAT, version("kehoach"), head(), kind(url), moment, database, written.files,
                written.bytes, hashlib.sha256(sums).hexdigest(),
            )  # fmt: skip
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        unfinished.chmod(0o600)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    return Backup(path, written.files, written.bytes, lost, time.monotonic() - start)


class _Archive:
    """The archive as it grows."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sums: list[str] = []
        self.files = self.bytes = 0

    def add(self, name: str, pieces: Iterable[bytes]) -> str:
        """Adds an entry, packed where that makes it smaller; its SHA-256."""
        found = hashlib.sha256()
        left = iter(pieces)
        first = next(left, b"")
        entry = zipfile.ZipInfo(name, time.gmtime()[:6])
        entry.external_attr = 0o600 << 16
        smaller = len(zlib.compress(first[:65536], 1)) < 0.9 * len(first[:65536])
        entry.compress_type = zipfile.ZIP_DEFLATED if smaller else zipfile.ZIP_STORED
        with self._archive.open(entry, "w", force_zip64=True) as file:
            while first:
                found.update(first)
                file.write(first)
                first = next(left, b"")
        self.sums.append(f"{found.hexdigest()}  {name}")
        return found.hexdigest()

    def keep(self, sha256: str, store: Store) -> bool:
        """Adds bytes of the vault; False where they are not there or not right."""
        if not store.vault.check(sha256):
            return False
        try:
            self.add(f"files/{sha256[:2]}/{sha256[2:]}", self._counted(store, sha256))
        except MissingBytes:
            return False
        self.files += 1
        return True

    def _counted(self, store: Store, sha256: str) -> Iterator[bytes]:
        for piece in store.vault.chunks(sha256):
            self.bytes += len(piece)
            yield piece


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
