"""The zip guard: what is refused before a member is opened, and what when it is read."""

import struct
import zipfile
from io import BytesIO

import pytest

from extractor.limits import Limits
from extractor.readers.archive import describe_ole, open_archive
from models.errors import DamagedSource, EncryptedSource, LegacyFormat, LimitExceeded

MEGABYTE = 1024 * 1024


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def patched(data: bytes, offset: int, form: str, value: int, entry: int = 0) -> bytes:
    """The zip with a field of the central directory set; `offset` counts from the entry's start."""
    start = -1
    for _ in range(entry + 1):
        start = data.index(b"PK\x01\x02", start + 1)
    changed = bytearray(data)
    struct.pack_into(form, changed, start + offset, value)
    return bytes(changed)


def test_members_are_read_by_name() -> None:
    archive = open_archive(zipped({"a.txt": b"alpha", "b/c.txt": b"", "b/": b""}))
    assert sorted(archive) == ["a.txt", "b/c.txt"]
    assert (archive.read("a.txt"), archive.read("b/c.txt")) == (b"alpha", b"")
    assert "x" not in archive
    with pytest.raises(KeyError):
        archive.read("x")


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"no zip at all", zipped({"a": b"x"})[:-30]],
    ids=["empty", "two letters", "text", "cut off"],  # a zip holds the time, no name for a test
)
def test_what_is_no_zip_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedSource):
        open_archive(data)


def test_counts_and_sizes_are_checked_before_anything_is_opened() -> None:
    data = zipped({f"{n}": bytes(1000) for n in range(10)})
    assert len(open_archive(data, Limits(entries=10, unpacked_bytes=10_000))) == 10
    for limits in (Limits(entries=9), Limits(unpacked_bytes=9_999)):
        with pytest.raises(LimitExceeded):
            open_archive(data, limits)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb = zipped({"a": bytes(5 * MEGABYTE)})
    with pytest.raises(LimitExceeded, match="200"):
        open_archive(bomb)
    assert len(open_archive(bomb, Limits(ratio=2000))) == 1
    assert len(open_archive(zipped({"a": bytes(MEGABYTE)}))) == 1  # harmless at any ratio


def test_a_size_that_lies_is_found_when_the_member_is_read() -> None:
    data = zipped({"a": bytes(5 * MEGABYTE)})
    for claimed in (100, 5 * MEGABYTE - 1, 5 * MEGABYTE + 1):
        archive = open_archive(patched(data, 24, "<I", claimed), Limits(ratio=10_000))
        with pytest.raises(DamagedSource):
            archive.read("a")


def test_bytes_that_are_not_those_that_were_packed_are_damage() -> None:
    data = bytearray(zipped({"a": b"0123456789"}, zipfile.ZIP_STORED))
    data[data.index(b"0123456789")] = 0x39
    with pytest.raises(DamagedSource):
        open_archive(bytes(data)).read("a")


def test_a_locked_member_needs_a_password() -> None:
    with pytest.raises(EncryptedSource):
        open_archive(patched(zipped({"a": b"x"}), 8, "<H", 1))


def test_a_compression_that_office_does_not_use_is_damage() -> None:
    with pytest.raises(DamagedSource, match="compression"):
        open_archive(zipped({"a": b"x" * 100}, zipfile.ZIP_BZIP2))


def test_a_name_may_be_there_once_only() -> None:
    with pytest.raises(DamagedSource, match="twice"):
        open_archive(zipped({"word/a.xml": b"1", "Word/A.xml": b"2"}))


def test_entries_may_not_share_bytes() -> None:
    data = zipped({"a": b"x" * 50, "b": b"y" * 50}, zipfile.ZIP_STORED)
    with pytest.raises(DamagedSource, match="overlap"):
        open_archive(patched(data, 42, "<I", 0, entry=1))


def test_compound_files_are_told_apart() -> None:
    def stream(name: str) -> bytes:
        return (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + name.encode("utf-16-le") + bytes(100)
        )

    assert isinstance(describe_ole(stream("EncryptedPackage")), EncryptedSource)
    for name, kind in (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Other", "Office")):
        error = describe_ole(stream(name))
        assert isinstance(error, LegacyFormat)
        assert kind in error.en
        assert "Lưu thành" in error.vi
