"""Files out of a multipart/form-data body (RFC 7578) while it comes in, one after the other.

Each file goes to a temporary file piece by piece and is handed over as soon as it is whole, so
neither memory nor disk holds more than one. A file over the limit is read on and thrown away: the
files after it are not lost by it.
"""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from service.api.errors import BrokenUpload, CutUpload, WrongMediaType

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


@dataclass(slots=True)
class Received:
    """A file that came in, in a temporary file that `discard` takes away.

    `whole` is False where it was larger than allowed; then `path` holds nothing.
    """

    filename: str | None
    path: Path
    out: IO[bytes]
    most: int
    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def whole(self) -> bool:
        return self.size <= self.most

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def add(self, data: bytes) -> None:
        """The next piece."""
        self.size += len(data)
        if self.whole:
            self.digest.update(data)
            self.out.write(data)

    def discard(self) -> None:
        self.out.close()
        with suppress(FileNotFoundError):
            self.path.unlink()


def opened(folder: Path, filename: str | None, most: int) -> Received:
    """An empty file in `folder` to receive at most `most` bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    number, path = tempfile.mkstemp(prefix="upload-", dir=folder)
    return Received(filename, Path(path), os.fdopen(number, "wb"), most)


def boundary_of(content_type: str | None) -> bytes:
    """The boundary that a Content-Type names; raises WrongMediaType where there is none."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise WrongMediaType.instead("multipart/form-data")
    return boundary


class _Form:
    """What the parser has come upon: the file it is in, and those that are whole."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.file: Received | None = None
        self.ready: list[Received] = []
        self.ended = False
        self.name = self.value = self.disposition = b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def on_header_end(self) -> None:
        if self.name.lower() == b"content-disposition":
            self.disposition = self.value
        self.name = self.value = b""

    def on_headers_finished(self) -> None:
        options = parse_options_header(self.disposition)[1]
        self.disposition = b""
        if b"filename" in options:  # a field that is no file is passed over
            name = options[b"filename"].decode("utf-8", "replace")
            self.file = opened(self.folder, name or None, self.most)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self.file is not None:
            self.file.add(data[start:end])

    def on_part_end(self) -> None:
        if self.file is not None:
            self.file.out.close()
            self.ready.append(self.file)
            self.file = None

    def on_end(self) -> None:
        self.ended = True

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_headers_finished": self.on_headers_finished,
            "on_part_data": self.on_part_data,
            "on_part_end": self.on_part_end,
            "on_end": self.on_end,
        }

    def discard(self) -> None:
        for file in (*self.ready, *([self.file] if self.file else ())):
            file.discard()


async def files(
    body: AsyncIterator[bytes], boundary: bytes, folder: Path, most: int
) -> AsyncIterator[Received]:
    """The files of a form, each once it is whole; the caller discards it when done with it.

    Raises BrokenUpload where the body is no form, or ends before its last boundary.
    """
    form = _Form(folder, most)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async for piece in body:
            parser.write(piece)
            while form.ready:
                yield form.ready.pop(0)
        parser.finalize()
        if not form.ended:
            raise CutUpload
    except FormParserError:
        raise BrokenUpload from None
    finally:
        form.discard()
