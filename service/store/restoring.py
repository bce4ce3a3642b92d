"""Restoring a backup: every checksum is looked at before anything is touched, then all or nothing.

The bytes go in first, where they disturb nobody; then the database is exchanged in one move. What
goes wrong before that move leaves the store as it was.
"""

import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import msgspec

from extractor.errors import KehoachError
from service.settings import Settings
from service.store.backup import FORMAT, MANIFEST, SUMS, Manifest
from service.store.database import opened_store
from service.store.dumps import (
    brought_up,
    forget_workflows,
    holds_work,
    kind,
    replace_file,
    replace_postgresql,
)
from service.store.migrations import NewerDatabase, known_revisions
from service.store.vault import CHUNK, Vault

#: Bytes of one entry that are held in memory; larger ones go over a file.
HELD = 8 * 1024**2


class DamagedBackup(KehoachError):
    """The file is no backup, or not as it was made."""

    code = "restore.damaged"


class OtherKind(KehoachError):
    """The backup is of another kind of database than the settings name."""

    code = "restore.kind"


class NotEmpty(KehoachError):
    """There is a store that has documents, users or keys, and nobody said to replace it."""

    code = "restore.not-empty"


def restore(settings: Settings, file: Path, *, replace: bool = False) -> Manifest:
    """Makes the store of the settings that of the backup `file`.

    Nobody may use the store meanwhile. `replace` gives leave to lose the rows that are in it; bytes
    of the vault are never taken away. Raises
    DamagedBackup, OtherKind, NotEmpty, NewerDatabase, dumps.InUse, dumps.MissingProgram,
    dumps.CopyFailed, or OSError.
    """
    with _opened(file) as archive:
        manifest, names = _checked(archive)
        _check_target(settings, manifest, replace)
        vault = Vault(settings.vault_url)
        added: list[str] = []
        settings.data.mkdir(parents=True, exist_ok=True)
        try:
            for name in names:
                if name.startswith("files/"):
                    sha256 = name.removeprefix("files/").replace("/", "")
                    if not vault.has(sha256):
                        added.append(sha256)
                    _put(vault, archive, name, settings.data)
            _exchange(settings, archive, manifest)
        except BaseException:
            for sha256 in added:
                vault.delete(sha256)
            raise
    with opened_store(settings):  # reference data of this version
        pass
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise _damaged(str(error)) from error
    with closing(archive):
        yield archive


def _damaged(what: str) -> DamagedBackup:
    return DamagedBackup(
        f"bản sao lưu bị hỏng hoặc không phải của kehoach: {what}; chưa thay đổi gì",
        f"the backup is damaged or none of kehoach: {what}; nothing was changed",
    )


def _checked(archive: zipfile.ZipFile) -> tuple[Manifest, list[str]]:
    """The manifest and the names of all else; raises DamagedBackup unless each byte is right."""
    try:
        manifest = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
        if manifest.format != FORMAT:
            raise _damaged(manifest.format)
        sums = archive.read(SUMS)
        if hashlib.sha256(sums).hexdigest() != manifest.sums:
            raise _damaged(SUMS)
        wanted = {line[66:]: line[:64] for line in sums.decode().splitlines()}
        names = [name for name in archive.namelist() if name not in (MANIFEST, SUMS)]
        if sorted(names) != sorted(wanted):
            raise _damaged(SUMS)
        for name, sha256 in wanted.items():
            if name.startswith("files/") and name[6:].replace("/", "") != sha256:
                raise _damaged(name)
            with archive.open(name) as entry:
                if _digest(entry) != sha256:
                    raise _damaged(name)
    except (KeyError, ValueError, EOFError, OSError) as error:
        raise _damaged(str(error)) from error
    except (zipfile.BadZipFile, zlib.error, msgspec.MsgspecError) as error:
        raise _damaged(str(error)) from error
    if manifest.revision not in known_revisions():
        raise NewerDatabase(
            f"bản sao lưu do kehoach {manifest.version} tạo ra, mới hơn bản này; hãy nâng cấp "
            "kehoach rồi khôi phục",
            f"the backup was made by kehoach {manifest.version}, which is newer; upgrade kehoach, "
            "then restore",
        )
    return manifest, names


def _digest(entry: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := entry.read(CHUNK):
        found.update(piece)
    return found.hexdigest()


def _check_target(settings: Settings, manifest: Manifest, replace: bool) -> None:
    target = kind(settings.database_url)
    if target != manifest.kind:
        raise OtherKind(
            f"bản sao lưu thuộc {manifest.kind} còn thiết lập đang trỏ tới {target}",
            f"the backup is of {manifest.kind}, while the settings name {target}",
        )
    work = [holds_work(url) for url in {settings.database_url, settings.jobs_url}]
    if any(work) and not replace:
        raise NotEmpty(
            "kho dữ liệu đích đã có văn bản, người dùng hoặc khóa; thêm --replace để thay hết "
            "bằng bản sao lưu",
            "the store has documents, users or keys already; --replace lets the backup take the "
            "place of all that",
        )


def _put(vault: Vault, archive: zipfile.ZipFile, name: str, folder: Path) -> None:
    if archive.getinfo(name).file_size <= HELD:
        vault.put(archive.read(name))
        return
    with tempfile.TemporaryDirectory(prefix=".kehoach-", dir=folder) as passing:
        path = Path(passing) / "file"
        _extract(archive, name, path)
        vault.put(path)


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    with archive.open(name) as entry, path.open("wb") as file:
        _pour(entry, file)


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    while piece := source.read(CHUNK):
        target.write(piece)


def _exchange(settings: Settings, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Puts the database of the backup in the place of that of the settings.

    Workflows go first: without them jobs begin anew, so nothing is lost if it ends there.
    """
    url = settings.database_url
    folder = settings.data
    if kind(url) == "sqlite":
        folder = Path(url.removeprefix("sqlite:///")).parent
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kehoach-", dir=folder) as passing:
        copy = Path(passing) / manifest.database
        _extract(archive, manifest.database, copy)
        if kind(url) == "sqlite":
            brought_up(copy)
        if settings.jobs_url != url:
            forget_workflows(settings.jobs_url)
        if kind(url) == "sqlite":
            replace_file(url, copy)
        else:
            replace_postgresql(url, copy)
