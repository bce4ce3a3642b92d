"""The vault: bytes kept once each, under their SHA-256, in a folder or in an object store.

One code for both, over obstore. An object is at `ab/cdef…`, so that no folder grows large. A name
stands for whole bytes or is not there: a folder gets the bytes under a passing name first, which
becomes the last one when the disk has them; an object store shows an object once all of it came.
The addresses and secrets of an object store come from its own variables (AWS_ENDPOINT_URL,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ALLOW_HTTP …).
"""

import hashlib
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import IO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from service.store.errors import MissingBytes

#: Bytes, the file that holds them, or one that is open.
Source = bytes | Path | IO[bytes]

#: Bytes read or handed on at a time.
CHUNK = 1024**2
#: Where a folder keeps bytes that are still being written.
PASSING = "passing"

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _place(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"no SHA-256: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:]}"


@contextmanager
def _telling(sha256: str) -> Iterator[None]:
    """What is missing is MissingBytes, any other trouble of the place an OSError."""
    try:
        yield
    except FileNotFoundError:
        raise MissingBytes(sha256=sha256) from None
    except BaseError as trouble:
        raise OSError(f"vault: {trouble}") from trouble


def size_of(source: Source) -> int:
    """How many bytes there are."""
    if isinstance(source, bytes):
        return len(source)
    return source.stat().st_size if isinstance(source, Path) else source.seek(0, os.SEEK_END)


def pieces(source: Source) -> Iterator[bytes]:
    """The bytes, or those of a file one after the other."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as file:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def digest(source: Source) -> str:
    """The SHA-256 of bytes, or of a file without loading the whole, as 64 hex digits."""
    found = hashlib.sha256()
    for piece in pieces(source):
        found.update(piece)
    return found.hexdigest()


def flushed(path: Path) -> None:
    """What was written to a file or a folder is on the disk when this returns.

    Windows keeps folders by itself, and flushes only what is open for writing.
    """
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lives(process: int) -> bool:
    """Whether the process is there; ours does not count: in a container, an id of ours is of
    whoever was there before."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def own_name() -> str:
    """A name for what this process leaves behind where it is killed; no other has it."""
    return f"{socket.gethostname()}.{os.getpid()}.{token_hex(8)}"


def is_left(name: str) -> bool:
    """Whether what has such a name is of a process of this machine that is no more."""
    host, _, process = name.rpartition(".")[0].rpartition(".")
    return host == socket.gethostname() and process.isdecimal() and not lives(int(process))


class Vault:
    """Content-addressed bytes; safe to use from many threads, processes and machines."""

    def __init__(self, url: str) -> None:
        """`url` is a folder, made where it is not there, or `s3://BUCKET/PREFIX`."""
        self.url = url
        self.folder = None if "://" in url else Path(url)
        self._store: ObjectStore
        if self.folder is not None:
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            self._store = LocalStore(self.folder)
        else:
            self._store = from_url(url)

    def put(self, data: Source) -> str:
        """Keeps the bytes, or those of the file, and returns their SHA-256.

        They are on the disk, or told to be kept by the object store, when this returns. Bytes that
        are there already are not written again, unless what is there is damaged. Raises OSError
        where they cannot be written, or where the file changed meanwhile.
        """
        return self.kept_anew(data)[0]

    def kept_anew(self, data: Source) -> tuple[str, bool]:
        """The same; also whether there was nothing under that name before."""
        sha256 = digest(data)
        before = self.has(sha256)
        if not (before and self._holds(sha256, data)):
            with _telling(sha256):
                self._write(sha256, data)
        elif self.folder is not None:
            flushed(self.folder / sha256[:2])
        return sha256, not before

    def _holds(self, sha256: str, data: Source) -> bool:
        try:
            with _telling(sha256):
                found = obstore.head(self._store, _place(sha256))
        except MissingBytes:
            return False
        return found["size"] == size_of(data) and (self.folder is None or self.check(sha256))

    def _write(self, sha256: str, data: Source) -> None:
        if self.folder is None:
            obstore.put(self._store, _place(sha256), _content(data, sha256))
            return
        passing = f"{PASSING}/{own_name()}"
        try:
            obstore.put(self._store, passing, _content(data, sha256))
            flushed(self.folder / passing)
            obstore.rename(self._store, passing, _place(sha256))
        except BaseException:
            with suppress(Exception):
                obstore.delete(self._store, passing)
            raise
        flushed(self.folder / sha256[:2])
        flushed(self.folder)

    def get(self, sha256: str) -> bytes:
        """The bytes. Raises MissingBytes, or OSError where the place cannot be reached."""
        with _telling(sha256):
            return bytes(obstore.get(self._store, _place(sha256)).bytes())

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The bytes piece by piece, in flat memory. Raises as `get` does."""
        with _telling(sha256):
            for piece in obstore.get(self._store, _place(sha256)).stream(CHUNK):
                yield bytes(piece)

    def has(self, sha256: str) -> bool:
        """Whether there are bytes of that name, right or not."""
        try:
            with _telling(sha256):
                obstore.head(self._store, _place(sha256))
        except MissingBytes:
            return False
        return True

    def local(self, sha256: str) -> Path | None:
        """The file of the bytes where the vault is a folder that has them, else None."""
        path = None if self.folder is None else self.folder / _place(sha256)
        return path if path is not None and path.is_file() else None

    def names(self) -> Iterator[str]:
        """The SHA-256 of all that is kept, in no order."""
        return (sha256 for sha256, _ in self.kept())

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """The same with the moment each was written."""
        for path, written in self._listed(None):
            if _NAME.fullmatch(path):
                yield path.replace("/", ""), written

    def unfinished(self) -> Iterator[tuple[str, datetime]]:
        """What is being written in the folder, or was when a process ended: its name and when it
        was last written."""
        passing = self.folder / PASSING if self.folder is not None else None
        if passing is not None and passing.is_dir():
            for path in passing.iterdir():  # the library's own list leaves out what is half written
                with suppress(FileNotFoundError):
                    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield f"{PASSING}/{path.name}", written

    def sweep(self) -> None:
        """Removes what processes of this machine left half written that are no more."""
        for name, _ in self.unfinished():
            if is_left(name.removeprefix(f"{PASSING}/")):
                assert self.folder is not None
                (self.folder / name).unlink(missing_ok=True)

    def _listed(self, prefix: str | None) -> Iterator[tuple[str, datetime]]:
        with _telling(""):
            for many in obstore.list(self._store, prefix):
                for found in many:
                    yield found["path"], found["last_modified"]

    def delete(self, sha256: str) -> None:
        """Forgets the bytes; nothing where they are not there."""
        with suppress(MissingBytes), _telling(sha256):
            obstore.delete(self._store, _place(sha256))

    def check(self, sha256: str) -> bool:
        """Whether the bytes are there and are those of their name."""
        found = hashlib.sha256()
        try:
            for piece in self.chunks(sha256):
                found.update(piece)
        except MissingBytes:
            return False
        return found.hexdigest() == sha256


def _content(data: Source, sha256: str) -> bytes | Iterator[bytes]:
    """What to write: the bytes, or the pieces of a file."""
    return data if isinstance(data, bytes) else _watched(data, sha256)


def _watched(data: Source, sha256: str) -> Iterator[bytes]:
    """The pieces of a file; raises OSError at the end where they are not those of the name."""
    found = hashlib.sha256()
    for piece in pieces(data):
        found.update(piece)
        yield piece
    if found.hexdigest() != sha256:
        raise OSError(f"the file changed while it was kept: {sha256}")
