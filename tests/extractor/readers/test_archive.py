"""The zip guard: what is refused before a member is opened, and what when it is read."""

import struct
import zipfile
from io import BytesIO

import pytest

from extractor import read_plan
from extractor.limits import Limits
from models.errors import DamagedSource, EncryptedSource, LegacyFormat, LimitExceeded
from tests.extractor.pages import words
from tests.extractor.readers.word import p, parts

MEGABYTE = 1024 * 1024
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCUMENT = {
    name: part if isinstance(part, bytes) else part.encode()
    for name, part in parts(p("Kế hoạch") + " " * 3 * MEGABYTE).items()
}
#: The number of the body among the members, and the bytes of all of them.
BODY, SIZE = list(DOCUMENT).index("text/main.xml"), sum(map(len, DOCUMENT.values()))
ROOMY = Limits(ratio=10_000)


def zipped(more: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A document whose body has three megabytes of blanks, with further members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in (DOCUMENT | (more or {})).items():
            archive.writestr(name, data)
    return out.getvalue()


def patched(data: bytes, offset: int, form: str, value: int, entry: int = BODY) -> bytes:
    """The zip with a field of the central directory set; `offset` counts from the entry's start."""
    start = -1
    for _ in range(entry + 1):
        start = data.index(b"PK\x01\x02", start + 1)
    changed = bytearray(data)
    struct.pack_into(form, changed, start + offset, value)
    return bytes(changed)


def test_counts_and_sizes_are_checked_before_anything_is_opened() -> None:
    data, count = zipped({f"{n}": bytes(1000) for n in range(10)}), len(DOCUMENT) + 10
    roomy = Limits(entries=count, unpacked_bytes=SIZE + 10_000, ratio=10_000)
    assert words(read_plan(data, limits=roomy)) == ["Kế hoạch"]
    for limits in (
        Limits(entries=count - 1, ratio=10_000),
        Limits(unpacked_bytes=SIZE + 9_999, ratio=10_000),
    ):
        with pytest.raises(LimitExceeded):
            read_plan(data, limits=limits)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb = zipped({"a": bytes(5 * MEGABYTE)})
    with pytest.raises(LimitExceeded, match="200"):
        read_plan(bomb)
    assert words(read_plan(bomb, limits=ROOMY)) == ["Kế hoạch"]


@pytest.mark.parametrize("claimed", [100, SIZE // 2, 5 * MEGABYTE])
def test_a_size_that_lies_is_found_when_the_member_is_read(claimed: int) -> None:
    with pytest.raises(DamagedSource):
        read_plan(patched(zipped(), 24, "<I", claimed), limits=ROOMY)


def test_bytes_that_are_not_those_that_were_packed_are_damage() -> None:
    data = bytearray(zipped(method=zipfile.ZIP_STORED))
    data[data.index("hoạch".encode())] = ord("H")
    with pytest.raises(DamagedSource):
        read_plan(bytes(data))


def test_a_locked_member_needs_a_password() -> None:
    with pytest.raises(EncryptedSource):
        read_plan(patched(zipped(), 8, "<H", 1), limits=ROOMY)


def test_a_compression_that_office_does_not_use_is_damage() -> None:
    with pytest.raises(DamagedSource, match="compression"):
        read_plan(zipped(method=zipfile.ZIP_BZIP2), limits=ROOMY)


def test_a_name_may_be_there_once_only() -> None:
    with pytest.raises(DamagedSource, match="twice"):
        read_plan(zipped({"Text/Main.xml": b"2"}), limits=ROOMY)


def test_entries_may_not_share_bytes() -> None:
    data = zipped({"a": b"y" * 50}, zipfile.ZIP_STORED)
    with pytest.raises(DamagedSource, match="overlap"):
        read_plan(patched(data, 42, "<I", 0, entry=len(DOCUMENT)))


@pytest.mark.parametrize(
    ("stream", "error", "kind"),
    [
        ("EncryptedPackage", EncryptedSource, ""),
        ("WordDocument", DamagedSource, ".doc"),
        ("Workbook", DamagedSource, ".xls"),
        ("PowerPoint Document", LegacyFormat, ".ppt"),
        ("Other", LegacyFormat, "Office"),
    ],
)
def test_compound_files_are_told_apart(stream: str, error: type[Exception], kind: str) -> None:
    with pytest.raises(error) as caught:
        read_plan(OLE_MAGIC + bytes(100) + stream.encode("utf-16-le") + bytes(100))
    if kind:
        assert kind in caught.value.en  # type: ignore[attr-defined]
    if error is LegacyFormat:
        assert "Lưu thành" in caught.value.vi  # type: ignore[attr-defined]
