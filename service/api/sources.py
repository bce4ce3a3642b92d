"""The bytes of a stored file, whole or a part of them; always to be saved, never to be shown."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from service.api.errors import OutsideOfFile
from service.store import Store

MEDIA_TYPE = "application/octet-stream"

#: One range of bytes (RFC 9110, 14.1.2); what looks otherwise is passed over, as that allows.
_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")
_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()-]")
_CHUNK = 64 * 1024


def attachment(filename: str) -> str:
    """Content-Disposition with the name in full (RFC 6266, RFC 8187), and in ASCII for old clients.

    >>> attachment('kế "1".docx')
    'attachment; filename="k_ _1_.docx"; filename*=UTF-8\\'\\'k%E1%BA%BF%20%221%22.docx'
    """
    plain = _UNSAFE.sub("_", filename)
    if plain == filename:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def source_answer(
    store: Store, sha256: str, size: int, filename: str, asked: str | None
) -> Response:
    """The bytes of a file; `asked` is the Range header, heeded where the vault is a folder.

    Raises Problem 416 for a range outside of the file.
    """
    headers = {"Content-Disposition": attachment(filename), "ETag": f'"{sha256}"'}
    path = store.vault.local(sha256)
    if path is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(store.vault.chunks(sha256), 200, headers, MEDIA_TYPE)
    headers["Accept-Ranges"] = "bytes"
    part = _part(asked, size)
    if part is None:
        headers["Content-Length"] = str(size)
        return StreamingResponse(_pieces(path, 0, size), 200, headers, MEDIA_TYPE)
    start, end = part
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(_pieces(path, start, end), 206, headers, MEDIA_TYPE)


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """The bytes [start, end) that are asked for, None for all."""
    match = _RANGE.fullmatch((asked or "").strip())
    if match is None:
        return None
    first, last, tail = match.groups()
    if tail is not None:
        start, end = max(0, size - int(tail)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size or start == end:
        error = OutsideOfFile()
        error.headers = {"Content-Range": f"bytes */{size}"}
        raise error
    return start, end


def _pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as source:
        source.seek(start)
        left = end - start
        while left and (piece := source.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
