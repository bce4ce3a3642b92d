"""Archives: a zip file is checked before a member is opened, and read with a cap on real bytes."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from extractor.limits import DEFAULT_LIMITS, Limits
from models.errors import (
    DamagedSource,
    EncryptedSource,
    KehoachError,
    LegacyFormat,
    LimitExceeded,
    UnknownFormat,
)

_DIRECTORY_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER = 30  # bytes, before the name
_HARMLESS = 1024 * 1024  # a member no larger than this may be compressed at any ratio
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    struct.error,
    IndexError,
    OverflowError,
)


class Archive:
    """The members of a zip file that passed the checks of `open_archive`."""

    def __init__(self, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = members

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def read(self, name: str) -> bytes:
        """The bytes of a member, at most as many as the directory says; KeyError if not there.

        Raises DamagedSource where the member holds more or fewer bytes, or others.
        """
        return read_member(self._archive, self._members[name])


def open_archive(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Archive:
    """The archive in `data`, after a look at its central directory only.

    Raises DamagedSource (no zip, cut short, members twice or one over the other, a compression
    that Office files don't use), EncryptedSource, LimitExceeded (entries, bytes, ratio).
    """
    if data.count(_DIRECTORY_ENTRY) > limits.entries:
        raise _too_much(f"more than {limits.entries} entries", f"hơn {limits.entries} mục")
    archive = open_zip(BytesIO(data), limits.entries)
    infos = archive.infolist()
    total = 0
    for info in infos:
        check_member(info, limits)
        if info.compress_type not in _METHODS:
            raise _damaged(f"{info.filename}: compression {info.compress_type}")
        total += info.file_size
        if total > limits.unpacked_bytes:
            raise _too_much(
                f"unpacks to more than {limits.unpacked_bytes} bytes",
                f"giải nén ra hơn {limits.unpacked_bytes} byte",
            )
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for info in infos:
        if info.is_dir():
            continue
        name = info.filename.lstrip("/")
        if name.lower() in seen:  # a part's name is the same in capitals
            raise _damaged(f"{name} is there twice")
        seen.add(name.lower())
        members[name] = info
    return Archive(archive, members)


def open_zip(file: Path | BytesIO, entries: int) -> zipfile.ZipFile:
    """Any zip file, after a look at its central directory only.

    Raises DamagedSource (no zip, cut short, one member over the other), LimitExceeded (entries).
    """
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        raise _damaged(str(error)) from error
    infos = archive.infolist()
    if len(infos) > entries:
        raise _too_much(f"more than {entries} entries", f"hơn {entries} mục")
    _check_positions(infos)
    return archive


def check_member(info: zipfile.ZipInfo, limits: Limits) -> None:
    """Raises EncryptedSource, or LimitExceeded where it is compressed as only traps are."""
    if info.flag_bits & _ENCRYPTED:
        raise encrypted()
    large = info.file_size > _HARMLESS
    if large and info.file_size > limits.ratio * max(info.compress_size, 1):
        raise _too_much(
            f"{info.filename} is compressed more than {limits.ratio:g} times",
            f"{info.filename} được nén hơn {limits.ratio:g} lần",
        )


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, at most as many as the directory says. Raises DamagedSource."""
    try:
        with archive.open(info) as member:
            data = member.read(info.file_size + 1)
    except _BROKEN as error:
        raise _damaged(f"{info.filename}: {error}") from error
    if len(data) != info.file_size:
        raise _damaged(f"{info.filename}: {len(data)} bytes, not {info.file_size}")
    return data


def _check_positions(infos: list[zipfile.ZipInfo]) -> None:
    """Two entries that share their bytes are how a small file unpacks to a huge one."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for info, following in pairwise(ordered):
        if info.header_offset + _LOCAL_HEADER + info.compress_size > following.header_offset:
            raise _damaged(f"{info.filename} and {following.filename} overlap")


def describe_zip(archive: Archive) -> KehoachError:
    """Why an archive that is no document is not read, naming what it is.

    Office and OpenDocument files are told by their own declarations, others by known members.
    """
    kind = _kind(archive)
    return UnknownFormat(
        f"Tệp là {kind}, không phải văn bản đọc được; hãy lưu hoặc xuất thành DOCX hoặc PDF.",
        f"The file is {kind}, which is not read; save or export it as DOCX or PDF.",
    )


def _kind(archive: Archive) -> str:
    if "mimetype" in archive:
        mimetype = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        names = {"text": "ODT", "spreadsheet": "ODS", "presentation": "ODP"}
        for kind, name in names.items():
            if mimetype.startswith(f"application/vnd.oasis.opendocument.{kind}"):
                return f"OpenDocument {name}"
        return "EPUB" if mimetype == "application/epub+zip" else f"ZIP ({mimetype})"
    if "[Content_Types].xml" in archive:
        types = archive.read("[Content_Types].xml")
        for mark, name in (
            (b"spreadsheetml", "Excel XLSX"),
            (b"ms-excel", "Excel XLSB/XLSM"),
            (b"presentationml", "PowerPoint PPTX"),
            (b"ms-powerpoint", "PowerPoint PPTM"),
            (b"visio", "Visio VSDX"),
            (b"xps", "XPS"),
        ):
            if mark in types:
                return name
        return "Office Open XML"
    if "META-INF/MANIFEST.MF" in archive:
        return "JAR"
    return f"ZIP ({len(archive)} files)"


_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "PowerPoint 97-2003 (.ppt)"),
    ("__properties_version1.0", "Outlook (.msg)"),
)


def kind_of_ole(data: bytes) -> str:
    """What an OLE compound file is: "doc", "xls", or the name of a form that no reader reads.

    It is told by the names of its streams, which the directory holds in UTF-16. Raises
    EncryptedSource for an Office file with a password.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise encrypted()
    found = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in data)
    return next(found, "Office 97-2003")


def legacy(name: str) -> LegacyFormat:
    """The error for a file of an old format that no reader reads."""
    return LegacyFormat(
        f"Tệp có định dạng cũ {name}. Hãy mở bằng Word và chọn Tệp > Lưu thành > .docx, "
        "rồi đọc tệp .docx đó.",
        f"The file has the old format {name}. Open it in Word, choose File > Save As > .docx, "
        "and read that file.",
    )


def encrypted() -> EncryptedSource:
    """The error for a file that needs a password."""
    return EncryptedSource(
        "Tệp được bảo vệ bằng mật khẩu. Hãy mở bằng mật khẩu và lưu lại thành tệp không mật khẩu.",
        "The file needs a password. Open it with the password and save it without one.",
    )


def _damaged(detail: str) -> DamagedSource:
    return DamagedSource(
        f"Tệp nén bị hỏng hoặc bị cắt cụt ({detail}). Hãy tải lại hoặc lưu lại tệp.",
        f"The zip archive is damaged or cut short ({detail}). Fetch or save the file again.",
    )


def _too_much(en: str, vi: str) -> LimitExceeded:
    return LimitExceeded(
        f"Tệp nén vượt giới hạn an toàn: {vi}.", f"The archive passes a safety limit: {en}."
    )
