"""Files out of a form while it comes in."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.api.errors import BrokenUpload, WrongMediaType
from service.api.multipart import boundary_of, files

LINE = b"\r\n"


def form(*parts: tuple[str, bytes], end: bool = True) -> bytes:
    found = b""
    for name, data in parts:
        found += b"--x" + LINE
        found += f'Content-Disposition: form-data; name="files"; filename="{name}"'.encode()
        found += LINE + b"Content-Type: text/plain" + LINE + LINE + data + LINE
    return found + (b"--x--" + LINE if end else b"")


def received(
    body: bytes, folder: Path, *, most: int = 100, size: int = 7
) -> list[tuple[str | None, bytes | None, str]]:
    """What comes out of `body` given in pieces of `size` bytes: name, bytes (None: too large)."""

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), size):
            yield body[at : at + size]

    async def run() -> list[tuple[str | None, bytes | None, str]]:
        found = []
        async for file in files(pieces(), b"x", folder, most):
            assert len(list(folder.iterdir())) <= 2
            data = file.path.read_bytes() if file.whole else None
            found.append((file.filename, data, file.sha256))
            file.discard()
        return found

    return asyncio.run(run())


@pytest.mark.parametrize("size", [1, 3, 64, 10_000])
def test_files_come_out_as_they_went_in(tmp_path: Path, size: int) -> None:
    one, two = b"m\xe1\xbb\x99t\r\n--xy\r\n", b""
    found = received(form(("một.txt", one), ("hai.txt", two)), tmp_path, size=size)
    assert [(name, data) for name, data, _ in found] == [("một.txt", one), ("hai.txt", two)]
    assert found[0][2] == hashlib.sha256(one).hexdigest()
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_too_large_does_not_spoil_the_others(tmp_path: Path) -> None:
    found = received(form(("a", b"a" * 10), ("b", b"b" * 101), ("c", b"c" * 100)), tmp_path)
    assert [(name, data and len(data)) for name, data, _ in found] == [
        ("a", 10),
        ("b", None),
        ("c", 100),
    ]


def test_a_field_that_is_no_file_is_passed_over(tmp_path: Path) -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="again"\r\n\r\ntrue\r\n'
    assert [name for name, _, _ in received(field + form(("a", b"1")), tmp_path)] == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a form at all",
        form(("a", b"1"), end=False),
        b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nhalf",
        b"--x\r\nbad header\r\n\r\n--x--",
    ],
)
def test_a_body_that_is_no_form_is_told(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(BrokenUpload) as told:
        received(body, tmp_path)
    assert told.value.code == "upload.broken"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x"]
)
def test_only_a_form_of_files_has_a_boundary(kind: str | None) -> None:
    with pytest.raises(WrongMediaType):
        boundary_of(kind)


def test_the_boundary_may_be_quoted() -> None:
    assert boundary_of('multipart/form-data; boundary="x y"') == b"x y"
