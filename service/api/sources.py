"""The bytes of a stored file, whole or in parts; always to be saved, never to be shown."""

import re
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.responses import MalformedRangeHeader, RangeNotSatisfiable

from service.api.errors import OutsideOfFile
from service.store import Store

MEDIA_TYPE = "application/octet-stream"

_UNSAFE = re.compile(r"[^A-Za-z0-9._ ()-]")


def attachment(filename: str) -> str:
    """Content-Disposition with the name in full (RFC 6266, RFC 8187), and in ASCII for old clients.

    >>> attachment('kế "1".docx')
    'attachment; filename="k_ _1_.docx"; filename*=UTF-8\\'\\'k%E1%BA%BF%20%221%22.docx'
    """
    plain = _UNSAFE.sub("_", filename)
    if plain == filename:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


class StoredFile(FileResponse):
    """A file of the vault, or the parts of it that a Range header asks for.

    What makes no sense there is passed over, as RFC 9110 (14.2) has it; a part outside of the file
    is a problem.
    """

    @classmethod
    def _parse_range_header(cls, http_range: str, file_size: int) -> list[tuple[int, int]]:
        try:
            return super()._parse_range_header(http_range, file_size)
        except MalformedRangeHeader:
            return []
        except RangeNotSatisfiable:
            error = OutsideOfFile()
            error.headers = {"Content-Range": f"bytes */{file_size}"}
            raise error from None


def source_answer(store: Store, sha256: str, size: int, filename: str) -> Response:
    """The bytes of a file; Range is heeded where the vault is a folder."""
    headers = {"Content-Disposition": attachment(filename), "ETag": f'"{sha256}"'}
    path = store.vault.local(sha256)
    if path is not None:
        return StoredFile(path, 200, headers, MEDIA_TYPE)
    headers["Content-Length"] = str(size)
    return StreamingResponse(store.vault.chunks(sha256), 200, headers, MEDIA_TYPE)
